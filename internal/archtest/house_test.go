package archtest

import (
	"flag"
	"os"
	"path/filepath"
	"testing"
)

var update = flag.Bool("update", false, "write docs/rules.md anew")

// root finds the folder of go.mod above the test.
func root(t *testing.T) string {
	t.Helper()
	dir, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	for {
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
			return dir
		}
		up := filepath.Dir(dir)
		if up == dir {
			t.Fatal("no go.mod above the test")
		}
		dir = up
	}
}

func house(t *testing.T) *tree {
	t.Helper()
	tr, err := load(os.DirFS(root(t)))
	if err != nil {
		t.Fatal(err)
	}
	if len(tr.product()) < 2 {
		t.Fatalf("only %d product files found: the checkers would prove nothing", len(tr.product()))
	}
	return tr
}

func report(t *testing.T, found []finding) {
	t.Helper()
	for _, f := range found {
		t.Errorf("%s", f)
	}
}

// Imports and reads of tables point downwards, and every edge on one floor is
// listed with its reason.
func TestFloors(t *testing.T) {
	tr, e := house(t), newEdges(sameFloor)
	report(t, checkImports(tr, e))
	report(t, checkPurity(tr))
	tabs, found := tables(tr)
	report(t, found)
	if len(tabs) == 0 {
		t.Error("no migration declares a table")
	}
	report(t, checkSQL(tr, tabs, e))
	report(t, checkDialect(tr))
	report(t, e.unused())
}

func TestHouseRules(t *testing.T) { report(t, checkHouse(house(t))) }

func TestNoForeignWords(t *testing.T) { report(t, checkForeign(house(t))) }

// Every rule of the reform has code and test, and docs/rules.md says which.
func TestRulesOfTheReform(t *testing.T) {
	rules, found := collectRules(house(t))
	report(t, found)
	report(t, checkRules(rules))
	page, file := rulesPage(rules), filepath.Join(root(t), "docs", "rules.md")
	if *update {
		if err := os.MkdirAll(filepath.Dir(file), 0o777); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(page), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	got, err := os.ReadFile(file)
	if err != nil || string(got) != page {
		t.Errorf("docs/rules.md is not what the code says: run `make golden` (%v)", err)
	}
}
