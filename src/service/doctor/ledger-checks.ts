import type { KeyObject } from 'node:crypto';
import { join } from 'node:path';
import type { Settings } from '../../config/settings.js';
import type { Database } from '../../database/database.js';
import { KeptCheckpoint } from '../../ledger/kept-checkpoint.js';
import { CheckpointSigner } from '../../ledger/note.js';
import { bad, doubtful, good, looked, words, type Finding } from './finding.js';

const LAG_SECONDS = { doubtful: 10, bad: 60 };

interface State {
  lag: number;
  pending: number;
  size: number;
  signed_size: number | null;
  signed_origin: string | null;
  signed_vkey: string | null;
  signed_root: string | null;
  age: number | null;
}

const STATE = `
  select coalesce((select greatest(0, extract(epoch from clock_timestamp() - added_at))::float8
                     from pending order by id limit 1), 0) as lag,
         (select count(*)::integer from pending) as pending, t.size::float8 as size, s.size::float8 as signed_size,
         s.origin as signed_origin, s.vkey as signed_vkey, encode(s.root, 'base64') as signed_root,
         extract(epoch from broker_now() - s.signed_at)::float8 as age
    from tree_state t left join signed_checkpoint s on true`;

/** The ledger's queue and its last signature, held against the key and against the second place of this instance. */
export async function ledgerChecks(
  database: Database,
  settings: Settings,
  ledgerKey: KeyObject | undefined,
): Promise<Finding[]> {
  return looked('ledger', async () => {
    const [state] = await database.rows<State>(STATE);
    if (!state) throw new Error('the tree has no row');
    const signer = ledgerKey && new CheckpointSigner(settings.ledgerOrigin, ledgerKey);
    const kept = new KeptCheckpoint(join(settings.dataFolder, 'ledger-checkpoint'));
    const note = await kept.read();
    return [
      lagOf(state),
      ...(signer ? [keyOf(state, signer.vkey)] : []),
      ...(signer ? [secondPlace(state, note, signer)] : []),
    ];
  });
}

export function lagOf({ lag, pending }: Pick<State, 'lag' | 'pending'>): Finding {
  const found = words(
    `待っている記載 ${pending} 件、遅れ ${lag.toFixed(0)} 秒`,
    `${pending} entries wait, ${lag.toFixed(0)} s behind`,
  );
  const todo = words(
    'サービスが止まっていれば起動。動いていればログの ledger を読む（60秒を超えると新しい付与ができない）',
    'start the service if it is down; else read "ledger" in its log (beyond 60 s no new grants)',
  );
  if (lag > LAG_SECONDS.bad) return bad('ledger', found, todo);
  return lag > LAG_SECONDS.doubtful ? doubtful('ledger', found, todo) : good('ledger', found);
}

function keyOf({ signed_vkey: signed, age }: State, vkey: string): Finding {
  if (signed === null) return good('checkpoint', words('まだ何も署名していません', 'nothing was signed yet'));
  if (signed === vkey) {
    const minutes = Math.max(0, Math.round((age ?? 0) / 60));
    return good('checkpoint', words(`最後の署名は ${minutes} 分前`, `last signed ${minutes} minutes ago`));
  }
  return bad(
    'checkpoint',
    words(`台帳は別の鍵か名前（${signed}）で署名されています`, `this ledger was signed as ${signed}`),
    words(
      'その鍵をバックアップから戻し、ledgerOrigin を確かめる',
      'put that key back from the backup, and see to ledgerOrigin',
    ),
  );
}

/** The file of this instance remembers what was signed here; a database put back from an older backup does not. */
function secondPlace(state: State, note: string | undefined, signer: CheckpointSigner): Finding {
  const check = 'second place';
  if (note === undefined) {
    if (state.signed_size === null) return good(check, words('まだ控えはありません', 'nothing is kept yet'));
    return doubtful(
      check,
      words(
        'この機械に署名の控え（ledger-checkpoint）がありません',
        'this machine keeps no ledger-checkpoint',
      ),
      words(
        'はじめて動かす機械なら起動すればできる。そうでなければバックアップから戻す',
        'a new machine makes one; else put it back from the backup',
      ),
    );
  }
  const kept = signer.open(note);
  const isLost = kept !== undefined && kept.size > state.size;
  const isOther =
    kept !== undefined &&
    kept.size === state.signed_size &&
    kept.root.toString('base64') !== state.signed_root;
  if (kept !== undefined && !isLost && !isOther)
    return good(
      check,
      words(
        `控え（${kept.size} 件）とデータベースは合っています`,
        `the kept checkpoint (${kept.size}) fits the database`,
      ),
    );
  return bad(
    check,
    isLost
      ? words(
          `${kept.size} 件まで署名したのに ${state.size} 件しかありません`,
          `${kept.size} entries were signed and ${state.size} are there`,
        )
      : words('控えはこの台帳のものではありません', 'what is kept is not of this ledger'),
    words(
      '新しいバックアップがあれば戻す。なければ kashikagi new-log（README「復元のあと」）',
      'put a newer backup back; if there is none: kashikagi new-log (README, “After a restore …”)',
    ),
  );
}
