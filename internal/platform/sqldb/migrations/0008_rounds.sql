-- Clearing in three rounds (清权, 三上三下): drafts of departments, what they
-- hand up, what the audit groups hand down, and what is ruled.

-- table drafts: working, owner stage/inventory
create table drafts (
  id blob not null primary key,
  account_id blob not null,
  department_id blob not null,
  power_id blob,
  base_version_id blob,
  no integer not null,
  name text not null,
  schema integer not null,
  content text not null,
  saved_at integer not null
) strict;
create unique index drafts_power on drafts (account_id, power_id);
create index drafts_department on drafts (department_id, saved_at);
create index drafts_of_power on drafts (power_id);

-- table jobs: working, owner platform/job
create table jobs (
  id blob not null primary key,
  account_id blob not null,
  kind text not null,
  title text not null,
  state text not null,
  done integer not null,
  total integer not null,
  message text not null,
  result text not null,
  begun_at integer not null,
  beat_at integer not null,
  ended_at integer not null
) strict;
create index jobs_account on jobs (account_id, begun_at);

-- table attachments: act, owner registry/document
create table attachments (
  id blob not null primary key,
  subject_id blob not null,
  department_id blob not null,
  name text not null,
  media text not null,
  size integer not null,
  digest blob not null,
  account_id blob not null,
  at integer not null,
  removed_at integer not null
) strict;
create index attachments_subject on attachments (subject_id);

-- table campaigns: act, owner service/round
create table campaigns (
  id blob not null primary key,
  division text not null,
  title text not null,
  state text not null,
  opened_at integer not null,
  closed_at integer not null
) strict;

-- table round_terms: act, owner service/round
create table round_terms (
  campaign_id blob not null references campaigns (id),
  no integer not null,
  department_id blob not null references departments (id),
  due text not null,
  primary key (campaign_id, no, department_id)
) strict, without rowid;
create index round_terms_department on round_terms (department_id);

-- table selfchecks: act, owner service/round
create table selfchecks (
  id blob not null primary key,
  campaign_id blob not null references campaigns (id),
  no integer not null,
  department_id blob not null,
  versions integer not null,
  digest blob not null,
  statement text not null,
  account_id blob not null,
  signed_by text not null,
  at integer not null
) strict;
create index selfchecks_department on selfchecks (department_id, at);

-- table submissions: act, owner service/round
create table submissions (
  id blob not null primary key,
  campaign_id blob not null references campaigns (id),
  no integer not null,
  department_id blob not null,
  selfcheck_id blob not null references selfchecks (id),
  versions integer not null,
  digest blob not null,
  due text not null,
  day text not null,
  account_id blob not null,
  handed_by text not null,
  at integer not null,
  received_at integer not null,
  handdown_at integer not null
) strict;
create unique index submissions_round on submissions (campaign_id, no, department_id);
create index submissions_department on submissions (department_id, at);

-- table submission_versions: act, owner service/round
create table submission_versions (
  submission_id blob not null references submissions (id),
  power_id blob not null,
  change_id blob not null,
  version_id blob not null,
  primary key (submission_id, power_id)
) strict, without rowid;
create index submission_versions_power on submission_versions (power_id);

-- table handdowns: act, owner service/round
create table handdowns (
  id blob not null primary key,
  submission_id blob not null references submissions (id),
  group_no integer not null,
  opinions integer not null,
  digest blob not null,
  account_id blob not null,
  handed_by text not null,
  at integer not null
) strict;
create unique index handdowns_submission on handdowns (submission_id);

-- table opinions: act, owner service/round
create table opinions (
  id blob not null primary key,
  campaign_id blob not null references campaigns (id),
  no integer not null,
  submission_id blob not null references submissions (id),
  department_id blob not null,
  power_id blob not null,
  change_id blob not null,
  version_id blob not null,
  field text not null,
  cause text not null,
  text text not null,
  state text not null,
  follows_id blob,
  batch_id blob,
  account_id blob not null,
  author text not null,
  written_at integer not null,
  handed_at integer not null,
  moved_at integer not null
) strict;
create index opinions_submission on opinions (submission_id, state);
create index opinions_department on opinions (department_id, state);
create index opinions_power on opinions (power_id, state);
create index opinions_state on opinions (campaign_id, state);
create index opinions_change on opinions (change_id);
create index opinions_follows on opinions (follows_id);
create index opinions_batch on opinions (batch_id);

-- table opinion_replies: act, owner service/round
create table opinion_replies (
  opinion_id blob not null primary key references opinions (id),
  answer text not null,
  reason text not null,
  version_id blob,
  account_id blob not null,
  replied_by text not null,
  at integer not null
) strict;

-- table rulings: act, owner service/round
create table rulings (
  opinion_id blob not null primary key references opinions (id),
  outcome text not null,
  text text not null,
  version_id blob,
  account_id blob not null,
  ruled_by text not null,
  at integer not null
) strict;

-- table conclusions: act, owner service/round
create table conclusions (
  id blob not null primary key,
  change_id blob not null,
  version_id blob not null,
  rule text not null,
  verdict text not null,
  note text not null,
  batch_id blob,
  account_id blob not null,
  concluded_by text not null,
  at integer not null,
  undone_at integer not null
) strict;
create index conclusions_version on conclusions (version_id, rule);
create index conclusions_batch on conclusions (batch_id);

-- table bulk_acts: act, owner service/round
create table bulk_acts (
  id blob not null primary key,
  account_id blob not null,
  kind text not null,
  powers integer not null,
  at integer not null,
  undone_at integer not null
) strict;

-- Lists of other places (五对照/5). Their items may say which level exercises them.
alter table reference_items add column level text not null default '';

-- table peer_imports: act, owner service/peer
create table peer_imports (
  id blob not null primary key,
  list_id blob not null,
  file text not null,
  items integer not null,
  added integer not null,
  removed integer not null,
  account_id blob not null,
  imported_by text not null,
  at integer not null
) strict;
create index peer_imports_list on peer_imports (list_id, at);

-- table peer_runs: derived, owner service/peer
create table peer_runs (
  list_id blob not null primary key,
  at integer not null,
  powers integer not null,
  items integer not null,
  matched integer not null,
  state text not null
) strict;

-- table peer_matches: derived, owner service/peer
create table peer_matches (
  list_id blob not null,
  seq integer not null,
  power_id blob not null,
  version_id blob not null,
  place integer not null,
  score integer not null,
  reason text not null,
  primary key (list_id, seq, power_id)
) strict, without rowid;
create index peer_matches_power on peer_matches (power_id);

-- table peer_differences: derived, owner service/peer
create table peer_differences (
  id blob not null primary key,
  list_id blob not null,
  order_key text not null,
  kind text not null,
  item text not null,
  seq integer not null,
  power_id blob,
  version_id blob,
  department_id blob,
  name text not null,
  category text not null,
  ours text not null,
  theirs text not null,
  score integer not null,
  note text not null,
  state text not null,
  answer text not null
) strict;
create index peer_differences_order on peer_differences (list_id, order_key, id);
create index peer_differences_state on peer_differences (list_id, state, order_key, id);
create index peer_differences_department on peer_differences (department_id, state);

-- table peer_answers: act, owner service/peer
create table peer_answers (
  id blob not null primary key,
  list_id blob not null,
  kind text not null,
  item text not null,
  power_id blob,
  other_id blob,
  about text not null,
  answer text not null,
  note text not null,
  account_id blob not null,
  answered_by text not null,
  at integer not null
) strict;
create index peer_answers_list on peer_answers (list_id, at);
create index peer_answers_power on peer_answers (power_id);

-- A file of new powers comes in once. What a department files in a clearing may
-- come again, since what is the same by then is skipped row by row.
drop index imports_digest;
create unique index imports_once on imports (kind, division, digest) where kind <> 'filed';
