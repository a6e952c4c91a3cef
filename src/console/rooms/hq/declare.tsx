import type { JSX } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import { change as send } from '../../api/client.js';
import { useAct, type Act } from '../../kit/act.js';
import { AreaNames } from '../../kit/area-names.js';
import { now } from '../../kit/clock.js';
import { EMPTY_WALL } from '../../kit/date-time-field.js';
import { DrillMark } from '../../kit/declaration-state.js';
import { useDraft } from '../../kit/draft.js';
import { policy } from '../../kit/policy.js';
import { ProblemSummary } from '../../kit/problem-summary.js';
import { go } from '../../kit/route.js';
import { timeText } from '../../kit/say.js';
import { Screen } from '../../kit/screen.js';
import { instantOf } from '../../kit/times.js';
import { TypedDialog } from '../../kit/typed-dialog.js';
import { t } from '../../texts/texts.js';
import { DeclareForm, missingOf, type DeclareDraft, type Missing } from './declare-form.js';
import { Facts, type Fact } from './facts.js';
import { hq } from './texts.js';

const HOUR_MS = 3_600_000;

const blank = (): DeclareDraft => ({
  kind: '',
  name: '',
  hazards: [],
  areas: [],
  posture: hq().usualPosture,
  basis: hq().usualBasis,
  necessity: '',
  end: EMPTY_WALL,
});

/** Write it, check it on one page, type the phrase. */
export function DeclareScreen(): JSX.Element {
  const [draft, change, discard] = useDraft('declare', blank);
  const [missing, setMissing] = useState<Missing>({});
  const [isChecking, setChecking] = useState(false);
  const act = useAct();
  const check = (): void => {
    const found = missingOf(draft);
    setMissing(found);
    if (Object.keys(found).length === 0) setChecking(true);
  };
  const declare = (): void => {
    const body = bodyOf(draft);
    void act.press(
      body,
      (key) => send('/api/v1/declarations', { body, key }),
      (made) => {
        discard();
        go(`/declarations/${made.id}`);
      },
    );
  };
  if (isChecking) return <Check draft={draft} act={act} onFix={() => setChecking(false)} onGo={declare} />;
  return (
    <Screen title={hq().declare.title} lead={<p>{hq().declare.lead}</p>}>
      {draft.kind === 'drill' && <DrillMark />}
      <MissingSummary missing={missing} />
      <ProblemSummary act={act} />
      <DeclareForm
        draft={draft}
        change={change}
        missing={missing}
        act={act}
        latest={now() + policy.declaration_hours * HOUR_MS}
        onCheck={check}
      />
    </Screen>
  );
}

type Body = Parameters<typeof send<'/api/v1/declarations'>>[1] extends { body?: infer B } | undefined
  ? NonNullable<B>
  : never;

function bodyOf(draft: DeclareDraft): Body {
  return {
    name: draft.name.trim(),
    hazard_types: draft.hazards as Body['hazard_types'],
    target_area: draft.areas,
    posture_level: draft.posture as Body['posture_level'],
    legal_basis: draft.basis.trim(),
    necessity_statement: draft.necessity.trim(),
    expected_end_at: new Date(instantOf(draft.end) ?? 0).toISOString(),
    is_drill: draft.kind === 'drill',
  };
}

/** What was left out, in one place, with the focus on it. */
function MissingSummary({ missing }: { missing: Missing }): JSX.Element | null {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => heading.current?.focus(), [missing]);
  const texts = hq().declare;
  const labels: Record<keyof DeclareDraft, string> = {
    kind: texts.kind,
    name: texts.name,
    hazards: texts.hazards,
    areas: texts.area,
    posture: texts.posture,
    basis: texts.basis,
    necessity: texts.necessity,
    end: texts.end,
  };
  const names = Object.keys(missing) as (keyof DeclareDraft)[];
  if (names.length === 0) return null;
  return (
    <div class="problem" role="alert">
      <h2 tabIndex={-1} ref={heading}>
        {t().problem.title}
      </h2>
      <ul>
        {names.map((name) => (
          <li key={name}>
            {labels[name]}: {missing[name]}
          </li>
        ))}
      </ul>
    </div>
  );
}

function Check({
  draft,
  act,
  onFix,
  onGo,
}: {
  draft: DeclareDraft;
  act: Act;
  onFix: () => void;
  onGo: () => void;
}): JSX.Element {
  const [isAsking, setAsking] = useState(false);
  const texts = hq().declare;
  const isDrill = draft.kind === 'drill';
  const end = instantOf(draft.end) ?? 0;
  return (
    <Screen title={texts.checkTitle} lead={<p>{texts.checkLead}</p>}>
      {isDrill && <DrillMark />}
      <Stakes draft={draft} end={end} />
      <div class="buttons">
        <button type="button" class={isDrill ? 'primary' : 'danger'} onClick={() => setAsking(true)}>
          {texts.go}
        </button>
        <button type="button" onClick={onFix}>
          {texts.fix}
        </button>
      </div>
      {isAsking && (
        <TypedDialog
          title={texts.checkTitle}
          phrase={isDrill ? texts.phraseDrill : texts.phrase}
          confirm={texts.go}
          kind={isDrill ? 'primary' : 'danger'}
          isSending={act.isSending}
          onConfirm={onGo}
          onClose={() => setAsking(false)}
        >
          <ProblemSummary act={act} />
          <p>
            <strong>{draft.name}</strong> <AreaNames codes={draft.areas} most={5} />
          </p>
          <p>{t().banner.until(timeText(end))}</p>
          <p>
            {texts.told}: {texts.toldText}
          </p>
        </TypedDialog>
      )}
    </Screen>
  );
}

function Stakes({ draft, end }: { draft: DeclareDraft; end: number }): JSX.Element {
  const texts = hq().declare;
  const facts: Fact[] = [
    [texts.kind, draft.kind === 'drill' ? texts.drill : texts.real],
    [texts.name, draft.name],
    [texts.hazards, draft.hazards.map((one) => hq().hazard[one]).join(' ')],
    [texts.area, <AreaNames codes={draft.areas} />],
    [texts.starts, texts.now],
    [texts.end, timeText(end)],
    [texts.posture, hq().posture[draft.posture]],
    [texts.basis, draft.basis],
    [texts.necessity, draft.necessity],
    [texts.told, texts.toldText],
  ];
  return <Facts facts={facts} />;
}
