import type { JSX } from 'preact';
import type { Schemas } from '../../api/answers.js';
import { amend, change } from '../../api/client.js';
import { Link } from '../../kit/route.js';
import { timeText } from '../../kit/say.js';
import { Screen } from '../../kit/screen.js';
import { StatusMark } from '../../kit/status-mark.js';
import { Facts } from '../../screens/facts.js';
import type { Member } from '../../screens/form-spec.js';
import { Listing } from '../../screens/listing.js';
import { OneOfMaster, ProposeNew } from '../../screens/master.js';
import { member, s, word } from '../../screens/texts.js';
import type { ScreenProps } from '../rooms.js';
import { optionsOf } from './options.js';
import { of } from './texts.js';

const PATH = '/api/v1/agreements';
/** 契約・協定に定めること: without each of them nothing is granted (MECH-1). */
const CLAUSES = [
  ...['tasks', 'confidentiality', 'personal_data', 'sub_contracting'],
  ...['log_consent', 'penalty', 'no_group_sharing'],
];

const changed = (): Member[] => [
  { name: 'valid_until', kind: 'day', label: member('valid_until'), isRequired: true },
  {
    name: 'clauses',
    kind: 'many',
    label: member('clauses'),
    hint: of().agreement.clausesHint,
    options: optionsOf(CLAUSES),
  },
  {
    name: 'legal_ground',
    kind: 'one',
    label: member('legal_ground'),
    isRequired: true,
    options: optionsOf(['disaster', 'subsidiary', 'no_non_public_information']),
  },
  {
    name: 'chosen_by',
    kind: 'one',
    label: member('chosen_by'),
    isRequired: true,
    options: optionsOf(['public_call', 'negotiated']),
  },
  { name: 'chosen_reason', kind: 'area', label: member('chosen_reason'), isRequired: true, min: 2, max: 500 },
  {
    name: 'sub_contracting_permitted',
    kind: 'flag',
    label: member('sub_contracting_permitted'),
    isRequired: true,
  },
  {
    name: 'sub_contractors',
    kind: 'lines',
    label: member('sub_contractors'),
    hint: of().agreement.firmsHint,
  },
];

const added = (): Member[] => [
  {
    name: 'organization_id',
    kind: 'text',
    label: member('organization_id'),
    hint: of().organizationHint,
    isRequired: true,
    max: 40,
  },
  { name: 'number', kind: 'text', label: member('number'), isRequired: true, max: 60 },
  { name: 'valid_from', kind: 'day', label: member('valid_from'), isRequired: true },
  ...changed(),
];

function Completeness({ isComplete }: { isComplete: boolean }): JSX.Element {
  return (
    <StatusMark tone={isComplete ? 'done' : 'stop'}>
      {isComplete ? of().agreement.complete : of().agreement.incomplete}
    </StatusMark>
  );
}

export function AgreementsScreen(): JSX.Element {
  const texts = of().agreement;
  return (
    <Screen title={texts.title} lead={<p>{texts.lead}</p>}>
      <ProposeNew
        name="agreement.add"
        label={texts.add}
        members={added()}
        send={(body, key) => change(PATH, { body: body as unknown as Schemas['AddAgreementDto'], key })}
      />
      <Listing
        path={PATH}
        caption={texts.title}
        idOf={({ id }) => id}
        columns={[
          {
            name: 'number',
            head: member('number'),
            cell: (row) => <Link to={`/agreements/${row.id}`}>{row.number}</Link>,
          },
          { name: 'organization', head: s().organization, cell: (row) => row.organization_id },
          {
            name: 'clauses',
            head: member('clauses'),
            cell: (row) => <Completeness isComplete={row.is_complete} />,
          },
          { name: 'until', head: member('valid_until'), cell: (row) => timeText(row.valid_until) },
          {
            name: 'ended',
            head: member('retired_at'),
            cell: (row) => (row.ended_at === null ? s().nothing : timeText(row.ended_at)),
          },
        ]}
      />
    </Screen>
  );
}

export function AgreementScreen({ params }: ScreenProps): JSX.Element {
  const id = params['id'] ?? '';
  const texts = of().agreement;
  return (
    <Screen title={texts.one}>
      <OneOfMaster
        path={PATH}
        id={id}
        actsOf={() => ({
          changes: [
            {
              action: 'change',
              name: 'change',
              label: texts.change,
              members: changed(),
              send: (body, key) => amend(`${PATH}/{id}`, { params: { id }, body, key }),
            },
          ],
          retire: {
            label: texts.retire,
            lead: texts.retireLead,
            send: (key) => change(`${PATH}/{id}/retire`, { params: { id }, key }),
          },
        })}
      >
        {(row) => <Agreement row={row} />}
      </OneOfMaster>
    </Screen>
  );
}

function Agreement({ row }: { row: Schemas['AgreementView'] }): JSX.Element {
  const texts = of().agreement;
  return (
    <>
      <Facts
        facts={[
          [member('number'), row.number],
          [s().organization, row.organization_id],
          [member('valid_from'), timeText(row.valid_from)],
          [member('valid_until'), timeText(row.valid_until)],
          [member('legal_ground'), word(row.legal_ground)],
          [member('chosen_by'), word(row.chosen_by)],
          [member('chosen_reason'), row.chosen_reason],
          [member('sub_contracting_permitted'), row.sub_contracting_permitted ? s().form.yes : s().form.no],
          [member('sub_contractors'), row.sub_contractors.join(s().comma)],
          [member('retired_at'), row.ended_at && timeText(row.ended_at)],
        ]}
      />
      <section class="card">
        <h2>{texts.checklist}</h2>
        <p>
          <Completeness isComplete={row.is_complete} />
        </p>
        <ul class="checklist">
          {CLAUSES.map((clause) => {
            const isThere = (row.clauses as readonly string[]).includes(clause);
            return (
              <li key={clause}>
                <StatusMark tone={isThere ? 'done' : 'stop'}>
                  {isThere ? texts.there : texts.notThere}
                </StatusMark>{' '}
                {word(clause)}
              </li>
            );
          })}
        </ul>
      </section>
    </>
  );
}
