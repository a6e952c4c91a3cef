import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import type { Schemas } from '../../api/answers.js';
import { useAct } from '../../kit/act.js';
import { Submit, TextField } from '../../kit/form.js';
import { StatusMark } from '../../kit/status-mark.js';
import { t } from '../../texts/texts.js';
import type { Credential } from './credential.js';
import { nameOf, valueText } from './field-value.js';
import { MaskMark } from './mask-mark.js';
import { op } from './texts.js';
import { Trouble } from './trouble.js';

interface Props {
  field: string;
  /** The reference of the point found, good for minutes and for this call. */
  target: string;
  credential: Credential;
  onRefused: () => void;
}

/** 照合: what the caller said against what is held; the answer is yes or no. */
export function MatchForm({ field, target, credential, onRefused }: Props): JSX.Element {
  const [stated, setStated] = useState('');
  const [missing, setMissing] = useState<string>();
  const [answer, setAnswer] = useState<Schemas['MatchView']>();
  const act = useAct();
  const texts = op().result;
  const submit = (event: Event): void => {
    event.preventDefault();
    setMissing(stated.trim() === '' ? t().field.missing : undefined);
    if (stated.trim() === '') return;
    setAnswer(undefined);
    const send = (): Promise<Schemas['MatchView']> =>
      credential.use('/api/v1/lookups/{ref}/match', {
        params: { ref: target },
        body: { field, value: stated.trim() },
      });
    void act.press('match', send, setAnswer).then(onRefused);
  };
  return (
    <form noValidate onSubmit={submit} class="withheld" data-field={field}>
      <p>
        <strong>{nameOf(field)}</strong> <MaskMark word={texts.hidden(texts.matchOnly)} />
      </p>
      <Trouble act={act} />
      <TextField
        label={texts.stated(nameOf(field))}
        isRequired
        max={200}
        value={stated}
        onChange={setStated}
        error={missing}
      />
      <div class="buttons">
        <Submit isSending={act.isSending}>{texts.match}</Submit>
        <span role="status">
          {answer && (
            <>
              <StatusMark tone={answer.match ? 'done' : 'stop'}>
                {answer.match ? texts.matches : texts.differs}
              </StatusMark>{' '}
              <span class="small">{texts.record(answer.record_id)}</span>
            </>
          )}
        </span>
      </div>
    </form>
  );
}

/** 都度開示: for a reason, once a call. */
export function RevealForm({ field, target, credential, onRefused }: Props): JSX.Element {
  const [reason, setReason] = useState('');
  const [missing, setMissing] = useState<string>();
  const [answer, setAnswer] = useState<Schemas['RevealView']>();
  const act = useAct();
  const texts = op().result;
  const submit = (event: Event): void => {
    event.preventDefault();
    const { length } = reason.trim();
    setMissing(length < 2 ? t().field.tooShort(2, length) : undefined);
    if (length < 2) return;
    const send = (): Promise<Schemas['RevealView']> =>
      credential.use('/api/v1/lookups/{ref}/reveal', {
        params: { ref: target },
        body: { field, reason: reason.trim() },
      });
    void act.press('reveal', send, setAnswer).then(onRefused);
  };
  if (answer)
    return (
      <div class="withheld" data-field={field} role="status">
        <strong>{nameOf(field)}</strong>{' '}
        <span class="value">{answer.value === null ? texts.empty : valueText(field, answer.value)}</span>{' '}
        <span class="small">
          {texts.revealed} {texts.record(answer.record_id)}
        </span>
      </div>
    );
  return (
    <details class="withheld" data-field={field}>
      <summary>
        <strong>{nameOf(field)}</strong> <MaskMark word={texts.hidden(texts.revealable)} />
      </summary>
      <form noValidate onSubmit={submit}>
        <Trouble act={act} />
        <TextField
          label={texts.reason(nameOf(field))}
          hint={texts.reasonHint}
          isRequired
          max={500}
          value={reason}
          onChange={setReason}
          error={missing}
        />
        <Submit isSending={act.isSending}>{texts.reveal}</Submit>
      </form>
    </details>
  );
}
