-- The analysis of uses by rule (類型1–6): what was made, what struck, who concludes it and by when. Runs as kashikagi_owner.

create table analysis (
  id              text primary key check (id ~ '^an_'),
  kind            text not null check (kind in ('daily', 'on_demand')),
  day             date,
  from_at         timestamptz(3) not null,
  to_at           timestamptz(3) not null,
  made_at         timestamptz(3) not null,
  rules_version   text not null,
  uses            integer not null check (uses >= 0),
  signs           integer not null check (signs >= 0),
  owner_person_id text references person,
  due_date        date,
  concluded_at    timestamptz(3),
  concluded_by    text references person,
  conclusion      text check (length(conclusion) between 2 and 2000),
  record_id       text not null,
  constraint analysis_span check (from_at < to_at),
  constraint analysis_day_of_daily check ((kind = 'daily') = (day is not null)),
  constraint analysis_is_somebodys check ((signs = 0) = (owner_person_id is null) and num_nulls(owner_person_id, due_date) in (0, 2)),
  constraint analysis_conclusion_whole check (num_nulls(concluded_at, concluded_by, conclusion) in (0, 3)),
  constraint analysis_concluded_by_its_owner check (concluded_by is null or concluded_by = owner_person_id)
);
create unique index analysis_once_a_day on analysis (day) where kind = 'daily';
create index analysis_made on analysis (made_at, id);
create index analysis_waiting on analysis (owner_person_id) where concluded_at is null;
comment on table analysis is 'One look at the uses of a span by the rules of review/detection; whose it is to conclude, and by when';
comment on column analysis.day is 'Of Japan; of the daily ones';
comment on column analysis.uses is 'How many uses were looked at';
comment on column analysis.owner_person_id is 'The auditor who concludes it; null where nothing struck';

create table analysis_sign (
  analysis_id     text not null references analysis,
  n               integer not null check (n >= 1),
  rule            text not null,
  subject_type    text not null check (subject_type in ('person', 'grant', 'supply_point_ref', 'declaration')),
  subject_id      text not null,
  person_id       text,
  organization_id text,
  declaration_id  text,
  uses            integer not null check (uses >= 1),
  first_at        timestamptz(3) not null,
  last_at         timestamptz(3) not null,
  records         text[] not null,
  primary key (analysis_id, n)
);
comment on table analysis_sign is 'What a rule was struck by: no verdict, but where an auditor looks first';
comment on column analysis_sign.records is 'The first of the uses'' records';

create function refuse_analysis_of_others() returns trigger language plpgsql as $$
begin
  if new.owner_person_id is not null and (tg_op = 'INSERT' or new.owner_person_id is distinct from old.owner_person_id)
     and not exists (select from person where id = new.owner_person_id and role = 'auditor') then
    raise exception using errcode = 'restrict_violation', message = 'auditors conclude analyses';
  end if;
  return new;
end $$;
create trigger analysis_of_an_auditor before insert or update on analysis for each row execute function refuse_analysis_of_others();
create trigger analysis_starts_open before insert on analysis for each row
  when (new.concluded_at is not null) execute function refuse_change('concluded_at');
create trigger analysis_stays_what_it_is before update on analysis for each row
  when ((old.id, old.kind, old.day, old.from_at, old.to_at, old.made_at, old.rules_version, old.uses, old.signs, old.due_date, old.record_id)
      is distinct from (new.id, new.kind, new.day, new.from_at, new.to_at, new.made_at, new.rules_version, new.uses, new.signs, new.due_date, new.record_id)
     or old.concluded_at is not null and old is distinct from new)
  execute function refuse_change('kind', 'day', 'from_at', 'to_at', 'made_at', 'uses', 'signs', 'due_date', 'conclusion');

grant select, insert, update (owner_person_id, concluded_at, concluded_by, conclusion) on analysis to kashikagi_app;
grant select, insert on analysis_sign to kashikagi_app;
grant select on analysis, analysis_sign to kashikagi_auditor;
