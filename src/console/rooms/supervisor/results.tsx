import type { JSX } from 'preact';
import type { Schemas } from '../../api/answers.js';
import type { Act } from '../../kit/act.js';
import { ProblemSummary } from '../../kit/problem-summary.js';
import { Link } from '../../kit/route.js';
import { StatusMark } from '../../kit/status-mark.js';
import { Table } from '../../kit/table.js';
import { t } from '../../texts/texts.js';
import { useShownPage } from './page-of.js';
import { canRetry, reasonText } from './reason-words.js';
import { sv } from './texts.js';

type Verdict = Schemas['VerdictView'];

/** A nomination that was answered, and the one that it tries again in part. */
export interface Sent {
  answer: Schemas['NominatedView'];
  before: Sent | undefined;
}

/** The last verdict of each person over all tries, the refused ones first. */
export function verdictsOf({ answer, before }: Sent): Verdict[] {
  const last = new Map<string, Verdict>();
  for (const one of before ? verdictsOf(before) : []) last.set(one.person_id, one);
  for (const one of answer.results) last.set(one.person_id, one);
  return [...last.values()].sort(
    (a, b) => Number(a.verdict === 'eligible') - Number(b.verdict === 'eligible'),
  );
}

interface Props {
  sent: Sent;
  callId: string;
  nameOf: (id: string) => string;
  act: Act;
  onRetry: (ids: string[]) => void;
  onMore: () => void;
}

/** What became of each person, and one button for those who can be tried again. */
export function Results({ sent, callId, nameOf, act, onRetry, onMore }: Props): JSX.Element {
  const texts = sv().results;
  const verdicts = verdictsOf(sent);
  const eligible = verdicts.filter(({ verdict }) => verdict === 'eligible').length;
  const again = verdicts.filter(({ verdict, code }) => verdict === 'refused' && canRetry(code));
  return (
    <section>
      <div class="note" role="status">
        <h2>{texts.title}</h2>
        <p>
          <strong>{texts.eligible(eligible)}</strong> {texts.refused(verdicts.length - eligible)}
        </p>
        <p>{sent.answer.approved_by_plan === null ? texts.waits : texts.plan}</p>
        <p class="small">{texts.sent(sent.answer.id)}</p>
      </div>
      <ProblemSummary act={act} />
      <div class="buttons">
        {again.length > 0 && (
          <button type="button" class="primary" onClick={() => onRetry(again.map((one) => one.person_id))}>
            {act.isSending ? t().sending : texts.again(again.length)}
          </button>
        )}
        <Link to={`/calls/${callId}`} class="button">
          {texts.back}
        </Link>
        <button type="button" onClick={onMore}>
          {texts.more}
        </button>
      </div>
      <VerdictTable verdicts={verdicts} nameOf={nameOf} />
    </section>
  );
}

function VerdictTable({
  verdicts,
  nameOf,
}: {
  verdicts: readonly Verdict[];
  nameOf: (id: string) => string;
}): JSX.Element {
  const texts = sv().results;
  const { shown, paging, next } = useShownPage(verdicts);
  return (
    <Table
      caption={texts.title}
      rows={shown}
      idOf={(one) => one.person_id}
      paging={paging}
      next={next}
      columns={[
        { name: 'name', head: sv().nominate.name, cell: (one) => nameOf(one.person_id) },
        {
          name: 'state',
          head: sv().nominate.match,
          cell: ({ verdict }) =>
            verdict === 'eligible' ? (
              <StatusMark tone="done">{sv().nominate.eligible}</StatusMark>
            ) : (
              <StatusMark tone="stop">{sv().nominate.ineligible}</StatusMark>
            ),
        },
        { name: 'why', head: texts.why, cell: ({ code }) => reasonText(code) },
        {
          name: 'retry',
          head: texts.retry,
          cell: ({ verdict, code }) =>
            verdict === 'eligible' ? '' : canRetry(code) ? texts.can : texts.cannot,
        },
      ]}
    />
  );
}
