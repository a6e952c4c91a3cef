import { createHash, randomBytes } from 'node:crypto';
import { Person, send, type Answer } from './actors.js';

export type AsOwner = (sql: string, parameters: unknown[]) => Promise<object[]>;

/** A session from whoever has the database, where nobody can sign in: → the cookie. */
export async function givenSession(asOwner: AsOwner, personId: string): Promise<string> {
  const token = randomBytes(32).toString('base64url');
  await asOwner(
    `with t as materialized (select broker_now() as now)
     insert into session (id, token_hash, person_id, organization_id, role, method, record_id, created_at, stepped_up_at,
                          last_seen_at, expires_at)
     select 'se_' || $3, $1, p.id, p.organization_id, p.role, 'passkey', $3, t.now, t.now, t.now, t.now + interval '1 hour'
       from person p cross join t where p.id = $2`,
    [createHash('sha256').update(token).digest(), personId, token],
  );
  return `kashikagi_session=${token}`;
}

/** Somebody with a session that was given. */
export class KnownPerson extends Person {
  constructor(
    url: string,
    id: string,
    private readonly session: string,
    /** Where the next call goes: the instances behind the one public address. */
    private readonly next: () => string = () => url,
  ) {
    super(url, id);
  }

  override call<T>(
    method: string,
    path: string,
    body?: unknown,
    headers: Record<string, string> = {},
  ): Promise<Answer<T>> {
    return send<T>(`${this.next()}${path}`, method, body, { cookie: this.session, ...headers });
  }
}
