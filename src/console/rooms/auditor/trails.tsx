import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import type { Schemas } from '../../api/answers.js';
import { useNow } from '../../kit/clock.js';
import { replace, usePath } from '../../kit/route.js';
import { Screen } from '../../kit/screen.js';
import { instantOf, wallOf, type Wall } from '../../kit/times.js';
import { DayField } from '../../screens/day-field.js';
import { Listing } from '../../screens/listing.js';
import { t } from '../../texts/texts.js';
import type { ScreenProps } from '../rooms.js';
import { au } from './texts.js';
import { recordColumns } from './uses.js';

type Line = Schemas['TrailLine'];
const DAY = /^\d{4}-\d{2}-\d{2}$/;

const dateOf = ({ year, month, day }: Wall): string => `${year}-${month}-${day}`;

/** A person's day, from midnight to midnight in Japan, oldest first. */
export function DayScreen({ params }: ScreenProps): JSX.Element {
  const id = params['id'] ?? '';
  const { query, path } = usePath();
  const today = wallOf(useNow());
  const asked = query.get('date') ?? '';
  const date = DAY.test(asked) ? asked : dateOf(today);
  const [year = '', month = '', day = ''] = date.split('-');
  const [draft, setDraft] = useState<Wall>({ year, month, day, hour: '0', minute: '0' });
  const [error, setError] = useState<string>();
  const texts = au().day;
  const show = (event: Event): void => {
    event.preventDefault();
    const instant = instantOf(draft);
    setError(instant === null ? t().time.invalid : undefined);
    if (instant !== null) replace(`${path}?date=${dateOf(wallOf(instant))}`);
  };
  return (
    <Screen title={texts.title(id, date.replaceAll('-', '/'))}>
      <form noValidate onSubmit={show}>
        <DayField label={texts.day} isRequired value={draft} onChange={setDraft} error={error} />
        <button type="submit">{texts.show}</button>
      </form>
      <Listing
        path="/api/v1/desk/people/{id}/day"
        params={{ id }}
        query={{ date }}
        everyMs={null}
        caption={texts.caption}
        idOf={({ record_id }) => record_id}
        columns={recordColumns<Line>(({ record_id }) => record_id)}
      />
    </Screen>
  );
}

/** Who ever asked after a supply point; it is named by its keyed reference. */
export function PointScreen({ params }: ScreenProps): JSX.Element {
  const ref = params['ref'] ?? '';
  const texts = au().point;
  return (
    <Screen title={texts.title} lead={<p>{texts.lead(ref)}</p>}>
      <Listing
        path="/api/v1/desk/supply-points/{ref}"
        params={{ ref }}
        everyMs={null}
        caption={texts.caption}
        idOf={({ record_id }) => record_id}
        columns={recordColumns<Line>(({ record_id }) => record_id)}
      />
    </Screen>
  );
}
