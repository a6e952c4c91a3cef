import type { Database } from '../../database/database.js';
import { AS_OF } from './lists.js';

export interface Facts {
  resource_id: string;
  version: number;
  at: Date;
  change_id: string | null;
  facts: Record<string, unknown>;
}

/** Reads what a pack is made of; nothing sealed, and nothing is changed. */
export class InspectionReader {
  constructor(private readonly database: Database) {}

  async rows(sql: string, bounds: readonly Date[]): Promise<Record<string, unknown>[]> {
    return this.database.rows(sql, /\$1/.test(sql) ? [...bounds] : []);
  }

  async declarations(): Promise<{ number: string; declared_at: Date }[]> {
    return this.database.rows('select number, declared_at from declaration order by declared_at, number');
  }

  async asOf(type: string, at: Date): Promise<Facts[]> {
    return this.database.rows(AS_OF, [type, at]);
  }
}
