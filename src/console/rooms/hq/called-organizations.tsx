import type { JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import type { Callable, Page } from '../../api/answers.js';
import { read, type Asked } from '../../api/client.js';
import { TextField } from '../../kit/form.js';
import { Read } from '../../kit/screen.js';
import { useRead } from '../../kit/read.js';
import { t } from '../../texts/texts.js';
import { hq } from './texts.js';

export interface CalledSeats {
  id: string;
  seats: string;
}

interface Props {
  declarationId: string;
  of: readonly CalledSeats[];
  onChange: (rows: CalledSeats[]) => void;
  error?: string | undefined;
}

/** All registered retailers alike, by name, in the service's order; none is ticked beforehand (FAIR-1, FAIR-3). */
export function CalledOrganizations({ declarationId, of, onChange, error }: Props): JSX.Element {
  const texts = hq().call;
  const params = { id: declarationId };
  const reading = useRead('/api/v1/declarations/{id}/callable', { params, query: { limit: 100 } });
  return (
    <fieldset class="field" aria-describedby={error === undefined ? undefined : 'organizations-error'}>
      <legend>
        {texts.organizations} <span class="required">{t().required}</span>
      </legend>
      <p class="hint">{texts.organizationsHint}</p>
      <Read of={reading}>
        {({ items, next }) => (
          <>
            {items.length === 0 && <p>{texts.noRetailers}</p>}
            <Retailers items={items} of={of} onChange={onChange} />
            {next !== null && <Rest params={params} cursor={next} of={of} onChange={onChange} />}
          </>
        )}
      </Read>
      {error !== undefined && (
        <p class="error" id="organizations-error">
          {error}
        </p>
      )}
    </fieldset>
  );
}

type Choosing = Pick<Props, 'of' | 'onChange'>;

/** The pages after the first: whoever stands on a later one is offered like the others. */
function Rest({
  params,
  cursor,
  ...choosing
}: Choosing & { params: { id: string }; cursor: string }): JSX.Element {
  const [items, setItems] = useState<Callable[]>([]);
  const [isCut, setCut] = useState(false);
  useEffect(() => {
    const all = async (): Promise<void> => {
      const found: Callable[] = [];
      for (let at: string | null = cursor; at !== null;) {
        const query: Asked['query'] = { limit: 100, cursor: at };
        const page: Page<Callable> = await read('/api/v1/declarations/{id}/callable', { params, query });
        found.push(...page.items);
        at = page.next;
      }
      setItems(found);
    };
    all().then(
      () => setCut(false),
      () => setCut(true),
    );
  }, [params.id, cursor]);
  return (
    <>
      <Retailers items={items} {...choosing} />
      {isCut && <p role="alert">{hq().call.notAll}</p>}
    </>
  );
}

function Retailers({ items, of, onChange }: Choosing & { items: readonly Callable[] }): JSX.Element {
  const put = (id: string, seats: string): void =>
    onChange(of.map((row) => (row.id === id ? { id, seats } : row)));
  const flip = (id: string): void =>
    onChange(
      of.some((row) => row.id === id) ? of.filter((row) => row.id !== id) : [...of, { id, seats: '' }],
    );
  return (
    <div class="choices">
      {items.map((one) => (
        <Retailer
          key={one.organization_id}
          one={one}
          seats={of.find(({ id }) => id === one.organization_id)?.seats}
          onFlip={() => flip(one.organization_id)}
          onSeats={(seats) => put(one.organization_id, seats)}
        />
      ))}
    </div>
  );
}

interface RetailerProps {
  one: Callable;
  /** Undefined: not ticked. */
  seats: string | undefined;
  onFlip: () => void;
  onSeats: (seats: string) => void;
}

function Retailer({ one, seats, onFlip, onSeats }: RetailerProps): JSX.Element {
  const texts = hq().call;
  const about = [
    one.is_affiliated ? texts.affiliated : texts.independent,
    one.has_agreement ? texts.hasAgreement : undefined,
    one.why_not?.detail,
  ];
  return (
    <div>
      <label class="choice">
        <input type="checkbox" checked={seats !== undefined} onChange={onFlip} />
        <span>
          {texts.named(one.name, one.organization_id)}{' '}
          <span class="hint">{about.filter((text) => text !== undefined).join(' / ')}</span>
        </span>
      </label>
      {seats !== undefined && (
        <TextField
          label={texts.seatsFor(one.name)}
          isRequired
          inputMode="numeric"
          value={seats}
          onChange={onSeats}
        />
      )}
    </div>
  );
}
