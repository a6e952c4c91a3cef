import { refused } from '../narrator.js';
import type { Json, Stage } from '../stage.js';

/** 警戒: the anticipatory posture is for roster and briefing; it gives no access. */
export async function watch(stage: Stage): Promise<void> {
  const { storm } = stage;
  stage.tell.chapter('第3章 警戒: 名簿の確認と周知だけ');
  const body = storm.declarationBody({ name: '台風24号の接近', posture_level: '警戒本部' });
  type Declared = Json & { id: string };
  const posture = await stage.act(
    'hq-1',
    '警戒本部を設置',
    (hq) => hq.post<Declared>('/api/v1/declarations', body),
    { status: 201, say: () => '閲覧できる発令ではない', check: (answer) => answer['live'] === false },
  );
  const path = `/api/v1/declarations/${posture.id}`;
  await stage.act('hq-2', '確認', (hq) => hq.post(`${path}/confirm`), {
    status: 200,
    say: () => '確認されても、閲覧はできないまま',
    check: (answer) => answer['live'] === false,
  });
  await stage.act(
    'hq-1',
    '応援を要請しようとする',
    (hq) => hq.post(`${path}/support-calls`, storm.callBody()),
    refused(409, 'declaration_not_live'),
  );
  await stage.act(
    'hq-3',
    '発令に切り替えるため、警戒を解く',
    (hq) => hq.post(`${path}/lift`, { reason: '非常災害対策本部の設置に切り替える' }),
    { status: 200 },
  );
}
