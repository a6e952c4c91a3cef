/** What is given back before a person signs out; it never keeps anybody from leaving. */
const leavers = new Set<() => Promise<void>>();

/** → how to forget it again. */
export function whenLeaving(giveBack: () => Promise<void>): () => void {
  leavers.add(giveBack);
  return () => void leavers.delete(giveBack);
}

export async function giveAllBack(): Promise<void> {
  await Promise.allSettled([...leavers].map((giveBack) => giveBack()));
}
