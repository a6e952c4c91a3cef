import type { JSX } from 'preact';
import type { KeyPair } from 'dpop';
import { useEffect, useState } from 'preact/hooks';
import { change } from '../../api/client.js';
import { Problem } from '../../api/problem.js';
import { useAct } from '../../kit/act.js';
import { clockOffset, useNow } from '../../kit/clock.js';
import { Submit, TextField } from '../../kit/form.js';
import { ProblemSummary } from '../../kit/problem-summary.js';
import { usePath } from '../../kit/route.js';
import { Screen } from '../../kit/screen.js';
import { codeOf, terminalKey, thumbprint, windowProof } from './terminal-key.js';
import { op } from './texts.js';

/** A clock that is further off is told of; beyond a minute the service takes no proof. */
const TOLD_OFF_MS = 20_000;

/** The key of this browser; null where it cannot keep one. */
export function useTerminalKey(): KeyPair | null | undefined {
  const [key, setKey] = useState<KeyPair | null>();
  useEffect(() => {
    void terminalKey().then(setKey, () => setKey(null));
  }, []);
  return key;
}

/** この端末: its fingerprint, and the ceremony by which it is enrolled. */
export function TerminalScreen(): JSX.Element {
  return (
    <Screen title={op().terminal.title} lead={<p>{op().terminal.lead}</p>}>
      <ClockWarning />
      <Terminal />
    </Screen>
  );
}

export function ClockWarning(): JSX.Element | null {
  useNow();
  const off = Math.abs(clockOffset());
  if (off < TOLD_OFF_MS) return null;
  return (
    <p class="note" role="alert">
      {op().terminal.clock(Math.round(off / 1000))}
    </p>
  );
}

export function Terminal(): JSX.Element {
  const key = useTerminalKey();
  const [print, setPrint] = useState<string>();
  useEffect(() => {
    if (key) void thumbprint(key).then(setPrint);
  }, [key]);
  const texts = op().terminal;
  if (key === undefined) return <p role="status">{texts.preparing}</p>;
  if (key === null)
    return (
      <p class="problem" role="alert">
        {texts.unusable}
      </p>
    );
  return (
    <>
      <dl class="facts card">
        <dt>{texts.print}</dt>
        <dd>
          <code>{print}</code>
          <p class="hint">{texts.printHint}</p>
        </dd>
      </dl>
      <Ceremony keyPair={key} />
    </>
  );
}

function KeyShown({ change: id }: { change: string }): JSX.Element {
  return (
    <div class="note" role="status">
      <p>{op().terminal.shown}</p>
      <p>{op().terminal.change(id)}</p>
    </div>
  );
}

/** The key is shown by the code of a window that an officer opened; a second officer confirms it elsewhere. */
function Ceremony({ keyPair }: { keyPair: KeyPair }): JSX.Element {
  const given = usePath().query.get('window') ?? '';
  const [id, setId] = useState(given);
  const [code, setCode] = useState('');
  const [wrong, setWrong] = useState<{ id?: string; code?: string }>({});
  const [shown, setShown] = useState<string>();
  const act = useAct();
  const texts = op().terminal;
  const submit = (event: Event): void => {
    event.preventDefault();
    const window = id.normalize('NFKC').trim();
    const read = codeOf(code);
    const isWindow = window.startsWith('tw_');
    setWrong({
      ...(!isWindow && { id: texts.windowWrong }),
      ...(read === null && { code: texts.codeWrong }),
    });
    if (!isWindow || read === null) return;
    const send = async (): Promise<{ change_id: string }> => {
      const url = `${location.origin}/api/v1/terminal-windows/${encodeURIComponent(window)}/key`;
      const proof = await windowProof(keyPair, url, window, read);
      return change('/api/v1/terminal-windows/{id}/key', {
        params: { id: window },
        body: { code: read, proof },
      });
    };
    void act.press({ window, read }, send, (answer) => setShown(answer.change_id));
  };
  const fault = (name: string): string | undefined =>
    act.failure instanceof Problem ? act.failure.faultOf(name) : undefined;
  if (shown !== undefined) return <KeyShown change={shown} />;
  return (
    <form noValidate onSubmit={submit} class="card">
      <h2>{texts.notEnrolled}</h2>
      <ProblemSummary act={act} labels={{ code: texts.code }} />
      <TextField
        label={texts.window}
        hint={texts.windowHint}
        isRequired
        value={id}
        onChange={setId}
        error={wrong.id}
      />
      <TextField
        label={texts.code}
        hint={texts.codeHint}
        isRequired
        value={code}
        onChange={setCode}
        error={wrong.code ?? fault('code')}
      />
      <Submit isSending={act.isSending}>{texts.show}</Submit>
    </form>
  );
}
