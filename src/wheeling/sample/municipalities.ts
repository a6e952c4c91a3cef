/**
 * The municipalities of the sample: real ones, so that areas, prefectures and check digits can be tried; the
 * supply points in them are invented. `share` is the number of places in the cycle that spreads the points.
 * Codes: 全国地方公共団体コード without the check digit. Areas: the ten areas of the network utilities.
 */
export interface Municipality {
  code: string;
  prefecture: string;
  name: string;
  area: string;
  share: number;
}

/** JIS X 0401/0402: weights 6 to 2 over the five digits, modulo 11. */
export function checkDigit(fiveDigits: string): string {
  const sum = [...fiveDigits].reduce((total, digit, index) => total + Number(digit) * (6 - index), 0);
  return String((11 - (sum % 11)) % 10);
}

const of = (five: string, prefecture: string, name: string, area: string, share = 1): Municipality => ({
  code: five + checkDigit(five),
  prefecture,
  name,
  area,
  share,
});

export const MUNICIPALITIES: readonly Municipality[] = [
  of('27203', '大阪府', '豊中市', '06', 5),
  of('13113', '東京都', '渋谷区', '03', 5),
  of('01202', '北海道', '函館市', '01'),
  of('01204', '北海道', '旭川市', '01'),
  of('02201', '青森県', '青森市', '02'),
  of('03201', '岩手県', '盛岡市', '02'),
  of('04202', '宮城県', '石巻市', '02'),
  of('07204', '福島県', 'いわき市', '02'),
  of('15202', '新潟県', '長岡市', '02'),
  of('08220', '茨城県', 'つくば市', '03'),
  of('11203', '埼玉県', '川口市', '03'),
  of('12203', '千葉県', '市川市', '03'),
  of('13112', '東京都', '世田谷区', '03'),
  of('13201', '東京都', '八王子市', '03'),
  of('14205', '神奈川県', '藤沢市', '03'),
  of('22203', '静岡県', '沼津市', '03'),
  of('20201', '長野県', '長野市', '04'),
  of('23202', '愛知県', '岡崎市', '04'),
  of('24202', '三重県', '四日市市', '04'),
  of('16201', '富山県', '富山市', '05'),
  of('17204', '石川県', '輪島市', '05'),
  of('25201', '滋賀県', '大津市', '06'),
  of('26204', '京都府', '宇治市', '06'),
  of('27127', '大阪府', '大阪市北区', '06'),
  of('27205', '大阪府', '吹田市', '06'),
  of('28203', '兵庫県', '明石市', '06'),
  of('33202', '岡山県', '倉敷市', '07'),
  of('34207', '広島県', '福山市', '07'),
  of('37201', '香川県', '高松市', '08'),
  of('38201', '愛媛県', '松山市', '08'),
  of('43202', '熊本県', '八代市', '09'),
  of('47207', '沖縄県', '石垣市', '10'),
];
