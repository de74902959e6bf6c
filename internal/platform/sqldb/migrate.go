package sqldb

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"embed"
	"encoding/hex"
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"

	"qingdan/internal/errs"
)

//go:embed migrations/*.sql
var migrationFiles embed.FS

// migration is one numbered step of the schema, written in SQLite's STRICT
// form. Once released, its text never changes again.
type migration struct {
	number int
	name   string
	text   string
}

func (m migration) digest() string {
	sum := sha256.Sum256([]byte(m.text))
	return hex.EncodeToString(sum[:])
}

var migrationName = regexp.MustCompile(`^(\d{4})_[a-z0-9_]+\.sql$`)

// migrations reads the embedded steps in order.
func migrations() ([]migration, error) {
	entries, err := migrationFiles.ReadDir("migrations")
	if err != nil {
		return nil, err
	}
	var out []migration
	for _, e := range entries {
		m := migrationName.FindStringSubmatch(e.Name())
		if m == nil {
			return nil, fmt.Errorf("sqldb: migration %s is not called NNNN_name.sql", e.Name())
		}
		n, err := strconv.Atoi(m[1])
		if err != nil {
			return nil, err
		}
		if len(out) > 0 && out[len(out)-1].number == n {
			return nil, fmt.Errorf("sqldb: two migrations are numbered %s", m[1])
		}
		text, err := migrationFiles.ReadFile("migrations/" + e.Name())
		if err != nil {
			return nil, err
		}
		out = append(out, migration{n, e.Name(), string(text)})
	}
	return out, nil
}

// SchemaDigest changes whenever any migration does.
func SchemaDigest() (string, error) {
	ms, err := migrations()
	if err != nil {
		return "", err
	}
	sum := sha256.New()
	for _, m := range ms {
		fmt.Fprintln(sum, m.name, m.digest())
	}
	return hex.EncodeToString(sum.Sum(nil)), nil
}

// schemaLock is the advisory lock under which PostgreSQL is migrated.
const schemaLock = 0x71696e6764616e // "qingdan"

const createApplied = `create table if not exists schema_migrations (
	number integer not null primary key, name text not null, digest text not null, applied_at integer not null
) strict`

// migrate applies what is missing, all of it or nothing, while other
// processes that open the database wait.
func migrate(ctx context.Context, e Engine, conn *sql.Conn, ms []migration) error {
	// Without a lock first: a database that is to date needs none. An error
	// means that the table is not there yet.
	if applied, err := readApplied(ctx, conn); err == nil {
		if todo, err := compare(applied, ms); err != nil || len(todo) == 0 {
			return err
		}
	}
	for _, text := range beginMigration(e) {
		if err := runSchema(ctx, e, conn, text); err != nil {
			return errs.Wrap("sqldb: lock the schema", err)
		}
	}
	err := migrateLocked(ctx, e, conn, ms)
	end := "commit"
	if err != nil {
		end = "rollback"
	}
	if endErr := runSchema(context.WithoutCancel(ctx), e, conn, end); err == nil {
		err = endErr
	}
	return err
}

func beginMigration(e Engine) []string {
	if e == PostgreSQL {
		return []string{"begin", fmt.Sprintf("select pg_advisory_xact_lock(%d)", schemaLock)}
	}
	return []string{"begin immediate"}
}

func migrateLocked(ctx context.Context, e Engine, conn *sql.Conn, ms []migration) error {
	if err := applySchema(ctx, e, conn, createApplied); err != nil {
		return err
	}
	applied, err := readApplied(ctx, conn)
	if err != nil {
		return err
	}
	todo, err := compare(applied, ms)
	if err != nil {
		return err
	}
	for _, m := range todo {
		if err := applySchema(ctx, e, conn, m.text); err != nil {
			return errs.Wrap("sqldb: migration "+m.name, err)
		}
		done := fmt.Sprintf("insert into schema_migrations (number, name, digest, applied_at) values (%d, '%s', '%s', %d)",
			m.number, m.name, m.digest(), Micros(time.Now()))
		if err := runSchema(ctx, e, conn, done); err != nil {
			return err
		}
	}
	return nil
}

// readApplied gives name -> digest of the migrations the database has seen.
func readApplied(ctx context.Context, conn *sql.Conn) (map[string]string, error) {
	rows, err := conn.QueryContext(ctx, "select name, digest from schema_migrations")
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	applied := map[string]string{}
	for rows.Next() {
		var name, digest string
		if err := rows.Scan(&name, &digest); err != nil {
			return nil, err
		}
		applied[name] = digest
	}
	return applied, rows.Err()
}

// compare says which migrations are to be applied. It refuses a database that
// has seen migrations this program does not know, or knows otherwise, and one
// that has skipped some.
func compare(applied map[string]string, ms []migration) (todo []migration, err error) {
	known := 0
	for _, m := range ms {
		digest, ok := applied[m.name]
		switch {
		case !ok:
			todo = append(todo, m)
		case digest != m.digest():
			return nil, errs.Conflictf("数据库执行过的结构变更 %s 与本程序所带的内容不同", m.name).
				Fix("已发布的变更不得修改；请换用建立该数据库的程序版本，或从备份恢复")
		case len(todo) > 0:
			return nil, errs.Conflictf("数据库缺少结构变更 %s，却已执行之后的 %s", todo[0].name, m.name).
				Fix("请换用建立该数据库的程序版本")
		default:
			known++
		}
	}
	if known < len(applied) {
		return nil, errs.Conflictf("数据库由更新版本的程序建立，本程序不认识其中的 %d 项结构变更", len(applied)-known).
			Fix("请升级程序后再打开")
	}
	return todo, nil
}

func applySchema(ctx context.Context, e Engine, conn *sql.Conn, text string) error {
	own, err := translate(e, text)
	if err != nil {
		return err
	}
	return runSchema(ctx, e, conn, own)
}

// runSchema runs a script. On PostgreSQL only the simple protocol takes
// several statements.
func runSchema(ctx context.Context, e Engine, conn *sql.Conn, text string) error {
	var args []any
	if e == PostgreSQL {
		args = append(args, pgx.QueryExecModeSimpleProtocol)
	}
	_, err := conn.ExecContext(ctx, text, args...)
	return err
}

// Define runs schema text written like a migration, without recording it: for
// derived tables that are rebuilt, and for tests that need tables of their own.
func (db *DB) Define(ctx context.Context, schema string) error {
	if db.group != nil {
		return db.Load(ctx, func(*Tx) error {
			return applySchema(context.Background(), SQLite, db.group.conn.conn, schema)
		})
	}
	conn, err := db.writers.Conn(ctx)
	if err != nil {
		return err
	}
	defer conn.Close()
	return applySchema(ctx, PostgreSQL, conn, schema)
}

// TableInfo is what a migration says about a table.
type TableInfo struct {
	Name  string
	Kind  string // act, working or derived
	Owner string // the one room that writes it, below internal, such as registry/power
}

var tableNote = regexp.MustCompile(`^--\s*table (\w+): (act|working|derived), owner ([a-z0-9/]+)\s*$`)

// Tables lists all tables of the migrations in their order. It is an error
// when a CREATE TABLE is not preceded by its note
//
//	-- table NAME: act|working|derived, owner ROOM
func Tables() ([]TableInfo, error) {
	ms, err := migrations()
	if err != nil {
		return nil, err
	}
	seen := map[string]TableInfo{}
	var out []TableInfo
	for _, m := range ms {
		tables, err := tablesOf(m.text)
		if err != nil {
			return nil, errs.Wrap("sqldb: migration "+m.name, err)
		}
		for _, t := range tables {
			if old, ok := seen[t.Name]; ok && old != t {
				return nil, fmt.Errorf("sqldb: migration %s: table %s is noted twice, differently", m.name, t.Name)
			} else if !ok {
				seen[t.Name] = t
				out = append(out, t)
			}
		}
	}
	return out, nil
}

func tablesOf(text string) ([]TableInfo, error) {
	tokens, err := lex(text)
	if err != nil {
		return nil, err
	}
	var out []TableInfo
	var note TableInfo
	var words []string // of the current statement
	for _, t := range tokens {
		if m := tableNote.FindStringSubmatch(strings.TrimSpace(t.text)); t.kind == blank && m != nil {
			note = TableInfo{m[1], m[2], m[3]}
		}
		switch {
		case t.text == ";" || t.text == "(":
			if name := createdTable(words); name != "" {
				if name != note.Name {
					return nil, fmt.Errorf("create table %s lacks its note", name)
				}
				// One note may serve the forms of both engines.
				if len(out) == 0 || out[len(out)-1] != note {
					out = append(out, note)
				}
			}
			words = nil
		case t.kind == word:
			words = append(words, strings.ToLower(t.text))
		}
	}
	return out, nil
}

// createdTable gives the name in "create [virtual] table [if not exists] name".
func createdTable(words []string) string {
	if len(words) < 3 || words[0] != "create" {
		return ""
	}
	words = words[1:]
	if words[0] == "virtual" || words[0] == "temporary" || words[0] == "temp" || words[0] == "unlogged" {
		words = words[1:]
	}
	if words[0] != "table" || len(words) < 2 {
		return ""
	}
	if words[1] == "if" && len(words) > 4 {
		return words[4]
	}
	return words[1]
}
