import type { ComponentChildren, JSX } from 'preact';
import { useState } from 'preact/hooks';
import type { Action, Page } from '../api/answers.js';
import type { AnswerOf, PathOf } from '../api/paths.js';
import { useAct } from '../kit/act.js';
import { ActionBar } from '../kit/action-bar.js';
import { ProblemSummary } from '../kit/problem-summary.js';
import { useRead } from '../kit/read.js';
import { Link, replace, usePath } from '../kit/route.js';
import { timeText } from '../kit/say.js';
import { Read } from '../kit/screen.js';
import { instantOf, type Wall } from '../kit/times.js';
import { Dialog } from '../kit/typed-dialog.js';
import { t } from '../texts/texts.js';
import { DayField } from './day-field.js';
import type { Member } from './form-spec.js';
import { Told } from './holds.js';
import type { RowOf } from './listing.js';
import { SpecForm } from './spec-form.js';
import { s } from './texts.js';

type Proposing = (body: Record<string, unknown>, key: string) => Promise<unknown>;

/** A form behind a button, whose proposal a second person confirms. */
export function ProposeNew({
  name,
  label,
  members,
  send,
}: {
  name: string;
  label: string;
  members: readonly Member[];
  send: Proposing;
}): JSX.Element {
  const [isOpen, setOpen] = useState(false);
  const [told, setTold] = useState('');
  const done = (): void => {
    setOpen(false);
    setTold(s().proposed);
  };
  return (
    <>
      <Told text={told} />
      {told !== '' && <ToChanges />}
      {isOpen ? (
        <section class="card">
          <h2>{label}</h2>
          <SpecForm
            name={name}
            members={members}
            submit={s().propose}
            send={send}
            done={done}
            onCancel={() => setOpen(false)}
          />
        </section>
      ) : (
        <p>
          <button type="button" class="primary" onClick={() => (setTold(''), setOpen(true))}>
            {label}
          </button>
        </p>
      )}
    </>
  );
}

export function ToChanges(): JSX.Element {
  return (
    <p>
      <Link to="/changes">{s().toChanges}</Link>
    </p>
  );
}

interface Stated {
  id: string;
  version: number;
  changed_at: string;
  actions: readonly Action[];
}

/** What can be done with a row: a form for each change, and its end. */
export interface Acts {
  changes: readonly {
    /** As the service calls the act. */
    action: string;
    name: string;
    label: string;
    members: readonly Member[];
    send: Proposing;
  }[];
  retire?: { label: string; lead: string; send: (key: string) => Promise<unknown> };
}

/** One row of master data, now or as of a day; the address says which. */
export function OneOfMaster<P extends PathOf<'get'>>({
  path,
  id,
  children,
  actsOf,
}: {
  path: P;
  id: string;
  children: (row: RowOf<P>, isNow: boolean) => ComponentChildren;
  actsOf: (row: RowOf<P>) => Acts;
}): JSX.Element {
  const asOf = usePath().query.get('as_of') ?? undefined;
  const reading = useRead(path, { query: { id, as_of: asOf } });
  return (
    <>
      <AsOf value={asOf} />
      <Read of={reading}>
        {(answer: NonNullable<AnswerOf<P, 'get'>>) => {
          const [row] = (answer as unknown as Page<RowOf<P> & Stated>).items;
          if (row === undefined)
            return <p>{asOf === undefined ? s().master.notThere : s().master.notThen}</p>;
          return (
            <>
              <p class="small">{s().master.version(row.version, timeText(row.changed_at))}</p>
              {children(row, asOf === undefined)}
              {asOf === undefined && <ActsOnRow key={row.version} row={row} acts={actsOf(row)} />}
            </>
          );
        }}
      </Read>
    </>
  );
}

const NO_DAY: Wall = { year: '', month: '', day: '', hour: '23', minute: '59' };

/** Any past day can be asked; it is kept in the address. */
function AsOf({ value }: { value: string | undefined }): JSX.Element {
  const [day, setDay] = useState(NO_DAY);
  const [error, setError] = useState<string>();
  const { path } = usePath();
  const ask = (event: Event): void => {
    event.preventDefault();
    const instant = instantOf(day);
    setError(instant === null ? t().time.invalid : undefined);
    if (instant !== null) replace(`${path}?as_of=${encodeURIComponent(new Date(instant).toISOString())}`);
  };
  if (value !== undefined)
    return (
      <p class="note">
        {s().master.asOf(timeText(value))} <Link to={path}>{s().master.backToNow}</Link>
      </p>
    );
  return (
    <details>
      <summary>{s().master.past}</summary>
      <form noValidate onSubmit={ask}>
        <DayField label={s().master.day} isRequired value={day} onChange={setDay} error={error} />
        <button type="submit">{s().master.showThen}</button>
      </form>
    </details>
  );
}

function ActsOnRow({ row, acts }: { row: Stated & object; acts: Acts }): JSX.Element {
  const [open, setOpen] = useState<string>();
  const [told, setTold] = useState('');
  const opened = acts.changes.find(({ name }) => name === open);
  const finish = (): void => {
    setOpen(undefined);
    setTold(s().proposed);
  };
  return (
    <>
      <Told text={told} />
      {told !== '' && <ToChanges />}
      {opened ? (
        <section class="card">
          <h2>{opened.label}</h2>
          <SpecForm
            key={opened.name}
            name={`${opened.name}.${row.id}`}
            members={opened.members}
            row={row as unknown as Record<string, unknown>}
            submit={s().propose}
            send={opened.send}
            done={finish}
            onCancel={() => setOpen(undefined)}
          />
        </section>
      ) : (
        <RowButtons row={row} acts={acts} onOpen={(name) => (setTold(''), setOpen(name))} />
      )}
      {open === 'retire' && acts.retire && (
        <RetireDialog retire={acts.retire} onDone={finish} onClose={() => setOpen(undefined)} />
      )}
    </>
  );
}

/** The service says once that a row can be changed; here there may be several forms for it. */
function RowButtons({
  row,
  acts,
  onOpen,
}: {
  row: Stated;
  acts: Acts;
  onOpen: (name: string) => void;
}): JSX.Element {
  const said = (name: string): Action | undefined => row.actions.find((one) => one.name === name);
  const offered = acts.changes.flatMap(({ action, name }) => {
    const found = said(action);
    return found ? [{ ...found, name }] : [];
  });
  const retiring = acts.retire && said('retire');
  const known = Object.fromEntries(
    acts.changes.map(({ name, label }) => [name, { label, press: () => onOpen(name) }]),
  );
  return (
    <ActionBar
      actions={retiring ? [...offered, retiring] : offered}
      known={{
        ...known,
        ...(acts.retire && {
          retire: { label: acts.retire.label, press: () => onOpen('retire'), kind: 'danger' as const },
        }),
      }}
    />
  );
}

interface RetireProps {
  retire: NonNullable<Acts['retire']>;
  onDone: () => void;
  onClose: () => void;
}

function RetireDialog({ retire, onDone, onClose }: RetireProps): JSX.Element {
  const act = useAct();
  const press = (): void => {
    void act.press('retire', retire.send, onDone);
  };
  return (
    <Dialog title={retire.label} onClose={onClose}>
      <ProblemSummary act={act} />
      <p>{retire.lead}</p>
      <div class="buttons">
        <button type="button" class="danger" aria-disabled={act.isSending} onClick={press}>
          {act.isSending ? t().sending : s().propose}
        </button>
        <button type="button" onClick={onClose}>
          {t().cancel}
        </button>
      </div>
    </Dialog>
  );
}
