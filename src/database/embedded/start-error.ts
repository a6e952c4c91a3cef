/** Why the embedded database cannot start: one line for the person at the terminal, saying what to do. */
export class StartError extends Error {
  constructor(line: string, options?: ErrorOptions) {
    super(line, options);
    this.name = 'StartError';
  }
}

/** The `code` of a system or PostgreSQL error, such as `ENOENT` or `57P03`. */
export function codeOf(error: unknown): string | undefined {
  return textOf(error, 'code');
}

export function messageOf(error: unknown): string {
  return textOf(error, 'message') ?? String(error);
}

/** By its members, not its class: a child process's or a driver's error may come from another realm. */
export function textOf(error: unknown, member: string): string | undefined {
  if (typeof error !== 'object' || error === null) return undefined;
  const value = (error as Record<string, unknown>)[member];
  return typeof value === 'string' ? value : undefined;
}
