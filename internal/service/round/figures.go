package round

import (
	"cmp"
	"context"
	"slices"

	"qingdan/internal/platform/sqldb"
	"qingdan/internal/registry/people"
)

// Figures count opinions that were handed down. Written is the sum of
// Unanswered, Undecided, Settled, Maintained, Disputed and Ruled.
type Figures struct {
	Written    int
	New        int // of Written: not maintaining an earlier one
	Unanswered int // 待答复
	Undecided  int // 已答复, not settled or maintained yet
	Settled    int // 已解决
	Maintained int // 坚持, goes on in the next round
	Disputed   int // 待裁定
	Ruled      int // 已裁定
	Accepted   int // of all: answered 采纳
	Partly     int // of all: answered 部分采纳
	Refused    int // of all: answered 不采纳
}

// Open counts the opinions on which somebody has still to act.
func (f Figures) Open() int { return f.Unanswered + f.Undecided + f.Disputed }

// SettledShare is the share of the opinions of one round that went no further, in
// percent rounded down, -1 where there are none.
func (f Figures) SettledShare() int { return share(f.Settled+f.Ruled, f.Written) }

// EndedShare is the share of matters (an opinion with all that maintain it) that
// are at an end, in percent rounded down, -1 where there are none. It is for
// figures over all rounds.
func (f Figures) EndedShare() int { return share(f.Settled+f.Ruled, f.New) }

func share(n, of int) int {
	if of == 0 {
		return -1
	}
	return min(n*100/of, 100)
}

// add counts opinions of one kind; drafts and dropped ones do not count.
func (f *Figures) add(t tally) {
	switch t.state {
	case Issued:
		f.Unanswered += t.n
	case Answered:
		f.Undecided += t.n
	case Settled:
		f.Settled += t.n
	case Maintained:
		f.Maintained += t.n
	case Disputed:
		f.Disputed += t.n
	case Ruled:
		f.Ruled += t.n
	default:
		return
	}
	f.Written += t.n
	if !t.follows {
		f.New += t.n
	}
	switch t.answer {
	case Accept:
		f.Accepted += t.n
	case Partly:
		f.Partly += t.n
	case Refuse:
		f.Refused += t.n
	}
}

// Converged is how far a campaign came: its opinions in all, by round, by cause
// in the order of Causes, and by department in pinyin order.
type Converged struct {
	Total       Figures
	Rounds      []RoundFigures
	Causes      []CauseFigures
	Departments []DepartmentFigures
}

// RoundFigures are the opinions handed down in one round; those of Final are the
// disputes.
type RoundFigures struct {
	No int
	Figures
}

// CauseFigures are the opinions of one cause. ByRound counts Written for the
// rounds from 1 to Final.
type CauseFigures struct {
	Cause   Cause
	ByRound [Final]int
	Figures
}

// DepartmentFigures are the opinions on one department.
type DepartmentFigures struct {
	Department sqldb.ID
	Name       string
	Figures
}

// Convergence counts the opinions of a campaign within a scope. The parts add up
// to the total. Causes and departments without opinions are left out.
func Convergence(ctx context.Context, r sqldb.Reader, campaign sqldb.ID, s people.Scope) (Converged, error) {
	var out Converged
	all, err := tallies(ctx, r, campaign, s)
	if err != nil {
		return out, err
	}
	names, err := departmentOrder(ctx, r)
	if err != nil {
		return out, err
	}
	causes, departments := map[string]*CauseFigures{}, map[sqldb.ID]*DepartmentFigures{}
	for no := range Final {
		out.Rounds = append(out.Rounds, RoundFigures{No: no + 1})
	}
	for _, t := range all {
		if t.state == Draft || t.no < 1 || t.no > Final {
			continue
		}
		c, d := causes[t.cause], departments[t.department]
		if c == nil {
			cause, _ := CauseOf(t.cause)
			c = &CauseFigures{Cause: cause}
			causes[t.cause] = c
		}
		if d == nil {
			d = &DepartmentFigures{Department: t.department, Name: names[t.department].name}
			departments[t.department] = d
		}
		for _, f := range []*Figures{&out.Total, &out.Rounds[t.no-1].Figures, &c.Figures, &d.Figures} {
			f.add(t)
		}
		c.ByRound[t.no-1] += t.n
	}
	for _, c := range Causes() {
		if f := causes[c.Key]; f != nil {
			out.Causes = append(out.Causes, *f)
		}
	}
	for _, d := range departments {
		out.Departments = append(out.Departments, *d)
	}
	slices.SortFunc(out.Departments, func(a, b DepartmentFigures) int {
		return cmp.Or(cmp.Compare(names[a.Department].order, names[b.Department].order), slices.Compare(a.Department[:], b.Department[:]))
	})
	return out, nil
}

type named struct{ name, order string }
