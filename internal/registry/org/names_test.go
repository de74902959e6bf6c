package org_test

import (
	"context"
	"strings"
	"testing"

	"qingdan/internal/errs"
	"qingdan/internal/platform/ledger"
	"qingdan/internal/platform/sqldb"
	"qingdan/internal/registry/org"
	"qingdan/internal/testkit"
)

func TestANameLeadsToOneDepartmentOrToNone(t *testing.T) {
	a, b, c, gone := sqldb.NewID(), sqldb.NewID(), sqldb.NewID(), sqldb.NewID()
	names := org.IndexNames([]org.Department{
		{ID: a, Name: "市水利局", Short: "水利局"}, {ID: b, Name: "县水利局", Short: "水利局"},
		{ID: c, Name: "农委", Short: "市水利局"}, {ID: gone, Name: "市水产局", ValidTo: "2010-01-01"},
	})
	for name, want := range map[string]sqldb.ID{"市水利局": a, "县水利局": b, "农委": c} {
		if got, err := names.Find(name); err != nil || got != want {
			t.Errorf("%s leads to %v (%v), want %v", name, got, err, want)
		}
	}
	for name, want := range map[string]string{"水利局": "不止一个", "市水产局": "没有登记过", "": "没有登记过"} {
		if _, err := names.Find(name); errs.KindOf(err) != errs.Invalid || !strings.Contains(errs.Message(err), want) {
			t.Errorf("%q: %v, want Invalid that says %s", name, err, want)
		}
	}
}

func TestADutyComesInOnce(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, db *sqldb.DB, l *ledger.Ledger) {
		_, err := addDepartment(t, l, org.Department{Division: "371500", Name: "市水利局"})
		must(t, err)
		add := func(texts ...string) error {
			var rows []org.MandateRow
			for _, s := range texts {
				rows = append(rows, org.MandateRow{Place: "三定.csv B9", Department: "市水利局", Mandate: org.Mandate{Text: s}})
			}
			return act(t, l, func(ctx context.Context, tx *ledger.Tx) error { return org.AddMandateRows(ctx, tx, rows) })
		}
		must(t, add("负责取水许可", "负责防汛"))
		for name, texts := range map[string][]string{"the file again": {"负责取水许可", "负责防汛"}, "one of it": {"负责水文", "负责防汛"}, "twice in one file": {"负责水文", "负责水文"}} {
			if err := add(texts...); errs.KindOf(err) != errs.Conflict || !strings.HasPrefix(errs.Message(err), "三定.csv B9：") {
				t.Errorf("%s: %v, want Conflict at its cell", name, err)
			}
		}
		all, err := org.Mandates(t.Context(), db)
		must(t, err)
		if len(all) != 2 {
			t.Errorf("%d mandates, want 2", len(all))
		}
	})
}

func TestASiteAndANatureThatCannotBeAreRefused(t *testing.T) {
	_, l := testkit.Open(t, sqldb.SQLite)
	for _, division := range []string{"", "37150", "991500"} {
		err := act(t, l, func(ctx context.Context, tx *ledger.Tx) error {
			return org.SetSite(ctx, tx, org.Site{Division: division, Name: "示例"})
		})
		if errs.KindOf(err) != errs.Invalid {
			t.Errorf("site of division %q: %v, want Invalid", division, err)
		}
	}
	const head = "名称,行政区划,机构性质\n"
	for body, want := range map[string]string{"市水利局,371500,法定单位\n": "C2", "市水利局,371500,\n市水利局,371500,\n": "A3"} {
		if _, err := org.ReadDepartments([]byte(head+body), "部门.csv"); errs.KindOf(err) != errs.Invalid || !strings.Contains(errs.Message(err), "部门.csv "+want) {
			t.Errorf("%q: %v, want Invalid at %s", body, err, want)
		}
	}
	const places = "code,name,level,parent,valid_from,valid_to\n371500,示例市,市,370000,2010-01-01,2010-01-01\n"
	if _, err := org.ReadDivisions([]byte(places), "区划.csv", ""); errs.KindOf(err) != errs.Invalid || !strings.Contains(errs.Message(err), "F2") {
		t.Errorf("a place that ends as it begins: %v, want Invalid at F2", err)
	}
}
