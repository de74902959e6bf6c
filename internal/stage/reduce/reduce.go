// Package reduce is 减权: one disposition (处置意见) for every change under
// review, with its ground, target and reason, and the balance that must hold
// for every unit afterwards.
package reduce

import (
	"regexp"
	"strings"

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

// state is where a fate takes the change.
func (f Fate) state() (power.State, bool) {
	switch f {
	case Keep, Recategory:
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
	Place      string // sheet and cell, for messages
	Code       string // 事项编码 of the power decided on
	Fate       Fate
	Ground     string // 理由类型: 减权/1 依据不足 …
	TargetKind string // 去向类型: 县级 行业组织 部门 内部管理 公共服务
	Target     string // 去向; for 调整类别 the new category
	Into       string // 并入事项编码, for 整合
	NewCode    string // 新事项编码 and 新事项名称, for 拆分
	NewName    string
	Reason     string // 说明
	By         string // 决定机关
	On         string // 决定日期
}

// Facts are what the grounds ask about a power.
type Facts struct {
	Change   power.Change
	Findings []finding.Finding // of the latest check
	National bool              // a law or 行政法规 in force is among its basis
	InReview map[string]bool   // codes that are decided to stay, for 整合
	Coercion bool              // 强制措施 may not be entrusted (行政强制法第十七条)
}

// BasisInsufficient is the first ground: no basis that holds. The checks must
// have found so; a basis that holds is not to be cancelled away.
//
// rule:减权/1 依据不足的取消：审核须已发现依据缺失、失效、条款不存在或层级不够
func BasisInsufficient(d Decision, f Facts) error {
	if d.Fate != Cancel {
		return errs.Invalidf("依据不足的事项应当取消，不能“%s”", d.Fate).At(d.Place)
	}
	for _, x := range f.Findings {
		if x.Rule == "五对照/3" || x.Rule == "六查看/1" || x.Rule == "五对照/1" {
			return nil
		}
	}
	return errs.Invalidf("%s 的依据在审核中没有发现问题，不能以依据不足取消", d.Code).At(d.Place).Fix("请换用其他理由，或先更正依据再审核")
}

// document matches the number of an official decision: 国发〔2014〕27号,
// 第27号令, or a named decision.
var document = regexp.MustCompile(`〔\d{4}〕.*号|\[\d{4}\].*号|第\s*\d+\s*号|《[^》]+》`)

// AgainstReform is the second ground: a power with a basis that goes against
// the reform is cancelled in principle. What a law or 行政法规 set, a city may
// only stop exercising under a superior decision, which the reason must name.
//
// rule:减权/2 不符合改革方向的原则上取消：法律、行政法规设定的须写明上级决定
func AgainstReform(d Decision, f Facts) error {
	if d.Fate != Cancel && d.Fate != Freeze {
		return errs.Invalidf("不符合改革方向的事项应当取消或冻结，不能“%s”", d.Fate).At(d.Place)
	}
	if f.National && !document.MatchString(d.Reason) {
		return errs.Invalidf("%s 由法律、行政法规设定，本级无权取消", d.Code).At(d.Place).Fix("请在说明中写明上级决定的名称或文号，或改为向设定机关提出修改建议")
	}
	return nil
}

// TowardsGrassroots is the third ground: handing down to counties. It names
// the receiver; coercive measures are never entrusted (行政强制法第十七条).
//
// rule:减权/3 面向基层的下放：写明承接的县（市、区），强制措施不得委托
func TowardsGrassroots(d Decision, f Facts) error {
	if d.Fate != Delegate {
		return errs.Invalidf("面向基层的事项应当下放，不能“%s”", d.Fate).At(d.Place)
	}
	if d.Target == "" {
		return errs.Invalidf("没有写明下放给哪里").At(d.Place).Fix("请在“去向”填写承接的县（市、区）")
	}
	if f.Coercion && strings.Contains(d.Reason, "委托") {
		return errs.Invalidf("行政强制措施权不得委托").At(d.Place).Fix("依据行政强制法第十七条，请改为依法由县级行使")
	}
	return nil
}

// ToSociety is the fourth ground: what an industry or social body can do is
// transferred to it; penalties and coercion are not for such bodies.
//
// rule:减权/4 可由行业组织承担的转移：写明承接组织，处罚和强制不得转移
func ToSociety(d Decision, f Facts) error {
	if d.Fate != Transfer {
		return errs.Invalidf("可由社会组织承担的事项应当转移，不能“%s”", d.Fate).At(d.Place)
	}
	if d.Target == "" {
		return errs.Invalidf("没有写明转移给谁").At(d.Place).Fix("请在“去向”填写承接组织")
	}
	if f.Change.Category == power.CategoryPenalty || f.Change.Category == power.CategoryCoercion {
		return errs.Invalidf("%s不得转移给社会组织", f.Change.Category).At(d.Place)
	}
	return nil
}

// Overlapping is the fifth ground: n powers become one, which stays.
//
// rule:减权/5 职责交叉的整合：写明并入的事项，并入的事项必须保留
func Overlapping(d Decision, f Facts) error {
	if d.Fate != Merge {
		return errs.Invalidf("职责交叉的事项应当整合，不能“%s”", d.Fate).At(d.Place)
	}
	if d.Into == "" || d.Into == d.Code {
		return errs.Invalidf("没有写明并入哪一项").At(d.Place).Fix("请填写“并入事项编码”，不能是事项自己")
	}
	if !f.InReview[d.Into] {
		return errs.Invalidf("并入的事项 %s 不存在或不保留", d.Into).At(d.Place).Fix("并入的事项必须是本次决定保留的事项")
	}
	return nil
}

// Justify holds a decision against its ground. Keeping needs no ground; every
// exit needs one, and a reason in words, the deciding body and the day.
func Justify(d Decision, f Facts) error {
	if _, ok := d.Fate.state(); !ok {
		return errs.Invalidf("处置意见“%s”不认识", d.Fate).At(d.Place).Fix("可填：保留、调整类别、取消、下放、转移、整合、冻结、转出、拆分")
	}
	if d.By == "" || !validDay(d.On) {
		return errs.Invalidf("决定机关或决定日期没有填对").At(d.Place).Fix("日期请写成 2014-11-20 这样")
	}
	if d.Fate == Keep {
		return nil
	}
	if d.Fate == Recategory {
		if _, ok := power.ParseCategory(d.Target); !ok {
			return errs.Invalidf("调整后的类别“%s”不在十类之中", d.Target).At(d.Place)
		}
		return nil
	}
	if len([]rune(strings.TrimSpace(d.Reason))) < 4 {
		return errs.Invalidf("没有说明理由").At(d.Place).Fix("离开清单的每一项都要写明理由")
	}
	switch ground, _, _ := strings.Cut(d.Ground, " "); ground {
	case "减权/1":
		return BasisInsufficient(d, f)
	case "减权/2":
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
		return errs.Invalidf("理由类型“%s”不认识", d.Ground).At(d.Place).Fix("可填：减权/1 依据不足、减权/2 不符合改革方向、减权/3 面向基层、减权/4 可由社会组织承担、减权/5 职责交叉、冻结、转出")
	}
}

// other are the two exits beside the five grounds, seen in practice.
func other(d Decision) error {
	if string(d.Fate) != d.Ground {
		return errs.Invalidf("理由类型是“%s”，处置意见却是“%s”", d.Ground, d.Fate).At(d.Place)
	}
	if d.Fate == Reclassify && d.TargetKind != "内部管理" && d.TargetKind != "公共服务" {
		return errs.Invalidf("转出须写明转为内部管理还是公共服务").At(d.Place).Fix("请填写“去向类型”")
	}
	return nil
}

func validDay(s string) bool {
	return len(s) == 10 && s[4] == '-' && s[7] == '-'
}

// Applied counts what an import of decisions did.
type Applied struct {
	ByFate map[Fate]int
	Split  int
	IDs    []sqldb.ID
}
