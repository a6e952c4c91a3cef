import type { ComponentChildren, JSX } from 'preact';
import { store, useStore } from './store.js';

const path = store(location.pathname + location.search);
addEventListener('popstate', () => path.set(location.pathname + location.search));

/** The address within the console: path and query. */
export function usePath(): { path: string; query: URLSearchParams } {
  const [name = '/', query = ''] = useStore(path).split('?');
  return { path: name, query: new URLSearchParams(query) };
}

/** Goes on to an address of the console, without loading the page. The new screen takes the focus itself. */
export function go(to: string): void {
  history.pushState(null, '', to);
  path.set(to);
  scrollTo(0, 0);
}

/** The same in place of the present address: a filter that was changed. */
export function replace(to: string): void {
  history.replaceState(null, '', to);
  path.set(to);
}

/** `/declarations/dc_1` against `/declarations/:id`: its parameters, or null. */
export function match(pattern: string, at: string): Record<string, string> | null {
  const names = pattern.split('/');
  const parts = at.split('/');
  if (names.length !== parts.length) return null;
  const found: Record<string, string> = {};
  for (const [index, name] of names.entries()) {
    const part = parts[index] ?? '';
    if (name.startsWith(':') && part !== '') found[name.slice(1)] = decodeURIComponent(part);
    else if (name !== part) return null;
  }
  return found;
}

type LinkProps = { to: string; children: ComponentChildren; class?: string; current?: boolean };

/** A link within the console; a new tab is the browser's affair as ever. */
export function Link({ to, children, class: name, current }: LinkProps): JSX.Element {
  const follow = (event: MouseEvent): void => {
    if (event.metaKey || event.ctrlKey || event.shiftKey || event.altKey || event.button !== 0) return;
    event.preventDefault();
    go(to);
  };
  return (
    <a href={to} class={name} aria-current={current ? 'page' : undefined} onClick={follow}>
      {children}
    </a>
  );
}
