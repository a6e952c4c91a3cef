import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import type { Session, WaysIn } from '../api/answers.js';
import { change } from '../api/client.js';
import { NoAnswer, Problem } from '../api/problem.js';
import { useAct } from '../kit/act.js';
import { ProblemSummary } from '../kit/problem-summary.js';
import { Screen } from '../kit/screen.js';
import { endedFor, signedIn } from '../kit/session.js';
import { useStore } from '../kit/store.js';
import { t } from '../texts/texts.js';
import { signInByPasskey } from './passkey.js';
import { SAMPLE_PEOPLE } from './sample-people.js';

/** By what one signs in here is said by the service; this screen only offers it. */
export function SignIn({ ways }: { ways: WaysIn }): JSX.Element {
  const act = useAct();
  const [isPasskeyUnusable, setPasskeyUnusable] = useState(false);
  const ended = useStore(endedFor);
  const texts = t().signIn;
  const byPasskey = (): void => {
    setPasskeyUnusable(false);
    const attempt = async (): Promise<Session | null> => {
      try {
        return await signInByPasskey();
      } catch (error) {
        if (error instanceof Problem || error instanceof NoAnswer) throw error;
        // The browser's own refusal: cancelled, no such key, not over https.
        setPasskeyUnusable(true);
        return null;
      }
    };
    void act.press('passkey', attempt, (found) => found && signedIn(found));
  };
  const hasNone = ways.providers.length === 0 && !ways.passkeys && !ways.demonstration;
  return (
    <Screen title={texts.title}>
      {ended !== null && (
        <p class="note" role="status">
          {/* What an operator types is of customers: no draft is kept of it. */}
          {ended === 'operator' ? texts.endedAtDesk : `${texts.ended} ${texts.draftKept}`}
        </p>
      )}
      <ProblemSummary act={act} />
      <div class="ways">
        {ways.passkeys && (
          <button type="button" class="primary" onClick={byPasskey}>
            {texts.passkey}
          </button>
        )}
        {isPasskeyUnusable && <p role="alert">{texts.passkeyFailed}</p>}
        {ways.providers.map(({ id, label, path }) => (
          <a class="button primary" key={id} href={`${path}?return_to=${encodeURIComponent(hereWithin())}`}>
            {texts.with(label)}
          </a>
        ))}
      </div>
      {hasNone && <p>{texts.nobody}</p>}
      {ways.demonstration && <SamplePeople onChoose={(id) => chooseSample(act, id)} />}
    </Screen>
  );
}

/** Where to come back to, as the service takes it: a path of its own. */
export function hereWithin(): string {
  return location.pathname + location.search;
}

function chooseSample(act: ReturnType<typeof useAct>, id: string): void {
  void act.press(id, () => change('/api/v1/session', { body: { person_id: id } }), signedIn);
}

function SamplePeople({ onChoose }: { onChoose: (id: string) => void }): JSX.Element {
  const texts = t().signIn;
  return (
    <section class="sample-people">
      <h2>{texts.demonstration}</h2>
      <p class="hint">{texts.demonstrationHint}</p>
      {SAMPLE_PEOPLE.map(({ role, ids }) => (
        <section key={role}>
          <h3>{t().roles[role]}</h3>
          <div class="buttons">
            {ids.map((id) => (
              <button type="button" key={id} aria-label={texts.choose(id)} onClick={() => onChoose(id)}>
                {id}
              </button>
            ))}
          </div>
        </section>
      ))}
    </section>
  );
}
