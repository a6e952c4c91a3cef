import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Language, Role } from '../../contract/caller.js';

/** Of Vite's manifest: what a source file became, what it imports at once, and what when it is wanted. */
interface Built {
  file: string;
  imports?: string[];
  dynamicImports?: string[];
}

/** The folder of src/console/rooms that `rooms.ts` opens for a role. */
const ROOM: Record<Role, string> = {
  headquarters: 'hq',
  supervisor: 'supervisor',
  operator: 'operator',
  officer: 'officer',
  compliance_officer: 'compliance',
  auditor: 'auditor',
  regulator: 'auditor',
};

/**
 * Which scripts a person's first screen is made of, by Vite's manifest: the page names them all, so that a browser asks
 * for them at once instead of finding each when the one before has run, a round trip at a time.
 */
export class FirstFiles {
  private constructor(private readonly manifest: Readonly<Record<string, Built>>) {}

  static in(folder: string): FirstFiles {
    const file = join(folder, '.vite', 'manifest.json');
    return new FirstFiles(
      existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as Record<string, Built>) : {},
    );
  }

  /** Addresses of scripts beside those that the built page names itself. `role` null: nobody has signed in. */
  of(language: Language, role: Role | null): string[] {
    const shell = this.loadedWith(['index.html']);
    const entries =
      role === null ? ['index.html'] : ['index.html', `rooms/${ROOM[role]}/${ROOM[role]}.room.ts`];
    const whole = this.loadedWith(entries);
    const texts = [...whole].flatMap((source) =>
      (this.manifest[source]?.dynamicImports ?? []).filter((one) => one.endsWith(`/${language}.ts`)),
    );
    const all = new Set([...whole, ...this.loadedWith(texts)]);
    const late = [...all].filter((source) => !shell.has(source));
    return late.flatMap((source) => this.manifest[source]?.file ?? []).map((file) => `/${file}`);
  }

  /** Sources with all that they import at once; what was not built is left out. */
  private loadedWith(sources: readonly string[], found = new Set<string>()): Set<string> {
    for (const source of sources) {
      const built = this.manifest[source];
      if (built === undefined || found.has(source)) continue;
      found.add(source);
      this.loadedWith(built.imports ?? [], found);
    }
    return found;
  }
}
