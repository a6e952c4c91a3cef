-- Five years: legal holds, purges by two persons.
select 1;
