package finding_test

import (
	"context"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"

	"qingdan/internal/errs"
	"qingdan/internal/platform/ledger"
	"qingdan/internal/platform/sqldb"
	"qingdan/internal/registry/finding"
	"qingdan/internal/testkit"
)

var actor = ledger.Actor{ID: "test", Name: "测试", Role: "操作员"}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func save(t *testing.T, l *ledger.Ledger, day string, powers int, found ...finding.Finding) (run finding.Run) {
	t.Helper()
	must(t, l.Write(t.Context(), actor, func(ctx context.Context, tx *ledger.Tx) (err error) {
		run, err = finding.Save(ctx, tx, day, powers, found)
		return err
	}))
	return run
}

func TestNothingIsFoundBeforeTheFirstCheck(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, db *sqldb.DB, _ *ledger.Ledger) {
		if _, err := finding.Latest(t.Context(), db); errs.KindOf(err) != errs.NotFound {
			t.Errorf("latest run: %v", err)
		}
		if _, err := finding.OfVersion(t.Context(), db, sqldb.NewID()); errs.KindOf(err) != errs.NotFound {
			t.Errorf("findings of a version: %v", err)
		}
	})
}

func TestTheLatestRunReplacesAndTheLedgerKeepsTheDigests(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, db *sqldb.DB, l *ledger.Ledger) {
		a, b := sqldb.NewID(), sqldb.NewID()
		one := finding.Finding{Version: a, Rule: "五对照/3", Severity: finding.Blocks, Message: "依据已废止", Evidence: "《示例条例》第二条"}
		two := finding.Finding{Version: b, Rule: "六查看/5", Severity: finding.Asks, Message: "没有时限", Evidence: ""}
		none := finding.Finding{Rule: "五对照/4", Severity: finding.Tells, Message: "职责没有对应的权力", Evidence: "三定 第 3 条"}
		first := save(t, l, "2014-10-15", 2, one, two, none)
		second := save(t, l, "2014-11-01", 3, two)
		latest, err := finding.Latest(t.Context(), db)
		must(t, err)
		if diff := cmp.Diff(second, latest); diff != "" {
			t.Errorf("latest (-want +got):\n%s", diff)
		}
		for v, want := range map[sqldb.ID][]finding.Finding{a: nil, b: {two}} {
			got, err := finding.OfVersion(t.Context(), db, v)
			must(t, err)
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("findings (-want +got):\n%s", diff)
			}
		}
		again := save(t, l, "2014-10-15", 2, one, two, none)
		if again.Digest != first.Digest || again.Digest == second.Digest {
			t.Error("the digest does not follow the findings alone")
		}
		must(t, l.Settle(t.Context()))
		entries, err := l.Entries(t.Context(), ledger.Powers, 0, 10)
		must(t, err)
		var logged []string
		for _, e := range entries {
			var act struct{ SHA256 string }
			must(t, json.Unmarshal(e.Public, &act))
			logged = append(logged, e.Kind+" "+act.SHA256)
		}
		want := []string{fmt.Sprintf("check.run %x", first.Digest), fmt.Sprintf("check.run %x", second.Digest), fmt.Sprintf("check.run %x", first.Digest)}
		if diff := cmp.Diff(want, logged); diff != "" {
			t.Errorf("ledger (-want +got):\n%s", diff)
		}
	})
}

func TestTheDigestIsThatOfTheLinesInOrder(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, db *sqldb.DB, l *ledger.Ledger) {
		a := sqldb.NewID()
		run := save(t, l, "2014-10-15", 1,
			finding.Finding{Version: a, Rule: "甲", Severity: finding.Asks, Message: "一", Evidence: "证"},
			finding.Finding{Version: a, Rule: "乙", Severity: finding.Tells, Message: "二"})
		want := sha256.Sum256([]byte(a.String() + "\t甲\t请核实\t一\t证\n" + a.String() + "\t乙\t提示\t二\t\n"))
		if run.Digest != want || run.Findings != 2 || run.Powers != 1 {
			t.Errorf("run %+v", run)
		}
		empty := save(t, l, "2014-10-15", 1)
		if empty.Findings != 0 || empty.Digest != sha256.Sum256(nil) {
			t.Errorf("a run that finds nothing: %+v", empty)
		}
		must(t, l.Settle(t.Context()))
		must(t, l.Verify(t.Context(), ledger.Powers))
	})
}

func TestFindingsOfAVersionComeByRule(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, db *sqldb.DB, l *ledger.Ledger) {
		v := sqldb.NewID()
		save(t, l, "2014-10-15", 1,
			finding.Finding{Version: v, Rule: "b", Message: "后"}, finding.Finding{Version: v, Rule: "a", Message: "先二"},
			finding.Finding{Version: sqldb.NewID(), Rule: "a", Message: "别人的"}, finding.Finding{Version: v, Rule: "a", Message: "先三"})
		got, err := finding.OfVersion(t.Context(), db, v)
		must(t, err)
		var words []string
		for _, f := range got {
			words = append(words, f.Message)
		}
		if diff := cmp.Diff([]string{"先二", "先三", "后"}, words); diff != "" {
			t.Errorf("order (-want +got):\n%s", diff)
		}
	})
}
