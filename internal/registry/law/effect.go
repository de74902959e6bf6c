package law

import (
	"strings"

	"qingdan/internal/engine/amend"
	"qingdan/internal/engine/lawtext"
)

// Effect is one thing that an amending act (修正案, 修改决定) says about another
// document.
type Effect struct {
	Title     string         // of the document amended, as the act writes it
	Article   lawtext.Number // zero when it speaks of the whole document
	Place     string         // 第二款第（三）项, "" for the whole article
	Kind      string         // in words: 修改, 增加, 删去 …
	Old, New  string         // words, where the act gives them
	NewNumber lawtext.Number // where the article is inserted or renumbered
	Effective string         // "" = with the act
}

// Unread says that the act orders something that was not understood, without
// naming an article: it may touch any.
func (e Effect) Unread() bool { return e.Kind == effectWords[amend.Unknown] && e.Article.N == 0 }

// Words tells the effect in one line.
func (e Effect) Words() string {
	s := e.Kind
	if e.Article.N > 0 {
		s = e.Article.Chinese() + e.Place + "：" + e.Kind
	}
	if e.Old != "" && e.New != "" {
		return s + "，“" + clip(e.Old) + "”改为“" + clip(e.New) + "”"
	}
	if e.Old+e.New != "" {
		return s + "，“" + clip(e.Old+e.New) + "”"
	}
	return s
}

// clip keeps a line readable.
func clip(s string) string {
	if r := []rune(s); len(r) > 60 {
		return string(r[:60]) + "…"
	}
	return s
}

// effectsOf reads what an amending act (修正案, 修改决定) says of other documents;
// any other text says nothing. What the act leaves unnamed is not kept: no
// document could be found by it.
func effectsOf(d *lawtext.Document, title string) []Effect {
	if !strings.HasSuffix(title, "修正案") && !strings.Contains(title, "修改") && !strings.HasSuffix(title, "决定") {
		return nil
	}
	var out []Effect
	for _, e := range amend.ReadEffects(d) {
		if e.Law == "" {
			continue
		}
		if e.Kind == amend.Unknown {
			e.New = e.Text // what was not understood is kept in its own words
		}
		out = append(out, Effect{Title: e.Law, Article: e.Article, Place: place(e), Kind: effectWords[e.Kind], Old: e.Old, New: e.New,
			NewNumber: e.NewNumber, Effective: e.Effective})
	}
	return out
}

// effectWords say the kinds to people.
var effectWords = map[amend.EffectKind]string{
	amend.Unknown: "其他", amend.Replace: "修改", amend.ReplaceWords: "修改", amend.Insert: "增加", amend.InsertWords: "增加", amend.Delete: "删去",
	amend.DeleteWords: "删去", amend.Renumber: "条号变动", amend.Reorder: "条文顺序调整", amend.Repeal: "废止", amend.Title: "修改名称",
	amend.Foreword: "修改引言", amend.Heading: "修改章节",
}

// place writes the place below the article: 第二款第三项.
func place(e amend.Effect) string {
	s := ""
	for _, p := range []struct {
		n    int
		unit string
	}{{e.Paragraph, "款"}, {e.Item, "项"}, {e.Subitem, "目"}} {
		if p.n > 0 {
			s += "第" + lawtext.FormatChinese(p.n) + p.unit
		}
	}
	return s
}
