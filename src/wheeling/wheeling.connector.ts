import { Agent, request, type ClientRequest, type IncomingMessage } from 'node:http';
import { DomainError } from '../contract/domain-error.js';
import { Bulkhead } from './bulkhead.js';
import { parseAnswer, untrusted, type Sought, type WheelingAnswer } from './wheeling-record.js';

export interface ConnectorSettings {
  /** Base of the wheeling system's API, http. */
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

/** A drill gets its own connector, with the URL of its own data. */
export function createConnector(settings: ConnectorSettings): WheelingConnector {
  return new WheelingConnector(settings);
}

/**
 * The only way to the wheeling system (託送システム). Searches by POST, so that no value stands in a URL; keeps
 * nothing, logs nothing, and its errors hold no value.
 * Errors: DomainError `wheeling_unavailable` (no answer in time, no connection, 5xx, too many waiting) and
 * `wheeling_untrusted` (an answer that is malformed, too large, or about another point than the one sought).
 */
export class WheelingConnector {
  private readonly agent: Agent;
  private readonly bulkhead: Bulkhead;
  private readonly search: URL;

  constructor(private readonly settings: ConnectorSettings) {
    this.search = new URL('search', settings.url.endsWith('/') ? settings.url : `${settings.url}/`);
    this.agent = new Agent({ keepAlive: true, maxFreeSockets: settings.maxConcurrent });
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

  close(): void {
    this.agent.destroy();
  }

  private async find(sought: Sought): Promise<WheelingAnswer> {
    return parseAnswer(await this.post(JSON.stringify(sought)), sought);
  }

  private post(body: string): Promise<string> {
    return new Promise((resolve, reject) => {
      let call: ClientRequest | undefined;
      const finish = (outcome: string | DomainError): void => {
        clearTimeout(deadline);
        clearTimeout(slow);
        place?.leave();
        if (typeof outcome === 'string') return resolve(outcome);
        call?.destroy();
        reject(outcome);
      };
      const deadline = setTimeout(() => finish(unavailable('no answer in time')), this.settings.timeoutMs);
      const slow = setTimeout(() => {
        if (place?.becomeSlow() === false) finish(unavailable('too many slow calls'));
      }, SLOW_MS);
      const start = (): void => {
        call = this.send(body, finish);
      };
      const place = this.bulkhead.enter(start);
      if (place === undefined) finish(unavailable('too many calls waiting'));
    });
  }
}
