/** Pages without script, style or data: what a browser shows between a provider and the console. */
const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

const escaped = (text: string): string => text.replaceAll(/[&<>"']/g, (one) => ENTITIES[one] ?? '');

function page(head: string, body: string): string {
  return `<!doctype html>
<html lang="ja"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">${head}<title>貸鍵</title></head>
<body>${body}</body></html>
`;
}

/**
 * Goes on to a path of ours by itself. Not a redirect: the way here began at another site, and a browser would leave the
 * session's SameSite=Strict cookie at home for all of it. From this page on the way begins here.
 */
export function onwardPage(path: string): string {
  const to = escaped(path);
  return page(
    `<meta http-equiv="refresh" content="0; url=${to}">`,
    `<p>サインインしました。<a href="${to}">続ける</a></p>`,
  );
}

/** What went wrong on the way to or from a provider, and what to do: a person is looking at it, not a program. */
export function problemPage(problem: {
  detail: string;
  next?: string;
  code: string;
  record_id?: string;
}): string {
  const next = problem.next === undefined ? '' : `<p>${escaped(problem.next)}</p>`;
  const record = problem.record_id === undefined ? '' : ` ${escaped(problem.record_id)}`;
  return page(
    '',
    `<h1>${escaped(problem.detail)}</h1>${next}<p><a href="/">サインインの画面へ戻る</a></p>
<p><small>${escaped(problem.code)}${record}</small></p>`,
  );
}

/** Whether the caller is a browser on its way to or from a provider: it is shown a page, and a program problem+json. */
export function wantsPage(route: string, accept: string | undefined): boolean {
  return /^\/api\/v1\/sign-in\/:provider(\/callback)?$/.test(route) && (accept ?? '').includes('text/html');
}
