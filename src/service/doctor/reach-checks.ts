import type { Settings } from '../../config/settings.js';
import { codeOf, textOf } from '../../database/embedded/start-error.js';
import { readRunFile } from '../run-file.js';
import { bad, doubtful, good, looked, words, type Finding, type Words } from './finding.js';

const WAITS_MS = 5_000;

/** Who the service talks to. Only whether they answer is asked: nothing of a customer, and nothing is signed or sent. */
export async function reachChecks(settings: Settings): Promise<Finding[]> {
  const run = await readRunFile(settings.dataFolder);
  const { wheeling, drillWheeling, timeStamping, witnesses, identityProviders } = settings;
  const real = wheeling.kind === 'http' ? wheeling.url : run.wheeling_url;
  const drill =
    drillWheeling.kind === 'http'
      ? drillWheeling.url
      : drillWheeling.kind === 'none'
        ? null
        : run.drill_wheeling_url;
  const found = await Promise.all([
    looked('service', () => serviceOf(run.listening_url)),
    looked('wheeling', () => (real === undefined ? SAMPLE_SLEEPS : answers('wheeling', real, MUST))),
    looked('drill data', () => drillOf(drill)),
    looked('public URL', () => publicUrlOf(settings)),
    ...identityProviders.map((one) => looked(`sign-in ${one.id}`, () => providerOf(one.id, one.issuer))),
    ...witnesses.map((one, n) => looked(`witness ${n + 1}`, () => answers(`witness ${n + 1}`, one.url, MAY))),
    ...(timeStamping ? [looked('time-stamps', () => answers('time-stamps', timeStamping.url, MAY))] : []),
  ]);
  return [
    ...found.flat(),
    ...(timeStamping || witnesses.length > 0 || !settings.isProduction ? [] : [NO_WITNESS]),
  ];
}

const NO_WITNESS = doubtful(
  'witnesses',
  words('台帳の署名が外へ出ていません', 'no checkpoint leaves the house'),
  words('witnesses か timeStamping を設定', 'set witnesses or timeStamping'),
);

const SAMPLE_SLEEPS = Promise.resolve(
  doubtful(
    'wheeling',
    words('見本の託送システムはサービスとともに動きます', 'the sample runs with the service'),
    words('npm start', 'npm start'),
  ),
);

interface Weight {
  make: typeof bad;
  todo: Words;
}
const MUST: Weight = {
  make: bad,
  todo: words(
    '相手と経路を確かめる。それまで検索はできない（解除はできる）',
    'see to it and to the way there; until then no lookups (lifting works)',
  ),
};
const MAY: Weight = {
  make: doubtful,
  todo: words(
    '相手と経路を確かめる。何も待たせないが、台帳の証が外に残らない',
    'see to it; nothing waits for it, but no evidence leaves',
  ),
};

/** Any answer below 500 is an answer: what is asked for need not be there. */
async function answers(check: string, url: string, { make, todo }: Weight): Promise<Finding> {
  const { origin } = new URL(url);
  const status = await get(url).then(
    (answer) => answer.status,
    (error: unknown) => kindOf(error),
  );
  return typeof status === 'number' && status < 500
    ? good(check, words(`${origin} は答えます`, `${origin} answers`))
    : make(
        check,
        words(`${origin} が答えません（${status}）`, `${origin} does not answer (${status})`),
        todo,
      );
}

async function drillOf(drill: string | null | undefined): Promise<Finding> {
  if (drill === null) return good('drill data', words('訓練では値を見せません', 'drills see no data'));
  if (drill === undefined)
    return doubtful(
      'drill data',
      words('訓練の見本はサービスとともに動きます', 'the sample runs with the service'),
      words('npm start', 'npm start'),
    );
  const todo = words('drillWheeling に訓練用の系を設定', 'give drills a system of their own (drillWheeling)');
  return answers('drill data', drill, { make: doubtful, todo });
}

export async function providerOf(id: string, issuer: string): Promise<Finding> {
  const check = `sign-in ${id}`;
  const todo = words(
    '認証基盤を確かめる。パスキーのある人は入れる',
    'see to the provider; whoever has a passkey can sign in',
  );
  try {
    const told = (await (
      await get(`${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`)
    ).json()) as Record<string, unknown>;
    if (told['issuer'] !== issuer)
      return bad(check, words('別の発行者を名乗ります', 'it names another issuer'), todo);
    const keys = (await (await get(String(told['jwks_uri']))).json()) as { keys?: unknown[] };
    const count = keys.keys?.length ?? 0;
    if (count === 0) return bad(check, words('署名鍵がありません', 'it has no keys'), todo);
    return good(check, words(`答えます（鍵 ${count}）`, `answers (${count} keys)`));
  } catch (error) {
    return bad(check, words(`答えません（${kindOf(error)}）`, `does not answer (${kindOf(error)})`), todo);
  }
}

async function publicUrlOf({ publicUrl, isProduction }: Settings): Promise<Finding> {
  const check = 'public URL';
  if (publicUrl === null) return good(check, words('待ち受ける所と同じ', 'where it listens'));
  if (isProduction && !publicUrl.startsWith('https:')) {
    const todo = words(
      'TLS を終端するロードバランサーを前に置き、https の publicUrl を設定',
      'put TLS in front, and set an https publicUrl',
    );
    return bad(check, words(`${publicUrl} は暗号化されません`, `${publicUrl} is not encrypted`), todo);
  }
  const todo = words(
    'サービス・ロードバランサー・証明書・DNS を確かめる',
    'see to the service, the load balancer, its certificate and DNS',
  );
  return answers(check, `${publicUrl}/healthz`, { make: doubtful, todo });
}

async function serviceOf(url: string | undefined): Promise<Finding> {
  const todo = words('npm start、または kashikagi start', 'npm start, or kashikagi start');
  if (url === undefined)
    return doubtful('service', words('この機械では動いていません', 'does not run on this machine'), todo);
  const answer = await get(`${url}/readyz`).catch((error: unknown) => kindOf(error));
  if (typeof answer === 'string')
    return bad(
      'service',
      words(`${url} が答えません（${answer}）`, `${url} does not answer (${answer})`),
      todo,
    );
  const { ready, checks } = (await answer.json()) as { ready?: boolean; checks?: Record<string, string> };
  const wrong = Object.entries(checks ?? {}).filter(([, state]) => state !== 'ok');
  const told = wrong.map(([name, state]) => `${name}: ${state}`).join(', ');
  const fix = words('下の行と README「最悪の六夜」', 'see the lines below, and README, “Six worst nights”');
  if (ready !== true)
    return bad('service', words(`準備できていません（${told}）`, `is not ready (${told})`), fix);
  return wrong.length > 0
    ? doubtful('service', words(`動いていますが ${told}`, `runs, but ${told}`), fix)
    : good('service', words(`この機械の ${url} で動いています`, `runs on this machine at ${url}`));
}

const get = (url: string): Promise<Response> =>
  fetch(url, { redirect: 'manual', signal: AbortSignal.timeout(WAITS_MS) });

/** ECONNREFUSED, ENOTFOUND, CERT_HAS_EXPIRED, TimeoutError …; never a message. */
function kindOf(error: unknown): string {
  const { cause } = error as { cause?: unknown };
  return codeOf(cause) ?? textOf(error, 'name') ?? 'unknown';
}
