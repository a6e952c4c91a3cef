import type { FieldId } from '../agreements/field-catalogue.js';
import type { Code } from '../contract/codes.js';
import type { AccessTokenClaims } from '../credentials/access-token.js';

/** The closed list of purposes; 「その他」 is not among them. */
export const PURPOSES = [
  'outage_enquiry',
  'restoration_enquiry',
  'danger_report',
  'life_support_check',
] as const;
export type Purpose = (typeof PURPOSES)[number];

export interface Call {
  id: string;
  direction: 'inbound' | 'outbound';
  startedAt: string;
  ticketId: string | null;
}

/** What the wheeling system said of the point sought, as far as the decision needs it. */
export interface Target {
  municipalityCode: string;
  outageState: string;
  /** The call's ticket is the point's own, as the wheeling system says; an invented one is none. */
  hasTicket: boolean;
}

/** Why a lookup found nothing: only the ledger knows which; the caller hears the same for each. */
export type Nothing = 'not_found' | 'wrong_factor' | 'several' | 'outside_area' | 'untrusted' | 'locked';

/** What is asked of the gate. The holder of the credential has been verified; nothing is decided yet. */
export type Use =
  | {
      action: 'enter';
      call: Call | null;
      field: FieldId | null;
      /** Of an evaluation; null stands for a name that the catalogue does not know. */
      fields?: readonly (FieldId | null)[];
      kind: 'lookup' | 'match' | 'reveal' | 'evaluate';
    }
  | { action: 'lookup'; call: Call; target: Target | null; nothing: Nothing | null }
  /** Nothing can be said: the wheeling system gave no usable answer. */
  | { action: 'fail'; code: Code }
  | { action: 'match'; field: FieldId; target: Target; isMatch: boolean }
  | { action: 'reveal'; field: FieldId; call: Call; target: Target }
  | {
      action: 'evaluate';
      call: Call;
      fields: readonly FieldId[];
      mode: 'view' | 'match' | 'reveal';
      target: Target;
    };

/** Who asks, as the token says it; each is compared with the row that the token was issued from. */
export type Holder = Pick<AccessTokenClaims, 'jti' | 'grantId' | 'personId' | 'terminalId' | 'jkt'>;
