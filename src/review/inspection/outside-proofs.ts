import type { Checkpoint } from '../../ledger/note.js';
import type { CosignaturesRepository } from '../../ledger/outside/cosignatures.repository.js';
import type { KeptStamp, TimeStampsRepository } from '../../ledger/outside/time-stamps.repository.js';
import type { PackFolder } from './pack-folder.js';

const FOLDER = '台帳の外';

/** What others said of this ledger, as it came: time-stamps of the period, and what each witness cosigned last. */
export class OutsideProofs {
  constructor(
    private readonly stamps: TimeStampsRepository,
    private readonly cosignatures: CosignaturesRepository,
    /** Of whom the time-stamps are believed (`timeStamping.caFile`); undefined: they are packed, not checked. */
    private readonly caFile: string | undefined,
  ) {}

  /** Beside the ledger, never in it. → words for the verifier: every cosigned checkpoint, and the newest stamp. */
  async write(folder: PackFolder, { origin, size }: Checkpoint, within: { from: Date; to: Date }): Promise<string[]> {
    const words: string[] = [];
    for (const [n, { note, line }] of (await this.cosignatures.of(origin, size)).entries()) {
      const path = `${FOLDER}/証人/${n + 1}.checkpoint`;
      await folder.write(path, `${note}${line}`);
      words.push('--from', path);
    }
    const stamps = await this.stamps.upTo(origin, size, within);
    for (const one of stamps) {
      await folder.write(`${pathOf(one)}.checkpoint`, one.note);
      await folder.write(`${pathOf(one)}.tsr`, [one.token]);
    }
    const newest = stamps.at(-1);
    if (!newest || this.caFile === undefined) return words;
    const path = pathOf(newest);
    return [...words, '--from', `${path}.checkpoint`, '--timestamp', `${path}.tsr`, '--tsa-ca', this.caFile];
  } // prettier-ignore
}

const pathOf = ({ size }: KeptStamp): string => `${FOLDER}/時刻印/${size}`;
