package words

import (
	"cmp"
	"context"
	"math"
	"slices"

	"qingdan/internal/engine/hanzi"
	"qingdan/internal/errs"
	"qingdan/internal/platform/search"
	"qingdan/internal/platform/sqldb"
	"qingdan/internal/registry/org"
)

// Suggestion is an item that may be what people look for.
type Suggestion struct {
	Power      sqldb.ID
	Code, Name string
	Department sqldb.ID
}

// suggested is how many items are suggested for missed words.
const suggested = 5

// Suggest gives the items on the list that fit missed words best, best first; at
// most five.
func Suggest(ctx context.Context, r sqldb.Reader, words string) ([]Suggestion, error) {
	hits, err := search.Find(ctx, r, search.Query{Words: words, Kind: "power", PublicOnly: true, Limit: suggested})
	if err != nil || len(hits) == 0 {
		return nil, err
	}
	ids := make([]sqldb.ID, len(hits))
	for i, h := range hits {
		ids[i] = h.ID
	}
	found, err := listed(ctx, r, ids)
	if err != nil {
		return nil, err
	}
	var out []Suggestion
	for _, id := range ids {
		if s, ok := found[id]; ok {
			out = append(out, s)
		}
	}
	return out, nil
}

// guess finds the department for words that nobody has missed before.
func guess(ctx context.Context, db *sqldb.DB, all []missed) error {
	var duties []duty // read when a word needs them
	for i := range all {
		known, err := isKnown(ctx, db, all[i].words)
		if err != nil || known {
			if err != nil {
				return err
			}
			continue
		}
		found, err := Suggest(ctx, db, all[i].words)
		if err != nil {
			return errs.Wrap("guess a department", err)
		}
		if all[i].department = byItems(found); !all[i].department.IsZero() {
			continue
		}
		if duties == nil {
			if duties, err = readDuties(ctx, db); err != nil {
				return err
			}
		}
		all[i].department = byDuty(duties, all[i].words)
	}
	return nil
}

// byItems gives the department that most of the suggested items have, the first
// ones counting more; none of none.
func byItems(found []Suggestion) (best sqldb.ID) {
	votes := map[sqldb.ID]int{}
	for i, s := range found {
		if votes[s.Department] += suggested - i; votes[s.Department] > votes[best] || best.IsZero() {
			best = s.Department
		}
	}
	return best
}

// duty is the pairs of characters of a department's mandate (三定).
type duty struct {
	department sqldb.ID
	pairs      map[string]bool
}

func readDuties(ctx context.Context, r sqldb.Reader) ([]duty, error) {
	mandates, err := org.Mandates(ctx, r)
	if err != nil {
		return nil, errs.Wrap("mandates", err)
	}
	out := []duty{} // not nil: read
	for _, m := range mandates {
		if len(out) == 0 || out[len(out)-1].department != m.Department {
			out = append(out, duty{m.Department, map[string]bool{}})
		}
		for _, p := range hanzi.Bigrams(m.Text) {
			out[len(out)-1].pairs[p] = true
		}
	}
	return out, nil
}

// enough is how much a mandate must share with words to speak of them: one pair
// that few departments have, or two that some have.
const enough = 2.0

// byDuty gives the department whose mandate shares most with words, each pair
// weighing more the fewer departments have it; none where nothing says enough.
func byDuty(duties []duty, words string) sqldb.ID {
	type share struct {
		department sqldb.ID
		weight     float64
	}
	shares := make([]share, len(duties))
	for i, d := range duties {
		shares[i].department = d.department
	}
	for _, p := range hanzi.Bigrams(words) {
		n := 0
		for _, d := range duties {
			if d.pairs[p] {
				n++
			}
		}
		for i, d := range duties {
			if d.pairs[p] {
				shares[i].weight += math.Log2(float64(len(duties)+1) / float64(n))
			}
		}
	}
	best := slices.MaxFunc(append(shares, share{}), func(a, b share) int {
		return cmp.Or(cmp.Compare(a.weight, b.weight), slices.Compare(b.department[:], a.department[:]))
	})
	if best.weight < enough {
		return sqldb.ID{}
	}
	return best.department
}
