package stage_test

import (
	"context"
	"testing"

	"github.com/google/go-cmp/cmp"

	"qingdan/internal/errs"
	"qingdan/internal/platform/ledger"
	"qingdan/internal/platform/sqldb"
	"qingdan/internal/registry/list"
	"qingdan/internal/registry/org"
	"qingdan/internal/registry/power"
	"qingdan/internal/stage/inventory"
	"qingdan/internal/stage/publish"
	"qingdan/internal/stage/reduce"
	"qingdan/internal/testkit"
)

// A house may hold the powers of several places: each publishes its own.
func TestAPlacePublishesItsOwnPowersOnly(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, db *sqldb.DB, l *ledger.Ledger) {
		ctx := t.Context()
		const county = "371522"
		reviewed(t, db, l, item("行政审批", "A1", "取水许可"))
		must(t, l.Load(ctx, actor, func(ctx context.Context, tx *ledger.Tx) error {
			_, err := org.AddDepartment(ctx, tx, org.Department{Division: county, Name: "县水利局"})
			return err
		}))
		theirs := row(map[string]string{"权力类别": "行政审批", "事项编码": "B1", "事项名称": "取水许可", "实施主体": "县水利局", "设定依据": "《示例取水条例》第二条", "依申请或依职权": "依申请"})
		_, err := inventory.Import(ctx, l, db, actor, book(t, theirs), inventory.Options{File: "县.xlsx", Division: county, Origin: power.Reported})
		must(t, err)
		_, err = inventory.CheckAndSave(ctx, l, db, actor, "2014-10-15", nil)
		must(t, err)
		_, err = reduce.Apply(ctx, l, actor, signedBook(t, map[string]any{"事项编码": "A1", "处置意见": "保留"}, map[string]any{"事项编码": "B1", "处置意见": "保留"}))
		must(t, err)
		codes := func(division string) (out []string) {
			t.Helper()
			e, err := list.InForce(ctx, db, division, "2014-12-31")
			must(t, err)
			rows, err := db.Query(ctx, `select code from list_entries where edition_id = ? order by code`, e.ID)
			out, err = sqldb.Collect(rows, err, func(r *sqldb.Rows) (string, error) { var s string; return s, r.Scan(&s) })
			must(t, err)
			return out
		}
		_, err = publish.Publish(ctx, l, actor, order)
		must(t, err)
		if diff := cmp.Diff([]string{"A1"}, codes(city)); diff != "" {
			t.Errorf("the city's list (-want +got):\n%s", diff)
		}
		if c := change(t, db, "B1"); c.State != power.Proposed {
			t.Errorf("the county's power became %s by the city's publication", c.State.Label())
		}
		ours := order
		ours.Division = county
		_, err = publish.Publish(ctx, l, actor, ours)
		must(t, err)
		if diff := cmp.Diff([]string{"B1"}, codes(county)); diff != "" {
			t.Errorf("the county's list (-want +got):\n%s", diff)
		}
	})
}

// Whoever reads the answer of a refused publication must not take it for an
// edition.
func TestARefusedPublicationNamesNoEdition(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, db *sqldb.DB, l *ledger.Ledger) {
		ctx := t.Context()
		reviewed(t, db, l, item("行政审批", "A1", "取水许可"))
		_, err := reduce.Apply(ctx, l, actor, signedBook(t, map[string]any{"事项编码": "A1", "处置意见": "保留"}))
		must(t, err)
		nowhere := order
		nowhere.Division = ""
		if _, err := publish.Publish(ctx, l, actor, nowhere); errs.KindOf(err) != errs.Invalid {
			t.Errorf("a list of nowhere: %v, want Invalid", err)
		}
		_, err = publish.Publish(ctx, l, actor, order)
		must(t, err)
		out, err := publish.Publish(ctx, l, actor, order) // nothing changed
		if errs.KindOf(err) != errs.Conflict || out.Edition.No != 0 || len(out.Changes) != 0 {
			t.Errorf("edition %d with %d changes, %v", out.Edition.No, len(out.Changes), err)
		}
		e, err := list.InForce(ctx, db, city, "2030-01-01")
		must(t, err)
		if e.No != 1 {
			t.Errorf("edition %d in force, want the first", e.No)
		}
	})
}
