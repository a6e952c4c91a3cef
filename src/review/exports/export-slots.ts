import { DomainError } from '../../contract/domain-error.js';

/** A bound on disk and database, per instance: it decides no access, so memory is place enough. */
const AT_ONCE = 2;

/** Two exports at a time, one of each person. */
export class ExportSlots {
  private readonly people = new Set<string>();

  /** → gives the place back, once. Errors: `export_under_way` (the person's own), `exports_busy`. */
  take(personId: string): () => void {
    if (this.people.has(personId)) throw new DomainError('export_under_way');
    if (this.people.size >= AT_ONCE) throw new DomainError('exports_busy');
    this.people.add(personId);
    let isHeld = true;
    return () => {
      if (isHeld) this.people.delete(personId);
      isHeld = false;
    };
  }
}
