import fc from 'fast-check';
import { resolved, spelling } from './pasted-names.js';

const PEOPLE = [
  { id: 'operator-a-01', name: '山田 太郎' },
  { id: 'operator-a-02', name: '佐藤　花子' },
  { id: 'operator-a-03', name: '佐藤花子' },
  { id: 'operator-a-04', name: 'Anna O’Neil' },
];
const whom = (entry: string): string[] =>
  resolved([entry], PEOPLE).flatMap(({ match, people }) => [match, ...people.map((one) => one.id)]);

describe('pasted names', () => {
  it.each([
    ['山田太郎', ['one', 'operator-a-01']],
    ['　山田　太郎　', ['one', 'operator-a-01']],
    ['ｏｐｅｒａｔｏｒ－ａ－０１', ['one', 'operator-a-01']],
    ['OPERATOR-A-04', ['one', 'operator-a-04']],
    ['ＡＮＮＡ　Ｏ’ＮＥＩＬ', ['one', 'operator-a-04']],
    ['佐藤 花子', ['several', 'operator-a-02', 'operator-a-03']],
    ['佐藤', ['none']],
    ['operator-a', ['none']],
    ['', ['none']],
  ])('%j means %j', (entry, expected) => {
    expect(whom(entry)).toEqual(expected);
  });

  it('mean the same in any width, and each line has its answer in its place', () => {
    const full = (text: string): string =>
      text.replace(/[!-~]/gu, (one) => String.fromCharCode(one.charCodeAt(0) + 0xfee0)).replaceAll(' ', '　');
    const lines = fc.array(
      fc.oneof(fc.constantFrom(...PEOPLE.flatMap(({ id, name }) => [id, name])), fc.string()),
    );
    fc.assert(
      fc.property(lines, (entries) => {
        const plain = resolved(entries, PEOPLE);
        expect(plain.map((one) => one.entry)).toEqual(entries);
        const wide = resolved(entries.map(full), PEOPLE);
        expect(wide.map((one) => one.people)).toEqual(plain.map((one) => one.people));
        for (const { entry, people } of plain)
          for (const { id, name } of people)
            expect([spelling(id), spelling(name)]).toContain(spelling(entry));
      }),
    );
  });
});
