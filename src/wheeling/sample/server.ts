import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { SampleApi } from './api.js';
import { SamplePoints } from './points.js';
import { DRILL, REAL, seedSampleWheeling, urlOf } from './seed.js';

/** Where the drill's own points are served, below the address of the others. */
const DRILL_PATH = '/drill';

export interface SampleWheeling {
  url: string;
  drillUrl: string;
  close(): Promise<void>;
}

/**
 * The demonstration's wheeling system (託送システム): synthetic supply points behind a small HTTP API, without
 * authentication and therefore on loopback only. It is no part of the broker and leaves all masking to it:
 * every answer holds every field. Makes its data first, if the database has none. Two sets that know nothing of
 * each other, each with its own tables, tickets and switches: the points, and those of drills.
 */
export async function startSampleWheeling(settings: {
  databaseUrl: string;
  port?: number;
}): Promise<SampleWheeling> {
  const { databaseUrl } = settings;
  await Promise.all([REAL, DRILL].map((set) => seedSampleWheeling(databaseUrl, undefined, set)));
  const sets = [REAL, DRILL].map((set) => new SamplePoints(urlOf(databaseUrl, set)));
  const [api, drill] = sets.map((points) => new SampleApi(points)) as [SampleApi, SampleApi];
  const server = createServer((request, response) => {
    const { url = '/' } = request;
    if (!url.startsWith(`${DRILL_PATH}/`)) return void api.serve(request, response);
    request.url = url.slice(DRILL_PATH.length);
    void drill.serve(request, response);
  });
  server.keepAliveTimeout = 60_000;
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(settings.port ?? 0, '127.0.0.1', resolve);
  });
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    url,
    drillUrl: `${url}${DRILL_PATH}`,
    async close() {
      const closed = new Promise((resolve) => server.close(resolve));
      // Also those that a switch keeps hanging.
      server.closeAllConnections();
      await closed;
      await Promise.all(sets.map((points) => points.close()));
    },
  };
}
