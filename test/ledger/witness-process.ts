import { spawn, type ChildProcess } from 'node:child_process';
import { join } from 'node:path';
import { packageRoot } from '../../src/config/package-root.js';

/** `kashikagi witness` as a program of its own, as another body would run it. */
export class WitnessProcess {
  private constructor(
    private readonly child: ChildProcess,
    readonly url: string,
    readonly vkey: string,
  ) {}

  static async start(
    folder: string,
    logVkeys: readonly string[],
    { name = 'witness.test/w1', port = 0 } = {},
  ): Promise<WitnessProcess> {
    const keys = logVkeys.flatMap((vkey) => ['--key', vkey]);
    const words = ['witness', ...keys, '--name', name, '--data', folder, '--port', String(port)];
    const child = spawn(process.execPath, [join(packageRoot(), 'dist/src/cli.js'), ...words]);
    let said = '';
    const url = await new Promise<string>((ready, failed) => {
      const listen = (part: Buffer): void => {
        said += String(part);
        const [, at] = /^ready at (\S+)$/m.exec(said) ?? [];
        if (at !== undefined) ready(at);
      };
      child.stdout.on('data', listen);
      child.stderr.on('data', listen);
      child.once('exit', (code) => failed(new Error(`the witness ended with ${code}: ${said}`)));
    });
    return new WitnessProcess(child, url, /^witness (\S+)$/m.exec(said)?.[1] ?? '');
  }

  /** The way an unplugged machine ends. */
  async kill(signal: 'SIGKILL' | 'SIGTERM' = 'SIGKILL'): Promise<number | null> {
    if (this.child.exitCode !== null || this.child.signalCode !== null) return this.child.exitCode;
    return new Promise((done) => {
      this.child.once('exit', (code) => done(code));
      this.child.kill(signal);
    });
  }
}

export interface Answered {
  status: number;
  type: string | null;
  body: string;
}

export async function addCheckpoint(url: string, body: string | Buffer): Promise<Answered> {
  const answer = await fetch(`${url}/add-checkpoint`, { method: 'POST', body });
  return { status: answer.status, type: answer.headers.get('content-type'), body: await answer.text() };
}
