// Package basis shows what the citations of a listed version (设定依据) lead to,
// today and on a past day. A citation whose law has changed is not followed by
// its number, which may lead to another article since: it keeps the words that
// it was written for until the list has others.
package basis

import (
	"context"
	"encoding/json"
	"slices"
	"strings"

	"qingdan/internal/engine/lawtext"
	"qingdan/internal/platform/sqldb"
	"qingdan/internal/registry/law"
	"qingdan/internal/service/impact"
	"qingdan/internal/web/portal/library"
	"qingdan/internal/web/ui"
)

// Paragraph is one paragraph of an article; Cited marks the one that the power
// cites.
type Paragraph struct {
	Text  string
	Cited bool
}

// Citation is one citation of a power with the text it leads to, or, when its law
// has changed, with the text it was written for.
type Citation struct {
	Label      string // 《…》第四十八条第一款
	Quote      string // what the department wrote, shown when the library has no text
	Paragraphs []Paragraph
	Light      ui.Light
	Href       string // the article in the library
	Shift      *Shift // nil while the law stands as it stood
}

// Shift is what a change of law made of a citation.
type Shift struct {
	Day, Words  string // from when, and what became of the article
	Written     string // since when the text shown was in force; empty when it is the one in force today
	Status, Why string // how the department answers, and why it is unaffected
	CompareHref string // the two texts side by side, where both stand
}

// Read shows the citations of a version in their order, as they stand today.
// The tasks are all of its power; listed says that the list in force has this
// version.
func Read(ctx context.Context, r sqldb.Reader, version sqldb.ID, tasks []impact.Task, today string, listed bool) ([]Citation, error) {
	all, err := readCites(ctx, r, version)
	if err != nil {
		return nil, err
	}
	shifts, err := readShifts(ctx, r, tasks, version, today)
	if err != nil {
		return nil, err
	}
	out := make([]Citation, len(all))
	var changed []cite
	for i, c := range all {
		out[i] = c.shown()
		if _, ok := shifts[i+1]; ok {
			changed = append(changed, c)
		}
	}
	if len(changed) == 0 {
		return out, nil
	}
	lib, err := law.ReadTitles(ctx, r, titleKeys(changed))
	if err != nil {
		return nil, err
	}
	for seq, s := range shifts {
		x, err := s.shown(lib, all[seq-1], today)
		if err != nil {
			return nil, err
		}
		x.Shift.Status, x.Shift.Why = s.status(listed)
		out[seq-1] = x
	}
	return out, nil
}

// shown turns a citation into what the page shows.
func (c cite) shown() Citation {
	out := Citation{Label: c.Ref.String(), Quote: strings.TrimSpace(c.Quote), Light: lightOf(c.State)}
	if c.Withdrawn {
		out.Light = withdrawn()
		return out
	}
	if !c.Document.IsZero() {
		out.Href = library.Href(c.Document)
		if c.Number > 0 {
			at := lawtext.Number{N: c.Number, Sub: c.Sub}.String()
			out.Href += "?at=" + at + "#a" + at
		}
	}
	if c.Text == "" {
		return out
	}
	var parsed []lawtext.Paragraph
	if json.Unmarshal([]byte(c.Paragraphs), &parsed) != nil || len(parsed) == 0 {
		out.Paragraphs = []Paragraph{{Text: c.Text}}
		return out
	}
	out.Paragraphs = c.paragraphs(parsed)
	return out
}

// shown shows a citation whose law has changed with the words it was written
// for. Where the department holds it to be unaffected and its number still
// leads to the article, these are the words of today.
func (s shift) shown(lib *law.Library, c cite, today string) (Citation, error) {
	out := Citation{Label: c.Ref.String(), Quote: strings.TrimSpace(c.Quote), Light: ui.Light{Tone: "warn", Word: "依据已变动"},
		Shift: &Shift{Day: s.event.Day, Words: s.words()}}
	from, stands := lib.Edition(s.event.From)
	if !stands {
		out.Light = withdrawn()
		return out, nil
	}
	if to, ok := lib.Edition(s.event.To); ok && to.Document == from.Document && to.ID != from.ID {
		out.Shift.CompareHref = library.CompareHref(from.Document, from.ID, to.ID)
	}
	text, numbers := from, s.numbers()
	out.Shift.Written = from.Effective
	if now := lib.Resolve(c.Ref, today); s.stays() && now.Article > 0 {
		out.Light, out.Shift.Written = lightOf(now.State), ""
		text, numbers = now.Edition, lib.Numbers(now.Edition.ID, now.Article, now.Article)
	}
	out.Href = library.Href(text.Document) + "?edition=" + text.ID.String()
	doc, err := lib.Articles(text.ID)
	if err != nil {
		return out, err
	}
	for i, n := range numbers {
		if i == 0 {
			out.Href = library.PlaceHref(text, n)
		}
		if a, ok := doc.Find(n); ok {
			out.Paragraphs = append(out.Paragraphs, c.paragraphs(a.Paragraphs)...)
		}
	}
	return out, nil
}

// numbers lists the articles of the old text that the change touches.
func (s shift) numbers() []lawtext.Number {
	var out []lawtext.Number
	for _, r := range s.reasons {
		if r.Old.N > 0 && !slices.Contains(out, r.Old) {
			out = append(out, r.Old)
		}
	}
	return out
}

// status says how the department answers. A version that is no longer listed
// waits for nothing.
func (s shift) status(listed bool) (status, why string) {
	switch {
	case s.task.Outcome == impact.Unchanged:
		return "部门已确认不受影响", strings.TrimRight(s.task.Reason, "。")
	case !listed:
		return "", ""
	case s.task.State == impact.Open:
		return "部门正在核对", ""
	case s.task.Outcome == impact.NewVersion:
		return "修改已提出，待下一版清单公布", ""
	case s.task.Outcome == impact.Cancelling:
		return "已提出取消，正在按程序办理", ""
	default:
		return "", ""
	}
}

// paragraphs marks the place that the citation names: an item, or a paragraph
// among several.
func (c cite) paragraphs(parsed []lawtext.Paragraph) []Paragraph {
	var out []Paragraph
	for i, p := range parsed {
		here := c.Ref.Paragraph == i+1
		if p.Text != "" {
			out = append(out, Paragraph{p.Text, here && c.Ref.Item == 0 && len(parsed) > 1})
		}
		for _, item := range p.Items {
			named := c.Ref.Item == item.No && (here || c.Ref.Paragraph == 0)
			out = append(out, Paragraph{item.String(), c.Ref.Item > 0 && named})
		}
	}
	return out
}

// withdrawn is the light of a citation whose text was taken back.
func withdrawn() ui.Light {
	return ui.Light{Tone: "warn", Word: "所据文本已撤回，待重新核对"}
}

// lightOf is the light of a citation's state.
func lightOf(s law.State) ui.Light {
	switch s {
	case law.Resolved:
		return ui.Light{Tone: "ok", Word: s.Label()}
	case law.ArticleMissing, law.NotInForce:
		return ui.Light{Tone: "bad", Word: s.Label()}
	case "":
		return ui.Light{Tone: "still", Word: "尚未核对"}
	default:
		return ui.Light{Tone: "warn", Word: s.Label()}
	}
}
