/** What is not DER (X.690), or not of the form that is meant. */
export class DerError extends Error {}

export interface Der {
  /** The identifier octet; tags of more than one octet occur nowhere in what is read here. */
  tag: number;
  content: Buffer;
  /** Identifier, length and content. */
  whole: Buffer;
}

export const TAG = {
  boolean: 0x01,
  integer: 0x02,
  bitString: 0x03,
  octetString: 0x04,
  oid: 0x06,
  utcTime: 0x17,
  generalizedTime: 0x18,
  sequence: 0x30,
  set: 0x31,
} as const;

/** Constructed, context-specific: [n]. */
export const context = (n: number): number => 0xa0 + n;

const CONSTRUCTED = 0x20;
const LONG_TAG = 0x1f;

/** The one value that these bytes are, with nothing behind it. Throws DerError. */
export function readDer(bytes: Buffer): Der {
  const first = readOne(bytes);
  if (first.whole.length !== bytes.length) throw new DerError('bytes behind the end');
  return first;
}

/** The values in a constructed one. Throws DerError. */
export function membersOf({ tag, content }: Der): Der[] {
  if ((tag & CONSTRUCTED) === 0) throw new DerError('not constructed');
  const members: Der[] = [];
  for (let rest = content; rest.length > 0;) {
    const next = readOne(rest);
    members.push(next);
    rest = rest.subarray(next.whole.length);
  }
  return members;
}

/** Strict: one way only to write a length, as DER has it; else two texts would stand for the same bytes. */
function readOne(bytes: Buffer): Der {
  const [tag, head] = bytes;
  if (tag === undefined || head === undefined) throw new DerError('cut short');
  if ((tag & LONG_TAG) === LONG_TAG) throw new DerError('tag');
  let [length, start] = [head, 2];
  if (head >= 0x80) {
    const octets = head - 0x80;
    if (octets < 1 || octets > 4 || bytes.length < 2 + octets) throw new DerError('length');
    length = bytes.readUIntBE(2, octets);
    start = 2 + octets;
    if (length < 0x80 || length < 256 ** (octets - 1)) throw new DerError('length');
  }
  if (bytes.length < start + length) throw new DerError('cut short');
  return {
    tag,
    content: bytes.subarray(start, start + length),
    whole: bytes.subarray(0, start + length),
  };
}

/** The content, if the value is of this tag. Throws DerError. */
export function contentOf(der: Der | undefined, tag: number): Buffer {
  return of(der, tag).content;
}

/** The members, if the value is of this tag. Throws DerError. */
export function inside(der: Der | undefined, tag: number): Der[] {
  return membersOf(of(der, tag));
}

function of(der: Der | undefined, tag: number): Der {
  if (der?.tag !== tag) throw new DerError(`tag ${der?.tag ?? 'missing'} instead of ${tag}`);
  return der;
}

/** Dotted. Throws DerError. */
export function oidOf(der: Der | undefined): string {
  const bytes = contentOf(der, TAG.oid);
  const arcs: number[] = [];
  let arc = 0;
  for (const [at, byte] of bytes.entries()) {
    if (arc === 0 && byte === 0x80) throw new DerError('object identifier');
    arc = arc * 128 + (byte & 0x7f);
    if (!Number.isSafeInteger(arc) || (at === bytes.length - 1 && byte >= 0x80)) {
      throw new DerError('object identifier');
    }
    if (byte < 0x80) {
      arcs.push(arc);
      arc = 0;
    }
  }
  const [head, ...rest] = arcs;
  if (head === undefined) throw new DerError('object identifier');
  const first = Math.min(2, Math.floor(head / 40));
  return [first, head - 40 * first, ...rest].join('.');
}

/** The algorithm of an AlgorithmIdentifier; what stands behind it is not looked at. */
export const algorithmOf = (der: Der | undefined): string => oidOf(inside(der, TAG.sequence)[0]);

/** UTCTime and GeneralizedTime in the forms of RFC 5280 and RFC 3161. Throws DerError. */
export function timeOf(der: Der | undefined): Date {
  const isShort = der?.tag === TAG.utcTime;
  const text = contentOf(der, isShort ? TAG.utcTime : TAG.generalizedTime).toString('latin1');
  const [, year = '', month, day, hour, minute, second, fraction = ''] =
    /^(\d\d|\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)(\.\d*[1-9])?Z$/.exec(text) ?? [];
  if (year.length !== (isShort ? 2 : 4)) throw new DerError('time');
  const full = isShort ? `${Number(year) < 50 ? '20' : '19'}${year}` : year;
  const iso = `${full}-${month}-${day}T${hour}:${minute}:${second}`;
  const date = new Date(`${iso}${fraction.slice(0, 4)}Z`);
  // 31 February is a date to JavaScript, and to nobody else.
  if (Number.isNaN(date.getTime()) || !date.toISOString().startsWith(iso)) throw new DerError('time');
  return date;
}
