import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import type { BodyOf } from '../../api/paths.js';
import type { Schemas } from '../../api/answers.js';
import { change, read } from '../../api/client.js';
import { Problem } from '../../api/problem.js';
import { useAct } from '../../kit/act.js';
import { ProblemSummary } from '../../kit/problem-summary.js';
import { Screen } from '../../kit/screen.js';
import { TextField } from '../../kit/form.js';
import { instantOf, type Wall } from '../../kit/times.js';
import { DayField } from '../../screens/day-field.js';
import { Difference } from '../../screens/difference.js';
import { Told } from '../../screens/holds.js';
import { ToChanges } from '../../screens/master.js';
import { member, s } from '../../screens/texts.js';
import { t } from '../../texts/texts.js';
import { staffDifference, type StaffDifference } from './staff-difference.js';
import { readStaff, type FedPerson, type StaffFile } from './staff-file.js';
import { of } from './texts.js';

const MOST = 2_000;

/** Everybody of a company on the register, a hundred at a time. */
async function registerOf(organization: string): Promise<Schemas['PersonView'][]> {
  const people: Schemas['PersonView'][] = [];
  let cursor: string | undefined;
  do {
    const page = await read('/api/v1/people', { query: { organization, limit: 100, cursor } });
    people.push(...page.items);
    cursor = page.next ?? undefined;
  } while (cursor !== undefined);
  return people;
}

interface Checked {
  file: StaffFile;
  difference: StaffDifference;
}

const NO_DAY: Wall = { year: '', month: '', day: '', hour: '0', minute: '0' };

/** A list of staff: read here, compared with the register, and then proposed as one change. The file itself goes nowhere. */
export function ImportScreen(): JSX.Element {
  const [checked, setChecked] = useState<Checked & Asked>();
  const [told, setTold] = useState('');
  const texts = of().import;
  return (
    <Screen title={texts.title} lead={<p>{texts.lead}</p>}>
      <Told text={told} />
      {told !== '' && <ToChanges />}
      <Choose onChoose={() => (setChecked(undefined), setTold(''))} onChecked={setChecked} />
      {checked && (
        <Preview
          checked={checked}
          organization={checked.organization}
          asOf={checked.asOf}
          onDone={(text) => {
            setChecked(undefined);
            setTold(text);
          }}
        />
      )}
    </Screen>
  );
}

interface Asked {
  organization: string;
  asOf: number | null;
}

interface ChooseProps {
  onChoose: () => void;
  onChecked: (found: Checked & Asked) => void;
}

/** Which company's list, and the file. */
function Choose({ onChoose, onChecked }: ChooseProps): JSX.Element {
  const [organization, setOrganization] = useState('');
  const [file, setFile] = useState<File>();
  const [asOf, setAsOf] = useState(NO_DAY);
  const [error, setError] = useState<string>();
  const act = useAct();
  const texts = of().import;
  const check = (event: Event): void => {
    event.preventDefault();
    onChoose();
    const company = organization.trim();
    setError(company === '' || file === undefined ? texts.missing : undefined);
    if (company === '' || file === undefined) return;
    const compare = async (): Promise<Checked & Asked> => {
      const found = readStaff(new Uint8Array(await file.arrayBuffer()));
      const difference = staffDifference(await registerOf(company), found.people);
      return { file: found, difference, organization: company, asOf: instantOf(asOf) };
    };
    void act.press({ company, file: file.name, at: file.lastModified }, compare, onChecked);
  };
  return (
    <form noValidate onSubmit={check}>
      <ProblemSummary act={act} />
      {error !== undefined && (
        <p class="problem" role="alert">
          {error}
        </p>
      )}
      <TextField
        label={s().organization}
        hint={of().organizationHint}
        isRequired
        max={40}
        value={organization}
        onChange={setOrganization}
      />
      <FileField onChange={setFile} />
      <DayField label={member('feed_as_of')} hint={texts.asOfHint} value={asOf} onChange={setAsOf} />
      <button type="submit" class="primary" aria-disabled={act.isSending}>
        {act.isSending ? t().reading : texts.check}
      </button>
    </form>
  );
}

function FileField({ onChange }: { onChange: (file: File | undefined) => void }): JSX.Element {
  const texts = of().import;
  return (
    <div class="field">
      <label for="staff-file">
        {texts.file} <span class="required">{t().required}</span>
      </label>
      <p class="hint" id="staff-file-hint">
        {texts.fileHint}
      </p>
      <input
        id="staff-file"
        type="file"
        accept=".csv,.tsv,.txt,text/csv"
        aria-describedby="staff-file-hint"
        onChange={(event) => onChange(event.currentTarget.files?.[0])}
      />
    </div>
  );
}

interface PreviewProps {
  checked: Checked;
  organization: string;
  asOf: number | null;
  onDone: (told: string) => void;
}

function Preview({ checked, organization, asOf, onDone }: PreviewProps): JSX.Element {
  const { file, difference } = checked;
  const act = useAct();
  const texts = of().import;
  const isTooMany = file.people.length > MOST;
  const canSend = file.faults.length === 0 && file.people.length > 0 && !isTooMany;
  const propose = (): void => {
    const body = {
      organization_id: organization,
      ...(asOf !== null && { feed_as_of: new Date(asOf).toISOString() }),
      people: file.people,
    } as unknown as NonNullable<BodyOf<'/api/v1/people', 'post'>>;
    void act.press(
      body,
      (key) => change('/api/v1/people', { body, key }),
      () => onDone(s().proposed),
    );
  };
  return (
    <section class="card">
      <h2>{texts.preview}</h2>
      <p>{texts.read(file.encoding, file.people.length)}</p>
      {file.unknownHeads.length > 0 && <p>{texts.unknownHeads(file.unknownHeads.join(s().comma))}</p>}
      {isTooMany && <p class="problem">{texts.tooMany(MOST)}</p>}
      {file.faults.length > 0 ? (
        <Faults file={file} />
      ) : (
        <>
          <p>
            <strong>
              {texts.summary(difference.added, difference.changed, difference.same, difference.left)}
            </strong>
          </p>
          <Difference lines={difference.lines} />
        </>
      )}
      <ProblemSummary act={act} labels={{ people: member('people'), organization_id: s().organization }} />
      {act.failure instanceof Problem && <ServiceFaults problem={act.failure} people={file.people} />}
      {canSend && (
        <button type="button" class="primary" aria-disabled={act.isSending} onClick={propose}>
          {act.isSending ? t().sending : texts.propose(file.people.length)}
        </button>
      )}
    </section>
  );
}

const SHOWN_FAULTS = 50;

function Faults({ file }: { file: StaffFile }): JSX.Element {
  const texts = of().import;
  return (
    <div class="problem" role="alert">
      <h3>{texts.faults(file.faults.length)}</h3>
      <ul>
        {file.faults.slice(0, SHOWN_FAULTS).map(({ line, member: name, value }) => (
          <li key={`${line} ${name ?? ''}`}>{texts.fault(line, name === null ? '' : member(name), value)}</li>
        ))}
      </ul>
    </div>
  );
}

/** The service points at `/people/17/name`: here it is said whose. */
function ServiceFaults({
  problem,
  people,
}: {
  problem: Problem;
  people: readonly FedPerson[];
}): JSX.Element | null {
  const found = (problem.body.faults ?? []).flatMap(({ pointer, detail }) => {
    const [, index, name] = /^\/people\/(\d+)(?:\/(\w+))?/.exec(pointer) ?? [];
    const person = people[Number(index ?? NaN)];
    return person ? [{ pointer, text: of().import.of(person.id, member(name ?? ''), detail) }] : [];
  });
  if (found.length === 0) return null;
  return (
    <ul class="problem">
      {found.slice(0, SHOWN_FAULTS).map(({ pointer, text }) => (
        <li key={pointer}>{text}</li>
      ))}
    </ul>
  );
}
