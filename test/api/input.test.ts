import fc from 'fast-check';
import { ACCESS_TABLE } from '../../src/contract/access-table.js';
import { send } from '../stories/actors.js';
import { mutantsOf } from './hostile-values.js';
import { BASIC, document, InputGround, named, somewhere, withBody } from './input-ground.js';

describe('input in bodies', () => {
  let ground: InputGround;
  beforeAll(async () => {
    ground = await InputGround.start();
  });
  afterAll(() => ground.broker.stop());
  afterEach(() => {
    expect(ground.defects).toEqual([]);
  });

  describe('members of bodies', () => {
    it.each(withBody.map((one) => [named(one.access), one] as const))(
      'are each read strictly by %s',
      async (_, { access, media }) => {
        const mutants = mutantsOf(media.schema, media.example, document);
        expect(mutants.length).toBeGreaterThan(8);
        for (const { label, pointer, body } of mutants) {
          const { status, body: problem } = await ground.sendAs(access, somewhere(access.path), body);
          const faults = (problem['faults'] ?? []) as { pointer: string; detail: string }[];
          // Japanese first: none of a library's own words.
          expect(faults.filter(({ detail }) => !/^[^/]*[ぁ-んァ-ヶ一-龠]/.test(detail))).toEqual([]);
          const isTold = faults.some(
            (fault) => pointer.startsWith(fault.pointer) || fault.pointer.startsWith(pointer),
          );
          expect([label, pointer, status, problem['code'], isTold]).toEqual([
            label,
            pointer,
            422,
            'invalid_input',
            true,
          ]);
        }
      },
    );

    it('are taken where they are right (the control): each example passes as far as its object', async () => {
      for (const { access, media } of withBody.filter(({ access: { path } }) => path.includes('/:'))) {
        const answer = await ground.sendAs(access, somewhere(access.path), media.example);
        expect([named(access), answer.status, answer.body['code']]).toEqual([
          named(access),
          404,
          access.entry === 'terminal' ? 'ref_unknown' : 'not_found',
        ]);
      }
    });
  });

  describe('bodies', () => {
    const DECLARE = '/api/v1/declarations';
    const raw = async (
      path: string,
      body: string | Uint8Array<ArrayBuffer>,
      type: string | null,
    ): Promise<number> => {
      const session = await send(`${ground.broker.url}/api/v1/session`, 'POST', { person_id: 'hq-1' });
      const cookie = session.headers.getSetCookie()[0]?.split(';')[0] ?? '';
      const headers = { cookie, ...(type !== null && { 'content-type': type }) };
      const answer = await fetch(`${ground.broker.url}${path}`, { method: 'POST', body, headers });
      expect(answer.headers.get('content-type')).toMatch(/^application\/problem\+json/);
      return answer.status;
    };
    const JSON_TYPE = 'application/json';
    const bytes = (...parts: (string | number[])[]): Uint8Array<ArrayBuffer> =>
      new Uint8Array(parts.flatMap((part) => (typeof part === 'string' ? [...Buffer.from(part)] : part)));

    it('that are cut off, or no JSON, are 400', async () => {
      const whole = JSON.stringify(ground.broker.storm.declarationBody());
      for (const text of [
        whole.slice(0, -1),
        whole.slice(0, 20),
        '{',
        '"',
        `${whole}}`,
        '{"a":1,}',
        "{'a':1}",
        'NaN',
        '\u0000',
        '\ufeff{}x',
      ]) {
        expect([text.slice(0, 20), await raw(DECLARE, text, JSON_TYPE)]).toEqual([text.slice(0, 20), 400]);
      }
    });

    it('that are no object are refused', async () => {
      for (const text of ['[]', '[{}]', 'null', 'true', '5', '"text"', '""', '[[[[]]]]']) {
        expect([text, [400, 422]]).toEqual([
          text,
          expect.arrayContaining([await raw(DECLARE, text, JSON_TYPE)]),
        ]);
      }
    });

    it('that are no UTF-8 are 400, wherever the bytes stand', async () => {
      for (const bad of [[0xff], [0xc0, 0x80], [0xed, 0xa0, 0x80], [0xf5, 0x80, 0x80, 0x80]]) {
        expect([bad, await raw(DECLARE, bytes('{"name":"', bad, '"}'), JSON_TYPE)]).toEqual([bad, 400]);
        expect(await raw('/api/v1/session', bytes('{"person_id":"hq-1', bad, '"}'), JSON_TYPE)).toBe(400);
      }
    });

    it('that reach for JavaScript’s machinery are refused, also written with escapes', async () => {
      for (const text of [
        '{"__proto__":{"is_drill":true}}',
        '{"constructor":{"prototype":{"x":1}}}',
        '{"constructor":"x"}',
        '{"name":{"__proto__":1}}',
        '{"\\u005f\\u005fproto\\u005f\\u005f":{}}',
        '{"\\u0063onstructor":1}',
      ]) {
        expect([text, await raw(DECLARE, text, JSON_TYPE)]).toEqual([text, 400]);
      }
      expect(({} as Record<string, unknown>)['is_drill']).toBeUndefined();
    });

    it('that name a member twice are read as their last, as JSON is, and never break anything', async () => {
      expect(await raw('/api/v1/session', '{"person_id":"hq-1","person_id":5}', JSON_TYPE)).toBe(422);
      expect(await raw('/api/v1/session', '{"person_id":5,"person_id":"nobody"}', JSON_TYPE)).toBe(401);
    });

    it('of another type are 415: also forms, which another site could send', async () => {
      const whole = JSON.stringify(ground.broker.storm.declarationBody());
      for (const type of [
        'text/plain',
        'application/xml',
        'multipart/form-data; boundary=x',
        'application/octet-stream',
        'application/jsonx',
        'x',
        '',
      ]) {
        expect([type, await raw(DECLARE, whole, type)]).toEqual([type, 415]);
      }
      expect(await raw('/api/v1/session', 'person_id=hq-1', 'application/x-www-form-urlencoded')).toBe(415);
      expect(await raw('/access/v1/evaluation', 'subject=x', 'application/x-www-form-urlencoded')).toBe(415);
      expect(await raw(DECLARE, '{}', 'application/json; charset=utf-8')).toBe(422);
    });

    it('of 600 KB are 413, a list of people of 4 MB, at every route, before anybody is asked who they are', async () => {
      const huge = JSON.stringify({ name: 'x'.repeat(600 * 1024) });
      const list = JSON.stringify({ name: 'x'.repeat(4 * 1024 * 1024) });
      for (const { path } of ACCESS_TABLE.filter(({ method }) => method === 'POST')) {
        expect([
          path,
          await raw(somewhere(path), path === '/api/v1/people' ? list : huge, JSON_TYPE),
        ]).toEqual([path, 413]);
      }
    });

    it('of great depth are refused', async () => {
      const deep = `${'{"a":'.repeat(20_000)}1${'}'.repeat(20_000)}`;
      for (const path of [DECLARE, '/access/v1/evaluation', '/oauth/introspect']) {
        expect([path, (await raw(path, deep, JSON_TYPE)) < 500]).toEqual([path, true]);
      }
    });

    it('of OAuth name each parameter once', async () => {
      const form = 'application/x-www-form-urlencoded';
      expect(await raw('/oauth/introspect', 'token=a&token=b', form)).toBe(400);
      for (const text of [
        'token[]=a',
        '__proto__=x',
        'token=%zz',
        '%',
        '&&&=',
        `token=${'a'.repeat(100_000)}`,
      ]) {
        const answer = await send(`${ground.broker.url}/oauth/introspect`, 'POST', text, {
          ...BASIC,
          'content-type': form,
        });
        expect([text.slice(0, 20), answer.status < 500]).toEqual([text.slice(0, 20), true]);
      }
    });
  });

  it('of any shape whatever never makes the service fail', async () => {
    const routes = ACCESS_TABLE.filter(({ method, entry }) => method === 'POST' && entry !== 'anyone');
    const near = fc.constantFrom(...withBody.map(({ media }) => media.example as Record<string, unknown>));
    const bent = fc.tuple(near, fc.dictionary(fc.constantFrom(...withBody.flatMap(({ media }) => Object.keys(media.example as object))), fc.jsonValue({ maxDepth: 3 })))
      .map(([example, other]) => ({ ...example, ...other })); // prettier-ignore
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...routes),
        fc.oneof(fc.jsonValue({ maxDepth: 4 }), bent),
        async (access, body) => {
          const { status } = await ground.sendAs(access, somewhere(access.path), body);
          return status < 500;
        },
      ),
      { numRuns: 300, seed: 20261123 },
    );
  });
});
