/** Where each prefecture's tile lies, row by row: [column, prefecture]. The order of a map, not its shapes. */
const ROWS: readonly (readonly [number, string][])[] = [
  [[12, '01']],
  [[12, '02']],
  [[11, '05'], [12, '03']],
  [[11, '06'], [12, '04']],
  [[8, '17'], [9, '16'], [10, '15'], [11, '07']],
  [[3, '32'], [4, '31'], [5, '28'], [6, '26'], [7, '18'], [8, '21'], [9, '20'], [10, '10'], [11, '09'], [12, '08']],
  [[2, '35'], [3, '34'], [4, '33'], [5, '27'], [6, '29'], [7, '25'], [8, '23'], [9, '19'], [10, '11'], [11, '13'], [12, '12']],
  [[1, '41'], [2, '40'], [4, '38'], [5, '37'], [6, '30'], [7, '24'], [9, '22'], [10, '14']],
  [[1, '42'], [2, '43'], [3, '44'], [4, '39'], [5, '36']],
  [[2, '46'], [3, '45']],
  [[1, '47']],
]; // prettier-ignore

/** `row / column` of a prefecture's tile. */
export const TILE_OF: ReadonlyMap<string, string> = new Map(
  ROWS.flatMap((row, index) => row.map(([column, code]) => [code, `${index + 1} / ${column}`] as const)),
);
