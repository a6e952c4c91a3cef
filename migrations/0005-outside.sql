-- What leaves the house: time-stamps, witnesses, heartbeats, logs that follow one another.
select 1;
