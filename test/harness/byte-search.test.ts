import { ByteSearch, WRITINGS } from './byte-search.js';
import { customerValues } from './customer-values.js';

const value = '標本 花子 0000123';
const noise = Buffer.from(Array.from({ length: 5_000 }, (_, n) => (n * 7919) % 251));

describe('the search for values in bytes', () => {
  const search = new ByteSearch([{ name: 'planted', value }]);

  it.each([...WRITINGS])('finds a value written as %s, and nothing where it is not', (_, write) => {
    const bytes = Buffer.concat([noise, Buffer.from(write(value)), noise]);
    expect(search.find(bytes)).not.toEqual([]);
    expect(search.find(bytes, [value])).toEqual([]);
    expect(search.find(Buffer.concat([noise, noise]))).toEqual([]);
  });

  it('finds it inside a longer text in base64, wherever it begins', () => {
    for (const before of ['', 'a', 'ab', 'abc'])
      expect(search.find(Buffer.from(`${before}${value}z`).toString('base64'))).not.toEqual([]);
  });

  it('finds it inside escaped JSON, and inside JSON that was quoted once more', () => {
    const once = JSON.stringify({ name: value });
    for (const text of [once, JSON.stringify(once), JSON.stringify(Buffer.from(value).toString('hex'))])
      expect(search.find(text)).not.toEqual([]);
  });

  it('finds it at the very beginning and the very end', () => {
    expect(search.find(value)).not.toEqual([]);
    expect(search.find(value.slice(0, -1))).toEqual([]);
  });

  it('finds a telephone number however it is spaced', () => {
    const phone = new ByteSearch([{ name: 'phone', value: '09001234567' }]);
    for (const said of ['090-0123-4567', '0900 123 4567', '(0900)1234567', '０９００－１２３－４５６７'])
      expect(phone.find(said)).not.toEqual([]);
    expect(phone.find('0900123456')).toEqual([]);
  });
});

describe('the choice of values to search for', () => {
  const alone = {
    supply_point_id: '9900627203000007368787',
    holder: value,
    deep: { list: ['秘密の申出一'] },
  };
  const others = Array.from({ length: 5 }, (_, n) => ({ supply_point_id: `${n}`, area: '大阪府豊中市' }));

  it('takes every leaf, and the words of it', () => {
    const names = customerValues([alone], [alone, ...others]).map(({ name }) => name);
    expect(names).toEqual([
      '9900627203000007368787.supply_point_id',
      '9900627203000007368787.holder',
      '9900627203000007368787.holder, a word',
      '9900627203000007368787.deep.list.0',
    ]);
  });

  it('leaves out what is short, monotonous, or shared by many', () => {
    const dull = { supply_point_id: '1', area: '大阪府豊中市', code: '06', tag: '0000001', flag: true };
    expect(customerValues([dull], [dull, ...others])).toEqual([]);
  });
});
