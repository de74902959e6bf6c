package inventory

import (
	"context"
	"strings"
	"testing"

	"qingdan/internal/platform/ledger"
	"qingdan/internal/platform/sqldb"
	"qingdan/internal/registry/finding"
	"qingdan/internal/registry/law"
	"qingdan/internal/registry/list"
	"qingdan/internal/registry/org"
	"qingdan/internal/registry/power"
	"qingdan/internal/testkit"
)

// The laws of the desk: one sound, one repealed by the sound one, one
// normative paper, one of a level that may not revoke business licences.
var deskLaws = []law.Source{
	{ID: "a", Title: "示例取水法", Level: "法律", Text: "示例取水法\n\n（2005年1月1日通过　2005年6月1日起施行）\n\n第一条 为了加强取水管理，制定本法。\n\n第二条 取水应当经水行政主管部门批准，取得取水许可证。\n\n第三条 违反本法规定，有下列行为之一的，责令改正，处五千元罚款：\n\n（一）未经批准擅自取水的；\n\n（二）伪造取水记录的。\n\n第四条 本法自2005年6月1日起施行。《示例打井办法》同时废止。\n"},
	{ID: "b", Title: "示例打井办法", Level: "部门规章", Text: "示例打井办法\n\n（1990年1月1日发布）\n\n第一条 为了规范打井，制定本办法。\n\n第二条 打井应当经批准。\n\n第三条 本办法自1990年2月1日起施行。\n"},
	{ID: "c", Title: "示例市区停车通知", Level: "规范性文件", Text: "示例市区停车通知\n\n第一条 停车场经营应当经批准。\n\n第二条 本通知自2012年1月1日起施行。\n"},
	{ID: "e", Title: "示例排水许可管理办法", Level: "部门规章", Text: "示例排水许可管理办法\n\n（2006年1月1日发布）\n\n第一条 排水应当取得许可证。\n\n第二条 违反本办法的，处罚款，没收违法所得。\n\n第三条 本办法自2006年2月1日起施行。\n"},
	{ID: "d", Title: "山东省示例市场条例", Level: "地方性法规", Region: "山东", Text: "山东省示例市场条例\n\n（2008年1月1日通过）\n\n第一条 为了规范市场，制定本条例。\n\n第二条 情节严重的，吊销营业执照。\n\n第三条 本条例自2008年3月1日起施行。\n"},
}

// desk opens a desk on 2014-10-15 with one department that has two mandate
// rows, an approval catalogue and another place's list.
func desk(t *testing.T) (*Desk, sqldb.ID) {
	t.Helper()
	ctx := t.Context()
	db, l := testkit.Open(t, sqldb.SQLite)
	actor := ledger.Actor{ID: "test", Name: "测试", Role: "操作员"}
	var dept sqldb.ID
	err := l.Load(ctx, actor, func(ctx context.Context, tx *ledger.Tx) error {
		var err error
		dept, err = org.AddDepartment(ctx, tx, org.Department{Division: "371500", Name: "市水利局", Nature: "法定机关", ValidFrom: "2010-01-01"})
		if err != nil {
			return err
		}
		if err := org.AddMandates(ctx, tx, dept, []org.Mandate{{Text: "组织实施《示例取水法》"}, {Text: "负责城市停车场经营管理"}}); err != nil {
			return err
		}
		if err := list.AddItems(ctx, tx, list.List{Division: "371500", Kind: list.Catalogue, Title: "目录"}, []list.Item{{Name: "取水许可"}, {Name: "建设项目水资源论证报告书审批"}}); err != nil {
			return err
		}
		return list.AddItems(ctx, tx, list.List{Division: "370100", Kind: list.Peer, Title: "邻市"}, []list.Item{{Name: "取水许可"}, {Name: "河道采砂许可"}})
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range deskLaws {
		p, err := law.Read(s, "测试文本")
		if err != nil {
			t.Fatal(err)
		}
		if _, err := law.Load(ctx, l, actor, p); err != nil {
			t.Fatal(err)
		}
	}
	d, err := OpenDesk(ctx, db, "2014-10-15")
	if err != nil {
		t.Fatal(err)
	}
	return d, dept
}

func version(c power.Category, name, basis string) power.Version {
	return power.Version{ID: sqldb.NewID(), Category: c, Name: name, Initiative: c.DefaultInitiative(), Elements: power.Elements{Basis: basis}, Citations: power.ParseBasis(basis)}
}

// say joins what was found, severity first.
func say(found []finding.Finding) string {
	var out []string
	for _, f := range found {
		out = append(out, string(f.Severity)+" "+f.Message)
	}
	return strings.Join(out, "|")
}

// want checks that what was found says all words, or nothing when there are
// none.
func want(t *testing.T, name string, found []finding.Finding, words ...string) {
	t.Helper()
	got := say(found)
	if len(words) == 0 && got != "" {
		t.Errorf("%s: found %q, want nothing", name, got)
	}
	for _, w := range words {
		if !strings.Contains(got, w) {
			t.Errorf("%s: found %q, want it to say %q", name, got, w)
		}
	}
}

// tests:五对照/1
func TestWhatDoesNotActOnOutsidersIsOutOfScope(t *testing.T) {
	for _, c := range []struct {
		category power.Category
		name     string
		words    []string
	}{
		{power.CategoryOther, "机关人员年度考核", []string{"请核实", "内部人事"}},
		{power.CategorySupervision, "对县级水利工作目标考核", []string{"指导和考核"}},
		{power.CategoryOther, "党费收缴管理", []string{"党务"}},
		{power.CategoryService, "水利政策咨询", []string{"应处理", "公共服务不是行政权力"}},
		{power.CategoryPenalty, "对内部审计机构弄虚作假的处罚", nil},
		{power.CategoryOther, "取水计划备案", nil},
	} {
		want(t, c.name, Scope(nil, version(c.category, c.name, "")), c.words...)
	}
}

// tests:五对照/2
func TestAnApprovalOutsideTheCatalogueIsAskedAbout(t *testing.T) {
	d, _ := desk(t)
	want(t, "same name", ApprovalCatalogue(d, version(power.CategoryPermit, "取水许可", "")))
	want(t, "near name", ApprovalCatalogue(d, version(power.CategoryPermit, "建设项目水资源论证报告审批", "")), "提示", "名称不同")
	want(t, "not there", ApprovalCatalogue(d, version(power.CategoryPermit, "犬只饲养许可", "")), "请核实", "没有这一项")
	want(t, "no approval", ApprovalCatalogue(d, version(power.CategoryPenalty, "犬只饲养处罚", "")))
}

// tests:五对照/3 六查看/1 设定权
func TestTheBasisIsFollowedToItsArticle(t *testing.T) {
	d, _ := desk(t)
	for _, c := range []struct {
		name     string
		category power.Category
		basis    string
		usable   int
		setting  bool
		words    []string
	}{
		{"sound", power.CategoryPermit, "《示例取水法》第二条", 1, true, nil},
		{"sound item", power.CategoryPenalty, "《示例取水法》第三条第（二）项", 1, true, nil},
		{"exact quotation", power.CategoryPermit, "《示例取水法》第二条：“取水应当经水行政主管部门批准，取得取水许可证。”", 1, true, nil},
		{"quotation of lead and item", power.CategoryPenalty, "《示例取水法》第三条：“违反本法规定，有下列行为之一的，责令改正，处五千元罚款：……（二）伪造取水记录的。”", 1, true, nil},
		{"other words", power.CategoryPermit, "《示例取水法》第二条：“取水应当向省人民政府报告，并缴纳取水押金。”", 1, true, []string{"请核实", "不一致"}},
		{"none", power.CategoryPermit, "", 0, false, []string{"应处理", "没有填写设定依据"}},
		{"no law in it", power.CategoryPermit, "按照有关规定执行", 0, false, []string{"没有可以识别的法规"}},
		{"unknown title", power.CategoryPermit, "《示例取水许可法》第二条", 0, false, []string{"法规库中没有", "是否指《示例取水法》"}},
		{"missing article", power.CategoryPermit, "《示例取水法》第九条", 0, false, []string{"应处理", "共 4 条"}},
		{"missing item", power.CategoryPenalty, "《示例取水法》第三条第（五）项", 0, false, []string{"没有引用的条款"}},
		{"repealed", power.CategoryPermit, "《示例打井办法》第二条", 0, false, []string{"应处理", "已于 2005-06-01 废止"}},
		{"stale beside a sound one", power.CategoryPermit, "《示例取水法》第二条；《示例打井办法》第二条", 1, true, []string{"请核实", "废止"}},
		{"level too low", power.CategoryPermit, "《示例市区停车通知》第一条", 1, false, []string{"应处理", "层级不够"}},
		{"a licence on a rule alone", power.CategoryPermit, "《示例排水许可管理办法》第一条", 1, true, []string{"应处理 依据的层级不够，没有引用设定它的上位法", "规章只能"}},
		{"a licence on a rule and the law above", power.CategoryPermit, "《示例排水许可管理办法》第一条、《示例取水法》第二条", 2, true, nil},
		{"a rule that confiscates", power.CategoryPenalty, "《示例排水许可管理办法》第二条", 1, true, []string{"请核实 依据的层级不够，没有引用设定它的上位法"}},
		{"a rule of unknown kinds", power.CategoryCoercion, "《山东省示例市场条例》第二条", 1, true, []string{"提示 依据是否有权设定，请人工判断"}},
		{"local rule revoking licences", power.CategoryPenalty, "《山东省示例市场条例》第二条", 1, false, []string{"应处理", "层级不够", "吊销营业执照"}},
		{"title without article", power.CategoryPermit, "《示例取水法》", 1, true, []string{"没有写明条款"}},
	} {
		v := version(c.category, "测试事项", c.basis)
		switch c.name {
		case "local rule revoking licences":
			v.Name = "吊销营业执照的处罚"
		case "a rule that confiscates":
			v.Name = "没收违法所得"
		}
		b := LegalBasis(d, v)
		want(t, c.name, b.Findings, c.words...)
		if b.Usable != c.usable || b.Setting != c.setting {
			t.Errorf("%s: usable %d, setting %v; want %d, %v", c.name, b.Usable, b.Setting, c.usable, c.setting)
		}
		lawful := say(Lawful(d, v, b))
		if (lawful == "") != c.setting {
			t.Errorf("%s: 六查看/1 says %q", c.name, lawful)
		}
	}
	yes := true
	v := version(power.CategoryPermit, "取水许可", "《示例取水法》第二条")
	v.Elements.Fee = &yes
	want(t, "fee without basis", Lawful(d, v, LegalBasis(d, v)), "应处理", "第五十八条")
}

// tests:五对照/4
func TestAPowerNeedsAMandateAndAMandateAPower(t *testing.T) {
	d, dept := desk(t)
	v := version(power.CategoryPermit, "取水许可", "《示例取水法》第二条")
	v.Department = dept
	found, rows := MandateOf(d, v, LegalBasis(d, v).Keys)
	want(t, "by law", found)
	if len(rows) != 1 || rows[0] != 0 {
		t.Errorf("rows %v, want the first", rows)
	}
	v = version(power.CategoryPermit, "城市停车场经营许可", "")
	v.Department = dept
	found, rows = MandateOf(d, v, nil)
	want(t, "by words", found)
	if len(rows) != 1 || rows[0] != 1 {
		t.Errorf("rows %v, want the second", rows)
	}
	v = version(power.CategoryPenalty, "对虐待动物的处罚", "")
	v.Department = dept
	found, _ = MandateOf(d, v, nil)
	want(t, "no mandate", found, "请核实", "找不到对应的职责")

	r := &runner{desk: d, out: &Checked{}, carried: map[sqldb.ID]bool{d.mandates[dept].rows[0].ID: true}}
	r.idleMandates()
	want(t, "idle mandate", r.out.Found, "提示", "没有上报对应的权力")
	if len(r.out.Found) != 1 {
		t.Errorf("%d idle mandates, want 1", len(r.out.Found))
	}
}

// tests:五对照/5
func TestOtherPlacesListsAreComparedBothWays(t *testing.T) {
	d, _ := desk(t)
	want(t, "listed there", PeerLists(d, version(power.CategoryPermit, "取水许可", "")))
	want(t, "not listed there", PeerLists(d, version(power.CategoryPenalty, "对虐待动物的处罚", "")), "提示", "没有这一项")
	r := &runner{desk: d, out: &Checked{}, names: []string{"取水许可"}}
	r.omitted()
	want(t, "omitted here", r.out.Found, "核实是否遗漏")
	if len(r.out.Found) != 1 || !strings.Contains(r.out.Found[0].Evidence, "河道采砂许可") {
		t.Errorf("omitted %v, want 河道采砂许可", r.out.Found)
	}
}

// tests:六查看/2
func TestTimelinessIsNeverConcluded(t *testing.T) {
	d, _ := desk(t)
	v := version(power.CategoryPermit, "取水许可", "《示例取水法》第二条")
	want(t, "nine years", TimelyNeeded(d, v, LegalBasis(d, v)))
	d.Day = "2030-01-01"
	found := TimelyNeeded(d, v, LegalBasis(d, v))
	want(t, "25 years", found, "提示", "25 年", "请判断")
	for _, f := range found {
		if f.Severity != finding.Tells {
			t.Errorf("六查看/2 concludes: %v", f)
		}
	}
}

// tests:六查看/3 六查看/4 六查看/5 六查看/6 两摸清/2
func TestWhatIsNotWrittenDownIsAskedFor(t *testing.T) {
	v := version(power.CategoryPermit, "取水", "")
	want(t, "vague", Content(nil, v), "太笼统", "缺行使内容", "缺服务对象", "缺行使层级", "缺依据条款")
	want(t, "procedure", Procedure(nil, v), "没有写明申请材料、办理环节、审批结果")
	want(t, "efficiency", Efficiency(nil, v), "没有法定时限和承诺时限")
	want(t, "responsibility", Responsibility(nil, v), "承办机构、责任事项、追责情形、监督电话")

	v = version(power.CategoryPermit, "取水许可", "《示例取水法》第二条")
	v.Level = "市级"
	v.Elements = power.Elements{Basis: v.Elements.Basis, Office: "科", Content: "批准取水", Object: "单位", Steps: "受理", Materials: "申请书", Result: "许可证",
		Duty: "责任", Accountability: "追责", Complaint: "12345", Statutory: &power.Limit{Days: 20, Unit: "工作日"}, Promised: &power.Limit{Days: 8, Unit: "工作日"}}
	for name, found := range map[string][]finding.Finding{"content": Content(nil, v), "procedure": Procedure(nil, v), "efficiency": Efficiency(nil, v), "responsibility": Responsibility(nil, v)} {
		want(t, "complete "+name, found)
	}
	v.Elements.Promised.Days = 30
	want(t, "promise over statute", Efficiency(nil, v), "应处理", "承诺时限长于法定时限")
	v.Elements.Promised = &power.Limit{Days: 8}
	want(t, "unit not said", Efficiency(nil, v), "工作日还是自然日")
	v.Elements.Materials = "申请书\n其他材料"
	want(t, "open materials", Procedure(nil, v), "应处理", "兜底")

	p := version(power.CategoryPenalty, "对擅自取水的处罚", "《示例取水法》第三条")
	want(t, "no materials asked of penalties", Procedure(nil, p), "没有写明办理环节")
	if strings.Contains(say(Procedure(nil, p)), "申请材料") {
		t.Error("materials are asked of a penalty")
	}
	want(t, "no limit asked of penalties", Efficiency(nil, p))
}
