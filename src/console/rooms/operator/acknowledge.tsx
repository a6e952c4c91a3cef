import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import type { Grant } from '../../api/answers.js';
import { change } from '../../api/client.js';
import { useAct } from '../../kit/act.js';
import { AreaNames } from '../../kit/area-names.js';
import { Submit } from '../../kit/form.js';
import { ProblemSummary } from '../../kit/problem-summary.js';
import { useRead } from '../../kit/read.js';
import { timeText } from '../../kit/say.js';
import { Read, Screen } from '../../kit/screen.js';
import type { OwnDeclaration } from './home.js';
import { op } from './texts.js';

interface Props {
  grant: Grant;
  declaration: OwnDeclaration | undefined;
  again: () => void;
}

/** 本人確認: the notice of the service, read and acknowledged in person, once for each grant (EDU-1, EDU-3, EDU-4). */
export function AcknowledgeScreen({ grant, declaration, again }: Props): JSX.Element {
  const notice = useRead('/api/v1/notice');
  const texts = op().acknowledge;
  return (
    <Screen title={texts.title} lead={<p>{texts.lead}</p>}>
      <dl class="facts card">
        <dt>{texts.declaration}</dt>
        <dd>
          {declaration?.name} {declaration && <AreaNames codes={declaration.target_area} most={5} />}
        </dd>
        <dt>{texts.shift}</dt>
        <dd>
          {timeText(grant.starts_at)} – {timeText(grant.ends_at)}
        </dd>
        <dt>{texts.profile}</dt>
        <dd>{grant.field_profile_label}</dd>
      </dl>
      <Read of={notice}>
        {({ version, text }) => (
          <>
            <section class="card notice" aria-label={texts.version(version)}>
              <h2>{texts.version(version)}</h2>
              <p class="body" lang="ja">
                {text}
              </p>
            </section>
            <Confirm grant={grant} version={version} again={() => (again(), notice.again())} />
          </>
        )}
      </Read>
    </Screen>
  );
}

function Confirm({
  grant,
  version,
  again,
}: {
  grant: Grant;
  version: string;
  again: () => void;
}): JSX.Element {
  const act = useAct();
  const [isRead, setRead] = useState(false);
  const [error, setError] = useState<string>();
  const texts = op().acknowledge;
  const submit = (event: Event): void => {
    event.preventDefault();
    setError(isRead ? undefined : texts.readMissing);
    if (!isRead) return;
    const body = { notice_version: version };
    const send = (key: string): Promise<unknown> =>
      change('/api/v1/grants/{id}/acknowledge', { params: { id: grant.id }, body, key });
    void act.press({ grant: grant.id, version }, send, again);
  };
  return (
    <form noValidate onSubmit={submit}>
      <ProblemSummary act={act} />
      <div class="field">
        <label class="choice">
          <input
            type="checkbox"
            checked={isRead}
            aria-invalid={error !== undefined}
            aria-describedby={error === undefined ? undefined : 'read-error'}
            onChange={(event) => setRead(event.currentTarget.checked)}
          />
          <span>{texts.read}</span>
        </label>
        {error !== undefined && (
          <p class="error" id="read-error" role="alert">
            {error}
          </p>
        )}
      </div>
      <Submit isSending={act.isSending}>{texts.go}</Submit>
    </form>
  );
}
