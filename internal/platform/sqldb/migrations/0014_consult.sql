-- The public is heard (开门搞清单): notices with their draft, comments of the
-- public, of experts and meetings, answers; hot questions, press conferences,
-- media.

-- table notices: act, owner service/consult
create table notices (
  id blob not null primary key,
  division text not null,
  title text not null,
  body text not null,
  from_day text not null,
  to_day text not null,
  answer_by text not null,
  closed_on text not null,
  entries integer not null,
  digest blob not null,
  account_id blob not null,
  opened_by text not null,
  opened_at integer not null
) strict;
create index notices_division on notices (division, from_day, id);

-- The draft as it stood when the notice was opened.
-- table notice_entries: act, owner service/consult
create table notice_entries (
  notice_id blob not null references notices (id),
  power_id blob not null references powers (id),
  change_id blob not null references changes (id),
  version_id blob not null references power_versions (id),
  department_id blob not null references departments (id),
  change_kind text not null,
  code text not null,
  name text not null,
  category text not null,
  order_key text not null,
  digest blob not null,
  primary key (notice_id, power_id)
) strict, without rowid;
create index notice_entries_change on notice_entries (change_id);
create index notice_entries_order on notice_entries (notice_id, order_key, power_id);
create index notice_entries_power on notice_entries (power_id);

-- How the period of a notice was set and changed.
-- table notice_terms: act, owner service/consult
create table notice_terms (
  id blob not null primary key,
  notice_id blob not null references notices (id),
  to_day text not null,
  answer_by text not null,
  closed integer not null,
  reason text not null,
  account_id blob not null,
  set_by text not null,
  at integer not null
) strict;
create index notice_terms_notice on notice_terms (notice_id, at);

-- table consult_settings: act, owner service/consult
create table consult_settings (
  one integer not null primary key,
  least_days integer not null,
  answer_days integer not null,
  reason text not null
) strict;

-- Meetings (座谈会) held on a draft. Who took part is told by roles.
-- table consult_meetings: act, owner service/consult
create table consult_meetings (
  id blob not null primary key,
  notice_id blob not null references notices (id),
  title text not null,
  day text not null,
  place text not null,
  attendance text not null,
  summary text not null,
  opinions integer not null,
  account_id blob not null,
  recorded_by text not null,
  at integer not null
) strict;
create index consult_meetings_notice on consult_meetings (notice_id, day);

-- shown is what everybody may read; body is what the person wrote. receipt is the
-- SHA-256 of the code by which the person finds the comment again. leads is 1 where
-- the comment stands for its group in lists.
-- table comments: act, owner service/consult
create table comments (
  id blob not null primary key,
  notice_id blob not null references notices (id),
  power_id blob,
  version_id blob,
  department_id blob,
  group_id blob not null,
  leads integer not null,
  meeting_id blob,
  kind text not null,
  source text not null,
  body text not null,
  shown text not null,
  masked integer not null,
  state text not null,
  held_cause text not null,
  answer_id blob,
  outcome text not null,
  receipt blob,
  at integer not null
) strict;
create unique index comments_receipt on comments (receipt);
create index comments_notice on comments (notice_id, at, id);
create index comments_firsts on comments (notice_id, leads, at, id);
create index comments_stage on comments (notice_id, state, leads, at, id);
create index comments_power on comments (power_id, notice_id, leads, at, id);
create index comments_office on comments (department_id, state, leads, at, id);
create index comments_desk on comments (department_id, at, id);
create index comments_state on comments (state, leads, at, id);
create index comments_at on comments (at, id);
create index comments_group on comments (group_id, state, leads, at, id);
create index comments_answer on comments (answer_id);
create index comments_meeting on comments (meeting_id);

-- How many comments there are, so that no page counts them. subject is the power,
-- of the list as a whole the notice; office the department, of the legal office the
-- notice.
-- table comment_counts: derived, owner service/consult
create table comment_counts (
  notice_id blob not null,
  subject blob not null,
  office blob not null,
  state text not null,
  outcome text not null,
  kind text not null,
  n integer not null,
  primary key (notice_id, subject, office, state, outcome, kind)
) strict, without rowid;
create index comment_counts_subject on comment_counts (subject, notice_id);

-- table comment_holds: act, owner service/consult
create table comment_holds (
  id blob not null primary key,
  comment_id blob not null references comments (id),
  held integer not null,
  cause text not null,
  reason text not null,
  account_id blob not null,
  done_by text not null,
  at integer not null
) strict;
create index comment_holds_comment on comment_holds (comment_id, at);

-- table comment_answers: act, owner service/consult
create table comment_answers (
  id blob not null primary key,
  notice_id blob not null references notices (id),
  comment_id blob not null references comments (id),
  group_id blob not null,
  replaces_id blob,
  outcome text not null,
  body text not null,
  power_id blob,
  version_id blob,
  exit_state text not null,
  department_id blob,
  comments integer not null,
  account_id blob not null,
  answered_by text not null,
  at integer not null
) strict;
create index comment_answers_group on comment_answers (group_id, at);
create index comment_answers_power on comment_answers (power_id);

-- Groups of near-identical comments on one subject, with how many each has.
-- table comment_groups: derived, owner service/consult
create table comment_groups (
  id blob not null primary key,
  notice_id blob not null,
  members integer not null,
  marks text not null,
  core text not null
) strict;

-- The signature of the first comment of each group: near-identical texts share
-- at least one band.
-- table comment_bands: derived, owner service/consult
create table comment_bands (
  band blob not null,
  group_id blob not null,
  primary key (band, group_id)
) strict, without rowid;

-- table press_conferences: act, owner service/consult
create table press_conferences (
  id blob not null primary key,
  division text not null,
  title text not null,
  day text not null,
  place text not null,
  summary text not null,
  account_id blob not null,
  recorded_by text not null,
  at integer not null
) strict;
create index press_conferences_day on press_conferences (division, day, id);

-- table press_speakers: act, owner service/consult
create table press_speakers (
  conference_id blob not null references press_conferences (id),
  no integer not null,
  name text not null,
  post text not null,
  primary key (conference_id, no)
) strict, without rowid;

-- Hot questions (热点问答), those of a press conference included.
-- table hot_questions: act, owner service/consult
create table hot_questions (
  id blob not null primary key,
  division text not null,
  conference_id blob,
  no integer not null,
  outlet text not null,
  question text not null,
  department_id blob,
  asked_on text not null,
  due text not null,
  provisional integer not null,
  state text not null,
  answer_id blob,
  answered_on text not null,
  at integer not null
) strict;
create index hot_questions_division on hot_questions (division, asked_on, id);
create index hot_questions_conference on hot_questions (conference_id, no);
create index hot_questions_department on hot_questions (department_id, state);

-- table hot_answers: act, owner service/consult
create table hot_answers (
  id blob not null primary key,
  question_id blob not null references hot_questions (id),
  body text not null,
  speaker text not null,
  account_id blob not null,
  answered_by text not null,
  at integer not null
) strict;
create index hot_answers_question on hot_answers (question_id, at);

-- table media_plans: act, owner service/consult
create table media_plans (
  id blob not null primary key,
  division text not null,
  round text not null,
  outlet text not null,
  day text not null,
  topic text not null,
  state text not null,
  note text not null,
  at integer not null
) strict;
create index media_plans_day on media_plans (division, day, id);

-- table media_clippings: act, owner service/consult
create table media_clippings (
  id blob not null primary key,
  division text not null,
  plan_id blob,
  title text not null,
  outlet text not null,
  day text not null,
  link text not null,
  at integer not null
) strict;
create index media_clippings_day on media_clippings (division, day, id);
