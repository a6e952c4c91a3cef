import fc from 'fast-check';
import { addressKey, beforeNumbers, isSameAddress, isTownBlockOf, townBlock } from './address.js';

describe('town and block of an address', () => {
  it.each([
    ['大阪府豊中市本町1丁目2番3号 サンプル荘405号室', '大阪府豊中市本町1丁目2番'],
    ['大阪府豊中市本町一丁目二番三号', '大阪府豊中市本町1丁目2番'],
    ['大阪府豊中市本町１－２－３－４０５', '大阪府豊中市本町1-2'],
    ['大阪府 豊中市　本町 1丁目 2番 3号', '大阪府豊中市本町1丁目2番'],
    ['豊中市本町1丁目2-3 メゾン本町405', '豊中市本町1丁目2'],
    ['豊中市本町1の2の3', '豊中市本町1-2'],
    ['渋谷区宇田川町1番1号', '渋谷区宇田川町1番'],
    ['豊中市大字桜台123番地の4', '豊中市大字桜台123番地'],
    ['豊中市桜台1234-5', '豊中市桜台1234-5'],
    ['松山市三番町四丁目5番6号', '松山市三番町4丁目5番'],
    ['港区麻布十番1-2-3', '港区麻布十番1-2'],
    ['仙台市青葉区一番町1丁目2番3号', '仙台市青葉区一番町1丁目2番'],
    ['港区六本木六丁目10番1号', '港区六本木6丁目10番'],
    ['堺市堺区南瓦町3丁1番', '堺市堺区南瓦町3丁1番'],
    ['札幌市中央区北1条西2丁目3番4号', '札幌市中央区北1条西2丁目3番'],
    ['札幌市中央区北1条西2丁目3-405', '札幌市中央区北1条西2丁目3'],
    ['奥州市水沢第5地割12番地3', '奥州市水沢第5地割12番地'],
    ['渋谷区宇田川町1-1渋谷3丁目ビル5番', '渋谷区宇田川町1-1'],
  ])('of %s is %s', (address, shown) => expect(townBlock(address)).toBe(shown));

  it.each([
    ['渋谷区宇田川町1-101', '渋谷区宇田川町1'],
    ['渋谷区宇田川町1-5号室', '渋谷区宇田川町1'],
    ['渋谷区宇田川町1-5号', '渋谷区宇田川町1'],
  ])('of %s leaves out the second number, which may be a room', (address, shown) =>
    expect(townBlock(address)).toBe(shown),
  );

  it.each([
    '渋谷区宇田川町メゾン101号室',
    '渋谷区宇田川町メゾン101-2',
    '渋谷区宇田川町メゾン2番館101',
    '渋谷区宇田川町1丁目101',
    '渋谷区宇田川町1丁目 メゾン101',
    '渋谷区宇田川町101',
    '渋谷区宇田川町',
    '101号室',
    '',
    '1-2-3'.repeat(100),
  ])('cannot be told in %s', (address) => expect(townBlock(address)).toBeNull());

  it('falls back to what stands before the first number, in any script', () => {
    expect(beforeNumbers('豊中市本町１０１号室')).toBe('豊中市本町');
    expect(beforeNumbers('豊中市本町一〇一号室')).toBe('豊中市本町');
    expect(beforeNumbers('豊中市本町十二号室')).toBe('豊中市本町');
    expect(beforeNumbers('豊中市本町①')).toBe('豊中市本町');
    expect(beforeNumbers('豊中市本町٣')).toBe('豊中市本町');
    expect(beforeNumbers('101')).toBe('');
  });

  it('never holds house, building or room, in any spelling', () => {
    type Spelling = [
      written: (a: number, b: number, c: number) => string,
      shown: (a: number, b: number) => string,
    ];
    const spellings: Spelling[] = [
      [(a, b, c) => `${a}丁目${b}番${c}号`, (a, b) => `${a}丁目${b}番`],
      [(a, b, c) => `${a}丁目${b}番地${c}`, (a, b) => `${a}丁目${b}番地`],
      [(a, b, c) => ` ${a}丁目 ${b}-${c}`, (a, b) => `${a}丁目${b}`],
      [(a, b, c) => `${a}-${b}-${c}`, (a, b) => `${a}-${b}`],
      [(a, b, c) => `${a}ー${b}－${c}`, (a, b) => `${a}-${b}`],
    ];
    const upTo = (max: number): fc.Arbitrary<number> => fc.integer({ min: 1, max });
    const town = fc.constantFrom('大阪府豊中市本町', '四日市市三番町', '倶知安町北1条西', '旭町');
    const building = fc.constantFrom('-', ' ', 'メゾン', ' サンプル荘', ' Tower', '　第二ビル');
    const room = fc
      .tuple(fc.integer({ min: 101, max: 2999 }), fc.constantFrom('', '号室', '号'))
      .map((door) => door.join(''));
    const numbers = fc.tuple(upTo(9), upTo(99), upTo(99));
    fc.assert(
      fc.property(
        town,
        fc.constantFrom(...spellings),
        numbers,
        building,
        room,
        (name, spelling, numbers, house, door) => {
          const [written, shown] = spelling;
          const [a, b, c] = numbers;
          expect(townBlock(name + written(a, b, c) + house + door)).toBe(name + shown(a, b));
        },
      ),
    );
  });
});

describe('the second factor town and block', () => {
  const recorded = '大阪府豊中市本町1丁目2番3号 サンプル荘405号室';

  it.each(['大阪府豊中市本町1丁目2番', '豊中市本町１－２', '本町一丁目二番', '本町1-2-3', '本町1丁目2番地'])(
    'agrees with %s',
    (stated) => expect(isTownBlockOf(recorded, stated)).toBe(true),
  );

  it.each([
    '',
    '本町',
    '本町1丁目',
    '本町1',
    '本町2-1',
    '町1-2',
    '1-2',
    '1丁目2番',
    '東本町1-2',
    '本町1-22',
    '本町11-2',
    '%1-2',
  ])('does not agree with %j', (stated) => expect(isTownBlockOf(recorded, stated)).toBe(false));

  it('knows a block without 丁目 in both spellings, and takes nothing vaguer', () => {
    expect(isTownBlockOf('豊中市桜台12番5号', '桜台12-5')).toBe(true);
    expect(isTownBlockOf('豊中市桜台12番5号', '桜台12番')).toBe(true);
    expect(isTownBlockOf('豊中市桜台12番5号', '桜台5-12')).toBe(false);
    expect(isTownBlockOf('豊中市桜台12番5号', '桜台12丁目5番')).toBe(false);
    expect(isTownBlockOf('豊中市桜台12番5号', '桜台12丁目5')).toBe(false);
    expect(isTownBlockOf('豊中市桜台12-5', '桜台12番')).toBe(false);
  });

  it('never agrees where the record has no block', () => {
    expect(isTownBlockOf('豊中市桜台', '豊中市桜台')).toBe(false);
    expect(isTownBlockOf('', '')).toBe(false);
  });
});

describe('one key for an address', () => {
  it.each([
    '豊中市本町1-2-3-405',
    '豊中市本町１丁目２番３号　サンプル荘４０５号室',
    '豊中市本町一丁目2番3-405号室',
  ])('is the same for %s', (spelling) => expect(addressKey(spelling)).toBe('豊中市本町1-2-3-405'));

  it('drops the prefecture, and knows ヶ and ケ', () => {
    expect(addressKey('神奈川県横浜市保土ヶ谷区旭町1-2')).toBe(addressKey('横浜市保土ケ谷区旭町1丁目2番'));
    expect(addressKey('本町')).toBeNull();
  });

  it('tells the neighbours apart', () => {
    const recorded = '大阪府豊中市本町1丁目2番3号 サンプル荘405号室';
    expect(isSameAddress(recorded, '本町1-2-3-405')).toBe(true);
    expect(isSameAddress(recorded, '本町1-2-3-404')).toBe(false);
    expect(isSameAddress(recorded, '本町1-2-3')).toBe(false);
    expect(isSameAddress(recorded, '東本町1-2-3-405')).toBe(false);
  });
});
