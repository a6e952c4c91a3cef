import type { Window } from './console.js';

/** What has the focus, by its label; run in the page. */
const FOCUSED = `(() => {
  const at = document.activeElement;
  return at?.getAttribute('aria-label') || at?.labels?.[0]?.textContent || at?.textContent || '';
})()`;

/** Goes to what has a label by the Tab key alone; a trap, or something out of reach, is an error. */
export async function tabTo(window: Window, name: RegExp): Promise<void> {
  for (let presses = 0; presses < 200; presses += 1) {
    await window.page.keyboard.press('Tab');
    if (name.test(await window.page.evaluate<string>(FOCUSED))) return;
  }
  throw new Error(`the Tab key does not lead to ${String(name)}`);
}

export async function type(window: Window, name: RegExp, text: string): Promise<void> {
  await tabTo(window, name);
  await window.page.keyboard.insertText(text);
}

export async function key(window: Window, name: RegExp, pressed: 'Space' | 'Enter'): Promise<void> {
  await tabTo(window, name);
  await window.page.keyboard.press(pressed);
}

/** Waits until the focus is where a person reads on. */
export async function hasFocus(window: Window, name: string): Promise<void> {
  await window.until(`(${FOCUSED}).trim() === ${JSON.stringify(name)}`);
}
