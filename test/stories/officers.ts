import type { Answer } from './actors.js';
import { expectStatus, type Storm } from './storm.js';

type Json = Record<string, unknown>;

/** Master data as officers change it: one proposes, another confirms. */
export class Officers {
  constructor(private readonly storm: Storm) {}

  async propose(method: string, path: string, body?: Json): Promise<Answer> {
    return (await this.storm.person('officer-1')).call(method, `/api/v1/${path}`, body);
  }

  /** → the id of the proposal */
  async proposed(method: string, path: string, body?: Json): Promise<string> {
    return String(expectStatus(await this.propose(method, path, body), 202)['change_id']);
  }

  async confirm(change: string, by = 'officer-2'): Promise<Answer> {
    return (await this.storm.person(by)).post(`/api/v1/changes/${change}/confirm`);
  }

  /** Proposed and confirmed → the id of what changed. */
  async agreed(method: string, path: string, body?: Json): Promise<string> {
    const change = await this.proposed(method, path, body);
    const { resource } = expectStatus(await this.confirm(change), 200) as { resource: { id: string } };
    return resource.id;
  }

  /** A list of master data as an auditor reads it, now or as of an instant. */
  async list(path: string, asOf?: string): Promise<Json[]> {
    const query = asOf === undefined ? '' : `&as_of=${encodeURIComponent(asOf)}`;
    const auditor = await this.storm.person('auditor-1');
    const answer = await auditor.get<{ items: Json[] }>(`/api/v1/${path}?limit=100${query}`);
    return expectStatus(answer, 200).items;
  }

  async shown(path: string, id: string, asOf?: string): Promise<Json | undefined> {
    return (await this.list(path, asOf)).find((one) => one['id'] === id);
  }
}
