package portal

import (
	"context"
	"testing"

	"github.com/google/go-cmp/cmp"

	"qingdan/internal/platform/ledger"
	"qingdan/internal/platform/sqldb"
	"qingdan/internal/registry/list"
	"qingdan/internal/registry/org"
	"qingdan/internal/registry/power"
	"qingdan/internal/testkit"
)

// kindred is a list of A1 and A2, each with another wording under way, where A2
// descends from A1 and from A3, which the list never held. It gives the edition
// and the powers by code.
func kindred(t *testing.T, l *ledger.Ledger) (edition sqldb.ID, powers map[string]sqldb.ID) {
	t.Helper()
	powers = map[string]sqldb.ID{}
	err := l.Write(t.Context(), ledger.Actor{ID: "test", Name: "测试", Role: "操作员"}, func(ctx context.Context, tx *ledger.Tx) error {
		dept, err := org.AddDepartment(ctx, tx, org.Department{Division: "371500", Name: "市水利局"})
		if err != nil {
			return err
		}
		var entries []list.Entry
		for _, code := range []string{"A1", "A3", "A2"} {
			r := power.Report{Code: code, Division: "371500", Origin: power.Reported, State: power.Published,
				Version: power.Version{Department: dept, Category: power.CategoryPermit, Name: "许可" + code}}
			if code == "A2" {
				r.Origin, r.ParentID, r.ParentNote = power.Split, powers["A1"], "拆分"
			}
			ids, err := power.Add(ctx, tx, r)
			if err != nil {
				return err
			}
			powers[code] = ids.Power
			if code == "A3" {
				continue
			}
			entries = append(entries, list.Entry{Power: ids.Power, Version: ids.Version, Department: dept, Code: code, Name: r.Version.Name,
				Category: string(r.Version.Category), OrderKey: code})
			base, err := power.Newest(ctx, tx, ids.Power)
			if err != nil {
				return err
			}
			r.Version.Name = "尚未公布的名称"
			if _, err := power.Revise(ctx, tx, base, r.Version, power.HandedUp, "名称不准"); err != nil {
				return err
			}
		}
		if err := power.Descend(ctx, tx, powers["A2"], powers["A3"], "整合"); err != nil {
			return err
		}
		open, err := list.Open(ctx, tx, list.List{Division: "371500", Kind: list.Powers, Title: "权力清单"})
		if err != nil {
			return err
		}
		e, _, err := list.Publish(ctx, tx, open, list.Edition{Title: "权力清单", Effective: "2015-01-01"}, entries)
		edition = e.ID
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return edition, powers
}

func TestListedRelativesBearTheNameOfTheList(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, db *sqldb.DB, l *ledger.Ledger) {
		edition, powers := kindred(t, l)
		for _, c := range []struct {
			of    string
			after bool
			want  []kin
		}{
			{"A1", false, nil},
			{"A1", true, []kin{{Code: "A2", Name: "许可A2", Reason: "拆分", Listed: true}}},
			{"A2", false, []kin{{Code: "A1", Name: "许可A1", Reason: "拆分", Listed: true}, {Code: "A3", Name: "许可A3", Reason: "整合"}}},
		} {
			got, err := readKin(t.Context(), db, edition, powers[c.of], c.after)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(c.want, got); diff != "" {
				t.Errorf("kin of %s, after %v (-want +got):\n%s", c.of, c.after, diff)
			}
		}
	})
}
