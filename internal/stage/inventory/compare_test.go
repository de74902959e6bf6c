package inventory

import (
	"context"
	"slices"
	"strings"
	"testing"

	"qingdan/internal/platform/ledger"
	"qingdan/internal/platform/sqldb"
	"qingdan/internal/registry/finding"
	"qingdan/internal/registry/law"
	"qingdan/internal/registry/org"
	"qingdan/internal/registry/power"
	"qingdan/internal/testkit"
)

// The laws of the desk of 2024, one of each level that matters here.
var basisLaws = []law.Source{
	{ID: "l", Title: "示例河道法", Level: "法律", Text: "示例河道法\n\n（2010年1月1日通过　2010年6月1日起施行）\n\n第一条 违反本法规定的，处五十万元以下罚款。\n\n第二条 逾期不拆除的，由水行政主管部门强制拆除，费用由违法者承担。\n\n第三条 逾期不履行处罚决定的，由作出决定的机关申请人民法院强制执行。\n\n第四条 采砂应当取得许可证。\n"},
	{ID: "a", Title: "示例河道管理条例", Level: "行政法规", Text: "示例河道管理条例\n\n（2011年1月1日发布）\n\n第一条 违法采砂的，可以扣押采砂机具；逾期不缴纳费用的，加收滞纳金。\n\n第二条 本条例自2011年2月1日起施行。\n"},
	{ID: "p", Title: "山东省示例河道条例", Level: "地方性法规", Region: "山东", Text: "山东省示例河道条例\n\n（2018年5月1日通过）\n\n第一条 违反本条例的，给予通报批评。\n\n第二条 违法采砂的，可以扣押采砂机具。\n\n第三条 采砂收取河道费。\n\n第四条 本条例自2018年6月1日起施行。\n"},
	{ID: "m", Title: "示例采砂管理办法", Level: "部门规章", Text: "示例采砂管理办法\n\n（2022年5月1日发布）\n\n第一条 违法采砂的，处一万元以上三十万元以下罚款。\n\n第二条 违法堆砂的，处三万元以下罚款。\n\n第三条 违法运砂的，处违法所得三倍以下罚款。\n\n第四条 本办法自2022年6月1日起施行。\n"},
	{ID: "o", Title: "示例堤防管理办法", Level: "部门规章", Text: "示例堤防管理办法\n\n（2019年5月1日发布）\n\n第一条 损毁堤防的，处三十万元以下罚款。\n\n第二条 本办法自2019年6月1日起施行。\n"},
	{ID: "n", Title: "示例河道通知", Level: "规范性文件", Text: "示例河道通知\n\n第一条 逾期不缴纳罚款的，加处罚款。\n\n第二条 本通知自2012年1月1日起施行。\n"},
}

// basisDesk opens a desk on 2024-06-30 with a body of each nature.
func basisDesk(t *testing.T) (*Desk, map[string]sqldb.ID) {
	t.Helper()
	ctx := t.Context()
	db, l := testkit.Open(t, sqldb.SQLite)
	actor := ledger.Actor{ID: "test", Name: "测试", Role: "操作员"}
	bodies := map[string]sqldb.ID{}
	err := l.Load(ctx, actor, func(ctx context.Context, tx *ledger.Tx) error {
		for name, nature := range map[string]string{"市水利局": "法定机关", "市河道管理处": "授权组织", "市采砂管理站": "受委托组织"} {
			id, err := org.AddDepartment(ctx, tx, org.Department{Division: "371500", Name: name, Nature: nature, ValidFrom: "2010-01-01"})
			if err != nil {
				return err
			}
			bodies[nature] = id
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range basisLaws {
		p, err := law.Read(s, "测试文本")
		if err != nil {
			t.Fatal(err)
		}
		if _, err := law.Load(ctx, l, actor, p); err != nil {
			t.Fatal(err)
		}
	}
	d, err := OpenDesk(ctx, db, "2024-06-30")
	if err != nil {
		t.Fatal(err)
	}
	return d, bodies
}

// evidence joins what was found with its evidence.
func evidence(found []finding.Finding) string {
	var out []string
	for _, f := range found {
		out = append(out, string(f.Severity)+" "+f.Message+"【"+f.Evidence+"】")
	}
	return strings.Join(out, "|")
}

// tests:五对照/3 设定权
func TestFinesOfRulesAreHeldAgainstTheirLimit(t *testing.T) {
	d, _ := basisDesk(t)
	for _, c := range []struct{ basis, content, want string }{
		{"《示例采砂管理办法》第一条", "", "请核实 依据的层级不够，没有引用设定它的上位法：罚款300000元，超过部门规章可以设定的限额"},
		{"《示例采砂管理办法》第二条", "处三万元以下罚款", ""},
		{"《示例采砂管理办法》第二条", "处十五万元以下罚款", "提示 依据是否有权设定，请人工判断：罚款150000元，超过一般限额"},
		{"《示例采砂管理办法》第三条", "", "没有写明最高数额"},
		{"《示例河道法》第一条", "处五十万元以下罚款", ""},
		{"《示例采砂管理办法》第一条、《示例河道法》第一条", "", ""}, // the law above carries it
		{"《示例堤防管理办法》第一条", "", "提示 依据制定后设定权的规则有变化"},
	} {
		v := version(power.CategoryPenalty, "对违法采砂罚款的处罚", c.basis)
		v.Elements.Content = c.content
		b := LegalBasis(d, v)
		if got := say(b.Findings); (c.want == "") != (got == "") || !strings.Contains(got, c.want) {
			t.Errorf("%s, %s: %q, want %q", c.basis, c.content, got, c.want)
		}
		if !b.Setting {
			t.Errorf("%s: held to have no basis that may set it", c.basis)
		}
	}
}

// tests:五对照/3 设定权
func TestALawIsJudgedByItsOwnDayAndBothDaysAreShown(t *testing.T) {
	d, _ := basisDesk(t)
	b := LegalBasis(d, version(power.CategoryPenalty, "对违法行为通报批评的处罚", "《山东省示例河道条例》第一条"))
	for _, w := range []string{"请核实 依据的层级不够", "按制定日 2018-05-01 的规则无权设定：行政处罚法第八条第七项（2017年修正）", "按 2024-06-30 的规则可以设定：行政处罚法第十二条（2021年修订）"} {
		if got := evidence(b.Findings); !strings.Contains(got, w) {
			t.Errorf("found %q, want %q", got, w)
		}
	}
	if !b.Setting {
		t.Error("what is open to doubt is taken for a power without basis")
	}
	// Where both days agree, the evidence is the article alone.
	b = LegalBasis(d, version(power.CategoryPermit, "采砂许可", "《示例采砂管理办法》第一条"))
	if got := evidence(b.Findings); !strings.HasPrefix(got, "应处理") || strings.Contains(got, "制定日") {
		t.Errorf("found %q", got)
	}
}

// tests:五对照/3 设定权
func TestWhatEveryBodyMayEnforceNeedsNoLawOfItsOwn(t *testing.T) {
	d, _ := basisDesk(t)
	for _, c := range []struct {
		name, basis string
		setting     bool
		words       []string
	}{
		{"对逾期不缴纳罚款的加处罚款", "《示例河道通知》第一条", true, []string{"请核实", "补充引用法律", "行政处罚法第七十二条"}},
		{"对逾期不缴纳费用的加收滞纳金", "《示例河道管理条例》第一条", true, []string{"请核实", "行政强制法第四十五条"}},
		{"对逾期不缴纳罚款的加处罚款，申请人民法院强制执行", "《示例河道通知》第一条", true, []string{"请核实"}},
		{"对违法建筑的强制拆除", "《示例河道通知》第一条", false, []string{"应处理", "只能由法律设定"}},
		{"对违法建筑的强制拆除", "《示例河道法》第二条", true, nil},
		{"对逾期不履行的强制执行", "《示例河道法》第三条", true, []string{"提示", "申请人民法院强制执行，没有规定由行政机关强制执行"}},
	} {
		b := LegalBasis(d, version(power.CategoryCoercion, c.name, c.basis))
		want(t, c.name, b.Findings, c.words...)
		if b.Setting != c.setting {
			t.Errorf("%s: may set %v, want %v", c.name, b.Setting, c.setting)
		}
	}
}

// tests:五对照/3
func TestAuthorisedAndEntrustedPowersNeedTheirGround(t *testing.T) {
	d, bodies := basisDesk(t)
	for _, c := range []struct {
		source, nature string
		category       power.Category
		name, basis    string
		words          []string
	}{
		{"", "法定机关", power.CategoryCoercion, "扣押采砂机具", "《示例河道管理条例》第一条", nil},
		{"", "授权组织", power.CategoryCoercion, "扣押采砂机具", "《示例河道管理条例》第一条", nil},
		{"", "授权组织", power.CategoryCoercion, "扣押采砂机具", "《山东省示例河道条例》第二条", []string{"请核实 引用的依据不能授权", "法律、行政法规授权"}},
		{"", "授权组织", power.CategoryPenalty, "对违法堆砂罚款的处罚", "《示例采砂管理办法》第二条", []string{"请核实", "规章和规范性文件不能授权"}},
		{"", "授权组织", power.CategoryPenalty, "对违法堆砂罚款的处罚", "《示例采砂管理办法》第二条、《示例河道法》第一条", nil},
		{"上级委托", "法定机关", power.CategoryCoercion, "扣押采砂机具", "《示例河道管理条例》第一条", []string{"应处理 不得这样授权、委托", "行政强制措施权不得委托"}},
		{"", "受委托组织", power.CategoryPermit, "采砂许可", "《示例河道法》第四条", []string{"应处理", "只能依照法律、法规、规章委托其他行政机关"}},
		{"同级委托", "法定机关", power.CategoryPermit, "采砂许可", "《示例河道法》第四条", nil},
		{"上级委托", "受委托组织", power.CategoryPenalty, "对违法堆砂罚款的处罚", "《示例采砂管理办法》第二条", nil},
		{"上级下放", "法定机关", power.CategoryPenalty, "对违法堆砂罚款的处罚", "《示例采砂管理办法》第二条", []string{"提示", "省级决定并公布"}},
	} {
		v := version(c.category, c.name, c.basis)
		v.Department, v.Elements.Source = bodies[c.nature], c.source
		want(t, c.source+c.nature+c.name, LegalBasis(d, v).Findings, c.words...)
	}
}

// tests:五对照/3
func TestTheBasisOfAFeeIsOfALevelThatMayAllowOne(t *testing.T) {
	d, _ := basisDesk(t)
	for basis, words := range map[string][]string{
		"《示例河道管理条例》第一条":             nil,
		"《山东省示例河道条例》第三条":            {"请核实 收费依据的层级不够", "行政许可不得收费"},
		"《山东省示例河道条例》第三条、《示例河道法》第四条": nil,
		"《某市收费目录》":                  nil,
		"无":                         nil,
	} {
		v := version(power.CategoryPermit, "采砂许可", "《示例河道法》第四条")
		v.Elements.FeeBasis = basis
		want(t, basis, LegalBasis(d, v).Findings, words...)
	}
}

func TestMeasuresAreReadFromTheWordsOfTheItem(t *testing.T) {
	for _, c := range []struct {
		category power.Category
		content  string
		want     []string
	}{
		{power.CategoryPenalty, "处五日以下拘留，并处罚款", []string{"行政拘留", "罚款"}},
		{power.CategoryPenalty, "由登记机关吊销其营业执照", []string{"吊销营业执照"}},
		{power.CategoryPenalty, "吊销许可证或者提请吊销营业执照", []string{"吊销营业执照", "吊销许可证件"}},
		{power.CategoryPenalty, "吊销资质证书；无营业执照的，予以警告", []string{"警告", "吊销许可证件"}},
		{power.CategoryPenalty, "责令停产整顿，暂扣生产许可证", []string{"暂扣许可证件", "责令停产停业"}},
		{power.CategoryPenalty, "未设置警告标志的，责令改正；逾期不缴的每日加处罚款", nil},
		{power.CategoryPenalty, "不得刑事拘留", nil},
		{power.CategoryPenalty, "对无资质单位，查封工具", nil},
		{power.CategoryPermit, "核发建筑企业资质证书，罚款", []string{"资质"}},
		{power.CategoryPermit, "社会团体设立登记", []string{"设立登记"}},
		{power.CategoryCoercion, "扣留车辆、封存账册", []string{"查封", "扣押"}},
		{power.CategoryCoercion, "逾期不拆除的，强行拆除或者代为履行", []string{"强制拆除", "代履行"}},
		{power.CategoryCoercion, "将查封的财物拍卖抵缴罚款；对拍卖企业", []string{"查封", "拍卖抵缴"}},
		{power.CategoryCoercion, "申请人民法院强制执行", nil},
		{power.CategoryCoercion, "划拨存款，加处罚款", []string{"划拨存款", "加处罚款"}},
		{power.CategoryLevy, "加收滞纳金", nil},
	} {
		v := version(c.category, "测试事项", "")
		v.Elements.Content = c.content
		if got := Measures(v); !slices.Equal(got, c.want) {
			t.Errorf("%s %s: %v, want %v", c.category, c.content, got, c.want)
		}
	}
}
