import type { JSX } from 'preact';
import type { Session, WaysIn } from '../api/answers.js';
import { change } from '../api/client.js';
import { presenceAsked } from '../kit/presence.js';
import { ProblemSummary } from '../kit/problem-summary.js';
import { session, signedIn } from '../kit/session.js';
import { useStore } from '../kit/store.js';
import { Dialog } from '../kit/typed-dialog.js';
import { t } from '../texts/texts.js';
import { useCeremony } from './ceremony.js';
import { provePresenceByPasskey } from './passkey.js';
import { hereWithin } from './sign-in.js';

/** Asks for a proof of presence when an act needs one; what was to be sent is then sent as it stands. */
export function PresenceDialog({ ways }: { ways: WaysIn }): JSX.Element | null {
  const asked = useStore(presenceAsked);
  return asked === null ? null : <Asking ways={ways} answer={asked.answer} />;
}

function Asking({ ways, answer }: { ways: WaysIn; answer: (isProved: boolean) => void }): JSX.Element {
  const { act, isRefusedHere, press } = useCeremony();
  const texts = t().presence;
  const prove = (how: () => Promise<Session>): void =>
    void press('presence', how, (found) => {
      signedIn(found);
      answer(true);
    });
  const self = session.value?.person.id ?? '';
  return (
    <Dialog title={texts.title} onClose={() => answer(false)}>
      <p>{texts.text}</p>
      <ProblemSummary act={act} />
      {isRefusedHere && <p role="alert">{t().signIn.passkeyFailed}</p>}
      <div class="ways">
        {ways.passkeys && (
          <button type="button" class="primary" onClick={() => prove(provePresenceByPasskey)}>
            {texts.passkey}
          </button>
        )}
        {ways.providers.map(({ id, label, path }) => (
          <a class="button" key={id} href={`${path}?step_up=1&return_to=${encodeURIComponent(hereWithin())}`}>
            {texts.provider(label)}
          </a>
        ))}
        {ways.demonstration && (
          <button
            type="button"
            class="primary"
            onClick={() => prove(() => change('/api/v1/session', { body: { person_id: self } }))}
          >
            {texts.demonstration}
          </button>
        )}
        <button type="button" onClick={() => answer(false)}>
          {t().cancel}
        </button>
      </div>
      {ways.providers.length > 0 && <p class="hint">{texts.providerHint}</p>}
    </Dialog>
  );
}
