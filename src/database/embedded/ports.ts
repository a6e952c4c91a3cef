import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { StartError } from './start-error.js';

const LOOPBACK = '127.0.0.1';

/** The wanted port if nothing listens there now, else any free one of the loopback interface. */
export async function portNear(wanted: number | undefined): Promise<number> {
  const port = (wanted === undefined ? undefined : await bindable(wanted)) ?? (await bindable(0));
  if (port === undefined)
    throw new StartError('No port of 127.0.0.1 can be listened on: free one, or set DATABASE_URL.');
  return port;
}

async function bindable(port: number): Promise<number | undefined> {
  const server = createServer();
  try {
    server.listen({ port, host: LOOPBACK, exclusive: true });
    await once(server, 'listening');
    return (server.address() as AddressInfo).port;
  } catch {
    return undefined;
  } finally {
    server.close();
  }
}
