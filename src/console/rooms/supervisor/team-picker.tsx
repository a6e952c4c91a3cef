import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { Choice, TextField } from '../../kit/form.js';
import { StatusMark } from '../../kit/status-mark.js';
import { Table, type Selection } from '../../kit/table.js';
import type { Person } from './all-pages.js';
import { useShownPage } from './page-of.js';
import { reasonText } from './reason-words.js';
import { sv } from './texts.js';

interface Props {
  operators: readonly Person[];
  isWhole: boolean;
  selection: Selection;
}

export interface Team {
  employer: string;
  duty: string;
  words: string;
}

export const EVERYBODY: Team = { employer: '', duty: '', words: '' };
/** Employed by the company itself. */
const EMPLOYEES = 'employees';

const plain = (text: string): string => text.normalize('NFKC').replaceAll(/\s/g, '').toLowerCase();

/** A team is what the register knows of people: the firm that employs them, and their duty. */
export function inTeam(people: readonly Person[], { employer, duty, words }: Team): Person[] {
  const sought = plain(words);
  return people.filter((one) => {
    const isOfFirm =
      employer === '' || (employer === EMPLOYEES ? one.employer_id === null : one.employer_id === employer);
    const isOnDuty = duty === '' || one.duty === duty;
    return isOfFirm && isOnDuty && (plain(one.name).includes(sought) || plain(one.id).includes(sought));
  });
}

export function TeamFields({
  people,
  team,
  change,
}: {
  people: readonly Person[];
  team: Team;
  change: (more: Partial<Team>) => void;
}): JSX.Element {
  const texts = sv().nominate;
  const firms = [...new Set(people.flatMap((one) => (one.employer_id === null ? [] : [one.employer_id])))];
  const duties = [...new Set(people.map((one) => one.duty))];
  return (
    <>
      {firms.length > 0 && (
        <Choice
          label={texts.team}
          options={[
            { value: '', label: texts.everybody },
            { value: EMPLOYEES, label: texts.employees },
            ...firms.map((id) => ({ value: id, label: texts.firm(id) })),
          ]}
          value={team.employer}
          onChange={(employer) => change({ employer })}
        />
      )}
      {duties.length > 1 && (
        <Choice
          label={texts.duty}
          options={[
            { value: '', label: texts.anyDuty },
            ...duties.map((id) => ({ value: id, label: sv().duties[id] ?? id })),
          ]}
          value={team.duty}
          onChange={(duty) => change({ duty })}
        />
      )}
      <TextField label={texts.search} value={team.words} onChange={(words) => change({ words })} />
    </>
  );
}

/** By team: filters, a table, and one button for all that are left. Nothing is ticked beforehand (rule 10). */
export function TeamPicker({ operators, isWhole, selection }: Props): JSX.Element {
  const [team, setTeam] = useState(EVERYBODY);
  const texts = sv().nominate;
  const found = inTeam(operators, team);
  const { shown, paging, next } = useShownPage(found);
  return (
    <section class="card">
      <TeamFields
        people={operators}
        team={team}
        change={(more) => setTeam((before) => ({ ...before, ...more }))}
      />
      {!isWhole && <p role="status">{texts.counting(operators.length)}</p>}
      {isWhole && found.length > 0 && (
        <button
          type="button"
          onClick={() =>
            selection.flip(
              found.map(({ id }) => id),
              true,
            )
          }
        >
          {texts.selectShown(found.length)}
        </button>
      )}
      <Table
        caption={texts.people}
        rows={shown}
        idOf={({ id }) => id}
        nameOf={({ name }) => name}
        selection={selection}
        paging={paging}
        next={next}
        columns={[
          { name: 'name', head: texts.name, cell: (one) => one.name },
          { name: 'state', head: texts.state, cell: (one) => <Eligible of={one} /> },
          { name: 'id', head: texts.id, cell: (one) => one.id },
          { name: 'duty', head: texts.duty, cell: (one) => sv().duties[one.duty] ?? one.duty },
        ]}
      />
    </section>
  );
}

export function Eligible({ of }: { of: Person }): JSX.Element {
  const texts = sv().nominate;
  if (of.eligible_now === true) return <StatusMark tone="done">{texts.eligible}</StatusMark>;
  return (
    <>
      <StatusMark tone="stop">{texts.ineligible}</StatusMark> {(of.why_not ?? []).map(reasonText).join(' ')}
    </>
  );
}
