import { jest } from '@jest/globals';
import { SessionsService } from '../../src/identity/sessions.service.js';
import { Broker } from '../harness/broker.js';
import { Person, send, type Answer } from '../stories/actors.js';
import { PasskeyHolder } from '../stories/passkey-holder.js';
import { refusalOf } from '../laws/witnesses.js';
import { expectStatus } from '../stories/storm.js';

let broker: Broker;
beforeAll(async () => {
  broker = await Broker.start();
});
afterAll(() => broker.stop());
afterEach(() => jest.restoreAllMocks());

/** Somebody ends all sessions of hq-3, from elsewhere, before the service looks for the `nth` time. */
function endedBefore(nth: number): void {
  const sessions = broker.instances[0]?.app.get(SessionsService, { strict: false }) as SessionsService;
  const find = sessions.find.bind(sessions);
  let looks = 0;
  jest.spyOn(sessions, 'find').mockImplementation(async (...asked) => {
    looks += 1;
    if (looks === nth) {
      await broker.database.asOwner(
        `update session set ended_at = greatest(broker_now(), created_at), end_cause = 'ended_by_officer'
          where person_id = 'hq-3' and ended_at is null`,
      );
    }
    return find(...asked);
  });
}

const outOf = (answer: Answer): unknown[] => [...refusalOf(answer), answer.headers.getSetCookie()];
const NOT_SIGNED_IN = [401, 'not_signed_in', []];

describe('a session that is ended while a call of it is under way', () => {
  it('is no session: 401, and an error of nobody’s', async () => {
    const hq = await broker.storm.person('hq-3');
    endedBefore(2);
    expect(outOf(await hq.get('/api/v1/session'))).toEqual(NOT_SIGNED_IN);
  });

  it('is none at its sign-in either, and no cookie is handed out', async () => {
    endedBefore(1);
    const byName = await send(`${broker.url}/api/v1/session`, 'POST', { person_id: 'hq-3' });
    expect(outOf(byName)).toEqual(NOT_SIGNED_IN);
  });

  it('is none for a passkey: at its sign-in, and at a proof of presence', async () => {
    const holder = PasskeyHolder.at(await new Person(broker.url, 'hq-3').signIn());
    const { id } = expectStatus(await holder.show(), 201);
    const officers = [
      await broker.storm.person('officer-1'),
      await broker.storm.person('officer-2'),
    ] as const;
    const proposed = expectStatus(await officers[0].post(`/api/v1/passkeys/${id}/propose`), 202);
    expectStatus(await officers[1].post(`/api/v1/changes/${String(proposed['change_id'])}/confirm`), 200);

    const presence = await holder.presenceOptions();
    const signIn = await holder.signInOptions();
    // The guard looks once, and once the answer is made.
    endedBefore(2);
    expect(outOf(await holder.answerPresence(holder.authenticator.get(presence)))).toEqual(NOT_SIGNED_IN);
    jest.restoreAllMocks();
    endedBefore(1);
    expect(outOf(await holder.answerSignIn(holder.authenticator.get(signIn)))).toEqual(NOT_SIGNED_IN);
  });
});
