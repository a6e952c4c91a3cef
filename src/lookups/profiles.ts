import type { ProfilesRepository } from '../agreements/profiles.repository.js';
import { profileOf, type FieldProfile } from './mask.js';

/**
 * Profiles by version. A version never changes (a trigger holds it), so remembering one is not remembering a
 * decision: which version is in force is read anew in every batch.
 */
export class Profiles {
  private readonly known = new Map<string, Promise<FieldProfile>>();

  constructor(private readonly repository: ProfilesRepository) {}

  of(id: string, version: number): Promise<FieldProfile> {
    const key = `${id} ${version}`;
    const known = this.known.get(key);
    if (known) return known;
    const loading = this.load(id, version);
    this.known.set(key, loading);
    loading.catch(() => this.known.delete(key));
    return loading;
  }

  private async load(id: string, version: number): Promise<FieldProfile> {
    return profileOf(await this.repository.fields(id, version));
  }
}
