/** One instant of a load that is held. Milliseconds, megabytes (10^6), per second. */
export interface Sample {
  atSeconds: number;
  lookupsPerSecond: number;
  p50: number;
  p99: number;
  errors: number;
  nights: number;
  residentMegabytes: number[];
}

const WIDTH = 900;
const HEIGHT = 150;
const LEFT = 70;

interface Curve {
  title: string;
  lines: { name: string; colour: string; values: number[] }[];
}

/** The curves below each other, each from 0, as an SVG that needs nothing else. Pure. */
export function plot(title: string, samples: readonly Sample[]): string {
  const curves: Curve[] = [
    { title: 'lookups per second', lines: [{ name: 'lookups', colour: '#1a5fb4', values: samples.map((one) => one.lookupsPerSecond) }] },
    { title: 'latency, ms', lines: [{ name: 'p50', colour: '#26a269', values: samples.map((one) => one.p50) }, { name: 'p99', colour: '#c64600', values: samples.map((one) => one.p99) }] },
    { title: 'resident memory, MB', lines: (samples[0]?.residentMegabytes ?? []).map((_, n) => ({ name: `instance ${n}`, colour: n === 0 ? '#613583' : '#986a44', values: samples.map((one) => one.residentMegabytes[n] ?? 0) })) },
    { title: 'errors per sample', lines: [{ name: 'errors', colour: '#c01c28', values: samples.map((one) => one.errors) }] },
  ]; // prettier-ignore
  const height = curves.length * (HEIGHT + 50) + 50;
  const seconds = samples.at(-1)?.atSeconds ?? 0;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${height}" font-family="sans-serif" font-size="12">`,
    `<rect width="100%" height="100%" fill="white"/><text x="${LEFT}" y="24" font-size="15">${title}</text>`,
    ...curves.map((curve, index) => drawn(curve, 60 + index * (HEIGHT + 50), seconds)),
    '</svg>',
  ].join('\n');
}

function drawn({ title, lines }: Curve, top: number, seconds: number): string {
  const most = Math.max(1, ...lines.flatMap((line) => line.values));
  const across = WIDTH - LEFT - 20;
  const placed = (values: number[]): string =>
    values
      .map((value, n) => {
        const x = LEFT + (across * n) / Math.max(1, values.length - 1);
        return `${x.toFixed(1)},${(top + HEIGHT - (HEIGHT * value) / most).toFixed(1)}`;
      })
      .join(' ');
  const legend = lines.map(({ name, colour }) => `<tspan fill="${colour}" dx="14">${name}</tspan>`).join('');
  return [
    `<text x="${LEFT}" y="${top - 8}">${title}${legend}</text>`,
    `<path d="M${LEFT} ${top}V${top + HEIGHT}H${WIDTH - 20}" fill="none" stroke="#888"/>`,
    `<text x="${LEFT - 6}" y="${top + 10}" text-anchor="end">${Math.round(most)}</text>`,
    `<text x="${LEFT - 6}" y="${top + HEIGHT}" text-anchor="end">0</text>`,
    `<text x="${WIDTH - 20}" y="${top + HEIGHT + 16}" text-anchor="end">${Math.round(seconds)} s</text>`,
    ...lines.map(({ colour, values }) => `<polyline points="${placed(values)}" fill="none" stroke="${colour}"/>`), // prettier-ignore
  ].join('\n');
}
