import { WheelingMeter } from '../meters/wheeling-meter.js';
import type { WheelingConnector } from './wheeling.connector.js';

/** Which data stands behind a use. A drill has its own (law 9). */
export type DataSet = 'real' | 'drill';

export const dataSetOf = (isDrill: boolean): DataSet => (isDrill ? 'drill' : 'real');

/** The ways to the wheeling systems: the real one, and the drill's own where there is one. */
export class WheelingConnectors {
  readonly meter = new WheelingMeter((data) => this.of(data)?.load);

  constructor(
    readonly real: WheelingConnector,
    readonly drill: WheelingConnector | null,
  ) {
    for (const data of ['real', 'drill'] as const) {
      const connector = this.of(data);
      if (connector) connector.onEnd = (outcome, seconds) => this.meter.ended(data, outcome, seconds);
    }
  }

  /** Undefined: drills have no data here. There is no way round to the other data set. */
  of(dataSet: DataSet): WheelingConnector | undefined {
    return (dataSet === 'drill' ? this.drill : this.real) ?? undefined;
  }

  close(): void {
    this.real.close();
    this.drill?.close();
  }
}
