import type { JSX } from 'preact';
import type { Schemas } from '../../api/answers.js';
import { AreaNames } from '../../kit/area-names.js';
import { DeclarationState, DrillMark } from '../../kit/declaration-state.js';
import { useRead } from '../../kit/read.js';
import { Link } from '../../kit/route.js';
import { timeText } from '../../kit/say.js';
import { Read, Screen } from '../../kit/screen.js';
import { Table } from '../../kit/table.js';
import { Facts } from '../../screens/facts.js';
import { Listing } from '../../screens/listing.js';
import { s, word } from '../../screens/texts.js';
import type { ScreenProps } from '../rooms.js';
import { au } from './texts.js';
import { Timeline } from './timeline.js';
import { typeName } from './uses.js';

type Page = Schemas['DeclarationPage'];

export function DeclarationsScreen(): JSX.Element {
  const texts = au().declaration;
  return (
    <Screen title={texts.list}>
      <Listing
        path="/api/v1/declarations"
        caption={texts.list}
        idOf={({ id }) => id}
        columns={[
          {
            name: 'name',
            head: texts.name,
            cell: (row) => <Link to={`/declarations/${row.id}`}>{row.name}</Link>,
          },
          { name: 'state', head: s().state, cell: (row) => <DeclarationState of={row} /> },
          { name: 'number', head: texts.number, cell: (row) => row.number },
          { name: 'declared', head: texts.declared, cell: (row) => timeText(row.declared_at) },
          { name: 'end', head: texts.end, cell: (row) => timeText(row.lifted_at ?? row.hard_end_at) },
          { name: 'area', head: texts.area, cell: (row) => <AreaNames codes={row.target_area} most={3} /> },
        ]}
      />
    </Screen>
  );
}

/** All that is held of a declaration, its timeline first. */
export function DeclarationScreen({ params }: ScreenProps): JSX.Element {
  const id = params['id'] ?? '';
  const reading = useRead('/api/v1/desk/declarations/{id}', { params: { id } }, null);
  const texts = au().declaration;
  return (
    <Screen title={reading.answer?.name ?? texts.title}>
      <div class="buttons">
        <Link to={`/declarations/${id}/certificate`} class="button">
          {s().certificate.title}
        </Link>
        <Link to={`/records?declaration=${id}`} class="button">
          {texts.records}
        </Link>
        <Link to={`/exports?declaration=${id}`} class="button">
          {au().exports.title}
        </Link>
      </div>
      <Timeline id={id} />
      <Read of={reading}>{(page) => <Whole page={page} />}</Read>
    </Screen>
  );
}

function Whole({ page }: { page: Page }): JSX.Element {
  const texts = au().declaration;
  const by = (at: string | null, who: string | null): string =>
    at === null ? s().nothing : `${timeText(at)} ${who ?? ''}`;
  return (
    <>
      {page.is_drill && <DrillMark />}
      <section class="card">
        <h2>{texts.facts}</h2>
        <Facts
          facts={[
            [texts.number, page.number],
            [texts.hazards, page.hazard_types.join(s().comma)],
            [texts.posture, page.posture_level],
            [texts.basis, page.legal_basis],
            [texts.necessity, page.necessity_statement],
            [texts.rule, page.rule_version],
            [texts.declaredArea, <AreaNames key="declared" codes={page.declared_area} />],
            [texts.area, <AreaNames key="area" codes={page.target_area} />],
            [texts.declared, by(page.declared_at, page.declared_by)],
            [texts.confirmed, by(page.confirmed_at, page.confirmed_by)],
            [texts.end, timeText(page.hard_end_at)],
            [texts.lifted, by(page.lifted_at, page.lifted_by)],
            [texts.liftReason, page.lift_reason],
            [texts.told, page.told.join(s().comma)],
          ]}
        />
      </section>
      <Amendments page={page} />
      <Calls page={page} />
      <Counts page={page} />
    </>
  );
}

function Amendments({ page }: { page: Page }): JSX.Element {
  const texts = au().declaration;
  return (
    <Table
      caption={texts.amendments}
      rows={page.amendments}
      idOf={(row) => `${row.at} ${row.kind}`}
      columns={[
        { name: 'kind', head: texts.kind, cell: (row) => word(row.kind) },
        { name: 'at', head: s().at, cell: (row) => timeText(row.at) },
        {
          name: 'by',
          head: texts.by,
          cell: (row) => [row.proposed_by, row.amended_by].filter(Boolean).join(s().comma),
        },
        { name: 'reason', head: s().reason, cell: (row) => row.reason },
      ]}
    />
  );
}

function Calls({ page }: { page: Page }): JSX.Element {
  const texts = au().declaration;
  const lines = page.calls.flatMap((call) =>
    call.organizations.map((one) => ({ call, one, id: `${call.id} ${one.organization_id}` })),
  );
  return (
    <>
      <Table
        caption={texts.calls}
        rows={lines}
        idOf={({ id }) => id}
        columns={[
          { name: 'number', head: texts.number, cell: ({ call }) => call.number },
          { name: 'organization', head: s().organization, cell: ({ one }) => one.organization_id },
          {
            name: 'affiliated',
            head: texts.affiliated,
            cell: ({ one }) => (one.is_affiliated ? s().form.yes : s().form.no),
          },
          { name: 'seats', head: texts.seats, cell: ({ one }) => one.seats },
          { name: 'granted', head: texts.granted, cell: ({ one }) => `${one.granted} / ${one.nominated}` },
          { name: 'declined', head: texts.declined, cell: ({ one }) => one.decline_reason ?? s().nothing },
        ]}
      />
      <Table
        caption={texts.nominations}
        rows={page.nominations}
        idOf={({ id }) => id}
        columns={[
          { name: 'at', head: s().at, cell: (row) => timeText(row.nominated_at) },
          { name: 'organization', head: s().organization, cell: (row) => row.organization_id },
          { name: 'by', head: texts.by, cell: (row) => row.nominated_by },
          { name: 'eligible', head: texts.eligible, cell: (row) => row.eligible },
          {
            name: 'decided',
            head: texts.decided,
            cell: (row) => `${row.decided_by ?? row.standing_plan_id ?? s().nothing}`,
          },
        ]}
      />
    </>
  );
}

function Counts({ page }: { page: Page }): JSX.Element {
  const texts = au().declaration;
  return (
    <>
      <Table
        caption={texts.uses}
        rows={page.uses}
        idOf={(row) => [row.type, row.decision, row.code, row.purpose].join(' ')}
        columns={[
          { name: 'type', head: au().records.type, cell: (row) => typeName(row.type) },
          {
            name: 'decision',
            head: au().records.decision,
            cell: (row) => `${word(row.decision)} ${row.code ?? ''}`,
          },
          { name: 'purpose', head: texts.purpose, cell: (row) => word(row.purpose) },
          { name: 'count', head: texts.count, cell: (row) => row.count.toLocaleString() },
        ]}
      />
      <Table
        caption={texts.incidents}
        rows={page.incidents}
        idOf={({ id }) => id}
        columns={[
          { name: 'at', head: s().at, cell: (row) => timeText(row.at) },
          { name: 'field', head: texts.field, cell: (row) => s().fields[row.field] ?? row.field },
          {
            name: 'released',
            head: texts.released,
            cell: (row) => row.released_at !== null && timeText(row.released_at),
          },
        ]}
      />
      <Table
        caption={texts.exposures}
        rows={page.exposures}
        idOf={({ id }) => id}
        columns={[
          {
            name: 'grant',
            head: au().grant.title,
            cell: (row) => <Link to={`/grants/${row.grant_id}`}>{row.grant_id}</Link>,
          },
          { name: 'found', head: s().at, cell: (row) => timeText(row.found_at) },
          {
            name: 'resolved',
            head: texts.resolved,
            cell: (row) => row.resolved_at !== null && timeText(row.resolved_at),
          },
        ]}
      />
    </>
  );
}
