-- The schema public as the catalogues describe it. Generated: change it by a migration, then by "npm run schema".

grant usage on schema public to kashikagi_app;
grant usage on schema public to kashikagi_auditor;
grant usage on schema public to public;

create table access_grant (
  id text not null,
  nomination_id text not null,
  support_call_id text not null,
  declaration_id text not null,
  person_id text not null,
  natural_person_key text not null,
  organization_id text not null,
  field_profile_id text not null,
  is_drill boolean not null,
  starts_at timestamp(3) with time zone not null,
  ends_at timestamp(3) with time zone not null,
  nominated_by text not null,
  approved_by text,
  approved_at timestamp(3) with time zone not null,
  acknowledged_at timestamp(3) with time zone,
  notice_version text,
  suspended_at timestamp(3) with time zone,
  suspended_by text,
  suspend_reason text,
  revoked_at timestamp(3) with time zone,
  revoked_by text,
  revoke_reason text,
  handed_back_at timestamp(3) with time zone,
  standing_plan_id text,
  resumed_at timestamp(3) with time zone,
  resumed_by text,
  resume_reason text,
  suspenders text[] default '{}'::text[] not null,
  constraint access_grant_approved_by_fkey FOREIGN KEY (approved_by) REFERENCES person(id),
  constraint access_grant_declaration_id_fkey FOREIGN KEY (declaration_id) REFERENCES declaration(id),
  constraint access_grant_field_profile_id_fkey FOREIGN KEY (field_profile_id) REFERENCES field_profile(id),
  constraint access_grant_id_check CHECK (id ~ '^gr_'::text),
  constraint access_grant_nominated_by_fkey FOREIGN KEY (nominated_by) REFERENCES person(id),
  constraint access_grant_nomination_id_fkey FOREIGN KEY (nomination_id) REFERENCES nomination(id),
  constraint access_grant_nomination_id_person_id_key UNIQUE (nomination_id, person_id),
  constraint access_grant_organization_id_fkey FOREIGN KEY (organization_id) REFERENCES organization(id),
  constraint access_grant_person_id_fkey FOREIGN KEY (person_id) REFERENCES person(id),
  constraint access_grant_pkey PRIMARY KEY (id),
  constraint access_grant_resumed_by_fkey FOREIGN KEY (resumed_by) REFERENCES person(id),
  constraint access_grant_revoked_by_fkey FOREIGN KEY (revoked_by) REFERENCES person(id),
  constraint access_grant_standing_plan_id_fkey FOREIGN KEY (standing_plan_id) REFERENCES standing_plan(id),
  constraint access_grant_support_call_id_fkey FOREIGN KEY (support_call_id) REFERENCES support_call(id),
  constraint access_grant_suspended_by_fkey FOREIGN KEY (suspended_by) REFERENCES person(id),
  constraint grant_acknowledgement_whole CHECK (num_nulls(acknowledged_at, notice_version) = ANY (ARRAY[0, 2])),
  constraint grant_approved_by_person_or_plan CHECK (num_nonnulls(approved_by, standing_plan_id) = 1),
  constraint grant_approver_gains_nothing CHECK (approved_by <> person_id),
  constraint grant_drill_as_declared FOREIGN KEY (declaration_id, is_drill) REFERENCES declaration(id, is_drill),
  constraint grant_nominator_does_not_approve CHECK (approved_by <> nominated_by),
  constraint grant_resumed_by_another CHECK (resumed_at IS NULL OR resumed_at < suspended_at OR resumed_by <> suspended_by),
  constraint grant_resumption_whole CHECK (num_nulls(resumed_at, resumed_by, resume_reason) = ANY (ARRAY[0, 3])),
  constraint grant_revocation_whole CHECK (num_nulls(revoked_at, revoked_by, revoke_reason) = ANY (ARRAY[0, 3])),
  constraint grant_shift_is_bounded CHECK (starts_at < ends_at AND ends_at <= (starts_at + '12:00:00'::interval)),
  constraint grant_suspension_whole CHECK (num_nulls(suspended_at, suspended_by, suspend_reason) = ANY (ARRAY[0, 3]))
);
CREATE INDEX access_grant_declaration ON access_grant USING btree (declaration_id);
CREATE INDEX access_grant_natural_person ON access_grant USING btree (natural_person_key, ends_at);
CREATE INDEX access_grant_plan ON access_grant USING btree (standing_plan_id) WHERE standing_plan_id IS NOT NULL;
CREATE INDEX access_grant_support_call ON access_grant USING btree (support_call_id, organization_id);
CREATE TRIGGER access_grant_adds_suspender BEFORE UPDATE ON access_grant FOR EACH ROW WHEN (new.suspended_at IS DISTINCT FROM old.suspended_at) EXECUTE FUNCTION keep_suspenders();
CREATE TRIGGER access_grant_by_headquarters BEFORE INSERT ON access_grant FOR EACH ROW EXECUTE FUNCTION refuse_others_than_headquarters();
CREATE TRIGGER access_grant_by_the_entitled BEFORE UPDATE ON access_grant FOR EACH ROW WHEN (new.revoked_by IS DISTINCT FROM old.revoked_by OR new.suspended_at IS DISTINCT FROM old.suspended_at OR new.resumed_at IS DISTINCT FROM old.resumed_at) EXECUTE FUNCTION refuse_unentitled_hand();
CREATE CONSTRAINT TRIGGER access_grant_drill_gives_way AFTER INSERT ON access_grant DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (NOT new.is_drill) EXECUTE FUNCTION refuse_drill_beside_real();
CREATE TRIGGER access_grant_end_is_final BEFORE UPDATE ON access_grant FOR EACH ROW WHEN (old.revoked_at IS NOT NULL AND (old.revoked_at IS DISTINCT FROM new.revoked_at OR old.revoked_by IS DISTINCT FROM new.revoked_by OR old.revoke_reason IS DISTINCT FROM new.revoke_reason) OR old.handed_back_at IS NOT NULL AND old.handed_back_at IS DISTINCT FROM new.handed_back_at OR old.acknowledged_at IS NOT NULL AND (new.acknowledged_at IS NULL OR new.acknowledged_at < old.acknowledged_at) OR old.suspended_at IS NOT NULL AND (new.suspended_at IS NULL OR new.suspended_at < old.suspended_at OR new.suspended_at = old.suspended_at AND (new.suspended_by IS DISTINCT FROM old.suspended_by OR new.suspend_reason IS DISTINCT FROM old.suspend_reason)) OR old.resumed_at IS NOT NULL AND (new.resumed_at IS NULL OR new.resumed_at < old.resumed_at) OR old.person_id IS DISTINCT FROM new.person_id OR old.declaration_id IS DISTINCT FROM new.declaration_id OR old.ends_at IS DISTINCT FROM new.ends_at OR old.starts_at IS DISTINCT FROM new.starts_at) EXECUTE FUNCTION refuse_change('revoked_at', 'handed_back_at', 'acknowledged_at', 'suspended_at', 'resumed_at', 'person_id', 'declaration_id', 'starts_at', 'ends_at');
CREATE TRIGGER access_grant_of_an_approved_nomination AFTER INSERT ON access_grant REFERENCING NEW TABLE AS given FOR EACH STATEMENT EXECUTE FUNCTION refuse_grant_not_nominated();
comment on table access_grant is 'Timestamps, no state column: whether a grant is live is derived at the instant of the decision (law 1).';
comment on column access_grant.resumed_at is 'A suspension holds until a later resumption; an acknowledgement from before it no longer counts. Nothing is ever cleared.';
comment on column access_grant.suspenders is 'All who suspended it since the last resumption, by a trigger: none of them resumes it';
grant select, insert on access_grant to kashikagi_app;
grant select on access_grant to kashikagi_auditor;
grant update (acknowledged_at, notice_version, suspended_at, suspended_by, suspend_reason, revoked_at, revoked_by, revoke_reason, handed_back_at, resumed_at, resumed_by, resume_reason) on access_grant to kashikagi_app;

create table analysis (
  id text not null,
  kind text not null,
  day date,
  from_at timestamp(3) with time zone not null,
  to_at timestamp(3) with time zone not null,
  made_at timestamp(3) with time zone not null,
  rules_version text not null,
  uses integer not null,
  signs integer not null,
  owner_person_id text,
  due_date date,
  concluded_at timestamp(3) with time zone,
  concluded_by text,
  conclusion text,
  record_id text not null,
  constraint analysis_concluded_by_fkey FOREIGN KEY (concluded_by) REFERENCES person(id),
  constraint analysis_concluded_by_its_owner CHECK (concluded_by IS NULL OR concluded_by = owner_person_id),
  constraint analysis_conclusion_check CHECK (length(conclusion) >= 2 AND length(conclusion) <= 2000),
  constraint analysis_conclusion_whole CHECK (num_nulls(concluded_at, concluded_by, conclusion) = ANY (ARRAY[0, 3])),
  constraint analysis_day_of_daily CHECK ((kind = 'daily'::text) = (day IS NOT NULL)),
  constraint analysis_id_check CHECK (id ~ '^an_'::text),
  constraint analysis_is_somebodys CHECK ((signs = 0) = (owner_person_id IS NULL) AND (num_nulls(owner_person_id, due_date) = ANY (ARRAY[0, 2]))),
  constraint analysis_kind_check CHECK (kind = ANY (ARRAY['daily'::text, 'on_demand'::text])),
  constraint analysis_owner_person_id_fkey FOREIGN KEY (owner_person_id) REFERENCES person(id),
  constraint analysis_pkey PRIMARY KEY (id),
  constraint analysis_signs_check CHECK (signs >= 0),
  constraint analysis_span CHECK (from_at < to_at),
  constraint analysis_uses_check CHECK (uses >= 0)
);
CREATE INDEX analysis_made ON analysis USING btree (made_at, id);
CREATE UNIQUE INDEX analysis_once_a_day ON analysis USING btree (day) WHERE kind = 'daily'::text;
CREATE INDEX analysis_waiting ON analysis USING btree (owner_person_id) WHERE concluded_at IS NULL;
CREATE TRIGGER analysis_of_an_auditor BEFORE INSERT OR UPDATE ON analysis FOR EACH ROW EXECUTE FUNCTION refuse_analysis_of_others();
CREATE TRIGGER analysis_starts_open BEFORE INSERT ON analysis FOR EACH ROW WHEN (new.concluded_at IS NOT NULL) EXECUTE FUNCTION refuse_change('concluded_at');
CREATE TRIGGER analysis_stays_what_it_is BEFORE UPDATE ON analysis FOR EACH ROW WHEN (old.id IS DISTINCT FROM new.id OR old.kind IS DISTINCT FROM new.kind OR old.day IS DISTINCT FROM new.day OR old.from_at IS DISTINCT FROM new.from_at OR old.to_at IS DISTINCT FROM new.to_at OR old.made_at IS DISTINCT FROM new.made_at OR old.rules_version IS DISTINCT FROM new.rules_version OR old.uses IS DISTINCT FROM new.uses OR old.signs IS DISTINCT FROM new.signs OR old.due_date IS DISTINCT FROM new.due_date OR old.record_id IS DISTINCT FROM new.record_id OR old.concluded_at IS NOT NULL AND old.* IS DISTINCT FROM new.*) EXECUTE FUNCTION refuse_change('kind', 'day', 'from_at', 'to_at', 'made_at', 'uses', 'signs', 'due_date', 'conclusion');
comment on table analysis is 'One look at the uses of a span by the rules of review/detection; whose it is to conclude, and by when';
comment on column analysis.day is 'Of Japan; of the daily ones';
comment on column analysis.uses is 'How many uses were looked at';
comment on column analysis.owner_person_id is 'The auditor who concludes it; null where nothing struck';
grant select, insert on analysis to kashikagi_app;
grant select on analysis to kashikagi_auditor;
grant update (owner_person_id, concluded_at, concluded_by, conclusion) on analysis to kashikagi_app;

create table analysis_sign (
  analysis_id text not null,
  n integer not null,
  rule text not null,
  subject_type text not null,
  subject_id text not null,
  person_id text,
  organization_id text,
  declaration_id text,
  uses integer not null,
  first_at timestamp(3) with time zone not null,
  last_at timestamp(3) with time zone not null,
  records text[] not null,
  constraint analysis_sign_analysis_id_fkey FOREIGN KEY (analysis_id) REFERENCES analysis(id),
  constraint analysis_sign_n_check CHECK (n >= 1),
  constraint analysis_sign_pkey PRIMARY KEY (analysis_id, n),
  constraint analysis_sign_subject_type_check CHECK (subject_type = ANY (ARRAY['person'::text, 'grant'::text, 'supply_point_ref'::text, 'declaration'::text])),
  constraint analysis_sign_uses_check CHECK (uses >= 1)
);
comment on table analysis_sign is 'What a rule was struck by: no verdict, but where an auditor looks first';
comment on column analysis_sign.records is 'The first of the uses'' records';
grant select, insert on analysis_sign to kashikagi_app;
grant select on analysis_sign to kashikagi_auditor;

create table attestation (
  day date not null,
  at timestamp(3) with time zone not null,
  live_grants integer not null,
  outside integer not null,
  record_id text not null,
  kind text default 'daily'::text not null,
  ordinal integer default 1 not null,
  requested_by text,
  counted_apart integer,
  covers text default '[]'::text not null,
  does_not_cover text[] default '{}'::text[] not null,
  constraint attestation_asked_for_by CHECK ((kind = 'on_demand'::text) = (requested_by IS NOT NULL)),
  constraint attestation_kind_check CHECK (kind = ANY (ARRAY['daily'::text, 'on_demand'::text])),
  constraint attestation_ordinal_check CHECK (ordinal > 0),
  constraint attestation_pkey PRIMARY KEY (day, ordinal),
  constraint attestation_requested_by_fkey FOREIGN KEY (requested_by) REFERENCES person(id)
);
CREATE UNIQUE INDEX attestation_daily ON attestation USING btree (day) WHERE kind = 'daily'::text;
comment on table attestation is 'Each day (JST): how many grants are live, and how many of them outside a declaration in force (0, or an alarm)';
comment on column attestation.counted_apart is 'Live grants by SQL that shares nothing with the predicate; null: made before it was kept here';
comment on column attestation.covers is 'JSON: each way to the data that it speaks of, and how it was tried';
comment on column attestation.does_not_cover is 'Systems that hold the same data and that this broker does not stand before';
grant select, insert on attestation to kashikagi_app;
grant select on attestation to kashikagi_auditor;

create table attestation_organization (
  day date not null,
  ordinal integer not null,
  organization_id text not null,
  live_grants integer not null,
  outside integer not null,
  constraint attestation_organization_check CHECK (outside >= 0 AND outside <= live_grants),
  constraint attestation_organization_day_ordinal_fkey FOREIGN KEY (day, ordinal) REFERENCES attestation(day, ordinal),
  constraint attestation_organization_live_grants_check CHECK (live_grants >= 0),
  constraint attestation_organization_organization_id_fkey FOREIGN KEY (organization_id) REFERENCES organization(id),
  constraint attestation_organization_pkey PRIMARY KEY (day, ordinal, organization_id)
);
grant select, insert on attestation_organization to kashikagi_app;
grant select on attestation_organization to kashikagi_auditor;

create table attestation_probe (
  day date not null,
  ordinal integer not null,
  grant_id text not null,
  target text not null,
  is_refused boolean not null,
  code text,
  record_id text,
  constraint attestation_probe_day_ordinal_fkey FOREIGN KEY (day, ordinal) REFERENCES attestation(day, ordinal),
  constraint attestation_probe_grant_id_fkey FOREIGN KEY (grant_id) REFERENCES access_grant(id),
  constraint attestation_probe_pkey PRIMARY KEY (day, ordinal, grant_id, target),
  constraint attestation_probe_target_check CHECK (target = ANY (ARRAY['gate'::text, 'introspection'::text]))
);
comment on table attestation_probe is 'A random sample of retired credentials, tried again; not in probe, since the closing certificates are made of that';
grant select, insert on attestation_probe to kashikagi_app;
grant select on attestation_probe to kashikagi_auditor;

create table certificate (
  declaration_id text not null,
  completed_at timestamp(3) with time zone not null,
  record_id text not null,
  constraint certificate_declaration_id_fkey FOREIGN KEY (declaration_id) REFERENCES declaration(id),
  constraint certificate_pkey PRIMARY KEY (declaration_id)
);
CREATE TRIGGER certificate_of_what_is_closed BEFORE INSERT ON certificate FOR EACH ROW EXECUTE FUNCTION refuse_premature_certificate();
grant select, insert on certificate to kashikagi_app;
grant select on certificate to kashikagi_auditor;

create table change (
  id text not null,
  kind text not null,
  body text not null,
  proposed_by text not null,
  proposed_at timestamp(3) with time zone not null,
  lapses_at timestamp(3) with time zone not null,
  decision text,
  decided_by text,
  decided_at timestamp(3) with time zone,
  reason text,
  resource_type text,
  resource_id text,
  difference text default '[]'::text not null,
  constraint change_decided_by_fkey FOREIGN KEY (decided_by) REFERENCES person(id),
  constraint change_decided_in_time CHECK (decided_at < lapses_at),
  constraint change_decision_check CHECK (decision = ANY (ARRAY['confirmed'::text, 'rejected'::text])),
  constraint change_decision_whole CHECK (num_nulls(decision, decided_by, decided_at) = ANY (ARRAY[0, 3])),
  constraint change_id_check CHECK (id ~ '^ch_'::text),
  constraint change_lapses_in_a_day CHECK (lapses_at <= (proposed_at + '24:00:00'::interval)),
  constraint change_needs_another_person CHECK (decided_by IS DISTINCT FROM proposed_by OR decided_by IS NULL),
  constraint change_pkey PRIMARY KEY (id),
  constraint change_proposed_by_fkey FOREIGN KEY (proposed_by) REFERENCES person(id)
);
CREATE TRIGGER change_by_the_entitled BEFORE INSERT OR UPDATE ON change FOR EACH ROW EXECUTE FUNCTION refuse_unentitled_change();
CREATE TRIGGER change_decision_is_final BEFORE UPDATE ON change FOR EACH ROW WHEN (old.decision IS NOT NULL) EXECUTE FUNCTION refuse_change('decision');
CREATE TRIGGER change_fed_people AFTER INSERT ON change FOR EACH ROW WHEN (new.kind = 'person.feed'::text) EXECUTE FUNCTION keep_fed_people();
CREATE TRIGGER change_starts_open BEFORE INSERT ON change FOR EACH ROW WHEN (new.decision IS NOT NULL) EXECUTE FUNCTION refuse_change('decision');
comment on column change.difference is 'JSON: what the proposal would change, member by member; if it differs at the confirmation, nothing takes effect';
grant select, insert on change to kashikagi_app;
grant select on change to kashikagi_auditor;
grant update (decision, decided_by, decided_at, reason, resource_type, resource_id) on change to kashikagi_app;

create table change_entitlement (
  family text not null,
  proposers text[] not null,
  deciders text[] not null,
  constraint change_entitlement_family_check CHECK (family ~ '^[a-z_]*$'::text),
  constraint change_entitlement_pkey PRIMARY KEY (family)
);
comment on table change_entitlement is 'The roles of the two persons, by what stands before the dot in the kind of a change; the empty family is every other.';
grant select on change_entitlement to kashikagi_app;
grant select on change_entitlement to kashikagi_auditor;

create table change_person (
  change_id text not null,
  person_id text not null,
  constraint change_person_change_id_fkey FOREIGN KEY (change_id) REFERENCES change(id),
  constraint change_person_pkey PRIMARY KEY (change_id, person_id)
);
comment on table change_person is 'The people of a proposed feed, taken from its body by a trigger';
grant select on change_person to kashikagi_app;
grant select on change_person to kashikagi_auditor;

create table checkpoint_timestamp (
  id bigint generated always as identity not null,
  origin text not null,
  size bigint not null,
  note text not null,
  token bytea not null,
  policy text not null,
  stamped_at timestamp(3) with time zone not null,
  taken_at timestamp(3) with time zone not null,
  constraint checkpoint_stamped_once UNIQUE (origin, size),
  constraint checkpoint_timestamp_pkey PRIMARY KEY (id),
  constraint checkpoint_timestamp_size_check CHECK (size >= 0),
  constraint checkpoint_timestamp_token_check CHECK (octet_length(token) >= 1 AND octet_length(token) <= 65536)
);
CREATE INDEX checkpoint_timestamp_size ON checkpoint_timestamp USING btree (size);
CREATE TRIGGER checkpoint_timestamp_stays BEFORE DELETE OR UPDATE ON checkpoint_timestamp FOR EACH ROW EXECUTE FUNCTION refuse_change('note', 'token');
comment on table checkpoint_timestamp is 'Checkpoints that an authority outside has stamped, each token verified before it was kept; no purge of records without one';
comment on column checkpoint_timestamp.note is 'The signed checkpoint as it was stamped, byte for byte: with this log''s signature line and no other';
comment on column checkpoint_timestamp.token is 'The TimeStampResp as it came (DER)';
comment on column checkpoint_timestamp.stamped_at is 'The authority''s time, not ours; taken_at is ours';
grant select, insert on checkpoint_timestamp to kashikagi_app;
grant select on checkpoint_timestamp to kashikagi_auditor;

create table cosignature (
  origin text not null,
  vkey text not null,
  size bigint not null,
  note text not null,
  line text not null,
  taken_at timestamp(3) with time zone not null,
  constraint cosignature_line_check CHECK (line ~~ '— % %'::text AND line ~~ '%
'::text),
  constraint cosignature_pkey PRIMARY KEY (origin, vkey),
  constraint cosignature_size_check CHECK (size >= 0)
);
CREATE TRIGGER cosignature_only_grows BEFORE UPDATE ON cosignature FOR EACH ROW WHEN (new.size < old.size OR new.origin <> old.origin OR new.vkey <> old.vkey) EXECUTE FUNCTION refuse_change('size', 'origin', 'vkey');
comment on table cosignature is 'The last checkpoint that each witness cosigned, and its signature line, verified before it was kept';
comment on column cosignature.note is 'The checkpoint as this log signed it: its own signature line and no other';
grant select, insert on cosignature to kashikagi_app;
grant select on cosignature to kashikagi_auditor;
grant update (size, note, line, taken_at) on cosignature to kashikagi_app;

create table credential (
  grant_id text not null,
  jti text not null,
  jkt text not null,
  terminal_id text not null,
  person_id text not null,
  issued_at timestamp(3) with time zone not null,
  expires_at timestamp(3) with time zone not null,
  released_at timestamp(3) with time zone,
  constraint credential_grant_id_fkey FOREIGN KEY (grant_id) REFERENCES access_grant(id),
  constraint credential_is_short CHECK (expires_at <= (issued_at + '00:05:00'::interval)),
  constraint credential_jti_key UNIQUE (jti),
  constraint credential_person_id_fkey FOREIGN KEY (person_id) REFERENCES person(id),
  constraint credential_pkey PRIMARY KEY (grant_id),
  constraint credential_terminal_id_fkey FOREIGN KEY (terminal_id) REFERENCES terminal(id)
);
CREATE TRIGGER credential_release_is_final BEFORE UPDATE ON credential FOR EACH ROW WHEN (old.jti = new.jti AND old.released_at IS NOT NULL AND old.released_at IS DISTINCT FROM new.released_at) EXECUTE FUNCTION refuse_change('released_at');
comment on table credential is 'One current credential a grant (law 4). A well-signed token whose id is not here opens nothing.';
grant select, insert on credential to kashikagi_app;
grant select on credential to kashikagi_auditor;
grant update (jti, jkt, terminal_id, person_id, issued_at, expires_at, released_at) on credential to kashikagi_app;

create table declaration (
  id text not null,
  number text not null,
  name text not null,
  hazard_types text[] not null,
  target_area text[] not null,
  posture_level text not null,
  legal_basis text not null,
  necessity_statement text not null,
  rule_version text not null,
  is_drill boolean not null,
  expected_end_at timestamp(3) with time zone not null,
  declared_by text not null,
  declared_at timestamp(3) with time zone not null,
  confirmed_by text,
  confirmed_at timestamp(3) with time zone,
  hard_end_at timestamp(3) with time zone not null,
  lifted_by text,
  lifted_at timestamp(3) with time zone,
  lift_reason text,
  waits_for_confirmation boolean default false not null,
  told text[] default '{}'::text[] not null,
  declared_area text[] not null,
  constraint declaration_confirmation_whole CHECK (num_nulls(confirmed_by, confirmed_at) = ANY (ARRAY[0, 2])),
  constraint declaration_confirmed_by_another CHECK (confirmed_by IS DISTINCT FROM declared_by OR confirmed_by IS NULL),
  constraint declaration_confirmed_by_fkey FOREIGN KEY (confirmed_by) REFERENCES person(id),
  constraint declaration_declared_by_fkey FOREIGN KEY (declared_by) REFERENCES person(id),
  constraint declaration_hazard_types_check CHECK (cardinality(hazard_types) > 0),
  constraint declaration_id_check CHECK (id ~ '^dc_'::text),
  constraint declaration_id_is_drill_key UNIQUE (id, is_drill),
  constraint declaration_lift_whole CHECK (num_nulls(lifted_by, lifted_at, lift_reason) = ANY (ARRAY[0, 3])),
  constraint declaration_lifted_by_fkey FOREIGN KEY (lifted_by) REFERENCES person(id),
  constraint declaration_name_check CHECK (length(name) >= 1 AND length(name) <= 100),
  constraint declaration_necessity_statement_check CHECK (length(necessity_statement) >= 20 AND length(necessity_statement) <= 2000),
  constraint declaration_number_key UNIQUE (number),
  constraint declaration_pkey PRIMARY KEY (id),
  constraint declaration_target_area_check CHECK (cardinality(target_area) > 0),
  constraint declaration_unconfirmed_is_short CHECK (confirmed_at IS NOT NULL OR hard_end_at <= (declared_at + '00:30:00'::interval))
);
CREATE CONSTRAINT TRIGGER declaration_amended_by_two AFTER UPDATE ON declaration DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (new.hard_end_at IS DISTINCT FROM old.hard_end_at OR new.target_area IS DISTINCT FROM old.target_area) EXECUTE FUNCTION refuse_unamended();
CREATE TRIGGER declaration_by_headquarters BEFORE INSERT OR UPDATE ON declaration FOR EACH ROW EXECUTE FUNCTION refuse_others_than_headquarters();
CREATE TRIGGER declaration_confirmed_in_time BEFORE UPDATE ON declaration FOR EACH ROW WHEN (old.confirmed_at IS NULL AND new.confirmed_at IS NOT NULL) EXECUTE FUNCTION refuse_other_times();
CREATE TRIGGER declaration_expected_end_follows BEFORE UPDATE ON declaration FOR EACH ROW WHEN (old.expected_end_at IS DISTINCT FROM new.expected_end_at AND new.expected_end_at <> new.hard_end_at) EXECUTE FUNCTION refuse_change('expected_end_at');
CREATE TRIGGER declaration_is_not_back_dated BEFORE INSERT ON declaration FOR EACH ROW EXECUTE FUNCTION refuse_other_times();
CREATE TRIGGER declaration_keeps_its_area BEFORE INSERT ON declaration FOR EACH ROW EXECUTE FUNCTION keep_declared_area();
CREATE TRIGGER declaration_starts_unconfirmed BEFORE INSERT ON declaration FOR EACH ROW WHEN (new.confirmed_at IS NOT NULL OR new.lifted_at IS NOT NULL) EXECUTE FUNCTION refuse_change('confirmed_at', 'lifted_at');
CREATE TRIGGER declaration_stays_what_it_is BEFORE UPDATE ON declaration FOR EACH ROW WHEN (old.is_drill IS DISTINCT FROM new.is_drill OR old.declared_at IS DISTINCT FROM new.declared_at OR old.declared_by IS DISTINCT FROM new.declared_by OR old.number IS DISTINCT FROM new.number OR old.lifted_at IS NOT NULL AND (old.lifted_at IS DISTINCT FROM new.lifted_at OR old.lifted_by IS DISTINCT FROM new.lifted_by OR old.lift_reason IS DISTINCT FROM new.lift_reason) OR old.confirmed_at IS NOT NULL AND old.confirmed_at IS DISTINCT FROM new.confirmed_at OR old.confirmed_by IS NOT NULL AND old.confirmed_by IS DISTINCT FROM new.confirmed_by) EXECUTE FUNCTION refuse_change('is_drill', 'declared_at', 'declared_by', 'number', 'lifted_at', 'confirmed_at', 'confirmed_by');
CREATE TRIGGER declaration_within_its_minutes BEFORE INSERT ON declaration FOR EACH ROW WHEN (NOT new.waits_for_confirmation AND new.posture_level <> '警戒本部'::text) EXECUTE FUNCTION refuse_more_minutes();
comment on column declaration.waits_for_confirmation is 'One person''s word has opened this area for its 30 minutes within the last 24 hours: this one opens after two.';
comment on column declaration.told is 'Who was told at the declaration: officers and compliance officer (ART-5)';
comment on column declaration.declared_area is 'As declared, whatever was shrunk since: what one person''s word has opened counts for 24 hours. Kept by a trigger.';
grant select, insert on declaration to kashikagi_app;
grant select on declaration to kashikagi_auditor;
grant update (target_area, expected_end_at, confirmed_by, confirmed_at, hard_end_at, lifted_by, lifted_at, lift_reason) on declaration to kashikagi_app;

create table declaration_amendment (
  declaration_id text not null,
  ordinal integer not null,
  kind text not null,
  at timestamp(3) with time zone not null,
  amended_by text not null,
  change_id text,
  hard_end_at timestamp(3) with time zone,
  target_area text[],
  reason text not null,
  outage_households integer,
  constraint amendment_by_two CHECK ((kind = 'shrink'::text) = (change_id IS NULL)),
  constraint amendment_says_what CHECK (
CASE kind
    WHEN 'extend'::text THEN num_nulls(hard_end_at, outage_households) = 0
    ELSE target_area IS NOT NULL
END),
  constraint declaration_amendment_amended_by_fkey FOREIGN KEY (amended_by) REFERENCES person(id),
  constraint declaration_amendment_change_id_fkey FOREIGN KEY (change_id) REFERENCES change(id),
  constraint declaration_amendment_change_id_key UNIQUE (change_id),
  constraint declaration_amendment_declaration_id_fkey FOREIGN KEY (declaration_id) REFERENCES declaration(id),
  constraint declaration_amendment_kind_check CHECK (kind = ANY (ARRAY['extend'::text, 'grow'::text, 'shrink'::text])),
  constraint declaration_amendment_outage_households_check CHECK (outage_households >= 0),
  constraint declaration_amendment_pkey PRIMARY KEY (declaration_id, ordinal),
  constraint declaration_amendment_reason_check CHECK (length(reason) >= 2 AND length(reason) <= 500)
);
comment on table declaration_amendment is 'Extension and growth name the change that two persons made; shrinking is one person''s, at once.';
grant select, insert on declaration_amendment to kashikagi_app;
grant select on declaration_amendment to kashikagi_auditor;

create table dpop_proof (
  replay_key bytea not null,
  expires_at timestamp(3) with time zone not null,
  constraint dpop_proof_pkey PRIMARY KEY (replay_key)
);
CREATE INDEX dpop_proof_expires_at ON dpop_proof USING btree (expires_at);
CREATE TRIGGER dpop_proof_until_its_end BEFORE DELETE ON dpop_proof FOR EACH ROW EXECUTE FUNCTION refuse_early_delete();
comment on table dpop_proof is 'Each proof once, on every instance: SHA-256 of key thumbprint and jti';
grant select, insert, delete on dpop_proof to kashikagi_app;

create table endings_brake (
  is_drill boolean not null,
  at timestamp(3) with time zone not null,
  by_clock integer not null,
  open integer not null,
  record_id text not null,
  constraint endings_brake_pkey PRIMARY KEY (is_drill, at)
);
comment on table endings_brake is 'So many ends by the clock alone at once that none of them is closed before a person acts; once an hour while it lasts';
grant select, insert on endings_brake to kashikagi_app;
grant select on endings_brake to kashikagi_auditor;

create table entrustment_agreement (
  id text not null,
  organization_id text not null,
  number text not null,
  valid_from timestamp(3) with time zone not null,
  valid_until timestamp(3) with time zone not null,
  ended_at timestamp(3) with time zone,
  clauses text[] not null,
  is_complete boolean generated always as (clauses @> ARRAY['tasks'::text, 'confidentiality'::text, 'personal_data'::text, 'sub_contracting'::text, 'log_consent'::text, 'penalty'::text, 'no_group_sharing'::text]) stored not null,
  legal_ground text not null,
  chosen_by text not null,
  chosen_reason text not null,
  sub_contracting_permitted boolean default false not null,
  sub_contractors text[] default '{}'::text[] not null,
  registered_at timestamp(3) with time zone default broker_now() not null,
  change_id text,
  constraint entrustment_agreement_change_id_fkey FOREIGN KEY (change_id) REFERENCES change(id),
  constraint entrustment_agreement_check CHECK (valid_from < valid_until),
  constraint entrustment_agreement_chosen_by_check CHECK (chosen_by = ANY (ARRAY['public_call'::text, 'negotiated'::text])),
  constraint entrustment_agreement_id_check CHECK (id ~ '^ag_'::text),
  constraint entrustment_agreement_legal_ground_check CHECK (legal_ground = ANY (ARRAY['disaster'::text, 'subsidiary'::text, 'no_non_public_information'::text])),
  constraint entrustment_agreement_number_key UNIQUE (number),
  constraint entrustment_agreement_organization_id_fkey FOREIGN KEY (organization_id) REFERENCES organization(id),
  constraint entrustment_agreement_pkey PRIMARY KEY (id)
);
CREATE INDEX entrustment_agreement_organization ON entrustment_agreement USING btree (organization_id);
CREATE CONSTRAINT TRIGGER entrustment_agreement_added_by_two AFTER INSERT ON entrustment_agreement DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION refuse_without_two_persons('agreement');
CREATE CONSTRAINT TRIGGER entrustment_agreement_changed_by_two AFTER UPDATE ON entrustment_agreement DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (true) EXECUTE FUNCTION refuse_without_two_persons('agreement');
CREATE TRIGGER entrustment_agreement_end_is_final BEFORE UPDATE ON entrustment_agreement FOR EACH ROW WHEN (old.ended_at IS NOT NULL AND old.ended_at IS DISTINCT FROM new.ended_at) EXECUTE FUNCTION refuse_change('ended_at');
CREATE TRIGGER entrustment_agreement_is_registered BEFORE INSERT ON entrustment_agreement FOR EACH ROW EXECUTE FUNCTION keep_registration();
CREATE TRIGGER entrustment_agreement_version AFTER INSERT OR UPDATE ON entrustment_agreement FOR EACH ROW EXECUTE FUNCTION keep_version('agreement');
comment on column entrustment_agreement.is_complete is 'MECH-1: no grant without every clause';
comment on column entrustment_agreement.legal_ground is '施行規則第33条の9 ①②③ (as printed 2023-02-20; the current text is on e-Gov)';
comment on column entrustment_agreement.registered_at is 'A grant stands on agreements registered before its approval; a later one revives nothing.';
grant select, insert on entrustment_agreement to kashikagi_app;
grant select on entrustment_agreement to kashikagi_auditor;
grant update (valid_until, ended_at, clauses, legal_ground, chosen_by, chosen_reason, sub_contracting_permitted, sub_contractors, change_id) on entrustment_agreement to kashikagi_app;

create table exposure (
  id text not null,
  grant_id text not null,
  target text not null,
  found_at timestamp(3) with time zone not null,
  what text not null,
  resolved_at timestamp(3) with time zone,
  constraint exposure_grant_id_fkey FOREIGN KEY (grant_id) REFERENCES access_grant(id),
  constraint exposure_id_check CHECK (id ~ '^ex_'::text),
  constraint exposure_pkey PRIMARY KEY (id)
);
CREATE UNIQUE INDEX exposure_open ON exposure USING btree (grant_id, target) WHERE resolved_at IS NULL;
CREATE TRIGGER exposure_resolution_is_final BEFORE UPDATE ON exposure FOR EACH ROW WHEN (old.resolved_at IS NOT NULL) EXECUTE FUNCTION refuse_change('resolved_at');
CREATE TRIGGER exposure_starts_open BEFORE INSERT ON exposure FOR EACH ROW WHEN (new.resolved_at IS NOT NULL) EXECUTE FUNCTION refuse_change('resolved_at');
comment on table exposure is 'What could not be proved ended: named, and in the way of the closing certificate until it is.';
grant select, insert on exposure to kashikagi_app;
grant select on exposure to kashikagi_auditor;
grant update (resolved_at) on exposure to kashikagi_app;

create table fact_version (
  resource_type text not null,
  resource_id text not null,
  version integer not null,
  at timestamp(3) with time zone not null,
  change_id text,
  facts jsonb not null,
  constraint fact_version_change_id_fkey FOREIGN KEY (change_id) REFERENCES change(id),
  constraint fact_version_pkey PRIMARY KEY (resource_type, resource_id, version),
  constraint fact_version_version_check CHECK (version > 0)
);
CREATE INDEX fact_version_at ON fact_version USING btree (resource_type, at);
CREATE UNIQUE INDEX fact_version_change ON fact_version USING btree (change_id, resource_type, resource_id);
comment on table fact_version is 'Every state that a row deciding access ever had, written by a trigger: the row as on a day is the newest version at or before it.';
grant select on fact_version to kashikagi_app;
grant select on fact_version to kashikagi_auditor;

create table field (
  id text not null,
  item text not null,
  label_ja text not null,
  label_en text not null,
  class text not null,
  is_non_public boolean not null,
  reason text not null,
  ceiling text not null,
  constraint field_ceiling_check CHECK (ceiling = ANY (ARRAY['never'::text, 'limited'::text])),
  constraint field_class_check CHECK (class = ANY (ARRAY['S'::text, 'O'::text, 'X'::text, 'Z'::text, 'T'::text, 'D'::text])),
  constraint field_id_ceiling_key UNIQUE (id, ceiling),
  constraint field_pkey PRIMARY KEY (id)
);
CREATE TRIGGER field_is_fixed BEFORE DELETE OR UPDATE ON field FOR EACH ROW EXECUTE FUNCTION refuse_change('ceiling');
grant select on field to kashikagi_app;
grant select on field to kashikagi_auditor;

create table field_mode (
  field_id text not null,
  ceiling text default 'limited'::text not null,
  mode text not null,
  constraint field_mode_ceiling_check CHECK (ceiling = 'limited'::text),
  constraint field_mode_field_id_ceiling_fkey FOREIGN KEY (field_id, ceiling) REFERENCES field(id, ceiling),
  constraint field_mode_mode_check CHECK (mode = ANY (ARRAY['show'::text, 'part'::text, 'match'::text, 'reveal'::text, 'derived'::text, 'dispatch'::text])),
  constraint field_mode_pkey PRIMARY KEY (field_id, mode)
);
comment on table field_mode is 'The ceiling: a never-field can have no row here, so no profile can name it, whoever tries (law 3).';
grant select on field_mode to kashikagi_app;
grant select on field_mode to kashikagi_auditor;

create table field_profile (
  id text not null,
  label text not null,
  current_version integer not null,
  retired_at timestamp(3) with time zone,
  change_id text,
  constraint field_profile_change_id_fkey FOREIGN KEY (change_id) REFERENCES change(id),
  constraint field_profile_id_check CHECK (id ~ '^[a-z][a-z0-9-]{1,39}$'::text),
  constraint field_profile_pkey PRIMARY KEY (id)
);
CREATE CONSTRAINT TRIGGER field_profile_added_by_two AFTER INSERT ON field_profile DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION refuse_without_two_persons('field_profile');
CREATE CONSTRAINT TRIGGER field_profile_changed_by_two AFTER UPDATE ON field_profile DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (true) EXECUTE FUNCTION refuse_without_two_persons('field_profile');
CREATE TRIGGER field_profile_retirement_is_final BEFORE UPDATE ON field_profile FOR EACH ROW WHEN (old.retired_at IS NOT NULL AND old.retired_at IS DISTINCT FROM new.retired_at OR new.current_version < old.current_version) EXECUTE FUNCTION refuse_change('retired_at', 'current_version');
CREATE TRIGGER field_profile_version AFTER INSERT OR UPDATE ON field_profile FOR EACH ROW EXECUTE FUNCTION keep_version('field_profile');
grant select, insert on field_profile to kashikagi_app;
grant select on field_profile to kashikagi_auditor;
grant update (label, current_version, retired_at, change_id) on field_profile to kashikagi_app;

create table field_profile_field (
  profile_id text not null,
  version integer not null,
  field_id text not null,
  mode text not null,
  constraint field_profile_field_field_id_mode_fkey FOREIGN KEY (field_id, mode) REFERENCES field_mode(field_id, mode),
  constraint field_profile_field_pkey PRIMARY KEY (profile_id, version, field_id),
  constraint field_profile_field_profile_id_fkey FOREIGN KEY (profile_id) REFERENCES field_profile(id),
  constraint field_profile_field_version_check CHECK (version > 0)
);
CREATE TRIGGER field_profile_field_before_its_version BEFORE INSERT ON field_profile_field FOR EACH ROW EXECUTE FUNCTION refuse_field_in_force();
CREATE TRIGGER field_profile_field_is_fixed BEFORE DELETE OR UPDATE ON field_profile_field FOR EACH ROW EXECUTE FUNCTION refuse_change('mode');
CREATE CONSTRAINT TRIGGER field_profile_field_with_its_version AFTER INSERT ON field_profile_field DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION refuse_field_in_advance();
comment on table field_profile_field is 'Versions never change; a new version is a new set of rows, and takes effect with field_profile.current_version.';
grant select, insert on field_profile_field to kashikagi_app;
grant select on field_profile_field to kashikagi_auditor;

create table field_reveal (
  declaration_id text not null,
  call_id text not null,
  supply_point_ref text not null,
  field_id text not null,
  revealed_at timestamp(3) with time zone not null,
  constraint field_reveal_declaration_id_fkey FOREIGN KEY (declaration_id) REFERENCES declaration(id),
  constraint field_reveal_field_id_fkey FOREIGN KEY (field_id) REFERENCES field(id),
  constraint field_reveal_pkey PRIMARY KEY (declaration_id, call_id, supply_point_ref, field_id)
);
grant select, insert on field_reveal to kashikagi_app;
grant select on field_reveal to kashikagi_auditor;

create table finding (
  id text not null,
  subject_type text not null,
  subject_id text not null,
  type text not null,
  severity text not null,
  text text not null,
  owner_person_id text not null,
  due_date date not null,
  found_by text not null,
  found_at timestamp(3) with time zone not null,
  assigned_at timestamp(3) with time zone not null,
  changed_by text not null,
  answer text,
  answered_at timestamp(3) with time zone,
  closing_reason text,
  closed_at timestamp(3) with time zone,
  constraint finding_answer_check CHECK (length(answer) >= 2 AND length(answer) <= 2000),
  constraint finding_answer_whole CHECK (num_nulls(answer, answered_at) = ANY (ARRAY[0, 2])),
  constraint finding_changed_by_fkey FOREIGN KEY (changed_by) REFERENCES person(id),
  constraint finding_closed_after_its_answer CHECK (closed_at IS NULL OR answered_at IS NOT NULL),
  constraint finding_closing_reason_check CHECK (length(closing_reason) >= 2 AND length(closing_reason) <= 500),
  constraint finding_closing_whole CHECK (num_nulls(closing_reason, closed_at) = ANY (ARRAY[0, 2])),
  constraint finding_found_by_fkey FOREIGN KEY (found_by) REFERENCES person(id),
  constraint finding_id_check CHECK (id ~ '^fd_'::text),
  constraint finding_owner_person_id_fkey FOREIGN KEY (owner_person_id) REFERENCES person(id),
  constraint finding_pkey PRIMARY KEY (id),
  constraint finding_severity_check CHECK (severity = ANY (ARRAY['low'::text, 'medium'::text, 'high'::text])),
  constraint finding_subject_id_check CHECK (length(subject_id) >= 1 AND length(subject_id) <= 64),
  constraint finding_subject_type_check CHECK (subject_type = ANY (ARRAY['declaration'::text, 'grant'::text, 'person'::text, 'record'::text, 'supply_point_ref'::text, 'organization'::text])),
  constraint finding_text_check CHECK (length(text) >= 2 AND length(text) <= 2000),
  constraint finding_type_check CHECK (type = ANY (ARRAY['outside_declaration'::text, 'outside_area'::text, 'wrong_terminal'::text, 'two_places'::text, 'shift_edges'::text, 'repeated_views'::text, 'quiet_disaster'::text, 'contractor_enquiry'::text, 'receivables'::text, 'moving_in'::text, 'switching'::text, 'outbound_sales'::text, 'analysis'::text, 'separation_of_duties'::text, 'eligibility'::text, 'training'::text, 'terminals_and_rooms'::text, 'records_and_retention'::text, 'procedure'::text]))
);
CREATE INDEX finding_found ON finding USING btree (found_at, id);
CREATE INDEX finding_owner ON finding USING btree (owner_person_id) WHERE closed_at IS NULL;
CREATE TRIGGER finding_by_an_auditor BEFORE INSERT OR UPDATE ON finding FOR EACH ROW EXECUTE FUNCTION refuse_unentitled_finding();
CREATE TRIGGER finding_starts_open BEFORE INSERT ON finding FOR EACH ROW WHEN (new.answered_at IS NOT NULL OR new.closed_at IS NOT NULL) EXECUTE FUNCTION refuse_change('answered_at', 'closed_at');
CREATE TRIGGER finding_stays_what_it_is BEFORE UPDATE ON finding FOR EACH ROW WHEN (old.id IS DISTINCT FROM new.id OR old.subject_type IS DISTINCT FROM new.subject_type OR old.subject_id IS DISTINCT FROM new.subject_id OR old.type IS DISTINCT FROM new.type OR old.text IS DISTINCT FROM new.text OR old.found_by IS DISTINCT FROM new.found_by OR old.found_at IS DISTINCT FROM new.found_at OR old.answered_at IS NOT NULL AND new.answered_at IS NULL OR old.closed_at IS NOT NULL AND old.* IS DISTINCT FROM new.*) EXECUTE FUNCTION refuse_change('subject', 'type', 'text', 'found_by', 'found_at', 'answered_at', 'closed_at');
comment on table finding is 'What an auditor found: whose it is to answer, by when. Nothing of it is ever cleared; open, answered and closed are read from the times.';
comment on column finding.assigned_at is 'When the present owner got it';
comment on column finding.changed_by is 'The auditor of the last change; each change has its record';
grant select, insert on finding to kashikagi_app;
grant select on finding to kashikagi_auditor;
grant update (severity, owner_person_id, due_date, assigned_at, changed_by, answer, answered_at, closing_reason, closed_at) on finding to kashikagi_app;

create table first_enrolment (
  person_id text not null,
  code_hash bytea not null,
  made_at timestamp(3) with time zone default broker_now() not null,
  expires_at timestamp(3) with time zone not null,
  used_at timestamp(3) with time zone,
  used_code text,
  passkey_id text,
  constraint first_enrolment_by_its_code CHECK (sha256(convert_to(used_code, 'UTF8'::name)) = code_hash),
  constraint first_enrolment_code_hash_check CHECK (octet_length(code_hash) = 32),
  constraint first_enrolment_code_hash_key UNIQUE (code_hash),
  constraint first_enrolment_in_time CHECK (used_at < expires_at),
  constraint first_enrolment_is_a_day CHECK (expires_at <= (made_at + '24:00:00'::interval)),
  constraint first_enrolment_passkey_id_fkey FOREIGN KEY (passkey_id) REFERENCES passkey_request(id),
  constraint first_enrolment_passkey_id_key UNIQUE (passkey_id),
  constraint first_enrolment_person_id_fkey FOREIGN KEY (person_id) REFERENCES person(id),
  constraint first_enrolment_pkey PRIMARY KEY (person_id),
  constraint first_enrolment_use_whole CHECK (num_nulls(used_at, used_code, passkey_id) = ANY (ARRAY[0, 3]))
);
CREATE TRIGGER first_enrolment_use_is_final BEFORE UPDATE ON first_enrolment FOR EACH ROW WHEN (old.used_at IS NOT NULL) EXECUTE FUNCTION refuse_change('used_at', 'passkey_id');
comment on table first_enrolment is 'How the first two officers come in (kashikagi bootstrap): once each. The code is written down when it is spent, so that nobody spends one that they do not know.';
grant select on first_enrolment to kashikagi_app;
grant update (used_at, used_code, passkey_id) on first_enrolment to kashikagi_app;

create table grant_ending (
  grant_id text not null,
  ended_at timestamp(3) with time zone not null,
  cause text not null,
  closed_at timestamp(3) with time zone not null,
  record_id text not null,
  constraint grant_ending_grant_id_fkey FOREIGN KEY (grant_id) REFERENCES access_grant(id),
  constraint grant_ending_pkey PRIMARY KEY (grant_id)
);
CREATE TRIGGER grant_ending_has_its_cause BEFORE INSERT ON grant_ending FOR EACH ROW EXECUTE FUNCTION refuse_end_without_cause();
comment on table grant_ending is 'When and why a grant truly ended, written after the fact; access never waits for it.';
grant select, insert on grant_ending to kashikagi_app;
grant select on grant_ending to kashikagi_auditor;

create table grant_use (
  grant_id text not null,
  last_no integer not null,
  constraint grant_use_grant_id_fkey FOREIGN KEY (grant_id) REFERENCES access_grant(id),
  constraint grant_use_pkey PRIMARY KEY (grant_id)
);
CREATE TRIGGER grant_use_only_grows BEFORE UPDATE ON grant_use FOR EACH ROW WHEN (new.last_no <= old.last_no) EXECUTE FUNCTION refuse_change('last_no');
comment on table grant_use is 'Each grant numbers its own uses 1, 2, 3 …, so that completeness can be checked';
grant select, insert, update on grant_use to kashikagi_app;
grant select on grant_use to kashikagi_auditor;

create table house_adoption (
  is_only boolean default true not null,
  at timestamp(3) with time zone not null,
  record_id text not null,
  constraint house_adoption_is_only_check CHECK (is_only),
  constraint house_adoption_pkey PRIMARY KEY (is_only)
);
comment on table house_adoption is 'That the facts which were here before the ledger stand in it once, as found; the one row is what keeps two instances from doing it twice';
grant select, insert on house_adoption to kashikagi_app;
grant select on house_adoption to kashikagi_auditor;

create table idempotency (
  person_id text not null,
  route text not null,
  key text not null,
  body_hash bytea not null,
  answer text,
  created_at timestamp(3) with time zone not null,
  constraint idempotency_key_check CHECK (length(key) >= 1 AND length(key) <= 200),
  constraint idempotency_pkey PRIMARY KEY (person_id, route, key)
);
CREATE INDEX idempotency_created_at ON idempotency USING btree (created_at);
comment on table idempotency is 'Same key and body: the same answer, 24 h. Data calls never come here (law 3).';
grant select, insert, update, delete on idempotency to kashikagi_app;

create table incident (
  id text not null,
  at timestamp(3) with time zone not null,
  field_id text not null,
  declaration_id text not null,
  is_drill boolean not null,
  released_at timestamp(3) with time zone,
  released_by_change text,
  use_key bytea,
  constraint incident_declaration_id_fkey FOREIGN KEY (declaration_id) REFERENCES declaration(id),
  constraint incident_field_id_fkey FOREIGN KEY (field_id) REFERENCES field(id),
  constraint incident_id_check CHECK (id ~ '^in_'::text),
  constraint incident_once_of_a_use UNIQUE (use_key, field_id),
  constraint incident_pkey PRIMARY KEY (id),
  constraint incident_release_whole CHECK (num_nulls(released_at, released_by_change) = ANY (ARRAY[0, 2])),
  constraint incident_released_by_change_fkey FOREIGN KEY (released_by_change) REFERENCES change(id),
  constraint incident_use_key_check CHECK (octet_length(use_key) = 16)
);
CREATE INDEX incident_open ON incident USING btree (field_id) WHERE released_at IS NULL;
CREATE TRIGGER incident_release_is_final BEFORE UPDATE ON incident FOR EACH ROW WHEN (old.released_at IS NOT NULL) EXECUTE FUNCTION refuse_change('released_at');
CREATE CONSTRAINT TRIGGER incident_released_by_two AFTER UPDATE ON incident DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION refuse_release_without_two();
comment on table incident is '見えてはいけないものが見えた: while one of a field is open, the field is frozen for everyone (a drill''s: in drills). Who reported it, and after which use, is sealed in the record, not here.';
comment on column incident.use_key is 'Keyed, so that no row here leads to the use: it bounds how many fields one use can freeze';
grant select, insert on incident to kashikagi_app;
grant select on incident to kashikagi_auditor;
grant update (released_at, released_by_change) on incident to kashikagi_app;

create table leaf (
  "position" bigint not null,
  record_id text not null,
  entry text not null,
  hash bytea not null,
  constraint leaf_entry_check CHECK (octet_length(entry) <= 65535),
  constraint leaf_hash_check CHECK (octet_length(hash) = 32),
  constraint leaf_pkey PRIMARY KEY ("position"),
  constraint leaf_position_check CHECK ("position" >= 0),
  constraint leaf_stands_once UNIQUE (record_id)
) with (autovacuum_vacuum_insert_scale_factor=0.05);
comment on table leaf is 'The entries in the order of the tree; position 0, 1, 2 … without a gap';
comment on column leaf.entry is 'The bytes that are hashed, as written: a random id and a commitment, public';
grant select, insert on leaf to kashikagi_app;
grant select on leaf to kashikagi_auditor;

create table legal_hold (
  id text not null,
  declaration_id text not null,
  reason text not null,
  placed_by text not null,
  placed_at timestamp(3) with time zone not null,
  released_at timestamp(3) with time zone,
  released_by_change text,
  constraint legal_hold_declaration_id_fkey FOREIGN KEY (declaration_id) REFERENCES declaration(id),
  constraint legal_hold_id_check CHECK (id ~ '^lh_'::text),
  constraint legal_hold_pkey PRIMARY KEY (id),
  constraint legal_hold_placed_by_fkey FOREIGN KEY (placed_by) REFERENCES person(id),
  constraint legal_hold_reason_check CHECK (length(reason) >= 2 AND length(reason) <= 500),
  constraint legal_hold_release_whole CHECK (num_nulls(released_at, released_by_change) = ANY (ARRAY[0, 2])),
  constraint legal_hold_released_by_change_fkey FOREIGN KEY (released_by_change) REFERENCES change(id),
  constraint legal_hold_released_by_change_key UNIQUE (released_by_change)
);
CREATE INDEX legal_hold_open ON legal_hold USING btree (declaration_id) WHERE released_at IS NULL;
CREATE TRIGGER legal_hold_release_is_final BEFORE UPDATE ON legal_hold FOR EACH ROW WHEN (old.released_at IS NOT NULL OR new.declaration_id <> old.declaration_id) EXECUTE FUNCTION refuse_change('released_at', 'declaration_id');
CREATE CONSTRAINT TRIGGER legal_hold_released_by_two AFTER UPDATE ON legal_hold DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION refuse_hold_release_without_two();
CREATE TRIGGER legal_hold_starts_open BEFORE INSERT ON legal_hold FOR EACH ROW WHEN (new.released_at IS NOT NULL) EXECUTE FUNCTION refuse_change('released_at');
comment on table legal_hold is '保全: what a declaration left on record stays, however old, until two persons release it';
grant select, insert on legal_hold to kashikagi_app;
grant select on legal_hold to kashikagi_auditor;
grant update (released_at, released_by_change) on legal_hold to kashikagi_app;

create table logout_notice (
  provider text not null,
  jti text not null,
  expires_at timestamp(3) with time zone not null,
  constraint logout_notice_jti_check CHECK (length(jti) >= 1 AND length(jti) <= 255),
  constraint logout_notice_pkey PRIMARY KEY (provider, jti)
);
CREATE INDEX logout_notice_expires_at ON logout_notice USING btree (expires_at);
comment on table logout_notice is 'Each logout token once (OpenID Connect Back-Channel Logout)';
grant select, insert, delete on logout_notice to kashikagi_app;

create table lookup_count (
  natural_person_key text not null,
  is_drill boolean not null,
  slot timestamp(3) with time zone not null,
  expires_at timestamp(3) with time zone not null,
  lookups integer not null,
  constraint lookup_count_lookups_check CHECK (lookups > 0),
  constraint lookup_count_pkey PRIMARY KEY (natural_person_key, is_drill, slot),
  constraint lookup_count_within_an_hour CHECK (expires_at = (slot + '01:00:00'::interval))
);
CREATE INDEX lookup_count_expires_at ON lookup_count USING btree (expires_at);
CREATE TRIGGER lookup_count_only_grows BEFORE UPDATE ON lookup_count FOR EACH ROW WHEN (new.lookups <= old.lookups) EXECUTE FUNCTION refuse_change('lookups');
CREATE TRIGGER lookup_count_until_its_end BEFORE DELETE ON lookup_count FOR EACH ROW EXECUTE FUNCTION refuse_early_delete();
comment on table lookup_count is 'Lookups of one natural person, by the five minutes in which they were made; counted for 55 to 60 minutes. The gate adds them with the use numbers.';
grant select, insert, delete on lookup_count to kashikagi_app;
grant select on lookup_count to kashikagi_auditor;
grant update (lookups) on lookup_count to kashikagi_app;

create table lookup_ref (
  ref_hash bytea not null,
  grant_id text not null,
  call_id text not null,
  call text not null,
  supply_point_ref text not null,
  sealed bytea not null,
  is_match_only boolean not null,
  expires_at timestamp(3) with time zone not null,
  constraint lookup_ref_grant_id_fkey FOREIGN KEY (grant_id) REFERENCES access_grant(id),
  constraint lookup_ref_pkey PRIMARY KEY (ref_hash)
);
CREATE INDEX lookup_ref_expires_at ON lookup_ref USING btree (expires_at);
comment on column lookup_ref.call is 'JSON: direction, start, ticket and purpose of the call, repeated in the record of each use of the reference';
comment on column lookup_ref.sealed is 'The supply point number, encrypted: needed to fetch again, dead after 15 minutes';
grant select, insert, delete on lookup_ref to kashikagi_app;

create table mismatch (
  id text not null,
  resource_type text not null,
  resource_id text not null,
  what text not null,
  found_at timestamp(3) with time zone not null,
  record_id text not null,
  cleared_at timestamp(3) with time zone,
  cleared_record text,
  constraint mismatch_clearing_whole CHECK (num_nulls(cleared_at, cleared_record) = ANY (ARRAY[0, 2])),
  constraint mismatch_id_check CHECK (id ~ '^mm_'::text),
  constraint mismatch_pkey PRIMARY KEY (id),
  constraint mismatch_resource_type_check CHECK (resource_type = ANY (ARRAY['declaration'::text, 'support_call'::text, 'nomination'::text, 'grant'::text, 'credential'::text, 'organization'::text, 'person'::text, 'person_identity'::text, 'passkey'::text, 'terminal'::text, 'agreement'::text, 'field_profile'::text, 'standing_plan'::text, 'field'::text, 'record'::text, 'ledger'::text])),
  constraint mismatch_what_check CHECK (length(what) >= 1 AND length(what) <= 200)
);
CREATE INDEX mismatch_found ON mismatch USING btree (found_at, id);
CREATE UNIQUE INDEX mismatch_open ON mismatch USING btree (resource_type, resource_id, what) WHERE cleared_at IS NULL;
CREATE TRIGGER mismatch_clearing_is_final BEFORE UPDATE ON mismatch FOR EACH ROW WHEN (old.cleared_at IS NOT NULL) EXECUTE FUNCTION refuse_change('cleared_at');
CREATE TRIGGER mismatch_starts_open BEFORE INSERT ON mismatch FOR EACH ROW WHEN (new.cleared_at IS NOT NULL) EXECUTE FUNCTION refuse_change('cleared_at');
comment on table mismatch is 'Where a row that decides access is not what the ledger says: while one is open, whatever stands on that row is denied';
comment on column mismatch.what is 'A column that differs; or no_record, no_row, and what else can be wrong with the resource';
grant select, insert on mismatch to kashikagi_app;
grant select on mismatch to kashikagi_auditor;
grant update (cleared_at, cleared_record) on mismatch to kashikagi_app;

create table nomination (
  id text not null,
  support_call_id text not null,
  organization_id text not null,
  nominated_by text not null,
  nominated_at timestamp(3) with time zone not null,
  starts_at timestamp(3) with time zone not null,
  ends_at timestamp(3) with time zone not null,
  note text not null,
  decision text,
  decided_by text,
  decided_at timestamp(3) with time zone,
  decision_reason text,
  standing_plan_id text,
  constraint nomination_decided_by_fkey FOREIGN KEY (decided_by) REFERENCES person(id),
  constraint nomination_decision_check CHECK (decision = ANY (ARRAY['approved'::text, 'denied'::text, 'withdrawn'::text])),
  constraint nomination_decision_whole CHECK ((num_nulls(decision, decided_at) = ANY (ARRAY[0, 2])) AND
CASE
    WHEN decision IS NULL THEN num_nonnulls(decided_by, standing_plan_id) = 0
    ELSE num_nonnulls(decided_by, standing_plan_id) = 1
END),
  constraint nomination_id_check CHECK (id ~ '^nm_'::text),
  constraint nomination_nominated_by_fkey FOREIGN KEY (nominated_by) REFERENCES person(id),
  constraint nomination_not_decided_by_nominator CHECK (decision IS NULL OR decision = 'withdrawn'::text OR decided_by <> nominated_by),
  constraint nomination_pkey PRIMARY KEY (id),
  constraint nomination_plan_only_approves CHECK (standing_plan_id IS NULL OR decision = 'approved'::text),
  constraint nomination_shift_is_bounded CHECK (starts_at < ends_at AND ends_at <= (starts_at + '12:00:00'::interval)),
  constraint nomination_standing_plan_id_fkey FOREIGN KEY (standing_plan_id) REFERENCES standing_plan(id),
  constraint nomination_support_call_id_organization_id_fkey FOREIGN KEY (support_call_id, organization_id) REFERENCES support_call_organization(support_call_id, organization_id)
);
CREATE INDEX nomination_support_call ON nomination USING btree (support_call_id);
CREATE TRIGGER nomination_by_the_entitled BEFORE INSERT OR UPDATE ON nomination FOR EACH ROW EXECUTE FUNCTION refuse_unentitled_decision();
CREATE TRIGGER nomination_decision_is_final BEFORE UPDATE ON nomination FOR EACH ROW WHEN (old.decision IS NOT NULL) EXECUTE FUNCTION refuse_change('decision');
CREATE TRIGGER nomination_starts_open BEFORE INSERT ON nomination FOR EACH ROW WHEN (new.decision IS NOT NULL) EXECUTE FUNCTION refuse_change('decision');
grant select, insert on nomination to kashikagi_app;
grant select on nomination to kashikagi_auditor;
grant update (decision, decided_by, decided_at, decision_reason, standing_plan_id) on nomination to kashikagi_app;

create table nomination_person (
  nomination_id text not null,
  ordinal integer not null,
  person_id text not null,
  verdict text not null,
  code text,
  constraint nomination_person_check CHECK ((verdict = 'refused'::text) = (code IS NOT NULL)),
  constraint nomination_person_nomination_id_fkey FOREIGN KEY (nomination_id) REFERENCES nomination(id),
  constraint nomination_person_pkey PRIMARY KEY (nomination_id, ordinal),
  constraint nomination_person_verdict_check CHECK (verdict = ANY (ARRAY['eligible'::text, 'refused'::text]))
);
CREATE TRIGGER nomination_person_in_time AFTER INSERT ON nomination_person REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION refuse_late_nominee();
comment on column nomination_person.person_id is 'As named by the supervisor; without a foreign key, since an unknown person is a refused one, on record.';
grant select, insert on nomination_person to kashikagi_app;
grant select on nomination_person to kashikagi_auditor;

create table number_series (
  series text not null,
  last integer not null,
  constraint number_series_pkey PRIMARY KEY (series)
);
CREATE TRIGGER number_series_only_grows BEFORE UPDATE ON number_series FOR EACH ROW WHEN (new.last <= old.last) EXECUTE FUNCTION refuse_change('last');
grant select, insert, update on number_series to kashikagi_app;

create table organization (
  id text not null,
  kind text not null,
  name text not null,
  is_affiliated boolean default false not null,
  registered_at timestamp(3) with time zone default broker_now() not null,
  ended_at timestamp(3) with time zone,
  is_legally_separated boolean default true not null,
  retailer_code text,
  works_for text[] default '{}'::text[] not null,
  staff_feed_at timestamp(3) with time zone,
  change_id text,
  constraint organization_change_id_fkey FOREIGN KEY (change_id) REFERENCES change(id),
  constraint organization_code_of_retailer CHECK (retailer_code IS NULL OR kind = 'retailer'::text),
  constraint organization_id_check CHECK (id ~ '^[a-z][a-z0-9-]{1,39}$'::text),
  constraint organization_id_kind_key UNIQUE (id, kind),
  constraint organization_kind_check CHECK (kind = ANY (ARRAY['utility'::text, 'retailer'::text, 'contractor'::text, 'regulator'::text])),
  constraint organization_name_check CHECK (length(name) >= 1 AND length(name) <= 100),
  constraint organization_pkey PRIMARY KEY (id),
  constraint organization_retailer_code_check CHECK (length(retailer_code) >= 1 AND length(retailer_code) <= 20),
  constraint organization_retailer_code_key UNIQUE (retailer_code),
  constraint organization_works_for CHECK (works_for = '{}'::text[] OR kind = 'contractor'::text)
);
CREATE CONSTRAINT TRIGGER organization_added_by_two AFTER INSERT ON organization DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION refuse_without_two_persons('organization');
CREATE TRIGGER organization_both_sides AFTER UPDATE ON organization FOR EACH ROW EXECUTE FUNCTION refuse_both_sides();
CREATE CONSTRAINT TRIGGER organization_changed_by_two AFTER UPDATE ON organization DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (true) EXECUTE FUNCTION refuse_without_two_persons('organization');
CREATE TRIGGER organization_end_is_final BEFORE UPDATE ON organization FOR EACH ROW WHEN (old.ended_at IS NOT NULL AND old.ended_at IS DISTINCT FROM new.ended_at) EXECUTE FUNCTION refuse_change('ended_at');
CREATE TRIGGER organization_version AFTER INSERT OR UPDATE ON organization FOR EACH ROW EXECUTE FUNCTION keep_version('organization');
comment on column organization.is_affiliated is '特定関係事業者: a group company of the utility';
comment on column organization.is_legally_separated is '法的分離の対象か: a utility or affiliated company that the law separates';
comment on column organization.retailer_code is 'Compared with a record''s own, for the auditors: was it another retailer''s customer?';
comment on column organization.works_for is 'Whose contractor a firm is; one that works for both sides holds no administration and no export (類型C①)';
comment on column organization.staff_feed_at is 'As of when the list of its people was last confirmed; a stale one gives no new grants (MGMT-3)';
grant select, insert on organization to kashikagi_app;
grant select on organization to kashikagi_auditor;
grant update (name, is_affiliated, ended_at, is_legally_separated, retailer_code, works_for, staff_feed_at, change_id) on organization to kashikagi_app;

create table outside_turn (
  name text not null,
  holder text not null,
  until timestamp with time zone not null,
  constraint outside_turn_pkey PRIMARY KEY (name)
);
comment on table outside_turn is 'Which instance asks a witness or the time-stamper; by the machine''s own clock, and an economy: two that ask do no harm';
grant select, insert, delete on outside_turn to kashikagi_app;
grant update (holder, until) on outside_turn to kashikagi_app;

create table passkey (
  id text not null,
  person_id text not null,
  credential_hash bytea not null,
  public_key bytea not null,
  label text not null,
  enrolled_at timestamp(3) with time zone default broker_now() not null,
  change_id text,
  revoked_at timestamp(3) with time zone,
  revoked_by text,
  revoke_reason text,
  suspended_at timestamp(3) with time zone,
  constraint passkey_change_id_fkey FOREIGN KEY (change_id) REFERENCES change(id),
  constraint passkey_credential_once UNIQUE (credential_hash),
  constraint passkey_id_fkey FOREIGN KEY (id) REFERENCES passkey_request(id),
  constraint passkey_person_id_fkey FOREIGN KEY (person_id) REFERENCES person(id),
  constraint passkey_pkey PRIMARY KEY (id),
  constraint passkey_revocation_whole CHECK (num_nulls(revoked_at, revoked_by, revoke_reason) = ANY (ARRAY[0, 3])),
  constraint passkey_revoke_reason_check CHECK (length(revoke_reason) >= 2 AND length(revoke_reason) <= 500),
  constraint passkey_revoked_by_fkey FOREIGN KEY (revoked_by) REFERENCES person(id)
);
CREATE INDEX passkey_person ON passkey USING btree (person_id);
CREATE CONSTRAINT TRIGGER passkey_added_by_two AFTER INSERT ON passkey DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION refuse_passkey_of_one();
CREATE TRIGGER passkey_end_is_final BEFORE UPDATE ON passkey FOR EACH ROW WHEN (old.revoked_at IS NOT NULL AND (old.revoked_at IS DISTINCT FROM new.revoked_at OR old.revoked_by IS DISTINCT FROM new.revoked_by OR old.revoke_reason IS DISTINCT FROM new.revoke_reason) OR old.suspended_at IS NOT NULL AND old.suspended_at IS DISTINCT FROM new.suspended_at OR old.person_id IS DISTINCT FROM new.person_id OR old.credential_hash IS DISTINCT FROM new.credential_hash OR old.public_key IS DISTINCT FROM new.public_key OR old.label IS DISTINCT FROM new.label OR old.enrolled_at IS DISTINCT FROM new.enrolled_at OR old.change_id IS DISTINCT FROM new.change_id) EXECUTE FUNCTION refuse_change('revoked_at', 'suspended_at', 'public_key');
CREATE TRIGGER passkey_revoked_by_the_entitled BEFORE UPDATE ON passkey FOR EACH ROW WHEN (old.revoked_at IS NULL AND new.revoked_at IS NOT NULL) EXECUTE FUNCTION refuse_foreign_revocation();
CREATE TRIGGER passkey_starts_alive BEFORE INSERT ON passkey FOR EACH ROW WHEN (new.revoked_at IS NOT NULL OR new.suspended_at IS NOT NULL) EXECUTE FUNCTION refuse_change('revoked_at', 'suspended_at');
CREATE TRIGGER passkey_version AFTER INSERT OR UPDATE ON passkey FOR EACH ROW EXECUTE FUNCTION keep_version('passkey');
comment on table passkey is 'What a person signs in with when the identity provider is down. Change null: one of the first two officers, by a code.';
comment on column passkey.suspended_at is 'Its counter went back: there are two of it. It never comes back; another one is enrolled.';
grant select, insert on passkey to kashikagi_app;
grant select on passkey to kashikagi_auditor;
grant update (revoked_at, revoked_by, revoke_reason, suspended_at) on passkey to kashikagi_app;

create table passkey_challenge (
  challenge_hash bytea not null,
  purpose text not null,
  person_id text,
  expires_at timestamp(3) with time zone not null,
  constraint passkey_challenge_challenge_hash_check CHECK (octet_length(challenge_hash) = 32),
  constraint passkey_challenge_of_somebody CHECK ((purpose = 'sign_in'::text) = (person_id IS NULL)),
  constraint passkey_challenge_person_id_fkey FOREIGN KEY (person_id) REFERENCES person(id),
  constraint passkey_challenge_pkey PRIMARY KEY (challenge_hash),
  constraint passkey_challenge_purpose_check CHECK (purpose = ANY (ARRAY['enrol'::text, 'first'::text, 'sign_in'::text, 'presence'::text]))
);
CREATE INDEX passkey_challenge_expires_at ON passkey_challenge USING btree (expires_at);
comment on table passkey_challenge is 'Each challenge once, on every instance: the row is taken away by whoever answers it, rightly or wrongly.';
grant select, insert, delete on passkey_challenge to kashikagi_app;
grant update (expires_at) on passkey_challenge to kashikagi_app;

create table passkey_request (
  id text not null,
  person_id text not null,
  credential_id bytea not null,
  credential_hash bytea generated always as (sha256(credential_id)) stored not null,
  public_key bytea not null,
  sign_count bigint not null,
  is_synced boolean not null,
  label text not null,
  proven_at timestamp(3) with time zone default broker_now() not null,
  constraint passkey_request_credential_id_check CHECK (octet_length(credential_id) >= 16 AND octet_length(credential_id) <= 1023),
  constraint passkey_request_id_check CHECK (id ~ '^pk_'::text),
  constraint passkey_request_label_check CHECK (length(label) >= 1 AND length(label) <= 60),
  constraint passkey_request_person_id_fkey FOREIGN KEY (person_id) REFERENCES person(id),
  constraint passkey_request_pkey PRIMARY KEY (id),
  constraint passkey_request_public_key_check CHECK (octet_length(public_key) >= 32 AND octet_length(public_key) <= 2048),
  constraint passkey_request_sign_count_check CHECK (sign_count >= 0 AND sign_count <= '4294967295'::bigint)
);
CREATE INDEX passkey_request_credential ON passkey_request USING btree (credential_hash);
CREATE INDEX passkey_request_person ON passkey_request USING btree (person_id);
comment on table passkey_request is 'A key that a person has shown, as it was shown; it opens nothing until two others have confirmed it.';
comment on column passkey_request.public_key is 'COSE_Key (RFC 9052), as the authenticator gave it';
comment on column passkey_request.is_synced is 'The authenticator may copy the key to its owner''s other devices (BE flag)';
grant select on passkey_request to kashikagi_app;
grant select on passkey_request to kashikagi_auditor;
grant insert (id, person_id, credential_id, public_key, sign_count, is_synced, label, proven_at) on passkey_request to kashikagi_app;

create table passkey_use (
  passkey_id text not null,
  sign_count bigint not null,
  last_used_at timestamp(3) with time zone,
  constraint passkey_use_passkey_id_fkey FOREIGN KEY (passkey_id) REFERENCES passkey(id),
  constraint passkey_use_pkey PRIMARY KEY (passkey_id),
  constraint passkey_use_sign_count_check CHECK (sign_count >= 0 AND sign_count <= '4294967295'::bigint)
);
CREATE TRIGGER passkey_counter_only_grows BEFORE UPDATE ON passkey_use FOR EACH ROW WHEN (new.sign_count < old.sign_count) EXECUTE FUNCTION refuse_change('sign_count');
comment on table passkey_use is 'Apart from passkey: a use is no new version of the facts.';
grant select, insert on passkey_use to kashikagi_app;
grant select on passkey_use to kashikagi_auditor;
grant update (sign_count, last_used_at) on passkey_use to kashikagi_app;

create table pending (
  id bigint generated always as identity not null,
  record_id text not null,
  entry text not null,
  added_at timestamp with time zone default clock_timestamp() not null,
  constraint pending_pkey PRIMARY KEY (id)
) with (autovacuum_vacuum_cost_delay=0, autovacuum_vacuum_insert_scale_factor=0.2, autovacuum_vacuum_scale_factor=0, autovacuum_vacuum_threshold=5000);
CREATE CONSTRAINT TRIGGER pending_goes_into_the_tree AFTER DELETE ON pending DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION refuse_lost_entry();
comment on table pending is 'What waits for its place in the tree; the id is drawn while the gate lock is held, so no use stands after its end';
comment on column pending.added_at is 'How long the sequencer lets it wait; an age, not the time of the record';
grant select, delete on pending to kashikagi_app;
grant select on pending to kashikagi_auditor;
grant insert (record_id, entry) on pending to kashikagi_app;

create table person (
  id text not null,
  organization_id text not null,
  organization_kind text not null,
  natural_person_key text not null,
  role text not null,
  name text not null,
  employment text not null,
  left_at timestamp(3) with time zone,
  training_valid_until timestamp(3) with time zone,
  recertified_until timestamp(3) with time zone,
  has_conflict boolean default false not null,
  sales_duty_until timestamp with time zone,
  utility_staff_until timestamp(3) with time zone,
  utility_staff_cleared boolean default false not null,
  employer_id text,
  duty text default 'call_response'::text not null,
  training_for text,
  training_content_version text,
  training_completed_at timestamp(3) with time zone,
  pledged_at timestamp(3) with time zone,
  pledge_version text,
  change_id text,
  joined_at timestamp(3) with time zone default broker_now() not null,
  constraint person_change_id_fkey FOREIGN KEY (change_id) REFERENCES change(id),
  constraint person_duty_check CHECK (duty = ANY (ARRAY['call_response'::text, 'sales'::text, 'outbound'::text, 'receivables'::text, 'back_office'::text, 'network'::text])),
  constraint person_employer_id_fkey FOREIGN KEY (employer_id) REFERENCES organization(id),
  constraint person_employment_check CHECK (employment = ANY (ARRAY['employee'::text, 'contractor'::text])),
  constraint person_id_check CHECK (id ~ '^[a-z][a-z0-9-]{1,63}$'::text),
  constraint person_name_check CHECK (length(name) >= 1 AND length(name) <= 100),
  constraint person_organization_id_natural_person_key_key UNIQUE (organization_id, natural_person_key),
  constraint person_organization_id_organization_kind_fkey FOREIGN KEY (organization_id, organization_kind) REFERENCES organization(id, kind),
  constraint person_pkey PRIMARY KEY (id),
  constraint person_pledge_version_check CHECK (length(pledge_version) >= 1 AND length(pledge_version) <= 40),
  constraint person_pledge_whole CHECK (num_nulls(pledged_at, pledge_version) = ANY (ARRAY[0, 2])),
  constraint person_role_fits_organization CHECK (
CASE organization_kind
    WHEN 'utility'::text THEN role = ANY (ARRAY['headquarters'::text, 'officer'::text, 'compliance_officer'::text, 'auditor'::text])
    WHEN 'retailer'::text THEN role = ANY (ARRAY['supervisor'::text, 'operator'::text])
    WHEN 'regulator'::text THEN role = 'regulator'::text
    ELSE false
END),
  constraint person_sales_duty_said CHECK ((duty <> ALL (ARRAY['sales'::text, 'outbound'::text, 'receivables'::text])) OR sales_duty_until = 'infinity'::timestamp with time zone),
  constraint person_training_content_version_check CHECK (length(training_content_version) >= 1 AND length(training_content_version) <= 40),
  constraint person_training_for_check CHECK (training_for = ANY (ARRAY['employee'::text, 'contractor'::text]))
);
CREATE INDEX person_employer ON person USING btree (employer_id) WHERE employer_id IS NOT NULL;
CREATE INDEX person_natural_person ON person USING btree (natural_person_key);
CREATE TRIGGER person_active_once AFTER INSERT OR UPDATE ON person FOR EACH ROW WHEN (new.left_at IS NULL AND new.change_id IS NOT NULL) EXECUTE FUNCTION refuse_active_elsewhere();
CREATE CONSTRAINT TRIGGER person_added_by_two AFTER INSERT ON person DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION refuse_without_two_persons('person');
CREATE TRIGGER person_both_sides AFTER INSERT OR UPDATE ON person FOR EACH ROW WHEN (new.employer_id IS NOT NULL) EXECUTE FUNCTION refuse_both_sides();
CREATE TRIGGER person_change_ends_sessions AFTER UPDATE ON person FOR EACH ROW WHEN (old.role IS DISTINCT FROM new.role OR old.organization_id IS DISTINCT FROM new.organization_id OR old.left_at IS DISTINCT FROM new.left_at OR old.joined_at IS DISTINCT FROM new.joined_at) EXECUTE FUNCTION end_sessions_of_changed();
CREATE CONSTRAINT TRIGGER person_changed_by_two AFTER UPDATE ON person DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (true) EXECUTE FUNCTION refuse_without_two_persons('person');
CREATE TRIGGER person_joins BEFORE INSERT ON person FOR EACH ROW EXECUTE FUNCTION keep_joining();
CREATE TRIGGER person_joins_again BEFORE UPDATE ON person FOR EACH ROW WHEN (old.left_at IS NOT NULL AND new.left_at IS NULL) EXECUTE FUNCTION keep_joining();
CREATE TRIGGER person_version AFTER INSERT OR UPDATE ON person FOR EACH ROW EXECUTE FUNCTION keep_version('person');
comment on column person.natural_person_key is 'One natural person is one person across organizations (law 4); a keyed reference, never a public number.';
comment on column person.role is 'One role a person (law 5): retail staff hold no granting, monitoring or administering role.';
comment on column person.sales_duty_until is 'End of sales, outbound or receivables duty; infinity = now. Bars for 90 days after it.';
comment on column person.employer_id is 'The contractor firm that employs this person; null for staff of the organization itself';
comment on column person.training_for is 'Staff training does not cover contractors, nor the other way round (EDU-5)';
comment on column person.joined_at is 'Set when somebody is added and when brought back: what they were given before is not theirs again';
grant select, insert on person to kashikagi_app;
grant select on person to kashikagi_auditor;
grant update (role, name, employment, left_at, training_valid_until, recertified_until, has_conflict, sales_duty_until, utility_staff_until, utility_staff_cleared, employer_id, duty, training_for, training_content_version, training_completed_at, pledged_at, pledge_version, change_id) on person to kashikagi_app;

create table person_identity (
  id text not null,
  provider text not null,
  subject text not null,
  person_id text not null,
  registered_at timestamp(3) with time zone default broker_now() not null,
  retired_at timestamp(3) with time zone,
  change_id text,
  constraint person_identity_change_id_fkey FOREIGN KEY (change_id) REFERENCES change(id),
  constraint person_identity_id_check CHECK (id ~ '^pi_'::text),
  constraint person_identity_person_id_fkey FOREIGN KEY (person_id) REFERENCES person(id),
  constraint person_identity_pkey PRIMARY KEY (id),
  constraint person_identity_provider_check CHECK (provider ~ '^[a-z][a-z0-9-]{0,39}$'::text),
  constraint person_identity_subject_check CHECK (length(subject) >= 1 AND length(subject) <= 255)
);
CREATE UNIQUE INDEX person_identity_person ON person_identity USING btree (person_id, provider) WHERE retired_at IS NULL;
CREATE UNIQUE INDEX person_identity_subject ON person_identity USING btree (provider, subject) WHERE retired_at IS NULL;
CREATE CONSTRAINT TRIGGER person_identity_added_by_two AFTER INSERT ON person_identity DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION refuse_without_two_persons('person_identity');
CREATE CONSTRAINT TRIGGER person_identity_changed_by_two AFTER UPDATE ON person_identity DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION refuse_without_two_persons('person_identity');
CREATE TRIGGER person_identity_end_ends_sessions AFTER UPDATE ON person_identity FOR EACH ROW WHEN (old.retired_at IS NULL AND new.retired_at IS NOT NULL) EXECUTE FUNCTION end_sessions_of_identity();
CREATE TRIGGER person_identity_is_registered BEFORE INSERT ON person_identity FOR EACH ROW EXECUTE FUNCTION keep_registration();
CREATE TRIGGER person_identity_retirement_is_final BEFORE UPDATE ON person_identity FOR EACH ROW WHEN (old.retired_at IS NOT NULL) EXECUTE FUNCTION refuse_change('retired_at');
CREATE TRIGGER person_identity_version AFTER INSERT OR UPDATE ON person_identity FOR EACH ROW EXECUTE FUNCTION keep_version('person_identity');
comment on table person_identity is 'Whom a provider means by a subject; by two persons. Never by an address or a name, which change hands.';
grant select, insert on person_identity to kashikagi_app;
grant select on person_identity to kashikagi_auditor;
grant update (retired_at, change_id) on person_identity to kashikagi_app;

create table probe (
  id bigint generated always as identity not null,
  grant_id text not null,
  target text not null,
  at timestamp(3) with time zone not null,
  is_refused boolean not null,
  code text,
  record_id text,
  constraint probe_grant_id_fkey FOREIGN KEY (grant_id) REFERENCES access_grant(id),
  constraint probe_pkey PRIMARY KEY (id),
  constraint probe_target_check CHECK (target = ANY (ARRAY['gate'::text, 'introspection'::text]))
);
CREATE INDEX probe_grant ON probe USING btree (grant_id);
grant select, insert on probe to kashikagi_app;
grant select on probe to kashikagi_auditor;

create table purge (
  id text not null,
  month date not null,
  retention_years integer not null,
  change_id text not null,
  confirmed_at timestamp(3) with time zone not null,
  dropped bigint,
  ids_digest bytea,
  stamped_size bigint,
  prepared_by xid8,
  done_at timestamp(3) with time zone,
  record_ids text[],
  constraint purge_change_id_fkey FOREIGN KEY (change_id) REFERENCES change(id),
  constraint purge_change_id_key UNIQUE (change_id),
  constraint purge_done_whole CHECK ((num_nulls(done_at, record_ids) = ANY (ARRAY[0, 2])) AND (done_at IS NULL OR dropped IS NOT NULL)),
  constraint purge_dropped_check CHECK (dropped > 0),
  constraint purge_id_check CHECK (id ~ '^pu_'::text),
  constraint purge_ids_digest_check CHECK (octet_length(ids_digest) = 32),
  constraint purge_month_check CHECK (EXTRACT(day FROM month) = 1::numeric),
  constraint purge_pkey PRIMARY KEY (id),
  constraint purge_prepared_whole CHECK (num_nulls(dropped, ids_digest, stamped_size, prepared_by) = ANY (ARRAY[0, 4])),
  constraint purge_retention_years_check CHECK (retention_years >= 5)
);
CREATE CONSTRAINT TRIGGER purge_by_two AFTER INSERT ON purge DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION refuse_purge_without_two();
CREATE CONSTRAINT TRIGGER purge_is_whole AFTER UPDATE ON purge DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION refuse_half_a_purge();
comment on table purge is 'A month of records (JST) that two persons let go after the retention; done within a day of it, or never';
comment on column purge.ids_digest is 'SHA-256 over the SHA-256 of each block of 65,536 positions, of the ids dropped, one a line, in the order of the tree';
grant select on purge to kashikagi_app;
grant select on purge to kashikagi_auditor;
grant insert (id, month, retention_years, change_id, confirmed_at) on purge to kashikagi_app;

create table purged_range (
  purge_id text not null,
  first_record_id text not null,
  entries bigint not null,
  constraint purged_range_entries_check CHECK (entries > 0),
  constraint purged_range_pkey PRIMARY KEY (first_record_id),
  constraint purged_range_purge_id_fkey FOREIGN KEY (purge_id) REFERENCES purge(id)
);
comment on table purged_range is 'Entries in a row whose payload, salt and sealed part are gone by a purge; their leaves stay. By the id of the first, since a log that follows another gives other positions';
grant select on purged_range to kashikagi_app;
grant select on purged_range to kashikagi_auditor;

create table record (
  id text not null,
  at timestamp(3) with time zone not null,
  type text not null,
  decision text not null,
  code text,
  is_drill boolean not null,
  person_id text,
  organization_id text,
  declaration_id text,
  grant_id text,
  use_no integer,
  supply_point_ref text,
  payload text not null,
  salt bytea not null,
  sealed bytea,
  constraint record_decision_check CHECK (decision = ANY (ARRAY['done'::text, 'permit'::text, 'refuse'::text])),
  constraint record_pkey PRIMARY KEY (id, at),
  constraint record_salt_check CHECK (octet_length(salt) = 32)
) partition by RANGE (at);
-- partitions: by month, with a DEFAULT; none granted by itself
CREATE INDEX record_at ON ONLY record USING btree (at, id);
CREATE INDEX record_decision ON ONLY record USING btree (decision, at) WHERE decision <> 'permit'::text;
CREATE INDEX record_declaration ON ONLY record USING btree (declaration_id, at, type, decision, organization_id) WHERE declaration_id IS NOT NULL;
CREATE INDEX record_grant ON ONLY record USING btree (grant_id, at) WHERE grant_id IS NOT NULL;
CREATE INDEX record_organization ON ONLY record USING btree (organization_id, at, type, decision) WHERE organization_id IS NOT NULL;
CREATE INDEX record_person ON ONLY record USING btree (person_id, at, type, decision);
CREATE INDEX record_step ON ONLY record USING btree (declaration_id) WHERE decision = 'done'::text AND declaration_id IS NOT NULL AND type !~~ '%credential.%'::text;
CREATE INDEX record_supply_point ON ONLY record USING btree (supply_point_ref, at) WHERE supply_point_ref IS NOT NULL;
CREATE INDEX record_type ON ONLY record USING btree (type, at, decision);
comment on table record is 'Every step, durable before its answer leaves. The hashed bytes are payload (text, as written); the columns repeat what auditors search by.';
comment on column record.sealed is 'What was searched, matched, disclosed (customer data): AES-256-GCM over its own salt and the values';
grant select, insert on record to kashikagi_app;
grant select on record to kashikagi_auditor;

create table record_opening (
  change_id text not null,
  record_id text not null,
  opened_for text not null,
  confirmed_at timestamp(3) with time zone not null,
  constraint record_opening_change_id_fkey FOREIGN KEY (change_id) REFERENCES change(id),
  constraint record_opening_opened_for_fkey FOREIGN KEY (opened_for) REFERENCES person(id),
  constraint record_opening_pkey PRIMARY KEY (change_id)
);
CREATE INDEX record_opening_record ON record_opening USING btree (record_id, opened_for);
CREATE CONSTRAINT TRIGGER record_opening_by_two AFTER INSERT ON record_opening DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION refuse_opening_by_one();
comment on table record_opening is 'That one auditor may see the sealed values of one record, for 24 hours from a confirmation; the values themselves are never here.';
grant select, insert on record_opening to kashikagi_app;
grant select on record_opening to kashikagi_auditor;

create table replay (
  id text not null,
  at timestamp(3) with time zone not null,
  occasion text not null,
  day date not null,
  asked_by text,
  records bigint not null,
  rows integer not null,
  found integer not null,
  cleared integer not null,
  open integer not null,
  record_id text not null,
  constraint replay_asked_by_fkey FOREIGN KEY (asked_by) REFERENCES person(id),
  constraint replay_asked_by_somebody CHECK ((occasion = 'asked'::text) = (asked_by IS NOT NULL)),
  constraint replay_cleared_check CHECK (cleared >= 0),
  constraint replay_found_check CHECK (found >= 0),
  constraint replay_id_check CHECK (id ~ '^rp_'::text),
  constraint replay_occasion_check CHECK (occasion = ANY (ARRAY['daily'::text, 'asked'::text])),
  constraint replay_open_check CHECK (open >= 0),
  constraint replay_pkey PRIMARY KEY (id),
  constraint replay_records_check CHECK (records >= 0),
  constraint replay_rows_check CHECK (rows >= 0)
);
CREATE INDEX replay_at ON replay USING btree (at, id);
CREATE UNIQUE INDEX replay_of_the_day ON replay USING btree (day) WHERE occasion = 'daily'::text;
comment on table replay is 'Every time all tables were compared with the whole ledger: once a day (JST), and when an auditor asks';
grant select, insert on replay to kashikagi_app;
grant select on replay to kashikagi_auditor;

create table retired_log (
  ordinal integer not null,
  origin text not null,
  vkey text not null,
  signed_size bigint not null,
  note text not null,
  found_size bigint not null,
  found_root bytea not null,
  successor text not null,
  record_id text not null,
  why text not null,
  retired_at timestamp(3) with time zone not null,
  constraint retired_log_check CHECK (successor <> origin),
  constraint retired_log_found_root_check CHECK (octet_length(found_root) = 32),
  constraint retired_log_found_size_check CHECK (found_size >= 0),
  constraint retired_log_ordinal_check CHECK (ordinal > 0),
  constraint retired_log_origin_key UNIQUE (origin),
  constraint retired_log_pkey PRIMARY KEY (ordinal),
  constraint retired_log_record_id_key UNIQUE (record_id),
  constraint retired_log_signed_size_check CHECK (signed_size >= 0),
  constraint retired_log_successor_key UNIQUE (successor),
  constraint retired_log_why_check CHECK (length(why) >= 2 AND length(why) <= 500)
);
CREATE TRIGGER retired_log_stays BEFORE DELETE OR UPDATE ON retired_log FOR EACH ROW EXECUTE FUNCTION refuse_change('origin');
comment on table retired_log is 'Logs that go on no more, each with its last signed checkpoint, and what was found of its tree; only the owner writes here (kashikagi new-log)';
comment on column retired_log.record_id is 'The first entry of the log that followed; behind it stand the entries that were found, in their order';
grant select on retired_log to kashikagi_app;
grant select on retired_log to kashikagi_auditor;

create table room (
  id text not null,
  organization_id text,
  name text not null,
  constraint room_id_check CHECK (id ~ '^[a-z][a-z0-9-]{1,39}$'::text),
  constraint room_organization_id_fkey FOREIGN KEY (organization_id) REFERENCES organization(id),
  constraint room_pkey PRIMARY KEY (id)
);
comment on table room is 'Registered support rooms (施行規則第33条の15 ①). Without an organization: shared by several retailers in turn.';
grant select on room to kashikagi_app;
grant select on room to kashikagi_auditor;

create table search_failure (
  declaration_id text not null,
  sought text not null,
  failures integer not null,
  constraint search_failure_declaration_id_fkey FOREIGN KEY (declaration_id) REFERENCES declaration(id),
  constraint search_failure_pkey PRIMARY KEY (declaration_id, sought)
);
CREATE TRIGGER search_failure_only_grows BEFORE UPDATE ON search_failure FOR EACH ROW WHEN (new.failures <= old.failures) EXECUTE FUNCTION refuse_change('failures');
comment on table search_failure is 'Failed factors and matches of one sought key, over all operators and grants of a declaration';
grant select, insert, update on search_failure to kashikagi_app;
grant select on search_failure to kashikagi_auditor;

create table service_beat (
  slot timestamp(3) with time zone not null,
  instance text not null,
  is_record boolean not null,
  constraint service_beat_pkey PRIMARY KEY (slot, instance)
);
CREATE UNIQUE INDEX service_beat_one_record ON service_beat USING btree (slot) WHERE is_record;
CREATE TRIGGER service_beat_stays BEFORE DELETE OR UPDATE ON service_beat FOR EACH ROW EXECUTE FUNCTION refuse_change('slot');
comment on table service_beat is 'Which instances were there in a slot of five minutes; one of them writes the slot’s record, so that a silence shows as a gap';
grant select, insert on service_beat to kashikagi_app;
grant select on service_beat to kashikagi_auditor;

create table service_end (
  instance text not null,
  ended_at timestamp(3) with time zone not null,
  constraint service_end_pkey PRIMARY KEY (instance)
);
CREATE TRIGGER service_end_stays BEFORE DELETE OR UPDATE ON service_end FOR EACH ROW EXECUTE FUNCTION refuse_change('instance');
comment on table service_end is 'Instances that were stopped in order; who is not here and beats no more was cut off';
grant select, insert on service_end to kashikagi_app;
grant select on service_end to kashikagi_auditor;

create table session (
  token_hash bytea not null,
  person_id text not null,
  created_at timestamp(3) with time zone not null,
  stepped_up_at timestamp(3) with time zone,
  expires_at timestamp(3) with time zone not null,
  ended_at timestamp(3) with time zone,
  id text not null,
  method text not null,
  provider text,
  provider_sid text,
  provider_sub text,
  organization_id text not null,
  role text not null,
  record_id text not null,
  replaces text,
  last_seen_at timestamp(3) with time zone not null,
  end_cause text,
  terminal_ids text[] default '{}'::text[] not null,
  passkey_ids text[] default '{}'::text[] not null,
  constraint session_end_cause_check CHECK (end_cause = ANY (ARRAY['signed_out'::text, 'ended_by_person'::text, 'ended_by_officer'::text, 'rotated'::text, 'person_changed'::text, 'provider_logout'::text, 'identity_retired'::text, 'passkey_revoked'::text, 'terminal_lost'::text])),
  constraint session_end_whole CHECK (num_nulls(ended_at, end_cause) = ANY (ARRAY[0, 2])),
  constraint session_id_check CHECK (id ~ '^se_'::text),
  constraint session_id_key UNIQUE (id),
  constraint session_is_bounded CHECK (expires_at <= (created_at + '12:00:00'::interval)),
  constraint session_method_check CHECK (method = ANY (ARRAY['demonstration'::text, 'oidc'::text, 'passkey'::text])),
  constraint session_organization_id_fkey FOREIGN KEY (organization_id) REFERENCES organization(id),
  constraint session_person_id_fkey FOREIGN KEY (person_id) REFERENCES person(id),
  constraint session_pkey PRIMARY KEY (token_hash),
  constraint session_provider_check CHECK (provider ~ '^[a-z][a-z0-9-]{0,39}$'::text),
  constraint session_provider_of_oidc CHECK ((method = 'oidc'::text) = (provider IS NOT NULL)),
  constraint session_provider_sid_check CHECK (length(provider_sid) >= 1 AND length(provider_sid) <= 255),
  constraint session_provider_sub_check CHECK (length(provider_sub) >= 1 AND length(provider_sub) <= 255),
  constraint session_record_id_key UNIQUE (record_id),
  constraint session_replaces_fkey FOREIGN KEY (replaces) REFERENCES session(id),
  constraint session_replaces_key UNIQUE (replaces),
  constraint session_seen_within CHECK (last_seen_at >= created_at AND last_seen_at <= expires_at),
  constraint session_sid_of_provider CHECK (provider_sid IS NULL OR provider IS NOT NULL),
  constraint session_steps_up_at_its_start CHECK (stepped_up_at = created_at),
  constraint session_sub_of_provider CHECK ((provider_sub IS NULL) = (provider IS NULL))
);
CREATE INDEX session_of_person ON session USING btree (person_id, created_at);
CREATE INDEX session_over ON session USING btree (LEAST(ended_at, expires_at));
CREATE INDEX session_passkeys ON session USING gin (passkey_ids) WHERE ended_at IS NULL;
CREATE INDEX session_terminals ON session USING gin (terminal_ids) WHERE ended_at IS NULL;
CREATE TRIGGER session_bindings_only_grow BEFORE UPDATE ON session FOR EACH ROW WHEN (NOT new.passkey_ids @> old.passkey_ids OR NOT new.terminal_ids @> old.terminal_ids) EXECUTE FUNCTION refuse_change('passkey_ids', 'terminal_ids');
CREATE TRIGGER session_binds_providers AFTER INSERT ON session FOR EACH ROW WHEN (new.provider IS NOT NULL OR new.replaces IS NOT NULL) EXECUTE FUNCTION bind_session_providers();
CREATE TRIGGER session_end_is_final BEFORE UPDATE ON session FOR EACH ROW WHEN (old.ended_at IS NOT NULL) EXECUTE FUNCTION refuse_change('ended_at');
CREATE TRIGGER session_keeps_bindings BEFORE INSERT ON session FOR EACH ROW WHEN (new.replaces IS NOT NULL) EXECUTE FUNCTION keep_session_bindings();
CREATE TRIGGER session_names_its_record BEFORE INSERT ON session FOR EACH ROW EXECUTE FUNCTION refuse_session_without_record();
CREATE TRIGGER session_seen_only_later BEFORE UPDATE ON session FOR EACH ROW WHEN (new.last_seen_at < old.last_seen_at) EXECUTE FUNCTION refuse_change('last_seen_at');
CREATE TRIGGER session_until_a_day_after BEFORE DELETE ON session FOR EACH ROW EXECUTE FUNCTION refuse_early_delete_of_session();
comment on table session is 'Live: not ended, not expired, seen lately, and its person still has the role and organization of the sign-in. Only the token''s hash is kept.';
comment on column session.stepped_up_at is 'When presence was proved: at the start of the row, or never; a fresh proof makes another row';
comment on column session.provider_sid is 'The provider''s own session, by which a back-channel logout names it';
comment on column session.provider_sub is 'The provider''s `sub`, by which a back-channel logout names the person, whatever claim people are mapped by';
comment on column session.record_id is 'The record of the sign-in, written in the same transaction: a row without one cannot be';
comment on column session.terminal_ids is 'On which it was given credentials: it ends with the loss of any of them';
comment on column session.passkey_ids is 'By which it began, and by which presence was proved since: it ends with any of them';
grant select, insert, delete on session to kashikagi_app;
grant update (ended_at, last_seen_at, end_cause, terminal_ids, passkey_ids) on session to kashikagi_app;

create table session_provider (
  session_id text not null,
  provider text not null,
  provider_sub text not null,
  provider_sid text,
  constraint session_provider_once UNIQUE NULLS NOT DISTINCT (session_id, provider, provider_sub, provider_sid),
  constraint session_provider_session_id_fkey FOREIGN KEY (session_id) REFERENCES session(id) ON DELETE CASCADE
);
CREATE INDEX session_provider_sid ON session_provider USING btree (provider, provider_sid) WHERE provider_sid IS NOT NULL;
CREATE INDEX session_provider_sub ON session_provider USING btree (provider, provider_sub);
comment on table session_provider is 'Each word of a provider that a session stands on: its own, and those of the sessions that it took the place of. It ends with any of them.';
grant select on session_provider to kashikagi_app;

create table sign_in_attempt (
  state_hash bytea not null,
  browser_hash bytea not null,
  provider text not null,
  nonce text not null,
  code_verifier text not null,
  is_step_up boolean not null,
  session_id text,
  return_to text not null,
  created_at timestamp(3) with time zone not null,
  expires_at timestamp(3) with time zone not null,
  constraint sign_in_attempt_is_short CHECK (expires_at <= (created_at + '00:10:00'::interval)),
  constraint sign_in_attempt_pkey PRIMARY KEY (state_hash),
  constraint sign_in_attempt_return_to_check CHECK (length(return_to) >= 1 AND length(return_to) <= 500),
  constraint sign_in_attempt_session_id_fkey FOREIGN KEY (session_id) REFERENCES session(id)
);
CREATE INDEX sign_in_attempt_expires_at ON sign_in_attempt USING btree (expires_at);
comment on table sign_in_attempt is 'On the way to a provider and back, once: taken out at the return, and dead after ten minutes';
comment on column sign_in_attempt.browser_hash is 'SHA-256 of the cookie of the browser that began: another browser cannot end it';
comment on column sign_in_attempt.session_id is 'The session of this browser: a proof of presence replaces it, a sign-in ends it';
grant select, insert, delete on sign_in_attempt to kashikagi_app;

create table signed_checkpoint (
  is_only boolean default true not null,
  origin text not null,
  vkey text not null,
  size bigint not null,
  root bytea not null,
  note text not null,
  signed_at timestamp(3) with time zone not null,
  constraint signed_checkpoint_is_only_check CHECK (is_only),
  constraint signed_checkpoint_pkey PRIMARY KEY (is_only),
  constraint signed_checkpoint_root_check CHECK (octet_length(root) = 32),
  constraint signed_checkpoint_size_check CHECK (size >= 0)
) with (autovacuum_vacuum_scale_factor=0, autovacuum_vacuum_threshold=500, fillfactor=20);
CREATE TRIGGER signed_checkpoint_of_the_successor BEFORE INSERT ON signed_checkpoint FOR EACH ROW EXECUTE FUNCTION refuse_retired_log();
CREATE TRIGGER signed_checkpoint_only_grows BEFORE UPDATE ON signed_checkpoint FOR EACH ROW WHEN (new.size <= old.size OR new.origin <> old.origin OR new.vkey <> old.vkey) EXECUTE FUNCTION refuse_change('size', 'origin', 'vkey');
comment on table signed_checkpoint is 'The last checkpoint; whatever is signed next has to begin with it';
grant select, insert on signed_checkpoint to kashikagi_app;
grant select on signed_checkpoint to kashikagi_auditor;
grant update (size, root, note, signed_at) on signed_checkpoint to kashikagi_app;

create table standing_plan (
  id text not null,
  organization_id text not null,
  field_profile_id text not null,
  people text[] not null,
  seats integer not null,
  shift_hours_max numeric not null,
  valid_from timestamp(3) with time zone not null,
  valid_until timestamp(3) with time zone not null,
  retired_at timestamp(3) with time zone,
  change_id text,
  constraint standing_plan_change_id_fkey FOREIGN KEY (change_id) REFERENCES change(id),
  constraint standing_plan_field_profile_id_fkey FOREIGN KEY (field_profile_id) REFERENCES field_profile(id),
  constraint standing_plan_id_check CHECK (id ~ '^sp_'::text),
  constraint standing_plan_is_short CHECK (valid_from < valid_until AND valid_until <= (valid_from + '90 days'::interval)),
  constraint standing_plan_organization_id_fkey FOREIGN KEY (organization_id) REFERENCES organization(id),
  constraint standing_plan_people_check CHECK (cardinality(people) >= 1 AND cardinality(people) <= 2000),
  constraint standing_plan_pkey PRIMARY KEY (id),
  constraint standing_plan_seats_check CHECK (seats > 0),
  constraint standing_plan_shift_hours_max_check CHECK (shift_hours_max > 0::numeric AND shift_hours_max <= 12::numeric)
);
CREATE INDEX standing_plan_organization ON standing_plan USING btree (organization_id);
CREATE CONSTRAINT TRIGGER standing_plan_added_by_two AFTER INSERT ON standing_plan DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION refuse_without_two_persons('standing_plan');
CREATE CONSTRAINT TRIGGER standing_plan_changed_by_two AFTER UPDATE ON standing_plan DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (true) EXECUTE FUNCTION refuse_without_two_persons('standing_plan');
CREATE TRIGGER standing_plan_retirement_is_final BEFORE UPDATE ON standing_plan FOR EACH ROW WHEN (old.retired_at IS NOT NULL AND old.retired_at IS DISTINCT FROM new.retired_at) EXECUTE FUNCTION refuse_change('retired_at');
CREATE TRIGGER standing_plan_version AFTER INSERT OR UPDATE ON standing_plan FOR EACH ROW EXECUTE FUNCTION keep_version('standing_plan');
comment on table standing_plan is 'People and seats that two persons agreed to beforehand: it approves in the instant of the nomination, and bypasses no check.';
grant select, insert on standing_plan to kashikagi_app;
grant select on standing_plan to kashikagi_auditor;
grant update (people, seats, shift_hours_max, valid_until, retired_at, change_id) on standing_plan to kashikagi_app;

create table support_call (
  id text not null,
  number text not null,
  declaration_id text not null,
  field_profile_id text not null,
  response_pattern smallint not null,
  necessity text not null,
  capacity_evidence text not null,
  alternatives_tried text[] not null,
  shift_hours_max numeric not null,
  called_by text not null,
  called_at timestamp(3) with time zone not null,
  selection_reason text,
  offers text default '[]'::text not null,
  constraint support_call_called_by_fkey FOREIGN KEY (called_by) REFERENCES person(id),
  constraint support_call_declaration_id_fkey FOREIGN KEY (declaration_id) REFERENCES declaration(id),
  constraint support_call_field_profile_id_fkey FOREIGN KEY (field_profile_id) REFERENCES field_profile(id),
  constraint support_call_id_check CHECK (id ~ '^sc_'::text),
  constraint support_call_necessity_check CHECK (length(necessity) >= 20 AND length(necessity) <= 2000),
  constraint support_call_number_key UNIQUE (number),
  constraint support_call_pkey PRIMARY KEY (id),
  constraint support_call_response_pattern_check CHECK (response_pattern = ANY (ARRAY[0, 1, 2])),
  constraint support_call_selection_reason_check CHECK (length(selection_reason) >= 2 AND length(selection_reason) <= 500),
  constraint support_call_shift_hours_max_check CHECK (shift_hours_max > 0::numeric AND shift_hours_max <= 12::numeric)
);
CREATE INDEX support_call_declaration ON support_call USING btree (declaration_id);
CREATE TRIGGER support_call_by_headquarters BEFORE INSERT ON support_call FOR EACH ROW EXECUTE FUNCTION refuse_call_by_others();
comment on column support_call.selection_reason is 'Why these organizations and not the others that could be called (FAIR-2)';
comment on column support_call.offers is 'JSON: every registered retailer at the call: called or not, its agreement valid or not (FAIR-3)';
grant select, insert on support_call to kashikagi_app;
grant select on support_call to kashikagi_auditor;

create table support_call_organization (
  support_call_id text not null,
  organization_id text not null,
  organization_kind text default 'retailer'::text not null,
  seats integer not null,
  declined_by text,
  declined_at timestamp(3) with time zone,
  decline_reason text,
  constraint support_call_organization_declined_by_fkey FOREIGN KEY (declined_by) REFERENCES person(id),
  constraint support_call_organization_organization_id_organization_kin_fkey FOREIGN KEY (organization_id, organization_kind) REFERENCES organization(id, kind),
  constraint support_call_organization_organization_kind_check CHECK (organization_kind = 'retailer'::text),
  constraint support_call_organization_pkey PRIMARY KEY (support_call_id, organization_id),
  constraint support_call_organization_seats_check CHECK (seats > 0),
  constraint support_call_organization_support_call_id_fkey FOREIGN KEY (support_call_id) REFERENCES support_call(id)
);
CREATE INDEX support_call_organization_organization ON support_call_organization USING btree (organization_id);
CREATE TRIGGER support_call_decline_is_final BEFORE UPDATE ON support_call_organization FOR EACH ROW WHEN (old.declined_at IS NOT NULL) EXECUTE FUNCTION refuse_change('declined_at');
CREATE TRIGGER support_call_declined_by_the_called BEFORE UPDATE ON support_call_organization FOR EACH ROW WHEN (new.declined_at IS NOT NULL) EXECUTE FUNCTION refuse_foreign_decline();
CREATE TRIGGER support_call_organization_with_its_call BEFORE INSERT ON support_call_organization FOR EACH ROW EXECUTE FUNCTION refuse_call_by_others();
grant select, insert on support_call_organization to kashikagi_app;
grant select on support_call_organization to kashikagi_auditor;
grant update (declined_by, declined_at, decline_reason) on support_call_organization to kashikagi_app;

create table system_client (
  id text not null,
  label text not null,
  secret_hash bytea,
  jwks text,
  retired_at timestamp(3) with time zone,
  constraint system_client_id_check CHECK (id ~ '^[a-z][a-z0-9-]{1,63}$'::text),
  constraint system_client_pkey PRIMARY KEY (id)
);
comment on column system_client.secret_hash is 'scrypt of the secret; clients with private_key_jwt have jwks instead';
grant select on system_client to kashikagi_app;

create table terminal (
  id text not null,
  serial text not null,
  organization_id text not null,
  custodian_person_id text not null,
  room_id text not null,
  jwk text not null,
  jkt text not null,
  enrolled_at timestamp(3) with time zone not null,
  enrolled_by_change text not null,
  lost_at timestamp(3) with time zone,
  retired_at timestamp(3) with time zone,
  checked_out_to text,
  checked_out_at timestamp(3) with time zone,
  room_entry_log_ref text,
  change_id text,
  constraint terminal_change_id_fkey FOREIGN KEY (change_id) REFERENCES change(id),
  constraint terminal_check_out_whole CHECK (num_nulls(checked_out_to, checked_out_at) = ANY (ARRAY[0, 2])),
  constraint terminal_checked_out_to_fkey FOREIGN KEY (checked_out_to) REFERENCES person(id),
  constraint terminal_custodian_person_id_fkey FOREIGN KEY (custodian_person_id) REFERENCES person(id),
  constraint terminal_enrolled_by_a_change FOREIGN KEY (enrolled_by_change) REFERENCES change(id),
  constraint terminal_id_check CHECK (id ~ '^tm_'::text),
  constraint terminal_jkt_check CHECK (length(jkt) = 43),
  constraint terminal_jkt_key UNIQUE (jkt),
  constraint terminal_organization_id_fkey FOREIGN KEY (organization_id) REFERENCES organization(id),
  constraint terminal_pkey PRIMARY KEY (id),
  constraint terminal_room_entry_log_ref_check CHECK (length(room_entry_log_ref) >= 1 AND length(room_entry_log_ref) <= 100),
  constraint terminal_room_id_fkey FOREIGN KEY (room_id) REFERENCES room(id),
  constraint terminal_serial_check CHECK (length(serial) >= 1 AND length(serial) <= 64),
  constraint terminal_serial_key UNIQUE (serial)
);
CREATE CONSTRAINT TRIGGER terminal_added_by_two AFTER INSERT ON terminal DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION refuse_without_two_persons('terminal');
CREATE CONSTRAINT TRIGGER terminal_changed_by_two AFTER UPDATE ON terminal DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (old.change_id IS DISTINCT FROM new.change_id OR NOT old.lost_at IS DISTINCT FROM new.lost_at) EXECUTE FUNCTION refuse_without_two_persons('terminal');
CREATE TRIGGER terminal_loss_is_final BEFORE UPDATE ON terminal FOR EACH ROW WHEN (old.lost_at IS NOT NULL AND old.lost_at IS DISTINCT FROM new.lost_at OR old.retired_at IS NOT NULL AND old.retired_at IS DISTINCT FROM new.retired_at) EXECUTE FUNCTION refuse_change('lost_at', 'retired_at');
CREATE TRIGGER terminal_version AFTER INSERT OR UPDATE ON terminal FOR EACH ROW EXECUTE FUNCTION keep_version('terminal');
comment on column terminal.jkt is 'RFC 7638 thumbprint of the public key: what a DPoP proof must match';
grant select, insert on terminal to kashikagi_app;
grant select on terminal to kashikagi_auditor;
grant update (custodian_person_id, room_id, lost_at, retired_at, checked_out_to, checked_out_at, room_entry_log_ref, change_id) on terminal to kashikagi_app;

create table terminal_window (
  id text not null,
  organization_id text not null,
  serial text not null,
  custodian_person_id text not null,
  room_id text not null,
  opened_by text not null,
  opened_in_session text not null,
  opened_at timestamp(3) with time zone default broker_now() not null,
  expires_at timestamp(3) with time zone not null,
  code_hash bytea not null,
  guesses integer default 0 not null,
  jkt text,
  proven_at timestamp(3) with time zone,
  change_id text,
  constraint terminal_window_change_id_fkey FOREIGN KEY (change_id) REFERENCES change(id),
  constraint terminal_window_change_id_key UNIQUE (change_id),
  constraint terminal_window_code_hash_check CHECK (octet_length(code_hash) = 32),
  constraint terminal_window_custodian_person_id_fkey FOREIGN KEY (custodian_person_id) REFERENCES person(id),
  constraint terminal_window_guesses CHECK (guesses >= 0 AND guesses <= 5),
  constraint terminal_window_id_check CHECK (id ~ '^tw_'::text),
  constraint terminal_window_in_time CHECK (proven_at < expires_at),
  constraint terminal_window_is_short CHECK (expires_at <= (opened_at + '00:10:00'::interval)),
  constraint terminal_window_jkt_check CHECK (length(jkt) = 43),
  constraint terminal_window_opened_by_fkey FOREIGN KEY (opened_by) REFERENCES person(id),
  constraint terminal_window_opened_in_session_fkey FOREIGN KEY (opened_in_session) REFERENCES session(id),
  constraint terminal_window_organization_id_fkey FOREIGN KEY (organization_id) REFERENCES organization(id),
  constraint terminal_window_pkey PRIMARY KEY (id),
  constraint terminal_window_proof_whole CHECK (num_nulls(jkt, proven_at, change_id) = ANY (ARRAY[0, 3])),
  constraint terminal_window_room_id_fkey FOREIGN KEY (room_id) REFERENCES room(id),
  constraint terminal_window_serial_check CHECK (length(serial) >= 1 AND length(serial) <= 64)
);
CREATE TRIGGER terminal_window_takes_one_key BEFORE UPDATE ON terminal_window FOR EACH ROW WHEN (old.proven_at IS NOT NULL OR new.guesses < old.guesses) EXECUTE FUNCTION refuse_change('jkt', 'guesses');
comment on table terminal_window is 'Ten minutes in which one terminal may show one key, to a code that an officer read out; a second officer then confirms.';
grant select, insert on terminal_window to kashikagi_app;
grant select on terminal_window to kashikagi_auditor;
grant update (guesses, jkt, proven_at, change_id) on terminal_window to kashikagi_app;

create table tile (
  level smallint not null,
  index bigint not null,
  hashes bytea not null,
  constraint tile_hashes_check CHECK (octet_length(hashes) = 8192),
  constraint tile_index_check CHECK (index >= 0),
  constraint tile_level_check CHECK (level >= 0),
  constraint tile_pkey PRIMARY KEY (level, index)
);
comment on table tile is 'Full tiles (c2sp.org/tlog-tiles, height 8), each stored once when its last hash is there';
grant select, insert on tile to kashikagi_app;
grant select on tile to kashikagi_auditor;

create table time_stamp_wanted (
  record_id text not null,
  constraint time_stamp_wanted_pkey PRIMARY KEY (record_id)
);
comment on table time_stamp_wanted is 'Records (of lifts) whose checkpoint is stamped before the hour is over; gone when it is';
grant select, insert, delete on time_stamp_wanted to kashikagi_app;

create table tree_edge (
  level smallint not null,
  index bigint not null,
  hashes bytea not null,
  constraint tree_edge_hashes_check CHECK (octet_length(hashes) < 8192 AND (octet_length(hashes) % 32) = 0),
  constraint tree_edge_index_check CHECK (index >= 0),
  constraint tree_edge_level_check CHECK (level >= 0),
  constraint tree_edge_pkey PRIMARY KEY (level)
) with (autovacuum_vacuum_scale_factor=0, autovacuum_vacuum_threshold=500);
comment on table tree_edge is 'The last tile of each level while it is not full: a prefix of the tile to come';
grant select, insert on tree_edge to kashikagi_app;
grant select on tree_edge to kashikagi_auditor;
grant update (index, hashes) on tree_edge to kashikagi_app;

create table tree_state (
  is_only boolean default true not null,
  size bigint not null,
  root bytea not null,
  constraint tree_state_is_only_check CHECK (is_only),
  constraint tree_state_pkey PRIMARY KEY (is_only),
  constraint tree_state_root_check CHECK (octet_length(root) = 32),
  constraint tree_state_size_check CHECK (size >= 0)
) with (autovacuum_vacuum_scale_factor=0, autovacuum_vacuum_threshold=500, fillfactor=20);
CREATE TRIGGER tree_state_only_grows BEFORE UPDATE ON tree_state FOR EACH ROW WHEN (new.size <= old.size) EXECUTE FUNCTION refuse_change('size');
comment on table tree_state is 'The fence: one row, locked by whoever gives positions; moved by compare-and-swap';
grant select on tree_state to kashikagi_app;
grant select on tree_state to kashikagi_auditor;
grant update (size, root) on tree_state to kashikagi_app;

create view purged_position as
 SELECT r.purge_id,
    l."position" AS first_position,
    l."position" + r.entries - 1 AS last_position
   FROM purged_range r
     JOIN leaf l ON l.record_id = r.first_record_id;
grant select on purged_position to kashikagi_app;
grant select on purged_position to kashikagi_auditor;

CREATE OR REPLACE FUNCTION public.area_covers(wider text[], narrower text[])
 RETURNS boolean
 LANGUAGE sql
 IMMUTABLE
AS $function$
  select not exists (
    select from unnest(narrower) as code
     where not exists (select from unnest(wider) as entry where entry in (code, left(code, 2)) or left(entry, 5) = city_of_ward(code))) $function$;
grant execute on function area_covers(text[],text[]) to public;

CREATE OR REPLACE FUNCTION public.bind_session_providers()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'public'
AS $function$
begin
  insert into session_provider
    select new.id, new.provider, new.provider_sub, new.provider_sid where new.provider is not null
    union
    select new.id, provider, provider_sub, provider_sid from session_provider where session_id = new.replaces;
  return null;
end $function$;

CREATE OR REPLACE FUNCTION public.both_sides(firm text)
 RETURNS boolean
 LANGUAGE sql
 STABLE
AS $function$
  select coalesce(bool_or(p.kind = 'utility') and bool_or(p.kind = 'retailer'), false)
    from organization f cross join unnest(f.works_for) as principal join organization p on p.id = principal
   where f.id = firm $function$;
grant execute on function both_sides(text) to public;

CREATE OR REPLACE FUNCTION public.broker_now()
 RETURNS timestamp with time zone
 LANGUAGE sql
 STABLE PARALLEL SAFE
AS $function$select pg_catalog.date_trunc('milliseconds', pg_catalog.clock_timestamp())$function$;
comment on routine broker_now() is 'The one clock (law 8). STABLE so that indexes are used; not now(), which stands still in a transaction that waits for a lock.';
grant execute on function broker_now() to public;

CREATE OR REPLACE FUNCTION public.city_of_ward(code text)
 RETURNS text
 LANGUAGE sql
 IMMUTABLE
AS $function$
  select max(city) from unnest(string_to_array(
    '01100 04100 11100 12100 13100 14100 14130 14150 15100 22100 22130 23100 26100 27100 27140 28100 33100 34100 40100 40130 43100', ' ')) as city
   where substr(code, 3, 1) = '1' and left(city, 2) = left(code, 2) and city <= left(code, 5) $function$;
grant execute on function city_of_ward(text) to public;

CREATE OR REPLACE FUNCTION public.declarations_on_hold()
 RETURNS text[]
 LANGUAGE sql
 STABLE
AS $function$
  select array(select distinct declaration_id from legal_hold where released_at is null) $function$;
grant execute on function declarations_on_hold() to public;

CREATE OR REPLACE FUNCTION public.end_sessions_of_changed()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'public'
AS $function$
begin
  update session set ended_at = greatest(broker_now(), created_at), end_cause = 'person_changed'
   where person_id = new.id and ended_at is null;
  return null;
end $function$;

CREATE OR REPLACE FUNCTION public.end_sessions_of_identity()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'public'
AS $function$
begin
  update session s set ended_at = greatest(broker_now(), s.created_at), end_cause = 'identity_retired'
   where s.person_id = new.person_id and s.ended_at is null
     and exists (select from session_provider b where b.session_id = s.id and b.provider = new.provider);
  return null;
end $function$;

CREATE OR REPLACE FUNCTION public.finish_purge(purge_id text, naming_records text[])
 RETURNS bigint
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
AS $function$
declare
  p purge;
  begins timestamptz;
  ends   timestamptz;
  held   text[] := declarations_on_hold();
  partition text;
  kept   bigint;
  said   jsonb;
  meant  jsonb;
begin
  select * into strict p from purge where id = purge_id for update;
  begins := purge_begins(p.month);
  ends := purge_ends(p.month);
  partition := 'record_' || to_char(p.month, 'YYYY_MM');
  if p.done_at is not null or p.prepared_by is distinct from pg_current_xact_id() then
    raise exception using errcode = 'restrict_violation', message = 'a purge is prepared and done in one transaction';
  end if;
  select jsonb_agg(named.range order by (named.range -> 0)::bigint) into said
    from record r, jsonb_array_elements(r.payload::jsonb -> 'details' -> 'ranges') as named (range)
   where r.id = any(naming_records) and r.type = 'records.purged' and r.xmin = pg_current_xact_id()::xid
     and r.payload::jsonb -> 'details' ->> 'purge' = p.id;
  select jsonb_agg(jsonb_build_array(r.first_position, r.last_position) order by r.first_position) into meant
    from purged_position r where r.purge_id = p.id;
  if said is distinct from meant then
    raise exception using errcode = 'restrict_violation', message = 'the records of this purge name other positions';
  end if;

  create table record_kept (like record including defaults including constraints including indexes);
  insert into record_kept select * from record r
    where r.at >= begins and r.at < ends and (r.type = any(never_purged()) or r.declaration_id = any(held));
  get diagnostics kept = row_count;
  -- So that it is attached without being read again.
  execute format('alter table record_kept add constraint of_its_month check (at is not null and at >= %L and at < %L)', begins, ends);
  alter table record_kept alter column payload set statistics 0, alter column salt set statistics 0, alter column sealed set statistics 0;

  for attempt in 1..40 loop
    begin
      perform set_config('lock_timeout', '100ms', true);
      lock table only record in access exclusive mode;
      execute format('drop table if exists %I', partition);
      perform forget_in_default(begins, ends);
      if kept > 0 then
        execute format('alter table record_kept rename to %I', partition);
        execute format('alter table record attach partition %I for values from (%L) to (%L)', partition, begins, ends);
        execute format('alter table %I drop constraint of_its_month', partition);
      else
        drop table record_kept;
      end if;
      exit;
    exception when lock_not_available then
      -- The lock is free again here: whoever waited behind it goes first.
      if attempt = 40 then raise; end if;
      perform pg_sleep(0.2);
    end;
  end loop;
  update purge set done_at = broker_now(), record_ids = naming_records where id = p.id;
  return kept;
end $function$;
grant execute on function finish_purge(text,text[]) to kashikagi_app;

CREATE OR REPLACE FUNCTION public.forget_in_default(begins timestamp with time zone, ends timestamp with time zone)
 RETURNS void
 LANGUAGE plpgsql
 SET search_path TO 'public', 'pg_temp'
AS $function$
begin
  if not exists (select from record_default r where r.at >= begins and r.at < ends) then
    return;
  end if;
  create table record_rest as select * from record_default r where not (r.at >= begins and r.at < ends);
  truncate record_default;
  insert into record_default select * from record_rest;
  drop table record_rest;
end $function$;

CREATE OR REPLACE FUNCTION public.keep_declared_area()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
begin
  new.declared_area := new.target_area;
  return new;
end $function$;
grant execute on function keep_declared_area() to public;

CREATE OR REPLACE FUNCTION public.keep_fed_people()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'public'
AS $function$
begin
  insert into change_person
  select distinct new.id, fed ->> 'id' from jsonb_array_elements(new.body::jsonb -> 'people') as fed;
  return null;
end $function$;

CREATE OR REPLACE FUNCTION public.keep_joining()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
begin
  new.joined_at := broker_now();
  return new;
end $function$;
grant execute on function keep_joining() to public;

CREATE OR REPLACE FUNCTION public.keep_registration()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
begin
  new.registered_at := broker_now();
  return new;
end $function$;
grant execute on function keep_registration() to public;

CREATE OR REPLACE FUNCTION public.keep_session_bindings()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
begin
  select passkey_ids, terminal_ids into new.passkey_ids, new.terminal_ids from session where id = new.replaces;
  return new;
end $function$;
grant execute on function keep_session_bindings() to public;

CREATE OR REPLACE FUNCTION public.keep_suspenders()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
begin
  if old.suspended_at is null or old.resumed_at >= old.suspended_at then
    new.suspenders := array[new.suspended_by];
  elsif new.suspended_by <> all (old.suspenders) then
    new.suspenders := old.suspenders || new.suspended_by;
  end if;
  return new;
end $function$;
grant execute on function keep_suspenders() to public;

CREATE OR REPLACE FUNCTION public.keep_version()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'public'
AS $function$
begin
  -- What changes without two persons (a terminal reported lost) is a version too, of no change.
  insert into fact_version (resource_type, resource_id, version, at, change_id, facts)
  select tg_argv[0], new.id, coalesce(max(version), 0) + 1, broker_now(),
         case when tg_op = 'INSERT' or old.change_id is distinct from new.change_id then new.change_id end, to_jsonb(new)
    from fact_version where resource_type = tg_argv[0] and resource_id = new.id;
  return null;
end $function$;

CREATE OR REPLACE FUNCTION public.make_record_partitions(first_month date, months integer)
 RETURNS integer
 LANGUAGE plpgsql
AS $function$
declare
  begins date;
  made integer := 0;
  partition text;
begin
  for begins in select (first_month + make_interval(months => n))::date from generate_series(0, months - 1) n loop
    partition := 'record_' || to_char(begins, 'YYYY_MM');
    if to_regclass('public.' || partition) is null then
      -- CREATE, then ATTACH: CREATE … PARTITION OF waits behind any open query on the parent
      execute format('create table %I (like record including defaults including constraints)', partition);
      execute format('alter table %I alter column payload set statistics 0, alter column salt set statistics 0,
                      alter column sealed set statistics 0', partition);
      execute format('alter table record attach partition %I for values from (%L) to (%L)', partition,
        begins::timestamp at time zone 'Asia/Tokyo', (begins + interval '1 month')::timestamp at time zone 'Asia/Tokyo');
      made := made + 1;
    end if;
  end loop;
  return made;
end $function$;
comment on routine make_record_partitions(date,integer) is 'Months (JST) of record made ahead by the owner; a missing one falls into record_default, so an ending never fails for want of one';

CREATE OR REPLACE FUNCTION public.never_purged()
 RETURNS text[]
 LANGUAGE sql
 IMMUTABLE
AS $function$
  select array['records.purged', 'ledger.succession', 'house.adopted'] $function$;
grant execute on function never_purged() to public;

CREATE OR REPLACE FUNCTION public.opened_unconfirmed(area text[], drill boolean, at timestamp with time zone)
 RETURNS interval
 LANGUAGE sql
 STABLE
AS $function$
  select coalesce(sum(upper(span) - lower(span)), interval '0')
    from (select unnest(range_agg(tstzrange(greatest(d.declared_at, at - interval '24 hours'),
                                            least(d.hard_end_at, d.lifted_at, at)))) as span
            from declaration d
           where d.confirmed_at is null and d.is_drill = drill and not d.waits_for_confirmation and d.posture_level <> '警戒本部'
             and least(d.hard_end_at, d.lifted_at, at) > greatest(d.declared_at, at - interval '24 hours')
             and exists (select from unnest(d.declared_area) as one, unnest(area) as other
                          where area_covers(array[one], array[other]) or area_covers(array[other], array[one]))) as opened $function$;
grant execute on function opened_unconfirmed(text[],boolean,timestamp with time zone) to public;

CREATE OR REPLACE FUNCTION public.prepare_purge(purge_id text)
 RETURNS void
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
AS $function$
declare
  p purge;
  begins timestamptz;
  ends   timestamptz;
  held   text[] := declarations_on_hold();
  stamped bigint;
  final   bigint;
begin
  select * into strict p from purge where id = purge_id for update;
  begins := purge_begins(p.month);
  ends := purge_ends(p.month);
  if p.done_at is not null or p.dropped is not null then
    raise exception using errcode = 'restrict_violation', message = 'this purge was done';
  end if;
  if not exists (select from change c where c.id = p.change_id and c.kind = 'purge.records' and c.decision = 'confirmed'
                    and c.resource_id = p.id) then
    raise exception using errcode = 'restrict_violation', message = 'records are purged only by two persons';
  end if;
  if p.confirmed_at <= broker_now() - interval '24 hours' then
    raise exception using errcode = 'restrict_violation', message = 'what two persons confirmed more than a day ago is not done any more';
  end if;
  if ((p.month + interval '1 month') + make_interval(years => greatest(5, p.retention_years))) at time zone 'Asia/Tokyo' > broker_now() then
    raise exception using errcode = 'restrict_violation', message = 'the month is within the retention';
  end if;
  if exists (select from record r where r.at >= begins and r.at < ends and not exists (select from leaf l where l.record_id = r.id)) then
    raise exception using errcode = 'restrict_violation', message = 'a record of the month has no place in the tree';
  end if;

  with gone as materialized (
    select l.position, l.record_id
      from record r join leaf l on l.record_id = r.id
     where r.at >= begins and r.at < ends and r.type <> all(never_purged()) and coalesce(r.declaration_id <> all(held), true)
  ), named as (
    insert into purged_range (purge_id, first_record_id, entries)
    select p.id, (array_agg(record_id order by position))[1], count(*)
      from (select position, record_id, position - row_number() over (order by position) as island from gone) as numbered
     group by island
    returning entries
  ), blocks as (
    select position / 65536 as block, sha256(convert_to(string_agg(record_id, E'\n' order by position), 'UTF8')) as digest
      from gone group by position / 65536
  )
  update purge set dropped = (select count(*) from gone), prepared_by = pg_current_xact_id(), stamped_size = 0,
         ids_digest = (select sha256(string_agg(digest, ''::bytea order by block)) from blocks)
   where id = p.id and exists (select from gone) and (select count(*) from named) > 0;
  if not found then
    raise exception using errcode = 'restrict_violation', message = 'nothing of the month is there to be purged';
  end if;

  select max(last_position) into final from purged_position r where r.purge_id = p.id;
  -- Of this log: the positions of one before it were others.
  select max(s.size) into stamped from checkpoint_timestamp s join signed_checkpoint c on c.origin = s.origin;
  if stamped is null or stamped <= final then
    raise exception using errcode = 'restrict_violation', message = 'no time-stamped checkpoint covers the month';
  end if;
  update purge set stamped_size = stamped where id = p.id;
end $function$;
grant execute on function prepare_purge(text) to kashikagi_app;

CREATE OR REPLACE FUNCTION public.purge_begins(month date)
 RETURNS timestamp with time zone
 LANGUAGE sql
 STABLE
AS $function$
  select month::timestamp at time zone 'Asia/Tokyo' $function$;
grant execute on function purge_begins(date) to public;

CREATE OR REPLACE FUNCTION public.purge_ends(month date)
 RETURNS timestamp with time zone
 LANGUAGE sql
 STABLE
AS $function$
  select (month + interval '1 month') at time zone 'Asia/Tokyo' $function$;
comment on routine purge_ends(date) is 'The first instant after the month, in Japan''s time; purge_begins: its first';
grant execute on function purge_ends(date) to public;

CREATE OR REPLACE FUNCTION public.refuse_active_elsewhere()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
begin
  if exists (select from person o where o.natural_person_key = new.natural_person_key and o.organization_id <> new.organization_id
               and o.left_at is null) then
    raise exception using errcode = 'restrict_violation', constraint = 'person_active_in_one_organization',
      message = 'one natural person is active in one organization';
  end if;
  return null;
end $function$;
grant execute on function refuse_active_elsewhere() to public;

CREATE OR REPLACE FUNCTION public.refuse_analysis_of_others()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
begin
  if new.owner_person_id is not null and (tg_op = 'INSERT' or new.owner_person_id is distinct from old.owner_person_id)
     and not exists (select from person where id = new.owner_person_id and role = 'auditor') then
    raise exception using errcode = 'restrict_violation', message = 'auditors conclude analyses';
  end if;
  return new;
end $function$;
grant execute on function refuse_analysis_of_others() to public;

CREATE OR REPLACE FUNCTION public.refuse_both_sides()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
declare
  is_refused boolean;
begin
  if tg_table_name = 'person' then
    is_refused := new.role <> 'operator' and new.left_at is null and both_sides(new.employer_id);
  else
    is_refused := both_sides(new.id)
      and exists (select from person p where p.employer_id = new.id and p.role <> 'operator' and p.left_at is null);
  end if;
  if is_refused then
    raise exception using errcode = 'restrict_violation', constraint = 'no_administration_for_both_sides',
      message = 'a firm that works for both sides holds no administration and no export';
  end if;
  return null;
end $function$;
grant execute on function refuse_both_sides() to public;

CREATE OR REPLACE FUNCTION public.refuse_call_by_others()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
begin
  if tg_table_name = 'support_call' then
    if not exists (select from person where id = to_jsonb(new) ->> 'called_by' and role = 'headquarters') then
      raise exception using errcode = 'restrict_violation', message = 'only headquarters calls for support';
    end if;
  elsif not exists (select from support_call where id = to_jsonb(new) ->> 'support_call_id' and xmin = pg_current_xact_id()::xid) then
    raise exception using errcode = 'restrict_violation', message = 'whom a call is addressed to, and its seats, stand with the call';
  end if;
  return new;
end $function$;
grant execute on function refuse_call_by_others() to public;

CREATE OR REPLACE FUNCTION public.refuse_change()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
begin
  raise exception using errcode = 'restrict_violation',
    message = format('%s.%s cannot change', tg_table_name, array_to_string(tg_argv, ', '));
end $function$;
grant execute on function refuse_change() to public;

CREATE OR REPLACE FUNCTION public.refuse_drill_beside_real()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
begin
  if exists (
    select from access_grant o join declaration d on d.id = o.declaration_id
     where o.natural_person_key = new.natural_person_key and o.is_drill
       and o.starts_at < new.ends_at and o.ends_at > new.starts_at and o.revoked_at is null and o.handed_back_at is null
       and o.ends_at > new.approved_at and d.lifted_at is null and d.hard_end_at > new.approved_at) then
    raise exception using errcode = 'restrict_violation', constraint = 'grant_drill_gives_way',
      message = 'a drill gives way to a real shift of the same person';
  end if;
  return null;
end $function$;
grant execute on function refuse_drill_beside_real() to public;

CREATE OR REPLACE FUNCTION public.refuse_early_delete()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
begin
  if old.expires_at > broker_now() then
    raise exception using errcode = 'restrict_violation', message = format('%s is kept until its end', tg_table_name);
  end if;
  return old;
end $function$;
grant execute on function refuse_early_delete() to public;

CREATE OR REPLACE FUNCTION public.refuse_early_delete_of_session()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
begin
  if least(old.ended_at, old.expires_at) > broker_now() - interval '1 day' then
    raise exception using errcode = 'restrict_violation', message = 'a session is kept for a day after its end';
  end if;
  return old;
end $function$;
grant execute on function refuse_early_delete_of_session() to public;

CREATE OR REPLACE FUNCTION public.refuse_end_without_cause()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
begin
  if not exists (
    select from access_grant g
      join declaration d on d.id = g.declaration_id
      join person p on p.id = g.person_id
      join organization o on o.id = g.organization_id
      join field_profile f on f.id = g.field_profile_id
     cross join lateral (values
       ('revoked', g.revoked_at), ('handed_back', g.handed_back_at), ('lifted', d.lifted_at), ('shift_ended', g.ends_at),
       (case when d.confirmed_at is null then 'declaration_lapsed' else 'declaration_expired' end, d.hard_end_at),
       ('person_left', case when p.joined_at > g.approved_at then least(p.left_at, p.joined_at) else p.left_at end),
       ('organization_ended', o.ended_at), ('profile_retired', f.retired_at),
       ('agreement_ended', (select max(least(a.valid_until, a.ended_at)) from entrustment_agreement a
          where a.organization_id = p.organization_id and a.is_complete and a.valid_from <= broker_now()
            and a.registered_at <= g.approved_at))) as c (cause, at)
     where g.id = new.grant_id and c.cause = new.cause and c.at = new.ended_at and c.at <= broker_now()) then
    raise exception using errcode = 'restrict_violation', message = 'nothing in the rows has ended the grant so';
  end if;
  return new;
end $function$;
grant execute on function refuse_end_without_cause() to public;

CREATE OR REPLACE FUNCTION public.refuse_field_in_advance()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
begin
  if current_user <> (select relowner::regrole::text from pg_class where oid = tg_relid)
     and not exists (select from field_profile p where p.id = new.profile_id and p.current_version = new.version
                       and p.xmin = pg_current_xact_id()::xid) then
    raise exception using errcode = 'restrict_violation', message = 'a field comes with its version, by two persons';
  end if;
  return null;
end $function$;
grant execute on function refuse_field_in_advance() to public;

CREATE OR REPLACE FUNCTION public.refuse_field_in_force()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
begin
  if exists (select from field_profile p where p.id = new.profile_id and p.current_version >= new.version
               and p.xmin <> pg_current_xact_id()::xid) then
    raise exception using errcode = 'restrict_violation', message = 'a version in force gains no field';
  end if;
  return new;
end $function$;
grant execute on function refuse_field_in_force() to public;

CREATE OR REPLACE FUNCTION public.refuse_foreign_decline()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
begin
  if not exists (select from person where id = new.declined_by and role = 'supervisor' and organization_id = new.organization_id) then
    raise exception using errcode = 'restrict_violation', message = 'only the called organization''s supervisor declines';
  end if;
  return new;
end $function$;
grant execute on function refuse_foreign_decline() to public;

CREATE OR REPLACE FUNCTION public.refuse_foreign_revocation()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
begin
  if not exists (select from person p where p.id = new.revoked_by and (p.id = new.person_id or p.role = 'officer')) then
    raise exception using errcode = 'restrict_violation', message = 'a passkey is revoked by its person or by an officer';
  end if;
  return new;
end $function$;
grant execute on function refuse_foreign_revocation() to public;

CREATE OR REPLACE FUNCTION public.refuse_grant_not_nominated()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
begin
  if exists (
    select from given g where not exists (
      select from nomination n
        join nomination_person np on np.nomination_id = n.id and np.person_id = g.person_id and np.verdict = 'eligible'
        join support_call c on c.id = n.support_call_id
        join declaration d on d.id = c.declaration_id
        join person p on p.id = g.person_id
       where n.id = g.nomination_id and n.decision = 'approved' and n.decided_by is not distinct from g.approved_by
         and n.standing_plan_id is not distinct from g.standing_plan_id
         and (n.support_call_id, n.organization_id, n.nominated_by, n.starts_at, n.ends_at)
           = (g.support_call_id, g.organization_id, g.nominated_by, g.starts_at, g.ends_at)
         and (c.declaration_id, c.field_profile_id) = (g.declaration_id, g.field_profile_id)
         and (p.organization_id, p.natural_person_key) = (g.organization_id, g.natural_person_key)
         and p.role = 'operator' and c.response_pattern > 0
         and (d.confirmed_at is not null or d.declared_by is distinct from g.approved_by))) then
    raise exception using errcode = 'restrict_violation', constraint = 'grant_of_an_approved_nomination',
      message = 'a grant belongs to an eligible person of an approved nomination';
  end if;
  if exists (
    select from given g join standing_plan s on s.id = g.standing_plan_id
     where s.retired_at is not null or not (s.valid_from <= g.approved_at and g.approved_at < s.valid_until)
        or (s.organization_id, s.field_profile_id) is distinct from (g.organization_id, g.field_profile_id)
        or g.ends_at > least(g.starts_at + s.shift_hours_max * interval '1 hour', s.valid_until)
        or exists (select from declaration d where d.id = g.declaration_id and d.confirmed_at is null))
     or exists (
    -- A plan is agreed to beforehand: whom somebody stopped since, in this declaration, a person with a name lets back in.
    select from given g
      join access_grant o on o.natural_person_key = g.natural_person_key and o.declaration_id = g.declaration_id
     where g.standing_plan_id is not null
       and (o.revoked_at is not null or o.suspended_at is not null and (o.resumed_at is null or o.resumed_at < o.suspended_at)))
     or exists (
    select standing_plan_id, person_id from given where standing_plan_id is not null
    except select id, unnest(people) from standing_plan where id in (select standing_plan_id from given))
     or exists (
    select from (select distinct standing_plan_id, starts_at, ends_at, approved_at from given) g
      join standing_plan s on s.id = g.standing_plan_id
      join access_grant o on o.standing_plan_id = s.id
      join declaration d on d.id = o.declaration_id
     where o.starts_at < g.ends_at and o.ends_at > g.starts_at and o.revoked_at is null and o.handed_back_at is null
       and o.ends_at > g.approved_at and d.lifted_at is null and d.hard_end_at > g.approved_at
     group by s.id, s.seats, g.starts_at, g.ends_at, g.approved_at
    having count(*) > s.seats) then
    raise exception using errcode = 'restrict_violation', constraint = 'grant_within_its_plan',
      message = 'a standing plan approves its own people, within its seats and hours, while it is valid';
  end if;
  if exists (
    select from given g
      join access_grant o on o.natural_person_key = g.natural_person_key and o.id <> g.id and (g.is_drill or not o.is_drill)
       and o.starts_at < g.ends_at and o.ends_at > g.starts_at and o.revoked_at is null and o.handed_back_at is null
      join declaration d on d.id = o.declaration_id
     where d.lifted_at is null and d.hard_end_at > g.approved_at and o.ends_at > g.approved_at) then
    raise exception using errcode = 'restrict_violation', constraint = 'grant_one_at_a_time',
      message = 'a person has one grant at an instant';
  end if;
  if exists (
    select from (select distinct support_call_id, organization_id, starts_at, ends_at, approved_at from given) g
      join support_call_organization s using (support_call_id, organization_id)
      join access_grant o using (support_call_id, organization_id)
      join declaration d on d.id = o.declaration_id
     where o.starts_at < g.ends_at and o.ends_at > g.starts_at and o.revoked_at is null and o.handed_back_at is null
       and o.ends_at > g.approved_at and d.lifted_at is null and d.hard_end_at > g.approved_at
     group by g.support_call_id, g.organization_id, g.starts_at, g.ends_at, s.seats
    having count(*) > s.seats) then
    raise exception using errcode = 'restrict_violation', constraint = 'grant_within_the_seats', message = 'no seat is left';
  end if;
  return null;
end $function$;
grant execute on function refuse_grant_not_nominated() to public;

CREATE OR REPLACE FUNCTION public.refuse_half_a_purge()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
begin
  if exists (select from purge p where p.id = new.id and p.dropped is not null and p.done_at is null) then
    raise exception using errcode = 'restrict_violation', message = 'what a purge has named goes in the same transaction';
  end if;
  return null;
end $function$;
grant execute on function refuse_half_a_purge() to public;

CREATE OR REPLACE FUNCTION public.refuse_hold_release_without_two()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
begin
  if not exists (select from change c where c.id = new.released_by_change and c.kind = 'legal_hold.release' and c.decision = 'confirmed'
                   and c.resource_id = new.id and c.xmin = pg_current_xact_id()::xid) then
    raise exception using errcode = 'restrict_violation', message = 'a legal hold is released only by two persons';
  end if;
  return null;
end $function$;
grant execute on function refuse_hold_release_without_two() to public;

CREATE OR REPLACE FUNCTION public.refuse_late_nominee()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
begin
  if exists (select from added a join nomination n on n.id = a.nomination_id where n.decision is not null) then
    raise exception using errcode = 'restrict_violation', message = 'nobody joins a nomination that is decided';
  end if;
  return null;
end $function$;
grant execute on function refuse_late_nominee() to public;

CREATE OR REPLACE FUNCTION public.refuse_lost_entry()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
begin
  if not exists (select from leaf l where l.record_id = old.record_id and l.entry = old.entry)
     and current_user <> (select relowner::regrole::text from pg_class where oid = tg_relid) then
    raise exception using errcode = 'restrict_violation', message = 'an entry waits until it has its place in the tree';
  end if;
  return null;
end $function$;
grant execute on function refuse_lost_entry() to public;

CREATE OR REPLACE FUNCTION public.refuse_more_minutes()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
begin
  if current_user <> (select relowner::regrole::text from pg_class where oid = tg_relid)
     and new.hard_end_at - new.declared_at > interval '30 minutes' - opened_unconfirmed(new.target_area, new.is_drill, new.declared_at) then
    raise exception using errcode = 'restrict_violation',
      message = 'one person''s word opens an area for 30 minutes in 24 hours';
  end if;
  return new;
end $function$;
grant execute on function refuse_more_minutes() to public;

CREATE OR REPLACE FUNCTION public.refuse_opening_by_one()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
begin
  if not exists (
    select from change c join person p on p.id = c.proposed_by
     where c.id = new.change_id and c.kind = 'record.open' and c.decision = 'confirmed' and c.xmin = pg_current_xact_id()::xid
       and c.resource_type = 'record' and c.resource_id = new.record_id and c.body::jsonb ->> 'id' = new.record_id
       and c.proposed_by = new.opened_for and p.role = 'auditor' and c.decided_at = new.confirmed_at) then
    raise exception using errcode = 'restrict_violation', message = 'sealed values are opened only by two persons';
  end if;
  return null;
end $function$;
grant execute on function refuse_opening_by_one() to public;

CREATE OR REPLACE FUNCTION public.refuse_other_times()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
declare
  said timestamptz := case tg_op when 'INSERT' then new.declared_at else new.confirmed_at end;
begin
  if current_user <> (select relowner::regrole::text from pg_class where oid = tg_relid)
     and not (said <= broker_now() and said > broker_now() - interval '1 minute') then
    raise exception using errcode = 'restrict_violation', message = 'a declaration is neither back-dated nor confirmed at another time';
  end if;
  if tg_op = 'UPDATE' and new.confirmed_at >= old.hard_end_at then
    raise exception using errcode = 'restrict_violation', message = 'what has run out is not confirmed';
  end if;
  return new;
end $function$;
grant execute on function refuse_other_times() to public;

CREATE OR REPLACE FUNCTION public.refuse_others_than_headquarters()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
begin
  if exists (
    select from unnest(array[to_jsonb(new) ->> 'declared_by', to_jsonb(new) ->> 'confirmed_by', to_jsonb(new) ->> 'lifted_by',
                             to_jsonb(new) ->> 'approved_by']) as who
     where who is not null and not exists (select from person where id = who and role = 'headquarters')) then
    raise exception using errcode = 'restrict_violation',
      message = format('%s: only headquarters declares, confirms, lifts and approves', tg_table_name);
  end if;
  return new;
end $function$;
grant execute on function refuse_others_than_headquarters() to public;

CREATE OR REPLACE FUNCTION public.refuse_passkey_of_one()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
declare
  is_as_shown boolean := exists (
    select from passkey_request r where r.id = new.id
       and (r.person_id, r.credential_hash, r.public_key, r.label) = (new.person_id, new.credential_hash, new.public_key, new.label));
  is_first boolean := exists (
    select from first_enrolment f where f.passkey_id = new.id and f.person_id = new.person_id and f.xmin = pg_current_xact_id()::xid);
  is_by_two_others boolean := exists (
    select from change c where c.id = new.change_id and c.kind = 'passkey.enrol' and c.decision = 'confirmed'
       and c.resource_type = 'passkey' and c.resource_id = new.id and c.body::jsonb ->> 'id' = new.id
       and c.xmin = pg_current_xact_id()::xid
       and not exists (select from person p join person own on own.natural_person_key = p.natural_person_key
                        where p.id in (c.proposed_by, c.decided_by) and own.id = new.person_id));
begin
  if not is_as_shown or not (is_by_two_others or is_first and new.change_id is null) then
    raise exception using errcode = 'restrict_violation',
      message = format('passkey %s: not as it was shown, or not by two others', new.id);
  end if;
  return null;
end $function$;
grant execute on function refuse_passkey_of_one() to public;

CREATE OR REPLACE FUNCTION public.refuse_premature_certificate()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
begin
  if not exists (select from declaration d where d.id = new.declaration_id
                    and (d.lifted_at <= broker_now() or d.hard_end_at <= broker_now()))
     or exists (select from access_grant g where g.declaration_id = new.declaration_id
                   and not exists (select from grant_ending e where e.grant_id = g.id))
     or exists (select from access_grant g join credential c on c.grant_id = g.id where g.declaration_id = new.declaration_id
                   and 2 > (select count(distinct b.target) from probe b where b.grant_id = g.id and b.is_refused))
     or exists (select from exposure x join access_grant g on g.id = x.grant_id
                 where g.declaration_id = new.declaration_id and x.resolved_at is null) then
    raise exception using errcode = 'restrict_violation', message = 'not everything of the declaration is closed';
  end if;
  return new;
end $function$;
grant execute on function refuse_premature_certificate() to public;

CREATE OR REPLACE FUNCTION public.refuse_purge_without_two()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
begin
  if new.dropped is not null or not exists (
       select from change c where c.id = new.change_id and c.kind = 'purge.records' and c.decision = 'confirmed'
          and c.resource_id = new.id and c.body::jsonb ->> 'month' = to_char(new.month, 'YYYY-MM')
          and c.xmin = pg_current_xact_id()::xid and c.decided_at = new.confirmed_at) then
    raise exception using errcode = 'restrict_violation', message = 'records are purged only by two persons';
  end if;
  return null;
end $function$;
grant execute on function refuse_purge_without_two() to public;

CREATE OR REPLACE FUNCTION public.refuse_release_without_two()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
begin
  if not exists (select from change c where c.id = new.released_by_change and c.kind = 'field.release' and c.decision = 'confirmed'
                   and c.body::jsonb -> 'release' ? new.field_id and c.xmin = pg_current_xact_id()::xid) then
    raise exception using errcode = 'restrict_violation', message = 'a frozen field is released only by two persons';
  end if;
  return null;
end $function$;
grant execute on function refuse_release_without_two() to public;

CREATE OR REPLACE FUNCTION public.refuse_retired_log()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
declare
  key constant text := '^[^+]+[+][0-9a-f]+[+](.*)$';
begin
  if exists (select from retired_log r where r.origin = new.origin or substring(r.vkey from key) = substring(new.vkey from key))
     or new.origin <> (select r.successor from retired_log r order by r.ordinal desc limit 1) then
    raise exception using errcode = 'restrict_violation',
      message = 'signed_checkpoint: a log that was retired signs no more, and only its successor follows it';
  end if;
  return new;
end $function$;
grant execute on function refuse_retired_log() to public;

CREATE OR REPLACE FUNCTION public.refuse_session_without_record()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
begin
  if current_user = (select relowner::regrole::text from pg_class where oid = tg_relid) then
    return new;
  end if;
  if not exists (
    select from record r
     where r.id = new.record_id and r.at = new.created_at and r.type = 'session.started' and r.person_id = new.person_id
       and r.xmin = pg_current_xact_id()::xid
       and r.payload::jsonb -> 'details' ->> 'session' = new.id
       and r.payload::jsonb -> 'details' ->> 'method' = new.method
       and r.payload::jsonb -> 'details' ->> 'provider' is not distinct from new.provider
       and (r.payload::jsonb -> 'details' ->> 'stepped_up')::boolean = (new.stepped_up_at is not null)) then
    raise exception using errcode = 'restrict_violation', message = 'a session names the record of its sign-in';
  end if;
  if not exists (select from person p where p.id = new.person_id and (p.role, p.organization_id) = (new.role, new.organization_id)) then
    raise exception using errcode = 'restrict_violation', message = 'a session has the role and organization of its person';
  end if;
  if new.method = 'oidc' and not exists (
    select from person_identity i where i.provider = new.provider and i.person_id = new.person_id and i.retired_at is null) then
    raise exception using errcode = 'restrict_violation', message = 'a provider vouches for people that two persons mapped to it';
  end if;
  if new.replaces is not null and not exists (
    select from session s where s.id = new.replaces and s.person_id = new.person_id and s.end_cause = 'rotated'
       and s.ended_at = new.created_at and new.expires_at <= s.expires_at) then
    raise exception using errcode = 'restrict_violation', message = 'a rotation ends the session it replaces and lasts no longer';
  end if;
  return new;
end $function$;
grant execute on function refuse_session_without_record() to public;

CREATE OR REPLACE FUNCTION public.refuse_unamended()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
begin
  if new.hard_end_at > old.hard_end_at and old.confirmed_at is null and new.confirmed_at is not null
     and new.hard_end_at <= least(new.expected_end_at, new.declared_at + interval '72 hours') then
    null; -- the confirmation itself
  elsif new.hard_end_at > old.hard_end_at and not (new.hard_end_at <= old.hard_end_at + interval '72 hours' and exists (
      select from declaration_amendment a join change c on c.id = a.change_id
        join person p on p.id = c.decided_by
       where a.declaration_id = new.id and a.kind = 'extend' and a.hard_end_at = new.hard_end_at and c.decision = 'confirmed'
         and c.kind = 'declaration.extend' and c.resource_id = new.id and c.xmin = pg_current_xact_id()::xid
         and (new.hard_end_at <= new.declared_at + interval '14 days' or p.role = 'compliance_officer'))) then
    raise exception using errcode = 'restrict_violation', message = 'a declaration is extended only by two persons, 72 hours at a time';
  end if;
  if new.target_area <> old.target_area and not exists (
      select from declaration_amendment a left join change c on c.id = a.change_id left join person p on p.id = c.decided_by
       where a.declaration_id = new.id and a.target_area = new.target_area and a.xmin = pg_current_xact_id()::xid
         and case a.kind
               when 'shrink' then area_covers(old.target_area, new.target_area)
               else c.decision = 'confirmed' and c.kind = 'declaration.grow' and c.resource_id = new.id
                    and c.xmin = pg_current_xact_id()::xid
                    and (broker_now() <= new.declared_at + interval '14 days' or p.role = 'compliance_officer')
             end) then
    raise exception using errcode = 'restrict_violation', message = 'an area shrinks by an amendment, and grows only by two persons';
  end if;
  return null;
end $function$;
grant execute on function refuse_unamended() to public;

CREATE OR REPLACE FUNCTION public.refuse_unentitled_change()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
declare
  entitled change_entitlement;
begin
  select * into strict entitled from change_entitlement
   where family in ('', split_part(new.kind, '.', 1)) order by family desc limit 1;
  if not exists (select from person where id = new.proposed_by and role = any(entitled.proposers))
     or new.decided_by is not null and not exists (select from person where id = new.decided_by and role = any(entitled.deciders)) then
    raise exception using errcode = 'restrict_violation', message = format('%s: not by these persons', new.kind);
  end if;
  return new;
end $function$;
grant execute on function refuse_unentitled_change() to public;

CREATE OR REPLACE FUNCTION public.refuse_unentitled_decision()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
begin
  if new.decided_by is not null and not exists (
      select from person p where p.id = new.decided_by
         and case when new.decision = 'withdrawn' then p.role = 'supervisor' and p.organization_id = new.organization_id
                  else p.role = 'headquarters' end)
     or not exists (select from person p where p.id = new.nominated_by and p.role = 'supervisor' and p.organization_id = new.organization_id) then
    raise exception using errcode = 'restrict_violation',
      message = 'the own supervisor nominates and withdraws; headquarters approves and denies';
  end if;
  return new;
end $function$;
grant execute on function refuse_unentitled_decision() to public;

CREATE OR REPLACE FUNCTION public.refuse_unentitled_finding()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
begin
  if not exists (select from person where id = new.changed_by and role = 'auditor')
     or tg_op = 'INSERT' and new.found_by <> new.changed_by then
    raise exception using errcode = 'restrict_violation', message = 'findings are the auditors'' own';
  end if;
  -- Only when it is given to somebody: an owner who has another role since is no reason to refuse the answer.
  if (tg_op = 'INSERT' or new.owner_person_id <> old.owner_person_id)
     and not exists (select from person where id = new.owner_person_id and role in ('officer', 'compliance_officer')) then
    raise exception using errcode = 'restrict_violation', message = 'an officer or the compliance officer answers';
  end if;
  return new;
end $function$;
grant execute on function refuse_unentitled_finding() to public;

CREATE OR REPLACE FUNCTION public.refuse_unentitled_hand()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
begin
  if new.revoked_by is distinct from old.revoked_by
       and not exists (select from person where id = new.revoked_by and (role in ('headquarters', 'auditor') or role = 'officer'
             -- The second of two who narrow a plan, in their transaction: what it approved and has not begun.
             and exists (select from standing_plan s
                  where s.id = new.standing_plan_id and s.xmin = pg_current_xact_id()::xid and new.starts_at > new.revoked_at
                    and (s.retired_at is not null or new.ends_at > s.valid_until or new.person_id <> all (s.people)))))
     or new.suspended_at is distinct from old.suspended_at
       and not exists (select from person where id = new.suspended_by and (role in ('headquarters', 'auditor')
                         or role = 'supervisor' and organization_id = new.organization_id))
     or new.resumed_at is distinct from old.resumed_at
       and not exists (select from person where id = new.resumed_by and role = 'headquarters' and id <> new.suspended_by
             and natural_person_key not in (select natural_person_key from person where id = any (new.suspenders))) then
    raise exception using errcode = 'restrict_violation',
      message = 'headquarters and monitors revoke and suspend, the own supervisor suspends, another HQ person resumes';
  end if;
  return new;
end $function$;
grant execute on function refuse_unentitled_hand() to public;

CREATE OR REPLACE FUNCTION public.refuse_without_two_persons()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
begin
  if new.change_id is null and current_user = (select relowner::regrole::text from pg_class where oid = tg_relid) then
    return null;
  end if;
  if not exists (
    select from change c
     where c.id = new.change_id and c.decision = 'confirmed' and c.xmin = pg_current_xact_id()::xid
       and (c.resource_type = tg_argv[0] and c.resource_id = new.id and starts_with(c.kind, tg_argv[0] || '.')
         or c.kind = 'person.feed' and tg_argv[0] = 'person'
            and exists (select from change_person f where f.change_id = c.id and f.person_id = new.id)
         -- A feed dates the organization's list, and changes nothing else of it.
         or c.kind = 'person.feed' and tg_argv[0] = 'organization' and c.resource_id = new.id and tg_op = 'UPDATE'
            and to_jsonb(new) - '{staff_feed_at,change_id}'::text[] = to_jsonb(old) - '{staff_feed_at,change_id}'::text[])
       and (tg_argv[0] <> 'person' or tg_op = 'INSERT' or to_jsonb(new) -> 'left_at' = to_jsonb(old) -> 'left_at'
         or c.kind = case to_jsonb(new) -> 'left_at' when 'null' then 'person.feed' else 'person.retire' end)) then
    raise exception using errcode = 'restrict_violation',
      message = format('%s %s changes only by two persons', tg_argv[0], new.id);
  end if;
  return null;
end $function$;
grant execute on function refuse_without_two_persons() to public;
