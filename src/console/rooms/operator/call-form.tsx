import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import type { Schemas } from '../../api/answers.js';
import { now } from '../../kit/clock.js';
import { Choice, TextField } from '../../kit/form.js';
import { timeText } from '../../kit/say.js';
import { wallOf } from '../../kit/times.js';
import { t } from '../../texts/texts.js';
import { op } from './texts.js';

type Purpose = Schemas['LookupDto']['purpose'];
type Direction = Schemas['CallDto']['direction'];

/** What is stated of a call before anything is looked up. */
export interface Call {
  id: string;
  purpose: Purpose;
  direction: Direction;
  startedAt: string;
  ticket: string;
}

const ID = /^[A-Za-z0-9._:-]{1,64}$/;

/** A number of one's own for a call that the exchange gives none: the minute, and enough chance to be the only one. */
function madeId(at: number): string {
  const { year, month, day, hour, minute } = wallOf(at);
  return `call-${year}${month}${day}-${hour}${minute}-${crypto.randomUUID().slice(0, 8)}`;
}

interface Stated {
  id: string;
  purpose: string;
  direction: string;
  ticket: string;
}
type Wrong = Partial<Record<keyof Stated, string>>;

function wrongIn({ id, purpose, direction, ticket }: Stated): Wrong {
  const texts = op().call;
  return {
    ...(purpose === '' && { purpose: t().field.chooseOne }),
    ...(direction === '' && { direction: t().field.chooseOne }),
    ...(!ID.test(id) && { id: texts.idWrong }),
    ...(ticket !== '' && !ID.test(ticket) && { ticket: texts.idWrong }),
  };
}

/** Purpose and call are asked before data (rule 12). */
export function CallForm({
  before,
  onReady,
}: {
  before: Call | null;
  onReady: (call: Call) => void;
}): JSX.Element {
  const [startedAt] = useState(() => before?.startedAt ?? new Date(now()).toISOString());
  const [stated, setStated] = useState<Stated>(
    () => before ?? { id: madeId(now()), purpose: '', direction: '', ticket: '' },
  );
  const [wrong, setWrong] = useState<Wrong>({});
  const submit = (event: Event): void => {
    event.preventDefault();
    const plain = {
      ...stated,
      id: stated.id.normalize('NFKC').trim(),
      ticket: stated.ticket.normalize('NFKC').trim(),
    };
    const found = wrongIn(plain);
    setWrong(found);
    if (Object.keys(found).length > 0) return;
    const { id, ticket, purpose, direction } = plain;
    onReady({ id, ticket, purpose: purpose as Purpose, direction: direction as Direction, startedAt });
  };
  return (
    <form noValidate onSubmit={submit} class="card">
      <h2>{op().call.title}</h2>
      <p>{op().call.lead}</p>
      <CallFields
        stated={stated}
        wrong={wrong}
        change={(more) => setStated((before) => ({ ...before, ...more }))}
      />
      <button type="submit" class="primary">
        {op().call.go}
      </button>
    </form>
  );
}

function CallFields({
  stated,
  wrong,
  change,
}: {
  stated: Stated;
  wrong: Wrong;
  change: (more: Partial<Stated>) => void;
}): JSX.Element {
  const texts = op().call;
  return (
    <>
      <Choice
        label={texts.purpose}
        isRequired
        options={named(op().purposes)}
        value={stated.purpose}
        onChange={(purpose) => change({ purpose })}
        error={wrong.purpose}
      />
      <Choice
        label={texts.direction}
        isRequired
        options={named(op().directions)}
        value={stated.direction}
        onChange={(direction) => change({ direction })}
        error={wrong.direction}
      />
      <TextField
        label={texts.id}
        hint={texts.idHint}
        isRequired
        max={64}
        value={stated.id}
        onChange={(id) => change({ id })}
        error={wrong.id}
      />
      <TextField
        label={texts.ticket}
        hint={texts.ticketHint}
        max={64}
        value={stated.ticket}
        onChange={(ticket) => change({ ticket })}
        error={wrong.ticket}
      />
    </>
  );
}

const named = (texts: Record<string, string>): { value: string; label: string }[] =>
  Object.entries(texts).map(([value, label]) => ({ value, label }));

/** The call in hand, above the search. */
export function CallStrip({
  call,
  onChange,
  onNext,
}: {
  call: Call;
  onChange: () => void;
  onNext: () => void;
}): JSX.Element {
  const texts = op().call;
  return (
    <section class="call-strip card" aria-label={texts.now}>
      <p>
        <strong>{op().purposes[call.purpose]}</strong> {op().directions[call.direction]}{' '}
        <span class="small">
          {call.id} {timeText(call.startedAt)} {call.ticket}
        </span>
      </p>
      {call.direction === 'outbound' && <p class="small">{texts.outbound}</p>}
      <div class="buttons">
        <button type="button" onClick={onNext}>
          {texts.next}
        </button>
        <button type="button" onClick={onChange}>
          {texts.change}
        </button>
      </div>
    </section>
  );
}
