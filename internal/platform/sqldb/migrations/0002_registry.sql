-- The nouns (一库). Every table is preceded by its kind and the one room that
-- writes it. Days are text YYYY-MM-DD ('' = open), instants integer
-- microseconds UTC, ids 16-byte UUIDv7, json text with a schema number beside.

-- table site: act, owner registry/org
create table site (
  one integer not null primary key,
  division text not null,
  name text not null,
  sponsor text not null,
  hotline text not null,
  demo text not null
) strict;

-- table divisions: act, owner registry/org
create table divisions (
  code text not null,
  valid_from text not null,
  valid_to text not null,
  name text not null,
  level text not null,
  parent text not null,
  primary key (code, valid_from)
) strict, without rowid;
create index divisions_parent on divisions (parent);

-- table departments: act, owner registry/org
create table departments (
  id blob not null primary key,
  division text not null,
  name text not null,
  short text not null,
  credit_code text not null,
  nature text not null,
  order_key text not null,
  valid_from text not null,
  valid_to text not null
) strict;
create unique index departments_name on departments (division, name, valid_from);

-- table mandates: act, owner registry/org
create table mandates (
  id blob not null primary key,
  department_id blob not null references departments (id),
  no integer not null,
  text text not null,
  basis text not null,
  valid_from text not null,
  valid_to text not null
) strict;
create index mandates_department on mandates (department_id, no);

-- table law_documents: act, owner registry/law
create table law_documents (
  id blob not null primary key,
  title text not null,
  title_key text not null,
  level text not null,
  issuer text not null,
  region text not null,
  order_key text not null
) strict;
create unique index law_documents_key on law_documents (title_key, level, region);
create index law_documents_order on law_documents (order_key);

-- table law_editions: act, owner registry/law
create table law_editions (
  id blob not null primary key,
  document_id blob not null references law_documents (id),
  source_id text not null,
  title text not null,
  made text not null,
  effective text not null,
  repealed text not null,
  digest blob not null,
  articles integer not null,
  preamble text not null,
  annex text not null,
  problems text not null,
  loaded_at integer not null
) strict;
create unique index law_editions_text on law_editions (document_id, digest);

-- table law_articles: act, owner registry/law
create table law_articles (
  edition_id blob not null references law_editions (id),
  seq integer not null,
  n integer not null,
  sub integer not null,
  book text not null,
  chapter text not null,
  section text not null,
  text text not null,
  paragraphs text not null,
  primary key (edition_id, seq)
) strict, without rowid;
create index law_articles_number on law_articles (edition_id, n, sub);

-- table law_repeals: act, owner registry/law
create table law_repeals (
  edition_id blob not null references law_editions (id),
  title_key text not null,
  title text not null,
  day text not null,
  primary key (edition_id, title_key)
) strict, without rowid;
create index law_repeals_title on law_repeals (title_key);

-- table powers: act, owner registry/power
create table powers (
  id blob not null primary key,
  code text not null unique,
  division text not null,
  origin text not null,
  reporter_id blob not null references departments (id),
  created_at integer not null
) strict;

-- table power_lineage: act, owner registry/power
create table power_lineage (
  power_id blob not null references powers (id),
  predecessor_id blob not null references powers (id),
  reason text not null,
  at integer not null,
  primary key (power_id, predecessor_id)
) strict, without rowid;
create index power_lineage_predecessor on power_lineage (predecessor_id);

-- table power_versions: act, owner registry/power
create table power_versions (
  id blob not null primary key,
  power_id blob not null references powers (id),
  no integer not null,
  department_id blob not null references departments (id),
  category text not null,
  scheme_category text not null,
  name text not null,
  main_item text not null,
  level text not null,
  initiative text not null,
  order_key text not null,
  schema integer not null,
  content text not null,
  digest blob not null,
  import_id blob,
  created_at integer not null
) strict;
create unique index power_versions_no on power_versions (power_id, no);
create index power_versions_department on power_versions (department_id, order_key);

-- table power_citations: act, owner registry/power
create table power_citations (
  version_id blob not null references power_versions (id),
  seq integer not null,
  law text not null,
  article integer not null,
  article_sub integer not null,
  paragraph integer not null,
  item integer not null,
  subitem integer not null,
  reach text not null,
  quote text not null,
  primary key (version_id, seq)
) strict, without rowid;
create index power_citations_law on power_citations (law);

-- table citation_links: derived, owner registry/power
create table citation_links (
  version_id blob not null,
  seq integer not null,
  document_id blob,
  edition_id blob,
  article_seq integer not null,
  state text not null,
  primary key (version_id, seq)
) strict, without rowid;
create index citation_links_article on citation_links (document_id, edition_id, article_seq);

-- table changes: act, owner registry/power
create table changes (
  id blob not null primary key,
  power_id blob not null references powers (id),
  version_id blob not null references power_versions (id),
  department_id blob not null references departments (id),
  kind text not null,
  state text not null,
  opened_at integer not null,
  moved_at integer not null
) strict;
create index changes_power on changes (power_id);
create index changes_state on changes (state, department_id);

-- table imports: act, owner stage/inventory
create table imports (
  id blob not null primary key,
  kind text not null,
  file text not null,
  digest blob not null,
  division text not null,
  item_rows integer not null,
  at integer not null,
  actor text not null
) strict;
create unique index imports_digest on imports (kind, division, digest);

-- table import_rows: act, owner stage/inventory
create table import_rows (
  import_id blob not null references imports (id),
  sheet text not null,
  line integer not null,
  power_id blob not null,
  raw text not null,
  primary key (import_id, sheet, line)
) strict, without rowid;

-- table check_runs: act, owner registry/finding
create table check_runs (
  id blob not null primary key,
  day text not null,
  at integer not null,
  powers integer not null,
  findings integer not null,
  digest blob not null
) strict;

-- table findings: act, owner registry/finding
create table findings (
  run_id blob not null references check_runs (id),
  seq integer not null,
  version_id blob,
  rule text not null,
  severity text not null,
  message text not null,
  evidence text not null,
  primary key (run_id, seq)
) strict, without rowid;
create index findings_version on findings (run_id, version_id);
create index findings_rule on findings (run_id, rule, severity);

-- table dispositions: act, owner stage/reduce
create table dispositions (
  change_id blob not null primary key references changes (id),
  power_id blob not null references powers (id),
  fate text not null,
  ground text not null,
  target_kind text not null,
  target text not null,
  into_power_id blob,
  reason text not null,
  decided_by text not null,
  decided_on text not null,
  at integer not null
) strict;
create index dispositions_power on dispositions (power_id);
create index dispositions_into on dispositions (into_power_id);

-- table lists: act, owner registry/list
create table lists (
  id blob not null primary key,
  division text not null,
  kind text not null,
  title text not null
) strict;
create unique index lists_kind on lists (division, kind, title);

-- table list_editions: act, owner registry/list
create table list_editions (
  id blob not null primary key,
  list_id blob not null references lists (id),
  no integer not null,
  title text not null,
  effective text not null,
  approval text not null,
  consulted_from text not null,
  consulted_to text not null,
  published_at integer not null,
  entries integer not null,
  digest blob not null
) strict;
create unique index list_editions_no on list_editions (list_id, no);

-- table list_entries: act, owner registry/list
create table list_entries (
  edition_id blob not null references list_editions (id),
  power_id blob not null references powers (id),
  version_id blob not null references power_versions (id),
  code text not null,
  name text not null,
  category text not null,
  department_id blob not null,
  level text not null,
  initiative text not null,
  order_key text not null,
  primary key (edition_id, power_id)
) strict, without rowid;
create index list_entries_order on list_entries (edition_id, order_key);
create index list_entries_category on list_entries (edition_id, category, order_key);
create index list_entries_department on list_entries (edition_id, department_id, order_key);
create index list_entries_version on list_entries (version_id);

-- table list_changes: act, owner registry/list
create table list_changes (
  edition_id blob not null references list_editions (id),
  power_id blob not null references powers (id),
  kind text not null,
  old_version_id blob,
  new_version_id blob,
  primary key (edition_id, power_id)
) strict, without rowid;

-- table reference_items: act, owner registry/list
create table reference_items (
  list_id blob not null references lists (id),
  seq integer not null,
  code text not null,
  name text not null,
  name_key text not null,
  department text not null,
  category text not null,
  basis text not null,
  primary key (list_id, seq)
) strict, without rowid;
create index reference_items_name on reference_items (list_id, name_key);
