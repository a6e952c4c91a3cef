import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { change } from '../../api/client.js';
import { useAct } from '../../kit/act.js';
import { Choice, Submit, TextArea } from '../../kit/form.js';
import { ProblemSummary } from '../../kit/problem-summary.js';
import { Dialog } from '../../kit/typed-dialog.js';
import { t } from '../../texts/texts.js';
import { nameOf } from './field-value.js';
import { op } from './texts.js';

interface Props {
  record: string;
  fields: readonly string[];
  onFrozen: (field: string) => void;
}

/** 見えてはいけないものが見えた: one word stops the field for everybody, and goes past the own line (MECH-6, EDU-7). */
export function IncidentDialog({ record, fields, onFrozen }: Props): JSX.Element {
  const [isOpen, setOpen] = useState(false);
  const [done, setDone] = useState<{ field: string; id: string }>();
  const texts = op().incident;
  return (
    <>
      {done && (
        <p class="note" role="status">
          {texts.done(nameOf(done.field), done.id)}
        </p>
      )}
      <button type="button" class="incident-open" onClick={() => setOpen(true)}>
        {texts.open}
      </button>
      {isOpen && (
        <Dialog title={texts.title} onClose={() => setOpen(false)}>
          <p>{texts.text}</p>
          <Report
            record={record}
            fields={fields}
            onClose={() => setOpen(false)}
            onDone={(field, id) => {
              setOpen(false);
              setDone({ field, id });
              onFrozen(field);
            }}
          />
        </Dialog>
      )}
    </>
  );
}

function Report({
  record,
  fields,
  onClose,
  onDone,
}: {
  record: string;
  fields: readonly string[];
  onClose: () => void;
  onDone: (field: string, id: string) => void;
}): JSX.Element {
  const [field, setField] = useState('');
  const [description, setDescription] = useState('');
  const [wrong, setWrong] = useState<{ field?: string; description?: string }>({});
  const act = useAct();
  const texts = op().incident;
  const submit = (event: Event): void => {
    event.preventDefault();
    const { length } = description.trim();
    const found = {
      ...(field === '' && { field: t().field.chooseOne }),
      ...(length < 2 && { description: t().field.tooShort(2, length) }),
    };
    setWrong(found);
    if (Object.keys(found).length > 0) return;
    const body = { record_id: record, field, description: description.trim() };
    const send = (key: string): Promise<{ id: string }> => change('/api/v1/incidents', { body, key });
    void act.press(body, send, ({ id }) => onDone(field, id));
  };
  return (
    <form noValidate onSubmit={submit}>
      <ProblemSummary act={act} labels={{ field: texts.field, description: texts.description }} />
      <Choice
        label={texts.field}
        isRequired
        options={fields.map((value) => ({ value, label: nameOf(value) }))}
        value={field}
        onChange={setField}
        error={wrong.field}
      />
      <TextArea
        label={texts.description}
        isRequired
        max={1000}
        value={description}
        onChange={setDescription}
        error={wrong.description}
      />
      <div class="buttons">
        <Submit isSending={act.isSending}>{texts.go}</Submit>
        <button type="button" onClick={onClose}>
          {t().cancel}
        </button>
      </div>
    </form>
  );
}
