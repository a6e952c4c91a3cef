import { expectStatus } from '../stories/storm.js';
import {
  agree, byGrantee, FREEZABLE, HQ, onDeclaration, onGrant, ORGANIZATIONS, PEOPLE, pick, SITUATION, supervisorOf, sure, type Act,
} from './acts.js'; // prettier-ignore
import { DAY, MINUTE, organizationOf, type Grant, type World } from './world.js';

const OFFICERS = ['officer-1', 'officer-2'] as const;

const acknowledge = byGrantee(async (world, reality, one) => {
  const person = await reality.person(one.person);
  const { version } = expectStatus(await person.get<{ version: string }>('/api/v1/notice'), 200);
  const answer = await person.post(`/api/v1/grants/${one.id}/acknowledge`, { notice_version: version });
  if (agree('acknowledge', answer, !world.hasEnded(one) && !one.isAcknowledged)) one.isAcknowledged = true;
});

/** At most five minutes, and never past an end. */
function expiryOf(world: World, { nomination }: Grant): number {
  return Math.min(world.now + 5 * MINUTE, nomination.ends, nomination.call.declaration.hardEnd);
}

const credential = byGrantee(async (world, reality, one) => {
  const machine = world.machines.get(one.person);
  if (!machine) throw new Error(`${one.person} has a terminal`);
  const answer = await reality.credential(one, machine);
  const held = one.credential;
  const isHeldElsewhere =
    held !== null &&
    held.terminal !== machine &&
    !held.terminal.isLost &&
    !held.released &&
    held.expires > world.now;
  const isPossible =
    world.isLive(one) && !machine.isLost && !isHeldElsewhere && expiryOf(world, one) - world.now >= 1000;
  if (agree('credential', answer, isPossible)) {
    one.credential = { terminal: machine, expires: expiryOf(world, one), released: false };
  }
});

const release = byGrantee(async (_, reality, one) => {
  if (one.credential === null) return;
  agree('release', await reality.releaseCredential(one), true);
  one.credential.released = true;
});

const suspend = onGrant(async (world, reality, one, { b }) => {
  const by = sure([...HQ, 'auditor-1', supervisorOf(one.nomination.organization)], b);
  const answer = await reality.as(by, `/grants/${one.id}/suspend`, { reason: '確認のため' });
  if (agree('suspend', answer, !world.hasEnded(one))) one.suspenders.add(by);
});

const resume = onGrant(async (world, reality, one, { b }) => {
  const by = sure(HQ, b);
  const answer = await reality.as(by, `/grants/${one.id}/resume`, { reason: '確認が済んだため' });
  const isPossible = one.suspenders.size > 0 && !world.hasEnded(one) && !one.suspenders.has(by);
  if (!agree('resume', answer, isPossible)) return;
  one.suspenders.clear();
  one.isAcknowledged = false;
});

const revoke = onGrant(async (_, reality, one, { b }) => {
  const answer = await reality.as(sure([...HQ, 'auditor-1'], b), `/grants/${one.id}/revoke`, {
    reason: '規程に反したため',
  });
  agree('revoke', answer, true);
  one.revoked = true;
});

const handBack = byGrantee(async (_, reality, one) => {
  agree('hand back', await reality.as(one.person, `/grants/${one.id}/hand-back`), true);
  one.handedBack = true;
});

const revokeAll = onDeclaration(async (world, reality, one, { b, c }) => {
  const organization = pick([undefined, ...ORGANIZATIONS], b);
  const body = {
    reason: '全員の利用を終えるため',
    ...(organization !== undefined && { organization_id: organization }),
  };
  const answer = await reality.as(sure([...HQ, 'auditor-1'], c), `/declarations/${one.id}/revoke-all`, body);
  agree('revoke all', answer, true);
  for (const grant of world.grants) {
    const isMeant = organization === undefined || grant.nomination.organization === organization;
    if (grant.nomination.call.declaration === one && isMeant) grant.revoked = true;
  }
});

const loseTerminal: Act = async (world, reality, { a, b }) => {
  const person = sure(PEOPLE, a);
  const machine = world.machines.get(person);
  if (!machine) return;
  const by = sure(['officer-1', supervisorOf(organizationOf(person))], b);
  agree(
    'lose a terminal',
    await reality.as(by, `/terminals/${machine.id}/lost`, { reason: '見当たらないため' }),
    true,
  );
  machine.isLost = true;
  reality.signedOut(person);
};

const enrolTerminal: Act = async (world, reality, { a }) => {
  const person = sure(PEOPLE, a);
  if (world.machines.get(person)?.isLost === true) await reality.enrol(person, world);
};

const leave: Act = async (world, reality, { a, b }) => {
  const person = sure(PEOPLE, a);
  if (b % 3 !== 0 || world.left.has(person)) return;
  const { confirmed } = await reality.byTwo(OFFICERS, 'POST', `/people/${person}/retire`);
  if (confirmed && agree('leave', confirmed, true)) world.left.add(person);
};

const endAgreement: Act = async (world, reality, { a, b }) => {
  const organization = sure(ORGANIZATIONS, a);
  if (b % 3 !== 0 || world.endedAgreements.has(organization)) return;
  const { confirmed } = await reality.byTwo(OFFICERS, 'POST', `/agreements/ag_${organization}/retire`);
  if (confirmed && agree('end an agreement', confirmed, true)) world.endedAgreements.add(organization);
};

const report = byGrantee(async (world, reality, one, { b }) => {
  const record = reality.seen.get(one.id);
  if (record === undefined) return;
  const field = sure(FREEZABLE, b);
  const body = { record_id: record, field, description: '見えてはいけないものが見えた' };
  const isRecent = one.seenAt !== null && world.now - one.seenAt < DAY;
  if (agree('report', await reality.as(one.person, '/incidents', body), isRecent)) world.frozen.add(field);
});

const releaseField: Act = async (world, reality, { a }) => {
  const field = pick([...world.frozen], a);
  if (field === undefined) return;
  const body = { release: [field], reason: '確認が済んだため' };
  const { confirmed } = await reality.byTwo(OFFICERS, 'PATCH', '/field-profiles/outage-call', body);
  if (confirmed && agree('release a field', confirmed, true)) world.frozen.delete(field);
};

export const ACTS: Readonly<Record<string, Act>> = {
  ...SITUATION,
  acknowledge, credential, release, suspend, resume, revoke, handBack, revokeAll, loseTerminal, enrolTerminal, leave,
  endAgreement, report, releaseField,
}; // prettier-ignore
