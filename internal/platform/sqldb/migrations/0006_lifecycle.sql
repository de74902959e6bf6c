-- Dynamic adjustment (动态管理): a power may have several changes.

-- A version is carried by few changes, and asked for by its own.
create index changes_version on changes (version_id);

-- A power stands on the list by one change only, and that is found at once.
create unique index changes_published on changes (power_id) where state = 'published';
