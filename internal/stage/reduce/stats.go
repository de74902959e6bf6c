package reduce

import (
	"context"

	"qingdan/internal/errs"
	"qingdan/internal/platform/sqldb"
	"qingdan/internal/registry/law"
	"qingdan/internal/registry/power"
)

// Stats are the figures of the reform, counted from rows. Fates are those of
// the reported powers and add up to Reported; an undecided power counts as
// 待定.
type Stats struct {
	Reported   int                    `json:"reported"`
	Added      int                    `json:"added"`
	Split      int                    `json:"split"`
	Kept       int                    `json:"kept"`
	Units      int                    `json:"units"`
	Laws       int                    `json:"laws"`
	Fates      map[Fate]int           `json:"fates"`
	Categories map[power.Category]int `json:"categories"`
}

// Undecided is the word for a reported power without disposition.
const Undecided Fate = "待定"

// ReadStats counts.
func ReadStats(ctx context.Context, r sqldb.Reader) (Stats, error) {
	s := Stats{Fates: map[Fate]int{}, Categories: map[power.Category]int{}}
	cells, err := readCells(ctx, r)
	if err != nil {
		return s, err
	}
	units := map[sqldb.ID]bool{}
	for _, c := range cells {
		if c.origin == power.Reported {
			s.Reported += c.n
			units[c.unit] = true
			fate := c.fate
			if fate == "" {
				fate = Undecided
			}
			s.Fates[fate] += c.n
		}
		switch c.origin {
		case power.Supplement:
			s.Added += c.n
		case power.Split:
			s.Split += c.n
		}
		if c.state.Kept() {
			s.Kept += c.n
			s.Categories[c.category] += c.n
		}
	}
	s.Units = len(units)
	s.Laws, err = law.CountDocuments(ctx, r)
	return s, errs.Wrap("stats", err)
}
