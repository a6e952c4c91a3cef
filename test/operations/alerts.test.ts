import { textOf } from '../architecture/sources.js';
import { CODES } from '../../src/contract/codes.js';
import { ACCESS_TABLE } from '../../src/contract/access-table.js';
import { serveOperations } from '../../src/operations/operations-server.js';
import { Broker } from '../harness/broker.js';

interface Panel {
  title: string;
  targets: { expr: string }[];
}

/** `expr` of each rule: one line, or folded below `>-`. */
function expressionsOf(yaml: string): string[] {
  const lines = yaml.split('\n');
  return lines.flatMap((line, n) => {
    const [, indent = '', said] = /^(\s+)expr: (.*)$/.exec(line) ?? [];
    if (said === undefined) return [];
    if (said !== '>-') return [said];
    const end = lines.findIndex((one, m) => m > n && !one.startsWith(`${indent}  `));
    return [
      lines
        .slice(n + 1, end)
        .map((one) => one.trim())
        .join(' '),
    ];
  });
}

/** What stands in a query beside functions, keywords, labels and texts: the names of metrics. */
function metricsIn(expression: string): string[] {
  return [...new Set(expression.match(/\b(kashikagi|process|nodejs)_[a-z0-9_]+|\bup\b/g))];
}

function selectorsIn(expression: string): [metric: string, label: string, value: string][] {
  return [...expression.matchAll(/([a-z0-9_]+)\{([^}]*)\}/g)].flatMap(([, metric = '', inside = '']) =>
    [...inside.matchAll(/([a-z_]+)(?:=~|!~|!=|=)"([^"]*)"/g)].map(
      ([, label = '', value = '']): [string, string, string] => [metric, label, value],
    ),
  );
}

const isBalanced = (text: string): boolean =>
  ['()', '{}', '[]'].every(
    ([open = '', close = '']) => text.split(open).length === text.split(close).length,
  ) && text.split('"').length % 2 === 1;

const alerts = textOf('config/alerts.yml');
const dashboard = JSON.parse(textOf('config/grafana-dashboard.json')) as { panels: Panel[] };
const queries = [
  ...expressionsOf(alerts),
  ...dashboard.panels.flatMap(({ targets }) => targets.map(({ expr }) => expr)),
];

describe('alerts and dashboard', () => {
  let told: Map<string, string>;

  beforeAll(async () => {
    const broker = await Broker.start();
    const [instance] = broker.instances;
    if (!instance) throw new Error('an instance runs');
    const operations = await serveOperations(instance.app, { host: '127.0.0.1', port: 0 });
    told = typesIn(await (await fetch(`${operations.url}/metrics`)).text());
    await operations.close();
    await broker.stop();
  });

  it('ask for metrics that the service tells', () => {
    expect(queries.length).toBeGreaterThan(35);
    const suffixes = /_(bucket|sum|count)$/;
    const isTold = (name: string): boolean =>
      name === 'up' || told.has(name) || told.get(name.replace(suffixes, '')) === 'histogram';
    expect(queries.flatMap(metricsIn).filter((name) => !isTold(name))).toEqual([]);
    expect(queries.filter((query) => metricsIn(query).length === 0 || !isBalanced(query))).toEqual([]);
  });

  it('name labels and values that there are', () => {
    const routes = ACCESS_TABLE.map(({ path }) => path);
    const wrong = queries.flatMap(selectorsIn).filter(([metric, label, value]) => {
      if (metric === 'up') return false;
      if (!LABELS[label]) return true;
      return label === 'route'
        ? !routes.some((route) => new RegExp(`^(${value})$`).test(route))
        : !LABELS[label](value);
    });
    expect(wrong).toEqual([]);
  });

  it('know all six nights, each with an alert that calls somebody', () => {
    const rules = alerts.split(/^ {6}- alert: /m).slice(1);
    const nights = (what: RegExp): string[] =>
      [
        ...new Set(
          rules.filter((rule) => what.test(rule)).map((rule) => /night: ['"](\d)/.exec(rule)?.[1] ?? '?'),
        ),
      ].sort();
    expect(nights(/./)).toEqual(['1', '2', '3', '4', '5', '6']);
    expect(nights(/severity: page/)).toEqual(['1', '2', '3', '4', '5']);
    expect(rules.filter((rule) => !/summary: \S.* \/ \S/.test(rule))).toEqual([]);
  });

  it('watch every job, on every instance, by one rule', () => {
    const [expression = ''] = expressionsOf(alerts).filter(
      (one) => /\{/.test(one) === false && one.includes('_job_'),
    );
    const [, patience] =
      /^time\(\) - kashikagi_job_last_success_timestamp_seconds > (\d+)$/.exec(expression) ?? [];
    // Longer than the rarest job's interval, or it would call for nothing.
    expect(Number(patience)).toBeGreaterThan(RAREST_JOB_SECONDS * 2);
  });

  it('would be seen to ask for what nobody tells', () => {
    expect(metricsIn('sum(rate(kashikagi_lost_total[5m])) > 1 and up == 0')).toEqual([
      'kashikagi_lost_total',
      'up',
    ]);
    expect(isBalanced('sum(rate(a[5m])')).toBe(false);
    expect(expressionsOf('    expr: >-\n      a\n      + b\n    for: 1m\n')).toEqual(['a + b']);
  });
});

/** Sessions that are over are swept this often. */
const RAREST_JOB_SECONDS = 600;

const one =
  (...values: string[]) =>
  (value: string): boolean =>
    value.split('|').every((part) => values.includes(part));
const LABELS: Record<string, (value: string) => boolean> = {
  data: one('real', 'drill'),
  result: one('permit', 'refuse', 'no_result'),
  outcome: one('answered', 'unavailable', 'untrusted', 'refused'),
  state: one('in_use', 'waiting'),
  status: one('1xx', '2xx', '3xx', '4xx', '5xx'),
  caller: one('known', 'stranger'),
  code: one(...Object.keys(CODES)),
  job: one('kashikagi'),
  work: one('endings'),
  route: () => true,
};

/** Each metric of a scrape, also one that has no sample yet. */
function typesIn(text: string): Map<string, string> {
  const found = [...text.matchAll(/^# TYPE (\S+) (\S+)$/gm)];
  return new Map(found.map(([, name = '', type = '']) => [name, type]));
}
