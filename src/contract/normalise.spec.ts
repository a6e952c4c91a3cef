import fc from 'fast-check';
import {
  municipalityCode,
  meterLast4,
  singleMunicipality,
  municipalityInArea,
  personText,
  phoneDigits,
  phoneLast4,
  supplyPointId,
  withCheckDigit,
} from './normalise.js';

const fullWidth = (text: string): string =>
  text.replace(/[0-9]/g, (digit) => String.fromCharCode(digit.charCodeAt(0) + 0xfee0));

describe('a supply point number', () => {
  const id = '9900612345678901234567';

  it.each([
    id,
    '99-0061-2345-6789-0123-4567',
    '99 0061 2345 6789 0123 4567',
    ' 99－0061−2345‐6789ー0123–4567　',
    fullWidth(id),
  ])('is read from %s', (text) => expect(supplyPointId(text)).toBe(id));

  it.each([
    '',
    id.slice(1),
    `${id}0`,
    `${id.slice(1)}a`,
    `${id.slice(1)}²`,
    `${id.slice(2)}⑩`,
    `${id}%`,
    'x'.repeat(1e5),
  ])('is not read from %s', (text) => expect(supplyPointId(text)).toBeNull());

  it('keeps its leading zero and every digit, however it is grouped', () => {
    const grouped = fc.array(
      fc.tuple(fc.integer({ min: 0, max: 9 }), fc.constantFrom('', '-', '－', ' ', '　', '−')),
      {
        minLength: 22,
        maxLength: 22,
      },
    );
    fc.assert(
      fc.property(grouped, (parts) => {
        const written = parts.map(([digit, gap]) => fullWidth(String(digit)) + gap).join('');
        expect(supplyPointId(written)).toBe(parts.map(([digit]) => digit).join(''));
      }),
    );
  });
});

describe('a telephone number', () => {
  it.each([
    ['06-1234-5678', '0612345678'],
    ['０９０（１２３４）５６７８', '09012345678'],
    ['+81 90 1234 5678', '09012345678'],
    ['+81 (0)6-1234-5678', '0612345678'],
    ['＋８１－６－１２３４－５６７８', '0612345678'],
    ['0120.123.456', '0120123456'],
  ])('is read from %s', (text, digits) => expect(phoneDigits(text)).toBe(digits));

  it.each([
    '',
    '061234567',
    '090123456789',
    '16-1234-5678',
    '06-1234-567x',
    '内線5678',
    '+1 212 555 0100',
    '%',
  ])('is not read from %s', (text) => expect(phoneDigits(text)).toBeNull());

  it('has last four digits, whole or as stated', () => {
    expect(phoneLast4('090-1234-5678')).toBe('5678');
    expect(phoneLast4('５６７８')).toBe('5678');
    expect(phoneLast4('678')).toBeNull();
    expect(phoneLast4('95678')).toBeNull();
  });
});

describe('a meter number', () => {
  it('has last four letters or digits, whole or as stated', () => {
    expect(meterLast4('SM-0000 1234')).toBe('1234');
    expect(meterLast4('ｓｍ００１ａ')).toBe('001A');
    expect(meterLast4('１２３４')).toBe('1234');
    expect(meterLast4('123')).toBeNull();
    expect(meterLast4('計器')).toBeNull();
  });
});

describe('a municipality code', () => {
  const vectors = [
    ['01000', '010006'],
    ['13000', '130001'],
    ['13101', '131016'],
    ['27000', '270008'],
    ['27100', '271004'],
    ['12203', '122033'],
    ['40130', '401307'],
    ['47201', '472018'],
    ['14100', '141003'],
    ['02201', '022012'],
  ] as const;

  it.each(vectors)('of %s with its check digit is %s', (five, six) => {
    expect(withCheckDigit(five)).toBe(six);
    expect(municipalityCode(five)).toBe(six);
    expect(municipalityCode(fullWidth(six))).toBe(six);
  });

  it('is refused with any other check digit', () => {
    for (const [five, six] of vectors) {
      const wrong = [...'0123456789'].map((digit) => five + digit).filter((code) => code !== six);
      expect(wrong.map(municipalityCode)).toEqual(wrong.map(() => null));
    }
  });

  it('names a prefecture with two digits in an area, but is then not a single municipality', () => {
    expect(['01', '13', '47'].map(municipalityCode)).toEqual(['01', '13', '47']);
    expect(['13', '13000', '130001'].map(singleMunicipality)).toEqual([null, null, null]);
    expect(['27203', '272035'].map(singleMunicipality)).toEqual(['272035', '272035']);
  });

  it.each(['', '00', '48', '99', '1', '131', '1310', '1310166', '48201', '13-101', '%'])(
    'is not read from %j',
    (text) => expect(municipalityCode(text)).toBeNull(),
  );
});

describe('a target area', () => {
  it('holds its municipalities and all those of its prefectures', () => {
    expect(municipalityInArea('272035', ['272035'])).toBe(true);
    expect(municipalityInArea('272035', ['27'])).toBe(true);
    expect(municipalityInArea('272035', ['270008'])).toBe(true);
    expect(municipalityInArea('272035', ['272051', '13'])).toBe(false);
    expect(municipalityInArea('272035', [])).toBe(false);
  });

  it('holds the wards of a designated city, and no ward of another', () => {
    const ward = (five: string, city: string): boolean =>
      municipalityInArea(withCheckDigit(five), [withCheckDigit(city)]);
    expect(ward('27127', '27100')).toBe(true);
    expect(ward('27141', '27140')).toBe(true);
    expect(ward('27141', '27100')).toBe(false);
    expect(ward('14131', '14130')).toBe(true);
    expect(ward('14131', '14100')).toBe(false);
    expect(ward('28101', '27100')).toBe(false);
    expect(ward('27203', '27140')).toBe(false);
    expect(ward('27100', '27127')).toBe(false);
  });
});

describe('a text by a person', () => {
  it('is trimmed, in one form, without what cannot be seen', () => {
    expect(personText('　ﾔﾏﾀﾞ　太郎\u0000\u202e\u200b\ud800 ')).toBe('ヤマダ 太郎');
    expect(personText('一行目\r\n二行目')).toBe('一行目 二行目');
  });

  it('never keeps a control character or a bidi override', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(personText(text)).not.toMatch(/[\p{Cc}\u202A-\u202E\u2066-\u2069]/u);
      }),
    );
  });
});
