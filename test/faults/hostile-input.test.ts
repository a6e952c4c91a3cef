import { ACCESS_TABLE } from '../../src/contract/access-table.js';
import { expectHeld } from './expect-held.js';
import { hostileCases, MARK } from './hostile-cases.js';
import { faultsOf, HOSTILE_INPUT } from './hostile-input.js';

describe('hostile input, made of the OpenAPI document', () => {
  it('is refused without a word of what it said or of the inside, and changes nothing', async () => {
    await expectHeld(HOSTILE_INPUT);
  }, 180_000);

  it('meets every operation', () => {
    const met = new Set(hostileCases(20_000, 1).map(({ access }) => access));
    expect(ACCESS_TABLE.filter((one) => !met.has(one)).map(({ path }) => path)).toEqual(['/api/v1/session']);
  });

  const [one] = hostileCases(1, 1);
  it.each([
    ['a 500', 500, { code: 'internal_error' }],
    ['what was sent', 422, { detail: `${MARK}!` }],
    ['a place in the source', 404, { detail: 'at f (/srv/a.js:5:3)' }],
    ['a statement', 409, { detail: 'select id from person' }],
  ])('is known by its answer when that is %s', (_what, status, body) => {
    expect(one && faultsOf(one, { status, body })).toHaveLength(1);
  });

  it('is fine where it is refused as it should be', () => {
    expect(one && faultsOf(one, { status: 422, body: { code: 'invalid_input' } })).toEqual([]);
    expect(one && faultsOf(one, { status: 503, body: { code: 'wheeling_unavailable' } })).toEqual([]);
  });
});
