-- Handing down and taking over (下放, 承接): offers with their legal form, the
-- capacity that the receiving side stated, the days from which and until which a
-- body holds a power for a place, and what was looked at afterwards.

-- table handovers: act, owner stage/reduce
create table handovers (
  id blob not null primary key,
  no integer not null,
  power_id blob references powers (id),
  power_name text not null,
  direction text not null,
  division text not null,
  from_id blob references departments (id),
  from_name text not null,
  document text not null,
  body_id blob not null references departments (id),
  form text not null,
  basis text not null,
  letter text not null,
  until_day text not null,
  parts integer not null,
  scope text not null,
  joint_rule text not null,
  joint_note text not null,
  staff_help text not null,
  training text not null,
  equipment text not null,
  funds text not null,
  terms text not null,
  answer_by text not null,
  planned text not null,
  check_months integer not null,
  earlier_id blob references handovers (id),
  state text not null,
  due text not null,
  cap_staff integer not null,
  cap_trained integer not null,
  cap_equipment text not null,
  cap_premises text not null,
  answer text not null,
  open_matters integer not null,
  open_how text not null,
  inventory text not null,
  from_day text not null,
  to_day text not null,
  completes_id blob,
  offered_at integer not null,
  moved_at integer not null
) strict;
create unique index handovers_no on handovers (no);
create index handovers_power on handovers (power_id, division);
create index handovers_body on handovers (body_id, state);
create index handovers_from on handovers (from_id, state);
create index handovers_earlier on handovers (earlier_id);
create index handovers_days on handovers (from_day);
create index handovers_due on handovers (due, state);

-- One offer of a power to a place is alive at a time.
create unique index handovers_alive on handovers (power_id, division) where state in ('offered', 'accepted', 'signed', 'held', 'back_asked');

-- table handover_steps: act, owner stage/reduce
create table handover_steps (
  handover_id blob not null references handovers (id),
  seq integer not null,
  kind text not null,
  day text not null,
  note text not null,
  account_id blob,
  by_name text not null,
  side text not null,
  at integer not null,
  primary key (handover_id, seq)
) strict, without rowid;

-- table handover_checks: act, owner stage/reduce
create table handover_checks (
  handover_id blob not null references handovers (id),
  seq integer not null,
  day text not null,
  uses integer,
  problems text not null,
  conclusion text not null,
  account_id blob not null,
  by_name text not null,
  at integer not null,
  primary key (handover_id, seq)
) strict, without rowid;
