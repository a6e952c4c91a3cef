/** A time-stamping authority: its address, the policy that is asked for, and the PEM file of the CAs that it is trusted by. */
export interface TimeStamping {
  url: string;
  /** Dotted OID. */
  policy: string;
  caFile: string;
}

/** A witness: the prefix before `/add-checkpoint`, and its verifier key. */
export interface WitnessSetting {
  url: string;
  vkey: string;
}

const OID = /^[0-2](\.(0|[1-9]\d{0,9})){1,30}$/;
/** In full it is read by the ledger. */
const VKEY = /^[^\s+]+\+[0-9a-f]{8}\+[A-Za-z0-9+/]+=*$/u;

export function isTimeStamping(value: unknown): boolean {
  if (value === null) return true;
  if (!hasExactly(value, ['url', 'policy', 'caFile'])) return false;
  return isHttp(value['url']) && matches(value['policy'], OID) && matches(value['caFile'], /./);
}

/** Two entries of one witness would be two votes of one. */
export function isWitnesses(value: unknown): boolean {
  if (!Array.isArray(value)) return false;
  const entries = value as unknown[];
  const isEachGood = entries.every(
    (one) => hasExactly(one, ['url', 'vkey']) && isHttp(one['url']) && matches(one['vkey'], VKEY),
  );
  const vkeys = entries.map((one) => (one as Partial<WitnessSetting> | null)?.vkey);
  return isEachGood && new Set(vkeys).size === entries.length;
}

function hasExactly(value: unknown, names: string[]): value is Record<string, unknown> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  const given = Object.keys(value);
  return given.length === names.length && names.every((name) => given.includes(name));
}

const matches = (value: unknown, form: RegExp): boolean => typeof value === 'string' && form.test(value);

function isHttp(value: unknown): boolean {
  return typeof value === 'string' && URL.canParse(value) && /^https?:$/.test(new URL(value).protocol);
}
