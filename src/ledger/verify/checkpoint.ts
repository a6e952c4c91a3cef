import { FormError, fromBase64, readNote, type Note } from './note.js';
import { HASH_BYTES } from './tree.js';

/** c2sp.org/tlog-checkpoint: what the log signs about itself at one size. */
export interface Checkpoint {
  origin: string;
  size: number;
  root: Buffer;
  note: Note;
}

/** Throws FormError. Extension lines are signed with the rest and say nothing to us. */
export function readCheckpoint(bytes: Buffer): Checkpoint {
  const note = readNote(bytes);
  const [origin = '', size = '', root = '', ...extensions] = note.text.slice(0, -1).split('\n');
  if (origin === '' || extensions.includes('')) throw new FormError('checkpoint: lines');
  if (!/^(0|[1-9][0-9]{0,15})$/.test(size) || !Number.isSafeInteger(Number(size))) {
    throw new FormError('checkpoint: size');
  }
  const hash = fromBase64(root);
  if (hash?.length !== HASH_BYTES) throw new FormError('checkpoint: root');
  return { origin, size: Number(size), root: hash, note };
}
