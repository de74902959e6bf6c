package demo

import (
	"bytes"
	"encoding/csv"
	"fmt"
	"slices"
	"strings"
	"testing"

	"qingdan/internal/platform/ledger"
	"qingdan/internal/platform/sqldb"
	"qingdan/internal/registry/power"
	"qingdan/internal/stage/inventory"
	"qingdan/internal/stage/reduce"
	"qingdan/internal/stage/reduce/measure"
)

// found are the kinds of flags that say that a cancelled power is still there.
func found() []measure.Kind {
	return []measure.Kind{measure.Renamed, measure.Moved, measure.SplitCut}
}

// checkHonest counts the city honestly. Its cancellations are real, so that none may
// be taken for a change of name; then some of them are undone by tricks, and each has
// to be found.
func checkHonest(t *testing.T, db *sqldb.DB, l *ledger.Ledger, m *Manifest) {
	t.Helper()
	before, err := measure.Read(t.Context(), db)
	if err != nil {
		t.Fatal(err)
	}
	if e := m.Expect; before.Raw.In != e.Reported+e.Added+e.Split || before.Raw.Kept != e.Kept {
		t.Errorf("the books: %+v, want %+v", before.Raw, e)
	}
	hidden, falsely := 0, 0
	for _, f := range before.Flags {
		if f.Of == measure.OfCut {
			hidden += f.Hidden
		}
		if slices.Contains(found(), f.Kind) || f.Kind == measure.Grain && f.Of == measure.OfCut {
			falsely++
			t.Errorf("an honest cut is taken for a trick: %s %v %s", f.Kind.Label(), f.Codes, f.Why)
		}
	}
	doubles := 0 // reported twice by one unit: not a matter of their own
	for _, s := range before.Rows(measure.Filter{Raw: measure.Cut, Differs: true}) {
		switch {
		case s.Fate == reduce.Cancel && s.Normal == measure.Nowhere:
			doubles++
		case s.Fate == reduce.Cancel:
			t.Errorf("%s %s was cancelled and counts as %s: %s", s.Code, s.Name, s.Normal, s.Why)
		}
	}
	if hidden != before.Hidden() || before.Fates[reduce.Cancel]+doubles != m.Expect.Fates[string(reduce.Cancel)] {
		t.Errorf("%d matters flagged, the counts differ by %d; %d doubles, fates %v", hidden, before.Hidden(), doubles, before.Fates)
	}
	t.Logf("%d cancellations, %d of them falsely taken for tricks; raw %+v, honest %+v", before.Fates[reduce.Cancel], falsely, before.Raw, before.Normal)

	undone := relist(t, db, l, before)
	after, err := measure.Read(t.Context(), db)
	if err != nil {
		t.Fatal(err)
	}
	want := before.Normal
	want.Kept, want.Cut = want.Kept+len(undone), want.Cut-len(undone)
	if after.Normal != want {
		t.Errorf("after %d tricks %+v, want %+v", len(undone), after.Normal, want)
	}
	for _, code := range undone {
		at := slices.IndexFunc(after.Flags, func(f measure.Flag) bool {
			return f.Of == measure.OfCut && f.Hidden > 0 && slices.Contains(f.Codes, code)
		})
		if at < 0 {
			t.Errorf("%s is listed again and not flagged", code)
		}
	}
}

// relist lists cancelled powers again, each in a way of its own, through import and
// decision, and gives their codes.
func relist(t *testing.T, db *sqldb.DB, l *ledger.Ledger, r measure.Report) []string {
	t.Helper()
	cancelled := slices.DeleteFunc(r.Rows(measure.Filter{Fate: reduce.Cancel}), func(s measure.Standing) bool {
		return s.Category == power.CategorySupervision
	})
	ways := []func(s measure.Standing, v power.Version) [][3]string{ // name, category, department
		func(s measure.Standing, v power.Version) [][3]string { return one(s.Name, s.Category, s.UnitName) },
		func(s measure.Standing, v power.Version) [][3]string {
			return one(s.Name+"（市级权限）", s.Category, s.UnitName)
		},
		func(s measure.Standing, v power.Version) [][3]string {
			return one(strings.NewReplacer("对", "查处", "的处罚", "的行为", "审批", "许可", "审核", "审查").Replace(s.Name), s.Category, s.UnitName)
		},
		func(s measure.Standing, v power.Version) [][3]string {
			return one(s.Name, s.Category, r.Units[len(r.Units)-1].Name)
		},
		func(s measure.Standing, v power.Version) [][3]string {
			return append(one(s.Name+"（企业）", s.Category, s.UnitName), one(s.Name+"（个人）", s.Category, s.UnitName)...)
		},
		func(s measure.Standing, v power.Version) [][3]string {
			return one("关于"+s.Name, s.Category, s.UnitName)
		},
	}
	var b bytes.Buffer
	w := csv.NewWriter(&b)
	_ = w.Write([]string{"权力类别", "事项编码", "事项名称", "实施主体", "设定依据", "依申请或依职权", "行使内容", "服务对象"})
	var undone, decisions []string
	for i, way := range slices.Concat(ways, ways) {
		s := cancelled[i*len(cancelled)/(2*len(ways))]
		p, err := power.Newest(t.Context(), db, s.Power)
		if err != nil {
			t.Fatal(err)
		}
		v, err := power.VersionByID(t.Context(), db, p.Version)
		if err != nil {
			t.Fatal(err)
		}
		undone = append(undone, s.Code)
		for _, x := range way(s, v) {
			code := fmt.Sprintf("371500-99-999-%04d", len(decisions)+1)
			_ = w.Write([]string{x[1], code, x[0], x[2], v.Elements.Basis, string(v.Initiative), v.Elements.Content, v.Elements.Object})
			decisions = append(decisions, code)
		}
	}
	w.Flush()
	if _, err := inventory.Import(t.Context(), l, db, demoActor(), b.Bytes(), inventory.Options{File: "补报.csv", Division: cityCode, Origin: power.Supplement, Day: "2014-12-31"}); err != nil {
		t.Fatal(err)
	}
	decideKept(t, db, l, decisions)
	return undone
}

func one(name string, c power.Category, department string) [][3]string {
	return [][3]string{{name, string(c), department}}
}

// decideKept checks what came in and keeps it.
func decideKept(t *testing.T, db *sqldb.DB, l *ledger.Ledger, codes []string) {
	t.Helper()
	if _, err := inventory.CheckAndSave(t.Context(), l, db, demoActor(), "2014-12-31", nil); err != nil {
		t.Fatal(err)
	}
	var ds []reduce.Decision
	for _, c := range codes {
		ds = append(ds, reduce.Decision{Code: c, Fate: reduce.Keep, Reason: "部门补报，予以保留", By: "市政府", On: "2014-12-31"})
	}
	if _, err := reduce.Apply(t.Context(), l, demoActor(), ds); err != nil {
		t.Fatal(err)
	}
}
