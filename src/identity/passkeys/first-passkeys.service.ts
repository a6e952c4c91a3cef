import { Injectable } from '@nestjs/common';
import { createHash } from 'node:crypto';
import { DomainError, invariant } from '../../contract/domain-error.js';
import { newId } from '../../contract/ids.js';
import { Database } from '../../database/database.js';
import { Ledger } from '../../ledger/ledger.js';
import { Ceremonies } from './ceremonies.js';
import { fingerprintOf } from './passkey.js';
import type { CeremonyView, FirstPasskeyDto, PasskeyView } from './passkeys.dto.js';
import { FIRST_PASSKEY_ENROLLED } from './passkeys.records.js';
import { PasskeysRepository } from './passkeys.repository.js';
import { ToldVersions } from './told-versions.js';
import { viewOf } from './passkeys.view.js';

/**
 * How the first two officers come in: `kashikagi bootstrap` has printed a code for each, which is good for one passkey
 * within a day. Nobody else is there yet to confirm it. The tables take it only with the code itself.
 */
@Injectable()
export class FirstPasskeysService {
  constructor(
    private readonly database: Database,
    private readonly passkeys: PasskeysRepository,
    private readonly ceremonies: Ceremonies,
    private readonly ledger: Ledger,
    private readonly told: ToldVersions,
  ) {}

  async options(code: string): Promise<CeremonyView> {
    const { person_id: id, name } = await this.holderOf(code);
    return this.ceremonies.creation('first', { id, name });
  }

  async enrol(dto: FirstPasskeyDto): Promise<PasskeyView> {
    const { person_id: personId } = await this.holderOf(dto.code);
    const shown = await this.ceremonies.shown('first', personId, dto.response);
    const person = await this.passkeys.person(personId);
    invariant(person, 'the code is of a person');
    const id = newId('passkey');
    await this.database.transaction('none', async (tx) => {
      await this.passkeys.insertRequest(tx, id, personId, dto.label, shown);
      if (await this.passkeys.isTaken(tx, id)) throw new DomainError('passkey_taken');
      if (!(await this.passkeys.spendCode(tx, personId, dto.code, id)))
        throw new DomainError('unknown_first_code');
      await this.passkeys.enrol(tx, id, null);
      const fingerprint = fingerprintOf(shown.publicKey);
      const subject = { personId, organizationId: person.organization_id };
      const versions = await this.told.ofNewest(tx, 'passkey', id);
      const details = { passkey: id, fingerprint, label: dto.label, versions };
      await this.ledger.append(tx, { type: FIRST_PASSKEY_ENROLLED, subject, details });
    });
    const row = await this.passkeys.shownAs(id);
    return viewOf(row, await this.database.now());
  }

  private async holderOf(code: string): Promise<{ person_id: string; name: string }> {
    const holder = await this.passkeys.firstEnrolment(createHash('sha256').update(code).digest());
    if (holder === undefined) throw new DomainError('unknown_first_code');
    return holder;
  }
}
