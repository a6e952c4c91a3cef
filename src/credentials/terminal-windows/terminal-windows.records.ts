import { recordType } from '../../ledger/record.js';

export const WINDOW_OPENED = recordType<{
  window: string;
  serial: string;
  custodian: string;
  room: string;
  expires_at: string;
}>('terminal_window.opened', {
  window: 'public',
  serial: 'public',
  custodian: 'public',
  room: 'public',
  expires_at: 'public',
});
export const WINDOW_KEY_SHOWN = recordType<{ window: string; jkt: string; change: string }>(
  'terminal_window.key_shown',
  { window: 'public', jkt: 'public', change: 'public' },
);
/** At most five for each window. */
export const WINDOW_WRONG_CODE = recordType<{ window: string; guesses: number }>(
  'terminal_window.wrong_code',
  {
    window: 'public',
    guesses: 'public',
  },
);
