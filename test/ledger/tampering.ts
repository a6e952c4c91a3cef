import { aRecord, checkpointOf, filesOf, Signer } from './own-log.js';

/** A log of two full tiles and a partial one, one tile of level 1, and what was seen of it when it was shorter. */
export const SIZE = 600;
export const OLDER_SIZE = 300;

export class Ground {
  readonly signer = new Signer('kashikagi.test/ledger');
  readonly entries = Array.from({ length: SIZE }, () => aRecord().entry);
  readonly older = checkpointOf(this.signer, this.entries.slice(0, OLDER_SIZE));

  files(): Map<string, Buffer> {
    return filesOf(this.signer, this.entries);
  }
}

type Files = Map<string, Buffer>;

function flipped(files: Files, path: string, at: number): Files {
  const bytes = Buffer.from(files.get(path) ?? []);
  if (at >= bytes.length) throw new Error(`${path} has ${bytes.length} bytes`);
  bytes[at] = (bytes[at] ?? 0) ^ 1;
  return files.set(path, bytes);
}

function resized(files: Files, path: string, change: (bytes: Buffer) => Buffer): Files {
  return files.set(path, change(files.get(path) ?? Buffer.alloc(0)));
}

function rewritten(files: Files, change: (checkpoint: string) => string): Files {
  const before = files.get('checkpoint')?.toString() ?? '';
  const after = change(before);
  if (after === before) throw new Error('nothing was changed');
  return files.set('checkpoint', Buffer.from(after));
}

function without(files: Files, path: string): Files {
  if (!files.delete(path)) throw new Error(`there is no ${path}`);
  return files;
}

/** What somebody without the key can do to a copy. */
export const TAMPERED: [string, (ground: Ground) => Files][] = [
  ['a byte of an entry', (ground) => flipped(ground.files(), 'tile/entries/001', 40)],
  ['a byte of the last, partial bundle', (ground) => flipped(ground.files(), 'tile/entries/002.p/88', 40)],
  ['the length of an entry', (ground) => flipped(ground.files(), 'tile/entries/000', 1)],
  [
    'a byte behind the last entry of a bundle',
    (ground) => resized(ground.files(), 'tile/entries/000', (bytes) => Buffer.concat([bytes, Buffer.of(0)])),
  ],
  [
    'a bundle cut short',
    (ground) => resized(ground.files(), 'tile/entries/001', (bytes) => bytes.subarray(0, -1)),
  ],
  [
    'a byte behind a tile',
    (ground) => resized(ground.files(), 'tile/0/001', (bytes) => Buffer.concat([bytes, Buffer.of(0)])),
  ],
  ['a tile cut short', (ground) => resized(ground.files(), 'tile/0/001', (bytes) => bytes.subarray(0, -32))],
  ['a byte of a tile of leaves', (ground) => flipped(ground.files(), 'tile/0/000', 8191)],
  ['a byte of a tile above', (ground) => flipped(ground.files(), 'tile/1/000.p/2', 33)],
  ['the size', (ground) => rewritten(ground.files(), (text) => text.replace('\n600\n', '\n599\n'))],
  [
    'the root',
    (ground) =>
      rewritten(ground.files(), (text) => {
        const other = checkpointOf(ground.signer, ground.entries.slice(0, 599)).split('\n')[2] ?? '';
        return text.replace(text.split('\n')[2] ?? '', other);
      }),
  ],
  [
    'the signature',
    (ground) =>
      rewritten(ground.files(), (text) => {
        const older = ground.older.split(' ').at(-1) ?? '';
        return text.replace(text.split(' ').at(-1) ?? '', older);
      }),
  ],
  ['a byte of the signature', (ground) => flipSignature(ground)],
  ['a bundle taken away', (ground) => without(ground.files(), 'tile/entries/001')],
  ['a tile taken away', (ground) => without(ground.files(), 'tile/0/001')],
  [
    'two entries in each other’s place',
    (ground) => {
      const entries = [...ground.entries];
      [entries[7], entries[8]] = [entries[8] ?? '', entries[7] ?? ''];
      const before = ground.files().get('checkpoint') ?? Buffer.alloc(0);
      return filesOf(ground.signer, entries).set('checkpoint', before);
    },
  ],
  [
    'everything, signed with another key of the same name',
    (ground) => filesOf(new Signer(ground.signer.name), ground.entries),
  ],
];

function flipSignature(ground: Ground): Files {
  const files = ground.files();
  const text = files.get('checkpoint')?.toString() ?? '';
  const line = text.split(' ').at(-1)?.trim() ?? '';
  const bytes = Buffer.from(line, 'base64');
  bytes[40] = (bytes[40] ?? 0) ^ 1;
  return rewritten(files, () => text.replace(line, bytes.toString('base64')));
}

/** What the operator, who holds the key, can do: build it all anew and sign again. Only an older checkpoint shows it. */
export const REBUILT: [string, (ground: Ground) => string[]][] = [
  ['a record changed', ({ entries }) => entries.map((entry, n) => (n === 123 ? aRecord().entry : entry))],
  ['a record dropped', ({ entries }) => entries.filter((_, n) => n !== 123)],
  ['a record put in', ({ entries }) => [...entries.slice(0, 5), aRecord().entry, ...entries.slice(5)]],
  ['the last record before the older checkpoint changed', ({ entries }) =>
    entries.map((entry, n) => (n === OLDER_SIZE - 1 ? aRecord().entry : entry))],
]; // prettier-ignore
