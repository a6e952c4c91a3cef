import { readFile } from 'node:fs/promises';
import { audit, type AuditOutcome } from './audit.js';
import { readCheckpoint, type Checkpoint } from './checkpoint.js';
import { Findings } from './finding.js';
import {
  checkCosignature,
  checkSignature,
  FormError,
  readVerifierKey,
  type KeyKind,
  type VerifierKey,
} from './note.js';
import { Receipts } from './receipts.js';
import { RevealedRecords } from './records.js';
import { checkTimeStamps, readAnchors, type GivenStamps, type StampedCheckpoint } from './time-stamps.js';
import { FormerTree, type Succession } from './succession.js';
import { openSource, UnreadableError, type Source } from './source.js';

export interface Question {
  /** A folder or a URL. */
  place: string;
  /** The log's vkey; undefined: the one that lies beside the ledger, which proves nothing about who signed. */
  key: string | undefined;
  /** Files with older checkpoints. */
  older: string[];
  /** A file of JSON Lines. */
  records: string | undefined;
  /** The file claims to show every record: what is missing must have been purged. */
  isComplete: boolean;
  /** A file of receipts that uses were answered with. */
  receipts: string | undefined;
  /** vkeys of witnesses that must have cosigned. */
  witnesses: string[];
  /** Files of RFC 3161 time-stamps (TimeStampResp), over this checkpoint or an older one. */
  timeStamps: string[];
  /** A PEM file of the certificates that they are trusted by. */
  tsaCa: string | undefined;
}

/** What was done, for the report; what does not hold stands in `findings`. */
export interface Answer {
  place: string;
  findings: Findings;
  key: { name: string; id: string; isFromLedger: boolean };
  checkpoint?: Checkpoint;
  /** Good cosignatures of the named witnesses; times in seconds since 1970. */
  witnesses: { name: string; at: number }[];
  /** Signature lines of keys that nobody named. */
  strangers: string[];
  timeStamps: StampedCheckpoint[];
  outcome?: AuditOutcome;
  /** `origin`: of the log before this one, whose entries it carries on. */
  older: { file: string; size: number; origin?: string }[];
  receipts?: { file: string; count: number; found: number };
  records?: { file: string; count: number; opened: number; grants: number; gaps: number; isAll: boolean };
  completeness?: { purged: number; missing: number };
}

/** The question itself is wrong: exit code 2. */
export class QuestionError extends Error {}

interface Older {
  file: string;
  checkpoint: Checkpoint;
}

/** An older checkpoint of a log that this one follows, and that log's tree as it stands in this one. */
interface Former extends Older {
  succession: Succession;
  tree: FormerTree;
}

/** Throws QuestionError and UnreadableError; whatever does not hold is a finding. */
export async function verify(
  question: Question,
  onProgress: (entries: number, size: number) => void,
): Promise<Answer> {
  const witnesses = question.witnesses.map((vkey) => keyOf(vkey, 'witness'));
  const found = await openSource(question.place);
  if (!found) throw new UnreadableError(`${question.place}: checkpoint`);
  const { source } = found;
  const key = await logKey(question.key, source);
  const stamps = await givenStamps(question);
  const findings = new Findings();
  const isFromLedger = question.key === undefined;
  const answer = emptyAnswer(source.place, { name: key.name, id: key.id, isFromLedger }, findings);
  const checkpoint = checkpointIn(found.checkpoint, findings);
  // Without a signature the size is anybody's word: nothing is read by it.
  if (!checkpoint || !isSigned(checkpoint, key, findings)) return answer;
  answer.checkpoint = checkpoint;
  countersigned(answer, checkpoint, key, witnesses);
  const records =
    question.records === undefined
      ? undefined
      : await RevealedRecords.read(question.records, checkpoint.size, findings, question.isComplete);
  const given = await Promise.all(question.older.map(olderCheckpoint));
  answer.timeStamps = await checkTimeStamps(stamps, [{ checkpoint, file: undefined }, ...given], findings);
  const former = given.flatMap((one) => formerOf(one, records?.successions ?? [], findings));
  const known = new Set(records?.successions.map(({ origin }) => origin));
  const older = given.filter(
    (one) => !known.has(one.checkpoint.origin) && isForerunner(one, checkpoint, key, findings),
  );
  const receipts =
    question.receipts === undefined ? undefined : await Receipts.read(question.receipts, key, findings);
  const outcome = await audit(
    source,
    {
      size: checkpoint.size,
      marks: new Set(older.map((one) => one.checkpoint.size)),
      onLeaf: (index, leaf) => {
        records?.meet(index, leaf, findings);
        receipts?.meet(leaf);
        for (const { tree } of former) tree.meet(index, leaf);
      },
      onProgress: (entries) => onProgress(entries, checkpoint.size),
    },
    findings,
  );
  answer.outcome = outcome;
  compareRoots(answer, checkpoint, older, outcome);
  for (const one of former) compareFormer(answer, one);
  if (receipts && question.receipts !== undefined) {
    receipts.check(checkpoint.size, findings);
    answer.receipts = { file: question.receipts, count: receipts.count, found: receipts.found };
  }
  if (records && question.records !== undefined) summariseRecords(answer, question.records, records);
  return answer;
}

function emptyAnswer(place: string, key: Answer['key'], findings: Findings): Answer {
  return { place, findings, key, witnesses: [], strangers: [], timeStamps: [], older: [] };
}

async function givenStamps({ timeStamps, tsaCa }: Question): Promise<GivenStamps> {
  if (timeStamps.length === 0) return { files: [], anchors: [] };
  if (tsaCa === undefined) throw new QuestionError('--timestamp: --tsa-ca ?');
  const anchors = await readAnchors(tsaCa);
  if (!anchors) throw new QuestionError(`--tsa-ca ${tsaCa}: PEM`);
  return { files: timeStamps, anchors };
}

function keyOf(vkey: string, kind: KeyKind): VerifierKey {
  try {
    return readVerifierKey(vkey, kind);
  } catch (error) {
    throw error instanceof FormError ? new QuestionError(`${error.message}: ${vkey}`) : error;
  }
}

async function logKey(given: string | undefined, source: Source): Promise<VerifierKey> {
  if (given !== undefined) return keyOf(given, 'log');
  const beside = await source.read('vkey', 4096);
  if (beside === undefined) throw new QuestionError(`--key: ${source.place}/vkey`);
  return keyOf(beside.toString('utf8'), 'log');
}

function checkpointIn(bytes: Buffer, findings: Findings): Checkpoint | undefined {
  try {
    return readCheckpoint(bytes);
  } catch (error) {
    if (!(error instanceof FormError)) throw error;
    findings.add({ what: 'checkpoint-form', why: error.message });
    return undefined;
  }
}

function isSigned(checkpoint: Checkpoint, key: VerifierKey, findings: Findings): boolean {
  const name = `${key.name}+${key.id}`;
  const verdict = checkSignature(checkpoint.note, key);
  if (verdict !== 'good') {
    findings.add({ what: verdict === 'bad' ? 'signature-bad' : 'signature-absent', key: name });
    return false;
  }
  if (checkpoint.origin === key.name) return true;
  findings.add({ what: 'origin', origin: checkpoint.origin, key: name });
  return false;
}

/** Whoever names a witness wants its word: a line that is not there counts like a wrong one. */
function countersigned(
  answer: Answer,
  { note }: Checkpoint,
  key: VerifierKey,
  witnesses: VerifierKey[],
): void {
  for (const witness of witnesses) {
    const verdict = checkCosignature(note, witness);
    const name = `${witness.name}+${witness.id}`;
    if (verdict === 'absent') answer.findings.add({ what: 'witness-absent', key: name });
    else if (verdict === 'bad') answer.findings.add({ what: 'witness-bad', key: name });
    else answer.witnesses.push({ name, at: verdict.at });
  }
  const known = new Set([key, ...witnesses].map(({ name, id }) => `${name}+${id}`));
  answer.strangers = note.signatures.map(({ name, id }) => `${name}+${id}`).filter((one) => !known.has(one));
}

/** The older checkpoint is the asker's own file: one that cannot be read is no word about the ledger. */
async function olderCheckpoint(file: string): Promise<Older> {
  const bytes = await readFile(file).catch((error: NodeJS.ErrnoException) => {
    throw new UnreadableError(`${file}: ${error.code ?? error.message}`);
  });
  try {
    return { file, checkpoint: readCheckpoint(bytes) };
  } catch (error) {
    throw error instanceof FormError ? new QuestionError(`${file}: ${error.message}`) : error;
  }
}

function isForerunner(
  { file, checkpoint }: Older,
  newer: Checkpoint,
  key: VerifierKey,
  findings: Findings,
): boolean {
  const { origin, size } = checkpoint;
  if (origin !== newer.origin) findings.add({ what: 'older-origin', file, origin });
  else if (checkSignature(checkpoint.note, key) !== 'good') findings.add({ what: 'older-signature', file });
  else if (size > newer.size) findings.add({ what: 'older-larger', file, older: size, size: newer.size });
  else return true;
  return false;
}

/** Signed under the log before, which a shown record names: its entries are looked for behind that record. */
function formerOf(older: Older, successions: readonly Succession[], findings: Findings): Former[] {
  const { file, checkpoint } = older;
  const { origin, size, note } = checkpoint;
  const succession = successions.find((one) => one.origin === origin);
  if (succession === undefined) return [];
  const { key, found, offset, why } = succession;
  if (checkSignature(note, key) !== 'good') findings.add({ what: 'older-signature', file });
  else if (size > found) findings.add({ what: 'older-lost', file, older: size, found, why });
  else return [{ ...older, succession, tree: new FormerTree(offset, new Set([size])) }];
  return [];
}

function compareFormer(answer: Answer, { file, checkpoint, tree }: Former): void {
  const { origin, size, root } = checkpoint;
  if (tree.roots.get(size)?.equals(root) === true) answer.older.push({ file, size, origin });
  else answer.findings.add({ what: 'older-root', file, older: size });
}

function compareRoots(answer: Answer, checkpoint: Checkpoint, older: Older[], outcome: AuditOutcome): void {
  if (outcome.root && !outcome.root.equals(checkpoint.root)) {
    answer.findings.add({ what: 'root', size: checkpoint.size });
  }
  for (const { file, checkpoint: one } of older) {
    const root = outcome.roots.get(one.size);
    if (root === undefined) continue; // The entries ended before it: that is a finding already.
    if (root.equals(one.root)) answer.older.push({ file, size: one.size });
    else answer.findings.add({ what: 'older-root', file, older: one.size });
  }
}

function summariseRecords(answer: Answer, file: string, records: RevealedRecords): void {
  const { count, opened, uses, completeness } = records;
  completeness?.check(answer.findings);
  if (completeness) answer.completeness = { purged: completeness.purged, missing: completeness.missing };
  const isAll = opened === answer.checkpoint?.size;
  const gaps = uses.check(isAll, answer.findings);
  answer.records = { file, count, opened, grants: uses.grants, gaps, isAll };
}
