import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import type { Schemas } from '../api/answers.js';
import { change } from '../api/client.js';
import { useAct } from '../kit/act.js';
import { ProblemSummary } from '../kit/problem-summary.js';
import { useRead } from '../kit/read.js';
import { timeText } from '../kit/say.js';
import { Read, Screen } from '../kit/screen.js';
import { session } from '../kit/session.js';
import { StatusMark } from '../kit/status-mark.js';
import { t } from '../texts/texts.js';
import { Told } from './holds.js';
import { Listing } from './listing.js';
import { s } from './texts.js';

/** 検証: in plain words, what was compared when; then each attestation and each comparison, and how a stranger checks. */
export function ProofScreen(): JSX.Element {
  const [told, setTold] = useState('');
  const texts = s().proof;
  const isAuditor = session.value?.roles.includes('auditor') === true;
  return (
    <Screen title={texts.title}>
      <Verified />
      <Told text={told} />
      {isAuditor && <AskNow onDone={setTold} />}
      <Attestations />
      <Replays />
      <Offline />
    </Screen>
  );
}

/** 「検証済み 03:12・12,345件・欠番なし」, of the newest comparison. */
export function Verified(): JSX.Element {
  const reading = useRead('/api/v1/replays', { query: { limit: 1 } });
  const texts = s().proof;
  return (
    <section class="card" aria-label={texts.verification}>
      <Read of={reading}>
        {({ items: [newest] }) => {
          if (newest === undefined) return <p>{texts.neverCompared}</p>;
          const isWell = newest.open === 0;
          return (
            <p>
              <StatusMark tone={isWell ? 'done' : 'stop'}>
                {isWell ? texts.verified : texts.differs}
              </StatusMark>{' '}
              <strong>{texts.sentence(timeText(newest.at), newest.records, newest.open)}</strong>
            </p>
          );
        }}
      </Read>
    </section>
  );
}

function AskNow({ onDone }: { onDone: (told: string) => void }): JSX.Element {
  const act = useAct();
  const [asked, setAsked] = useState(0);
  const texts = s().proof;
  const compare = (): void => {
    void act.press(
      `replay ${asked}`,
      (key) => change('/api/v1/replays', { key }),
      (made) => {
        setAsked(asked + 1);
        onDone(texts.compared(timeText(made.at), made.records));
      },
    );
  };
  const attest = (): void => {
    void act.press(
      `attest ${asked}`,
      (key) => change('/api/v1/attestations', { key }),
      (made) => {
        setAsked(asked + 1);
        onDone(texts.attested(timeText(made.at), made.outside));
      },
    );
  };
  return (
    <>
      <ProblemSummary act={act} />
      <div class="buttons">
        <button type="button" class="primary" aria-disabled={act.isSending} onClick={compare}>
          {act.isSending ? t().sending : texts.compareNow}
        </button>
        <button type="button" aria-disabled={act.isSending} onClick={attest}>
          {act.isSending ? t().sending : texts.attestNow}
        </button>
      </div>
    </>
  );
}

type Attestation = Schemas['AttestationView'];

function Attestations(): JSX.Element {
  const texts = s().proof;
  return (
    <Listing
      path="/api/v1/attestations"
      caption={texts.attestations}
      idOf={({ day, ordinal }) => `${day} ${ordinal}`}
      above={(rows) => rows[0] && <Covers of={rows[0]} />}
      columns={[
        {
          name: 'state',
          head: s().state,
          cell: (row) => (
            <StatusMark tone={row.outside === 0 ? 'done' : 'stop'}>
              {row.outside === 0 ? texts.nobodyOutside : texts.outside(row.outside)}
            </StatusMark>
          ),
        },
        { name: 'at', head: s().at, cell: (row) => timeText(row.at) },
        { name: 'kind', head: texts.occasion, cell: (row) => row.requested_by ?? texts.daily },
        { name: 'live', head: texts.liveGrants, cell: (row) => row.live_grants },
        {
          name: 'probes',
          head: texts.probes,
          cell: ({ probes }) => texts.probed(probes.tried, probes.refused, probes.untried),
        },
        { name: 'record', head: s().record, cell: (row) => row.record_id },
      ]}
    />
  );
}

/** What the newest attestation reaches, and what it says it does not (LOG-7, LOG-8). */
function Covers({ of }: { of: Attestation }): JSX.Element {
  const texts = s().proof;
  return (
    <>
      <h2>{texts.attestationTitle}</h2>
      <p>{texts.covers(of.covers.map(({ name }) => name).join(s().comma))}</p>
      {of.does_not_cover.length > 0 && <p>{texts.doesNotCover(of.does_not_cover.join(s().comma))}</p>}
    </>
  );
}

function Replays(): JSX.Element {
  const texts = s().proof;
  return (
    <>
      <h2>{texts.replayTitle}</h2>
      <Listing
        path="/api/v1/replays"
        caption={texts.replays}
        idOf={({ id }) => id}
        columns={[
          {
            name: 'state',
            head: s().state,
            cell: (row) => (
              <StatusMark tone={row.open === 0 ? 'done' : 'stop'}>
                {row.open === 0 ? texts.verified : texts.differs}
              </StatusMark>
            ),
          },
          { name: 'at', head: s().at, cell: (row) => timeText(row.at) },
          { name: 'by', head: texts.occasion, cell: (row) => row.asked_by ?? texts.daily },
          { name: 'records', head: texts.records, cell: (row) => row.records.toLocaleString() },
          { name: 'rows', head: texts.rows, cell: (row) => row.rows.toLocaleString() },
          { name: 'open', head: texts.open, cell: (row) => row.open },
        ]}
      />
    </>
  );
}

/** The bundle, and how whoever trusts nobody here verifies it. */
function Offline(): JSX.Element {
  const texts = s().proof;
  const mayExport = session.value?.roles.some((role) => role === 'auditor' || role === 'regulator') === true;
  return (
    <section class="card">
      <h2>{texts.offlineTitle}</h2>
      <ol>
        {texts.offlineSteps.map((step) => (
          <li key={step}>{step}</li>
        ))}
      </ol>
      {mayExport && (
        <p>
          <a class="button" href="/exports?format=jsonl">
            {texts.toBundle}
          </a>
        </p>
      )}
      <p>
        <a href="/ledger/checkpoint">{texts.checkpoint}</a> <a href="/ledger/vkey">{texts.vkey}</a>
      </p>
      <h2>{texts.packTitle}</h2>
      <p>{texts.packText}</p>
      <pre>
        <code>{texts.packCommand}</code>
      </pre>
    </section>
  );
}
