// Package reduce is 减权: one disposition (处置意见) for every change under
// review, with its ground, target and reason, and the balance that must hold
// for every unit afterwards. What is asked for a power on the list later
// (动态管理) is decided here too.
package reduce

import (
	"slices"
	"strings"
	"time"

	"qingdan/internal/engine/sheet"
	"qingdan/internal/errs"
	"qingdan/internal/platform/sqldb"
	"qingdan/internal/registry/finding"
	"qingdan/internal/registry/power"
)

// Fate is what becomes of a power (处置意见).
type Fate string

// The fates. 保留 and 调整类别 stay on the list; the others leave it.
const (
	Keep       Fate = "保留"
	Recategory Fate = "调整类别"
	Cancel     Fate = "取消"
	Delegate   Fate = "下放"
	Transfer   Fate = "转移"
	Merge      Fate = "整合"
	Freeze     Fate = "冻结"
	Reclassify Fate = "转出"
	SplitOff   Fate = "拆分" // a new power split from one that stays
)

// Fates lists the fates of reported powers in the order of the balance.
func Fates() []Fate {
	return []Fate{Keep, Recategory, Cancel, Delegate, Transfer, Merge, Freeze, Reclassify}
}

// Exit says whether a fate takes a power off the list, or keeps it from coming
// onto it.
func (f Fate) Exit() bool {
	switch f {
	case Cancel, Delegate, Transfer, Merge, Freeze, Reclassify:
		return true
	default:
		return false
	}
}

// state is where a fate takes a change of a kind; ok is false for a fate that
// is none. A cancellation that is asked for and kept from (不予取消) is withdrawn;
// one that is carried out ends alike whatever the power leaves the list for, which
// the disposition says.
func (f Fate) state(k power.Kind) (s power.State, ok bool) {
	if k == power.KindCancel && f.Exit() {
		return power.Cancelled, true
	}
	switch f {
	case Keep:
		if k == power.KindCancel {
			return power.Withdrawn, true
		}
		return power.Proposed, true
	case Recategory:
		return power.Proposed, true
	case Cancel:
		return power.Cancelled, true
	case Delegate:
		return power.HandedDown, true
	case Transfer:
		return power.Transferred, true
	case Merge:
		return power.MergedAway, true
	case Freeze:
		return power.Frozen, true
	case Reclassify:
		return power.Reclassified, true
	default:
		return "", false
	}
}

// Decision is one line of a decisions workbook.
type Decision struct {
	Code       string // 事项编码 of the power decided on
	Name       string // 事项名称 and 实施主体 as the row has them; may be empty
	Body       string
	Fate       Fate
	Ground     string // 理由类型: 减权/1 依据不足 …
	TargetKind string // 去向类型: 县级 行业组织 部门 内部管理 公共服务
	Target     string // 去向; for 调整类别 the new category
	Into       string // 并入事项编码, for 整合
	NewCode    string // 新事项编码 and 新事项名称, for 拆分
	NewName    string
	Reason     string // 说明
	By         string // 决定机关
	On         string // 决定日期, YYYY-MM-DD

	LegalForm LegalForm // 法律形式, for 下放; read from the reason where it is empty
	Receiver  string    // 承接资质: the registration, statutes or qualification of the body that takes over, for 转移
	Followup  string    // 后续监管: who watches afterwards, and how

	file     string
	row      sheet.Row
	full     bool     // the columns above are asked for: the file has them, or the decision comes from a proposal
	proposal sqldb.ID // that is carried out; zero for a line of a file
}

// proposed says whether the decision comes from a proposal sheet.
func (d Decision) proposed() bool { return d.file == "" && d.full }

// at names the cell of a column for a message; of a proposal the column itself,
// by which its form finds the field; "" for a decision that comes from neither.
func (d Decision) at(column string) string {
	switch {
	case d.proposed():
		return column
	case d.file == "":
		return ""
	}
	return d.file + " " + d.row.Cell(column)
}

// Facts are what the grounds ask about a power.
type Facts struct {
	Change   power.Change
	Findings []finding.Finding // of the latest check
	Superior bool              // what sets the power is not this government's to take back
	Stays    map[string]bool   // codes that are decided to stay, for 整合
	Coercion bool              // 强制措施 may not be entrusted (行政强制法第十七条)
}

// unfounded says whether the latest check found that the power has no basis
// that holds: none, none in force, none that may set it.
func (f Facts) unfounded() bool {
	for _, x := range f.Findings {
		if x.Severity != finding.Blocks {
			continue
		}
		if x.Rule == "五对照/3" || x.Rule == "六查看/1" && !strings.HasPrefix(x.Message, "收费") {
			return true
		}
	}
	return false
}

// BasisInsufficient is the first ground: no basis that holds. The checks must
// have found so; a basis that holds is not to be cancelled away because one
// citation beside it is stale.
//
// rule:减权/1 依据不足的取消：审核须已发现依据缺失、失效、条款不存在或层级不够
func BasisInsufficient(d Decision, f Facts) error {
	if d.Fate != Cancel {
		return errs.Invalidf("依据不足的事项应当取消，不能“%s”", d.Fate).At(d.at("处置意见"))
	}
	if !f.unfounded() {
		return errs.Invalidf("%s 的依据在审核中没有发现问题，不能以依据不足取消", d.Code).At(d.at("处置意见")).Fix("请换用其他理由，或先更正依据再审核")
	}
	return nil
}

// AgainstReform is the second ground: a power with a basis that goes against
// the reform is cancelled in principle. What laws, regulations or rules from
// above set, a government may only stop exercising under a superior decision,
// which the reason must name.
//
// rule:减权/2 不符合改革方向的原则上取消：法律、法规和上级规章设定的须写明上级决定
func AgainstReform(d Decision, f Facts) error {
	if d.Fate != Cancel && d.Fate != Freeze {
		return errs.Invalidf("不符合改革方向的事项应当取消或冻结，不能“%s”", d.Fate).At(d.at("处置意见"))
	}
	if d.full && d.Fate == Cancel && strings.TrimSpace(d.Followup) == "" {
		return errs.Invalidf("%s 有依据而取消，没有写明后续监管", d.Code).At(d.at("后续监管")).Fix("请写明取消之后由谁、怎样监管")
	}
	if f.Superior && !superiorDecision.MatchString(d.Reason) {
		return errs.Invalidf("%s 由法律、法规或者上级规章设定，本级政府无权取消", d.Code).At(d.at("说明")).Fix("请在说明中写明上级决定的名称或文号，或改为向设定机关提出修改建议")
	}
	return nil
}

// TowardsGrassroots is the third ground: handing down to counties. It names
// the receiver and its legal form, since a power does not move by itself: the
// article that lets county bodies act, a superior decision, or entrusting.
// Coercive measures are never entrusted (行政强制法第十七条), and whoever entrusts
// stays liable (行政许可法第二十四条, 行政处罚法第二十条).
//
// rule:减权/3 面向基层的下放：写明承接的县（市、区）和法律形式，强制措施不得委托
func TowardsGrassroots(d Decision, f Facts) error {
	switch {
	case d.Fate != Delegate:
		return errs.Invalidf("面向基层的事项应当下放，不能“%s”", d.Fate).At(d.at("处置意见"))
	case d.Target == "":
		return errs.Invalidf("没有写明下放给哪里").At(d.at("去向")).Fix("请在“去向”填写承接的县（市、区）")
	default:
		return d.lawful(f.Coercion)
	}
}

// ToSociety is the fourth ground: what an industry or social body can do is
// transferred to it; penalties and coercion are not for such bodies.
//
// rule:减权/4 可由行业组织承担的转移：写明承接组织，处罚和强制不得转移
func ToSociety(d Decision, f Facts) error {
	if d.Fate != Transfer {
		return errs.Invalidf("可由社会组织承担的事项应当转移，不能“%s”", d.Fate).At(d.at("处置意见"))
	}
	if d.Target == "" {
		return errs.Invalidf("没有写明转移给谁").At(d.at("去向")).Fix("请在“去向”填写承接组织")
	}
	if f.Change.Category == power.CategoryPenalty || f.Change.Category == power.CategoryCoercion {
		return errs.Invalidf("%s不得转移给社会组织", f.Change.Category).At(d.at("处置意见"))
	}
	if d.full && strings.TrimSpace(d.Receiver) == "" {
		return errs.Invalidf("没有写明“%s”凭什么资质承接", d.Target).At(d.at("承接资质")).Fix("请写明它的登记、章程或者资质")
	}
	return nil
}

// Overlapping is the fifth ground: n powers become one, which stays.
//
// rule:减权/5 职责交叉的整合：写明并入的事项，并入的事项必须保留
func Overlapping(d Decision, f Facts) error {
	if d.Fate != Merge {
		return errs.Invalidf("职责交叉的事项应当整合，不能“%s”", d.Fate).At(d.at("处置意见"))
	}
	if d.Into == "" || d.Into == d.Code {
		return errs.Invalidf("没有写明并入哪一项").At(d.at("并入事项编码")).Fix("请填写“并入事项编码”，不能是事项自己")
	}
	if !f.Stays[d.Into] {
		return errs.Invalidf("并入的事项 %s 不存在或不保留", d.Into).At(d.at("并入事项编码")).Fix("并入的事项必须是保留的事项")
	}
	return nil
}

// againstReform is the ground whose judging asks who set the power.
const againstReform = "减权/2"

// Justify holds a decision against its ground. Every exit needs one, and a
// reason in words; every decision the deciding body and the day.
func Justify(d Decision, f Facts) error {
	if _, ok := d.Fate.state(f.Change.Kind); !ok {
		return errs.Invalidf("处置意见“%s”不认识", d.Fate).At(d.at("处置意见")).Fix("可填：保留、调整类别、取消、下放、转移、整合、冻结、转出、拆分")
	}
	if err := signed(d); err != nil {
		return err
	}
	return justify(d, f)
}

// justify is Justify for what nobody has decided yet.
func justify(d Decision, f Facts) error {
	if err := answers(d, f.Change.Kind); err != nil {
		return err
	}
	if d.LegalForm != "" && d.Fate != Delegate {
		return errs.Invalidf("处置意见是“%s”，却填了法律形式", d.Fate).At(d.at("法律形式")).Fix("只有下放才填写")
	}
	if d.Into != "" && d.Fate != Merge {
		return errs.Invalidf("处置意见是“%s”，却填了并入事项编码", d.Fate).At(d.at("并入事项编码")).Fix("只有整合才填写")
	}
	if d.NewCode != "" || d.NewName != "" {
		return errs.Invalidf("处置意见是“%s”，却填了新事项", d.Fate).At(d.at("新事项编码")).Fix("只有拆分才填写，拆出的每一项单独一行")
	}
	switch d.Fate {
	case Keep:
		return keep(d, f)
	case Recategory:
		return recategory(d, f)
	}
	if !reasoned(d) {
		return errs.Invalidf("没有说明理由").At(d.at("说明")).Fix("离开清单的每一项都要写明理由")
	}
	switch ground, _, _ := strings.Cut(d.Ground, " "); ground {
	case "减权/1":
		return BasisInsufficient(d, f)
	case againstReform:
		return AgainstReform(d, f)
	case "减权/3":
		return TowardsGrassroots(d, f)
	case "减权/4":
		return ToSociety(d, f)
	case "减权/5":
		return Overlapping(d, f)
	case "冻结", "转出":
		return other(d)
	default:
		return errs.Invalidf("理由类型“%s”不认识", d.Ground).At(d.at("理由类型")).Fix("可填：减权/1 依据不足、减权/2 不符合改革方向、减权/3 面向基层、减权/4 可由社会组织承担、减权/5 职责交叉、冻结、转出")
	}
}

// answers refuses a fate that does not answer what was asked for: only a
// cancellation takes a power off the list again, on whatever ground.
func answers(d Decision, k power.Kind) error {
	switch {
	case k == power.KindAmend && d.Fate != Keep && d.Fate != Recategory:
		return errs.Invalidf("%s 在审核的是修改，不能“%s”", d.Code, d.Fate).At(d.at("处置意见")).Fix("事项要退出清单的，请先提出取消；修改只能保留或者调整类别")
	case k == power.KindCancel && d.Fate != Keep && d.Fate != Cancel && !d.proposed():
		return errs.Invalidf("%s 在审核的是取消，不能“%s”", d.Code, d.Fate).At(d.at("处置意见")).Fix("同意的填“取消”，不同意的填“保留”")
	}
	return nil
}

// signed asks who decided and on which day.
func signed(d Decision) error {
	if d.By == "" {
		return errs.Invalidf("没有填写决定机关").At(d.at("决定机关"))
	}
	if _, err := time.Parse(time.DateOnly, d.On); err != nil {
		return errs.Invalidf("决定日期“%s”不对", d.On).At(d.at("决定日期")).Fix("请写成 2014-11-20 这样")
	}
	return nil
}

func reasoned(d Decision) bool { return len([]rune(strings.TrimSpace(d.Reason))) >= 4 }

// safeguards is the ground of keeping a power under stricter supervision, whose
// measures the reason names.
const safeguards = "加强监管"

// keep needs no ground. It needs a reason when the checks hold the basis
// against the power, or when it is kept with safeguards.
func keep(d Decision, f Facts) error {
	switch {
	case d.Ground != "" && d.Ground != safeguards:
		return errs.Invalidf("处置意见是保留，理由类型却是“%s”", d.Ground).At(d.at("理由类型")).Fix("保留不填理由类型；保留但要加强监管的填“" + safeguards + "”")
	case d.Ground == safeguards && !reasoned(d):
		return errs.Invalidf("没有写明加强监管的措施").At(d.at("说明"))
	case f.unfounded() && !reasoned(d):
		return errs.Invalidf("审核发现 %s 的依据应处理，保留须说明理由", d.Code).At(d.at("说明"))
	}
	return nil
}

func recategory(d Decision, f Facts) error {
	switch {
	case !slices.Contains(power.Categories(), power.Category(d.Target)):
		return errs.Invalidf("调整后的类别“%s”不在十类之中", d.Target).At(d.at("去向")).Fix("不属于行政权力的，处置意见请填“转出”")
	case power.Category(d.Target) == f.Change.Category:
		return errs.Invalidf("%s 现在就是“%s”，不用调整", d.Code, d.Target).At(d.at("去向"))
	case !reasoned(d):
		return errs.Invalidf("没有说明理由").At(d.at("说明")).Fix("调整类别要写明理由")
	}
	return nil
}

// other are the two exits beside the five grounds, seen in practice.
func other(d Decision) error {
	if string(d.Fate) != d.Ground {
		return errs.Invalidf("理由类型是“%s”，处置意见却是“%s”", d.Ground, d.Fate).At(d.at("理由类型"))
	}
	if d.Fate == Reclassify && !slices.Contains([]string{"内部管理", "内部审批", "公共服务"}, d.TargetKind) {
		return errs.Invalidf("转出须写明转为内部管理、内部审批还是公共服务").At(d.at("去向类型")).Fix("请填写“去向类型”")
	}
	return nil
}

// Applied counts what an import of decisions did.
type Applied struct {
	ByFate map[Fate]int
	Split  int
	Listed int // of proposals: powers on the list, which the next edition leaves out
	Kept   int // in the books of all units afterwards; what is on the list counts until it is left out
}
