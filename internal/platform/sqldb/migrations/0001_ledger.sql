-- The ledger: entries of two Merkle logs (1 powers, 2 cases), their stored
-- hashes (RFC 6962, numbered by tlog.StoredHashIndex) and the logs' sizes.

-- table ledger_heads: act, owner platform/ledger
create table ledger_heads (
  log integer not null primary key,
  size integer not null
) strict;
insert into ledger_heads (log, size) values (1, 0), (2, 0);

-- seq counts from 1 and is the size of the tree that ends with the entry.
-- leaf is what is hashed and what the log shows to everybody; actor, subject,
-- salt and addendum are private, and only their common digest is in the leaf.
-- table ledger_entries: act, owner platform/ledger
create table ledger_entries (
  log integer not null,
  seq integer not null,
  id blob not null unique,
  at integer not null,
  division text not null,
  kind text not null,
  actor_id text not null,
  actor_name text not null,
  actor_role text not null,
  subject blob,
  salt blob not null,
  addendum blob,
  leaf blob not null,
  leaf_hash blob not null,
  primary key (log, seq)
) strict, without rowid;
create index ledger_entries_subject on ledger_entries (subject, log, seq);

-- table ledger_hashes: act, owner platform/ledger
create table ledger_hashes (
  log integer not null,
  place integer not null,
  hash blob not null,
  primary key (log, place)
) strict, without rowid;

-- Entries that PostgreSQL's transactions leave to be numbered. A transaction
-- that saw another one's entry always has the larger place.
-- postgres only
-- table ledger_queue: act, owner platform/ledger
create table ledger_queue (
  place bigint generated always as identity primary key,
  log bigint not null,
  id bytea not null,
  at bigint not null,
  division text collate "C" not null,
  kind text collate "C" not null,
  actor_id text collate "C" not null,
  actor_name text collate "C" not null,
  actor_role text collate "C" not null,
  subject bytea,
  salt bytea not null,
  addendum bytea,
  leaf bytea not null,
  leaf_hash bytea not null
);
create unique index ledger_queue_id on ledger_queue (id);
-- end
