import { readFileSync } from 'node:fs';
import { Certificate } from 'pkijs';
import { SettingsError } from '../../config/environment.js';
import type { Settings } from '../../config/settings.js';
import type { Authority } from './time-stamper.js';
import { WitnessVkey, WitnessVkeyError } from './witness-line.js';
import type { ConfiguredWitness } from './witnesses.js';

/** Who is asked outside the house. Without either, nobody but the operator could show that it rewrote the ledger. */
export class Outside {
  constructor(
    readonly authority: Authority | undefined,
    readonly witnesses: readonly ConfiguredWitness[],
  ) {}

  /** Throws SettingsError: a key or a file that cannot be used stops the start. */
  static of({ timeStamping, witnesses }: Settings): Outside {
    const authority = timeStamping && {
      url: timeStamping.url,
      policy: timeStamping.policy,
      trusted: certificatesIn(timeStamping.caFile),
    };
    return new Outside(
      authority ?? undefined,
      witnesses.map(({ url, vkey }) => ({ url, vkey: keyOf(vkey) })),
    );
  }

  /** Whether what is signed leaves the house at all. */
  get isWitnessed(): boolean {
    return this.authority !== undefined || this.witnesses.length > 0;
  }
}

function keyOf(vkey: string): WitnessVkey {
  try {
    return new WitnessVkey(vkey);
  } catch (error) {
    if (!(error instanceof WitnessVkeyError)) throw error;
    throw new SettingsError(`"witnesses": ${vkey}: ${error.message}`);
  }
}

const PEM = /-----BEGIN CERTIFICATE-----([A-Za-z0-9+/=\s]+)-----END CERTIFICATE-----/g;

function certificatesIn(file: string): Certificate[] {
  let text: string;
  try {
    text = readFileSync(file, 'latin1');
  } catch {
    throw new SettingsError(`"timeStamping": cannot read ${file}`);
  }
  try {
    const found = [...text.matchAll(PEM)].map(([, body]) => certificate(body ?? ''));
    if (found.length > 0) return found;
  } catch {
    // Told below.
  }
  throw new SettingsError(`"timeStamping": ${file} holds no certificates (PEM)`);
}

const certificate = (base64: string): Certificate =>
  Certificate.fromBER(new Uint8Array(Buffer.from(base64, 'base64')));
