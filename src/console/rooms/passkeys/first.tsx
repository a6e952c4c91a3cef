import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { useCeremony } from '../../first/ceremony.js';
import { showFirstPasskey } from '../../first/passkey.js';
import { Submit, TextField } from '../../kit/form.js';
import { ProblemSummary } from '../../kit/problem-summary.js';
import { Screen } from '../../kit/screen.js';
import { t } from '../../texts/texts.js';
import { pk } from './texts.js';

const CODE = /^[A-Za-z0-9_-]{43}$/;

/** How the first two officers come in: nobody else is there yet to confirm them. */
export function FirstPasskeyScreen(): JSX.Element {
  const [code, setCode] = useState('');
  const [label, setLabel] = useState('');
  const [isPressed, setPressed] = useState(false);
  const [isDone, setDone] = useState(false);
  const { act, isRefusedHere, press } = useCeremony();
  const texts = pk().first;
  const plain = code.normalize('NFKC').trim();
  const submit = (event: Event): void => {
    event.preventDefault();
    setPressed(true);
    if (!CODE.test(plain) || label.trim() === '') return;
    void press(
      { label },
      () => showFirstPasskey(plain, label.trim()),
      () => setDone(true),
    );
  };
  if (isDone)
    return (
      <Screen title={texts.title}>
        <p role="status">{texts.done}</p>
        {/* Loaded anew: by what one signs in here has just changed. */}
        <a class="button primary" href="/">
          {texts.signIn}
        </a>
      </Screen>
    );
  return (
    <Screen title={texts.title} lead={<p>{texts.lead}</p>}>
      <form noValidate onSubmit={submit}>
        <ProblemSummary act={act} labels={{ code: texts.code, label: pk().label }} />
        {isRefusedHere && <p role="alert">{pk().refusedHere}</p>}
        <TextField
          label={texts.code}
          hint={texts.codeHint}
          isRequired
          value={code}
          onChange={setCode}
          error={isPressed && !CODE.test(plain) ? texts.missing : undefined}
        />
        <TextField
          label={pk().label}
          hint={pk().labelHint}
          isRequired
          max={60}
          value={label}
          onChange={setLabel}
          error={isPressed && label.trim() === '' ? t().field.missing : undefined}
        />
        <Submit isSending={act.isSending}>{texts.go}</Submit>
      </form>
    </Screen>
  );
}
