import { refOf, shown } from '../giving.js';
import { refused } from '../narrator.js';
import { searchOf, type Holder, type Stage } from '../stage.js';
import type { Inbox } from './4-declaration.js';

/** 見えてはいけないものが見えた: one word stops the field for everyone, two officers release it (MECH-6). */
export async function incident(stage: Stage, plan: string, a: Holder, b: Holder): Promise<void> {
  stage.tell.chapter('第7章の続き 見えてはいけないものが見えた');
  const [mine, theirs] = [await stage.point('outage', 21), await stage.point('outage', 22)];
  const seen = await stage.use(a, '検索', (operator) => operator.lookup(searchOf(mine)), {
    status: 200,
    say: shown,
  });
  const ref = refOf(
    await stage.use(b, '検索', (operator) => operator.lookup(searchOf(theirs)), { status: 200, say: shown }),
  );
  const report = {
    record_id: seen.record_id,
    field: 'contact_phone',
    description: '都度開示の前に、連絡先の番号が見えていました',
  };
  await stage.use(a, '申し出る', ({ person }) => person.post('/api/v1/incidents', report), {
    status: 201,
    say: () => '連絡先電話番号を全員に対して止めた',
    check: (body) => body['frozen'] === true,
  });
  await stage.use(
    b,
    '別の会社の人が電話番号を開示',
    (operator) => operator.reveal(ref, 'contact_phone'),
    refused(403, 'field_frozen'),
  );
  await stage.act('auditor-1', '受信箱を見る', (monitor) => monitor.get<Inbox>('/api/v1/inbox'), {
    status: 200,
    say: ({ items }) => items.find((one) => one.kind === 'incident.open')?.title ?? '',
    check: (body) =>
      body.items.some((one) => one.kind === 'incident.open') &&
      !JSON.stringify(body).includes('operator-a-01'),
  });
  await stage.act(
    'officer-1',
    '確認の終わらないうちに常設計画の席を増やす',
    (officer) => officer.call('PATCH', `/api/v1/standing-plans/${plan}`, { seats: 5 }),
    refused(409, 'plan_not_renewable'),
  );
  const release = { release: ['contact_phone'], reason: '表示の誤りを直し、確認が済んだため' };
  const proposal = await stage.act(
    'officer-1',
    '連絡先電話番号の再開を提案',
    (officer) => officer.call('PATCH', '/api/v1/field-profiles/outage-call', release),
    { status: 202, say: () => 'まだ止まったまま' },
  );
  await stage.confirmedByAnother(proposal, 'officer-1', 'officer-2');
  await stage.use(b, '電話番号を開示', (operator) => operator.reveal(ref, 'contact_phone'), {
    status: 200,
    say: (body) => `${body.value.slice(0, 3)}…（記録 ${body.record_id}）`,
  });
}
