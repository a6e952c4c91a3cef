import { assertServiceRole, ensureRoles } from '../../src/database/roles.js';
import {
  connected,
  ownersDatabase,
  queryOf,
  SERVERS,
  startCluster,
  type Cluster,
} from './throw-away-cluster.js';

const SCHEMA = `
  create function broker_now() returns timestamptz language sql stable return clock_timestamp();
  create table record (id text primary key);
  grant select, insert on record to kashikagi_app;`;

describe.each(SERVERS)('roles on PostgreSQL $version', ({ bin }) => {
  let cluster: Cluster;
  let owner: string;
  const asAdministrator = (sql: string) =>
    connected(cluster.url('postgres', 'house'), (client) =>
      client.query<{ name: string; can: boolean }>(sql),
    );
  const check = (role: string, production = false) =>
    connected(cluster.url(role, 'house'), (client) => assertServiceRole(queryOf(client), { production }));

  beforeAll(async () => {
    cluster = await startCluster(bin);
    owner = await ownersDatabase(cluster, 'house');
  });
  afterAll(() => cluster.stop());

  describe('ensureRoles', () => {
    it('tells an owner who may not create roles what an administrator has to run, in one line', async () => {
      await asAdministrator('create role plain_owner login');
      await expect(ensureRoles(cluster.url('plain_owner', 'house'))).rejects.toThrow(
        /^plain_owner may not create roles: run as an administrator: create role kashikagi_app nologin; create role kashikagi_auditor nologin;$/,
      );
    });

    it('makes both as groups that cannot sign in, once, also when two start at once', async () => {
      const made = await Promise.all([ensureRoles(owner), ensureRoles(owner)]);
      expect(made.flat()).toEqual(expect.arrayContaining(['kashikagi_app', 'kashikagi_auditor']));
      const { rows } = await asAdministrator(
        `select rolname::text as name, rolcanlogin as can from pg_roles where rolname ~ '^kashikagi_a' order by 1`,
      );
      expect(rows).toEqual([
        { name: 'kashikagi_app', can: false },
        { name: 'kashikagi_auditor', can: false },
      ]);
      expect(await ensureRoles(owner)).toEqual([]);
    });

    it('needs no right to create roles when they are there', async () => {
      expect(await ensureRoles(cluster.url('plain_owner', 'house'))).toEqual([]);
    });
  });

  describe('assertServiceRole', () => {
    beforeAll(async () => {
      await ensureRoles(owner);
      await connected(owner, (client) => client.query(SCHEMA));
      await asAdministrator('create role service login in role kashikagi_app');
    });

    it('finds nothing wrong with a plain member of kashikagi_app, in production too', async () => {
      expect(await check('service', true)).toEqual([]);
    });

    it.each([
      ['a superuser', 'superuser', /^it is a superuser$/],
      ['the creator of roles', 'createrole', /^it may create roles \(CREATEROLE\)$/],
      ['one above row security', 'bypassrls', /^it passes row security \(BYPASSRLS\)$/],
    ])('refuses %s', async (_who, attribute, reason) => {
      const role = `with_${attribute}`;
      await asAdministrator(`create role ${role} login ${attribute} in role kashikagi_app`);
      await refused(role, [reason]);
    });

    it('refuses the owner itself', async () => {
      await refused('kashikagi_owner', [
        /^it owns tables and the database$/,
        /^it owns broker_now\(\)/,
        /^it may create objects in the schema public$/,
      ]);
    });

    it('refuses who can become the owner, also over another role, and also where nothing is inherited', async () => {
      await asAdministrator(`create role between_them noinherit in role kashikagi_owner;
        create role climber login noinherit in role kashikagi_app, between_them`);
      await connected(cluster.url('climber', 'house'), async (client) => {
        await expect(client.query('drop table record')).rejects.toThrow('must be owner');
        await client.query('begin; set role kashikagi_owner; drop table record; rollback'); // the control: it truly can
      });
      await refused('climber', [/^it can become kashikagi_owner, which owns tables and the database$/]);
    });

    it('is not misled by a session that has stepped down to a lesser role', async () => {
      await connected(cluster.url('climber', 'house'), async (client) => {
        await client.query('set role kashikagi_app');
        await expect(assertServiceRole(queryOf(client), { production: true })).rejects.toThrow(
          'can become kashikagi_owner',
        );
      });
    });

    it('refuses the owner of the clock', async () => {
      await asAdministrator(`create role clockmaker login in role kashikagi_app;
        alter function broker_now() owner to clockmaker`);
      try {
        await refused('clockmaker', [/^it owns broker_now\(\), the clock$/]);
      } finally {
        await asAdministrator('alter function broker_now() owner to kashikagi_owner');
      }
    });

    it('refuses who may create objects in the schema', async () => {
      await asAdministrator(
        `create role builder login in role kashikagi_app; grant create on schema public to builder`,
      );
      await refused('builder', [/^it may create objects in the schema public$/]);
    });

    it('refuses who may switch triggers off', async () => {
      await asAdministrator(`create role switcher login in role kashikagi_app;
        grant set on parameter session_replication_role to switcher`);
      await refused('switcher', [/^it may switch triggers off/]);
    });

    it('refuses who may write every table, or run programs of the server', async () => {
      await asAdministrator(
        `create role writer login in role kashikagi_app, pg_write_all_data, pg_execute_server_program`,
      );
      await refused('writer', [
        /^it is a member of pg_execute_server_program$/,
        /^it is a member of pg_write_all_data$/,
      ]);
    });

    /** In production: one line with every reason; elsewhere: a warning for each. */
    async function refused(role: string, reasons: RegExp[]): Promise<void> {
      const warnings = await check(role);
      for (const reason of reasons) {
        expect(
          warnings.map((warning) => warning.replace(`the service runs as ${role}: `, '')),
        ).toContainEqual(expect.stringMatching(reason));
      }
      const refusal = await check(role, true).then(
        () => 'accepted',
        (error: unknown) => String(error),
      );
      expect(refusal).toMatch(
        new RegExp(
          `^Error: the service refuses to run as ${role}: [^\n]*Give it kashikagi_app and nothing else$`,
        ),
      );
    }
  });
});
