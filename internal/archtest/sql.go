package archtest

import (
	"go/ast"
	"path"
	"regexp"
	"sort"
	"strings"
)

// checkSQL holds every query in the code to the ownership of tables, to the
// import table and to the words both engines understand.
func checkSQL(t *tree, tabs map[string]table, e *edges) []finding {
	var out []finding
	for _, q := range queries(t) {
		if q.src.room == "testkit" {
			continue
		}
		platform := strings.HasPrefix(q.src.room, "platform/")
		if base := path.Base(q.src.path); !platform && base != "store.go" && !strings.HasPrefix(base, "store_") && !strings.HasSuffix(base, "_store.go") {
			out = append(out, t.at(q.pos, "SQL stands only in store.go, store_*.go or *_store.go"))
		}
		out = append(out, checkTables(t, q, tabs, e)...)
		out = append(out, checkWords(t, q)...)
	}
	sort.SliceStable(out, func(i, j int) bool { return out[i].pos < out[j].pos })
	return out
}

func checkTables(t *tree, q query, tabs map[string]table, e *edges) []finding {
	var out []finding
	platform := strings.HasPrefix(q.src.room, "platform/")
	writes, reads := touched(q.text)
	for _, w := range writes {
		tab, ok := tabs[w]
		switch {
		case platform && !ok: // the engines' own tables, or a name handed in
		case w == hole || strings.HasPrefix(w, "%"):
			out = append(out, t.at(q.pos, "writes a table whose name is put together at run time"))
		case !ok:
			out = append(out, t.at(q.pos, "writes table %s, which no migration declares", w))
		case tab.owner != q.src.room:
			out = append(out, t.at(q.pos, "writes table %s, which only %s may write", w, tab.owner))
		case tab.kind == "act" && tab.owner != "platform/ledger" && !underLedger(t, q):
			out = append(out, t.at(q.pos, "writes act table %s in a function that takes no *ledger.Tx", w))
		}
	}
	for _, r := range reads {
		tab, ok := tabs[r]
		switch {
		case platform && !ok:
		case r == hole || strings.HasPrefix(r, "%"):
			out = append(out, t.at(q.pos, "reads a table whose name is put together at run time"))
		case !ok:
			out = append(out, t.at(q.pos, "reads table %s, which no migration declares", r))
		case tab.owner == q.src.room, floorOf(tab.owner) < floorOf(q.src.room), e.allow(q.src.room, tab.owner):
		default:
			out = append(out, t.at(q.pos, "reads table %s of %s, which %s may not import", r, tab.owner, q.src.room))
		}
	}
	return out
}

// underLedger says whether a writing query is reached only by functions that
// take *ledger.Tx: the one it stands in, or, for a constant of the package,
// every function that names the constant.
func underLedger(t *tree, q query) bool {
	if q.fn != nil {
		if takesLedger(q.fn.Type, q.fn.Recv) {
			return true
		}
		for _, l := range q.lits {
			if takesLedger(l.Type, nil) {
				return true
			}
		}
		return false
	}
	users := 0
	for _, s := range t.product() {
		if path.Dir(s.path) != path.Dir(q.src.path) {
			continue
		}
		for _, d := range s.file.Decls {
			fn, ok := d.(*ast.FuncDecl)
			if !ok || fn.Body == nil || !names(fn.Body, q.name) {
				continue
			}
			users++
			if !takesLedger(fn.Type, fn.Recv) {
				return false
			}
		}
	}
	return users > 0
}

// names says whether an identifier occurs in a body.
func names(body *ast.BlockStmt, name string) bool {
	found := false
	ast.Inspect(body, func(n ast.Node) bool {
		if id, ok := n.(*ast.Ident); ok && id.Name == name {
			found = true
		}
		return !found
	})
	return found
}

func takesLedger(ft *ast.FuncType, recv *ast.FieldList) bool {
	for _, list := range []*ast.FieldList{recv, ft.Params} {
		if list == nil {
			continue
		}
		for _, f := range list.List {
			star, ok := f.Type.(*ast.StarExpr)
			if !ok {
				continue
			}
			sel, ok := star.X.(*ast.SelectorExpr)
			if !ok || sel.Sel.Name != "Tx" {
				continue
			}
			if x, ok := sel.X.(*ast.Ident); ok && x.Name == "ledger" {
				return true
			}
		}
	}
	return false
}

// badWords are words of SQL the house does without: one engine lacks them or
// means something else by them, or they do not scale. The places named in
// except may use them.
var badWords = []struct {
	re     *regexp.Regexp
	why    string
	except []string
}{
	{regexp.MustCompile(`(?i)\boffset\b`), "OFFSET: page by key", nil},
	{regexp.MustCompile(`(?i)\bselect\s+(distinct\s+)?(\w+\.)?\*`), "SELECT *: name the columns", nil},
	{regexp.MustCompile(`(?i)\bilike\b`), "ILIKE: lower() and LIKE", nil},
	{regexp.MustCompile(`(?i)\bfor\s+(no\s+key\s+)?(update|share)\b`), "FOR UPDATE: lock by UPDATE of the row", nil},
	{regexp.MustCompile(`(?i)\bmerge\s+into\b`), "MERGE", nil},
	{regexp.MustCompile(`(?i)\binsert\s+or\s|\breplace\s+into\b`), "INSERT OR, REPLACE INTO: use ON CONFLICT", nil},
	{regexp.MustCompile(`(?i)\b(datetime|date|time|julianday|unixepoch|strftime|now|clock_timestamp|date_trunc|to_char|extract)\s*\(|\bcurrent_(timestamp|date|time)\b`), "date and time are made in Go", []string{"platform/sqldb"}},
	{regexp.MustCompile(`(?i)->>|\bjson_\w+\s*\(|\bjsonb?_\w+\s*\(`), "JSON operators: columns for what is queried", nil},
	{regexp.MustCompile(`\w::\w`), "a cast of one engine", []string{"platform/sqldb", "platform/search"}},
	{regexp.MustCompile(`(?i)\b(glob|similar\s+to|regexp)\s`), "a match of one engine", nil},
	{regexp.MustCompile(`\$\d`), "placeholders are ?", []string{"platform/sqldb"}},
}

var likeWord = regexp.MustCompile(`(?i)(\S+)\s+(?:not\s+)?like\s`)

// checkWords holds one query to the words both engines understand alike.
func checkWords(t *tree, q query) []finding {
	bare := sqlComment.ReplaceAllString(sqlString.ReplaceAllString(q.text, "''"), " ")
	var out []finding
words:
	for _, b := range badWords {
		for _, room := range b.except {
			if q.src.room == room {
				continue words
			}
		}
		if b.re.MatchString(bare) {
			out = append(out, t.at(q.pos, "%s", b.why))
		}
	}
	for _, m := range likeWord.FindAllStringSubmatch(bare, -1) {
		if !strings.HasSuffix(m[1], ")") {
			out = append(out, t.at(q.pos, "LIKE without lower(): the engines disagree on case"))
		}
	}
	return out
}
