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
  approved_by text not null,
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
  constraint access_grant_revoked_by_fkey FOREIGN KEY (revoked_by) REFERENCES person(id),
  constraint access_grant_support_call_id_fkey FOREIGN KEY (support_call_id) REFERENCES support_call(id),
  constraint access_grant_suspended_by_fkey FOREIGN KEY (suspended_by) REFERENCES person(id),
  constraint grant_acknowledgement_whole CHECK (num_nulls(acknowledged_at, notice_version) = ANY (ARRAY[0, 2])),
  constraint grant_approver_gains_nothing CHECK (approved_by <> person_id),
  constraint grant_drill_as_declared FOREIGN KEY (declaration_id, is_drill) REFERENCES declaration(id, is_drill),
  constraint grant_nominator_does_not_approve CHECK (approved_by <> nominated_by),
  constraint grant_revocation_whole CHECK (num_nulls(revoked_at, revoked_by, revoke_reason) = ANY (ARRAY[0, 3])),
  constraint grant_shift_is_bounded CHECK (starts_at < ends_at AND ends_at <= (starts_at + '12:00:00'::interval))
);
CREATE INDEX access_grant_declaration ON access_grant USING btree (declaration_id);
CREATE INDEX access_grant_natural_person ON access_grant USING btree (natural_person_key, ends_at);
CREATE INDEX access_grant_support_call ON access_grant USING btree (support_call_id, organization_id);
CREATE TRIGGER access_grant_by_headquarters BEFORE INSERT ON access_grant FOR EACH ROW EXECUTE FUNCTION refuse_others_than_headquarters();
CREATE TRIGGER access_grant_end_is_final BEFORE UPDATE ON access_grant FOR EACH ROW WHEN (old.revoked_at IS NOT NULL AND (old.revoked_at IS DISTINCT FROM new.revoked_at OR old.revoked_by IS DISTINCT FROM new.revoked_by OR old.revoke_reason IS DISTINCT FROM new.revoke_reason) OR old.handed_back_at IS DISTINCT FROM new.handed_back_at AND old.handed_back_at IS NOT NULL OR old.acknowledged_at IS DISTINCT FROM new.acknowledged_at AND old.acknowledged_at IS NOT NULL OR old.person_id IS DISTINCT FROM new.person_id OR old.declaration_id IS DISTINCT FROM new.declaration_id OR old.ends_at IS DISTINCT FROM new.ends_at OR old.starts_at IS DISTINCT FROM new.starts_at) EXECUTE FUNCTION refuse_change('revoked_at', 'handed_back_at', 'acknowledged_at', 'person_id', 'declaration_id', 'starts_at', 'ends_at');
comment on table access_grant is 'Timestamps, no state column: whether a grant is live is derived at the instant of the decision (law 1).';
grant select, insert on access_grant to kashikagi_app;
grant select on access_grant to kashikagi_auditor;
grant update (acknowledged_at, notice_version, suspended_at, suspended_by, suspend_reason, revoked_at, revoked_by, revoke_reason, handed_back_at) on access_grant to kashikagi_app;

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
  constraint change_decided_by_fkey FOREIGN KEY (decided_by) REFERENCES person(id),
  constraint change_decided_in_time CHECK (decided_at < lapses_at),
  constraint change_decision_check CHECK (decision = ANY (ARRAY['confirmed'::text, 'rejected'::text])),
  constraint change_decision_whole CHECK (num_nulls(decision, decided_by, decided_at) = ANY (ARRAY[0, 3])),
  constraint change_id_check CHECK (id ~ '^ch_'::text),
  constraint change_needs_another_person CHECK (decided_by IS DISTINCT FROM proposed_by OR decided_by IS NULL),
  constraint change_pkey PRIMARY KEY (id),
  constraint change_proposed_by_fkey FOREIGN KEY (proposed_by) REFERENCES person(id)
);
CREATE TRIGGER change_decision_is_final BEFORE UPDATE ON change FOR EACH ROW WHEN (old.decision IS NOT NULL) EXECUTE FUNCTION refuse_change('decision');
CREATE TRIGGER change_starts_open BEFORE INSERT ON change FOR EACH ROW WHEN (new.decision IS NOT NULL) EXECUTE FUNCTION refuse_change('decision');
grant select, insert on change to kashikagi_app;
grant select on change to kashikagi_auditor;
grant update (decision, decided_by, decided_at, reason, resource_type, resource_id) on change to kashikagi_app;

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
  constraint declaration_confirmation_whole CHECK (num_nulls(confirmed_by, confirmed_at) = ANY (ARRAY[0, 2])),
  constraint declaration_confirmed_by_another CHECK (confirmed_by IS DISTINCT FROM declared_by OR confirmed_by IS NULL),
  constraint declaration_confirmed_by_fkey FOREIGN KEY (confirmed_by) REFERENCES person(id),
  constraint declaration_declared_by_fkey FOREIGN KEY (declared_by) REFERENCES person(id),
  constraint declaration_hazard_types_check CHECK (cardinality(hazard_types) > 0),
  constraint declaration_id_check CHECK (id ~ '^dc_'::text),
  constraint declaration_id_is_drill_key UNIQUE (id, is_drill),
  constraint declaration_is_bounded CHECK (hard_end_at <= (declared_at + '72:00:00'::interval)),
  constraint declaration_lift_whole CHECK (num_nulls(lifted_by, lifted_at, lift_reason) = ANY (ARRAY[0, 3])),
  constraint declaration_lifted_by_fkey FOREIGN KEY (lifted_by) REFERENCES person(id),
  constraint declaration_name_check CHECK (length(name) >= 1 AND length(name) <= 100),
  constraint declaration_necessity_statement_check CHECK (length(necessity_statement) >= 20 AND length(necessity_statement) <= 2000),
  constraint declaration_number_key UNIQUE (number),
  constraint declaration_pkey PRIMARY KEY (id),
  constraint declaration_target_area_check CHECK (cardinality(target_area) > 0),
  constraint declaration_unconfirmed_is_short CHECK (confirmed_at IS NOT NULL OR hard_end_at <= (declared_at + '00:30:00'::interval))
);
CREATE TRIGGER declaration_by_headquarters BEFORE INSERT OR UPDATE ON declaration FOR EACH ROW EXECUTE FUNCTION refuse_others_than_headquarters();
CREATE TRIGGER declaration_starts_unconfirmed BEFORE INSERT ON declaration FOR EACH ROW WHEN (new.confirmed_at IS NOT NULL OR new.lifted_at IS NOT NULL) EXECUTE FUNCTION refuse_change('confirmed_at', 'lifted_at');
CREATE TRIGGER declaration_stays_what_it_is BEFORE UPDATE ON declaration FOR EACH ROW WHEN (old.is_drill IS DISTINCT FROM new.is_drill OR old.declared_at IS DISTINCT FROM new.declared_at OR old.declared_by IS DISTINCT FROM new.declared_by OR old.number IS DISTINCT FROM new.number OR old.lifted_at IS NOT NULL AND (old.lifted_at IS DISTINCT FROM new.lifted_at OR old.lifted_by IS DISTINCT FROM new.lifted_by OR old.lift_reason IS DISTINCT FROM new.lift_reason) OR old.confirmed_at IS NOT NULL AND old.confirmed_at IS DISTINCT FROM new.confirmed_at OR old.confirmed_by IS NOT NULL AND old.confirmed_by IS DISTINCT FROM new.confirmed_by) EXECUTE FUNCTION refuse_change('is_drill', 'declared_at', 'declared_by', 'number', 'lifted_at', 'confirmed_at', 'confirmed_by');
grant select, insert on declaration to kashikagi_app;
grant select on declaration to kashikagi_auditor;
grant update (target_area, confirmed_by, confirmed_at, hard_end_at, lifted_by, lifted_at, lift_reason) on declaration to kashikagi_app;

create table dpop_proof (
  replay_key bytea not null,
  expires_at timestamp(3) with time zone not null,
  constraint dpop_proof_pkey PRIMARY KEY (replay_key)
);
CREATE INDEX dpop_proof_expires_at ON dpop_proof USING btree (expires_at);
comment on table dpop_proof is 'Each proof once, on every instance: SHA-256 of key thumbprint and jti';
grant select, insert, delete on dpop_proof to kashikagi_app;

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
  constraint entrustment_agreement_check CHECK (valid_from < valid_until),
  constraint entrustment_agreement_chosen_by_check CHECK (chosen_by = ANY (ARRAY['public_call'::text, 'negotiated'::text])),
  constraint entrustment_agreement_id_check CHECK (id ~ '^ag_'::text),
  constraint entrustment_agreement_legal_ground_check CHECK (legal_ground = ANY (ARRAY['disaster'::text, 'subsidiary'::text, 'no_non_public_information'::text])),
  constraint entrustment_agreement_number_key UNIQUE (number),
  constraint entrustment_agreement_organization_id_fkey FOREIGN KEY (organization_id) REFERENCES organization(id),
  constraint entrustment_agreement_pkey PRIMARY KEY (id)
);
CREATE INDEX entrustment_agreement_organization ON entrustment_agreement USING btree (organization_id);
comment on column entrustment_agreement.is_complete is 'MECH-1: no grant without every clause';
comment on column entrustment_agreement.legal_ground is '施行規則第33条の9 ①②③ (as printed 2023-02-20; the current text is on e-Gov)';
grant select on entrustment_agreement to kashikagi_app;
grant select on entrustment_agreement to kashikagi_auditor;

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
  constraint field_profile_id_check CHECK (id ~ '^[a-z][a-z0-9-]{1,39}$'::text),
  constraint field_profile_pkey PRIMARY KEY (id)
);
grant select on field_profile to kashikagi_app;
grant select on field_profile to kashikagi_auditor;

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
CREATE TRIGGER field_profile_field_is_fixed BEFORE DELETE OR UPDATE ON field_profile_field FOR EACH ROW EXECUTE FUNCTION refuse_change('mode');
comment on table field_profile_field is 'Versions never change; a new version is a new set of rows, and takes effect with field_profile.current_version.';
grant select on field_profile_field to kashikagi_app;
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
  constraint nomination_decided_by_fkey FOREIGN KEY (decided_by) REFERENCES person(id),
  constraint nomination_decision_check CHECK (decision = ANY (ARRAY['approved'::text, 'denied'::text, 'withdrawn'::text])),
  constraint nomination_decision_whole CHECK (num_nulls(decision, decided_by, decided_at) = ANY (ARRAY[0, 3])),
  constraint nomination_id_check CHECK (id ~ '^nm_'::text),
  constraint nomination_nominated_by_fkey FOREIGN KEY (nominated_by) REFERENCES person(id),
  constraint nomination_not_decided_by_nominator CHECK (decision IS NULL OR decision = 'withdrawn'::text OR decided_by <> nominated_by),
  constraint nomination_pkey PRIMARY KEY (id),
  constraint nomination_shift_is_bounded CHECK (starts_at < ends_at AND ends_at <= (starts_at + '12:00:00'::interval)),
  constraint nomination_support_call_id_organization_id_fkey FOREIGN KEY (support_call_id, organization_id) REFERENCES support_call_organization(support_call_id, organization_id)
);
CREATE INDEX nomination_support_call ON nomination USING btree (support_call_id);
CREATE TRIGGER nomination_decision_is_final BEFORE UPDATE ON nomination FOR EACH ROW WHEN (old.decision IS NOT NULL) EXECUTE FUNCTION refuse_change('decision');
CREATE TRIGGER nomination_starts_open BEFORE INSERT ON nomination FOR EACH ROW WHEN (new.decision IS NOT NULL) EXECUTE FUNCTION refuse_change('decision');
grant select, insert on nomination to kashikagi_app;
grant select on nomination to kashikagi_auditor;
grant update (decision, decided_by, decided_at, decision_reason) on nomination to kashikagi_app;

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
comment on column nomination_person.person_id is 'As named by the supervisor; without a foreign key, since an unknown person is a refused one, on record.';
grant select, insert on nomination_person to kashikagi_app;
grant select on nomination_person to kashikagi_auditor;

create table number_series (
  series text not null,
  last integer not null,
  constraint number_series_pkey PRIMARY KEY (series)
);
grant select, insert, update on number_series to kashikagi_app;

create table organization (
  id text not null,
  kind text not null,
  name text not null,
  is_affiliated boolean default false not null,
  registered_at timestamp(3) with time zone default broker_now() not null,
  ended_at timestamp(3) with time zone,
  constraint organization_id_check CHECK (id ~ '^[a-z][a-z0-9-]{1,39}$'::text),
  constraint organization_id_kind_key UNIQUE (id, kind),
  constraint organization_kind_check CHECK (kind = ANY (ARRAY['utility'::text, 'retailer'::text, 'regulator'::text])),
  constraint organization_name_check CHECK (length(name) >= 1 AND length(name) <= 100),
  constraint organization_pkey PRIMARY KEY (id)
);
comment on column organization.is_affiliated is '特定関係事業者: a group company of the utility';
grant select on organization to kashikagi_app;
grant select on organization to kashikagi_auditor;

create table pending (
  id bigint generated always as identity not null,
  record_id text not null,
  entry text not null,
  constraint pending_pkey PRIMARY KEY (id)
) with (autovacuum_vacuum_insert_scale_factor=0.2, autovacuum_vacuum_scale_factor=0, autovacuum_vacuum_threshold=20000);
comment on table pending is 'What waits for its place in the tree; the id is drawn while the gate lock is held, so no use stands after its end';
grant select on pending to kashikagi_app;
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
  constraint person_employment_check CHECK (employment = ANY (ARRAY['employee'::text, 'contractor'::text])),
  constraint person_id_check CHECK (id ~ '^[a-z][a-z0-9-]{1,63}$'::text),
  constraint person_name_check CHECK (length(name) >= 1 AND length(name) <= 100),
  constraint person_organization_id_natural_person_key_key UNIQUE (organization_id, natural_person_key),
  constraint person_organization_id_organization_kind_fkey FOREIGN KEY (organization_id, organization_kind) REFERENCES organization(id, kind),
  constraint person_pkey PRIMARY KEY (id),
  constraint person_role_fits_organization CHECK (
CASE organization_kind
    WHEN 'utility'::text THEN role = ANY (ARRAY['headquarters'::text, 'officer'::text, 'compliance_officer'::text, 'auditor'::text])
    WHEN 'retailer'::text THEN role = ANY (ARRAY['supervisor'::text, 'operator'::text])
    ELSE role = 'regulator'::text
END)
);
comment on column person.natural_person_key is 'One natural person is one person across organizations (law 4); a keyed reference, never a public number.';
comment on column person.role is 'One role a person (law 5): retail staff hold no granting, monitoring or administering role.';
comment on column person.sales_duty_until is 'End of sales, outbound or receivables duty; infinity = now. Bars for 90 days after it.';
grant select on person to kashikagi_app;
grant select on person to kashikagi_auditor;

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
CREATE INDEX record_grant ON ONLY record USING btree (grant_id, at) WHERE grant_id IS NOT NULL;
CREATE INDEX record_person ON ONLY record USING btree (person_id, at);
comment on table record is 'Every step, durable before its answer leaves. The hashed bytes are payload (text, as written); the columns repeat what auditors search by.';
comment on column record.sealed is 'What was searched, matched, disclosed (customer data): AES-256-GCM over its own salt and the values';
grant select, insert on record to kashikagi_app;
grant select on record to kashikagi_auditor;

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

create table session (
  token_hash bytea not null,
  person_id text not null,
  created_at timestamp(3) with time zone not null,
  stepped_up_at timestamp(3) with time zone not null,
  expires_at timestamp(3) with time zone not null,
  ended_at timestamp(3) with time zone,
  constraint session_person_id_fkey FOREIGN KEY (person_id) REFERENCES person(id),
  constraint session_pkey PRIMARY KEY (token_hash)
);
CREATE INDEX session_person ON session USING btree (person_id);
CREATE TRIGGER session_end_is_final BEFORE UPDATE ON session FOR EACH ROW WHEN (old.ended_at IS NOT NULL) EXECUTE FUNCTION refuse_change('ended_at');
grant select, insert on session to kashikagi_app;
grant update (stepped_up_at, ended_at) on session to kashikagi_app;

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
  constraint support_call_called_by_fkey FOREIGN KEY (called_by) REFERENCES person(id),
  constraint support_call_declaration_id_fkey FOREIGN KEY (declaration_id) REFERENCES declaration(id),
  constraint support_call_field_profile_id_fkey FOREIGN KEY (field_profile_id) REFERENCES field_profile(id),
  constraint support_call_id_check CHECK (id ~ '^sc_'::text),
  constraint support_call_necessity_check CHECK (length(necessity) >= 20 AND length(necessity) <= 2000),
  constraint support_call_number_key UNIQUE (number),
  constraint support_call_pkey PRIMARY KEY (id),
  constraint support_call_response_pattern_check CHECK (response_pattern = ANY (ARRAY[0, 1, 2])),
  constraint support_call_shift_hours_max_check CHECK (shift_hours_max > 0::numeric AND shift_hours_max <= 12::numeric)
);
CREATE INDEX support_call_declaration ON support_call USING btree (declaration_id);
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
  constraint terminal_custodian_person_id_fkey FOREIGN KEY (custodian_person_id) REFERENCES person(id),
  constraint terminal_id_check CHECK (id ~ '^tm_'::text),
  constraint terminal_jkt_check CHECK (length(jkt) = 43),
  constraint terminal_jkt_key UNIQUE (jkt),
  constraint terminal_organization_id_fkey FOREIGN KEY (organization_id) REFERENCES organization(id),
  constraint terminal_pkey PRIMARY KEY (id),
  constraint terminal_room_id_fkey FOREIGN KEY (room_id) REFERENCES room(id),
  constraint terminal_serial_check CHECK (length(serial) >= 1 AND length(serial) <= 64),
  constraint terminal_serial_key UNIQUE (serial)
);
CREATE TRIGGER terminal_loss_is_final BEFORE UPDATE ON terminal FOR EACH ROW WHEN (old.lost_at IS NOT NULL AND old.lost_at IS DISTINCT FROM new.lost_at OR old.retired_at IS NOT NULL AND old.retired_at IS DISTINCT FROM new.retired_at) EXECUTE FUNCTION refuse_change('lost_at', 'retired_at');
comment on column terminal.jkt is 'RFC 7638 thumbprint of the public key: what a DPoP proof must match';
grant select, insert on terminal to kashikagi_app;
grant select on terminal to kashikagi_auditor;
grant update (lost_at, retired_at) on terminal to kashikagi_app;

CREATE OR REPLACE FUNCTION public.broker_now()
 RETURNS timestamp with time zone
 LANGUAGE sql
 STABLE PARALLEL SAFE
AS $function$select pg_catalog.date_trunc('milliseconds', pg_catalog.clock_timestamp())$function$;
comment on routine broker_now() is 'The one clock (law 8). STABLE so that indexes are used; not now(), which stands still in a transaction that waits for a lock.';
grant execute on function broker_now() to public;

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
      execute format('alter table record attach partition %I for values from (%L) to (%L)', partition,
        begins::timestamp at time zone 'Asia/Tokyo', (begins + interval '1 month')::timestamp at time zone 'Asia/Tokyo');
      made := made + 1;
    end if;
  end loop;
  return made;
end $function$;
comment on routine make_record_partitions(date,integer) is 'Months (JST) of record made ahead by the owner; a missing one falls into record_default, so an ending never fails for want of one';

CREATE OR REPLACE FUNCTION public.refuse_change()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
begin
  raise exception using errcode = 'restrict_violation',
    message = format('%s.%s cannot change', tg_table_name, array_to_string(tg_argv, ', '));
end $function$;
grant execute on function refuse_change() to public;

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
