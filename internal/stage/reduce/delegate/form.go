package delegate

import (
	"context"
	"regexp"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"qingdan/internal/engine/citation"
	"qingdan/internal/errs"
	"qingdan/internal/platform/sqldb"
	"qingdan/internal/registry/law"
	"qingdan/internal/registry/org"
	"qingdan/internal/registry/power"
)

// The bounds of what is typed, in characters, and of the months until a check.
const (
	maxText   = 1000
	maxShort  = 200
	maxMonths = 36
	sixMonths = 6
)

// superiorDecision matches what a superior decided, by number or by name.
var superiorDecision = regexp.MustCompile(`[〔\[]\d{4}[〕\]]\s*\d+\s*号|第\s*\d+\s*号|《[^》]*(决定|通知|意见|方案|批复)》`)

// tidy trims what was typed.
func (t *Terms) tidy() {
	for _, s := range []*string{&t.PowerName, &t.FromName, &t.Document, &t.Basis, &t.Letter, &t.Until, &t.JointNote, &t.Staff, &t.Training,
		&t.Equipment, &t.Funds, &t.Note, &t.AnswerBy, &t.Planned} {
		*s = strings.TrimSpace(*s)
	}
	if t.Months == 0 {
		t.Months = sixMonths
	}
}

// check holds what can be judged of an offer without the books. category is that
// of the power, "" where it is not in them.
func (t Terms) check(category power.Category, today string) error {
	for _, check := range []func() error{
		t.checkFrom, t.checkLengths,
		func() error { return t.checkForm(category) },
		t.checkParts,
		func() error { return t.checkDays(today) },
	} {
		if err := check(); err != nil {
			return err
		}
	}
	return nil
}

func (t Terms) checkFrom() error {
	switch {
	case t.Direction != Down && t.Direction != Above:
		return errs.Invalidf("没有写明是下放还是对上承接").At("direction").Fix("请从列表中选择")
	case t.Direction == Down && t.Power.IsZero():
		return errs.Invalidf("没有写明下放哪一项").At("power").Fix("请从事项清单中选择")
	case t.Direction == Above && t.FromName == "":
		return errs.Invalidf("没有写明由哪个上级机关下放").At("from_name").Fix("请写上级机关的全称")
	case t.Direction == Above && t.Document == "":
		return errs.Invalidf("没有写明下放文件").At("document").Fix("请写文件的名称和文号")
	case t.Direction == Above && t.Power.IsZero() && t.PowerName == "":
		return errs.Invalidf("没有写明承接哪一项").At("power").Fix("请写事项编码；本级清单还没有的，写事项名称")
	case t.Body.IsZero():
		return errs.Invalidf("没有选择承接部门").At("body").Fix("请从列表中选择")
	}
	return nil
}

func (t Terms) checkLengths() error {
	for _, f := range []struct {
		place, word string
		max         int
	}{{"power_name", t.PowerName, maxShort}, {"from_name", t.FromName, maxShort}, {"document", t.Document, maxShort}, {"basis", t.Basis, maxText},
		{"letter", t.Letter, maxShort}, {"joint_note", t.JointNote, maxText}, {"staff_help", t.Staff, maxText}, {"training", t.Training, maxText},
		{"equipment", t.Equipment, maxText}, {"funds", t.Funds, maxText}, {"note", t.Note, maxText}} {
		if utf8.RuneCountInString(f.word) > f.max {
			return errs.Invalidf("超过 %d 字", f.max).At(f.place).Fix("请删减")
		}
	}
	return nil
}

// checkForm holds the legal form against what it must name. What a statute says
// of counties and which level a basis has is asked of the library: see
// checkBasis.
func (t Terms) checkForm(category power.Category) error {
	switch t.Form {
	case ByStatute:
		if !cites(t.Basis) {
			return errs.Invalidf("没有写明规定县级可以行使的条款").At("basis").Fix("请写成《…法》第十条这样，写到条")
		}
	case ByDecision:
		if !superiorDecision.MatchString(t.Basis) {
			return errs.Invalidf("没有写明上级决定").At("basis").Fix("请写上级决定的文号，如 鲁政发〔2014〕5号，或者《…的决定》这样的名称")
		}
	case Entrusted:
		return t.checkEntrusting(category)
	default:
		return errs.Invalidf("没有选择法律形式").At("form").Fix("下放不能只凭口头约定，请从法律规定、上级决定、委托中选择")
	}
	return nil
}

// checkEntrusting holds entrusting (委托) against the acts: coercive measures are
// never entrusted (行政强制法第十七条) and coercive execution is the law's to give
// (第十三条); permits need a basis in law, regulation or rule (行政许可法第二十四条),
// penalties also a letter and a term (行政处罚法第二十条).
func (t Terms) checkEntrusting(category power.Category) error {
	switch {
	case category == power.CategoryCoercion:
		return errs.Invalidf("行政强制不得委托").At("form").
			Fix("行政强制措施权不得委托（行政强制法第十七条），强制执行只能由法律规定的机关实施（第十三条）；请改为法律规定或者上级决定")
	case t.Joint != NotJoint:
		return errs.Invalidf("委托不改变行使主体，不用写共同行使").At("joint").Fix("请选“不共同行使”")
	case (category == power.CategoryPermit || category == power.CategoryPenalty) && !cites(t.Basis):
		article := "行政许可法第二十四条"
		if category == power.CategoryPenalty {
			article = "行政处罚法第二十条"
		}
		return errs.Invalidf("没有写明可以委托的法律、法规、规章条款").At("basis").Fix("依据" + article + "，委托要有法律、法规、规章的规定，请写到条")
	case utf8.RuneCountInString(t.Basis) < 4:
		return errs.Invalidf("没有写明委托的依据").At("basis").Fix("请写明依据哪个文件委托")
	case category == power.CategoryPenalty && t.Letter == "":
		return errs.Invalidf("没有写委托书").At("letter").Fix("依据行政处罚法第二十条，委托处罚要有书面委托书，请写文号")
	case category == power.CategoryPenalty && t.Until == "":
		return errs.Invalidf("没有写委托期限").At("until").Fix("依据行政处罚法第二十条，委托书要载明期限")
	}
	return nil
}

// cites says whether a text names an article of a titled document.
func cites(basis string) bool {
	return slices.ContainsFunc(citation.Parse(basis), func(r citation.Ref) bool { return r.Law != "" && r.Article > 0 })
}

func (t Terms) checkParts() error {
	switch {
	case t.Parts <= 0 || t.Parts&^Whole != 0:
		return errs.Invalidf("没有选择下放哪些环节").At("parts").Fix("整项下放的选“整项”，否则至少选一个环节")
	case !slices.Contains(Scopes(), t.Scope):
		return errs.Invalidf("没有选择由谁办理哪里的").At("scope").Fix("请选各管各的地域，或者整项只交一家")
	case t.Joint != NotJoint && !slices.Contains(Joints(), t.Joint):
		return errs.Invalidf("没有“%s”这种分工办法", t.Joint).At("joint").Fix("请从列表中选择")
	case t.Joint != NotJoint && t.JointNote == "":
		return errs.Invalidf("没有写明共同行使怎样分工").At("joint_note").Fix("请写明哪些由市级办、哪些由县级办，例如数额的界限")
	}
	return nil
}

// IsDay says whether a text is a civil day, YYYY-MM-DD.
func IsDay(s string) bool {
	_, err := time.Parse(time.DateOnly, s)
	return err == nil
}

func (t Terms) checkDays(today string) error {
	switch {
	case !IsDay(t.AnswerBy):
		return errs.Invalidf("答复期限“%s”不对", t.AnswerBy).At("answer_by").Fix("请写成 2015-01-01 这样")
	case t.AnswerBy < today && t.Planned >= today: // what was settled on paper before may be written down afterwards
		return errs.Invalidf("答复期限已经过去").At("answer_by").Fix("请给承接部门留出答复的时间")
	case !IsDay(t.Planned):
		return errs.Invalidf("计划移交日期“%s”不对", t.Planned).At("planned").Fix("请写成 2015-01-01 这样")
	case t.Until != "" && !IsDay(t.Until):
		return errs.Invalidf("委托期限“%s”不对", t.Until).At("until").Fix("请写到哪一天为止，如 2016-12-31")
	case t.Until != "" && t.Form != Entrusted:
		return errs.Invalidf("只有委托才写期限").At("until").Fix("请删去期限")
	case t.Until != "" && t.Until < t.Planned:
		return errs.Invalidf("委托期限在计划移交日期之前").At("until").Fix("请核对两个日期")
	case t.Months < 1 || t.Months > maxMonths:
		return errs.Invalidf("评估时间要在移交后 1 到 %d 个月之间", maxMonths).At("months").Fix("一般为移交后 6 个月")
	}
	return nil
}

// checkBasis asks the library: an article of which it has the text must be in
// force and, for 法律规定, speak of counties; for entrusting permits and penalties
// it must stand in a law, regulation or rule. A document that the library does
// not have is left to whoever reads the offer.
func (t Terms) checkBasis(ctx context.Context, r sqldb.Reader, category power.Category, day string) error {
	entrusts := t.Form == Entrusted && (category == power.CategoryPermit || category == power.CategoryPenalty)
	if t.Form != ByStatute && !entrusts {
		return nil
	}
	var refs []citation.Ref
	var keys []string
	for _, ref := range citation.Parse(t.Basis) {
		if ref.Law != "" && ref.Article > 0 {
			refs, keys = append(refs, ref), append(keys, citation.NormalizeTitle(ref.Law))
		}
	}
	lib, err := law.ReadTitles(ctx, r, keys)
	if err != nil {
		return errs.Wrap("basis of an offer", err)
	}
	var wrong error
	for _, ref := range refs {
		if wrong = t.judge(lib, ref, day); wrong == nil {
			return nil // one good article is enough
		}
	}
	return wrong
}

func (t Terms) judge(lib *law.Library, ref citation.Ref, day string) error {
	res := lib.Resolve(ref, day)
	switch res.State {
	case law.TitleUnknown, law.Ambiguous:
		return nil
	case law.Resolved:
	default:
		return errs.Invalidf("%s：%s", ref.String(), res.State.Label()).At("basis").Fix("请改引现行有效的条款")
	}
	if t.Form == ByStatute && !strings.Contains(lib.Text(res), "县") {
		return errs.Invalidf("%s没有写到县级可以行使", ref.String()).At("basis").Fix("请写明规定县级可以行使的那一条；没有的，要有上级决定，或者依法委托")
	}
	if t.Form == Entrusted && slices.Contains([]law.Level{law.Normative, law.Interpretation, law.StateDecision}, res.Document.Level) {
		return errs.Invalidf("《%s》是%s，不能作为委托的依据", res.Document.Title, res.Document.Level).At("basis").Fix("委托要有法律、法规、规章的规定")
	}
	return nil
}

// checkBody holds the receiving department against its place and the legal form.
func (t Terms) checkBody(ctx context.Context, r sqldb.Reader, category power.Category, here, day string) error {
	b, err := org.DepartmentByID(ctx, r, t.Body)
	if errs.KindOf(err) == errs.NotFound && err != nil {
		return errs.Invalidf("没有这个承接部门").At("body").Fix("请从列表中选择").Because(err)
	}
	if err != nil {
		return err
	}
	if t.Direction == Above && t.Division != here {
		return errs.Invalidf("对上承接的是本级部门").At("division").Fix("请选择本级部门")
	}
	place, err := org.DivisionOn(ctx, r, t.Division, day)
	if errs.KindOf(err) == errs.NotFound && err != nil {
		return errs.Invalidf("%s 没有代码为 %s 的行政区划", day, t.Division).At("division").Fix("请从本级所辖的县（市、区）中选择").Because(err)
	}
	switch {
	case err != nil:
		return err
	case t.Direction == Down && place.Parent != here:
		return errs.Invalidf("%s不归本级管辖", place.Name).At("division").Fix("请从本级所辖的县（市、区）中选择")
	case b.Division != t.Division:
		return errs.Invalidf("“%s”不是%s的部门", b.Name, place.Name).At("body").Fix("请选择承接地的部门")
	case b.ValidTo != "" && b.ValidTo <= day:
		return errs.Invalidf("“%s”在 %s 已经撤销", b.Name, b.ValidTo).At("body").Fix("请选择接替它的部门")
	case t.Form == Entrusted && category == power.CategoryPermit && b.Nature != "" && b.Nature != "法定机关":
		return errs.Invalidf("“%s”是%s，不是行政机关", b.Name, b.Nature).At("body").Fix("行政许可只能委托其他行政机关实施（行政许可法第二十四条）")
	case t.Form == Entrusted && category == power.CategoryPenalty && b.Nature == "其他":
		return errs.Invalidf("“%s”没有管理公共事务的职能", b.Name).At("body").Fix("受委托实施处罚的组织要符合行政处罚法第二十一条的条件")
	}
	return nil
}
