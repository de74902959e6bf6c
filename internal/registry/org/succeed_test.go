package org_test

import (
	"context"
	"fmt"
	"testing"

	"pgregory.net/rapid"

	"qingdan/internal/errs"
	"qingdan/internal/platform/ledger"
	"qingdan/internal/platform/sqldb"
	"qingdan/internal/registry/org"
	"qingdan/internal/registry/power"
	"qingdan/internal/testkit"
)

var clerk = ledger.Actor{ID: "test", Name: "测试", Role: "操作员"}

// offices adds departments that stand from 2010 on.
func offices(t testing.TB, l *ledger.Ledger, names ...string) []sqldb.ID {
	t.Helper()
	ids := make([]sqldb.ID, len(names))
	if err := l.Write(context.Background(), clerk, func(ctx context.Context, tx *ledger.Tx) (err error) {
		for i, n := range names {
			if ids[i], err = org.AddDepartment(ctx, tx, org.Department{Division: "371500", Name: n, Nature: "法定机关", ValidFrom: "2010-01-01"}); err != nil {
				return err
			}
		}
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	return ids
}

func end(l *ledger.Ledger, id sqldb.ID, day string, heir sqldb.ID) error {
	return l.Write(context.Background(), clerk, func(ctx context.Context, tx *ledger.Tx) error {
		return org.EndDepartment(ctx, tx, id, day, heir, "机构改革方案")
	})
}

func kind(t *testing.T, what string, err error, want errs.Kind) {
	t.Helper()
	if err == nil || errs.KindOf(err) != want {
		t.Errorf("%s: %v, want %v", what, err, want)
	}
}

func TestADepartmentWithPowersEndsOnlyWithASuccessor(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, db *sqldb.DB, l *ledger.Ledger) {
		d := offices(t, l, "甲局", "乙局", "丙局", "丁局")
		if err := l.Write(t.Context(), clerk, func(ctx context.Context, tx *ledger.Tx) error {
			_, err := power.Add(ctx, tx, power.Report{Code: "A1", Division: "371500", Origin: power.Reported, State: power.HandedUp,
				Version: power.Version{Name: "取水许可", Department: d[0], Category: power.CategoryPermit, Initiative: power.CategoryPermit.DefaultInitiative()}})
			return err
		}); err != nil {
			t.Fatal(err)
		}
		kind(t, "nobody takes the powers over", end(l, d[0], "2015-01-01", sqldb.ID{}), errs.Invalid)
		kind(t, "its own successor", end(l, d[0], "2015-01-01", d[0]), errs.Invalid)
		kind(t, "a successor that nobody knows", end(l, d[0], "2015-01-01", sqldb.NewID()), errs.Invalid)
		kind(t, "no such day", end(l, d[0], "2015-02-30", d[1]), errs.Invalid)
		kind(t, "before it stood", end(l, d[0], "2009-01-01", d[1]), errs.Invalid)
		for _, step := range []struct {
			id   int
			day  string
			heir sqldb.ID
		}{{0, "2015-01-01", d[1]}, {1, "2016-01-01", d[2]}, {3, "2016-06-01", sqldb.ID{}}} {
			if err := end(l, d[step.id], step.day, step.heir); err != nil {
				t.Fatal(err)
			}
		}
		kind(t, "ended twice", end(l, d[0], "2017-01-01", d[2]), errs.Conflict)
		kind(t, "back to one that is gone", end(l, d[2], "2017-01-01", d[0]), errs.Invalid)
		kind(t, "before it took over", end(l, d[2], "2015-06-01", d[1]), errs.Conflict)
		for day, want := range map[string]int{"2014-12-31": 0, "2015-01-01": 1, "2015-12-31": 1, "2016-01-01": 2, "2030-01-01": 2} {
			if got, err := org.Responsible(t.Context(), db, d[0], day); err != nil || got.ID != d[want] {
				t.Errorf("on %s %v (%v) answers, want %d", day, got.Name, err, want)
			}
		}
		_, err := org.Responsible(t.Context(), db, d[3], "2016-06-01")
		kind(t, "nobody follows one that left nothing", err, errs.NotFound)
	})
}

// However departments end, the chains are without circles and whoever ended
// with a successor is answered for by one that stands on that day.
func TestSuccessionLeadsToAStandingDepartment(t *testing.T) {
	for _, engine := range []sqldb.Engine{sqldb.SQLite, sqldb.PostgreSQL} {
		t.Run(engine.String(), func(t *testing.T) {
			db, l := testkit.Open(t, engine)
			round := 0
			rapid.Check(t, func(rt *rapid.T) {
				round++
				names := make([]string, 5)
				for i := range names {
					names[i] = fmt.Sprintf("第%d轮%d局", round, i)
				}
				d := offices(t, l, names...)
				ended := map[int]bool{}
				for range rapid.IntRange(1, 8).Draw(rt, "ends") {
					i, j := rapid.IntRange(0, 4).Draw(rt, "who"), rapid.IntRange(0, 4).Draw(rt, "heir")
					day := fmt.Sprintf("2015-%02d-01", rapid.IntRange(1, 12).Draw(rt, "month"))
					err := end(l, d[i], day, d[j])
					if err == nil && ended[i] {
						rt.Fatal("ended twice")
					}
					if err != nil && errs.KindOf(err) == errs.Internal {
						rt.Fatal(err)
					}
					ended[i] = ended[i] || err == nil
				}
				for m := 1; m <= 12; m++ {
					day := fmt.Sprintf("2015-%02d-01", m)
					for _, id := range d {
						got, err := org.Responsible(context.Background(), db, id, day)
						if err != nil {
							rt.Fatal(err)
						}
						if got.ValidFrom > day || got.ValidTo != "" && got.ValidTo <= day {
							rt.Fatalf("on %s %s answers, which stood until %s", day, got.Name, got.ValidTo)
						}
					}
				}
			})
		})
	}
}

// tests:减权/边界
func TestABoundaryHoldsWhenBothSidesConfirmed(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, db *sqldb.DB, l *ledger.Ledger) {
		d := offices(t, l, "水利局", "环保局", "农业局")
		form := org.Boundary{Matter: "河道采砂与水污染防治", Left: d[0], LeftDoes: "负责采砂许可", Right: d[1], RightDoes: "负责水质监测", Basis: "《示例河道条例》第八条", From: "2015-01-01"}
		record := func(b org.Boundary, side sqldb.ID) (id sqldb.ID, err error) {
			err = l.Write(t.Context(), clerk, func(ctx context.Context, tx *ledger.Tx) error {
				id, err = org.RecordBoundary(ctx, tx, b, side, "李示例")
				return err
			})
			return id, err
		}
		with := func(f func(*org.Boundary)) org.Boundary { b := form; f(&b); return b }
		for what, b := range map[string]org.Boundary{
			"no matter":            with(func(b *org.Boundary) { b.Matter = " " }),
			"no basis":             with(func(b *org.Boundary) { b.Basis = "" }),
			"one department":       with(func(b *org.Boundary) { b.Right = b.Left }),
			"no such day":          with(func(b *org.Boundary) { b.From = "2015-13-01" }),
			"no such rule":         with(func(b *org.Boundary) { b.Rule = "抓阄" }),
			"a rule without power": with(func(b *org.Boundary) { b.Rule = org.Territory }),
			"nobody":               with(func(b *org.Boundary) { b.Right = sqldb.NewID() }),
		} {
			_, err := record(b, d[0])
			kind(t, what, err, errs.Invalid)
		}
		id, err := record(form, d[0])
		if err != nil {
			t.Fatal(err)
		}
		_, err = record(with(func(b *org.Boundary) { b.Left, b.Right = b.Right, b.Left }), d[1])
		kind(t, "the same matter again", err, errs.Conflict)
		at := func() org.Boundary {
			b, err := org.BoundaryByID(t.Context(), db, id)
			if err != nil {
				t.Fatal(err)
			}
			return b
		}
		if b := at(); b.State() != org.Unconfirmed || b.Holds("2015-06-01") || b.Waits(d[0]) || !b.Waits(d[1]) {
			t.Errorf("half confirmed: %+v", b)
		}
		confirm := func(side sqldb.ID) error {
			return l.Write(t.Context(), clerk, func(ctx context.Context, tx *ledger.Tx) error { return org.ConfirmBoundary(ctx, tx, id, side) })
		}
		kind(t, "confirmed by a stranger", confirm(d[2]), errs.Invalid)
		kind(t, "confirmed by the same side", confirm(d[0]), errs.Conflict)
		if err := confirm(d[1]); err != nil {
			t.Fatal(err)
		}
		kind(t, "confirmed twice", confirm(d[1]), errs.Conflict)
		if b := at(); b.State() != org.Confirmed || b.Holds("2014-12-31") || !b.Holds("2015-01-01") {
			t.Errorf("confirmed: %+v", b)
		}
		for _, c := range []struct{ departments, want int }{{0, 1}, {1, 1}, {2, 0}} {
			got, err := org.Boundaries(t.Context(), db, []sqldb.ID{d[c.departments]})
			if err != nil || len(got) != c.want {
				t.Errorf("%d sees %d boundaries (%v), want %d", c.departments, len(got), err, c.want)
			}
		}
		if err := l.Write(t.Context(), clerk, func(ctx context.Context, tx *ledger.Tx) error {
			return org.EndBoundary(ctx, tx, id, "2016-01-01", "职责已合并")
		}); err != nil {
			t.Fatal(err)
		}
		if b := at(); b.State() != org.Closed || !b.Holds("2015-12-31") || b.Holds("2016-01-01") {
			t.Errorf("ended: %+v", b)
		}
		if _, err := record(form, d[0]); err != nil {
			t.Errorf("anew after the end: %v", err)
		}
	})
}
