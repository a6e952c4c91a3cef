-- Tables against ledger: what differs is an alarm, and denies.
select 1;
