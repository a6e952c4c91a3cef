import fc from 'fast-check';
import { mkdir, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { provesConsistency } from '../../src/ledger/verify/consistency.js';
import { checkCosignature, readNote, readVerifierKey } from '../../src/ledger/verify/note.js';
import { Memory } from '../../src/ledger/witness/memory.js';
import { Witness } from '../../src/ledger/witness/witness.js';
import { WitnessKey } from '../../src/ledger/witness/witness-key.js';
import { Folders } from './asking.js';
import { checkpointOf, leafOf, rootOf, Signer } from './own-log.js';
import { addCheckpoint, WitnessProcess } from './witness-process.js';

const folders = new Folders();
afterAll(() => folders.remove());

const log = new Signer('kashikagi.test/ledger');
const entriesOf = (count: number, seed = ''): string[] =>
  Array.from({ length: count }, (_, n) => `${seed}${n}`);

/** RFC 6962 §2.1.2, word for word: SUBPROOF(m, D[n], b). */
function subproof(m: number, leaves: readonly Buffer[], isComplete: boolean): Buffer[] {
  if (m === leaves.length) return isComplete ? [] : [rootOf(leaves)];
  let k = 1;
  while (k * 2 < leaves.length) k *= 2;
  return m <= k
    ? [...subproof(m, leaves.slice(0, k), isComplete), rootOf(leaves.slice(k))]
    : [...subproof(m - k, leaves.slice(k), false), rootOf(leaves.slice(0, k))];
}
const proofOf = (older: number, entries: readonly string[]): Buffer[] =>
  older === 0 ? [] : subproof(older, entries.map(leafOf), true);

function bodyFor(oldSize: number, proof: readonly Buffer[], checkpoint: string): string {
  return `old ${oldSize}\n${proof.map((one) => `${one.toString('base64')}\n`).join('')}\n${checkpoint}`;
}
const asked = (oldSize: number, entries: readonly string[], signer = log): string =>
  bodyFor(oldSize, proofOf(oldSize, entries), checkpointOf(signer, entries));

describe('the proof of consistency', () => {
  it('holds between all sizes up to 40, and not for another tree', () => {
    const leaves = entriesOf(40).map(leafOf);
    for (let size = 0; size <= 40; size += 1) {
      for (let older = 0; older <= size; older += 1) {
        const [before, after] = [leaves.slice(0, older), leaves.slice(0, size)];
        const [first, second] = [
          { size: older, root: rootOf(before) },
          { size, root: rootOf(after) },
        ];
        const proof = older === 0 ? [] : subproof(older, after, true);
        expect([older, size, provesConsistency(first, second, proof)]).toEqual([older, size, true]);
        const other = { size: older, root: leafOf('another past') };
        expect(provesConsistency(other, second, proof)).toBe(false);
        if (older > 0) expect(provesConsistency(first, { size, root: leafOf('x') }, proof)).toBe(false);
        expect(provesConsistency(first, second, [...proof, leafOf('more')])).toBe(false);
        if (proof.length > 0) expect(provesConsistency(first, second, proof.slice(0, -1))).toBe(false);
      }
    }
  });

  it('does not hold with any bit of it changed', () => {
    const leaves = entriesOf(300).map(leafOf);
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 299 }), fc.nat(), (older, at) => {
        const proof = subproof(older, leaves, true).map((hash) => Buffer.from(hash));
        const bit = at % (proof.length * 256);
        const hash = proof[Math.floor(bit / 256)] ?? Buffer.alloc(32);
        hash[Math.floor((bit % 256) / 8)]! ^= 1 << (bit % 8);
        const trees = [
          { size: older, root: rootOf(leaves, 0, older) },
          { size: 300, root: rootOf(leaves) },
        ] as const;
        return !provesConsistency(trees[0], trees[1], proof);
      }),
    );
  });
});

const NOW = 1_790_000_000;
async function aWitness(folder: string, logs = [log]): Promise<Witness> {
  const trusted = new Map(logs.map((one) => [one.name, readVerifierKey(one.vkey, 'log')]));
  const key = await WitnessKey.inFolder(folder, 'witness.test/w1');
  return new Witness(key, trusted, new Memory(folder), () => NOW);
}

describe('a witness', () => {
  let witness: Witness;
  let folder: string;
  beforeEach(async () => {
    folder = await folders.make();
    witness = await aWitness(folder);
  });
  const ask = (body: string) => witness.addCheckpoint(Buffer.from(body));
  const cosigned = (checkpoint: string, line: string) =>
    checkCosignature(readNote(Buffer.from(`${checkpoint}${line}`)), readVerifierKey(witness.vkey, 'witness'));

  it('cosigns what continues, from nothing on, and the same once more', async () => {
    let older = 0;
    for (const size of [0, 1, 2, 255, 256, 256, 300]) {
      const reply = await ask(asked(older, entriesOf(size)));
      expect([size, reply.status]).toEqual([size, 200]);
      expect(cosigned(checkpointOf(log, entriesOf(size)), reply.body)).toEqual({ at: NOW });
      older = size;
    }
    // One file is left of all these turns.
    const [origin = ''] = await readdir(join(folder, 'logs'));
    expect(await readdir(join(folder, 'logs', origin))).toHaveLength(1);
  });

  it('takes a checkpoint that others have cosigned already', async () => {
    const other = new Signer('other.test/w', 4);
    const checkpoint = checkpointOf(log, entriesOf(3));
    const text = checkpoint.slice(0, checkpoint.indexOf('\n\n') + 1);
    const reply = await ask(`old 0\n\n${checkpoint}${other.cosignature(text, NOW)}`);
    expect(reply.status).toBe(200);
  });

  it.each<[string, () => string, number]>([
    ['no empty line', () => 'old 0\n', 400],
    ['an old size with a zero before it', () => `old 01\n\n${checkpointOf(log, entriesOf(9))}`, 400],
    ['an old size that is none', () => `old -1\n\n${checkpointOf(log, entriesOf(9))}`, 400],
    ['a proof line that is no hash', () => `old 5\nAAAA\n\n${checkpointOf(log, entriesOf(9))}`, 400],
    ['64 proof lines', () => bodyFor(5, Array<Buffer>(64).fill(Buffer.alloc(32)), checkpointOf(log, entriesOf(9))), 400],
    ['no checkpoint', () => 'old 5\n\nnothing\n', 400],
    ['an old size beyond the checkpoint', () => bodyFor(10, [], checkpointOf(log, entriesOf(9))), 400],
    ['another log', () => asked(5, entriesOf(9), new Signer('other.test/log')), 404],
    ['another key', () => asked(5, entriesOf(9), new Signer(log.name)), 403],
    ['a changed size', () => asked(5, entriesOf(9)).replace('\n9\n', '\n8\n'), 403],
    ['a proof to nothing', () => bodyFor(5, [leafOf('x')], checkpointOf(log, entriesOf(9))), 422],
    ['no proof', () => bodyFor(5, [], checkpointOf(log, entriesOf(9))), 422],
    ['a tree that does not begin with the remembered one', () => asked(5, ['forged', ...entriesOf(9)]), 422],
  ])('refuses %s, and remembers nothing of it', async (_what, body, status) => {
    expect((await ask(asked(0, entriesOf(5)))).status).toBe(200);
    expect((await ask(body())).status).toBe(status);
    expect((await ask(asked(5, entriesOf(9)))).status).toBe(200);
  }); // prettier-ignore

  it('refuses a proof where there is nothing to prove', async () => {
    expect((await ask(bodyFor(0, [leafOf('x')], checkpointOf(log, entriesOf(9))))).status).toBe(422);
    const empty = `${log.name}\n0\n${leafOf('x').toString('base64')}\n`;
    expect((await ask(`old 0\n\n${empty}\n${log.line(empty)}`)).status).toBe(422);
  });

  it('tells from where it goes on, and cosigns no second tree of one size', async () => {
    const conflict = { status: 409, type: 'text/x.tlog.size', body: '5\n' };
    await ask(asked(0, entriesOf(5)));
    expect(await ask(asked(0, entriesOf(9)))).toEqual(conflict);
    expect(await ask(asked(4, entriesOf(9)))).toEqual(conflict);
    expect(await ask(asked(4, entriesOf(4)))).toEqual(conflict);
    // The operator, who holds the key, signs another past: of this size, of a larger one.
    expect(await ask(asked(5, entriesOf(5, 'forged ')))).toEqual(conflict);
    expect((await ask(asked(5, entriesOf(9, 'forged ')))).status).toBe(422);
  });

  it('remembers each log for itself', async () => {
    const second = new Signer('second.test/log');
    witness = await aWitness(folder, [log, second]);
    expect((await ask(asked(0, entriesOf(5)))).status).toBe(200);
    expect((await ask(asked(0, entriesOf(7, 's'), second))).status).toBe(200);
    expect((await ask(asked(5, entriesOf(9)))).status).toBe(200);
    expect((await ask(asked(7, entriesOf(8, 's'), second))).status).toBe(200);
  });

  it('gives one of many that ask at once a cosignature, though their trees differ', async () => {
    await ask(asked(0, entriesOf(5)));
    const futures = Array.from({ length: 20 }, (_, n) => [...entriesOf(5), `future ${n}`]);
    // Two programs on one folder, which share nothing but its files.
    const [one, other] = [witness, await aWitness(folder)];
    const replies = await Promise.all(
      futures.map((entries, n) => (n % 2 ? one : other).addCheckpoint(Buffer.from(asked(5, entries)))),
    );
    const statuses = replies.map(({ status }) => status);
    expect(statuses.filter((status) => status === 200)).toHaveLength(1);
    expect(statuses.every((status) => [200, 409].includes(status))).toBe(true);
  });

  it('remembers before it cosigns: what fails on the way is not cosigned', async () => {
    await ask(asked(0, entriesOf(5)));
    class Failing extends Memory {
      override advance(): Promise<boolean> {
        return Promise.reject(new Error('the disk is full'));
      }
    }
    const key = await WitnessKey.inFolder(folder, 'witness.test/w1');
    const trusted = new Map([[log.name, readVerifierKey(log.vkey, 'log')]]);
    const failing = new Witness(key, trusted, new Failing(folder), () => NOW);
    await expect(failing.addCheckpoint(Buffer.from(asked(5, entriesOf(9))))).rejects.toThrow('disk is full');
    // Happened, and the answer was lost: the log asks from where it stands, and again from there.
    await ask(asked(5, entriesOf(9)));
    const restarted = await aWitness(folder);
    expect(await restarted.addCheckpoint(Buffer.from(asked(5, entriesOf(9))))).toMatchObject({ status: 409, body: '9\n' });
    expect(await restarted.addCheckpoint(Buffer.from(asked(9, entriesOf(9))))).toMatchObject({ status: 200 });
  }); // prettier-ignore

  it('cosigns nothing beside a memory that it did not write', async () => {
    await ask(asked(0, entriesOf(5)));
    const [origin = ''] = await readdir(join(folder, 'logs'));
    await writeFile(join(folder, 'logs', origin, '7'), 'x');
    await expect(ask(asked(5, entriesOf(9)))).rejects.toThrow('not what this witness wrote');
  });

  it('makes its key once, for nobody else to read, and none beside memories', async () => {
    const path = join(folder, 'witness-key.pem');
    expect((await stat(path)).mode & 0o777).toBe(0o600);
    expect((await aWitness(folder)).vkey).toBe(witness.vkey);
    await ask(asked(0, entriesOf(5)));
    const key = await readFile(path);
    await rm(path);
    await expect(aWitness(folder)).rejects.toThrow('put it back from the backup');
    await writeFile(path, key, { mode: 0o644 });
    await expect(aWitness(folder)).rejects.toThrow('others may read it');
    await rm(path);
    await writeFile(path, 'no key', { mode: 0o600 });
    await expect(aWitness(folder)).rejects.toThrow(/holds no Ed25519 private key$/);
    await expect(WitnessKey.inFolder(folder, 'a name')).rejects.toThrow('no spaces');
  });
});

describe('kashikagi witness, the program', () => {
  it('answers by HTTP, remembers through a kill, and refuses a fork after it', async () => {
    const folder = join(await folders.make(), 'witness');
    let witness = await WitnessProcess.start(folder, [log.vkey]);
    const { vkey } = witness;
    expect(await (await fetch(`${witness.url}/vkey`)).text()).toBe(`${vkey}\n`);
    const first = checkpointOf(log, entriesOf(5));
    const reply = await addCheckpoint(witness.url, asked(0, entriesOf(5)));
    expect(reply).toMatchObject({ status: 200, type: 'text/plain; charset=utf-8' });
    const key = readVerifierKey(vkey, 'witness');
    expect(checkCosignature(readNote(Buffer.from(`${first}${reply.body}`)), key)).toHaveProperty('at');
    expect((await addCheckpoint(witness.url, 'x'.repeat(100_000))).status).toBe(413);
    expect((await fetch(`${witness.url}/add-checkpoint`)).status).toBe(405);
    expect((await fetch(`${witness.url}/else`, { method: 'POST' })).status).toBe(404);

    await witness.kill();
    witness = await WitnessProcess.start(folder, [log.vkey]);
    expect(witness.vkey).toBe(vkey);
    expect(await addCheckpoint(witness.url, asked(0, entriesOf(9, 'forged ')))).toEqual({
      status: 409,
      type: 'text/x.tlog.size',
      body: '5\n',
    });
    expect((await addCheckpoint(witness.url, asked(5, entriesOf(9, 'forged ')))).status).toBe(422);
    expect((await addCheckpoint(witness.url, asked(5, entriesOf(9)))).status).toBe(200);
    expect(await witness.kill('SIGTERM')).toBe(0);
  });

  it('is killed at any moment: what it cosigned before is never contradicted after', async () => {
    const folder = await folders.make();
    const forks = ['a ', 'b '].map((seed) => entriesOf(40, seed));
    for (let round = 0; round < 4; round += 1) {
      const witness = await WitnessProcess.start(folder, [log.vkey]);
      // Both futures press at once, and the end comes between two answers.
      const asks = forks.map(async (entries) => {
        const cosigned: number[] = [];
        for (let size = 1; size <= 40; size += 1) {
          const last = await addCheckpoint(witness.url, asked(0, entries.slice(0, size))).catch(() => undefined);
          const from = last?.status === 409 ? Number(last.body) : 0;
          if (last?.status !== 409 || from > size) continue;
          const reply = await addCheckpoint(witness.url, asked(from, entries.slice(0, size))).catch(() => undefined);
          if (reply?.status === 200) cosigned.push(size);
          if (size === 10 * (round + 1)) await witness.kill();
        }
        return cosigned.length;
      });
      kept.push(...(await Promise.all(asks)).map((count, fork) => ({ round, fork, count })));
      await witness.kill();
    }
    // Whichever future came first is the only one ever cosigned again, by all programs after it.
    const cosignedForks = new Set(kept.filter(({ count }) => count > 0).map(({ fork }) => fork));
    expect(cosignedForks.size).toBe(1);
  }); // prettier-ignore
  const kept: { round: number; fork: number; count: number }[] = [];

  it('says in a line why it does not start', async () => {
    const folder = await folders.make();
    await expect(WitnessProcess.start(folder, ['no key'])).rejects.toThrow(/ended with 2: kashikagi witness: --key no key: vkey\n/);
    await expect(WitnessProcess.start(folder, [])).rejects.toThrow(/Usage: kashikagi witness/);
    await expect(WitnessProcess.start(folder, [log.vkey, log.vkey])).rejects.toThrow('one --key for each log');
    const file = join(folder, 'file');
    await mkdir(folder, { recursive: true });
    await writeFile(file, '');
    await expect(WitnessProcess.start(file, [log.vkey])).rejects.toThrow(/EEXIST|ENOTDIR/);
  }); // prettier-ignore
});
