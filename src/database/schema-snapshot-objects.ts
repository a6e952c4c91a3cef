import { RUNNER_TABLE } from './migration-files.js';
import { grantsOnFunctions, grantsOnRelations } from './schema-snapshot-grants.js';
import {
  ask,
  byObject,
  BYTES,
  commentLine,
  OUR_FUNCTION,
  OUR_RELATION,
  OUR_TYPE,
  ownerLine,
  type SnapshotClient,
} from './schema-snapshot-parts.js';

interface Definition {
  name: string;
  text: string;
  owner: string | null;
  comment: string | null;
}

/** Their versions differ between servers, so the name alone; plpgsql is in every database. */
const EXTENSIONS = `
  select extname as name, format('create extension %I;', extname) as text, null as owner, null as comment
  from pg_extension where extname <> 'plpgsql' order by extname`;

/** NOT NULL is said by itself: only from PostgreSQL 17 on is it a constraint of the domain. */
const DOMAINS = `
  select t.typname as name, format('create domain %I as %s', t.typname, format_type(t.typbasetype, t.typtypmod))
    || coalesce((select format(' collate %I', l.collname) from pg_collation l join pg_type b on b.oid = t.typbasetype
                 where l.oid = t.typcollation and t.typcollation <> b.typcollation), '')
    || coalesce(' default ' || t.typdefault, '') || case when t.typnotnull then ' not null' else '' end
    || coalesce((select string_agg(format(E'\\n  constraint %I %s', k.conname, pg_get_constraintdef(k.oid, true)), ''
                   order by k.conname) from pg_constraint k where k.contypid = t.oid and k.contype = 'c'), '') || ';' as text,
    ${ownerLine("'domain'", 'quote_ident(t.typname)', 't.typowner')} as owner,
    ${commentLine("'domain'", 'quote_ident(t.typname)', 'd.description')} as comment
  from pg_type t left join pg_description d on d.classoid = 'pg_type'::regclass and d.objoid = t.oid
  where t.typtype = 'd' and ${OUR_TYPE} order by t.typname`;

const TYPES = `
  select t.typname as name, format('create type %I as %s;', t.typname, case t.typtype
      when 'e' then (select format('enum (%s)', string_agg(quote_literal(v.enumlabel), ', ' order by v.enumsortorder))
                     from pg_enum v where v.enumtypid = t.oid)
      when 'r' then (select format('range (subtype = %s)', format_type(r.rngsubtype, null))
                     from pg_range r where r.rngtypid = t.oid)
      else (select format('(%s)', string_agg(format('%I %s', a.attname, format_type(a.atttypid, a.atttypmod)), ', '
              order by a.attnum)) from pg_attribute a where a.attrelid = t.typrelid and not a.attisdropped) end) as text,
    ${ownerLine("'type'", 'quote_ident(t.typname)', 't.typowner')} as owner,
    ${commentLine("'type'", 'quote_ident(t.typname)', 'd.description')} as comment
  from pg_type t left join pg_class c on c.oid = t.typrelid
    left join pg_description d on d.classoid = 'pg_type'::regclass and d.objoid = t.oid
  where (t.typtype in ('e', 'r') or (t.typtype = 'c' and c.relkind = 'c')) and ${OUR_TYPE} order by t.typname`;

/** Those of identity columns come with their tables; only grants on them are told. */
const SEQUENCES = `
  select c.relname as name, format('create sequence %I as %s increment by %s minvalue %s maxvalue %s start with %s%s;',
      c.relname, format_type(s.seqtypid, null), s.seqincrement, s.seqmin, s.seqmax, s.seqstart,
      case when s.seqcycle then ' cycle' else '' end)
    || coalesce((select format(E'\\nalter sequence %I owned by %s.%I;', c.relname, o.refobjid::regclass, a.attname)
         from pg_depend o join pg_attribute a on a.attrelid = o.refobjid and a.attnum = o.refobjsubid
         where o.classid = 'pg_class'::regclass and o.objid = c.oid and o.deptype = 'a'), '') as text,
    ${ownerLine("'sequence'", 'quote_ident(c.relname)', 'c.relowner')} as owner,
    ${commentLine("'sequence'", 'quote_ident(c.relname)', 'd.description')} as comment
  from pg_class c join pg_sequence s on s.seqrelid = c.oid
    left join pg_description d on d.classoid = 'pg_class'::regclass and d.objoid = c.oid
  where not exists (select from pg_depend i where i.classid = 'pg_class'::regclass and i.objid = c.oid
      and (i.deptype = 'i' or i.refobjid = to_regclass('${RUNNER_TABLE}')))
    and ${OUR_RELATION} order by c.relname`;

const FUNCTIONS = `
  select p.oid::regprocedure::text as name,
    case when p.prokind = 'a' then format('-- aggregate %s returns %s', p.oid::regprocedure, pg_get_function_result(p.oid))
         else rtrim(pg_get_functiondef(p.oid), E'\\n') || ';' end as text,
    ${ownerLine("'routine'", 'p.oid::regprocedure', 'p.proowner')} as owner,
    ${commentLine("'routine'", 'p.oid::regprocedure', 'd.description')} as comment
  from pg_proc p left join pg_description d on d.classoid = 'pg_proc'::regclass and d.objoid = p.oid
  where ${OUR_FUNCTION} order by p.oid::regprocedure::text ${BYTES}`;

/** Extensions, domains and other types, and sequences: what tables are made from. */
export async function foundations(client: SnapshotClient): Promise<string[]> {
  const extensions = await ask<Definition>(client, EXTENSIONS);
  const domains = await ask<Definition>(client, DOMAINS);
  const types = await ask<Definition>(client, TYPES);
  const sequences = await ask<Definition>(client, SEQUENCES);
  const found = await grantsOnRelations(client, ['S']);
  const grants = byObject(found);
  const listed = new Set(sequences.map((sequence) => sequence.name));
  const onIdentities = found.filter((grant) => !listed.has(grant.of)).map((grant) => grant.text);
  return [
    ...[...extensions, ...domains, ...types].map((definition) => whole(definition)),
    ...sequences.map((sequence) => whole(sequence, grants(sequence.name))),
    onIdentities.join('\n'),
  ];
}

export async function functions(client: SnapshotClient): Promise<string[]> {
  const grants = byObject(await grantsOnFunctions(client));
  return (await ask<Definition>(client, FUNCTIONS)).map((found) => whole(found, grants(found.name)));
}

function whole({ text, owner, comment }: Definition, grants: string[] = []): string {
  return [text, owner, comment, ...grants].filter((line) => line !== null).join('\n');
}
