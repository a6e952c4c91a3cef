/** An identity provider (OpenID Connect) and what it is trusted for: who signs in, among the people of these organizations. */
export interface IdentityProvider {
  /** In our addresses and records; never changed once somebody is mapped to it. */
  id: string;
  /** What people choose it by. */
  label: string;
  issuer: string;
  clientId: string;
  /** A file with the secret, or with a private key (JWK with `alg`) for `private_key_jwt`; neither: a public client. */
  clientSecretFile?: string;
  privateKeyFile?: string;
  /** It vouches for people of these organizations, and of no other. */
  organizationIds: string[];
  /** The claim of the ID token that names a person for good: `sub`, or an employee number. */
  claim: string;
}

const ID = /^[a-z][a-z0-9-]{0,39}$/;
const CLAIM = /^[A-Za-z][\w:/.-]{0,63}$/;
/** What changes hands, or what a person may choose: nobody is recognised by it. */
const CHANGES_HANDS = new Set([
  ...['email', 'upn', 'unique_name', 'phone_number', 'name', 'preferred_username', 'nickname'],
  ...['given_name', 'family_name', 'middle_name', 'profile', 'picture', 'website'],
]);
const LOOPBACK = /^http:\/\/(127\.0\.0\.1|\[::1\]|localhost)(:\d+)?(\/|$)/;
const MEMBERS = new Set([
  ...['id', 'label', 'issuer', 'clientId', 'clientSecretFile', 'privateKeyFile', 'organizationIds', 'claim'],
]);

const isText = (value: unknown, longest: number): value is string =>
  typeof value === 'string' && value.length > 0 && value.length <= longest;

function isProvider(value: unknown): value is IdentityProvider {
  if (typeof value !== 'object' || value === null) return false;
  const given = value as Record<string, unknown>;
  const { id, issuer, organizationIds: organizations, claim } = given;
  return (
    Object.keys(given).every((name) => MEMBERS.has(name)) &&
    isText(id, 40) &&
    ID.test(id) &&
    isText(given['label'], 60) &&
    isText(given['clientId'], 200) &&
    isText(issuer, 500) &&
    isIssuer(issuer) &&
    Array.isArray(organizations) &&
    organizations.length > 0 &&
    organizations.every((one) => isText(one, 40) && ID.test(one)) &&
    isText(claim, 64) &&
    CLAIM.test(claim) &&
    !CHANGES_HANDS.has(claim) &&
    isFile(given['clientSecretFile']) &&
    isFile(given['privateKeyFile']) &&
    !(given['clientSecretFile'] !== undefined && given['privateKeyFile'] !== undefined)
  );
}

const isFile = (value: unknown): boolean => value === undefined || isText(value, 500);

/** https, without query or fragment (OpenID Connect Discovery §3); http on loopback, which production refuses. */
function isIssuer(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const { search, hash, username } = new URL(text);
  return (
    search === '' && hash === '' && username === '' && (text.startsWith('https://') || LOOPBACK.test(text))
  );
}

export function areIdentityProviders(value: unknown): value is IdentityProvider[] {
  if (!Array.isArray(value) || !value.every(isProvider)) return false;
  const ids = value.map(({ id }) => id);
  return new Set(ids).size === ids.length;
}

export const isPlainIssuer = ({ issuer }: IdentityProvider): boolean => issuer.startsWith('http:');
