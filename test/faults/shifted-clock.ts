/**
 * Loaded before the service (`node --import`): this machine's clock is wrong by KASHIKAGI_FAULT_CLOCK_MS, and, where
 * KASHIKAGI_FAULT_CLOCK_JUMPS_MS is set, jumps there and back.
 */
const shiftMs = Number(process.env['KASHIKAGI_FAULT_CLOCK_MS']);
const jumpsEveryMs = Number(process.env['KASHIKAGI_FAULT_CLOCK_JUMPS_MS'] ?? 0);
const begun = performance.now();

function isShifted(): boolean {
  return jumpsEveryMs === 0 || Math.floor((performance.now() - begun) / jumpsEveryMs) % 2 === 0;
}

globalThis.Date = new Proxy(Date, {
  construct: (real, parts: unknown[], as: typeof Date) =>
    Reflect.construct(real, parts.length === 0 ? [shifted(real)] : parts, as) as Date,
  get: (real, name) => (name === 'now' ? () => shifted(real) : (Reflect.get(real, name) as unknown)),
});

function shifted(real: DateConstructor): number {
  return real.now() + (isShifted() ? shiftMs : 0);
}
