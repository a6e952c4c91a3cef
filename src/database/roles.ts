import { Client, DatabaseError } from 'pg';
import { invariant } from '../contract/domain-error.js';
import type { Query } from './query.js';

/** Migrates and owns everything in the schema. */
export const OWNER_ROLE = 'kashikagi_owner';
/** Runs the service: SELECT and INSERT on records, no DDL. */
export const SERVICE_ROLE = 'kashikagi_app';
/** Reads. */
export const AUDITOR_ROLE = 'kashikagi_auditor';

const DUPLICATE_OBJECT = '42710';
const UNIQUE_VIOLATION = '23505';

/**
 * Makes the roles that the migrations grant to, as groups that cannot sign in, and returns those it made.
 * Roles belong to the whole server: one that exists, also with LOGIN, is left as it is.
 * Throws one line with the SQL to run when the owner may not create roles.
 */
export async function ensureRoles(ownerUrl: string): Promise<string[]> {
  const client = new Client({ connectionString: ownerUrl, application_name: 'kashikagi migrate' });
  await client.connect();
  try {
    const { rows } = await client.query<{ missing: string[]; may_create: boolean; me: string }>(
      `select array(select wanted from unnest($1::text[]) wanted
                    where not exists (select from pg_roles where rolname = wanted)) as missing,
              rolsuper or rolcreaterole as may_create, rolname::text as me
         from pg_roles where rolname = current_user`,
      [[SERVICE_ROLE, AUDITOR_ROLE]],
    );
    const { missing, may_create: mayCreate, me } = rows[0] ?? { missing: [], may_create: false, me: '' };
    if (missing.length === 0) return [];
    const statements = missing.map((role) => `create role ${role} nologin`);
    if (!mayCreate) {
      throw new Error(`${me} may not create roles: run as an administrator: ${statements.join('; ')};`);
    }
    for (const statement of statements) await client.query(statement).catch(ignoreExisting);
    return missing;
  } finally {
    await client.end();
  }
}

/** Another start, perhaps for another database of the server, made the role between our look and our statement. */
function ignoreExisting(error: unknown): void {
  if (error instanceof DatabaseError && [DUPLICATE_OBJECT, UNIQUE_VIOLATION].includes(error.code ?? ''))
    return;
  throw error;
}

/**
 * Membership counts in full ('MEMBER'), also where it is not inherited: what can be had by SET ROLE, or by using an
 * admin option, is had. The session's role is asked, since RESET ROLE leads back to it.
 */
const FINDINGS = `
  with role as (
    select r.* from pg_roles r where pg_has_role(session_user, r.oid, 'MEMBER')
  ), owned as (
    select relowner as owner, 'tables' as what from pg_class where relnamespace = 'public'::regnamespace
    union select nspowner, 'the schema public' from pg_namespace
      where nspname = 'public' and nspowner <> 'pg_database_owner'::regrole -- the database's owner, by another name
    union select datdba, 'the database' from pg_database where datname = current_database()
  ), finding as (
    select 1 as n, 'it is a superuser' as why from role where rolname = session_user and rolsuper
    union all select 2, format('it can become %s, a superuser', rolname) from role where rolsuper and rolname <> session_user
    union all select 3, format('it can become %s, which owns %s', rolname, string_agg(what, ' and ' order by what))
      from role join owned on owner = oid where rolname <> session_user group by rolname
    union all select 4, format('it owns %s', string_agg(what, ' and ' order by what))
      from role join owned on owner = oid where rolname = session_user group by rolname
    union all select 5, 'it owns broker_now(), the clock' where exists (
      select from pg_proc join role on role.oid = proowner
       where proname = 'broker_now' and pronamespace = 'public'::regnamespace)
    union all select 6, 'it may create objects in the schema public' where exists (
      select from role where has_schema_privilege(oid, 'public', 'CREATE'))
    union all select 7, 'it may create roles (CREATEROLE)' where exists (select from role where rolcreaterole)
    union all select 8, 'it passes row security (BYPASSRLS)' where exists (select from role where rolbypassrls)
    union all select 9, 'it may switch triggers off (session_replication_role)' where exists (
      select from role where has_parameter_privilege(oid, 'session_replication_role', 'SET'))
    union all select 10, format('it is a member of %s', rolname) from role
      where rolname in ('pg_write_all_data', 'pg_execute_server_program', 'pg_read_server_files', 'pg_write_server_files')
  )
  select session_user::text as me, array(select why from finding order by n, why) as reasons`;

/**
 * The service's own role must not be able to undo what the schema forbids it. The facts come from the catalogues,
 * through the very connection that serves; who administers the server itself is trusted.
 * In production: throws one line naming every reason. Otherwise: returns the reasons as warnings, none when all is well.
 */
export async function assertServiceRole(
  query: Query,
  { production }: { production: boolean },
): Promise<string[]> {
  const [found] = await query<{ me: string; reasons: string[] }>(FINDINGS);
  invariant(found, 'the catalogues answer');
  const { me, reasons } = found;
  // A superuser is everything: the other reasons would only bury the one that matters.
  const told = reasons[0] === 'it is a superuser' ? reasons.slice(0, 1) : reasons;
  if (told.length === 0) return [];
  if (production) {
    throw new Error(
      `the service refuses to run as ${me}: ${told.join('; ')}. Give it ${SERVICE_ROLE} and nothing else`,
    );
  }
  return told.map((reason) => `the service runs as ${me}: ${reason}`);
}
