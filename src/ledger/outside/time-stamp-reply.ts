import * as asn1js from 'asn1js';
import { hash } from 'node:crypto';
import {
  Certificate,
  ExtKeyUsage,
  IssuerAndSerialNumber,
  SignedData,
  TimeStampResp,
  TSTInfo,
  type Attribute,
  type SignerInfo,
} from 'pkijs';
import { OutsideError } from './post.js';
import { SHA256, type AskedStamp } from './time-stamp-request.js';

const OID = {
  signedData: '1.2.840.113549.1.7.2',
  tstInfo: '1.2.840.113549.1.9.16.1.4',
  contentType: '1.2.840.113549.1.9.3',
  signingCertificate: '1.2.840.113549.1.9.16.2.12',
  signingCertificateV2: '1.2.840.113549.1.9.16.2.47',
  extKeyUsage: '2.5.29.37',
  timeStamping: '1.3.6.1.5.5.7.3.8',
};
/** What the verifier, years later, can check as well. */
const HASHES: Partial<Record<string, 'sha256' | 'sha384' | 'sha512'>> = {
  [SHA256]: 'sha256',
  '2.16.840.1.101.3.4.2.2': 'sha384',
  '2.16.840.1.101.3.4.2.3': 'sha512',
};
const SIGNATURES = new Set([
  '1.2.840.113549.1.1.1',
  '1.2.840.113549.1.1.11',
  '1.2.840.113549.1.1.12',
  '1.2.840.113549.1.1.13',
  '1.2.840.10045.4.3.2',
  '1.2.840.10045.4.3.3',
  '1.2.840.10045.4.3.4',
]);

/** PKIStatus (RFC 3161 §2.4.2). What was modified is seen by what is checked below. */
const GRANTED = 0;
const GRANTED_WITH_MODS = 1;

export interface Stamp {
  /** As the authority states it. */
  at: Date;
  policy: string;
}

interface Against {
  asked: AskedStamp;
  stamped: Buffer;
  trusted: readonly Certificate[];
}

/**
 * A TimeStampResp held against what was asked (RFC 3161 §2.2, §2.4.2): status, imprint, nonce, policy, signature, the
 * signer's certificate, its purpose, and its chain to the trusted ones at the time of the stamp. Revocation is not
 * asked about. Throws OutsideError: nothing of the reply is kept.
 */
export async function readStamp(reply: Buffer, against: Against): Promise<Stamp> {
  try {
    return await read(reply, against);
  } catch (error) {
    if (error instanceof OutsideError) throw error;
    // The library reads lazily: bytes that are no DER may show late, as errors of many kinds.
    throw new OutsideError('answers with a reply that cannot be read', { cause: error });
  }
}

async function read(reply: Buffer, { asked, stamped, trusted }: Against): Promise<Stamp> {
  const response = parsed('a reply', reply, (schema) => new TimeStampResp({ schema }));
  const status = Number(response.status.status);
  if (status !== GRANTED && status !== GRANTED_WITH_MODS) {
    throw new OutsideError(`refuses the stamp (status ${status})`);
  }
  const token = response.timeStampToken;
  if (token?.contentType !== OID.signedData) throw new OutsideError('answers without a token');
  const signed = guarded('the token', () => new SignedData({ schema: token.content }));
  const info = tstInfoOf(signed);
  holdAgainst(info, asked);
  const [signer, ...others] = signed.signerInfos;
  if (!signer || others.length > 0) throw new OutsideError('signs the token not once');
  if (!SIGNATURES.has(signer.signatureAlgorithm.algorithmId) || !HASHES[signer.digestAlgorithm.algorithmId]) {
    throw new OutsideError('signs with an algorithm that is not taken');
  }
  const certificate = certificateOf(signed, signer);
  refuseOtherPurpose(certificate);
  refuseOtherSigner(signer, certificate);
  await verifySignature(signed, stamped, trusted);
  return { at: info.genTime, policy: info.policy };
}

/** Throws OutsideError. Bytes behind the structure would be kept with it and covered by nothing. */
function parsed<T>(what: string, bytes: Buffer, make: (schema: asn1js.AsnType) => T): T {
  return guarded(what, () => {
    const { offset, result } = asn1js.fromBER(new Uint8Array(bytes));
    if (offset !== bytes.length) throw new Error('length');
    return make(result);
  });
}

function guarded<T>(what: string, make: () => T): T {
  try {
    return make();
  } catch {
    throw new OutsideError(`answers with ${what} that cannot be read`);
  }
}

function tstInfoOf({ encapContentInfo }: SignedData): TSTInfo {
  const { eContentType, eContent } = encapContentInfo;
  if (eContentType !== OID.tstInfo || !eContent)
    throw new OutsideError('answers with a token of another kind');
  const content = Buffer.from(eContent.getValue());
  return parsed('a TSTInfo', content, (schema) => new TSTInfo({ schema }));
}

function holdAgainst(info: TSTInfo, asked: AskedStamp): void {
  const { hashAlgorithm, hashedMessage } = info.messageImprint;
  const isOfOurs =
    info.version === 1 &&
    hashAlgorithm.algorithmId === SHA256 &&
    asked.imprint.equals(hashedMessage.valueBlock.valueHexView);
  if (!isOfOurs) throw new OutsideError('has stamped something else');
  const nonce = info.nonce?.valueBlock.valueHexView;
  if (!nonce || !asked.nonce.equals(nonce)) throw new OutsideError('answers another request (nonce)');
  if (info.policy !== asked.policy) throw new OutsideError(`stamps by another policy (${info.policy})`);
}

function certificateOf({ certificates = [] }: SignedData, { sid }: SignerInfo): Certificate {
  const found = certificates.find(
    (one): one is Certificate =>
      one instanceof Certificate &&
      sid instanceof IssuerAndSerialNumber &&
      one.issuer.isEqual(sid.issuer) &&
      one.serialNumber.isEqual(sid.serialNumber),
  );
  if (!found) throw new OutsideError('answers without the certificate of the signer');
  return found;
}

/** RFC 3161 §2.3: the one purpose, and critical. */
function refuseOtherPurpose({ extensions = [] }: Certificate): void {
  const [usage, ...more] = extensions.filter(({ extnID }) => extnID === OID.extKeyUsage);
  const purposes = usage?.parsedValue instanceof ExtKeyUsage ? usage.parsedValue.keyPurposes : [];
  if (more.length === 0 && usage?.critical && purposes.length === 1 && purposes[0] === OID.timeStamping)
    return;
  throw new OutsideError('signs with a certificate that is not for time-stamping alone');
}

/** RFC 2634 §5.4, RFC 5035 §3: which certificate is meant is under the signature, or another one could be put in. */
function refuseOtherSigner({ signedAttrs }: SignerInfo, certificate: Certificate): void {
  const attributes = signedAttrs?.attributes ?? [];
  const contentType = valueOf(attributes, OID.contentType) as asn1js.ObjectIdentifier | undefined;
  if (contentType?.getValue() !== OID.tstInfo) throw new OutsideError('signs another kind of content');
  const der = Buffer.from(certificate.toSchema(true).toBER());
  const v2 = valueOf(attributes, OID.signingCertificateV2);
  const v1 = valueOf(attributes, OID.signingCertificate);
  const named = v2 ? certificateHash(v2, 'sha256') : v1 ? certificateHash(v1, 'sha1') : undefined;
  if (!named || !hash(named.algorithm, der, 'buffer').equals(named.hash)) {
    throw new OutsideError('does not name its certificate under the signature');
  }
}

function valueOf(attributes: readonly Attribute[], type: string): unknown {
  const found = attributes.filter((one) => one.type === type);
  return found.length === 1 ? (found[0]?.values as unknown[])[0] : undefined;
}

/** SigningCertificate(V2) ::= SEQUENCE { certs SEQUENCE OF ESSCertID(v2), … }; the first is the signer's. */
function certificateHash(
  attribute: unknown,
  usual: 'sha1' | 'sha256',
): { algorithm: string; hash: Buffer } | undefined {
  const [certificates] = membersOf(attribute);
  const [signers] = membersOf(certificates);
  const [head, next] = membersOf(signers);
  const isAlgorithmNamed = head instanceof asn1js.Sequence;
  const value = isAlgorithmNamed ? next : head;
  if (!(value instanceof asn1js.OctetString)) return undefined;
  const oid = isAlgorithmNamed ? membersOf(head)[0] : undefined;
  const algorithm = oid instanceof asn1js.ObjectIdentifier ? HASHES[oid.getValue()] : usual;
  return algorithm && { algorithm, hash: Buffer.from(value.getValue()) };
}

const membersOf = (value: unknown): unknown[] =>
  value instanceof asn1js.Sequence ? value.valueBlock.value : [];

async function verifySignature(
  signed: SignedData,
  stamped: Buffer,
  trusted: readonly Certificate[],
): Promise<void> {
  try {
    const isGood = await signed.verify({
      signer: 0,
      data: new Uint8Array(stamped).buffer,
      trustedCerts: [...trusted],
      checkChain: true,
    });
    if (isGood) return;
  } catch {
    // Told below: what the library says names no cause that an operator could mend.
  }
  throw new OutsideError('signs with no certificate that is trusted and was valid then, or wrongly');
}
