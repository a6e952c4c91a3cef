import { recordType } from './record.js';

/**
 * The first entry of a log that follows another one: what was signed last under the old origin, and what was found
 * of that tree. Behind it stand the entries that were found, in their order: entry n of the old log is entry n + 1.
 */
export const LOG_SUCCEEDED = recordType<{
  origin: string;
  vkey: string;
  signed_size: number;
  checkpoint: string;
  found_size: number;
  found_root: string;
  successor: string;
  why: string;
}>('ledger.succession', {
  origin: 'public',
  vkey: 'public',
  signed_size: 'public',
  checkpoint: 'public',
  found_size: 'public',
  found_root: 'public',
  successor: 'public',
  why: 'public',
});

/** One a slot of five minutes, whatever happens: where they are missing nobody recorded anything. */
export const HEARTBEAT = recordType<{ slot: string; instance: string; instances: number; uptime_s: number }>(
  'service.heartbeat',
  { slot: 'public', instance: 'public', instances: 'public', uptime_s: 'public' },
);
export const SERVICE_STARTED = recordType<{ instance: string }>('service.started', { instance: 'public' });
export const SERVICE_STOPPED = recordType<{ instance: string; uptime_s: number; others: number }>(
  'service.stopped',
  { instance: 'public', uptime_s: 'public', others: 'public' },
);
