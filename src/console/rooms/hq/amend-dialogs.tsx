import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import type { Declaration } from '../../api/answers.js';
import { change } from '../../api/client.js';
import { Problem } from '../../api/problem.js';
import { useAct, type Act } from '../../kit/act.js';
import { DateTimeField, EMPTY_WALL } from '../../kit/date-time-field.js';
import { Submit, TextField } from '../../kit/form.js';
import { policy } from '../../kit/policy.js';
import { ProblemSummary } from '../../kit/problem-summary.js';
import { instantOf, type Wall } from '../../kit/times.js';
import { Dialog } from '../../kit/typed-dialog.js';
import { t } from '../../texts/texts.js';
import { AreaPicker } from './area-picker.js';
import type { DialogProps } from './end-dialogs.js';
import { hq } from './texts.js';

const HOUR_MS = 3_600_000;

function faultIn(act: Act, name: string): string | undefined {
  return act.failure instanceof Problem ? act.failure.faultOf(name) : undefined;
}

function Buttons({ act, go, onClose }: { act: Act; go: string; onClose: () => void }): JSX.Element {
  return (
    <div class="buttons">
      <Submit isSending={act.isSending}>{go}</Submit>
      <button type="button" onClick={onClose}>
        {t().cancel}
      </button>
    </div>
  );
}

/** Proposes a later end; another HQ person confirms it. */
export function ExtendDialog({ one, onDone, onClose }: DialogProps): JSX.Element {
  const [end, setEnd] = useState<Wall>(EMPTY_WALL);
  const [reason, setReason] = useState('');
  const [households, setHouseholds] = useState('');
  const [isPressed, setPressed] = useState(false);
  const act = useAct();
  const texts = hq().extend;
  const from = Date.parse(one.hard_end_at);
  const at = instantOf(end);
  const count = /^\d{1,9}$/.test(households.normalize('NFKC').trim())
    ? Number(households.normalize('NFKC'))
    : null;
  const submit = (event: Event): void => {
    event.preventDefault();
    setPressed(true);
    if (at === null || count === null || reason.trim() === '') return;
    const body = { hard_end_at: new Date(at).toISOString(), reason: reason.trim(), outage_households: count };
    const send = (key: string): Promise<unknown> =>
      change('/api/v1/declarations/{id}/extend', { params: { id: one.id }, body, key });
    void act.press(body, send, () => onDone(hq().declaration.proposed));
  };
  return (
    <Dialog title={texts.title} onClose={onClose}>
      <form noValidate onSubmit={submit}>
        <ProblemSummary act={act} />
        <p>{texts.lead}</p>
        <DateTimeField
          label={texts.end}
          value={end}
          onChange={setEnd}
          from={from}
          latest={from + policy.extension_hours * HOUR_MS}
          error={isPressed && at === null ? t().time.missing : faultIn(act, 'hard_end_at')}
        />
        <TextField
          label={texts.households}
          isRequired
          inputMode="numeric"
          value={households}
          onChange={setHouseholds}
          error={isPressed && count === null ? texts.householdsWrong : faultIn(act, 'outage_households')}
        />
        <TextField
          label={texts.reason}
          isRequired
          max={500}
          value={reason}
          onChange={setReason}
          error={isPressed && reason.trim() === '' ? t().field.missing : faultIn(act, 'reason')}
        />
        <Buttons act={act} go={texts.go} onClose={onClose} />
      </form>
    </Dialog>
  );
}

/** Shrinks at once, or proposes growth. */
export function ChangeAreaDialog({ one, onDone, onClose }: DialogProps): JSX.Element {
  const [areas, setAreas] = useState<string[]>(one.target_area);
  const [reason, setReason] = useState('');
  const [isPressed, setPressed] = useState(false);
  const act = useAct();
  const texts = hq().changeArea;
  const submit = (event: Event): void => {
    event.preventDefault();
    setPressed(true);
    if (areas.length === 0 || reason.trim() === '') return;
    const body = { target_area: areas, reason: reason.trim() };
    const send = (key: string): Promise<Declaration | { change_id: string }> =>
      change('/api/v1/declarations/{id}/area', { params: { id: one.id }, body, key });
    const told = hq().declaration;
    void act.press(body, send, (answer) => onDone('change_id' in answer ? told.proposed : told.shrunk));
  };
  return (
    <Dialog title={texts.title} onClose={onClose}>
      <form noValidate onSubmit={submit}>
        <ProblemSummary act={act} />
        <p>{texts.lead}</p>
        <AreaPicker
          codes={areas}
          onChange={setAreas}
          error={isPressed && areas.length === 0 ? hq().area.missing : faultIn(act, 'target_area')}
        />
        <TextField
          label={texts.reason}
          isRequired
          max={500}
          value={reason}
          onChange={setReason}
          error={isPressed && reason.trim() === '' ? t().field.missing : faultIn(act, 'reason')}
        />
        <Buttons act={act} go={texts.go} onClose={onClose} />
      </form>
    </Dialog>
  );
}
