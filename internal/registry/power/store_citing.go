package power

import (
	"context"
	"encoding/json"
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
	Created                    time.Time // of the version
	Seq                        int       // of the citation in the basis, from 1
	Ref                        citation.Ref
}

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
// versions that changes on the way or published carry: not in those that left,
// were withdrawn or have been replaced. A version's citations come together.
// fn may not query.
func Citing(ctx context.Context, r sqldb.Reader, laws []string, fn func(Cited) error) error {
	for batch := range slices.Chunk(laws, lawBatch) {
		if err := citing(ctx, r, batch, fn); err != nil {
			return fmt.Errorf("who cites: %w", err)
		}
	}
	return nil
}

func citing(ctx context.Context, r sqldb.Reader, laws []string, fn func(Cited) error) error {
	args := make([]any, 0, len(laws))
	for _, l := range laws {
		args = append(args, l)
	}
	rows, err := r.Query(ctx, `select v.power_id, v.id, v.department_id, p.code, p.division, v.name, v.category, v.created_at,
		c.seq, c.law, c.article, c.article_sub, c.paragraph, c.item, c.subitem, c.reach
		from power_citations c join power_versions v on v.id = c.version_id join powers p on p.id = v.power_id
		where c.law in (`+marks(len(laws))+`) and exists (select 1 from changes h where h.version_id = v.id and h.kind <> 'cancel'
		and h.state in ('self_check', 'handed_up', 'review', 'proposed', 'consulting', 'approved', 'published'))
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
		if err := rows.Scan(&c.Power, &c.Version, &c.Department, &c.Code, &c.Division, &c.Name, &c.Category, &created,
			&c.Seq, &f.Law, &f.Article, &f.ArticleSub, &f.Paragraph, &f.Item, &f.Subitem, &reach); err != nil {
			return err
		}
		c.Created = sqldb.FromMicros(created)
		if reach != "" {
			f.To = new(citation.End)
			if err := json.Unmarshal([]byte(reach), f.To); err != nil {
				return err
			}
		}
		if err := fn(c); err != nil {
			return err
		}
	}
	return rows.Err()
}
