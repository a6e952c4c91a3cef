import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import type { Schemas } from '../../api/answers.js';
import { amend, change } from '../../api/client.js';
import { useAct } from '../../kit/act.js';
import { ProblemSummary } from '../../kit/problem-summary.js';
import { useRead, type Reading } from '../../kit/read.js';
import { timeText } from '../../kit/say.js';
import { Read, Screen } from '../../kit/screen.js';
import { StatusMark, type Tone } from '../../kit/status-mark.js';
import { Table } from '../../kit/table.js';
import { Facts, type Fact } from '../../screens/facts.js';
import { Told } from '../../screens/holds.js';
import { OneOfMaster, ProposeNew, ToChanges, type Acts } from '../../screens/master.js';
import { member, s, word } from '../../screens/texts.js';
import { t } from '../../texts/texts.js';
import type { ScreenProps } from '../rooms.js';
import { Eligibility } from './people.js';
import { dutyMembers, identityMembers, recertificationMembers, trainingMembers } from './person-members.js';
import { of } from './texts.js';

const PATH = '/api/v1/people';
type Person = Schemas['PersonView'];

export function PersonScreen({ params }: ScreenProps): JSX.Element {
  const id = params['id'] ?? '';
  const texts = of().person;
  const send: Acts['changes'][number]['send'] = (body, key) =>
    amend(`${PATH}/{id}`, { params: { id }, body, key });
  const forms = [
    { name: 'who', label: texts.changeWho, members: identityMembers() },
    { name: 'duty', label: texts.changeDuty, members: dutyMembers() },
    { name: 'training', label: texts.changeTraining, members: trainingMembers() },
    { name: 'recertify', label: texts.changeRecertified, members: recertificationMembers() },
  ];
  return (
    <Screen title={texts.one(id)}>
      <OneOfMaster
        path={PATH}
        id={id}
        actsOf={() => ({
          changes: forms.map((form) => ({ ...form, action: 'change', send })),
          retire: {
            label: texts.retire,
            lead: texts.retireLead,
            send: (key) => change(`${PATH}/{id}/retire`, { params: { id }, key }),
          },
        })}
      >
        {(row, isNow) => (
          <>
            {isNow && (
              <p>
                <Eligibility of={row} />
              </p>
            )}
            <Facts facts={factsOf(row)} />
          </>
        )}
      </OneOfMaster>
      <Identities id={id} />
      <Passkeys id={id} />
    </Screen>
  );
}

function factsOf(row: Person): Fact[] {
  const time = (at: string | null): string | null =>
    at === null ? null : at === 'infinity' ? word(at) : timeText(at);
  const flag = (is: boolean): string => (is ? s().form.yes : s().form.no);
  return [
    [of().person.name, row.name],
    [s().organization, row.organization_id],
    [member('role'), word(row.role)],
    [member('employment'), word(row.employment)],
    [member('employer_id'), row.employer_id],
    [member('duty'), word(row.duty)],
    [member('natural_person_key'), row.natural_person_key],
    [member('training_for'), row.training_for && word(row.training_for)],
    [member('training_content_version'), row.training_content_version],
    [member('training_completed_at'), time(row.training_completed_at)],
    [member('training_valid_until'), time(row.training_valid_until)],
    [member('pledged_at'), time(row.pledged_at)],
    [member('pledge_version'), row.pledge_version],
    [member('recertified_until'), time(row.recertified_until)],
    [member('has_conflict'), flag(row.has_conflict)],
    [member('sales_duty_until'), time(row.sales_duty_until)],
    [member('utility_staff_until'), time(row.utility_staff_until)],
    [member('utility_staff_cleared'), flag(row.utility_staff_cleared)],
    [member('left_at'), time(row.left_at)],
  ];
}

/** Whom an identity provider means by a subject. */
function Identities({ id }: { id: string }): JSX.Element {
  const reading = useRead(`${PATH}/{id}/identities`, { params: { id } });
  const act = useAct();
  const [told, setTold] = useState('');
  const texts = of().identity;
  const retire = (identity: string): void => {
    void act.press(
      `retire ${identity}`,
      (key) => change(`${PATH}/{id}/identities/{identity}/retire`, { params: { id, identity }, key }),
      () => setTold(s().proposed),
    );
  };
  return (
    <section>
      <h2>{texts.title}</h2>
      <Told text={told} />
      {told !== '' && <ToChanges />}
      <ProblemSummary act={act} />
      <IdentityList reading={reading} onRetire={retire} />
      <ProposeNew
        name={`identity.${id}`}
        label={texts.add}
        members={[
          { name: 'provider', kind: 'text', label: member('provider'), isRequired: true, max: 64 },
          { name: 'subject', kind: 'text', label: member('subject'), isRequired: true, max: 255 },
        ]}
        send={(body, key) =>
          change(`${PATH}/{id}/identities`, {
            params: { id },
            body: body as unknown as Schemas['AddIdentityDto'],
            key,
          })
        }
      />
    </section>
  );
}

interface IdentityListProps {
  reading: Reading<{ items: Schemas['IdentityView'][] }>;
  onRetire: (identity: string) => void;
}

function IdentityList({ reading, onRetire }: IdentityListProps): JSX.Element {
  const texts = of().identity;
  return (
    <Read of={reading}>
      {({ items }) => (
        <Table
          caption={texts.caption}
          rows={items}
          idOf={(row) => row.id}
          columns={[
            { name: 'provider', head: member('provider'), cell: (row) => row.provider },
            { name: 'subject', head: member('subject'), cell: (row) => row.subject },
            { name: 'since', head: texts.since, cell: (row) => timeText(row.registered_at) },
            {
              name: 'act',
              head: s().act,
              cell: (row) =>
                row.retired_at === null ? (
                  <button type="button" onClick={() => onRetire(row.id)}>
                    {texts.retire}
                  </button>
                ) : (
                  timeText(row.retired_at)
                ),
            },
          ]}
        />
      )}
    </Read>
  );
}

type Passkey = Schemas['PasskeyView'];
const TONES: Record<Passkey['state'], Tone> = {
  ...{ waiting: 'wait', lapsed: 'done', active: 'done', revoked: 'done', suspended: 'stop' },
};

/** What the person has shown: an officer proposes it after comparing the fingerprint with the person, another confirms. */
function Passkeys({ id }: { id: string }): JSX.Element {
  const reading = useRead('/api/v1/passkeys', { query: { person: id } });
  const act = useAct();
  const [told, setTold] = useState('');
  const texts = of().passkey;
  const propose = (passkey: string): void => {
    void act.press(
      `propose ${passkey}`,
      (key) => change('/api/v1/passkeys/{id}/propose', { params: { id: passkey }, key }),
      () => setTold(s().proposed),
    );
  };
  return (
    <section>
      <h2>{texts.title}</h2>
      <p>{texts.lead}</p>
      <Told text={told} />
      {told !== '' && <ToChanges />}
      <ProblemSummary act={act} />
      <Read of={reading}>
        {({ items }) => (
          <Table
            caption={texts.caption}
            rows={items}
            idOf={(row) => row.id}
            columns={[
              { name: 'label', head: member('label'), cell: (row) => row.label },
              {
                name: 'state',
                head: s().state,
                cell: (row) => <StatusMark tone={TONES[row.state]}>{word(row.state)}</StatusMark>,
              },
              {
                name: 'fingerprint',
                head: member('fingerprint'),
                cell: (row) => <code>{row.fingerprint}</code>,
              },
              { name: 'shown', head: texts.shown, cell: (row) => timeText(row.shown_at) },
              {
                name: 'act',
                head: s().act,
                cell: (row) =>
                  row.state === 'waiting' && row.change_id === null ? (
                    <button type="button" aria-disabled={act.isSending} onClick={() => propose(row.id)}>
                      {act.isSending ? t().sending : texts.propose}
                    </button>
                  ) : (
                    s().nothing
                  ),
              },
            ]}
          />
        )}
      </Read>
    </section>
  );
}
