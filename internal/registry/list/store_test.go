package list_test

import (
	"context"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"qingdan/internal/errs"
	"qingdan/internal/platform/ledger"
	"qingdan/internal/platform/sqldb"
	"qingdan/internal/registry/list"
	"qingdan/internal/registry/org"
	"qingdan/internal/registry/power"
	"qingdan/internal/testkit"
)

var actor = ledger.Actor{ID: "test", Name: "测试", Role: "操作员"}

const city = "371500"

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func write(t *testing.T, l *ledger.Ledger, fn func(ctx context.Context, tx *ledger.Tx) error) error {
	t.Helper()
	return l.Write(t.Context(), actor, fn)
}

// listed are powers with what an edition lists of them.
func listed(t *testing.T, l *ledger.Ledger, db *sqldb.DB, codes ...string) []list.Entry {
	t.Helper()
	must(t, write(t, l, func(ctx context.Context, tx *ledger.Tx) error {
		dept, err := org.AddDepartment(ctx, tx, org.Department{Division: city, Name: "市水利局"})
		if err != nil {
			return err
		}
		for _, c := range codes {
			if _, err := power.Add(ctx, tx, power.Report{Code: c, Division: city, Origin: power.Reported, State: power.Approved,
				Version: power.Version{Department: dept, Category: power.CategoryPermit, Name: c + "许可"}}); err != nil {
				return err
			}
		}
		return nil
	}))
	return entries(t, db)
}

// entries lists the present versions of all powers.
func entries(t *testing.T, db *sqldb.DB) (out []list.Entry) {
	t.Helper()
	must(t, power.Versions(t.Context(), db, nil, func(code string, v power.Version) error {
		out = append(out, list.Entry{Power: v.Power, Version: v.ID, Department: v.Department, Code: code, Name: v.Name, Category: string(v.Category), OrderKey: v.OrderKey, VersionDigest: v.Digest})
		return nil
	}))
	return out
}

func publish(t *testing.T, l *ledger.Ledger, effective string, es []list.Entry) (e list.Edition, cs []list.Change, err error) {
	t.Helper()
	err = write(t, l, func(ctx context.Context, tx *ledger.Tx) error {
		ours, err := list.Open(ctx, tx, list.List{Division: city, Kind: list.Powers, Title: "行政权力清单"})
		if err != nil {
			return err
		}
		e, cs, err = list.Publish(ctx, tx, ours, list.Edition{Title: "清单 " + effective, Effective: effective, Approval: "示例〔2014〕1号", ConsultedFrom: "2014-11-01", ConsultedTo: "2014-11-30"}, es)
		return err
	})
	return e, cs, err
}

func TestAnEditionAfterAnother(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, db *sqldb.DB, l *ledger.Ledger) {
		es := listed(t, l, db, "A1", "A2", "A3", "A4")
		first, changes, err := publish(t, l, "2014-12-30", es[:3])
		must(t, err)
		if first.No != 1 || first.Entries != 3 || len(changes) != 3 || first.Digest != list.Digest(es[:3]) {
			t.Errorf("first edition %+v with %d changes", first, len(changes))
		}
		must(t, write(t, l, func(ctx context.Context, tx *ledger.Tx) error {
			open, err := power.Changes(ctx, tx, power.Approved)
			if err != nil {
				return err
			}
			v, err := power.VersionByID(ctx, tx, es[1].Version)
			if err != nil {
				return err
			}
			v.Name = "改名许可"
			_, err = power.Amend(ctx, tx, open[1], v)
			return err
		}))
		next := entries(t, db)
		second, changes, err := publish(t, l, "2015-06-01", []list.Entry{next[0], next[1], next[3]}) // A3 is gone
		must(t, err)
		want := []list.Change{
			{Power: es[1].Power, Kind: list.AmendedIn, Old: es[1].Version, New: next[1].Version},
			{Power: es[3].Power, Kind: list.AddedTo, New: es[3].Version},
			{Power: es[2].Power, Kind: list.RemovedFrom, Old: es[2].Version},
		}
		if diff := cmp.Diff(want, changes); diff != "" {
			t.Errorf("changes (-want +got):\n%s", diff)
		}
		if second.No != 2 || second.Digest == first.Digest || second.ID == first.ID || second.List != first.List {
			t.Errorf("second edition %+v", second)
		}
		same, changes, err := publish(t, l, "2015-06-01", []list.Entry{next[0], next[1], next[3]})
		must(t, err)
		if same.No != 3 || len(changes) != 0 || same.Digest != second.Digest {
			t.Errorf("the same list again: edition %d, %d changes", same.No, len(changes))
		}
		must(t, l.Settle(t.Context()))
		must(t, l.Verify(t.Context(), ledger.Powers))
	})
}

func TestTheEditionInForceIsTheLastBegun(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, db *sqldb.DB, l *ledger.Ledger) {
		es := listed(t, l, db, "A1", "A2")
		first, _, err := publish(t, l, "2014-12-30", es[:1])
		must(t, err)
		second, _, err := publish(t, l, "2015-06-01", es)
		must(t, err)
		third, _, err := publish(t, l, "2015-06-01", es[:1]) // the same day: the later edition counts
		must(t, err)
		for day, want := range map[string]list.Edition{"2014-12-30": first, "2015-05-31": first, "2015-06-01": third, "2030-01-01": third} {
			got, err := list.InForce(t.Context(), db, city, day)
			must(t, err)
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("on %s (-want +got):\n%s", day, diff)
			}
		}
		if second.No != 2 {
			t.Errorf("second edition has number %d", second.No)
		}
		for name, c := range map[string][2]string{"before the first": {city, "2014-12-29"}, "another place": {"371502", "2030-01-01"}} {
			if _, err := list.InForce(t.Context(), db, c[0], c[1]); errs.KindOf(err) != errs.NotFound {
				t.Errorf("%s: %v, want NotFound", name, err)
			}
		}
	})
}

func TestAnEditionCannotBeginBeforeTheOneBefore(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, db *sqldb.DB, l *ledger.Ledger) {
		es := listed(t, l, db, "A1")
		_, _, err := publish(t, l, "2014-12-30", es)
		must(t, err)
		_, _, err = publish(t, l, "2014-12-29", es)
		if errs.KindOf(err) != errs.Conflict || !strings.Contains(errs.Message(err), "2014-12-30") {
			t.Errorf("error %v, want Conflict naming the day of the edition before", err)
		}
		e, err := list.InForce(t.Context(), db, city, "2030-01-01")
		must(t, err)
		if e.No != 1 {
			t.Errorf("edition %d in force", e.No)
		}
	})
}

func TestAPowerStandsInAnEditionOnce(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, db *sqldb.DB, l *ledger.Ledger) {
		es := listed(t, l, db, "A1")
		if _, _, err := publish(t, l, "2014-12-30", []list.Entry{es[0], es[0]}); err == nil {
			t.Error("a power was listed twice")
		}
		if _, err := list.InForce(t.Context(), db, city, "2030-01-01"); errs.KindOf(err) != errs.NotFound {
			t.Errorf("a refused edition is in force: %v", err)
		}
	})
}

func TestAReferenceListComesInOnce(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, db *sqldb.DB, l *ledger.Ledger) {
		items := []list.Item{{Code: "B1", Name: "取水许可", Department: "水利局", Category: "行政许可", Basis: "《示例条例》"}, {Name: "打井许可"}}
		add := func(k list.Kind, title string) error {
			return write(t, l, func(ctx context.Context, tx *ledger.Tx) error {
				return list.AddItems(ctx, tx, list.List{Division: city, Kind: k, Title: title}, items)
			})
		}
		must(t, add(list.Catalogue, "审批目录 2014"))
		if err := add(list.Catalogue, "审批目录 2014"); errs.KindOf(err) != errs.Conflict || !strings.Contains(errs.Message(err), "审批目录 2014") {
			t.Errorf("the same list twice: %v, want Conflict naming it", err)
		}
		must(t, add(list.Peer, "审批目录 2014")) // another kind
		got, err := list.Items(t.Context(), db, list.Catalogue)
		must(t, err)
		want := slices.Clone(items)
		want[0].Seq, want[1].Seq = 1, 2
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("items (-want +got):\n%s", diff)
		}
		must(t, add(list.Catalogue, "审批目录 2015"))
		got, err = list.Items(t.Context(), db, list.Catalogue)
		must(t, err)
		if len(got) != 4 {
			t.Errorf("%d items of two catalogues, want 4", len(got))
		}
	})
}

func TestANewStateOfAReferenceListTakesTheOldOnesPlace(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, db *sqldb.DB, l *ledger.Ledger) {
		renew := func(items ...list.Item) (ref list.List, n list.Renewal) {
			must(t, write(t, l, func(ctx context.Context, tx *ledger.Tx) (err error) {
				ref, n, err = list.RenewItems(ctx, tx, list.List{Division: "370100", Kind: list.Peer, Title: "邻市清单"}, items)
				return err
			}))
			return ref, n
		}
		first, n := renew(list.Item{Name: "取水许可", Level: "市级"}, list.Item{Name: "打井许可"})
		if want := (list.Renewal{Items: 2, Added: 2}); n != want {
			t.Errorf("first: %+v", n)
		}
		again, n := renew(list.Item{Name: "河道采砂许可"}, list.Item{Name: "取水许可", Level: "市级"})
		if want := (list.Renewal{Items: 2, Added: 1, Removed: 1}); n != want || again.ID != first.ID {
			t.Errorf("second: %+v", n)
		}
		if _, n = renew(list.Item{Name: "河道采砂许可"}, list.Item{Name: "取水许可", Level: "市级"}); n != (list.Renewal{Items: 2}) {
			t.Errorf("the same again: %+v", n)
		}
		got, err := list.ItemsOf(t.Context(), db, first.ID)
		must(t, err)
		if diff := cmp.Diff([]list.Item{{Name: "河道采砂许可", Seq: 1}, {Name: "取水许可", Level: "市级", Seq: 2}}, got); diff != "" {
			t.Errorf("items (-want +got):\n%s", diff)
		}
		all, err := list.Lists(t.Context(), db, list.Peer)
		must(t, err)
		if len(all) != 1 || all[0] != first {
			t.Errorf("lists %+v", all)
		}
		if _, err := list.ByID(t.Context(), db, sqldb.NewID()); errs.KindOf(err) != errs.NotFound {
			t.Errorf("no such list: %v", err)
		}
	})
}
