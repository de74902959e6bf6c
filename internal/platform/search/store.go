package search

import (
	"context"
	"slices"
	"strconv"
	"strings"

	"qingdan/internal/errs"
	"qingdan/internal/platform/sqldb"
)

// store asks one engine. Both answer alike.
type store interface {
	// page gives what matches after a place, in stored order.
	page(ctx context.Context, e expr, after cursor, limit int) ([]Hit, error)
	// texts gives what hits are called, by their ids.
	texts(ctx context.Context, hits []Hit) (map[thing]text, error)
	// count counts what matches, no further than limit.
	count(ctx context.Context, e expr, limit int) (int, error)
}

// newStore chooses the engine behind the reader.
func newStore(r sqldb.Reader, q Query) (store, error) {
	known, ok := r.(interface{ Engine() sqldb.Engine })
	if !ok {
		return nil, errs.New(errs.Internal, "检索无法识别数据库")
	}
	if known.Engine() == sqldb.PostgreSQL {
		return postgres{r, filter{q.Kind, q.PublicOnly}}, nil
	}
	return sqlite{r, filter{q.Kind, q.PublicOnly}}, nil
}

// filter is what a query asks besides words.
type filter struct {
	kind       string
	publicOnly bool
}

// conds adds the filter's conditions on search_docs d.
func (f filter) conds(args []any) (string, []any) {
	cond := ""
	if f.kind != "" {
		cond, args = cond+" and d.kind = ?", append(args, f.kind)
	}
	if f.publicOnly {
		cond += " and d.public = 1"
	}
	return cond, args
}

type sqlite struct {
	r sqldb.Reader
	filter
}

// Up to so many matches are gathered and sorted. What matches more is met often
// enough when the things are walked in stored order.
const (
	fewSQLite   = 8000
	fewPostgres = 2000
)

func (s sqlite) page(ctx context.Context, e expr, after cursor, limit int) ([]Hit, error) {
	match, n := e.match(), 0
	err := s.r.QueryRow(ctx, `select count(*) from (select rowid from search_terms
		where search_terms match ? limit ?)`, match, fewSQLite+1).Scan(&n)
	if err != nil || n == 0 {
		return nil, err
	}
	if n > fewSQLite {
		hits, found, err := s.walk(ctx, match, after, limit)
		if found || err != nil {
			return hits, err
		}
	}
	cond, args := s.conds([]any{match, after.order, after.id[:]})
	rows, err := s.r.Query(ctx, `select d.id, d.kind, d.ord from search_terms
		cross join search_docs d on d.num = search_terms.rowid
		where search_terms match ? and (d.ord, d.id) > (?, ?)`+cond+`
		order by d.ord, d.id limit ?`, append(args, limit)...)
	return sqldb.Collect(rows, err, scanHit)
}

// walk goes through the things in stored order and keeps those that match.
// The matches come as one text: a row each would cost ten times as much. It
// gives up (found is false) when it has passed as many things as match and
// could have sorted them meanwhile: what begins alike lies together, and may
// lie at the end.
func (s sqlite) walk(ctx context.Context, match string, after cursor, limit int) (out []Hit, found bool, err error) {
	matches, err := s.matches(ctx, match)
	if err != nil {
		return nil, false, err
	}
	cond, args := s.conds([]any{after.order, after.id[:]})
	rows, err := s.r.Query(ctx, `select d.num, d.id, d.kind, d.ord from search_docs d
		where (d.ord, d.id) > (?, ?)`+cond+` order by d.ord, d.id`, args...)
	if err != nil {
		return nil, false, err
	}
	defer rows.Close()
	for passed := 0; len(out) < limit && rows.Next(); passed++ {
		if passed > len(matches) {
			return nil, false, nil
		}
		var num int64
		var h Hit
		if err := rows.Scan(&num, &h.ID, &h.Kind, &h.Order); err != nil {
			return nil, false, err
		}
		if _, ok := slices.BinarySearch(matches, num); ok {
			out = append(out, h)
		}
	}
	return out, true, rows.Err()
}

// matches gives the rows that match, ascending as the index gives them.
func (s sqlite) matches(ctx context.Context, match string) ([]int64, error) {
	var list string
	err := s.r.QueryRow(ctx, `select group_concat(rowid) from search_terms where search_terms match ?`, match).Scan(&list)
	if err != nil {
		return nil, err
	}
	var out []int64
	for text := range strings.SplitSeq(list, ",") {
		num, err := strconv.ParseInt(text, 10, 64)
		if err != nil {
			return nil, err
		}
		out = append(out, num)
	}
	return out, nil
}

func (s sqlite) texts(ctx context.Context, hits []Hit) (map[thing]text, error) {
	return readTexts(ctx, s.r, hits)
}

func (s sqlite) count(ctx context.Context, e expr, limit int) (n int, err error) {
	if s.filter == (filter{}) {
		err = s.r.QueryRow(ctx, `select count(*) from (select rowid from search_terms
			where search_terms match ? limit ?)`, e.match(), limit).Scan(&n)
		return n, err
	}
	cond, args := s.conds([]any{e.match()})
	err = s.r.QueryRow(ctx, `select count(*) from (select d.num from search_terms
		cross join search_docs d on d.num = search_terms.rowid
		where search_terms match ?`+cond+` limit ?)`, append(args, limit)...).Scan(&n)
	return n, err
}

type postgres struct {
	r sqldb.Reader
	filter
}

// page gathers the matches by the index and sorts them; when they are too
// many, the server walks the things in stored order instead. The choice is made
// here: the server's own estimates make it walk for words that nothing has.
func (s postgres) page(ctx context.Context, e expr, after cursor, limit int) ([]Hit, error) {
	cond, args := s.gathered(e)
	found := 0
	rows, err := s.r.Query(ctx, `with m as materialized (select d.id, d.kind, d.ord from search_docs d where `+cond+` limit ?)
		select x.id, coalesce(x.kind, ''), coalesce(x.ord, ''), c.n from (select count(*) as n from m) c
		left join (select id, kind, ord from m where (ord, id) > (?, ?) order by ord, id limit ?) x on true
		order by x.ord, x.id`, append(args, fewPostgres+1, after.order, after.id[:], limit)...)
	hits, err := sqldb.Collect(rows, err, func(rows *sqldb.Rows) (h Hit, err error) {
		err = rows.Scan(&h.ID, &h.Kind, &h.Order, &found)
		return h, err
	})
	if err != nil || found == 0 || hits[0].ID.IsZero() && found <= fewPostgres {
		return nil, err
	}
	if found <= fewPostgres {
		return hits, nil
	}
	cond, args = e.where()
	more, args := s.conds(args)
	rows, err = s.r.Query(ctx, `select d.id, d.kind, d.ord from search_docs d where `+cond+more+`
		and (d.ord, d.id) > (?, ?) order by d.ord, d.id limit ?`, append(args, after.order, after.id[:], limit)...)
	return sqldb.Collect(rows, err, scanHit)
}

func (s postgres) texts(ctx context.Context, hits []Hit) (map[thing]text, error) {
	return readTexts(ctx, s.r, hits)
}

func (s postgres) count(ctx context.Context, e expr, limit int) (n int, err error) {
	cond, args := s.gathered(e)
	err = s.r.QueryRow(ctx, `select count(*) from (select d.id from search_docs d where `+cond+` limit ?) x`,
		append(args, limit)...).Scan(&n)
	return n, err
}

// gathered writes the conditions so that only the index of terms can serve
// them: kind is hidden from its own index.
func (s postgres) gathered(e expr) (string, []any) {
	cond, args := e.where()
	more, args := s.conds(args)
	return cond + strings.Replace(more, "d.kind =", "d.kind || '' =", 1), args
}

func scanHit(rows *sqldb.Rows) (h Hit, err error) {
	err = rows.Scan(&h.ID, &h.Kind, &h.Order)
	return h, err
}

// readTexts reads what hits are called, those of one kind at a time: the index
// by ids begins with the kind.
func readTexts(ctx context.Context, r sqldb.Reader, hits []Hit) (map[thing]text, error) {
	kinds := map[string][]sqldb.ID{}
	for _, h := range hits {
		kinds[h.Kind] = append(kinds[h.Kind], h.ID)
	}
	out := make(map[thing]text, len(hits))
	for kind, ids := range kinds {
		marks, args := sqldb.In(ids)
		rows, err := r.Query(ctx, `select d.id, d.title, d.words from search_docs d where d.kind = ? and d.id in (`+marks+`)`,
			append([]any{kind}, args...)...)
		type called struct {
			id sqldb.ID
			text
		}
		all, err := sqldb.Collect(rows, err, func(rows *sqldb.Rows) (c called, err error) {
			err = rows.Scan(&c.id, &c.title, &c.words)
			return c, err
		})
		if err != nil {
			return nil, err
		}
		for _, c := range all {
			out[thing{kind, c.id}] = c.text
		}
	}
	return out, nil
}
