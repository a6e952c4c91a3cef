import type { FieldId } from '../../agreements/field-catalogue.js';
import { picked } from './rules.entry.js';
import { Evidence, personWithin, Tally, type Rule, type Sign } from './sign.js';
import type { Use } from './use.js';

/** 類型1–6, as far as this broker's own records tell them (domain §1.8). Pure. */

const EQUIPMENT: ReadonlySet<string> = new Set<FieldId>([
  'service_pole_number',
  'meter_number',
  'site_map_ref',
  'supply_method',
  'contract_current_a',
  'contract_capacity_kva',
  'meter_equipment_info',
  'load_equipment_info',
]);

/** 類型1: equipment of premises with power, and no ticket of an outage. */
export const contractorEnquiry = (): Rule =>
  picked(
    'contractor_enquiry',
    1,
    (use) =>
      use.isPermitted && use.hasPower && !use.hasTicket && use.fields.some((field) => EQUIPMENT.has(field)),
  );

const RUN = 3;

interface Run {
  evidence: Evidence;
  /** No more than strike. */
  points: Set<string>;
  last: Pick<Use, 'isOutbound' | 'callId'>;
}

/** 類型2: a list is worked through: three points or more in a row, without a call that a customer made for each. */
export class ListWithoutCalls implements Rule {
  private readonly runs = new Map<string, Run>();
  private readonly tally = new Tally();

  see(use: Use): void {
    if (!use.isPermitted || use.action !== 'lookup' || use.point === null) return;
    const key = personWithin(use);
    const run = this.goingOn(key, use) ?? this.begin(key, use);
    run.evidence.add(use);
    if (run.points.size < RUN) run.points.add(use.point);
    run.last = use;
  }

  private goingOn(key: string, use: Use): Run | undefined {
    const run = this.runs.get(key);
    const goesOn = run && (use.isOutbound ? run.last.isOutbound : run.last.callId === use.callId);
    return goesOn ? run : undefined;
  }

  private begin(key: string, use: Use): Run {
    this.close(key);
    const run = { evidence: new Evidence(use), points: new Set<string>(), last: use };
    this.runs.set(key, run);
    return run;
  }

  private close(key: string): void {
    const run = this.runs.get(key);
    if (run && run.points.size >= RUN) this.tally.join(key, run.evidence);
  }

  *signs(): Generator<Sign> {
    for (const key of this.runs.keys()) this.close(key);
    this.runs.clear();
    for (const [, evidence] of this.tally.all) yield evidence.sign('list_without_calls', 'person', null);
  }
}

const SPELLINGS = 3;

/** 類型4: several tries at one point's name, as who corrects a switching request would make them. */
export class SpellingTries implements Rule {
  private readonly tally = new Tally();

  see(use: Use): void {
    const isName = use.action === 'match' && use.fields.includes('contract_holder_name');
    if (!isName || use.point === null) return;
    this.tally.at(`${use.organizationId ?? ''} ${use.point}`, use).add(use);
  }

  *signs(): Generator<Sign> {
    for (const [key, evidence] of this.tally.all)
      if (evidence.count >= SPELLINGS)
        yield evidence.sign('spelling_tries', 'supply_point_ref', key.split(' ')[1] ?? null);
  }
}

/** 類型5: an outgoing call about another retailer's customer. */
export const outboundOfOthers = (): Rule =>
  picked('outbound_of_others', 1, (use) => use.isOutbound && use.isOthers === true && use.code === null);

const LEAST_KNOWN = 20;
const SHARE = 0.9;
const ABOVE = 0.1;

/** 類型5: nearly all that a person looks at are others' customers, though the disaster's calls are not. */
export class OthersOnly implements Rule {
  private readonly people = new Map<string, { known: number; others: Evidence }>();
  private readonly declarations = new Map<string, { known: number; others: number }>();

  see(use: Use): void {
    if (!use.isPermitted || use.isOthers === null) return;
    const person = this.people.get(personWithin(use)) ?? { known: 0, others: new Evidence(use) };
    const area = this.declarations.get(use.declarationId ?? '') ?? { known: 0, others: 0 };
    this.people.set(personWithin(use), person);
    this.declarations.set(use.declarationId ?? '', area);
    person.known += 1;
    area.known += 1;
    if (!use.isOthers) return;
    person.others.add(use);
    area.others += 1;
  }

  *signs(): Generator<Sign> {
    for (const [key, { known, others }] of this.people) {
      const area = this.declarations.get(key.split(' ')[1] ?? '');
      const share = others.count / known;
      if (!area || known < LEAST_KNOWN || share <= SHARE) continue;
      if (share - area.others / area.known >= ABOVE) yield others.sign('others_only', 'person', null);
    }
  }
}
