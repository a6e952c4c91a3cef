import type { Fault } from './fault.js';
import { KILLED_SERVICE } from './killed-service.js';

/** In the order of the table. */
export const FAULTS: readonly Fault[] = [KILLED_SERVICE];
