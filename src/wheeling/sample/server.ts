import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { SampleApi } from './api.js';
import { SamplePoints } from './points.js';
import { seedSampleWheeling } from './seed.js';

export interface SampleWheeling {
  url: string;
  close(): Promise<void>;
}

/**
 * The demonstration's wheeling system (託送システム): synthetic supply points behind a small HTTP API, without
 * authentication and therefore on loopback only. It is no part of the broker and leaves all masking to it:
 * every answer holds every field. Makes its data first, if the database has none.
 */
export async function startSampleWheeling(settings: {
  databaseUrl: string;
  port?: number;
}): Promise<SampleWheeling> {
  await seedSampleWheeling(settings.databaseUrl);
  const points = new SamplePoints(settings.databaseUrl);
  const api = new SampleApi(points);
  const server = createServer((request, response) => void api.serve(request, response));
  server.keepAliveTimeout = 60_000;
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(settings.port ?? 0, '127.0.0.1', resolve);
  });
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async close() {
      const closed = new Promise((resolve) => server.close(resolve));
      // Also those that a switch keeps hanging.
      server.closeAllConnections();
      await closed;
      await points.close();
    },
  };
}
