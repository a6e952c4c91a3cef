import type { Answer } from '../stories/actors.js';
import type { Reality } from './reality.js';
import {
  HOUR, MINUTE, DAY, SHIBUYA, TOYONAKA, coversAll, organizationOf,
  type Declaration, type Grant, type Hq, type Nomination, type Organization, type SupportCall, type World,
} from './world.js'; // prettier-ignore

/** Numbers that an act chooses by; each act takes them as it likes. */
export interface Dice {
  a: number;
  b: number;
  c: number;
  d: number;
}

/** One thing that somebody does: to the model and to the real service; they must agree on whether it is taken. */
export type Act = (world: World, reality: Reality, dice: Dice) => Promise<void>;

const HQ: readonly Hq[] = ['hq-1', 'hq-2', 'hq-3'];
const ORGANIZATIONS: readonly Organization[] = ['retailer-a', 'retailer-b'];
export const PEOPLE = ['operator-a-01', 'operator-a-02', 'operator-b-01'];
const AREAS: readonly (readonly string[])[] = [
  [TOYONAKA],
  [TOYONAKA, SHIBUYA],
  ['27'],
  [SHIBUYA],
  ['13', '27'],
];
const FREEZABLE = ['feeder_section_code', 'danger_report', 'public_notice_text'];

export function pick<T>(list: readonly T[], die: number): T | undefined {
  return list.length === 0 ? undefined : list[die % list.length];
}
const sure = <T>(list: readonly T[], die: number): T => pick(list, die) as T;
/** The newest are the likeliest to matter. */
const newest = <T>(list: readonly T[], die: number): T | undefined => pick(list.slice(-3), die);
export const iso = (instant: number): string => new Date(instant).toISOString();
const supervisorOf = (organization: Organization): string => `supervisor-${organization.slice(-1)}`;

/** Taken or refused, as the model says. */
export function agree(what: string, answer: Answer<object>, isTaken: boolean): boolean {
  const wasTaken = answer.status < 300;
  if (wasTaken === isTaken) return isTaken;
  throw new Error(
    `${what}: ${answer.status} ${JSON.stringify(answer.body)}, the model says ${isTaken ? 'taken' : 'refused'}`,
  );
}

const declare: Act = async (world, reality, { a, b, c, d }) => {
  const by = sure(HQ, a);
  const area = sure(AREAS, b);
  const expectedEnd = world.now + (1 + (c % 90)) * HOUR;
  const isDrill = d % 4 === 0;
  const isAnticipatory = d % 9 === 1;
  const body = reality.clock.storm.declarationBody({
    target_area: area,
    expected_end_at: iso(expectedEnd),
    is_drill: isDrill,
    ...(isAnticipatory && { posture_level: '警戒本部' }),
  });
  const answer = await reality.as<{ id: string }>(by, '/declarations', body);
  agree('declare', answer, true);
  const left = world.unconfirmedLeft(area, isDrill);
  const waits = left < MINUTE && !isAnticipatory;
  const hardEnd = Math.min(expectedEnd, world.now + (waits || isAnticipatory ? 30 * MINUTE : left));
  world.declarations.push({
    id: answer.body.id, isDrill, isAnticipatory, declaredBy: by, declaredAt: world.now, confirmedAt: null, waits,
    expectedEnd, hardEnd, liftedAt: null, area, declaredArea: area,
  }); // prettier-ignore
};

const onDeclaration =
  (act: (world: World, reality: Reality, one: Declaration, dice: Dice) => Promise<void>): Act =>
  async (world, reality, dice) => {
    const one = newest(
      world.declarations.filter((each) => !each.isAnticipatory),
      dice.a,
    );
    if (one) await act(world, reality, one, dice);
  };

const confirm = onDeclaration(async (world, reality, one, { b }) => {
  const by = sure(HQ, b);
  const isOpen = one.confirmedAt === null && one.liftedAt === null && world.now < one.hardEnd;
  if (
    !agree(
      'confirm',
      await reality.as(by, `/declarations/${one.id}/confirm`),
      isOpen && by !== one.declaredBy,
    )
  )
    return;
  one.confirmedAt = world.now;
  one.hardEnd = Math.min(one.expectedEnd, one.declaredAt + 72 * HOUR);
});

const lift = onDeclaration(async (world, reality, one, { b }) => {
  const answer = await reality.as(sure(HQ, b), `/declarations/${one.id}/lift`, {
    reason: '復旧が完了したため',
  });
  if (agree('lift', answer, one.liftedAt === null)) one.liftedAt = world.now;
});

const extend = onDeclaration(async (world, reality, one, { b, c, d }) => {
  const [proposer, confirmer] = [sure(HQ, b), sure([...HQ, 'compliance-1'], c)];
  const hours = 1 + (d % 80);
  const hardEnd = one.hardEnd + hours * HOUR;
  const body = { hard_end_at: iso(hardEnd), reason: '復旧に時間を要するため', outage_households: 1200 };
  const path = `/declarations/${one.id}/extend`;
  const { proposed, confirmed } = await reality.byTwo([proposer, confirmer], 'POST', path, body);
  const isProposable = world.isInForce(one) && one.confirmedAt !== null && hours <= 72;
  if (!agree('propose an extension', proposed, isProposable) || confirmed === null) return;
  const needsCompliance = hardEnd - one.declaredAt > 14 * DAY;
  const isEntitled = needsCompliance
    ? confirmer === 'compliance-1'
    : confirmer !== 'compliance-1' && confirmer !== proposer;
  if (!agree('confirm an extension', confirmed, isEntitled)) return;
  one.hardEnd = hardEnd;
  one.expectedEnd = hardEnd;
});

const changeArea = onDeclaration(async (world, reality, one, { b, c, d }) => {
  const area = sure(AREAS, b);
  const [proposer, confirmer] = [sure(HQ, c), sure(HQ, d)];
  const path = `/declarations/${one.id}/area`;
  const { proposed, confirmed } = await reality.byTwo([proposer, confirmer], 'POST', path, {
    target_area: area,
    reason: '被害の範囲が変わったため',
  });
  const isShrinking = coversAll(one.area, area);
  const isGrowing = coversAll(area, one.area);
  const isPossible =
    world.isInForce(one) && isShrinking !== isGrowing && (isShrinking || one.confirmedAt !== null);
  if (!agree('change the area', proposed, isPossible)) return;
  if (isShrinking) one.area = area;
  else if (confirmed && agree('confirm a growth', confirmed, proposer !== confirmer))
    one.area = [...one.area, ...area];
});

const callForSupport = onDeclaration(async (world, reality, one, { b, c, d }) => {
  const pattern = sure([0, 1, 2, 1, 2] as const, b);
  const seats = { 'retailer-a': 1 + (c % 2), 'retailer-b': 1 + (d % 2) };
  const organizations = ORGANIZATIONS.map((id) => ({ organization_id: id, seats: seats[id] }));
  const body = reality.clock.storm.callBody({ response_pattern: pattern, organizations });
  const answer = await reality.as<{ id: string }>(sure(HQ, d), `/declarations/${one.id}/support-calls`, body);
  if (!agree('call for support', answer, world.isInForce(one))) return;
  world.calls.push({ id: answer.body.id, declaration: one, pattern, seats, declined: new Set() });
});

const onCall =
  (act: (world: World, reality: Reality, one: SupportCall, dice: Dice) => Promise<void>): Act =>
  async (world, reality, dice) => {
    const one = newest(world.calls, dice.a);
    if (one) await act(world, reality, one, dice);
  };

const decline = onCall(async (world, reality, one, { b }) => {
  const organization = sure(ORGANIZATIONS, b);
  const answer = await reality.as(supervisorOf(organization), `/support-calls/${one.id}/decline`, {
    reason: '人員の余裕がないため',
  });
  const isOpen = !one.declined.has(organization) && world.isInForce(one.declaration);
  if (agree('decline', answer, isOpen)) one.declined.add(organization);
});

const isAnswerable = (world: World, call: SupportCall, organization: Organization): boolean =>
  world.isInForce(call.declaration) && call.pattern > 0 && !call.declined.has(organization);

const nominate = onCall(async (world, reality, one, { b, c, d }) => {
  const organization = sure(ORGANIZATIONS, b);
  const own = PEOPLE.filter((person) => organizationOf(person) === organization);
  const people = own.slice(0, 1 + (c % own.length));
  const starts = world.now + sure([0, 0, 2, 5], c) * HOUR;
  const ends = starts + (1 + (d % 9)) * HOUR;
  const body = { people, starts_at: iso(starts), ends_at: iso(ends), note: '' };
  const answer = await reality.as<{ id: string; results: { person_id: string; verdict: string }[] }>(
    supervisorOf(organization),
    `/support-calls/${one.id}/nominations`,
    body,
  );
  const isPossible =
    isAnswerable(world, one, organization) &&
    ends - starts <= 8 * HOUR &&
    ends <= one.declaration.expectedEnd;
  if (!agree('nominate', answer, isPossible)) return;
  const eligible = world.eligibleFor(one, people, { starts, ends });
  const said = answer.body.results
    .filter((each) => each.verdict === 'eligible')
    .map((each) => each.person_id);
  if (said.join() !== eligible.join())
    throw new Error(`eligible are ${said.join()}, the model says ${eligible.join()}`);
  world.nominations.push({
    id: answer.body.id,
    call: one,
    organization,
    eligible,
    starts,
    ends,
    isDecided: false,
  });
});

const onNomination =
  (act: (world: World, reality: Reality, one: Nomination, dice: Dice) => Promise<void>): Act =>
  async (world, reality, dice) => {
    const one = newest(world.nominations, dice.a);
    if (one) await act(world, reality, one, dice);
  };

const approve = onNomination(async (world, reality, one, { b }) => {
  const by = sure(HQ, b);
  const answer = await reality.as<{ grants: { id: string; person_id: string }[] }>(
    by,
    `/nominations/${one.id}/approve`,
  );
  const { declaration } = one.call;
  const eligible = world.eligibleFor(one.call, one.eligible, one);
  const isPossible =
    !one.isDecided &&
    isAnswerable(world, one.call, one.organization) &&
    (declaration.confirmedAt !== null || declaration.declaredBy !== by) &&
    one.ends > world.now &&
    eligible.length > 0;
  if (!agree('approve', answer, isPossible)) return;
  one.isDecided = true;
  if (!declaration.isDrill) {
    // The real event ends the person's drill: the two never mix in a shift.
    for (const drill of world.holding(one))
      if (drill.nomination.call.declaration.isDrill && eligible.includes(drill.person)) drill.revoked = true;
  }
  const given = answer.body.grants.map((each) => each.person_id);
  if (given.join() !== eligible.join())
    throw new Error(`granted to ${given.join()}, the model says ${eligible.join()}`);
  for (const { id, person_id: person } of answer.body.grants) {
    world.grants.push({
      id, person, nomination: one, isAcknowledged: false, suspenders: new Set(),
      revoked: false, handedBack: false, credential: null,
      seenAt: null,
    }); // prettier-ignore
  }
});

const deny = onNomination(async (_, reality, one, { b }) => {
  const answer = await reality.as(sure(HQ, b), `/nominations/${one.id}/deny`, {
    reason: '席が足りているため',
  });
  if (agree('deny', answer, !one.isDecided)) one.isDecided = true;
});

const withdraw = onNomination(async (_, reality, one) => {
  const answer = await reality.as(supervisorOf(one.organization), `/nominations/${one.id}/withdraw`);
  if (agree('withdraw', answer, !one.isDecided)) one.isDecided = true;
});

const advance: Act = async (world, reality, { a, b }) => {
  world.now += sure([1, 4, 6, 29, 31, 60, 180, 480, 1500], a) * MINUTE + (b % 60) * 1000;
  await reality.standAt(world.now);
};

const onGrant =
  (act: (world: World, reality: Reality, one: Grant, dice: Dice) => Promise<void>): Act =>
  async (world, reality, dice) => {
    const one = newest(world.grants, dice.a);
    if (one) await act(world, reality, one, dice);
  };

/** By the grantee; who has left is shut out at the door, whatever is asked. */
const byGrantee = (act: (world: World, reality: Reality, one: Grant, dice: Dice) => Promise<void>): Act =>
  onGrant(async (world, reality, one, dice) => {
    if (!world.left.has(one.person)) return act(world, reality, one, dice);
    agree('sign in after leaving', await reality.signIn(one.person), false);
  });

export const SITUATION = {
  declare,
  confirm,
  lift,
  extend,
  changeArea,
  callForSupport,
  decline,
  nominate,
  approve,
  deny,
  withdraw,
  advance,
};
export { byGrantee, FREEZABLE, HQ, onDeclaration, onGrant, ORGANIZATIONS, sure, supervisorOf };
