import { createHash } from 'node:crypto';

/** A value that must not be somewhere, and whose it is. */
export interface Secret {
  name: string;
  value: string;
}

/** In characters without separators, and in bytes as written. */
const SHORTEST = 6;
/** How many different characters at least. */
const FEWEST_SIGNS = 4;

const SEPARATORS = /[-\s()]/gu;

/** Long enough, and not the like of 0000001: what is sought must not stand in a text by chance. */
export function isDistinctive(value: string): boolean {
  const signs = [...value.normalize('NFKC').replace(SEPARATORS, '')];
  return signs.length >= SHORTEST && new Set(signs).size >= FEWEST_SIGNS;
}

const escaped = (text: string): string =>
  text.replace(/[^]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);

const percent = (value: string): string => Buffer.from(value).toString('hex').replace(/../g, '%$&');
const upper = (text: string, sign: string): string =>
  text.replace(new RegExp(`${sign}[0-9a-f]+`, 'g'), (one) => sign + one.slice(1).toUpperCase());

/** The characters of base64 that do not depend on what stands before or after, for each of the three alignments. */
function base64At(offset: 0 | 1 | 2, encoding: 'base64' | 'base64url'): (value: string) => string {
  return (value) => {
    const bytes = Buffer.concat([Buffer.alloc(offset), Buffer.from(value)]);
    const whole = bytes.toString(encoding);
    return whole.slice(Math.ceil((offset * 8) / 6), Math.floor((bytes.length * 8) / 6));
  };
}

const digest =
  (algorithm: string, encoding?: 'hex' | 'base64' | 'base64url') =>
  (value: string): Buffer => {
    const bytes = createHash(algorithm).update(value).digest();
    return encoding === undefined ? bytes : Buffer.from(bytes.toString(encoding).replace(/=+$/, ''));
  };

const DIGESTS = ['sha256', 'sha1', 'md5'].flatMap((name) => [
  [name, digest(name)] as const,
  [`${name} hex`, digest(name, 'hex')] as const,
  [`${name} base64`, digest(name, 'base64')] as const,
  [`${name} base64url`, digest(name, 'base64url')] as const,
]);

/**
 * Every way of writing a value that the search knows. An unkeyed digest is one of them: a telephone number has
 * so few digits that its digest is as good as the number.
 */
export const WRITINGS: ReadonlyMap<string, (value: string) => string | Buffer> = new Map<
  string,
  (value: string) => string | Buffer
>([
  ['UTF-8', (value) => value],
  ['UTF-16LE', (value) => Buffer.from(value, 'utf16le')],
  ['UTF-16BE', (value) => Buffer.from(value, 'utf16le').swap16()],
  ['full width', (value) => value.replace(/[!-~]/g, (c) => String.fromCharCode(c.charCodeAt(0) + 0xfee0))],
  ['half width', (value) => value.normalize('NFKC')],
  ['reversed', (value) => [...value].reverse().join('')],
  ['JSON escapes', (value) => value.replace(/[^ -~]/g, escaped)],
  ['JSON escapes, capital', (value) => value.replace(/[^ -~]/g, (unit) => upper(escaped(unit), 'u'))],
  ['JSON escapes throughout', escaped],
  ['hex', (value) => Buffer.from(value).toString('hex')],
  ['hex, capital', (value) => Buffer.from(value).toString('hex').toUpperCase()],
  ['URL', (value) => encodeURIComponent(value)],
  ['URL, small', (value) => encodeURIComponent(value).replace(/%../g, (one) => one.toLowerCase())],
  ['URL throughout', (value) => upper(percent(value), '%')],
  ...([0, 1, 2] as const).flatMap((offset) => [
    [`base64 at ${offset}`, base64At(offset, 'base64')] as const,
    [`base64url at ${offset}`, base64At(offset, 'base64url')] as const,
  ]),
  ...DIGESTS,
]);

interface Needle {
  label: string;
  value: string;
  bytes: Buffer;
}

/** Hyphens, spaces and brackets, also the wide ones, dropped from bytes of any kind. */
function squeezed(bytes: Buffer): Buffer {
  const text = bytes.toString('latin1');
  return Buffer.from(
    text.replace(/[- ()]|\xef\xbc[\x8d\x88\x89]|\xe2\x88\x92|\xe2\x80[\x90-\x95]|\xe3\x80\x80/g, ''),
    'latin1',
  );
}

const FILTER_BITS = 1 << 24;
// Globals are slow to reach from within a test, and this one is used for every byte.
const { imul } = Math;

/** Many byte strings sought at once: by their first six bytes, behind a bit filter. */
class Strings {
  private readonly byStart = new Map<number, Needle[]>();
  private readonly filter = new Uint8Array(FILTER_BITS / 8);

  constructor(needles: readonly Needle[]) {
    for (const needle of needles) {
      const start = needle.bytes.readUIntBE(0, SHORTEST);
      const same = this.byStart.get(start);
      if (same) same.push(needle);
      else this.byStart.set(start, [needle]);
      const bit = bitOf(needle.bytes.readUInt16BE(0), needle.bytes.readUInt32BE(2));
      this.filter[bit >> 3] = (this.filter[bit >> 3] ?? 0) | (1 << (bit & 7));
    }
  }

  *in(haystack: Buffer): Generator<Needle> {
    let high = 0;
    let low = 0;
    for (let end = 0; end < haystack.length; end += 1) {
      high = ((high << 8) | (low >>> 24)) & 0xffff;
      low = ((low << 8) | (haystack[end] ?? 0)) >>> 0;
      const bit = bitOf(high, low);
      if (((this.filter[bit >> 3] ?? 0) & (1 << (bit & 7))) === 0) continue;
      const at = end + 1 - SHORTEST;
      for (const needle of this.byStart.get(high * 2 ** 32 + low) ?? []) {
        const there = haystack.subarray(at, at + needle.bytes.length);
        if (there.equals(needle.bytes)) yield needle;
      }
    }
  }
}

const bitOf = (high: number, low: number): number =>
  imul(low ^ imul(high, 0x9e3779b1), 0x85ebca6b) & (FILTER_BITS - 1);

/** Looks for secrets in bytes: in every writing, and once more with all separators dropped. */
export class ByteSearch {
  private readonly plain: Strings;
  private readonly joined: Strings;

  constructor(secrets: readonly Secret[]) {
    const heavy = secrets.filter(({ value }) => isDistinctive(value));
    const written = heavy.flatMap(({ name, value }) =>
      [...WRITINGS].map(([way, write]) => ({
        label: `${name} (${way})`,
        value,
        bytes: Buffer.from(write(value)),
      })),
    );
    this.plain = new Strings(unique(written));
    this.joined = new Strings(
      unique(
        heavy.flatMap(({ name, value }) =>
          ['UTF-8', 'full width', 'reversed'].map((way) => ({
            label: `${name} (${way}, separators dropped)`,
            value,
            bytes: squeezed(Buffer.from(WRITINGS.get(way)?.(value) ?? '')),
          })),
        ),
      ),
    );
  }

  /** → what was found and how it was written, each once; `permitted` values do not count. */
  find(haystack: Buffer | string, permitted: readonly string[] = []): string[] {
    const bytes = Buffer.from(haystack as string);
    const found = [...this.plain.in(bytes), ...this.joined.in(squeezed(bytes))];
    return [...new Set(found.filter(({ value }) => !permitted.includes(value)).map(({ label }) => label))];
  }
}

function unique(needles: readonly Needle[]): Needle[] {
  const long = needles.filter(({ bytes }) => bytes.length >= SHORTEST);
  return [...new Map(long.map((needle) => [needle.bytes.toString('latin1'), needle])).values()];
}
