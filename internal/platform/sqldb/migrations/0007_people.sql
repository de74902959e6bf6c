-- People and rights: accounts, their roles, the audit groups, and what proves
-- who somebody is. Names and phones of staff stand only here; no table for the
-- public shows them.

-- table accounts: act, owner registry/people
create table accounts (
  id blob not null primary key,
  login text not null unique,
  name text not null,
  order_key text not null,
  initials text not null,
  department_id blob references departments (id),
  group_no integer not null,
  phone text not null,
  state text not null,
  created_at integer not null,
  changed_at integer not null
) strict;
create index accounts_department on accounts (department_id);
create index accounts_order on accounts (order_key, id);

-- table account_roles: act, owner registry/people
create table account_roles (
  account_id blob not null references accounts (id),
  role text not null,
  primary key (account_id, role)
) strict, without rowid;

-- table account_identities: act, owner registry/people
create table account_identities (
  issuer text not null,
  subject text not null,
  account_id blob not null references accounts (id),
  at integer not null,
  primary key (issuer, subject)
) strict, without rowid;
create index account_identities_account on account_identities (account_id);

-- table audit_groups: act, owner registry/people
create table audit_groups (
  no integer not null primary key,
  name text not null
) strict;

-- table audit_group_departments: act, owner registry/people
create table audit_group_departments (
  department_id blob not null primary key references departments (id),
  group_no integer not null references audit_groups (no)
) strict;
create index audit_group_departments_no on audit_group_departments (group_no);

-- table visits: working, owner registry/people
create table visits (
  account_id blob not null primary key references accounts (id),
  begun_at integer not null,
  before_at integer not null
) strict;

-- table credentials: working, owner platform/session
create table credentials (
  account_id blob not null primary key,
  hash text not null,
  changed_at integer not null,
  must_change text not null,
  failures integer not null,
  failed_at integer not null,
  locked_until integer not null,
  totp_secret text not null,
  totp_state text not null,
  totp_step integer not null
) strict;

-- table old_credentials: working, owner platform/session
create table old_credentials (
  account_id blob not null,
  changed_at integer not null,
  hash text not null,
  primary key (account_id, changed_at)
) strict, without rowid;

-- table sessions: working, owner platform/session
create table sessions (
  id blob not null primary key,
  token blob not null unique,
  account_id blob not null,
  factor text not null,
  created_at integer not null,
  seen_at integer not null,
  address text not null,
  agent text not null
) strict;
create index sessions_account on sessions (account_id);
create index sessions_seen on sessions (seen_at);

-- table sign_ins: working, owner platform/session
create table sign_ins (
  id blob not null primary key,
  login text not null,
  account_id blob,
  at integer not null,
  outcome text not null,
  address text not null
) strict;
create index sign_ins_at on sign_ins (at);
create index sign_ins_account on sign_ins (account_id, at);
create index sign_ins_address on sign_ins (address, at);

-- table session_settings: act, owner registry/people
create table session_settings (
  one integer not null primary key,
  profile text not null,
  idle_minutes integer not null,
  absolute_minutes integer not null,
  second_factor text not null,
  changed_at integer not null
) strict;
