import type { JSX } from 'preact';
import type { Certificate } from '../api/answers.js';
import { DrillMark } from '../kit/declaration-state.js';
import { language } from '../kit/language.js';
import { useRead } from '../kit/read.js';
import { timeText } from '../kit/say.js';
import { Read, Screen } from '../kit/screen.js';
import { StatusMark } from '../kit/status-mark.js';
import { Table } from '../kit/table.js';
import type { ScreenProps } from '../rooms/rooms.js';
import { Facts } from './facts.js';
import { s, word } from './texts.js';

/** Until it is complete (≤ 30 seconds after the end) it is asked for again. */
const SOON_MS = 5_000;

/** 解除証明: that everything under a declaration has ended, and how that was tried. */
export function CertificateScreen({ params }: ScreenProps): JSX.Element {
  const reading = useRead(
    '/api/v1/declarations/{id}/certificate',
    { params: { id: params['id'] ?? '' } },
    SOON_MS,
  );
  const texts = s().certificate;
  const isComing = reading.answer === undefined && reading.problem?.code === 'certificate_incomplete';
  return (
    <Screen title={texts.title}>
      {isComing ? (
        <p role="status">{texts.incomplete}</p>
      ) : (
        <Read of={reading}>{(one) => <Shown one={one} />}</Read>
      )}
    </Screen>
  );
}

function Shown({ one }: { one: Certificate }): JSX.Element {
  const texts = s().certificate;
  return (
    <>
      {one.is_drill && <DrillMark />}
      <p class="note">
        <strong>{language === 'ja' ? one.sentence_ja : one.sentence_en}</strong>
      </p>
      <p>
        <button type="button" onClick={() => print()}>
          {s().print}
        </button>
      </p>
      <Facts
        facts={[
          [texts.name, one.name],
          [texts.number, one.number],
          [texts.ended, timeText(one.ended_at)],
          [texts.completed, timeText(one.completed_at)],
          [texts.granted, one.totals.granted],
          [texts.closed, one.totals.closed],
          [texts.unresolved, one.totals.unresolved],
          [s().record, one.record_id],
        ]}
      />
      <EndedGrants one={one} />
    </>
  );
}

const SHOWN = 200;

function EndedGrants({ one }: { one: Certificate }): JSX.Element {
  const texts = s().certificate;
  return (
    <>
      <Table
        caption={texts.grants}
        rows={one.grants.slice(0, SHOWN)}
        idOf={({ id }) => id}
        columns={[
          { name: 'person', head: s().person, cell: (row) => row.person_id },
          { name: 'organization', head: s().organization, cell: (row) => row.organization_id },
          {
            name: 'ended',
            head: texts.endedAt,
            cell: (row) => (row.ended_at === null ? s().nothing : timeText(row.ended_at)),
          },
          { name: 'cause', head: texts.cause, cell: (row) => word(row.cause) },
          { name: 'uses', head: texts.uses, cell: (row) => row.uses },
          { name: 'probe', head: texts.probe, cell: (row) => <Proof of={row} /> },
        ]}
      />
      {one.grants.length > SHOWN && <p>{texts.rest(one.grants.length - SHOWN)}</p>}
    </>
  );
}

function Proof({ of }: { of: Certificate['grants'][number] }): JSX.Element {
  const texts = s().certificate;
  if (!of.had_credential) return <>{texts.noCredential}</>;
  const isProved = of.probes.length > 0 && of.probes.every(({ refused }) => refused);
  return <StatusMark tone={isProved ? 'done' : 'stop'}>{isProved ? texts.refused : texts.open}</StatusMark>;
}
