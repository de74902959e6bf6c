// Package testkit is what tests share: databases on both engines, the data
// beside the project, and the rates of the machine for benchmarks.
package testkit

import (
	"context"
	"database/sql"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	_ "github.com/jackc/pgx/v5/stdlib" // the driver called pgx

	"qingdan/internal/platform/ledger"
	"qingdan/internal/platform/sqldb"
)

// Databases runs fn once per engine, as subtests named after the engine, each
// on an empty database of its own.
//
// PostgreSQL is the server of QINGDAN_TEST_POSTGRES, else the one on
// 127.0.0.1:5432. Without a server its subtest is skipped, or fails when
// QINGDAN_STRICT=1.
func Databases(t *testing.T, fn func(t *testing.T, db *sqldb.DB, l *ledger.Ledger)) {
	t.Helper()
	for _, engine := range []sqldb.Engine{sqldb.SQLite, sqldb.PostgreSQL} {
		t.Run(engine.String(), func(t *testing.T) {
			db, l := Open(t, engine)
			fn(t, db, l)
		})
	}
}

// Open opens an empty database with its ledger, closed and removed after the
// test.
func Open(t testing.TB, engine sqldb.Engine) (*sqldb.DB, *ledger.Ledger) {
	t.Helper()
	return OpenDSN(t, DSN(t, engine))
}

// OpenDSN opens a database named by DSN, possibly again, with its ledger; it
// is closed after the test unless the test closes it.
func OpenDSN(t testing.TB, dsn string) (*sqldb.DB, *ledger.Ledger) {
	t.Helper()
	db, err := sqldb.Open(context.Background(), dsn)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := db.Close(); err != nil {
			t.Error(err)
		}
	})
	l, err := ledger.Open(context.Background(), db, ledger.Options{})
	if err != nil {
		t.Fatal(err)
	}
	return db, l
}

// DSN makes an empty database and gives its name for sqldb.Open; it is
// removed after the test. Child processes may open it too.
func DSN(t testing.TB, engine sqldb.Engine) string {
	t.Helper()
	if engine == sqldb.SQLite {
		return filepath.Join(t.TempDir(), "data")
	}
	return postgresDSN(t)
}

const localPostgres = "postgres://postgres@127.0.0.1:5432/postgres?sslmode=disable"

// postgresServer is the server of the test process: its administrative
// address and a template database with the schema, made at first use.
type postgresServer struct {
	admin    string
	template string
}

var server = sync.OnceValues(findServer)

func findServer() (postgresServer, error) {
	s := postgresServer{admin: os.Getenv("QINGDAN_TEST_POSTGRES")}
	if s.admin == "" {
		s.admin = localPostgres
	}
	digest, err := sqldb.SchemaDigest()
	if err != nil {
		return s, err
	}
	s.template = "qingdan_template_" + digest[:16]
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	return s, s.makeTemplate(ctx)
}

// templateLock is the advisory lock under which templates are made.
const templateLock = 0x74656d706c

// makeTemplate makes the template unless another process has. It gets its
// final name only when complete.
func (s postgresServer) makeTemplate(ctx context.Context) error {
	return s.do(ctx, func(conn *sql.Conn) error {
		if _, err := conn.ExecContext(ctx, fmt.Sprintf("select pg_advisory_lock(%d)", templateLock)); err != nil {
			return err
		}
		var n int
		err := conn.QueryRowContext(ctx, "select count(*) from pg_database where datname = $1", s.template).Scan(&n)
		if err != nil || n > 0 {
			return err
		}
		draft := s.template + "_draft"
		for _, q := range []string{"drop database if exists " + draft + " with (force)", "create database " + draft} {
			if _, err := conn.ExecContext(ctx, q); err != nil {
				return err
			}
		}
		db, err := sqldb.Open(ctx, s.dsn(draft))
		if err != nil {
			return err
		}
		if err := db.Close(); err != nil {
			return err
		}
		_, err = conn.ExecContext(ctx, "alter database "+draft+" rename to "+s.template)
		return err
	})
}

// do runs fn on one connection to the server, which takes its locks with it.
func (s postgresServer) do(ctx context.Context, fn func(*sql.Conn) error) error {
	pool, err := sql.Open("pgx", s.admin)
	if err != nil {
		return err
	}
	defer pool.Close()
	conn, err := pool.Conn(ctx)
	if err != nil {
		return err
	}
	defer conn.Close()
	return fn(conn)
}

// dsn is the server's address with another database.
func (s postgresServer) dsn(database string) string {
	u, err := url.Parse(s.admin)
	if err != nil {
		return s.admin
	}
	u.Path = "/" + database
	return u.String()
}

func postgresDSN(t testing.TB) string {
	t.Helper()
	s, err := server()
	if err != nil {
		message := fmt.Sprintf("no PostgreSQL for tests at %s (set QINGDAN_TEST_POSTGRES): %v", s.admin, err)
		if Strict() {
			t.Fatal(message)
		}
		t.Skip(message)
	}
	name := "qingdan_test_" + strings.ReplaceAll(sqldb.NewID().String(), "-", "")
	run := func(q string) {
		t.Helper()
		ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
		defer cancel()
		err := s.do(ctx, func(conn *sql.Conn) error {
			_, err := conn.ExecContext(ctx, q)
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	run("create database " + name + " template " + s.template)
	t.Cleanup(func() { run("drop database if exists " + name + " with (force)") })
	return s.dsn(name)
}

// Strict says whether a missing tool fails a test instead of skipping it.
func Strict() bool { return os.Getenv("QINGDAN_STRICT") == "1" }

// Root is the root folder of the project.
func Root(t testing.TB) string {
	t.Helper()
	dir, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	for {
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
			return dir
		}
		parent := filepath.Dir(dir)
		if parent == dir {
			t.Fatal("no go.mod above the test")
		}
		dir = parent
	}
}

// Shared is the path of real data beside the project: below QINGDAN_SHARED,
// else below ../shared/data. A test whose data is missing is skipped; it
// fails when QINGDAN_STRICT=1 and QINGDAN_SHARED promised the data.
func Shared(t testing.TB, path ...string) string {
	t.Helper()
	base := os.Getenv("QINGDAN_SHARED")
	promised := base != ""
	if !promised {
		base = filepath.Join(Root(t), "..", "shared", "data")
	}
	full := filepath.Join(append([]string{base}, path...)...)
	if _, err := os.Stat(full); err != nil {
		message := fmt.Sprintf("no real data at %s (set QINGDAN_SHARED)", full)
		if Strict() && promised {
			t.Fatal(message)
		}
		t.Skip(message)
	}
	return full
}
