import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import type { Schemas } from '../../api/answers.js';
import { amend, change } from '../../api/client.js';
import { Problem } from '../../api/problem.js';
import { useAct, type Act } from '../../kit/act.js';
import { useDraft } from '../../kit/draft.js';
import { Submit, TextField } from '../../kit/form.js';
import { ProblemSummary } from '../../kit/problem-summary.js';
import { useRead } from '../../kit/read.js';
import { Read } from '../../kit/screen.js';
import { Told } from '../../screens/holds.js';
import { ToChanges } from '../../screens/master.js';
import { member, s, word } from '../../screens/texts.js';
import { t } from '../../texts/texts.js';
import { of } from './texts.js';

const PATH = '/api/v1/field-profiles';
type Field = Schemas['ProfileFieldDto'];

interface FormProps {
  name: string;
  of?: Schemas['FieldProfileView'];
  onClose: () => void;
}

interface ProfileDraft {
  id: string;
  label: string;
  modes: Record<string, string>;
}

/** Every field of the catalogue and the most that may be done with it; what cannot be chosen is never shown to anybody. */
export function ProfileForm({ name, of: profile, onClose }: FormProps): JSX.Element {
  const catalogue = useRead(`${PATH}/catalogue`);
  const act = useAct();
  const [told, setTold] = useState('');
  const [draft, set, discard] = useDraft<ProfileDraft>(name, () => ({
    id: '',
    label: profile?.label ?? '',
    modes: Object.fromEntries((profile?.fields ?? []).map(({ field, mode }) => [field, mode])),
  }));
  const fields = Object.entries(draft.modes)
    .filter(([, mode]) => mode !== '')
    .map(([field, mode]) => ({ field, mode }) as Field);
  const send = (event: Event): void => {
    event.preventDefault();
    const label = draft.label.trim();
    const body = { label, fields };
    const proposing = (key: string): Promise<unknown> =>
      profile === undefined
        ? change(PATH, { body: { id: draft.id.trim(), ...body }, key })
        : amend(`${PATH}/{id}`, { params: { id: profile.id }, body, key });
    void act.press({ ...body, id: draft.id }, proposing, () => {
      discard();
      setTold(s().proposed);
    });
  };
  if (told !== '') return <Proposed told={told} />;
  return (
    <form noValidate onSubmit={send}>
      <ProblemSummary
        act={act}
        labels={{ id: member('id'), label: member('label'), fields: member('fields') }}
      />
      <Names {...{ draft, set, act }} isNew={profile === undefined} />
      <p role="status">{of().profile.chosen(fields.length)}</p>
      <Read of={catalogue}>
        {({ items }) => (
          <Ceiling
            items={items}
            modes={draft.modes}
            onChange={(field, mode) => set({ modes: { ...draft.modes, [field]: mode } })}
          />
        )}
      </Read>
      <div class="buttons">
        <Submit isSending={act.isSending}>{s().propose}</Submit>
        <button
          type="button"
          onClick={() => {
            discard();
            onClose();
          }}
        >
          {t().cancel}
        </button>
      </div>
    </form>
  );
}

function Proposed({ told }: { told: string }): JSX.Element {
  return (
    <>
      <Told text={told} />
      <ToChanges />
    </>
  );
}

interface NamesProps {
  draft: ProfileDraft;
  set: (more: Partial<ProfileDraft>) => void;
  act: Act;
  isNew: boolean;
}

function Names({ draft, set, act, isNew }: NamesProps): JSX.Element {
  const faultOf = (one: string): string | undefined =>
    act.failure instanceof Problem ? act.failure.faultOf(one) : undefined;
  return (
    <>
      {isNew && (
        <TextField
          label={member('id')}
          hint={of().idHint}
          isRequired
          max={40}
          value={draft.id}
          onChange={(id) => set({ id })}
          error={faultOf('id')}
        />
      )}
      <TextField
        label={member('label')}
        isRequired
        max={100}
        value={draft.label}
        onChange={(label) => set({ label })}
        error={faultOf('label')}
      />
    </>
  );
}

interface CeilingProps {
  items: readonly Schemas['CatalogueFieldView'][];
  modes: Record<string, string>;
  onChange: (field: string, mode: string) => void;
}

function Ceiling({ items, modes, onChange }: CeilingProps): JSX.Element {
  const texts = of().profile;
  const open = items.filter((one) => one.modes.length > 0);
  const never = items.filter((one) => one.modes.length === 0);
  return (
    <>
      {open.map((one) => (
        <fieldset key={one.field} class="field">
          <legend>
            {one.label} <span class="hint">{texts.seenThere(word(one.switching_system))}</span>
          </legend>
          <div class="choices">
            {['', ...one.modes].map((mode) => (
              <label key={mode} class="choice">
                <input
                  type="radio"
                  name={`${one.field}-mode`}
                  checked={(modes[one.field] ?? '') === mode}
                  onChange={() => onChange(one.field, mode)}
                />
                <span>{mode === '' ? texts.notShown : word(mode)}</span>
              </label>
            ))}
          </div>
        </fieldset>
      ))}
      <details>
        <summary>{texts.never(never.length)}</summary>
        <p>{texts.neverLead}</p>
        <ul>
          {never.map(({ field, label }) => (
            <li key={field}>{label}</li>
          ))}
        </ul>
      </details>
    </>
  );
}
