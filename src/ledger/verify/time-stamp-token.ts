import { hash, verify } from 'node:crypto';
import { Certificate, isTrusted } from './certificates.js';
import {
  algorithmOf,
  contentOf,
  context,
  DerError,
  inside,
  oidOf,
  readDer,
  TAG,
  timeOf,
  type Der,
} from './der.js';

/** Why a time-stamp does not hold, in words of RFC 3161. */
export class TokenError extends Error {}

type HashName = 'sha256' | 'sha384' | 'sha512';

/** What an authority has stamped, once its signature, its certificate and its chain hold. */
export interface TimeStamp {
  /** The hash that was stamped, and how it was made. */
  hash: { name: HashName; value: Buffer };
  /** genTime. */
  at: Date;
  policy: string;
  /** The subject of the signer's certificate. */
  signer: string;
}

const OID = {
  signedData: '1.2.840.113549.1.7.2',
  tstInfo: '1.2.840.113549.1.9.16.1.4',
  contentType: '1.2.840.113549.1.9.3',
  messageDigest: '1.2.840.113549.1.9.4',
  signingCertificate: '1.2.840.113549.1.9.16.2.12',
  signingCertificateV2: '1.2.840.113549.1.9.16.2.47',
};
const HASHES: Partial<Record<string, HashName>> = {
  '2.16.840.1.101.3.4.2.1': 'sha256',
  '2.16.840.1.101.3.4.2.2': 'sha384',
  '2.16.840.1.101.3.4.2.3': 'sha512',
};
/** Signature algorithms: the kind of key, and the hash, where the algorithm fixes it. */
const SIGNATURES: Partial<Record<string, { key: 'rsa' | 'ec'; hash?: HashName }>> = {
  '1.2.840.113549.1.1.1': { key: 'rsa' },
  '1.2.840.113549.1.1.11': { key: 'rsa', hash: 'sha256' },
  '1.2.840.113549.1.1.12': { key: 'rsa', hash: 'sha384' },
  '1.2.840.113549.1.1.13': { key: 'rsa', hash: 'sha512' },
  '1.2.840.10045.4.3.2': { key: 'ec', hash: 'sha256' },
  '1.2.840.10045.4.3.3': { key: 'ec', hash: 'sha384' },
  '1.2.840.10045.4.3.4': { key: 'ec', hash: 'sha512' },
};

/**
 * A TimeStampResp (RFC 3161 §2.4.2), DER. Checked: that a stamp was granted, the signature over the stamped content, that
 * the certificate is the one named under the signature and is for time-stamping alone, and its chain to `anchors` at the
 * time of the stamp. Not checked: revocation, and what was stamped, which the caller compares. Throws TokenError.
 */
export function readTimeStamp(bytes: Buffer, anchors: readonly Certificate[]): TimeStamp {
  try {
    return read(bytes, anchors);
  } catch (error) {
    throw error instanceof DerError ? new TokenError(`DER: ${error.message}`) : error;
  }
}

function read(bytes: Buffer, anchors: readonly Certificate[]): TimeStamp {
  const signed = signedDataIn(bytes);
  const certificates = signed.certificates.map(({ whole }) => new Certificate(whole));
  const { content, info } = signed;
  const { attributes, certificate } = checkSigner(signed.signer, certificates);
  // The attributes are signed, the content is under them by its hash, and the content says the rest.
  if (oidOf(onlyValue(attributes, OID.contentType)) !== OID.tstInfo) throw new TokenError('content-type');
  const name = hashOf(signed.signer.digestAlgorithm);
  const digest = contentOf(onlyValue(attributes, OID.messageDigest), TAG.octetString);
  if (!hash(name, content, 'buffer').equals(digest)) throw new TokenError('message-digest');
  if (!certificate.isForTimeStamping) throw new TokenError('the certificate is not for time-stamping alone');
  if (!isTrusted(certificate, certificates, anchors, info.at)) {
    throw new TokenError('no trusted certificate leads to the signer’s, or one was not valid then');
  }
  return { ...info, signer: certificate.name };
}

interface SignerInfo {
  issuer: Buffer;
  serial: Buffer;
  digestAlgorithm: Der | undefined;
  /** [0] IMPLICIT SET OF Attribute. */
  attributes: Der;
  signatureAlgorithm: string;
  signature: Buffer;
}

function signedDataIn(bytes: Buffer) {
  const [statusInfo, token] = inside(readDer(bytes), TAG.sequence);
  const [status] = inside(statusInfo, TAG.sequence);
  const [granted, ...more] = contentOf(status, TAG.integer);
  if (more.length > 0 || (granted !== 0 && granted !== 1)) throw new TokenError('no stamp was granted');
  const [type, wrapped] = inside(token, TAG.sequence);
  if (oidOf(type) !== OID.signedData) throw new TokenError('not SignedData');
  const [, , encapsulated, ...rest] = inside(inside(wrapped, context(0))[0], TAG.sequence);
  const [contentType, wrappedContent] = inside(encapsulated, TAG.sequence);
  if (oidOf(contentType) !== OID.tstInfo) throw new TokenError('not a TSTInfo');
  const content = contentOf(inside(wrappedContent, context(0))[0], TAG.octetString);
  const set = rest.find(({ tag }) => tag === context(0));
  const [signer, ...others] = inside(rest.at(-1), TAG.set);
  if (!set || others.length > 0) throw new TokenError('certificates, and one signer');
  return {
    content,
    info: tstInfoIn(content),
    certificates: inside(set, context(0)).filter(({ tag }) => tag === TAG.sequence),
    signer: signerIn(signer),
  };
}

function tstInfoIn(content: Buffer): Omit<TimeStamp, 'signer'> {
  const [version, policy, imprint, , at] = inside(readDer(content), TAG.sequence);
  if (!contentOf(version, TAG.integer).equals(Buffer.of(1))) throw new TokenError('version');
  const [algorithm, value] = inside(imprint, TAG.sequence);
  return {
    hash: { name: hashOf(algorithm), value: contentOf(value, TAG.octetString) },
    at: timeOf(at),
    policy: oidOf(policy),
  };
}

function signerIn(signer: Der | undefined): SignerInfo {
  const [, id, digestAlgorithm, attributes, algorithm, signature] = inside(signer, TAG.sequence);
  const [issuer, serial] = inside(id, TAG.sequence);
  if (!issuer || attributes?.tag !== context(0)) throw new TokenError('signer');
  return {
    issuer: issuer.whole,
    serial: contentOf(serial, TAG.integer),
    digestAlgorithm,
    attributes,
    signatureAlgorithm: algorithmOf(algorithm),
    signature: contentOf(signature, TAG.octetString),
  };
}

/** → the signed attributes and the certificate that they name, when its key has signed them. */
function checkSigner(
  signer: SignerInfo,
  certificates: readonly Certificate[],
): { attributes: Map<string, Der[]>; certificate: Certificate } {
  const attributes = attributesIn(signer.attributes);
  const named = certificateNamed(attributes);
  const certificate = certificates.find(
    ({ issuer, serial, der }) =>
      issuer.equals(signer.issuer) &&
      serial.equals(signer.serial) &&
      hash(named.algorithm, der, 'buffer').equals(named.hash),
  );
  if (!certificate) throw new TokenError('the certificate named under the signature is not there');
  const algorithm = SIGNATURES[signer.signatureAlgorithm];
  const name = hashOf(signer.digestAlgorithm);
  const isFitting =
    algorithm?.key === certificate.publicKey.asymmetricKeyType && (algorithm?.hash ?? name) === name;
  if (!isFitting) throw new TokenError(`signature algorithm ${signer.signatureAlgorithm}`);
  // What is signed is the SET itself, not its place in the structure (RFC 5652 §5.4).
  const set = Buffer.concat([Buffer.of(TAG.set), signer.attributes.whole.subarray(1)]);
  if (!verify(name, set, certificate.publicKey, signer.signature)) throw new TokenError('signature');
  return { attributes, certificate };
}

function attributesIn(set: Der): Map<string, Der[]> {
  const found = new Map<string, Der[]>();
  for (const attribute of inside(set, context(0))) {
    const [type, values] = inside(attribute, TAG.sequence);
    const oid = oidOf(type);
    if (found.has(oid)) throw new TokenError('an attribute twice');
    found.set(oid, inside(values, TAG.set));
  }
  return found;
}

function onlyValue(attributes: ReadonlyMap<string, Der[]>, oid: string): Der | undefined {
  const values = attributes.get(oid) ?? [];
  return values.length === 1 ? values[0] : undefined;
}

/** RFC 2634 §5.4.1, RFC 5035 §4: the first of the certificates is the signer's. */
function certificateNamed(attributes: ReadonlyMap<string, Der[]>): { algorithm: string; hash: Buffer } {
  const v2 = onlyValue(attributes, OID.signingCertificateV2);
  const [list] = inside(v2 ?? onlyValue(attributes, OID.signingCertificate), TAG.sequence);
  const [first, second] = inside(inside(list, TAG.sequence)[0], TAG.sequence);
  if (!v2) return { algorithm: 'sha1', hash: contentOf(first, TAG.octetString) };
  if (first?.tag === TAG.octetString) return { algorithm: 'sha256', hash: first.content };
  return { algorithm: hashOf(first), hash: contentOf(second, TAG.octetString) };
}

function hashOf(algorithm: Der | undefined): HashName {
  const oid = algorithmOf(algorithm);
  const name = HASHES[oid];
  if (!name) throw new TokenError(`hash algorithm ${oid}`);
  return name;
}
