import { cpus, release, totalmem, type } from 'node:os';
import type { Client } from 'pg';

export interface Machine {
  measured_at: string;
  cpu: string;
  cores: number;
  memory_gb: number;
  system: string;
  node: string;
  postgresql: string;
  /** A commit that is answered is on the disk. */
  fsync: string;
  synchronous_commit: string;
}

export async function machine(owner: Client): Promise<Machine> {
  const setting = async (name: string): Promise<string> => {
    const { rows } = await owner.query<{ value: string }>('select current_setting($1) as value', [name]);
    return rows[0]?.value ?? '';
  };
  return {
    measured_at: new Date().toISOString(),
    cpu: cpus()[0]?.model ?? 'unknown',
    cores: cpus().length,
    memory_gb: Math.round(totalmem() / 1e9),
    system: `${type()} ${release()}`,
    node: process.version,
    postgresql: await setting('server_version'),
    fsync: await setting('fsync'),
    synchronous_commit: await setting('synchronous_commit'),
  };
}
