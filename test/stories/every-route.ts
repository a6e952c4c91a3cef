import { ACCESS_TABLE } from '../../src/contract/access-table.js';
import type { Overheard } from '../harness/overheard.js';
import { send, type Operator, type Person } from './actors.js';
import { expectStatus, type SamplePoint, type Storm } from './storm.js';

const PEOPLE = [
  ...['hq-1', 'hq-2', 'officer-1', 'compliance-1', 'auditor-1', 'regulator-1'],
  ...['supervisor-a', 'supervisor-b', 'operator-a-01', 'operator-b-01'],
];

type Listed = { items: { id: string; type?: string; code?: string | null }[]; next: string | null };

/** All of a list, page by page. */
async function all(person: Person, path: string): Promise<Listed['items']> {
  const items: Listed['items'] = [];
  for (let next: string | null = ''; next !== null;) {
    const cursor: string = next === '' ? '' : `&cursor=${next}`;
    const answer = await person.get<Partial<Listed>>(`${path}?limit=100${cursor}`);
    if (answer.body.items === undefined) return items;
    items.push(...answer.body.items);
    next = answer.body.next ?? null;
  }
  return items;
}

/** What the desk says of one thing each, by everyone: the pages with ids that no list leads to. */
async function everyPage(storm: Storm, person: Person, grantId: string, point: SamplePoint): Promise<void> {
  const desk = '/api/v1/desk';
  const today = new Date(Date.parse(storm.in(0)) + 9 * 3_600_000).toISOString().slice(0, 10);
  const grant = await person.get<{ declaration_id?: string; person_id?: string }>(
    `/api/v1/grants/${grantId}`,
  );
  const { declaration_id: declaration = 'dc_none', person_id: holder = 'nobody' } = grant.body;
  const trail = await person.call<Partial<Listed>>('POST', `${desk}/supply-points`, {
    supply_point_id: point.supply_point_id,
  });
  const refs = (trail.body.items ?? []) as { supply_point_ref?: string }[];
  const pages = {
    '/api/v1/desk/declarations/:id': [`/declarations/${declaration}`],
    '/api/v1/desk/grants/:id': [`/grants/${grantId}`],
    '/api/v1/desk/people/:id': [`/people/${holder}`, '/people/auditor-1'],
    '/api/v1/desk/people/:id/day': [`/people/${holder}/day?date=${today}`],
    '/api/v1/desk/supply-points/:ref': [`/supply-points/${refs[0]?.supply_point_ref ?? 'none'}`],
    '/api/v1/desk/retailers/:id/viewed-by-others': ['a', 'b'].map(
      (one) => `/retailers/retailer-${one}/viewed-by-others`,
    ),
  };
  const left = ACCESS_TABLE.filter(
    ({ method, path }) => method === 'GET' && path.startsWith(desk) && path.includes(':') && !(path in pages),
  );
  if (left.length > 0)
    throw new Error(`pages that nobody looks at: ${left.map(({ path }) => path).join(', ')}`);
  for (const path of Object.values(pages).flat()) await person.get(`${desk}${path}`);
  const csv = { accept: 'text/csv' };
  await person.call('GET', `${desk}/retailers/retailer-b/viewed-by-others`, undefined, csv);
  await person.post(`${desk}/people/${holder}/negative-test`);
  await person.get(`/api/v1/declarations/${declaration}/timeline`);
  await person.get(`/api/v1/declarations/${declaration}/callable`);
  await person.get('/api/v1/field-profiles/outage-call/difference');
}

/** Every route that is read, by everyone, whether allowed or refused; and what systems are told of the credential. */
export async function everyView(
  storm: Storm,
  operator: Operator,
  grantId: string,
  basic: string,
  point: SamplePoint,
): Promise<void> {
  const lists = ACCESS_TABLE.filter(({ method, path }) => method === 'GET' && !/[:*]/.test(path));
  const single = new Set(ACCESS_TABLE.filter(({ method }) => method === 'GET').map(({ path }) => path));
  for (const id of PEOPLE) {
    const person = await storm.person(id);
    await everyPage(storm, person, grantId, point);
    for (const { path } of lists) {
      const items = await all(person, path);
      if (!single.has(`${path}/:id`)) continue;
      // One of each kind: a record of every type and code, and the newest of the others.
      const kinds = new Map(items.map((item) => [`${item.type} ${item.code}`, item.id]));
      for (const one of kinds.values()) await person.get(`${path}/${one}`);
    }
  }
  expectStatus(await operator.credential(grantId), 200);
  const form = { 'content-type': 'application/x-www-form-urlencoded', authorization: basic };
  const token = operator.token ?? '';
  const body = new URLSearchParams({ token }).toString();
  expectStatus(await send(`${storm.url}/oauth/introspect`, 'POST', body, form), 200);
}

/** Requests that nobody should send: values of a point in every place that a service might quote. */
export async function malformedRequests(
  url: string,
  operator: Operator,
  point: SamplePoint,
  auditor: Person,
  overheard: Overheard,
): Promise<void> {
  const { supply_point_id: id, contact_phone: phone, contract_holder_name: name } = point;
  const factor = { contact_phone_last4: phone.slice(-4) };
  const searches: object[] = [
    { supply_point_id: `${id}0`, second_factor: factor },
    { supply_point_id: id, phone, second_factor: factor },
    { phone: `${phone}-${phone}`, second_factor: factor },
    { phone, second_factor: { contact_phone_last4: phone } },
    { supply_point_id: id, second_factor: { contact_phone_last4: phone, meter_number_last4: id } },
    { municipality_code: id, address: point.supply_address, second_factor: factor },
    { contract_holder_name: name, second_factor: { town_block: name } },
    { supply_point_id: [id], second_factor: name },
  ];
  for (const search of searches) await operator.lookup(search);
  const good = { supply_point_id: id, second_factor: factor };
  for (const call of [{ direction: name }, { id: name }, { started_at: phone }, { ticket_id: name }])
    await operator.lookup(good, { call });
  await operator.lookup(good, { purpose: name });
  // The name of a member is quoted, to the caller only: its own words come back to it, and nothing else.
  await overheard.permitting([name, ...name.split(' ')], () =>
    operator.lookup(good, { call: { [name]: phone } }),
  );
  await operator.data('/api/v1/lookups', `{"search":{"phone":"${phone}",`);
  await operator.data('/api/v1/lookups', { search: name.repeat(60_000) });
  await operator.match(id, 'meter_number', point.meter_number);
  await operator.match(phone, name, name);
  await operator.match(phone, phone, name);
  await operator.reveal(encodeURIComponent(name), 'contact_phone', `${name} ${phone}`);
  await operator.reveal(id, 'contact_phone', name.repeat(80));

  const paths = [
    'desk/people',
    'desk/supply-points',
    'desk/retailers',
    'findings',
    'analyses',
    'records',
    'records/search',
    'declarations',
    'grants',
    'supply-points',
    'nominations',
  ];
  for (const value of [id, phone, encodeURIComponent(name)])
    for (const path of paths) {
      await auditor.get(`/api/v1/${path}/${value}`);
      await auditor.get(`/api/v1/${path}?supply_point_id=${value}`);
      for (const filter of [
        'subject',
        'owner',
        'supply_point_ref',
        'person',
        'organization',
        'declaration',
        'grant',
        'type',
      ])
        await auditor.get(`/api/v1/${path}?${filter}=${value}`);
      await auditor.get(`/api/v1/${path}?cursor=${value}&limit=${value}`);
    }
  await send(`${url}/api/v1/session`, 'POST', { person_id: name });
  await send(`${url}/api/v1/session`, 'POST', { person_id: id });
  for (const authorization of [`DPoP ${id}`, `Basic ${Buffer.from(`${phone}:${id}`).toString('base64')}`])
    for (const path of ['/api/v1/lookups', '/oauth/introspect', '/access/v1/evaluation'])
      await send(`${url}${path}`, 'POST', { token: id }, { authorization, dpop: phone });
}
