import type { JSX } from 'preact';
import type { Declaration } from '../api/answers.js';
import { t } from '../texts/texts.js';
import { StatusMark, type Tone } from './status-mark.js';

type State = Pick<Declaration, 'live' | 'confirmed' | 'lifted_at' | 'is_drill'> &
  Partial<Pick<Declaration, 'waits_for_confirmation'>>;

/** In words: 発令中, 未確認, 解除. Whether it is in force is what the service said. */
export function stateOf(one: State): { tone: Tone; text: string } {
  const texts = t().state;
  if (one.lifted_at !== null) return { tone: 'done', text: texts.lifted };
  if (one.live && one.confirmed) return { tone: 'live', text: texts.live };
  if (one.live) return { tone: 'wait', text: texts.unconfirmed };
  if (!one.confirmed && one.waits_for_confirmation === true) return { tone: 'wait', text: texts.waiting };
  return { tone: 'done', text: texts.over };
}

export function DeclarationState({ of }: { of: State }): JSX.Element {
  const { tone, text } = stateOf(of);
  return (
    <>
      {of.is_drill && <StatusMark tone="drill">{t().state.drill}</StatusMark>}
      <span class="emergency">
        <StatusMark tone={tone}>{text}</StatusMark>
      </span>
    </>
  );
}

/** The stripe and the watermark of a drill (rule 2), on the screen and on paper. */
export function DrillMark(): JSX.Element {
  return (
    <>
      <p class="drill-stripe">{t().state.drillStripe}</p>
      <div class="watermark" aria-hidden="true">
        {t().state.drill}
      </div>
    </>
  );
}
