import type { ProfileField } from '../agreements/field-profile.js';
import { profileOf, type FieldProfile } from './mask.js';

/** Where a version's rows are read: the batch that asks has a connection already, and waits for no second one. */
export interface ProfileReader {
  profileFields(id: string, version: number): Promise<ProfileField[]>;
}

/**
 * Profiles by version. A version never changes (a trigger holds it), so remembering one is not remembering a
 * decision: which version is in force is read anew in every batch.
 */
export class Profiles {
  private readonly known = new Map<string, FieldProfile>();

  async of(reader: ProfileReader, id: string, version: number): Promise<FieldProfile> {
    const key = `${id} ${version}`;
    const known = this.known.get(key);
    if (known) return known;
    const profile = profileOf(await reader.profileFields(id, version));
    this.known.set(key, profile);
    return profile;
  }
}
