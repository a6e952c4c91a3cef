import type { JSX } from 'preact';
import { useMemo, useState } from 'preact/hooks';
import { usePlaces } from '../../kit/area-names.js';
import { Choice, TextField } from '../../kit/form.js';
import type { Named } from './search-kind.js';
import { op } from './texts.js';

/** More than these are narrowed by typing. */
const MOST_SHOWN = 12;

/** The municipalities of an area of codes and prefectures, by their names. */
export function usePlacesOf(area: readonly string[]): readonly Named[] {
  const places = usePlaces();
  const codes = area.join(' ');
  return useMemo(
    () =>
      codes.split(' ').flatMap((code) => {
        if (code.length !== 2) return code === '' ? [] : [{ code, name: places?.nameOf(code) ?? code }];
        const all = places?.of(code) ?? [];
        return all.map((one) => ({ code: one.code, name: places?.nameOf(one.code) ?? one.name }));
      }),
    [codes, places],
  );
}

/** Which municipality an address lies in: within the declared area, since nothing else can be found. */
export function PlaceChoice({
  places,
  value,
  onChange,
  error,
}: {
  places: readonly Named[];
  value: string;
  onChange: (code: string) => void;
  error?: string | undefined;
}): JSX.Element {
  const [filter, setFilter] = useState('');
  const texts = op().search;
  const words = filter.normalize('NFKC').replaceAll(/\s/g, '');
  const shown = places
    .filter((one) => one.code === value || one.name.replaceAll(' ', '').includes(words))
    .slice(0, MOST_SHOWN);
  return (
    <>
      {places.length > MOST_SHOWN && (
        <TextField label={texts.placeFilter} value={filter} onChange={setFilter} />
      )}
      <Choice
        label={texts.place}
        hint={texts.placeHint}
        isRequired
        options={shown.map(({ code, name }) => ({ value: code, label: name }))}
        value={value}
        onChange={onChange}
        error={error}
      />
    </>
  );
}
