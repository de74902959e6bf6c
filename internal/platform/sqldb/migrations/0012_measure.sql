-- Honest numbers (不玩数字游戏): how often powers are used, and the counts of an
-- edition that were sealed (锁定基数).

-- How many cases a power had in a place in a year; place is the division in
-- which it was exercised. 0 is known and says that it was not used.
-- table power_usage: act, owner registry/power
create table power_usage (
  power_id blob not null references powers (id),
  place text not null,
  year integer not null,
  cases integer not null,
  source text not null,
  at integer not null,
  primary key (power_id, place, year)
) strict, without rowid;

-- The counts of an edition as they stood when it was sealed; digest is SHA-256
-- over the rows of sealed_rows in the order of the codes.
-- table sealed_editions: act, owner stage/reduce
create table sealed_editions (
  id blob not null primary key,
  edition_id blob not null unique,
  counts text not null,
  rows integer not null,
  digest blob not null,
  account_id blob not null,
  sealed_by text not null,
  at integer not null
) strict;

-- table sealed_rows: act, owner stage/reduce
create table sealed_rows (
  sealed_id blob not null references sealed_editions (id),
  code text not null,
  power_id blob not null,
  version_id blob not null,
  version_digest blob not null,
  department_id blob not null,
  category text not null,
  name text not null,
  primary key (sealed_id, code)
) strict, without rowid;
