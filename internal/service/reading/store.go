package reading

import (
	"context"
	"fmt"
	"slices"

	"qingdan/internal/errs"
	"qingdan/internal/platform/ledger"
	"qingdan/internal/platform/sqldb"
)

// Record writes down what the actor of the transaction read on a day. What is
// written down already stays as it is: its day is the first one. The caller
// records the act that the reading served.
func Record(ctx context.Context, tx *ledger.Tx, on Occasion, day string, read []Reading) error {
	for _, r := range read {
		if r.Document.IsZero() || r.Edition.IsZero() {
			continue
		}
		if _, err := tx.Exec(ctx, `insert into law_readings (document_id, version_id, occasion, actor, edition_id, day) values (?, ?, ?, ?, ?, ?)
			on conflict (edition_id, version_id, occasion, actor) do nothing`,
			r.Document, r.Version, string(on), tx.Actor().Name, r.Edition, day); err != nil {
			return fmt.Errorf("record reading: %w", err)
		}
	}
	return nil
}

// versionBatch is how many versions one statement speaks of.
const versionBatch = 400

// RecordBasis writes down that the texts which the citations of versions lead
// to (citation_links) were read.
func RecordBasis(ctx context.Context, tx *ledger.Tx, on Occasion, day string, versions []sqldb.ID) error {
	for batch := range slices.Chunk(versions, versionBatch) {
		args := []any{string(on), tx.Actor().Name, day}
		for _, v := range batch {
			args = append(args, v)
		}
		if _, err := tx.Exec(ctx, `insert into law_readings (document_id, version_id, occasion, actor, edition_id, day)
			select distinct k.document_id, k.version_id, cast(? as text), cast(? as text), k.edition_id, cast(? as text) from citation_links k
			where k.version_id in (`+sqldb.Marks(len(batch))+`) and k.document_id is not null and k.edition_id is not null
			on conflict (edition_id, version_id, occasion, actor) do nothing`, args...); err != nil {
			return fmt.Errorf("record readings: %w", err)
		}
	}
	return nil
}

// Count gives the figures of the whole record.
func Count(ctx context.Context, r sqldb.Reader) (Totals, error) {
	var t Totals
	err := r.QueryRow(ctx, `select count(distinct x.document_id), count(distinct x.edition_id), count(distinct v.power_id), count(distinct x.actor)
		from law_readings x join power_versions v on v.id = x.version_id`).Scan(&t.Documents, &t.Editions, &t.Powers, &t.People)
	return t, errs.Wrap("count readings", err)
}

// List gives the documents that were read, the most read first.
func List(ctx context.Context, r sqldb.Reader) ([]Consulted, error) {
	rows, err := r.Query(ctx, `select x.document_id, d.title, d.level, count(distinct v.power_id), count(distinct x.actor), max(x.day)
		from law_readings x join law_documents d on d.id = x.document_id join power_versions v on v.id = x.version_id
		group by x.document_id, d.title, d.level, d.order_key order by count(distinct v.power_id) desc, d.order_key, x.document_id`)
	out, err := sqldb.Collect(rows, err, func(r *sqldb.Rows) (Consulted, error) {
		var c Consulted
		err := r.Scan(&c.Document, &c.Title, &c.Level, &c.Powers, &c.People, &c.Last)
		return c, err
	})
	return out, errs.Wrap("list readings", err)
}

// Entry is one reading with its words.
type Entry struct {
	Code, Name, Occasion, Actor, Day string
}

// Of lists who read a document for what, in the order of the codes, at most
// limit entries.
func Of(ctx context.Context, r sqldb.Reader, document sqldb.ID, limit int) ([]Entry, error) {
	rows, err := r.Query(ctx, `select p.code, v.name, x.occasion, x.actor, x.day from law_readings x join power_versions v on v.id = x.version_id
		join powers p on p.id = v.power_id where x.document_id = ? order by p.code, x.day, x.occasion, x.actor limit ?`, document, limit)
	out, err := sqldb.Collect(rows, err, func(r *sqldb.Rows) (Entry, error) {
		var e Entry
		err := r.Scan(&e.Code, &e.Name, &e.Occasion, &e.Actor, &e.Day)
		return e, err
	})
	return out, errs.Wrap("who read "+document.String(), err)
}
