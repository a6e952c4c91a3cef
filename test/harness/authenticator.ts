import { createHash, generateKeyPairSync, randomBytes, sign, type KeyObject } from 'node:crypto';

type Cbor = number | string | Buffer | Map<number | string, Cbor>;

const sha256 = (data: string | Buffer): Buffer => createHash('sha256').update(data).digest();

/** Major type and length of RFC 8949, as short as it can be written. */
function head(major: number, value: number): Buffer {
  const top = major << 5;
  if (value < 24) return Buffer.from([top | value]);
  if (value < 256) return Buffer.from([top | 24, value]);
  return Buffer.from([top | 25, value >> 8, value & 255]);
}

function cbor(value: Cbor): Buffer {
  if (typeof value === 'number') return value < 0 ? head(1, -1 - value) : head(0, value);
  if (typeof value === 'string')
    return Buffer.concat([head(3, Buffer.byteLength(value)), Buffer.from(value)]);
  if (Buffer.isBuffer(value)) return Buffer.concat([head(2, value.length), value]);
  return Buffer.concat([head(5, value.size), ...[...value].flatMap(([key, one]) => [cbor(key), cbor(one)])]);
}

const UP = 0x01;
const UV = 0x04;
const BE = 0x08;
const BS = 0x10;
const AT = 0x40;

/** What a test makes an authenticator do wrong. */
export interface Lies {
  origin?: string;
  rpId?: string;
  isUserUnverified?: boolean;
  counter?: number;
  /** Of another ceremony. */
  challenge?: string;
  type?: string;
  userHandle?: string;
  isTampered?: boolean;
}

interface Offered {
  challenge: string;
  rp?: { id?: string };
  rpId?: string;
  user?: { id: string };
}

/** An authenticator and the browser before it, in software: ES256, attestation none, one credential (WebAuthn level 3). */
export class Authenticator {
  private readonly key: KeyObject;
  private readonly cose: Buffer;
  readonly id = randomBytes(32);
  private userHandle = '';
  counter = 0;

  constructor(
    private readonly origin: string,
    private readonly options: { isSynced?: boolean } = {},
  ) {
    const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    this.key = privateKey;
    const { x = '', y = '' } = publicKey.export({ format: 'jwk' });
    const point = [x, y].map((one) => Buffer.from(one, 'base64url'));
    this.cose = cbor(
      new Map<number, Cbor>([
        [1, 2],
        [3, -7],
        [-1, 1],
        [-2, point[0] ?? Buffer.alloc(0)],
        [-3, point[1] ?? Buffer.alloc(0)],
      ]),
    );
  }

  get credentialId(): string {
    return this.id.toString('base64url');
  }

  /** `navigator.credentials.create()` and `toJSON()` of its answer. */
  create(offered: object, lies: Lies = {}): Record<string, unknown> {
    const options = offered as Offered;
    this.userHandle = options.user?.id ?? '';
    const length = Buffer.alloc(2);
    length.writeUInt16BE(this.id.length);
    const attested = Buffer.concat([Buffer.alloc(16), length, this.id, this.cose]);
    const authData = Buffer.concat([this.authData(options.rp?.id, lies, AT), attested]);
    const attestation = cbor(
      new Map<string, Cbor>([
        ['fmt', 'none'],
        ['attStmt', new Map()],
        ['authData', authData],
      ]),
    );
    const clientData = this.clientData('webauthn.create', options, lies);
    return this.answer({
      clientDataJSON: clientData.toString('base64url'),
      attestationObject: attestation.toString('base64url'),
      transports: ['internal'],
    });
  }

  /** `navigator.credentials.get()` and `toJSON()` of its answer. */
  get(offered: object, lies: Lies = {}): Record<string, unknown> {
    const options = offered as Offered;
    this.counter = this.options.isSynced ? 0 : this.counter + 1;
    const authData = this.authData(options.rpId, lies);
    const clientData = this.clientData('webauthn.get', options, lies);
    const signature = sign('sha256', Buffer.concat([authData, sha256(clientData)]), this.key);
    if (lies.isTampered === true) {
      const last = signature.length - 1;
      signature[last] = (signature[last] ?? 0) ^ 1;
    }
    return this.answer({
      clientDataJSON: clientData.toString('base64url'),
      authenticatorData: authData.toString('base64url'),
      signature: signature.toString('base64url'),
      userHandle: lies.userHandle ?? this.userHandle,
    });
  }

  private answer(response: object): Record<string, unknown> {
    const id = this.credentialId;
    return { id, rawId: id, type: 'public-key', clientExtensionResults: {}, response };
  }

  private authData(rpId: string | undefined, lies: Lies, more = 0): Buffer {
    const synced = this.options.isSynced ? BE | BS : 0;
    const flags = UP | (lies.isUserUnverified === true ? 0 : UV) | synced | more;
    const counter = Buffer.alloc(4);
    counter.writeUInt32BE(lies.counter ?? this.counter);
    return Buffer.concat([sha256(lies.rpId ?? rpId ?? ''), Buffer.from([flags]), counter]);
  }

  private clientData(type: string, options: Offered, lies: Lies): Buffer {
    const challenge = lies.challenge ?? options.challenge;
    const origin = lies.origin ?? this.origin;
    return Buffer.from(JSON.stringify({ type: lies.type ?? type, challenge, origin, crossOrigin: false }));
  }
}
