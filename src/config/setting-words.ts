import type { MemberFault } from './member-fault.js';

export const LEAST_RETENTION_YEARS = 5;

/** What a setting may say, for whoever wrote something else. */
const ALLOWED: Readonly<Record<string, string>> = {
  environment: '"demonstration" or "production"',
  host: 'an address of this machine, as text',
  port: '0 to 65535',
  publicUrl: 'null, or http(s)://host[:port] and nothing behind it',
  logLevel: '"debug", "info", "warn" or "error"',
  operations: 'null, or {"host": …, "port": 0 to 65535}',
  wheeling: '{"kind": "sample"} or {"kind": "http", "url": …}',
  drillWheeling: '{"kind": "none"}, {"kind": "sample"} or {"kind": "http", "url": …}',
  wheelingTimeoutMs: '100 to 30000',
  wheelingConcurrency: '1 to 1000',
  operatorCode: 'two digits, as text',
  ruleVersion: 'a text',
  ledgerOrigin: 'a URL without its scheme, such as broker.example/ledger',
  timeStamping: 'null, or {"url": …, "policy": an OID, "caFile": …}',
  witnesses: 'a list of {"url": …, "vkey": …}, each witness once; may be empty',
  dpopNonceRequired: 'true or false',
  sessionIdleMinutes: 'a whole number, 2 to 720',
  retentionYears: `records are kept for at least ${LEAST_RETENTION_YEARS} years from the day of use`,
  otherSystems: 'name the systems beside this broker that hold the same data, one to 100',
  telephoneProcedure: 'a text of at most 2000 characters',
  identityProviders:
    'see README; secrets lie in files of their own, and nobody is recognised by an address or a name',
  trustProxy: 'a list of at most 100 addresses or networks, and never everybody',
};

/** Not quoted: a client's secret, put where only the name of its file belongs, must not stand in a log. */
const MAY_HOLD_SECRETS = new Set(['identityProviders']);

export function unusable(name: string, value: unknown): string {
  const quoted = MAY_HOLD_SECRETS.has(name) ? '' : ` (${said(value)})`;
  return `"${name}" has no usable value${quoted}: ${ALLOWED[name] ?? 'see README'}`;
}

export function unusableMember(name: string, { member, value, allowed }: MemberFault): string {
  return `"${member === '' ? name : `${name}.${member}`}" has no usable value (${said(value)}): ${allowed}`;
}

const said = (value: unknown): string => (value === undefined ? 'missing' : JSON.stringify(value));

export function isListOfNames(value: unknown): boolean {
  const isName = (one: unknown): boolean => typeof one === 'string' && one.length >= 1 && one.length <= 200;
  return Array.isArray(value) && value.length >= 1 && value.length <= 100 && value.every(isName);
}
