import { join, resolve } from 'node:path';
import { isListeningPlace, isNone, isOrigin, isPort, isWheeling, placeOf, withPort } from './addresses.js';
import { limitsFault, type Limits } from './limits.js';
import type { MemberFault } from './member-fault.js';
import { isTimeStamping, isWitnesses, type TimeStamping, type WitnessSetting } from './outside.js';
import { areProxies } from './proxies.js';
import { areIdentityProviders, isPlainIssuer, type IdentityProvider } from './identity-providers.js';
import { readJsonFile } from './json-file.js';
import { isLogLevel, type LogLevel } from './log-level.js';
import { numberFrom, originFrom, SettingsError, urlFrom, type Environment } from './environment.js';
import { packageRoot } from './package-root.js';
import { isWithin, policyFault, type Policy } from './policy.js';
import { isListOfNames, LEAST_RETENTION_YEARS, unusable, unusableMember } from './setting-words.js';

interface SettingsFile {
  environment: 'demonstration' | 'production';
  host: string;
  port: number;
  publicUrl: string | null;
  logLevel: LogLevel;
  /** Where `/metrics` is served, apart from the API; null: nowhere. */
  operations: { host: string; port: number } | null;
  wheeling: { kind: 'sample' } | { kind: 'http'; url: string };
  /** The drill's own data; none: drills see none. */
  drillWheeling: SettingsFile['wheeling'] | { kind: 'none' };
  wheelingTimeoutMs: number;
  wheelingConcurrency: number;
  operatorCode: string;
  ruleVersion: string;
  /** The ledger's name in every checkpoint, e.g. `broker.example/ledger`; never changed once one is signed. */
  ledgerOrigin: string;
  /** Who stamps the ledger's checkpoints (RFC 3161); null: nobody. */
  timeStamping: TimeStamping | null;
  /** Who cosigns them. */
  witnesses: WitnessSetting[];
  dpopNonceRequired: boolean;
  /** A session that is not used for so long has ended. */
  sessionIdleMinutes: number;
  /** How long records are kept, from the day of use (LOG-1). */
  retentionYears: number;
  /** Systems that hold the same data and do not stand behind this broker: what no attestation of ours covers (LOG-7, LOG-8). */
  otherSystems: string[];
  /** What the console tells people to do by telephone when it cannot be reached, numbers included; one step a line. */
  telephoneProcedure: string;
  identityProviders: IdentityProvider[];
  /** Proxies whose X-Forwarded-For is believed, as addresses or networks; none: the header is not looked at. */
  trustProxy: string[];
  limits: Limits;
  policy: Policy;
}

const SHAPE: Record<Exclude<keyof SettingsFile, keyof typeof OF_MEMBERS>, (value: unknown) => boolean> = {
  environment: (value) => value === 'demonstration' || value === 'production',
  host: (value) => typeof value === 'string' && value.length > 0,
  port: isPort,
  operations: (value) => value === null || isListeningPlace(value),
  logLevel: isLogLevel,
  publicUrl: (value) => value === null || (typeof value === 'string' && isOrigin(value)),
  wheeling: (value) => isWheeling(value),
  drillWheeling: (value) => isNone(value) || isWheeling(value),
  wheelingTimeoutMs: (value) => isWithin(value, 100, 30_000),
  wheelingConcurrency: (value) => isWithin(value, 1, 1_000),
  operatorCode: (value) => typeof value === 'string' && /^\d{2}$/.test(value),
  ruleVersion: (value) => typeof value === 'string' && value.length > 0,
  ledgerOrigin: (value) => typeof value === 'string' && SCHEME_LESS_URL.test(value),
  timeStamping: (value) => isTimeStamping(value),
  witnesses: (value) => isWitnesses(value),
  dpopNonceRequired: (value) => typeof value === 'boolean',
  sessionIdleMinutes: (value) => Number.isInteger(value) && isWithin(value, 2, 720),
  retentionYears: (value) => Number.isInteger(value) && isWithin(value, LEAST_RETENTION_YEARS, 100),
  otherSystems: (value) => isListOfNames(value),
  telephoneProcedure: (value) => typeof value === 'string' && value.length <= 2_000,
  identityProviders: areIdentityProviders,
  trustProxy: areProxies,
};

/** Settings of many members: told is which one is wrong. */
const OF_MEMBERS = { limits: limitsFault, policy: policyFault } satisfies Partial<
  Record<keyof SettingsFile, (value: unknown) => MemberFault | undefined>
>;

/** c2sp.org/tlog-checkpoint: without a scheme, spaces or `+`. */
const SCHEME_LESS_URL = /^[a-z0-9][a-z0-9.-]*(:\d{1,5})?(\/[A-Za-z0-9._~-]+)*$/;

/** Whether a ledger may bear this name. */
export const isLedgerOrigin = (text: string): boolean => SCHEME_LESS_URL.test(text);

function check(values: Record<string, unknown>, source: string): SettingsFile {
  for (const name of Object.keys(values)) {
    if (!Object.hasOwn(SHAPE, name) && !Object.hasOwn(OF_MEMBERS, name))
      throw new SettingsError(`${source}: unknown setting "${name}"`);
  }
  for (const [name, isGood] of Object.entries(SHAPE)) {
    if (!isGood(values[name])) {
      throw new SettingsError(`${source}: ${unusable(name, values[name])}`);
    }
  }
  for (const [name, faultOf] of Object.entries(OF_MEMBERS)) {
    const fault = faultOf(values[name]);
    if (fault) throw new SettingsError(`${source}: ${unusableMember(name, fault)}`);
  }
  return values as unknown as SettingsFile;
}

/** What the environment says beside the file. */
interface Surroundings {
  dataFolder: string;
  /** Where the secret keys lie; instances that work side by side share them. */
  keysFolder: string;
  ledgerKeyFile: string | undefined;
  databaseUrl: string | undefined;
  databaseOwnerUrl: string | undefined;
  isProduction: boolean;
}

const LOOPBACK = new Set(['127.0.0.1', '::1', 'localhost']);

/** Everything that can be set, checked at start; README lists each with its default. */
export class Settings {
  private constructor(
    private readonly file: SettingsFile,
    private readonly around: Surroundings,
  ) {}

  static read(environment: Environment): Settings {
    const fallback = environment['NODE_ENV'] === 'production' ? 'production' : 'demonstration';
    const name = environment['KASHIKAGI_CONFIG'] || resolve(packageRoot(), 'config', `${fallback}.json`);
    const port = numberFrom(environment, 'KASHIKAGI_PORT');
    const publicUrl = originFrom(environment, 'KASHIKAGI_PUBLIC_URL');
    const operationsPort = numberFrom(environment, 'KASHIKAGI_OPERATIONS_PORT');
    const said = readJsonFile(name, SettingsError);
    const file = check(
      {
        ...said,
        ...(operationsPort !== undefined && { operations: withPort(said['operations'], operationsPort) }),
        ...(port !== undefined && { port }),
        ...(publicUrl !== undefined && { publicUrl }),
      },
      name,
    );
    const dataFolder = resolve(environment['KASHIKAGI_DATA'] || '.kashikagi');
    const settings = new Settings(file, {
      dataFolder,
      keysFolder: resolve(environment['KASHIKAGI_KEYS'] || join(dataFolder, 'keys')),
      ledgerKeyFile: environment['KASHIKAGI_LEDGER_KEY'] || undefined,
      databaseUrl: urlFrom(environment, 'DATABASE_URL'),
      databaseOwnerUrl: urlFrom(environment, 'DATABASE_OWNER_URL'),
      isProduction: environment['NODE_ENV'] === 'production' || file.environment === 'production',
    });
    settings.refuseDangerousMixtures(name);
    return settings;
  }

  private refuseDangerousMixtures(source: string): void {
    const { wheeling, drillWheeling } = this.file;
    if (
      wheeling.kind === 'http' &&
      drillWheeling.kind === 'http' &&
      placeOf(wheeling.url) === placeOf(drillWheeling.url)
    ) {
      throw new SettingsError(
        `${source}: a drill never touches real data, so "drillWheeling" needs a url of its own`,
      );
    }
    if (this.file.environment === 'demonstration') {
      if (this.isProduction) {
        throw new SettingsError(`${source}: the demonstration does not run with NODE_ENV=production`);
      }
      if (this.wheeling.kind !== 'sample') {
        throw new SettingsError(
          `${source}: the demonstration's sign-in never stands before a real wheeling system`,
        );
      }
      if (drillWheeling.kind === 'http') {
        throw new SettingsError(`${source}: the drills of the demonstration use the sample, or no data`);
      }
      if (!LOOPBACK.has(this.host)) {
        throw new SettingsError(
          `${source}: the demonstration listens on loopback only, not on "${this.host}"`,
        );
      }
      return;
    }
    if (this.wheeling.kind === 'sample') {
      throw new SettingsError(`${source}: production needs "wheeling": {"kind": "http", "url": …}`);
    }
    if (drillWheeling.kind === 'sample') {
      throw new SettingsError(
        `${source}: production needs "drillWheeling": {"kind": "http", "url": …} or {"kind": "none"}`,
      );
    }
    const plain = this.identityProviders.find(isPlainIssuer);
    if (plain) throw new SettingsError(`${source}: the identity provider "${plain.id}" needs https`);
    if (this.publicUrl === null) throw new SettingsError(`${source}: production needs "publicUrl"`);
    if (this.databaseUrl === undefined) throw new SettingsError('production needs DATABASE_URL');
  }

  get dataFolder(): string {
    return this.around.dataFolder;
  }
  get keysFolder(): string {
    return this.around.keysFolder;
  }
  get databaseUrl(): string | undefined {
    return this.around.databaseUrl;
  }
  get databaseOwnerUrl(): string | undefined {
    return this.around.databaseOwnerUrl;
  }
  get isProduction(): boolean {
    return this.around.isProduction;
  }
  /** As an inspector reads it: what the file says, which holds no secret; a password in an address is left out. */
  readable(): Readonly<Record<string, unknown>> {
    const hidden = (_: string, value: unknown): unknown =>
      typeof value === 'string' ? value.replace(/^(https?:\/\/)[^/@]*@/, '$1…@') : value;
    return JSON.parse(JSON.stringify(this.file, hidden)) as Record<string, unknown>;
  }
  get isDemonstration(): boolean {
    return this.file.environment === 'demonstration';
  }
  get host(): string {
    return this.file.host;
  }
  get port(): number {
    return this.file.port;
  }
  get logLevel(): LogLevel {
    return this.file.logLevel;
  }
  get operations(): SettingsFile['operations'] {
    return this.file.operations;
  }
  get publicUrl(): string | null {
    return this.file.publicUrl;
  }
  get wheeling(): SettingsFile['wheeling'] {
    return this.file.wheeling;
  }
  get drillWheeling(): SettingsFile['drillWheeling'] {
    return this.file.drillWheeling;
  }
  get wheelingTimeoutMs(): number {
    return this.file.wheelingTimeoutMs;
  }
  get wheelingConcurrency(): number {
    return this.file.wheelingConcurrency;
  }
  get operatorCode(): string {
    return this.file.operatorCode;
  }
  get ruleVersion(): string {
    return this.file.ruleVersion;
  }
  get ledgerOrigin(): string {
    return this.file.ledgerOrigin;
  }
  /** The key of the checkpoints, supplied from outside (a mounted secret); else it lies with the other keys. */
  get ledgerKeyFile(): string | undefined {
    return this.around.ledgerKeyFile;
  }
  get timeStamping(): TimeStamping | null {
    return this.file.timeStamping;
  }
  get witnesses(): readonly WitnessSetting[] {
    return this.file.witnesses;
  }
  get dpopNonceRequired(): boolean {
    return this.file.dpopNonceRequired;
  }
  get telephoneProcedure(): string {
    return this.file.telephoneProcedure;
  }
  get sessionIdleMinutes(): number {
    return this.file.sessionIdleMinutes;
  }
  get retentionYears(): number {
    return this.file.retentionYears;
  }
  get otherSystems(): readonly string[] {
    return this.file.otherSystems;
  }
  get identityProviders(): readonly IdentityProvider[] {
    return this.file.identityProviders;
  }
  get trustProxy(): readonly string[] {
    return this.file.trustProxy;
  }
  get limits(): Limits {
    return this.file.limits;
  }
  get policy(): Policy {
    return this.file.policy;
  }
}
