-- Everyday words (百姓说法): what departments say their items are called, what
-- people searched for and did not find, and what became of it. The index keeps
-- titles and words as texts too, so that hits can be put in order by them.

-- sqlite only
alter table search_docs add column title text not null default '';
alter table search_docs add column words text not null default '';
update search_docs set title = coalesce((select v.name from power_versions v
  where v.power_id = search_docs.id order by v.no desc limit 1), '') where kind = 'power';
-- end

-- A word of an item; folded tells two spellings of one word. It counts until it
-- was removed.
-- table power_words: act, owner registry/power
create table power_words (
  id blob not null primary key,
  power_id blob not null,
  word text not null,
  folded text not null,
  source text not null,
  added_by text not null,
  added_at integer not null,
  removed_by text not null,
  removed_at integer not null
) strict;
create unique index power_words_once on power_words (power_id, folded) where removed_at = 0;
create index power_words_folded on power_words (folded);

-- How often words were searched for on a day without a full hit. Nothing tells
-- who searched.
-- table missed_searches: working, owner service/words
create table missed_searches (
  words text not null,
  day text not null,
  n integer not null,
  primary key (words, day)
) strict;
create index missed_searches_day on missed_searches (day, n);

-- The same words over all days kept, with the department that should answer
-- (null: the legal office) and what became of them.
-- table missed_words: working, owner service/words
create table missed_words (
  id blob not null primary key,
  words text not null unique,
  n integer not null,
  first_day text not null,
  last_day text not null,
  near integer not null,
  department_id blob,
  state text not null
) strict;
create index missed_words_state on missed_words (state, n, id);

-- What somebody made of missed words: given to an item, or set aside.
-- table missed_answers: act, owner service/words
create table missed_answers (
  id blob not null primary key,
  words_id blob not null,
  words text not null,
  answer text not null,
  power_id blob,
  reason text not null,
  answered_by text not null,
  answered_at integer not null
) strict;
create index missed_answers_words on missed_answers (words_id, answered_at);
