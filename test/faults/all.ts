import { DATABASE } from './broken-database.js';
import { FAILOVER } from './failover.js';
import type { Fault } from './fault.js';
import { FULL_DISK } from './full-disk.js';
import { HOSTILE_INPUT } from './hostile-input.js';
import { KILLED_SERVICE } from './killed-service.js';
import { SLOW_CLIENTS } from './slow-clients.js';
import { SWALLOWED } from './swallowed.js';
import { WRONG_CLOCK } from './wrong-clock.js';

/** In the order of the table. */
export const FAULTS: readonly Fault[] = [
  KILLED_SERVICE,
  DATABASE,
  SWALLOWED,
  FULL_DISK,
  FAILOVER,
  WRONG_CLOCK,
  SLOW_CLIENTS,
  HOSTILE_INPUT,
];
