import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { Problem } from '../../api/problem.js';
import type { Act } from '../../kit/act.js';
import { Submit, TextArea } from '../../kit/form.js';
import { ProblemSummary } from '../../kit/problem-summary.js';
import { Dialog } from '../../kit/typed-dialog.js';
import { t } from '../../texts/texts.js';

interface Props {
  title: string;
  text?: string;
  label: string;
  go: string;
  act: Act;
  onReason: (reason: string) => void;
  onClose: () => void;
}

/** An act that needs a reason, asked once. */
export function ReasonDialog({ title, text, label, go, act, onReason, onClose }: Props): JSX.Element {
  const [reason, setReason] = useState('');
  const [missing, setMissing] = useState<string>();
  const submit = (event: Event): void => {
    event.preventDefault();
    const { length } = reason.trim();
    setMissing(length < 2 ? t().field.tooShort(2, length) : undefined);
    if (length >= 2) onReason(reason.trim());
  };
  const fault = act.failure instanceof Problem ? act.failure.faultOf('reason') : undefined;
  return (
    <Dialog title={title} onClose={onClose}>
      <form noValidate onSubmit={submit}>
        {text !== undefined && <p>{text}</p>}
        <ProblemSummary act={act} labels={{ reason: label }} />
        <TextArea
          label={label}
          isRequired
          max={500}
          value={reason}
          onChange={setReason}
          error={missing ?? fault}
        />
        <div class="buttons">
          <Submit isSending={act.isSending} kind="danger">
            {go}
          </Submit>
          <button type="button" onClick={onClose}>
            {t().cancel}
          </button>
        </div>
      </form>
    </Dialog>
  );
}
