import { readFile } from 'node:fs/promises';
import { DERIVED_FROM, FIELD_IDS, fieldEntry, isDerived, isFieldId, permits } from './field-catalogue.js';

const MIGRATION = new URL('../../migrations/0002-field-catalogue.sql', import.meta.url);

/** The rows of one INSERT, as text: quoted strings without their quotes, other literals as they stand. */
async function rowsOf(table: string): Promise<string[][]> {
  const sql = await readFile(MIGRATION, 'utf8');
  const statement =
    new RegExp(`insert into ${table} \\([^)]*\\) values\\n(.*?);\\n`, 's').exec(sql)?.[1] ?? '';
  return statement.split(/,\n/).map((row) => {
    const literals =
      row
        .trim()
        .slice(1, -1)
        .match(/'(?:[^']|'')*'|[a-z]+/g) ?? [];
    return literals.map((text) => (text.startsWith("'") ? text.slice(1, -1).replaceAll("''", "'") : text));
  });
}

describe('the field catalogue', () => {
  it('agrees with the migration, field for field', async () => {
    const expected = FIELD_IDS.map((id) => {
      const { item, ja, en, class: seen, nonPublic, reason, modes } = fieldEntry(id);
      return [id, item, ja, en, seen, String(nonPublic), reason, modes.length === 0 ? 'never' : 'limited'];
    });
    expect(await rowsOf('field')).toEqual(expected);
  });

  it('agrees with the migration, mode for mode', async () => {
    const expected = FIELD_IDS.flatMap((id) => fieldEntry(id).modes.map((mode) => [id, mode]));
    expect(await rowsOf('field_mode')).toEqual(expected);
  });

  it('holds all 42 items of the regulator, the outage fields and those of the joint-use notice', () => {
    const numbered = (letter: string, count: number): string[] =>
      Array.from({ length: count }, (_, index) => letter + String(index + 1).padStart(2, '0'));
    const items = [...new Set(FIELD_IDS.map((id) => fieldEntry(id).item))];
    expect(items).toEqual([
      ...numbered('F', 42),
      ...numbered('T', 8),
      ...numbered('E', 4),
      ...numbered('D', 7),
    ]);
  });

  it('gives a never-field no mode, and every other field at least one', () => {
    const open = FIELD_IDS.filter((id) => fieldEntry(id).modes.length > 0);
    expect(open.filter((id) => fieldEntry(id).advice === 'NEVER')).toEqual([]);
    const closed = FIELD_IDS.filter(
      (id) => fieldEntry(id).modes.length === 0 && fieldEntry(id).advice !== 'NEVER',
    );
    // Raw sources whose derived fields are all that may leave.
    const sources = Object.values(DERIVED_FROM).flat();
    expect(closed.filter((id) => !sources.includes(id))).toEqual([]);
  });

  it('keeps F24 to F42 from everybody, whatever the profile', () => {
    const never = FIELD_IDS.filter((id) => /^F(?:2[4-9]|3\d|4[0-2])$|^E/.test(fieldEntry(id).item));
    expect(never).toHaveLength(28);
    expect(never.flatMap((id) => fieldEntry(id).modes)).toEqual([]);
  });

  it('never shows what only the own retailer may see in the switching system', () => {
    const own = FIELD_IDS.filter((id) => fieldEntry(id).class === 'S');
    expect(own.filter((id) => permits(id, 'show'))).toEqual([]);
    expect(own.filter((id) => permits(id, 'derived'))).toEqual([]);
  });

  it('derives only derived fields, and tells contract end and generator to the crew alone', () => {
    expect(FIELD_IDS.filter((id) => permits(id, 'derived') && !isDerived(id))).toEqual([]);
    expect(fieldEntry('is_disconnected_by_contract').modes).toEqual(['dispatch']);
    expect(fieldEntry('has_generation_hazard').modes).toEqual(['dispatch']);
  });

  it('shows only fields of the outage system and three that name no person', () => {
    const shown = FIELD_IDS.filter((id) => permits(id, 'show') && fieldEntry(id).class !== 'T');
    expect(shown).toEqual(['service_pole_number', 'service_area_code', 'site_map_ref']);
  });

  it('permits the profile of the outage call', () => {
    expect(permits('contract_holder_name', 'match') && permits('meter_number', 'match')).toBe(true);
    expect(permits('contact_phone', 'reveal') && permits('customer_phone', 'reveal')).toBe(true);
    expect(permits('supply_point_id', 'part') && permits('supply_address', 'part')).toBe(true);
  });

  it('knows no inherited name', () => {
    expect(['constructor', '__proto__', 'toString', 'record_variant', ''].filter(isFieldId)).toEqual([]);
  });
});
