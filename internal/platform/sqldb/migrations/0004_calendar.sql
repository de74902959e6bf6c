-- The editions of the working-day calendar (工作日历) after the one that is
-- compiled into the program. An edition is whole: it has all the days that the
-- notices of all its years name, so that no other is needed to count with it.

-- table calendar_editions: act, owner registry/calendar
create table calendar_editions (
  id blob not null primary key,
  no integer not null unique,
  label text not null unique,
  source text not null,
  made_at integer not null
) strict;

-- kind is off (放假) or work (调休上班).
-- table calendar_days: act, owner registry/calendar
create table calendar_days (
  edition_id blob not null references calendar_editions (id),
  day text not null,
  name text not null,
  kind text not null,
  primary key (edition_id, day)
) strict, without rowid;
