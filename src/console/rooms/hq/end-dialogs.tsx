import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { Problem } from '../../api/problem.js';
import type { Declaration } from '../../api/answers.js';
import { change } from '../../api/client.js';
import { useAct } from '../../kit/act.js';
import { AreaNames } from '../../kit/area-names.js';
import { TextField } from '../../kit/form.js';
import { ProblemSummary } from '../../kit/problem-summary.js';
import { timeText } from '../../kit/say.js';
import { TypedDialog } from '../../kit/typed-dialog.js';
import { t } from '../../texts/texts.js';
import { hq } from './texts.js';

export interface DialogProps {
  one: Declaration;
  onDone: (told: string) => void;
  onClose: () => void;
}

/** Lifting: everything under it ends at once. */
export function LiftDialog({ one, onDone, onClose }: DialogProps): JSX.Element {
  const [reason, setReason] = useState('');
  const act = useAct();
  const texts = hq().lift;
  const lift = (): void => {
    const body = { reason: reason.trim() };
    const send = (key: string): Promise<Declaration> =>
      change('/api/v1/declarations/{id}/lift', { params: { id: one.id }, body, key });
    void act.press(body, send, () => onDone(texts.done));
  };
  const fault = act.failure instanceof Problem ? act.failure.faultOf('reason') : undefined;
  return (
    <TypedDialog
      title={texts.title}
      phrase={texts.phrase}
      confirm={texts.go}
      kind="danger"
      isSending={act.isSending}
      onConfirm={lift}
      onClose={onClose}
    >
      <ProblemSummary act={act} labels={{ reason: texts.reason }} />
      <Stakes one={one} lead={texts.lead} />
      <TextField
        label={texts.reason}
        hint={texts.reasonHint}
        isRequired
        max={500}
        value={reason}
        onChange={setReason}
        error={fault}
      />
    </TypedDialog>
  );
}

/** Every live grant, of one company or of all; the declaration goes on. */
export function RevokeAllDialog({ one, onDone, onClose }: DialogProps): JSX.Element {
  const [reason, setReason] = useState('');
  const [organization, setOrganization] = useState('');
  const act = useAct();
  const texts = hq().revokeAll;
  const revoke = (): void => {
    const id = organization.trim();
    const body = { reason: reason.trim(), ...(id !== '' && { organization_id: id }) };
    const send = (key: string): Promise<{ revoked: number }> =>
      change('/api/v1/declarations/{id}/revoke-all', { params: { id: one.id }, body, key });
    void act.press(body, send, ({ revoked }) => onDone(hq().declaration.revoked(revoked)));
  };
  const fault = (name: string): string | undefined =>
    act.failure instanceof Problem ? act.failure.faultOf(name) : undefined;
  return (
    <TypedDialog
      title={texts.title}
      phrase={texts.phrase}
      confirm={texts.go}
      kind="danger"
      isSending={act.isSending}
      onConfirm={revoke}
      onClose={onClose}
    >
      <ProblemSummary act={act} labels={{ reason: texts.reason, organization_id: texts.which }} />
      <Stakes one={one} lead={texts.lead} />
      <TextField
        label={texts.which}
        hint={texts.everyone}
        value={organization}
        onChange={setOrganization}
        error={fault('organization_id')}
      />
      <TextField
        label={texts.reason}
        isRequired
        max={500}
        value={reason}
        onChange={setReason}
        error={fault('reason')}
      />
    </TypedDialog>
  );
}

function Stakes({ one, lead }: { one: Declaration; lead: string }): JSX.Element {
  return (
    <>
      <p>{lead}</p>
      <p>
        <strong>{one.name}</strong> <AreaNames codes={one.target_area} most={5} />
      </p>
      <p>
        {t().banner.until(timeText(one.hard_end_at))} ／ {hq().declaration.told}: {one.told.join(' ')}
      </p>
    </>
  );
}
