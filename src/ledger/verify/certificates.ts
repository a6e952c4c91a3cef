import { X509Certificate, type KeyObject } from 'node:crypto';
import { contentOf, context, DerError, inside, oidOf, readDer, TAG, timeOf, type Der } from './der.js';

const OID = {
  keyUsage: '2.5.29.15',
  basicConstraints: '2.5.29.19',
  certificatePolicies: '2.5.29.32',
  extKeyUsage: '2.5.29.37',
};
/** What may be critical and is honoured here, or narrows nothing. */
const UNDERSTOOD = new Set(Object.values(OID));
const TIME_STAMPING = '1.3.6.1.5.5.7.3.8';
/** Bits of KeyUsage, of the first octet. */
const SIGNS = 0x80 | 0x40;
const SIGNS_CERTIFICATES = 0x04;
const LONGEST_CHAIN = 8;

interface Extension {
  isCritical: boolean;
  value: Buffer;
}

/** A certificate by RFC 5280, as far as a chain of a time-stamping authority needs it. */
export class Certificate {
  readonly der: Buffer;
  readonly issuer: Buffer;
  readonly subject: Buffer;
  readonly serial: Buffer;
  private readonly from: Date;
  private readonly to: Date;
  private readonly x509: X509Certificate;
  private readonly extensions: ReadonlyMap<string, Extension>;

  /** Throws DerError. */
  constructor(bytes: Buffer) {
    const [body] = inside(readDer(bytes), TAG.sequence);
    const members = inside(body, TAG.sequence);
    if (members[0]?.tag === context(0)) members.shift();
    const [serial, , issuer, validity, subject] = members;
    const [from, to] = inside(validity, TAG.sequence);
    this.der = bytes;
    this.serial = contentOf(serial, TAG.integer);
    this.issuer = (issuer ?? readDer(bytes)).whole;
    this.subject = (subject ?? readDer(bytes)).whole;
    this.from = timeOf(from);
    this.to = timeOf(to);
    this.extensions = extensionsIn(members.find(({ tag }) => tag === context(3)));
    this.x509 = x509Of(bytes);
  }

  get name(): string {
    return this.x509.subject.split('\n').join(', ');
  }

  get publicKey(): KeyObject {
    return this.x509.publicKey;
  }

  wasValidAt(instant: Date): boolean {
    return this.from <= instant && instant <= this.to;
  }

  /** RFC 3161 §2.3: for time-stamping alone, and critically so. */
  get isForTimeStamping(): boolean {
    const usage = this.extensions.get(OID.extKeyUsage);
    if (!usage?.isCritical || !this.mayUse(SIGNS)) return false;
    const purposes = inside(readDer(usage.value), TAG.sequence).map(oidOf);
    return purposes.length === 1 && purposes[0] === TIME_STAMPING;
  }

  hasUnknownCritical(): boolean {
    return [...this.extensions].some(([oid, { isCritical }]) => isCritical && !UNDERSTOOD.has(oid));
  }

  /** Whether this one, with `below` CAs under it already, has signed the other. */
  hasIssued(other: Certificate, below: number): boolean {
    if (!this.subject.equals(other.issuer) || !this.mayUse(SIGNS_CERTIFICATES)) return false;
    const constraints = this.extensions.get(OID.basicConstraints);
    if (!constraints) return false;
    const [isCa, longest] = inside(readDer(constraints.value), TAG.sequence);
    if (isCa?.tag !== TAG.boolean || isCa.content[0] !== 0xff) return false;
    if (longest && numberIn(contentOf(longest, TAG.integer)) < below) return false;
    return other.x509.verify(this.x509.publicKey);
  }

  /** Without the extension a key may be used for anything. */
  private mayUse(bits: number): boolean {
    const usage = this.extensions.get(OID.keyUsage);
    if (!usage) return true;
    const [, first = 0] = contentOf(readDer(usage.value), TAG.bitString);
    return (first & bits) !== 0;
  }
}

/** Whether certificates lead from the signer's to a trusted one, each valid at that instant. */
export function isTrusted(
  signer: Certificate,
  pool: readonly Certificate[],
  anchors: readonly Certificate[],
  at: Date,
): boolean {
  const climb = (one: Certificate, below: number): boolean => {
    if (!one.wasValidAt(at) || one.hasUnknownCritical() || below > LONGEST_CHAIN) return false;
    const isAnchored = anchors.some((anchor) => anchor.wasValidAt(at) && anchor.hasIssued(one, below));
    return (
      isAnchored || pool.some((next) => next !== one && next.hasIssued(one, below) && climb(next, below + 1))
    );
  };
  return climb(signer, 0);
}

const PEM = /-----BEGIN CERTIFICATE-----([A-Za-z0-9+/=\s]+)-----END CERTIFICATE-----/g;

/** Throws DerError. */
export function certificatesInPem(text: string): Certificate[] {
  return [...text.matchAll(PEM)].map(([, base64]) => new Certificate(Buffer.from(base64 ?? '', 'base64')));
}

function extensionsIn(wrapped: Der | undefined): Map<string, Extension> {
  const found = new Map<string, Extension>();
  if (!wrapped) return found;
  const [list] = inside(wrapped, context(3));
  for (const one of inside(list, TAG.sequence)) {
    const [id, ...rest] = inside(one, TAG.sequence);
    const critical = rest[0]?.tag === TAG.boolean ? rest.shift() : undefined;
    const oid = oidOf(id);
    if (found.has(oid)) throw new DerError('an extension twice');
    found.set(oid, {
      isCritical: critical?.content[0] === 0xff,
      value: contentOf(rest[0], TAG.octetString),
    });
  }
  return found;
}

const numberIn = (content: Buffer): number =>
  content.length > 4 ? Infinity : content.readIntBE(0, content.length);

function x509Of(bytes: Buffer): X509Certificate {
  try {
    return new X509Certificate(bytes);
  } catch {
    throw new DerError('certificate');
  }
}
