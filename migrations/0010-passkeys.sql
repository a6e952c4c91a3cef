-- Passkeys, the first officers, the enrolment ceremony of a terminal.
select 1;
