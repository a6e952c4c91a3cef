import type { components } from './api-types.js';

/** The shapes of the API by their names in openapi.json. */
export type Schemas = components['schemas'];
export type Declaration = Schemas['DeclarationView'];
export type Callable = Schemas['CallableView'];
export type SupportCall = Schemas['SupportCallView'];
export type Nomination = Schemas['NominationView'];
export type Grant = Schemas['GrantView'];
export type Change = Schemas['ChangeView'];
export type Certificate = Schemas['CertificateView'];
export type InboxItem = Schemas['InboxItemView'];
export type Situation = Schemas['SituationView'];
export type Session = Schemas['SessionView'];
export type WaysIn = Schemas['SignInView'];
export type Passkey = Schemas['PasskeyView'];

export interface Page<T> {
  items: T[];
  next: string | null;
}

/** What the caller may do with a thing, as the service says it: nothing is decided here. */
export type Action = Schemas['ActionView'];

/** The actions in an answer; undefined where the service does not say them with that thing. */
export function actionsOf(thing: { actions?: readonly Action[] }): readonly Action[] | undefined {
  return thing.actions;
}
