import fc from 'fast-check';
import { Broker } from '../harness/broker.js';
import { PEOPLE, type Dice } from './acts.js';
import { ACTS } from './acts-on-grants.js';
import { Reality } from './reality.js';
import { HOUR, World } from './world.js';

interface Step {
  act: string;
  dice: Dice;
}

const dice = fc.record({ a: fc.nat(999), b: fc.nat(999), c: fc.nat(999), d: fc.nat(999) });
/** What happens at any time; what makes a life is likelier than what ends it for everybody. */
const OFTEN = [
  'advance',
  'advance',
  'confirm',
  'callForSupport',
  'nominate',
  'approve',
  'acknowledge',
  'credential',
];
const step: fc.Arbitrary<Step> = fc.record({ act: fc.constantFrom(...OFTEN, ...Object.keys(ACTS)), dice });

/** The straight path, by one of the retailers, in a drill or in earnest: else most sequences would never see a value. */
const path: fc.Arbitrary<Step[]> = fc
  .record({
    area: fc.nat(2),
    organization: fc.nat(1),
    people: fc.nat(1),
    kind: fc.constantFrom(2, 2, 2, 4),
    approver: fc.constantFrom(1, 2),
  })
  .map(({ area, organization, people, kind, approver }) => [
    { act: 'declare', dice: { a: 0, b: area, c: 50, d: kind } },
    { act: 'callForSupport', dice: { a: 0, b: 1, c: 1, d: 1 } },
    { act: 'nominate', dice: { a: 0, b: organization, c: people, d: 5 } },
    { act: 'approve', dice: { a: 0, b: approver, c: 0, d: 0 } },
    { act: 'acknowledge', dice: { a: 0, b: 0, c: 0, d: 0 } },
    { act: 'credential', dice: { a: 0, b: 0, c: 0, d: 0 } },
  ]);
const life: fc.Arbitrary<Step[]> = fc
  .tuple(
    fc.oneof({ weight: 4, arbitrary: path }, { weight: 1, arbitrary: fc.constant<Step[]>([]) }),
    fc.array(step, { minLength: 1, maxLength: 14 }),
  )
  .map(([before, after]) => [...before, ...after]);

/** Facts that a sequence may have spoilt, whole again: as the tables' owner, who is not what is tried here. */
const SPOILT = ['person', 'organization', 'entrustment_agreement', 'incident'];
const triggers = (switched: 'enable' | 'disable'): string =>
  SPOILT.map((table) => `alter table ${table} ${switched} trigger user`).join(';');
const WHOLE_AGAIN = `
  ${triggers('disable')};
  update person set left_at = null, recertified_until = broker_now() + interval '85 days',
         training_valid_until = case when training_valid_until is null then null else broker_now() + interval '335 days' end
   where id like 'operator-%';
  update organization set staff_feed_at = broker_now();
  update entrustment_agreement set ended_at = null, valid_until = broker_now() + interval '335 days';
  update incident set released_at = at, released_by_change = (select id from change limit 1) where released_at is null;
  ${triggers('enable')}`;

export interface Lived {
  sequences: number;
  acts: number;
  lookups: number;
  values: number;
}

/**
 * Random sequences of every act, against the reference model, with three instances answering; after each act everybody
 * who ever had a credential asks. Throws with the shortest failing sequence that could be found.
 */
export async function live(sequences: number, seed: number): Promise<Lived> {
  const broker = await Broker.start({ instances: 3 });
  try {
    const reality = await Reality.of(broker);
    let machines: World['machines'] = new Map();
    let acts = 0;
    let lived = 0;
    const property = fc.asyncProperty(life, async (steps) => {
      await reality.standAt(reality.clock.now + 25 * HOUR);
      await broker.database.asOwner(WHOLE_AGAIN);
      const world = new World(reality.clock.now);
      reality.forget();
      for (const person of PEOPLE) {
        const machine = machines.get(person);
        if (machine?.isLost === false) world.machines.set(person, machine);
        else await reality.enrol(person, world);
      }
      machines = world.machines;
      for (const { act, dice: thrown } of steps) {
        await ACTS[act]?.(world, reality, thrown);
        await reality.everybodyAsks(world);
        acts += 1;
      }
      lived += 1;
    });
    await fc.assert(property, { numRuns: sequences, seed, endOnFailure: false });
    return { sequences: lived, acts, lookups: reality.lookups, values: reality.values };
  } finally {
    await broker.stop();
  }
}
