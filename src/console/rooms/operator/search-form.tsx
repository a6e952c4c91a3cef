import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import type { Schemas } from '../../api/answers.js';
import { Problem } from '../../api/problem.js';
import { useAct } from '../../kit/act.js';
import { Choice, Submit, TextField } from '../../kit/form.js';
import { t } from '../../texts/texts.js';
import type { Call } from './call-form.js';
import type { Credential } from './credential.js';
import { PlaceChoice, usePlacesOf } from './place-choice.js';
import { factorsFor, isLast4, kindOf, placeIn, type Factor, type SearchKind } from './search-kind.js';
import { op } from './texts.js';
import { Trouble } from './trouble.js';

export type Found = Schemas['LookupView'];

interface Props {
  call: Call;
  credential: Credential;
  area: readonly string[];
  onFound: (found: Found | null) => void;
  /** A refusal may mean that something has ended: what is shown above is read again. */
  onRefused: () => void;
}

type Wrong = Partial<Record<'box' | 'place' | 'factor' | 'value', string | undefined>>;

/** One box; what it holds is told by its look, and said. Nothing typed here is kept anywhere. */
export function SearchForm({ call, credential, area, onFound, onRefused }: Props): JSX.Element {
  const [box, setBox] = useState('');
  const [chosen, setPlace] = useState('');
  const [factor, setFactor] = useState('');
  const [value, setValue] = useState('');
  const [wrong, setWrong] = useState<Wrong>({});
  const act = useAct();
  const places = usePlacesOf(area);
  const kind = kindOf(box);
  const place = chosen !== '' ? chosen : (onlyOne(places) ?? placeIn(box, places)?.code ?? '');
  const texts = op().search;
  const submit = (event: Event): void => {
    event.preventDefault();
    const found = missingOf({ kind, place, factor, value });
    setWrong(found);
    if (Object.keys(found).length > 0 || !isKind(kind)) return;
    const search = { ...keyOf(kind, box, place), second_factor: { [factor]: value.trim() } };
    onFound(null);
    const send = (): Promise<Found> => lookUp(credential, call, search);
    void act.press('search', send, onFound).then(onRefused);
  };
  return (
    <form noValidate onSubmit={submit} class="card" autocomplete="off">
      <h2>{texts.title}</h2>
      <Trouble act={act} />
      <TextField
        label={texts.box}
        hint={texts.boxHint}
        isRequired
        max={200}
        inputMode="search"
        value={box}
        onChange={setBox}
        error={wrong.box ?? serverFault(act.failure, ['supply_point_id', 'phone', 'address'])}
      />
      <KindHint kind={kind} />
      {kind === 'address' && (
        <PlaceChoice places={places} value={place} onChange={setPlace} error={wrong.place} />
      )}
      <FactorFields
        factors={factorsFor(kind)}
        factor={factor}
        value={value}
        onFactor={setFactor}
        onValue={setValue}
        wrong={{ ...wrong, value: wrong.value ?? serverFault(act.failure, ['second_factor']) }}
      />
      <p class="recorded">{op().recorded}</p>
      <Submit isSending={act.isSending}>{texts.go}</Submit>
    </form>
  );
}

/** What the caller answered, of another kind than the key. */
function FactorFields({
  factors,
  factor,
  value,
  onFactor,
  onValue,
  wrong,
}: {
  factors: readonly Factor[];
  factor: string;
  value: string;
  onFactor: (factor: string) => void;
  onValue: (value: string) => void;
  wrong: Wrong;
}): JSX.Element {
  const texts = op().search;
  return (
    <>
      <Choice
        label={texts.factor}
        hint={texts.factorHint}
        isRequired
        options={factors.map((one) => ({ value: one, label: texts.factors[one] }))}
        value={factor}
        onChange={onFactor}
        error={wrong.factor}
      />
      <TextField
        label={texts.factorValue}
        isRequired
        max={100}
        value={value}
        onChange={onValue}
        error={wrong.value}
      />
    </>
  );
}

/** As what the box is understood, while one types. */
function KindHint({ kind }: { kind: ReturnType<typeof kindOf> }): JSX.Element {
  const texts = op().search;
  return (
    <p class="hint" aria-live="polite">
      {isKind(kind) ? texts.kinds[kind] : typeof kind === 'number' ? texts.digits(kind) : ''}
    </p>
  );
}

const isKind = (kind: ReturnType<typeof kindOf>): kind is SearchKind => typeof kind === 'string';

const onlyOne = (places: readonly { code: string }[]): string | undefined =>
  places.length === 1 ? places[0]?.code : undefined;

function missingOf(given: {
  kind: ReturnType<typeof kindOf>;
  place: string;
  factor: string;
  value: string;
}): Wrong {
  const { kind, place, factor, value } = given;
  const texts = op().search;
  const wrong: Wrong = {};
  if (kind === null) wrong.box = texts.missing;
  if (typeof kind === 'number') wrong.box = texts.digits(kind);
  if (kind === 'address' && place === '') wrong.place = texts.placeMissing;
  if (!factorsFor(kind).includes(factor as Factor)) wrong.factor = t().field.chooseOne;
  if (value.trim() === '') wrong.value = t().field.missing;
  else if (factor !== 'town_block' && !isLast4(value)) wrong.value = texts.factorLast4;
  return wrong;
}

function keyOf(kind: SearchKind, box: string, place: string): Partial<Schemas['SearchDto']> {
  const text = box.trim();
  if (kind === 'supply_point_id') return { supply_point_id: text };
  return kind === 'phone' ? { phone: text } : { municipality_code: place, address: text };
}

function lookUp(credential: Credential, of: Call, search: Schemas['SearchDto']): Promise<Found> {
  const { id, direction, startedAt, ticket, purpose } = of;
  const call = { id, direction, started_at: startedAt, ...(ticket !== '' && { ticket_id: ticket }) };
  return credential.use('/api/v1/lookups', { body: { call, purpose, search } });
}

/** The service points below `/search`. */
function serverFault(failure: unknown, names: readonly string[]): string | undefined {
  if (!(failure instanceof Problem)) return undefined;
  return failure.body.faults?.find(({ pointer }) =>
    names.some((name) => pointer.startsWith(`/search/${name}`)),
  )?.detail;
}
