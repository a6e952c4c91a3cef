import { AsyncLocalStorage } from 'node:async_hooks';

/** Aborted when whoever asked has gone: what is being found for them then is found for nobody. */
export const whoAsks = new AsyncLocalStorage<AbortSignal>();
