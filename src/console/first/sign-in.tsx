import type { JSX } from 'preact';
import type { WaysIn } from '../api/answers.js';
import { change } from '../api/client.js';
import type { Act } from '../kit/act.js';
import { ProblemSummary } from '../kit/problem-summary.js';
import { Link } from '../kit/route.js';
import { Screen } from '../kit/screen.js';
import { endedFor, signedIn } from '../kit/session.js';
import { useStore } from '../kit/store.js';
import { t } from '../texts/texts.js';
import { useCeremony } from './ceremony.js';
import { signInByPasskey } from './passkey.js';
import { SAMPLE_PEOPLE } from './sample-people.js';

/** By what one signs in here is said by the service; this screen only offers it. */
export function SignIn({ ways }: { ways: WaysIn }): JSX.Element {
  const { act, isRefusedHere, press } = useCeremony();
  const ended = useStore(endedFor);
  const texts = t().signIn;
  const byPasskey = (): void => void press('passkey', signInByPasskey, signedIn);
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
        {isRefusedHere && <p role="alert">{texts.passkeyFailed}</p>}
        {ways.providers.map(({ id, label, path }) => (
          <a class="button primary" key={id} href={`${path}?return_to=${encodeURIComponent(hereWithin())}`}>
            {texts.with(label)}
          </a>
        ))}
      </div>
      {hasNone && <p>{texts.nobody}</p>}
      {!ways.demonstration && (
        <p>
          <Link to="/first-passkey">{texts.firstCode}</Link>
        </p>
      )}
      {ways.demonstration && <SamplePeople onChoose={(id) => chooseSample(act, id)} />}
    </Screen>
  );
}

/** Where to come back to, as the service takes it: a path of its own. */
export function hereWithin(): string {
  return location.pathname + location.search;
}

function chooseSample(act: Act, id: string): void {
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
