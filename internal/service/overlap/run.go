package overlap

import (
	"context"
	"crypto/sha256"
	"fmt"
	"slices"
	"strings"
	"time"

	"qingdan/internal/engine/citation"
	"qingdan/internal/engine/hanzi"
	"qingdan/internal/engine/match"
	"qingdan/internal/errs"
	"qingdan/internal/platform/sqldb"
	"qingdan/internal/registry/org"
	"qingdan/internal/registry/power"
)

// Search looks for overlaps among all live powers of the site's division and
// replaces what the last search found, in one transaction. Live is what is on
// the list or on its way to it. It may run at any time and as often as one likes:
// the same powers give the same groups, in whatever order they came in; what
// people judged before is found again.
//
// rule:减权/重叠 同一条款、同一对象、同一行为由几个部门行使，或者一个部门重复列出，由系统找出、排序并说明理由
func Search(ctx context.Context, db *sqldb.DB, now time.Time) (Run, error) {
	var w world
	if err := db.Snapshot(ctx, func(r sqldb.Reader) (err error) {
		w, err = readWorld(ctx, r)
		return err
	}); err != nil {
		return Run{}, err
	}
	found := match.Overlaps(w.rows())
	groups := make([]grouped, len(found))
	for i, o := range found {
		groups[i] = w.group(o)
	}
	inside := sqldb.Inside(ctx)
	run := Run{At: now, Powers: len(w.powers), Found: len(groups), Digest: digest(groups)}
	for _, g := range groups {
		run.Pooled += g.Size
	}
	err := db.Load(ctx, func(tx *sqldb.Tx) error {
		judged, err := readJudged(inside, tx)
		if err != nil {
			return err
		}
		for i := range groups {
			groups[i].Verdict = judged.of(groups[i].powers())
		}
		if err := saveGroups(inside, tx, groups); err != nil {
			return err
		}
		return saveRun(inside, tx, w.division, run, w.state)
	})
	return run, errs.Wrap("search for overlaps", err)
}

// world is what a search reads.
type world struct {
	division    string
	state       string
	powers      []live
	departments map[sqldb.ID]org.Department
	guide       guide
}

// live is a power in the wording that is compared: that under way, else that on
// the list.
type live struct {
	change power.Change
	v      power.Version
	refs   []citation.Ref
}

func readWorld(ctx context.Context, r sqldb.Reader) (world, error) {
	w := world{departments: map[sqldb.ID]org.Department{}}
	var err error
	if w.division, err = org.Here(ctx, r); err != nil {
		return w, err
	}
	if w.state, err = readState(ctx, r); err != nil {
		return w, err
	}
	departments, err := org.Departments(ctx, r, "")
	if err != nil {
		return w, errs.Wrap("departments", err)
	}
	for _, d := range departments {
		w.departments[d.ID] = d
	}
	if w.powers, err = readLive(ctx, r, w.division); err != nil {
		return w, err
	}
	mandates, err := org.Mandates(ctx, r)
	if err != nil {
		return w, errs.Wrap("mandates", err)
	}
	levels, err := readLevels(ctx, r)
	if err != nil {
		return w, err
	}
	w.guide = newGuide(w.powers, mandates, levels)
	return w, nil
}

// readLive reads the live powers of a division in the order of their codes. A
// power whose cancellation is under way is still live.
func readLive(ctx context.Context, r sqldb.Reader, division string) ([]live, error) {
	changes, err := power.Changes(ctx, r)
	if err != nil {
		return nil, errs.Wrap("read changes", err)
	}
	best := map[sqldb.ID]power.Change{}
	for _, c := range changes {
		if c.Division != division || rank(c) == 0 {
			continue
		}
		if b, known := best[c.Power]; !known || rank(c) > rank(b) || rank(c) == rank(b) && slices.Compare(c.ID[:], b.ID[:]) > 0 {
			best[c.Power] = c
		}
	}
	out := make([]live, 0, len(best))
	done := map[sqldb.ID]bool{}
	err = power.Versions(ctx, r, nil, func(_ string, v power.Version) error {
		c, ok := best[v.Power]
		if !ok || c.Version != v.ID || done[v.Power] {
			return nil
		}
		done[v.Power] = true
		l := live{change: c, v: v}
		for _, x := range v.Citations {
			l.refs = append(l.refs, x.Ref)
		}
		out = append(out, l)
		return nil
	})
	return out, errs.Wrap("read live powers", err)
}

// rank orders the changes of one power by how much they say of it today; 0 for
// what says nothing.
func rank(c power.Change) int {
	switch {
	case c.State.Open() && c.Kind != power.KindCancel:
		return 3
	case c.State == power.Published:
		return 2
	case c.State.Open():
		return 1
	default:
		return 0
	}
}

func (w world) rows() []match.Row {
	out := make([]match.Row, len(w.powers))
	for i, l := range w.powers {
		out[i] = match.Row{Name: l.v.Name, Category: string(l.v.Category), Code: l.v.Elements.BaseCode, Body: l.v.Department.String(),
			Basis: l.refs, Object: l.v.Elements.Object, Content: l.v.Elements.Content}
	}
	return out
}

// grouped is a group with its members.
type grouped struct {
	Group
	members []Member
}

func (g grouped) powers() []sqldb.ID {
	out := make([]sqldb.ID, len(g.members))
	for i, m := range g.members {
		out[i] = m.Power
	}
	return out
}

// group makes a group of what was found.
func (w world) group(o match.Overlap) grouped {
	head := w.powers[o.Head]
	g := grouped{Group: Group{Kind: Within, Score: thousandths(o.Score), Size: len(o.Members), Name: head.v.Name, Category: string(head.v.Category), Reasons: o.Reasons}}
	if o.Across {
		g.Kind = Across
	}
	offices := map[sqldb.ID]bool{}
	for i, m := range o.Members {
		l := w.powers[m.At]
		offices[l.v.Department] = true
		x := Member{Power: l.change.Power, Version: l.v.ID, Department: l.v.Department, Change: l.change.ID, State: l.change.State, Code: l.change.Code,
			Name: l.v.Name, Category: string(l.v.Category), Score: thousandths(m.Likeness.Score)}
		if i > 0 {
			x.Reason = strings.Join(m.Likeness.Reasons, "；")
		}
		g.members = append(g.members, x)
	}
	g.Offices = len(offices)
	if len(o.Members) > 1 && o.Place.Article > 0 {
		g.Place = o.Place.String()
	}
	g.ID = groupID(g.powers())
	g.order = fmt.Sprintf("%04d %04d ", 1000-g.Score, max(0, 9999-g.Size)) + hanzi.PinyinKey(g.Name)
	g.Lead, g.Into, g.Why = w.lead(o, g)
	return g
}

// groupID is made of the powers of a group, whatever their order.
func groupID(powers []sqldb.ID) sqldb.ID {
	all := make([]string, len(powers))
	for i, p := range powers {
		all[i] = p.String()
	}
	slices.Sort(all)
	sum := sha256.Sum256([]byte(strings.Join(all, "\n")))
	return sqldb.ID(sum[:16])
}

func thousandths(score float64) int { return int(score*1000 + 0.5) }

// digest is what a search found, in one number: two searches that found the same
// have the same.
func digest(groups []grouped) [32]byte {
	h := sha256.New()
	for _, g := range groups {
		fmt.Fprintf(h, "%s %d %s\n", g.ID, g.Score, g.Kind)
	}
	return [32]byte(h.Sum(nil))
}
