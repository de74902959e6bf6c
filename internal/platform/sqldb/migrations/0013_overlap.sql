-- Overlaps between departments (职责交叉, 减权/重叠): the groups of powers that are
-- taken for one matter, made anew by each search, and what people judged of them.

-- table overlap_runs: derived, owner service/overlap
create table overlap_runs (
  division text not null primary key,
  at integer not null,
  powers integer not null,
  found integer not null,
  pooled integer not null,
  digest blob not null,
  state text not null
) strict;

-- table overlap_groups: derived, owner service/overlap
create table overlap_groups (
  id blob not null primary key,
  order_key text not null,
  kind text not null,
  score integer not null,
  size integer not null,
  offices integer not null,
  name text not null,
  category text not null,
  place text not null,
  reasons text not null,
  lead_id blob not null,
  into_id blob not null,
  why text not null,
  state text not null
) strict;
create index overlap_groups_order on overlap_groups (order_key);

-- table overlap_members: derived, owner service/overlap
create table overlap_members (
  group_id blob not null,
  seq integer not null,
  power_id blob not null,
  version_id blob not null,
  change_id blob not null,
  department_id blob not null,
  score integer not null,
  reason text not null,
  primary key (group_id, seq)
) strict, without rowid;
create index overlap_members_power on overlap_members (power_id);
create index overlap_members_department on overlap_members (department_id, group_id);

-- table overlap_judgements: act, owner service/overlap
create table overlap_judgements (
  id blob not null primary key,
  group_id blob not null,
  verdict text not null,
  reason text not null,
  into_id blob,
  boundary_id blob,
  account_id blob not null,
  judged_by text not null,
  at integer not null
) strict;
create index overlap_judgements_at on overlap_judgements (at);

-- table overlap_judged: act, owner service/overlap
create table overlap_judged (
  judgement_id blob not null references overlap_judgements (id),
  power_id blob not null references powers (id),
  version_id blob not null references power_versions (id),
  primary key (judgement_id, power_id)
) strict, without rowid;
create index overlap_judged_power on overlap_judged (power_id);
