import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { packageRoot } from '../../src/config/package-root.js';
import { DataFolder, freePort, type ServiceProcess } from '../service/service-process.js';

/** The database of a fault: how the service reaches it, and how the administrator does. */
export interface FaultDatabase {
  appUrl: string;
  asOwner<T extends object>(sql: string, parameters?: unknown[]): Promise<T[]>;
}

export interface FleetOptions {
  database: FaultDatabase;
  wheelingUrl: string;
  instances?: number;
  /** Over the environment of the n-th instance. */
  environment?: (n: number) => Record<string, string>;
}

/** The service as it runs in production: several processes on one outside database, behind one public address. */
export class Fleet {
  private readonly running: ServiceProcess[] = [];
  private readonly everStarted: ServiceProcess[] = [];
  private defectsTold = 0;
  private turn = 0;

  private constructor(
    private readonly folders: DataFolder[],
    private readonly environments: Record<string, string>[],
    readonly addresses: string[],
  ) {}

  static async start({ database, wheelingUrl, instances = 2, environment }: FleetOptions): Promise<Fleet> {
    const folders = await Promise.all(Array.from({ length: instances }, () => DataFolder.make()));
    const ports = await Promise.all(folders.map(() => freePort()));
    const addresses = ports.map((port) => `http://127.0.0.1:${port}`);
    const first = folders[0]?.parent ?? '';
    const shipped = await readFile(join(packageRoot(), 'config', 'production.json'), 'utf8');
    const file = JSON.parse(shipped) as { limits: object };
    // Few people do here what many do in a night; what limits refuse is shown elsewhere.
    const plenty = { perSecond: 100_000, burst: 100_000 };
    const own = {
      host: '127.0.0.1',
      publicUrl: addresses[0],
      operations: null,
      wheeling: { kind: 'http', url: wheelingUrl },
      limits: {
        ...file.limits,
        person: plenty,
        terminal: plenty,
        endings: plenty,
        lookupsPerHour: 1_000_000,
      },
    };
    const config = join(first, 'kashikagi.json');
    await writeFile(config, JSON.stringify({ ...file, ...own }));
    const environments = ports.map((port, n) => ({
      NODE_ENV: 'production',
      KASHIKAGI_CONFIG: config,
      KASHIKAGI_PORT: String(port),
      KASHIKAGI_KEYS: join(first, 'keys'),
      DATABASE_URL: database.appUrl,
      ...environment?.(n),
    }));
    const fleet = new Fleet(folders, environments, addresses);
    const made = await folders[0]?.run(['make-keys'], environments[0]);
    if (made?.code !== 0) throw new Error(made?.output);
    await Promise.all([...addresses.keys()].map((n) => fleet.launch(n)));
    return fleet;
  }

  /** What callers know: the first one's address. */
  get publicUrl(): string {
    return this.addresses[0] ?? '';
  }

  /** As a load balancer without health checks does: each in turn, the dead as well. */
  readonly next = (): string => {
    this.turn += 1;
    return this.addresses[this.turn % this.addresses.length] ?? '';
  };

  /** The n-th instance, started; resolves when it says that it is ready. */
  async launch(n: number): Promise<void> {
    const started = this.folders[n]?.start(this.environments[n]);
    if (!started) throw new Error(`there is no instance ${n}`);
    this.running[n] = started;
    this.everStarted.push(started);
    await started.ready();
  }

  process(n: number): ServiceProcess {
    const found = this.running[n];
    if (!found) throw new Error(`instance ${n} was never started`);
    return found;
  }

  /** Failures that the service itself calls its own: there are none, whatever was broken. */
  newDefects(): string[] {
    const all = this.everStarted.flatMap(({ output }) => output.split('\n')).filter((line) => line.includes('internal_error')); // prettier-ignore
    const fresh = all.slice(this.defectsTold);
    this.defectsTold = all.length;
    return fresh;
  }

  async stop(): Promise<void> {
    for (const folder of this.folders) await folder.remove();
  }
}
