import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { change } from '../api/client.js';
import { timeText } from '../kit/say.js';
import { Screen } from '../kit/screen.js';
import { session } from '../kit/session.js';
import { StatusMark, type Tone } from '../kit/status-mark.js';
import { Told } from './holds.js';
import { Listing } from './listing.js';
import { SpecForm } from './spec-form.js';
import { s } from './texts.js';

const TONES: Record<'confirmed' | 'done' | 'lapsed', Tone> = {
  confirmed: 'wait',
  done: 'done',
  lapsed: 'stop',
};

/** 消去: of months whose five years are over; two persons, and nothing that is held. */
export function PurgesScreen(): JSX.Element {
  const [told, setTold] = useState('');
  const texts = s().purges;
  const mayPropose = session.value?.roles.includes('officer') === true;
  return (
    <Screen title={texts.title} lead={<p>{texts.lead}</p>}>
      <Told text={told} />
      {mayPropose && (
        <details class="card">
          <summary>{texts.propose}</summary>
          <SpecForm
            name="purge"
            submit={texts.propose}
            members={[
              {
                name: 'month',
                kind: 'text',
                label: texts.month,
                hint: texts.monthHint,
                isRequired: true,
                max: 7,
              },
              { name: 'reason', kind: 'area', label: s().reason, isRequired: true, min: 2, max: 500 },
            ]}
            send={(body, key) =>
              change('/api/v1/purges', { body: body as { month: string; reason: string }, key })
            }
            done={() => setTold(s().proposed)}
          />
        </details>
      )}
      <Listing
        path="/api/v1/purges"
        caption={texts.caption}
        idOf={({ id }) => id}
        columns={[
          { name: 'month', head: texts.month, cell: (row) => row.month },
          {
            name: 'state',
            head: s().state,
            cell: (row) => <StatusMark tone={TONES[row.state]}>{texts.states[row.state]}</StatusMark>,
          },
          { name: 'by', head: texts.by, cell: (row) => `${row.proposed_by}${s().comma}${row.confirmed_by}` },
          { name: 'confirmed', head: texts.confirmedAt, cell: (row) => timeText(row.confirmed_at) },
          { name: 'dropped', head: texts.dropped, cell: (row) => row.dropped ?? s().nothing },
        ]}
      />
    </Screen>
  );
}
