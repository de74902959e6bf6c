package ledger_test

import (
	"context"
	"testing"

	"qingdan/internal/platform/sqldb"
)

// scratch makes the tables that the acts of these tests write.
func scratch(t testing.TB, db *sqldb.DB) {
	t.Helper()
	err := db.Define(context.Background(), `
create table acts (id blob not null primary key, name text not null) strict;
create table steps (act_id blob not null references acts (id), no integer not null, note text not null,
  primary key (act_id, no)) strict, without rowid;
create table counters (name text not null primary key, n integer not null) strict;
insert into counters (name, n) values ('acts', 0);`)
	if err != nil {
		t.Fatal(err)
	}
}

func addAct(ctx context.Context, tx *sqldb.Tx, name string) error {
	_, err := tx.Exec(ctx, "insert into acts (id, name) values (?, ?)", sqldb.NewID(), name)
	return err
}

func count(t testing.TB, r sqldb.Reader, table string) (n int) {
	t.Helper()
	if err := r.QueryRow(context.Background(), "select count(*) from "+table).Scan(&n); err != nil {
		t.Fatal(err)
	}
	return n
}
