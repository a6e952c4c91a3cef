import { Logger } from '@nestjs/common';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyRequest } from 'fastify';
import { accessOf } from '../../contract/access-table.js';
import type { Caller, Language } from '../../contract/caller.js';
import { PageQuery } from '../../contract/page.js';
import { DeclarationsService } from '../../declarations/declarations.service.js';
import { SessionCookie } from '../../identity/session-cookie.js';
import { viewOf, type SessionView } from '../../identity/session.view.js';
import { SignInController, type SignInView } from '../../identity/sign-in.controller.js';
import { SessionsService } from '../../identity/sessions.service.js';
import { InboxService } from '../../review/inbox.service.js';
import { languageOf } from '../problem.js';

/** What stands in the page, so that the first screen asks for nothing over a poor link. */
export interface FirstAnswersView {
  session: SessionView | null;
  ways: SignInView;
  /** By address, each what that address would answer this person now. */
  answers: Record<string, unknown>;
}

type Reader = (caller: Caller) => Promise<unknown>;

/** Reads for the person of the session what the first screen shows: by the rooms' own services, and only what the access table lets the role read. */
export class FirstAnswers {
  private readonly log = new Logger('console');
  private readonly readers: readonly { path: string; address: string; read: Reader }[];

  constructor(
    private readonly sessions: SessionsService,
    private readonly cookie: SessionCookie,
    private readonly ways: SignInController,
    declarations: DeclarationsService,
    inbox: InboxService,
  ) {
    const twenty = Object.assign(new PageQuery(), { limit: 20 });
    this.readers = [
      {
        path: '/api/v1/declarations',
        address: '/api/v1/declarations?limit=20',
        read: (caller) => declarations.list(caller, twenty),
      },
      {
        path: '/api/v1/inbox',
        address: '/api/v1/inbox',
        read: (caller) => inbox.page(caller, new PageQuery()),
      },
    ];
  }

  static in(app: NestFastifyApplication): FirstAnswers {
    const wherever = { strict: false };
    return new FirstAnswers(
      app.get(SessionsService, wherever),
      app.get(SessionCookie, wherever),
      app.get(SignInController, wherever),
      app.get(DeclarationsService, wherever),
      app.get(InboxService, wherever),
    );
  }

  async of(request: FastifyRequest): Promise<{ language: Language; answers: FirstAnswersView }> {
    const chosen = request.cookies['kashikagi_language'];
    const language =
      chosen === 'en' || chosen === 'ja' ? chosen : languageOf(request.headers['accept-language']);
    const token = this.cookie.tokenIn(request);
    const [ways, row] = await Promise.all([
      this.ways.list(),
      token === undefined ? undefined : this.sessions.find(token),
    ]);
    if (!row) return { language, answers: { session: null, ways, answers: {} } };
    const caller: Caller = {
      personId: row.person_id,
      name: row.name,
      role: row.role,
      organizationId: row.organization_id,
      sessionId: row.session_id,
      language,
    };
    return { language, answers: { session: viewOf(row), ways, answers: await this.readAll(caller) } };
  }

  /** What cannot be read now is asked for by the screen itself, and refused there in words. */
  private async readAll(caller: Caller): Promise<Record<string, unknown>> {
    const mine = this.readers.filter(({ path }) => accessOf('GET', path)?.roles.includes(caller.role));
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
