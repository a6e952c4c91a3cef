import type { JSX } from 'preact';
import { useEffect, useMemo, useState } from 'preact/hooks';
import type { KeyPair } from 'dpop';
import type { Grant } from '../../api/answers.js';
import { change } from '../../api/client.js';
import { Problem } from '../../api/problem.js';
import { useAct } from '../../kit/act.js';
import { AreaNames } from '../../kit/area-names.js';
import { whenLeaving } from '../../kit/leaving.js';
import { ProblemSummary } from '../../kit/problem-summary.js';
import { Remaining, RemainingAnnouncer } from '../../kit/remaining.js';
import { timeText } from '../../kit/say.js';
import { Screen } from '../../kit/screen.js';
import { session } from '../../kit/session.js';
import { Dialog } from '../../kit/typed-dialog.js';
import { t } from '../../texts/texts.js';
import { CallForm, CallStrip, type Call } from './call-form.js';
import { Credential } from './credential.js';
import type { OwnDeclaration } from './home.js';
import { ResultCard } from './result.js';
import { SearchForm, type Found } from './search-form.js';
import { ClockWarning, Terminal, useTerminalKey } from './terminal.js';
import { op } from './texts.js';
import { Trouble } from './trouble.js';
import { useIdle } from './idle.js';

interface Props {
  grant: Grant;
  declaration: OwnDeclaration | undefined;
  again: () => void;
}

/** The search, once the grant is live. Leaving it in any way (hand-back, lift, end, sign-out) takes every value along. */
export function DeskScreen(props: Props): JSX.Element {
  const key = useTerminalKey();
  return (
    <Screen title={op().desk.title}>
      <p class="print-instead">{op().desk.noPrint}</p>
      <div class="never-printed">
        <GrantBar {...props} />
        <ClockWarning />
        {key ? <WithKey {...props} keyPair={key} /> : <Terminal />}
      </div>
    </Screen>
  );
}

/** What is being used and until when, and that each view is recorded (EDU-6). */
function GrantBar({ grant, declaration }: Props): JSX.Element {
  const end =
    declaration && declaration.hard_end_at < grant.ends_at ? declaration.hard_end_at : grant.ends_at;
  const name = declaration?.name ?? '';
  return (
    <section class="grant-bar">
      <p>
        <strong>{name}</strong> {declaration && <AreaNames codes={declaration.target_area} most={3} />}{' '}
        <span class="nowrap">
          {op().desk.until(timeText(end))} <Remaining endsAt={end} />
        </span>
      </p>
      <p class="small">{op().recordedWhole(session.value?.person.name ?? '')}</p>
      <RemainingAnnouncer name={name} endsAt={end} />
    </section>
  );
}

/** Gets the credential before the first question, so that what is missing is known before a customer waits. */
function WithKey({ keyPair, ...props }: Props & { keyPair: KeyPair }): JSX.Element {
  const credential = useMemo(() => new Credential(props.grant.id, keyPair), [props.grant.id, keyPair]);
  const [isReady, setReady] = useState(false);
  const act = useAct();
  const { press } = act;
  const prepare = (): void =>
    void press(
      'prepare',
      () => credential.fresh(),
      () => setReady(true),
    );
  useEffect(() => {
    prepare();
    const timer = setInterval(() => void credential.keepFresh().catch(() => undefined), 30_000);
    const forget = whenLeaving(() => credential.release());
    return () => {
      clearInterval(timer);
      forget();
    };
  }, [credential]);
  if (isReady) return <Desk {...props} credential={credential} />;
  const isUnknown = act.failure instanceof Problem && act.failure.code === 'unknown_terminal';
  return (
    <>
      {act.failure === undefined && <p role="status">{op().terminal.preparing}</p>}
      <ProblemSummary act={act} />
      {act.failure !== undefined && (
        <button type="button" onClick={prepare}>
          {op().terminal.again}
        </button>
      )}
      {isUnknown && <Terminal />}
    </>
  );
}

type Cleared = keyof ReturnType<typeof op>['desk']['cleared'];

function Desk({ grant, credential, again, declaration }: Props & { credential: Credential }): JSX.Element {
  const [call, setCall] = useState<Call | null>(null);
  const [isChanging, setChanging] = useState(false);
  const [cleared, setCleared] = useState<Cleared>();
  /** Counts what was cleared: the forms begin anew, so that nothing typed stays. */
  const [round, setRound] = useState(0);
  const clear = (why: Cleared): void => {
    setCall(null);
    setChanging(false);
    setRound((before) => before + 1);
    setCleared(why);
  };
  useIdle(call !== null, () => clear('idle'));
  const leave = (): void => {
    clear('left');
    void credential.release();
  };
  return (
    <>
      {cleared !== undefined && call === null && (
        <p class="note" role="status">
          {op().desk.cleared[cleared]}
        </p>
      )}
      {call !== null && !isChanging ? (
        <CallInHand
          key={`${round} ${call.id}`}
          call={call}
          credential={credential}
          area={credential.scope?.area ?? declaration?.target_area ?? []}
          onChange={() => setChanging(true)}
          onNext={() => clear('next')}
          onRefused={again}
        />
      ) : (
        <CallForm
          key={round}
          before={call}
          onReady={(next) => {
            setCall(next);
            setChanging(false);
            setCleared(undefined);
          }}
        />
      )}
      <div class="buttons desk-end">
        <button type="button" onClick={leave}>
          {op().desk.leave}
        </button>
        <HandBack grant={grant} credential={credential} done={() => (clear('ended'), again())} />
      </div>
    </>
  );
}

interface InHand {
  call: Call;
  credential: Credential;
  area: readonly string[];
  onChange: () => void;
  onNext: () => void;
  onRefused: () => void;
}

/** One call: what is found belongs to it as it was stated, and goes with it. */
function CallInHand({ call, credential, area, onChange, onNext, onRefused }: InHand): JSX.Element {
  const [found, setFound] = useState<Found | null>(null);
  const use = { credential, onRefused };
  return (
    <>
      <CallStrip call={call} onChange={onChange} onNext={onNext} />
      <SearchForm call={call} area={area} onFound={setFound} {...use} />
      {found && <ResultCard key={found.record_id} found={found} {...use} />}
    </>
  );
}

function HandBack({
  grant,
  credential,
  done,
}: {
  grant: Grant;
  credential: Credential;
  done: () => void;
}): JSX.Element {
  const [isAsking, setAsking] = useState(false);
  const act = useAct();
  const texts = op().desk;
  const handBack = (): void => {
    const send = (key: string): Promise<unknown> =>
      change('/api/v1/grants/{id}/hand-back', { params: { id: grant.id }, key });
    void act.press(grant.id, send, () => {
      setAsking(false);
      void credential.release();
      done();
    });
  };
  return (
    <>
      <button type="button" onClick={() => setAsking(true)}>
        {texts.handBack}
      </button>
      {isAsking && (
        <Dialog title={texts.handBackTitle} onClose={() => setAsking(false)}>
          <p>{texts.handBackText}</p>
          <Trouble act={act} />
          <div class="buttons">
            <button type="button" class="primary" onClick={handBack}>
              {act.isSending ? t().sending : texts.handBackGo}
            </button>
            <button type="button" onClick={() => setAsking(false)}>
              {t().cancel}
            </button>
          </div>
        </Dialog>
      )}
    </>
  );
}
