import type { JSX } from 'preact';
import type { Change } from '../api/answers.js';
import { t } from '../texts/texts.js';
import { useRead } from './read.js';

interface Body {
  declaration_id: string;
  reason: string;
  outage_households?: number;
}

/** Which declaration a proposal is about, and what its proposer says of it (rule 11); nothing for a change of another kind. */
export function DeclarationProposal({ of }: { of: Change }): JSX.Element | null {
  if (!of.kind.startsWith('declaration.') || of.body === null) return null;
  return <Said body={of.body as unknown as Body} />;
}

function Said({ body }: { body: Body }): JSX.Element {
  const { answer } = useRead('/api/v1/declarations/{id}', { params: { id: body.declaration_id } }, null);
  const texts = t().proposal;
  return (
    <dl class="facts">
      <dt>{texts.declaration}</dt>
      <dd>{answer ? `${answer.name} ${answer.number}` : body.declaration_id}</dd>
      <dt>{texts.reason}</dt>
      <dd>{body.reason}</dd>
      {body.outage_households !== undefined && (
        <>
          <dt>{texts.households}</dt>
          <dd>{texts.householdsAre(body.outage_households)}</dd>
        </>
      )}
    </dl>
  );
}
