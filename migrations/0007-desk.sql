-- The auditor's desk: indexes for its questions, findings.
select 1;
