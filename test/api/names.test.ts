import { Broker } from '../harness/broker.js';
import { expectStatus } from '../stories/storm.js';

/** People decide by names; an id beside them says which of two with one name. */
describe('what people read instead of ids', () => {
  let broker: Broker;
  let declaration: string;
  let call: string;
  beforeAll(async () => {
    broker = await Broker.start();
    declaration = (await broker.storm.declared({ name: '台風24号' })).id;
    call = (await broker.storm.called(declaration)).id;
  });
  afterAll(() => broker.stop());

  async function read(who: string, path: string): Promise<unknown> {
    return expectStatus(await (await broker.storm.person(who)).get(path), 200);
  }

  it('a nomination says who, of which company, by whom', async () => {
    const { id } = await broker.storm.nominated(call, ['operator-a-01', 'operator-a-37']);
    const told = {
      organization_name: '見本小売電気',
      nominated_by_name: '統括 あかり',
      results: [{ name: '応対 A01号' }, { name: '応対 A37号', code: 'training_expired' }],
    };
    expect(await read('hq-2', `/api/v1/nominations/${id}`)).toMatchObject(told);
    expect(await read('supervisor-a', `/api/v1/nominations/${id}`)).toMatchObject(told);
  });

  it('by naming ids a supervisor learns no name of another company', async () => {
    const { id } = await broker.storm.nominated(call, ['operator-b-01', 'hq-1', 'nobody-1']);
    for (const who of ['supervisor-a', 'hq-2'])
      expect(await read(who, `/api/v1/nominations/${id}`)).toMatchObject({
        results: [
          { person_id: 'operator-b-01', name: null },
          { person_id: 'hq-1', name: null },
          { person_id: 'nobody-1', name: null },
        ],
      });
  });

  it('a grant and a call say it of person, company, declaration and profile', async () => {
    const { grantId } = await broker.storm.operator('operator-a-02', declaration);
    const told = { declaration_name: '台風24号', field_profile_label: '停電の電話対応' };
    const ofGrant = { ...told, person_name: '応対 A02号', organization_name: '見本小売電気' };
    expect(await read('hq-2', `/api/v1/grants/${grantId}`)).toMatchObject(ofGrant);
    expect(await read('operator-a-02', `/api/v1/grants/${grantId}`)).toMatchObject(ofGrant);
    expect(await read('hq-2', `/api/v1/support-calls/${call}`)).toMatchObject({
      ...told,
      organizations: [{ name: '見本小売電気' }, { name: '標本エナジー' }],
    });
    expect(await read('supervisor-b', `/api/v1/support-calls/${call}`)).toMatchObject({
      organizations: [{ organization_id: 'retailer-b', name: '標本エナジー' }],
    });
  });

  it('a declaration says it of all who acted or were told, but not to a supervisor', async () => {
    const names = { 'hq-1': '本部 一郎', 'hq-2': '本部 二葉', 'officer-1': '管理 一恵' };
    expect(await read('hq-3', `/api/v1/declarations/${declaration}`)).toMatchObject({ people_names: names });
    const told = (await read('supervisor-a', `/api/v1/declarations/${declaration}`)) as {
      people_names: object;
    };
    expect(told.people_names).toEqual({});
    const hq3 = await broker.storm.person('hq-3');
    const other = await broker.storm.declared({ target_area: ['122033'] });
    const lifted = await hq3.post(`/api/v1/declarations/${other.id}/lift`, { reason: '復旧が完了したため' });
    const { people_names } = expectStatus(lifted, 200) as { people_names: Record<string, string> };
    expect(people_names['hq-3']).toMatch(/^本部 /);
  });

  it('a proposal says who made it', async () => {
    const hq1 = await broker.storm.person('hq-1');
    const until = {
      hard_end_at: broker.storm.in(30),
      reason: '復旧に時間を要するため',
      outage_households: 12_000,
    };
    expectStatus(await hq1.post(`/api/v1/declarations/${declaration}/extend`, until), 202);
    expect(await read('hq-2', '/api/v1/changes?state=proposed')).toMatchObject({
      items: [{ proposed_by: 'hq-1', proposed_by_name: '本部 一郎', decided_by_name: null }],
    });
  });
});
