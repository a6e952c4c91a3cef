import pg from 'pg';
import { invariant } from '../../contract/domain-error.js';
import { roleUrl, type EmbeddedServer } from './embedded-server.js';
import { passwordOf } from './secrets.js';

/** The service's three roles; they belong to the cluster, not to one of its databases. */
const OWNER = 'kashikagi_owner';
const APP = 'kashikagi_app';
const AUDITOR = 'kashikagi_auditor';

/** Any number that no one else locks in the database `postgres`: the letters "kash". */
const ROLES_LOCK = 0x6b617368;

/**
 * A database of the service: owned by `kashikagi_owner`, open to that role, `kashikagi_app` and
 * `kashikagi_auditor`, closed to all others. Idempotent: a call that crashed is finished by the next.
 * What the app and the auditor may do inside is for the migrations to grant.
 */
export async function ensureDatabase(
  server: EmbeddedServer,
  database: string,
): Promise<{ ownerUrl: string; appUrl: string; auditorUrl: string }> {
  return asAdmin(server, async (admin) => {
    const ownerUrl = roleUrl(server.port, OWNER, await ensureRole(admin, server, OWNER), database);
    const appUrl = roleUrl(server.port, APP, await ensureRole(admin, server, APP), database);
    const auditorUrl = roleUrl(server.port, AUDITOR, await ensureRole(admin, server, AUDITOR), database);
    await ensureClosedDatabase(admin, database, OWNER);
    await admin.query(`grant connect on database ${name(database)} to ${APP}, ${AUDITOR}`);
    return { ownerUrl, appUrl, auditorUrl };
  });
}

/**
 * A database that is not the service's (the sample wheeling system's), with a role of its own: neither
 * does that role enter the service's databases, nor the service's roles this one. Returns the role's URL.
 */
export async function ensureSeparateDatabase(
  server: EmbeddedServer,
  database: string,
  role: string,
): Promise<string> {
  invariant(!/^(kashikagi_|pg_|postgres$)/.test(role), `${role} is not a role of its own`);
  return asAdmin(server, async (admin) => {
    const url = roleUrl(server.port, role, await ensureRole(admin, server, role), database);
    await ensureClosedDatabase(admin, database, role);
    return url;
  });
}

/** One caller at a time in the whole cluster: roles and databases have no IF NOT EXISTS. */
async function asAdmin<T>(server: EmbeddedServer, work: (admin: pg.Client) => Promise<T>): Promise<T> {
  const admin = new pg.Client({ connectionString: server.adminUrl });
  await admin.connect();
  try {
    await admin.query('select pg_advisory_lock($1)', [ROLES_LOCK]);
    return await work(admin);
  } finally {
    await admin.end();
  }
}

/**
 * The password is set every time: a crash between the secret's file and the role, or a lost file, heals
 * at the next call. The statement holds the password; the server's settings keep statements out of its log.
 */
async function ensureRole(admin: pg.Client, server: EmbeddedServer, role: string): Promise<string> {
  const { rowCount } = await admin.query('select from pg_roles where rolname = $1', [role]);
  if (rowCount === 0) await admin.query(`create role ${name(role)}`);
  const password = await passwordOf(server.folder, role);
  await admin.query(
    `alter role ${name(role)} login nosuperuser nocreatedb nocreaterole noreplication nobypassrls
     password ${pg.escapeLiteral(password)}`,
  );
  return password;
}

/** Connections are allowed only after PUBLIC was shut out, so that there is no open moment between. */
async function ensureClosedDatabase(admin: pg.Client, database: string, owner: string): Promise<void> {
  const { rowCount } = await admin.query('select from pg_database where datname = $1', [database]);
  if (rowCount === 0) {
    await admin.query(
      `create database ${name(database)} owner ${name(owner)} template template0
       encoding 'UTF8' locale 'C' allow_connections false`,
    );
  }
  await admin.query(`revoke all on database ${name(database)}, postgres, template1 from public`);
  await admin.query(`alter database ${name(database)} allow_connections true`);
}

function name(identifier: string): string {
  invariant(/^[a-z][a-z0-9_]{0,62}$/.test(identifier), `${identifier} is no name for a role or a database`);
  return pg.escapeIdentifier(identifier);
}
