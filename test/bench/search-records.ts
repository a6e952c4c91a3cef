import type { Client } from 'pg';

/** Five years of an area with many disasters: so many declarations, each of three days. */
export const DECLARATIONS = 30;
const GRANTS = 400;
const PEOPLE = 1_200;
const POINTS = 2_000_000;

/** Which declaration, grant, person and supply point there are, by number: the questions take them from here. */
export const nameOf = {
  declaration: (n: number): string => `dc_bench${n % DECLARATIONS}`,
  grant: (declaration: number, n: number): string => `gr_bench${declaration}-${n % GRANTS}`,
  person: (n: number): string => `operator-bench-${n % PEOPLE}`,
};

const FUNCTIONS = `
  create or replace function bench_point(n integer) returns text language sql immutable as
    $$ select left(translate(encode(sha256(('point ' || n)::bytea), 'base64'), '+/', '-_'), 22) $$;
  create or replace function bench_start(d integer) returns timestamptz language sql stable as
    $$ select date_trunc('day', now()) - interval '58 months' + d * interval '59 days' $$`;

/** Share of each kind among 100 records of a disaster; nine in ten uses are permitted. */
const TYPE = `case when k < 60 then 'use.lookup' when k < 72 then 'use.match' when k < 84 then 'use.reveal'
  when k < 92 then 'credential.issued' when k < 95 then 'api.refused' when k < 97 then 'session.started'
  when k < 98 then 'grant.approved' when k < 99 then 'grant.acknowledged' else 'probe.gate' end`;
const DECISION = `case when k < 84 then case when random() < 0.9 then 'permit' else 'refuse' end
  when k between 92 and 94 or k = 99 then 'refuse' else 'done' end`;

/** As the service writes them, but for the tree: a payload of the usual length and a sealed part. */
const INSERT = `
  insert into record (id, at, type, decision, code, is_drill, person_id, organization_id, declaration_id, grant_id, use_no,
                      supply_point_ref, payload, salt, sealed)
  select id, at, type, decision, case decision when 'refuse' then 'expired' end, false, person, organization, declaration, grant_id,
         case when decision = 'permit' then n end, point,
         json_build_object('v', 1, 'id', id, 'at', at, 'type', type, 'decision', decision, 'personId', person,
           'organizationId', organization, 'declarationId', declaration, 'grantId', grant_id, 'supplyPointRef', point,
           'details', json_build_object('call_id', 'call-' || n, 'direction', 'inbound', 'call_started_at', at, 'ticket_id', null,
             'purpose', 'outage_enquiry', 'terminal', 'tm_bench' || n % 300, 'outage_state', 'outage',
             'is_other_retailers_customer', random() < 0.4, 'municipality_code', '272035', 'in_declared_area', true,
             'fields', array['supply_point_id', 'supply_address', 'service_pole_number', 'outage_state']))::text,
         sha256(id::bytea), case when point is not null then sha256(id::bytea) || sha256(point::bytea) || sha256(person::bytea) end
    from (select *, 'rc_' || substr(encode(sha256((d || ' ' || n)::bytea), 'hex'), 1, 16) as id, (${TYPE}) as type, (${DECISION}) as decision,
                 case when k < 84 then bench_point((random() ^ 2 * ${POINTS})::integer) end as point
            from (select n, $1::integer as d, (random() * 100)::integer % 100 as k, g,
                         'operator-bench-' || (d0 * 37 + g) % ${PEOPLE} as person,
                         'retailer-bench-' || (((d0 * 37 + g) % ${PEOPLE}) % 24) / 2 % 7 as organization,
                         $2::text as declaration, 'gr_bench' || d0 || '-' || g as grant_id,
                         bench_start(d0) + n * interval '72 hours' / $3 as at
                    from (select n, $1::integer as d0, (random() * ${GRANTS})::integer % ${GRANTS} as g from generate_series(1, $3::integer) n) each) kind) made`;

/** Between the disasters: people sign in, auditors read, officers change master data. */
const QUIET = `
  insert into record (id, at, type, decision, code, is_drill, person_id, organization_id, payload, salt)
  select 'rc_' || substr(encode(sha256(('quiet ' || n)::bytea), 'hex'), 1, 16), bench_start(0) + n * interval '58 months' / $1,
         (array['session.started', 'session.ended', 'records.read', 'api.refused', 'person.changed', 'service.heartbeat'])[1 + n % 6],
         case n % 6 when 3 then 'refuse' else 'done' end, case n % 6 when 3 then 'role_not_allowed' end, false,
         'officer-bench-' || n % 40, 'tdo', json_build_object('v', 1, 'details', json_build_object('filter', '{}', 'count', n % 50))::text,
         sha256(n::text::bytea)
    from generate_series(1, $1::integer) n`;

/** The indexes beside the key, which are taken away while so many rows come in. */
export async function searchIndexes(owner: Client): Promise<{ name: string; definition: string }[]> {
  const { rows } = await owner.query<{ name: string; definition: string }>(
    `select i.indexrelid::regclass::text as name, pg_get_indexdef(i.indexrelid) as definition
       from pg_index i where i.indrelid = 'record'::regclass and not i.indisprimary order by 1`,
  );
  return rows;
}

/** Fills `record` with `total` rows; → what it holds. Nothing of it is in the tree. */
export async function fill(owner: Client, total: number, say: (line: string) => void): Promise<void> {
  const indexes = await searchIndexes(owner);
  await owner.query(FUNCTIONS);
  await owner.query(
    `select make_record_partitions((date_trunc('month', bench_start(0)) - interval '1 month')::date, 61)`,
  );
  for (const { name } of indexes) await owner.query(`drop index ${name}`);
  const quiet = Math.floor(total / 10);
  const each = Math.floor((total - quiet) / DECLARATIONS);
  await owner.query(QUIET, [quiet]);
  for (let declaration = 0; declaration < DECLARATIONS; declaration += 1) {
    await owner.query(INSERT, [declaration, nameOf.declaration(declaration), each]);
    say(`records of declaration ${declaration + 1} of ${DECLARATIONS}`);
  }
  // As the catalogue words it, the index would be the parent's alone.
  for (const { definition } of indexes) await owner.query(definition.replace(' ON ONLY ', ' ON '));
  say('indexes');
  await owner.query('vacuum analyze record');
}
