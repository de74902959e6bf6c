package sqldb_test

import (
	"slices"
	"testing"

	"qingdan/internal/platform/sqldb"
)

func TestListsOfIdsHaveFewLengths(t *testing.T) {
	ids := make([]sqldb.ID, 401)
	for i := range ids {
		ids[i] = sqldb.NewID()
	}
	for n, want := range map[int]int{1: 20, 20: 20, 21: 100, 101: 400, 400: 400, 401: 401} {
		marks, args := sqldb.In(ids[:n])
		if len(args) != want || marks != sqldb.Marks(want) {
			t.Errorf("%d ids: %d arguments, want %d", n, len(args), want)
		}
		for _, id := range ids[:n] {
			if !slices.Contains(args, any(id)) {
				t.Fatalf("%d ids: one is missing", n)
			}
		}
	}
}

func TestWhereKeepsEveryRowUntilItIsAsked(t *testing.T) {
	var w sqldb.Where
	if w.Text() != "1 = 1" || len(w.Args) != 0 {
		t.Errorf("%q with %d arguments", w.Text(), len(w.Args))
	}
	w.Is("a", "")
	w.Is("b", "x")
	w.And("(c, d) > (?, ?)", 1, 2)
	if w.Text() != "b = ? and (c, d) > (?, ?)" || len(w.Args) != 3 {
		t.Errorf("%q with %d arguments", w.Text(), len(w.Args))
	}
}
