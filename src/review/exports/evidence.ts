import { createHash } from 'node:crypto';
import { pack, type Pack } from 'tar-stream';
import type { Checkpoint } from '../../ledger/note.js';
import { EVIDENCE_EN, EVIDENCE_JA } from './evidence.texts.js';
import type { Rows } from './export-row.js';
import { feed, fed } from './fed.js';
import type { RowFilter } from './exports.dto.js';
import type { PinnedTree } from './pinned-tree.js';
import type { Spool } from './spool.js';

export interface EvidenceInput {
  rows: Rows;
  filter: RowFilter;
  checkpoint: Checkpoint;
  tree: PinnedTree;
  /** For `records.jsonl`, whose size has to be known before it can be packed. */
  aside: Spool;
}

interface Listed {
  path: string;
  size: number;
  sha256: string;
}

/** What stands in the head of every file of the archive: nothing of this machine, and no time. */
const HEAD = { mtime: new Date(0), mode: 0o644, uid: 0, gid: 0, uname: '', gname: '' };

/**
 * The evidence package, a tar: the whole ledger up to the checkpoint (so that it can be seen that nothing was left
 * out of it), payload and salt of the records that were asked for, and how a stranger verifies them. Sealed values are
 * not in it; their commitments stand in the payloads.
 */
export function evidenceOf(input: EvidenceInput): AsyncIterable<Buffer> {
  const archive = pack();
  return fed(archive, (stopped) => fill(archive, input, stopped));
}

async function fill(archive: Pack, input: EvidenceInput, stopped: AbortSignal): Promise<void> {
  const { filter, checkpoint, tree, aside } = input;
  const files: Listed[] = [];
  const add = async (path: string, content: string | Buffer): Promise<void> => {
    const bytes = Buffer.from(content as string);
    await entry(archive, { path, size: bytes.length }, [bytes], stopped);
    files.push({ path, size: bytes.length, sha256: createHash('sha256').update(bytes).digest('hex') });
  };
  await add('README.ja.txt', EVIDENCE_JA);
  await add('README.en.txt', EVIDENCE_EN);
  await add('ledger/checkpoint', checkpoint.note);
  await add('ledger/vkey', `${tree.vkey}\n`);
  for await (const { path, bytes } of tree.files(checkpoint)) await add(`ledger/tile/${path}`, bytes);

  let records = 0;
  for await (const { position, record, payload, salt } of input.rows) {
    records += 1;
    const line = { index: position, id: record.id, payload, salt: salt.toString('base64') };
    await aside.write(`${JSON.stringify(line)}\n`);
  }
  const sha256 = (await aside.seal()).toString('hex');
  await entry(archive, { path: 'records.jsonl', size: aside.size }, aside.read(), stopped);
  files.push({ path: 'records.jsonl', size: aside.size, sha256 });

  const { origin, size, root } = checkpoint;
  const manifest = {
    format: 'kashikagi-evidence/1',
    origin,
    tree_size: size,
    root: root.toString('base64'),
    filter,
    records,
    files,
  };
  await add('manifest.json', `${JSON.stringify(manifest, null, 2)}\n`);
  archive.finalize();
}

/** One after the other, and no faster than the reader of the archive takes them. */
async function entry(
  archive: Pack,
  { path: name, size }: { path: string; size: number },
  chunks: Iterable<Buffer> | AsyncIterable<Buffer>,
  stopped: AbortSignal,
): Promise<void> {
  stopped.throwIfAborted();
  // tar-stream tells of the end of an entry, and of an archive that was given up, by the callback.
  let tell: (error?: Error | null) => void = () => undefined;
  const packed = new Promise<void>((done, fail) => {
    tell = (error) => (error ? fail(error) : done());
  });
  packed.catch(() => undefined);
  const sink = archive.entry({ ...HEAD, name, size }, (error) => tell(error));
  for await (const chunk of chunks) await feed(sink, chunk, stopped);
  sink.end(Buffer.alloc(0));
  await packed;
}
