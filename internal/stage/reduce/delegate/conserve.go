package delegate

import (
	"context"
	"slices"
	"strings"
	"time"

	"qingdan/internal/errs"
	"qingdan/internal/platform/sqldb"
	"qingdan/internal/registry/org"
	"qingdan/internal/registry/people"
)

// ends gives the first day on which a hand-over does not hold any more: the day
// it was taken back, or the day after the term of entrusting; "" for neither.
func ends(to, until string) string {
	if until == "" {
		return to
	}
	day, err := time.Parse(time.DateOnly, until)
	if err != nil {
		return to
	}
	after := day.AddDate(0, 0, 1).Format(time.DateOnly)
	if to == "" || after < to {
		return after
	}
	return to
}

// readWorld reads all that decides who holds what, of some powers or, when none
// is named, of all.
func readWorld(ctx context.Context, r sqldb.Reader, powers []sqldb.ID) (world, error) {
	w := world{shared: map[sqldb.ID][]shared{}}
	var err error
	if w.bodies, err = readBodies(ctx, r); err != nil {
		return w, err
	}
	if w.grants, err = readGrants(ctx, r, powers...); err != nil {
		return w, err
	}
	all, err := org.BoundariesOf(ctx, r, powers...)
	for _, b := range all {
		if b.Rule == org.NoRule || b.LeftAt.IsZero() || b.RightAt.IsZero() {
			continue
		}
		w.shared[b.Power] = append(w.shared[b.Power], shared{left: b.Left, right: b.Right, rule: b.Rule.Label(), from: b.From, to: b.EndedOn})
	}
	return w, err
}

func readBodies(ctx context.Context, r sqldb.Reader) (map[sqldb.ID]body, error) {
	departments, err := org.Departments(ctx, r, "")
	if err != nil {
		return nil, errs.Wrap("departments", err)
	}
	after, err := org.ReadSuccession(ctx, r)
	if err != nil {
		return nil, err
	}
	out := make(map[sqldb.ID]body, len(departments))
	for _, d := range departments {
		b := body{name: d.Name, from: d.ValidFrom, to: d.ValidTo}
		if e, ended := after.EndOf(d.ID); ended {
			b.successor = e.Successor
		}
		out[d.ID] = b
	}
	return out, nil
}

// Holders gives who exercises a power for a place on a day, the department of the
// list first. Nobody exercises what was cancelled, transferred or frozen; what
// was merged is exercised by whoever exercises the other. NotFound: no such
// power.
//
// An entrusted county stands beside the department in whose name it acts (see
// Holder.InNameOf), and where only some parts were handed over each holder has
// its own. Several competent bodies for one part have each a recorded rule.
//
// rule:减权/守恒 任何一天、任何地方，保留的权力都有人管：没有办完移交的仍由市级部门行使，一项几家管的须有写明的分工规则
func Holders(ctx context.Context, r sqldb.Reader, id sqldb.ID, place, day string) ([]Holder, error) {
	all, err := HoldersAt(ctx, r, id, []string{place}, day)
	return all[place], err
}

// HoldersAt is Holders for several places.
func HoldersAt(ctx context.Context, r sqldb.Reader, id sqldb.ID, places []string, day string) (map[string][]Holder, error) {
	chain, err := mergers(ctx, r, id)
	if err != nil {
		return nil, err
	}
	powers := make([]sqldb.ID, len(chain))
	last := chain[len(chain)-1]
	var h *held
	for i := len(chain) - 1; i >= 0; i-- {
		powers[i] = chain[i].power
		h = &held{power: chain[i].power, owner: last.owner, kept: last.kept(), into: h}
	}
	w, err := readWorld(ctx, r, powers)
	if err != nil {
		return nil, err
	}
	out := make(map[string][]Holder, len(places))
	for _, p := range places {
		out[p] = w.holders(*h, p, day)
	}
	return out, nil
}

// mergers gives a power, and behind it the one that it was merged into, and so
// on. NotFound: no such power.
func mergers(ctx context.Context, r sqldb.Reader, id sqldb.ID) ([]standing, error) {
	var out []standing
	for range maxMergers {
		found, err := standings(ctx, r, id)
		if err != nil {
			return nil, err
		}
		s, ok := found[id]
		if !ok {
			return nil, errs.NotFoundf("没有这个事项")
		}
		out = append(out, s)
		if !s.merged() {
			break
		}
		id = s.into
	}
	return out, nil
}

// maxMergers bounds how often a power was merged into one that was merged.
const maxMergers = 50

// Gaps gives every kept power of the site's division that nobody is competent
// for in a place on a day, or several bodies without a recorded rule, by code and
// place. Powers of a department that was not there yet on that day are left out.
func Gaps(ctx context.Context, r sqldb.Reader, day string) ([]Gap, error) {
	here, err := org.Here(ctx, r)
	if err != nil {
		return nil, err
	}
	places, err := Places(ctx, r, here, day)
	if err != nil {
		return nil, err
	}
	all, err := standings(ctx, r, sqldb.ID{})
	if err != nil {
		return nil, err
	}
	w, err := readWorld(ctx, r, nil)
	if err != nil {
		return nil, err
	}
	var out []Gap
	for _, s := range all {
		if s.division != here || !s.kept() || w.bodies[s.owner].from > day {
			continue
		}
		h := held{power: s.power, owner: s.owner, kept: true}
		for _, p := range places {
			if found := w.holders(h, p.Code, day); !sound(found) {
				out = append(out, Gap{Power: s.power, Code: s.code, Name: s.name, Place: p.Code, PlaceName: p.Name, Holders: competent(found)})
			}
		}
	}
	slices.SortFunc(out, func(a, b Gap) int {
		if c := strings.Compare(a.Code, b.Code); c != 0 {
			return c
		}
		return strings.Compare(a.Place, b.Place)
	})
	return out, nil
}

func competent(all []Holder) []Holder {
	return slices.DeleteFunc(slices.Clone(all), func(h Holder) bool { return !h.Competent() })
}

// Reach is the scope of an action with the departments that those within it took
// over from: whoever answers for a department today sees and does what concerns
// it.
func Reach(ctx context.Context, r sqldb.Reader, who *people.Who, a people.Action, today string) (people.Scope, error) {
	s := who.Scope(a)
	if s.All || len(s.Departments) == 0 {
		return s, nil
	}
	after, err := org.ReadSuccession(ctx, r)
	if err != nil {
		return s, err
	}
	departments, err := org.Departments(ctx, r, "")
	if err != nil {
		return s, errs.Wrap("departments", err)
	}
	for _, d := range departments {
		if d.ValidTo != "" && !s.Has(d.ID) && s.Has(after.On(d.ID, today)) {
			s.Departments = append(s.Departments, d.ID)
		}
	}
	return s, nil
}
