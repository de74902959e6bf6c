package archtest

import (
	"strings"
	"testing"
	"testing/fstest"
)

// invented makes a small module from path -> body.
func invented(t *testing.T, files map[string]string) *tree {
	t.Helper()
	fsys := fstest.MapFS{"go.mod": {Data: []byte("module m\n")}}
	for p, body := range files {
		fsys[p] = &fstest.MapFile{Data: []byte(body)}
	}
	tr, err := load(fsys)
	if err != nil {
		t.Fatal(err)
	}
	return tr
}

// expect wants exactly the findings whose words are given, in any order.
func expect(t *testing.T, found []finding, want ...string) {
	t.Helper()
	for _, w := range want {
		hit := false
		for _, f := range found {
			hit = hit || strings.Contains(f.String(), w)
		}
		if !hit {
			t.Errorf("nothing found with %q; found: %v", w, found)
		}
	}
	if len(found) != len(want) {
		t.Errorf("%d findings, want %d: %v", len(found), len(want), found)
	}
}

func TestImportsChecker(t *testing.T) {
	imp := func(pkg, path string) string { return "package " + pkg + "\nimport _ \"m/internal/" + path + "\"\n" }
	cases := []struct {
		name, file, path string
		why              map[string]string
		want             []string
	}{
		{"downwards", "internal/web/portal/a.go", "registry/law", nil, nil},
		{"upwards", "internal/registry/law/a.go", "stage/reduce", nil, []string{"downwards only"}},
		{"upwards in a test", "internal/registry/law/a_test.go", "stage/reduce", nil, []string{"downwards only"}},
		{"same floor unlisted", "internal/registry/law/a.go", "registry/org", nil, []string{"needs a reason"}},
		{"same floor listed", "internal/registry/law/a.go", "registry/org", map[string]string{"registry/law->registry/org": "r"}, nil},
		{"same floor in a test", "internal/registry/law/a_test.go", "registry/org", nil, nil},
		{"inside one room", "internal/registry/law/sub/a.go", "registry/law", nil, nil},
		{"stage to stage, even listed", "internal/stage/reduce/a.go", "stage/publish", map[string]string{"stage/reduce->stage/publish": "r"}, []string{"never imports a stage"}},
		{"testkit in the product", "internal/cli/a.go", "testkit", nil, []string{"for tests only"}},
		{"testkit in a test", "internal/cli/a_test.go", "testkit", nil, nil},
		{"no such floor", "internal/stuff/a.go", "errs", nil, []string{"no floor"}},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			tr := invented(t, map[string]string{c.file: imp("a", c.path)})
			expect(t, checkImports(tr, newEdges(c.why)), c.want...)
		})
	}
	t.Run("an entry nobody needs", func(t *testing.T) {
		e := newEdges(map[string]string{"registry/a->registry/b": "r"})
		checkImports(invented(t, nil), e)
		expect(t, e.unused(), "registry/a->registry/b")
	})
}

func TestPurityChecker(t *testing.T) {
	tr := invented(t, map[string]string{
		"internal/engine/x/a.go":      "package x\nimport (\n\"os\"\n\"net/http\"\n\"time\"\n)\nvar _ = os.Args\nvar _ http.Handler\nfunc f() { _ = time.Now(); time.Sleep(1) }\n",
		"internal/engine/x/a_test.go": "package x\nimport \"os\"\nvar _ = os.Args\n",
		"internal/registry/y/a.go":    "package y\nimport \"net/http\"\nvar _ http.Handler\n",
		"internal/web/z/a.go":         "package z\nimport \"net/http\"\nvar _ http.Handler\n",
	})
	expect(t, checkPurity(tr), "import os", "floor engine may not import net/http", "time.Now", "time.Sleep", "floor registry may not import net/http")
}

func TestTablesChecker(t *testing.T) {
	const dir = "internal/platform/sqldb/migrations/"
	tr := invented(t, map[string]string{
		dir + "1.sql": "-- table a: act, owner registry/org\ncreate table a (x text) strict;\ncreate table b (x text) strict;\n",
		dir + "2.sql": "-- table a: working, owner registry/org\n-- table c: permanent, owner attic/x\n",
	})
	tabs, found := tables(tr)
	expect(t, found, "table b has no line", "declared twice", "kind permanent", "owner attic/x")
	if tabs["a"].owner != "registry/org" {
		t.Errorf("owner of a: %+v", tabs["a"])
	}
}

func TestTouched(t *testing.T) {
	cases := []struct{ sql, writes, reads string }{
		{"select a from t where b = 'delete from u'", "", "t"},
		{"select a from t x, u as y join v on v.id = x.id", "", "t u v"},
		{"insert into t (a) select b from u on conflict (a) do update set a = excluded.a", "t", "u"},
		{"update t set a = 1 where id in (select id from u)", "t", "u"},
		{"delete from t where a is not distinct from ?", "t", ""},
		{"with recursive up (id) as (select id from t union all select p.id from t p join up on up.id = p.parent), w as (select 1 from v) select id from up, w", "", "t t v"},
		{"select count(*) from (select a from t limit 5) x", "", "t"},
		{"select id from t for update", "", "t"},
		{"insert into " + hole + " (a) values (?)", hole, ""},
		{"select a -- from u\nfrom t", "", "t"},
	}
	for _, c := range cases {
		w, r := touched(c.sql)
		if strings.Join(w, " ") != c.writes || strings.Join(r, " ") != c.reads {
			t.Errorf("%s\n writes %v, want %q; reads %v, want %q", c.sql, w, c.writes, r, c.reads)
		}
	}
}

func TestLooksLikeSQL(t *testing.T) {
	for _, s := range []string{
		"select id from t", "\n\tselect id\n\tfrom t", "insert into t values (1)", "update t set a = 1", "delete from t",
		"with a as (select 1) select 2", " join u on u.id = t.id", " where exists (select 1 from u)", "select " + hole, "create table x (a text)",
	} {
		if !looksLikeSQL(s) {
			t.Errorf("not seen as SQL: %q", s)
		}
	}
	for _, s := range []string{"select a file", "update the list", "withdrawn", "from the law", "create folder %s", "", "delete", "begin"} {
		if looksLikeSQL(s) {
			t.Errorf("taken for SQL: %q", s)
		}
	}
}

// migration declares one table of each sort for the SQL cases.
const migration = `-- table powers: act, owner registry/power
create table powers (id text) strict;
-- table marks: working, owner registry/power
create table marks (id text) strict;
-- table laws: act, owner registry/law
create table laws (id text) strict;
-- table lists: act, owner stage/publish
create table lists (id text) strict;
`

func TestSQLChecker(t *testing.T) {
	const head = "package power\nimport (\"m/internal/platform/ledger\"; \"m/internal/platform/sqldb\")\n"
	cases := []struct {
		name, file, body string
		why              map[string]string
		want             []string
	}{
		{"an act under the ledger", "internal/registry/power/store.go", "func f(tx *ledger.Tx) { tx.Exec(`insert into powers (id) values (?)`) }", nil, nil},
		{"an act past the ledger", "internal/registry/power/store.go", "func f(tx *sqldb.Tx) { tx.Exec(`insert into powers (id) values (?)`) }", nil, []string{"no *ledger.Tx"}},
		{"an act in a closure under the ledger", "internal/registry/power/store.go", "func f() { do(func(tx *ledger.Tx) { tx.Exec(`delete from powers`) }) }", nil, nil},
		{"a working row", "internal/registry/power/store.go", "func f(tx *sqldb.Tx) { tx.Exec(`insert into marks (id) values (?)`) }", nil, nil},
		{"a constant used past the ledger", "internal/registry/power/store.go", "const q = `delete from powers`\nfunc f(tx *ledger.Tx) { tx.Exec(q) }\nfunc g(tx *sqldb.Tx) { tx.Exec(q) }", nil, []string{"no *ledger.Tx"}},
		{"a constant under the ledger", "internal/registry/power/store.go", "const q = `delete from powers`\nfunc f(tx *ledger.Tx) { tx.Exec(q) }", nil, nil},
		{"another room's table", "internal/registry/power/store.go", "func f(tx *ledger.Tx) { tx.Exec(`update laws set id = ?`) }", nil, []string{"only registry/law may write"}},
		{"a table nobody declares", "internal/registry/power/store.go", "func f(tx *ledger.Tx) { tx.Exec(`delete from ghosts`) }", nil, []string{"no migration declares"}},
		{"a table named at run time", "internal/registry/power/store.go", "func f(tx *ledger.Tx, n string) { tx.Exec(`delete from ` + n) }", nil, []string{"at run time"}},
		{"a table named by format", "internal/registry/power/store.go", "func f(tx *ledger.Tx, n string) { tx.Exec(fmt.Sprintf(`select id from %s`, n)) }", nil, []string{"at run time"}},
		{"a read on one floor", "internal/registry/power/store.go", "func f(r *sqldb.DB) { r.Query(`select id from laws`) }", nil, []string{"may not import"}},
		{"a listed read on one floor", "internal/registry/power/store.go", "func f(r *sqldb.DB) { r.Query(`select id from laws`) }", map[string]string{"registry/power->registry/law": "r"}, nil},
		{"a read upwards", "internal/registry/power/store.go", "func f(r *sqldb.DB) { r.Query(`select p.id from powers p join lists l on l.id = p.id`) }", nil, []string{"reads table lists"}},
		{"the wrong file", "internal/registry/power/verbs.go", "func f(r *sqldb.DB) { r.Query(`select id from powers`) }", nil, []string{"only in store.go"}},
		{"a second store", "internal/registry/power/read_store.go", "func f(r *sqldb.DB) { r.Query(`select id from powers`) }", nil, nil},
		{"a piece of a query in the wrong file", "internal/registry/power/verbs.go", "const more = ` join powers p on p.id = m.id`", nil, []string{"only in store.go"}},
		{"OFFSET", "internal/registry/power/store.go", "func f(r *sqldb.DB) { r.Query(`select id from powers limit 5 offset 5`) }", nil, []string{"OFFSET"}},
		{"SELECT *", "internal/registry/power/store.go", "func f(r *sqldb.DB) { r.Query(`select p.* from powers p`) }", nil, []string{"name the columns"}},
		{"FOR UPDATE", "internal/registry/power/store.go", "func f(r *sqldb.DB) { r.Query(`select id from powers for update`) }", nil, []string{"FOR UPDATE"}},
		{"ILIKE", "internal/registry/power/store.go", "func f(r *sqldb.DB) { r.Query(`select id from powers where id ilike ?`) }", nil, []string{"ILIKE"}},
		{"LIKE", "internal/registry/power/store.go", "func f(r *sqldb.DB) { r.Query(`select id from powers where id like ?`) }", nil, []string{"LIKE without lower"}},
		{"LIKE with lower", "internal/registry/power/store.go", "func f(r *sqldb.DB) { r.Query(`select id from powers where lower(id) like ?`) }", nil, nil},
		{"the engine's clock", "internal/registry/power/store.go", "func f(r *sqldb.DB) { r.Query(`select id from powers where d < date('now')`) }", nil, []string{"made in Go"}},
		{"JSON", "internal/registry/power/store.go", "func f(r *sqldb.DB) { r.Query(`select json_extract(c, 'x') from powers`) }", nil, []string{"JSON"}},
		{"a word inside a string", "internal/registry/power/store.go", "func f(r *sqldb.DB) { r.Query(`select id from powers where k = 'offset'`) }", nil, nil},
		{"$1", "internal/registry/power/store.go", "func f(r *sqldb.DB) { r.Query(`select id from powers where id = $1`) }", nil, []string{"placeholders"}},
		{"INSERT OR", "internal/registry/power/store.go", "func f(tx *ledger.Tx) { tx.Exec(`insert or ignore into powers (id) values (?)`) }", nil, []string{"ON CONFLICT"}},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			tr := invented(t, map[string]string{c.file: head + c.body, "internal/platform/sqldb/migrations/1.sql": migration})
			report(t, tr.broken)
			tabs, found := tables(tr)
			report(t, found)
			expect(t, checkSQL(tr, tabs, newEdges(c.why)), c.want...)
		})
	}
}

func TestDialectChecker(t *testing.T) {
	body := "package x\nimport \"m/internal/platform/sqldb\"\nimport _ \"modernc.org/sqlite\"\nfunc f(d *sqldb.DB) bool { return d.Dialect() == sqldb.Postgres }\n"
	tr := invented(t, map[string]string{"internal/stage/x/a.go": body, "internal/platform/search/a.go": body})
	expect(t, checkDialect(tr), "(Dialect)", "(Postgres)", "imports a driver")
}

func TestHouseChecker(t *testing.T) {
	long := "// Package a is.\npackage a\n// F does.\nfunc F() {\n" + strings.Repeat("\t_ = 1\n", maxFunc) + "}\n"
	cases := []struct {
		name, file, body string
		want             []string
	}{
		{"clean", "internal/stage/a/a.go", "// Package a is.\npackage a\n\n// F does.\nfunc F() {}\n", nil},
		{"vague name", "internal/stage/a/a.go", "// Package utils is.\npackage utils\n", []string{"package name utils"}},
		{"does not parse", "internal/stage/a/a.go", "package", []string{"expected"}},
		{"long function", "internal/stage/a/a.go", long, []string{"function F has"}},
		{"long route table", "internal/stage/a/a.go", strings.ReplaceAll(long, "F", "Routes"), nil},
		{"long table", "internal/stage/a/a.go", "// Package a is.\npackage a\nfunc f() []int {\n\treturn []int{\n" + strings.Repeat("\t1,\n", maxFunc) + "\t}\n}\n", nil},
		{"long function in a test", "internal/stage/a/a_test.go", long, nil},
		{"long file", "internal/stage/a/a.go", "// Package a is.\npackage a\n" + strings.Repeat("\n", maxFile), []string{"file has"}},
		{"init", "internal/stage/a/a.go", "// Package a is.\npackage a\nfunc init() {}\n", []string{"no init"}},
		{"panic", "internal/stage/a/a.go", "// Package a is.\npackage a\nfunc f() { panic(1) }\nfunc mustF() { panic(1) }\nfunc g() { panic(recover()) }\n", []string{"a.go:3: panic"}},
		{"no package comment", "internal/stage/a/a.go", "package a\n", []string{"no comment that says"}},
		{"names without comments", "internal/stage/a/a.go", "// Package a is.\npackage a\ntype T int\nconst C = 1\nfunc F() {}\nfunc (T) M() {}\ntype t int\nfunc (t) M() {}\n", []string{"exported T", "exported C", "exported F", "exported M"}},
		{"a group with one comment", "internal/stage/a/a.go", "// Package a is.\npackage a\n\n// The sizes.\nconst (\n\tA = 1\n\tB = 2\n)\n", nil},
		{"the clock", "internal/stage/a/a.go", "// Package a is.\npackage a\nimport \"time\"\nvar f = time.Now\n", []string{"time.Now"}},
		{"the clock in cli", "internal/cli/a.go", "// Package cli is.\npackage cli\nimport \"time\"\nvar f = time.Now\n", nil},
		{"page data in a bag", "internal/web/a/a.go", "// Package a is.\npackage a\nfunc f() { _ = map[string]any{}; _ = map[string]interface{}{} }\n", []string{"give the page", "give the page"}},
		{"left to do", "internal/stage/a/a.go", "// Package a is.\npackage a\n\n// TODO\n\n// TODO: rows older than the first edition have no digest\n", []string{"TODO without"}},
		{"lint put aside", "internal/stage/a/a.go", "// Package a is.\npackage a\n\n//lint:ignore U1000\n\n//lint:ignore U1000 kept for the decoder of old forms\n", []string{"put aside"}},
		{"a table", "internal/stage/a/a.go", "// Package a is.\npackage a\nvar t = map[string]int{\"a\": 1}\nfunc f() int { t := t[\"a\"]; t = 2; return t }\n", nil},
		{"a table that is changed", "internal/stage/a/a.go", "// Package a is.\npackage a\nvar t = map[string]int{\"a\": 1}\nfunc f() { t[\"a\"] = 2 }\n", []string{"t of the package is changed"}},
		{"filled later", "internal/stage/a/a.go", "// Package a is.\npackage a\nvar t map[string]int\n", []string{"no value yet"}},
		{"made to be changed", "internal/stage/a/a.go", "// Package a is.\npackage a\nimport \"sync\"\nvar mu = sync.Mutex{}\nvar m = make(map[string]int)\n", []string{"mu of the package", "m of the package"}},
		{"an exported table", "internal/stage/a/a.go", "// Package a is.\npackage a\n\n// T is.\nvar T = []int{1}\n", []string{"exported T can be changed"}},
		{"embedded", "internal/web/a/a.go", "// Package a is.\npackage a\nimport \"embed\"\n//go:embed *.html\nvar files embed.FS\n", nil},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			expect(t, checkHouse(invented(t, map[string]string{c.file: c.body})), c.want...)
		})
	}
}

func TestForeignChecker(t *testing.T) {
	home := "/" + "home/somebody/x"
	tr := invented(t, map[string]string{
		"a.md":       "see " + home + "\nsee ./home/x and /homework\n",
		"c.go":       "package c\n// as agreed in issue" + " 12\n",
		"lock.json":  `"resolved"` + `: "https://example.org/x"`,
		"d/x.bin":    home,
		"testdata/e": home,
	})
	expect(t, checkForeign(tr), "a.md:1", "c.go:2", "lock.json:1")
}

func TestRulesChecker(t *testing.T) {
	tr := invented(t, map[string]string{
		"internal/stage/a/a.go":      "package a\n\n// F checks.\n//\n// rule:五对照/3 法律法规依据\nfunc F() {}\n\n//rule:六查看/9\nfunc G() {}\n\n//rule:五对照/4\nfunc h() {}\n\n//rule:五对照/5\nvar x = 1\n",
		"internal/stage/a/a_test.go": "package a\n\n//tests:五对照/3 五对照/1\nfunc TestF() {}\n\n//tests:五对照/2\nfunc helper() {}\n",
	})
	report(t, tr.broken)
	rules, found := collectRules(tr)
	expect(t, found, "rule:五对照/4 stands on no exported", "rule:五对照/5 stands on no exported", "tests:五对照/2 stands on no test")
	r := rules["五对照/3"]
	if r == nil || len(r.code) != 1 || r.code[0] != (place{"internal/stage/a/a.go", "F", "法律法规依据"}) || len(r.tests) != 1 {
		t.Fatalf("五对照/3: %+v", r)
	}
	var said strings.Builder
	for _, f := range checkRules(rules) {
		said.WriteString(f.String() + "\n")
	}
	for _, want := range []string{
		"//rule:五对照/1 ",    // tested, but nothing carries it
		"names rule 六查看/9", // no rule of the reform
		"//rule:设定权 ",      // nothing at all
	} {
		if !strings.Contains(said.String(), want) {
			t.Errorf("%q is not said in:\n%s", want, said.String())
		}
	}
	if strings.Contains(said.String(), "五对照/3") {
		t.Errorf("五对照/3 has code and test:\n%s", said.String())
	}
	delete(rules, "五对照/3")
	rules["五对照/3"] = &rule{code: r.code}
	hit := false
	for _, f := range checkRules(rules) {
		hit = hit || strings.Contains(f.what, "no test carries the line //tests:五对照/3")
	}
	if !hit {
		t.Error("a rule without a test passes")
	}
	page := rulesPage(map[string]*rule{"五对照/3": r})
	for _, want := range []string{"../internal/stage/a/a.go", "`F` 法律法规依据", "`TestF`"} {
		if !strings.Contains(page, want) {
			t.Errorf("the page lacks %q", want)
		}
	}
}
