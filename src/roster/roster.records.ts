import { recordType } from '../ledger/record.js';

export const TERMINAL_ENROLLED = recordType<{
  terminal: string;
  serial: string;
  custodian: string;
  room: string;
  jkt: string;
}>('terminal.enrolled', {
  terminal: 'public',
  serial: 'public',
  custodian: 'public',
  room: 'public',
  jkt: 'public',
});
export const TERMINAL_LOST = recordType<{ terminal: string; reason: string }>('terminal.lost', {
  terminal: 'public',
  reason: 'public',
});
