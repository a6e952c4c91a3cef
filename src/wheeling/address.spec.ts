import { isSameAddress, parseAddress } from './address.js';

const TOYONAKA = { prefecture: '大阪府', name: '豊中市' };

describe('the address of a call', () => {
  it.each([
    ['大阪府豊中市本町1丁目2番3号', ''],
    ['豊中市本町1丁目2番3号', ''],
    ['本町1丁目2番3号', ''],
    ['本町１丁目２番３号', ''],
    ['本町一丁目二番三号', ''],
    ['本町1-2-3', ''],
    ['本町１－２－３', ''],
    ['本町1ー2ー3', ''],
    ['本町1−2‐3', ''],
    ['本町1の2の3', ''],
    ['本町1丁目2番地3', ''],
    ['本町1丁目2番地の3', ''],
    ['大阪府 豊中市　本町 1丁目 2番 3号', ''],
    ['大阪府豊中市本町1丁目2番3号 サンプル荘405号室', '405'],
    ['本町1-2-3サンプル荘405', '405'],
    ['本町1-2-3-405', '405'],
    ['本町1-2-3 405号室', '405'],
    ['本町1-2-3号405号室', '405'],
  ])('reads %s as one street address', (address, room) => {
    expect(parseAddress(address, TOYONAKA)).toEqual({ street: '本町1-2-3', room });
  });

  it('reads ten and above in kanji numerals', () => {
    expect(parseAddress('本町十二丁目20番3号')?.street).toBe('本町12-20-3');
    expect(parseAddress('本町二十丁目1番3号')?.street).toBe('本町20-1-3');
  });

  it('reads an address without 丁目, with its room', () => {
    expect(parseAddress('大字桜台123番地5')).toEqual({ street: '桜台123-5', room: '' });
    expect(parseAddress('桜台12-5-201号室')).toEqual({ street: '桜台12-5', room: '201' });
  });

  it('keeps a numeral that belongs to the name of a town', () => {
    expect(parseAddress('愛媛県松山市三番町4丁目5番6号')?.street).toBe('愛媛県松山市三番町4-5-6');
  });

  it('keeps a long vowel mark inside a name', () => {
    expect(parseAddress('センター町1-2-3 コーポ7号室')).toEqual({ street: 'センター町1-2-3', room: '7' });
  });

  it.each(['', '本町', '123', '%', '　', '本町1-2-3'.repeat(50)])('finds nothing for %j', (address) => {
    expect(parseAddress(address)).toBeUndefined();
  });

  it('tells neighbours apart', () => {
    const recorded = '大阪府豊中市本町1丁目2番3号 サンプル荘405号室';
    expect(isSameAddress('本町1-2-3', recorded)).toBe(true);
    expect(isSameAddress('大阪府本町1-2-3', recorded)).toBe(true);
    expect(isSameAddress('豊中市本町1-2-3-405', recorded)).toBe(true);
    expect(isSameAddress('本町1-2-3-404', recorded)).toBe(false);
    expect(isSameAddress('本町1-2-33', recorded)).toBe(false);
    expect(isSameAddress('本町11-2-3', recorded)).toBe(false);
    expect(isSameAddress('町1-2-3', recorded)).toBe(false);
    expect(isSameAddress('2-3', recorded)).toBe(false);
    expect(isSameAddress('東本町1-2-3', recorded)).toBe(false);
  });

  it('does not take the house of another town that ends alike', () => {
    expect(isSameAddress('町1-2-3', '大阪府豊中市東町1丁目2番3号')).toBe(false);
  });
});
