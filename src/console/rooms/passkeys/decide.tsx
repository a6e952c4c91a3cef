import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import type { Passkey } from '../../api/answers.js';
import { change } from '../../api/client.js';
import { useAct } from '../../kit/act.js';
import { Submit, TextArea } from '../../kit/form.js';
import { ProblemSummary } from '../../kit/problem-summary.js';
import { Dialog } from '../../kit/typed-dialog.js';
import { t } from '../../texts/texts.js';
import { pk } from './texts.js';

interface Props {
  one: Passkey;
  onDone: (told: string) => void;
}

/** Puts what somebody has shown before a second officer. */
export function Propose({ one, onDone }: Props): JSX.Element {
  const act = useAct();
  const texts = pk();
  const propose = (): void => {
    const params = { id: one.id };
    const send = (key: string): Promise<unknown> => change('/api/v1/passkeys/{id}/propose', { params, key });
    void act.press(one.id, send, () => onDone(texts.proposed));
  };
  return (
    <>
      <ProblemSummary act={act} />
      <button type="button" aria-label={texts.proposeOf(one.label, one.person_id)} onClick={propose}>
        {act.isSending ? t().sending : texts.propose}
      </button>
    </>
  );
}

/** Ends it at once, with every session that it began. */
export function Revoke({ one, onDone }: Props): JSX.Element {
  const [isAsking, setAsking] = useState(false);
  const texts = pk();
  return (
    <>
      <button type="button" aria-label={texts.revokeOf(one.label)} onClick={() => setAsking(true)}>
        {texts.revoke}
      </button>
      {isAsking && (
        <Dialog title={texts.revokeTitle} onClose={() => setAsking(false)}>
          <p>{texts.revokeText}</p>
          <RevokeForm
            one={one}
            onClose={() => setAsking(false)}
            onDone={(told) => {
              setAsking(false);
              onDone(told);
            }}
          />
        </Dialog>
      )}
    </>
  );
}

function RevokeForm({ one, onDone, onClose }: Props & { onClose: () => void }): JSX.Element {
  const [reason, setReason] = useState('');
  const [missing, setMissing] = useState<string>();
  const act = useAct();
  const texts = pk();
  const submit = (event: Event): void => {
    event.preventDefault();
    const { length } = reason.trim();
    setMissing(length < 2 ? t().field.tooShort(2, length) : undefined);
    if (length < 2) return;
    const asked = { params: { id: one.id }, body: { reason: reason.trim() } };
    const send = (key: string): Promise<unknown> => change('/api/v1/passkeys/{id}/revoke', { ...asked, key });
    void act.press(asked, send, () => onDone(texts.revoked));
  };
  return (
    <form noValidate onSubmit={submit}>
      <ProblemSummary act={act} labels={{ reason: texts.reason }} />
      <TextArea
        label={texts.reason}
        isRequired
        max={500}
        value={reason}
        onChange={setReason}
        error={missing}
      />
      <div class="buttons">
        <Submit isSending={act.isSending} kind="danger">
          {texts.revoke}
        </Submit>
        <button type="button" onClick={onClose}>
          {t().cancel}
        </button>
      </div>
    </form>
  );
}
