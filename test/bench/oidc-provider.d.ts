/** As much of oidc-provider as the yardstick and the tests use; the package brings no types. */
declare module 'oidc-provider' {
  import type { IncomingMessage, ServerResponse } from 'node:http';

  interface Client {
    readonly clientId: string;
  }

  interface KoaContext {
    readonly path: string;
    readonly href: string;
    body: unknown;
  }

  export default class Provider {
    constructor(issuer: string, configuration: object);
    /** Koa's: around every request. */
    use(middleware: (context: KoaContext, next: () => Promise<void>) => Promise<void>): void;
    callback(): (request: IncomingMessage, response: ServerResponse) => Promise<void>;
    readonly Client: { find(id: string): Promise<Client | undefined> };
    readonly ClientCredentials: new (properties: { client: Client; scope: string }) => {
      save(): Promise<string>;
    };
  }
}
