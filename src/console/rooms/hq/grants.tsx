import type { JSX } from 'preact';
import type { Grant } from '../../api/answers.js';
import { DrillMark } from '../../kit/declaration-state.js';
import { useRead } from '../../kit/read.js';
import { PersonName } from '../../kit/person-name.js';
import { Remaining } from '../../kit/remaining.js';
import { Link } from '../../kit/route.js';
import { timeText } from '../../kit/say.js';
import { Read, Screen } from '../../kit/screen.js';
import { StatusMark } from '../../kit/status-mark.js';
import { Table, usePaging } from '../../kit/table.js';
import { hq } from './texts.js';

/** Every grant, newest first, 100 a page; on a page the live ones stand first. */
export function GrantsScreen(): JSX.Element {
  const paging = usePaging();
  const reading = useRead('/api/v1/grants', { query: { limit: 100, cursor: paging.cursor } });
  const texts = hq().grants;
  return (
    <Screen title={texts.list}>
      <Read of={reading}>
        {({ items, next }) => (
          <>
            {items.length > 0 && items.every((one) => one.is_drill) && <DrillMark />}
            <Table
              caption={texts.list}
              rows={[...items].sort((a, b) => Number(b.live) - Number(a.live))}
              idOf={({ id }) => id}
              paging={paging}
              next={next}
              columns={[
                {
                  name: 'person',
                  head: texts.person,
                  cell: (one) => <PersonName name={one.person_name} id={one.person_id} />,
                },
                { name: 'state', head: texts.state, cell: (one) => <GrantState of={one} /> },
                { name: 'until', head: texts.until, cell: (one) => timeText(one.ends_at) },
                { name: 'organization', head: texts.organization, cell: (one) => one.organization_name },
                {
                  name: 'declaration',
                  head: hq().nav.declare,
                  cell: (one) => (
                    <Link to={`/declarations/${one.declaration_id}`}>{one.declaration_name}</Link>
                  ),
                },
              ]}
            />
          </>
        )}
      </Read>
    </Screen>
  );
}

/** The remaining time stands beside the state, where a tablet still shows it. */
function GrantState({ of }: { of: Grant }): JSX.Element {
  const texts = hq().grants;
  if (of.live)
    return (
      <>
        <StatusMark tone="live">{texts.live}</StatusMark> <Remaining endsAt={of.ends_at} />
      </>
    );
  if (of.why_not.includes('suspended')) return <StatusMark tone="stop">{texts.suspended}</StatusMark>;
  if (of.why_not.length === 1 && of.acknowledged_at === null)
    return <StatusMark tone="wait">{texts.ack}</StatusMark>;
  return <StatusMark tone="done">{texts.notLive}</StatusMark>;
}
