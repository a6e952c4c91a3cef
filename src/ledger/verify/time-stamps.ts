import { hash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import type { Certificate } from './certificates.js';
import { certificatesInPem } from './certificates.js';
import type { Checkpoint } from './checkpoint.js';
import { DerError } from './der.js';
import type { Findings } from './finding.js';
import { noteBytes } from './note.js';
import { UnreadableError } from './source.js';
import { readTimeStamp, TokenError, type TimeStamp } from './time-stamp-token.js';

/** Time-stamps that were given, and the certificates that are trusted for them. */
export interface GivenStamps {
  /** Files of a TimeStampResp each. */
  files: readonly string[];
  anchors: readonly Certificate[];
}

/** A stamp that holds, and whose bytes are a checkpoint that was given. */
export interface StampedCheckpoint extends Pick<TimeStamp, 'policy' | 'signer'> {
  file: string;
  at: Date;
  size: number;
  /** The file of the older checkpoint; undefined: the ledger's own. */
  older: string | undefined;
}

/** A checkpoint that may have been stamped; `file`: as in `older` above. */
export interface Stampable {
  checkpoint: Checkpoint;
  file: string | undefined;
}

/** → undefined when the PEM file holds no certificate. Throws UnreadableError. */
export async function readAnchors(file: string): Promise<Certificate[] | undefined> {
  try {
    const found = certificatesInPem((await read(file)).toString('latin1'));
    return found.length > 0 ? found : undefined;
  } catch (error) {
    if (error instanceof DerError) return undefined;
    throw error;
  }
}

/** Which of the checkpoints each stamp is over. Whatever does not hold is a finding. Throws UnreadableError. */
export async function checkTimeStamps(
  { files, anchors }: GivenStamps,
  checkpoints: readonly Stampable[],
  findings: Findings,
): Promise<StampedCheckpoint[]> {
  const found: StampedCheckpoint[] = [];
  for (const file of files) {
    const bytes = await read(file);
    try {
      const stamp = readTimeStamp(bytes, anchors);
      const one = checkpoints.find(({ checkpoint }) => isOver(stamp, checkpoint));
      if (!one) findings.add({ what: 'time-stamp-other', file });
      else found.push({ ...stamp, file, size: one.checkpoint.size, older: one.file });
    } catch (error) {
      if (!(error instanceof TokenError)) throw error;
      findings.add({ what: 'time-stamp', file, why: error.message });
    }
  }
  return found;
}

/** As it lies there, or as its log signed it: the log has its own note stamped; what witnesses put under it later is not under the stamp. */
function isOver(stamp: TimeStamp, { origin, note }: Checkpoint): boolean {
  const ofLog = note.signatures.filter(({ name }) => name === origin);
  return [note.signatures, ofLog].some((lines) =>
    hash(stamp.hash.name, noteBytes(note.text, lines), 'buffer').equals(stamp.hash.value),
  );
}

async function read(file: string): Promise<Buffer> {
  return readFile(file).catch((error: NodeJS.ErrnoException) => {
    throw new UnreadableError(`${file}: ${error.code ?? error.message}`);
  });
}
