package reduce

import (
	"context"
	"strings"

	"qingdan/internal/engine/code"
	"qingdan/internal/errs"
	"qingdan/internal/platform/sqldb"
	"qingdan/internal/registry/finding"
	"qingdan/internal/registry/power"
)

// Evidence is what speaks for or against cutting a power, as it is at a moment.
// It is stored with a proposal as it was seen.
type Evidence struct {
	Day      string    `json:"day,omitempty"` // on which the checks read the law; "" before any check
	Findings []Found   `json:"findings,omitempty"`
	Superior bool      `json:"superior,omitempty"` // laws, regulations or rules from above set it
	Cited    []Cited   `json:"cited,omitempty"`
	Object   string    `json:"object,omitempty"`  // 行政相对人: who receives it
	Content  string    `json:"content,omitempty"` // 行使内容
	Usage    []Year    `json:"usage,omitempty"`   // the latest years, all places together
	Same     []SameRow `json:"same,omitempty"`    // other powers on one of its articles
	SameMore int       `json:"same_more,omitempty"`
	Capacity []Taker   `json:"capacity,omitempty"` // who could take it over: the places below
}

// Found is what the checks found.
type Found struct {
	Rule     string           `json:"rule"`
	Severity finding.Severity `json:"severity"`
	Message  string           `json:"message"`
}

// Cited is one citation of the basis, and where it led when it was checked.
type Cited struct {
	Text  string `json:"text"`
	Level string `json:"level,omitempty"`
	State string `json:"state,omitempty"`
}

// Year is how many cases a power had in a year, in all places together.
type Year struct {
	Year  int `json:"year"`
	Cases int `json:"cases"`
}

// SameRow is another power that rests on one of the articles.
type SameRow struct {
	Power      string      `json:"power"`
	Code       string      `json:"code"`
	Name       string      `json:"name"`
	Department string      `json:"department"`
	Of         sqldb.ID    `json:"of"` // the department
	Article    string      `json:"article"`
	State      power.State `json:"state"`
}

// Taker is a place below that could take a power over: how many bodies are
// registered there, how many powers it took over and refused before, and how many
// it exercised in the latest year known.
type Taker struct {
	Division string `json:"division"`
	Name     string `json:"name"`
	Bodies   int    `json:"bodies"`
	Held     int    `json:"held"`    // taken over and not given back
	Refused  int    `json:"refused"` // offers that it did not accept
	Powers   int    `json:"powers"`  // that had cases there
	Cases    int    `json:"cases"`
}

// The bounds of what a sheet shows.
const (
	sameShown  = 12
	yearsShown = 5
)

// Gather collects the evidence on a change.
func Gather(ctx context.Context, r sqldb.Reader, c power.Change) (Evidence, error) {
	var e Evidence
	v, err := power.VersionByID(ctx, r, c.Version)
	if err != nil {
		return e, err
	}
	e.Object, e.Content = v.Elements.Object, v.Elements.Content
	if err := e.checked(ctx, r, c); err != nil {
		return e, err
	}
	if e.Superior, err = setAbove(ctx, r, c); err != nil {
		return e, err
	}
	if e.Cited, err = readCited(ctx, r, v); err != nil {
		return e, err
	}
	used, err := power.UsageOf(ctx, r, c.Power)
	if err != nil {
		return e, err
	}
	e.Usage = yearly(used)
	if e.Same, e.SameMore, err = readSame(ctx, r, c, v); err != nil {
		return e, err
	}
	e.Capacity, err = takers(ctx, r, c.Division)
	return e, err
}

// checked reads what the latest check found; none yet is no evidence.
func (e *Evidence) checked(ctx context.Context, r sqldb.Reader, c power.Change) error {
	run, err := finding.Latest(ctx, r)
	if errs.KindOf(err) == errs.NotFound && err != nil {
		return nil
	}
	if err != nil {
		return err
	}
	e.Day = run.Day
	found, err := finding.OfRun(ctx, r, run.ID, c.Version)
	for _, f := range found {
		e.Findings = append(e.Findings, Found{f.Rule, f.Severity, f.Message})
	}
	return err
}

// Unfounded says whether the checks found that no basis holds: the ground of a
// cancellation for want of basis.
func (e Evidence) Unfounded() bool {
	f := Facts{}
	for _, x := range e.Findings {
		f.Findings = append(f.Findings, finding.Finding{Rule: x.Rule, Severity: x.Severity, Message: x.Message})
	}
	return f.unfounded()
}

// Unused says whether every year that is known had no case; false where nothing
// is known.
func (e Evidence) Unused() bool {
	for _, y := range e.Usage {
		if y.Cases > 0 {
			return false
		}
	}
	return len(e.Usage) > 0
}

// yearly adds the places up, the latest years first.
func yearly(all []power.Usage) []Year {
	var out []Year
	for _, u := range all { // the latest first
		if n := len(out); n > 0 && out[n-1].Year == u.Year {
			out[n-1].Cases += u.Cases
			continue
		}
		if len(out) == yearsShown {
			break
		}
		out = append(out, Year{u.Year, u.Cases})
	}
	return out
}

// takers lists the places right below a division with what is known of their
// capacity.
func takers(ctx context.Context, r sqldb.Reader, division string) ([]Taker, error) {
	if level, err := code.CheckDivision(division); err != nil || level == 0 {
		return nil, nil // nowhere is above nothing
	}
	return readTakers(ctx, r, division)
}

// citedText is a citation in words.
func citedText(c power.Citation) string {
	if s := strings.TrimSpace(c.Ref.String()); s != "" {
		return s
	}
	return c.Quote
}
