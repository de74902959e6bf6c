package figures

import (
	"context"
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"

	"qingdan/internal/platform/ledger"
	"qingdan/internal/platform/sqldb"
	"qingdan/internal/registry/finding"
	"qingdan/internal/registry/org"
	"qingdan/internal/registry/power"
	"qingdan/internal/stage/inventory"
	"qingdan/internal/testkit"
)

// adjusted is a house with four powers on the list in the first version: of A1
// another wording is published, of A2 one is asked for, A3 was cancelled, and A4
// is to be. It gives the versions by code and number.
func adjusted(t *testing.T, db *sqldb.DB, l *ledger.Ledger) map[string]sqldb.ID {
	t.Helper()
	out := map[string]sqldb.ID{}
	err := l.Write(t.Context(), ledger.Actor{ID: "test", Name: "测试", Role: "操作员"}, func(ctx context.Context, tx *ledger.Tx) error {
		dept, err := org.AddDepartment(ctx, tx, org.Department{Division: "371500", Name: "市水利局"})
		if err != nil {
			return err
		}
		move := func(id sqldb.ID, to ...power.State) error {
			for _, s := range to {
				c, err := power.Newest(ctx, tx, id)
				if err == nil {
					err = power.Move(ctx, tx, c, s)
				}
				if err != nil {
					return err
				}
			}
			return nil
		}
		for _, code := range []string{"A1", "A2", "A3", "A4"} {
			v := power.Version{Department: dept, Category: power.CategoryPermit, Name: "许可" + code}
			ids, err := power.Add(ctx, tx, power.Report{Code: code, Division: "371500", Origin: power.Reported, State: power.Published, Version: v})
			if err != nil {
				return err
			}
			base, err := power.Newest(ctx, tx, ids.Power)
			if err != nil {
				return err
			}
			out[code+"/1"] = ids.Version
			if code == "A3" || code == "A4" {
				if _, err := power.ProposeCancel(ctx, tx, base, "法律已废止"); err != nil {
					return err
				}
			} else {
				v.Name, v.Category = "确认"+code, power.CategoryConfirmation
				if ids, err = power.Revise(ctx, tx, base, v, power.HandedUp, "性质属于确认"); err != nil {
					return err
				}
				out[code+"/2"] = ids.Version
			}
			switch code {
			case "A1":
				if err := power.Move(ctx, tx, base, power.Replaced); err != nil {
					return err
				}
				err = move(ids.Power, power.Review, power.Proposed, power.Consulting, power.Approved, power.Published)
			case "A3":
				if err := power.Move(ctx, tx, base, power.Ended); err != nil {
					return err
				}
				err = move(ids.Power, power.Review, power.Cancelled, power.Ended)
			}
			if err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func TestFiguresCountAPowerOnceHoweverOftenItChanged(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, db *sqldb.DB, l *ledger.Ledger) {
		adjusted(t, db, l)
		tallies, err := readTallies(t.Context(), db)
		if err != nil {
			t.Fatal(err)
		}
		b := tallies.Whole()
		if b.Reported.N != 4 || b.Kept.N != 3 || b.Moved != 0 {
			t.Errorf("%d reported, %d kept, %d moved; want 4, 3, 0", b.Reported.N, b.Kept.N, b.Moved)
		}
		if n := balanceOf(tallies, "", nil, inCategory("行政确认")).Kept.N; n != 1 {
			t.Errorf("%d kept as 行政确认, want the published amendment alone", n)
		}
		rows, err := readFigureRows(t.Context(), db, sqldb.ID{}, rowsQuery{}, 10)
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, r := range rows {
			got = append(got, fmt.Sprint(r.Code, " ", r.Name, " ", r.Fate))
		}
		if diff := cmp.Diff([]string{"A1 确认A1 保留", "A2 许可A2 保留", "A3 许可A3 取消", "A4 许可A4 保留"}, got); diff != "" {
			t.Errorf("rows (-want +got):\n%s", diff)
		}
	})
}

// The public asks what the list lacks: one wording of a power counts, the one
// on the list.
func TestGapsCountTheWordingOnTheList(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, db *sqldb.DB, l *ledger.Ledger) {
		versions := adjusted(t, db, l)
		var run finding.Run
		err := l.Write(t.Context(), ledger.Actor{ID: "test", Name: "测试", Role: "操作员"}, func(ctx context.Context, tx *ledger.Tx) (err error) {
			var all []finding.Finding
			for _, v := range versions {
				all = append(all, finding.Finding{Version: v, Rule: inventory.RequiredRule, Severity: finding.Asks, Message: "缺少承办机构"})
			}
			run, err = finding.Save(ctx, tx, "2015-01-10", 4, all)
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		g, err := readGaps(t.Context(), db, run)
		if err != nil {
			t.Fatal(err)
		}
		if g.found != 4 || g.total != 3 || len(g.cells) != 1 || g.cells[0].N != 3 {
			t.Errorf("%d found, %d lacking, cells %+v; want 4, 3 and one cell of 3", g.found, g.total, g.cells)
		}
		rows, err := readGapRows(t.Context(), db, run.ID, sqldb.ID{}, gapsQuery{}, "", false, 10)
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, r := range rows {
			got = append(got, fmt.Sprint(r.Code, " ", r.Name, " ", len(r.Lacks)))
		}
		if diff := cmp.Diff([]string{"A1 确认A1 1", "A2 许可A2 1", "A4 许可A4 1"}, got); diff != "" {
			t.Errorf("rows (-want +got):\n%s", diff)
		}
	})
}
