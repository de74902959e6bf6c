-- Cutting that is honest (减权): proposals with their evidence, the legal form of
-- what leaves, boundaries between departments, and who follows a department that
-- ends.

-- Whoever takes over what a department did: no power falls between chairs.
-- table department_ends: act, owner registry/org
create table department_ends (
  department_id blob not null primary key references departments (id),
  day text not null,
  successor_id blob references departments (id),
  reason text not null,
  at integer not null
) strict;
create index department_ends_successor on department_ends (successor_id);

-- Who does what where two departments meet. Each side confirms for itself; a
-- boundary holds from the day named in from_day, once both did.
-- table boundaries: act, owner registry/org
create table boundaries (
  id blob not null primary key,
  division text not null,
  matter text not null,
  left_id blob not null references departments (id),
  left_does text not null,
  right_id blob not null references departments (id),
  right_does text not null,
  basis text not null,
  power_id blob references powers (id),
  rule text not null,
  from_day text not null,
  left_at integer not null,
  right_at integer not null,
  ended_day text not null,
  ended_reason text not null,
  recorded_by text not null,
  at integer not null
) strict;
create index boundaries_left on boundaries (left_id);
create index boundaries_right on boundaries (right_id);
create index boundaries_power on boundaries (power_id);

-- What a reviewer proposes to do with a power (减权建议), with the evidence as it
-- was seen. A change has one open proposal.
-- table proposals: act, owner stage/reduce
create table proposals (
  id blob not null primary key,
  change_id blob not null references changes (id),
  power_id blob not null references powers (id),
  version_id blob not null references power_versions (id),
  department_id blob not null references departments (id),
  order_key text not null,
  stood text not null,
  state text not null,
  fate text not null,
  ground text not null,
  target_kind text not null,
  target text not null,
  into_power_id blob references powers (id),
  legal_form text not null,
  receiver text not null,
  followup text not null,
  reason text not null,
  evidence text not null,
  evidence_digest blob not null,
  account_id blob not null,
  proposed_by text not null,
  at integer not null,
  closed_reason text not null,
  closed_by text not null,
  closed_at integer not null
) strict;
create unique index proposals_open on proposals (change_id) where state = 'open';
create index proposals_power on proposals (power_id);
create index proposals_listed on proposals (state, order_key, id);

alter table dispositions add column legal_form text not null default '';
alter table dispositions add column receiver text not null default '';
alter table dispositions add column followup text not null default '';
alter table dispositions add column proposal_id blob;
