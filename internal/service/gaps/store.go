package gaps

import (
	"context"
	"encoding/json"

	"qingdan/internal/engine/citation"
	"qingdan/internal/errs"
	"qingdan/internal/platform/sqldb"
	"qingdan/internal/registry/list"
)

// item is a power with what it cites.
type item struct {
	power, version, department sqldb.ID
	code, name, category       string
	refs                       []citation.Ref
}

// The powers that are held against the law: those on an edition, and where a
// division has none in force those of its open changes.
const (
	itemColumns = `select p.id, v.id, v.department_id, p.code, v.name, v.category`
	onList      = ` from list_entries e join powers p on p.id = e.power_id join power_versions v on v.id = e.version_id
		where e.edition_id = ?`
	onTheWay = ` from changes c join powers p on p.id = c.power_id join power_versions v on v.id = c.version_id
		where p.division = ? and c.state in ('self_check', 'handed_up', 'review', 'proposed', 'consulting', 'approved')`
)

// readItems reads the powers of a division in force on a day, in the order of
// their codes; before the first list the powers on their way to it.
func readItems(ctx context.Context, r sqldb.Reader, division, day string) ([]item, error) {
	edition, err := list.InForce(ctx, r, division, day)
	source, arg := onList, any(edition.ID)
	switch {
	case errs.KindOf(err) == errs.NotFound && err != nil:
		source, arg = onTheWay, division
	case err != nil:
		return nil, err
	}
	rows, err := r.Query(ctx, itemColumns+source+` order by p.code`, arg)
	items, err := sqldb.Collect(rows, err, func(r *sqldb.Rows) (item, error) {
		var it item
		err := r.Scan(&it.power, &it.version, &it.department, &it.code, &it.name, &it.category)
		return it, err
	})
	if err != nil {
		return nil, errs.Wrap("read powers of "+division, err)
	}
	at := make(map[sqldb.ID]int, len(items))
	for i, it := range items {
		at[it.version] = i
	}
	type cited struct {
		version sqldb.ID
		ref     citation.Ref
	}
	rows, err = r.Query(ctx, `select version_id, law, article, article_sub, paragraph, item, subitem, reach from power_citations
		where version_id in (select v.id`+source+`) order by version_id, seq`, arg)
	refs, err := sqldb.Collect(rows, err, func(r *sqldb.Rows) (cited, error) {
		var c cited
		var reach string
		err := r.Scan(&c.version, &c.ref.Law, &c.ref.Article, &c.ref.ArticleSub, &c.ref.Paragraph, &c.ref.Item, &c.ref.Subitem, &reach)
		if err != nil || reach == "" {
			return c, err
		}
		c.ref.To = new(citation.End)
		return c, json.Unmarshal([]byte(reach), c.ref.To)
	})
	for _, c := range refs {
		i := at[c.version]
		items[i].refs = append(items[i].refs, c.ref)
	}
	return items, errs.Wrap("read citations of "+division, err)
}

// State is what the gaps of a division on a day rest on: as long as two states
// are equal with ==, so are the gaps. It is read in milliseconds.
type State struct {
	Division, Day string
	Edition       sqldb.ID // of the list in force; zero before the first, when the powers on their way to it count
	List          string   // its title
	Powers        int      // that are held against the law
	Texts         int      // of the library

	library [5]int64 // what came into it and went, and what names laws
	changes [3]int64 // before the first list: what came and moved
}

// ReadState reads the state of the list and of the library on a day.
func ReadState(ctx context.Context, r sqldb.Reader, division, day string) (State, error) {
	s := State{Division: division, Day: day}
	l := &s.library
	err := r.QueryRow(ctx, `select (select count(*) from law_editions), (select count(*) from law_withdrawals), (select coalesce(max(at), 0) from law_withdrawals),
		(select count(*) from law_aliases), (select count(*) from mandates)`).Scan(&l[0], &l[1], &l[2], &l[3], &l[4])
	if err != nil {
		return s, errs.Wrap("state of the library", err)
	}
	s.Texts = int(l[0] - l[1])
	edition, err := list.InForce(ctx, r, division, day)
	if err == nil || errs.KindOf(err) != errs.NotFound {
		s.Edition, s.List, s.Powers = edition.ID, edition.Title, edition.Entries
		return s, err
	}
	c := &s.changes
	err = r.QueryRow(ctx, `select (select count(*) from changes), (select coalesce(max(moved_at), 0) from changes), (select count(*) from power_versions),
		(select count(*)`+onTheWay+`)`, division).Scan(&c[0], &c[1], &c[2], &s.Powers)
	return s, errs.Wrap("state of the list of "+division, err)
}

// edition is a text of a document.
type edition struct{ id, document sqldb.ID }

// readEditions lists the editions of all documents, in the order of titles.
func readEditions(ctx context.Context, r sqldb.Reader) ([]edition, error) {
	rows, err := r.Query(ctx, `select e.id, d.id from law_editions e join law_documents d on d.id = e.document_id order by d.order_key, d.id, e.id`)
	all, err := sqldb.Collect(rows, err, func(r *sqldb.Rows) (edition, error) {
		var e edition
		err := r.Scan(&e.id, &e.document)
		return e, err
	})
	return all, errs.Wrap("read editions", err)
}
