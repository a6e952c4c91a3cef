import { FIELD_CATALOGUE } from '../../src/agreements/field-catalogue.js';
import { Broker } from '../harness/broker.js';
import { Officers } from '../stories/officers.js';
import { expectStatus } from '../stories/storm.js';
import { placement, showKey, windowProof, type OpenedWindow } from '../stories/terminal-ceremony.js';
import { Terminal } from '../stories/actors.js';
import { fits, fitsProblem } from './fits.js';

type Json = Record<string, unknown>;
interface Listed extends Json {
  items: Json[];
}
interface Difference extends Json {
  fields: (Json & { field: string })[];
}

describe('what screens list', () => {
  let broker: Broker;
  beforeAll(async () => {
    broker = await Broker.start();
  });
  afterAll(() => broker.stop());

  it('the difference between a profile and the switching support system (FAIR-4)', async () => {
    const fields = [
      ...[['service_pole_number', 'show'], ['contract_holder_name', 'match'], ['contact_phone', 'reveal']],
      ...[['customer_phone', 'dispatch'], ['outage_state', 'show'], ['site_map_ref', 'show']],
      ...[['supply_class', 'derived'], ['critical_load_flag', 'derived']],
    ].map(([field, mode]) => ({ field, mode })); // prettier-ignore
    await new Officers(broker.storm).agreed('POST', 'field-profiles', { id: 'lean', label: '最小', fields });
    const route = 'GET /api/v1/field-profiles/:id/difference';
    const officer = await broker.storm.person('officer-1');
    const found = fits<Difference>(
      await officer.get<Difference>('/api/v1/field-profiles/lean/difference'),
      200,
      route,
    );
    const told = Object.fromEntries(
      found.fields.map((one) => [
        one.field,
        [one['switching_system'], one['is_additional'], one['is_advantage']],
      ]),
    );
    expect(told).toEqual({
      service_pole_number: ['any_retailer', false, false],
      contract_holder_name: ['own_customers_only', true, true],
      contact_phone: ['own_customers_only', true, true],
      // For the crew: never on the screen.
      customer_phone: ['own_customers_only', false, false],
      outage_state: ['not_held', true, false],
      site_map_ref: ['not_held', true, true],
      // Computed from what every retailer sees there, and from what nobody does.
      supply_class: ['any_retailer', false, false],
      critical_load_flag: ['not_held', true, true],
    });
    expect(found).toMatchObject({ additional: 5, advantages: 4 });
    expect(found.fields[0]?.['label']).toBe(FIELD_CATALOGUE.contact_phone.ja);
    const english = await officer.call<Difference>(
      'GET',
      '/api/v1/field-profiles/lean/difference',
      undefined,
      {
        'accept-language': 'en',
      },
    );
    expect(english.body.fields[0]?.['label']).toBe(FIELD_CATALOGUE.contact_phone.en);
    fitsProblem(await officer.get('/api/v1/field-profiles/nothing/difference'), 404, 'not_found');
  });

  it('the ceiling of each field, in the language of whoever asks', async () => {
    const officer = await broker.storm.person('officer-1');
    const route = 'GET /api/v1/field-profiles/catalogue';
    const { items } = fits<Listed>(await officer.get<Listed>('/api/v1/field-profiles/catalogue'), 200, route);
    expect(items).toHaveLength(Object.keys(FIELD_CATALOGUE).length);
    expect(items).toContainEqual({
      field: 'contract_holder_name',
      label: FIELD_CATALOGUE.contract_holder_name.ja,
      modes: [...FIELD_CATALOGUE.contract_holder_name.modes],
      is_non_public: true,
      switching_system: 'own_customers_only',
    });
    const never = items.find(({ field }) => field === 'retailer_name');
    expect(never?.['modes']).toEqual([]);
  });

  it('one thing, as it is and as it once was, and what is of one company', async () => {
    const officer = await broker.storm.person('officer-1');
    const read = async (path: string): Promise<Json[]> =>
      expectStatus(await officer.get<Listed>(`/api/v1/${path}`), 200).items;
    expect(await read('people?id=operator-a-07')).toMatchObject([
      { id: 'operator-a-07', eligible_now: true, organization_id: 'retailer-a' },
    ]);
    expect(await read('people?id=operator-a-07&as_of=2020-01-01T00:00:00Z')).toEqual([]);
    expect(await read('people?id=nobody-at-all')).toEqual([]);
    const ofB = await read('people?organization=retailer-b&limit=100');
    expect(new Set(ofB.map((one) => one['organization_id']))).toEqual(new Set(['retailer-b']));
    expect(ofB.length).toBeGreaterThan(20);
    expect(await read('organizations?id=tdo')).toMatchObject([{ id: 'tdo' }]);
    // Whoever sees only the own company's sees no other one's by asking for it.
    const supervisor = await broker.storm.person('supervisor-b');
    const foreign = await supervisor.get<Listed>('/api/v1/people?id=operator-a-07&organization=retailer-a');
    expect(expectStatus(foreign, 200).items).toEqual([]);
    fitsProblem(await officer.get('/api/v1/people?id=%27or%271'), 422, 'invalid_input');
  });

  it('the windows of enrolment, without their codes', async () => {
    const { storm } = broker;
    const officer = await storm.person('officer-1');
    const windows: OpenedWindow[] = [];
    for (const serial of ['PC-1', 'PC-2', 'PC-3'])
      windows.push(expectStatus(await officer.post<OpenedWindow>('/api/v1/terminal-windows', placement(serial)), 201));
    const [one, two] = windows;
    if (!one || !two) throw new Error('two windows');
    const terminal = new Terminal(storm.now);
    expectStatus(await showKey(broker.url, one, windowProof(broker.url, terminal, one)), 202);
    const wrong = { ...two, code: 'AAAAA-AAAAA' };
    for (let n = 0; n < 5; n += 1) await showKey(broker.url, wrong, windowProof(broker.url, terminal, wrong));
    const other = await storm.person('officer-2');
    const list = async (): Promise<Json[]> =>
      fits<Listed>(await other.get<Listed>('/api/v1/terminal-windows'), 200, 'GET /api/v1/terminal-windows').items;
    const seen = (items: Json[]): unknown[] => items.map((item) => [item['serial'], item['state'], item['guesses']]);
    expect(seen(await list())).toEqual([['PC-3', 'open', 0], ['PC-2', 'closed', 5], ['PC-1', 'shown', 0]]);
    for (const { code } of windows) expect(JSON.stringify(await list())).not.toContain(code);
    await broker.moveClock(11 * 60_000);
    expect(seen(await list())[0]).toEqual(['PC-3', 'closed', 0]);
    const [first] = fits<Listed>(await other.get<Listed>('/api/v1/terminal-windows?limit=1'), 200, 'GET /api/v1/terminal-windows').items;
    expect(first?.['serial']).toBe('PC-3');
  }); // prettier-ignore

  it('the rooms, page by page; to a supervisor those of the own organization and the shared ones', async () => {
    await broker.database.asOwner(
      `insert into room (id, organization_id, name) values ('a-only', 'retailer-a', 'A社室'), ('b-only', 'retailer-b', 'B社室')`,
    );
    const route = 'GET /api/v1/rooms';
    const ids = async (who: string, query = ''): Promise<{ ids: unknown[]; next: unknown }> => {
      const { items, next } = fits<Listed>(await (await broker.storm.person(who)).get<Listed>(`/api/v1/rooms${query}`), 200, route);
      return { ids: items.map((one) => one['id']), next };
    };
    const shared = ['osaka-support-2', 'osaka-support-1'];
    expect((await ids('officer-1')).ids).toEqual([...shared, 'b-only', 'a-only']);
    expect((await ids('supervisor-a')).ids).toEqual([...shared, 'a-only']);
    const first = await ids('officer-1', '?limit=3');
    expect((await ids('officer-1', `?limit=3&cursor=${String(first.next)}`)).ids).toEqual(['a-only']);
  }); // prettier-ignore
});
