import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import type { Schemas } from '../../api/answers.js';
import { download } from '../../api/client.js';
import { useAct } from '../../kit/act.js';
import { TextField } from '../../kit/form.js';
import { ProblemSummary } from '../../kit/problem-summary.js';
import { useRead } from '../../kit/read.js';
import { Link, replace, usePath } from '../../kit/route.js';
import { timeText } from '../../kit/say.js';
import { Read, Screen } from '../../kit/screen.js';
import { StatusMark } from '../../kit/status-mark.js';
import { Table, usePaging } from '../../kit/table.js';
import { saveFile } from '../../screens/save-file.js';
import { member, s, word } from '../../screens/texts.js';
import { t } from '../../texts/texts.js';
import { Span, useSpan } from './reports.js';
import { au } from './texts.js';
import { recordColumns } from './uses.js';

/** AUD-5: who is trained and pledged, contractors included. */
export function TrainingScreen(): JSX.Element {
  const paging = usePaging();
  const reading = useRead('/api/v1/desk/training', { query: { limit: 100, cursor: paging.cursor } }, null);
  const texts = au().reports.training;
  return (
    <Screen title={au().reports.list.training.label}>
      <Read of={reading}>
        {(one) => (
          <>
            <Groups rows={one.groups} />
            <Table
              caption={texts.each}
              rows={one.items}
              idOf={(row) => row.person_id}
              paging={paging}
              next={one.next}
              columns={[
                {
                  name: 'person',
                  head: s().person,
                  cell: (row) => <Link to={`/people/${row.person_id}`}>{row.person_id}</Link>,
                },
                { name: 'organization', head: s().organization, cell: (row) => row.organization_id },
                { name: 'employment', head: member('employment'), cell: (row) => word(row.employment) },
                {
                  name: 'state',
                  head: texts.trained,
                  cell: (row) => (
                    <StatusMark tone={row.is_trained ? 'done' : 'stop'}>
                      {row.is_trained ? texts.valid : texts.notValid}
                    </StatusMark>
                  ),
                },
                {
                  name: 'until',
                  head: member('training_valid_until'),
                  cell: (row) => row.valid_until !== null && timeText(row.valid_until),
                },
                {
                  name: 'pledged',
                  head: member('pledged_at'),
                  cell: (row) => row.pledged_at !== null && timeText(row.pledged_at),
                },
              ]}
            />
          </>
        )}
      </Read>
    </Screen>
  );
}

function Groups({ rows }: { rows: Schemas['TrainingView']['groups'] }): JSX.Element {
  const texts = au().reports.training;
  return (
    <Table
      caption={texts.groups}
      rows={rows}
      idOf={(row) => `${row.organization_id} ${row.employment}`}
      columns={[
        { name: 'organization', head: s().organization, cell: (row) => row.organization_id },
        { name: 'employment', head: member('employment'), cell: (row) => word(row.employment) },
        { name: 'people', head: texts.people, cell: (row) => row.people },
        { name: 'trained', head: texts.trained, cell: (row) => row.trained },
        { name: 'pledged', head: texts.pledged, cell: (row) => row.pledged },
        { name: 'recertified', head: texts.recertified, cell: (row) => row.recertified },
      ]}
    />
  );
}

/** AUD-1, EMG-2: rooms, whose terminals are in them, and which are in use now. */
export function RoomsScreen(): JSX.Element {
  const reading = useRead('/api/v1/desk/rooms', {}, null);
  const texts = au().reports.rooms;
  return (
    <Screen title={au().reports.list.rooms.label}>
      <Read of={reading}>
        {({ rooms }) => (
          <>
            {rooms.map((room) => (
              <section key={room.id}>
                <h2>
                  {room.name} {room.is_shared && <StatusMark tone="wait">{texts.shared}</StatusMark>}
                </h2>
                <p>
                  {room.occupancy
                    .map((one) => texts.occupancy(one.organization_id, one.terminals, one.in_use, one.lost))
                    .join(s().comma)}
                </p>
                <Table
                  caption={texts.terminals(room.name)}
                  rows={room.terminals}
                  idOf={({ id }) => id}
                  columns={[
                    { name: 'serial', head: member('serial'), cell: (row) => row.serial },
                    { name: 'organization', head: s().organization, cell: (row) => row.organization_id },
                    {
                      name: 'custodian',
                      head: member('custodian_person_id'),
                      cell: (row) => row.custodian_person_id,
                    },
                    { name: 'out', head: member('checked_out_to'), cell: (row) => row.checked_out_to },
                    { name: 'used', head: texts.usedBy, cell: (row) => row.used_by },
                    {
                      name: 'issued',
                      head: texts.issued,
                      cell: (row) => row.last_issued_at !== null && timeText(row.last_issued_at),
                    },
                  ]}
                />
              </section>
            ))}
          </>
        )}
      </Read>
    </Screen>
  );
}

/** EMG-5: everybody who was ever given data of another retailer's customer. */
export function ViewersScreen(): JSX.Element {
  const reading = useRead('/api/v1/desk/viewers', { query: useSpan() }, null);
  const texts = au().reports.viewers;
  return (
    <Screen title={au().reports.list.viewers.label}>
      <Span />
      <Read of={reading}>
        {(one) => (
          <>
            {one.unknown > 0 && <p class="note">{texts.unknown(one.unknown)}</p>}
            <Table
              caption={au().reports.list.viewers.label}
              rows={one.items}
              idOf={(row) => row.person_id}
              columns={[
                {
                  name: 'person',
                  head: s().person,
                  cell: (row) => <Link to={`/people/${row.person_id}`}>{row.person_id}</Link>,
                },
                { name: 'organization', head: s().organization, cell: (row) => row.organization_id },
                { name: 'uses', head: texts.uses, cell: (row) => row.uses },
                { name: 'points', head: texts.points, cell: (row) => row.points },
                { name: 'first', head: texts.first, cell: (row) => timeText(row.first_at) },
                { name: 'last', head: texts.last, cell: (row) => timeText(row.last_at) },
              ]}
            />
          </>
        )}
      </Read>
    </Screen>
  );
}

/** AUD-6: uses drawn by a seed; whoever has the seed draws them again. */
export function SampleScreen(): JSX.Element {
  const { query } = usePath();
  const seed = query.get('seed') ?? '';
  const [draft, setDraft] = useState(seed);
  const texts = au().reports.sample;
  return (
    <Screen title={au().reports.list.sample.label} lead={<p>{texts.lead}</p>}>
      <form
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          const chosen = draft.trim() === '' ? crypto.randomUUID().replaceAll('-', '') : draft.trim();
          replace(`/reports/sample?seed=${encodeURIComponent(chosen)}`);
        }}
      >
        <TextField label={texts.seed} hint={texts.seedHint} value={draft} onChange={setDraft} max={64} />
        <button type="submit" class="primary">
          {texts.draw}
        </button>
      </form>
      {seed !== '' && <Drawn key={seed} seed={seed} />}
    </Screen>
  );
}

function Drawn({ seed }: { seed: string }): JSX.Element {
  const reading = useRead('/api/v1/desk/sample', { query: { seed, n: 20, ...useSpan() } }, null);
  const texts = au().reports.sample;
  return (
    <Read of={reading}>
      {(one) => (
        <>
          <p>{texts.drawn(one.items.length, one.population, one.seed)}</p>
          <Table
            caption={au().reports.list.sample.label}
            rows={one.items}
            idOf={({ record_id }) => record_id}
            columns={recordColumns(({ record_id }: (typeof one.items)[number]) => record_id)}
          />
        </>
      )}
    </Read>
  );
}

/** domain §2.5: what one retailer may be told of the uses of its customers by others; counts, and no person. */
export function RetailerScreen(): JSX.Element {
  const { query } = usePath();
  const id = query.get('retailer') ?? '';
  const [draft, setDraft] = useState(id);
  const texts = au().reports.retailer;
  return (
    <Screen title={au().reports.list.retailer.label}>
      <form
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          replace(`/reports/retailer?retailer=${encodeURIComponent(draft.trim())}`);
        }}
      >
        <TextField
          label={texts.which}
          hint={texts.hint}
          isRequired
          value={draft}
          onChange={setDraft}
          max={40}
        />
        <button type="submit" class="primary">
          {texts.show}
        </button>
      </form>
      {id !== '' && <ViewedByOthers key={id} id={id} />}
    </Screen>
  );
}

function ViewedByOthers({ id }: { id: string }): JSX.Element {
  const reading = useRead('/api/v1/desk/retailers/{id}/viewed-by-others', { params: { id } }, null);
  const act = useAct();
  const texts = au().reports.retailer;
  const fetchCsv = (): void => {
    const address = `/api/v1/desk/retailers/${encodeURIComponent(id)}/viewed-by-others`;
    void act.press(
      id,
      () => download({ method: 'GET', address, accept: 'text/csv' }),
      (found) => saveFile({ ...found, name: `${id}.csv` }),
    );
  };
  return (
    <Read of={reading}>
      {(one) => (
        <>
          <p>{texts.summary(one.retailer_name, one.uses, one.unknown)}</p>
          <ProblemSummary act={act} />
          <button type="button" aria-disabled={act.isSending} onClick={fetchCsv}>
            {act.isSending ? t().sending : texts.csv}
          </button>
          <Table
            caption={au().reports.list.retailer.label}
            rows={one.lines}
            idOf={(row) => `${row.day} ${row.organization_id} ${row.purpose} ${row.type}`}
            columns={[
              { name: 'day', head: texts.day, cell: (row) => row.day.replaceAll('-', '/') },
              { name: 'organization', head: s().organization, cell: (row) => row.organization_name },
              { name: 'purpose', head: au().declaration.purpose, cell: (row) => word(row.purpose) },
              { name: 'uses', head: au().reports.viewers.uses, cell: (row) => row.uses },
              { name: 'points', head: au().reports.viewers.points, cell: (row) => row.points },
              {
                name: 'fields',
                head: member('fields'),
                cell: (row) => row.fields.map((one) => s().fields[one] ?? one).join(s().comma),
              },
            ]}
          />
        </>
      )}
    </Read>
  );
}
