import type { JSX } from 'preact';
import { AreaNames } from '../kit/area-names.js';
import { DeclarationState, DrillMark } from '../kit/declaration-state.js';
import { useRead } from '../kit/read.js';
import { Remaining, RemainingAnnouncer } from '../kit/remaining.js';
import { Link } from '../kit/route.js';
import { timeText } from '../kit/say.js';
import { t } from '../texts/texts.js';

/** On every screen (rule 4): what is in force, in words; name, areas, end, and what remains of it. */
export function EmergencyBanner(): JSX.Element | null {
  const { answer } = useRead('/api/v1/declarations', { query: { limit: 20 } });
  if (answer === undefined) return null;
  const live = answer.items.filter((one) => one.live);
  const isDrillOnly = live.length > 0 && live.every((one) => one.is_drill);
  return (
    <section class="banner" aria-label={t().banner.label}>
      {live.length === 0 && <p class="quiet">{t().banner.none}</p>}
      {live.map((one) => (
        <div key={one.id} class={one.is_drill ? 'banner-row drill' : 'banner-row'}>
          <DeclarationState of={one} />
          <Link to={`/declarations/${one.id}`} class="banner-name">
            {one.name}
          </Link>
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
