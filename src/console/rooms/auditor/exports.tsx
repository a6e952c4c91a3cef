import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { change, download } from '../../api/client.js';
import { useAct } from '../../kit/act.js';
import { Choice } from '../../kit/form.js';
import { ProblemSummary } from '../../kit/problem-summary.js';
import { usePath } from '../../kit/route.js';
import { Screen } from '../../kit/screen.js';
import { Facts } from '../../screens/facts.js';
import { saveFile } from '../../screens/save-file.js';
import { s } from '../../screens/texts.js';
import { t } from '../../texts/texts.js';
import { filterIn } from './filter.js';
import { au } from './texts.js';

const FORMATS = ['jsonl', 'csv', 'xlsx', 'parquet', 'ocsf', 'pdf'];

interface Made {
  name: string;
  rows: string;
  size: string;
  digest: string;
  record: string;
}

async function fetchFile(body: unknown, onProgress: (bytes: number, of: number) => void): Promise<Made> {
  const found = await download({ method: 'POST', address: '/api/v1/exports', body }, onProgress);
  saveFile(found);
  const said = (name: string): string => found.headers.get(name) ?? '';
  return {
    ...{ name: found.name, rows: said('kashikagi-rows'), size: said('kashikagi-tree-size') },
    ...{ digest: said('repr-digest'), record: said('kashikagi-record') },
  };
}

/** What is carried away: counted first, then made of the ledger at that very size, streamed and hashed. */
export function ExportsScreen(): JSX.Element {
  const { query } = usePath();
  const filter = filterIn(query) as Record<string, string>;
  const [format, setFormat] = useState(
    FORMATS.includes(query.get('format') ?? '') ? (query.get('format') ?? '') : '',
  );
  const [counted, setCounted] = useState<{ rows: number; tree_size: number }>();
  const [progress, setProgress] = useState('');
  const [made, setMade] = useState<Made>();
  const act = useAct();
  const texts = au().exports;
  const count = (): void => {
    const body = { filter };
    void act.press(body, () => change('/api/v1/exports/count', { body }), setCounted);
  };
  const make = (event: Event): void => {
    event.preventDefault();
    const body = { filter, format, ...(counted && { tree_size: counted.tree_size }) };
    const fetching = (): Promise<Made> =>
      fetchFile(body, (bytes, of) =>
        setProgress(texts.progress(Math.round(bytes / 1024), Math.round(of / 1024))),
      );
    setMade(undefined);
    void act.press({ body, at: made?.record }, fetching, (found) => {
      setProgress('');
      setMade(found);
    });
  };
  return (
    <Screen title={texts.title} lead={<p>{texts.lead}</p>}>
      <Filter filter={filter} />
      <form noValidate onSubmit={make}>
        <ProblemSummary act={act} />
        <Choice
          label={texts.format}
          isRequired
          options={FORMATS.map((value) => ({ value, label: texts.formats[value] ?? value }))}
          value={format}
          onChange={setFormat}
        />
        <p role="status">{counted && <strong>{texts.counted(counted.rows, counted.tree_size)}</strong>}</p>
        <div class="buttons">
          <button type="button" aria-disabled={act.isSending} onClick={count}>
            {texts.count}
          </button>
          <button type="submit" class="primary" aria-disabled={act.isSending}>
            {act.isSending ? t().sending : texts.make}
          </button>
        </div>
        <p role="status">{progress}</p>
      </form>
      {made && <Receipt made={made} />}
    </Screen>
  );
}

function Filter({ filter }: { filter: Record<string, string> }): JSX.Element {
  const texts = au().exports;
  const said = Object.entries(filter);
  if (said.length === 0) return <p class="note">{texts.everything}</p>;
  const names = au().records.filters as Record<string, string>;
  return (
    <section class="card">
      <h2>{texts.filter}</h2>
      <Facts facts={said.map(([name, value]) => [names[name] ?? name, value])} />
    </section>
  );
}

/** By this a stranger sees that the file is the one that was made. */
function Receipt({ made }: { made: Made }): JSX.Element {
  const texts = au().exports;
  return (
    <section class="card">
      <h2>{texts.made}</h2>
      <Facts
        facts={[
          [texts.file, made.name],
          [texts.rows, made.rows],
          [texts.treeSize, made.size],
          [texts.digest, <code key="digest">{made.digest}</code>],
          [s().record, made.record],
        ]}
      />
    </section>
  );
}
