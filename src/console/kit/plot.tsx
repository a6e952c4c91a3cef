import type { JSX } from 'preact';
import { t } from '../texts/texts.js';

export interface Point {
  label: string;
  value: number;
}

const WIDTH = 600;
const HEIGHT = 120;

/** A small plot of our own, always with its table twin (rule 14). */
export function Plot({ title, points }: { title: string; points: readonly Point[] }): JSX.Element {
  const top = Math.max(1, ...points.map(({ value }) => value));
  const step = WIDTH / Math.max(1, points.length);
  return (
    <figure class="plot">
      <figcaption>{title}</figcaption>
      <p class="scale" aria-hidden="true">
        {t().plot.top(top)}
      </p>
      <svg viewBox={`0 0 ${WIDTH} ${HEIGHT + 2}`} role="img" aria-label={title}>
        <line x1="0" y1={HEIGHT} x2={WIDTH} y2={HEIGHT} class="axis" />
        {points.map(({ label, value }, index) => {
          const height = (value / top) * HEIGHT;
          return (
            <rect
              key={label}
              x={index * step + step * 0.1}
              y={HEIGHT - height}
              width={step * 0.8}
              height={height}
            />
          );
        })}
      </svg>
      <p class="scale ends" aria-hidden="true">
        <span>{points[0]?.label}</span>
        <span>{points.at(-1)?.label}</span>
      </p>
      <details>
        <summary>{t().plot.table}</summary>
        <table>
          <thead>
            <tr>
              <th scope="col">{t().plot.time}</th>
              <th scope="col">{t().plot.value}</th>
            </tr>
          </thead>
          <tbody>
            {points.map(({ label, value }) => (
              <tr key={label}>
                <td>{label}</td>
                <td>{value}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </details>
    </figure>
  );
}
