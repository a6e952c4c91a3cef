import type { JSX } from 'preact';
import type { Schemas, SupportCall } from '../../api/answers.js';
import { DrillMark } from '../../kit/declaration-state.js';
import { useRead } from '../../kit/read.js';
import { Link } from '../../kit/route.js';
import { timeText } from '../../kit/say.js';
import { Read, Screen } from '../../kit/screen.js';
import { StatusMark } from '../../kit/status-mark.js';
import type { ScreenProps } from '../rooms.js';
import { sv } from './texts.js';

type InSituation = Schemas['DeclarationInSituation'];

/** Calls to my organization: those that can be answered first. */
export function CallsScreen(): JSX.Element {
  return (
    <Screen title={sv().calls.title} lead={<p>{sv().calls.lead}</p>}>
      <Calls />
    </Screen>
  );
}

/** From the banner: the calls of one declaration. */
export function DeclarationScreen({ params }: ScreenProps): JSX.Element {
  const id = params['id'] ?? '';
  const declaration = useRead('/api/v1/declarations/{id}', { params: { id } });
  return (
    <Read of={declaration}>
      {({ name, is_drill: isDrill }) => (
        <Screen title={name} lead={<p>{sv().calls.lead}</p>}>
          {isDrill && <DrillMark />}
          <Calls of={id} />
        </Screen>
      )}
    </Read>
  );
}

function Calls({ of }: { of?: string }): JSX.Element {
  const calls = useRead('/api/v1/support-calls', { query: { limit: 100 } });
  const situation = useRead('/api/v1/situation', {}, 30_000);
  return (
    <Read of={calls}>
      {({ items }) => {
        const mine = items.filter((one) => of === undefined || one.declaration_id === of);
        const live = mine.filter((one) => one.live);
        const past = mine.filter((one) => !one.live);
        const declarations = situation.answer?.declarations ?? [];
        return (
          <>
            {live.length === 0 && <p class="card">{sv().calls.none}</p>}
            {live.map((call) => (
              <CallCard key={call.id} call={call} declarations={declarations} />
            ))}
            {past.length > 0 && (
              <details>
                <summary>{sv().calls.past}</summary>
                {past.map((call) => (
                  <CallCard key={call.id} call={call} declarations={declarations} />
                ))}
              </details>
            )}
          </>
        );
      }}
    </Read>
  );
}

function CallCard({
  call,
  declarations,
}: {
  call: SupportCall;
  declarations: readonly InSituation[];
}): JSX.Element {
  const texts = sv().calls;
  const declaration = declarations.find(({ id }) => id === call.declaration_id);
  const seats = declaration?.calls.find(({ id }) => id === call.id)?.organizations[0];
  return (
    <section class={declaration?.is_drill ? 'card drill' : 'card'}>
      <p>
        <CallState call={call} /> <strong>{declaration?.name}</strong>{' '}
        <span class="small">{texts.calledAt(timeText(call.called_at))}</span>
      </p>
      <p>
        {texts.patterns[call.response_pattern]} {seats && texts.seats(seats.filled, seats.seats)}
      </p>
      <Link to={`/calls/${call.id}`} class="button">
        {texts.open(call.number)}
      </Link>
    </section>
  );
}

export function CallState({ call }: { call: SupportCall }): JSX.Element {
  const texts = sv().calls;
  const isDeclined = call.organizations.some(({ declined }) => declined);
  if (isDeclined) return <StatusMark tone="stop">{texts.declined}</StatusMark>;
  return call.live ? (
    <StatusMark tone="wait">{texts.live}</StatusMark>
  ) : (
    <StatusMark tone="done">{texts.over}</StatusMark>
  );
}
