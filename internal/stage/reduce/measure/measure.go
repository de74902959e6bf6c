// Package measure counts honestly (不玩数字游戏). The raw count of the reform takes
// every power that left the list for a cut; this one counts matters by lineage. A
// matter that came in is one, and stays one while any of its descendants is
// exercised by this government: merged into another, split, renamed, under another
// category or department, folded into another wording, frozen, called a service,
// handed down on paper only. Lineage that nobody recorded is found (alike.go). What
// was reported twice by one unit, and what is no administrative power at all, is on
// neither side: it never came in, so that its going is no cut.
//
// Only a real end leaves: cancelled and not come back; handed over by statute or
// superior decision and taken over for every place; transferred to an independent
// body. Whatever raw and honest count tell apart is in a flag that names the powers.
//
// The core (Count) is pure; store.go reads what it counts, baseline.go seals it.
package measure

import (
	"qingdan/internal/platform/sqldb"
	"qingdan/internal/registry/power"
	"qingdan/internal/stage/reduce"
)

// Count is how many matters came in, and where they are. In = Kept + Cut + Open.
type Count struct {
	In   int `json:"in"`
	Kept int `json:"kept"`
	Cut  int `json:"cut"`
	Open int `json:"open"` // not decided yet
}

// Place is where a matter is counted.
type Place string

// The places. A power counted Nowhere is no matter of its own: a part of one, the
// new name of one, the second report of one, or no administrative power.
const (
	Kept    Place = "保留"
	Cut     Place = "减少"
	Open    Place = "待定"
	Nowhere Place = "不计"
)

// add counts one matter.
func (c *Count) add(p Place) {
	switch p {
	case Kept:
		c.Kept++
	case Cut:
		c.Cut++
	case Open:
		c.Open++
	default:
		return
	}
	c.In++
}

// Line is one unit, ground or category with both counts. Raw and Normal of all
// units add up to those of the report, and so do grounds and categories.
type Line struct {
	Unit   sqldb.ID // of a line of Units: the department that reported
	Key    string   // of a ground 减权/1 …, "" where there is none; of a category its word
	Name   string   // for people
	Raw    Count    // by category: the present one
	Normal Count    // by category: the one under which it came in
	Hidden int      // matters that Raw counts as cut and Normal does not
}

// Report is the honest count of a whole house.
type Report struct {
	Raw    Count // the books: reported + added + split = kept + left + undecided
	Normal Count
	// Reported are the matters in Normal.In that departments reported; the others
	// were found by the audit.
	Reported   int
	Fates      map[reduce.Fate]int // of the matters in Normal.In: 保留, 取消, 下放, 转移, 待定
	Units      []Line              // in the order of the departments
	Grounds    []Line
	Categories []Line
	Flags      []Flag // by kind, then by department and code
	Burden     Burden

	rows []Standing
}

// Hidden is how many matters the raw count takes for cut and the honest one does
// not: the sum of Hidden over the flags whose Of is OfCut, and Raw.Cut − Normal.Cut.
func (r Report) Hidden() int { return r.Raw.Cut - r.Normal.Cut }

// Standing is one power with how it is counted.
type Standing struct {
	Power      sqldb.ID
	Code, Name string // name of the present wording
	FirstName  string // as it came in
	Origin     power.Origin
	Unit       sqldb.ID // that reported it
	UnitName   string
	Department sqldb.ID       // of the present wording
	Category   power.Category // under which it came in
	Now        power.Category // of the present wording
	State      power.State    // of the change that added it
	Fate       reduce.Fate    // as decided; 待定 where nothing is
	Ground     string         // 减权/1 …, "" where there is none
	Raw        Place
	Normal     Place
	Why        string   // in Chinese: why it counts as it does
	Into       []string // codes of the powers by which it is still exercised
	Flags      []Kind

	end reduce.Fate
}

// Differs says whether the two counts tell the power apart.
func (s Standing) Differs() bool { return s.Raw != s.Normal }

// Filter chooses rows; the zero Filter all of them. A pointer that is nil chooses
// nothing away.
type Filter struct {
	Unit     sqldb.ID       // zero for all
	Ground   *string        // "" are those without a ground
	Category power.Category // under which it came in, "" for all
	Now      power.Category // of the present wording, "" for all
	Raw      Place          // "" for all
	Normal   Place          // "" for all; In chooses all but Nowhere
	In       bool           // only what counts as a matter
	Fate     reduce.Fate    // of Report.Fates: the end that Normal believes, "" for all
	Origin   power.Origin   // "" for all
	Flag     Kind           // "" for all
	Differs  bool           // only what the two counts tell apart
}

// Rows gives the powers behind a number, in the order of their codes: for Normal.Cut
// of a unit Filter{Unit: id, Normal: Cut}, for Raw.Kept of a category Filter{Now: c,
// Raw: Kept}, for Fates Filter{Fate: f, In: true}.
func (r Report) Rows(f Filter) []Standing {
	var out []Standing
	for _, s := range r.rows {
		if f.fits(s) {
			out = append(out, s)
		}
	}
	return out
}

func (f Filter) fits(s Standing) bool {
	switch {
	case !f.Unit.IsZero() && s.Unit != f.Unit,
		f.Ground != nil && s.Ground != *f.Ground,
		f.Category != "" && s.Category != f.Category,
		f.Now != "" && s.Now != f.Now,
		f.Raw != "" && s.Raw != f.Raw,
		f.Normal != "" && s.Normal != f.Normal,
		f.In && s.Normal == Nowhere,
		f.Fate != "" && s.End() != f.Fate,
		f.Origin != "" && s.Origin != f.Origin,
		f.Differs && !s.Differs():
		return false
	}
	if f.Flag == "" {
		return true
	}
	for _, k := range s.Flags {
		if k == f.Flag {
			return true
		}
	}
	return false
}

// End is what the honest count believes to have become of a power: 保留 whatever
// was decided, unless it really ended; "" for what is no matter.
func (s Standing) End() reduce.Fate { return s.end }
