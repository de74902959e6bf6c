package sqldb

import (
	"context"
	"database/sql"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"qingdan/internal/errs"
)

func TestMigrationTextBecomesPostgreSQL(t *testing.T) {
	in := `-- a text note; blob integer strict
create table a (
  id blob not null primary key, -- the blob
  text text not null,
  "blob" blob,
  n integer not null, x real,
  body text not null check (text <> 'text strict, blob'),
  primary key (text, n)
) strict, without rowid;
create index i on a (text, n);
alter table a add column more text;
alter table a add less integer;
select cast(n as integer), cast(n as text) from a;
-- sqlite only
create virtual table f using fts5(text);
-- end
-- postgres only
create table q (id text, w tsvector) -- stays
-- end
insert into a (text) values ('integer');
`
	want := `-- a text note; blob integer strict
create table a (
  id bytea not null primary key, -- the blob
  text text collate "C" not null,
  "blob" bytea,
  n bigint not null, x double precision,
  body text collate "C" not null check (text <> 'text strict, blob'),
  primary key (text, n)
)   ;
create index i on a (text, n);
alter table a add column more text collate "C";
alter table a add less bigint;
select cast(n as bigint), cast(n as text) from a;
create table q (id text, w tsvector) -- stays
insert into a (text) values ('integer');
`
	got, err := translate(PostgreSQL, in)
	if err != nil || got != want {
		t.Errorf("got %s\n%v", got, err)
	}
	got, err = translate(SQLite, in)
	if err != nil || !strings.Contains(got, "fts5") || strings.Contains(got, "tsvector") || !strings.Contains(got, "strict, without rowid") {
		t.Errorf("got %s\n%v", got, err)
	}
	for _, bad := range []string{"-- end\n", "-- sqlite only\n", "-- sqlite only\n-- postgres only\n-- end\n", "select 'open"} {
		if _, err := translate(PostgreSQL, bad); err == nil {
			t.Errorf("%q: accepted", bad)
		}
	}
}

func TestEveryTableSaysItsKindAndOwner(t *testing.T) {
	tables, err := Tables()
	if err != nil {
		t.Fatal(err)
	}
	if len(tables) < 4 || tables[0] != (TableInfo{"ledger_heads", "act", "platform/ledger"}) {
		t.Errorf("%v", tables)
	}
	for _, bad := range []string{
		"create table a (x);",
		"-- table b: act, owner x\ncreate table a (x);",
		"-- table a: secret, owner x\ncreate table a (x);",
		"-- table a: act, owner x\ncreate table a (x); create table if not exists b (x);",
		"create virtual table a using fts5(x);",
	} {
		if _, err := tablesOf(bad); err == nil {
			t.Errorf("%q: accepted", bad)
		}
	}
	good := "-- table a: derived, owner platform/search\n-- sqlite only\ncreate virtual table a using fts5(x);\n-- end\ninsert into a values (1);"
	if got, err := tablesOf(good); err != nil || len(got) != 1 || got[0].Kind != "derived" {
		t.Error(got, err)
	}
}

// migrated runs the given migrations on a file and gives the error.
func migrated(t *testing.T, file string, ms ...migration) error {
	t.Helper()
	pool, err := sql.Open("sqlite", sqliteDSN(file))
	if err != nil {
		t.Fatal(err)
	}
	defer pool.Close()
	conn, err := pool.Conn(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	return migrate(context.Background(), SQLite, conn, ms)
}

func TestAChangedOrUnknownOrSkippedMigrationIsRefused(t *testing.T) {
	one := migration{1, "0001_a.sql", "create table a (x text) strict;"}
	two := migration{2, "0002_b.sql", "create table b (x text) strict;"}
	three := migration{3, "0003_c.sql", "create table c (x text) strict;"}
	file := filepath.Join(t.TempDir(), "x.db")
	for _, ms := range [][]migration{{one}, {one}, {one, three}} {
		if err := migrated(t, file, ms...); err != nil {
			t.Fatal(err)
		}
	}
	changed := one
	changed.text += " "
	for name, ms := range map[string][]migration{
		"changed": {changed, three}, "newer than the program": {one}, "skipped": {one, two, three},
	} {
		if err := migrated(t, file, ms...); errs.KindOf(err) != errs.Conflict {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestABrokenMigrationLeavesNothingBehind(t *testing.T) {
	one := migration{1, "0001_a.sql", "create table a (x text) strict;"}
	bad := migration{2, "0002_b.sql", "create table b (x text) strict; create table a (x text) strict;"}
	file := filepath.Join(t.TempDir(), "x.db")
	if err := migrated(t, file, one, bad); err == nil {
		t.Fatal("accepted")
	}
	if err := migrated(t, file, one); err != nil {
		t.Error(err)
	}
}

func TestAFolderThatCannotHoldADatabaseIsExplained(t *testing.T) {
	dir := t.TempDir()
	plain := filepath.Join(dir, "plain")
	if err := os.WriteFile(plain, []byte("x"), 0o600); err != nil {
		t.Fatal(err)
	}
	other := filepath.Join(dir, "other")
	if err := os.Mkdir(other, 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(other, fileName), []byte(strings.Repeat("not a database ", 100)), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{plain, other} {
		if _, err := Open(t.Context(), path); errs.KindOf(err) != errs.Invalid {
			t.Errorf("%s: %v", path, err)
		}
	}
	odd := filepath.Join(dir, "a?b%20#中 文")
	db, err := Open(t.Context(), odd)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	if _, err := os.Stat(filepath.Join(odd, fileName)); err != nil {
		t.Error(err)
	}
	if _, err := Open(t.Context(), "postgres://127.0.0.1:1/x?connect_timeout=2"); errs.KindOf(err) != errs.Unavailable {
		t.Error(err)
	}
}
