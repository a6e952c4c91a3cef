-- The ledger's tree: what waits becomes leaves, leaves become tiles, and the tree is signed.

-- An age by the machine's own clock: it decides about nobody's access, and nobody moves it.
alter table pending add column added_at timestamptz not null default clock_timestamp();
comment on column pending.added_at is 'How long the sequencer lets it wait; an age, not the time of the record';
alter table pending set (autovacuum_vacuum_threshold = 5000, autovacuum_vacuum_cost_delay = 0);

-- ---------------------------------------------------------------- the tree
create table tree_state (
  is_only boolean primary key default true check (is_only),
  size    bigint not null check (size >= 0),
  root    bytea not null check (octet_length(root) = 32)
) with (fillfactor = 20, autovacuum_vacuum_threshold = 500, autovacuum_vacuum_scale_factor = 0);
comment on table tree_state is 'The fence: one row, locked by whoever gives positions; moved by compare-and-swap';
create trigger tree_state_only_grows before update on tree_state for each row
  when (new.size <= old.size) execute function refuse_change('size');
insert into tree_state (size, root) values (0, sha256(''));

create table leaf (
  position  bigint primary key check (position >= 0),
  record_id text not null,
  entry     text not null check (octet_length(entry) <= 65535),
  hash      bytea not null check (octet_length(hash) = 32),
  constraint leaf_stands_once unique (record_id)
) with (autovacuum_vacuum_insert_scale_factor = 0.05);
comment on table leaf is 'The entries in the order of the tree; position 0, 1, 2 … without a gap';
comment on column leaf.entry is 'The bytes that are hashed, as written: a random id and a commitment, public';

create table tile (
  level  smallint not null check (level >= 0),
  index  bigint not null check (index >= 0),
  hashes bytea not null check (octet_length(hashes) = 8192),
  primary key (level, index)
);
alter table tile alter column hashes set storage external;
comment on table tile is 'Full tiles (c2sp.org/tlog-tiles, height 8), each stored once when its last hash is there';

create table tree_edge (
  level  smallint primary key check (level >= 0),
  index  bigint not null check (index >= 0),
  hashes bytea not null check (octet_length(hashes) < 8192 and octet_length(hashes) % 32 = 0)
) with (autovacuum_vacuum_threshold = 500, autovacuum_vacuum_scale_factor = 0);
alter table tree_edge alter column hashes set storage external;
comment on table tree_edge is 'The last tile of each level while it is not full: a prefix of the tile to come';

-- Checked at the commit, since the sequencer takes before it places: what goes from here stands in the tree, byte for byte.
create function refuse_lost_entry() returns trigger language plpgsql as $$
begin
  if not exists (select from leaf l where l.record_id = old.record_id and l.entry = old.entry)
     and current_user <> (select relowner::regrole::text from pg_class where oid = tg_relid) then
    raise exception using errcode = 'restrict_violation', message = 'an entry waits until it has its place in the tree';
  end if;
  return null;
end $$;
create constraint trigger pending_goes_into_the_tree after delete on pending deferrable initially deferred
  for each row execute function refuse_lost_entry();

-- ---------------------------------------------------------------- what was signed
create table signed_checkpoint (
  is_only   boolean primary key default true check (is_only),
  origin    text not null,
  vkey      text not null,
  size      bigint not null check (size >= 0),
  root      bytea not null check (octet_length(root) = 32),
  note      text not null,
  signed_at timestamptz(3) not null
) with (fillfactor = 20, autovacuum_vacuum_threshold = 500, autovacuum_vacuum_scale_factor = 0);
comment on table signed_checkpoint is 'The last checkpoint; whatever is signed next has to begin with it';
create trigger signed_checkpoint_only_grows before update on signed_checkpoint for each row
  when (new.size <= old.size or new.origin <> old.origin or new.vkey <> old.vkey)
  execute function refuse_change('size', 'origin', 'vkey');

-- ---------------------------------------------------------------- who may touch what
grant delete on pending to kashikagi_app;
grant select, update (size, root) on tree_state to kashikagi_app;
grant select, insert on leaf, tile to kashikagi_app;
grant select, insert, update (index, hashes) on tree_edge to kashikagi_app;
grant select, insert, update (size, root, note, signed_at) on signed_checkpoint to kashikagi_app;
grant select on tree_state, leaf, tile, tree_edge, signed_checkpoint to kashikagi_auditor;
