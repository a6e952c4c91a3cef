import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import type { Schemas } from '../../api/answers.js';
import { change } from '../../api/client.js';
import { Link } from '../../kit/route.js';
import { timeText } from '../../kit/say.js';
import { Screen } from '../../kit/screen.js';
import { Facts } from '../../screens/facts.js';
import type { Member } from '../../screens/form-spec.js';
import { Listing } from '../../screens/listing.js';
import { SpecForm } from '../../screens/spec-form.js';
import { member, s } from '../../screens/texts.js';
import { Where } from './terminal.js';
import { of } from './texts.js';

const PATH = '/api/v1/terminals';

export function TerminalsScreen(): JSX.Element {
  const texts = of().terminal;
  return (
    <Screen title={texts.title} lead={<p>{texts.lead}</p>}>
      <WindowCeremony />
      <Listing
        path={PATH}
        caption={texts.title}
        idOf={({ id }) => id}
        columns={[
          {
            name: 'serial',
            head: member('serial'),
            cell: (row) => <Link to={`/terminals/${row.id}`}>{row.serial}</Link>,
          },
          { name: 'state', head: s().state, cell: (row) => <Where of={row} /> },
          { name: 'organization', head: s().organization, cell: (row) => row.organization_id },
          { name: 'room', head: member('room'), cell: (row) => row.room },
          { name: 'custodian', head: member('custodian_person_id'), cell: (row) => row.custodian_person_id },
          {
            name: 'seen',
            head: texts.seen,
            cell: (row) => (row.last_seen_at === null ? s().nothing : timeText(row.last_seen_at)),
          },
        ]}
      />
      <Listing
        path="/api/v1/terminal-windows"
        caption={texts.windows}
        idOf={({ id }) => id}
        columns={[
          { name: 'serial', head: member('serial'), cell: (row) => row.serial },
          { name: 'state', head: s().state, cell: (row) => texts.windowStates[row.state] },
          {
            name: 'opened',
            head: texts.opened,
            cell: (row) => `${timeText(row.opened_at)} ${row.opened_by}`,
          },
          { name: 'expires', head: texts.expires, cell: (row) => timeText(row.expires_at) },
          { name: 'guesses', head: texts.guesses, cell: (row) => row.guesses },
        ]}
      />
      <Listing
        path="/api/v1/rooms"
        caption={texts.rooms}
        idOf={({ id }) => id}
        columns={[
          { name: 'id', head: member('id'), cell: (row) => row.id },
          { name: 'name', head: texts.roomName, cell: (row) => row.name },
          {
            name: 'organization',
            head: s().organization,
            cell: (row) => row.organization_id ?? texts.shared,
          },
        ]}
      />
    </Screen>
  );
}

const placed = (): Member[] => [
  { name: 'serial', kind: 'text', label: member('serial'), isRequired: true, max: 64 },
  {
    name: 'organization_id',
    kind: 'text',
    label: s().organization,
    hint: of().organizationHint,
    isRequired: true,
    max: 40,
  },
  {
    name: 'custodian_person_id',
    kind: 'text',
    label: member('custodian_person_id'),
    isRequired: true,
    max: 64,
  },
  {
    name: 'room',
    kind: 'text',
    label: member('room'),
    hint: of().terminal.roomHint,
    isRequired: true,
    max: 64,
  },
];

/** A window of ten minutes in which a machine shows its key: the code is read aloud to whoever sits at it, and shown once. */
function WindowCeremony(): JSX.Element {
  const [isOpen, setOpen] = useState(false);
  const [opened, setOpened] = useState<Schemas['OpenedWindowView']>();
  const texts = of().terminal;
  if (opened !== undefined)
    return (
      <section class="card">
        <h2>{texts.codeTitle}</h2>
        <p class="code" role="status">
          <strong>{opened.code}</strong>
        </p>
        <p>{texts.codeLead(timeText(opened.expires_at))}</p>
        <Facts facts={[[texts.windowId, opened.id]]} />
        <button type="button" onClick={() => (setOpened(undefined), setOpen(false))}>
          {texts.codeDone}
        </button>
      </section>
    );
  if (!isOpen)
    return (
      <p>
        <button type="button" class="primary" onClick={() => setOpen(true)}>
          {texts.openWindow}
        </button>
      </p>
    );
  return (
    <section class="card">
      <h2>{texts.openWindow}</h2>
      <p>{texts.windowLead}</p>
      <SpecForm
        name="terminal.window"
        members={placed()}
        submit={texts.openWindow}
        send={(body) =>
          change('/api/v1/terminal-windows', { body: body as unknown as Schemas['OpenWindowDto'] })
        }
        done={setOpened}
        onCancel={() => setOpen(false)}
      />
    </section>
  );
}
