import { send } from '../actors.js';
import { refOf, shown } from '../giving.js';
import { refused } from '../narrator.js';
import { searchOf, type Holder, type Json, type Stage } from '../stage.js';

/** 受付番号: premises with power show themselves only under a ticket that the utility opened for them. */
export async function tickets(stage: Stage, a: Holder): Promise<void> {
  stage.tell.chapter('第6章の続き 受付番号、架電、作業班への引き継ぎ');
  const isSolar = (one: Json): boolean =>
    one['record_variant'] === 'FIT' && one['outage_state'] === 'energised';
  const point = await stage.pointWhere(isSolar);
  const looking = (what: string, call: object, isShown: boolean): Promise<string> =>
    stage
      .use(a, what, (operator) => operator.lookup(searchOf(point), { call }), {
        status: 200,
        say: shown,
        check: ({ results }) => 'supply_address' in (results[0]?.fields ?? {}) === isShown,
      })
      .then(refOf);

  const ref = await looking('通電中の地点を受付番号なしで検索', {}, false);
  await stage.use(
    a,
    'その電話番号を開示',
    (operator) => operator.reveal(ref, 'contact_phone'),
    refused(403, 'match_only'),
  );
  await looking('受付番号を作って検索', { ticket_id: 'TK-0000000' }, false);
  const opened = await stage.tell.act(
    '停電システム',
    'この地点の受付番号を発行',
    () =>
      send<{ ticket_id: string }>(`${stage.urls.wheeling}/tickets`, 'POST', {
        supply_point_id: point.supply_point_id,
      }),
    { status: 201, say: (body) => `${body.ticket_id.slice(0, 11)}…` },
  );
  const { ticket_id } = opened;
  const other = await stage.pointWhere(isSolar, 1);
  await stage.use(
    a,
    '別の地点をその受付番号で検索',
    (operator) => operator.lookup(searchOf(other), { call: { ticket_id } }),
    {
      status: 200,
      say: shown,
      check: ({ results }) => !('supply_address' in (results[0]?.fields ?? {})),
    },
  );
  await stage.use(
    a,
    '本当の受付番号で検索',
    (operator) => operator.lookup(searchOf(point), { call: { ticket_id } }),
    {
      status: 200,
      say: (body) => `${shown(body)}、作業班へ${body.dispatched === true ? '引き継ぎ済み' : '引き継がず'}`,
      check: (body) =>
        body.dispatched === true && !JSON.stringify(body.results).includes('has_generation_hazard'),
    },
  );
  type Ticket = { details: { fields: Json }[] };
  await stage.tell.act(
    '作業班',
    '受付番号の引き継ぎを読む',
    () => send<Ticket>(`${stage.urls.wheeling}/tickets/${ticket_id}`, 'GET'),
    {
      status: 200,
      say: ({ details }) =>
        `自家発電 ${String(details[0]?.fields['has_generation_hazard'])}（応援者の画面には出ない）`,
      check: ({ details }) => details.length === 1 && details[0]?.fields['has_generation_hazard'] === true,
    },
  );
  const outbound = await looking(
    '架電では、受付番号があっても照合だけ',
    { ticket_id, direction: 'outbound' },
    false,
  );
  await stage.use(
    a,
    '架電で電話番号を開示',
    (operator) => operator.reveal(outbound, 'customer_phone'),
    refused(403, 'match_only'),
  );
}
