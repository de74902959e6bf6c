package org_test

import (
	"context"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"qingdan/internal/errs"
	"qingdan/internal/platform/ledger"
	"qingdan/internal/platform/sqldb"
	"qingdan/internal/registry/org"
	"qingdan/internal/testkit"
)

var actor = ledger.Actor{ID: "test", Name: "测试", Role: "操作员"}

// act runs fn as one act of the ledger.
func act(t *testing.T, l *ledger.Ledger, fn func(ctx context.Context, tx *ledger.Tx) error) error {
	t.Helper()
	return l.Write(t.Context(), actor, fn)
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// kinds lists the acts of the powers log.
func kinds(t *testing.T, l *ledger.Ledger) []string {
	t.Helper()
	must(t, l.Settle(t.Context()))
	entries, err := l.Entries(t.Context(), ledger.Powers, 0, 1000)
	must(t, err)
	var out []string
	for _, e := range entries {
		out = append(out, e.Kind)
	}
	return out
}

func addDivisions(t *testing.T, l *ledger.Ledger, rows ...org.Division) (added int) {
	t.Helper()
	must(t, act(t, l, func(ctx context.Context, tx *ledger.Tx) (err error) {
		added, err = org.AddDivisions(ctx, tx, rows)
		return err
	}))
	return added
}

func addDepartment(t *testing.T, l *ledger.Ledger, d org.Department) (id sqldb.ID, err error) {
	t.Helper()
	err = act(t, l, func(ctx context.Context, tx *ledger.Tx) (err error) {
		id, err = org.AddDepartment(ctx, tx, d)
		return err
	})
	return id, err
}

func TestACodeUsedAgainNamesThePlaceOfTheDay(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, db *sqldb.DB, l *ledger.Ledger) {
		addDivisions(t, l,
			org.Division{Code: "371500", Name: "示例地区", Level: "市", Parent: "370000", ValidFrom: "1967-02-01", ValidTo: "1997-08-22"},
			org.Division{Code: "371500", Name: "示例市", Level: "市", Parent: "370000", ValidFrom: "1997-08-22"})
		for day, want := range map[string]string{
			"1967-01-31": "", "1967-02-01": "示例地区", "1997-08-21": "示例地区", "1997-08-22": "示例市", "2030-01-01": "示例市",
		} {
			d, err := org.DivisionOn(t.Context(), db, "371500", day)
			if want == "" {
				if errs.KindOf(err) != errs.NotFound || !strings.Contains(errs.Message(err), day) {
					t.Errorf("on %s: %v, want NotFound naming the day", day, err)
				}
				continue
			}
			if err != nil || d.Name != want {
				t.Errorf("on %s: %q, %v, want %q", day, d.Name, err, want)
			}
		}
		if _, err := org.DivisionOn(t.Context(), db, "999999", "2014-01-01"); errs.KindOf(err) != errs.NotFound {
			t.Errorf("a code nobody gave: %v", err)
		}
	})
}

func TestDivisionsLoadedTwiceStayAsTheyAre(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, db *sqldb.DB, l *ledger.Ledger) {
		row := org.Division{Code: "371502", Name: "示例区", Level: "县", Parent: "371500", ValidFrom: "1997-08-22"}
		if n := addDivisions(t, l, row); n != 1 {
			t.Errorf("first load added %d", n)
		}
		again := row
		again.Name = "另一个名字"
		if n := addDivisions(t, l, again); n != 0 {
			t.Errorf("second load added %d", n)
		}
		d, err := org.DivisionOn(t.Context(), db, "371502", "2014-01-01")
		must(t, err)
		if d.Name != row.Name || d.Parent != row.Parent || d.Level != row.Level {
			t.Errorf("division %+v, want the first row", d)
		}
		if diff := cmp.Diff([]string{"divisions.loaded", "divisions.loaded"}, kinds(t, l)); diff != "" {
			t.Errorf("ledger (-want +got):\n%s", diff)
		}
	})
}

func TestANameIsBorneByOneDepartmentAtATime(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, db *sqldb.DB, l *ledger.Ledger) {
		first := org.Department{Division: "371500", Name: "市示例局", ValidFrom: "2001-01-01", ValidTo: "2010-01-01"}
		_, err := addDepartment(t, l, first)
		must(t, err)
		_, err = addDepartment(t, l, org.Department{Division: "371500", Name: "市示例局", ValidFrom: "2010-01-01"})
		must(t, err) // the old one was gone
		_, err = addDepartment(t, l, org.Department{Division: "371502", Name: "市示例局", ValidFrom: "2010-01-01"})
		must(t, err) // another place
		for name, d := range map[string]org.Department{
			"the same day":              {Division: "371500", Name: "市示例局", ValidFrom: "2010-01-01"},
			"later, the other stands":   {Division: "371500", Name: "市示例局", ValidFrom: "2014-01-01"},
			"earlier, without an end":   {Division: "371500", Name: "市示例局", ValidFrom: "1990-01-01"},
			"inside the first's days":   {Division: "371500", Name: "市示例局", ValidFrom: "2005-01-01", ValidTo: "2006-01-01"},
			"over the end of the first": {Division: "371500", Name: "市示例局", ValidFrom: "2009-12-31", ValidTo: "2010-01-01"},
		} {
			if _, err := addDepartment(t, l, d); errs.KindOf(err) != errs.Conflict || !strings.Contains(errs.Message(err), "市示例局") {
				t.Errorf("%s: %v, want Conflict naming the department", name, err)
			}
		}
		all, err := org.Departments(t.Context(), db, "371500")
		must(t, err)
		if len(all) != 2 {
			t.Errorf("%d departments, want 2", len(all))
		}
	})
}

func TestADepartmentThatIsWrongIsNotWritten(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, db *sqldb.DB, l *ledger.Ledger) {
		for name, d := range map[string]org.Department{
			"no name":              {Division: "371500"},
			"no place":             {Name: "市示例局"},
			"place of five digits": {Name: "市示例局", Division: "37150"},
			"no such province":     {Name: "市示例局", Division: "991500"},
			"wrong check digit":    {Name: "市示例局", Division: "371500", CreditCode: "11371500MB0000000X"},
			"forbidden letter":     {Name: "市示例局", Division: "371500", CreditCode: "I1371500MB00000000"},
		} {
			if _, err := addDepartment(t, l, d); errs.KindOf(err) != errs.Invalid {
				t.Errorf("%s: %v, want Invalid", name, err)
			}
		}
		all, err := org.Departments(t.Context(), db, "")
		must(t, err)
		if len(all) != 0 || len(kinds(t, l)) != 0 {
			t.Errorf("%d departments and %d acts left by refused ones", len(all), len(kinds(t, l)))
		}
	})
}

func TestDepartmentsComeInPinyinOrderOnBothEngines(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, db *sqldb.DB, l *ledger.Ledger) {
		for _, name := range []string{"市住建局", "市公安局", "市教育局", "市安监局", "市水利局", "市工商局"} {
			_, err := addDepartment(t, l, org.Department{Division: "371500", Name: name, ValidFrom: "2010-01-01"})
			must(t, err)
		}
		_, err := addDepartment(t, l, org.Department{Division: "371502", Name: "区环保局", ValidFrom: "2010-01-01"})
		must(t, err)
		names := func(division string) (out []string) {
			all, err := org.Departments(t.Context(), db, division)
			must(t, err)
			for _, d := range all {
				out = append(out, d.Name)
			}
			return out
		}
		city := []string{"市安监局", "市公安局", "市工商局", "市教育局", "市水利局", "市住建局"}
		if diff := cmp.Diff(city, names("371500")); diff != "" {
			t.Errorf("order (-want +got):\n%s", diff)
		}
		if diff := cmp.Diff(append([]string{"区环保局"}, city...), names("")); diff != "" {
			t.Errorf("order of all (-want +got):\n%s", diff)
		}
	})
}

func TestADepartmentComesBackAsItWentIn(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, db *sqldb.DB, l *ledger.Ledger) {
		in := org.Department{Division: "371500", Name: "市水利局", Short: "水利局", CreditCode: "11371500MB00000008", Nature: "法定机关", ValidFrom: "2010-01-01", ValidTo: "2019-01-01"}
		id, err := addDepartment(t, l, in)
		must(t, err)
		all, err := org.Departments(t.Context(), db, "371500")
		must(t, err)
		if len(all) != 1 || all[0].OrderKey == "" {
			t.Fatalf("departments %+v", all)
		}
		in.ID, in.OrderKey = id, all[0].OrderKey
		if diff := cmp.Diff(in, all[0]); diff != "" {
			t.Errorf("department (-in +out):\n%s", diff)
		}
	})
}

func TestMandatesGoOnWhereTheyEnded(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, db *sqldb.DB, l *ledger.Ledger) {
		id, err := addDepartment(t, l, org.Department{Division: "371500", Name: "市水利局", Short: "水利局", ValidFrom: "2010-01-01"})
		must(t, err)
		add := func(rows ...org.MandateRow) error {
			return act(t, l, func(ctx context.Context, tx *ledger.Tx) error { return org.AddMandateRows(ctx, tx, rows) })
		}
		row := func(dept, text string) org.MandateRow {
			return org.MandateRow{Place: "三定.csv A7", Department: dept, Mandate: org.Mandate{Text: text, Basis: "示例〔2010〕1号"}}
		}
		must(t, add(row("市水利局", "负责取水许可"), row("水利局", "负责河道管理")))
		must(t, add(row("市水利局", "负责防汛")))
		err = add(row("市水利局", "负责水文"), row("市不存在局", "什么都管"))
		if errs.KindOf(err) != errs.Invalid || !strings.Contains(errs.Message(err), "三定.csv A7") || !strings.Contains(errs.Message(err), "市不存在局") {
			t.Errorf("unknown department: %v, want Invalid at its cell", err)
		}
		got, err := org.Mandates(t.Context(), db)
		must(t, err)
		var texts []string
		for i, m := range got {
			if m.No != i+1 || m.Department != id || m.Basis != "示例〔2010〕1号" {
				t.Errorf("mandate %d: %+v", i, m)
			}
			texts = append(texts, m.Text)
		}
		if diff := cmp.Diff([]string{"负责取水许可", "负责河道管理", "负责防汛"}, texts); diff != "" {
			t.Errorf("mandates (-want +got):\n%s", diff)
		}
	})
}

func TestTheSiteIsOneAndTellsWhereHereIs(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, db *sqldb.DB, l *ledger.Ledger) {
		here := func(want string) {
			t.Helper()
			got, err := org.Here(t.Context(), db)
			must(t, err)
			if got != want {
				t.Errorf("here is %q, want %q", got, want)
			}
		}
		s, err := org.ReadSite(t.Context(), db)
		must(t, err)
		if s.Name == "" || s.Division != "" {
			t.Errorf("site of an unnamed house: %+v", s)
		}
		here(ledger.Nowhere)
		_, err = addDepartment(t, l, org.Department{Division: "371500", Name: "市水利局"})
		must(t, err)
		here("371500")
		_, err = addDepartment(t, l, org.Department{Division: "371502", Name: "区水利局"})
		must(t, err)
		here(ledger.Nowhere)
		want := org.Site{Division: "371502", Name: "示例区清单", Sponsor: "示例区人民政府", Hotline: "12345", Demo: "演示"}
		for _, s := range []org.Site{{Division: "371500", Name: "旧名"}, want} {
			must(t, act(t, l, func(ctx context.Context, tx *ledger.Tx) error { return org.SetSite(ctx, tx, s) }))
		}
		got, err := org.ReadSite(t.Context(), db)
		must(t, err)
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("site (-want +got):\n%s", diff)
		}
		here("371502")
	})
}
