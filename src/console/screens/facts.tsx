import { Fragment, type ComponentChildren, type JSX } from 'preact';
import { s } from './texts.js';

export type Fact = readonly [name: string, value: ComponentChildren];

/** Names and values, side by side; nothing is said of what has no value. */
export function Facts({ facts }: { facts: readonly Fact[] }): JSX.Element {
  return (
    <dl class="facts">
      {facts.map(([name, value]) => (
        <Fragment key={name}>
          <dt>{name}</dt>
          <dd>{value === null || value === undefined || value === '' ? s().nothing : value}</dd>
        </Fragment>
      ))}
    </dl>
  );
}
