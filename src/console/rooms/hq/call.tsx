import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { change as send } from '../../api/client.js';
import { Problem } from '../../api/problem.js';
import { useAct, type Act } from '../../kit/act.js';
import { useDraft } from '../../kit/draft.js';
import { Checks, Choice, Submit, TextArea, TextField } from '../../kit/form.js';
import { policy } from '../../kit/policy.js';
import { ProblemSummary } from '../../kit/problem-summary.js';
import { go } from '../../kit/route.js';
import { Screen } from '../../kit/screen.js';
import { t } from '../../texts/texts.js';
import type { ScreenProps } from '../rooms.js';
import { CalledOrganizations, type CalledSeats } from './called-organizations.js';
import { hq } from './texts.js';

interface CallDraft {
  organizations: CalledSeats[];
  pattern: string;
  profile: string;
  necessity: string;
  evidence: string;
  alternatives: string[];
  hours: string;
  selection: string;
}

const blank = (): CallDraft => ({
  organizations: [],
  pattern: '',
  profile: hq().call.usualProfile,
  necessity: '',
  evidence: '',
  alternatives: [],
  hours: '8',
  selection: '',
});

const whole = (text: string): number => Number(text.normalize('NFKC').trim() || NaN);

type Missing = Partial<Record<keyof CallDraft, string>>;

function missingOf(draft: CallDraft): Missing {
  const missing: Missing = {};
  const texts = hq().call;
  const isWhole = draft.organizations.every(
    ({ seats }) => Number.isInteger(whole(seats)) && whole(seats) > 0,
  );
  if (draft.organizations.length === 0) missing.organizations = texts.missing;
  else if (!isWhole) missing.organizations = texts.seatsWrong;
  if (draft.pattern === '') missing.pattern = t().field.chooseOne;
  if (draft.necessity.trim().length < 20)
    missing.necessity = t().field.tooShort(20, draft.necessity.trim().length);
  if (draft.evidence.trim().length < 2) missing.evidence = t().field.missing;
  if (!(whole(draft.hours) >= 0.25 && whole(draft.hours) <= policy.shift_hours))
    missing.hours = texts.hoursWrong;
  return missing;
}

/** The utility calls for support: whom, how many seats, why, and what was tried before. */
export function CallScreen({ params }: ScreenProps): JSX.Element {
  const id = params['id'] ?? '';
  const [draft, change, discard] = useDraft(`call ${id}`, blank);
  const [missing, setMissing] = useState<Missing>({});
  const act = useAct();
  const texts = hq().call;
  const submit = (event: Event): void => {
    event.preventDefault();
    const found = missingOf(draft);
    setMissing(found);
    if (Object.keys(found).length > 0) return;
    const body = bodyOf(draft);
    const call = (key: string): Promise<unknown> =>
      send('/api/v1/declarations/{id}/support-calls', { params: { id }, body, key });
    void act.press(body, call, () => {
      discard();
      go(`/declarations/${id}`);
    });
  };
  const fields = { draft, change, missing, act };
  return (
    <Screen title={texts.title} lead={<p>{texts.lead}</p>}>
      <ProblemSummary act={act} />
      <form noValidate onSubmit={submit}>
        <Whom declarationId={id} {...fields} />
        <Why {...fields} />
        <Submit isSending={act.isSending}>{texts.go}</Submit>
      </form>
    </Screen>
  );
}

interface FieldsProps {
  draft: CallDraft;
  change: (more: Partial<CallDraft>) => void;
  missing: Missing;
  act: Act;
}

function faultIn({ failure }: Act, name: string): string | undefined {
  return failure instanceof Problem ? failure.faultOf(name) : undefined;
}

function Whom({
  declarationId,
  draft,
  change,
  missing,
  act,
}: FieldsProps & { declarationId: string }): JSX.Element {
  const texts = hq().call;
  return (
    <>
      <Choice
        label={texts.pattern}
        isRequired
        options={Object.entries(texts.patterns).map(([value, label]) => ({ value, label }))}
        value={draft.pattern}
        onChange={(pattern) => change({ pattern })}
        error={missing.pattern}
      />
      <CalledOrganizations
        declarationId={declarationId}
        of={draft.organizations}
        onChange={(organizations) => change({ organizations })}
        error={missing.organizations ?? faultIn(act, 'organizations')}
      />
      <TextField
        label={texts.selection}
        max={500}
        value={draft.selection}
        onChange={(selection) => change({ selection })}
        error={faultIn(act, 'selection_reason')}
      />
      <TextField
        label={texts.hours}
        isRequired
        inputMode="numeric"
        value={draft.hours}
        onChange={(hours) => change({ hours })}
        error={missing.hours ?? faultIn(act, 'shift_hours_max')}
      />
      <TextField
        label={texts.profile}
        isRequired
        value={draft.profile}
        onChange={(profile) => change({ profile })}
        error={faultIn(act, 'field_profile')}
      />
    </>
  );
}

function Why({ draft, change, missing, act }: FieldsProps): JSX.Element {
  const texts = hq().call;
  return (
    <>
      <TextArea
        label={texts.necessity}
        hint={texts.necessityHint}
        isRequired
        max={2000}
        value={draft.necessity}
        onChange={(necessity) => change({ necessity })}
        error={missing.necessity ?? faultIn(act, 'necessity')}
      />
      <TextArea
        label={texts.evidence}
        hint={texts.evidenceHint}
        isRequired
        max={2000}
        rows={2}
        value={draft.evidence}
        onChange={(evidence) => change({ evidence })}
        error={missing.evidence ?? faultIn(act, 'capacity_evidence')}
      />
      <Checks
        label={texts.alternatives}
        options={texts.alternativeNames.map((name) => ({ value: name, label: name }))}
        values={draft.alternatives}
        onChange={(alternatives) => change({ alternatives })}
        error={faultIn(act, 'alternatives_tried')}
      />
    </>
  );
}

type Body = NonNullable<
  NonNullable<Parameters<typeof send<'/api/v1/declarations/{id}/support-calls'>>[1]>['body']
>;

function bodyOf(draft: CallDraft): Body {
  return {
    organizations: draft.organizations.map(({ id, seats }) => ({
      organization_id: id,
      seats: whole(seats),
    })),
    field_profile: draft.profile.trim(),
    response_pattern: Number(draft.pattern),
    necessity: draft.necessity.trim(),
    capacity_evidence: draft.evidence.trim(),
    alternatives_tried: draft.alternatives,
    shift_hours_max: whole(draft.hours),
    ...(draft.selection.trim() !== '' && { selection_reason: draft.selection.trim() }),
  };
}
