import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import type { Schemas } from '../../api/answers.js';
import { AreaNames } from '../../kit/area-names.js';
import { useRead } from '../../kit/read.js';
import { Link, replace, usePath } from '../../kit/route.js';
import { timeText } from '../../kit/say.js';
import { Read, Screen } from '../../kit/screen.js';
import { StatusMark } from '../../kit/status-mark.js';
import { Table } from '../../kit/table.js';
import { instantOf, wallOf, type Wall } from '../../kit/times.js';
import { DayField } from '../../screens/day-field.js';
import { Facts } from '../../screens/facts.js';
import { s } from '../../screens/texts.js';
import { au } from './texts.js';

const DAY_MS = 86_400_000;
const NO_DAY: Wall = { year: '', month: '', day: '', hour: '0', minute: '0' };

/** The reports by what they answer. */
export function ReportsScreen(): JSX.Element {
  const texts = au().reports;
  return (
    <Screen title={texts.title}>
      <ul class="inbox">
        {Object.entries(texts.list).map(([path, { label, about }]) => (
          <li key={path} class="card">
            <Link to={`/reports/${path}`}>{label}</Link>
            <p>{about}</p>
          </li>
        ))}
      </ul>
    </Screen>
  );
}

/** From one day to another, kept in the address; the last day counts whole. */
export function Span(): JSX.Element {
  const { path, query } = usePath();
  const dayOf = (name: string, less: number): Wall => {
    const at = Date.parse(query.get(name) ?? '');
    return Number.isNaN(at) ? NO_DAY : wallOf(at - less);
  };
  const [from, setFrom] = useState(dayOf('from', 0));
  const [last, setLast] = useState(dayOf('to', DAY_MS));
  const apply = (event: Event): void => {
    event.preventDefault();
    const search = new URLSearchParams(query);
    const set = (name: string, wall: Wall, more: number): void => {
      const instant = instantOf({ ...wall, hour: '0', minute: '0' });
      if (instant === null) search.delete(name);
      else search.set(name, new Date(instant + more).toISOString());
    };
    set('from', from, 0);
    set('to', last, DAY_MS);
    replace(search.size === 0 ? path : `${path}?${search.toString()}`);
  };
  return (
    <form noValidate onSubmit={apply}>
      <div class="grid">
        <DayField label={au().records.from} value={from} onChange={setFrom} />
        <DayField label={au().records.to} value={last} onChange={setLast} />
      </div>
      <button type="submit">{au().records.apply}</button>
    </form>
  );
}

/** `from` and `to` of the address. */
export function useSpan(): { from: string | undefined; to: string | undefined } {
  const { query } = usePath();
  return { from: query.get('from') ?? undefined, to: query.get('to') ?? undefined };
}

export function RetentionScreen(): JSX.Element {
  const reading = useRead('/api/v1/desk/retention', {}, null);
  const texts = au().reports.retention;
  return (
    <Screen title={au().reports.list.retention.label}>
      <Read of={reading}>
        {(one) => (
          <>
            <p>
              <StatusMark
                tone={one.silences.length === 0 && one.months_without_records.length === 0 ? 'done' : 'stop'}
              >
                {one.silences.length === 0 && one.months_without_records.length === 0
                  ? texts.whole
                  : texts.gaps}
              </StatusMark>
            </p>
            <Facts
              facts={[
                [texts.years, texts.yearsOf(one.years)],
                [texts.oldest, one.oldest_at && timeText(one.oldest_at)],
                [texts.newest, one.newest_at && timeText(one.newest_at)],
                [texts.emptyMonths, one.months_without_records.join(s().comma)],
                [texts.size, one.ledger.size.toLocaleString()],
                [texts.waiting, one.ledger.waiting],
                [texts.signed, one.ledger.signed_at && timeText(one.ledger.signed_at)],
              ]}
            />
            <Table
              caption={texts.months}
              rows={one.months}
              idOf={({ month }) => month}
              columns={[
                { name: 'month', head: texts.month, cell: (row) => row.month },
                { name: 'records', head: texts.records, cell: (row) => row.records.toLocaleString() },
                { name: 'first', head: texts.first, cell: (row) => timeText(row.first_at) },
                { name: 'last', head: texts.last, cell: (row) => timeText(row.last_at) },
              ]}
            />
            <Table
              caption={texts.silences}
              rows={one.silences}
              idOf={({ from }) => from}
              columns={[
                { name: 'from', head: au().records.from, cell: (row) => timeText(row.from) },
                { name: 'to', head: au().records.to, cell: (row) => timeText(row.to) },
                { name: 'minutes', head: texts.minutes, cell: (row) => row.minutes },
              ]}
            />
          </>
        )}
      </Read>
    </Screen>
  );
}

type Retailer = Schemas['RetailerLine'];
const percent = (share: number | null): string =>
  share === null ? s().nothing : `${Math.round(share * 100)}%`;

/** FAIR-2: each retailer by the same numbers, affiliated or not. */
export function FairnessScreen(): JSX.Element {
  const reading = useRead('/api/v1/desk/fairness', { query: useSpan() }, null);
  const texts = au().reports.fairness;
  return (
    <Screen title={au().reports.list.fairness.label}>
      <Span />
      <Read of={reading}>
        {(one) => (
          <Table<Retailer>
            caption={au().reports.list.fairness.label}
            rows={one.retailers}
            idOf={(row) => row.organization_id}
            columns={[
              { name: 'organization', head: s().organization, cell: (row) => row.organization_id },
              {
                name: 'affiliated',
                head: au().declaration.affiliated,
                cell: (row) => (row.is_affiliated ? s().form.yes : s().form.no),
              },
              { name: 'offered', head: texts.offered, cell: (row) => row.offered },
              { name: 'called', head: texts.called, cell: (row) => row.called },
              { name: 'declined', head: texts.declined, cell: (row) => row.declined },
              { name: 'nominated', head: texts.nominated, cell: (row) => row.nominated },
              { name: 'approved', head: texts.approved, cell: (row) => row.approved },
              { name: 'rate', head: texts.rate, cell: (row) => percent(row.approval_rate) },
              { name: 'minutes', head: texts.minutes, cell: (row) => row.minutes_to_decision ?? s().nothing },
              { name: 'hours', head: texts.hours, cell: (row) => row.live_hours },
            ]}
          />
        )}
      </Read>
    </Screen>
  );
}

/** NEC-6: whether the exception is becoming the rule. */
export function FrequencyScreen(): JSX.Element {
  const reading = useRead('/api/v1/desk/frequency', {}, null);
  const texts = au().reports.frequency;
  return (
    <Screen title={au().reports.list.frequency.label}>
      <Read of={reading}>
        {(one) => (
          <>
            <p>
              <StatusMark tone={one.is_rising ? 'wait' : 'done'}>
                {one.is_rising ? texts.rising : texts.steady}
              </StatusMark>{' '}
              {texts.hours(one.hours_last_year, one.hours_year_before)}
            </p>
            <Table
              caption={au().reports.list.frequency.label}
              rows={one.items}
              idOf={(row) => `${row.year} ${row.area}`}
              columns={[
                { name: 'year', head: texts.year, cell: (row) => row.year },
                {
                  name: 'area',
                  head: au().declaration.area,
                  cell: (row) => <AreaNames codes={[row.area]} />,
                },
                { name: 'declarations', head: texts.declarations, cell: (row) => row.declarations },
                { name: 'hours', head: texts.inForce, cell: (row) => row.hours_in_force },
                { name: 'share', head: texts.share, cell: (row) => percent(row.share_of_year) },
              ]}
            />
          </>
        )}
      </Read>
    </Screen>
  );
}

/** FAIR-5: numbers, areas, times, counts: what may be published. */
export function ExtractScreen(): JSX.Element {
  const reading = useRead('/api/v1/desk/public-extract', {}, null);
  const texts = au().declaration;
  return (
    <Screen title={au().reports.list.extract.label}>
      <Read of={reading}>
        {({ items }) => (
          <Table
            caption={au().reports.list.extract.label}
            rows={items}
            idOf={({ number }) => number}
            columns={[
              { name: 'number', head: texts.number, cell: (row) => row.number },
              { name: 'hazards', head: texts.hazards, cell: (row) => row.hazard_types.join(s().comma) },
              { name: 'area', head: texts.area, cell: (row) => <AreaNames codes={row.area} most={5} /> },
              { name: 'from', head: texts.declared, cell: (row) => timeText(row.declared_at) },
              { name: 'to', head: texts.end, cell: (row) => row.ended_at !== null && timeText(row.ended_at) },
              {
                name: 'organizations',
                head: s().organization,
                cell: (row) =>
                  row.organizations
                    .map((one) => au().reports.extractOf(one.name, one.grants, one.uses))
                    .join(s().comma),
              },
            ]}
          />
        )}
      </Read>
    </Screen>
  );
}
