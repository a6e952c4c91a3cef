import { createPublicKey, hash, verify, type KeyObject } from 'node:crypto';

/** What is wrong with a text that should be a key, a note or a checkpoint, in words of the formats. */
export class FormError extends Error {}

/** Signature types of c2sp.org/signed-note: the log's own, and a witness's cosignature/v1. */
export type KeyKind = 'log' | 'witness';
const KIND_BYTES: Record<KeyKind, number> = { log: 0x01, witness: 0x04 };

const KEY_ID_BYTES = 4;
const TIME_BYTES = 8;
const SIGNATURE_BYTES = 64;
/** SubjectPublicKeyInfo of an Ed25519 key, up to the key itself (RFC 8410). */
const SPKI_ED25519 = Buffer.from('302a300506032b6570032100', 'hex');

export interface VerifierKey {
  name: string;
  /** Eight hex digits. */
  id: string;
  key: KeyObject;
}

export interface NoteSignature {
  name: string;
  id: string;
  /** Behind the key id. */
  bytes: Buffer;
}

export interface Note {
  /** What is signed: the text with its last newline. */
  text: string;
  signatures: NoteSignature[];
}

/** Canonical base64 only: otherwise two texts would stand for the same bytes. */
export function fromBase64(text: string): Buffer | undefined {
  const bytes = Buffer.from(text, 'base64');
  return bytes.toString('base64') === text ? bytes : undefined;
}

/** `<name>+<8 hex digits>+<base64(kind || public key)>`; the id is recomputed. */
export function readVerifierKey(vkey: string, kind: KeyKind): VerifierKey {
  const [, name, id, encoded] = /^([^\s+]+)\+([0-9a-f]{8})\+(\S+)$/u.exec(vkey.trim()) ?? [];
  const bytes = fromBase64(encoded ?? '');
  if (name === undefined || id === undefined || bytes === undefined) throw new FormError('vkey');
  if (bytes.length !== 1 + 32 || bytes[0] !== KIND_BYTES[kind]) throw new FormError('vkey: algorithm');
  const digest = hash('sha256', Buffer.concat([Buffer.from(`${name}\n`), bytes]), 'buffer');
  if (digest.toString('hex', 0, KEY_ID_BYTES) !== id) throw new FormError('vkey: key id');
  const der = Buffer.concat([SPKI_ED25519, bytes.subarray(1)]);
  return { name, id, key: createPublicKey({ key: der, format: 'der', type: 'spki' }) };
}

/** The same key under another name, hence with another key id. */
export function keyUnder(name: string, { key }: VerifierKey): VerifierKey {
  const raw = Buffer.from(key.export({ format: 'jwk' }).x ?? '', 'base64url');
  const typed = Buffer.concat([Buffer.from(`${name}\n`), Buffer.of(KIND_BYTES.log), raw]);
  return { name, id: hash('sha256', typed, 'buffer').toString('hex', 0, KEY_ID_BYTES), key };
}

/** c2sp.org/signed-note: a text that ends in a newline, an empty line, one or more signature lines. */
export function readNote(bytes: Buffer): Note {
  const whole = bytes.toString('utf8');
  if (!Buffer.from(whole).equals(bytes)) throw new FormError('note: UTF-8');
  if (CONTROL_CHARACTER.test(whole)) throw new FormError('note: control character');
  const end = whole.lastIndexOf('\n\n');
  if (end < 0 || !whole.endsWith('\n')) throw new FormError('note: signature lines');
  const lines = whole.slice(end + 2, -1).split('\n');
  return { text: whole.slice(0, end + 1), signatures: lines.map(readSignature) };
}

/** The bytes of a note with these signature lines: base64 is canonical, so they are the ones that were read. */
export function noteBytes(text: string, signatures: readonly NoteSignature[]): Buffer {
  const lines = signatures.map(({ name, id, bytes }) => {
    const encoded = Buffer.concat([Buffer.from(id, 'hex'), bytes]).toString('base64');
    return `— ${name} ${encoded}\n`;
  });
  return Buffer.from(`${text}\n${lines.join('')}`);
}

/** Any control character but the newline. */
const CONTROL_CHARACTER = /(?!\n)\p{Cc}/u;

function readSignature(line: string): NoteSignature {
  const [, name, encoded] = /^— ([^\s+]+) (\S+)$/u.exec(line) ?? [];
  const bytes = fromBase64(encoded ?? '');
  if (name === undefined || bytes === undefined || bytes.length <= KEY_ID_BYTES) {
    throw new FormError('note: signature line');
  }
  return { name, id: bytes.toString('hex', 0, KEY_ID_BYTES), bytes: bytes.subarray(KEY_ID_BYTES) };
}

/** The lines that claim to be of this key. Name and id both: an id of four bytes alone can be forged. */
const linesOf = ({ signatures }: Note, { name, id }: VerifierKey): NoteSignature[] =>
  signatures.filter((line) => line.name === name && line.id === id);

/** `absent`: the note does not claim to be signed by this key; `bad`: it does, wrongly. */
export function checkSignature(note: Note, key: VerifierKey): 'good' | 'absent' | 'bad' {
  const lines = linesOf(note, key);
  if (lines.length === 0) return 'absent';
  const text = Buffer.from(note.text);
  const isGood = lines.every(
    ({ bytes }) => bytes.length === SIGNATURE_BYTES && verify(null, text, key.key, bytes),
  );
  return isGood ? 'good' : 'bad';
}

/** c2sp.org/tlog-cosignature: the witness's time (seconds since 1970) stands before its signature, and under it. */
export function checkCosignature(note: Note, key: VerifierKey): { at: number } | 'absent' | 'bad' {
  const lines = linesOf(note, key);
  if (lines.length === 0) return 'absent';
  const times = lines.map(({ bytes }) => {
    if (bytes.length !== TIME_BYTES + SIGNATURE_BYTES) return undefined;
    const time = bytes.readBigUInt64BE();
    const signed = Buffer.from(`cosignature/v1\ntime ${time}\n${note.text}`);
    return verify(null, signed, key.key, bytes.subarray(TIME_BYTES)) ? Number(time) : undefined;
  });
  if (times.includes(undefined)) return 'bad';
  return { at: Math.max(...times.map(Number)) };
}
