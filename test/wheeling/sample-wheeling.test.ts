import { randomUUID } from 'node:crypto';
import pg from 'pg';
import { parseAddress } from '../../src/wheeling/address.js';
import { POINTS_STEP, seedSampleWheeling } from '../../src/wheeling/sample/seed.js';
import { sampleDatabaseUrl, SampleSystem, type Point } from './sample-system.js';

/** Every identifier of the field catalogue: F01–F42, the outage fields, and the joint-use notice. */
const CATALOGUE = `supply_point_id supply_address service_pole_number service_area_code contract_holder_name
  contact_phone customer_phone meter_number site_map_ref supply_method customer_statement_notes
  ampere_breaker_presence remote_switch_capability smart_meter_info contract_current_a contract_capacity_kva
  contract_current_upper_limit_a current_limit_value_a meter_equipment_info load_equipment_info
  discontinuation_measure_info contract_form island_universal_service_flag flat_rate_lighting_info power_factor
  retailer_name retailer_code energy_usage_kwh usage_history_13m contract_power_kw wheeling_service_menu
  meter_reading_date transfer_application_received_date transfer_application_status wheeling_transfer_history
  contract_determination_method minimum_charge_applies past_new_or_expanded_date
  current_retailer_contract_number contract_end_date switch_date fit_category fit_certified_operator_info
  fit_purchase_info last_resort_supply_customer_info switch_request_holder_name previous_contract_info
  grid_spare_capacity_data outage_state outage_incident_id estimated_restoration_at feeder_section_code
  planned_crew_eta public_notice_text call_ticket_id danger_report grid_interconnection_flag contract_status
  wheeling_contract_change_date wheeling_contract_demand_info`.split(/\s+/);
const VARIANTS = ['低圧', '高圧', 'FIT', '最終保障', '離島', '新設', '空家'];

describe('the sample wheeling system', () => {
  let system: SampleSystem;
  beforeAll(async () => {
    system = await SampleSystem.start();
  });
  afterAll(() => system.stop());

  describe.each(['272035', '131130'])('in %s', (municipality) => {
    let points: Point[];
    beforeAll(async () => {
      points = await system.points(municipality, '&limit=1000');
    });

    it('has at least 200 points that can never be real, all different', () => {
      expect(points.length).toBeGreaterThanOrEqual(200);
      expect(points.filter(({ supply_point_id }) => !/^99\d{20}$/.test(supply_point_id))).toEqual([]);
      for (const field of ['supply_point_id', 'supply_address', 'customer_phone', 'meter_number']) {
        expect(new Set(points.map((point) => point[field])).size).toBe(points.length);
      }
    });

    it('holds every field of the catalogue, and each has a value somewhere', () => {
      for (const field of [...CATALOGUE, 'record_variant', 'municipality_code']) {
        expect(points.every((point) => field in point)).toBe(true);
        expect(points.some((point) => point[field] !== null)).toBe(true);
      }
    });

    it('has half of its points in outage, also among the first hundred', async () => {
      const first = await system.points(municipality, '&limit=100');
      for (const some of [first, points]) {
        const dark = some.filter((point) => point['outage_state'] === 'outage');
        const lit = some.filter((point) => point['outage_state'] === 'energised');
        expect([dark.length, lit.length]).toEqual([some.length / 2, some.length / 2]);
      }
    });

    it('has every variant of a record in both states', () => {
      const found = new Set(
        points.map((point) => `${String(point['record_variant'])} ${String(point['outage_state'])}`),
      );
      expect([...found].sort()).toEqual(VARIANTS.flatMap((v) => [`${v} energised`, `${v} outage`]).sort());
    });

    it('gives each point values of its own where a leak would matter', () => {
      const own = [
        'contract_holder_name',
        'retailer_name',
        'retailer_code',
        'current_retailer_contract_number',
      ];
      for (const field of [
        ...own,
        'customer_statement_notes',
        'load_equipment_info',
        'previous_contract_info',
      ]) {
        expect(new Set(points.map((point) => point[field])).size).toBe(points.length);
      }
    });

    it('has the hundred first contacts alone, and some later contact at several points', () => {
      const sharing = (one: Point) =>
        points.filter(({ contact_phone }) => contact_phone === one.contact_phone).length;
      expect(points.slice(0, 100).map(sharing)).toEqual(Array(100).fill(1));
      expect(points.some((point) => sharing(point) > 1)).toBe(true);
    });
  });

  it('finds a point by number, telephone and address, and answers two at most', async () => {
    const points = await system.points('272035', '&limit=1000');
    const point = points[0]!;
    const id = point.supply_point_id;
    const ids = async (sought: object) => (await system.search(sought)).map((found) => found.supply_point_id);

    expect(await ids({ supply_point_id: id })).toEqual([id]);
    expect(await ids({ phone: point.contact_phone })).toEqual([id]);
    expect(await ids({ phone: point.customer_phone })).toEqual([id]);
    const said = point.supply_address.replace('大阪府豊中市', '');
    expect(await ids({ municipality_code: '272035', address: said })).toEqual([id]);
    expect(await ids({ municipality_code: '131130', address: said })).not.toContain(id);

    const shared = points.find((one, at) =>
      points.some((other, o) => o < at && other.contact_phone === one.contact_phone),
    )!;
    expect(await ids({ phone: shared.contact_phone })).toHaveLength(2);
    const flat = points.find(({ supply_address }) => supply_address.endsWith('101号室'))!;
    const house = flat.supply_address.replace(/ .*/, '');
    expect(await ids({ municipality_code: '272035', address: house })).toHaveLength(2);
    expect(await ids({ municipality_code: '272035', address: `${house} 101` })).toEqual([
      flat.supply_point_id,
    ]);
  });

  it('finds nothing by a part or a wildcard', async () => {
    const [point] = await system.points('272035', '&limit=1');
    for (const sought of [
      { supply_point_id: point!.supply_point_id.slice(0, 21) },
      { supply_point_id: '%' },
      { phone: point!.contact_phone.slice(0, 10) },
      { phone: '' },
      { municipality_code: '272035', address: '本町' },
      { municipality_code: '27203_', address: point!.supply_address },
    ]) {
      expect(await system.search(sought)).toEqual([]);
    }
  });

  it('keeps one spelling of each address, the one that the connector compares', async () => {
    const client = new pg.Client({ connectionString: sampleDatabaseUrl() });
    await client.connect();
    const { rows } = await client.query<{ full: string; name: string; street: string; room: string }>(
      `select supply_address as full, street, room from supply_point
       join supply_point_address using (municipality_code, supply_point_id)`,
    );
    const points = await client.query('select from supply_point');
    await client.end();
    const wrong = rows.filter(({ full, street, room }) => {
      const parsed = parseAddress(full);
      return parsed === undefined || !parsed.street.endsWith(street) || parsed.room !== room;
    });
    expect(points.rowCount).toBeGreaterThan(400);
    expect(rows).toHaveLength(points.rowCount!);
    expect(wrong).toEqual([]);
  });

  it('answers one point by its path, and 404 for one that is not there', async () => {
    const [point] = await system.points('131130', '&limit=1');
    const found = await fetch(`${system.url}/supply-points/${point!.supply_point_id}`);
    expect(await found.json()).toEqual(point);
    expect((await fetch(`${system.url}/supply-points/${'9'.repeat(22)}`)).status).toBe(404);
  });

  it('takes a ticket for the crew and keeps it', async () => {
    const ticket = { supply_point_id: '9'.repeat(22), is_disconnected_by_contract: true };
    const { status, body } = await system.send('POST', '/tickets', ticket);
    expect(status).toBe(201);
    const kept = await fetch(`${system.url}/tickets/${(body as { ticket_id: string }).ticket_id}`);
    expect(await kept.json()).toMatchObject({
      supply_point_id: ticket.supply_point_id,
      fields: { is_disconnected_by_contract: true },
    });
  });

  it.each([
    ['POST', '/search', {}],
    ['POST', '/search', { phone: 1 }],
    ['POST', '/tickets', {}],
    ['PUT', '/switches', { mode: 'wrong' }],
    ['PUT', '/switches', { mode: 'slow', delay_ms: -1 }],
    ['PUT', '/switches', { mode: 'slow', only: { phone: 1 } }],
  ])('refuses %s %s %j', async (method, path, body) => {
    expect((await system.send(method, path, body)).status).toBe(400);
  });
});

describe('the seed of the sample', () => {
  const schemas = [`seed_${randomUUID().slice(0, 8)}`, `seed_${randomUUID().slice(0, 8)}`] as const;
  let client: pg.Client;
  const urlOf = (schema: string): string => {
    const url = new URL(sampleDatabaseUrl());
    url.searchParams.set('options', `-c search_path=${schema}`);
    return url.href;
  };
  const digest = async (schema: string): Promise<unknown> => {
    const { rows } = await client.query(
      `select count(*), md5(string_agg(p::text, '|' order by supply_point_id)) from ${schema}.supply_point p`,
    );
    return rows[0];
  };

  beforeAll(async () => {
    client = new pg.Client({ connectionString: sampleDatabaseUrl() });
    await client.connect();
    for (const schema of schemas) await client.query(`create schema ${schema}`);
  });
  afterAll(async () => {
    await client.query(`set client_min_messages = warning`);
    for (const schema of schemas) await client.query(`drop schema ${schema} cascade`);
    await client.end();
  });

  it('gives the same data every time, also when two start at once, and changes nothing again', async () => {
    const points = POINTS_STEP * 25;
    await Promise.all([...schemas, ...schemas].map((schema) => seedSampleWheeling(urlOf(schema), points)));
    const first = await digest(schemas[0]);
    expect(first).toMatchObject({ count: String(points) });
    expect(await digest(schemas[1])).toEqual(first);

    await client.query(`update ${schemas[0]}.supply_point set outage_state = 'energised'`);
    await seedSampleWheeling(urlOf(schemas[0]), points);
    await seedSampleWheeling(urlOf(schemas[0]));
    expect(await digest(schemas[0])).not.toEqual(first);
    await seedSampleWheeling(urlOf(schemas[0]), points + POINTS_STEP);
    await seedSampleWheeling(urlOf(schemas[0]), points);
    expect(await digest(schemas[0])).toEqual(first);
  });

  it('refuses a number of points that cannot be spread evenly', async () => {
    await expect(seedSampleWheeling(sampleDatabaseUrl(), 81)).rejects.toThrow(RangeError);
  });
});
