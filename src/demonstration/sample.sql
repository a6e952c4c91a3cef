-- The demonstration's people, organizations and agreements. All of them are made up; loaded once, as the owner,
-- into an empty house of the demonstration only. Times are counted from the day of loading.

insert into organization (id, kind, name, is_affiliated, retailer_code, works_for, staff_feed_at) values
  ('tdo', 'utility', '見本送配電', false, null, '{}', broker_now()),
  ('retailer-a', 'retailer', '見本小売電気', true, 'Z9101', '{}', broker_now()),
  ('retailer-b', 'retailer', '標本エナジー', false, 'Z9102', '{}', broker_now()),
  ('answer-works', 'contractor', '見本コールセンター', false, null, array['retailer-a'], broker_now()),
  ('egc', 'regulator', '見本監視委員会', false, null, '{}', broker_now());

insert into room (id, organization_id, name) values
  ('osaka-support-1', null, '大阪支援室1'),
  ('osaka-support-2', null, '大阪支援室2');

insert into entrustment_agreement (id, organization_id, number, valid_from, valid_until, clauses, legal_ground, chosen_by, chosen_reason,
                                   sub_contracting_permitted, sub_contractors)
select 'ag_' || id, id, '災害-' || upper(right(id, 1)) || '-001', broker_now() - interval '30 days', broker_now() + interval '335 days',
       array['tasks', 'confidentiality', 'personal_data', 'sub_contracting', 'log_consent', 'penalty', 'no_group_sharing'],
       'disaster', 'public_call', '登録された小売電気事業者すべてに同じ条件で公募した',
       id = 'retailer-a', case id when 'retailer-a' then array['answer-works'] else '{}' end
  from organization where kind = 'retailer';

insert into person (id, organization_id, organization_kind, natural_person_key, role, name, employment)
values
  ('hq-1', 'tdo', 'utility', 'np-hq-1', 'headquarters', '本部 一郎', 'employee'),
  ('hq-2', 'tdo', 'utility', 'np-hq-2', 'headquarters', '本部 二葉', 'employee'),
  ('hq-3', 'tdo', 'utility', 'np-hq-3', 'headquarters', '本部 三郎', 'employee'),
  ('officer-1', 'tdo', 'utility', 'np-officer-1', 'officer', '管理 一恵', 'employee'),
  ('officer-2', 'tdo', 'utility', 'np-officer-2', 'officer', '管理 二郎', 'employee'),
  ('compliance-1', 'tdo', 'utility', 'np-compliance-1', 'compliance_officer', '遵守 一子', 'employee'),
  ('auditor-1', 'tdo', 'utility', 'np-auditor-1', 'auditor', '監視 一美', 'employee'),
  ('auditor-2', 'tdo', 'utility', 'np-auditor-2', 'auditor', '監視 二郎', 'employee'),
  ('regulator-1', 'egc', 'regulator', 'np-regulator-1', 'regulator', '監視委 太郎', 'employee'),
  ('supervisor-a', 'retailer-a', 'retailer', 'np-supervisor-a', 'supervisor', '統括 あかり', 'employee'),
  ('supervisor-b', 'retailer-b', 'retailer', 'np-supervisor-b', 'supervisor', '統括 ばんり', 'employee');

insert into person (id, organization_id, organization_kind, natural_person_key, role, name, employment, employer_id,
                    training_for, training_content_version, training_completed_at, training_valid_until, pledged_at,
                    pledge_version, recertified_until)
select format('operator-%s-%s', o.letter, lpad(n::text, 2, '0')), 'retailer-' || o.letter, 'retailer',
       format('np-operator-%s-%s', o.letter, n), 'operator', format('応対 %s%s号', upper(o.letter), lpad(n::text, 2, '0')),
       work.employment, case work.employment when 'contractor' then 'answer-works' end,
       work.employment, '2026-1', broker_now() - interval '30 days', broker_now() + interval '335 days',
       broker_now() - interval '30 days', '2026-1', broker_now() + interval '85 days'
  from (values ('a', 40), ('b', 20)) as o (letter, people), generate_series(1, o.people) as n,
       lateral (select case when o.letter = 'a' and n > 30 then 'contractor' else 'employee' end as employment) as work;

-- Four who cannot be nominated, one for each reason.
update person set training_valid_until = broker_now() - interval '1 day' where id = 'operator-a-37';
update person set has_conflict = true where id = 'operator-a-38';
update person set recertified_until = broker_now() - interval '1 day' where id = 'operator-a-39';
update person set duty = 'sales', sales_duty_until = 'infinity' where id = 'operator-a-40';

insert into field_profile (id, label, current_version) values ('outage-call', '停電の電話対応', 1);
insert into field_profile_field (profile_id, version, field_id, mode)
select 'outage-call', 1, field_id, mode
  from (values
    ('supply_point_id', 'part'), ('supply_address', 'part'),
    ('service_pole_number', 'show'), ('service_area_code', 'show'),
    ('contract_holder_name', 'match'), ('meter_number', 'match'),
    ('contact_phone', 'reveal'), ('customer_phone', 'reveal'),
    ('ampere_breaker_presence', 'reveal'), ('remote_switch_capability', 'reveal'),
    ('life_support_flag', 'derived'), ('access_hazard_flag', 'derived'), ('meter_reachability', 'derived'),
    ('outage_state', 'show'), ('outage_incident_id', 'show'), ('estimated_restoration_at', 'show'),
    ('feeder_section_code', 'show'), ('planned_crew_eta', 'show'), ('public_notice_text', 'show'),
    ('danger_report', 'show'),
    ('is_disconnected_by_contract', 'dispatch'), ('has_generation_hazard', 'dispatch')) as chosen (field_id, mode);
