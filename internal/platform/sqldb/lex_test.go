package sqldb

import (
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// fragment is a piece of SQL whose placeholders are known by construction.
type fragment struct {
	text  string
	marks int
}

func drawFragment(t *rapid.T) fragment {
	inside := rapid.StringOf(rapid.RuneFrom([]rune(`ab?-/*'";$ 中`))).Draw(t, "inside")
	switch rapid.IntRange(0, 5).Draw(t, "kind") {
	case 0:
		return fragment{"'" + strings.ReplaceAll(inside, "'", "''") + "'", 0}
	case 1:
		return fragment{`"` + strings.ReplaceAll(inside, `"`, `""`) + `"`, 0}
	case 2:
		return fragment{"-- " + inside + "\n", 0}
	case 3:
		return fragment{"/* " + strings.NewReplacer("*/", "", "/*", "").Replace(inside) + " */", 0}
	case 4:
		return fragment{"?", 1}
	}
	return fragment{rapid.SampledFrom([]string{"a", "x1", "=", "(", ")", ",", "中文", "12.5", "||"}).Draw(t, "plain"), 0}
}

func TestPlaceholdersAreNumberedOnlyWhereTheyStand(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var q, want strings.Builder
		q.WriteString("select ")
		want.WriteString("select ")
		n := 0
		for range rapid.IntRange(0, 12).Draw(t, "n") {
			f := drawFragment(t)
			q.WriteString(f.text + " ")
			if f.marks == 1 {
				n++
				want.WriteString(placeholder(PostgreSQL, n) + " ")
			} else {
				want.WriteString(f.text + " ")
			}
		}
		st, err := prepare(PostgreSQL, q.String())
		if err != nil || st.args != n || st.text != want.String() {
			t.Fatalf("%q\nbecame %q, %d arguments, %v\nwant   %q, %d", q.String(), st.text, st.args, err, want.String(), n)
		}
		if st, err := prepare(SQLite, q.String()); err != nil || st.args != n || st.text != q.String() {
			t.Fatalf("SQLite: %q became %q, %d arguments, %v", q.String(), st.text, st.args, err)
		}
	})
}

func FuzzLex(f *testing.F) {
	for _, q := range []string{"select ?", "'a''?'", `"a""`, "/* /* ? */ */ ?", "-- ?", "/*/", "?1", "';'"} {
		f.Add(q)
	}
	f.Fuzz(func(t *testing.T, q string) {
		tokens, err := lex(q)
		if err != nil {
			return
		}
		var joined strings.Builder
		for _, k := range tokens {
			joined.WriteString(k.text)
		}
		if joined.String() != q {
			t.Errorf("%q came back as %q", q, joined.String())
		}
	})
}

func TestStatementsThatSteerTheConnectionAreRefused(t *testing.T) {
	for _, q := range []string{
		"", "-- nothing", "begin", "COMMIT", "/* x */ rollback", "savepoint a", "release act", "end",
		"pragma synchronous = off", "attach 'x' as y", "vacuum", "set transaction isolation level read committed",
		"create table x (a)", "drop table x", "select 1; commit", "select 1; select 2", "select ?1", "select 'open",
		"select /* open", `select "open`,
	} {
		if _, err := prepare(SQLite, q); err == nil {
			t.Errorf("%q: accepted", q)
		}
	}
	for _, q := range []string{"select 1;", "select 1; -- done", " WITH a as (select 1) select * from a", "values (1)"} {
		if st, err := prepare(SQLite, q); err != nil || !st.reads {
			t.Errorf("%q: %v, %v", q, st, err)
		}
	}
}
