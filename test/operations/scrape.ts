/** Reads Prometheus' text format (0.0.4), as far as prom-client writes it. */
interface Sample {
  name: string;
  labels: [string, string][];
  value: number;
}

export function samples(text: string): Sample[] {
  return text
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map((line) => {
      const [, name = '', labels = '', value = ''] = /^([a-z_0-9]+)(?:\{(.*)\})? (\S+)$/i.exec(line) ?? [];
      if (name === '') throw new Error(`not a sample: ${line}`);
      const pairs = [...labels.matchAll(/([a-z_]+)="((?:[^"\\]|\\.)*)"/g)];
      return {
        name,
        labels: pairs.map(([, label = '', of = '']): [string, string] => [label, of]),
        value: Number(value),
      };
    });
}

export const namesIn = (text: string): Set<string> => new Set(samples(text).map(({ name }) => name));

/** The line of a metric with these labels, as they are written in it; undefined: it is not told. */
export function lineOf(text: string, name: string, labels = ''): string | undefined {
  const start = labels === '' ? `${name} ` : `${name}{${labels}} `;
  return text.split('\n').find((line) => line.startsWith(start));
}

/** Its value; throws when it is not told. */
export function valueOf(text: string, name: string, labels = ''): number {
  const line = lineOf(text, name, labels);
  if (line === undefined) throw new Error(`no ${name}{${labels}} in\n${text}`);
  return Number(line.slice(line.lastIndexOf(' ') + 1));
}
