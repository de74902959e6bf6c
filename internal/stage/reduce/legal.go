package reduce

import (
	"regexp"
	"slices"
	"strings"

	"qingdan/internal/errs"
)

// LegalForm is by what a power goes down to the counties (法律形式).
type LegalForm string

// The legal forms. By a statute or a superior decision the power passes over;
// entrusting leaves it, and the liability, with the body that entrusts.
const (
	ByStatute   LegalForm = "法律规定"
	BySuperior  LegalForm = "上级决定"
	ByEntrusted LegalForm = "委托"
)

// LegalForms lists the forms.
func LegalForms() []LegalForm { return []LegalForm{ByStatute, BySuperior, ByEntrusted} }

var (
	// superiorDecision matches what a superior decided, by number or name:
	// 国发〔2014〕27号, 第412号令, 《…的决定》. The law that sets the power is none.
	superiorDecision = regexp.MustCompile(`[〔\[]\d{4}[〕\]]\s*\d+\s*号|第\s*\d+\s*号|《[^》]*(决定|通知|意见|方案|批复)》`)
	// statute matches an article: 《…法》第十条.
	statute = regexp.MustCompile(`《[^》]+》第[一二三四五六七八九十百千零〇\d]+条`)
)

// movesLiability matches a reason that puts the liability on whoever is entrusted.
var movesLiability = regexp.MustCompile(`责任[^。；，]{0,4}(由|归)(县|受委托|受托|承接)|(县[^。；，]{0,8}|受委托|受托|承接)(机关|单位|部门|方)?(独立|自行)?(承担|负)[^。；，]{0,4}责任`)

// form is the legal form of a decision to hand down: the one that is written, or
// the one that the reason speaks of; "" where it speaks of none.
func (d Decision) form() LegalForm {
	switch {
	case d.LegalForm != "":
		return d.LegalForm
	case d.Fate != Delegate:
		return ""
	case strings.Contains(d.Reason, "委托"):
		return ByEntrusted
	case statute.MatchString(d.Reason):
		return ByStatute
	case superiorDecision.MatchString(d.Reason):
		return BySuperior
	default:
		return ""
	}
}

// lawful holds the legal form of handing down against what the reason says.
func (d Decision) lawful(coercion bool) error {
	form, entrusts := d.form(), strings.Contains(d.Reason, "委托")
	switch {
	case d.LegalForm != "" && !slices.Contains(LegalForms(), d.LegalForm):
		return errs.Invalidf("法律形式“%s”不认识", d.LegalForm).At(d.at("法律形式")).Fix("可填：法律规定、上级决定、委托")
	case coercion && (entrusts || form == ByEntrusted):
		return errs.Invalidf("行政强制措施权不得委托").At(d.at("说明")).Fix("依据行政强制法第十七条，请改为依法由县级行使")
	case form == "":
		return errs.Invalidf("没有写明以什么形式下放").At(d.at("说明")).Fix("请在说明中写明规定县级可以行使的条款、上级决定的文号，或者写明委托")
	case d.LegalForm == "":
		return nil
	case form == ByStatute && (entrusts || !statute.MatchString(d.Reason)):
		return errs.Invalidf("法律形式是“法律规定”，说明中却没有写明条款，或者写的是委托").At(d.at("法律形式")).Fix("请在说明中写明规定县级可以行使的条款，如《某某法》第十条")
	case form == BySuperior && (entrusts || !superiorDecision.MatchString(d.Reason)):
		return errs.Invalidf("法律形式是“上级决定”，说明中却没有写明上级决定，或者写的是委托").At(d.at("法律形式")).Fix("请在说明中写明上级决定的名称或文号")
	case form == ByEntrusted && !entrusts:
		return errs.Invalidf("法律形式是“委托”，说明中却没有写委托").At(d.at("法律形式")).Fix("请在说明中写明委托给谁、委托什么")
	case form == ByEntrusted && movesLiability.MatchString(d.Reason):
		return errs.Invalidf("委托不转移责任，委托机关对受委托行为的后果承担法律责任").At(d.at("说明")).Fix("请删去由受委托方承担责任的说法")
	case form == ByEntrusted && strings.TrimSpace(d.Followup) == "":
		return errs.Invalidf("委托下放没有写明后续监管").At(d.at("后续监管")).Fix("委托机关要监督受委托的机关，请写明怎样监督")
	default:
		return nil
	}
}
