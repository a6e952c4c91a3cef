import type { JSX } from 'preact';
import { useRead } from '../../kit/read.js';
import { Link } from '../../kit/route.js';
import { timeText } from '../../kit/say.js';
import { Read } from '../../kit/screen.js';
import { StatusMark } from '../../kit/status-mark.js';
import { Table } from '../../kit/table.js';
import type { Nomination } from '../../api/answers.js';
import { hq } from './texts.js';

const NEWEST = { query: { limit: 100 } };

/** The calls under a declaration and how each company answered. */
export function CallsOf({ declarationId }: { declarationId: string }): JSX.Element {
  const calls = useRead('/api/v1/support-calls', NEWEST);
  const texts = hq().call;
  return (
    <section>
      <h2>{hq().declaration.calls}</h2>
      <Read of={calls}>
        {({ items }) => {
          const mine = items.filter((one) => one.declaration_id === declarationId);
          if (mine.length === 0) return <p>{hq().declaration.noCalls}</p>;
          const rows = mine.flatMap((call) => call.organizations.map((of) => ({ call, of })));
          return (
            <Table
              caption={hq().declaration.calls}
              rows={rows}
              idOf={({ call, of }) => `${call.id} ${of.organization_id}`}
              columns={[
                {
                  name: 'organization',
                  head: hq().nomination.organization,
                  cell: ({ of }) => of.name,
                },
                { name: 'seats', head: texts.seatsOf, cell: ({ of }) => of.seats },
                {
                  name: 'state',
                  head: texts.state,
                  cell: ({ of }) => (of.declined ? texts.declined : texts.offered),
                },
                {
                  name: 'pattern',
                  head: texts.pattern,
                  cell: ({ call }) => texts.patternShort(call.response_pattern),
                },
                { name: 'number', head: texts.number, cell: ({ call }) => call.number },
              ]}
            />
          );
        }}
      </Read>
    </section>
  );
}

/** Who was nominated under a declaration's calls, the undecided first. */
export function NominationsOf({ declarationId }: { declarationId: string }): JSX.Element {
  const calls = useRead('/api/v1/support-calls', NEWEST);
  const nominations = useRead('/api/v1/nominations', NEWEST);
  const texts = hq().nomination;
  const callIds = new Set(
    (calls.answer?.items ?? []).filter((one) => one.declaration_id === declarationId).map(({ id }) => id),
  );
  return (
    <section>
      <h2>{hq().declaration.nominations}</h2>
      <Read of={nominations}>
        {({ items }) => {
          const mine = items.filter((one) => callIds.has(one.support_call_id));
          if (mine.length === 0) return <p>{hq().declaration.noNominations}</p>;
          const rows = [...mine].sort((a, b) => Number(a.decision !== null) - Number(b.decision !== null));
          return (
            <Table
              caption={hq().declaration.nominations}
              rows={rows}
              idOf={({ id }) => id}
              columns={[
                {
                  name: 'open',
                  head: texts.organization,
                  cell: (one) => <Link to={`/nominations/${one.id}`}>{one.organization_name}</Link>,
                },
                { name: 'state', head: texts.state, cell: (one) => <NominationState of={one} /> },
                { name: 'count', head: texts.count, cell: (one) => one.results.length },
                { name: 'at', head: texts.at, cell: (one) => timeText(one.nominated_at) },
              ]}
            />
          );
        }}
      </Read>
    </section>
  );
}

export function NominationState({ of }: { of: Nomination }): JSX.Element {
  const texts = hq().nomination;
  if (of.decision === null) return <StatusMark tone="wait">{texts.waits}</StatusMark>;
  return <StatusMark tone="done">{texts.decided[of.decision] ?? of.decision}</StatusMark>;
}
