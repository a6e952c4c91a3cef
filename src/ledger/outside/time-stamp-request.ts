import * as asn1js from 'asn1js';
import { hash, randomBytes } from 'node:crypto';
import { AlgorithmIdentifier, MessageImprint, TimeStampReq } from 'pkijs';

export const SHA256 = '2.16.840.1.101.3.4.2.1';
const NONCE_BYTES = 16;

/** What was asked, against which the reply is held. */
export interface AskedStamp {
  /** TimeStampReq, DER (RFC 3161 §2.4.1). */
  der: Buffer;
  /** SHA-256 of the stamped bytes. */
  imprint: Buffer;
  /** Content of the INTEGER. */
  nonce: Buffer;
  policy: string;
}

/** A request for a stamp over `bytes`, with a nonce, and with the certificates in the reply. */
export function askForStamp(bytes: Buffer, policy: string): AskedStamp {
  const imprint = hash('sha256', bytes, 'buffer');
  const nonce = randomBytes(NONCE_BYTES);
  // Positive and of minimal length, so that the same bytes come back.
  nonce[0] = 0x40 | ((nonce[0] ?? 0) & 0x3f);
  const request = new TimeStampReq({
    version: 1,
    messageImprint: new MessageImprint({
      hashAlgorithm: new AlgorithmIdentifier({ algorithmId: SHA256, algorithmParams: new asn1js.Null() }),
      hashedMessage: new asn1js.OctetString({ valueHex: new Uint8Array(imprint) }),
    }),
    reqPolicy: policy,
    nonce: new asn1js.Integer({ valueHex: new Uint8Array(nonce) }),
    certReq: true,
  });
  return { der: Buffer.from(request.toSchema().toBER()), imprint, nonce, policy };
}
