import { readCheckpoint, type Checkpoint } from '../verify/checkpoint.js';
import { FormError, fromBase64 } from '../verify/note.js';
import { HASH_BYTES } from '../verify/tree.js';

/** c2sp.org/tlog-witness: more than this no tree of 2^63 leaves needs. */
const MOST_PROOF_LINES = 63;

export interface Request {
  oldSize: number;
  proof: Buffer[];
  checkpoint: Checkpoint;
}

/** The body of add-checkpoint: `old <size>`, the proof's hashes in base64, an empty line, the checkpoint. Throws FormError. */
export function readRequest(body: Buffer): Request {
  const end = body.indexOf('\n\n');
  if (end < 0) throw new FormError('request: an empty line before the checkpoint');
  const [first = '', ...lines] = body.toString('latin1', 0, end).split('\n');
  const [, digits] = /^old (0|[1-9][0-9]{0,15})$/.exec(first) ?? [];
  const oldSize = Number(digits);
  if (digits === undefined || !Number.isSafeInteger(oldSize)) throw new FormError('request: old size');
  if (lines.length > MOST_PROOF_LINES) throw new FormError('request: proof lines');
  const proof = lines.map((line) => {
    const hash = fromBase64(line);
    if (hash?.length !== HASH_BYTES) throw new FormError('request: proof line');
    return hash;
  });
  return { oldSize, proof, checkpoint: readCheckpoint(body.subarray(end + 2)) };
}
