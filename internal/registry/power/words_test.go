package power_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"

	"qingdan/internal/errs"
	"qingdan/internal/platform/ledger"
	"qingdan/internal/platform/search"
	"qingdan/internal/platform/sqldb"
	"qingdan/internal/registry/power"
	"qingdan/internal/testkit"
)

// onList puts a power on the list and into the index, as a publication does.
func onList(t *testing.T, db *sqldb.DB, l *ledger.Ledger, r power.Report) power.Ids {
	t.Helper()
	r.State = power.Approved
	ids, err := add(t, l, r)
	must(t, err)
	must(t, move(t, l, newest(t, db, ids.Power), power.Published))
	index(t, db, ids, true)
	return ids
}

// index puts a version into the index anew.
func index(t *testing.T, db *sqldb.DB, ids power.Ids, public bool) {
	t.Helper()
	v, err := power.VersionByID(t.Context(), db, ids.Version)
	must(t, err)
	c := newest(t, db, ids.Power)
	must(t, db.Write(t.Context(), func(tx *sqldb.Tx) error {
		return power.Index(sqldb.Inside(t.Context()), tx, []search.Doc{power.SearchDoc(c.Code, v, "市水利局", public)})
	}))
}

func addWord(t *testing.T, l *ledger.Ledger, n power.NewWord) (w power.Word, err error) {
	t.Helper()
	err = write(t, l, func(ctx context.Context, tx *ledger.Tx) (err error) {
		w, err = power.AddWord(ctx, tx, n)
		return err
	})
	return w, err
}

// finds says whether the public finds a power by words in full.
func finds(t *testing.T, db *sqldb.DB, words string, id sqldb.ID) bool {
	t.Helper()
	hits, err := search.Find(t.Context(), db, search.Query{Words: words, Kind: "power", PublicOnly: true})
	must(t, err)
	return slices.ContainsFunc(hits, func(h search.Hit) bool { return h.ID == id && !h.Partial })
}

func TestAWordFindsItsPowerUntilItIsRemoved(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, db *sqldb.DB, l *ledger.Ledger) {
		dept := department(t, l)
		ids := onList(t, db, l, permit(dept, "A1"))
		other := onList(t, db, l, permit(dept, "A2", func(r *power.Report) { r.Version.Name = "采砂许可" }))
		const said = "自家打机井"
		if finds(t, db, said, ids.Power) {
			t.Fatal("found before anybody said so")
		}
		w, err := addWord(t, l, power.NewWord{Power: ids.Power, Text: " 自家 打机井 "})
		must(t, err)
		if w.Text != said || !finds(t, db, said, ids.Power) || finds(t, db, said, other.Power) {
			t.Errorf("word %q, found %v, the other too %v", w.Text, finds(t, db, said, ids.Power), finds(t, db, said, other.Power))
		}
		// Whatever puts the power into the index anew keeps the words.
		index(t, db, ids, true)
		if !finds(t, db, said, ids.Power) {
			t.Error("lost when the power was put into the index anew")
		}
		must(t, write(t, l, func(ctx context.Context, tx *ledger.Tx) error {
			_, err := power.RemoveWord(ctx, tx, w.ID)
			return err
		}))
		if finds(t, db, said, ids.Power) {
			t.Error("removed and still found")
		}
		err = write(t, l, func(ctx context.Context, tx *ledger.Tx) error {
			_, err := power.RemoveWord(ctx, tx, w.ID)
			return err
		})
		if errs.KindOf(err) != errs.NotFound {
			t.Errorf("removed twice: %v", err)
		}
		if _, err := addWord(t, l, power.NewWord{Power: ids.Power, Text: said}); err != nil {
			t.Errorf("a removed word cannot come back: %v", err)
		}
		// The word came from people: the log names the power, not the word.
		for _, a := range acts(t, l) {
			if strings.Contains(string(a.Public), "打机井") {
				t.Errorf("the public log says %s", a.Public)
			}
		}
	})
}

func TestWordsThatAreNone(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, db *sqldb.DB, l *ledger.Ledger) {
		dept := department(t, l)
		ids := onList(t, db, l, permit(dept, "A1"))
		for i := range power.TooCommon {
			onList(t, db, l, permit(dept, fmt.Sprintf("B%d", i), func(r *power.Report) { r.Version.Name = fmt.Sprintf("修桥%d号许可", i) }))
		}
		gone, err := add(t, l, permit(dept, "C1", func(r *power.Report) { r.State = power.Review }))
		must(t, err)
		must(t, move(t, l, newest(t, db, gone.Power), power.Cancelled))
		onList(t, db, l, permit(dept, "B99", func(r *power.Report) { r.Version.Name = "修桥末号许可" }))
		if _, err := addWord(t, l, power.NewWord{Power: ids.Power, Text: "掏井眼"}); err != nil {
			t.Fatal(err)
		}
		for _, e := range []struct {
			n    power.NewWord
			want errs.Kind
			at   string
		}{
			{power.NewWord{Power: ids.Power, Text: "井"}, errs.Invalid, "word"},
			{power.NewWord{Power: ids.Power, Text: strings.Repeat("井", 21)}, errs.Invalid, "word"},
			{power.NewWord{Power: ids.Power, Text: "打井，抽水"}, errs.Invalid, "word"},
			{power.NewWord{Power: ids.Power, Text: "12345"}, errs.Invalid, "word"},
			{power.NewWord{Power: ids.Power, Text: "找老王13800138000"}, errs.Invalid, "word"},
			{power.NewWord{Power: ids.Power, Text: "案号202401"}, errs.Invalid, "word"},
			{power.NewWord{Power: ids.Power, Text: "取水"}, errs.Invalid, "word"},   // the name has it
			{power.NewWord{Power: ids.Power, Text: "修桥"}, errs.Invalid, "sure"},   // finds 51 already
			{power.NewWord{Power: ids.Power, Text: "掏井眼"}, errs.Conflict, "word"}, // has it
			{power.NewWord{Power: gone.Power, Text: "挖井队"}, errs.Conflict, ""},
			{power.NewWord{Power: sqldb.NewID(), Text: "挖井队"}, errs.NotFound, ""},
		} {
			_, err := addWord(t, l, e.n)
			if err == nil || errs.KindOf(err) != e.want {
				t.Errorf("%q: %v, want %v", e.n.Text, err, e.want)
			}
		}
		if _, err := addWord(t, l, power.NewWord{Power: ids.Power, Text: "修桥", Sure: true}); err != nil {
			t.Errorf("a common word of somebody who is sure: %v", err)
		}
		for i := range power.MaxWords - 2 {
			if _, err := addWord(t, l, power.NewWord{Power: ids.Power, Text: fmt.Sprintf("说法%c", '一'+rune(i))}); err != nil {
				t.Fatal(err)
			}
		}
		if _, err := addWord(t, l, power.NewWord{Power: ids.Power, Text: "再来一个"}); errs.KindOf(err) != errs.Conflict {
			t.Errorf("the word too many: %v", err)
		}
	})
}

func TestTwoPeopleAddOneWord(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, db *sqldb.DB, l *ledger.Ledger) {
		ids := onList(t, db, l, permit(department(t, l), "A1"))
		const people = 4
		results := make([]error, people)
		var all sync.WaitGroup
		for i := range people {
			all.Go(func() {
				results[i] = l.Write(context.Background(), actor, func(ctx context.Context, tx *ledger.Tx) error {
					_, err := power.AddWord(ctx, tx, power.NewWord{Power: ids.Power, Text: "挖水井"})
					return err
				})
			})
		}
		all.Wait()
		won := 0
		for _, err := range results {
			switch {
			case err == nil:
				won++
			case errs.KindOf(err) != errs.Conflict:
				t.Errorf("the slower one: %v", err)
			}
		}
		words, err := power.WordsOf(t.Context(), db, ids.Power)
		must(t, err)
		if won != 1 || len(words) != 1 {
			t.Errorf("%d won, %d words", won, len(words))
		}
	})
}
