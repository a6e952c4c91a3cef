import type { AuthenticationResponseJSON, RegistrationResponseJSON } from '@simplewebauthn/server';
import { DomainError, type InputFault } from '../../contract/domain-error.js';

/** Characters, well above what any authenticator writes. */
const LONGEST = { id: 1_400, clientDataJSON: 4_096, other: 16_384 };
const BASE64URL = /^[\w-]+$/;

type Json = Record<string, unknown>;

const isJson = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/**
 * What a browser gave as `PublicKeyCredential.toJSON()`, in form. Members that nobody here reads are dropped, not
 * refused: browsers add to them. Nothing in it is verified yet.
 * Error: DomainError `invalid_input`, with pointers below `/response`.
 */
export function creationAnswer(value: unknown): RegistrationResponseJSON {
  const { id, response } = answerWith(value, ['attestationObject']);
  const transports: unknown =
    isJson(value) && isJson(value['response']) ? value['response']['transports'] : [];
  return {
    ...shell(id),
    response: {
      clientDataJSON: response['clientDataJSON'] ?? '',
      attestationObject: response['attestationObject'] ?? '',
      transports: Array.isArray(transports) ? transports.filter((one) => typeof one === 'string') : [],
    },
  };
}

export function assertionAnswer(value: unknown): AuthenticationResponseJSON {
  const { id, response } = answerWith(value, ['authenticatorData', 'signature'], ['userHandle']);
  return {
    ...shell(id),
    response: {
      clientDataJSON: response['clientDataJSON'] ?? '',
      authenticatorData: response['authenticatorData'] ?? '',
      signature: response['signature'] ?? '',
      ...(response['userHandle'] !== undefined && { userHandle: response['userHandle'] }),
    },
  };
}

const shell = (
  id: string,
): { id: string; rawId: string; type: 'public-key'; clientExtensionResults: Record<string, never> } => ({
  id,
  rawId: id,
  type: 'public-key',
  clientExtensionResults: {},
});

function answerWith(
  value: unknown,
  members: readonly string[],
  optional: readonly string[] = [],
): { id: string; response: Partial<Record<string, string>> } {
  const faults: InputFault[] = [];
  const fault = (pointer: string): void => void faults.push({ pointer: `/response${pointer}`, detail: FORM });
  const answer = isJson(value) ? value : {};
  const inner = isJson(answer['response']) ? answer['response'] : {};
  const { id, rawId, type } = answer;
  if (!isWritten(id, LONGEST.id)) fault('/id');
  if (rawId !== id) fault('/rawId');
  if (type !== 'public-key') fault('/type');

  const response: Partial<Record<string, string>> = {};
  for (const member of ['clientDataJSON', ...members, ...optional]) {
    const given = inner[member];
    if (optional.includes(member) && (given === undefined || given === null || given === '')) continue;
    const longest = member === 'clientDataJSON' ? LONGEST.clientDataJSON : LONGEST.other;
    if (isWritten(given, longest)) response[member] = given;
    else fault(`/response/${member}`);
  }
  if (faults.length > 0 || typeof id !== 'string') throw new DomainError('invalid_input', { faults });
  return { id, response };
}

const FORM = 'must be as PublicKeyCredential.toJSON() writes it';

function isWritten(value: unknown, longest: number): value is string {
  return typeof value === 'string' && value.length <= longest && BASE64URL.test(value);
}

/** The challenge that the browser says it answered; undefined when it says none. Only the signature proves it. */
export function challengeOf(clientDataJSON: string): string | undefined {
  try {
    const said: unknown = JSON.parse(Buffer.from(clientDataJSON, 'base64url').toString('utf8'));
    const challenge = isJson(said) ? said['challenge'] : undefined;
    return isWritten(challenge, 512) ? challenge : undefined;
  } catch {
    return undefined;
  }
}
