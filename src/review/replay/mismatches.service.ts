import { Injectable, Logger } from '@nestjs/common';
import { newId } from '../../contract/ids.js';
import type { Tx } from '../../database/database.js';
import { Ledger } from '../../ledger/ledger.js';
import type { Subject } from '../../ledger/record.js';
import type { Finding } from './finding.js';
import { MismatchesRepository } from './mismatches.repository.js';
import { MISMATCH_CLEARED, MISMATCH_FOUND } from './replay.records.js';

export interface Settled {
  found: number;
  cleared: number;
  open: number;
}

/** Writes down what a comparison found, each thing once while it is so, with its record. */
@Injectable()
export class MismatchesService {
  private readonly log = new Logger('replay');

  constructor(
    private readonly mismatches: MismatchesRepository,
    private readonly ledger: Ledger,
  ) {}

  /** Whether there is something to open; asked outside of any lock, and judged again under it. */
  async hasNew(findings: readonly Finding[]): Promise<boolean> {
    const known = new Set((await this.mismatches.openNow()).map(({ finding }) => keyOf(finding)));
    return findings.some((finding) => !known.has(keyOf(finding)));
  }

  /**
   * What is new is opened; what was open before `comparedAt` and was not found again is cleared, if all was looked at.
   * In one transaction with whatever the caller writes beside it.
   */
  async settle(
    tx: Tx,
    findings: readonly Finding[],
    by: { isAll: boolean; comparedAt: Date },
  ): Promise<Settled> {
    await this.mismatches.lock(tx);
    const open = await this.mismatches.open(tx);
    const known = new Set(open.map(({ finding }) => keyOf(finding)));
    const found = findings
      .filter((finding) => !known.has(keyOf(finding)))
      .map((finding) => ({ id: newId('mismatch'), finding }));
    const still = new Set(findings.map(keyOf));
    const cleared = by.isAll
      ? open.filter(({ finding, foundAt }) => foundAt <= by.comparedAt && !still.has(keyOf(finding)))
      : [];
    const foundRecords = await this.record(tx, MISMATCH_FOUND, found);
    await this.mismatches.insert(tx, withRecords(found, foundRecords));
    const clearedRecords = await this.record(tx, MISMATCH_CLEARED, cleared);
    await this.mismatches.clear(tx, withRecords(cleared, clearedRecords));
    for (const { finding } of found) this.log.error(`ALARM: ${keyOf(finding)}: the ledger says otherwise`);
    return {
      found: found.length,
      cleared: cleared.length,
      open: open.length + found.length - cleared.length,
    };
  }

  private async record(
    tx: Tx,
    type: typeof MISMATCH_FOUND,
    about: readonly { id: string; finding: Finding }[],
  ): Promise<string[]> {
    const written = await this.ledger.append(
      tx,
      ...about.map(({ id, finding }) => ({
        type,
        subject: subjectOf(finding),
        details: { mismatch: id, resource_type: finding.type, resource_id: finding.id, what: finding.what },
      })),
    );
    return written.map((one) => one.id);
  }
}

const keyOf = ({ type, id, what }: Finding): string => `${type} ${id} ${what}`;

function withRecords<T>(about: readonly T[], recordIds: readonly string[]): (T & { recordId: string })[] {
  return about.map((one, index) => ({ ...one, recordId: recordIds[index] ?? '' }));
}

function subjectOf({ type, id }: Finding): Subject {
  if (type === 'declaration') return { declarationId: id };
  if (type === 'grant' || type === 'credential') return { grantId: id };
  return type === 'organization' ? { organizationId: id } : {};
}
