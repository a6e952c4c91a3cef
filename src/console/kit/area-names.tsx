import type { JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { t } from '../texts/texts.js';
import { language } from './language.js';
import type { Places } from './places.js';

let loading: Promise<Places> | undefined;

/** The municipalities are a file of their own (some 20 KB), read when a name is needed; until then codes stand there. */
export function loadPlaces(): Promise<Places> {
  loading ??= import('./places.js').then(({ readPlaces }) => readPlaces());
  return loading;
}

export function usePlaces(): Places | undefined {
  const [places, setPlaces] = useState<Places>();
  useEffect(() => {
    void loadPlaces().then(setPlaces, () => (loading = undefined));
  }, []);
  return places;
}

/** 「大阪府 豊中市、東京都 渋谷区 ほか3区域」 */
export function AreaNames({
  codes,
  most = Infinity,
}: {
  codes: readonly string[];
  most?: number;
}): JSX.Element {
  const places = usePlaces();
  const names = codes.slice(0, most).map((code) => places?.nameOf(code) ?? code);
  const joined = names.join(language === 'ja' ? '、' : ', ');
  return <>{t().areas(joined, Math.max(0, codes.length - most))}</>;
}
