import type { Broker } from '../harness/broker.js';
import type { Folders } from './asking.js';
import { filesOf, Signer, writeFiles } from './own-log.js';

/** What a stranger gets of a running service’s ledger, by its public paths only. */
export class Mirror {
  constructor(
    private readonly broker: Broker,
    private readonly folders: Folders,
  ) {}

  async get(path: string): Promise<Buffer> {
    const answer = await fetch(`${this.broker.url}/ledger/${path}`);
    if (!answer.ok) throw new Error(`${path}: ${answer.status}`);
    return Buffer.from(await answer.arrayBuffer());
  }

  /** A checkpoint over everything that was recorded until now. */
  async published(): Promise<Buffer> {
    const wanted = await this.positions();
    for (;;) {
      const checkpoint = await this.get('checkpoint').catch(() => Buffer.alloc(0));
      if (sizeOf(checkpoint) >= wanted) return checkpoint;
    }
  }

  /** What any HTTP mirror would copy, of now: the paths follow from the size alone. → the folder. */
  async copy(): Promise<string> {
    const checkpoint = await this.published();
    const folder = await this.folders.make();
    const nothing = Array.from({ length: sizeOf(checkpoint) }, () => '');
    const files = new Map<string, Buffer>();
    for (const path of filesOf(new Signer('any'), nothing).keys()) {
      files.set(path, path === 'checkpoint' ? checkpoint : await this.get(path));
    }
    await writeFiles(folder, files);
    return folder;
  }

  private async positions(): Promise<number> {
    const [row] = await this.broker.database.asOwner<{ n: string }>(
      'select (select count(*) from leaf) + (select count(*) from pending) as n',
    );
    return Number(row?.n);
  }
}

export const sizeOf = (checkpoint: Buffer): number => Number(checkpoint.toString().split('\n')[1]);
