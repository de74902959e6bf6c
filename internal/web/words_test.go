package web

import (
	"context"
	"testing"

	"qingdan/internal/platform/ledger"
	"qingdan/internal/platform/sqldb"
	"qingdan/internal/registry/people"
	"qingdan/internal/registry/power"
	missed "qingdan/internal/service/words"
)

// missedWords makes the address of words that were searched for in vain.
func missedWords(tail string) func(*matrix, *estate, power.State) string {
	return func(_ *matrix, e *estate, _ power.State) string { return "/words/missed/" + e.missed.String() + tail }
}

// wordedItem makes the address of an item on the list with its everyday words.
func wordedItem(tail string) func(*matrix, *estate, power.State) string {
	return func(_ *matrix, e *estate, _ power.State) string {
		return "/words/items/" + e.powers[power.Published].String() + tail
	}
}

// miss has people search twice for what nothing is called, and the legal office
// direct it to the department.
func (m *matrix) miss(e *estate) {
	m.t.Helper()
	e.missed = missOnce(m.t, m.ctx, m.db, e.mark+"怎么办")
	m.as(m.roles[people.Legal], func(ctx context.Context, tx *ledger.Tx, who *people.Who) error {
		found, err := missed.ByID(ctx, tx, e.missed)
		if err != nil || found.Department == e.id {
			_, err2 := tx.Record(ctx, ledger.Entry{Log: ledger.Powers, Division: ledger.Nowhere, Kind: "search.directed", Subject: e.missed, Public: []byte(`{}`)})
			return firstOf(err, err2)
		}
		return missed.Direct(ctx, tx, who, e.missed, e.id)
	})
}

func firstOf(all ...error) error {
	for _, err := range all {
		if err != nil {
			return err
		}
	}
	return nil
}

// missOnce counts a search for words twice and gives their id.
func missOnce(t testing.TB, ctx context.Context, db *sqldb.DB, words string) sqldb.ID {
	t.Helper()
	c := missed.NewCounter()
	if !c.Note(words, false) || !c.Note(words, false) {
		t.Fatalf("%s is not counted", words)
	}
	if _, err := c.Flush(ctx, db, missed.Civil(clock())); err != nil {
		t.Fatal(err)
	}
	all, err := missed.Misses(ctx, db, people.Scope{All: true}, missed.Query{Words: words})
	if err != nil || len(all) != 1 {
		t.Fatalf("%s: %v, %v", words, all, err)
	}
	return all[0].ID
}
