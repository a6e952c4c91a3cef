import { execFile } from 'node:child_process';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';

export const POLICY = '1.2.3.5.1';
/** Of the same length in DER, and accepted by the same authority. */
export const OTHER_POLICY = '1.2.3.5.2';

export interface Ran {
  code: number;
  out: string;
}

/** openssl; what it says is both its outputs. */
export function openssl(folder: string, ...words: string[]): Promise<Ran> {
  return new Promise((done) => {
    const child = execFile('openssl', words, { cwd: folder }, (error, out, err) => {
      done({
        code: child.exitCode ?? -1,
        out: `${out}${err}${child.exitCode === null ? (error?.message ?? '') : ''}`,
      });
    });
  });
}

async function must(folder: string, ...words: string[]): Promise<void> {
  const { code, out } = await openssl(folder, ...words);
  if (code !== 0) throw new Error(`openssl ${words[0]}: ${out}`);
}

/** For `describe`: in CI these tests run or fail; elsewhere a machine may lack openssl, and says so. */
export async function isOpensslMissing(): Promise<boolean> {
  const { code, out } = await openssl('/', 'version');
  if (code === 0 || process.env['CI']) return false;
  process.stderr.write(`NOT RUN: time-stamps by openssl (apt-get install openssl): ${out}\n`);
  return true;
}

/** The signer's certificate: its extensions, its days, its key. */
interface SignerForm {
  purpose?: string;
  start?: string;
  end?: string;
  key?: 'rsa' | 'ec';
  digest?: string;
  /** Signed by a CA below the root. */
  isBelowIntermediate?: boolean;
}

const DAYS = { start: '20200101000000Z', end: '20991231235959Z' };

/** A complete time-stamping authority: its own CA, and `openssl ts -reply`. */
export class OwnTsa {
  private constructor(readonly folder: string) {}

  get caFile(): string {
    return join(this.folder, 'ca.pem');
  }

  static async make(folder: string, form: SignerForm = {}): Promise<OwnTsa> {
    await mkdir(folder, { recursive: true });
    const purpose = form.purpose ?? 'critical,timeStamping';
    const { start, end } = { ...DAYS, ...form };
    await writeFile(join(folder, 'tsa.cnf'), configuration(purpose, form.digest ?? 'sha256'));
    await Promise.all(['index', 'below-index'].map((name) => writeFile(join(folder, name), '')));
    await writeFile(join(folder, 'tsaserial'), '01\n');
    for (const name of ['index', 'below-index']) await writeFile(join(folder, `${name}-serial`), '1000\n');
    const subject = (name: string): string[] => ['-subj', `/O=Test/CN=${name}`];
    await must(folder, 'req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-keyout', 'ca.key', '-out', 'ca.pem', '-days', '30', ...subject('Test root'), '-config', 'tsa.cnf', '-extensions', 'ca'); // prettier-ignore
    const sign = (ca: string, request: string, out: string, extensions: string, days = DAYS): Promise<void> =>
      must(folder, 'ca', '-batch', '-config', 'tsa.cnf', '-name', ca, '-in', request, '-out', out, '-notext', '-startdate', days.start, '-enddate', days.end, '-extensions', extensions); // prettier-ignore
    if (form.isBelowIntermediate) {
      await must(folder, 'req', '-newkey', 'rsa:2048', '-nodes', '-keyout', 'below.key', '-out', 'below.csr', ...subject('Test CA below'), '-config', 'tsa.cnf'); // prettier-ignore
      await sign('root', 'below.csr', 'below.pem', 'ca');
    }
    const key = form.key === 'ec' ? ['ec', '-pkeyopt', 'ec_paramgen_curve:P-256'] : ['rsa:2048'];
    await must(folder, 'req', '-newkey', ...key, '-nodes', '-keyout', 'tsa.key', '-out', 'tsa.csr', ...subject('Test TSA'), '-config', 'tsa.cnf'); // prettier-ignore
    await sign(form.isBelowIntermediate ? 'below' : 'root', 'tsa.csr', 'tsa.pem', 'signer', { start, end });
    const chain = form.isBelowIntermediate ? ['below.pem', 'ca.pem'] : ['ca.pem'];
    const pems = await Promise.all(chain.map((name) => readFile(join(folder, name), 'utf8')));
    await writeFile(join(folder, 'chain.pem'), pems.join(''));
    return new OwnTsa(folder);
  }

  private count = 0;

  /** The TimeStampResp to a TimeStampReq. */
  async reply(query: Buffer): Promise<Buffer> {
    this.count += 1;
    const [asked, answered] = [`${this.count}.tsq`, `${this.count}.tsr`];
    await writeFile(join(this.folder, asked), query);
    await must(this.folder, 'ts', '-reply', '-config', 'tsa.cnf', '-queryfile', asked, '-out', answered);
    return readFile(join(this.folder, answered));
  }

  /** A stamp over these bytes, asked for by openssl too. */
  async stamp(bytes: Buffer): Promise<Buffer> {
    this.count += 1;
    const name = `${this.count}.data`;
    await writeFile(join(this.folder, name), bytes);
    await must(this.folder, 'ts', '-query', '-data', name, '-sha256', '-cert', '-tspolicy', POLICY, '-out', `${name}.tsq`); // prettier-ignore
    return this.reply(await readFile(join(this.folder, `${name}.tsq`)));
  }

  /**
   * The content of a reply, signed with this one's key and certificate, as `ts -reply` would refuse to do it for a
   * certificate of another purpose.
   */
  async signAgain(reply: Buffer): Promise<Buffer> {
    await writeFile(join(this.folder, 'again.tsr'), reply);
    await must(this.folder, 'ts', '-reply', '-in', 'again.tsr', '-token_out', '-out', 'again.token');
    await must(this.folder, 'cms', '-verify', '-noverify', '-inform', 'DER', '-in', 'again.token', '-out', 'again.info'); // prettier-ignore
    await must(this.folder, 'cms', '-sign', '-binary', '-nodetach', '-cades', '-econtent_type', 'id-smime-ct-TSTInfo', '-signer', 'tsa.pem', '-inkey', 'tsa.key', '-md', 'sha256', '-outform', 'DER', '-in', 'again.info', '-out', 'again.signed'); // prettier-ignore
    return wrapped(await readFile(join(this.folder, 'again.signed')));
  }

  /** What openssl says of a reply over these bytes, trusting this CA. */
  async verify(reply: Buffer, bytes: Buffer): Promise<Ran> {
    this.count += 1;
    const name = `${this.count}.check`;
    await writeFile(join(this.folder, name), bytes);
    await writeFile(join(this.folder, `${name}.tsr`), reply);
    return openssl(this.folder, 'ts', '-verify', '-data', name, '-in', `${name}.tsr`, '-CAfile', 'ca.pem');
  }
}

/** SEQUENCE { SEQUENCE { INTEGER 0 }, token }. */
function wrapped(token: Buffer): Buffer {
  const content = Buffer.concat([Buffer.of(0x30, 3, 2, 1, 0), token]);
  return Buffer.concat([Buffer.of(0x30, 0x82, content.length >> 8, content.length & 0xff), content]);
}

function configuration(purpose: string, digest: string): string {
  const ca = (name: string, certificate: string, index: string): string => `
[${name}]
database = ${index}
new_certs_dir = .
certificate = ${certificate}.pem
private_key = ${certificate}.key
default_md = sha256
policy = any
serial = ${index}-serial
unique_subject = no
`;
  return `
[req]
distinguished_name = dn
prompt = no
[dn]
CN = Test
[any]
organizationName = optional
commonName = supplied
[ca]
basicConstraints = critical,CA:TRUE
keyUsage = critical,keyCertSign,cRLSign
[signer]
basicConstraints = CA:FALSE
${purpose === '' ? '' : `extendedKeyUsage = ${purpose}`}
${ca('root', 'ca', 'index')}${ca('below', 'below', 'below-index')}
[tsa]
default_tsa = tsa_one
[tsa_one]
serial = tsaserial
crypto_device = builtin
signer_cert = tsa.pem
certs = chain.pem
signer_key = tsa.key
signer_digest = ${digest}
default_policy = ${POLICY}
other_policies = ${OTHER_POLICY}
digests = sha256
accuracy = secs:1
ordering = yes
tsa_name = yes
ess_cert_id_chain = no
ess_cert_id_alg = sha256
`;
}

export type Behaviour = (
  query: Buffer,
) => Promise<{ status?: number; type?: string; body: Buffer } | 'silence'>;

/** An authority on the network, which may be made to behave badly. */
export class TsaServer {
  readonly asked: Buffer[] = [];
  private constructor(
    private readonly server: Server,
    readonly url: string,
    public behaviour: Behaviour,
  ) {}

  static async start(tsa: OwnTsa): Promise<TsaServer> {
    const server = createServer((request, response) => {
      const parts: Buffer[] = [];
      request.on('data', (part: Buffer) => parts.push(part));
      request.on('end', () => {
        const query = Buffer.concat(parts);
        self.asked.push(query);
        void self.behaviour(query).then((answer) => {
          if (answer === 'silence') return;
          const { status = 200, type = 'application/timestamp-reply', body } = answer;
          response.writeHead(status, { 'content-type': type }).end(body);
        });
      });
    });
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/tsa`;
    const self = new TsaServer(server, url, TsaServer.honest(tsa));
    return self;
  }

  static honest(tsa: OwnTsa): Behaviour {
    return async (query) => ({ body: await tsa.reply(query) });
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((done) => this.server.close(done));
  }
}
