import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import type { Schemas } from '../../api/answers.js';
import { amend, change } from '../../api/client.js';
import { useRead } from '../../kit/read.js';
import { Link } from '../../kit/route.js';
import { timeText } from '../../kit/say.js';
import { Read, Screen } from '../../kit/screen.js';
import { StatusMark } from '../../kit/status-mark.js';
import { Table } from '../../kit/table.js';
import { Listing } from '../../screens/listing.js';
import { OneOfMaster, type Acts } from '../../screens/master.js';
import { member, s, word } from '../../screens/texts.js';
import type { ScreenProps } from '../rooms.js';
import { ProfileForm } from './profile-form.js';
import { of } from './texts.js';

const PATH = '/api/v1/field-profiles';
type Field = Schemas['ProfileFieldDto'];

export function ProfilesScreen(): JSX.Element {
  const [isNew, setNew] = useState(false);
  const texts = of().profile;
  return (
    <Screen title={texts.title} lead={<p>{texts.lead}</p>}>
      {isNew ? (
        <section class="card">
          <h2>{texts.add}</h2>
          <ProfileForm name="profile.add" onClose={() => setNew(false)} />
        </section>
      ) : (
        <p>
          <button type="button" class="primary" onClick={() => setNew(true)}>
            {texts.add}
          </button>
        </p>
      )}
      <Listing
        path={PATH}
        caption={texts.title}
        idOf={({ id }) => id}
        columns={[
          {
            name: 'id',
            head: member('id'),
            cell: ({ id }) => <Link to={`/field-profiles/${id}`}>{id}</Link>,
          },
          { name: 'label', head: member('label'), cell: (row) => row.label },
          { name: 'fields', head: member('fields'), cell: (row) => texts.fields(row.fields.length) },
          {
            name: 'retired',
            head: member('retired_at'),
            cell: (row) => (row.retired_at === null ? s().nothing : timeText(row.retired_at)),
          },
        ]}
      />
    </Screen>
  );
}

export function ProfileScreen({ params }: ScreenProps): JSX.Element {
  const id = params['id'] ?? '';
  const [isEditing, setEditing] = useState(false);
  const texts = of().profile;
  return (
    <Screen title={texts.one(id)}>
      <OneOfMaster
        path={PATH}
        id={id}
        actsOf={(row) => ({
          changes: [releaseOf(row)],
          retire: {
            label: texts.retire,
            lead: texts.retireLead,
            send: (key) => change(`${PATH}/{id}/retire`, { params: { id }, key }),
          },
        })}
      >
        {(row, isNow) => (
          <>
            <h2>{row.label}</h2>
            {isNow ? <SwitchingDifference id={id} /> : <FieldList fields={row.fields} />}
            {isNow && !isEditing && row.actions.some(({ name, allowed }) => name === 'change' && allowed) && (
              <p>
                <button type="button" onClick={() => setEditing(true)}>
                  {texts.change}
                </button>
              </p>
            )}
            {isEditing && (
              <section class="card">
                <h2>{texts.change}</h2>
                <ProfileForm name={`profile.${id}`} of={row} onClose={() => setEditing(false)} />
              </section>
            )}
          </>
        )}
      </OneOfMaster>
    </Screen>
  );
}

/** 止めた項目の再開: for all open reports of those fields, by two persons. */
function releaseOf({ id, fields }: Schemas['FieldProfileView']): Acts['changes'][number] {
  const texts = of().profile;
  return {
    action: 'change',
    name: 'release',
    label: texts.release,
    members: [
      {
        name: 'release',
        kind: 'many',
        label: member('release'),
        hint: texts.releaseHint,
        isRequired: true,
        options: fields.map(({ field }) => ({ value: field, label: s().fields[field] ?? field })),
      },
      { name: 'reason', kind: 'area', label: s().reason, isRequired: true, min: 2, max: 500 },
    ],
    send: (body, key) => amend(`${PATH}/{id}`, { params: { id }, body, key }),
  };
}

function FieldList({ fields }: { fields: readonly Field[] }): JSX.Element {
  const texts = of().profile;
  return (
    <Table
      caption={texts.then}
      rows={fields}
      idOf={({ field }) => field}
      columns={[
        { name: 'field', head: member('fields'), cell: ({ field }) => s().fields[field] ?? field },
        { name: 'mode', head: texts.mode, cell: ({ mode }) => word(mode) },
      ]}
    />
  );
}

/** FAIR-4: what is seen here beyond what the スイッチング支援システム shows to every retailer alike. */
function SwitchingDifference({ id }: { id: string }): JSX.Element {
  const reading = useRead(`${PATH}/{id}/difference`, { params: { id } });
  const texts = of().profile;
  return (
    <Read of={reading}>
      {({ fields, additional, advantages }) => (
        <>
          <p class="note">
            <strong>{texts.difference(additional, advantages)}</strong>
          </p>
          <Table
            caption={texts.differenceCaption}
            rows={fields}
            idOf={({ field }) => field}
            columns={[
              { name: 'label', head: member('fields'), cell: (row) => row.label },
              { name: 'mode', head: texts.mode, cell: (row) => word(row.mode) },
              { name: 'there', head: texts.there, cell: (row) => word(row.switching_system) },
              {
                name: 'more',
                head: texts.more,
                cell: (row) =>
                  row.is_additional ? (
                    <StatusMark tone={row.is_advantage ? 'stop' : 'wait'}>
                      {row.is_advantage ? texts.advantage : texts.additional}
                    </StatusMark>
                  ) : (
                    s().nothing
                  ),
              },
            ]}
          />
        </>
      )}
    </Read>
  );
}
