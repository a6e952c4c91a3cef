import { startSampleWheeling, type SampleWheeling } from '../../src/wheeling/sample/server.js';
import type { Switches } from '../../src/wheeling/sample/switches.js';

export type Point = Record<string, unknown> & {
  supply_point_id: string;
  municipality_code: string;
  supply_address: string;
  contact_phone: string;
  customer_phone: string;
};

/** The database that the harness has filled with points. */
export function sampleDatabaseUrl(): string {
  const url = process.env['TEST_WHEELING_DATABASE_URL'];
  if (url === undefined) throw new Error('TEST_WHEELING_DATABASE_URL is not set: run through the harness');
  return url;
}

/** The sample wheeling system within the test's process, on its own port. */
export class SampleSystem {
  private constructor(private readonly system: SampleWheeling) {}

  static async start(): Promise<SampleSystem> {
    return new SampleSystem(await startSampleWheeling({ databaseUrl: sampleDatabaseUrl() }));
  }

  get url(): string {
    return this.system.url;
  }

  stop(): Promise<void> {
    return this.system.close();
  }

  async points(municipality: string, more = ''): Promise<Point[]> {
    const answer = await fetch(`${this.url}/supply-points?municipality_code=${municipality}${more}`);
    return ((await answer.json()) as { items: Point[] }).items;
  }

  async send(method: string, path: string, body: object): Promise<{ status: number; body: unknown }> {
    const answer = await fetch(`${this.url}${path}`, { method, body: JSON.stringify(body) });
    return { status: answer.status, body: await answer.json() };
  }

  async search(sought: object): Promise<Point[]> {
    const { body } = await this.send('POST', '/search', sought);
    return (body as { items: Point[] }).items;
  }

  async switch(switches: Partial<Switches> & Pick<Switches, 'mode'>): Promise<void> {
    const { status } = await this.send('PUT', '/switches', switches);
    if (status !== 200) throw new Error(`switches refused: ${status}`);
  }
}
