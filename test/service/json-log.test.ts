import { Logger } from '@nestjs/common';
import { AccessLine } from '../../src/http/access-lines.js';
import { JsonLog } from '../../src/service/json-log.js';
import { Broker } from '../harness/broker.js';
import { send } from '../stories/actors.js';
import { samplePoints } from '../stories/storm.js';

type Line = Record<string, unknown>;

function logging(level: 'debug' | 'info'): { log: JsonLog; lines: () => Line[] } {
  const written: string[] = [];
  const log = new JsonLog(level, { write: (text) => void written.push(text) });
  return { log, lines: () => written.map((text) => JSON.parse(text) as Line) };
}

describe('the log of production', () => {
  it('is a line of JSON each, with level, time and context', () => {
    const { log, lines } = logging('info');
    log.warn('sequencer: works again', 'ledger');
    expect(lines()).toEqual([
      {
        level: 'warn',
        time: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/),
        service: 'kashikagi',
        pid: process.pid,
        context: 'ledger',
        msg: 'sequencer: works again',
      },
    ]);
  });

  it('writes no message of an error, and where it happened', () => {
    const { log, lines } = logging('info');
    const error = new Error('値 0612345678 が\n見つからない');
    log.error(error, 'jobs');
    log.error('a job failed', error.stack ?? '', 'jobs');
    expect(JSON.stringify(lines())).not.toMatch(/0612345678|見つからない/);
    expect(lines().map(({ msg }) => msg)).toEqual(['Error', 'a job failed']);
    expect(lines().every(({ at }) => Array.isArray(at) && at.length > 0)).toBe(true);
  });

  it('writes no members of an object that somebody hands over', () => {
    const { log, lines } = logging('info');
    log.log({ contact_phone: '0612345678' }, 'rooms');
    expect(JSON.stringify(lines())).not.toContain('0612345678');
  });

  it('tells of every request at debug alone', () => {
    const line = new AccessLine({
      request_id: 'rq_a',
      method: 'GET',
      route: '/readyz',
      status: 200,
      ms: 1.5,
    });
    for (const [level, told] of [
      ['info', []],
      ['debug', [{ request_id: 'rq_a', route: '/readyz', status: 200, msg: 'request' }]],
    ] as const) {
      const { log, lines } = logging(level);
      log.debug(line, 'access');
      expect(lines()).toMatchObject(told);
      expect(lines()).toHaveLength(told.length);
    }
  });
});

describe('requests', () => {
  let broker: Broker;
  beforeAll(async () => {
    broker = await Broker.start();
  });
  afterAll(() => broker.stop());

  it('have an id of their own in the answer; one that is sent is not taken over', async () => {
    const sent = { 'request-id': 'chosen', 'x-request-id': 'chosen' };
    const ids = await Promise.all(
      ['/healthz', '/api/v1/declarations', '/nowhere'].map(async (path) => {
        const answer = await fetch(`${broker.url}${path}`, { headers: sent });
        return answer.headers.get('x-request-id');
      }),
    );
    expect(new Set(ids).size).toBe(3);
    for (const id of ids) expect(id).toMatch(/^rq_[\w-]{16}$/);
  });

  it('that change something are told with it, by the template of their route', async () => {
    const declaration = await broker.storm.declared();
    const hq = await broker.storm.person('hq-3');
    const before = broker.log.lines.length;
    const path = `/api/v1/declarations/${declaration.id}/lift`;
    expect((await hq.post(path, { reason: '復旧した' })).status).toBe(200);
    const told = broker.log.lines.slice(before).filter((line) => line.endsWith('access'));
    expect(told).toEqual([
      expect.stringMatching(/^POST \/api\/v1\/declarations\/:id\/lift 200 [\d.]+ ms rq_[\w-]{16} access$/),
    ]);
  });

  it('that only read, or lead nowhere, are not, and no line holds what was in an address', async () => {
    const [point] = await samplePoints(broker.wheelingUrl);
    if (!point) throw new Error('the sample has points');
    const before = broker.log.lines.length;
    await send(
      `${broker.url}/api/v1/declarations/${point.supply_point_id}?phone=${point.contact_phone}`,
      'GET',
    );
    await send(`${broker.url}/${point.supply_point_id}`, 'POST', {});
    expect(broker.log.lines.slice(before).filter((line) => line.endsWith('access'))).toEqual([]);
    expect(broker.log.lines.join('\n')).not.toContain(point.supply_point_id);
  });

  it('are told through whatever logger Nest is given', () => {
    const { log, lines } = logging('info');
    Logger.overrideLogger(log);
    new Logger('gate').error('it failed');
    Logger.overrideLogger(broker.log);
    expect(lines()).toMatchObject([{ level: 'error', context: 'gate', msg: 'it failed' }]);
  });
});
