package law

import (
	"context"
	"fmt"

	"qingdan/internal/engine/citation"
	"qingdan/internal/errs"
	"qingdan/internal/platform/ledger"
	"qingdan/internal/platform/sqldb"
)

func addEffects(ctx context.Context, tx *ledger.Tx, edition sqldb.ID, effects []Effect) error {
	for i, e := range effects {
		exact := 0
		if e.Exact {
			exact = 1
		}
		if _, err := tx.Exec(ctx, `insert into law_effects (edition_id, seq, title, title_key, n, sub, place, kind, old_text, new_text, new_n, new_sub,
			exact, effective) values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`, edition, i+1, e.Title, citation.NormalizeTitle(e.Title),
			e.Article.N, e.Article.Sub, e.Place, e.Kind, e.Old, e.New, e.NewNumber.N, e.NewNumber.Sub, exact, e.Effective); err != nil {
			return fmt.Errorf("add effect %d on %s: %w", i+1, e.Title, err)
		}
	}
	return nil
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
