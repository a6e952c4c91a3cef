import { grantsOnColumns, grantsOnRelations } from './schema-snapshot-grants.js';
import {
  ask,
  byObject,
  BYTES,
  commentLine,
  OUR_RELATION,
  ownerLine,
  type Part,
  type SnapshotClient,
} from './schema-snapshot-parts.js';

interface View {
  name: string;
  head: string;
  definition: string;
  owner: string | null;
}

const VIEWS = `
  select c.relname as name, pg_get_viewdef(c.oid, true) as definition,
    format('create %s %I%s as', v.kind, c.relname,
      (select format(' with (%s)', string_agg(o, ', ' order by o ${BYTES})) from unnest(c.reloptions) o having count(*) > 0)) as head,
    ${ownerLine('v.kind', 'quote_ident(c.relname)', 'c.relowner')} as owner
  from pg_class c cross join lateral (select case c.relkind when 'm' then 'materialized view' else 'view' end as kind) v
  where c.relkind in ('v', 'm') and ${OUR_RELATION} order by c.relname`;

const INDEXES = `
  select c.relname as of, pg_get_indexdef(i.indexrelid, 0, true) || ';' as text
  from pg_class c join pg_index i on i.indrelid = c.oid join pg_class x on x.oid = i.indexrelid
  where c.relkind = 'm' and ${OUR_RELATION} order by c.relname, x.relname`;

const TRIGGERS = `
  select c.relname as of, pg_get_triggerdef(g.oid, true) || ';' as text
  from pg_class c join pg_trigger g on g.tgrelid = c.oid
  where c.relkind = 'v' and not g.tgisinternal and ${OUR_RELATION} order by c.relname, g.tgname`;

const COMMENTS = `
  select c.relname as of, case when a.attnum is null
    then ${commentLine("case c.relkind when 'm' then 'materialized view' else 'view' end", 'quote_ident(c.relname)', 'd.description')}
    else ${commentLine("'column'", "format('%I.%I', c.relname, a.attname)", 'd.description')} end as text
  from pg_class c join pg_description d on d.classoid = 'pg_class'::regclass and d.objoid = c.oid
    left join pg_attribute a on a.attrelid = c.oid and a.attnum = d.objsubid and a.attnum > 0
  where c.relkind in ('v', 'm') and ${OUR_RELATION} order by c.relname, d.objsubid`;

export async function views(client: SnapshotClient): Promise<string[]> {
  const found = await ask<View>(client, VIEWS);
  const parts = async (sql: string) => byObject(await ask<Part>(client, sql));
  const indexes = await parts(INDEXES);
  const triggers = await parts(TRIGGERS);
  const comments = await parts(COMMENTS);
  const grants = byObject(await grantsOnRelations(client, ['v', 'm']));
  const columnGrants = byObject(await grantsOnColumns(client, ['v', 'm']));
  return found.map((view) =>
    [
      view.head,
      withoutNeedlessPrefix(view.definition),
      ...(view.owner === null ? [] : [view.owner]),
      ...indexes(view.name),
      ...triggers(view.name),
      ...comments(view.name),
      ...grants(view.name),
      ...columnGrants(view.name),
    ].join('\n'),
  );
}

/** What can stand in a definition: text, names, brackets, anything else. */
const TOKEN = /'(?:[^']|'')*'|(?:"(?:[^"]|"")*"|[\p{L}_][\p{L}\p{N}_$]*)|[()]|\s+|[^]/gu;
const NAME = /^["\p{L}_]/u;
const AFTER_FROM = /^(?:WHERE|GROUP|HAVING|WINDOW|ORDER|LIMIT|OFFSET|FETCH|FOR)$/;

/**
 * PostgreSQL 15 writes `door.id` also where the view reads from one relation alone; later versions write `id`, at the
 * outer level only. This takes the prefix away there, so it changes nothing that 16 or later wrote.
 */
export function withoutNeedlessPrefix(definition: string): string {
  const tokens = definition.match(TOKEN) ?? [];
  const outer = outerTokens(tokens);
  const words = tokens.map((token, index) => (outer[index] ? token : ''));
  const from = words.indexOf('FROM');
  const isSetOperation = words.some((word) => /^(?:UNION|INTERSECT|EXCEPT)$/.test(word));
  if (from < 0 || isSetOperation) return definition;
  const end = words.findIndex((word, index) => index > from && AFTER_FROM.test(word));
  const sources = words.slice(from, end < 0 ? undefined : end);
  if (sources.includes(',') || sources.includes('JOIN')) return definition;
  const isPrefix = (index: number) =>
    outer[index] === true &&
    tokens[index + 1] === '.' &&
    NAME.test(tokens[index] ?? '') &&
    !isWithin(index, from, end);
  return tokens
    .filter((_, index) => !isPrefix(index) && !(tokens[index] === '.' && isPrefix(index - 1)))
    .join('');
}

/** `FROM other_schema.door` is no column. */
function isWithin(index: number, from: number, end: number): boolean {
  return index > from && (end < 0 || index < end);
}

/** Which tokens belong to the outer SELECT; a bracket that opens with SELECT, WITH or VALUES is a query of its own. */
function outerTokens(tokens: string[]): boolean[] {
  const inner: boolean[] = [];
  return tokens.map((token, index) => {
    if (token === '(') {
      const next = tokens.slice(index + 1).find((one) => one.trim() !== '') ?? '';
      inner.push(/^(?:SELECT|WITH|VALUES)$/.test(next));
    }
    const isOuter = !inner.includes(true);
    if (token === ')') inner.pop();
    return isOuter;
  });
}
