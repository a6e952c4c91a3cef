import { Module, type DynamicModule } from '@nestjs/common';
import type { KeyObject } from 'node:crypto';
import { BrokerClock } from './clock/broker-clock.js';
import { Reference, SealedBox, type SecretKeys } from './config/secret-keys.js';
import { VersionDigests } from './changes/version-digests.js';
import { VersionDigestsRepository } from './changes/version-digests.repository.js';
import { Settings } from './config/settings.js';
import type { StoredTokenKey } from './config/stored-keys.js';
import { PublicUrl } from './contract/public-url.js';
import type { Connections } from './database/connect.js';
import { Database, GuardDatabase, LedgerDatabase } from './database/database.js';
import { GateConnections } from './database/gate-connections.js';
import { ReportsDatabase } from './database/reports-database.js';
import { ToldVersions } from './identity/passkeys/told-versions.js';
import { Ledger } from './ledger/ledger.js';
import { CheckpointSigner } from './ledger/note.js';
import { Outside } from './ledger/outside/configured.js';
import { Receipts } from './ledger/receipts.js';
import { TokenKeys } from './credentials/token-keys.service.js';
import { DpopNonces } from './credentials/dpop.js';
import { AcceptedClocks } from './clock/shipped-clock.js';
import { RequestMeter } from './meters/request-meter.js';
import { WheelingConnectors } from './wheeling/wheeling.connectors.js';

/** What the rooms stand on, made before them: settings, connections, keys, the ways to the wheeling systems. */
export interface Runtime {
  settings: Settings;
  connections: Connections;
  gateConnections: GateConnections;
  keys: SecretKeys;
  /** Signs checkpoints. */
  ledgerKey: KeyObject;
  readTokenKeys: () => Promise<StoredTokenKey[]>;
  wheelings: WheelingConnectors;
  acceptedClocks: AcceptedClocks;
}

/** The ground floor, seen from every room. */
@Module({})
export class HouseModule {
  static on(runtime: Runtime): DynamicModule {
    const { settings, keys } = runtime;
    const database = new Database(runtime.connections);
    const providers = [
      { provide: Settings, useValue: settings },
      { provide: Database, useValue: database },
      { provide: GuardDatabase, useFactory: () => new GuardDatabase(runtime.connections.ofGuard) },
      {
        provide: ReportsDatabase,
        useFactory: () => new ReportsDatabase(runtime.connections.ofReports),
      },
      {
        provide: LedgerDatabase,
        useFactory: () => new LedgerDatabase(runtime.connections.ofLedger),
      },
      {
        provide: CheckpointSigner,
        useFactory: () => new CheckpointSigner(settings.ledgerOrigin, runtime.ledgerKey),
      },
      { provide: Outside, useFactory: () => Outside.of(settings) },
      { provide: RequestMeter, useFactory: () => new RequestMeter() },
      { provide: GateConnections, useValue: runtime.gateConnections },
      {
        provide: Ledger,
        useFactory: () =>
          new Ledger(
            (plain, aad) => keys.sealedBox.seal(plain, aad),
            new Receipts(settings.ledgerOrigin, runtime.ledgerKey),
          ),
      },
      {
        provide: ToldVersions,
        useFactory: () => new VersionDigests(new VersionDigestsRepository(), keys.reference),
      },
      { provide: SealedBox, useValue: keys.sealedBox },
      { provide: Reference, useValue: keys.reference },
      { provide: WheelingConnectors, useValue: runtime.wheelings },
      {
        provide: BrokerClock,
        inject: [GuardDatabase],
        useFactory: (guard: GuardDatabase) => new BrokerClock(() => guard.now()),
      },
      { provide: PublicUrl, useFactory: () => new PublicUrl() },
      { provide: AcceptedClocks, useValue: runtime.acceptedClocks },
      { provide: TokenKeys, useFactory: () => new TokenKeys(keys.tokenKeys, runtime.readTokenKeys) },
      { provide: DpopNonces, useFactory: () => new DpopNonces(keys.nonceKey) },
    ];
    return { module: HouseModule, global: true, providers, exports: providers.map(({ provide }) => provide) };
  }
}
