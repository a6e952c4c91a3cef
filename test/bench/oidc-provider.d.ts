/** As much of oidc-provider as the yardstick uses; the package brings no types. */
declare module 'oidc-provider' {
  import type { IncomingMessage, ServerResponse } from 'node:http';

  interface Client {
    readonly clientId: string;
  }

  export default class Provider {
    constructor(issuer: string, configuration: object);
    callback(): (request: IncomingMessage, response: ServerResponse) => Promise<void>;
    readonly Client: { find(id: string): Promise<Client | undefined> };
    readonly ClientCredentials: new (properties: { client: Client; scope: string }) => {
      save(): Promise<string>;
    };
  }
}
