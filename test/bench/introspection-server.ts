/**
 * The yardstick: the introspection endpoint of oidc-provider, unrecorded and in memory, as a process of its own.
 * Prints one JSON line when ready, with a token to ask about; ends with its parent.
 */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import Provider from 'oidc-provider';

const server = createServer();
await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
const client = { id: 'bench', secret: 'bench-secret-bench-secret-bench-secret' };
const provider = new Provider(url, {
  clients: [
    {
      client_id: client.id,
      client_secret: client.secret,
      grant_types: ['client_credentials'],
      redirect_uris: [],
      response_types: [],
    },
  ],
  features: { introspection: { enabled: true }, clientCredentials: { enabled: true } },
  ttl: { ClientCredentials: 3600 },
});
const answer = provider.callback();
server.on('request', (request, response) => void answer(request, response));

const registered = await provider.Client.find(client.id);
if (!registered) throw new Error('the client is registered above');
const token = await new provider.ClientCredentials({ client: registered, scope: '' }).save();
process.stdout.write(`${JSON.stringify({ url, token, client })}\n`);
process.once('disconnect', () => process.exit(0));
