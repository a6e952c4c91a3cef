import type { JSX } from 'preact';
import type { Act } from '../../kit/act.js';
import { Problem } from '../../api/problem.js';
import { DateTimeField } from '../../kit/date-time-field.js';
import { Checks, Choice, Submit, TextArea, TextField } from '../../kit/form.js';
import { instantOf, type Wall } from '../../kit/times.js';
import { t } from '../../texts/texts.js';
import { AreaPicker } from './area-picker.js';
import { hq } from './texts.js';

/** What is written before it is declared; no customer's value can stand here. */
export interface DeclareDraft {
  kind: '' | 'real' | 'drill';
  name: string;
  hazards: string[];
  areas: string[];
  posture: string;
  basis: string;
  necessity: string;
  end: Wall;
}

export type Missing = Partial<Record<keyof DeclareDraft, string>>;

/** What the service would refuse anyway, said at once and under its field. */
export function missingOf(draft: DeclareDraft): Missing {
  const missing: Missing = {};
  const texts = t().field;
  if (draft.kind === '') missing.kind = texts.chooseOne;
  if (draft.name.trim() === '') missing.name = texts.missing;
  if (draft.hazards.length === 0) missing.hazards = texts.chooseOne;
  if (draft.areas.length === 0) missing.areas = hq().area.missing;
  if (draft.basis.trim().length < 2) missing.basis = texts.missing;
  if (draft.necessity.trim().length < 20)
    missing.necessity = texts.tooShort(20, draft.necessity.trim().length);
  if (instantOf(draft.end) === null) missing.end = t().time.missing;
  return missing;
}

interface Props {
  draft: DeclareDraft;
  change: (more: Partial<DeclareDraft>) => void;
  missing: Missing;
  act: Act;
  latest: number;
  onCheck: () => void;
}

export function DeclareForm(props: Props): JSX.Element {
  return (
    <form
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        props.onCheck();
      }}
    >
      <What {...props} />
      <Why {...props} />
      <Submit isSending={props.act.isSending}>{hq().declare.check}</Submit>
    </form>
  );
}

function optionsOf(of: Record<string, string>): { value: string; label: string }[] {
  return Object.entries(of).map(([value, label]) => ({ value, label }));
}

function faultIn({ failure }: Act, name: string): string | undefined {
  return failure instanceof Problem ? failure.faultOf(name) : undefined;
}

/** Kind, area, end: what has to be decided in the first minute. */
function What({ draft, change, missing, act, latest }: Props): JSX.Element {
  const texts = hq().declare;
  return (
    <>
      <Choice
        label={texts.kind}
        isRequired
        options={[
          { value: 'real', label: texts.real },
          { value: 'drill', label: texts.drill, hint: texts.drillHint },
        ]}
        value={draft.kind}
        onChange={(kind) => change({ kind: kind === 'drill' ? 'drill' : 'real' })}
        error={missing.kind}
      />
      <TextField
        label={texts.name}
        hint={texts.nameHint}
        isRequired
        max={100}
        value={draft.name}
        onChange={(name) => change({ name })}
        error={missing.name ?? faultIn(act, 'name')}
      />
      <Checks
        label={texts.hazards}
        isRequired
        options={optionsOf(hq().hazard)}
        values={draft.hazards}
        onChange={(hazards) => change({ hazards })}
        error={missing.hazards ?? faultIn(act, 'hazard_types')}
      />
      <AreaPicker
        codes={draft.areas}
        onChange={(areas) => change({ areas })}
        error={missing.areas ?? faultIn(act, 'target_area')}
      />
      <DateTimeField
        label={texts.end}
        value={draft.end}
        onChange={(end) => change({ end })}
        latest={latest}
        error={missing.end ?? faultIn(act, 'expected_end_at')}
      />
    </>
  );
}

function Why({ draft, change, missing, act }: Props): JSX.Element {
  const texts = hq().declare;
  return (
    <>
      <TextArea
        label={texts.necessity}
        hint={texts.necessityHint}
        isRequired
        max={2000}
        value={draft.necessity}
        onChange={(necessity) => change({ necessity })}
        error={missing.necessity ?? faultIn(act, 'necessity_statement')}
      />
      <Choice
        label={texts.posture}
        isRequired
        options={optionsOf(hq().posture)}
        value={draft.posture}
        onChange={(posture) => change({ posture })}
        error={faultIn(act, 'posture_level')}
      />
      <TextField
        label={texts.basis}
        isRequired
        max={500}
        value={draft.basis}
        onChange={(basis) => change({ basis })}
        error={missing.basis ?? faultIn(act, 'legal_basis')}
      />
    </>
  );
}
