import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import type { Page, Schemas } from '../../api/answers.js';
import { change } from '../../api/client.js';
import { useAct } from '../../kit/act.js';
import { TextField } from '../../kit/form.js';
import { ProblemSummary } from '../../kit/problem-summary.js';
import { Link, replace, usePath } from '../../kit/route.js';
import { timeText } from '../../kit/say.js';
import { Screen } from '../../kit/screen.js';
import { Table } from '../../kit/table.js';
import { instantOf, wallOf, type Wall } from '../../kit/times.js';
import { DayField } from '../../screens/day-field.js';
import { Listing } from '../../screens/listing.js';
import { Choice } from '../../kit/form.js';
import { s, word } from '../../screens/texts.js';
import { t } from '../../texts/texts.js';
import {
  addressOf,
  type FilterName,
  filterIn,
  forgetFilter,
  savedFilters,
  saveFilter,
  type RecordFilter,
} from './filter.js';
import { au } from './texts.js';
import { recordColumns } from './uses.js';

type Record_ = Schemas['RecordView'];

/** The records, newest first: the filter stands in the address, so that a page can be kept and sent. */
export function RecordsScreen(): JSX.Element {
  const { query } = usePath();
  const filter = filterIn(query);
  const texts = au().records;
  return (
    <Screen title={texts.title} lead={<p>{texts.lead}</p>}>
      <FilterForm key={JSON.stringify(filter)} filter={filter} />
      <Saved filter={filter} />
      <ByNumber />
      <p>
        <Link to={addressOf('/exports', filter)} class="button">
          {texts.toExport}
        </Link>
      </p>
      <Listing
        path="/api/v1/records"
        query={filter}
        everyMs={null}
        caption={texts.caption}
        idOf={({ id }) => id}
        columns={recordColumns<Record_>(({ id }) => id)}
      />
    </Screen>
  );
}

const NO_DAY: Wall = { year: '', month: '', day: '', hour: '0', minute: '0' };
const dayIn = (at: string | undefined): Wall => (at === undefined ? NO_DAY : wallOf(Date.parse(at)));
const DAY_MS = 86_400_000;

/** What was written, as the address has it; the last day counts whole. */
function filterOf(draft: RecordFilter, from: Wall, last: Wall): RecordFilter {
  const begins = instantOf({ ...from, hour: '0', minute: '0' });
  const ends = instantOf({ ...last, hour: '0', minute: '0' });
  const said = Object.entries(draft).filter(
    ([name, value]) => name !== 'from' && name !== 'to' && value.trim() !== '',
  );
  return {
    ...(Object.fromEntries(said) as RecordFilter),
    ...(begins !== null && { from: new Date(begins).toISOString() }),
    ...(ends !== null && { to: new Date(ends + DAY_MS).toISOString() }),
  };
}

function FilterForm({ filter }: { filter: RecordFilter }): JSX.Element {
  const [draft, setDraft] = useState(filter);
  const [from, setFrom] = useState(dayIn(filter.from));
  const [last, setLast] = useState(filter.to === undefined ? NO_DAY : wallOf(Date.parse(filter.to) - DAY_MS));
  const texts = au().records;
  const said = Object.entries(filter)
    .map(
      ([name, value]) =>
        `${texts.filters[name as FilterName]} ${/T.*Z$/.test(value) ? timeText(value) : word(value)}`,
    )
    .join(s().comma);
  const apply = (event: Event): void => {
    event.preventDefault();
    replace(addressOf('/records', filterOf(draft, from, last)));
  };
  const field = (
    name: 'declaration' | 'grant' | 'person' | 'organization' | 'type' | 'supply_point_ref',
  ): JSX.Element => (
    <TextField
      key={name}
      label={texts.filters[name]}
      value={draft[name] ?? ''}
      onChange={(value) => setDraft({ ...draft, [name]: value })}
    />
  );
  return (
    <details class="card">
      <summary>{said === '' ? texts.filter : texts.filtered(said)}</summary>
      <form noValidate onSubmit={apply}>
        <div class="grid">
          {(['declaration', 'grant', 'person', 'organization', 'type', 'supply_point_ref'] as const).map(
            field,
          )}
        </div>
        <Choice
          label={texts.decision}
          options={[
            { value: '', label: texts.any },
            ...['permit', 'refuse', 'done'].map((value) => ({ value, label: word(value) })),
          ]}
          value={draft.decision ?? ''}
          onChange={(decision) => setDraft({ ...draft, decision })}
        />
        <div class="grid">
          <DayField label={texts.from} value={from} onChange={setFrom} />
          <DayField label={texts.to} value={last} onChange={setLast} />
        </div>
        <div class="buttons">
          <button type="submit" class="primary">
            {texts.apply}
          </button>
          <button type="button" onClick={() => replace('/records')}>
            {texts.reset}
          </button>
        </div>
      </form>
    </details>
  );
}

/** Kept in this browser under a name. */
function Saved({ filter }: { filter: RecordFilter }): JSX.Element | null {
  const [saved, setSaved] = useState(savedFilters);
  const [name, setName] = useState('');
  const texts = au().records;
  const keep = (event: Event): void => {
    event.preventDefault();
    if (name.trim() === '') return;
    saveFilter(name.trim(), filter);
    setName('');
    setSaved(savedFilters());
  };
  if (saved.length === 0 && Object.keys(filter).length === 0) return null;
  return (
    <section class="card">
      <h2>{texts.saved}</h2>
      <ul class="plain">
        {saved.map((one) => (
          <li key={one.name} class="buttons">
            <Link to={addressOf('/records', one.filter)} class="button">
              {one.name}
            </Link>
            <button
              type="button"
              aria-label={texts.forget(one.name)}
              onClick={() => (forgetFilter(one.name), setSaved(savedFilters()))}
            >
              {texts.remove}
            </button>
          </li>
        ))}
      </ul>
      {Object.keys(filter).length > 0 && (
        <form noValidate onSubmit={keep}>
          <TextField label={texts.saveAs} value={name} onChange={setName} max={60} />
          <button type="submit">{texts.save}</button>
        </form>
      )}
    </section>
  );
}

/** A number in the clear goes in a body, and is kept nowhere: not in the address, not in a draft. */
function ByNumber(): JSX.Element {
  const [number, setNumber] = useState('');
  const [found, setFound] = useState<Page<Record_>>();
  const act = useAct();
  const texts = au().records;
  const search = (event: Event): void => {
    event.preventDefault();
    const body = { supply_point_id: number, limit: 100 };
    void act.press(body, () => change('/api/v1/records/search', { body }), setFound);
  };
  return (
    <details class="card">
      <summary>{texts.byNumber}</summary>
      <form noValidate onSubmit={search}>
        <ProblemSummary act={act} labels={{ supply_point_id: texts.number }} />
        <TextField
          label={texts.number}
          hint={texts.numberHint}
          isRequired
          inputMode="numeric"
          value={number}
          onChange={setNumber}
        />
        <button type="submit" class="primary" aria-disabled={act.isSending}>
          {act.isSending ? t().sending : texts.search}
        </button>
      </form>
      {found && (
        <>
          <Table
            caption={texts.foundByNumber}
            rows={found.items}
            idOf={({ id }) => id}
            columns={recordColumns<Record_>(({ id }) => id)}
          />
          {found.next !== null && <p>{texts.more}</p>}
        </>
      )}
      <p class="hint">
        {s().record}: {texts.recorded}
      </p>
    </details>
  );
}
