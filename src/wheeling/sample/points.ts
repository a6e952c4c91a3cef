import { randomUUID } from 'node:crypto';
import pg from 'pg';
import { parseAddress } from '../address.js';
import { MUNICIPALITIES } from './municipalities.js';
import { NumberBatches } from './number-batches.js';

/** What a caller looks for; a search answers at most two points, so that "several" can be told. */
export type Sought =
  { supply_point_id: string } | { phone: string } | { municipality_code: string; address: string };

export interface Listing {
  municipality_code: string;
  outage_state: string | null;
  limit: number;
  offset: number;
}

const ONE_ROW = 'select row_to_json(p)::text as json from supply_point p';
const BY_PHONE = {
  name: 'phone',
  text: `${ONE_ROW} where contact_phone = $1 or customer_phone = $1 limit 2`,
};
const BY_ADDRESS = {
  name: 'address',
  text: `${ONE_ROW} join supply_point_address using (municipality_code, supply_point_id)
         where municipality_code = $1 and street = $2 and $3 in ('', room) limit 2`,
};
// The map reference ends in the number of the point, so both outage states and all variants alternate.
const LIST = {
  name: 'list',
  text: `${ONE_ROW} where municipality_code = $1 and ($2::text is null or outage_state = $2)
         order by site_map_ref limit $3 offset $4`,
};
const NEIGHBOUR = {
  name: 'neighbour',
  text: `${ONE_ROW} where municipality_code = $1 and supply_point_id <> $2 order by supply_point_id limit 1`,
};

const TICKET = `
  select supply_point_id as "supplyPointId", (select row_to_json(whole)::text from (
    select t.*, coalesce((select json_agg(json_build_object('record_id', record_id, 'fields', fields) order by at)
                            from ticket_detail d where d.ticket_id = t.ticket_id), '[]') as details) whole) as json
    from ticket t where ticket_id = $1`;
const DETAILS = `
  with added as (insert into ticket_detail select ticket_id, $2, $3, clock_timestamp() from ticket where ticket_id = $1
                 on conflict do nothing)
  select from ticket where ticket_id = $1`;

/** The sample's points and tickets, as JSON texts that pass through unread. */
export class SamplePoints {
  private readonly pool: pg.Pool;
  private readonly numbers: NumberBatches;

  constructor(databaseUrl: string) {
    this.pool = new pg.Pool({ connectionString: databaseUrl, max: 8, application_name: 'sample-wheeling' });
    // An idle connection that the server ends is replaced at the next use.
    this.pool.on('error', () => undefined);
    this.numbers = new NumberBatches(this.pool);
  }

  async search(sought: Sought): Promise<string[]> {
    if ('supply_point_id' in sought) return this.numbers.find(sought.supply_point_id);
    if ('phone' in sought) return this.texts(BY_PHONE, [sought.phone.normalize('NFKC').replace(/\D/g, '')]);
    const municipality = MUNICIPALITIES.find(({ code }) => code === sought.municipality_code);
    const address = parseAddress(sought.address, municipality);
    if (municipality === undefined || address === undefined) return [];
    return this.texts(BY_ADDRESS, [municipality.code, address.street, address.room]);
  }

  list({ municipality_code, outage_state, limit, offset }: Listing): Promise<string[]> {
    return this.texts(LIST, [municipality_code, outage_state, limit, offset]);
  }

  /** Another point of the same municipality: what a lying system answers. */
  neighbour(municipalityCode: string, supplyPointId: string): Promise<string[]> {
    return this.texts(NEIGHBOUR, [municipalityCode, supplyPointId]);
  }

  async addTicket(supplyPointId: string, fields: object): Promise<string> {
    const ticketId = `TK-${randomUUID()}`;
    await this.pool.query('insert into ticket values ($1, $2, $3, clock_timestamp())', [
      ticketId,
      supplyPointId,
      JSON.stringify(fields),
    ]);
    return ticketId;
  }

  /** With what crews were told since (`details`), oldest first. */
  async ticket(ticketId: string): Promise<{ supplyPointId: string; json: string } | undefined> {
    const found = await this.pool.query<{ supplyPointId: string; json: string }>(TICKET, [ticketId]);
    return found.rows[0];
  }

  /** Once for each record; → false if there is no such ticket. */
  async addDetails(ticketId: string, recordId: string, fields: object): Promise<boolean> {
    const found = await this.pool.query(DETAILS, [ticketId, recordId, JSON.stringify(fields)]);
    return found.rowCount === 1;
  }

  close(): Promise<void> {
    return this.pool.end();
  }

  private async texts(query: { name: string; text: string }, values: unknown[]): Promise<string[]> {
    const found = await this.pool.query<{ json: string }>({ ...query, values });
    return found.rows.map((row) => row.json);
  }
}
