import type { Downloaded } from '../api/client.js';

/** Hands a file to the browser's downloads. */
export function saveFile({ blob, name }: Pick<Downloaded, 'blob' | 'name'>): void {
  const address = URL.createObjectURL(blob);
  const link = document.createElement('a');
  link.href = address;
  link.download = name;
  link.click();
  // The download has begun with the click; the browser keeps the bytes until it is over.
  setTimeout(() => URL.revokeObjectURL(address), 60_000);
}
