package stage_test

import (
	"bytes"
	"context"
	"encoding/csv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/xuri/excelize/v2"

	"qingdan/internal/errs"
	"qingdan/internal/platform/ledger"
	"qingdan/internal/platform/search"
	"qingdan/internal/platform/sqldb"
	"qingdan/internal/registry/law"
	"qingdan/internal/registry/list"
	"qingdan/internal/registry/org"
	"qingdan/internal/registry/power"
	"qingdan/internal/stage/inventory"
	"qingdan/internal/stage/inventory/workbook"
	"qingdan/internal/stage/publish"
	"qingdan/internal/stage/reduce"
	"qingdan/internal/testkit"
)

// actor is who acts in these tests.
var actor = ledger.Actor{ID: "test", Name: "测试", Role: "操作员"}

const city = "371500"

// lawText is an invented law that sets a licence and a fine.
const lawText = `示例取水条例

（2010年3月1日示例省人民代表大会常务委员会通过　2010年5月1日起施行）

第一条 为了加强取水管理，制定本条例。

第二条 直接从河流取水的单位和个人，应当向水行政主管部门申请取水许可证。

第三条 未经许可擅自取水的，由水行政主管部门责令停止，处一万元以下罚款。

第四条 本条例自2010年5月1日起施行。
`

// house is a place with one department, its mandate and one law.
func house(t *testing.T, l *ledger.Ledger) {
	t.Helper()
	must(t, l.Load(t.Context(), actor, func(ctx context.Context, tx *ledger.Tx) error {
		if _, err := org.AddDivisions(ctx, tx, []org.Division{{Code: city, Name: "聊城市", Level: "市", ValidFrom: "1997-01-01"}}); err != nil {
			return err
		}
		id, err := org.AddDepartment(ctx, tx, org.Department{Division: city, Name: "市水利局", Short: "水利局", Nature: "法定机关", ValidFrom: "2010-01-01"})
		if err != nil {
			return err
		}
		return org.AddMandates(ctx, tx, id, []org.Mandate{{Text: "组织实施《示例取水条例》，负责取水许可和监督"}, {Text: "负责防汛值班"}})
	}))
	p, err := law.Read(law.Source{ID: "X1", Title: "示例取水条例", Level: "行政法规", Text: lawText}, "")
	must(t, err)
	_, err = law.Load(t.Context(), l, actor, p)
	must(t, err)
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// row fills the standard template; complete gives every required element.
func row(values map[string]string) []string {
	complete := map[string]string{
		"实施主体": "市水利局", "承办机构": "水资源科", "行使层级": "市级", "行使内容": "从河流取水", "服务对象": "单位和个人", "受理条件": "有取水需要",
		"申请材料": "取水申请书", "法定时限": "20个工作日", "承诺时限": "8个工作日", "办件类型": "承诺件", "办理环节": "受理\n审查\n决定", "审批结果": "取水许可证",
		"是否收费": "否", "办理地点": "政务服务中心", "办理时间": "工作日", "咨询电话": "0635-1000001", "监督电话": "0635-1000002",
		"责任事项": "受理责任：公示条件（《示例取水条例》第二条）", "追责情形": "不履行职责的",
	}
	out := make([]string, len(workbook.Headers()))
	for i, h := range workbook.Headers() {
		out[i] = complete[h]
		if v, ok := values[h]; ok {
			out[i] = v
		}
	}
	return out
}

func book(t *testing.T, rows ...[]string) []byte {
	t.Helper()
	f := excelize.NewFile()
	defer f.Close()
	for i, r := range append([][]string{workbook.Headers()}, rows...) {
		cell, err := excelize.CoordinatesToCellName(1, i+1)
		must(t, err)
		must(t, f.SetSheetRow("Sheet1", cell, &r))
	}
	var b bytes.Buffer
	must(t, f.Write(&b))
	return b.Bytes()
}

// three is a workbook with a licence, a fine and a power whose law does not
// exist.
func three(t *testing.T) []byte {
	return book(t,
		row(map[string]string{"权力类别": "行政审批", "事项编码": "371500-01-001-0001", "事项名称": "取水许可", "设定依据": "《示例取水条例》第二条", "依申请或依职权": "依申请"}),
		row(map[string]string{"权力类别": "行政处罚", "事项编码": "371500-02-001-0001", "事项名称": "对擅自取水的处罚", "设定依据": "《示例取水条例》第三条", "依申请或依职权": "依职权"}),
		row(map[string]string{"权力类别": "行政处罚", "事项编码": "371500-02-001-0002", "事项名称": "对浪费用水的处罚", "设定依据": "《示例节水办法》第九条", "依申请或依职权": "依职权"}))
}

func decisions(t *testing.T, lines ...[]string) []reduce.Decision {
	t.Helper()
	var b bytes.Buffer
	w := csv.NewWriter(&b)
	head := []string{"事项编码", "处置意见", "理由类型", "去向类型", "去向", "并入事项编码", "新事项编码", "新事项名称", "说明", "决定机关", "决定日期"}
	must(t, w.WriteAll(append([][]string{head}, lines...)))
	ds, err := reduce.ReadDecisions(b.Bytes(), "决定.csv")
	must(t, err)
	return ds
}

var order = publish.Order{Division: city, Title: "聊城市权力清单", Effective: "2014-12-30", ConsultedFrom: "2014-11-10", ConsultedTo: "2014-12-09",
	ApprovedBy: "聊城市人民政府", Approval: "聊政示例〔2014〕1号", ApprovedOn: "2014-12-20"}

// tests:两摸清/1
func TestThreePowersTravelTheChain(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, db *sqldb.DB, l *ledger.Ledger) {
		ctx := t.Context()
		house(t, l)
		out, err := inventory.Import(ctx, l, db, actor, three(t), inventory.Options{File: "水利局.xlsx", Division: city, Origin: power.Reported})
		must(t, err)
		if out.Imported != 3 {
			t.Fatalf("imported %d of 3", out.Imported)
		}
		checked, err := inventory.CheckAndSave(ctx, l, db, actor, "2014-10-15", nil)
		must(t, err)
		var unlawful []string
		for _, f := range checked.Found {
			if f.Rule == "六查看/1" {
				unlawful = append(unlawful, checked.Names[f.Version])
			}
		}
		if diff := cmp.Diff([]string{"371500-02-001-0002 对浪费用水的处罚"}, unlawful); diff != "" {
			t.Errorf("unlawful powers (-want +got):\n%s", diff)
		}
		totals, err := inventory.Totals(ctx, db)
		must(t, err)
		whole := 0
		for _, n := range totals {
			whole += n.Count
		}
		if whole != 3 || len(totals) != 2 {
			t.Errorf("totals %+v, want 3 powers in two categories", totals)
		}
		_, err = reduce.Apply(ctx, l, actor, decisions(t,
			[]string{"371500-01-001-0001", "保留", "", "", "", "", "", "", "", "市政府", "2014-11-05"},
			[]string{"371500-02-001-0001", "保留", "", "", "", "", "", "", "", "市政府", "2014-11-05"},
			[]string{"371500-02-001-0002", "取消", "减权/1 依据不足", "", "", "", "", "", "法规库中没有该办法", "市政府", "2014-11-05"}))
		must(t, err)
		p, err := publish.Publish(ctx, l, actor, order)
		must(t, err)
		if p.Edition.No != 1 || p.Edition.Entries != 2 || len(p.Changes) != 2 {
			t.Errorf("edition %d with %d entries and %d changes, want 1, 2, 2", p.Edition.No, p.Edition.Entries, len(p.Changes))
		}
		e, err := list.InForce(ctx, db, city, "2014-12-31")
		must(t, err)
		if e.Digest != p.Edition.Digest {
			t.Error("the edition in force has another digest than the published one")
		}
		if _, err := list.InForce(ctx, db, city, "2014-12-29"); errs.KindOf(err) != errs.NotFound {
			t.Errorf("a list was in force before its day: %v", err)
		}
		s, err := reduce.ReadStats(ctx, db)
		must(t, err)
		if s.Reported != 3 || s.Kept != 2 || s.Units != 1 || s.Laws != 1 || s.Fates[reduce.Keep] != 2 || s.Fates[reduce.Cancel] != 1 {
			t.Errorf("stats %+v", s)
		}
		hits, err := search.Find(ctx, db, search.Query{Words: "取水", Kind: "power", PublicOnly: true})
		must(t, err)
		if len(hits) != 2 {
			t.Errorf("%d public hits for 取水, want 2", len(hits))
		}
		must(t, db.Settle(ctx))
		must(t, l.Verify(ctx, ledger.Powers))
	})
}

func TestTheNextEditionSaysWhatIsNew(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, db *sqldb.DB, l *ledger.Ledger) {
		ctx := t.Context()
		house(t, l)
		keep := func(code string) []string {
			return []string{code, "保留", "", "", "", "", "", "", "", "市政府", "2014-11-05"}
		}
		one := func(file, code, name string, o publish.Order) (publish.Published, error) {
			b := book(t, row(map[string]string{"权力类别": "行政审批", "事项编码": code, "事项名称": name, "设定依据": "《示例取水条例》第二条", "依申请或依职权": "依申请"}))
			_, err := inventory.Import(ctx, l, db, actor, b, inventory.Options{File: file, Division: city, Origin: power.Reported})
			must(t, err)
			_, err = inventory.CheckAndSave(ctx, l, db, actor, "2014-10-15", nil)
			must(t, err)
			_, err = reduce.Apply(ctx, l, actor, decisions(t, keep(code)))
			must(t, err)
			return publish.Publish(ctx, l, actor, o)
		}
		first, err := one("一.xlsx", "A1", "取水许可", order)
		must(t, err)
		if _, err := publish.Publish(ctx, l, actor, order); errs.KindOf(err) != errs.Conflict {
			t.Errorf("an edition without any change: %v, want Conflict", err)
		}
		next := order
		next.Effective, next.ApprovedOn, next.ConsultedTo, next.ConsultedFrom = "2015-06-01", "2015-05-20", "2015-05-10", "2015-05-01"
		second, err := one("二.xlsx", "A2", "打井许可", next)
		must(t, err)
		if second.Edition.No != 2 || second.Edition.Entries != 2 || len(second.Changes) != 1 || second.Changes[0].Kind != list.AddedTo {
			t.Errorf("second edition %+v with changes %v, want two entries and one addition", second.Edition, second.Changes)
		}
		for day, want := range map[string]sqldb.ID{"2015-05-31": first.Edition.ID, "2015-06-01": second.Edition.ID} {
			if e, err := list.InForce(ctx, db, city, day); err != nil || e.ID != want {
				t.Errorf("on %s edition %d is in force (%v)", day, e.No, err)
			}
		}
	})
}

func TestTheSameFileIsNotTakenTwice(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, db *sqldb.DB, l *ledger.Ledger) {
		house(t, l)
		o := inventory.Options{File: "水利局.xlsx", Division: city, Origin: power.Reported}
		b := three(t)
		errc := make(chan error, 2)
		for range 2 {
			go func() {
				_, err := inventory.Import(context.Background(), l, db, actor, b, o)
				errc <- err
			}()
		}
		var failed []error
		for range 2 {
			if err := <-errc; err != nil {
				failed = append(failed, err)
			}
		}
		if len(failed) != 1 || errs.KindOf(failed[0]) != errs.Conflict {
			t.Fatalf("two imports of one file at once: errors %v, want one Conflict", failed)
		}
		s, err := reduce.ReadStats(t.Context(), db)
		must(t, err)
		if s.Reported != 3 {
			t.Errorf("%d powers after importing 3 twice", s.Reported)
		}
	})
}

func TestAWrongCellKeepsTheWholeFileOut(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, db *sqldb.DB, l *ledger.Ledger) {
		house(t, l)
		b := book(t,
			row(map[string]string{"权力类别": "行政审批", "事项编码": "A1", "事项名称": "取水许可", "设定依据": "《示例取水条例》第二条"}),
			row(map[string]string{"权力类别": "行政审批", "事项编码": "A2", "事项名称": "打井许可", "设定依据": "《示例取水条例》第二条", "实施主体": "市不存在局"}))
		_, err := inventory.Import(t.Context(), l, db, actor, b, inventory.Options{File: "坏.xlsx", Division: city, Origin: power.Reported})
		if errs.KindOf(err) != errs.Invalid || !strings.Contains(errs.Message(err), "F3") {
			t.Fatalf("error %v, want Invalid naming cell F3", err)
		}
		s, err := reduce.ReadStats(t.Context(), db)
		must(t, err)
		if s.Reported != 0 {
			t.Errorf("%d powers written from a refused file", s.Reported)
		}
	})
}

func TestDecisionsThatDoNotHoldAreRefusedWhole(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, db *sqldb.DB, l *ledger.Ledger) {
		ctx := t.Context()
		house(t, l)
		_, err := inventory.Import(ctx, l, db, actor, three(t), inventory.Options{File: "水利局.xlsx", Division: city, Origin: power.Reported})
		must(t, err)
		_, err = inventory.CheckAndSave(ctx, l, db, actor, "2014-10-15", nil)
		must(t, err)
		keep := []string{"371500-01-001-0001", "保留", "", "", "", "", "", "", "", "市政府", "2014-11-05"}
		for name, bad := range map[string][]string{
			"cancelling a power with a sound basis":  {"371500-02-001-0001", "取消", "减权/1 依据不足", "", "", "", "", "", "就是不要了", "市政府", "2014-11-05"},
			"against reform without decision":        {"371500-02-001-0001", "取消", "减权/2 不符合改革方向", "", "", "", "", "", "不符合改革方向", "市政府", "2014-11-05"},
			"handing down to nobody":                 {"371500-02-001-0001", "下放", "减权/3 面向基层", "县级", "", "", "", "", "面向基层量大", "市政府", "2014-11-05"},
			"a penalty to an association":            {"371500-02-001-0001", "转移", "减权/4 可由社会组织承担", "行业组织", "水利协会", "", "", "", "交给协会", "市政府", "2014-11-05"},
			"merging into what goes":                 {"371500-02-001-0001", "整合", "减权/5 职责交叉", "", "", "371500-02-001-0002", "", "", "与之重复", "市政府", "2014-11-05"},
			"no reason":                              {"371500-02-001-0001", "冻结", "冻结", "", "", "", "", "", "", "市政府", "2014-11-05"},
			"an unknown fate":                        {"371500-02-001-0001", "送人", "", "", "", "", "", "", "送给别人了", "市政府", "2014-11-05"},
			"a second fate for one power":            {"371500-01-001-0001", "保留", "", "", "", "", "", "", "", "市政府", "2014-11-05"},
			"a power that does not exist":            {"371500-99", "保留", "", "", "", "", "", "", "", "市政府", "2014-11-05"},
			"reclassifying without saying into what": {"371500-02-001-0001", "转出", "转出", "", "", "", "", "", "不是行政权力", "市政府", "2014-11-05"},
		} {
			_, err := reduce.Apply(ctx, l, actor, decisions(t, keep, bad))
			if errs.KindOf(err) != errs.Invalid || !strings.Contains(errs.Message(err), "决定.csv") {
				t.Errorf("%s: error %v, want Invalid naming the place", name, err)
			}
		}
		left, err := power.Changes(ctx, db, power.Review)
		must(t, err)
		if len(left) != 3 {
			t.Errorf("%d changes still in review, want all 3", len(left))
		}
	})
}

// tests:公布/必填要素
func TestWhatLacksAnElementIsNotPublished(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, db *sqldb.DB, l *ledger.Ledger) {
		ctx := t.Context()
		house(t, l)
		b := book(t,
			row(map[string]string{"权力类别": "行政审批", "事项编码": "A1", "事项名称": "取水许可", "设定依据": "《示例取水条例》第二条", "依申请或依职权": "依申请"}),
			row(map[string]string{"权力类别": "行政审批", "事项编码": "A2", "事项名称": "打井许可", "设定依据": "《示例取水条例》第二条", "依申请或依职权": "依申请", "申请材料": "", "是否收费": "是", "收费依据": ""}))
		_, err := inventory.Import(ctx, l, db, actor, b, inventory.Options{File: "缺.xlsx", Division: city, Origin: power.Reported})
		must(t, err)
		_, err = inventory.CheckAndSave(ctx, l, db, actor, "2014-10-15", nil)
		must(t, err)
		_, err = reduce.Apply(ctx, l, actor, decisions(t,
			[]string{"A1", "保留", "", "", "", "", "", "", "", "市政府", "2014-11-05"}, []string{"A2", "保留", "", "", "", "", "", "", "", "市政府", "2014-11-05"}))
		must(t, err)
		p, err := publish.Publish(ctx, l, actor, order)
		if errs.KindOf(err) != errs.Invalid {
			t.Fatalf("error %v, want Invalid", err)
		}
		want := []publish.Refused{{Code: "A2", Name: "打井许可", Reasons: []string{"缺少申请材料", "收费没有依据"}}}
		if diff := cmp.Diff(want, p.Refused); diff != "" {
			t.Errorf("refused (-want +got):\n%s", diff)
		}
		if _, err := list.InForce(ctx, db, city, "2030-01-01"); errs.KindOf(err) != errs.NotFound {
			t.Errorf("something was published: %v", err)
		}
	})
}
