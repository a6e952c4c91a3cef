import { DomainError } from '../../contract/domain-error.js';

/** Files that are being written on an instance at once. */
const AT_ONCE = 2;
/** What a person takes away at least: who is slower has gone, or keeps the file for no good. */
const SLOWEST_BYTES_A_SECOND = 32 * 1024;
const SENT_WITHIN_MS = 10 * 60_000;

/** How long the sending of a file may last, in milliseconds; `size` in bytes. */
export const sendingMs = (size: number): number => SENT_WITHIN_MS + (size / SLOWEST_BYTES_A_SECOND) * 1_000;

export interface ExportPlace {
  /** The file is written: others may write theirs, while this one is on its way to its person. */
  isWritten: () => void;
  /** Once, however often it is said. */
  giveBack: () => void;
}

/**
 * Two files are written at a time, and each person has one, until it is sent or given up: who does not read keeps
 * nobody else from an export. A bound on disk and database, per instance: it decides no access, so memory is place enough.
 */
export class ExportSlots {
  private readonly people = new Set<string>();
  private readonly writing = new Set<string>();

  /** Errors: `export_under_way` (the person's own), `exports_busy`. */
  take(personId: string): ExportPlace {
    if (this.people.has(personId)) throw new DomainError('export_under_way');
    if (this.writing.size >= AT_ONCE) throw new DomainError('exports_busy');
    this.people.add(personId);
    this.writing.add(personId);
    let isHeld = true;
    const isWritten = (): void => {
      if (isHeld) this.writing.delete(personId);
    };
    const giveBack = (): void => {
      isWritten();
      if (isHeld) this.people.delete(personId);
      isHeld = false;
    };
    return { isWritten, giveBack };
  }
}
