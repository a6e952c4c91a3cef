import { ENDINGS, type Connections } from './connect.js';

/**
 * How long an ending waits for a lock before it goes on without the gate's (law 10: ending fails open). Nobody who
 * holds a lock may hold back an ending for longer, whoever it is.
 */
export const ENDING_WAITS_MS = 6_000;
const LOOKS_EVERY_MS = 500;

/**
 * Connections of the service's own role that block the ending $1 directly: those that stopped in the middle of a
 * transaction, and those that have worked for seconds. One that itself waits for a lock is in the same queue, and another
 * ending (thousands of grants revoked, a list of people confirmed) is waited for: it has its own limit.
 */
const END_BLOCKERS = `
  select a.pid, pg_terminate_backend(a.pid) as is_ended
    from unnest(pg_blocking_pids($1)) as blocker (pid) join pg_stat_activity a on a.pid = blocker.pid
   where a.usename = current_user and a.application_name <> '${ENDINGS}' and a.wait_event_type is distinct from 'Lock'
     and (a.state like 'idle in transaction%' and clock_timestamp() - a.state_change > interval '0.5 s'
       or clock_timestamp() - a.xact_start > interval '3 s')`;

/**
 * While an ending is under way, ends whatever stands in its way. The decisions that are cut off so leave nothing:
 * their transaction is rolled back, and no value leaves before its commit. → a function that stops looking
 */
export function clearWay(connections: Connections, backend: number): () => void {
  let isLooking = false;
  const look = (): void => {
    if (isLooking) return;
    isLooking = true;
    connections.guard
      .query(END_BLOCKERS, [backend])
      .catch(() => undefined) // The next look tries again; the ending has its own limit.
      .finally(() => (isLooking = false));
  };
  const timer = setInterval(look, LOOKS_EVERY_MS);
  return () => clearInterval(timer);
}
