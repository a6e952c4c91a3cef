import { Broker } from '../harness/broker.js';
import { expectStatus } from '../stories/storm.js';
import { SQLSTATE, triedAsApp } from './as-role.js';
import { refusalOf } from './witnesses.js';

const { restrict, check, foreignKey, insufficientPrivilege } = SQLSTATE;

/**
 * Around the service: as the role that the service itself runs as. The tables refuse what the code refuses, so a
 * defect in the code, or somebody at the service's own connection, does not join what the law keeps apart.
 */
describe('Law 5: Who gains cannot grant, around the service', () => {
  let broker: Broker;
  let unconfirmed: string;
  let confirmed: string;
  let call: string;
  let narrow: string;
  let open: string;
  let early: string;
  let decided: string;
  let grant: string;
  let oldChange: string;

  beforeAll(async () => {
    broker = await Broker.start();
    const { storm } = broker;
    unconfirmed = (await storm.declare(await storm.person('hq-1'), { target_area: ['131130'] })).id;
    confirmed = (await storm.declared()).id;
    call = (await storm.called(confirmed)).id;
    const one = [{ organization_id: 'retailer-a', seats: 1 }];
    narrow = (await storm.called(confirmed, { organizations: one })).id;
    open = (await storm.nominated(call, ['operator-a-01', 'operator-a-38'])).id;
    decided = (await storm.nominated(call, ['operator-a-02', 'operator-a-04'])).id;
    const earlyCall = (await storm.called(unconfirmed)).id;
    early = (await storm.nominated(earlyCall, ['operator-a-05'])).id;
    const approver = await storm.person('hq-2');
    const approval = await approver.post<{ grants: { id: string }[] }>(
      `/api/v1/nominations/${decided}/approve`,
      {
        people: ['operator-a-02'],
      },
    );
    grant = expectStatus(approval, 200).grants[0]?.id ?? '';
    for (const by of ['hq-3', 'hq-1']) {
      const suspender = await storm.person(by);
      expectStatus(await suspender.post(`/api/v1/grants/${grant}/suspend`, { reason: '確認のため' }), 200);
    }
    await storm.enrolled();
    const [row] = await broker.database.asOwner<{ id: string }>(
      `select id from change where decision = 'confirmed' limit 1`,
    );
    oldChange = row?.id ?? '';
  });
  afterAll(() => broker.stop());

  const GIVE = (nomination: string, person: string, by = 'hq-2'): string => `
    insert into access_grant (id, nomination_id, support_call_id, declaration_id, person_id, natural_person_key, organization_id,
        field_profile_id, is_drill, starts_at, ends_at, nominated_by, approved_by, approved_at)
    select 'gr_forged', n.id, c.id, c.declaration_id, p.id, p.natural_person_key, p.organization_id, c.field_profile_id, false,
           n.starts_at, n.ends_at, n.nominated_by, '${by}', broker_now()
      from nomination n join support_call c on c.id = n.support_call_id, person p
     where n.id = '${nomination}' and p.id = '${person}'`;

  const NOMINATE = (by: string): string => `
    insert into nomination (id, support_call_id, organization_id, nominated_by, nominated_at, starts_at, ends_at, note)
    values ('nm_forged', '${call}', 'retailer-a', '${by}', broker_now(), broker_now(), broker_now() + interval '1 hour', '')`;

  const PROPOSE = (id: string, kind: string, by: string): string => `
    insert into change (id, kind, body, proposed_by, proposed_at, lapses_at)
    values ('${id}', '${kind}', '{}', '${by}', broker_now(), broker_now() + interval '1 day')`;

  const decide = (nomination: string, decision: string, by: string): string =>
    `update nomination set decision = '${decision}', decided_by = '${by}', decided_at = broker_now() where id = '${nomination}'`;
  const confirm = (by: string): string =>
    `update declaration set confirmed_by = '${by}', confirmed_at = broker_now() where id = '${unconfirmed}'`;
  const resume = (by: string): string =>
    `update access_grant set resumed_at = broker_now(), resumed_by = '${by}', resume_reason = '再開' where id = '${grant}'`;

  it.each<[string, () => string, string]>([
    ['the declarer does not confirm', () => confirm('hq-1'), check],
    ['an officer does not confirm a declaration', () => confirm('officer-1'), restrict],
    ['an auditor does not approve', () => decide(open, 'approved', 'auditor-1'), restrict],
    ['a supervisor does not approve', () => decide(open, 'approved', 'supervisor-b'), restrict],
    ['the nominator does not approve', () => decide(open, 'approved', 'supervisor-a'), restrict],
    ['another organization does not withdraw', () => decide(open, 'withdrawn', 'supervisor-b'), restrict],
    [
      'one person does not open an area again',
      () => `insert into declaration (id, number, name, hazard_types, target_area, posture_level, legal_basis, necessity_statement,
               rule_version, is_drill, expected_end_at, declared_by, declared_at, hard_end_at, declared_area)
             select 'dc_again', 'again', name, hazard_types, target_area, posture_level, legal_basis, necessity_statement, rule_version,
                    is_drill, expected_end_at, declared_by, broker_now(), broker_now() + interval '30 minutes', target_area
               from declaration where id = '${unconfirmed}'`,
      restrict,
    ],
    [
      'a supervisor does not call for support',
      () => `insert into support_call (id, number, declaration_id, field_profile_id, response_pattern, necessity, capacity_evidence,
               alternatives_tried, shift_hours_max, called_by, called_at)
             values ('sc_forged', 'x', '${confirmed}', 'outage-call', 1, repeat('x', 20), 'x', '{}', 8, 'supervisor-a', broker_now())`,
      restrict,
    ],
    [
      'nobody adds seats to a call',
      () => `insert into support_call_organization (support_call_id, organization_id, seats)
             values ('${narrow}', 'retailer-b', 99999)`,
      restrict,
    ],
    ['headquarters does not nominate', () => NOMINATE('hq-1'), restrict],
    ['another organization does not nominate', () => NOMINATE('supervisor-b'), restrict],
    ['no grant without an approved nomination', () => GIVE(open, 'operator-a-01'), restrict],
    [
      'the declarer gives nothing while the declaration is unconfirmed',
      () => `begin; ${decide(early, 'approved', 'hq-1')}; ${GIVE(early, 'operator-a-05', 'hq-1')}; commit`,
      restrict,
    ],
    [
      'who suspended is not forgotten',
      () => `update access_grant set suspenders = '{}' where id = '${grant}'`,
      insufficientPrivilege,
    ],
    ['no grant to a person who was not nominated', () => GIVE(decided, 'operator-a-03'), restrict],
    ['no grant approved by another than who decided', () => GIVE(decided, 'operator-a-04', 'hq-3'), restrict],
    [
      'nobody joins a decided nomination',
      () => `insert into nomination_person values ('${decided}', 9, 'operator-a-03', 'eligible', null)`,
      restrict,
    ],
    [
      'a suspension is not taken back',
      () =>
        `update access_grant set suspended_at = null, suspended_by = null, suspend_reason = null where id = '${grant}'`,
      restrict,
    ],
    ['who suspended does not resume', () => resume('hq-1'), restrict],
    ['nor who suspended before', () => resume('hq-3'), restrict],
    ['a supervisor does not resume', () => resume('supervisor-a'), restrict],
    ['a monitor does not resume', () => resume('auditor-1'), restrict],
    [
      'a supervisor of another organization does not suspend',
      () =>
        `update access_grant set suspended_at = broker_now(), suspended_by = 'supervisor-b', suspend_reason = '停止' where id = '${grant}'`,
      restrict,
    ],
    [
      'an operator does not revoke',
      () =>
        `update access_grant set revoked_at = broker_now(), revoked_by = 'operator-a-01', revoke_reason = '取消' where id = '${grant}'`,
      restrict,
    ],
    [
      'one person does not extend',
      () => `update declaration set hard_end_at = hard_end_at + interval '1 hour' where id = '${confirmed}'`,
      restrict,
    ],
    [
      'one person does not add to the area',
      () => `update declaration set target_area = target_area || array['13'] where id = '${confirmed}'`,
      restrict,
    ],
    [
      'one person does not shrink into another place',
      () => `update declaration set target_area = array['131130'] where id = '${confirmed}'`,
      restrict,
    ],
    [
      'a person does not change by one word',
      () => `update person set has_conflict = false where id = 'operator-a-38'`,
      restrict,
    ],
    [
      'a person does not change by an old change',
      () => `update person set has_conflict = false, change_id = '${oldChange}' where id = 'operator-a-38'`,
      restrict,
    ],
    [
      'a person does not move to another role by one word',
      () => `update person set role = 'operator' where id = 'supervisor-a'`,
      restrict,
    ],
    [
      'an agreement is not prolonged by one word',
      () => `update entrustment_agreement set valid_until = valid_until + interval '1 year'`,
      restrict,
    ],
    [
      'a profile in force gains no field',
      () => `insert into field_profile_field values ('outage-call', 1, 'site_map_ref', 'show')`,
      restrict,
    ],
    [
      'a never-field enters no profile',
      () => `insert into field_profile_field values ('outage-call', 2, 'retailer_name', 'show')`,
      foreignKey,
    ],
    [
      'a terminal is not enrolled by a change that nobody made',
      () => `insert into terminal (id, serial, organization_id, custodian_person_id, room_id, jwk, jkt, enrolled_at, enrolled_by_change)
             values ('tm_forged', 'X', 'retailer-a', 'supervisor-a', 'osaka-support-1', '{}', repeat('x', 43), broker_now(), 'ch_none')`,
      foreignKey,
    ],
    [
      'headquarters does not propose a change of people',
      () => PROPOSE('ch_a', 'person.change', 'hq-1'),
      restrict,
    ],
    [
      'an officer does not propose an extension',
      () => PROPOSE('ch_b', 'declaration.extend', 'officer-1'),
      restrict,
    ],
    ['an operator proposes nothing', () => PROPOSE('ch_c', 'terminal.enrol', 'operator-a-01'), restrict],
    [
      'a version is not written by hand',
      () => `insert into fact_version values ('person', 'operator-a-38', 9, broker_now(), null, '{}')`,
      insufficientPrivilege,
    ],
    ['a version is not forgotten', () => `delete from fact_version`, insufficientPrivilege],
    [
      'a session names the record of its sign-in',
      () =>
        `insert into session (id, token_hash, person_id, organization_id, role, method, record_id, created_at, last_seen_at, expires_at)
         values ('se_x', '\\x00', 'hq-1', 'tdo', 'headquarters', 'passkey', 'rc_x', broker_now(), broker_now(), broker_now() + interval '2 days')`,
      restrict,
    ],
  ])('%s', async (_, statement, code) => {
    expect(await triedAsApp(broker, [statement()])).toEqual([code]);
  });

  it('lets one change be decided by another entitled person only, in time', async () => {
    const decideChange = (id: string, by: string): string =>
      `update change set decision = 'confirmed', decided_by = '${by}', decided_at = broker_now() where id = '${id}'`;
    expect(
      await triedAsApp(broker, [
        PROPOSE('ch_open', 'terminal.enrol', 'officer-1'),
        decideChange('ch_open', 'officer-1'),
        decideChange('ch_open', 'supervisor-a'),
        decideChange('ch_open', 'auditor-1'),
        PROPOSE('ch_long', 'terminal.enrol', 'officer-1').replace("'1 day'", "'2 days'"),
      ]),
    ).toEqual(['done', check, restrict, restrict, check]);
  });

  it('shows that these statements fail for who they name, and not for their form', async () => {
    // The controls: the same acts by the entitled, undone at the end.
    const done = await triedAsApp(broker, [
      `begin; ${confirm('hq-2')}; ${resume('hq-2')}; ${decide(open, 'approved', 'hq-2')}; ${GIVE(open, 'operator-a-01')}; rollback`,
      `begin; ${decide(early, 'approved', 'hq-3')}; ${GIVE(early, 'operator-a-05', 'hq-3')}; rollback`,
      `begin; ${decide(open, 'withdrawn', 'supervisor-a')}; ${NOMINATE('supervisor-a')}; rollback`,
    ]);
    expect(done).toEqual(['done', 'done', 'done']);
  });

  it('refuses the same over HTTP, in the words of the people', async () => {
    const { storm } = broker;
    const declarer = await storm.person('hq-1');
    expect(refusalOf(await declarer.post(`/api/v1/declarations/${unconfirmed}/confirm`))).toEqual([
      403,
      'same_person',
    ]);
    const resumed = declarer.post(`/api/v1/grants/${grant}/resume`, { reason: '再開します' });
    expect(refusalOf(await resumed)).toEqual([403, 'same_person']);
    for (const id of ['officer-1', 'auditor-1', 'supervisor-a', 'operator-a-01', 'compliance-1']) {
      const person = await storm.person(id);
      const answer = await person.post(`/api/v1/nominations/${open}/approve`, {});
      expect([id, ...refusalOf(answer)]).toEqual([id, 403, 'role_not_allowed']);
    }
  });
});
