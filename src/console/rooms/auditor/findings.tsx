import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import type { Schemas } from '../../api/answers.js';
import { amend, change } from '../../api/client.js';
import { ActionBar } from '../../kit/action-bar.js';
import { useRead } from '../../kit/read.js';
import { go, Link, usePath } from '../../kit/route.js';
import { timeText } from '../../kit/say.js';
import { Read, Screen } from '../../kit/screen.js';
import { wallOf } from '../../kit/times.js';
import { Facts } from '../../screens/facts.js';
import type { Member } from '../../screens/form-spec.js';
import { Told } from '../../screens/holds.js';
import { Listing } from '../../screens/listing.js';
import { SpecForm } from '../../screens/spec-form.js';
import { s, word } from '../../screens/texts.js';
import type { ScreenProps } from '../rooms.js';
import { findingColumns, FindingState, type Finding } from './finding-table.js';
import { isAuditor } from './may.js';
import { au } from './texts.js';

const STATES = ['open', 'answered', 'closed'];
const SUBJECTS = ['declaration', 'grant', 'person', 'record', 'supply_point_ref', 'organization'];

export function FindingsScreen(): JSX.Element {
  const asked = usePath().query.get('state') ?? '';
  const state = STATES.includes(asked) ? asked : '';
  const texts = au().findings;
  return (
    <Screen title={texts.title}>
      {isAuditor() && (
        <p>
          <Link to="/findings/new" class="button primary">
            {texts.add}
          </Link>
        </p>
      )}
      <ul class="tabs" aria-label={texts.states}>
        {['', ...STATES].map((one) => (
          <li key={one}>
            <Link to={one === '' ? '/findings' : `/findings?state=${one}`} current={one === state}>
              {one === '' ? texts.all : word(one)}
            </Link>
          </li>
        ))}
      </ul>
      <Listing
        path="/api/v1/findings"
        query={{ state }}
        caption={texts.title}
        idOf={({ id }) => id}
        columns={findingColumns()}
      />
    </Screen>
  );
}

/** A day of Japan as the service takes it: `2026-12-01`. */
function asDay(body: Record<string, unknown>): Record<string, unknown> {
  const due = body['due_date'];
  if (typeof due !== 'string') return body;
  const { year, month, day } = wallOf(Date.parse(due));
  return { ...body, due_date: `${year}-${month}-${day}` };
}

const severityMember = (): Member => ({
  name: 'severity',
  kind: 'one',
  label: au().findings.severity,
  isRequired: true,
  options: ['low', 'medium', 'high'].map((value) => ({ value, label: word(value) })),
});
const ownerMember = (): Member => ({
  ...{ name: 'owner_person_id', kind: 'text', label: au().findings.owner },
  ...{ hint: au().findings.ownerHint, isRequired: true, max: 64 },
});
const dueMember = (): Member => ({
  name: 'due_date',
  kind: 'day',
  label: au().findings.due,
  isRequired: true,
});

/** What it is about may stand in the address: a record, a person, a sign of an analysis. */
export function NewFindingScreen(): JSX.Element {
  const { query } = usePath();
  const texts = au().findings;
  const given = Object.fromEntries(query);
  const members: Member[] = [
    {
      name: 'subject_type',
      kind: 'one',
      label: texts.subjectType,
      isRequired: true,
      options: SUBJECTS.map((value) => ({ value, label: texts.subjects[value] ?? value })),
    },
    { name: 'subject_id', kind: 'text', label: texts.subject, isRequired: true, max: 64 },
    {
      name: 'type',
      kind: 'one',
      label: texts.type,
      isRequired: true,
      options: Object.entries(texts.types).map(([value, label]) => ({ value, label })),
    },
    severityMember(),
    {
      name: 'text',
      kind: 'area',
      label: texts.text,
      hint: texts.textHint,
      isRequired: true,
      min: 2,
      max: 2000,
    },
    ownerMember(),
    dueMember(),
  ];
  return (
    <Screen title={texts.add}>
      <SpecForm
        name={`finding.${query.toString()}`}
        members={members}
        given={given}
        submit={texts.make}
        send={(body, key) =>
          change('/api/v1/findings', { body: asDay(body) as unknown as Schemas['FindingDto'], key })
        }
        done={({ id }) => go(`/findings/${id}`)}
      />
    </Screen>
  );
}

type Step = 'answer' | 'close' | 'amend';

export function FindingScreen({ params }: ScreenProps): JSX.Element {
  const id = params['id'] ?? '';
  const reading = useRead('/api/v1/findings/{id}', { params: { id } });
  const texts = au().findings;
  return (
    <Screen title={texts.one}>
      <Read of={reading}>
        {(one) => (
          <>
            <p>
              <FindingState of={one} />
            </p>
            <Facts
              facts={[
                [texts.type, texts.types[one.type] ?? one.type],
                [texts.subjectType, texts.subjects[one.subject_type] ?? one.subject_type],
                [texts.subject, one.subject_id],
                [texts.severity, word(one.severity)],
                [texts.text, one.text],
                [texts.found, `${timeText(one.found_at)} ${one.found_by}`],
                [texts.owner, one.owner_person_id],
                [texts.due, one.due_date.replaceAll('-', '/')],
                [texts.answer, one.answer],
                [texts.answeredAt, one.answered_at && timeText(one.answered_at)],
                [texts.closingReason, one.closing_reason],
                [texts.closedAt, one.closed_at && timeText(one.closed_at)],
              ]}
            />
            <Steps of={one} />
          </>
        )}
      </Read>
    </Screen>
  );
}

function membersOf(step: Step): Member[] {
  const texts = au().findings;
  const members: Record<Step, Member[]> = {
    answer: [
      {
        name: 'answer',
        kind: 'area',
        label: texts.answer,
        hint: texts.answerHint,
        isRequired: true,
        min: 2,
        max: 2000,
      },
    ],
    close: [
      {
        name: 'closing_reason',
        kind: 'area',
        label: texts.closingReason,
        isRequired: true,
        min: 2,
        max: 500,
      },
    ],
    amend: [
      severityMember(),
      ownerMember(),
      dueMember(),
      { name: 'reason', kind: 'area', label: s().reason, isRequired: true, min: 2, max: 500 },
    ],
  };
  return members[step];
}

function Steps({ of: one }: { of: Finding }): JSX.Element {
  const [open, setOpen] = useState<Step>();
  const [told, setTold] = useState('');
  const texts = au().findings;
  const press = (step: Step) => (): void => setOpen(step);
  const params = { id: one.id };
  const row = { ...one, due_date: `${one.due_date}T00:00:00+09:00`, reason: '' };
  return (
    <>
      <Told text={told} />
      {open === undefined ? (
        <ActionBar
          actions={one.actions}
          known={{
            answer: { label: texts.steps.answer, press: press('answer'), kind: 'primary' },
            close: { label: texts.steps.close, press: press('close') },
            amend: { label: texts.steps.amend, press: press('amend') },
          }}
        />
      ) : (
        <section class="card">
          <h2>{texts.steps[open]}</h2>
          <SpecForm
            key={open}
            name={`finding.${one.id}.${open}`}
            members={membersOf(open)}
            {...(open === 'amend' && { row })}
            submit={texts.steps[open]}
            send={(body, key) => amend('/api/v1/findings/{id}', { params, body: asDay(body), key })}
            done={() => {
              setTold(texts.done);
              setOpen(undefined);
            }}
            onCancel={() => setOpen(undefined)}
          />
        </section>
      )}
    </>
  );
}
