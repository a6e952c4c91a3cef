import { CODE_PARTS, CODES } from './codes.js';

describe('codes', () => {
  it('stands in one part only: a second one would silently replace the first', () => {
    const names = CODE_PARTS.flatMap((part) => Object.keys(part));
    expect(names.filter((name, at) => names.indexOf(name) !== at)).toEqual([]);
    expect(names.sort()).toEqual(Object.keys(CODES).sort());
  });
});
