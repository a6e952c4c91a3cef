import { createHash, randomBytes } from 'node:crypto';
import { VersionDigests } from '../changes/version-digests.js';
import { VersionDigestsRepository } from '../changes/version-digests.repository.js';
import { readLedgerKey } from '../config/ledger-key.js';
import { readSecretKeys } from '../config/secret-keys.js';
import { Settings } from '../config/settings.js';
import { connect } from '../database/connect.js';
import { Database, type Tx } from '../database/database.js';
import { StartError } from '../database/embedded/start-error.js';
import { migrationsFolder, requireSchema } from '../database/migration-files.js';
import { Ledger } from '../ledger/ledger.js';
import { Receipts } from '../ledger/receipts.js';
import { BOOTSTRAPPED } from '../roster/roster.records.js';
import { BOOTSTRAP_USAGE, bootstrapOf, type Bootstrap, type FirstOfficer } from './bootstrap-words.js';
import { withDatabase } from './start-failure.js';

const CODE_HOURS = 24;

interface Records {
  ledger: Ledger;
  digests: VersionDigests;
}

/**
 * The first start in production, from the console of the machine, as the schema's owner: the utility, its first two
 * officers, and for each a code that is good for one passkey within a day. Once: refused when there is any officer.
 * → lines to print; the codes stand there and nowhere else. Errors: StartError, SettingsError, KeyFileError, one line.
 */
export async function bootstrap(
  words: readonly string[],
  environment: Readonly<Record<string, string | undefined>>,
): Promise<string[]> {
  const given = bootstrapOf(words);
  if (given === undefined) return BOOTSTRAP_USAGE;
  const settings = Settings.read(environment);
  const url = settings.databaseOwnerUrl;
  if (url === undefined)
    throw new StartError('DATABASE_OWNER_URL must be the postgres:// URL of the schema’s owner');
  const records = await recordsOf(settings);
  return withDatabase('DATABASE_OWNER_URL', url, async () => {
    const connections = await connect(url);
    try {
      await requireSchema((sql, parameters) => connections.query(sql, parameters), migrationsFolder());
      const { codes, until } = await begin(new Database(connections), records, given);
      return linesOf(given, codes, until, settings.publicUrl);
    } finally {
      await connections.destroy();
    }
  });
}

/** With the keys that the service will run with: what is sealed here must open there. */
async function recordsOf(settings: Settings): Promise<Records> {
  const { keysFolder: folder, ledgerKeyFile, ledgerOrigin } = settings;
  const { sealedBox, reference } = await readSecretKeys({ folder }, false);
  const key = await readLedgerKey({ folder, ledgerKeyFile }, false);
  return {
    ledger: new Ledger((plain, aad) => sealedBox.seal(plain, aad), new Receipts(ledgerOrigin, key)),
    digests: new VersionDigests(new VersionDigestsRepository(), reference),
  };
}

function begin(
  database: Database,
  { ledger, digests }: Records,
  given: Bootstrap,
): Promise<{ codes: string[]; until: Date }> {
  return database.transaction('none', async (tx) => {
    await refuseSecond(tx);
    const until = new Date(tx.now.getTime() + CODE_HOURS * 3_600_000);
    await tx.change(`insert into organization (id, kind, name) values ($1, 'utility', $2)`, [
      given.organization.id,
      given.organization.name,
    ]);
    const codes: string[] = [];
    for (const officer of given.officers) codes.push(await admit(tx, given.organization.id, officer, until));
    const versions = [
      ...(await digests.ofNewest(tx, 'organization', given.organization.id)),
      ...(await digests.ofNewest(tx, 'person', given.officers[0].id)),
      ...(await digests.ofNewest(tx, 'person', given.officers[1].id)),
    ];
    await ledger.append(tx, {
      type: BOOTSTRAPPED,
      subject: { organizationId: given.organization.id },
      details: {
        organization: given.organization.id,
        officers: given.officers.map(({ id }) => id),
        codes_until: until.toISOString(),
        organization_name: given.organization.name,
        names: given.officers.map(({ name }) => name),
        natural_person_keys: given.officers.map(({ key }) => key),
        versions,
      },
    });
    return { codes, until };
  });
}

/** Two at once meet at the lock, and the second finds the first one's officers. */
async function refuseSecond(tx: Tx): Promise<void> {
  await tx.change('lock table organization, person in share row exclusive mode');
  const there = await tx.one<{ officers: boolean; utility: boolean }>(
    `select exists (select from person where role = 'officer') as officers,
            exists (select from organization where kind = 'utility') as utility`,
  );
  if (there?.officers !== false)
    throw new StartError('there are officers already: they add people through the service');
  if (there.utility)
    throw new StartError('there is a utility already, without an officer: restore the database');
}

async function admit(tx: Tx, organizationId: string, officer: FirstOfficer, until: Date): Promise<string> {
  const code = randomBytes(32).toString('base64url');
  await tx.change(
    `insert into person (id, organization_id, organization_kind, natural_person_key, role, name, employment, duty)
     values ($1, $2, 'utility', $3, 'officer', $4, 'employee', 'back_office')`,
    [officer.id, organizationId, officer.key, officer.name],
  );
  await tx.change(
    `insert into first_enrolment (person_id, code_hash, made_at, expires_at) values ($1, $2, $3, $4)`,
    [officer.id, createHash('sha256').update(code).digest(), tx.now, until],
  );
  return code;
}

function linesOf(given: Bootstrap, codes: readonly string[], until: Date, url: string | null): string[] {
  return [
    `made ${given.organization.id} and its first two officers; recorded as house.bootstrapped`,
    `each registers a passkey at ${url ?? 'the public URL'}/first-passkey by ${until.toISOString()}, with a code that is shown only here:`,
    ...given.officers.map(({ id }, index) => `  ${id}: ${codes[index]}`),
  ];
}
