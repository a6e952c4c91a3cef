import type { Act } from '../contract/actions.js';
import type { Code } from '../contract/codes.js';
import { whyNotOpen, type DeclarationFacts } from './declaration.js';

/** What decides whether a call for support can be answered by the organization that asks. */
export interface CallFacts extends DeclarationFacts {
  response_pattern: number;
  /** That organization has declined. */
  is_declined: boolean;
}

/** 指名: a call that gives access, under a declaration in force, not declined. */
export function whyNotAnswered(call: CallFacts, now: Date): Code | undefined {
  const refusal = whyNotOpen(call, now);
  if (refusal !== undefined) return refusal;
  if (call.response_pattern === 0) return 'no_grants_in_pattern_0';
  return call.is_declined ? 'call_declined' : undefined;
}

/** 辞退: once, while the declaration is in force. */
export function whyNotDeclined(call: CallFacts, now: Date): Code | undefined {
  return whyNotOpen(call, now) ?? (call.is_declined ? 'call_declined' : undefined);
}

export function actsOnCall(call: CallFacts, now: Date): Act[] {
  const on = '/api/v1/support-calls/:id';
  return [
    { name: 'nominate', route: `POST ${on}/nominations`, whyNot: whyNotAnswered(call, now) },
    { name: 'decline', route: `POST ${on}/decline`, whyNot: whyNotDeclined(call, now) },
  ];
}
