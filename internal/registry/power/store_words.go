package power

import (
	"context"
	"slices"

	"qingdan/internal/errs"
	"qingdan/internal/platform/ledger"
	"qingdan/internal/platform/sqldb"
)

const wordColumns = `w.id, w.power_id, w.word, w.source, w.added_by, w.added_at from power_words w `

func scanWord(r *sqldb.Rows) (Word, error) {
	var w Word
	var at int64
	err := r.Scan(&w.ID, &w.Power, &w.Text, &w.Source, &w.By, &at)
	w.At = sqldb.FromMicros(at)
	return w, err
}

// WordsOf gives the words of a power, the oldest first.
func WordsOf(ctx context.Context, r sqldb.Reader, id sqldb.ID) ([]Word, error) {
	rows, err := r.Query(ctx, `select `+wordColumns+`where w.power_id = ? and w.removed_at = 0 order by w.added_at, w.id`, id)
	all, err := sqldb.Collect(rows, err, scanWord)
	return all, errs.Wrap("words of a power", err)
}

// WordByID finds a word; NotFound when there is none or it was removed.
func WordByID(ctx context.Context, r sqldb.Reader, id sqldb.ID) (Word, error) {
	rows, err := r.Query(ctx, `select `+wordColumns+`where w.id = ? and w.removed_at = 0`, id)
	all, err := sqldb.Collect(rows, err, scanWord)
	if err != nil {
		return Word{}, errs.Wrap("word", err)
	}
	if len(all) == 0 {
		return Word{}, errs.NotFoundf("没有这个说法，或者已经移除").Fix("请刷新页面")
	}
	return all[0], nil
}

// wordsIn gives the words of powers. Many powers are read in one go.
func wordsIn(ctx context.Context, r sqldb.Reader, ids []sqldb.ID) (map[sqldb.ID][]Word, error) {
	out := map[sqldb.ID][]Word{}
	for some := range slices.Chunk(ids, versionBatch) {
		marks, args := sqldb.In(some)
		rows, err := r.Query(ctx, `select `+wordColumns+`where w.removed_at = 0 and w.power_id in (`+marks+`) order by w.added_at, w.id`, args...)
		all, err := sqldb.Collect(rows, err, scanWord)
		if err != nil {
			return nil, err
		}
		for _, w := range all {
			out[w.Power] = append(out[w.Power], w)
		}
	}
	return out, nil
}

func insertWord(ctx context.Context, tx *ledger.Tx, w Word, folded string) error {
	_, err := tx.Exec(ctx, `insert into power_words (id, power_id, word, folded, source, added_by, added_at, removed_by, removed_at)
		values (?, ?, ?, ?, ?, ?, ?, '', 0)`, w.ID, w.Power, w.Text, folded, string(w.Source), w.By, sqldb.Micros(w.At))
	if sqldb.IsConstraint(err) {
		return errs.Wrap("add a word", sameWord(w.Text))
	}
	return errs.Wrap("add a word", err)
}

func endWord(ctx context.Context, tx *ledger.Tx, id sqldb.ID) error {
	n, err := tx.Exec(ctx, `update power_words set removed_by = ?, removed_at = ? where id = ? and removed_at = 0`,
		tx.Actor().ID, sqldb.Micros(tx.Now()), id)
	if err == nil && n != 1 {
		return errs.NotFoundf("这个说法已经移除").Fix("请刷新页面")
	}
	return errs.Wrap("remove a word", err)
}
