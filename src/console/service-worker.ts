/// <reference lib="webworker" />
/**
 * Keeps the shell's files, and nothing that the service answers about anybody: a reload without a link shows the offline
 * page instead of the browser's. Every answer of the API goes to the network, always.
 */
const worker = self as unknown as ServiceWorkerGlobalScope;
/** Put in by the build: an array of the shell's files. */
const FILES = '__SHELL_FILES__' as unknown as string[];
const PAGE = '/offline.html';
const CACHE = 'kashikagi-shell';

worker.addEventListener('install', (event) => {
  event.waitUntil(keep().then(() => worker.skipWaiting()));
});
worker.addEventListener('activate', (event) => event.waitUntil(worker.clients.claim()));

worker.addEventListener('fetch', (event) => {
  const { request } = event;
  const { origin, pathname } = new URL(request.url);
  if (request.method !== 'GET' || origin !== location.origin) return;
  if (request.mode === 'navigate' && !pathname.startsWith('/api/')) {
    event.respondWith(fetch(request).catch(() => kept(PAGE)));
    event.waitUntil(renewPage());
  } else if (FILES.includes(pathname)) {
    event.respondWith(kept(pathname));
  }
});

/** Takes the files of this build, and lets go of those of the one before. */
async function keep(): Promise<void> {
  const cache = await caches.open(CACHE);
  await cache.addAll([...FILES, PAGE]);
  for (const { url } of await cache.keys()) {
    const { pathname } = new URL(url);
    if (pathname !== PAGE && !FILES.includes(pathname)) await cache.delete(url);
  }
}

/** The offline page also holds whom to telephone, which may change while the files do not; by its tag, mostly 304. */
async function renewPage(): Promise<void> {
  const cache = await caches.open(CACHE);
  await cache.add(PAGE).catch(() => undefined);
}

async function kept(path: string): Promise<Response> {
  const cache = await caches.open(CACHE);
  return (await cache.match(path)) ?? fetch(path);
}
