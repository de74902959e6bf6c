package stage_test

import (
	"bytes"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/xuri/excelize/v2"

	"qingdan/internal/errs"
	"qingdan/internal/platform/ledger"
	"qingdan/internal/platform/search"
	"qingdan/internal/platform/sqldb"
	"qingdan/internal/registry/law"
	"qingdan/internal/registry/power"
	"qingdan/internal/stage/inventory"
	"qingdan/internal/stage/reduce"
	"qingdan/internal/testkit"
)

// reviewed is a house whose powers were imported and checked.
func reviewed(t *testing.T, db *sqldb.DB, l *ledger.Ledger, rows ...[]string) {
	t.Helper()
	house(t, l)
	_, err := inventory.Import(t.Context(), l, db, actor, book(t, rows...), inventory.Options{File: "水利局.xlsx", Division: city, Origin: power.Reported})
	must(t, err)
	_, err = inventory.CheckAndSave(t.Context(), l, db, actor, "2014-10-15", nil)
	must(t, err)
}

func item(category, code, name string) []string {
	return row(map[string]string{"权力类别": category, "事项编码": code, "事项名称": name, "设定依据": "《示例取水条例》第二条", "依申请或依职权": "依申请"})
}

// signedBook makes a decisions workbook; a day in it is a date cell.
func signedBook(t *testing.T, lines ...map[string]any) []reduce.Decision {
	t.Helper()
	ds, err := reduce.ReadDecisions(signedBytes(t, lines...), "决定.xlsx")
	must(t, err)
	return ds
}

func signedBytes(t *testing.T, lines ...map[string]any) []byte {
	t.Helper()
	head := []string{"事项编码", "事项名称", "实施主体", "处置意见", "理由类型", "去向类型", "去向", "并入事项编码", "新事项编码", "新事项名称", "说明", "决定机关", "决定日期"}
	f := excelize.NewFile()
	defer f.Close()
	for c, h := range head {
		for i := range len(lines) + 1 {
			cell, err := excelize.CoordinatesToCellName(c+1, i+1)
			must(t, err)
			switch {
			case i == 0:
				must(t, f.SetCellValue("Sheet1", cell, h))
			case lines[i-1][h] != nil:
				must(t, f.SetCellValue("Sheet1", cell, lines[i-1][h]))
			case h == "决定机关":
				must(t, f.SetCellValue("Sheet1", cell, "市政府"))
			case h == "决定日期":
				must(t, f.SetCellValue("Sheet1", cell, time.Date(2014, 11, 5, 0, 0, 0, 0, time.UTC)))
			}
		}
	}
	var b bytes.Buffer
	must(t, f.Write(&b))
	return b.Bytes()
}

func TestARowOutOfPlaceDecidesNothing(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, db *sqldb.DB, l *ledger.Ledger) {
		reviewed(t, db, l, item("行政审批", "A1", "取水许可"), item("行政审批", "A2", "打井（深井）许可"))
		good := map[string]any{"事项编码": "A1", "事项名称": "取水许可", "实施主体": "水利局", "处置意见": "保留"}
		for want, bad := range map[string]map[string]any{
			"决定.xlsx Sheet1!B3：编码 A2 的事项是“打井（深井）许可”，这一行写的是“取水许可”": {"事项编码": "A2", "事项名称": "取水许可", "处置意见": "保留"},
			"决定.xlsx Sheet1!C3：没有登记过部门“市教育局”":                     {"事项编码": "A2", "实施主体": "市教育局", "处置意见": "保留"},
			"决定.xlsx Sheet1!A3：没有编码为 A9 的事项":                      {"事项编码": "A9", "处置意见": "保留"},
			"决定.xlsx Sheet1!M3：决定日期“2014-11-31”不对":                {"事项编码": "A2", "处置意见": "保留", "决定日期": "2014-11-31"},
			"决定.xlsx Sheet1!G3：没有登记过部门“市教育局”":                     {"事项编码": "A2", "处置意见": "整合", "理由类型": "减权/5 职责交叉", "去向类型": "部门", "去向": "市教育局", "并入事项编码": "A1", "说明": "与取水许可重复"},
			"决定.xlsx Sheet1!H3：处置意见是“保留”，却填了并入事项编码":               {"事项编码": "A2", "处置意见": "保留", "并入事项编码": "A9"},
		} {
			ds := signedBook(t, good, bad)
			for _, run := range []func() error{
				func() error { _, err := reduce.Rehearse(t.Context(), l, actor, ds); return err },
				func() error { _, err := reduce.Apply(t.Context(), l, actor, ds); return err },
			} {
				if err := run(); errs.KindOf(err) != errs.Invalid || !strings.Contains(errs.Message(err), want) {
					t.Errorf("%v, want Invalid that says %s", err, want)
				}
			}
		}
		left, err := power.Changes(t.Context(), db, power.Review)
		must(t, err)
		if len(left) != 2 {
			t.Errorf("%d changes left in review, want both", len(left))
		}
		// other widths, blanks and line breaks are the same name
		_, err = reduce.Apply(t.Context(), l, actor, signedBook(t, good, map[string]any{"事项编码": "A2", "事项名称": "打井\n(深井) 许可", "实施主体": "市水利局", "处置意见": "保留"}))
		must(t, err)
	})
}

func TestDecisionsAreCarriedOutOnceOnDaysAsTheyStand(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, db *sqldb.DB, l *ledger.Ledger) {
		reviewed(t, db, l, item("行政审批", "A1", "取水许可"), item("行政审批", "A2", "打井许可"))
		ds := signedBook(t, map[string]any{"事项编码": "A1", "处置意见": "保留"}, map[string]any{"事项编码": "A2", "处置意见": "冻结", "理由类型": "冻结", "说明": "机构改革期间暂停"},
			map[string]any{"事项编码": "A1", "处置意见": "拆分", "新事项编码": "A3", "新事项名称": "地热取水许可", "说明": "两种许可分列", "决定日期": "2014年11月5日"})
		before, _, err := tree(t, db, l)
		must(t, err)
		done, err := reduce.Rehearse(t.Context(), l, actor, ds)
		must(t, err)
		if done.Split != 1 || done.ByFate[reduce.Freeze] != 1 {
			t.Errorf("rehearsed %+v", done)
		}
		after, _, err := tree(t, db, l)
		must(t, err)
		s, err := reduce.ReadStats(t.Context(), db)
		must(t, err)
		if after != before || s.Kept != 0 {
			t.Errorf("a rehearsal left %d acts and %d kept powers", after-before, s.Kept)
		}
		_, err = reduce.Apply(t.Context(), l, actor, ds)
		must(t, err)
		if _, err := reduce.Apply(t.Context(), l, actor, ds); errs.KindOf(err) != errs.Conflict || !strings.Contains(errs.Message(err), "有 3 处不能执行") {
			t.Errorf("the same decisions again: %v, want Conflict", err)
		}
		var days string
		must(t, db.QueryRow(t.Context(), `select min(decided_on) || max(decided_on) from dispositions`).Scan(&days))
		if days != "2014-11-052014-11-05" {
			t.Errorf("days %s", days)
		}
	})
}

func tree(t *testing.T, db *sqldb.DB, l *ledger.Ledger) (int64, string, error) {
	must(t, db.Settle(t.Context()))
	n, root, err := l.Tree(t.Context(), ledger.Powers)
	return n, root.String(), err
}

// What a decision writes anew leads to its articles, is found, and says why it
// is there, without waiting for another check.
func TestWhatDecisionsMakeIsWhole(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, db *sqldb.DB, l *ledger.Ledger) {
		reviewed(t, db, l, item("其他权力", "A1", "取水备案"), item("行政审批", "A2", "打井许可"), item("行政审批", "A4", "凿井许可"))
		_, err := reduce.Apply(t.Context(), l, actor, signedBook(t,
			map[string]any{"事项编码": "A1", "处置意见": "调整类别", "去向": "行政监督", "说明": "属于监督检查"},
			map[string]any{"事项编码": "A2", "处置意见": "保留", "理由类型": "加强监管", "说明": "每季度抽查一次"},
			map[string]any{"事项编码": "A4", "处置意见": "整合", "理由类型": "减权/5 职责交叉", "并入事项编码": "A2", "说明": "与打井许可重复"},
			map[string]any{"事项编码": "A2", "处置意见": "拆分", "新事项编码": "A3", "新事项名称": "地热井许可", "说明": "地热井另有要求，单列一项"}))
		must(t, err)
		for _, code := range []string{"A1", "A3"} {
			c := change(t, db, code)
			var links int
			must(t, db.QueryRow(t.Context(), `select count(*) from citation_links where version_id = ? and state = 'resolved'`, c.Version).Scan(&links))
			if links != 1 {
				t.Errorf("%s: %d links to its article, want 1", code, links)
			}
		}
		v, err := power.VersionByID(t.Context(), db, change(t, db, "A1").Version)
		must(t, err)
		if v.Category != power.CategorySupervision || v.Initiative != power.ExOfficio || !v.Import.IsZero() {
			t.Errorf("recategorised version %s, %s, import %s", v.Category, v.Initiative, v.Import)
		}
		hits, err := search.Find(t.Context(), db, search.Query{Words: "地热井", Kind: "power"})
		must(t, err)
		if len(hits) != 1 || hits[0].ID != change(t, db, "A3").Power {
			t.Errorf("%d hits for the part split off", len(hits))
		}
		rows, err := db.Query(t.Context(), `select p.code, q.code, g.reason from power_lineage g join powers p on p.id = g.power_id join powers q on q.id = g.predecessor_id order by p.code`)
		lines, err := sqldb.Collect(rows, err, func(r *sqldb.Rows) (string, error) {
			var to, from, why string
			err := r.Scan(&to, &from, &why)
			return fmt.Sprint(from, " ", why, " ", to), err
		})
		must(t, err)
		if diff := cmp.Diff([]string{"A4 整合 A2", "A2 拆分 A3"}, lines); diff != "" {
			t.Errorf("lineage (-want +got):\n%s", diff)
		}
		must(t, db.Settle(t.Context()))
		entries, err := l.BySubject(t.Context(), change(t, db, "A3").Power)
		must(t, err)
		if last := entries[len(entries)-1]; last.Kind != "power.decided" || !strings.Contains(string(last.Public), `"from":"A2"`) || !strings.Contains(string(last.Public), "单列一项") {
			t.Errorf("the ledger says of the part: %s %s", last.Kind, last.Public)
		}
	})
}

func change(t *testing.T, db *sqldb.DB, code string) power.Change {
	t.Helper()
	p, err := power.ByCode(t.Context(), db, code)
	must(t, err)
	c, err := power.Newest(t.Context(), db, p.ID)
	must(t, err)
	return c
}

// A government takes back what it set itself; what congresses and those above
// set it stops only under a superior decision.
func TestWhatOthersSetIsNotCancelledWithoutThem(t *testing.T) {
	for level, mayCancel := range map[law.Level]bool{law.Statute: false, law.MinistryRule: false, law.LocalRegulation: false, law.CityRegulation: false, law.ProvinceRule: false, law.CityRule: true, law.Normative: true} {
		t.Run(string(level), func(t *testing.T) {
			db, l := testkit.Open(t, sqldb.SQLite)
			p, err := law.Read(law.Source{ID: "Y", Title: "示例打井规定", Level: string(level), Text: "示例打井规定\n\n第一条 打井应当经批准。\n\n第二条 本规定自2010年1月1日起施行。\n"}, "测试文本")
			must(t, err)
			_, err = law.Load(t.Context(), l, actor, p)
			must(t, err)
			reviewed(t, db, l, row(map[string]string{"权力类别": "其他权力", "事项编码": "A1", "事项名称": "打井备案", "设定依据": "《示例打井规定》第一条", "依申请或依职权": "依申请"}))
			line := map[string]any{"事项编码": "A1", "处置意见": "取消", "理由类型": "减权/2 不符合改革方向", "说明": "不符合改革方向"}
			_, err = reduce.Rehearse(t.Context(), l, actor, signedBook(t, line))
			if (err == nil) != mayCancel {
				t.Errorf("cancelled on its own: %v", err)
			}
			line["说明"] = "按国发〔2014〕27号取消"
			_, err = reduce.Rehearse(t.Context(), l, actor, signedBook(t, line))
			must(t, err)
		})
	}
}
