package desk

import (
	"cmp"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"unicode/utf8"

	"qingdan/internal/engine/hanzi"
	"qingdan/internal/engine/lawtext"
	"qingdan/internal/platform/sqldb"
	"qingdan/internal/registry/org"
	"qingdan/internal/registry/power"
	"qingdan/internal/service/gaps"
	"qingdan/internal/web/ui"
)

// clueKind says in which direction a clue was found; its value is the word on
// pages and in addresses.
type clueKind string

// The directions, and of the second how sure the reading is.
const (
	clueUncited clueKind = "职权遗漏"     // an article grants it, no power cites it
	clueSilent  clueKind = "无授权引用（强）" // the cited articles grant nothing
	clueOther   clueKind = "无授权引用（弱）" // they grant something else
)

// clueKinds lists the directions in the order of pages.
func clueKinds() []clueKind { return []clueKind{clueUncited, clueSilent, clueOther} }

// meaning says what a clue of the kind may come from.
func (k clueKind) meaning() string {
	switch k {
	case clueUncited:
		return "现行条文把权力授给市级机关，清单上没有一个事项引用它。可能是清单漏了，也可能由别的部门、别的层级行使，或者事项引用的是另一条。"
	case clueSilent:
		return "事项引用的条文没有授予任何行政权力。可能引错了条，或者少引了一条。"
	default:
		return "引用的条文授了权，但是权力的类别、条文中的位置或者机关的层级，与事项对不上。"
	}
}

// clue is one gap between list and law, ready to be shown.
type clue struct {
	Kind        clueKind
	Department  sqldb.ID
	Category    power.Category
	Title, Href string // the power, or the place in the law that no power cites
	Code        string // of the power
	Body        string // whom the article empowers, in its own words
	Places      []cluePlace
	Why         string
	cursor      ui.Cursor
}

// cluePlace is an article with its words.
type cluePlace struct{ Ref, Href, Text string }

// cluesOf makes clues of gaps, in the order of departments, directions, and
// titles or codes. listed says whether the public has the powers' pages.
func cluesOf(g gaps.Gaps, departments []org.Department, listed bool) []clue {
	order := make(map[sqldb.ID]string, len(departments))
	for _, d := range departments {
		order[d.ID] = d.OrderKey + " " + d.ID.String()
	}
	place := func(c clue, id sqldb.ID, key string) ui.Cursor {
		return ui.Cursor{Key: fmt.Sprintf("%s %d %s", order[c.Department], slices.Index(clueKinds(), c.Kind), key), ID: id, Set: true}
	}
	out := make([]clue, 0, len(g.Uncited)+len(g.Ungranted))
	for _, x := range g.Uncited {
		c := uncitedClue(x)
		c.cursor = place(c, x.Edition, fmt.Sprintf("%s %05d %d", hanzi.PinyinKey(x.Document.Title), x.Article, slices.Index(power.Categories(), x.Category)))
		out = append(out, c)
	}
	for _, x := range g.Ungranted {
		c := ungrantedClue(x, listed)
		c.cursor = place(c, x.Power, x.Code)
		out = append(out, c)
	}
	slices.SortFunc(out, func(a, b clue) int { return a.cursor.Compare(b.cursor) })
	return out
}

func uncitedClue(x gaps.Candidate) clue {
	ref := x.Ref.String()
	href := articleHref(x.Document.ID, x.Edition, lawtext.Number{N: x.Ref.Article, Sub: x.Ref.ArticleSub})
	return clue{Kind: clueUncited, Department: x.Department, Category: x.Category, Title: ref, Href: href, Body: x.Grant.Body,
		Places: []cluePlace{{ref, href, x.Grant.Text}}, Why: x.Why}
}

func ungrantedClue(x gaps.Baseless, listed bool) clue {
	c := clue{Kind: clueOther, Department: x.Department, Category: x.Category, Title: x.Name, Code: x.Code, Why: x.Reason}
	if x.Strong {
		c.Kind = clueSilent
	}
	if listed {
		c.Href = "/powers/" + x.Code
	}
	for _, p := range x.Places {
		c.Places = append(c.Places, cluePlace{p.Ref, articleHref(p.Document, p.Edition, p.Number), p.Text})
	}
	return c
}

// articleHref is the public page of an article in an edition.
func articleHref(document, edition sqldb.ID, n lawtext.Number) string {
	return ui.Address("/laws/"+document.String()+"/articles/"+n.String(), url.Values{"edition": {edition.String()}})
}

// ClueRow is one clue in the list.
type ClueRow struct {
	Kind           string
	Light          *ui.Light // how sure the reading is, where that is told apart
	Category       string
	Department     string
	DepartmentHref string // the clues of the department
	Title, Href    string
	Code           string
	Body           string // whom the article empowers, where the words shown do not say it
	Quotes         []Quote
	Why            string
}

// Quote is what an article says; Ref is "" where the row bears its name.
type Quote struct {
	Ref, Href string
	Words     []ui.Piece
}

// quoteRunes is how much of an article the list shows; its own page has all.
const quoteRunes = 240

// row shows a clue; f is what the page is chosen by.
func (c clue) row(f clueFilter, n names) ClueRow {
	f.Department = c.Department
	r := ClueRow{Kind: string(c.Kind), Category: string(c.Category), Department: n[c.Department], DepartmentHref: f.at(gapsPath),
		Title: c.Title, Href: c.Href, Code: c.Code, Why: c.Why}
	switch c.Kind {
	case clueSilent:
		r.Light = &ui.Light{Tone: "warn", Word: "无授权（强）"}
	case clueOther:
		r.Light = &ui.Light{Tone: "still", Word: "无授权（弱）"}
	case clueUncited:
		words, marked := markBody(c.Places[0].Text, c.Body)
		r.Quotes = []Quote{{Words: words}}
		if !marked {
			r.Body = c.Body
		}
		return r
	}
	for _, p := range c.Places {
		r.Quotes = append(r.Quotes, Quote{p.Ref, p.Href, whole(clip(p.Text))})
	}
	return r
}

// markBody marks whom a sentence empowers.
func markBody(text, body string) (words []ui.Piece, marked bool) {
	before, after, found := strings.Cut(text, body)
	if body == "" || !found {
		return whole(text), false
	}
	return slices.DeleteFunc([]ui.Piece{{Word: before}, {Tone: "hit", Word: body}, {Word: after}}, func(p ui.Piece) bool { return p.Word == "" }), true
}

// clip shortens the words of an article at the last mark before the limit.
func clip(s string) string {
	if utf8.RuneCountInString(s) <= quoteRunes {
		return s
	}
	s = string([]rune(s)[:quoteRunes])
	return s[:cmp.Or(max(0, strings.LastIndexAny(s, "。；，、\n")), len(s))] + "……"
}
