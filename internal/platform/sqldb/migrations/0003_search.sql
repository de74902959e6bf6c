-- Full-text search over our own bigrams. One row per thing that can be found;
-- ord is the order in which results come back. Both tables can be rebuilt from
-- what they index.

-- num is the row of search_terms; ids are not integers, and a rowid that is
-- not declared may change.
-- table search_docs: derived, owner platform/search
-- sqlite only
create table search_docs (
  num integer primary key,
  kind text not null,
  id blob not null,
  ord text not null,
  public integer not null,
  unique (kind, id)
) strict;
-- end

-- title, words and body are folded texts, to test for runs of three and more
-- characters: a tsvector keeps 256 places of a term, too few for phrases, and
-- reads rows again for them. Without fastupdate, for a list of pending entries
-- is searched by every query until the next vacuum.
-- postgres only
create table search_docs (
  kind text collate "C" not null,
  id bytea not null,
  ord text collate "C" not null,
  public bigint not null,
  title text collate "C" not null,
  words text collate "C" not null,
  body text collate "C" not null,
  terms tsvector not null,
  primary key (kind, id)
);
create index search_docs_terms on search_docs using gin (terms) with (fastupdate = off);
-- end

create index search_docs_kind on search_docs (kind, ord, id);
create index search_docs_order on search_docs (ord, id);

-- The tokenizer only splits at spaces: terms are made in Go.
-- table search_terms: derived, owner platform/search
-- sqlite only
create virtual table search_terms using fts5 (
  code, title, words, initials, pinyin, body,
  content = '', contentless_delete = 1, tokenize = 'ascii'
);
-- end
