import 'reflect-metadata';
import { RequestMethod, type Type } from '@nestjs/common';
import { METHOD_METADATA, PATH_METADATA, ROUTE_ARGS_METADATA } from '@nestjs/common/constants.js';
import { plainToInstance, Type as TypeOf } from 'class-transformer';
import { getMetadataStorage, IsArray, IsObject, IsString, ValidateNested } from 'class-validator';
import { ACCESS_TABLE, accessOf } from '../../src/contract/access-table.js';
import { filesBelow } from './sources.js';

type Class = Type<object>;

/** What a handler takes from the request, and the class that the pipe checks it by (style.md, fact 5). */
interface Taken {
  route: string;
  from: 'body' | 'query';
  metatype: unknown;
}

/** @nestjs/common RouteParamtypes; the numbers are part of what its decorators write. */
const SOURCES = new Map<number, Taken['from']>([
  [3, 'body'],
  [4, 'query'],
]);

/**
 * Forms and JSON whose standards let unknown members pass (RFC 7662, RFC 7009, AuthZEN 1.0, OpenID Connect Back-Channel Logout): parsed by hand.
 * A client's doing, never a person's; each has its own tests.
 */
const PARSED_BY_HAND = new Set([
  'POST /oauth/introspect',
  'POST /oauth/revoke',
  'POST /access/v1/evaluation',
  'POST /access/v1/evaluations',
  'POST /api/v1/sign-in/:provider/backchannel-logout',
]);

/** Members whose inside is read by a parser of its own. */
const OPEN_MEMBERS = new Set([
  'EnrolTerminalDto.jwk',
  // WebAuthn's, to which browsers add members: identity/passkeys/ceremony-answer.ts.
  'ShowPasskeyDto.response',
  'FirstPasskeyDto.response',
  'AnswerPasskeyDto.response',
]);

async function controllers(): Promise<Class[]> {
  const found: unknown[] = [];
  for (const path of filesBelow('src').filter((file) => file.endsWith('.controller.ts'))) {
    const module = (await import(`../../${path.replace(/\.ts$/, '.js')}`)) as Record<string, unknown>;
    found.push(...Object.values(module));
  }
  return found.filter(
    (value): value is Class => typeof value === 'function' && Reflect.hasMetadata(PATH_METADATA, value),
  );
}

function handlersOf(controller: Class): { name: string; route: string }[] {
  const prefix = String(Reflect.getMetadata(PATH_METADATA, controller) ?? '');
  const prototype = controller.prototype as Record<string, unknown>;
  return Object.getOwnPropertyNames(prototype).flatMap((name) => {
    if (name === 'constructor') return [];
    const handler = prototype[name];
    if (typeof handler !== 'function' || !Reflect.hasMetadata(PATH_METADATA, handler)) return [];
    const path = [prefix, String(Reflect.getMetadata(PATH_METADATA, handler))]
      .join('/')
      .split('/')
      .filter((part) => part !== '');
    const method = RequestMethod[Reflect.getMetadata(METHOD_METADATA, handler) as number];
    return [{ name, route: `${String(method)} /${path.join('/')}` }];
  });
}

function takenBy(controller: Class): Taken[] {
  return handlersOf(controller).flatMap(({ name, route }) => {
    const written = Reflect.getMetadata(ROUTE_ARGS_METADATA, controller, name) as object | undefined;
    const types = Reflect.getMetadata('design:paramtypes', controller.prototype as object, name) as unknown[];
    return Object.entries((written ?? {}) as Record<string, { index: number }>).flatMap(
      ([key, { index }]) => {
        const from = SOURCES.get(Number(key.split(':')[0]));
        return from ? [{ route, from, metatype: types[index] }] : [];
      },
    );
  });
}

const BARE: unknown[] = [Object, Array, String, Number, Boolean, undefined];
const isClass = (value: unknown): value is Class => typeof value === 'function' && !BARE.includes(value);

/** Every fault in how a class is checked, its nested classes included. */
function faultsOf(type: Class, seen = new Set<Class>()): string[] {
  if (seen.has(type)) return [];
  seen.add(type);
  const checks = getMetadataStorage().getTargetValidationMetadatas(type, '', true, false);
  if (checks.length === 0) return [`${type.name} checks nothing`];
  return [...new Set(checks.map(({ propertyName }) => propertyName))].flatMap((member) => {
    const own = checks.filter(({ propertyName }) => propertyName === member);
    const inner = nestedType(type, member);
    const isNested = own.some((check) => check.type === 'nestedValidation');
    if (isNested !== (inner !== undefined))
      return [`${type.name}.${member} needs both ValidateNested and Type`];
    if (inner) return faultsOf(inner, seen);
    const isObject = own.some(({ name }) => name === 'isObject' || name === 'isInstance');
    const isList = own.some(({ name }) => name === 'isArray');
    if (isList && !own.some(({ each }) => each)) return [`${type.name}.${member} is a list of anything`];
    if (!isObject || OPEN_MEMBERS.has(`${type.name}.${member}`)) return [];
    return [`${type.name}.${member} is an object that nobody looks into`];
  });
}

/** The class that the transformation makes of an object there: undefined where it leaves it as it came. */
function nestedType(type: Class, member: string): Class | undefined {
  const made = plainToInstance(type, { [member]: {} }) as Record<string, unknown>;
  const found = (made[member] as object | null | undefined)?.constructor;
  return isClass(found) && found !== Date ? found : undefined;
}

const all = await controllers();
const taken = all.flatMap(takenBy);

describe('the routes', () => {
  it('are found', () => {
    expect(taken.filter(({ from }) => from === 'body').length).toBeGreaterThan(10);
  });

  it('stand in the access table, all of them, and the table has no other', () => {
    const routes = all.flatMap(handlersOf).map(({ route }) => route);
    const unlisted = routes.filter((route) => !accessOf(...(route.split(' ') as [string, string])));
    const listed = ACCESS_TABLE.map(({ method, path }) => `${method} ${path}`);
    expect(unlisted).toEqual([]);
    expect(listed.filter((route) => !routes.includes(route))).toEqual([]);
    expect(routes).toHaveLength(new Set(routes).size);
  });

  it('take a body or a query only by a class that is there at run time', () => {
    const loose = taken.filter(({ route, metatype }) => !isClass(metatype) && !PARSED_BY_HAND.has(route));
    expect(loose.map(({ route, from }) => `${route} (${from})`)).toEqual([]);
  });

  it('are parsed by hand only where a person cannot come', () => {
    for (const route of PARSED_BY_HAND) {
      const [method = '', path = ''] = route.split(' ');
      // A provider's logout token proves itself; the others come in as systems.
      expect([route, accessOf(method, path)?.entry]).toEqual([
        route,
        path.endsWith('/backchannel-logout') ? 'anyone' : (expect.stringMatching(/^system/) as string),
      ]);
      expect(taken.map((one) => one.route)).toContain(route);
    }
  });

  it('check every member of what they take, down to the innermost', () => {
    const classes = new Set(taken.map(({ metatype }) => metatype).filter(isClass));
    expect([...classes].flatMap((type) => faultsOf(type))).toEqual([]);
  });
});

describe('the search for what is not checked', () => {
  class Inner {
    @IsString() text!: string;
  }
  class WithoutNested {
    @TypeOf(() => Inner) @IsObject() inner!: Inner;
  }
  class WithoutType {
    @ValidateNested() inner!: object;
  }
  class Unchecked {
    inner!: Inner;
  }
  class Deep {
    @ValidateNested() @TypeOf(() => WithoutNested) inner!: WithoutNested;
  }
  class NotLookedInto {
    @IsObject() inner!: object;
  }
  class ListOfAnything {
    @IsArray() list!: unknown[];
  }
  class Good {
    @ValidateNested() @TypeOf(() => Inner) inner!: Inner;
  }

  it.each([
    [WithoutNested, 'WithoutNested.inner needs both ValidateNested and Type'],
    [WithoutType, 'WithoutType.inner needs both ValidateNested and Type'],
    [Unchecked, 'Unchecked checks nothing'],
    [Deep, 'WithoutNested.inner needs both ValidateNested and Type'],
    [NotLookedInto, 'NotLookedInto.inner is an object that nobody looks into'],
    [ListOfAnything, 'ListOfAnything.list is a list of anything'],
  ])('finds what is wrong with %p', (type, fault) => {
    expect(faultsOf(type)).toEqual([fault]);
  });

  it('finds nothing wrong with a class that is whole', () => {
    expect(faultsOf(Good)).toEqual([]);
  });
});
