package words

import (
	"cmp"
	"context"
	"maps"
	"slices"
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"

	"qingdan/internal/engine/hanzi"
	"qingdan/internal/errs"
	"qingdan/internal/platform/sqldb"
	"qingdan/internal/registry/power"
)

// Counter counts missed searches in memory until Flush writes them down. It is
// safe for concurrent use. What is counted since the last Flush is lost when the
// program dies, which is no harm.
type Counter struct {
	mu     sync.Mutex
	counts map[string]tally

	flushing sync.Mutex
	pruned   string // the day for which old days were forgotten
}

// tally is how often words were missed; near, of the latest time.
type tally struct {
	n    int
	near bool
}

// NewCounter makes an empty counter.
func NewCounter() *Counter { return &Counter{counts: map[string]tally{}} }

// Note counts a search that missed and says whether it was taken: see Clean. near
// says that something fits in part. It takes a microsecond and never fails; a
// nil counter takes nothing.
func (c *Counter) Note(typed string, near bool) bool {
	if c == nil {
		return false
	}
	w, ok := Clean(typed)
	if !ok {
		return false
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	t, known := c.counts[w]
	if !known && len(c.counts) >= inHand {
		return false // a flood: the first ones are enough
	}
	c.counts[w] = tally{t.n + 1, near}
	return true
}

// Clean brings what somebody typed to the form in which it is counted: folded,
// marks as single blanks. false for what is not counted: without a Han
// character, longer than 30 characters, or with somebody's number in it.
func Clean(typed string) (string, bool) {
	if len(typed) > 8*longest || power.PersonalDigits(typed) {
		return "", false
	}
	w := strings.Join(hanzi.Words(typed), " ")
	if utf8.RuneCountInString(w) > longest || !strings.ContainsFunc(w, func(r rune) bool { return unicode.Is(unicode.Han, r) }) {
		return "", false
	}
	return w, !power.PersonalDigits(w)
}

// take empties the counter: the words missed most first.
func (c *Counter) take() []missed {
	c.mu.Lock()
	counts := c.counts
	c.counts = map[string]tally{}
	c.mu.Unlock()
	out := make([]missed, 0, len(counts))
	for w := range maps.Keys(counts) {
		out = append(out, missed{words: w, tally: counts[w]})
	}
	slices.SortFunc(out, func(a, b missed) int { return cmp.Or(b.n-a.n, cmp.Compare(a.words, b.words)) })
	return out
}

// putBack counts again what could not be written.
func (c *Counter) putBack(all []missed) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, m := range all {
		if t, known := c.counts[m.words]; known || len(c.counts) < inHand {
			c.counts[m.words] = tally{t.n + m.n, m.near}
		}
	}
}

// missed is words with how often they were missed, and whose they may be.
type missed struct {
	words string
	tally
	department sqldb.ID
}

// Flush writes what was counted to a day and gives how many different words that
// were. Words that are new are directed to the department that should answer
// them: that of the items that fit in part, else the one whose mandate speaks of
// them, else nobody, which is the legal office. At most 500 different words are
// kept for one day, those searched for most. Old days are forgotten on the way.
// After an error nothing is lost: the counts wait for the next call.
func (c *Counter) Flush(ctx context.Context, db *sqldb.DB, day string) (int, error) {
	c.flushing.Lock()
	defer c.flushing.Unlock()
	all := c.take()
	if len(all) == 0 && c.pruned == day {
		return 0, nil
	}
	if err := c.flush(ctx, db, day, all); err != nil {
		c.putBack(all)
		return 0, errs.Wrap("keep missed searches", err)
	}
	c.pruned = day
	return len(all), nil
}

func (c *Counter) flush(ctx context.Context, db *sqldb.DB, day string, all []missed) error {
	if err := guess(ctx, db, all); err != nil {
		return err
	}
	inside := sqldb.Inside(ctx)
	return db.Write(ctx, func(tx *sqldb.Tx) error {
		room, err := roomOf(inside, tx, day)
		if err != nil {
			return err
		}
		for _, m := range all {
			kept, err := countOf(inside, tx, m.words, day)
			if err != nil {
				return err
			}
			if kept == 0 {
				if room == 0 {
					continue
				}
				room--
			}
			if err := addMissed(inside, tx, m, day); err != nil {
				return err
			}
		}
		if c.pruned == day {
			return nil
		}
		return forget(inside, tx, before(day, keep), before(day, once))
	})
}
