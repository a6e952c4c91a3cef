import type { Act } from '../contract/actions.js';
import type { Code } from '../contract/codes.js';

export interface TerminalEnds {
  lost_at: Date | null;
  retired_at: Date | null;
}

/** 廃止: once; also of what was lost. */
export function whyNotRetired({ retired_at }: TerminalEnds): Code | undefined {
  return retired_at === null ? undefined : 'already_retired';
}

/** 貸出・返却・移動: of what is in use. */
export function whyNotChanged(terminal: TerminalEnds): Code | undefined {
  return whyNotRetired(terminal) ?? (terminal.lost_at === null ? undefined : 'terminal_lost');
}

/** What a person can do with a terminal; one that is lost already is not offered to be lost again. */
export function actsOn(terminal: TerminalEnds): Act[] {
  const on = '/api/v1/terminals/:id';
  const acts: Act[] = [
    { name: 'change', route: `PATCH ${on}`, whyNot: whyNotChanged(terminal) },
    { name: 'retire', route: `POST ${on}/retire`, whyNot: whyNotRetired(terminal) },
  ];
  if (terminal.lost_at === null) acts.push({ name: 'lost', route: `POST ${on}/lost`, whyNot: undefined });
  return acts;
}
