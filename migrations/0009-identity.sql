-- Who you are: sessions that rotate, identity providers, presence.
select 1;
