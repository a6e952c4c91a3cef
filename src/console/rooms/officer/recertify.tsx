import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import type { Schemas } from '../../api/answers.js';
import { change } from '../../api/client.js';
import { useAct } from '../../kit/act.js';
import { TextField } from '../../kit/form.js';
import { ProblemSummary } from '../../kit/problem-summary.js';
import { useRead } from '../../kit/read.js';
import { timeText } from '../../kit/say.js';
import { Read, Screen } from '../../kit/screen.js';
import { Table, usePaging, useSelection, type Selection } from '../../kit/table.js';
import { instantOf, type Wall } from '../../kit/times.js';
import { DayField } from '../../screens/day-field.js';
import { Told } from '../../screens/holds.js';
import { ToChanges } from '../../screens/master.js';
import { member, s, word } from '../../screens/texts.js';
import { t } from '../../texts/texts.js';
import { of } from './texts.js';

type Person = Schemas['PersonView'];
const NO_DAY: Wall = { year: '', month: '', day: '', hour: '0', minute: '0' };

/** 棚卸: a company's people page by page; who is still needed is ticked, and one change renews them all. Nobody is pre-ticked. */
export function RecertifyScreen(): JSX.Element {
  const [organization, setOrganization] = useState('');
  const [asked, setAsked] = useState('');
  const [told, setTold] = useState('');
  const texts = of().recertify;
  return (
    <Screen title={texts.title} lead={<p>{texts.lead}</p>}>
      <Told text={told} />
      {told !== '' && <ToChanges />}
      <form
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          setTold('');
          setAsked(organization.trim());
        }}
      >
        <TextField
          label={s().organization}
          hint={of().organizationHint}
          isRequired
          max={40}
          value={organization}
          onChange={setOrganization}
        />
        <button type="submit">{of().person.show}</button>
      </form>
      {asked !== '' && (
        <Campaign
          key={asked}
          organization={asked}
          onDone={() => {
            setAsked('');
            setTold(s().proposed);
          }}
        />
      )}
    </Screen>
  );
}

function Campaign({ organization, onDone }: { organization: string; onDone: () => void }): JSX.Element {
  const paging = usePaging();
  const reading = useRead('/api/v1/people', { query: { organization, limit: 100, cursor: paging.cursor } });
  const selection = useSelection();
  const [seen, setSeen] = useState<ReadonlyMap<string, Person>>(new Map());
  const texts = of().recertify;
  // What is ticked on one page is still known on the next.
  const remembering: Selection = {
    ...selection,
    flip: (ids, isOn) => {
      const items = reading.answer?.items ?? [];
      setSeen((before) => new Map([...before, ...items.map((one): [string, Person] => [one.id, one])]));
      selection.flip(ids, isOn);
    },
  };
  const chosen = [...selection.ids].flatMap((id) => seen.get(id) ?? []);
  return (
    <>
      <Read of={reading}>
        {({ items, next }) => (
          <Table
            caption={texts.caption(organization)}
            rows={items}
            idOf={({ id }) => id}
            nameOf={({ name }) => name}
            selection={remembering}
            canSelect={({ left_at: left }) => left === null}
            paging={paging}
            next={next}
            columns={[
              { name: 'id', head: member('id'), cell: (row) => row.id },
              { name: 'name', head: of().person.name, cell: (row) => row.name },
              { name: 'duty', head: member('duty'), cell: (row) => word(row.duty) },
              {
                name: 'until',
                head: member('recertified_until'),
                cell: (row) =>
                  row.recertified_until === null ? s().nothing : timeText(row.recertified_until),
              },
            ]}
          />
        )}
      </Read>
      <Renew organization={organization} people={chosen} onDone={onDone} />
    </>
  );
}

interface RenewProps {
  organization: string;
  people: readonly Person[];
  onDone: () => void;
}

function Renew({ organization, people, onDone }: RenewProps): JSX.Element {
  const [day, setDay] = useState(NO_DAY);
  const [error, setError] = useState<string>();
  const act = useAct();
  const texts = of().recertify;
  const propose = (event: Event): void => {
    event.preventDefault();
    const until = instantOf(day);
    setError(people.length === 0 ? texts.nobody : until === null ? t().time.invalid : undefined);
    if (people.length === 0 || until === null) return;
    const recertified_until = new Date(until).toISOString();
    const body = {
      organization_id: organization,
      people: people.map(({ id, natural_person_key, role, name, employment }) => ({
        ...{ id, natural_person_key: natural_person_key ?? '', role, name, employment, recertified_until },
      })),
    };
    void act.press(body, (key) => change('/api/v1/people', { body, key }), onDone);
  };
  return (
    <form noValidate onSubmit={propose}>
      <ProblemSummary act={act} />
      <DayField label={texts.until} isRequired value={day} onChange={setDay} error={error} />
      <button type="submit" class="primary" aria-disabled={act.isSending}>
        {act.isSending ? t().sending : texts.propose(people.length)}
      </button>
    </form>
  );
}
