package library

import (
	"context"
	"net/http"
	"slices"

	"qingdan/internal/engine/amend"
	"qingdan/internal/engine/lawtext"
	"qingdan/internal/errs"
	"qingdan/internal/registry/law"
	"qingdan/internal/web/ui"
)

// Stage is an article in one edition of its law. Pieces holds its words where
// they differ from the edition before, with the difference marked, and in the
// oldest edition that has it.
type Stage struct {
	When, Number string
	Href         string // the article's page in that edition; empty where it is gone
	Fate         ui.Light
	Pieces       []ui.Piece
	CompareHref  string // this edition beside the one before
	Current      bool   // the edition of this page
}

// ArticlePage is one article: its words, its way through all editions (沿革),
// and every listed power that cites it in any of them.
type ArticlePage struct {
	ui.Frame
	Law        law.Document
	Edition    law.Edition
	When       string
	Light      ui.Light
	Number     string
	Paragraphs []string
	Stages     []Stage // newest first; empty when the law has one edition
	Uses       []ui.Link
	AllUses    int
	TextHref   string // the article in its text
	Permanent  string // full address of it
}

// articleUses bounds the list on an article's page; no article of the
// reference city is cited by as many powers.
const articleUses = 500

func (l *Library) article(w http.ResponseWriter, r *http.Request) error {
	o, err := l.openText(r)
	if err != nil {
		return err
	}
	ctx, b, i, today := r.Context(), o.book, o.edition, o.today
	steps, err := l.lineage(ctx, b, i, r.PathValue("number"))
	if err != nil {
		return err
	}
	here := steps[slices.IndexFunc(steps, func(s step) bool { return s.edition == i })]
	page := ArticlePage{Law: b.Document, Edition: b.Editions[i], When: when(b.Editions[i]), Light: b.light(i, today),
		Number: here.article.Number.Chinese(), Paragraphs: ui.Lines(here.article.Text()), TextHref: PlaceHref(b.Editions[i], here.article.Number)}
	page.Permanent = l.cfg.Base(r) + page.TextHref
	var places []place
	for _, st := range steps {
		if len(b.Editions) > 1 {
			page.Stages = append(page.Stages, b.stage(st, i))
		}
		if st.article != nil {
			places = append(places, place{b.Editions[st.edition].ID, st.seq})
		}
	}
	uses, err := readPlaceUses(ctx, l.cfg.DB, cited{o.list.Edition, b.ID, today}, places)
	if err != nil {
		return err
	}
	page.AllUses = len(uses)
	for _, u := range uses[:min(len(uses), articleUses)] {
		page.Uses = append(page.Uses, ui.Link{Label: u.Name, Href: itemHref(u.Code)})
	}
	page.Frame = o.frame.Trail(ui.Link{Label: "法规库", Href: LawsPath}, ui.Link{Label: b.Title, Href: b.textHref(i)})
	page.Title = page.Number
	return l.pages.Render(w, r, "article", page)
}

// step is an article in one edition on its way; article is nil where that
// edition dropped it, older where the edition before had none.
type step struct {
	edition        int
	seq            int
	article, older *lawtext.Article
	fate           amend.Kind
	first          bool // the library has no older edition
}

// lineage follows an article through the editions before and after one, newest
// first. NotFound when that edition has no such article.
func (l *Library) lineage(ctx context.Context, b *book, i int, number string) ([]step, error) {
	texts := make([]*lawtext.Document, len(b.Editions))
	text := func(k int) (*lawtext.Document, error) {
		var err error
		if texts[k] == nil {
			texts[k], err = readText(ctx, l.cfg.DB, b.Editions[k])
		}
		return texts[k], err
	}
	here, err := text(i)
	if err != nil {
		return nil, err
	}
	at := slices.IndexFunc(here.Articles, func(a lawtext.Article) bool { return a.Number.String() == number })
	if at < 0 {
		return nil, errs.NotFoundf("《%s》的这个版本没有这一条", b.Title).Fix("请在法规页上选择条文")
	}
	out := []step{{edition: i, seq: at + 1, article: &here.Articles[at]}}
	for k := i; k > 0; k-- {
		older, err := text(k - 1)
		if err != nil {
			return nil, err
		}
		s := &out[len(out)-1]
		s.older, s.fate = before(amend.Compare(older, texts[k]), s.article)
		if s.older == nil {
			break
		}
		out = append(out, step{edition: k - 1, seq: numbered(older)[s.older], article: s.older})
	}
	oldest := &out[len(out)-1]
	oldest.first = oldest.edition == 0
	for k := i + 1; k < len(b.Editions) && out[0].article != nil; k++ {
		newer, err := text(k)
		if err != nil {
			return nil, err
		}
		s := step{edition: k, older: out[0].article, fate: amend.Removed}
		if m, ok := amend.Compare(texts[k-1], newer).Match(s.older.Number); ok && m.New != nil {
			s.article, s.fate, s.seq = m.New, m.Kind, numbered(newer)[m.New]
		}
		out = slices.Insert(out, 0, s)
	}
	return out, nil
}

// before finds what an article of the newer text was in the older one.
func before(d amend.Diff, a *lawtext.Article) (*lawtext.Article, amend.Kind) {
	for _, m := range d.Matches {
		if m.New == a {
			return m.Old, m.Kind
		}
	}
	return nil, amend.Added
}

// stage shows a step on the page of edition i.
func (b *book) stage(s step, i int) Stage {
	out := Stage{When: when(b.Editions[s.edition]), Fate: fateLight(s.fate), Current: s.edition == i}
	if s.edition > 0 {
		out.CompareHref = CompareHref(b.ID, b.Editions[s.edition-1].ID, b.Editions[s.edition].ID)
	}
	if s.article == nil {
		return out
	}
	out.Number, out.Href = s.article.Number.Chinese(), articleHref(b.Editions[s.edition], s.article.Number)
	switch {
	case s.first:
		out.Fate = ui.Light{Tone: "still", Word: "收录的最早文本"}
		out.Pieces = []ui.Piece{{Word: s.article.Text()}}
	case s.fate == amend.Added:
		out.Pieces = []ui.Piece{{Word: s.article.Text()}}
	case s.fate == amend.Changed:
		out.Pieces = ui.Differences(s.older.Text(), s.article.Text())
	}
	return out
}
