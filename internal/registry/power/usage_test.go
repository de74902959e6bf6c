package power_test

import (
	"context"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"qingdan/internal/errs"
	"qingdan/internal/platform/ledger"
	"qingdan/internal/platform/sqldb"
	"qingdan/internal/registry/org"
	"qingdan/internal/registry/power"
	"qingdan/internal/testkit"
)

// use takes a table in and gives how many numbers are new.
func use(t *testing.T, l *ledger.Ledger, table string) (n int, err error) {
	t.Helper()
	rows, err := power.ReadUsage([]byte(table), "行使.csv")
	if err != nil {
		return 0, err
	}
	err = write(t, l, func(ctx context.Context, tx *ledger.Tx) (err error) {
		if n, err = power.ImportUsage(ctx, tx, rows); err == nil && n == 0 {
			err = tx.Say(ctx, "", "test.nothing", sqldb.ID{}, n)
		}
		return err
	})
	return n, err
}

func TestUsageComesBackByYearAndPlaceAndIsCorrected(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, db *sqldb.DB, l *ledger.Ledger) {
		dept := department(t, l)
		ids, err := add(t, l, permit(dept, "A1"))
		must(t, err)
		must(t, write(t, l, func(ctx context.Context, tx *ledger.Tx) error {
			_, err := org.AddDivisions(ctx, tx, []org.Division{{Code: "371522", Name: "莘县", Level: "县", Parent: city}, {Code: "371521", Name: "城关镇"}, {Code: "371502", Name: "城关镇"}})
			return err
		}))
		table := "事项编码,年份,件数,行使地区,来源\nA1,2013,\"1,200\",,年报\nA1,2013年,0,莘县,\nA1,2012,5,371522,\n"
		for _, want := range []int{3, 0} {
			if n, err := use(t, l, table); err != nil || n != want {
				t.Fatalf("%d new numbers, %v, want %d", n, err, want)
			}
		}
		if n, err := use(t, l, "事项编码,年份,件数\nA1,2013,1300\n"); err != nil || n != 1 {
			t.Errorf("a correction: %d, %v", n, err)
		}
		got, err := power.UsageOf(t.Context(), db, ids.Power)
		must(t, err)
		want := []power.Usage{{ids.Power, city, 2013, 1300, ""}, {ids.Power, "371522", 2013, 0, ""}, {ids.Power, "371522", 2012, 5, ""}}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("usage (-want +got):\n%s", diff)
		}
		said := 0
		for _, e := range acts(t, l) {
			if e.Kind == "power.usage" {
				said++
			}
		}
		if said != 2 {
			t.Errorf("%d acts, want 2: what is known already is none", said)
		}
	})
}

func TestUsageThatCannotBeIsRefusedAtItsCell(t *testing.T) {
	db, l := testkit.Open(t, sqldb.SQLite)
	_, err := add(t, l, permit(department(t, l), "A1"))
	must(t, err)
	for table, want := range map[string]string{
		"事项编码,件数\nA1,1\n":                            "行使.csv：找不到表头",
		"事项编码,年份,件数\nA2,2013,1\n":                    "行使.csv A2：没有编码为 A2 的事项",
		"事项编码,年份,件数\nA1,1913,1\n":                    "行使.csv B2：年份 1913 不对",
		"事项编码,年份,件数\nA1,2999,1\n":                    "行使.csv B2：年份 2999 不对",
		"事项编码,年份,件数\nA1,去年,1\n":                      "行使.csv B2：年份“去年”不对",
		"事项编码,年份,件数\nA1,2013,\n":                     "行使.csv C2：件数“”不是整数",
		"事项编码,年份,件数\nA1,2013,1.5\n":                  "行使.csv C2：件数“1.5”不是整数",
		"事项编码,年份,件数\nA1,2013,-3\n":                   "行使.csv C2：件数 -3 不对",
		"事项编码,年份,件数,行使地区\nA1,2013,3,无此县\n":           "行使.csv D2：没有行政区划“无此县”",
		"事项编码,年份,件数\nA1,2013,3\nA1,2013,4\n":         "行使.csv A3：A1 在 2013 年的件数与 行使.csv A2 重复",
		"事项编码,年份,件数\nA1,2013,3\nA1,2012,x\nA9,1,1\n": "有 2 处不对",
	} {
		if _, err := use(t, l, table); errs.KindOf(err) != errs.Invalid || !strings.Contains(errs.Message(err), want) {
			t.Errorf("%q: %v, want %s", table, err, want)
		}
	}
	all, err := power.AllUsage(t.Context(), db)
	must(t, err)
	if len(all) != 0 {
		t.Errorf("refused files left %v", all)
	}
	err = write(t, l, func(ctx context.Context, tx *ledger.Tx) error {
		_, err := power.SetUsage(ctx, tx, []power.Usage{{Power: sqldb.NewID(), Place: city, Year: 2013}})
		return err
	})
	if errs.KindOf(err) != errs.NotFound {
		t.Errorf("a power that is none: %v", err)
	}
}
