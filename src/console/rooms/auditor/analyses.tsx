import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import type { Schemas } from '../../api/answers.js';
import { amend, change } from '../../api/client.js';
import { useRead } from '../../kit/read.js';
import { go, Link } from '../../kit/route.js';
import { timeText } from '../../kit/say.js';
import { Read, Screen } from '../../kit/screen.js';
import { StatusMark, type Tone } from '../../kit/status-mark.js';
import { Table } from '../../kit/table.js';
import { Facts } from '../../screens/facts.js';
import { Told } from '../../screens/holds.js';
import { Listing } from '../../screens/listing.js';
import { SpecForm } from '../../screens/spec-form.js';
import { s, word } from '../../screens/texts.js';
import type { ScreenProps } from '../rooms.js';
import { isAuditor } from './may.js';
import { au } from './texts.js';

const TONES: Record<string, Tone> = { waiting: 'wait', overdue: 'stop', concluded: 'done' };

function State({ state, signs }: { state: string; signs: number }): JSX.Element {
  const texts = au().analyses;
  const tone = signs === 0 ? 'done' : (TONES[state] ?? 'wait');
  return <StatusMark tone={tone}>{texts.states[state] ?? state}</StatusMark>;
}

/** ログの解析: each day's uses, and any span on demand. */
export function AnalysesScreen(): JSX.Element {
  const texts = au().analyses;
  return (
    <Screen title={texts.title} lead={<p>{texts.lead}</p>}>
      {isAuditor() && (
        <details class="card">
          <summary>{texts.make}</summary>
          <SpecForm
            name="analysis"
            submit={texts.make}
            members={[
              { name: 'from', kind: 'day', label: au().records.from, isRequired: true },
              { name: 'to', kind: 'time', label: texts.before, isRequired: true },
            ]}
            send={(body, key) =>
              change('/api/v1/analyses', { body: body as unknown as Schemas['AnalysisDto'], key })
            }
            done={({ id }) => go(`/analyses/${id}`)}
          />
        </details>
      )}
      <Listing
        path="/api/v1/analyses"
        caption={texts.title}
        idOf={({ id }) => id}
        columns={[
          {
            name: 'span',
            head: texts.span,
            cell: (row) => (
              <Link to={`/analyses/${row.id}`}>
                {row.day?.replaceAll('-', '/') ?? `${timeText(row.from)} ～ ${timeText(row.to)}`}
              </Link>
            ),
          },
          { name: 'state', head: s().state, cell: (row) => <State state={row.state} signs={row.signs} /> },
          { name: 'uses', head: texts.uses, cell: (row) => row.uses.toLocaleString() },
          { name: 'signs', head: texts.signs, cell: (row) => row.signs },
          { name: 'owner', head: au().findings.owner, cell: (row) => row.owner_person_id },
          { name: 'due', head: au().findings.due, cell: (row) => row.due_date?.replaceAll('-', '/') },
        ]}
      />
    </Screen>
  );
}

export function AnalysisScreen({ params }: ScreenProps): JSX.Element {
  const id = params['id'] ?? '';
  const reading = useRead('/api/v1/analyses/{id}', { params: { id } }, null);
  const [told, setTold] = useState('');
  const texts = au().analyses;
  return (
    <Screen title={texts.one}>
      <Told text={told} />
      <Read of={reading}>
        {(one) => (
          <>
            <Facts
              facts={[
                [texts.span, `${timeText(one.from)} ～ ${timeText(one.to)}`],
                [s().state, <State key="state" state={one.state} signs={one.signs} />],
                [texts.uses, one.uses.toLocaleString()],
                [texts.rules, one.rules_version],
                [au().findings.owner, one.owner_person_id],
                [au().findings.due, one.due_date?.replaceAll('-', '/')],
                [texts.conclusion, one.conclusion],
                [s().record, one.record_id],
              ]}
            />
            <Signs of={one} />
            {isAuditor() && one.signs > 0 && one.concluded_at === null && (
              <Conclude id={id} onDone={() => setTold(texts.concludedNow)} />
            )}
            <NotCovered of={one} />
          </>
        )}
      </Read>
    </Screen>
  );
}

function Signs({ of }: { of: Schemas['AnalysisView'] }): JSX.Element {
  const texts = au().analyses;
  return (
    <Table
      caption={texts.signs}
      rows={of.items}
      idOf={(row) => `${row.rule} ${row.subject_id} ${row.first_at}`}
      columns={[
        { name: 'what', head: texts.what, cell: (row) => row.what },
        { name: 'severity', head: au().findings.severity, cell: (row) => word(row.severity) },
        {
          name: 'person',
          head: s().person,
          cell: (row) => row.person_id && <Link to={`/people/${row.person_id}`}>{row.person_id}</Link>,
        },
        { name: 'uses', head: texts.uses, cell: (row) => row.uses },
        { name: 'at', head: s().at, cell: (row) => `${timeText(row.first_at)} ～ ${timeText(row.last_at)}` },
        {
          name: 'records',
          head: texts.records,
          cell: (row) =>
            row.records.slice(0, 3).map((id, index) => (
              <Link key={id} to={`/records/${id}`}>
                {texts.recordOf(index + 1)}{' '}
              </Link>
            )),
        },
        { name: 'lawful', head: texts.lawful, cell: (row) => row.lawful_alternative },
        {
          name: 'finding',
          head: s().act,
          cell: (row) =>
            isAuditor() && (
              <Link
                to={`/findings/new?${new URLSearchParams({
                  subject_type: row.subject_type,
                  subject_id: row.subject_id,
                  type: row.finding_type,
                  severity: row.severity,
                }).toString()}`}
              >
                {au().findings.add}
              </Link>
            ),
        },
      ]}
    />
  );
}

function Conclude({ id, onDone }: { id: string; onDone: () => void }): JSX.Element {
  const texts = au().analyses;
  return (
    <section class="card">
      <h2>{texts.conclude}</h2>
      <SpecForm
        name={`analysis.${id}`}
        submit={texts.conclude}
        members={[
          {
            name: 'conclusion',
            kind: 'area',
            label: texts.conclusion,
            hint: texts.conclusionHint,
            isRequired: true,
            min: 2,
            max: 2000,
          },
        ]}
        send={(body, key) => amend('/api/v1/analyses/{id}', { params: { id }, body, key })}
        done={onDone}
      />
    </section>
  );
}

/** Silence is not innocence: what the rules cannot see. */
function NotCovered({ of }: { of: Schemas['AnalysisView'] }): JSX.Element {
  const texts = au().analyses;
  return (
    <section class="card">
      <h2>{texts.notCovered}</h2>
      <ul>
        {of.not_covered.map(({ finding_type: type, needs }) => (
          <li key={`${type} ${needs}`}>
            {au().findings.types[type] ?? type}: {needs}
          </li>
        ))}
      </ul>
    </section>
  );
}
