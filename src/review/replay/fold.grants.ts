import { ISSUED, RELEASED } from '../../credentials/credentials.records.js';
import {
  ACKNOWLEDGED,
  APPROVED,
  GRANTED,
  HANDED_BACK,
  RESUMED,
  REVOKED,
  SUSPENDED,
} from '../../grants/grants.records.js';
import { DENIED, NOMINATED, WITHDRAWN } from '../../nominations/nominations.records.js';
import { KEY_OF_ITS_PERSON, type Expected, type RowOf, type Told } from './expected.js';
import { on, type Play } from './play.js';
import type { Step } from './step.js';

/** The latest of some instants, as `greatest` of PostgreSQL has it: what is not there does not count. */
function latest(...times: readonly (Date | undefined)[]): Date {
  const known = times.filter((one) => one !== undefined);
  return new Date(Math.max(...known.map((one) => one.getTime())));
}
const at = (told: Told, plusMs = 0): Date | undefined =>
  told instanceof Date ? new Date(told.getTime() + plusMs) : undefined;

function decided(
  decision: string,
  expected: Expected,
  step: Step,
  by: { nomination: string; standing_plan?: string | null; reason?: string },
): void {
  const row = expected.nomination.get(by.nomination);
  if (row === undefined) return;
  Object.assign(row, {
    decision,
    decided_by: by.standing_plan == null ? step.personId : null,
    decided_at: step.at,
    decision_reason: by.reason ?? null,
    standing_plan_id: by.standing_plan ?? null,
  });
}

/** Changes the grant that the step is about. */
function grantStep<D>(
  change: (row: RowOf<'access_grant'>, step: Step, details: D) => Partial<RowOf<'access_grant'>>,
) {
  return (expected: Expected, step: Step, details: D): void => {
    const row = expected.access_grant.get(step.grantId ?? '');
    if (row !== undefined) Object.assign(row, change(row, step, details));
  };
}

/** Who suspended it since the last resumption, in the order in which they did. */
function suspendersAfter(row: RowOf<'access_grant'>, by: Told): Told {
  const [suspendedAt, resumedAt] = [at(row.suspended_at), at(row.resumed_at)];
  if (suspendedAt === undefined || (resumedAt !== undefined && resumedAt >= suspendedAt)) return [by];
  const before = row.suspenders as readonly Told[];
  return before.includes(by) ? before : [...before, by];
}

const NOTHING_YET = {
  acknowledged_at: null,
  notice_version: null,
  suspended_at: null,
  suspended_by: null,
  suspend_reason: null,
  resumed_at: null,
  resumed_by: null,
  resume_reason: null,
  revoked_at: null,
  revoked_by: null,
  revoke_reason: null,
  handed_back_at: null,
};

export const OF_GRANTS: Play[] = [
  on(NOMINATED, (expected, step, { nomination, call, starts_at, ends_at, note, results }) => {
    expected.nomination.set(nomination, {
      support_call_id: call,
      organization_id: step.organizationId,
      nominated_by: step.personId,
      nominated_at: step.at,
      starts_at: new Date(starts_at),
      ends_at: new Date(ends_at),
      note,
      decision: null,
      decided_by: null,
      decided_at: null,
      decision_reason: null,
      standing_plan_id: null,
      people: results.map((one, index) => ({ ordinal: index + 1, ...one })),
    });
  }),
  on(APPROVED, (expected, step, details) => decided('approved', expected, step, details)),
  on(DENIED, (expected, step, details) => decided('denied', expected, step, details)),
  on(WITHDRAWN, (expected, step, details) => decided('withdrawn', expected, step, details)),
  on(GRANTED, (expected, step, details) => {
    const nomination = expected.nomination.get(details.nomination);
    expected.access_grant.set(step.grantId ?? '', {
      ...NOTHING_YET,
      nomination_id: details.nomination,
      support_call_id: nomination?.support_call_id,
      declaration_id: step.declarationId,
      person_id: details.grantee,
      natural_person_key: KEY_OF_ITS_PERSON,
      organization_id: step.organizationId,
      field_profile_id: details.field_profile,
      is_drill: step.isDrill,
      starts_at: new Date(details.starts_at),
      ends_at: new Date(details.ends_at),
      nominated_by: nomination?.nominated_by,
      approved_by: details.standing_plan === null ? step.personId : null,
      standing_plan_id: details.standing_plan,
      approved_at: step.at,
      suspenders: [],
    });
  }),
  on(ACKNOWLEDGED, grantStep((row, step, { notice_version }) => ({
    acknowledged_at: latest(step.at, at(row.resumed_at)),
    notice_version,
  }))),
  on(SUSPENDED, grantStep((row, step, { reason }) => ({
    suspenders: suspendersAfter(row, step.personId),
    suspended_at: latest(step.at, at(row.resumed_at, 1), at(row.suspended_at, 1)),
    suspended_by: step.personId,
    suspend_reason: reason,
  }))),
  on(RESUMED, grantStep((row, step, { reason }) => ({
    resumed_at: latest(step.at, at(row.suspended_at), at(row.acknowledged_at, 1)),
    resumed_by: step.personId,
    resume_reason: reason,
  }))),
  on(REVOKED, grantStep((_row, step, { reason }) => ({
    revoked_at: step.at,
    revoked_by: step.personId,
    revoke_reason: reason,
  }))),
  on(HANDED_BACK, grantStep((_row, step) => ({ handed_back_at: step.at }))),
  on(ISSUED, (expected, step, { jti, jkt, terminal, expires_at }) => {
    expected.credential.set(step.grantId ?? '', {
      jti,
      jkt,
      terminal_id: terminal,
      person_id: step.personId,
      issued_at: step.at,
      expires_at: new Date(expires_at),
      released_at: null,
    });
  }),
  on(RELEASED, (expected, step, { jti }) => {
    const row = expected.credential.get(step.grantId ?? '');
    if (row?.jti === jti) row.released_at = step.at;
  }),
]; // prettier-ignore
