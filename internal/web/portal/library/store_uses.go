package library

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"qingdan/internal/errs"
	"qingdan/internal/platform/sqldb"
	"qingdan/internal/service/impact"
)

// use says that a power of the list cites an article of a text.
type use struct {
	place
	Code, Name string
}

// place is an article of a text.
type place struct {
	Edition sqldb.ID
	Seq     int
}

// cite is one citation of a listed version with where it leads.
type cite struct {
	version sqldb.ID
	seq     int
}

// readTextUses reads who cites the articles of some texts from one seq to
// another, in the order of the codes.
func readTextUses(ctx context.Context, r sqldb.Reader, l cited, from, to int, texts ...sqldb.ID) ([]use, error) {
	in, args := sqldb.In(texts)
	uses, err := readLinked(ctx, r, l, "k.article_seq between ? and ? and k.edition_id in ("+in+")", append([]any{from, to}, args...)...)
	if err != nil {
		return nil, err
	}
	err = leftBehind(ctx, r, l, uses)
	return listed(uses, func(p place) bool { return slices.Contains(texts, p.Edition) && from <= p.Seq && p.Seq <= to }), err
}

// readPlaceUses reads who cites one article, wherever it stands in the texts
// of its law, in the order of the codes; a power comes once.
func readPlaceUses(ctx context.Context, r sqldb.Reader, l cited, places []place) ([]use, error) {
	conds, args := make([]string, len(places)), []any{}
	for i, p := range places {
		conds[i] = "k.edition_id = ? and k.article_seq = ?"
		args = append(args, p.Edition, p.Seq)
	}
	uses, err := readLinked(ctx, r, l, strings.Join(conds, " or "), args...)
	if err != nil {
		return nil, err
	}
	err = leftBehind(ctx, r, l, uses)
	out := listed(uses, func(p place) bool { return slices.Contains(places, p) })
	return slices.CompactFunc(out, func(a, b use) bool { return a.Code == b.Code }), err
}

// cited says which citations are meant: those of a law in an edition of the
// list, as changes of law left them by a day.
type cited struct {
	list, document sqldb.ID
	day            string
}

// readLinked reads the citations k that led to a place at the last check.
func readLinked(ctx context.Context, r sqldb.Reader, l cited, cond string, args ...any) (map[cite]use, error) {
	return readCites(ctx, r, `select k.version_id, k.seq, k.edition_id, k.article_seq, e.code, e.name
		from citation_links k join list_entries e on e.version_id = k.version_id
		where e.edition_id = ? and k.document_id = ? and (`+cond+`)`, append([]any{l.list, l.document}, args...)...)
}

// leftBehind puts the citations that a change of the law left behind to the
// article they were written for: their number leads to another article since,
// or to none. A task also concerns the same citation of another wording, but
// not that of the version that answers it. The names of the laws are compared
// in a case, so that no database takes their index: one law is cited by
// thousands.
func leftBehind(ctx context.Context, r sqldb.Reader, l cited, uses map[cite]use) error {
	left, err := readCites(ctx, r, `select e.version_id, c.seq, v.from_edition_id,
		(select min(a.seq) from law_articles a where a.edition_id = v.from_edition_id and a.n = w.old_n and a.sub = w.old_sub), e.code, e.name
		from impact_events v join impact_tasks t on t.event_id = v.id and (t.state <> 'void' or t.outcome = ?)
		join impact_reasons w on w.task_id = t.id and w.old_n > 0 and (w.new_n <> w.old_n or w.new_sub <> w.old_sub)
		join list_entries e on e.edition_id = ? and e.power_id = t.power_id
		join power_citations c on c.version_id = e.version_id and c.article = w.old_n and c.article_sub = w.old_sub
		where v.document_id = ? and v.day <= ? and v.kind not in (?, ?)
		and case (select o.law from power_citations o where o.version_id = t.version_id and o.seq = w.citation) when c.law then 1 else 0 end = 1
		and not exists (select 1 from power_versions n join power_versions s on s.id = e.version_id where n.id = t.new_version_id and n.no <= s.no)
		order by v.day desc, t.id desc`, string(impact.Overtaken), l.list, l.document, l.day, string(impact.Covering), string(impact.Amending))
	for c, u := range left {
		uses[c] = u
	}
	return err
}

// readCites reads citations with where they lead; of two places the later row
// counts.
func readCites(ctx context.Context, r sqldb.Reader, query string, args ...any) (map[cite]use, error) {
	rows, err := r.Query(ctx, query, args...)
	if err != nil {
		return nil, errs.Wrap("uses of articles", err)
	}
	defer rows.Close()
	out := map[cite]use{}
	for rows.Next() {
		var c cite
		var u use
		if err := rows.Scan(&c.version, &c.seq, &u.Edition, &u.Seq, &u.Code, &u.Name); err != nil {
			return nil, errs.Wrap("uses of articles", err)
		}
		out[c] = u
	}
	return out, errs.Wrap("uses of articles", rows.Err())
}

// listed lists the uses of some places, each once, in the order of the codes.
func listed(uses map[cite]use, in func(place) bool) []use {
	var out []use
	for _, u := range uses {
		if in(u.place) {
			out = append(out, u)
		}
	}
	slices.SortFunc(out, func(a, b use) int {
		return cmp.Or(strings.Compare(a.Code, b.Code), cmp.Compare(a.Seq, b.Seq), slices.Compare(a.Edition[:], b.Edition[:]))
	})
	return slices.Compact(out)
}
