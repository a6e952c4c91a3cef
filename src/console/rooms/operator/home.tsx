import type { JSX } from 'preact';
import type { Grant, Schemas } from '../../api/answers.js';
import { InboxList } from '../../first/inbox.js';
import { Telephone } from '../../first/offline.js';
import { useNow } from '../../kit/clock.js';
import { DrillMark } from '../../kit/declaration-state.js';
import { useRead } from '../../kit/read.js';
import { timeText } from '../../kit/say.js';
import { Read, Screen } from '../../kit/screen.js';
import { t } from '../../texts/texts.js';
import { AcknowledgeScreen } from './acknowledge.js';
import { DeskScreen } from './desk.js';
import { heldSince, stageOf, type Stage } from './stage.js';
import { op } from './texts.js';

export type OwnDeclaration = Schemas['DeclarationInSituation'];

/** One way from signing in to the search box: whatever is next to do is the screen. */
export function HomeScreen(): JSX.Element {
  const grants = useRead('/api/v1/grants', { query: { limit: 50 } }, 10_000);
  const situation = useRead('/api/v1/situation', {}, 30_000);
  const at = useNow();
  const again = (): void => (grants.again(), situation.again());
  return (
    <Read of={grants}>
      {({ items }) => {
        const stage = stageOf(items, at);
        const all = situation.answer?.declarations ?? [];
        const declaration = declarationOf(stage, all);
        // The banner marks a drill only where nothing real is in force beside it.
        const isRealBeside = all.some((one) => one.live && !one.is_drill);
        return (
          <>
            {stage.kind !== 'none' && stage.grant.is_drill && isRealBeside && <DrillMark />}
            <Now stage={stage} declaration={declaration} again={again} />
          </>
        );
      }}
    </Read>
  );
}

function declarationOf(stage: Stage, declarations: readonly OwnDeclaration[]): OwnDeclaration | undefined {
  return stage.kind === 'none' ? undefined : declarations.find(({ id }) => id === stage.grant.declaration_id);
}

interface NowProps {
  stage: Stage;
  declaration: OwnDeclaration | undefined;
  again: () => void;
}

function Now({ stage, declaration, again }: NowProps): JSX.Element {
  switch (stage.kind) {
    case 'desk':
      return <DeskScreen key={stage.grant.id} grant={stage.grant} declaration={declaration} again={again} />;
    case 'acknowledge':
      return <AcknowledgeScreen grant={stage.grant} declaration={declaration} again={again} />;
    case 'waiting':
      return (
        <Still title={op().waiting.title}>
          <p>
            {declaration?.name} <strong>{op().waiting.starts(timeText(stage.grant.starts_at))}</strong>
          </p>
          <p>{op().waiting.text}</p>
        </Still>
      );
    case 'held':
      return (
        <Still title={op().held.title}>
          <Held stage={stage} declaration={declaration} />
        </Still>
      );
    case 'none':
      return (
        <Still title={op().home.title}>
          <p>
            <strong>{op().home.none}</strong>
          </p>
          <p>{op().home.noneText}</p>
        </Still>
      );
  }
}

/** The rule, the moment at which it changed, and the lawful next step (rule 13). */
function Held({
  stage,
  declaration,
}: {
  stage: { grant: Grant; reason: { detail: string } | null };
  declaration: OwnDeclaration | undefined;
}): JSX.Element {
  const texts = op().held;
  const since = declaration?.lifted_at ?? heldSince(stage.grant);
  return (
    <dl class="facts">
      <dt>{texts.why}</dt>
      <dd>
        {declaration?.name} {stage.reason?.detail}
      </dd>
      {since !== null && (
        <>
          <dt>{texts.since}</dt>
          <dd>{timeText(since)}</dd>
        </>
      )}
      <dt>{texts.whatNext}</dt>
      <dd>{texts.next}</dd>
    </dl>
  );
}

function Still({ title, children }: { title: string; children: JSX.Element | JSX.Element[] }): JSX.Element {
  const inbox = useRead('/api/v1/inbox');
  return (
    <Screen title={title}>
      <section class="card">{children}</section>
      {inbox.answer && inbox.answer.items.length > 0 && (
        <>
          <h2>{t().inbox.title}</h2>
          <InboxList items={inbox.answer.items} />
        </>
      )}
      <Telephone />
    </Screen>
  );
}
