import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import type { Schemas } from '../../api/answers.js';
import { change } from '../../api/client.js';
import { TextField } from '../../kit/form.js';
import { Link, replace, usePath } from '../../kit/route.js';
import { timeText } from '../../kit/say.js';
import { Screen } from '../../kit/screen.js';
import { StatusMark } from '../../kit/status-mark.js';
import { Listing } from '../../screens/listing.js';
import { ProposeNew } from '../../screens/master.js';
import { member, s, word } from '../../screens/texts.js';
import { dutyMembers, identityMembers, recertificationMembers, trainingMembers } from './person-members.js';
import { of } from './texts.js';

type Person = Schemas['PersonView'];

/** Whether the person could be nominated now, and what stands against it. */
export function Eligibility({ of: one }: { of: Person }): JSX.Element {
  const texts = of().person;
  if (one.left_at !== null) return <StatusMark tone="done">{texts.left}</StatusMark>;
  if (one.role !== 'operator' || one.eligible_now === null) return <>{s().nothing}</>;
  if (one.eligible_now) return <StatusMark tone="done">{texts.eligible}</StatusMark>;
  return (
    <>
      <StatusMark tone="stop">{texts.notEligible}</StatusMark>{' '}
      {(one.why_not ?? []).map((code) => word(code)).join(s().comma)}
    </>
  );
}

/** The register: of a company or of all; who is meant is found by the id. */
export function PeopleScreen(): JSX.Element {
  const { query } = usePath();
  const organization = query.get('organization') ?? '';
  const texts = of().person;
  return (
    <Screen title={texts.title} lead={<p>{texts.lead}</p>}>
      <div class="buttons">
        <Link to="/people/import" class="button">
          {of().import.title}
        </Link>
        <Link to="/people/recertify" class="button">
          {of().recertify.title}
        </Link>
      </div>
      <AddPerson />
      <Filter organization={organization} />
      <Listing
        path="/api/v1/people"
        query={{ organization }}
        caption={texts.title}
        idOf={({ id }) => id}
        columns={[
          { name: 'id', head: member('id'), cell: ({ id }) => <Link to={`/people/${id}`}>{id}</Link> },
          { name: 'name', head: texts.name, cell: (row) => row.name },
          { name: 'organization', head: s().organization, cell: (row) => row.organization_id },
          { name: 'role', head: member('role'), cell: (row) => word(row.role) },
          { name: 'employment', head: member('employment'), cell: (row) => word(row.employment) },
          { name: 'state', head: texts.now, cell: (row) => <Eligibility of={row} /> },
          {
            name: 'recertified',
            head: member('recertified_until'),
            cell: (row) => (row.recertified_until === null ? s().nothing : timeText(row.recertified_until)),
          },
        ]}
      />
    </Screen>
  );
}

function Filter({ organization }: { organization: string }): JSX.Element {
  const [text, setText] = useState(organization);
  const texts = of().person;
  return (
    <form
      class="filter"
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        replace(text.trim() === '' ? '/people' : `/people?organization=${encodeURIComponent(text.trim())}`);
      }}
    >
      <TextField label={texts.filter} hint={of().organizationHint} max={40} value={text} onChange={setText} />
      <button type="submit">{texts.show}</button>
    </form>
  );
}

function AddPerson(): JSX.Element {
  const texts = of().person;
  return (
    <ProposeNew
      name="person.add"
      label={texts.add}
      members={[
        {
          name: 'organization_id',
          kind: 'text',
          label: s().organization,
          hint: of().organizationHint,
          isRequired: true,
          max: 40,
        },
        { name: 'id', kind: 'text', label: member('id'), hint: of().idHint, isRequired: true, max: 64 },
        {
          name: 'natural_person_key',
          kind: 'text',
          label: member('natural_person_key'),
          hint: texts.keyHint,
          isRequired: true,
          max: 100,
        },
        ...identityMembers(),
        ...dutyMembers(),
        ...trainingMembers(),
        ...recertificationMembers().map((one) => ({ ...one, isRequired: false })),
      ]}
      send={({ organization_id: organization, ...person }, key) =>
        change('/api/v1/people', {
          body: { organization_id: organization, people: [person] } as unknown as Schemas['FeedDto'],
          key,
        })
      }
    />
  );
}
