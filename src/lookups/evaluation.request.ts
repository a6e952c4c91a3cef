import { isFieldId, type FieldId } from '../agreements/field-catalogue.js';
import { DomainError, type InputFault } from '../contract/domain-error.js';
import { singleMunicipality, supplyPointId } from '../contract/normalise.js';
import { OUTAGE_STATES } from '../wheeling/wheeling-record.js';
import { PURPOSES, type Call } from './use.js';

/**
 * An evaluation as OpenID AuthZEN 1.0 words it: subject = the operator's access token, action, resource =
 * supply point and fields, context = call and purpose. Members that we do not know are ignored, as the standard asks.
 */
export interface Evaluation {
  token: string;
  mode: 'view' | 'match' | 'reveal';
  supplyPointId: string;
  /** Null: not a field of the catalogue, hence refused. */
  fields: (FieldId | null)[];
  call: Call;
  purpose: string;
  /** Stated by the resource server, which holds the record; asked of the wheeling system where it leaves one out. */
  stated: Place | null;
}

export interface Place {
  municipalityCode: string;
  outageState: string;
}

const MODES: Partial<Record<string, Evaluation['mode']>> = {
  view: 'view',
  lookup: 'view',
  match: 'match',
  reveal: 'reveal',
};
const CALL_ID = /^[A-Za-z0-9._:-]{1,64}$/;
const FIELD_NAME = /^[a-z0-9_]{1,64}$/;
const RFC3339 = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d{1,9})?(Z|[+-]\d{2}:\d{2})$/i;

type Members = Record<string, unknown>;

const isMembers = (value: unknown): value is Members =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const membersOf = (value: unknown): Members => (isMembers(value) ? value : {});
const textOf = (value: unknown): string => (typeof value === 'string' ? value : '');

/** Parsed by hand: this route is the hottest of all, and unknown members are allowed on it. */
export function parseEvaluation(body: unknown, at = ''): Evaluation {
  const faults: InputFault[] = [];
  const need = (isGood: boolean, pointer: string, detail: string): void => {
    if (!isGood) faults.push({ pointer: `${at}${pointer}`, detail });
  };
  const { subject, action, resource, context } = membersOf(body);
  const token = textOf(membersOf(subject)['id']);
  need(token.length > 0, '/subject/id', '利用者のアクセストークンが必要です');
  const mode = MODES[textOf(membersOf(action)['name'])];
  need(mode !== undefined, '/action/name', 'view、match、reveal のいずれかです');
  const point = supplyPointId(textOf(membersOf(resource)['id']));
  need(point !== null, '/resource/id', '供給地点特定番号（22桁）が必要です');
  const properties = membersOf(membersOf(resource)['properties']);
  const fieldNames = Array.isArray(properties['fields']) ? properties['fields'].map(textOf) : [];
  need(isFieldList(fieldNames), '/resource/properties/fields', '項目の識別子の一覧（1〜64個）が必要です');
  const { call, purpose } = membersOf(context);
  const parsedCall = callOf(membersOf(call));
  need(parsedCall !== null, '/context/call', '通話（id、direction、started_at）が必要です');
  need(
    PURPOSES.some((one) => one === purpose),
    '/context/purpose',
    `目的は ${PURPOSES.join('、')} のいずれかです`,
  );
  if (faults.length > 0 || mode === undefined || point === null || parsedCall === null) {
    throw new DomainError('malformed_body', { faults });
  }
  return {
    token,
    mode,
    supplyPointId: point,
    fields: fieldNames.map((name) => (isFieldId(name) ? name : null)),
    call: parsedCall,
    purpose: String(purpose),
    stated: placeOf(properties),
  };
}

function placeOf(properties: Members): Place | null {
  const municipalityCode = singleMunicipality(textOf(properties['municipality_code']));
  const outageState = OUTAGE_STATES.find((state) => state === properties['outage_state']);
  return municipalityCode === null || outageState === undefined ? null : { municipalityCode, outageState };
}

function isFieldList(names: readonly string[]): boolean {
  return names.length >= 1 && names.length <= 64 && names.every((name) => FIELD_NAME.test(name));
}

function callOf({ id, direction, started_at: startedAt, ticket_id: ticket }: Members): Call | null {
  if (!CALL_ID.test(textOf(id)) || !RFC3339.test(textOf(startedAt))) return null;
  if (direction !== 'inbound' && direction !== 'outbound') return null;
  if (ticket !== undefined && ticket !== null && !CALL_ID.test(textOf(ticket))) return null;
  return { id: textOf(id), direction, startedAt: textOf(startedAt), ticketId: textOf(ticket) || null };
}

const LONGEST_BATCH = 100;

/** How many decisions a body of the batch form asks for; of one that is refused for its length, as many as may be. */
export function decisionsIn(body: unknown): number {
  const { evaluations } = membersOf(body);
  return Array.isArray(evaluations) ? Math.min(Math.max(evaluations.length, 1), LONGEST_BATCH) : 1;
}

/** The batch form (`/access/v1/evaluations`): members of the envelope are defaults for each evaluation. */
export function parseEvaluations(body: unknown): Evaluation[] {
  const { evaluations, ...defaults } = membersOf(body);
  if (!Array.isArray(evaluations) || evaluations.length === 0) return [parseEvaluation(defaults)];
  if (evaluations.length > LONGEST_BATCH) {
    const faults = [{ pointer: '/evaluations', detail: `一度に ${LONGEST_BATCH} 件までです` }];
    throw new DomainError('malformed_body', { faults });
  }
  return evaluations.map((one, index) =>
    parseEvaluation({ ...defaults, ...membersOf(one) }, `/evaluations/${index}`),
  );
}
