import { createPublicKey, hash, verify, type KeyObject } from 'node:crypto';

/** c2sp.org/signed-note and tlog-cosignature. */
const COSIGNATURE = 0x04;
const KEY_ID_BYTES = 4;
const TIME_BYTES = 8;
const PUBLIC_KEY_BYTES = 32;
const SIGNATURE_BYTES = 64;

/** What is wrong with a vkey; one line. */
export class WitnessVkeyError extends Error {}

/** A witness as it is configured: its name and public key. */
export class WitnessVkey {
  readonly name: string;
  private readonly id: Buffer;
  private readonly key: KeyObject;

  /** Throws WitnessVkeyError: not `<name>+<key id>+<base64(0x04 || Ed25519 key)>`. */
  constructor(readonly text: string) {
    const [, name, id, encoded] = /^([^\s+]+)\+([0-9a-f]{8})\+([A-Za-z0-9+/]+=*)$/u.exec(text) ?? [];
    if (name === undefined || id === undefined || encoded === undefined)
      throw new WitnessVkeyError('no vkey');
    const typed = Buffer.from(encoded, 'base64');
    if (typed[0] !== COSIGNATURE || typed.length !== 1 + PUBLIC_KEY_BYTES) {
      throw new WitnessVkeyError('not a key of a witness (cosignature/v1)');
    }
    const digest = hash('sha256', Buffer.concat([Buffer.from(`${name}\n`), typed]), 'buffer');
    this.name = name;
    this.id = digest.subarray(0, KEY_ID_BYTES);
    if (this.id.toString('hex') !== id) throw new WitnessVkeyError('its key id is another');
    const x = typed.subarray(1).toString('base64url');
    this.key = createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x }, format: 'jwk' });
  }

  /** The first of the signature lines in `answer` that is this witness's over the checkpoint's text; else undefined. */
  lineIn(answer: string, text: string): string | undefined {
    return answer
      .split('\n')
      .filter((line) => this.isGood(line, text))
      .map((line) => `${line}\n`)[0];
  }

  private isGood(line: string, text: string): boolean {
    const [, name, encoded] = /^— (\S+) ([A-Za-z0-9+/]+=*)$/u.exec(line) ?? [];
    const bytes = Buffer.from(encoded ?? '', 'base64');
    // Canonical base64 only, as strict readers of the published note want it.
    if (name !== this.name || bytes.toString('base64') !== encoded) return false;
    if (bytes.length !== KEY_ID_BYTES + TIME_BYTES + SIGNATURE_BYTES) return false;
    if (!bytes.subarray(0, KEY_ID_BYTES).equals(this.id)) return false;
    const time = bytes.readBigUInt64BE(KEY_ID_BYTES);
    const message = Buffer.from(`cosignature/v1\ntime ${time}\n${text}`);
    return verify(null, message, this.key, bytes.subarray(KEY_ID_BYTES + TIME_BYTES));
  }
}
