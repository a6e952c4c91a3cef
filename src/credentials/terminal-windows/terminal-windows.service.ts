import { Injectable } from '@nestjs/common';
import { ChangesService } from '../../changes/changes.service.js';
import type { Caller } from '../../contract/caller.js';
import { DomainError, invariant } from '../../contract/domain-error.js';
import { newId } from '../../contract/ids.js';
import { pageOf, type Page, type PageQuery } from '../../contract/page.js';
import { PublicUrl } from '../../contract/public-url.js';
import { jwkThumbprint, parseTerminalKey, type TerminalKey } from '../../contract/terminal-key.js';
import { Database, type Tx } from '../../database/database.js';
import { Ledger } from '../../ledger/ledger.js';
import { TerminalEnrolment } from '../../roster/terminal.enrolment.js';
import { parseCompactJws } from '../compact-jws.js';
import { verifyDpopProof } from '../dpop.js';
import {
  challengeOf,
  codeHash,
  MOST_GUESSES,
  newCode,
  whyClosed,
  WINDOW_MINUTES,
  type WindowRow,
} from './terminal-window.js';
import type {
  OpenedWindowView,
  OpenWindowDto,
  ShowKeyDto,
  ShownKeyView,
  WindowView,
} from './terminal-windows.dto.js';
import { WINDOW_KEY_SHOWN, WINDOW_OPENED, WINDOW_WRONG_CODE } from './terminal-windows.records.js';
import { TerminalWindowsRepository, type ListedWindow } from './terminal-windows.repository.js';

/**
 * 登録の窓: an officer opens it and reads its code to whoever stands at the terminal; the terminal shows its own new key
 * once; that is the opener's proposal, and a second officer confirms it.
 */
@Injectable()
export class TerminalWindowsService {
  constructor(
    private readonly database: Database,
    private readonly rooms: {
      windows: TerminalWindowsRepository;
      enrolment: TerminalEnrolment;
      changes: ChangesService;
      publicUrl: PublicUrl;
      ledger: Ledger;
    },
  ) {}

  async open(caller: Caller, dto: OpenWindowDto): Promise<OpenedWindowView> {
    const { windows, enrolment, ledger } = this.rooms;
    return this.database.transaction('none', async (tx) => {
      await enrolment.refuseMisplaced(tx, dto, null);
      const id = newId('terminalWindow');
      const code = newCode();
      const expiresAt = new Date(tx.now.getTime() + WINDOW_MINUTES * 60_000);
      const { personId: openedBy, sessionId } = caller;
      const row = { id, openedBy, sessionId, expiresAt, codeHash: codeHash(id, code) };
      await windows.insert(tx, row, dto);
      const details = {
        window: id,
        serial: dto.serial,
        custodian: dto.custodian_person_id,
        room: dto.room,
        expires_at: expiresAt.toISOString(),
      };
      const subject = { personId: caller.personId, organizationId: dto.organization_id };
      await ledger.append(tx, { type: WINDOW_OPENED, subject, details });
      return { id, code, expires_at: expiresAt.toISOString() };
    });
  }

  async list(query: PageQuery): Promise<Page<WindowView>> {
    const [rows, now] = await Promise.all([this.rooms.windows.page(query), this.database.now()]);
    const page = pageOf(rows, query, (row) => ({ at: row.opened_at, id: row.id }));
    return { ...page, items: page.items.map((row) => viewOf(row, now)) };
  }

  /** For whoever has the code. A wrong one is counted in a transaction that commits; five close the window. */
  async showKey(id: string, dto: ShowKeyDto): Promise<ShownKeyView> {
    const shown = await this.database.transaction('none', async (tx) => {
      const window = await this.rooms.windows.lock(tx, id);
      if (!window) throw new DomainError('not_found');
      const closed = whyClosed(window, tx.now);
      if (closed !== undefined) throw new DomainError(closed);
      if (!codeHash(id, dto.code).equals(window.code_hash)) return this.countGuess(tx, window);
      const key = this.provenKey(window, dto, tx.now);
      return this.proposeKey(tx, window, key);
    });
    if (shown === 'wrong_code') throw new DomainError('wrong_window_code');
    return shown;
  }

  private async countGuess(tx: Tx, window: WindowRow): Promise<'wrong_code'> {
    const { windows, ledger } = this.rooms;
    await windows.countGuess(tx, window.id);
    const details = { window: window.id, guesses: window.guesses + 1 };
    invariant(details.guesses <= MOST_GUESSES, 'the window was open');
    const subject = { organizationId: window.organization_id };
    await ledger.append(tx, { type: WINDOW_WRONG_CODE, subject, details });
    return 'wrong_code';
  }

  /** The key that made the proof, for this window and this route. */
  private provenKey(window: WindowRow, dto: ShowKeyDto, now: Date): TerminalKey {
    const challenge = challengeOf(window.id, dto.code);
    const htu = `${this.rooms.publicUrl.value}/api/v1/terminal-windows/${window.id}/key`;
    const nonce = { accepts: (given: string): boolean => given === challenge };
    const jkt = orRefuse(() => verifyDpopProof(dto.proof, { htm: 'POST', htu, now, nonce }).jkt);
    const key = orRefuse(() => parseTerminalKey(parseCompactJws(dto.proof)?.header['jwk']));
    invariant(jwkThumbprint(key) === jkt, 'the key of the proof is one');
    return key;
  }

  private async proposeKey(tx: Tx, window: WindowRow, jwk: TerminalKey): Promise<ShownKeyView> {
    const { windows, enrolment, changes, ledger } = this.rooms;
    const opener: Caller = {
      personId: window.opened_by,
      name: window.opener_name,
      role: 'officer',
      organizationId: window.opener_organization_id,
      sessionId: window.opened_in_session,
      language: 'ja',
    };
    const body = {
      serial: window.serial,
      organization_id: window.organization_id,
      custodian_person_id: window.custodian_person_id,
      room: window.room_id,
      jwk: { ...jwk },
      window: window.id,
    };
    const jkt = jwkThumbprint(jwk);
    const { change_id: change } = await changes.proposeIn(tx, opener, enrolment.kind, body);
    invariant(await windows.close(tx, window.id, jkt, change), 'open a moment ago');
    const subject = { personId: window.opened_by, organizationId: window.organization_id };
    await ledger.append(tx, { type: WINDOW_KEY_SHOWN, subject, details: { window: window.id, jkt, change } });
    return { jkt, change_id: change };
  }
}

function viewOf(row: ListedWindow, now: Date): WindowView {
  const { id, serial, organization_id, custodian_person_id, opened_by, guesses, jkt, change_id } = row;
  const closed = whyClosed(row, now) === undefined ? 'open' : 'closed';
  return {
    ...{ id, serial, organization_id, custodian_person_id, opened_by, guesses, jkt, change_id },
    room: row.room_id,
    opened_at: row.opened_at.toISOString(),
    expires_at: row.expires_at.toISOString(),
    state: row.proven_at === null ? closed : 'shown',
  };
}

/** Whatever is wrong with the proof is one refusal here: the caller is a terminal that nobody knows yet. */
function orRefuse<T>(work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof DomainError)) throw error;
    throw new DomainError('wrong_terminal_proof', { internal: error.message });
  }
}
