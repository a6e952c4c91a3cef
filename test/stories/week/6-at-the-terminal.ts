import { Operator, Terminal } from '../actors.js';
import { grantOf } from '../giving.js';
import { refused } from '../narrator.js';
import type { Holder, Json, Stage } from '../stage.js';
import type { Prepared } from './1-preparations.js';
import type { Supported } from './5-support.js';

/** 本人確認と資格情報: that very person, having read, at an enrolled terminal, at one only. */
export async function atTheTerminal(
  stage: Stage,
  prepared: Prepared,
  { grants }: Supported,
): Promise<Holder> {
  stage.tell.chapter('第6章 電話: 本人確認と端末');
  const { seats } = prepared;
  const [seat, second] = seats['retailer-a'];
  const [foreign] = seats['retailer-b'];
  if (!seat || !second || !foreign) throw new Error('terminals are enrolled');
  const grantId = grantOf(grants, 'operator-a-01');
  const person = await stage.person('operator-a-01');
  const holder = { operator: new Operator(person, seat.terminal), grantId, seat };
  const asking = (what: string, terminal: Terminal, status: number, code: string): Promise<Json> =>
    stage.use<Json>(
      holder,
      what,
      () => new Operator(person, terminal).credential(grantId),
      refused(status, code),
    );

  await asking('本人確認の前に資格情報を求める', seat.terminal, 403, 'not_acknowledged');
  const path = `/api/v1/grants/${grantId}/acknowledge`;
  const notice = await stage.act(
    'operator-a-01',
    '注意事項を読む',
    (self) => self.get<{ version: string; text: string }>('/api/v1/notice'),
    { status: 200, say: (body) => `${body.version}版、${body.text.length}字` },
  );
  await stage.act(
    'operator-a-01',
    '前の版で本人確認',
    (self) => self.post(path, { notice_version: '2025-1' }),
    refused(409, 'notice_outdated'),
  );
  const body = { notice_version: notice.version };
  await stage.act(
    'operator-a-02',
    'a-01 の本人確認を代わりに行おうとする',
    (other) => other.post(path, body),
    refused(404, 'not_found'),
  );
  await stage.act('operator-a-01', '本人確認', (self) => self.post(path, body), {
    status: 200,
    say: () => '付与は有効',
    check: (grant) => grant['live'] === true,
  });
  await asking('登録のない端末から求める', new Terminal(stage.storm.now), 403, 'unknown_terminal');
  await asking('他社の端末から求める', foreign.terminal, 403, 'terminal_of_other_organization');
  await stage.use<Json>(holder, '登録された端末から求める', (operator) => operator.credential(grantId), {
    status: 200,
    say: (credential) => `${String(credential['expires_in'])}秒有効、端末の鍵に結び付き`,
  });
  await asking('二台目の端末でも求める', second.terminal, 409, 'other_terminal');
  return holder;
}
