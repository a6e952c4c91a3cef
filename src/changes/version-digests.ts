import { Injectable } from '@nestjs/common';
import { Reference } from '../config/secret-keys.js';
import type { Tx } from '../database/database.js';
import { VersionDigestsRepository, type StoredVersion } from './version-digests.repository.js';
import type { ResourceType } from './versions.repository.js';

/**
 * A version as a record names it: whose it is, and a keyed digest of what it holds. The values themselves are of persons
 * too and stay out of the ledger's open part; without the key nobody can try values out, nor make a digest for others.
 */
export type VersionDigest = { type: string; id: string; version: number; digest: string };

/** Digests of the versions of master data. A mapped form of `fact_version`: what it says is digested as it is stored. */
@Injectable()
export class VersionDigests {
  constructor(
    private readonly versions: VersionDigestsRepository,
    private readonly reference: Reference,
  ) {}

  /** What the change has written so far, in the transaction that confirms it. */
  async ofChange(tx: Tx, changeId: string): Promise<VersionDigest[]> {
    return (await this.versions.ofChange(tx, changeId)).map((one) => this.of(one));
  }

  /** The version that a row has just got. */
  async ofNewest(tx: Tx, type: ResourceType, id: string): Promise<VersionDigest[]> {
    return (await this.versions.ofNewest(tx, type, id)).map((one) => this.of(one));
  }

  /** Every version there is, in batches, each in the order of its number. */
  async *all(tx: Tx): AsyncGenerator<VersionDigest[]> {
    for await (const batch of this.versions.all(tx)) yield batch.map((one) => this.of(one));
  }

  private of({ type, id, version, at, change_id, facts, fields }: StoredVersion): VersionDigest {
    const text = JSON.stringify([type, id, version, at.toISOString(), change_id, facts, fields]);
    return { type, id, version, digest: this.reference.of('version', text) };
  }
}
