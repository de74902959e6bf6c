package measure_test

import (
	"bytes"
	"cmp"
	"context"
	"encoding/csv"
	"fmt"
	"slices"
	"strings"
	"testing"

	"qingdan/internal/platform/ledger"
	"qingdan/internal/platform/sqldb"
	"qingdan/internal/registry/org"
	"qingdan/internal/registry/power"
	"qingdan/internal/stage/inventory"
	"qingdan/internal/stage/publish"
	"qingdan/internal/stage/reduce"
	"qingdan/internal/stage/reduce/measure"
	"qingdan/internal/testkit"
)

var tester = ledger.Actor{ID: "test", Name: "测试", Role: "操作员"}

// row is a line of a power list: what differs from the usual one.
type row struct {
	code, name, category, basis string
	body                        string // department, "" for the trick's own
	content, object, starts     string
	materials, steps, result    string
}

// trick is one way to make numbers look better, played by a department of its own
// through what a user calls.
type trick struct {
	name  string
	first []row    // reported
	cuts  []string // decisions on them: code,fate,ground,target kind,target,into,new code,new name,reason
	more  []row    // found by the audit afterwards
	then  []string // decisions on these
	want  []measure.Kind
	codes []string // that a flag of the first kind must name
	came  int      // matters that really came in
	gone  int      // that really ended
}

const (
	cancelled = "取消,减权/1 依据不足,,,,,,没有依据，予以取消"
	merged    = "整合,减权/5 职责交叉,,,%s,,,同一类事项合并办理"
	frozen    = "冻结,冻结,,,,,,暂停办理"
	kept      = "保留,,,,,,,按现有规定保留"
)

func cut(code, words string) string { return code + "," + words }

// permit is an approval like many: its row needs a code, a name and an article.
func permit(code, name, basis string) row {
	return row{code: code, name: name, category: "行政审批", basis: basis, starts: "依申请", materials: "申请表\n营业执照", steps: "受理\n审查\n决定", result: "许可证"}
}

func penalty(code, name, basis string) row {
	return row{code: code, name: name, category: "行政处罚", basis: basis, starts: "依职权"}
}

func with(r row, f func(*row)) row { f(&r); return r }

// playbook is what is tried. Each trick leaves the matters where they were.
func playbook() []trick {
	return slices.Concat(exits(), renamings(), grains(), disguises())
}

// exits are tricks with the exits of the reform.
func exits() []trick {
	return []trick{
		{name: "merged in a pack", first: []row{permit("A1", "取水许可", "《示例水法》第二条"), permit("A2", "打井许可", "《示例水法》第三条"), permit("A3", "河道采砂许可", "《示例水法》第四条")},
			cuts: []string{cut("A1", kept), cut("A2", fmt.Sprintf(merged, "A1")), cut("A3", fmt.Sprintf(merged, "A1"))}, want: []measure.Kind{measure.Packed}, codes: []string{"A1", "A2", "A3"}, came: 3},
		{name: "merged in a chain, the last one renamed", first: []row{permit("B1", "道路客运许可", "《示例路法》第二条"), permit("B2", "道路货运许可", "《示例路法》第三条"), permit("B3", "机动车维修许可", "《示例路法》第四条")},
			cuts: []string{cut("B1", fmt.Sprintf(merged, "B2")), cut("B2", kept), cut("B3", kept)}, more: []row{permit("B4", "危险货物运输许可", "《示例路法》第九条")},
			then: []string{cut("B4", fmt.Sprintf(merged, "B2"))}, want: []measure.Kind{measure.Packed}, codes: []string{"B1", "B2"}, came: 4},
		{name: "frozen to count", first: []row{permit("C1", "烟花爆竹零售许可", "《示例爆竹条例》第二条")}, cuts: []string{cut("C1", frozen)}, want: []measure.Kind{measure.Frozen}, codes: []string{"C1"}, came: 1},
		{name: "called an internal approval", first: []row{permit("D1", "户外广告设置许可", "《示例市容条例》第二条")}, cuts: []string{"D1,转出,转出,内部审批,,,,,属于内部程序"}, want: []measure.Kind{measure.ToService}, codes: []string{"D1"}, came: 1},
		{name: "called a service", first: []row{permit("E1", "城市排水许可", "《示例排水条例》第二条")}, cuts: []string{"E1,转出,转出,公共服务,,,,,改为向社会提供服务"}, want: []measure.Kind{measure.ToService}, codes: []string{"E1"}, came: 1},
		{name: "called internal, done to outsiders", first: []row{with(permit("F1", "出版物零售备案", "《示例出版条例》第二条"), func(r *row) { r.category, r.result = "其他权力", "备案证明" })},
			cuts: []string{"F1,转出,转出,内部管理,,,,,属于内部管理"}, want: []measure.Kind{measure.ToService}, codes: []string{"F1"}, came: 1},
		{name: "handed down on paper", first: []row{permit("G1", "网吧设立许可", "《示例文化条例》第二条")}, cuts: []string{"G1,下放,减权/3 面向基层,县级,各县（市、区）文化主管部门,,,,按鲁政发〔2014〕5号下放"}, want: []measure.Kind{measure.Hollow}, codes: []string{"G1"}, came: 1},
		{name: "entrusted only", first: []row{permit("H1", "林木采伐许可", "《示例森林条例》第二条")}, cuts: []string{"H1,下放,减权/3 面向基层,县级,莘县林业主管部门,,,,委托县级实施"}, want: []measure.Kind{measure.Hollow}, codes: []string{"H1"}, came: 1},
		{name: "work handed down, decision kept", first: []row{permit("I1", "动物诊疗许可", "《示例防疫条例》第二条")}, cuts: []string{"I1,下放,减权/3 面向基层,县级,各县（市、区）畜牧主管部门,,,,按鲁政发〔2014〕5号仅下放受理和初审，决定权保留在市级"}, want: []measure.Kind{measure.DutyOnly}, codes: []string{"I1"}, came: 1},
		{name: "entrusted with the liability", first: []row{permit("J1", "渔业捕捞许可", "《示例渔业条例》第二条")}, cuts: []string{"J1,下放,减权/3 面向基层,县级,莘县渔业主管部门,,,,委托县级实施，责任由县级主管部门承担"}, want: []measure.Kind{measure.DutyOnly}, codes: []string{"J1"}, came: 1},
		{name: "transferred to its own body", first: []row{with(permit("K1", "工程质量评定", "《示例工程条例》第二条"), func(r *row) { r.category = "行政确认" })}, cuts: []string{"K1,转移,减权/4 可由社会组织承担,事业单位,局属工程质量检测中心,,,,由专业机构承担"}, want: []measure.Kind{measure.Inward}, codes: []string{"K1"}, came: 1},
		{name: "what is no power, reported to be cut", first: []row{with(permit("L1", "机关公务用车使用管理", "《示例机关办法》第二条"), func(r *row) {
			r.category, r.starts, r.materials, r.object = "其他权力", "依职权", "", "本系统工作人员"
		}), permit("L2", "特种设备使用登记", "《示例设备条例》第二条")}, cuts: []string{"L1,转出,转出,内部管理,,,,,不对外行使", cut("L2", kept)}, want: []measure.Kind{measure.Padded}, codes: []string{"L1"}, came: 1},
		{name: "an honest cut", first: []row{permit("M1", "印章刻制许可", "《示例印章办法》第二条"), permit("M2", "典当业许可", "《示例典当办法》第二条")}, cuts: []string{cut("M1", cancelled), cut("M2", kept)}, came: 2, gone: 1},
		{name: "an honest transfer", first: []row{with(permit("N1", "行业先进单位评选", "《示例评选办法》第二条"), func(r *row) { r.category, r.result = "行政奖励", "" })}, cuts: []string{"N1,转移,减权/4 可由社会组织承担,行业组织,示例市行业协会,,,,由行业自律"}, came: 1, gone: 1},
	}
}

// renamings are tricks with names, categories and departments.
func renamings() []trick {
	other := func(r row) row { return with(r, func(r *row) { r.category = "其他权力" }) }
	return []trick{
		{name: "cancelled and found again by the audit", first: []row{permit("P1", "食品生产许可", "《示例食品条例》第二条")}, cuts: []string{cut("P1", cancelled)},
			more: []row{permit("P2", "食品生产许可", "《示例食品条例》第二条")}, then: []string{cut("P2", kept)}, want: []measure.Kind{measure.Renamed}, codes: []string{"P1", "P2"}, came: 1},
		{name: "cancelled and listed in other words", first: []row{permit("Q1", "药品零售许可", "《示例药品条例》第五条")}, cuts: []string{cut("Q1", cancelled)},
			more: []row{permit("Q2", "零售药店开办审批（市级权限）", "《示例药品条例》第五条第一款")}, then: []string{cut("Q2", kept)}, want: []measure.Kind{measure.Renamed}, codes: []string{"Q1", "Q2"}, came: 1},
		{name: "a penalty in other words", first: []row{penalty("R1", "对未取得许可证擅自取水的处罚", "《示例用水条例》第三十条")}, cuts: []string{cut("R1", cancelled)},
			more: []row{penalty("R2", "对无证取水行为的行政处罚", "《示例用水条例》第三十条")}, then: []string{cut("R2", kept)}, want: []measure.Kind{measure.Renamed}, codes: []string{"R1", "R2"}, came: 1},
		{name: "reported under two names, one cancelled", first: []row{permit("O1", "药品零售许可", "《示例药房条例》第五条"), permit("O2", "药品零售门店许可", "《示例药房条例》第五条"), permit("O3", "药品批发许可", "《示例药房条例》第六条")},
			cuts: []string{cut("O1", cancelled), cut("O2", kept), cut("O3", kept)}, want: []measure.Kind{measure.Renamed}, codes: []string{"O1", "O2"}, came: 3},
		{name: "brackets moved about", first: []row{permit("AC1", "食品经营许可（含网络经营）", "《示例网食条例》第八条"), permit("AC2", "食品小作坊许可", "《示例网食条例》第八条")}, cuts: []string{cut("AC1", cancelled), cut("AC2", kept)},
			more: []row{permit("AC3", "食品（含网络）经营审批", "《示例网食条例》第八条第一款")}, then: []string{cut("AC3", kept)}, want: []measure.Kind{measure.Renamed}, codes: []string{"AC1", "AC3"}, came: 2},
		{name: "neighbours on one article, one honestly cancelled", first: []row{permit("AD1", "药械批发许可", "《示例药械条例》第五条"), permit("AD2", "药械零售许可", "《示例药械条例》第五条"), penalty("AD3", "对未按规定备案的处罚", "《示例药械条例》第六十条"), penalty("AD4", "对拒绝接受监督检查的处罚", "《示例药械条例》第六十条")},
			cuts: []string{cut("AD1", cancelled), cut("AD2", kept), cut("AD3", cancelled), cut("AD4", kept)}, came: 4, gone: 2},
		{name: "another department lists it", first: []row{permit("S1", "种子经营许可", "《示例种子条例》第二条")}, cuts: []string{cut("S1", cancelled)},
			more: []row{with(permit("S2", "种子经营许可证核发", "《示例种子条例》第二条"), func(r *row) { r.body = "市综合执法局" })}, then: []string{cut("S2", kept)}, want: []measure.Kind{measure.Moved}, codes: []string{"S1", "S2"}, came: 1},
		{name: "an approval becomes 其他权力", first: []row{permit("T1", "民办学校设立审批", "《示例民办教育条例》第二条")}, cuts: []string{"T1,调整类别,,,其他权力,,,,不再按审批管理"}, want: []measure.Kind{measure.ToOther}, codes: []string{"T1"}, came: 1},
		{name: "cancelled as an approval, listed as 其他权力", first: []row{permit("U1", "医疗机构设置审批", "《示例医疗条例》第二条")}, cuts: []string{cut("U1", cancelled)},
			more: []row{other(permit("U2", "医疗机构设置审核", "《示例医疗条例》第二条"))}, then: []string{cut("U2", kept)}, want: []measure.Kind{measure.Renamed, measure.ToOther}, codes: []string{"U1", "U2"}, came: 1},
		{name: "cancelled, listed as a service", first: []row{permit("V1", "测绘资质审批", "《示例测绘条例》第二条")}, cuts: []string{cut("V1", cancelled)},
			more: []row{with(permit("V2", "测绘资质办理", "《示例测绘条例》第二条"), func(r *row) { r.category = "公共服务" })}, then: []string{"V2,转出,转出,公共服务,,,,,列入公共服务清单"}, want: []measure.Kind{measure.ToService}, codes: []string{"V1", "V2"}, came: 1},
		{name: "an approval never called one", first: []row{other(permit("W1", "水土保持方案审核", "《示例水保条例》第二条"))}, cuts: []string{cut("W1", kept)}, want: []measure.Kind{measure.Covert}, codes: []string{"W1"}, came: 1},
	}
}

// grains are tricks with how finely things are counted.
func grains() []trick {
	return []trick{
		{name: "reported twice", first: []row{permit("X1", "文物修复许可", "《示例文物条例》第二条"), permit("X2", "文物修复的审批", "《示例文物条例》第二条")}, cuts: []string{cut("X1", kept), cut("X2", fmt.Sprintf(merged, "X1"))},
			want: []measure.Kind{measure.Padded}, codes: []string{"X1", "X2"}, came: 1},
		{name: "split, and the parts kept", first: []row{permit("Y1", "采矿许可", "《示例矿产条例》第二条")}, cuts: []string{cut("Y1", kept), "Y1,拆分,,,,,Y2,采矿许可（露天）,分列", "Y1,拆分,,,,,Y3,采矿许可（地下）,分列"},
			want: []measure.Kind{measure.Grain}, codes: []string{"Y1", "Y2", "Y3"}, came: 1},
		{name: "cancelled, and divided by object", first: []row{permit("Z1", "小型客车营运许可", "《示例客运条例》第二条")}, cuts: []string{cut("Z1", cancelled)},
			more: []row{permit("Z2", "小型客车营运许可（企业）", "《示例客运条例》第二条"), permit("Z3", "小型客车营运许可（个人）", "《示例客运条例》第二条")},
			then: []string{cut("Z2", kept), cut("Z3", kept)}, want: []measure.Kind{measure.Grain}, codes: []string{"Z1", "Z2", "Z3"}, came: 1},
		{name: "divided by amount, the whole stays", first: []row{permit("AA1", "政府投资项目审批", "《示例投资条例》第二条")}, cuts: []string{cut("AA1", kept)},
			more: []row{permit("AA2", "政府投资项目审批（一千万元以上）", "《示例投资条例》第二条"), permit("AA3", "政府投资项目审批（一千万元以下）", "《示例投资条例》第二条")},
			then: []string{cut("AA2", cancelled), cut("AA3", kept)}, want: []measure.Kind{measure.SplitCut, measure.Grain}, codes: []string{"AA1", "AA2"}, came: 1},
		{name: "several folded into one wording", first: []row{penalty("AB1", "对擅自占用农业灌溉水源的处罚", "《示例灌溉条例》第九条"), penalty("AB2", "对擅自毁损灌溉渠道闸门的处罚", "《示例灌溉条例》第九条")}, cuts: []string{cut("AB1", cancelled), cut("AB2", cancelled)},
			more: []row{with(penalty("AB3", "对违反灌溉管理规定行为的处罚", "《示例灌溉条例》第九条"), func(r *row) {
				r.content = "对擅自占用农业灌溉水源、擅自毁损灌溉渠道闸门等行为予以处罚"
			})},
			then: []string{cut("AB3", kept)}, want: []measure.Kind{measure.Grain}, codes: []string{"AB1", "AB3"}, came: 2},
	}
}

// disguises are tricks that leave little to be told by: other words, another law,
// another department.
func disguises() []trick {
	const said = "受理使用无线电频率的申请，审查台站的布局和设备，决定是否发给频率证件并向社会公告"
	elsewhere := func(r row) row { return with(r, func(r *row) { r.body = "市综合执法局" }) }
	return []trick{
		{name: "other words under another law", first: []row{permit("AE1", "猎捕许可", "《示例猎捕条例》第二条")}, cuts: []string{cut("AE1", cancelled)},
			more: []row{permit("AE2", "猎捕证核发", "《示例狩猎办法》第八条")}, then: []string{cut("AE2", kept)}, want: []measure.Kind{measure.Renamed}, codes: []string{"AE1", "AE2"}, came: 1},
		{name: "other words in another department", first: []row{permit("AF1", "打井许可", "《示例凿井条例》第三条")}, cuts: []string{cut("AF1", cancelled)},
			more: []row{elsewhere(permit("AF2", "凿井施工审批", "《示例凿井条例》第三条"))}, then: []string{cut("AF2", kept)}, want: []measure.Kind{measure.Moved}, codes: []string{"AF1", "AF2"}, came: 1},
		{name: "another name, law and department, the same content", first: []row{with(permit("AG1", "频率使用许可", "《示例电波条例》第二条"), func(r *row) { r.content = said })}, cuts: []string{cut("AG1", cancelled)},
			more: []row{elsewhere(with(permit("AG2", "电台设台核准", "《示例台站办法》第七条"), func(r *row) { r.content = said }))}, then: []string{cut("AG2", kept)}, want: []measure.Kind{measure.Moved}, codes: []string{"AG1", "AG2"}, came: 1},
		{name: "the whole cancelled, its parts reported beside it", first: []row{permit("AH1", "养殖许可", "《示例养殖条例》第二条"), permit("AH2", "养殖许可（海水）", "《示例养殖条例》第二条"), permit("AH3", "养殖许可（淡水）", "《示例养殖条例》第二条")},
			cuts: []string{cut("AH1", cancelled), cut("AH2", kept), cut("AH3", kept)}, want: []measure.Kind{measure.Grain}, codes: []string{"AH1", "AH2", "AH3"}, came: 3},
		{name: "less than the whole kept", first: []row{permit("AI1", "爆破作业许可", "《示例爆破条例》第二条"), permit("AI2", "爆破作业许可（城区）", "《示例爆破条例》第二条"), permit("AI3", "民用炸药购买许可", "《示例爆破条例》第二条")},
			cuts: []string{cut("AI1", cancelled), cut("AI2", kept), cut("AI3", kept)}, came: 3, gone: 1},
		{name: "short names spelled out by what was there already", first: []row{permit("AJ1", "采种许可", "《示例林种条例》第二条"), permit("AJ2", "育苗许可", "《示例林种条例》第二条"), with(permit("AJ3", "林木良种事项审批", "《示例林种条例》第二条"), func(r *row) { r.content = "审查采种许可、育苗许可等事项" })},
			cuts: []string{cut("AJ1", cancelled), cut("AJ2", cancelled), cut("AJ3", kept)}, want: []measure.Kind{measure.Grain}, codes: []string{"AJ1", "AJ2", "AJ3"}, came: 3},
		{name: "leave of the own staff reported as an approval", first: []row{with(permit("AK1", "机关干部年休假审批", "《示例休假办法》第九条"), func(r *row) { r.object = "本局工作人员" }), permit("AK2", "劳务派遣许可", "《示例劳务条例》第二条")},
			cuts: []string{cut("AK1", cancelled), cut("AK2", kept)}, want: []measure.Kind{measure.Padded}, codes: []string{"AK1"}, came: 1},
		{name: "called internal, done to users as well", first: []row{with(permit("AL1", "用水计划管理", "《示例计划条例》第九条"), func(r *row) {
			r.category, r.starts, r.materials, r.object = "其他权力", "依职权", "", "机关、用水户"
		})}, cuts: []string{"AL1,转出,转出,内部管理,,,,,属于内部管理"}, want: []measure.Kind{measure.ToService}, codes: []string{"AL1"}, came: 1},
	}
}

// office is a house in which every trick has a department of its own.
type office struct {
	*testing.T
	db *sqldb.DB
	l  *ledger.Ledger
}

func (o office) act(fn func(ctx context.Context, tx *ledger.Tx) error) {
	o.Helper()
	if err := o.l.Load(o.Context(), tester, fn); err != nil {
		o.Fatal(err)
	}
}

// bring imports powers.
func (o office) bring(origin power.Origin, body string, rows []row) {
	o.Helper()
	var b bytes.Buffer
	w := csv.NewWriter(&b)
	_ = w.Write([]string{"权力类别", "事项编码", "事项名称", "实施主体", "设定依据", "依申请或依职权", "行使内容", "服务对象", "申请材料", "办理环节", "审批结果",
		"承办机构", "行使层级", "受理条件", "法定时限", "承诺时限", "办件类型", "是否收费", "办理地点", "办理时间", "咨询电话", "监督电话", "责任事项", "追责情形"})
	for _, r := range rows {
		if r.body != "" {
			body = r.body
		}
		if r.content == "" {
			r.content = r.name
		}
		_ = w.Write([]string{r.category, r.code, r.name, body, r.basis, r.starts, r.content, cmp.Or(r.object, "单位和个人"), r.materials, cmp.Or(r.steps, "立案\n决定"), cmp.Or(r.result, "决定书"),
			"业务科", "市级", "符合规定条件", "20个工作日", "8个工作日", "承诺件", "否", "政务服务中心", "工作日", "0635-1000001", "0635-1000002", "受理责任：公示条件", "不履行职责的"})
	}
	w.Flush()
	if _, err := inventory.Import(o.Context(), o.l, o.db, tester, b.Bytes(), inventory.Options{File: body + string(origin) + ".csv", Division: "371500", Origin: origin, Day: "2014-10-15"}); err != nil {
		o.Fatal(err)
	}
}

// decide checks what came in and carries decisions out.
func (o office) decide(lines []string) {
	o.Helper()
	if _, err := inventory.CheckAndSave(o.Context(), o.l, o.db, tester, "2014-10-15", nil); err != nil {
		o.Fatal(err)
	}
	text := "事项编码,处置意见,理由类型,去向类型,去向,并入事项编码,新事项编码,新事项名称,说明,决定机关,决定日期\n"
	for _, l := range lines {
		text += l + ",市政府,2014-11-05\n"
	}
	ds, err := reduce.ReadDecisions([]byte(text), "决定.csv")
	if err != nil {
		o.Fatal(err)
	}
	if _, err := reduce.Apply(o.Context(), o.l, tester, ds); err != nil {
		o.Fatal(err)
	}
}

func (o office) read() measure.Report {
	o.Helper()
	r, err := measure.Read(o.Context(), o.db)
	if err != nil {
		o.Fatal(err)
	}
	return r
}

// Every trick, played through imports and decisions on both engines, is flagged with
// the powers behind it, and no department's honest count moves.
//
// tests:不玩数字游戏/1 不玩数字游戏/2
func TestEveryTrickIsFlaggedAndMovesNoHonestFigure(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, db *sqldb.DB, l *ledger.Ledger) {
		o, all := office{t, db, l}, playbook()
		o.act(func(ctx context.Context, tx *ledger.Tx) error {
			names := []string{"市综合执法局"}
			for i := range all {
				names = append(names, body(i))
			}
			for _, n := range names {
				if _, err := org.AddDepartment(ctx, tx, org.Department{Division: "371500", Name: n}); err != nil {
					return err
				}
			}
			return nil
		})
		var first, second []string
		for i, x := range all {
			o.bring(power.Reported, body(i), x.first)
			first, second = append(first, x.cuts...), append(second, x.then...)
		}
		before := o.read()
		o.decide(first)
		for i, x := range all {
			if len(x.more) > 0 {
				o.bring(power.Supplement, body(i), x.more)
			}
		}
		o.decide(second)
		after := o.read()
		for i, x := range all {
			o.check(x, body(i), after)
		}
		if came := before.Normal.In + 1; after.Normal.In != came { // B4 is the one honest find of the audit
			t.Errorf("%d matters came in, %d are counted", came, after.Normal.In)
		}
		// Publishing tells the same of what is listed by then.
		_, err := publish.Publish(t.Context(), l, tester, publish.Order{Division: "371500", Title: "清单", Effective: "2014-12-30",
			ConsultedFrom: "2014-11-10", ConsultedTo: "2014-12-09", ApprovedBy: "市政府", Approval: "示例〔2014〕1号", ApprovedOn: "2014-12-20"})
		if err != nil {
			t.Fatal(err)
		}
		if again := o.read(); again.Normal != after.Normal || again.Raw != after.Raw {
			t.Errorf("publishing moves %+v to %+v", after.Normal, again.Normal)
		}
	})
}

func body(i int) string {
	return fmt.Sprintf("市示例%s局", string([]rune("甲乙丙丁戊己庚辛壬癸子丑寅卯辰巳午未申酉戌亥天地玄黄宇宙洪荒日月盈昃宿列张寒来暑往")[i]))
}

// check holds what is counted of one department against its trick.
func (o office) check(x trick, name string, r measure.Report) {
	o.Helper()
	at := slices.IndexFunc(r.Units, func(l measure.Line) bool { return l.Name == name })
	u := r.Units[at]
	if u.Normal.In != x.came || u.Normal.Cut != x.gone || u.Normal.Kept != x.came-x.gone {
		o.Errorf("%s: %+v of %d matters (raw %+v)", x.name, u.Normal, x.came, u.Raw)
		for _, s := range r.Rows(measure.Filter{Unit: u.Unit}) {
			o.Logf("  %s %s %s -> %s %s", s.Code, s.Name, s.Raw, s.Normal, s.Why)
		}
	}
	for i, k := range x.want {
		var named []string
		hidden := 0
		for _, f := range r.Flags {
			if f.Kind == k {
				named, hidden = append(named, f.Codes...), hidden+f.Hidden
			}
		}
		if hidden == 0 {
			o.Errorf("%s: no flag %s", x.name, k.Label())
		}
		for _, c := range x.codes {
			if i == 0 && !slices.Contains(named, c) {
				o.Errorf("%s: %s names %v and not %s", x.name, k.Label(), named, c)
			}
		}
	}
	for _, f := range r.Flags {
		if f.Department == name && len(x.want) == 0 {
			o.Errorf("%s: an honest department is flagged: %s %s", x.name, f.Kind.Label(), f.Why)
		}
		if f.Department == name && !slices.Contains(x.want, f.Kind) && !strings.Contains("hollow covert", string(f.Kind)) {
			o.Logf("%s: also %s: %s", x.name, f.Kind.Label(), f.Why)
		}
	}
}
