package reading_test

import (
	"context"
	"testing"

	"github.com/google/go-cmp/cmp"

	"qingdan/internal/engine/citation"
	"qingdan/internal/platform/ledger"
	"qingdan/internal/platform/sqldb"
	"qingdan/internal/registry/law"
	"qingdan/internal/registry/org"
	"qingdan/internal/registry/power"
	"qingdan/internal/service/reading"
	"qingdan/internal/testkit"
)

var clerk = ledger.Actor{ID: "a", Name: "甲", Role: "审核"}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// Who read what is counted from the work: the same work twice is read once,
// another person reads anew, and a citation that leads nowhere reads nothing.
func TestReadingsAreCountedFromTheWork(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, db *sqldb.DB, l *ledger.Ledger) {
		ctx := t.Context()
		p, err := law.Read(law.Source{Level: "地方性法规", Text: "示例条例\n\n（2010年3月1日通过）\n\n第一条 甲。\n\n第二条 本条例自2010年5月1日起施行。\n"}, "测试")
		must(t, err)
		a, err := law.Load(ctx, l, clerk, p)
		must(t, err)
		var versions []sqldb.ID
		must(t, l.Write(ctx, clerk, func(ctx context.Context, tx *ledger.Tx) error {
			d, err := org.AddDepartment(ctx, tx, org.Department{Division: "371500", Name: "示例局"})
			if err != nil {
				return err
			}
			for _, code := range []string{"1", "2"} {
				ids, err := power.Add(ctx, tx, power.Report{Code: code, Division: "371500", Origin: power.Reported, State: power.HandedUp,
					Version: power.Version{Department: d, Category: power.CategoryPenalty, Name: code,
						Citations: []power.Citation{{Ref: citation.Ref{Law: "示例条例", Article: 1}}, {Ref: citation.Ref{Law: "没有的条例", Article: 1}}}}})
				if err != nil {
					return err
				}
				versions = append(versions, ids.Version)
			}
			return nil
		}))
		must(t, db.Write(ctx, func(tx *sqldb.Tx) error {
			var links []power.Link
			for _, v := range versions {
				links = append(links, power.Link{Version: v, Seq: 1, Document: a.Document, Edition: a.Edition, Article: 1, State: string(law.Resolved)},
					power.Link{Version: v, Seq: 2, State: string(law.TitleUnknown)})
			}
			return power.ReplaceLinks(ctx, tx, links)
		}))
		record := func(who ledger.Actor, on reading.Occasion, day string, of ...sqldb.ID) {
			t.Helper()
			must(t, l.Write(ctx, who, func(ctx context.Context, tx *ledger.Tx) error {
				if err := reading.RecordBasis(ctx, tx, on, day, of); err != nil {
					return err
				}
				return tx.Say(ctx, "371500", "test.read", a.Document, struct{}{})
			}))
		}
		record(clerk, reading.Checking, "2026-01-05", versions...)
		record(clerk, reading.Checking, "2026-01-06", versions...)
		record(ledger.Actor{ID: "b", Name: "乙", Role: "领导"}, reading.Deciding, "2026-01-07", versions[0])
		total, err := reading.Count(ctx, db)
		must(t, err)
		if diff := cmp.Diff(reading.Totals{Documents: 1, Editions: 1, Powers: 2, People: 2}, total); diff != "" {
			t.Errorf("totals (-want +got)\n%s", diff)
		}
		of, err := reading.Of(ctx, db, a.Document, 10)
		must(t, err)
		want := []reading.Entry{{Code: "1", Name: "1", Occasion: "五对照", Actor: "甲", Day: "2026-01-05"},
			{Code: "1", Name: "1", Occasion: "减权处置", Actor: "乙", Day: "2026-01-07"}, {Code: "2", Name: "2", Occasion: "五对照", Actor: "甲", Day: "2026-01-05"}}
		if diff := cmp.Diff(want, of); diff != "" {
			t.Errorf("readings (-want +got)\n%s", diff)
		}
		list, err := reading.List(ctx, db)
		must(t, err)
		if len(list) != 1 || list[0].Title != "示例条例" || list[0].Powers != 2 || list[0].People != 2 || list[0].Last != "2026-01-07" {
			t.Errorf("list %+v", list)
		}
	})
}
