import { Operator, Terminal, type LookupBody } from './actors.js';
import { PasskeyHolder } from './passkey-holder.js';
import { expectStatus, type SamplePoint, type Storm } from './storm.js';

type Json = Record<string, unknown>;

/**
 * Somebody changes something by a route of the access table (`POST /api/v1/grants/:id/revoke`), whose ids are given in order; how it
 * is called and what is looked at around it is the business of whoever has the story told. → the answer's body
 */
export type Change = (
  by: string,
  route: string,
  id?: string | readonly string[],
  body?: Json,
) => Promise<Json>;

const REASON = { reason: '一とおりの変更を確かめるため' };
const CONFIRM = 'POST /api/v1/changes/:id/confirm';

/** Every change that the service can make, each once or more, with an identity provider `utility`. What ends by its nature comes last. */
export async function everyChange(storm: Storm, point: SamplePoint, change: Change): Promise<void> {
  await masterData(storm, change);
  await sessionsAndPasskeys(storm, change);
  const declaration = await declared(storm, change);
  const grants = await granted(storm, declaration, change);
  await used(storm, declaration, grants, point, change);
  await monitored(storm, change);
  await change('hq-1', 'POST /api/v1/declarations/:id/revoke-all', declaration, REASON);
  await change('hq-2', 'POST /api/v1/declarations/:id/lift', declaration, REASON);
}

/** Proposed by one, confirmed by another → the id of what changed. */
async function byTwo(
  change: Change,
  route: string,
  id?: string | readonly string[],
  body?: Json,
  [one, two] = ['officer-1', 'officer-2'],
): Promise<string> {
  const proposal = await change(one ?? '', route, id, body);
  const { resource } = await change(two ?? '', CONFIRM, String(proposal['change_id']));
  return (resource as { id: string }).id;
}

/** Added, changed and retired. */
async function throughItsLife(change: Change, name: string, added: Json, changed: Json): Promise<void> {
  const id = await byTwo(change, `POST /api/v1/${name}`, undefined, added);
  const own = name === 'people' ? 'operator-c-01' : id;
  await byTwo(change, `PATCH /api/v1/${name}/:id`, own, changed);
  await byTwo(change, `POST /api/v1/${name}/:id/retire`, own);
}

async function masterData(storm: Storm, change: Change): Promise<void> {
  const clauses = ['tasks', 'confidentiality', 'personal_data', 'sub_contracting', 'log_consent', 'penalty', 'no_group_sharing']; // prettier-ignore
  const organization = {
    id: 'retailer-c', kind: 'retailer', name: '例示電力', is_affiliated: false, retailer_code: 'Z9103',
  }; // prettier-ignore
  await throughItsLife(change, 'organizations', organization, { name: '例示電力（新）' });
  const agreement = {
    organization_id: 'retailer-b', number: '災害-B-100', valid_from: storm.in(-24), valid_until: storm.in(24 * 90), clauses,
    legal_ground: 'disaster', chosen_by: 'negotiated', chosen_reason: '電話を受けられるのが同社だけのため',
    sub_contracting_permitted: false,
  }; // prettier-ignore
  await throughItsLife(change, 'agreements', agreement, { valid_until: storm.in(24 * 80) });
  const fields = [{ field: 'outage_state', mode: 'show' }];
  await throughItsLife(
    change,
    'field-profiles',
    { id: 'lean', label: '最小', fields },
    { label: '最小（新）' },
  );
  const plan = {
    organization_id: 'retailer-a', field_profile: 'outage-call', people: ['operator-a-11', 'operator-a-12'], seats: 2,
    shift_hours_max: 8, valid_from: storm.in(-1), valid_until: storm.in(24 * 60),
  }; // prettier-ignore
  await throughItsLife(change, 'standing-plans', plan, { seats: 1 });
  const person = { id: 'operator-c-01', natural_person_key: 'np-operator-c-01', role: 'operator', name: '応対 新人', employment: 'employee' }; // prettier-ignore
  await throughItsLife(
    change,
    'people',
    { organization_id: 'retailer-a', people: [person] },
    { name: '応対 新人（改）' },
  );
  await throughItsLife(change, 'terminals', terminalBody(storm, 'PC-1'), {
    checked_out_to: 'operator-a-01',
  });
  const lost = await byTwo(change, 'POST /api/v1/terminals', undefined, terminalBody(storm, 'PC-2'));
  await change('supervisor-a', 'POST /api/v1/terminals/:id/lost', lost, REASON);
  const proposal = await change('officer-1', 'PATCH /api/v1/organizations/:id', 'retailer-a', { name: '名' });
  await change('officer-2', 'POST /api/v1/changes/:id/reject', String(proposal['change_id']), REASON);
}

function terminalBody(storm: Storm, serial: string, terminal = new Terminal(storm.now)): Json {
  return {
    serial, organization_id: 'retailer-a', custodian_person_id: 'supervisor-a', room: 'osaka-support-1', jwk: terminal.jwk,
  }; // prettier-ignore
}

async function sessionsAndPasskeys(storm: Storm, change: Change): Promise<void> {
  const reader = await storm.person('regulator-1');
  type Sessions = { items: { id: string }[] };
  const [session] = expectStatus(await reader.get<Sessions>('/api/v1/sessions'), 200).items;
  await change('regulator-1', 'DELETE /api/v1/sessions/:id', session?.id);
  await change('officer-1', 'POST /api/v1/people/:id/end-sessions', 'regulator-1', REASON);
  const holder = PasskeyHolder.at(await storm.person('hq-3'));
  const { id } = expectStatus(await holder.show(), 201);
  const mapped = { provider: 'utility', subject: '248289761001' };
  const identity = await byTwo(change, 'POST /api/v1/people/:id/identities', 'hq-3', mapped);
  await byTwo(change, 'POST /api/v1/people/:id/identities/:identity/retire', ['hq-3', identity]);
  await byTwo(change, 'POST /api/v1/passkeys/:id/propose', id);
  await change('officer-1', 'POST /api/v1/passkeys/:id/revoke', id, REASON);
}

/** → the declaration, confirmed, extended and shrunk */
async function declared(storm: Storm, change: Change): Promise<string> {
  const body = storm.declarationBody({ target_area: ['272035', '272043'] });
  const { id } = (await change('hq-1', 'POST /api/v1/declarations', undefined, body)) as { id: string };
  await change('hq-2', 'POST /api/v1/declarations/:id/confirm', id);
  const more = { hard_end_at: storm.in(20), outage_households: 1200, ...REASON };
  await byTwo(change, 'POST /api/v1/declarations/:id/extend', id, more, ['hq-1', 'hq-2']);
  await change('hq-1', 'POST /api/v1/declarations/:id/area', id, { target_area: ['272035'], ...REASON });
  return id;
}

/** → grants of operator-a-01 … 04 */
async function granted(storm: Storm, declaration: string, change: Change): Promise<string[]> {
  const call = await change(
    'hq-1',
    'POST /api/v1/declarations/:id/support-calls',
    declaration,
    storm.callBody(),
  );
  const callId = String(call['id']);
  await change('supervisor-b', 'POST /api/v1/support-calls/:id/decline', callId, REASON);
  const nominate = async (...people: string[]): Promise<string> => {
    const body = { people, ends_at: storm.in(4), note: '夜間班' };
    return String(
      (await change('supervisor-a', 'POST /api/v1/support-calls/:id/nominations', callId, body))['id'],
    );
  };
  await change('hq-2', 'POST /api/v1/nominations/:id/deny', await nominate('operator-a-05'), REASON);
  await change('supervisor-a', 'POST /api/v1/nominations/:id/withdraw', await nominate('operator-a-06'));
  const people = [1, 2, 3].map((n) => `operator-a-0${n}`);
  const nomination = await nominate(...people);
  const { grants } = (await change('hq-2', 'POST /api/v1/nominations/:id/approve', nomination, {})) as {
    grants: { id: string; person_id: string }[];
  };
  const ids = people.map((id) => grants.find((one) => one.person_id === id)?.id ?? '');
  const notice = await (await storm.person('operator-a-01')).get<{ version: string }>('/api/v1/notice');
  for (const [n, id] of ids.entries()) {
    const body = { notice_version: notice.body.version };
    await change(people[n] ?? '', 'POST /api/v1/grants/:id/acknowledge', id, body);
  }
  return ids;
}

async function used(
  storm: Storm,
  declaration: string,
  grants: string[],
  point: SamplePoint,
  change: Change,
): Promise<void> {
  const [first = '', second = '', third = ''] = grants;
  const { record_id: use } = await lookedUp(storm, first, point);
  const incident = { record_id: use, field: 'contact_phone', description: '請求先の番号が見えている' };
  await change('operator-a-01', 'POST /api/v1/incidents', undefined, incident);
  await change('auditor-1', 'POST /api/v1/grants/:id/suspend', first, REASON);
  await change('hq-2', 'POST /api/v1/grants/:id/resume', first, REASON);
  await change('operator-a-02', 'POST /api/v1/grants/:id/hand-back', second);
  await change('auditor-1', 'POST /api/v1/grants/:id/revoke', third, REASON);
  const hold = await change('compliance-1', 'POST /api/v1/legal-holds', undefined, {
    declaration_id: declaration,
    ...REASON,
  });
  const release = await change(
    'compliance-1',
    'POST /api/v1/legal-holds/:id/release',
    String(hold['id']),
    REASON,
  );
  await change('officer-1', CONFIRM, String(release['change_id']));
}

async function lookedUp(storm: Storm, grant: string, point: SamplePoint): Promise<LookupBody> {
  const { terminal } = await storm.enrolled();
  const operator = new Operator(await storm.person('operator-a-01'), terminal);
  expectStatus(await operator.credential(grant), 200);
  const search = {
    supply_point_id: point.supply_point_id,
    second_factor: { contact_phone_last4: point.contact_phone.slice(-4) },
  };
  // The customer called three times: what the rules call a repeated view, for an auditor to conclude.
  for (let call = 1; call < 3; call += 1) expectStatus(await operator.lookup(search), 200);
  return expectStatus(await operator.lookup(search), 200);
}

async function monitored(storm: Storm, change: Change): Promise<void> {
  await change('auditor-1', 'POST /api/v1/replays', undefined, {});
  await change('auditor-1', 'POST /api/v1/attestations', undefined, {});
  const finding = await change('auditor-1', 'POST /api/v1/findings', undefined, {
    subject_type: 'person', subject_id: 'operator-a-01', type: 'repeated_views', severity: 'medium',
    text: '夜間に通話のない検索が続いている。', owner_person_id: 'officer-1', due_date: storm.in(24 * 7).slice(0, 10),
  }); // prettier-ignore
  const span = { from: storm.in(-24), to: storm.in(1) };
  const analysis = await change('auditor-1', 'POST /api/v1/analyses', undefined, span);
  const concluded = { conclusion: '三度とも、その需要家からの電話であった。' };
  await change('auditor-1', 'PATCH /api/v1/analyses/:id', String(analysis['id']), concluded);
  const answered = { answer: '通話の記録と対応していた。' };
  await change('auditor-2', 'PATCH /api/v1/findings/:id', String(finding['id']), answered);
}

/** 消去: of a month that lies behind the retention; the clock and a time-stamp are the teller's. */
export const purged = (change: Change, month: string): Promise<Json> =>
  change('officer-1', 'POST /api/v1/purges', undefined, { month, ...REASON });
