import type { Action, Grant } from '../../api/answers.js';

/** Where an operator stands with the own grants, as the service says it: nothing is decided here. */
export type Stage =
  | { kind: 'none' }
  | { kind: 'acknowledge' | 'desk'; grant: Grant }
  | { kind: 'waiting' | 'held'; grant: Grant; reason: Action['reason'] };

const canAcknowledge = (grant: Grant): boolean =>
  grant.actions.some(({ name, allowed }) => name === 'acknowledge' && allowed);

const whyNot = (grant: Grant): Action['reason'] =>
  grant.actions.find(({ name }) => name === 'credential')?.reason ?? null;

/** What is live comes first, then what waits for the person, then what begins next, then why nothing can be used. */
export function stageOf(grants: readonly Grant[], at: number): Stage {
  const live = grants.find((grant) => grant.live);
  if (live) return { kind: 'desk', grant: live };
  const asked = grants.find(canAcknowledge);
  if (asked) return { kind: 'acknowledge', grant: asked };
  const [next] = grants
    .filter((grant) => whyNot(grant)?.code === 'not_started')
    .sort((one, other) => one.starts_at.localeCompare(other.starts_at));
  if (next) return { kind: 'waiting', grant: next, reason: whyNot(next) };
  const held = grants.find((grant) => Date.parse(grant.ends_at) > at);
  return held ? { kind: 'held', grant: held, reason: whyNot(held) } : { kind: 'none' };
}

/** When it became so, where the grant's own row says it. */
export function heldSince(grant: Grant): string | null {
  return grant.revoked_at ?? grant.handed_back_at ?? grant.suspended_at;
}
