import { buffer } from 'node:stream/consumers';
import { LongWork } from '../long-work.js';
import type { CertificateView, CertifiedGrantView } from '../certificates.dto.js';
import { certificateSheet } from './certificate.sheet.js';

const grant = (n: number): CertifiedGrantView => ({
  id: `gr_${n}`,
  person_id: `operator-a-${n % 40}`,
  organization_id: 'retailer-a',
  starts_at: '2026-11-23T03:20:00.000Z',
  ends_at: '2026-11-23T11:00:00.000Z',
  ended_at: '2026-11-23T11:00:00.000Z',
  cause: 'lifted',
  record_id: `rc_${n}`,
  uses: n,
  had_credential: false,
  probes: [],
});
const certificateOf = (grants: number): CertificateView => ({
  declaration_id: 'dc_1',
  number: '99-20261123-1',
  name: '台風24号',
  is_drill: false,
  ended_at: '2026-11-23T11:00:00.000Z',
  lifted_at: '2026-11-23T11:00:00.000Z',
  completed_at: '2026-11-23T11:00:04.000Z',
  record_id: 'rc_certificate',
  sentence_ja: 'すべて終わりました。',
  sentence_en: 'All have ended.',
  totals: { granted: grants, closed: grants, last_ended_at: '2026-11-23T11:00:00.000Z', unresolved: 0 },
  grants: Array.from({ length: grants }, (_, n) => grant(n)),
});
const paperOf = (grants: number, work: LongWork): Promise<AsyncIterable<Uint8Array>> =>
  certificateSheet(
    {
      certificate: certificateOf(grants),
      position: 7,
      checkpoint: { origin: 'example.org/ledger', size: 8, root: Buffer.alloc(32), note: '' },
      names: new Map(),
    },
    work,
  );

describe('a paper of many rows', () => {
  it('is laid out in stretches, so that others have their turn, and is the same file', async () => {
    let now = 0;
    let turns = 0;
    const turn = (): void => {
      turns += 1;
      waiting = setImmediate(turn);
    };
    let waiting = setImmediate(turn);
    // Each look at the clock takes a millisecond: a rest comes after every ten rows, however fast the machine is.
    const paper = await paperOf(400, new LongWork(() => (now += 1)));
    clearImmediate(waiting);
    expect(turns).toBeGreaterThan(35);
    const inOne = await buffer(await paperOf(400, new LongWork(() => 0)));
    expect((await buffer(paper)).equals(inOne)).toBe(true);
  });
});
