import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { request, type IncomingMessage } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { extract } from 'tar-stream';
import type { Broker } from '../harness/broker.js';
import { customerValues } from '../harness/customer-values.js';
import type { Secret } from '../harness/byte-search.js';
import { endingsJob } from '../laws/sweep.js';
import { send } from '../stories/actors.js';
import { expectStatus, samplePoints } from '../stories/storm.js';

/** A file as it came, and what was said of it. */
export interface Exported {
  status: number;
  bytes: Buffer;
  headers: Headers;
  /** Of a refusal. */
  problem: Record<string, unknown>;
}

/** A declaration with uses, a refusal, an end and a certificate; and who takes files of it. */
export class ExportsStage {
  private readonly cookies = new Map<string, string>();

  private constructor(
    readonly broker: Broker,
    readonly declarationId: string,
    readonly grantId: string,
    readonly supplyPointId: string,
    readonly secrets: Secret[],
  ) {}

  static async set(broker: Broker, more: { is_drill?: boolean } = {}): Promise<ExportsStage> {
    const { storm } = broker;
    const declaration = await storm.declared(more);
    const { operator, grantId } = await storm.operator('operator-a-01', declaration.id);
    const url = more.is_drill ? broker.drillWheelingUrl : broker.wheelingUrl;
    const points = await samplePoints(url);
    const point = points.find((one) => one.outage_state === 'outage');
    if (!point) throw new Error('the sample has points in outage');
    const search = {
      supply_point_id: point.supply_point_id,
      second_factor: { contact_phone_last4: point.contact_phone.slice(-4) },
    };
    const [found] = expectStatus(await operator.lookup(search), 200).results;
    if (!found) throw new Error('the point is found');
    expectStatus(await operator.match(found.ref, 'contract_holder_name', point.contract_holder_name), 200);
    expectStatus(await operator.reveal(found.ref, 'contact_phone', '=cmd|" /C calc"!A1'), 200);
    expectStatus(await operator.lookup(search, { call: { direction: 'outbound' } }), 200);
    const hq = await storm.person('hq-1');
    const lift = { reason: '復旧が完了したため' };
    expectStatus(await hq.post(`/api/v1/declarations/${declaration.id}/lift`, lift), 200);
    expectRefusal(await operator.lookup(search));
    await endingsJob(broker).runOnce();
    return new ExportsStage(
      broker,
      declaration.id,
      grantId,
      point.supply_point_id,
      customerValues([point], points),
    );
  }

  /** Until everything that was recorded is signed. → the size of the tree. */
  async signed(): Promise<number> {
    const [row] = await this.broker.database.asOwner<{ n: string }>(
      'select (select count(*) from leaf) + (select count(*) from pending) as n',
    );
    for (;;) {
      const note = await (await fetch(`${this.broker.url}/ledger/checkpoint`)).text();
      const size = Number(note.split('\n')[1]);
      if (size >= Number(row?.n)) return size;
    }
  }

  /** Over a connection of its own, which is gone with the answer. */
  async export(body: object, by = 'auditor-1'): Promise<Exported> {
    const answer = await this.begun(body, by);
    const bytes = await buffer(answer);
    const status = answer.statusCode ?? 0;
    const problem = status === 200 ? {} : (JSON.parse(bytes.toString()) as Record<string, unknown>);
    return { status, bytes, headers: new Headers(answer.headers as Record<string, string>), problem };
  }

  /** An answer of which nothing but its head is read. */
  async begun(body: object, by: string): Promise<IncomingMessage> {
    const headers = { 'content-type': 'application/json', cookie: await this.cookieOf(by) };
    const sent = request(`${this.broker.url}/api/v1/exports`, { method: 'POST', agent: false, headers });
    sent.end(JSON.stringify(body));
    const [answer] = (await once(sent, 'response')) as [IncomingMessage];
    return answer;
  }

  async cookieOf(person: string): Promise<string> {
    const known = this.cookies.get(person);
    if (known !== undefined) return known;
    const answer = await send(`${this.broker.url}/api/v1/session`, 'POST', { person_id: person });
    const cookie = answer.headers.getSetCookie()[0]?.split(';')[0] ?? '';
    this.cookies.set(person, cookie);
    return cookie;
  }
}

function expectRefusal({ status }: { status: number }): void {
  if (status < 400) throw new Error(`${status}: a lifted declaration opens nothing`);
}

export const sha256 = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex');

/** The files of a tar, by their paths. */
export async function unpacked(tar: Buffer): Promise<Map<string, Buffer>> {
  const files = new Map<string, Buffer>();
  const reader = extract();
  reader.end(tar);
  for await (const entry of reader) files.set(entry.header.name, await buffer(entry));
  return files;
}
