import { readFileSync } from 'node:fs';

/** The members of a configuration file. Throws `Failure`, one line, when it cannot be read or is no JSON. */
export function readJsonFile(path: string, Failure: new (line: string) => Error): Record<string, unknown> {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch {
    throw new Failure(`KASHIKAGI_CONFIG: cannot read ${path}`);
  }
  try {
    return JSON.parse(text) as Record<string, unknown>;
  } catch {
    throw new Failure(`${path}: not valid JSON`);
  }
}
