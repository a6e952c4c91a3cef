import type { IncomingMessage, ServerResponse } from 'node:http';
import { setTimeout as wait } from 'node:timers/promises';
import { assertNever } from '../../contract/domain-error.js';
import type { SamplePoints, Sought } from './points.js';
import {
  concerns,
  malformed,
  NORMAL,
  parseSwitches,
  withHugeColumn,
  withNewColumns,
  type Switches,
} from './switches.js';

type Body = Record<string, unknown>;

/** `items`: records as JSON texts, which the switches may still change; `body`: any other JSON text. */
type Answer = { status: 200; items: string[]; single?: true; sought: Sought } | Text;
type Text = { status: number; body: string; sought?: object };

const LONGEST_BODY = 16 * 1024;
const MOST_ITEMS = 1000;
const json = (status: number, value: unknown): Text => ({ status, body: JSON.stringify(value) });
const NOT_FOUND: Text = json(404, { error: 'not_found' });
const OK: Text = json(200, {});
const BAD_REQUEST = json(400, { error: 'bad_request' });

const CHANGES_AND_SEARCHES = ['POST /search', 'POST /tickets', 'POST /tickets/{id}/details', 'PUT /switches'];

/** The routes of the sample wheeling system. Searches are POST, so that no customer value stands in a URL. */
export class SampleApi {
  private switches: Switches = NORMAL;

  constructor(private readonly points: SamplePoints) {}

  async serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    try {
      await this.send(response, await this.answer(request));
    } catch {
      // A database that is stopping; the text of the error may quote values.
      if (!response.headersSent) respond(response, 500, '{"error":"internal"}');
    }
  }

  private async answer(request: IncomingMessage): Promise<Answer> {
    const url = new URL(request.url ?? '/', 'http://sample');
    const [, resource, part, more] = url.pathname.split('/');
    const id = part === undefined ? undefined : decodeURIComponent(part);
    const below = more === undefined ? '' : `/${more}`;
    const route = `${request.method} /${resource}${id === undefined ? '' : `/{id}${below}`}`;
    if (route === 'GET /supply-points') return this.list(url.searchParams);
    if (route === 'GET /supply-points/{id}') return this.one({ supply_point_id: id ?? '' });
    if (route === 'GET /tickets/{id}') return this.ticket(id ?? '');
    if (route === 'GET /switches') return json(200, this.switches);
    if (!CHANGES_AND_SEARCHES.includes(route)) return NOT_FOUND;
    const body = await readBody(request);
    if (body === undefined) return BAD_REQUEST;
    if (route === 'POST /search') return this.search(body);
    if (route === 'POST /tickets/{id}/details') return this.addDetails(id ?? '', body);
    return route === 'POST /tickets' ? this.addTicket(body) : this.switch(body);
  }

  private async list(query: URLSearchParams): Promise<Answer> {
    const limit = Number(query.get('limit') ?? 100);
    const offset = Number(query.get('offset') ?? 0);
    const municipality_code = query.get('municipality_code');
    if (municipality_code === null || !(limit >= 0) || !(offset >= 0)) return BAD_REQUEST;
    const whole = { limit: Math.min(Math.floor(limit), MOST_ITEMS), offset: Math.floor(offset) };
    const outage_state = query.get('outage_state');
    const texts = await this.points.list({ municipality_code, outage_state, ...whole });
    return { status: 200, body: `{"items":[${texts.join(',')}]}` };
  }

  private async one(sought: { supply_point_id: string }): Promise<Answer> {
    const items = await this.points.search(sought);
    return items.length === 0 ? { ...NOT_FOUND, sought } : { status: 200, items, single: true, sought };
  }

  private async search(body: Body): Promise<Answer> {
    const sought = parseSought(body);
    if (sought === undefined) return BAD_REQUEST;
    return { status: 200, items: await this.points.search(sought), sought };
  }

  private async addTicket({ supply_point_id, ...fields }: Body): Promise<Answer> {
    if (typeof supply_point_id !== 'string') return BAD_REQUEST;
    const ticket_id = await this.points.addTicket(supply_point_id, fields);
    return { ...json(201, { ticket_id }), sought: { supply_point_id } };
  }

  private async ticket(ticketId: string): Promise<Answer> {
    const found = await this.points.ticket(ticketId);
    if (found === undefined) return { ...NOT_FOUND, sought: { ticket_id: ticketId } };
    const sought = { ticket_id: ticketId, supply_point_id: found.supplyPointId };
    return { status: 200, body: found.json, sought };
  }

  private async addDetails(ticketId: string, { record_id, fields }: Body): Promise<Answer> {
    if (typeof record_id !== 'string' || typeof fields !== 'object' || fields === null) return BAD_REQUEST;
    // A system that is down takes nothing in: the fault comes before the change.
    const sought = { ticket_id: ticketId, details: `${ticketId}/details` };
    if (this.switches.mode === 'broken' && concerns(this.switches, sought, [])) return { ...OK, sought };
    const isKnown = await this.points.addDetails(ticketId, record_id, fields);
    return isKnown ? { ...json(201, { ticket_id: ticketId }), sought } : { ...NOT_FOUND, sought };
  }

  private switch(body: Body): Answer {
    const switches = parseSwitches(body);
    if (switches === undefined) return BAD_REQUEST;
    this.switches = switches;
    return json(200, switches);
  }

  /** Only what concerns a point (a search, a record, a ticket) is subject to the switches. */
  private async send(response: ServerResponse, answer: Answer): Promise<void> {
    const found = 'items' in answer ? answer.items : [];
    const faulty = answer.sought !== undefined && concerns(this.switches, answer.sought, found);
    const { mode, delay_ms } = faulty ? this.switches : NORMAL;
    switch (mode) {
      case 'slow':
        await wait(delay_ms);
        return respond(response, answer.status, textOf(answer));
      case 'hang':
        return;
      case 'broken':
        return respond(response, 500, '{"error":"broken"}');
      case 'lying':
        return respond(response, 200, textOf(await this.lie(answer)));
      case 'chatty':
        return respond(response, answer.status, textOf(answer, withNewColumns));
      case 'huge':
        return respond(response, answer.status, textOf(answer, withHugeColumn));
      case 'malformed':
        return respond(response, answer.status, malformed(textOf(answer)));
      case 'normal':
        return respond(response, answer.status, textOf(answer));
      default:
        return assertNever(mode);
    }
  }

  /** Another point of the same municipality in place of the one that was found. */
  private async lie(answer: Answer): Promise<Answer> {
    if (!('items' in answer) || answer.items[0] === undefined) return answer;
    const truth = JSON.parse(answer.items[0]) as { supply_point_id: string; municipality_code: string };
    return { ...answer, items: await this.points.neighbour(truth.municipality_code, truth.supply_point_id) };
  }
}

function textOf(answer: Answer, change = (item: string): string => item): string {
  if (!('items' in answer)) return answer.body;
  const texts = answer.items.map(change);
  return answer.single === true ? (texts[0] ?? '{}') : `{"items":[${texts.join(',')}]}`;
}

function respond(response: ServerResponse, status: number, body: string): void {
  response.writeHead(status, {
    'content-type': 'application/json; charset=utf-8',
    'content-length': Buffer.byteLength(body),
    'cache-control': 'no-store',
  });
  response.end(body);
}

function parseSought(body: Body): Sought | undefined {
  const { supply_point_id, phone, municipality_code, address } = body;
  if (typeof supply_point_id === 'string') return { supply_point_id };
  if (typeof phone === 'string') return { phone };
  if (typeof municipality_code !== 'string' || typeof address !== 'string') return undefined;
  return { municipality_code, address };
}

/** Undefined for what is no JSON object, or too long. */
function readBody(request: IncomingMessage): Promise<Body | undefined> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let length = 0;
    request.on('data', (chunk: Buffer) => {
      length += chunk.length;
      if (length <= LONGEST_BODY) chunks.push(chunk);
    });
    request.once('error', reject);
    request.once('end', () => {
      resolve(length > LONGEST_BODY ? undefined : parseObject(Buffer.concat(chunks).toString()));
    });
  });
}

function parseObject(text: string): Body | undefined {
  try {
    const body = JSON.parse(text) as unknown;
    return typeof body === 'object' && body !== null && !Array.isArray(body) ? (body as Body) : undefined;
  } catch {
    return undefined;
  }
}
