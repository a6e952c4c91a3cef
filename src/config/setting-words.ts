export const LEAST_RETENTION_YEARS = 5;

/** What is worth a word more, where a value is not usable. */
const WHY: Readonly<Record<string, string>> = {
  retentionYears: `: records are kept for at least ${LEAST_RETENTION_YEARS} years from the day of use`,
  otherSystems: ': name the systems beside this broker that hold the same data, one to 100',
  identityProviders:
    ': see README; secrets lie in files of their own, and nobody is recognised by an address or a name',
};

/** Not quoted: a client's secret, put where only the name of its file belongs, must not stand in a log. */
const MAY_HOLD_SECRETS = new Set(['identityProviders']);

export function unusable(name: string, value: unknown): string {
  const quoted = MAY_HOLD_SECRETS.has(name) ? '' : ` (${JSON.stringify(value)})`;
  return `"${name}" has no usable value${quoted}${WHY[name] ?? ''}`;
}

export function isListOfNames(value: unknown): boolean {
  const isName = (one: unknown): boolean => typeof one === 'string' && one.length >= 1 && one.length <= 200;
  return Array.isArray(value) && value.length >= 1 && value.length <= 100 && value.every(isName);
}
