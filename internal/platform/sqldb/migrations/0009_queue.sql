-- What the audit groups' queue looks up: which changes were touched since an
-- instant, and how far the conclusions on a version are.
create index changes_moved on changes (moved_at);
create index power_versions_created on power_versions (created_at);
create index opinions_moved on opinions (moved_at);
create index conclusions_at on conclusions (at);
create index conclusions_undone on conclusions (undone_at);
create index conclusions_latest on conclusions (version_id, rule, at, verdict, undone_at);

-- The findings on one version in their order; without it the order leads to all
-- findings of the run.
create index findings_ordered on findings (run_id, version_id, rule, seq);
