import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { change } from '../api/client.js';
import { timeText } from '../kit/say.js';
import { Screen } from '../kit/screen.js';
import { session } from '../kit/session.js';
import { StatusMark } from '../kit/status-mark.js';
import { Listing } from './listing.js';
import { SpecForm } from './spec-form.js';
import { s } from './texts.js';

/** 保全: what may not be purged; the compliance officer places it at once, two persons release it. */
export function HoldsScreen(): JSX.Element {
  const [told, setTold] = useState('');
  const [releasing, setReleasing] = useState<string>();
  const [isPlacing, setPlacing] = useState(false);
  const texts = s().holds;
  const mayPlace = session.value?.roles.includes('compliance_officer') === true;
  const finish = (text: string): void => {
    setTold(text);
    setReleasing(undefined);
    setPlacing(false);
  };
  return (
    <Screen title={texts.title} lead={<p>{texts.lead}</p>}>
      <Told text={told} />
      {mayPlace && !isPlacing && (
        <button type="button" class="primary" onClick={() => setPlacing(true)}>
          {texts.place}
        </button>
      )}
      {isPlacing && <PlaceForm onDone={() => finish(texts.placed)} onCancel={() => setPlacing(false)} />}
      {releasing !== undefined && (
        <ReleaseForm
          id={releasing}
          onDone={() => finish(s().proposed)}
          onCancel={() => setReleasing(undefined)}
        />
      )}
      <HoldsList onRelease={mayPlace ? setReleasing : undefined} />
    </Screen>
  );
}

function HoldsList({ onRelease }: { onRelease: ((id: string) => void) | undefined }): JSX.Element {
  const texts = s().holds;
  return (
    <Listing
      path="/api/v1/legal-holds"
      caption={texts.caption}
      idOf={({ id }) => id}
      columns={[
        {
          name: 'state',
          head: s().state,
          cell: (row) => (
            <StatusMark tone={row.released_at === null ? 'wait' : 'done'}>
              {row.released_at === null ? texts.held : texts.released}
            </StatusMark>
          ),
        },
        { name: 'declaration', head: s().declaration, cell: (row) => row.declaration_id },
        { name: 'reason', head: s().reason, cell: (row) => row.reason },
        {
          name: 'placed',
          head: texts.placedAt,
          cell: (row) => `${timeText(row.placed_at)} ${row.placed_by}`,
        },
        {
          name: 'act',
          head: s().act,
          cell: (row) =>
            onRelease && row.released_at === null ? (
              <button type="button" onClick={() => onRelease(row.id)}>
                {texts.release}
              </button>
            ) : (
              row.released_at !== null && timeText(row.released_at)
            ),
        },
      ]}
    />
  );
}

/** What was just done, said aloud as well. */
export function Told({ text }: { text: string }): JSX.Element {
  return (
    <p role="status" class={text === '' ? 'unseen' : 'note'}>
      {text}
    </p>
  );
}

interface FormProps {
  onDone: () => void;
  onCancel: () => void;
}

function PlaceForm({ onDone, onCancel }: FormProps): JSX.Element {
  const texts = s().holds;
  return (
    <section class="card">
      <h2>{texts.place}</h2>
      <SpecForm
        name="hold.place"
        submit={texts.place}
        members={[
          { name: 'declaration_id', kind: 'text', label: s().declarationNumber, isRequired: true, max: 64 },
          { name: 'reason', kind: 'area', label: s().reason, isRequired: true, min: 2, max: 500 },
        ]}
        send={(body, key) =>
          change('/api/v1/legal-holds', { body: body as { declaration_id: string; reason: string }, key })
        }
        done={onDone}
        onCancel={onCancel}
      />
    </section>
  );
}

function ReleaseForm({ id, onDone, onCancel }: FormProps & { id: string }): JSX.Element {
  const texts = s().holds;
  const params = { id };
  return (
    <section class="card">
      <h2>{texts.release}</h2>
      <p>{texts.releaseLead}</p>
      <SpecForm
        name={`hold.release.${id}`}
        submit={texts.release}
        members={[{ name: 'reason', kind: 'area', label: s().reason, isRequired: true, min: 2, max: 500 }]}
        send={(body, key) =>
          change('/api/v1/legal-holds/{id}/release', { params, body: body as { reason: string }, key })
        }
        done={onDone}
        onCancel={onCancel}
      />
    </section>
  );
}
