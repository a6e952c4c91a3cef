import type { JSX } from 'preact';

/** A person's name, and the id that tells two of one name apart; the id alone where there is no name to be told. */
export function PersonName({ name, id }: { name: string | null; id: string }): JSX.Element {
  if (name === null) return <>{id}</>;
  return (
    <>
      {name} <span class="small">{id}</span>
    </>
  );
}
