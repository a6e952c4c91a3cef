import type { ComponentChildren, JSX } from 'preact';
import type { Session } from '../api/answers.js';
import { signOut } from '../api/client.js';
import { useAct } from '../kit/act.js';
import { chooseLanguage, language } from '../kit/language.js';
import { giveAllBack } from '../kit/leaving.js';
import { ProblemSummary } from '../kit/problem-summary.js';
import { go, Link, usePath } from '../kit/route.js';
import { session } from '../kit/session.js';
import type { Room } from '../rooms/rooms.js';
import { t } from '../texts/texts.js';
import { EmergencyBanner } from './banner.js';
import { OfflineBanner } from './offline.js';

interface Props {
  who: Session | null;
  room: Room | null;
  children: ComponentChildren;
}

/** What stands around every screen. */
export function Frame({ who, room, children }: Props): JSX.Element {
  return (
    <>
      <a class="skip" href="#main">
        {t().skip}
      </a>
      <header class="head">
        <p class="product">
          <Link to="/">{who === null ? t().productWhole : t().product}</Link>
        </p>
        <div class="head-end">
          {who && (
            <p class="who">
              {who.person.name} <span class="small">{t().roles[who.roles[0] ?? '']}</span>
            </p>
          )}
          <button
            type="button"
            lang={language === 'ja' ? 'en' : 'ja'}
            onClick={() => chooseLanguage(language === 'ja' ? 'en' : 'ja')}
          >
            {t().language}
          </button>
          {who && <SignOut />}
        </div>
      </header>
      <OfflineBanner />
      {who && <EmergencyBanner who={who} />}
      {who && room && <Navigation room={room} />}
      <main id="main" tabIndex={-1}>
        {children}
      </main>
    </>
  );
}

function Navigation({ room }: { room: Room }): JSX.Element {
  const { path } = usePath();
  const links = [
    ...room.links,
    { to: room.links.length === 0 ? '/' : '/inbox', label: t().inbox.title },
    { to: '/passkeys', label: t().passkeys },
  ];
  return (
    <nav aria-label={t().navigation}>
      <ul>
        {links.map(({ to, label }) => (
          <li key={to}>
            <Link to={to} current={path === to}>
              {label}
            </Link>
          </li>
        ))}
      </ul>
    </nav>
  );
}

function SignOut(): JSX.Element {
  const act = useAct();
  const leave = (): void => {
    const leaveAll = async (): Promise<void> => {
      await giveAllBack();
      await signOut();
    };
    void act.press('sign-out', leaveAll, () => {
      sessionStorage.clear();
      session.set(null);
      go('/');
    });
  };
  return (
    <>
      <button type="button" onClick={leave}>
        {t().signOut}
      </button>
      <ProblemSummary act={act} />
    </>
  );
}
