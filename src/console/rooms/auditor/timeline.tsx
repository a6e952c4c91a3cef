import type { JSX } from 'preact';
import type { Schemas } from '../../api/answers.js';
import { Plot } from '../../kit/plot.js';
import { useRead } from '../../kit/read.js';
import { Link } from '../../kit/route.js';
import { timeText } from '../../kit/say.js';
import { Read } from '../../kit/screen.js';
import { Table, usePaging } from '../../kit/table.js';
import { wallOf } from '../../kit/times.js';
import { s, word } from '../../screens/texts.js';
import { au } from './texts.js';

type View = Schemas['TimelineView'];
type Interval = View['grants']['items'][number];

const MINUTE_MS = 60_000;

/** The grants against the declaration, and the uses as time went by; each with its table. */
export function Timeline({ id }: { id: string }): JSX.Element {
  const paging = usePaging();
  const query = { limit: 100, cursor: paging.cursor };
  const reading = useRead('/api/v1/declarations/{id}/timeline', { params: { id }, query }, null);
  const texts = au().timeline;
  return (
    <section class="card">
      <h2>{texts.title}</h2>
      <Read of={reading}>
        {(view) => (
          <>
            <Plot
              title={texts.permitted(view.uses.minutes_each)}
              points={pointsOf(view, view.uses.permitted)}
            />
            <Plot title={texts.refused(view.uses.minutes_each)} points={pointsOf(view, view.uses.refused)} />
            <Gantt view={view} />
            <Table
              caption={texts.grants}
              rows={view.grants.items}
              idOf={(row) => row.id}
              paging={paging}
              next={view.grants.next}
              columns={[
                {
                  name: 'id',
                  head: au().grant.title,
                  cell: (row) => <Link to={`/grants/${row.id}`}>{row.id}</Link>,
                },
                {
                  name: 'person',
                  head: s().person,
                  cell: (row) => <Link to={`/people/${row.person_id}`}>{row.person_id}</Link>,
                },
                { name: 'organization', head: s().organization, cell: (row) => row.organization_id },
                { name: 'from', head: au().person.from, cell: (row) => timeText(row.starts_at) },
                {
                  name: 'acknowledged',
                  head: texts.acknowledged,
                  cell: (row) => row.acknowledged_at !== null && timeText(row.acknowledged_at),
                },
                {
                  name: 'until',
                  head: au().person.until,
                  cell: (row) => timeText(row.ended_at ?? row.ends_at),
                },
                { name: 'cause', head: texts.cause, cell: (row) => word(row.cause) },
              ]}
            />
          </>
        )}
      </Read>
    </section>
  );
}

/** Most bars a plot of this width can show apart; neighbours are added up. */
const BARS = 120;

function pointsOf(view: View, counts: readonly number[]): { label: string; value: number }[] {
  const { from, minutes_each: minutes } = view.uses;
  const each = Math.max(1, Math.ceil(counts.length / BARS));
  const points: { label: string; value: number }[] = [];
  for (let at = 0; at < counts.length; at += each) {
    const wall = wallOf(Date.parse(from) + at * minutes * MINUTE_MS);
    const value = counts.slice(at, at + each).reduce((sum, count) => sum + count, 0);
    points.push({ label: `${wall.month}/${wall.day} ${wall.hour}:${wall.minute}`, value });
  }
  return points;
}

const WIDTH = 900;
const NAMES = 190;
const LINE = 18;
const SHOWN = 100;

/** One line a grant: pale from the approval, full while it could be used, within the frame of the declaration. */
function Gantt({ view }: { view: View }): JSX.Element {
  const texts = au().timeline;
  const grants = view.grants.items.slice(0, SHOWN);
  const begins = Date.parse(view.declared_at);
  const ends = Math.max(
    Date.parse(view.lifted_at ?? view.hard_end_at),
    ...grants.map((one) => Date.parse(one.ended_at ?? one.ends_at)),
  );
  const x = (at: string): number => {
    const share = (Date.parse(at) - begins) / Math.max(1, ends - begins);
    return NAMES + Math.min(1, Math.max(0, share)) * (WIDTH - NAMES);
  };
  const height = 40 + grants.length * LINE;
  const over = x(view.lifted_at ?? view.hard_end_at);
  return (
    <figure class="plot gantt">
      <figcaption>{texts.gantt}</figcaption>
      <svg viewBox={`0 0 ${WIDTH} ${height}`} role="img" aria-label={texts.ganttLabel(grants.length)}>
        <rect class="frame" x={NAMES} y={18} width={Math.max(1, over - NAMES)} height={height - 22} />
        <text class="scale" x={NAMES} y={12}>
          {timeText(view.declared_at)}
        </text>
        <text class="scale" x={WIDTH} y={12} text-anchor="end">
          {timeText(ends)}
        </text>
        {grants.map((one, index) => (
          <Bar key={one.id} of={one} x={x} y={24 + index * LINE} />
        ))}
      </svg>
    </figure>
  );
}

function Bar({ of: one, x, y }: { of: Interval; x: (at: string) => number; y: number }): JSX.Element {
  const end = one.ended_at ?? one.ends_at;
  const usable = one.acknowledged_at;
  const from = usable === null ? null : usable > one.starts_at ? usable : one.starts_at;
  return (
    <>
      <text class="scale" x={0} y={y + 11}>
        {one.person_id}
      </text>
      <rect
        class="given"
        x={x(one.starts_at)}
        y={y}
        width={Math.max(1, x(end) - x(one.starts_at))}
        height={12}
      />
      {from !== null && from < end && (
        <rect class="usable" x={x(from)} y={y} width={Math.max(1, x(end) - x(from))} height={12} />
      )}
    </>
  );
}
