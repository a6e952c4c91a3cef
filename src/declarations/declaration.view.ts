import { actionsFor } from '../contract/actions.js';
import type { Caller } from '../contract/caller.js';
import { DomainError } from '../contract/domain-error.js';
import { municipalityCode, singleMunicipality } from '../contract/normalise.js';
import type { Subject } from '../ledger/record.js';
import { actsOn } from './declaration.acts.js';
import { whyNotInForce } from './declaration.js';
import type { AmendmentView, DeclarationView } from './declarations.dto.js';
import type { DECLARED } from './declarations.records.js';
import type { AmendmentJson, DeclarationRow } from './declarations.repository.js';

export function fault(pointer: string, detail: string): DomainError {
  return new DomainError('invalid_input', { faults: [{ pointer, detail }] });
}

/** Municipality codes with a right check digit (5 digits get theirs) or prefectures (2 digits); sorted, each once. */
export function areaOf(texts: string[]): string[] {
  const codes = texts.map((text, index) => {
    const code = municipalityCode(text);
    if (code === null)
      throw fault(`/target_area/${index}`, '地方公共団体コード（検査数字が合うもの）ではありません');
    return singleMunicipality(code) ?? code.slice(0, 2);
  });
  return [...new Set(codes)].sort();
}

export function subjectOf(caller: Caller, row: DeclarationRow): Subject {
  return {
    isDrill: row.is_drill,
    personId: caller.personId,
    organizationId: caller.organizationId,
    declarationId: row.id,
  };
}

export function declaredDetails(
  row: DeclarationRow,
  isWitnessed: boolean,
): NonNullable<(typeof DECLARED)['details']> {
  return {
    number: row.number,
    name: row.name,
    hazard_types: row.hazard_types,
    target_area: row.target_area,
    posture_level: row.posture_level,
    legal_basis: row.legal_basis,
    necessity_statement: row.necessity_statement,
    rule_version: row.rule_version,
    expected_end_at: row.expected_end_at.toISOString(),
    hard_end_at: row.hard_end_at.toISOString(),
    waits_for_confirmation: row.waits_for_confirmation,
    told: row.told,
    ledger_witnessed: isWitnessed,
  };
}

/**
 * A declaration as of `now`, for who asks. A supervisor is told what it is, not who in the utility was told of it, or who
 * amended it, nor what they are called.
 */
export function viewOf(caller: Caller, row: DeclarationRow, now: Date): DeclarationView {
  const isSupervisor = caller.role === 'supervisor';
  return {
    ...row,
    told: isSupervisor ? [] : row.told,
    live: whyNotInForce(row, now) === undefined,
    confirmed: row.confirmed_at !== null,
    declared_at: row.declared_at.toISOString(),
    expected_end_at: row.expected_end_at.toISOString(),
    hard_end_at: row.hard_end_at.toISOString(),
    confirmed_at: row.confirmed_at?.toISOString() ?? null,
    lifted_at: row.lifted_at?.toISOString() ?? null,
    amendments: isSupervisor ? [] : row.amendments.map(amendmentOf),
    people_names: isSupervisor ? {} : row.people_names,
    actions: actionsFor(caller, actsOn(row, caller.personId, now)),
  };
}

const iso = (time: string | null): string | null => (time === null ? null : new Date(time).toISOString());

function amendmentOf(one: AmendmentJson): AmendmentView {
  return { ...one, at: new Date(one.at).toISOString(), hard_end_at: iso(one.hard_end_at) };
}
