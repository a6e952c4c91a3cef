import type { JSX } from 'preact';
import { useEffect } from 'preact/hooks';
import type { Session } from '../api/answers.js';
import { learnTime } from '../kit/clock.js';
import { AreaNames } from '../kit/area-names.js';
import { DeclarationState, DrillMark } from '../kit/declaration-state.js';
import { useRead } from '../kit/read.js';
import { Remaining, RemainingAnnouncer } from '../kit/remaining.js';
import { Link } from '../kit/route.js';
import { timeText } from '../kit/say.js';
import { t } from '../texts/texts.js';

/** On every screen (rule 4): what is in force, in words; name, areas, end, and what remains of it. */
export function EmergencyBanner({ who }: { who: Session }): JSX.Element | null {
  // Operators have no page of a declaration.
  const hasPage = !who.roles.includes('operator');
  const { answer } = useRead('/api/v1/situation');
  const serverTime = answer?.server_time;
  useEffect(() => {
    if (serverTime !== undefined) learnTime(serverTime);
  }, [serverTime]);
  if (answer === undefined) return null;
  const live = answer.declarations.filter((one) => one.live);
  const isDrillOnly = live.length > 0 && live.every((one) => one.is_drill);
  return (
    <section class="banner" aria-label={t().banner.label}>
      {live.length === 0 && <p class="quiet">{t().banner.none}</p>}
      {live.map((one) => (
        <div key={one.id} class={one.is_drill ? 'banner-row drill' : 'banner-row'}>
          <DeclarationState of={one} />
          {hasPage ? (
            <Link to={`/declarations/${one.id}`} class="banner-name">
              {one.name}
            </Link>
          ) : (
            <strong class="banner-name">{one.name}</strong>
          )}
          <span class="banner-end">
            {t().banner.until(timeText(one.hard_end_at))} <Remaining endsAt={one.hard_end_at} />
          </span>
          <span class="banner-areas">
            <AreaNames codes={one.target_area} most={3} />
          </span>
          <RemainingAnnouncer name={one.name} endsAt={one.hard_end_at} />
        </div>
      ))}
      {isDrillOnly && <DrillMark />}
    </section>
  );
}
