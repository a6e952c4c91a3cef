import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import type { Schemas } from '../../api/answers.js';
import { change } from '../../api/client.js';
import { useAct } from '../../kit/act.js';
import { language } from '../../kit/language.js';
import { ProblemSummary } from '../../kit/problem-summary.js';
import { useRead } from '../../kit/read.js';
import { Link } from '../../kit/route.js';
import { timeText } from '../../kit/say.js';
import { Read, Screen } from '../../kit/screen.js';
import { StatusMark } from '../../kit/status-mark.js';
import { Table } from '../../kit/table.js';
import { Listing } from '../../screens/listing.js';
import { FactText } from '../../screens/difference.js';
import { member, s, word } from '../../screens/texts.js';
import { t } from '../../texts/texts.js';
import type { ScreenProps } from '../rooms.js';
import { FindingTable } from './finding-table.js';
import { isAuditor } from './may.js';
import { au } from './texts.js';

export function PeopleScreen(): JSX.Element {
  const texts = au().person;
  return (
    <Screen title={texts.list}>
      <Listing
        path="/api/v1/people"
        caption={texts.list}
        idOf={({ id }) => id}
        columns={[
          { name: 'id', head: s().person, cell: ({ id }) => <Link to={`/people/${id}`}>{id}</Link> },
          { name: 'name', head: texts.name, cell: (row) => row.name },
          { name: 'organization', head: s().organization, cell: (row) => row.organization_id },
          { name: 'role', head: texts.role, cell: (row) => word(row.role) },
          { name: 'left', head: texts.left, cell: (row) => row.left_at !== null && timeText(row.left_at) },
        ]}
      />
    </Screen>
  );
}

/** A person: facts and every version of them, grants, sign-ins, findings, and a negative test now. */
export function PersonScreen({ params }: ScreenProps): JSX.Element {
  const id = params['id'] ?? '';
  const reading = useRead('/api/v1/desk/people/{id}', { params: { id } }, null);
  const texts = au().person;
  return (
    <Screen title={texts.title(id)}>
      <div class="buttons">
        <Link to={`/people/${id}/day`} class="button">
          {texts.day}
        </Link>
        <Link to={`/records?person=${encodeURIComponent(id)}`} class="button">
          {texts.records}
        </Link>
      </div>
      {isAuditor() && <NegativeTest id={id} />}
      <Read of={reading}>{(page) => <Page page={page} />}</Read>
    </Screen>
  );
}

function Page({ page }: { page: Schemas['PersonPage'] }): JSX.Element {
  const texts = au().person;
  return (
    <>
      <section class="card">
        <h2>{texts.facts}</h2>
        <FactList of={page.person} />
        {page.also_known_as.length > 0 && <p>{texts.also(page.also_known_as.join(s().comma))}</p>}
      </section>
      <Table
        caption={texts.versions}
        rows={page.versions}
        idOf={({ version }) => String(version)}
        columns={[
          { name: 'version', head: texts.version, cell: (row) => row.version },
          { name: 'at', head: s().at, cell: (row) => timeText(row.at) },
          { name: 'change', head: texts.change, cell: (row) => row.change_id },
          { name: 'facts', head: texts.facts, cell: (row) => <FactList of={newIn(row, page.versions)} /> },
        ]}
      />
      <Table
        caption={texts.grants(page.grant_count)}
        rows={page.grants}
        idOf={({ id }) => id}
        columns={[
          { name: 'id', head: au().grant.title, cell: ({ id }) => <Link to={`/grants/${id}`}>{id}</Link> },
          { name: 'from', head: texts.from, cell: (row) => timeText(row.starts_at) },
          { name: 'until', head: texts.until, cell: (row) => timeText(row.ends_at) },
          {
            name: 'live',
            head: s().state,
            cell: (row) => (
              <StatusMark tone={row.live ? 'live' : 'done'}>{row.live ? texts.live : texts.over}</StatusMark>
            ),
          },
        ]}
      />
      <Table
        caption={texts.sessions(page.session_count)}
        rows={page.sessions}
        idOf={({ id }) => id}
        columns={[
          { name: 'at', head: s().at, cell: (row) => timeText(row.created_at) },
          { name: 'method', head: texts.method, cell: (row) => row.provider ?? row.method },
          {
            name: 'ended',
            head: texts.ended,
            cell: (row) => row.ended_at !== null && timeText(row.ended_at),
          },
        ]}
      />
      <FindingTable caption={texts.findings} rows={page.findings} />
    </>
  );
}

/** What a version changed of the one before it; of the first, everything. */
function newIn(
  version: Schemas['PersonVersion'],
  all: readonly Schemas['PersonVersion'][],
): Record<string, unknown> {
  const before: Record<string, unknown> = all.find((one) => one.version === version.version - 1)?.facts ?? {};
  const facts: Record<string, unknown> = version.facts;
  return Object.fromEntries(
    Object.entries(facts).filter(([name, value]) => JSON.stringify(before[name]) !== JSON.stringify(value)),
  );
}

function FactList({ of }: { of: Record<string, unknown> }): JSX.Element {
  return (
    <ul class="details">
      {Object.entries(of)
        .filter(([, value]) => value !== null)
        .map(([name, value]) => (
          <li key={name}>
            {member(name)}: <FactText of={value} field={name} />
          </li>
        ))}
    </ul>
  );
}

/** AUD-3: that somebody has no access, tried at the gate before one's eyes. */
function NegativeTest({ id }: { id: string }): JSX.Element {
  const [found, setFound] = useState<Schemas['NegativeTestView']>();
  const act = useAct();
  const texts = au().person;
  const test = (): void => {
    const params = { id };
    void act.press(id, () => change('/api/v1/desk/people/{id}/negative-test', { params }), setFound);
  };
  return (
    <section class="card">
      <h2>{texts.negative}</h2>
      <ProblemSummary act={act} />
      <p role="status">
        {found && (
          <>
            <StatusMark tone={found.has_access ? 'stop' : 'done'}>
              {found.has_access ? texts.hasAccess : texts.hasNone}
            </StatusMark>{' '}
            {language === 'ja' ? found.sentence_ja : found.sentence_en}
          </>
        )}
      </p>
      <button type="button" class="primary" aria-disabled={act.isSending} onClick={test}>
        {act.isSending ? t().sending : texts.test}
      </button>
    </section>
  );
}
