import { Operator, Terminal } from '../stories/actors.js';
import { givenSession, KnownPerson } from '../stories/known-people.js';
import { enrolByCeremony, placement } from '../stories/terminal-ceremony.js';
import type { FaultDatabase, Fleet } from './fleet.js';

/** The people of a fault: sessions that outlast it, terminals that were enrolled before it. */
export class People {
  private readonly known = new Map<string, KnownPerson>();
  private readonly terminals = new Map<string, Terminal>();

  constructor(
    private readonly fleet: Fleet,
    private readonly database: FaultDatabase,
  ) {}

  /** Sessions given now: before the fault, since whoever has no database cannot give any. */
  async gather(ids: string[]): Promise<void> {
    for (const id of ids) {
      const session = await givenSession((sql, values) => this.database.asOwner(sql, values), id);
      this.known.set(id, new KnownPerson(this.fleet.publicUrl, id, session, this.fleet.next));
    }
  }

  person(id: string): KnownPerson {
    const found = this.known.get(id);
    if (!found) throw new Error(`${id} was not gathered`);
    return found;
  }

  async enrol(operatorIds: string[]): Promise<void> {
    const officers = [this.person('officer-1'), this.person('officer-2')] as const;
    for (const id of operatorIds) {
      const terminal = new Terminal();
      const organization = id.startsWith('operator-a') ? 'retailer-a' : 'retailer-b';
      await enrolByCeremony(officers, terminal, placement(`PC-${id}-${process.pid}`, organization));
      this.terminals.set(id, terminal);
    }
  }

  operator(id: string): Operator {
    const terminal = this.terminals.get(id);
    if (!terminal) throw new Error(`${id} has no terminal`);
    return new Operator(this.person(id), terminal);
  }
}
