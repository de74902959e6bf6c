package measure_test

import (
	"context"
	"slices"
	"strings"
	"sync"
	"testing"

	"qingdan/internal/errs"
	"qingdan/internal/platform/ledger"
	"qingdan/internal/platform/sqldb"
	"qingdan/internal/registry/list"
	"qingdan/internal/registry/org"
	"qingdan/internal/registry/people"
	"qingdan/internal/registry/power"
	"qingdan/internal/stage/publish"
	"qingdan/internal/stage/reduce/measure"
	"qingdan/internal/testkit"
)

// published opens a house with an edition of two powers.
func published(t *testing.T, db *sqldb.DB, l *ledger.Ledger) (office, *people.Who, list.Edition) {
	t.Helper()
	o := office{t, db, l}
	o.act(func(ctx context.Context, tx *ledger.Tx) error {
		_, err := org.AddDepartment(ctx, tx, org.Department{Division: "371500", Name: "市水利局"})
		return err
	})
	o.bring(power.Reported, "市水利局", []row{permit("A1", "取水许可", "《示例水法》第二条"), permit("A2", "河道采砂许可", "《示例水法》第五条"), permit("A3", "典当业许可", "《示例典当办法》第二条")})
	o.decide([]string{cut("A1", kept), cut("A2", kept), cut("A3", cancelled)})
	legal := &people.Who{Account: sqldb.NewID(), Name: "法制甲", Roles: []people.Role{people.Legal}}
	return o, legal, o.publish("一")
}

func (o office) publish(title string) list.Edition {
	o.Helper()
	out, err := publish.Publish(o.Context(), o.l, tester, publish.Order{Division: "371500", Title: title, Effective: "2014-12-30",
		ConsultedFrom: "2014-11-10", ConsultedTo: "2014-12-09", ApprovedBy: "市政府", Approval: "示例〔2014〕1号", ApprovedOn: "2014-12-20"})
	if err != nil {
		o.Fatal(err)
	}
	return out.Edition
}

func (o office) seal(who *people.Who, edition sqldb.ID) (s measure.Sealed, err error) {
	err = o.l.Write(o.Context(), who.Actor(), func(ctx context.Context, tx *ledger.Tx) (err error) {
		s, err = measure.Seal(ctx, tx, who, edition)
		return err
	})
	return s, err
}

// tests:不玩数字游戏/4
func TestABaselineIsSealedOnceAndLaterChangesAreCountedAgainstIt(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, db *sqldb.DB, l *ledger.Ledger) {
		o, legal, first := published(t, db, l)
		clerk := &people.Who{Account: sqldb.NewID(), Roles: []people.Role{people.Clerk}}
		if _, err := o.seal(clerk, first.ID); errs.KindOf(err) != errs.Forbidden {
			t.Errorf("a clerk seals: %v", err)
		}
		if _, err := o.seal(legal, sqldb.NewID()); errs.KindOf(err) != errs.NotFound {
			t.Errorf("no edition: %v", err)
		}
		s, err := o.seal(legal, first.ID)
		if err != nil {
			t.Fatal(err)
		}
		if want := (measure.Count{In: 3, Kept: 2, Cut: 1}); s.Counts.Raw != want || s.Counts.Normal != want || s.Rows != 2 || s.Counts.Categories["行政审批"] != 2 || s.Counts.Units != 1 {
			t.Errorf("sealed %+v", s)
		}
		if _, err := o.seal(legal, first.ID); errs.KindOf(err) != errs.Conflict || !strings.Contains(errs.Message(err), "已经锁定过") {
			t.Errorf("sealed twice: %v", err)
		}
		// One power comes, and what was cancelled comes back under another name.
		o.bring(power.Supplement, "市水利局", []row{permit("A4", "渔业捕捞许可", "《示例渔业条例》第二条"), permit("A5", "典当行设立审批", "《示例典当办法》第二条")})
		o.decide([]string{cut("A4", kept), cut("A5", kept)})
		o.publish("二")
		c, err := measure.Since(t.Context(), db, s.ID)
		if err != nil {
			t.Fatal(err)
		}
		var added []string
		for _, d := range c.Added {
			added = append(added, d.Code)
		}
		if !slices.Equal(added, []string{"A4", "A5"}) || len(c.Removed)+len(c.Amended) != 0 || c.Edition != 2 {
			t.Errorf("since: %+v", c)
		}
		if raw, normal := (measure.Count{In: 5, Kept: 4, Cut: 1}), (measure.Count{In: 4, Kept: 4}); c.Raw != raw || c.Normal != normal {
			t.Errorf("now %+v and %+v", c.Raw, c.Normal)
		}
		if _, err := o.seal(legal, first.ID); errs.KindOf(err) != errs.Conflict {
			t.Errorf("an edition of the past: %v", err)
		}
		if _, err := measure.Since(t.Context(), db, sqldb.NewID()); errs.KindOf(err) != errs.NotFound {
			t.Errorf("no baseline: %v", err)
		}
	})
}

func TestOfTwoWhoSealOneEditionOneIsTooLate(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, db *sqldb.DB, l *ledger.Ledger) {
		o, legal, first := published(t, db, l)
		var wg sync.WaitGroup
		var got [2]error
		for i := range got {
			wg.Go(func() { _, got[i] = o.seal(legal, first.ID) })
		}
		wg.Wait()
		late := got[0]
		if late == nil {
			late = got[1]
		}
		if (got[0] == nil) == (got[1] == nil) || errs.KindOf(late) != errs.Conflict {
			t.Errorf("%v, %v: one must win and the other be told", got[0], got[1])
		}
		all, err := measure.Seals(t.Context(), db)
		if err != nil || len(all) != 1 {
			t.Errorf("%d baselines, %v", len(all), err)
		}
	})
}

// Whoever changes what was sealed, in whatever table, is found out.
func TestTamperingWithABaselineShows(t *testing.T) {
	for name, sql := range map[string]string{
		"the counts":                `update sealed_editions set counts = replace(counts, '"cut":1', '"cut":9')`,
		"a row":                     `update sealed_rows set name = '别的许可' where code = 'A1'`,
		"a row taken out":           `delete from sealed_rows where code = 'A1'`,
		"an entry of the edition":   `update list_entries set category = '其他权力' where code = 'A2'`,
		"the digest of a version":   `update power_versions set digest = (select digest from power_versions where name = '取水许可') where name = '河道采砂许可'`,
		"the digest that is sealed": `update sealed_editions set digest = zeroblob(32)`,
	} {
		t.Run(name, func(t *testing.T) {
			db, l := testkit.Open(t, sqldb.SQLite)
			o, legal, first := published(t, db, l)
			if _, err := o.seal(legal, first.ID); err != nil {
				t.Fatal(err)
			}
			check := func(want bool) {
				t.Helper()
				all, err := measure.Seals(t.Context(), db)
				if err != nil || len(all) != 1 || all[0].Tampered != want {
					t.Errorf("tampered: %+v, %v, want %v", all, err, want)
				}
			}
			check(false)
			err := db.Write(t.Context(), func(tx *sqldb.Tx) error {
				n, err := tx.Exec(t.Context(), sql)
				if err == nil && n == 0 {
					t.Error("nothing was tampered with")
				}
				return err
			})
			if err != nil {
				t.Fatal(err)
			}
			check(true)
		})
	}
}
