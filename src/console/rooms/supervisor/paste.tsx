import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import type { Schemas } from '../../api/answers.js';
import { change } from '../../api/client.js';
import { useAct } from '../../kit/act.js';
import { TextArea } from '../../kit/form.js';
import { ProblemSummary } from '../../kit/problem-summary.js';
import { StatusMark, type Tone } from '../../kit/status-mark.js';
import { Table } from '../../kit/table.js';
import { t } from '../../texts/texts.js';
import { entriesOf, type NominateDraft } from './nominate-draft.js';
import { useShownPage } from './page-of.js';
import { reasonText } from './reason-words.js';
import { sv } from './texts.js';

type Candidates = Schemas['CandidatesView'];
type Entry = Schemas['ResolvedEntryView'];
type Candidate = Schemas['CandidateView'];

interface Props {
  callId: string;
  draft: NominateDraft;
  put: (more: Partial<NominateDraft>) => void;
  shift: { starts_at?: string; ends_at?: string };
}

/** Paste from Excel: whom each line means, and what a nomination of them would say, before anything is sent (rule 9). */
export function Paste({ callId, draft, put, shift }: Props): JSX.Element {
  const [found, setFound] = useState<Candidates>();
  const [missing, setMissing] = useState<string>();
  const act = useAct();
  const texts = sv().nominate;
  const resolve = (): void => {
    const entries = entriesOf(draft.pasted);
    setMissing(entries.length === 0 ? texts.pastedMissing : undefined);
    if (entries.length === 0) return;
    const ask = (): Promise<Candidates> =>
      change('/api/v1/support-calls/{id}/candidates', {
        params: { id: callId },
        body: { entries, ...shift },
      });
    void act.press('candidates', ask, setFound);
  };
  return (
    <section class="card">
      <TextArea
        label={texts.pasted}
        hint={texts.pastedHint}
        rows={6}
        value={draft.pasted}
        onChange={(pasted) => put({ pasted })}
        error={missing}
      />
      <ProblemSummary act={act} labels={{ entries: texts.pasted, ends_at: texts.end }} />
      <button type="button" onClick={resolve}>
        {act.isSending ? t().sending : texts.resolve}
      </button>
      {found && <Resolved items={found.items} draft={draft} put={put} />}
    </section>
  );
}

function Resolved({
  items,
  draft,
  put,
}: {
  items: readonly Entry[];
  draft: NominateDraft;
  put: Props['put'];
}): JSX.Element {
  const texts = sv().nominate;
  const { shown, paging, next } = useShownPage(items);
  const count = (match: Entry['match']): number => items.filter((one) => one.match === match).length;
  const able = items.flatMap(({ match, people }) =>
    match === 'one' ? people.filter(({ verdict }) => verdict === 'eligible').map((one) => one.person_id) : [],
  );
  /** Of several, one at most: choosing another takes the first one out. */
  const choose = (entry: Entry, id: string): void => {
    const others = entry.people.map((one) => one.person_id);
    put({ ids: [...draft.ids.filter((one) => !others.includes(one)), id] });
  };
  const rows = shown.map((entry, n) => ({ ...entry, line: `${paging.page} ${n}` }));
  return (
    <>
      <p role="status">{texts.counts(count('one'), count('several'), count('none'))}</p>
      {able.length > 0 && (
        <button type="button" onClick={() => put({ ids: [...new Set([...draft.ids, ...able])] })}>
          {texts.selectMatched(able.length)}
        </button>
      )}
      <Table
        caption={texts.resolved}
        rows={rows}
        idOf={({ line }) => line}
        paging={paging}
        next={next}
        columns={[
          { name: 'entry', head: texts.entry, cell: (one) => one.entry },
          { name: 'match', head: texts.match, cell: (one) => <Match of={one.match} /> },
          {
            name: 'who',
            head: texts.who,
            cell: (one) => <Who entry={one} ids={draft.ids} onChoose={(id) => choose(one, id)} />,
          },
        ]}
      />
    </>
  );
}

const TONES: Record<Entry['match'], Tone> = { one: 'done', several: 'wait', none: 'stop' };

function Match({ of }: { of: Entry['match'] }): JSX.Element {
  return <StatusMark tone={TONES[of]}>{sv().nominate.matches[of] ?? of}</StatusMark>;
}

function Who({
  entry,
  ids,
  onChoose,
}: {
  entry: Entry & { line: string };
  ids: readonly string[];
  onChoose: (id: string) => void;
}): JSX.Element {
  if (entry.match !== 'several')
    return (
      <>
        {entry.people.map((one) => (
          <Named key={one.person_id} of={one} />
        ))}
      </>
    );
  return (
    <fieldset class="choices">
      <legend class="unseen">{sv().nominate.choose(entry.entry)}</legend>
      {entry.people.map((one) => (
        <label key={one.person_id} class="choice">
          <input
            type="radio"
            name={`line ${entry.line}`}
            checked={ids.includes(one.person_id)}
            onChange={() => onChoose(one.person_id)}
          />
          <Named of={one} />
        </label>
      ))}
    </fieldset>
  );
}

function Named({ of }: { of: Candidate }): JSX.Element {
  const texts = sv().nominate;
  return (
    <span>
      {of.name} <span class="small">{of.person_id}</span>{' '}
      {of.verdict === 'eligible' ? (
        <StatusMark tone="done">{texts.eligible}</StatusMark>
      ) : (
        <>
          <StatusMark tone="stop">{texts.ineligible}</StatusMark> {reasonText(of.code)}
        </>
      )}
    </span>
  );
}
