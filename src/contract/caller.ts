/** The closed list of roles; a person has exactly one (law 5). */
export const ROLES = [
  'headquarters',
  'officer',
  'compliance_officer',
  'supervisor',
  'operator',
  'auditor',
  'regulator',
] as const;
export type Role = (typeof ROLES)[number];

/** What makes a repeated change the same change: key, route with its parameters, SHA-256 of the body. */
export interface Once {
  key: string;
  route: string;
  bodyHash: Buffer;
}

/** A signed-in person, as known for this request. */
export interface Caller {
  personId: string;
  name: string;
  role: Role;
  organizationId: string;
  /** The session by which they call. */
  sessionId: string;
  /** In which they want to be answered. */
  language: Language;
  once?: Once;
}

/** An authenticated system (a resource server). */
export interface SystemCaller {
  clientId: string;
}

export type Language = 'ja' | 'en';
