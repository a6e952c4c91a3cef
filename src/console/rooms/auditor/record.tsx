import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import type { Schemas } from '../../api/answers.js';
import { change } from '../../api/client.js';
import { useAct } from '../../kit/act.js';
import { TextArea } from '../../kit/form.js';
import { ProblemSummary } from '../../kit/problem-summary.js';
import { useRead } from '../../kit/read.js';
import { Link } from '../../kit/route.js';
import { timeText } from '../../kit/say.js';
import { Read, Screen } from '../../kit/screen.js';
import { Facts } from '../../screens/facts.js';
import { s } from '../../screens/texts.js';
import { t } from '../../texts/texts.js';
import type { ScreenProps } from '../rooms.js';
import { isAuditor } from './may.js';
import { au } from './texts.js';
import { Decision, Details, typeName } from './uses.js';

/** A record with its place in the ledger: the proof is a file that a stranger's tool reads. */
export function RecordScreen({ params }: ScreenProps): JSX.Element {
  const id = params['id'] ?? '';
  const reading = useRead('/api/v1/records/{id}', { params: { id } }, null);
  const texts = au().record;
  return (
    <Screen title={texts.title}>
      <Read of={reading}>
        {(one) => (
          <>
            <Facts
              facts={[
                [s().record, one.id],
                [s().at, timeText(one.at)],
                [au().records.type, typeName(one.type)],
                [au().records.decision, <Decision key="decision" of={one} />],
                [s().person, one.person_id && <Link to={`/people/${one.person_id}`}>{one.person_id}</Link>],
                [s().organization, one.organization_id],
                [
                  s().declaration,
                  one.declaration_id && (
                    <Link to={`/declarations/${one.declaration_id}`}>{one.declaration_id}</Link>
                  ),
                ],
                [
                  au().grant.title,
                  one.grant_id && <Link to={`/grants/${one.grant_id}`}>{one.grant_id}</Link>,
                ],
                [texts.useNumber, one.use_no],
                [
                  au().records.point,
                  one.supply_point_ref && (
                    <Link to={`/supply-points/${one.supply_point_ref}`}>{one.supply_point_ref}</Link>
                  ),
                ],
                [texts.details, <Details key="details" of={one.details} />],
              ]}
            />
            <p>
              <a class="button" href={`/api/v1/records/${id}/proof`} download={`${id}.tlog-proof`}>
                {texts.proof}
              </a>{' '}
              {texts.proofLead}
            </p>
            {one.has_sealed && isAuditor() && <Opening id={id} />}
            {isAuditor() && (
              <p>
                <Link to={`/findings/new?subject_type=record&subject_id=${id}`}>{au().findings.add}</Link>
              </p>
            )}
          </>
        )}
      </Read>
    </Screen>
  );
}

type Opened = Schemas['OpenedView'];

/** 封をした値: asked for with a reason, agreed to by another, shown here and kept nowhere. */
function Opening({ id }: { id: string }): JSX.Element {
  const [reason, setReason] = useState('');
  const [answer, setAnswer] = useState<Opened | { change_id: string }>();
  const act = useAct();
  const texts = au().record;
  const ask = (event: Event): void => {
    event.preventDefault();
    const body = { reason: reason.trim() };
    void act.press(
      body,
      () =>
        change('/api/v1/records/{id}/open', { params: { id }, body }) as Promise<
          Opened | { change_id: string }
        >,
      setAnswer,
    );
  };
  return (
    <section class="card">
      <h2>{texts.sealed}</h2>
      <p>{texts.sealedLead}</p>
      {answer !== undefined && !('values' in answer) && (
        <p class="note" role="status">
          {texts.waits(answer.change_id)}
        </p>
      )}
      {answer !== undefined && 'values' in answer && (
        <div class="values">
          <p class="note" role="status">
            {texts.openUntil(timeText(answer.open_until))}
          </p>
          <Details of={answer.values} />
        </div>
      )}
      <form noValidate onSubmit={ask}>
        <ProblemSummary act={act} labels={{ reason: s().reason }} />
        <TextArea
          label={s().reason}
          hint={texts.reasonHint}
          isRequired
          max={500}
          value={reason}
          onChange={setReason}
        />
        <button type="submit" class="primary" aria-disabled={act.isSending}>
          {act.isSending ? t().sending : texts.ask}
        </button>
      </form>
    </section>
  );
}
