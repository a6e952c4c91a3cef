import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { Refusal } from '../../kit/problem-summary.js';
import { timeText } from '../../kit/say.js';
import { Screen } from '../../kit/screen.js';
import { Table } from '../../kit/table.js';
import { operatorsOf, useAll } from './all-pages.js';
import { useShownPage } from './page-of.js';
import { Eligible, EVERYBODY, inTeam, TeamFields } from './team-picker.js';
import { sv } from './texts.js';

/** The state of one's own people: who could be nominated now, and what runs out when. */
export function PeopleScreen(): JSX.Element {
  const people = useAll('/api/v1/people');
  const [team, setTeam] = useState(EVERYBODY);
  const texts = sv().people;
  const operators = operatorsOf(people.items);
  const found = inTeam(operators, team);
  const { shown, paging, next } = useShownPage(found);
  const until = (at: string | null): string => (at === null ? texts.unknown : timeText(at));
  return (
    <Screen title={texts.title} lead={<p>{texts.officer}</p>}>
      {people.problem && (
        <div class="problem" role="alert">
          <Refusal problem={people.problem} />
        </div>
      )}
      {!people.isWhole && <p role="status">{sv().nominate.counting(operators.length)}</p>}
      <TeamFields
        people={operators}
        team={team}
        change={(more) => setTeam((before) => ({ ...before, ...more }))}
      />
      <p role="status">{texts.sum(found.filter((one) => one.eligible_now === true).length, found.length)}</p>
      <Table
        caption={texts.title}
        rows={shown}
        idOf={({ id }) => id}
        paging={paging}
        next={next}
        columns={[
          { name: 'name', head: sv().nominate.name, cell: (one) => one.name },
          { name: 'state', head: sv().nominate.state, cell: (one) => <Eligible of={one} /> },
          { name: 'id', head: sv().nominate.id, cell: (one) => one.id },
          { name: 'employer', head: texts.employer, cell: (one) => one.employer_id ?? texts.employee },
          { name: 'training', head: texts.training, cell: (one) => until(one.training_valid_until) },
          { name: 'recertified', head: texts.recertified, cell: (one) => until(one.recertified_until) },
        ]}
      />
    </Screen>
  );
}
