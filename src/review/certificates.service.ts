import { Injectable } from '@nestjs/common';
import { DomainError } from '../contract/domain-error.js';
import { Database } from '../database/database.js';
import { Ledger } from '../ledger/ledger.js';
import { isComplete, sentenceEn, sentenceJa } from './certificate.js';
import type { CertificateView } from './certificates.dto.js';
import { CertificatesRepository, type CertifiedGrant, type ClosingState } from './certificates.repository.js';
import { CLOSED } from './endings.records.js';

/** 解除証明: that every grant of a declaration has ended, when, why, and that its dead credential opens nothing. */
@Injectable()
export class CertificatesService {
  constructor(
    private readonly database: Database,
    private readonly certificates: CertificatesRepository,
    private readonly ledger: Ledger,
  ) {}

  async show(declarationId: string): Promise<CertificateView> {
    const state = await this.certificates.state(declarationId);
    if (!state) throw new DomainError('not_found');
    const { completed_at: completedAt, record_id: recordId } = state;
    // The row alone is not believed: what it says is read again.
    if (completedAt === null || recordId === null || !isComplete(state)) throw incomplete(state);
    const grants = await this.certificates.grants(declarationId);
    return viewOf(state, { completedAt, recordId }, grants);
  }

  async completeAll(): Promise<number> {
    let completed = 0;
    for (const { id } of await this.certificates.candidates()) {
      if (await this.complete(id)) completed += 1;
    }
    return completed;
  }

  /**
   * In the line of the approvals: one that began before the lift has committed its grants by now, and the state is
   * read after that; a later one finds the declaration over. The primary key lets one instance write it.
   */
  private async complete(id: string): Promise<boolean> {
    return this.database.transaction('approval', async (tx) => {
      const state = await this.certificates.stateIn(tx, id);
      if (state?.completed_at !== null || state.ended_at === null || !isComplete(state)) return false;
      const details = {
        number: state.number,
        ended_at: state.ended_at.toISOString(),
        granted: state.granted,
        last_ended_at: state.last_ended_at?.toISOString() ?? null,
      };
      const subject = { isDrill: state.is_drill, declarationId: id };
      const [record] = await this.ledger.append(tx, { type: CLOSED, subject, details });
      if (record) await this.certificates.insert(tx, id, record.id);
      return true;
    });
  }
}

function incomplete(state: ClosingState): DomainError {
  const values = {
    state: state.ended_at === null ? 'in_force' : 'closing',
    open_grants: state.granted - state.closed,
    unproved_grants: state.unproved,
    unresolved_exposures: state.unresolved,
  };
  return new DomainError('certificate_incomplete', { values });
}

function viewOf(
  state: ClosingState,
  certificate: { completedAt: Date; recordId: string },
  grants: readonly CertifiedGrant[],
): CertificateView {
  return {
    declaration_id: state.id,
    number: state.number,
    name: state.name,
    is_drill: state.is_drill,
    lifted_at: state.lifted_at?.toISOString() ?? null,
    ended_at: (state.ended_at ?? certificate.completedAt).toISOString(),
    completed_at: certificate.completedAt.toISOString(),
    record_id: certificate.recordId,
    totals: {
      granted: state.granted,
      closed: state.closed,
      last_ended_at: state.last_ended_at?.toISOString() ?? null,
      unresolved: state.unresolved,
    },
    sentence_ja: sentenceJa(state),
    sentence_en: sentenceEn(state),
    grants: grants.map((grant) => ({
      ...grant,
      starts_at: grant.starts_at.toISOString(),
      ends_at: grant.ends_at.toISOString(),
      ended_at: grant.ended_at?.toISOString() ?? null,
      probes: grant.probes.map(({ is_refused: refused, at, ...probe }) => ({
        ...probe,
        refused,
        at: new Date(at).toISOString(),
      })),
    })),
  };
}
