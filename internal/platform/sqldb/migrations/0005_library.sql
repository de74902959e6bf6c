-- The law library joined to the list (法规库与依据变动): other names of documents,
-- withdrawn texts, what amending acts say, who read what for which power, and
-- the tasks that a change of law makes.

-- The field a law belongs to (领域), read from its title; '' = none told.
alter table law_documents add column field text not null default '';
create index law_documents_field on law_documents (field, order_key);

-- kind is former (曾用名) or short (简称).
-- table law_aliases: act, owner registry/law
create table law_aliases (
  title_key text not null,
  document_id blob not null references law_documents (id),
  title text not null,
  kind text not null,
  reason text not null,
  at integer not null,
  primary key (title_key, document_id)
) strict, without rowid;

-- A text taken in by mistake counts for nothing while it stands here.
-- table law_withdrawals: act, owner registry/law
create table law_withdrawals (
  edition_id blob not null primary key references law_editions (id),
  reason text not null,
  actor text not null,
  at integer not null
) strict;

-- The times in which a text that came in again had been withdrawn.
-- table law_absences: act, owner registry/law
create table law_absences (
  edition_id blob not null references law_editions (id),
  since integer not null,
  till integer not null,
  primary key (edition_id, since)
) strict, without rowid;

-- What came in or was taken back lately: which titles to look at. kind is loaded
-- or withdrawn.
-- table law_news: working, owner registry/law
create table law_news (
  edition_id blob not null references law_editions (id),
  kind text not null,
  at integer not null,
  primary key (edition_id, kind)
) strict, without rowid;

-- What an amending act (修正案, 修改决定) says about the articles of another
-- document; place is its paragraph.item where it says less than an article.
-- table law_effects: act, owner registry/law
create table law_effects (
  edition_id blob not null references law_editions (id),
  seq integer not null,
  title text not null,
  title_key text not null,
  n integer not null,
  sub integer not null,
  place text not null,
  kind text not null,
  old_text text not null,
  new_text text not null,
  new_n integer not null,
  new_sub integer not null,
  effective text not null,
  primary key (edition_id, seq)
) strict, without rowid;
create index law_effects_title on law_effects (title_key);

-- Who consulted which text for which version of a power (查阅记录): written by
-- the work itself. occasion is the work: 核对, 依据变动处理, …
-- table law_readings: act, owner service/reading
create table law_readings (
  document_id blob not null references law_documents (id),
  version_id blob not null references power_versions (id),
  occasion text not null,
  actor text not null,
  edition_id blob not null references law_editions (id),
  day text not null,
  primary key (edition_id, version_id, occasion, actor)
) strict, without rowid;
create index law_readings_document on law_readings (document_id);
create index law_readings_version on law_readings (version_id);

-- One change of a document on a day: from one text to another, or to none.
-- cause is the text that changed it: the new edition, the amending or
-- repealing act, or the withdrawn text.
-- table impact_events: act, owner service/impact
create table impact_events (
  id blob not null primary key,
  document_id blob not null references law_documents (id),
  kind text not null,
  from_edition_id blob not null references law_editions (id),
  to_edition_id blob,
  cause_edition_id blob,
  day text not null,
  opened_at integer not null
) strict;
create index impact_events_document on impact_events (document_id, day);
create index impact_events_opened on impact_events (opened_at, id);

-- table impact_tasks: act, owner service/impact
create table impact_tasks (
  id blob not null primary key,
  event_id blob not null references impact_events (id),
  version_id blob not null references power_versions (id),
  power_id blob not null references powers (id),
  department_id blob not null references departments (id),
  division text not null,
  code text not null,
  name text not null,
  moved integer not null,
  state text not null,
  starts text not null,
  due text not null,
  calendar text not null,
  provisional integer not null,
  term integer not null,
  outcome text not null,
  reason text not null,
  closed_by text not null,
  closed_on text not null,
  new_version_id blob
) strict;
create unique index impact_tasks_version on impact_tasks (version_id, event_id);
create index impact_tasks_event on impact_tasks (event_id, code, id);
create index impact_tasks_due on impact_tasks (state, due, id);
create index impact_tasks_department on impact_tasks (department_id, state, due, id);
create index impact_tasks_power on impact_tasks (power_id);

-- table impact_reasons: act, owner service/impact
create table impact_reasons (
  task_id blob not null references impact_tasks (id),
  seq integer not null,
  citation integer not null,
  kind text not null,
  old_n integer not null,
  old_sub integer not null,
  new_n integer not null,
  new_sub integer not null,
  note text not null,
  primary key (task_id, seq)
) strict, without rowid;

-- The number of working days that a department has for a task.
-- table impact_settings: act, owner service/impact
create table impact_settings (
  one integer not null primary key,
  term integer not null,
  reason text not null
) strict;

-- The day on which the library was looked at last.
-- table impact_followed: working, owner service/impact
create table impact_followed (
  one integer not null primary key,
  day text not null
) strict;
