import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import type { Change } from '../api/answers.js';
import { change } from '../api/client.js';
import { useAct } from '../kit/act.js';
import { ActionBar } from '../kit/action-bar.js';
import { DeclarationProposal } from '../kit/declaration-proposal.js';
import { TextField } from '../kit/form.js';
import { ProblemSummary } from '../kit/problem-summary.js';
import { useRead } from '../kit/read.js';
import { Link, usePath } from '../kit/route.js';
import { timeText } from '../kit/say.js';
import { Read, Screen } from '../kit/screen.js';
import { StatusMark, type Tone } from '../kit/status-mark.js';
import { usePaging } from '../kit/table.js';
import { t } from '../texts/texts.js';
import { Difference } from './difference.js';
import { s } from './texts.js';

const STATES = ['proposed', 'confirmed', 'rejected', 'lapsed'] as const;
type State = (typeof STATES)[number];
const TONES: Record<State, Tone> = { proposed: 'wait', confirmed: 'done', rejected: 'stop', lapsed: 'done' };

const isState = (text: string): text is State => (STATES as readonly string[]).includes(text);

/** Proposals and what became of them; the second person sees the difference, and confirms or rejects it. */
export function ChangesScreen(): JSX.Element {
  const { query } = usePath();
  const asked = query.get('state') ?? '';
  const state = isState(asked) ? asked : 'proposed';
  const texts = s().changes;
  return (
    <Screen title={texts.title} lead={<p>{texts.lead}</p>}>
      <ul class="tabs" aria-label={texts.states}>
        {STATES.map((one) => (
          <li key={one}>
            <Link to={`/changes?state=${one}`} current={one === state}>
              {texts.state[one]}
            </Link>
          </li>
        ))}
      </ul>
      <Changes key={state} state={state} />
    </Screen>
  );
}

/** Twenty a page: a list of 2,000 people is one of them. */
function Changes({ state }: { state: State }): JSX.Element {
  const paging = usePaging();
  const reading = useRead('/api/v1/changes', { query: { state, limit: 20, cursor: paging.cursor } });
  const [told, setTold] = useState('');
  const texts = s().changes;
  return (
    <>
      <p role="status" class={told === '' ? 'unseen' : 'note'}>
        {told}
      </p>
      <Read of={reading}>
        {({ items, next }) => (
          <>
            {items.length === 0 && <p>{state === 'proposed' ? texts.noneWaits : texts.none}</p>}
            {items.map((one) => (
              <Proposal
                key={one.id}
                one={one}
                onDone={(text) => {
                  setTold(text);
                  reading.again();
                }}
              />
            ))}
            <div class="pages">
              {paging.page > 1 && (
                <button type="button" onClick={paging.newer}>
                  {texts.newer}
                </button>
              )}
              {next !== null && (
                <button type="button" onClick={() => paging.older(next)}>
                  {texts.older}
                </button>
              )}
            </div>
          </>
        )}
      </Read>
    </>
  );
}

interface ProposalProps {
  one: Change;
  onDone: (told: string) => void;
}

function Proposal({ one, onDone }: ProposalProps): JSX.Element {
  const texts = s().changes;
  return (
    <article class="card">
      <h2>{texts.kinds[one.kind] ?? one.kind}</h2>
      <p>
        <StatusMark tone={TONES[one.state]}>{texts.state[one.state]}</StatusMark>{' '}
        {texts.proposed(one.proposed_by_name, timeText(one.proposed_at))}
        {one.state === 'proposed' && <> ／ {texts.lapses(timeText(one.lapses_at))}</>}
        {one.decided_by !== null && one.decided_at !== null && (
          <> ／ {texts.decided(one.decided_by_name ?? one.decided_by, timeText(one.decided_at))}</>
        )}
      </p>
      {one.reason !== null && <p>{texts.because(one.reason)}</p>}
      <p class="small">{texts.number(one.id)}</p>
      <DeclarationProposal of={one} />
      <Difference lines={one.difference} name={one.id} />
      {one.state === 'proposed' && <Decision one={one} onDone={onDone} />}
    </article>
  );
}

function Decision({ one, onDone }: ProposalProps): JSX.Element {
  const [isRejecting, setRejecting] = useState(false);
  const [reason, setReason] = useState('');
  const act = useAct();
  const texts = s().changes;
  const params = { id: one.id };
  const confirm = (): void => {
    void act.press(
      `confirm ${one.id}`,
      (key) => change('/api/v1/changes/{id}/confirm', { params, key }),
      () => onDone(texts.confirmed),
    );
  };
  const reject = (event: Event): void => {
    event.preventDefault();
    const body = reason.trim() === '' ? {} : { reason: reason.trim() };
    void act.press(
      body,
      (key) => change('/api/v1/changes/{id}/reject', { params, body, key }),
      () => onDone(texts.rejected),
    );
  };
  return (
    <>
      <ProblemSummary act={act} labels={{ reason: texts.rejectReason }} />
      <ActionBar
        actions={one.actions}
        known={{
          confirm: { label: act.isSending ? t().sending : texts.confirm, press: confirm, kind: 'primary' },
          reject: { label: texts.reject, press: () => setRejecting(true) },
        }}
      />
      {isRejecting && (
        <form noValidate onSubmit={reject}>
          <TextField label={texts.rejectReason} max={500} value={reason} onChange={setReason} />
          <div class="buttons">
            <button type="submit" class="danger">
              {act.isSending ? t().sending : texts.rejectNow}
            </button>
            <button type="button" onClick={() => setRejecting(false)}>
              {t().cancel}
            </button>
          </div>
        </form>
      )}
    </>
  );
}
