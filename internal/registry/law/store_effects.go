package law

import (
	"context"

	"qingdan/internal/engine/lawtext"
	"qingdan/internal/errs"
	"qingdan/internal/platform/sqldb"
)

// Effect is one thing that an amending act (修正案, 修改决定) says about another
// document.
type Effect struct {
	Title     string         // of the document amended, as the act writes it
	Article   lawtext.Number // zero when it speaks of the whole document
	Place     string         // 第二款第（三）项, "" for the whole article
	Kind      string         // 修改, 增加, 删去 …, as engine/amend names it
	Old, New  string         // words, where the act gives them
	NewNumber lawtext.Number // where the article is inserted or renumbered
	Exact     bool           // it says exactly what to replace
	Effective string         // "" = with the act
}

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

// Effects lists what an amending act says, in its order; none for any other
// text.
func Effects(ctx context.Context, r sqldb.Reader, edition sqldb.ID) ([]Effect, error) {
	rows, err := r.Query(ctx, `select title, n, sub, place, kind, old_text, new_text, new_n, new_sub, exact, effective from law_effects
		where edition_id = ? order by seq`, edition)
	out, err := sqldb.Collect(rows, err, func(r *sqldb.Rows) (Effect, error) {
		var e Effect
		var exact int
		err := r.Scan(&e.Title, &e.Article.N, &e.Article.Sub, &e.Place, &e.Kind, &e.Old, &e.New, &e.NewNumber.N, &e.NewNumber.Sub, &exact, &e.Effective)
		e.Exact = exact == 1
		return e, err
	})
	return out, errs.Wrap("effects of "+edition.String(), err)
}
