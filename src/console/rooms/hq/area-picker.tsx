import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { usePlaces } from '../../kit/area-names.js';
import { TextField } from '../../kit/form.js';
import type { Place, Places } from '../../kit/places.js';
import { t } from '../../texts/texts.js';
import { hq } from './texts.js';
import { TILE_OF } from './tiles.js';

interface Props {
  /** Municipalities (6 digits) and whole prefectures (2 digits). */
  codes: readonly string[];
  onChange: (codes: string[]) => void;
  error?: string | undefined;
}

const MOST_FOUND = 40;

/** Prefectures as tiles, municipalities as a checklist, and a search over all of them. */
export function AreaPicker({ codes, onChange, error }: Props): JSX.Element {
  const places = usePlaces();
  const [opened, setOpened] = useState<string>();
  const texts = hq().area;
  const flip = (code: string): void => onChange(flipped(codes, code));
  return (
    <fieldset class="field" aria-describedby={error === undefined ? undefined : 'area-error'}>
      <legend>
        {hq().declare.area} <span class="required">{t().required}</span>
      </legend>
      {error !== undefined && (
        <p class="error" id="area-error">
          {error}
        </p>
      )}
      {places === undefined ? (
        <p role="status">{texts.loading}</p>
      ) : (
        <>
          <Chosen codes={codes} places={places} onFlip={flip} onClear={() => onChange([])} />
          <Search places={places} codes={codes} onFlip={flip} />
          <p class="hint">{texts.mapHint}</p>
          <div class="tiles" role="group" aria-label={texts.map}>
            {places.prefectures.map((one) => (
              <Tile
                key={one.code}
                place={one}
                count={codes.filter((code) => code.startsWith(one.code)).length}
                isOpen={opened === one.code}
                onPress={() => setOpened(opened === one.code ? undefined : one.code)}
              />
            ))}
          </div>
          {opened !== undefined && (
            <Municipalities prefecture={opened} places={places} codes={codes} onFlip={flip} />
          )}
        </>
      )}
    </fieldset>
  );
}

/** A whole prefecture takes the place of its parts, and a part that of the whole. */
export function flipped(codes: readonly string[], code: string): string[] {
  if (codes.includes(code)) return codes.filter((one) => one !== code);
  const prefecture = code.slice(0, 2);
  const others = codes.filter((one) =>
    code.length === 2 ? !one.startsWith(prefecture) : one !== prefecture,
  );
  return [...others, code];
}

function Chosen(props: {
  codes: readonly string[];
  places: Places;
  onFlip: (code: string) => void;
  onClear: () => void;
}): JSX.Element {
  const texts = hq().area;
  return (
    <div class="chosen">
      <p role="status">{texts.chosen(props.codes.length)}</p>
      <div class="buttons">
        {props.codes.map((code) => {
          const name = props.places.nameOf(code) ?? code;
          return (
            <button
              type="button"
              key={code}
              aria-label={texts.remove(name)}
              onClick={() => props.onFlip(code)}
            >
              {name} <span aria-hidden="true">×</span>
            </button>
          );
        })}
        {props.codes.length > 1 && (
          <button type="button" onClick={props.onClear}>
            {texts.clear}
          </button>
        )}
      </div>
    </div>
  );
}

function Tile({
  place,
  count,
  isOpen,
  onPress,
}: {
  place: Place;
  count: number;
  isOpen: boolean;
  onPress: () => void;
}): JSX.Element {
  return (
    <button
      type="button"
      class={count > 0 ? 'tile has' : 'tile'}
      style={{ gridArea: TILE_OF.get(place.code) ?? '' }}
      aria-expanded={isOpen}
      aria-label={hq().area.has(place.name, count)}
      onClick={onPress}
    >
      {place.name.replace(/[都府県]$/, '')}
      {count > 0 && <span class="tile-count">{count}</span>}
    </button>
  );
}

function PlaceCheck({
  code,
  label,
  codes,
  onFlip,
}: {
  code: string;
  label: string;
  codes: readonly string[];
  onFlip: (code: string) => void;
}): JSX.Element {
  return (
    <label class="choice">
      <input type="checkbox" checked={codes.includes(code)} onChange={() => onFlip(code)} />
      <span>{label}</span>
    </label>
  );
}

function Municipalities({
  prefecture,
  places,
  codes,
  onFlip,
}: {
  prefecture: string;
  places: Places;
  codes: readonly string[];
  onFlip: (code: string) => void;
}): JSX.Element {
  const name = places.nameOf(prefecture) ?? prefecture;
  return (
    <div class="card" role="group" aria-label={hq().area.list(name)}>
      <PlaceCheck code={prefecture} label={hq().area.whole(name)} codes={codes} onFlip={onFlip} />
      <div class="choices municipalities">
        {places.of(prefecture).map((one) => (
          <PlaceCheck key={one.code} code={one.code} label={one.name} codes={codes} onFlip={onFlip} />
        ))}
      </div>
    </div>
  );
}

function Search({
  places,
  codes,
  onFlip,
}: {
  places: Places;
  codes: readonly string[];
  onFlip: (code: string) => void;
}): JSX.Element {
  const [sought, setSought] = useState('');
  const texts = hq().area;
  const word = sought.normalize('NFKC').replaceAll(/\s+/g, '');
  const found = word === '' ? [] : findPlaces(places, word);
  return (
    <>
      <TextField
        label={texts.search}
        hint={texts.searchHint}
        value={sought}
        onChange={setSought}
        inputMode="search"
      />
      <p role="status">{word === '' ? '' : found.length === 0 ? texts.none : texts.found(found.length)}</p>
      {found.length > 0 && (
        <div class="choices">
          {found.slice(0, MOST_FOUND).map((one) => (
            <PlaceCheck
              key={one.code}
              code={one.code}
              label={places.nameOf(one.code) ?? one.name}
              codes={codes}
              onFlip={onFlip}
            />
          ))}
        </div>
      )}
    </>
  );
}

function findPlaces(places: Places, word: string): Place[] {
  const fits = ({ code, name, ruby }: Place): boolean =>
    name.replaceAll(' ', '').includes(word) ||
    ruby.includes(word) ||
    (word.length > 1 && code.startsWith(word));
  return places.prefectures.flatMap((one) => [
    ...(fits(one) ? [one] : []),
    ...places.of(one.code).filter(fits),
  ]);
}
