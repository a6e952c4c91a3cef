import { Logger } from '@nestjs/common';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { Settings } from '../../config/settings.js';
import { accessOf } from '../../contract/access-table.js';
import type { Caller, Language, Role } from '../../contract/caller.js';
import { PageQuery } from '../../contract/page.js';
import { DeclarationsService } from '../../declarations/declarations.service.js';
import { SessionCookie } from '../../identity/session-cookie.js';
import { viewOf, type SessionView } from '../../identity/session.view.js';
import { SignInController, type SignInView } from '../../identity/sign-in.controller.js';
import { SessionsService } from '../../identity/sessions.service.js';
import { InboxService } from '../../review/inbox.service.js';
import { SituationService } from '../../review/situation/situation.service.js';
import { GrantsService } from '../../grants/grants.service.js';
import { NOTICE } from '../../grants/notice.js';
import { Turnstile, type CountedRequest } from '../limits/turnstile.js';
import { languageOf } from '../problem.js';

/** What stands in the page, so that the first screen asks for nothing over a poor link. */
export interface FirstAnswersView {
  session: SessionView | null;
  ways: SignInView;
  /** Shown beside the fields that they limit; held by the rooms. */
  policy: { declaration_hours: number; extension_hours: number; shift_hours: number };
  /** By address, each what that address would answer this person now. */
  answers: Record<string, unknown>;
}

/** What a page is made of; `role` null: nobody has signed in. */
export interface First {
  language: Language;
  role: Role | null;
  answers: FirstAnswersView;
}

interface House {
  settings: Settings;
  sessions: SessionsService;
  cookie: SessionCookie;
  ways: SignInController;
  declarations: DeclarationsService;
  grants: GrantsService;
  inbox: InboxService;
  situation: SituationService;
  turnstile: Turnstile;
}

type Reader = (caller: Caller) => Promise<unknown>;

interface FirstAnswer {
  path: string;
  address: string;
  read: Reader;
  /** Whose first screen asks for it; all that may read it, unless said. */
  of?: Role;
}

/** Reads for the person of the session what the first screen shows: by the rooms' own services, and only what the access table lets the role read. */
export class FirstAnswers {
  private readonly log = new Logger('console');
  private readonly readers: readonly FirstAnswer[];

  constructor(private readonly house: House) {
    const twenty = Object.assign(new PageQuery(), { limit: 20 });
    const fifty = Object.assign(new PageQuery(), { limit: 50 });
    this.readers = [
      {
        path: '/api/v1/declarations',
        address: '/api/v1/declarations?limit=20',
        read: (caller) => house.declarations.list(caller, twenty),
      },
      {
        path: '/api/v1/situation',
        address: '/api/v1/situation',
        read: (caller) => house.situation.show(caller),
      },
      {
        path: '/api/v1/inbox',
        address: '/api/v1/inbox',
        read: (caller) => house.inbox.page(caller, new PageQuery()),
      },
      {
        path: '/api/v1/grants',
        address: '/api/v1/grants?limit=50',
        of: 'operator',
        read: (caller) => house.grants.list(caller, fifty),
      },
      {
        path: '/api/v1/notice',
        address: '/api/v1/notice',
        of: 'operator',
        read: () => Promise.resolve(NOTICE),
      },
    ];
  }

  static in(app: NestFastifyApplication): FirstAnswers {
    const wherever = { strict: false };
    return new FirstAnswers({
      settings: app.get(Settings, wherever),
      sessions: app.get(SessionsService, wherever),
      cookie: app.get(SessionCookie, wherever),
      ways: app.get(SignInController, wherever),
      declarations: app.get(DeclarationsService, wherever),
      grants: app.get(GrantsService, wherever),
      inbox: app.get(InboxService, wherever),
      situation: app.get(SituationService, wherever),
      turnstile: app.get(Turnstile, wherever),
    });
  }

  async of(request: CountedRequest): Promise<First> {
    const chosen = request.cookies['kashikagi_language'];
    const language =
      chosen === 'en' || chosen === 'ja' ? chosen : languageOf(request.headers['accept-language']);
    const token = this.house.cookie.tokenIn(request);
    const [ways, row] = await Promise.all([
      this.house.ways.list(),
      token === undefined ? undefined : this.house.sessions.find(token),
    ]);
    const { declarationHours, extensionHours, shiftHours } = this.house.settings.policy;
    const policy = {
      declaration_hours: declarationHours,
      extension_hours: extensionHours,
      shift_hours: shiftHours,
    };
    if (!row) return { language, role: null, answers: { ways, policy, session: null, answers: {} } };
    const caller: Caller = {
      personId: row.person_id,
      name: row.name,
      role: row.role,
      organizationId: row.organization_id,
      sessionId: row.session_id,
      language,
    };
    const answers = { ways, policy, session: viewOf(row), answers: await this.readAll(request, caller) };
    return { language, role: row.role, answers };
  }

  /**
   * What cannot be read now is asked for by the screen itself, and refused there in words: also where the person has
   * asked too much, since each answer is a call of theirs.
   */
  private async readAll(request: CountedRequest, caller: Caller): Promise<Record<string, unknown>> {
    const mine = this.readers.filter(
      ({ path, of = caller.role }) =>
        of === caller.role && accessOf('GET', path)?.roles.includes(caller.role),
    );
    if (!this.house.turnstile.page(request, caller, mine.length)) return {};
    const found = await Promise.all(
      mine.map(async ({ address, read }) => {
        try {
          return [[address, await read(caller)]] as const;
        } catch (error) {
          this.log.warn(
            `${address} could not be put into the page: ${error instanceof Error ? error.name : ''}`,
          );
          return [];
        }
      }),
    );
    return Object.fromEntries(found.flat());
  }
}
