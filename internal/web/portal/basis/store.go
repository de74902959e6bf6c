package basis

import (
	"context"
	"encoding/json"

	"qingdan/internal/engine/citation"
	"qingdan/internal/errs"
	"qingdan/internal/platform/sqldb"
	"qingdan/internal/registry/law"
	"qingdan/internal/service/impact"
)

// cite is one citation of a version with where it leads.
type cite struct {
	Ref         citation.Ref
	Quote       string
	State       law.State
	Document    sqldb.ID
	Withdrawn   bool // the text it led to was taken back since
	Number, Sub int
	Paragraphs  string // JSON of the article's paragraphs
	Text        string
}

func readCites(ctx context.Context, r sqldb.Reader, version sqldb.ID) ([]cite, error) {
	rows, err := r.Query(ctx, `select c.law, c.article, c.article_sub, c.paragraph, c.item, c.subitem, c.reach, c.quote,
		coalesce(k.state, ''), k.document_id, case when k.edition_id is not null and d.id is null then 1 else 0 end,
		coalesce(a.n, 0), coalesce(a.sub, 0), coalesce(a.paragraphs, ''), coalesce(a.text, '')
		from power_citations c left join citation_links k on k.version_id = c.version_id and k.seq = c.seq
		left join law_editions d on d.id = k.edition_id and not exists (select 1 from law_withdrawals w where w.edition_id = d.id)
		left join law_articles a on a.edition_id = d.id and a.seq = k.article_seq
		where c.version_id = ? order by c.seq`, version)
	return sqldb.Collect(rows, err, func(r *sqldb.Rows) (cite, error) {
		var b cite
		var reach string
		var withdrawn int
		f := &b.Ref
		if err := r.Scan(&f.Law, &f.Article, &f.ArticleSub, &f.Paragraph, &f.Item, &f.Subitem, &reach, &b.Quote,
			&b.State, &b.Document, &withdrawn, &b.Number, &b.Sub, &b.Paragraphs, &b.Text); err != nil {
			return b, err
		}
		b.Withdrawn = withdrawn == 1
		if reach == "" {
			return b, nil
		}
		f.To = new(citation.End)
		return b, json.Unmarshal([]byte(reach), f.To)
	})
}

// event is a change of law as far as a citation needs it; see impact.Event.
type event struct {
	ID       sqldb.ID
	Kind     impact.EventKind
	From, To sqldb.ID
	Day      string
}

// readEvents reads the changes of law that opened tasks on a power.
func readEvents(ctx context.Context, r sqldb.Reader, power sqldb.ID) (map[sqldb.ID]event, error) {
	rows, err := r.Query(ctx, `select distinct e.id, e.kind, e.from_edition_id, e.to_edition_id, e.day
		from impact_tasks t join impact_events e on e.id = t.event_id where t.power_id = ?`, power)
	all, err := sqldb.Collect(rows, err, func(r *sqldb.Rows) (event, error) {
		var e event
		err := r.Scan(&e.ID, &e.Kind, &e.From, &e.To, &e.Day)
		return e, err
	})
	out := make(map[sqldb.ID]event, len(all))
	for _, e := range all {
		out[e.ID] = e
	}
	return out, errs.Wrap("changes of law", err)
}
