interface ScriptAddressPolicy {
  createScriptURL(address: string): string;
}
declare const trustedTypes:
  | {
      createPolicy(
        name: string,
        rules: { createScriptURL: (address: string) => string },
      ): ScriptAddressPolicy;
    }
  | undefined;

const WORKER = '/service-worker.js';

/** Registers the service worker. Where script addresses must be trusted (the service's policy says so), only this one is. */
export function keepShell(): void {
  if (!('serviceWorker' in navigator)) return;
  const rules = {
    createScriptURL: (address: string): string => {
      if (address !== WORKER) throw new TypeError(address);
      return address;
    },
  };
  const policy = typeof trustedTypes === 'undefined' ? rules : trustedTypes.createPolicy('kashikagi', rules);
  void navigator.serviceWorker.register(policy.createScriptURL(WORKER)).catch(() => undefined);
}
