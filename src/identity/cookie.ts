/** HttpOnly, SameSite=Strict; the token inside is random and only its hash is kept. */
export const SESSION_COOKIE = 'kashikagi_session';
