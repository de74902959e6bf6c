package match

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"qingdan/internal/engine/citation"
	"qingdan/internal/engine/hanzi"
)

// Item is a row prepared for comparing.
type Item struct {
	row      Row
	name     Name
	category string
	cites    []cite
	object   string
	content  []uint64 // bigrams
}

// cite is one cited place with the key of its law.
type cite struct {
	law   string
	topic string // the key without the place that made it, "" of a national law
	ref   citation.Ref
}

// Prepare reads a row.
func Prepare(r Row) Item {
	it := Item{row: r, name: ReadName(r.Name), category: CategoryKey(r.Category), object: strip(hanzi.Fold(r.Object))}
	if r.Content != "" {
		it.content = gramsOf(dropFillers(strip(hanzi.Fold(r.Content))))
	}
	for _, ref := range r.Basis {
		if key := citation.NormalizeTitle(ref.Law); key != "" && !ref.Self {
			it.cites = append(it.cites, cite{key, topic(key), ref})
		}
	}
	return it
}

// topic is the title of a local law without its place: 山东省水资源条例 is 水资源条例.
func topic(title string) string {
	for _, end := range []string{"省", "自治区", "市", "自治州", "自治县"} {
		place, rest, ok := strings.Cut(title, end)
		if n := utf8.RuneCountInString(place); ok && n >= 2 && n <= 7 && utf8.RuneCountInString(rest) >= 4 && !strings.HasPrefix(rest, "场") {
			return rest
		}
	}
	return ""
}

// CategoryKey brings the words of several schemes for a kind of power to one:
// 行政审批 and 行政许可, 行政监督 and 行政检查, 其他行政权力 and 其他权力. What is
// no known kind is "".
func CategoryKey(s string) string {
	for _, k := range [][2]string{{"许可", "许可"}, {"审批", "许可"}, {"处罚", "处罚"}, {"强制", "强制"}, {"征收", "征收"}, {"给付", "给付"}, {"检查", "检查"},
		{"监督", "检查"}, {"确认", "确认"}, {"奖励", "奖励"}, {"裁决", "裁决"}, {"公共服务", "服务"}, {"其他", "其他"}} {
		if strings.Contains(s, k[0]) {
			return k[1]
		}
	}
	return ""
}

// onApplication says whether something is done because somebody asks for it:
// these kinds are often called by each other's names.
func onApplication(act string) bool {
	switch act {
	case "许可", "登记", "备案", "确认", "其他", "服务":
		return true
	default:
		return false
	}
}

// exOfficio says whether something is done without anybody asking for it.
func exOfficio(act string) bool {
	switch act {
	case "处罚", "强制", "检查", "征收":
		return true
	default:
		return false
	}
}

// Compare holds two rows against each other.
func Compare(a, b Item) Likeness {
	l := weigh(&a, &b)
	l.Reasons = l.reasons(&a, &b)
	return l
}

// weigh is Compare without the words for people, which most pairs never need.
func weigh(a, b *Item) Likeness {
	l := Likeness{SameCode: a.row.Code != "" && strings.EqualFold(a.row.Code, b.row.Code),
		SameBody: SameOffice(a.row.Body, b.row.Body), Category: relate(a.category, b.category), Object: sameObject(a.object, b.object)}
	l.SameName = a.name.folded == b.name.folded
	l.SameCore = l.SameName || sameCore(&a.name, &b.name)
	l.Name, l.Apart = alike(&a.name, &b.name)
	if l.SameName {
		l.Name, l.Apart = 1, ""
	}
	l.Basis, l.Place = meet(a.cites, b.cites)
	if len(a.content) > 0 && len(b.content) > 0 {
		l.Content = dice(a.content, b.content)
	}
	l.Score = l.score(a, b)
	return l
}

// sameCore says whether two names are equal but for words of form.
func sameCore(a, b *Name) bool {
	return a.act == b.act && slices.Equal(a.core, b.core) && slices.Equal(a.note, b.note)
}

// sameObject relates whom two rows are done to. Words for the same people differ
// much between offices: only what has no two characters in common is different.
func sameObject(a, b string) Relation {
	switch {
	case a == "" || b == "":
		return Unknown
	case a == b, strings.Contains(a, b), strings.Contains(b, a):
		return Equal
	case dice(gramsOf([]rune(a)), gramsOf([]rune(b))) == 0:
		return Different
	default:
		return Unknown
	}
}

func relate(a, b string) Relation {
	switch {
	case a == "" || b == "":
		return Unknown
	case a == b:
		return Equal
	default:
		return Different
	}
}

// The weights of what speaks for and against two rows being one matter. They
// were set on real lists with common codes, see real_test.go.
const (
	codeLeaves    = 0.45 // of the doubt that the names leave, an equal code leaves this share
	placeLeaves   = 0.5  // the same paragraph and item
	articleLeaves = 0.75 // the same article
	lawLeaves     = 0.95
	otherLaw      = 0.92 // factor where the bases have no law in common
	otherOffence  = 0.8  // the same, of what is done ex officio: another law is another matter
	contentLeaves = 0.6  // the same content, where the article is the same too
	sameContent   = 0.85 // contents that are this alike say the same
	sayMuch       = 0.6  // names that are less alike are of matters that somebody keeps apart
	otherWord     = 0.9  // factor where one name has a word in the place of another or only one changes what there is, and no article joins them
	enough        = 0.3  // names that are less alike are not joined by an article
	apartAt       = 0.68 // no score goes over it where something sets the two apart
)

func (l *Likeness) score(a, b *Item) float64 {
	s := l.Name
	if l.SameCode {
		s = 1 - (1-s)*codeLeaves
	}
	switch {
	case l.Basis == OtherLaw && !l.SameCore && exOfficio(a.category) && exOfficio(b.category):
		s *= otherOffence
	case l.Basis == OtherLaw && !l.SameCore:
		s *= otherLaw
	case l.Name < enough:
	case l.Basis == SamePlace:
		s = 1 - (1-s)*placeLeaves
	case l.Basis == SameArticle:
		s = 1 - (1-s)*articleLeaves
	case l.Basis == SameLaw:
		s = 1 - (1-s)*lawLeaves
	}
	if l.Content >= sameContent && l.Basis == SamePlace && l.Name >= sayMuch {
		s = 1 - (1-s)*contentLeaves
	}
	if l.Category == Different {
		switch {
		case onApplication(a.category) && onApplication(b.category):
			s *= 0.95
		case l.SameName:
			s *= 0.9
		default:
			s *= 0.7
		}
	}
	if s >= Same && !l.SameCore && l.Basis < SameArticle && (oneOps(a.name.ops, b.name.ops) || swapped(a.name.plain, b.name.plain)) {
		s *= otherWord
	}
	if l.Apart != "" {
		s = min(s, apartAt)
	}
	return s
}

// named says in Chinese how the names meet.
func (l Likeness) named() string {
	switch {
	case l.SameName:
		return "名称相同"
	case l.SameCore:
		return "名称只有措辞不同"
	default:
		return fmt.Sprintf("名称相近 %.2f", l.Name)
	}
}

// based says in Chinese how the bases meet, "" where one of them cites nothing.
func (l Likeness) based() string {
	switch l.Basis {
	case SamePlace, SameArticle:
		return "同一条款：" + l.Place.String()
	case SameLaw:
		return "同一部法规：《" + l.Place.Law + "》"
	case KinLaw:
		return "两地同类的法规"
	case OtherLaw:
		return "依据的法规不同"
	default:
		return ""
	}
}

func (l *Likeness) reasons(a, b *Item) []string {
	out := []string{l.named()}
	if s := l.based(); s != "" {
		out = append(out, s)
	}
	if l.Object == Equal {
		out = append(out, "对象相同")
	}
	if l.Content >= sameContent {
		out = append(out, "行使内容相同")
	}
	if l.SameCode {
		out = append(out, "编码相同："+a.row.Code)
	}
	if l.Category == Different {
		out = append(out, "类别不同："+a.row.Category+"／"+b.row.Category)
	}
	if l.Apart != "" {
		out = append(out, l.Apart)
	}
	return out
}

// meet gives the best relation of two bases and the citation of the first list
// in which they meet.
func meet(a, b []cite) (Basis, citation.Ref) {
	if len(a) == 0 || len(b) == 0 {
		return BasisUnknown, citation.Ref{}
	}
	best, at := OtherLaw, citation.Ref{}
	for _, x := range a {
		for _, y := range b {
			if x.law != y.law {
				if x.topic != "" && x.topic == y.topic && best < KinLaw {
					best, at = KinLaw, x.ref
				}
				continue
			}
			if m := place(x.ref, y.ref); m > best {
				best, at = m, x.ref
			}
		}
	}
	return best, at
}

// place relates two citations of one law.
func place(x, y citation.Ref) Basis {
	if x.Article == 0 || y.Article == 0 {
		return SameLaw
	}
	if !x.Covers(y.Article, y.ArticleSub) && !y.Covers(x.Article, x.ArticleSub) {
		return SameLaw
	}
	if agree(x.Paragraph, y.Paragraph) && agree(x.Item, y.Item) && agree(x.Subitem, y.Subitem) {
		return SamePlace
	}
	return SameArticle
}

func agree(a, b int) bool { return a == 0 || b == 0 || a == b }

// alike is the likeness of two names, 0 to 1, and what sets them apart for sure.
func alike(a, b *Name) (float64, string) {
	s := 1.0
	if !slices.Equal(a.core, b.core) {
		s = (dice(a.grams, b.grams) + 2*float64(common(a.core, b.core))/float64(len(a.core)+len(b.core))) / 2
	}
	switch {
	case a.act == b.act:
	case a.act == "" || b.act == "":
		s *= 0.97
	case onApplication(a.act) && onApplication(b.act):
		s *= 0.93
	default:
		s *= 0.4
	}
	f, apart := operate(a.ops, b.ops)
	s *= f
	g, mark := contrasted(a.marks, b.marks)
	h, note := noted(a.note, b.note)
	return s * g * h, cmp.Or(apart, mark, note)
}

// noted weighs the brackets at the end of two names.
func noted(a, b []rune) (float64, string) {
	switch {
	case slices.Equal(a, b):
		return 1, ""
	case len(a) == 0 || len(b) == 0:
		return 0.85, ""
	case dice(gramsOf(a), gramsOf(b)) >= 0.5:
		return 0.9, ""
	default:
		return 0.6, "括号里写的不同：" + string(a) + "／" + string(b)
	}
}

// operate weighs what the two names say happens to a licence.
func operate(a, b []string) (float64, string) {
	switch {
	case slices.Equal(a, b):
		return 1, ""
	case len(a) == 0 || len(b) == 0:
		return 0.85, ""
	case slices.ContainsFunc(a, func(w string) bool { return slices.Contains(b, w) }):
		return 0.85, ""
	default:
		return 0.6, "一个是" + strings.Join(a, "、") + "，一个是" + strings.Join(b, "、")
	}
}

// contrasted weighs the words that set matters apart.
func contrasted(a, b []mark) (float64, string) {
	f, apart := 1.0, ""
	for len(a)+len(b) > 0 {
		group := nextGroup(a, b)
		var x, y []string
		x, a = cutGroup(a, group)
		y, b = cutGroup(b, group)
		switch {
		case slices.Equal(x, y):
		case len(x) == 0 || len(y) == 0:
			if !group.alone {
				f *= 0.93
				continue
			}
			f *= 0.65
			apart = "只有一方写明“" + strings.Join(append(x, y...), "、") + "”"
		case slices.ContainsFunc(x, func(w string) bool { return slices.Contains(y, w) }):
			f *= 0.9
		default:
			f *= 0.6
			apart = "一个写“" + strings.Join(x, "、") + "”，一个写“" + strings.Join(y, "、") + "”"
		}
	}
	return f, apart
}

// nextGroup gives a mark of the first group that either list begins with.
func nextGroup(a, b []mark) mark {
	if len(b) == 0 || len(a) > 0 && a[0].group <= b[0].group {
		return a[0]
	}
	return b[0]
}

// cutGroup takes the words of a group off the front of a list.
func cutGroup(marks []mark, of mark) (words []string, rest []mark) {
	for len(marks) > 0 && marks[0].group == of.group {
		words, marks = append(words, marks[0].word), marks[1:]
	}
	return words, marks
}

// dice is the Dice coefficient of two ascending lists.
func dice(a, b []uint64) float64 {
	if len(a)+len(b) == 0 {
		return 0
	}
	shared := 0
	for i, j := 0, 0; i < len(a) && j < len(b); {
		switch {
		case a[i] < b[j]:
			i++
		case a[i] > b[j]:
			j++
		default:
			shared, i, j = shared+1, i+1, j+1
		}
	}
	return 2 * float64(shared) / float64(len(a)+len(b))
}

// common is the length of the longest common subsequence.
func common(a, b []rune) int {
	row := make([]int, len(b)+1)
	for _, x := range a {
		diagonal := 0
		for j, y := range b {
			above := row[j+1]
			if x == y {
				row[j+1] = diagonal + 1
			} else {
				row[j+1] = max(above, row[j])
			}
			diagonal = above
		}
	}
	return row[len(b)]
}
