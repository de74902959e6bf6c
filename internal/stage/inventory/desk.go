package inventory

import (
	"context"
	"fmt"
	"time"

	"qingdan/internal/engine/citation"
	"qingdan/internal/engine/hanzi"
	"qingdan/internal/errs"
	"qingdan/internal/platform/sqldb"
	"qingdan/internal/registry/law"
	"qingdan/internal/registry/list"
	"qingdan/internal/registry/org"
)

// Desk is what a reviewer has at hand: the law library on a stated day, the
// departments and their 三定, the approval catalogue, other places' lists. It
// is read once per run and belongs to one goroutine.
type Desk struct {
	Day         string
	Library     *law.Library
	departments map[sqldb.ID]org.Department
	mandates    map[sqldb.ID]*mandateBook
	catalogue   *nameIndex // nil when none is loaded
	peers       *nameIndex
	peerItems   []list.Item
	near        map[string][]string // titles that come close to unknown ones, looked up once
}

// mandateBook is one department's 三定, prepared for matching.
type mandateBook struct {
	rows   []org.Mandate
	byLaw  map[string][]int // title key of a law the row names -> rows
	byGram map[string][]int // bigram -> rows, each once
}

// OpenDesk reads everything the checks need for a day (YYYY-MM-DD).
func OpenDesk(ctx context.Context, r sqldb.Reader, day string) (*Desk, error) {
	if _, err := time.Parse(time.DateOnly, day); err != nil {
		return nil, errs.Invalidf("日期“%s”不对", day).Fix("请写成 2014-12-01 这样")
	}
	d := &Desk{Day: day, departments: map[sqldb.ID]org.Department{}, mandates: map[sqldb.ID]*mandateBook{}, near: map[string][]string{}}
	var err error
	if d.Library, err = law.ReadLibrary(ctx, r); err != nil {
		return nil, err
	}
	depts, err := org.Departments(ctx, r, "")
	if err != nil {
		return nil, fmt.Errorf("open desk: %w", err)
	}
	for _, p := range depts {
		d.departments[p.ID] = p
	}
	rows, err := org.Mandates(ctx, r)
	if err != nil {
		return nil, fmt.Errorf("open desk: %w", err)
	}
	for _, m := range rows {
		d.addMandate(m)
	}
	items, err := list.Items(ctx, r, list.Catalogue)
	if err != nil {
		return nil, fmt.Errorf("open desk: %w", err)
	}
	d.catalogue = indexItems(items)
	if d.peerItems, err = list.Items(ctx, r, list.Peer); err != nil {
		return nil, fmt.Errorf("open desk: %w", err)
	}
	d.peers = indexItems(d.peerItems)
	return d, nil
}

func (d *Desk) addMandate(m org.Mandate) {
	b := d.mandates[m.Department]
	if b == nil {
		b = &mandateBook{byLaw: map[string][]int{}, byGram: map[string][]int{}}
		d.mandates[m.Department] = b
	}
	i := len(b.rows)
	b.rows = append(b.rows, m)
	for _, ref := range citation.Parse(m.Text + "\n" + m.Basis) {
		if ref.Law != "" && !ref.Self {
			key := citation.NormalizeTitle(ref.Law)
			b.byLaw[key] = append(b.byLaw[key], i)
		}
	}
	for _, g := range hanzi.Bigrams(m.Text) {
		b.byGram[g] = append(b.byGram[g], i)
	}
}

// mandateShare is how much of a power's name must be found in one row of 三定
// for the row to carry the power when it names none of the power's laws.
const mandateShare = 0.5

// match finds the rows that carry a power: rows that name a law it cites, else
// rows that hold at least half of the name's bigrams.
func (b *mandateBook) match(lawKeys []string, name string) []int {
	var out []int
	for _, k := range lawKeys {
		out = append(out, b.byLaw[k]...)
	}
	if len(out) > 0 {
		return out
	}
	grams := hanzi.Bigrams(name)
	hits := map[int]int{}
	for _, g := range grams {
		for _, i := range b.byGram[g] {
			hits[i]++
		}
	}
	for i, n := range hits {
		if float64(n) >= mandateShare*float64(len(grams)) {
			out = append(out, i)
		}
	}
	return out
}
