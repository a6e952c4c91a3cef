import { Broker } from '../harness/broker.js';
import { refusalOf } from '../laws/witnesses.js';
import { Operator, Terminal, type Answer } from '../stories/actors.js';
import { placement, showKey, windowProof, type OpenedWindow } from '../stories/terminal-ceremony.js';
import { expectStatus, type Storm } from '../stories/storm.js';

const MINUTE = 60_000;

describe('the ceremony of a terminal', () => {
  let broker: Broker;
  let storm: Storm;
  let serial = 0;
  beforeAll(async () => {
    broker = await Broker.start({ instances: 2 });
    ({ storm } = broker);
  });
  afterAll(() => broker.stop());

  const fresh = (): string => `PC-W-${(serial += 1)}`;
  const open = async (body: object = placement(fresh()), by = 'officer-1'): Promise<Answer<OpenedWindow>> =>
    (await storm.person(by)).post<OpenedWindow>('/api/v1/terminal-windows', body);
  const opened = async (): Promise<OpenedWindow> => expectStatus(await open(), 201);
  const confirm = async (change: unknown, by: string): Promise<Answer> =>
    (await storm.person(by)).post(`/api/v1/changes/${String(change)}/confirm`);
  const proofOf = (terminal: Terminal, window: OpenedWindow, claims = {}): string =>
    windowProof(broker.url, terminal, window, claims);

  it('takes an officer who opens, the terminal itself, and another officer who confirms; it then serves', async () => {
    const terminal = new Terminal(storm.now);
    const body = placement(fresh());
    const window = expectStatus(await open(body), 201);
    expect(window.code).toMatch(/^[0-9A-Z]{5}-[0-9A-Z]{5}$/);
    const shown = expectStatus(await showKey(broker.url, window, proofOf(terminal, window)), 202);
    const { change_id: change } = shown;
    expect(refusalOf(await confirm(change, 'officer-1'))).toEqual([403, 'same_person']);

    const declaration = await storm.declared();
    const call = await storm.called(declaration.id);
    const [grant] = await storm.approved((await storm.nominated(call.id, ['operator-a-01'])).id);
    const operator = new Operator(await storm.person('operator-a-01'), terminal);
    await storm.acknowledged(operator.person, grant?.id ?? '');
    expect(refusalOf(await operator.credential(grant?.id ?? ''))).toEqual([403, 'unknown_terminal']);
    const { resource } = expectStatus(await confirm(change, 'officer-2'), 200) as {
      resource: { id: string };
    };
    expectStatus(await operator.credential(grant?.id ?? ''), 200);

    const reader = await storm.person('auditor-1');
    const { items } = expectStatus(await reader.get<{ items: object[] }>('/api/v1/terminals?limit=100'), 200);
    expect(items.find((one) => (one as { id: string }).id === resource.id)).toMatchObject({
      ...body,
      jkt: shown['jkt'],
    });
    const records = await broker.records<{ type: string; payload: string }>(`payload like '%${window.id}%'`);
    const types = records.map(({ type }) => type);
    expect(types).toEqual(
      expect.arrayContaining(['terminal_window.opened', 'terminal_window.key_shown', 'terminal.enrolled']),
    );
    expect(JSON.stringify(records)).not.toContain(window.code);
  });

  it('keeps of the code nothing but a hash', async () => {
    const { code } = await opened();
    const rows = await broker.database.asOwner(`select to_jsonb(w) as row from terminal_window w`);
    expect(JSON.stringify(rows)).not.toContain(code);
    expect(broker.log.lines.join('\n')).not.toContain(code);
  });

  it('lasts ten minutes', async () => {
    const window = await opened();
    await broker.moveClock(10 * MINUTE);
    const proof = proofOf(new Terminal(storm.now), window);
    expect(refusalOf(await showKey(broker.url, window, proof))).toEqual([403, 'window_closed']);
  });

  it('bears five guesses at its code, over all instances, and each is on record', async () => {
    const window = await opened();
    const terminal = new Terminal(storm.now);
    const wrong = { id: window.id, code: '00000-00000' };
    const answers = await Promise.all(
      Array.from({ length: 8 }, (_, n) => {
        const { address = '' } = broker.instances[n % 2] ?? {};
        return showKey(address, wrong, windowProof(broker.url, terminal, wrong));
      }),
    );
    expect(answers.map(({ body }) => String(body['code'])).sort()).toEqual([
      ...Array<string>(3).fill('window_closed'),
      ...Array<string>(5).fill('wrong_window_code'),
    ]);
    const right = await showKey(broker.url, window, proofOf(terminal, window));
    expect(refusalOf(right)).toEqual([403, 'window_closed']);
    const records = await broker.records(
      `type = 'terminal_window.wrong_code' and payload like '%${window.id}%'`,
    );
    expect(records).toHaveLength(5);
  });

  it('takes one key, and one proof for one window', async () => {
    const [window, other] = [await opened(), await opened()];
    const terminal = new Terminal(storm.now);
    const proof = proofOf(terminal, window);
    expect(refusalOf(await showKey(broker.url, other, proof))).toEqual([422, 'wrong_terminal_proof']);
    const parallel = await Promise.all([1, 2, 3].map(() => showKey(broker.url, window, proof)));
    expect(parallel.map(({ status }) => status).sort()).toEqual([202, 403, 403]);
    const another = proofOf(new Terminal(storm.now), window);
    expect(refusalOf(await showKey(broker.url, window, another))).toEqual([403, 'window_closed']);
  });

  it.each<[string, (terminal: Terminal, window: OpenedWindow) => string]>([
    ['without the challenge', (terminal, window) => proofOf(terminal, window, { nonce: undefined })],
    ['over another challenge', (terminal, window) => proofOf(terminal, window, { nonce: 'A'.repeat(43) })],
    ['for another route', (terminal, window) => proofOf(terminal, window, { htu: `${broker.url}/x` })],
    ['of another time', (terminal, window) => proofOf(terminal, window, { iat: 1_000_000 })],
    [
      'that was tampered with',
      (terminal, window) => {
        const [header, , signature] = proofOf(terminal, window).split('.');
        const [, claims] = proofOf(new Terminal(storm.now), window).split('.');
        return `${header}.${claims}.${signature}`;
      },
    ],
  ])('refuses a proof %s, and stays open for the right one', async (_, bad) => {
    const window = await opened();
    const terminal = new Terminal(storm.now);
    const refused = await showKey(broker.url, window, bad(terminal, window));
    expect(refusalOf(refused)).toEqual([422, 'wrong_terminal_proof']);
    expectStatus(await showKey(broker.url, window, proofOf(terminal, window)), 202);
  });

  it('is not opened for a place or a person that is not registered, nor by others than officers', async () => {
    const wrong: [Record<string, string>, string][] = [
      [{ room: 'living-room' }, 'unknown_room'],
      [{ custodian_person_id: 'supervisor-b' }, 'unknown_custodian'],
      [{ organization_id: 'nowhere' }, 'unknown_organization'],
    ];
    for (const [more, code] of wrong)
      expect(refusalOf(await open({ ...placement(fresh()), ...more }))).toEqual([422, code]);
    for (const by of ['hq-1', 'supervisor-a'])
      expect(refusalOf(await open(placement(fresh()), by))).toEqual([403, 'role_not_allowed']);
    const { id } = await storm.enrolled();
    expect(id).toMatch(/^tm_/);
    const nobody = { id: 'tw_nobody', code: '00000-00000' };
    const proof = windowProof(broker.url, new Terminal(storm.now), nobody);
    expect(refusalOf(await showKey(broker.url, nobody, proof))).toEqual([404, 'not_found']);
  });
});
