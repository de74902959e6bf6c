package search

import (
	"context"
	"encoding/hex"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"qingdan/internal/errs"
	"qingdan/internal/platform/sqldb"
)

// Find gives the best things for a query, tier by tier and inside a tier by how
// well their titles fit (see the package). All words must match; when nothing
// matches all of them, the things that match most are given with Partial set, as
// one list without further pages (nothing with Query.Full), and with Query.Fill some of these follow a
// short list. A query without any word finds nothing. Neither quotes nor
// operators nor SQL in the words mean anything; the query is cut at 512
// characters and 64 terms. A malformed After is Invalid.
func Find(ctx context.Context, r sqldb.Reader, q Query) ([]Hit, error) {
	from, err := parseCursor(q.After)
	if err != nil {
		return nil, err
	}
	s, p, ok, err := prepare(ctx, r, q)
	if err != nil || !ok {
		return nil, err
	}
	limit := q.Limit
	if limit <= 0 {
		limit = plainLimit
	}
	limit = min(limit, maxLimit)
	hits, err := findAll(ctx, s, p, from, limit)
	switch few := min(limit, filled); {
	case err != nil || q.After != "" || q.Full:
	case len(hits) == 0:
		hits, err = findPartial(ctx, s, p, limit)
	case q.Fill && len(hits) < few && len(p.units) > 1 && hits[0].Tier > TierBigrams: // who typed a name has found it
		var more []Hit
		more, err = findPartial(ctx, s, p, few)
		hits = fill(hits, more, few)
	}
	if err != nil {
		return nil, errs.Wrap("search: find", err)
	}
	return hits, nil
}

// filled is up to how many hits a short list is filled.
const filled = 5

// fill adds hits that match in part to those that match in full.
func fill(hits, more []Hit, n int) []Hit {
	for _, h := range more {
		if len(hits) < n && !slices.ContainsFunc(hits, func(x Hit) bool { return x.Kind == h.Kind && x.ID == h.ID }) {
			hits = append(hits, h)
		}
	}
	return hits
}

// prepare chooses the engine and understands the query; ok is false when
// nothing can match it.
func prepare(ctx context.Context, r sqldb.Reader, q Query) (s store, p plan, ok bool, err error) {
	if s, err = newStore(r, q); err != nil || q.Kind != "" && !isKind(q.Kind) {
		return s, p, false, err
	}
	p, ok, err = understand(q.Words, func(w string) (bool, error) {
		n, err := s.count(ctx, word(fText, w), 1)
		return n > 0, err
	})
	return s, p, ok, errs.Wrap("search: understand", err)
}

// findAll walks the tiers from the cursor on, one hit further than wanted, to
// know whether another page follows. Where nothing matches at all, one look is
// enough.
func findAll(ctx context.Context, s store, p plan, from cursor, limit int) ([]Hit, error) {
	if n, err := s.count(ctx, p.whole(), 1); err != nil || n == 0 {
		return nil, err
	}
	k := newRanker(p)
	var hits []Hit
	for _, st := range p.steps() {
		if st.tier < from.tier {
			continue
		}
		after := cursor{tier: st.tier, sorted: true}
		if st.tier == from.tier {
			after = from
		}
		page, err := tierPage(ctx, s, k, st, after, limit+1-len(hits))
		if err != nil {
			return nil, err
		}
		hits = append(hits, page...)
		if len(hits) > limit {
			return hits[:limit], nil
		}
	}
	if len(hits) > 0 {
		hits[len(hits)-1].Cursor = ""
	}
	return hits, nil
}

// tierPage gives hits of one tier after a place: first those that are sorted by
// their titles, then the others in stored order.
func tierPage(ctx context.Context, s store, k ranker, st step, after cursor, limit int) ([]Hit, error) {
	var out []Hit
	if after.sorted {
		first, err := s.page(ctx, st.expr, cursor{}, ranked)
		if err != nil || len(first) == 0 {
			return nil, err
		}
		last := first[len(first)-1]
		if err := k.order(ctx, s, first, func(Hit) float64 { return 0 }); err != nil {
			return nil, err
		}
		for i := after.passed; i < len(first) && len(out) < limit; i++ {
			first[i].Tier, first[i].Cursor = st.tier, cursor{tier: st.tier, sorted: true, passed: i + 1}.String()
			out = append(out, first[i])
		}
		if len(out) == limit || len(first) < ranked {
			return out, nil
		}
		after = cursor{tier: st.tier, order: last.Order, id: last.ID}
	}
	more, err := s.page(ctx, st.expr, after, limit-len(out))
	for _, h := range more {
		h.Tier, h.Cursor = st.tier, cursor{tier: st.tier, order: h.Order, id: h.ID}.String()
		out = append(out, h)
	}
	return out, err
}

// Count counts what matches all words of a query; capped says that there are
// more than the 1,000 counted.
func Count(ctx context.Context, r sqldb.Reader, q Query) (n int, capped bool, err error) {
	s, p, ok, err := prepare(ctx, r, q)
	if err != nil || !ok {
		return 0, false, err
	}
	n, err = s.count(ctx, p.whole(), countCap+1)
	if err != nil {
		return 0, false, errs.Wrap("search: count", err)
	}
	return min(n, countCap), n > countCap, nil
}

// cursor is the place in the results after which a page begins: so many of the
// hits of a tier that are sorted, or behind them a place in stored order.
type cursor struct {
	tier   Tier
	sorted bool
	passed int
	order  string
	id     sqldb.ID
}

func (c cursor) String() string {
	if c.sorted {
		return fmt.Sprintf("%d.%d", c.tier, c.passed)
	}
	return fmt.Sprintf("%d.%s.%s", c.tier, hex.EncodeToString(c.id[:]), c.order)
}

func parseCursor(s string) (cursor, error) {
	if s == "" {
		return cursor{tier: TierCode, sorted: true}, nil
	}
	tier, rest, ok := strings.Cut(s, ".")
	n, err := strconv.Atoi(tier)
	if ok && err == nil && n >= int(TierCode) && n <= int(TierBody) {
		id, order, three := strings.Cut(rest, ".")
		if passed, err := strconv.Atoi(id); !three && err == nil && passed > 0 && passed <= ranked {
			return cursor{tier: Tier(n), sorted: true, passed: passed}, nil
		}
		if raw, err := hex.DecodeString(id); three && err == nil && len(raw) == 16 {
			return cursor{tier: Tier(n), order: order, id: sqldb.ID(raw)}, nil
		}
	}
	return cursor{}, errs.Invalidf("翻页位置“%.40s”无效", s).Fix("请从第一页重新查找")
}
