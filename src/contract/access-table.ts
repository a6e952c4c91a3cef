import type { Role } from './caller.js';

/**
 * Who may call what: api.md's table as data. The guard and the matrix test are both made from it, and a
 * route that is not here does not let the service start. Whatever is not named is refused.
 *
 * That a supervisor sees only the own organization's and an operator only the own is held by each room's query,
 * since only it knows the object.
 */
export type Entry = 'anyone' | 'person' | 'terminal' | 'system' | 'system-or-terminal';

export interface RouteAccess {
  method: 'GET' | 'POST' | 'PATCH' | 'DELETE';
  path: string;
  /** How the caller shows who it is: session cookie, DPoP-bound token, client authentication. */
  entry: Entry;
  roles: readonly Role[];
  /** A change takes Idempotency-Key; data calls and protocol routes do not. */
  isChange: boolean;
  /** Let in where the object itself calls for them; else refused like any other role. */
  byOccasion?: readonly Role[];
  /** Asks for a proof of presence of the last minutes (`policy.presenceMinutes`): passkey, or a fresh sign-in. */
  needsPresence?: boolean;
  /** Takes access away, at once or as an amendment: counted apart, so that nobody else's flood keeps it out (law 10). */
  isEnding?: boolean;
  /** May read millions of records: a few at once for each person, and no longer than it may take. */
  isReport?: boolean;
}

const hq: Role = 'headquarters';
const of: Role = 'officer';
const co: Role = 'compliance_officer';
const sv: Role = 'supervisor';
const op: Role = 'operator';
const au: Role = 'auditor';
const rg: Role = 'regulator';
const all: readonly Role[] = [hq, of, co, sv, op, au, rg];

type Method = RouteAccess['method'];

const person = (method: Method, path: string, ...roles: readonly Role[]): RouteAccess => ({
  method,
  path,
  entry: 'person',
  roles,
  isChange: method !== 'GET',
});
const by = (entry: Entry, method: Method, path: string): RouteAccess => ({
  method,
  path,
  entry,
  roles: entry === 'terminal' ? [op] : [],
  isChange: false,
});

const present = (access: RouteAccess): RouteAccess => ({ ...access, needsPresence: true });

const ending = (access: RouteAccess): RouteAccess => ({ ...access, isEnding: true });

const report = (access: RouteAccess): RouteAccess => ({ ...access, isReport: true });

const MASTER_DATA = ['organizations', 'agreements', 'field-profiles'];

export const ACCESS_TABLE: readonly RouteAccess[] = [
  by('anyone', 'POST', '/api/v1/session'),
  person('GET', '/api/v1/session', ...all),
  { ...ending(person('DELETE', '/api/v1/session', ...all)), isChange: false },
  by('anyone', 'GET', '/api/v1/sign-in'),
  by('anyone', 'GET', '/api/v1/sign-in/:provider'),
  by('anyone', 'GET', '/api/v1/sign-in/:provider/callback'),
  by('anyone', 'POST', '/api/v1/sign-in/:provider/backchannel-logout'),
  person('GET', '/api/v1/sessions', ...all),
  ending(person('DELETE', '/api/v1/sessions/:id', ...all)),
  ending(person('POST', '/api/v1/people/:id/end-sessions', of)),

  by('anyone', 'POST', '/api/v1/session/passkey/options'),
  by('anyone', 'POST', '/api/v1/session/passkey'),
  { ...person('POST', '/api/v1/session/presence/options', ...all), isChange: false },
  { ...person('POST', '/api/v1/session/presence', ...all), isChange: false },

  // A ceremony's challenge is good once; there is nothing for Idempotency-Key to repeat.
  person('GET', '/api/v1/passkeys', ...all),
  { ...person('POST', '/api/v1/passkeys/options', ...all), isChange: false },
  { ...person('POST', '/api/v1/passkeys', ...all), isChange: false },
  by('anyone', 'POST', '/api/v1/passkeys/first/options'),
  by('anyone', 'POST', '/api/v1/passkeys/first'),
  person('POST', '/api/v1/passkeys/:id/propose', of),
  ending(person('POST', '/api/v1/passkeys/:id/revoke', ...all)),

  present(person('POST', '/api/v1/declarations', hq)),
  person('GET', '/api/v1/declarations', hq, of, co, sv, au, rg),
  person('GET', '/api/v1/declarations/:id', hq, of, co, sv, au, rg),
  present(person('POST', '/api/v1/declarations/:id/confirm', hq)),
  ending(present(person('POST', '/api/v1/declarations/:id/lift', hq))),
  person('POST', '/api/v1/declarations/:id/extend', hq),
  ending(person('POST', '/api/v1/declarations/:id/area', hq)),
  person('GET', '/api/v1/declarations/:id/certificate', hq, co, au, rg),
  report(person('GET', '/api/v1/declarations/:id/timeline', hq, co, au, rg)),
  ending(present(person('POST', '/api/v1/declarations/:id/revoke-all', hq, au))),

  // Whom headquarters could call: names, not the master data.
  person('GET', '/api/v1/declarations/:id/callable', hq),
  person('POST', '/api/v1/declarations/:id/support-calls', hq),
  person('GET', '/api/v1/support-calls', hq, sv, au, rg),
  person('GET', '/api/v1/support-calls/:id', hq, sv, au, rg),
  person('POST', '/api/v1/support-calls/:id/nominations', sv),
  // Whom a pasted list means: it changes nothing.
  { ...person('POST', '/api/v1/support-calls/:id/candidates', sv), isChange: false },
  person('POST', '/api/v1/support-calls/:id/decline', sv),

  person('GET', '/api/v1/nominations', hq, sv, au, rg),
  person('GET', '/api/v1/nominations/:id', hq, sv, au, rg),
  person('POST', '/api/v1/nominations/:id/approve', hq),
  person('POST', '/api/v1/nominations/:id/deny', hq),
  person('POST', '/api/v1/nominations/:id/withdraw', sv),

  person('GET', '/api/v1/grants', hq, sv, op, au, rg),
  person('GET', '/api/v1/grants/:id', hq, sv, op, au, rg),
  person('POST', '/api/v1/grants/:id/acknowledge', op),
  ending(person('POST', '/api/v1/grants/:id/suspend', hq, au, sv)),
  person('POST', '/api/v1/grants/:id/resume', hq),
  ending(person('POST', '/api/v1/grants/:id/revoke', hq, au)),
  ending(person('POST', '/api/v1/grants/:id/hand-back', op)),
  { ...person('POST', '/api/v1/grants/:id/credential', op), isChange: false },

  by('terminal', 'POST', '/api/v1/lookups'),
  by('terminal', 'POST', '/api/v1/lookups/:ref/match'),
  by('terminal', 'POST', '/api/v1/lookups/:ref/reveal'),
  person('POST', '/api/v1/incidents', op),

  by('system', 'POST', '/oauth/introspect'),
  ending(by('system-or-terminal', 'POST', '/oauth/revoke')),
  by('system', 'POST', '/access/v1/evaluation'),
  by('system', 'POST', '/access/v1/evaluations'),
  by('anyone', 'GET', '/.well-known/oauth-authorization-server'),
  by('anyone', 'GET', '/.well-known/jwks.json'),

  by('anyone', 'GET', '/ledger/checkpoint'),
  by('anyone', 'GET', '/ledger/vkey'),
  by('anyone', 'GET', '/ledger/tile/*'),

  report(person('GET', '/api/v1/records', au, rg)),
  report({ ...person('POST', '/api/v1/records/search', au, rg), isChange: false }),
  report(person('GET', '/api/v1/records/:id', au, rg)),
  report(person('GET', '/api/v1/records/:id/proof', au, rg)),
  // Sealed values leave by it: no answer of it is ever kept, and the same call made twice is one proposal.
  { ...present(person('POST', '/api/v1/records/:id/open', au)), isChange: false },
  report(person('GET', '/api/v1/desk/declarations/:id', au, rg)),
  report(person('GET', '/api/v1/desk/grants/:id', au, rg)),
  report(person('GET', '/api/v1/desk/people/:id', au, rg)),
  report(person('GET', '/api/v1/desk/people/:id/day', au, rg)),
  report(person('GET', '/api/v1/desk/supply-points/:ref', au, rg)),
  report({ ...person('POST', '/api/v1/desk/supply-points', au, rg), isChange: false }),
  report({ ...person('POST', '/api/v1/desk/people/:id/negative-test', au, rg), isChange: false }),
  report(person('GET', '/api/v1/desk/sample', au, rg)),
  report(person('GET', '/api/v1/desk/viewers', au, rg)),
  report(person('GET', '/api/v1/desk/retention', au, rg)),
  report(person('GET', '/api/v1/desk/training', au, rg)),
  report(person('GET', '/api/v1/desk/rooms', au, rg)),
  report(person('GET', '/api/v1/desk/retailers/:id/viewed-by-others', au, rg)),
  report(person('GET', '/api/v1/desk/fairness', au, rg)),
  report(person('GET', '/api/v1/desk/frequency', au, rg)),
  report(person('GET', '/api/v1/desk/public-extract', hq, co, au, rg)),
  { ...person('POST', '/api/v1/exports', au, rg), isChange: false },
  report({ ...person('POST', '/api/v1/exports/count', au, rg), isChange: false }),
  report(person('GET', '/api/v1/analyses', au, rg)),
  report(person('GET', '/api/v1/analyses/:id', au, rg)),
  person('POST', '/api/v1/analyses', au),
  person('PATCH', '/api/v1/analyses/:id', au),
  report(person('GET', '/api/v1/findings', au, rg)),
  report(person('GET', '/api/v1/findings/:id', au, rg)),
  person('POST', '/api/v1/findings', au),
  person('PATCH', '/api/v1/findings/:id', au),
  person('GET', '/api/v1/attestations', hq, co, au, rg),
  person('GET', '/api/v1/replays', au, rg, co),
  person('POST', '/api/v1/replays', au),
  person('POST', '/api/v1/attestations', au),

  person('GET', '/api/v1/legal-holds', of, co, au, rg),
  person('POST', '/api/v1/legal-holds', co),
  person('POST', '/api/v1/legal-holds/:id/release', co),
  person('GET', '/api/v1/purges', of, co, au, rg),
  person('POST', '/api/v1/purges', of),

  ...MASTER_DATA.flatMap((name) => [
    person('GET', `/api/v1/${name}`, of, au, rg),
    person('POST', `/api/v1/${name}`, of),
    person('PATCH', `/api/v1/${name}/:id`, of),
    person('POST', `/api/v1/${name}/:id/retire`, of),
  ]),
  person('GET', '/api/v1/field-profiles/catalogue', hq, of, co, au, rg),
  person('GET', '/api/v1/field-profiles/:id/difference', hq, of, co, au, rg),
  person('GET', '/api/v1/standing-plans', of, au, rg),
  person('POST', '/api/v1/standing-plans', of),
  person('PATCH', '/api/v1/standing-plans/:id', of),
  person('POST', '/api/v1/standing-plans/:id/retire', of),
  person('GET', '/api/v1/people', of, au, rg, sv),
  person('POST', '/api/v1/people', of),
  person('PATCH', '/api/v1/people/:id', of),
  person('POST', '/api/v1/people/:id/retire', of),
  person('GET', '/api/v1/people/:id/identities', of, au, rg),
  person('POST', '/api/v1/people/:id/identities', of),
  person('POST', '/api/v1/people/:id/identities/:identity/retire', of),
  person('GET', '/api/v1/terminals', of, au, rg, sv),
  person('POST', '/api/v1/terminals', of),
  person('PATCH', '/api/v1/terminals/:id', of),
  person('POST', '/api/v1/terminals/:id/retire', of),
  ending(person('POST', '/api/v1/terminals/:id/lost', of, sv)),
  // The answer holds a code, so it is not kept; a repeat opens another window.
  { ...person('POST', '/api/v1/terminal-windows', of), isChange: false },
  person('GET', '/api/v1/terminal-windows', of),
  by('anyone', 'POST', '/api/v1/terminal-windows/:id/key'),
  person('GET', '/api/v1/rooms', of, au, rg, sv),

  // Beyond 14 days the compliance officer is one of the two who extend: those changes, and no others.
  { ...person('GET', '/api/v1/changes', of, hq), byOccasion: [co] },
  { ...present(person('POST', '/api/v1/changes/:id/confirm', of, hq)), byOccasion: [co] },
  { ...person('POST', '/api/v1/changes/:id/reject', of, hq), byOccasion: [co] },

  person('GET', '/api/v1/notice', ...all),
  person('GET', '/api/v1/inbox', ...all),
  person('GET', '/api/v1/situation', ...all),
  by('anyone', 'GET', '/healthz'),
  by('anyone', 'GET', '/readyz'),
  by('anyone', 'GET', '/openapi.json'),
];

const INDEX = new Map(ACCESS_TABLE.map((entry) => [`${entry.method} ${entry.path}`, entry]));

/** The row for a route as Fastify knows it (`/api/v1/grants/:id`); none means: refused. */
export function accessOf(method: string, path: string): RouteAccess | undefined {
  return INDEX.get(`${method} ${path}`);
}
