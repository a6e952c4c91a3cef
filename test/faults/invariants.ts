import type { Evidence, GrantRow, RecordRow } from './evidence.js';

export const INVARIANTS = [
  'only the live set',
  'no value without record',
  'the ledger verifies',
  'it recovers by itself',
  'lifting works',
  'nothing acknowledged is lost',
] as const;

export interface Violation {
  of: (typeof INVARIANTS)[number];
  says: string;
}

/** Everything that must hold after any fault whatever; empty when it does. Pure. */
export function violations(evidence: Evidence): Violation[] {
  const found = (of: Violation['of'], says: string[]): Violation[] => says.map((one) => ({ of, says: one }));
  return [
    ...found('only the live set', [...seenAfterAnEnd(evidence), ...outsideTheirTimes(evidence), ...outOfOrder(evidence)]),
    ...found('no value without record', [...unrecorded(evidence), ...misnumbered(evidence)]),
    ...found('the ledger verifies', unverified(evidence)),
    ...found('it recovers by itself', unrecovered(evidence)),
    ...found('lifting works', evidence.endings.filter((one) => one.isOwed && one.doneAt === null).map((one) => `${one.what} was not answered`)),
    ...found('nothing acknowledged is lost', evidence.repeats.flatMap(({ what, first, again }) => (sorted(first) === sorted(again) ? [] : [`${what}: told ${sorted(first)}, then ${sorted(again)}`]))),
  ]; // prettier-ignore
}

/** What a caller can see without anybody's clock but its own: asked after the end was answered, and given. */
function seenAfterAnEnd({ values, endings, grants }: Evidence): string[] {
  const declarationOf = new Map(grants.map((one) => [one.id, one.declarationId]));
  return values.flatMap(({ grantId, recordId, askedAt }) => {
    const end = endings.find(
      (one) =>
        (one.grantId === null ? one.declarationId === declarationOf.get(grantId) : one.grantId === grantId) &&
        one.doneAt !== null &&
        one.doneAt < askedAt,
    );
    return end ? [`${recordId} was given after ${end.what} was answered`] : [];
  });
}

const isUse = ({ type, decision }: RecordRow): boolean => type.startsWith('use.') && decision === 'permit';

function outsideTheirTimes({ records, grants }: Evidence): string[] {
  const byId = new Map(grants.map((one) => [one.id, one]));
  return records.filter(isUse).flatMap((use) => {
    const grant = byId.get(use.grantId ?? '');
    if (!grant) return [`${use.id} is a use of no grant`];
    const isWithin = grant.startsAt <= use.at && use.at < Math.min(grant.endsAt, grant.hardEndAt);
    return isWithin ? [] : [`${use.id} stands outside the times of its grant`];
  });
}

const OPENS = new Set(['grant.acknowledged']);
const SHUTS = new Set(['grant.suspended', 'grant.revoked', 'grant.handed_back']);

/** By the order of the ledger: no use stands before its acknowledgement or after its end. */
function outOfOrder({ records }: Evidence): string[] {
  const open = new Set<string>();
  const over = new Set<string>();
  const inOrder = [...records].sort((one, other) => (one.place ?? Infinity) - (other.place ?? Infinity));
  return inOrder.flatMap((record) => {
    const { id, type, grantId, declarationId } = record;
    if (grantId !== null && OPENS.has(type)) open.add(grantId);
    if (grantId !== null && SHUTS.has(type)) open.delete(grantId);
    if (declarationId !== null && type === 'declaration.lifted') over.add(declarationId);
    if (!isUse(record)) return [];
    if (declarationId !== null && over.has(declarationId)) return [`${id} stands after the lift`];
    return grantId !== null && open.has(grantId) ? [] : [`${id} stands where its grant was not open`];
  });
}

function unrecorded({ values, records }: Evidence): string[] {
  const byId = new Map(records.map((one) => [one.id, one]));
  const told = new Set<string>();
  return values.flatMap(({ recordId, grantId }) => {
    const record = byId.get(recordId);
    const isSecond = told.has(recordId);
    told.add(recordId);
    if (!record) return [`${recordId}: a value left, and there is no such record`];
    if (!isUse(record)) return [`${recordId}: a value left on a record of no permitted use`];
    if (record.grantId !== grantId) return [`${recordId}: a value left on the record of another grant`];
    return isSecond ? [`${recordId}: two values left on one record`] : [];
  });
}

/** 1, 2, 3 … without gaps, and the counter where the last one is. */
function misnumbered({ records, grants }: Evidence): string[] {
  const numbers = new Map<string, number[]>();
  for (const { grantId, useNo } of records) {
    if (grantId === null || useNo === null) continue;
    numbers.set(grantId, [...(numbers.get(grantId) ?? []), useNo]);
  }
  const isWhole = ({ id, lastNo }: GrantRow): boolean => {
    const own = (numbers.get(id) ?? []).sort((one, other) => one - other);
    return own.length === lastNo && own.every((number, index) => number === index + 1);
  };
  return grants
    .filter((one) => !isWhole(one))
    .map(({ id, lastNo }) => `${id}: ${lastNo} numbers given, ${numbers.get(id)?.length ?? 0} on record`);
}

function unverified({ ledger, records }: Evidence): string[] {
  const lost = records
    .filter(({ place }) => place === null)
    .map(({ id }) => `${id} has no place in the tree`);
  return ledger.code === 0 ? lost : [...lost, `the verifier says ${ledger.code}: ${ledger.out}`];
}

function unrecovered({ recoveries }: Evidence): string[] {
  return recoveries.flatMap(({ what, tookMs, boundMs }) =>
    tookMs !== null && tookMs <= boundMs ? [] : [`${what}: ${tookMs ?? 'never'} of ${boundMs} ms`],
  );
}

/** An answer has no order of members. */
function sorted(value: unknown): string {
  return JSON.stringify(value, (_, member: unknown) =>
    typeof member === 'object' && member !== null && !Array.isArray(member)
      ? Object.fromEntries(Object.entries(member).sort(([one], [other]) => (one < other ? -1 : 1)))
      : member,
  );
}
