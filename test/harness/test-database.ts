import { randomBytes } from 'node:crypto';
import { Client } from 'pg';

function from(name: string): string {
  const value = process.env[name];
  if (value === undefined) throw new Error(`${name} is set by the global setup`);
  return value;
}

function at(url: string, database: string): string {
  const changed = new URL(url);
  changed.pathname = `/${database}`;
  return changed.href;
}

/** A database of its own for a test file, cloned from the template: owner, app and auditor reach it. */
export class TestDatabase {
  private constructor(readonly name: string) {}

  static async create(): Promise<TestDatabase> {
    const database = new TestDatabase(`t_${randomBytes(6).toString('hex')}`);
    await asAdmin(async (admin) => {
      // Only one clone of a template at a time; another worker may be at it.
      await admin.query('select pg_advisory_lock(1)');
      await admin.query(`create database ${database.name} template kashikagi_template owner kashikagi_owner`);
      await admin.query(`revoke connect on database ${database.name} from public`);
      await admin.query(`grant connect on database ${database.name} to kashikagi_app, kashikagi_auditor`);
    });
    return database;
  }

  get ownerUrl(): string {
    return at(from('TEST_OWNER_URL'), this.name);
  }

  /** The app role; the harness signs in as administrator and becomes it, where the password is not at hand. */
  async urlOf(role: 'kashikagi_app' | 'kashikagi_auditor'): Promise<string> {
    const password = await passwordFor(role);
    const url = new URL(at(from('TEST_ADMIN_URL'), this.name));
    url.username = role;
    url.password = password;
    return url.href;
  }

  /** Runs as the owner: what an administrator could do around the service. */
  async asOwner<T extends object>(sql: string, parameters: unknown[] = []): Promise<T[]> {
    const client = new Client({ connectionString: this.ownerUrl });
    await client.connect();
    try {
      return (await client.query<T>(sql, parameters)).rows;
    } finally {
      await client.end();
    }
  }

  async drop(): Promise<void> {
    await asAdmin(async (admin) => {
      await admin.query(`drop database if exists ${this.name} with (force)`);
    });
  }
}

async function passwordFor(role: string): Promise<string> {
  const { passwordOf } = await import('../../src/database/embedded/secrets.js');
  return passwordOf(from('TEST_CLUSTER_FOLDER'), role);
}

async function asAdmin(work: (admin: Client) => Promise<void>): Promise<void> {
  const admin = new Client({ connectionString: from('TEST_ADMIN_URL') });
  await admin.connect();
  try {
    await work(admin);
  } finally {
    await admin.end();
  }
}
