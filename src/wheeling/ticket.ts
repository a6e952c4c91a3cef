import { isObject, parseJson, untrusted } from './wheeling-record.js';

/** A ticket (受付番号) of the utility's own system: it says which supply point it concerns. */
export interface Ticket {
  supplyPointId: string;
}

/**
 * Reads the answer about a ticket. Like a search, it must be about what was asked.
 * @throws DomainError wheeling_untrusted
 */
export function parseTicket(body: string, ticketId: string): Ticket {
  const ticket = parseJson(body);
  if (!isObject(ticket)) throw untrusted('a ticket is no object');
  const { ticket_id, supply_point_id } = ticket;
  if (ticket_id !== ticketId) throw untrusted('another ticket than the one asked for');
  if (typeof supply_point_id !== 'string' || !/^\d{22}$/.test(supply_point_id))
    throw untrusted('supply_point_id');
  return { supplyPointId: supply_point_id };
}
