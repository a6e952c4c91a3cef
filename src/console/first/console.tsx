import type { JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import type { WaysIn } from '../api/answers.js';
import { read } from '../api/client.js';
import { match, Link, usePath } from '../kit/route.js';
import { Screen } from '../kit/screen.js';
import { session, signedIn } from '../kit/session.js';
import { useStore } from '../kit/store.js';
import { openPasskeys, openRoom, type Room, type ScreenProps } from '../rooms/rooms.js';
import { t } from '../texts/texts.js';
import { Frame } from './frame.js';
import { InboxScreen } from './inbox.js';
import { PresenceDialog } from './presence-dialog.js';
import { SignIn } from './sign-in.js';

const CHECK_EVERY_MS = 60_000;

/** Who is signed in decides the room; the address decides the screen. */
export function Console({ ways }: { ways: WaysIn }): JSX.Element {
  const who = useStore(session);
  const role = who?.roles[0];
  const { path } = usePath();
  const [room, setRoom] = useState<{ role: string; room: Room } | null>(null);
  useSessionCheck();
  useEffect(() => {
    if (role === undefined) return;
    void openRoom(role).then((found) => setRoom({ role, room: found }));
  }, [role]);
  if (who === null) {
    return (
      <Frame who={null} room={null}>
        {path === '/first-passkey' ? <OfPasskeys /> : <SignIn ways={ways} />}
      </Frame>
    );
  }
  const open = room !== null && room.role === role ? room.room : null;
  return (
    <Frame who={who} room={open}>
      {open === null ? <p role="status">{t().reading}</p> : <Shown room={open} />}
      <PresenceDialog ways={ways} />
    </Frame>
  );
}

/** The screens that belong to no role; loaded when somebody goes there. */
function OfPasskeys(): JSX.Element {
  const [room, setRoom] = useState<Room | null>(null);
  useEffect(() => void openPasskeys().then(setRoom), []);
  return room === null ? <p role="status">{t().reading}</p> : <Shown room={room} />;
}

function Shown({ room }: { room: Room }): JSX.Element {
  const { path } = usePath();
  for (const { pattern, Screen: Found } of room.screens) {
    const params = match(pattern, path);
    if (params) return <Found key={path} params={params} />;
  }
  if (path === '/' || path === '/inbox') return <InboxScreen />;
  if (path === '/passkeys') return <OfPasskeys />;
  return (
    <Screen title={t().notFound}>
      <Link to="/">{t().backHome}</Link>
    </Screen>
  );
}

export type { ScreenProps };

/**
 * Asks who is signed in at the start, when the page did not say, and then once a minute: a link from elsewhere brings no
 * cookie along (SameSite=Strict), a session may have ended, and the answer carries the broker's time.
 */
function useSessionCheck(): void {
  useEffect(() => {
    const check = (isBackground: boolean): void => {
      void read('/api/v1/session', { isBackground }).then(signedIn, () => undefined);
    };
    if (session.value === null) check(false);
    const timer = setInterval(
      () => session.value !== null && document.visibilityState === 'visible' && check(true),
      CHECK_EVERY_MS,
    );
    return () => clearInterval(timer);
  }, []);
}
