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
import { member, s } from '../../screens/texts.js';
import type { ScreenProps } from '../rooms.js';
import { of } from './texts.js';

const PATH = '/api/v1/standing-plans';

const changed = (): Member[] => [
  { name: 'people', kind: 'lines', label: member('people'), hint: of().plan.peopleHint, isRequired: true },
  { name: 'seats', kind: 'number', label: member('seats'), isRequired: true },
  { name: 'shift_hours_max', kind: 'number', label: member('shift_hours_max'), isRequired: true },
  {
    name: 'valid_until',
    kind: 'day',
    label: member('valid_until'),
    hint: of().plan.untilHint,
    isRequired: true,
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
  { name: 'field_profile', kind: 'text', label: member('field_profile'), isRequired: true, max: 40 },
  { name: 'valid_from', kind: 'day', label: member('valid_from'), isRequired: true },
  ...changed(),
];

/** 常設計画: who may be approved in the same instant; no check is bypassed. */
export function PlansScreen(): JSX.Element {
  const texts = of().plan;
  return (
    <Screen title={texts.title} lead={<p>{texts.lead}</p>}>
      <ProposeNew
        name="plan.add"
        label={texts.add}
        members={added()}
        send={(body, key) => change(PATH, { body: body as unknown as Schemas['AddStandingPlanDto'], key })}
      />
      <Listing
        path={PATH}
        caption={texts.title}
        idOf={({ id }) => id}
        columns={[
          {
            name: 'id',
            head: member('id'),
            cell: ({ id }) => <Link to={`/standing-plans/${id}`}>{id}</Link>,
          },
          { name: 'organization', head: s().organization, cell: (row) => row.organization_id },
          { name: 'people', head: member('people'), cell: (row) => texts.people(row.people.length) },
          { name: 'seats', head: member('seats'), cell: (row) => row.seats },
          { name: 'until', head: member('valid_until'), cell: (row) => timeText(row.valid_until) },
          {
            name: 'state',
            head: s().state,
            cell: (row) =>
              row.retired_at === null ? texts.inForce : <StatusMark tone="done">{texts.ended}</StatusMark>,
          },
        ]}
      />
    </Screen>
  );
}

export function PlanScreen({ params }: ScreenProps): JSX.Element {
  const id = params['id'] ?? '';
  const texts = of().plan;
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
        {(row) => (
          <Facts
            facts={[
              [s().organization, row.organization_id],
              [member('field_profile'), row.field_profile],
              [member('people'), row.people.join(s().comma)],
              [member('seats'), row.seats],
              [member('shift_hours_max'), row.shift_hours_max],
              [member('valid_from'), timeText(row.valid_from)],
              [member('valid_until'), timeText(row.valid_until)],
              [member('retired_at'), row.retired_at && timeText(row.retired_at)],
            ]}
          />
        )}
      </OneOfMaster>
    </Screen>
  );
}
