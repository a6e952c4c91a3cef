import * as http from 'node:http';
import * as https from 'node:https';
import { DomainError } from '../contract/domain-error.js';
import type { WheelingLoad, WheelingOutcome } from '../meters/wheeling-meter.js';
import { Bulkhead } from './bulkhead.js';
import { Exchange, unavailable, type Inquiry, type Outcome, type Target } from './exchange.js';
import { parseTicket, type Ticket } from './ticket.js';
import { parseAnswer, untrusted, type Sought, type WheelingAnswer } from './wheeling-record.js';

export interface ConnectorSettings {
  /** Base of the wheeling system's API, http or https. */
  url: string;
  /** From the call to the last byte of the answer, waiting for a place included. */
  timeoutMs: number;
  /** Calls under way at once, and as many again that have turned out slow. */
  maxConcurrent: number;
  maxAnswerBytes: number;
}

/** Calls that wait for a place, per place: beyond, the newcomer is refused rather than everybody late. */
const QUEUE_PER_PLACE = 8;
/** A call slower than this leaves its place to others. */
const SLOW_MS = 200;

export function createConnector(settings: ConnectorSettings): WheelingConnector {
  return new WheelingConnector(settings);
}

/**
 * The only way to a wheeling system (託送システム). Searches by POST, so that no value stands in a URL; keeps
 * nothing, logs nothing, and its errors hold no value.
 * Errors: DomainError `wheeling_unavailable` (no answer in time, no connection, 5xx, too many waiting) and
 * `wheeling_untrusted` (an answer that is malformed, too large, or about another point than the one sought).
 */
export class WheelingConnector {
  /** Told of each call when it ends: how, and after how many seconds; never what was asked. */
  onEnd: (outcome: WheelingOutcome, seconds: number) => void = () => undefined;
  private readonly bulkhead: Bulkhead;
  private readonly target: Target;

  constructor(private readonly settings: ConnectorSettings) {
    const url = new URL(settings.url.endsWith('/') ? settings.url : `${settings.url}/`);
    const { Agent, request } = url.protocol === 'https:' ? https : http;
    this.target = {
      url,
      request,
      agent: new Agent({ keepAlive: true, maxFreeSockets: settings.maxConcurrent }),
      maxAnswerBytes: settings.maxAnswerBytes,
    };
    this.bulkhead = new Bulkhead(settings.maxConcurrent, settings.maxConcurrent * QUEUE_PER_PLACE);
  }

  /** @param supplyPointId 22 digits */
  bySupplyPoint(supplyPointId: string): Promise<WheelingAnswer> {
    return this.find({ supply_point_id: supplyPointId });
  }

  /** @param phone digits only; matches the contact's or the customer's telephone */
  byPhone(phone: string): Promise<WheelingAnswer> {
    return this.find({ phone });
  }

  /** @param municipalityCode 6 digits; @param address as said on the telephone, with or without room */
  byAddress(municipalityCode: string, address: string): Promise<WheelingAnswer> {
    return this.find({ municipality_code: municipalityCode, address });
  }

  /**
   * The utility's ticket of that number, or none. Error: as for a search.
   * @param ticketId as the caller states it: nobody has verified it
   */
  async ticket(ticketId: string): Promise<Ticket | null> {
    // Dots alone would be another path.
    if (/^\.+$/.test(ticketId)) return null;
    const path = `tickets/${encodeURIComponent(ticketId)}`;
    const answer = await this.ask({ method: 'GET', path, body: '' });
    return answer === undefined ? null : parseTicket(answer, ticketId);
  }

  /**
   * Puts what the crew needs into a ticket (出向). The record's id makes a repetition recognisable.
   * Errors: as for a search; `wheeling_untrusted` also where there is no such ticket.
   */
  async dispatch(
    ticketId: string,
    recordId: string,
    fields: Readonly<Record<string, string | boolean | null>>,
  ): Promise<void> {
    const path = `tickets/${encodeURIComponent(ticketId)}/details`;
    const body = JSON.stringify({ record_id: recordId, fields });
    if ((await this.ask({ method: 'POST', path, body })) === undefined) throw untrusted('no such ticket');
  }

  /** Calls under way at this moment. */
  get load(): WheelingLoad {
    return this.bulkhead.load;
  }

  close(): void {
    this.target.agent.destroy();
  }

  private async find(sought: Sought): Promise<WheelingAnswer> {
    const answer = await this.ask({ method: 'POST', path: 'search', body: JSON.stringify(sought) });
    if (answer === undefined) throw untrusted('status 404');
    return parseAnswer(answer, sought);
  }

  private ask(inquiry: Inquiry): Promise<Outcome> {
    return new Promise((resolve, reject) => {
      const began = performance.now();
      let exchange: Exchange | undefined;
      let slow: NodeJS.Timeout | undefined;
      const end = (outcome: Outcome | DomainError): void => {
        clearTimeout(deadline);
        clearTimeout(slow);
        place?.leave();
        this.onEnd(outcomeOf(outcome, exchange), (performance.now() - began) / 1000);
        if (!(outcome instanceof DomainError)) return resolve(outcome);
        exchange?.abort();
        reject(outcome);
      };
      const deadline = setTimeout(() => end(unavailable('no answer in time')), this.settings.timeoutMs);
      const place = this.bulkhead.enter(`${inquiry.path} ${inquiry.body}`, () => {
        exchange = new Exchange(this.target, inquiry, end);
        slow = setTimeout(() => {
          if (place?.becomeSlow() === false) end(unavailable('too many slow calls'));
        }, SLOW_MS);
      });
      if (place === undefined) end(unavailable('too many calls waiting'));
    });
  }
}

function outcomeOf(outcome: Outcome | DomainError, exchange: Exchange | undefined): WheelingOutcome {
  if (!(outcome instanceof DomainError)) return 'answered';
  if (outcome.code === 'wheeling_untrusted') return 'untrusted';
  // Nothing was sent: the places were full.
  return exchange === undefined ? 'refused' : 'unavailable';
}
