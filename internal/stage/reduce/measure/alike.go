package measure

import (
	"fmt"
	"slices"
	"strings"
	"unicode"

	"qingdan/internal/engine/citation"
	"qingdan/internal/engine/hanzi"
	"qingdan/internal/engine/match"
	"qingdan/internal/registry/power"
)

// reading is a wording made ready for comparing.
type reading struct {
	item    match.Item
	core    []string // pairs of characters of the name without its words of form, ascending
	content []string // pairs of characters of what it is about
	body    []string // pairs of name and content together
	name    string   // its letters
	head    string   // the same without a closing bracket
	text    string   // the letters of name and content
	object  string
	asked   bool     // of a kind that people apply for; these are often called by each other's names
	ops     []string // what happens to a licence that was given: 变更, 注销 …
	places  []string // the articles it rests on, with its kind
}

// read reads a wording; stock are contents that many powers share word for word, and
// that therefore say nothing of one.
func read(v power.Version, item match.Item, stock map[string]int) reading {
	content, name := substance(v.Elements.Content), letters(title(v))
	if stock[content] > 2 {
		content = ""
	}
	text := name + letters(content)
	return reading{item: item, core: pairs(coreOf(title(v))), content: pairs(letters(content)), body: pairs(text), name: name, head: headOf(title(v)), text: text,
		object: letters(v.Elements.Object), asked: asked(v), ops: opsOf(name), places: placesOf(v)}
}

// prepare makes a wording ready for the index.
func prepare(v power.Version) match.Item {
	row := match.Row{Name: title(v), Category: string(v.Category)}
	for _, c := range v.Citations {
		row.Basis = append(row.Basis, c.Ref)
	}
	return match.Prepare(row)
}

// placesOf gives the articles that a wording cites, each with the kind of power: an
// article grants few powers of one kind.
func placesOf(v power.Version) []string {
	kind := match.CategoryKey(string(v.Category))
	if asked(v) {
		kind = "申请"
	}
	var out []string
	for _, c := range v.Citations {
		if c.Ref.Article > 0 && !c.Ref.Self {
			r := c.Ref
			out = append(out, fmt.Sprintf("%s|%s|%d|%d|%d|%d", kind, citation.NormalizeTitle(r.Law), r.Article, r.ArticleSub, r.Paragraph, r.Item))
		}
	}
	return out
}

// asked says whether a power is of a kind that people apply for.
func asked(v power.Version) bool {
	switch v.Category {
	case power.CategoryPermit, power.CategoryConfirmation, power.CategoryService:
		return true
	case power.CategoryOther:
		return v.Initiative != power.ExOfficio
	default:
		return false
	}
}

// substance is what a content says of the matter itself: the kinds and bounds of a
// penalty are much the same everywhere.
func substance(content string) string {
	var out []string
	for line := range strings.Lines(content) {
		line = strings.TrimSpace(line)
		if line == "" || hasAny(line, "处罚种类", "处罚幅度", "裁量") {
			continue
		}
		out = append(out, strings.TrimPrefix(line, "违法行为："))
	}
	return strings.Join(out, "\n")
}

// letters folds a text and leaves its letters and digits.
func letters(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			return r
		}
		return -1
	}, hanzi.Fold(s))
}

// forms are words of form in names, longer ones first.
func forms() []string {
	return []string{"市级权限", "县级行使", "市级行使", "县级权限", "市级", "县级", "省级", "许可证核发", "证书核发", "证核发", "行政处罚", "行政许可", "行政审批", "行政强制", "行政检查", "行政确认", "监督检查", "违法行为", "行为", "处罚", "许可", "审批", "核准", "审核",
		"批准", "核发", "发放", "办理", "备案", "登记", "认定", "确认", "检查", "征收", "给付", "奖励", "裁决", "查处", "关于", "对", "的", "和", "或者", "或", "及", "与", "等"}
}

// coreOf is a name without its words of form; the whole name where nothing else is
// left.
func coreOf(name string) string {
	s := letters(name)
	whole := s
	for _, f := range forms() {
		s = strings.ReplaceAll(s, f, "")
	}
	if len([]rune(s)) < 2 {
		return whole
	}
	return s
}

// headOf gives the letters of a name before the bracket that closes it.
func headOf(name string) string {
	s := strings.TrimSpace(hanzi.Fold(name))
	if at := strings.LastIndexByte(s, '('); at > 0 && strings.HasSuffix(s, ")") {
		s = s[:at]
	}
	return letters(s)
}

// pairs gives the pairs of characters of a text, ascending, each once.
func pairs(s string) []string {
	r := []rune(s)
	if len(r) == 1 {
		return []string{s}
	}
	out := make([]string, 0, len(r))
	for i := 1; i < len(r); i++ {
		out = append(out, string(r[i-1:i+1]))
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// shared counts what two ascending lists have in common.
func shared(a, b []string) int {
	n := 0
	for i, j := 0, 0; i < len(a) && j < len(b); {
		switch {
		case a[i] < b[j]:
			i++
		case a[i] > b[j]:
			j++
		default:
			n, i, j = n+1, i+1, j+1
		}
	}
	return n
}

// dice is the likeness of two lists of pairs, 0 where one of them is too short to
// tell.
func dice(a, b []string) float64 {
	if len(a) < 4 || len(b) < 4 {
		return 0
	}
	return 2 * float64(shared(a, b)) / float64(len(a)+len(b))
}

// within is the share of a that stands in b.
func within(a, b []string) float64 {
	if len(a) < 2 {
		return 0
	}
	return float64(shared(a, b)) / float64(len(a))
}

// Bounds of what is taken for one matter; TestEveryTrickIsFlaggedAndMovesNoHonestFigure
// and the figures measured on the city hold them from both sides.
const (
	sameBody     = 0.7  // of contents, for what came later under one article
	sameWords    = 0.9  // of contents, for what stood there all along
	sameCores    = 0.85 // of names without their words of form, within one department
	nameBeside   = 0.9  // of names, for what stood there all along: an article has many powers
	nameTwo      = 0.6  // the same, where a place of a law has nothing but the two
	nameTwoAsked = 0.5  // the same, of what people apply for
	nameLater    = 0.7  // of names, for what came later under one article
	nameAsked    = 0.45 // the same, of what people apply for: an article seldom grants two approvals
	nameUnit     = 0.3  // the same, within one department
	nameMoved    = 0.15 // of names, for what another department lists on a place of a law that has nothing else
	longContent  = 12   // pairs of a content that says enough by itself
	longElse     = 20   // the same, of what another department lists
	folded       = 0.85 // share of a name that stands in another wording
	foldedBefore = 0.6  // more than that stood there before already: nothing was folded in
)

// relation is how two powers stand to each other apart from their wordings.
type relation struct {
	sameUnit bool // reported or exercised by one department
	later    bool // the other one came in afterwards, or as found by the audit
	alone    bool // nothing else of the kind rested on the same place of a law
}

// again says how a power that left is found again in another one, "" when it is
// not, and how sure that is: 3 by its name, 2 by its name but for wording, 1 else. Of what came in later less is asked, since an honest list does not cancel a
// power and find its like; least where the place of the law that they rest on has
// nothing else.
func again(x, k reading, r relation) (why string, sure int) {
	l := match.Compare(x.item, k.item)
	article, asked := l.Basis >= match.SameArticle, x.asked && k.asked
	body, only := dice(x.content, k.content), r.alone && r.sameUnit
	said := because(l, percent("行使内容", body))
	switch {
	case l.Apart != "" && !l.SameName:
		return "", 0
	case l.SameName && (r.sameUnit || r.later || article || l.Basis == match.BasisUnknown):
		return said, 3
	case l.SameCore && (r.later || article || l.Basis != match.OtherLaw && (r.sameUnit || l.Basis == match.BasisUnknown)):
		return said, 2
	case l.Category == match.Different && !asked, !slices.Equal(x.ops, k.ops):
		return "", 0
	case r.later && r.sameUnit && (body >= sameWords && l.Basis == match.SameLaw || body >= 0.95 && len(x.content) >= longContent):
		return said, 1
	case r.later && r.sameUnit && (slices.Equal(x.core, k.core) || l.Category != match.Different && dice(x.core, k.core) >= sameCores):
		return said, 1
	case r.later && l.Category != match.Different && body >= 0.95 && len(x.content) >= longElse:
		return said, 1
	case !article:
		if r.later && l.Score >= match.Same && l.Name >= nameLater {
			return said, 1
		}
		return "", 0
	case r.later && (only || r.alone && l.Basis == match.SamePlace && l.Name >= nameMoved):
		return said + "，该条款下没有别的同类事项", 1
	case !r.later:
		if only && l.Basis == match.SamePlace && (l.Name >= nameTwo || asked && l.Name >= nameTwoAsked) {
			return said + "，该条款下只有这两项", 1
		}
		if l.Score >= match.Same && l.Name >= nameBeside || r.sameUnit && body >= sameWords && l.Name >= nameUnit {
			return said, 1
		}
		return "", 0
	case l.Name >= nameLater, body >= sameBody, asked && l.Name >= nameAsked:
		return said, 1
	case r.sameUnit && asked && (l.Name >= nameUnit || x.object == k.object && !everybody(x.object)):
		return said, 1
	default:
		return "", 0
	}
}

// opsOf lists what a name says to happen to what was given before: a change of a
// licence is another matter than the licence.
func opsOf(name string) []string {
	var out []string
	for _, w := range [][2]string{{"变更", "变更"}, {"更改", "变更"}, {"注销", "注销"}, {"撤销", "注销"}, {"延续", "延续"}, {"延期", "延续"}, {"换发", "换证"}, {"换证", "换证"}, {"补发", "补证"}, {"补领", "补证"},
		{"补办", "补证"}, {"补证", "补证"}, {"遗失", "补证"}, {"抵押", "抵押"}, {"恢复", "恢复"}, {"年检", "年检"}, {"年审", "年检"}, {"转让", "转让"}, {"终止", "终止"}, {"迁移", "迁移"}} {
		if strings.Contains(name, w[0]) && !slices.Contains(out, w[1]) {
			out = append(out, w[1])
		}
	}
	slices.Sort(out)
	return out
}

// everybody says whether an object names nobody in particular.
func everybody(object string) bool {
	return object == "" || hasAny(object, "单位和个人", "公民", "法人", "其他组织", "申请人", "社会公众") || len([]rune(object)) < 3
}

// percent tells a likeness, "" of nothing.
func percent(what string, f float64) string {
	if f < 0.3 {
		return ""
	}
	return fmt.Sprintf("%s相近 %.2f", what, f)
}

// short is the number of pairs below which a core says too little: the whole name has
// to stand there then.
const short = 3

// standsIn says which share of what x is called stands in the name and content of k.
func standsIn(x, k reading) float64 {
	if len([]rune(x.name)) >= 4 && strings.Contains(k.text, x.name) {
		return 1
	}
	if len(x.core) < short {
		return 0
	}
	return within(x.core, k.body)
}

// cutFrom says whether k is x cut finer: the same article, and the whole name of x
// with something more.
func cutFrom(x, k reading) bool {
	l := match.Compare(x.item, k.item)
	if l.Basis < match.SameArticle || l.Category == match.Different && !(x.asked && k.asked) {
		return false
	}
	if len(x.core) < short {
		return k.name != x.name && len([]rune(x.name)) >= 4 && strings.Contains(k.name, x.name)
	}
	return len(k.core) > len(x.core) && within(x.core, k.core) >= 0.95
}

// bracketed says whether k is named as x is and a bracket says which part of it.
func bracketed(x, k reading) bool {
	return k.head == x.name && k.name != x.name && slices.Equal(x.ops, k.ops) && cutFrom(x, k)
}

// spelled says whether the content of k, and not its name, spells out what x is called.
func spelled(x, k reading) bool {
	if strings.Contains(k.name, x.name) {
		return false
	}
	return len([]rune(x.name)) >= 4 && strings.Contains(k.text[len(k.name):], x.name) || within(x.core, k.content) >= 0.95
}

func because(l match.Likeness, more string) string {
	out := slices.Clone(l.Reasons)
	if more != "" {
		out = append(out, more)
	}
	return strings.Join(out, "，")
}
