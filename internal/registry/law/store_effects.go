package law

import (
	"context"
	"fmt"
	"slices"

	"qingdan/internal/engine/citation"
	"qingdan/internal/platform/ledger"
	"qingdan/internal/platform/sqldb"
)

func addEffects(ctx context.Context, tx *ledger.Tx, edition sqldb.ID, effects []Effect) error {
	for i, e := range effects {
		if _, err := tx.Exec(ctx, `insert into law_effects (edition_id, seq, title, title_key, n, sub, place, kind, old_text, new_text, new_n, new_sub,
			effective) values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`, edition, i+1, e.Title, citation.NormalizeTitle(e.Title),
			e.Article.N, e.Article.Sub, e.Place, e.Kind, e.Old, e.New, e.NewNumber.N, e.NewNumber.Sub, e.Effective); err != nil {
			return fmt.Errorf("add effect %d on %s: %w", i+1, e.Title, err)
		}
	}
	return nil
}

// Act is a standing amending act with what it says of one title.
type Act struct {
	Edition         sqldb.ID
	Presence        Presence // of the act
	Made, Effective string
	Key             string // title key of the document amended
	Effects         []Effect
}

// ActsOn lists what standing amending acts say of the titles, act by act.
func ActsOn(ctx context.Context, r sqldb.Reader, keys []string) ([]Act, error) {
	var out []Act
	for batch := range slices.Chunk(keys, keyBatch) {
		args := sqldb.List(batch)
		rows, err := r.Query(ctx, `select f.edition_id, a.made, a.effective, f.title_key, f.title, f.n, f.sub, f.place, f.kind, f.old_text, f.new_text,
			f.new_n, f.new_sub, f.effective from law_effects f join law_editions a on a.id = f.edition_id
			where f.title_key in (`+sqldb.Marks(len(batch))+`)
			and not exists (select 1 from law_withdrawals w where w.edition_id = a.id) order by f.edition_id, f.title_key, f.seq`, args...)
		found, err := sqldb.Collect(rows, err, func(r *sqldb.Rows) (Act, error) {
			var a Act
			var e Effect
			err := r.Scan(&a.Edition, &a.Made, &a.Effective, &a.Key, &e.Title, &e.Article.N, &e.Article.Sub, &e.Place, &e.Kind, &e.Old, &e.New,
				&e.NewNumber.N, &e.NewNumber.Sub, &e.Effective)
			a.Effects = []Effect{e}
			return a, err
		})
		if err != nil {
			return nil, fmt.Errorf("amending acts: %w", err)
		}
		for _, a := range found {
			if n := len(out); n > 0 && out[n-1].Edition == a.Edition && out[n-1].Key == a.Key {
				out[n-1].Effects = append(out[n-1].Effects, a.Effects...)
				continue
			}
			out = append(out, a)
		}
	}
	for i := range out {
		var err error
		if out[i].Presence, err = ReadPresence(ctx, r, out[i].Edition); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// keyBatch is how many titles one query asks about.
const keyBatch = 400
