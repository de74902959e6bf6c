package law

import (
	"context"
	"fmt"
	"math"
	"slices"

	"qingdan/internal/errs"
	"qingdan/internal/platform/ledger"
	"qingdan/internal/platform/sqldb"
)

// Presence tells when a text could be seen in the library, in microseconds UTC.
type Presence struct {
	Edition  sqldb.ID
	Since    int64      // it first came in
	Absences [][2]int64 // it was withdrawn from the first instant to before the second
}

// lasting is the end of an absence that lasts.
const lasting = math.MaxInt64

// Standing says whether the text stands in the library now.
func (p Presence) Standing() bool {
	return !slices.ContainsFunc(p.Absences, func(a [2]int64) bool { return a[1] == lasting })
}

// Seen says whether the text stood in the library when something of that id was
// written at an instant. What shares the instant is told apart by the ids, which
// grow with time.
func (p Presence) Seen(at int64, id sqldb.ID) bool {
	for _, a := range p.Absences {
		if a[0] <= at && at < a[1] {
			return false
		}
	}
	return p.Since < at || p.Since == at && slices.Compare(p.Edition[:], id[:]) < 0
}

// ReadPresence tells when a text could be seen.
func ReadPresence(ctx context.Context, r sqldb.Reader, edition sqldb.ID) (Presence, error) {
	all, err := readPresence(ctx, r, `e.id = ?`, edition)
	if err != nil {
		return Presence{}, err
	}
	p, ok := all[edition]
	if !ok {
		return p, errs.NotFoundf("法规库中没有这个文本")
	}
	return p, nil
}

// readPresence reads the presence of the editions e that a condition keeps.
func readPresence(ctx context.Context, r sqldb.Reader, cond string, args ...any) (map[sqldb.ID]Presence, error) {
	out := map[sqldb.ID]Presence{}
	rows, err := r.Query(ctx, `select e.id, e.loaded_at from law_editions e where `+cond, args...)
	found, err := sqldb.Collect(rows, err, func(r *sqldb.Rows) (Presence, error) {
		var p Presence
		err := r.Scan(&p.Edition, &p.Since)
		return p, err
	})
	if err != nil {
		return nil, fmt.Errorf("when texts could be seen: %w", err)
	}
	for _, p := range found {
		out[p.Edition] = p
	}
	rows, err = r.Query(ctx, `select a.edition_id, a.since, a.till from law_absences a join law_editions e on e.id = a.edition_id where `+cond+`
		union all select w.edition_id, w.at, ? from law_withdrawals w join law_editions e on e.id = w.edition_id where `+cond+` order by 1, 2`,
		append(append(slices.Clone(args), int64(lasting)), args...)...)
	if err != nil {
		return nil, fmt.Errorf("when texts could be seen: %w", err)
	}
	defer rows.Close()
	for rows.Next() {
		var id sqldb.ID
		var a [2]int64
		if err := rows.Scan(&id, &a[0], &a[1]); err != nil {
			return nil, fmt.Errorf("when texts could be seen: %w", err)
		}
		p := out[id]
		p.Absences = append(p.Absences, a)
		out[id] = p
	}
	return out, errs.Wrap("when texts could be seen", rows.Err())
}

// ReadHistory reads the documents that bear one of the titles or have it as an
// alias, with every text that ever stood in the library; keys are
// citation.NormalizeTitle of the titles.
func ReadHistory(ctx context.Context, r sqldb.Reader, keys []string) (*History, error) {
	p := partOf(keys)
	p.ever = true
	all, err := readLibrary(ctx, r, p)
	if err != nil {
		return nil, err
	}
	h := &History{all: all, repeals: map[string][]repeal{}}
	ids := make([]any, 0, len(all.edition))
	for id := range all.edition {
		ids = append(ids, id)
	}
	for _, x := range all.repeals {
		h.repeals[x.key] = append(h.repeals[x.key], x)
		ids = append(ids, x.by)
	}
	h.presence = make(map[sqldb.ID]Presence, len(ids))
	for batch := range slices.Chunk(ids, presenceBatch) {
		some, err := readPresence(ctx, r, `e.id in (`+sqldb.Marks(len(batch))+`)`, batch...)
		if err != nil {
			return nil, err
		}
		for id, x := range some {
			h.presence[id] = x
		}
	}
	return h, nil
}

// presenceBatch is how many texts one query asks about.
const presenceBatch = 400

// NewsKind says what happened to a text.
type NewsKind string

// What happens to a text.
const (
	Loaded    NewsKind = "loaded"    // 入库
	Withdrawn NewsKind = "withdrawn" // 撤回
)

// Followed forgets the news of before an instant (microseconds UTC), in the
// transaction of what followed from it.
func Followed(ctx context.Context, tx *sqldb.Tx, before int64) error {
	_, err := tx.Exec(ctx, `delete from law_news where at < ?`, before)
	return errs.Wrap("follow up news", err)
}

// tellNewest leaves word of a document: what a new name leads to was not looked
// at under it.
func tellNewest(ctx context.Context, tx *ledger.Tx, document sqldb.ID) error {
	var id sqldb.ID
	err := tx.QueryRow(ctx, `select e.id from law_editions e where e.document_id = ? order by e.effective desc, e.made desc, e.id desc limit 1`, document).Scan(&id)
	if errs.Is(err, sqldb.ErrNoRows) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("newest text: %w", err)
	}
	return tell(ctx, tx, id, Loaded)
}

// tell leaves word of a text for whoever follows the library.
func tell(ctx context.Context, tx *ledger.Tx, edition sqldb.ID, kind NewsKind) error {
	_, err := tx.Exec(ctx, `insert into law_news (edition_id, kind, at) values (?, ?, ?)
		on conflict (edition_id, kind) do update set at = excluded.at`, edition, string(kind), sqldb.Micros(tx.Now()))
	return errs.Wrap("leave word of a text", err)
}

// NewsKeys lists the titles that the news touches: those of the documents of the
// texts, with their aliases, and those that the texts repeal or amend.
func NewsKeys(ctx context.Context, r sqldb.Reader) ([]string, error) {
	return titleKeys(ctx, r, `select d.title_key from law_news n join law_editions e on e.id = n.edition_id join law_documents d on d.id = e.document_id
		union select p.title_key from law_news n join law_repeals p on p.edition_id = n.edition_id
		union select f.title_key from law_news n join law_effects f on f.edition_id = n.edition_id`)
}

// KeysOfDocuments lists the titles of documents with their aliases.
func KeysOfDocuments(ctx context.Context, r sqldb.Reader, documents []sqldb.ID) ([]string, error) {
	if len(documents) == 0 {
		return nil, nil
	}
	args := sqldb.List(documents)
	return titleKeys(ctx, r, `select d.title_key from law_documents d where d.id in (`+sqldb.Marks(len(documents))+`)`, args...)
}

// KeysOf lists the title of the document of a text with its aliases.
func KeysOf(ctx context.Context, r sqldb.Reader, edition sqldb.ID) ([]string, error) {
	return titleKeys(ctx, r, `select d.title_key from law_editions e join law_documents d on d.id = e.document_id where e.id = ?`, edition)
}

// Begun lists the standing texts that came in lately (law_news), and those that
// begin after one day and up to another.
func Begun(ctx context.Context, r sqldb.Reader, after, to string) ([]Edition, error) {
	rows, err := r.Query(ctx, `select e.id, e.document_id, e.title, e.made, e.effective, e.repealed, e.articles from law_editions e
		where (e.id in (select n.edition_id from law_news n where n.kind = 'loaded') or ? <> '' and e.effective > ? and e.effective <= ?)
		and not exists (select 1 from law_withdrawals w where w.edition_id = e.id) order by e.id`, after, after, to)
	begun, err := sqldb.Collect(rows, err, func(r *sqldb.Rows) (Edition, error) {
		var e Edition
		err := r.Scan(&e.ID, &e.Document, &e.Title, &e.Made, &e.Effective, &e.Repealed, &e.Articles)
		return e, err
	})
	return begun, errs.Wrap("texts that begin", err)
}

// TurnedKeys lists the titles of which a text begins or ends after one day and
// up to another.
func TurnedKeys(ctx context.Context, r sqldb.Reader, after, to string) ([]string, error) {
	return titleKeys(ctx, r, `select d.title_key from law_editions e join law_documents d on d.id = e.document_id
		where e.effective > ? and e.effective <= ? or e.repealed > ? and e.repealed <= ?
		union select p.title_key from law_repeals p where p.day > ? and p.day <= ?`, after, to, after, to, after, to)
}

// titleKeys reads title keys and adds all other names of their documents: a
// citation may use any of them.
func titleKeys(ctx context.Context, r sqldb.Reader, q string, args ...any) ([]string, error) {
	rows, err := r.Query(ctx, `with k as (`+q+`) select title_key from k
		union select d.title_key from k join law_aliases a on a.title_key = k.title_key join law_documents d on d.id = a.document_id
		union select o.title_key from k join law_documents d on d.title_key = k.title_key join law_aliases o on o.document_id = d.id
		union select o.title_key from k join law_aliases a on a.title_key = k.title_key join law_aliases o on o.document_id = a.document_id`, args...)
	keys, err := sqldb.Collect(rows, err, func(r *sqldb.Rows) (string, error) {
		var k string
		err := r.Scan(&k)
		return k, err
	})
	return keys, errs.Wrap("titles concerned", err)
}
