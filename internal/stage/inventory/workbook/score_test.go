package workbook

import (
	"bufio"
	"compress/gzip"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"golang.org/x/text/width"
)

// shared gives a folder of the reference data, or skips the test.
func shared(t testing.TB, name string) string {
	t.Helper()
	root := os.Getenv("QINGDAN_SHARED")
	if root == "" {
		dir, err := os.Getwd()
		if err != nil {
			t.Fatal(err)
		}
		for {
			if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
				break
			}
			if dir == filepath.Dir(dir) {
				t.Fatal("no go.mod above the test")
			}
			dir = filepath.Dir(dir)
		}
		root = filepath.Join(dir, "..", "shared", "data")
	}
	path := filepath.Join(root, name)
	if _, err := os.Stat(path); err != nil {
		t.Skipf("reference data absent: %v (set QINGDAN_SHARED)", err)
	}
	return path
}

func readFile(t testing.TB, path string) []byte {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// expected is what a perfect importer delivers for a file.
type expected struct {
	File     string
	Readable json.RawMessage
	Items    []map[string]json.RawMessage
	Problems []struct {
		Sheet, Cell *string
		Kind        string
		Required    bool
		Message     string
	}
}

// scored are the fields that must be exact.
func scored() []string {
	return []string{"name", "main_item", "category", "department", "office", "basis", "statutory", "promised", "fee", "duty", "accountability", "code", "base_code", "date", "phone", "category_raw"}
}

// same compares as the reference data says: any_of, ends trimmed, LF, no
// zero-width characters, and full-width forms folded as an alternative.
func same(t *testing.T, want, got json.RawMessage) bool {
	t.Helper()
	var alt struct {
		AnyOf []json.RawMessage `json:"any_of"`
	}
	if json.Unmarshal(want, &alt) == nil && alt.AnyOf != nil {
		for _, w := range alt.AnyOf {
			if same(t, w, got) {
				return true
			}
		}
		return false
	}
	var w, g any
	if err := json.Unmarshal(want, &w); err != nil {
		t.Fatal(err)
	}
	if len(got) > 0 {
		if err := json.Unmarshal(got, &g); err != nil {
			t.Fatal(err)
		}
	}
	ws, ok1 := w.(string)
	gs, ok2 := g.(string)
	if ok1 && ok2 {
		ws, gs = clean(ws), clean(gs)
		return ws == gs || width.Fold.String(ws) == gs
	}
	if ok1 && ws == "" && g == nil {
		return true
	}
	return reflect.DeepEqual(w, g)
}

func asMap(t *testing.T, it Item) map[string]json.RawMessage {
	t.Helper()
	b, err := json.Marshal(it)
	if err != nil {
		t.Fatal(err)
	}
	var m map[string]json.RawMessage
	if err := json.Unmarshal(b, &m); err != nil {
		t.Fatal(err)
	}
	return m
}

type rowKey struct {
	sheet string
	row   int
}

// compareItems reports each expected row that is absent or differs in a scored
// field, and each row delivered that was not expected.
func compareItems(t *testing.T, want []map[string]json.RawMessage, got []Item, all bool) {
	t.Helper()
	byRow := map[rowKey]Item{}
	for _, it := range got {
		byRow[rowKey{it.Sheet, it.Row}] = it
	}
	wrong := 0
	for _, w := range want {
		var k rowKey
		if json.Unmarshal(w["sheet"], &k.sheet) != nil || json.Unmarshal(w["row"], &k.row) != nil {
			t.Fatal("expected item without place")
		}
		it, ok := byRow[k]
		delete(byRow, k)
		if !ok {
			if string(w["optional"]) != "true" {
				t.Errorf("%v: row missing", k)
			}
			continue
		}
		g := asMap(t, it)
		for _, f := range scored() {
			if w[f] == nil || same(t, w[f], g[f]) {
				continue
			}
			if wrong++; wrong < 40 {
				t.Errorf("%v %s: want %.300s got %.300s", k, f, w[f], g[f])
			}
		}
	}
	if all {
		for k := range byRow {
			t.Errorf("%v: row not expected", k)
		}
	}
}

func TestNineWorkbooks(t *testing.T) {
	dir := shared(t, "workbooks")
	names, err := filepath.Glob(filepath.Join(dir, "*.json"))
	if err != nil || len(names) != 9 {
		t.Fatalf("found %d descriptions: %v", len(names), err)
	}
	required, found := 0, 0
	for _, name := range names {
		t.Run(filepath.Base(name)[:2], func(t *testing.T) {
			var want expected
			if err := json.Unmarshal(readFile(t, name), &want); err != nil {
				t.Fatal(err)
			}
			got, err := Read(readFile(t, filepath.Join(dir, want.File)), Options{FileName: want.File})
			if err != nil {
				t.Fatal(err)
			}
			if fmt.Sprint(got.Readable) != string(want.Readable) {
				t.Fatalf("readable %v: %s", got.Readable, got.Why)
			}
			compareItems(t, want.Items, got.Items, !strings.HasPrefix(want.File, "09"))
			listed := map[string]bool{}
			reported := map[string]bool{}
			for _, p := range got.Problems {
				reported[p.Sheet+"!"+p.Cell+" "+p.Kind] = true
			}
			for _, p := range want.Problems {
				k := " " + p.Kind
				if p.Cell != nil {
					k = *p.Cell + k
				}
				k = "!" + k
				if p.Sheet != nil {
					k = *p.Sheet + k
				}
				listed[k] = true
				if !p.Required {
					continue
				}
				required++
				if reported[k] {
					found++
				} else {
					t.Errorf("not reported: %s (%s)", k, p.Message)
				}
			}
			for _, p := range got.Problems {
				if !listed[p.Sheet+"!"+p.Cell+" "+p.Kind] {
					t.Logf("reported beside the listed ones: %s!%s %s %s", p.Sheet, p.Cell, p.Kind, p.Message)
				}
			}
		})
	}
	t.Logf("required problems found: %d of %d", found, required)
}

func TestAllRowsOfTheBigWorkbook(t *testing.T) {
	dir := shared(t, "workbooks")
	lists, err := filepath.Glob(filepath.Join(dir, "09-*.items.jsonl.gz"))
	if err != nil || len(lists) != 1 {
		t.Fatalf("list of items: %v %v", lists, err)
	}
	f, err := os.Open(lists[0])
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	z, err := gzip.NewReader(f)
	if err != nil {
		t.Fatal(err)
	}
	var want []map[string]json.RawMessage
	sc := bufio.NewScanner(z)
	sc.Buffer(nil, 1<<20)
	for sc.Scan() {
		var m map[string]json.RawMessage
		if err := json.Unmarshal(sc.Bytes(), &m); err != nil {
			t.Fatal(err)
		}
		want = append(want, m)
	}
	if err := sc.Err(); err != nil {
		t.Fatal(err)
	}
	if len(want) != 5029 {
		t.Fatalf("%d rows expected", len(want))
	}
	got, err := Read(readFile(t, strings.TrimSuffix(lists[0], ".items.jsonl.gz")+".xlsx"), Options{})
	if err != nil {
		t.Fatal(err)
	}
	compareItems(t, want, got.Items, true)
	for _, p := range got.Problems { // the file is clean but for one blank basis
		if p.Kind != MissingBasis || len(got.Problems) > 1 {
			t.Errorf("false alarm: %+v", p)
		}
	}
}

func TestRealRowsOfGuangan(t *testing.T) {
	path := shared(t, "items/items_guangan.jsonl")
	got, err := Read(readFile(t, path), Options{FileName: path})
	if err != nil {
		t.Fatal(err)
	}
	if !got.Readable || len(got.Items) != 736 {
		t.Fatalf("readable %v %s, %d items", got.Readable, got.Why, len(got.Items))
	}
	kinds := map[string]int{}
	for _, p := range got.Problems {
		kinds[p.Kind+"/"+p.Level]++
	}
	if kinds[MissingBasis+"/"+Warn] != 1 || kinds[MissingBasis+"/"+Error] > 0 {
		t.Errorf("a column all rows lack is one problem: %v", kinds)
	}
	for _, it := range got.Items {
		if it.Name == "" || it.Department == "" || it.Row < 1 {
			t.Fatalf("line %d: %+v", it.Row, it)
		}
	}
}
