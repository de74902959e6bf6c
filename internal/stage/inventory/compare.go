package inventory

import (
	"fmt"
	"strings"

	"qingdan/internal/engine/citation"
	"qingdan/internal/registry/finding"
	"qingdan/internal/registry/law"
	"qingdan/internal/registry/power"
)

// Scope holds the power against the scope of the list.
//
// rule:五对照/1 行使范围：内部管理、指导考核、规划起草、民事、刑事侦查、党务和公共服务不是行政权力
func Scope(_ *Desk, v power.Version) []finding.Finding {
	if v.Category == power.CategoryService {
		return []finding.Finding{{Rule: "五对照/1", Severity: finding.Blocks, Message: "公共服务不是行政权力，应列入公共服务清单", Evidence: "权力类别：" + v.SchemeCategory}}
	}
	if power.NotAPower(v.SchemeCategory) {
		return []finding.Finding{{Rule: "五对照/1", Severity: finding.Blocks, Message: "上报的类别“" + v.SchemeCategory + "”不是行政权力", Evidence: "权力类别：" + v.SchemeCategory}}
	}
	what, word := power.OutOfScope(v.Category, v.Name)
	if what == "" {
		return nil
	}
	return []finding.Finding{{Rule: "五对照/1", Severity: finding.Asks,
		Message: "看起来属于" + what + "，不对外行使，不是行政权力", Evidence: "事项名称中有“" + word + "”"}}
}

// nameIsSame is the similarity from which two names are taken for one matter.
const nameIsSame = 0.75

// ApprovalCatalogue holds an approval against the approval catalogue: what is
// not in it may not be approved.
//
// rule:五对照/2 审批目录：行政审批应在公布的审批事项目录内
func ApprovalCatalogue(d *Desk, v power.Version) []finding.Finding {
	if d.catalogue == nil || v.Category != power.CategoryPermit {
		return nil
	}
	i, score := d.catalogue.nearest(v.Name)
	switch {
	case score >= 1:
		return nil
	case score >= nameIsSame:
		return []finding.Finding{{Rule: "五对照/2", Severity: finding.Tells,
			Message: "审批目录中的名称不同，请统一名称", Evidence: fmt.Sprintf("目录名称：%s（相似度 %.2f）", d.catalogue.names[i], score)}}
	default:
		return []finding.Finding{{Rule: "五对照/2", Severity: finding.Asks, Message: "审批事项目录中没有这一项", Evidence: "已与目录全部事项比对"}}
	}
}

// Basis is what 五对照/3 found of one version: the findings, and where every
// citation leads.
type Basis struct {
	Findings []finding.Finding
	Links    []power.Link
	Keys     []string // title keys of the laws cited
	Usable   int      // citations that resolve
	Setting  bool     // at least one of them may set (or detail) such a power
}

// LegalBasis follows every citation of the basis on the day of the desk, and
// asks of the laws that hold whether one of their level may create such a
// power (registry/power, 设定权) and whether the body may exercise it on their
// ground where it was authorised or entrusted; at last whether the fee has a
// basis of its own.
//
// rule:五对照/3 法律法规依据：依据存在、条款存在、现行有效、层级足够，授权委托合法，引文与条文一致
func LegalBasis(d *Desk, v power.Version) Basis {
	var b Basis
	if len(v.Citations) == 0 {
		what := "没有填写设定依据"
		if strings.TrimSpace(v.Elements.Basis) != "" {
			what = "设定依据里没有可以识别的法规名称和条款"
		}
		b.Findings = []finding.Finding{{Rule: "五对照/3", Severity: finding.Blocks, Message: what, Evidence: clip(v.Elements.Basis)}}
		return b
	}
	asked := power.Setting{Category: v.Category, Day: d.Day, Measures: Measures(v)}
	var verdicts []ruling
	for i, c := range v.Citations {
		res := d.Library.Resolve(c.Ref, d.Day)
		b.Keys = append(b.Keys, citation.NormalizeTitle(c.Ref.Law))
		b.Links = append(b.Links, power.Link{Version: v.ID, Seq: i + 1, Document: res.Document.ID, Edition: res.Edition.ID, Article: res.Article, State: string(res.State)})
		b.Findings = append(b.Findings, d.citationFindings(c, res)...)
		if res.State != law.Resolved && res.State != law.NoArticle {
			continue
		}
		b.Usable++
		r := d.rule(asked, v, res)
		verdicts = append(verdicts, r)
		if r.made.Verdict != power.SettingForbidden || r.today.Verdict != power.SettingForbidden {
			b.Setting = true
		}
	}
	if b.Usable > 0 {
		soften(b.Findings)
		b.Findings = append(b.Findings, d.levelFinding(v.Category, verdicts)...)
		b.Findings = append(b.Findings, d.exerciseFinding(v, asked.Measures, verdicts)...)
	}
	b.Findings = append(b.Findings, d.feeFinding(v)...)
	return b
}

// soften lowers what is wrong with single citations of a power that stands on
// another: the stale one is to be mended, the power is not without basis.
func soften(found []finding.Finding) {
	for i := range found {
		if found[i].Severity == finding.Blocks {
			found[i].Severity = finding.Asks
		}
	}
}

// ruling is what the setting rules say of one law that holds: by the rules of
// the day it was made, which count, and by those of the day of the desk.
type ruling struct {
	level       law.Level
	day         string // made
	made, today power.Judgement
}

// rule asks whether the law that a citation leads to may create the power. The
// fines of rules are limited: the highest is read from the item and from the
// article that it cites. A law that leaves enforcement to the court gives none
// to the body.
func (d *Desk) rule(asked power.Setting, v power.Version, res law.Resolution) ruling {
	asked.Level = string(res.Document.Level)
	switch res.Document.Level {
	case law.MinistryRule, law.ProvinceRule, law.CityRule:
		if v.Category == power.CategoryPenalty {
			asked.Fine = power.ReadFine(said(v) + "\n" + d.Library.Text(res))
		}
	case law.Statute:
		asked.Court = v.Category == power.CategoryCoercion && onlyCourt(d.Library.Text(res))
	}
	return ruling{res.Document.Level, res.Edition.Made, power.JudgeMade(asked, res.Edition.Made), power.JudgeSetting(asked)}
}

// levelFinding holds the best verdict on the laws of a basis against it. A law
// that may only detail what a higher one has set is no basis without that one:
// no rule adds a licence (行政许可法第十六条第三款), whereas what a rule punishes
// with is read from the item's words and is for a person to look at. So is a
// law that cannot be judged, and one on which the rules of its own day and of
// today differ.
func (d *Desk) levelFinding(c power.Category, verdicts []ruling) []finding.Finding {
	best := verdicts[0]
	for _, r := range verdicts[1:] {
		if n := rank(r.made.Verdict) - rank(best.made.Verdict); n > 0 || n == 0 && rank(r.today.Verdict) > rank(best.today.Verdict) {
			best = r
		}
	}
	f := finding.Finding{Rule: "五对照/3", Severity: finding.Blocks, Evidence: best.made.Rule}
	differ := best.made.Verdict != best.today.Verdict
	switch best.made.Verdict {
	case power.SettingForbidden:
		f.Message = "依据的层级不够：" + best.made.Reason
	case power.SettingDetailOnly:
		f.Message = "依据的层级不够，没有引用设定它的上位法：" + best.made.Reason
		if c != power.CategoryPermit {
			f.Severity = finding.Asks
		}
	case power.SettingUnknown:
		f.Severity, f.Message = finding.Tells, "依据是否有权设定，请人工判断："+best.made.Reason
	default:
		if !differ {
			return nil
		}
		f.Severity, f.Message = finding.Tells, "依据制定后设定权的规则有变化，请人工判断："+best.today.Reason
	}
	if differ {
		if f.Severity == finding.Blocks {
			f.Severity = finding.Asks
		}
		f.Evidence = fmt.Sprintf("按制定日 %s 的规则%s：%s；按 %s 的规则%s：%s", best.day, best.made.Verdict, best.made.Rule, d.Day, best.today.Verdict, best.today.Rule)
	}
	return []finding.Finding{f}
}

// rank orders verdicts by how well a power stands on them.
func rank(v power.Verdict) int {
	switch v {
	case power.SettingForbidden:
		return 0
	case power.SettingDetailOnly:
		return 1
	case power.SettingUnknown:
		return 2
	default:
		return 3
	}
}

// exerciseFinding asks of a power that was authorised or entrusted whether the
// body may exercise it so. What no law could allow must be dealt with; where
// only the laws cited do not carry it, the one that does may not be cited.
func (d *Desk) exerciseFinding(v power.Version, measures []string, verdicts []ruling) []finding.Finding {
	e := power.Exercise{Source: v.Elements.Source, Category: v.Category, Nature: d.departments[v.Department].Nature, Measures: measures, Day: d.Day}
	var best power.Judgement
	for i, r := range verdicts {
		e.Level = string(r.level)
		if j := power.JudgeExercise(e); i == 0 || rank(j.Verdict) > rank(best.Verdict) {
			best = j
		}
	}
	f := finding.Finding{Rule: "五对照/3", Severity: finding.Tells, Message: "能否这样授权、委托或者下放，请人工判断：" + best.Reason, Evidence: best.Rule}
	switch best.Verdict {
	case power.SettingForbidden:
		f.Severity, f.Message = finding.Asks, "引用的依据不能授权、委托本单位行使："+best.Reason
		e.Level = string(law.Statute)
		if power.JudgeExercise(e).Verdict == power.SettingForbidden {
			f.Severity, f.Message = finding.Blocks, "不得这样授权、委托："+best.Reason
		}
	case power.SettingUnknown:
	default:
		return nil
	}
	return []finding.Finding{f}
}

// feeFinding follows the basis of the fee and asks whether a law of its level
// may allow one. What the library does not hold, it cannot judge.
func (d *Desk) feeFinding(v power.Version) []finding.Finding {
	var verdicts []power.Judgement
	for _, c := range power.ParseBasis(v.Elements.FeeBasis) {
		if res := d.Library.Resolve(c.Ref, d.Day); res.State == law.Resolved || res.State == law.NoArticle {
			verdicts = append(verdicts, power.JudgeFee(v.Category, string(res.Document.Level), d.Day))
		}
	}
	for _, j := range verdicts {
		if j.Verdict != power.SettingForbidden {
			return nil
		}
	}
	if len(verdicts) == 0 {
		return nil
	}
	return []finding.Finding{{Rule: "五对照/3", Severity: finding.Asks, Message: "收费依据的层级不够：" + verdicts[0].Reason, Evidence: verdicts[0].Rule + "；收费依据：" + clip(v.Elements.FeeBasis)}}
}

func (d *Desk) citationFindings(c power.Citation, res law.Resolution) []finding.Finding {
	f := finding.Finding{Rule: "五对照/3", Severity: finding.Blocks, Evidence: c.Ref.String()}
	switch res.State {
	case law.TitleUnknown:
		f.Message = "法规库中没有《" + c.Ref.Law + "》"
		f.Severity = finding.Asks
		if near := d.nearTitles(c.Ref.Law); len(near) > 0 {
			f.Message += "，是否指《" + strings.Join(near, "》《") + "》"
		}
	case law.ArticleMissing:
		f.Message = fmt.Sprintf("《%s》现行文本共 %d 条，没有引用的条款", res.Document.Title, res.Edition.Articles)
	case law.NotInForce:
		f.Message = "《" + res.Document.Title + "》在 " + d.Day + " 没有效力" + why(res.Edition, d.Day)
	case law.Ambiguous:
		f.Message, f.Severity = "法规库中名为《"+c.Ref.Law+"》的文件不止一份，请写明全称", finding.Asks
	case law.NoArticle:
		f.Message, f.Severity = "依据只写了法规名称，没有写明条款", finding.Asks
	case law.Resolved:
		return d.quoteFinding(c, res)
	}
	return []finding.Finding{f}
}

// nearTitles looks an unknown title up once: many powers cite the same one.
func (d *Desk) nearTitles(title string) []string {
	near, ok := d.near[title]
	if !ok {
		near = d.Library.Near(title)
		d.near[title] = near
	}
	return near
}

func why(e law.Edition, day string) string {
	switch {
	case e.Repealed != "" && e.Repealed <= day:
		return "：已于 " + e.Repealed + " 废止"
	case e.Effective > day:
		return "：自 " + e.Effective + " 起施行"
	default:
		return ""
	}
}

// quoteFinding holds the quoted text against the article.
func (d *Desk) quoteFinding(c power.Citation, res law.Resolution) []finding.Finding {
	q := law.Quoted(c.Quote, d.Library.Text(res))
	if q.Kind != law.QuoteSimilar && q.Kind != law.QuoteDifferent {
		return nil
	}
	return []finding.Finding{{Rule: "五对照/3", Severity: finding.Asks, Message: "引用的文字与现行条文不一致",
		Evidence: fmt.Sprintf("%s（相符 %.0f%%，条文中没有“%s”）", c.Ref.String(), 100*q.Share, clip(q.Missing[0]))}}
}

// MandateOf holds the power against its department's 三定.
//
// rule:五对照/4 三定职责：权力要有职责，职责要有权力，一件事不归两家
func MandateOf(d *Desk, v power.Version, lawKeys []string) ([]finding.Finding, []int) {
	b := d.mandates[v.Department]
	if b == nil {
		return []finding.Finding{{Rule: "五对照/4", Severity: finding.Tells, Message: "没有导入本部门的三定规定，未能对照职责", Evidence: d.departments[v.Department].Name}}, nil
	}
	rows := b.match(lawKeys, v.Name)
	if len(rows) == 0 {
		return []finding.Finding{{Rule: "五对照/4", Severity: finding.Asks, Message: "三定规定里找不到对应的职责",
			Evidence: fmt.Sprintf("已与%s的 %d 条职责逐条比对", d.departments[v.Department].Name, len(b.rows))}}, nil
	}
	return nil, rows
}

// PeerLists holds the power against the lists of other places.
//
// rule:五对照/5 其他地方清单：别处没有的请核实，别处有的不要遗漏
func PeerLists(d *Desk, v power.Version) []finding.Finding {
	if d.peers == nil {
		return nil
	}
	if i, score := d.peers.nearest(v.Name); score < nameIsSame {
		ev := "没有相近的事项"
		if i >= 0 {
			ev = fmt.Sprintf("最接近的是“%s”（相似度 %.2f）", d.peers.names[i], score)
		}
		return []finding.Finding{{Rule: "五对照/5", Severity: finding.Tells, Message: "其他地方的清单里没有这一项", Evidence: ev}}
	}
	return nil
}

func containsAny(s string, words []string) bool {
	for _, w := range words {
		if strings.Contains(s, w) {
			return true
		}
	}
	return false
}

func clip(s string) string {
	if r := []rune(s); len(r) > 60 {
		return string(r[:60]) + "…"
	}
	return s
}
