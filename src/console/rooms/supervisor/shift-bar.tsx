import type { JSX } from 'preact';
import type { Grant } from '../../api/answers.js';
import { timeText } from '../../kit/say.js';
import { sv } from './texts.js';

const HOUR_MS = 3_600_000;
/** So many rows are drawn; the table below holds them all. */
const MOST_DRAWN = 100;

interface Props {
  grants: readonly Grant[];
  nameOf: (id: string) => string;
}

const HAS_ENDED = ['expired', 'revoked', 'handed_back', 'lifted', 'declaration_expired'];

/** Who covers which hours: bars on one axis, and the hours with their numbers as a table (rule 14). */
export function ShiftBar({ grants, nameOf }: Props): JSX.Element | null {
  const open = grants.filter(({ why_not: why }) => !why.some((code) => HAS_ENDED.includes(code)));
  if (open.length === 0) return null;
  const texts = sv().shifts;
  const first = Math.min(...open.map((one) => Date.parse(one.starts_at)));
  const last = Math.max(...open.map((one) => Date.parse(one.ends_at)));
  const share = (at: number): string => `${((at - first) / Math.max(1, last - first)) * 100}%`;
  return (
    <figure class="gantt">
      <figcaption>
        {texts.title} <span class="small">{texts.people(open.length)}</span>
      </figcaption>
      <p class="gantt-axis" aria-hidden="true">
        <span>{timeText(first)}</span>
        <span>{timeText(last)}</span>
      </p>
      <ul class="gantt-rows">
        {open.slice(0, MOST_DRAWN).map((one) => {
          const from = Date.parse(one.starts_at);
          const width = `${((Date.parse(one.ends_at) - from) / Math.max(1, last - first)) * 100}%`;
          return (
            <li key={one.id}>
              <span class="gantt-name">{nameOf(one.person_id)}</span>
              <span
                class="gantt-track"
                role="img"
                aria-label={texts.bar(nameOf(one.person_id), timeText(one.starts_at), timeText(one.ends_at))}
              >
                <span
                  class={one.live ? 'gantt-bar live' : 'gantt-bar'}
                  style={{ left: share(from), width }}
                />
              </span>
            </li>
          );
        })}
      </ul>
      <Hourly grants={open} first={first} last={last} />
    </figure>
  );
}

/** How many there are in each hour, from the first shift to the last. */
export function peopleByHour(
  grants: readonly Pick<Grant, 'starts_at' | 'ends_at'>[],
  first: number,
  last: number,
): { from: number; count: number }[] {
  const begin = Math.floor(first / HOUR_MS) * HOUR_MS;
  const hours = Math.min(200, Math.ceil((last - begin) / HOUR_MS));
  return Array.from({ length: hours }, (_, n) => {
    const from = begin + n * HOUR_MS;
    const count = grants.filter(
      (one) => Date.parse(one.starts_at) < from + HOUR_MS && Date.parse(one.ends_at) > from,
    ).length;
    return { from, count };
  });
}

function Hourly({
  grants,
  first,
  last,
}: {
  grants: readonly Grant[];
  first: number;
  last: number;
}): JSX.Element {
  const texts = sv().shifts;
  return (
    <details>
      <summary>{texts.table}</summary>
      <table>
        <caption>{texts.hourly}</caption>
        <thead>
          <tr>
            <th scope="col">{texts.hour}</th>
            <th scope="col">{texts.count}</th>
          </tr>
        </thead>
        <tbody>
          {peopleByHour(grants, first, last).map(({ from, count }) => (
            <tr key={from}>
              <td>{timeText(from)}</td>
              <td>{texts.people(count)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </details>
  );
}
