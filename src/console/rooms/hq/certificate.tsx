import type { JSX } from 'preact';
import type { Certificate } from '../../api/answers.js';
import { DrillMark } from '../../kit/declaration-state.js';
import { language } from '../../kit/language.js';
import { useRead } from '../../kit/read.js';
import { timeText } from '../../kit/say.js';
import { Read, Screen } from '../../kit/screen.js';
import { StatusMark } from '../../kit/status-mark.js';
import { Table } from '../../kit/table.js';
import type { ScreenProps } from '../rooms.js';
import { Facts } from './facts.js';
import { hq } from './texts.js';

const SOON_MS = 3_000;

/** The proof that everything under a declaration has ended; it is asked for until it is complete. */
export function CertificateScreen({ params }: ScreenProps): JSX.Element {
  const reading = useRead(
    '/api/v1/declarations/{id}/certificate',
    { params: { id: params['id'] ?? '' } },
    SOON_MS,
  );
  const texts = hq().certificate;
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
  const texts = hq().certificate;
  return (
    <>
      {one.is_drill && <DrillMark />}
      <p class="note">
        <strong>{language === 'ja' ? one.sentence_ja : one.sentence_en}</strong>
      </p>
      <p>
        <button type="button" onClick={() => print()}>
          {texts.print}
        </button>
      </p>
      <Facts
        facts={[
          [hq().declare.name, one.name],
          [hq().declaration.number, one.number],
          [texts.ended, timeText(one.ended_at)],
          [texts.completed, timeText(one.completed_at)],
          [texts.granted, one.totals.granted],
          [texts.closed, one.totals.closed],
          [texts.unresolved, one.totals.unresolved],
          [texts.record, one.record_id],
        ]}
      />
      <Table
        caption={texts.grants}
        rows={one.grants}
        idOf={({ id }) => id}
        columns={[
          { name: 'person', head: texts.person, cell: (row) => row.person_id },
          { name: 'organization', head: texts.organization, cell: (row) => row.organization_id },
          {
            name: 'ended',
            head: texts.endedAt,
            cell: (row) => (row.ended_at === null ? '' : timeText(row.ended_at)),
          },
          { name: 'cause', head: texts.cause, cell: (row) => texts.causes[row.cause ?? ''] ?? row.cause },
          { name: 'uses', head: texts.uses, cell: (row) => row.uses },
          { name: 'probe', head: texts.probe, cell: (row) => <Proof of={row} /> },
        ]}
      />
    </>
  );
}

function Proof({ of }: { of: Certificate['grants'][number] }): JSX.Element {
  const texts = hq().certificate;
  if (!of.had_credential) return <>{texts.noCredential}</>;
  const isProved = of.probes.length > 0 && of.probes.every(({ refused }) => refused);
  return <StatusMark tone={isProved ? 'done' : 'stop'}>{isProved ? texts.refused : texts.open}</StatusMark>;
}
