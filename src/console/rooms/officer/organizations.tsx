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

const PATH = '/api/v1/organizations';

const changed = (): Member[] => [
  { name: 'name', kind: 'text', label: of().organization.name, isRequired: true, max: 100 },
  { name: 'is_affiliated', kind: 'flag', label: member('is_affiliated'), isRequired: true },
  { name: 'is_legally_separated', kind: 'flag', label: member('is_legally_separated') },
  { name: 'retailer_code', kind: 'text', label: member('retailer_code'), max: 20 },
  {
    name: 'works_for',
    kind: 'lines',
    label: member('works_for'),
    hint: of().organization.worksForHint,
  },
];

const added = (): Member[] => [
  { name: 'id', kind: 'text', label: member('id'), hint: of().idHint, isRequired: true, max: 40 },
  {
    name: 'kind',
    kind: 'one',
    label: member('kind'),
    isRequired: true,
    options: optionsOf(['utility', 'retailer', 'contractor', 'regulator']),
  },
  ...changed(),
];

export function OrganizationsScreen(): JSX.Element {
  const texts = of().organization;
  return (
    <Screen title={texts.title} lead={<p>{texts.lead}</p>}>
      <ProposeNew
        name="organization.add"
        label={texts.add}
        members={added()}
        send={(body, key) => change(PATH, { body: body as unknown as Schemas['AddOrganizationDto'], key })}
      />
      <Listing
        path={PATH}
        caption={texts.title}
        idOf={({ id }) => id}
        columns={[
          { name: 'id', head: member('id'), cell: ({ id }) => <Link to={`/organizations/${id}`}>{id}</Link> },
          { name: 'name', head: texts.name, cell: (row) => row.name },
          { name: 'kind', head: member('kind'), cell: (row) => word(row.kind) },
          {
            name: 'state',
            head: s().state,
            cell: (row) =>
              row.ended_at === null ? texts.inForce : <StatusMark tone="done">{texts.ended}</StatusMark>,
          },
          {
            name: 'feed',
            head: member('staff_feed_at'),
            cell: (row) => (row.staff_feed_at === null ? s().nothing : timeText(row.staff_feed_at)),
          },
        ]}
      />
    </Screen>
  );
}

export function OrganizationScreen({ params }: ScreenProps): JSX.Element {
  const id = params['id'] ?? '';
  const texts = of().organization;
  return (
    <Screen title={texts.one(id)}>
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
              [texts.name, row.name],
              [member('kind'), word(row.kind)],
              [member('is_affiliated'), row.is_affiliated ? s().form.yes : s().form.no],
              [member('is_legally_separated'), row.is_legally_separated ? s().form.yes : s().form.no],
              [member('retailer_code'), row.retailer_code],
              [member('works_for'), row.works_for.join(s().comma)],
              [member('staff_feed_at'), row.staff_feed_at && timeText(row.staff_feed_at)],
              [texts.registered, timeText(row.registered_at)],
              [member('retired_at'), row.ended_at && timeText(row.ended_at)],
            ]}
          />
        )}
      </OneOfMaster>
    </Screen>
  );
}
