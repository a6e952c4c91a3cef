import type { JSX } from 'preact';
import type { Schemas } from '../../api/answers.js';
import { useRead } from '../../kit/read.js';
import { Link } from '../../kit/route.js';
import { timeText } from '../../kit/say.js';
import { Read, Screen } from '../../kit/screen.js';
import { StatusMark } from '../../kit/status-mark.js';
import { Table } from '../../kit/table.js';
import { Facts } from '../../screens/facts.js';
import { s, word } from '../../screens/texts.js';
import type { ScreenProps } from '../rooms.js';
import { au } from './texts.js';
import { Decision, Details, typeName } from './uses.js';

type Page = Schemas['GrantPage'];
const SHOWN = 300;

/** 付与の一枚 (LAW-7): as of its approval, every use, its end and the proof of it. */
export function GrantScreen({ params }: ScreenProps): JSX.Element {
  const id = params['id'] ?? '';
  const reading = useRead('/api/v1/desk/grants/{id}', { params: { id } }, null);
  const texts = au().grant;
  return (
    <Screen title={texts.one}>
      <div class="buttons">
        <Link to={`/exports?grant=${id}`} class="button">
          {texts.pdf}
        </Link>
        <Link to={`/records?grant=${id}`} class="button">
          {au().declaration.records}
        </Link>
      </div>
      <Read of={reading}>{(page) => <Whole page={page} />}</Read>
    </Screen>
  );
}

function Said({ page }: { page: Page }): JSX.Element {
  const { grant, nomination, notice, use_numbers: numbers, end } = page;
  const texts = au().grant;
  return (
    <Facts
      facts={[
        [texts.title, grant.id],
        [
          s().person,
          <Link key="person" to={`/people/${grant.person_id}`}>
            {grant.person_id}
          </Link>,
        ],
        [s().organization, grant.organization_id],
        [
          s().declaration,
          <Link key="declaration" to={`/declarations/${grant.declaration_id}`}>
            {page.declaration_number}
          </Link>,
        ],
        [texts.necessity, nomination.necessity],
        [texts.nominated, `${timeText(nomination.nominated_at)} ${nomination.nominated_by}`],
        [
          texts.approved,
          `${timeText(nomination.approved_at)} ${nomination.approved_by ?? nomination.standing_plan_id ?? ''}`,
        ],
        [texts.shift, `${timeText(grant.starts_at)} ～ ${timeText(grant.ends_at)}`],
        [
          texts.acknowledged,
          notice.acknowledged_at && `${timeText(notice.acknowledged_at)} ${notice.version ?? ''}`,
        ],
        [texts.ended, end && `${timeText(end.ended_at)} ${word(end.cause)}`],
        [
          texts.numbers,
          numbers.missing.length === 0
            ? texts.complete(numbers.recorded)
            : texts.missing(numbers.missing.join(s().comma)),
        ],
      ]}
    />
  );
}

function Whole({ page }: { page: Page }): JSX.Element {
  const texts = au().grant;
  return (
    <>
      <Said page={page} />
      <Table
        caption={texts.fields}
        rows={page.profile_fields}
        idOf={({ field }) => field}
        columns={[
          { name: 'label', head: texts.field, cell: (row) => row.label },
          { name: 'mode', head: texts.mode, cell: (row) => word(row.mode) },
        ]}
      />
      <section class="card">
        <h2>{texts.then}</h2>
        <Details of={page.person_at_approval?.facts} />
      </section>
      <Steps caption={texts.uses} rows={page.uses} />
      <Steps caption={texts.steps} rows={[...page.steps, ...page.credentials]} />
      <Table
        caption={texts.probes}
        rows={page.probes}
        idOf={(row) => `${row.at} ${row.target}`}
        columns={[
          { name: 'at', head: s().at, cell: (row) => timeText(row.at) },
          { name: 'target', head: texts.target, cell: (row) => word(row.target) },
          {
            name: 'refused',
            head: s().state,
            cell: (row) => (
              <StatusMark tone={row.is_refused ? 'done' : 'stop'}>
                {row.is_refused ? s().certificate.refused : s().certificate.open}
              </StatusMark>
            ),
          },
        ]}
      />
    </>
  );
}

function Steps({ caption, rows }: { caption: string; rows: Page['uses'] }): JSX.Element {
  const texts = au().grant;
  return (
    <>
      <Table
        caption={caption}
        rows={rows.slice(0, SHOWN)}
        idOf={({ record_id }) => record_id}
        columns={[
          {
            name: 'at',
            head: s().at,
            cell: (row) => <Link to={`/records/${row.record_id}`}>{timeText(row.at)}</Link>,
          },
          { name: 'type', head: au().records.type, cell: (row) => typeName(row.type) },
          { name: 'decision', head: au().records.decision, cell: (row) => <Decision of={row} /> },
          { name: 'no', head: au().record.useNumber, cell: (row) => row.use_no },
          { name: 'by', head: s().person, cell: (row) => row.by },
        ]}
      />
      {rows.length > SHOWN && <p>{texts.rest(rows.length - SHOWN)}</p>}
    </>
  );
}
