package power

import (
	"context"
	"fmt"
	"slices"
	"time"

	"qingdan/internal/engine/citation"
	"qingdan/internal/errs"
	"qingdan/internal/platform/sqldb"
)

// Cited is one citation of a version that is, or may come, onto the list.
type Cited struct {
	Power, Version, Department sqldb.ID
	Code, Division, Name       string
	Category                   Category
	No                         int       // of the version
	Created                    time.Time // of the version
	Seq                        int       // of the citation in the basis, from 1
	Ref                        citation.Ref
}

// Live is the condition, in SQL, that a change h carries a wording on its way or
// on the list: one that did not leave, was not withdrawn and not replaced. A
// cancellation carries no wording of its own.
const Live = `h.kind <> 'cancel' and h.state in ('self_check', 'handed_up', 'review', 'proposed', 'consulting', 'approved', 'published')`

// NewestLive is the condition, in SQL, that no change carries a later wording of the
// power of version v, on its way or on the list.
const NewestLive = `not exists (select 1 from changes h join power_versions n on n.id = h.version_id
	where h.power_id = v.power_id and n.no > v.no and ` + Live + `)`

// CitedLaws lists the titles that versions cite, as written.
func CitedLaws(ctx context.Context, r sqldb.Reader) ([]string, error) {
	rows, err := r.Query(ctx, `select distinct law from power_citations`)
	laws, err := sqldb.Collect(rows, err, func(r *sqldb.Rows) (string, error) {
		var s string
		err := r.Scan(&s)
		return s, err
	})
	return laws, errs.Wrap("cited laws", err)
}

// lawBatch is how many titles one query asks for.
const lawBatch = 200

// Citing calls fn for every citation of the laws, by the titles as written, in
// the newest wording of each power that a change on the way or published
// carries: not in those that left, were withdrawn or have been replaced. A
// version's citations come together. fn may not query.
func Citing(ctx context.Context, r sqldb.Reader, laws []string, fn func(Cited) error) error {
	for batch := range slices.Chunk(laws, lawBatch) {
		args := make([]any, len(batch))
		for i, l := range batch {
			args[i] = l
		}
		if err := citing(ctx, r, `c.law in (`+sqldb.Marks(len(batch))+`)`, args, fn); err != nil {
			return fmt.Errorf("who cites: %w", err)
		}
	}
	return nil
}

// CitedBy is Citing for all citations of some powers.
func CitedBy(ctx context.Context, r sqldb.Reader, powers []sqldb.ID, fn func(Cited) error) error {
	for batch := range slices.Chunk(powers, lawBatch) {
		args := make([]any, len(batch))
		for i, id := range batch {
			args[i] = id
		}
		if err := citing(ctx, r, `v.power_id in (`+sqldb.Marks(len(batch))+`)`, args, fn); err != nil {
			return fmt.Errorf("what is cited: %w", err)
		}
	}
	return nil
}

func citing(ctx context.Context, r sqldb.Reader, cond string, args []any, fn func(Cited) error) error {
	rows, err := r.Query(ctx, `select v.power_id, v.id, v.department_id, p.code, p.division, v.name, v.category, v.no, v.created_at,
		c.seq, c.law, c.article, c.article_sub, c.paragraph, c.item, c.subitem, c.reach
		from power_citations c join power_versions v on v.id = c.version_id join powers p on p.id = v.power_id
		where `+cond+` and exists (select 1 from changes h where h.version_id = v.id and `+Live+`) and `+NewestLive+`
		order by p.code, v.id, c.seq`, args...)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		var c Cited
		var created int64
		var reach string
		f := &c.Ref
		if err := rows.Scan(&c.Power, &c.Version, &c.Department, &c.Code, &c.Division, &c.Name, &c.Category, &c.No, &created,
			&c.Seq, &f.Law, &f.Article, &f.ArticleSub, &f.Paragraph, &f.Item, &f.Subitem, &reach); err != nil {
			return err
		}
		c.Created = sqldb.FromMicros(created)
		if f.To, err = readReach(reach); err != nil {
			return err
		}
		if err := fn(c); err != nil {
			return err
		}
	}
	return rows.Err()
}

// Written is a version of a power with what it cites.
type Written struct {
	Power, Version sqldb.ID
	No             int
	Created        time.Time
	Refs           []citation.Ref
}

// Wordings calls fn for the versions of powers with their citations, the first
// one of each power first, without those that were taken back: since when a
// citation has stood there. fn may not query.
func Wordings(ctx context.Context, r sqldb.Reader, powers []sqldb.ID, fn func(Written)) error {
	for batch := range slices.Chunk(powers, lawBatch) {
		if err := wordings(ctx, r, batch, fn); err != nil {
			return fmt.Errorf("wordings: %w", err)
		}
	}
	return nil
}

func wordings(ctx context.Context, r sqldb.Reader, powers []sqldb.ID, fn func(Written)) error {
	rows, err := r.Query(ctx, `select v.power_id, v.id, v.no, v.created_at, coalesce(c.law, ''), coalesce(c.article, 0), coalesce(c.article_sub, 0),
		coalesce(c.paragraph, 0), coalesce(c.item, 0), coalesce(c.subitem, 0), coalesce(c.reach, '')
		from power_versions v left join power_citations c on c.version_id = v.id where v.power_id in (`+sqldb.Marks(len(powers))+`)
		and not exists (select 1 from changes h where h.version_id = v.id and h.kind <> 'cancel' and h.state = 'withdrawn')
		order by v.power_id, v.no, c.seq`, sqldb.List(powers)...)
	if err != nil {
		return err
	}
	defer rows.Close()
	var w Written
	for rows.Next() {
		next := Written{}
		var created int64
		var f citation.Ref
		var reach string
		if err := rows.Scan(&next.Power, &next.Version, &next.No, &created, &f.Law, &f.Article, &f.ArticleSub, &f.Paragraph, &f.Item, &f.Subitem, &reach); err != nil {
			return err
		}
		if f.To, err = readReach(reach); err != nil {
			return err
		}
		if next.Version != w.Version {
			if !w.Version.IsZero() {
				fn(w)
			}
			w, w.Created = next, sqldb.FromMicros(created)
		}
		w.Refs = append(w.Refs, f)
	}
	if !w.Version.IsZero() {
		fn(w)
	}
	return rows.Err()
}
