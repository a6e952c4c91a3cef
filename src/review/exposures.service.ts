import { Injectable } from '@nestjs/common';
import { newId } from '../contract/ids.js';
import type { Tx } from '../database/database.js';
import { Ledger } from '../ledger/ledger.js';
import type { NewRecord, Subject } from '../ledger/record.js';
import { EXPOSURE_FOUND, EXPOSURE_RESOLVED, PROBE_INTROSPECTION } from './endings.records.js';
import type { EndedRow } from './endings.repository.js';
import {
  ExposuresRepository,
  type ExposedTarget,
  type ExposureRow,
  type NewProbe,
} from './exposures.repository.js';
import type { ProbeOutcome } from './prober.js';

/** What stands against the proof of an end, of one grant. */
export interface Finding {
  row: EndedRow;
  target: ExposedTarget;
  what: string;
}

/** A probe, and the grant whose credential it tried. */
export interface Tried {
  row: EndedRow;
  outcome: ProbeOutcome;
}

/** What could not be proved ended is named, stands in the way of the certificate, and goes when it is proved. */
@Injectable()
export class ExposuresService {
  constructor(
    private readonly exposures: ExposuresRepository,
    private readonly ledger: Ledger,
  ) {}

  /** Keeps each outcome, and its record where the gate has not written one. */
  async keepProbes(tx: Tx, tried: readonly Tried[]): Promise<void> {
    await this.exposures.insertProbes(tx, await this.recorded(tx, tried));
  }

  /** → each outcome with its record, written here where the gate has not written one. */
  async recorded(tx: Tx, tried: readonly Tried[]): Promise<NewProbe[]> {
    const unwritten = tried.filter(
      ({ outcome }) => outcome.target === 'introspection' && outcome.fault !== 'not_tried',
    );
    const records = unwritten.map(({ row, outcome }): NewRecord => {
      const { dead, code, fault } = outcome;
      const details = { jti: dead.jti, terminal: dead.terminalId, is_active: fault !== null };
      return {
        type: PROBE_INTROSPECTION,
        decision: fault === null ? 'refuse' : 'permit',
        code: code ?? undefined,
        subject: { ...subjectOf(row), personId: dead.personId },
        details,
      };
    });
    const written = await this.ledger.append(tx, ...records);
    const ids = new Map(unwritten.map(({ outcome }, index) => [outcome, written[index]?.id ?? null]));
    return tried.map(({ outcome }) => ({
      grantId: outcome.dead.grantId,
      target: outcome.target,
      isRefused: outcome.fault === null,
      code: outcome.code ?? outcome.fault,
      recordId: outcome.recordId ?? ids.get(outcome) ?? null,
    }));
  }

  /** → how many were not named already */
  async found(tx: Tx, findings: readonly Finding[]): Promise<number> {
    const known = await this.exposures.openOf(
      tx,
      findings.map(({ row }) => row.grant_id),
    );
    const isKnown = new Set(known.map((one) => `${one.grant_id} ${one.target}`));
    const fresh = findings
      .filter(({ row, target }) => !isKnown.has(`${row.grant_id} ${target}`))
      .map((finding) => ({ ...finding, id: newId('exposure') }));
    if (fresh.length === 0) return 0;
    await this.exposures.insert(
      tx,
      fresh.map(({ id, row, target, what }) => ({ id, grant_id: row.grant_id, target, what })),
    );
    const records = fresh.map(({ id, row, target, what }) => ({
      type: EXPOSURE_FOUND,
      subject: subjectOf(row),
      details: { exposure: id, target, what },
    }));
    await this.ledger.append(tx, ...records);
    return fresh.length;
  }

  async resolved(tx: Tx, settled: readonly { row: EndedRow; exposure: ExposureRow }[]): Promise<void> {
    if (settled.length === 0) return;
    await this.exposures.resolve(
      tx,
      settled.map(({ exposure }) => exposure.id),
    );
    const records = settled.map(({ row, exposure }) => ({
      type: EXPOSURE_RESOLVED,
      subject: subjectOf(row),
      details: {
        exposure: exposure.id,
        target: exposure.target,
        found_at: exposure.found_at.toISOString(),
      },
    }));
    await this.ledger.append(tx, ...records);
  }
}

/** Nobody acted: the record names the grant, and no person. */
export function subjectOf(row: EndedRow): Subject {
  return {
    isDrill: row.is_drill,
    organizationId: row.organization_id,
    declarationId: row.declaration_id,
    grantId: row.grant_id,
  };
}
