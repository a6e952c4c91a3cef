import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { packageRoot } from '../../../src/config/package-root.js';

/** Where Debian's golang-golang-x-mod-dev puts the sources; no network is asked. */
const GOPATH = '/usr/share/gocode';
const TLOG = join(GOPATH, 'src/golang.org/x/mod/sumdb/tlog');

export interface Ran {
  code: number;
  out: string;
  err: string;
}

function run(program: string, words: string[], environment: NodeJS.ProcessEnv = process.env): Promise<Ran> {
  return new Promise((done) => {
    const child = execFile(program, words, { env: environment }, (error, out, err) => {
      done({ code: child.exitCode ?? -1, out, err: err || (error?.message ?? '') });
    });
  });
}

/** → why the program cannot be built here; undefined when it can. */
async function whatIsMissing(): Promise<string | undefined> {
  if (!existsSync(TLOG)) return `${TLOG} (apt-get install golang-golang-x-mod-dev)`;
  const { code, err } = await run('go', ['version']);
  return code === 0 ? undefined : `go (apt-get install golang-go): ${err}`;
}

/**
 * For `describe` and `it`: in CI these tests run or fail (.ci/run installs what they need); elsewhere a machine may
 * lack Go, and says so.
 */
export async function isLeftOut(): Promise<boolean> {
  const missing = await whatIsMissing();
  if (missing === undefined || process.env['CI']) return false;
  process.stderr.write(`NOT RUN: the audit by Go's own code. Missing: ${missing}\n`);
  return true;
}

/** Compiling Go's standard library takes its time. */
export const BUILD_MS = 400_000;

/** Builds the auditor into a folder; → its file. Throws what the compiler says. */
export async function buildAuditor(folder: string): Promise<string> {
  const program = join(folder, 'audit');
  const source = join(packageRoot(), 'test/ledger/go/audit.go');
  const environment = { ...process.env, GO111MODULE: 'off', GOPATH, GOFLAGS: '', GOTOOLCHAIN: 'local', GOCACHE: join(folder, 'cache') }; // prettier-ignore
  const missing = await whatIsMissing();
  if (missing !== undefined) throw new Error(`missing: ${missing}`);
  const { code, err } = await run('go', ['build', '-o', program, source], environment);
  if (code !== 0) throw new Error(`go build: ${err}`);
  return program;
}

export const auditBy = (program: string, words: string[]): Promise<Ran> => run(program, words);
