import { ApiProperty } from '@nestjs/swagger';
import { accessOf } from './access-table.js';
import type { Caller } from './caller.js';
import { CODES, type Code } from './codes.js';
import { DomainError, invariant } from './domain-error.js';

/**
 * What somebody could do with a thing now: the route that does it, and the code with which its own rule would refuse.
 * The rule is the very function that the act asks; it knows the thing's state and the person, not what will be typed in.
 */
export interface Act {
  name: string;
  route: `${'POST' | 'PATCH'} ${string}`;
  whyNot: Code | undefined;
}

export class ActionReasonView {
  @ApiProperty({ example: 'already_confirmed' }) code!: string;
  @ApiProperty({ example: 'この発令は確認済みです。' }) detail!: string;
}

export class ActionView {
  @ApiProperty({ example: 'confirm' }) name!: string;
  @ApiProperty({ example: false }) allowed!: boolean;
  @ApiProperty({ type: ActionReasonView, nullable: true, description: '断られる理由。押せるときは null' })
  reason!: ActionReasonView | null;
}

/** The member of a view. */
export function Actions(): PropertyDecorator {
  return ApiProperty({
    type: ActionView,
    isArray: true,
    description: '呼んだ人が、この答えの時点でできること（役割に無い操作は載らない）',
  });
}

/** Those of the acts whose route is open to the caller's role, in the caller's language. */
export function actionsFor(caller: Caller, acts: readonly Act[]): ActionView[] {
  return acts.filter(({ route }) => isOpenTo(caller, route)).map((act) => actionOf(caller, act));
}

function isOpenTo({ role }: Caller, route: Act['route']): boolean {
  const [method = '', path = ''] = route.split(' ');
  const access = accessOf(method, path);
  invariant(access, `${route} is a route`);
  return access.roles.includes(role) || access.byOccasion?.includes(role) === true;
}

function actionOf(caller: Caller, { name, whyNot }: Act): ActionView {
  return { name, allowed: whyNot === undefined, reason: reasonFor(caller, whyNot) };
}

/** A code with its words in the caller's language; null where nothing stands in the way. */
export function reasonFor({ language }: Caller, code: Code | undefined): ActionReasonView | null {
  return code === undefined ? null : { code, detail: CODES[code][language] };
}

/** Where a rule refuses, the act does: one of the two ways in which a rule is asked. */
export function refuseIf(code: Code | undefined): void {
  if (code !== undefined) throw new DomainError(code);
}
