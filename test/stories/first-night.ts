import { approve, beforeTheStorm, callForSupport, declare, nominate } from './from-alarm-to-grant.js';
import { credential, onThePhone, resourceServer } from './on-the-phone.js';
import type { Stage } from './stage.js';
import { afterwards, lift, secondThoughts } from './to-the-lift.js';

/** The straight path and its refusals: one night of a typhoon, from the first alarm to the lift. */
export async function firstNight(stage: Stage): Promise<void> {
  await beforeTheStorm(stage);
  const declaration = await declare(stage);
  const call = await callForSupport(stage, declaration.id);
  const nomination = await nominate(stage, call.id);
  const grants = await approve(stage, nomination);
  const operator = await credential(stage, grants);
  await onThePhone(stage, operator);
  await resourceServer(stage, operator);
  await secondThoughts(stage, grants, operator);
  await lift(stage, declaration.id, operator);
  await afterwards(stage, declaration.id);
}
