import type { JSX } from 'preact';
import { linkState } from '../kit/link-state.js';
import { Screen } from '../kit/screen.js';
import { useStore } from '../kit/store.js';
import { secondText } from '../kit/times.js';
import { telephoneSteps } from '../kit/telephone.js';
import { t } from '../texts/texts.js';

/** Says that the link is gone, and how old is what one sees (rule 16). */
export function OfflineBanner(): JSX.Element | null {
  const { isOffline, lastAnswerAt } = useStore(linkState);
  if (!isOffline) return null;
  const texts = t().offline;
  return (
    <div class="offline" role="alert">
      {lastAnswerAt === null ? texts.bannerNever : texts.banner(secondText(lastAnswerAt))}
    </div>
  );
}

/** What a reload shows while the service cannot be reached: nothing of anybody, and what to do instead. */
export function OfflineScreen(): JSX.Element {
  const texts = t().offline;
  return (
    <main id="main">
      <Screen title={texts.title}>
        <p>{texts.text}</p>
        <button type="button" class="primary" onClick={() => location.reload()}>
          {texts.retry}
        </button>
        <Telephone />
      </Screen>
    </main>
  );
}

/** How one goes on by telephone. */
export function Telephone(): JSX.Element {
  const texts = t().telephone;
  return (
    <section class="card">
      <h2>{texts.title}</h2>
      <ol>
        {[...telephoneSteps(), ...texts.steps].map((step) => (
          <li key={step}>{step}</li>
        ))}
      </ol>
    </section>
  );
}
