package round_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"pgregory.net/rapid"

	"qingdan/internal/errs"
	"qingdan/internal/platform/ledger"
	"qingdan/internal/platform/sqldb"
	"qingdan/internal/registry/org"
	"qingdan/internal/registry/people"
	"qingdan/internal/registry/power"
	"qingdan/internal/service/round"
)

// Whatever people do in whatever order: no opinion is lost, none goes up
// unanswered, what is frozen stays as it was, each power is in one place, and the
// figures add up.
//
// tests:三上三下/1 三上三下/2 三上三下/3
func TestNothingIsLostWhateverPeopleDo(t *testing.T) {
	houses(t, func(t *testing.T, h *house) {
		reached := map[string]int{}
		n, steps := 0, 60
		if h.db.Engine() == sqldb.PostgreSQL {
			steps = 30 // the same laws on the slower engine
		}
		rapid.Check(t, func(rt *rapid.T) {
			n++
			m := newMachine(rt, h, n)
			acts := []func(*rapid.T){m.add, m.reword, m.up, m.sign, m.receive, m.write, m.drop, m.down, m.answer, m.decide, m.unsettle, m.rule}
			for range rapid.IntRange(10, steps).Draw(rt, "steps") {
				act := m.forward
				if i := rapid.IntRange(0, 3*len(acts)).Draw(rt, "act"); i < len(acts) {
					act = acts[i]
				}
				act(rt)
				if h.db.Engine() == sqldb.SQLite {
					m.check(rt)
				}
			}
			m.check(rt)
			for k := range m.reached {
				reached[k]++
			}
		})
		for _, k := range []string{"up1", "down1", "up2", "down2", "up3", "settle", "maintain"} {
			if reached[k] == 0 {
				t.Errorf("no run came to %s: the property is about nothing", k)
			}
		}
	})
}

// machine is a department in a campaign of its own, and what the test knows of it.
type machine struct {
	*house
	campaign sqldb.ID
	powers   []power.Ids
	subs     []round.Submission
	opinions map[sqldb.ID]bool // all that were written
	reached  map[string]bool
}

func newMachine(t *rapid.T, h *house, n int) *machine {
	own := *h
	m := &machine{house: &own, opinions: map[sqldb.ID]bool{}, reached: map[string]bool{}}
	must(t, h.l.Write(h.ctx, operator, func(ctx context.Context, tx *ledger.Tx) error {
		var err error
		m.water, err = org.AddDepartment(ctx, tx, org.Department{Division: city, Name: fmt.Sprintf("第%d局", n), Nature: "法定机关", ValidFrom: "2010-01-01"})
		return err
	}))
	of := func(w *people.Who) *people.Who { c := *w; return &c }
	m.head, m.clerk, m.reviewer, m.leader = of(h.head), of(h.clerk), of(h.reviewer), of(h.leader)
	m.head.Department, m.clerk.Department = m.water, m.water
	m.reviewer.Reviews, m.leader.Reviews = []sqldb.ID{m.water}, []sqldb.ID{m.water}
	must(t, m.as(m.legal, func(ctx context.Context, tx *ledger.Tx) error {
		p := m.plan()
		p.Departments = []sqldb.ID{m.water}
		var err error
		m.campaign, err = round.Open(ctx, tx, m.legal, p)
		return err
	}))
	m.powers = m.house.add(t, m.water, 2)
	return m
}

// did says whether an act went through; only refusals in words are allowed.
func (m *machine) did(t *rapid.T, what string, err error) bool {
	t.Helper()
	m.later(time.Second)
	if err == nil {
		m.reached[what] = true
		return true
	}
	if k := errs.KindOf(err); k != errs.Conflict && k != errs.Invalid {
		t.Fatalf("%s: %v", what, err)
	}
	return false
}

func (m *machine) some(t *rapid.T) power.Ids { return rapid.SampledFrom(m.powers).Draw(t, "power") }

// one draws an opinion in a state; the zero id when there is none.
func (m *machine) one(t *rapid.T, s ...round.OpinionState) sqldb.ID {
	all, err := round.Opinions(m.ctx, m.db, round.Query{Department: m.water, Scope: people.Scope{All: true}, States: s})
	must(t, err)
	if len(all) == 0 {
		return sqldb.ID{}
	}
	return rapid.SampledFrom(all).Draw(t, "opinion").ID
}

func (m *machine) add(t *rapid.T) {
	if len(m.powers) < 5 && round.Filling(m.ctx, m.db, m.water) == nil {
		m.powers = append(m.powers, m.house.add(t, m.water, 1)...)
	}
}

func (m *machine) reword(t *rapid.T) {
	id := m.some(t).Change
	if m.change(t, id).State == power.SelfCheck {
		m.did(t, "reword", m.house.reword(t, id, rapid.StringMatching(`[一-十]{3,6}`).Draw(t, "content")))
	}
}

func (m *machine) sign(t *rapid.T) { m.did(t, "sign", m.house.sign(m.head, m.water)) }

func (m *machine) up(t *rapid.T) {
	if !rapid.Bool().Draw(t, "unsigned") {
		m.sign(t)
	}
	sub, err := m.handUp(m.head, m.water)
	if !m.did(t, "up", err) {
		return
	}
	m.reached[fmt.Sprintf("up%d", sub.No)] = true
	m.subs = append(m.subs, sub)
	n, err := round.CountOpinions(m.ctx, m.db, round.Query{Department: m.water, Scope: people.Scope{All: true}, States: []round.OpinionState{round.Issued}})
	must(t, err)
	if n > 0 {
		t.Fatalf("%d opinions went up unanswered", n)
	}
}

func (m *machine) last() sqldb.ID {
	if len(m.subs) == 0 {
		return sqldb.ID{}
	}
	return m.subs[len(m.subs)-1].ID
}

func (m *machine) receive(t *rapid.T) {
	if id := m.last(); !id.IsZero() {
		m.did(t, "receive", m.house.receive(m.reviewer, id))
	}
}

func (m *machine) write(t *rapid.T) {
	id, err := m.house.write(m.reviewer, m.note(t, m.some(t).Change, rapid.StringMatching(`[一-十]{3}`).Draw(t, "text")))
	if m.did(t, "write", err) {
		m.opinions[id] = true
	}
}

func (m *machine) drop(t *rapid.T) {
	if id := m.one(t, round.Draft); !id.IsZero() {
		m.did(t, "drop", m.as(m.reviewer, func(ctx context.Context, tx *ledger.Tx) error { return round.Drop(ctx, tx, m.reviewer, id) }))
	}
}

func (m *machine) down(t *rapid.T) {
	id := m.last()
	if id.IsZero() {
		return
	}
	if _, err := m.handDown(m.leader, id); m.did(t, "down", err) {
		m.reached[fmt.Sprintf("down%d", m.subs[len(m.subs)-1].No)] = true
	}
}

func (m *machine) answer(t *rapid.T) {
	id := m.one(t, round.Issued, round.Answered)
	if !id.IsZero() {
		m.did(t, "answer", m.house.answer(m.clerk, id, rapid.SampledFrom(round.AnswerKinds()).Draw(t, "answer"), "理由"))
	}
}

func (m *machine) decide(t *rapid.T) {
	id := m.one(t, round.Answered, round.Ruled)
	if id.IsZero() {
		return
	}
	if rapid.Bool().Draw(t, "settle") {
		m.did(t, "settle", m.settle(m.reviewer, id))
		return
	}
	next, err := m.maintain(m.reviewer, id, "坚持")
	if m.did(t, "maintain", err) {
		m.opinions[next] = true
	}
}

func (m *machine) unsettle(t *rapid.T) {
	if id := m.one(t, round.Settled); !id.IsZero() {
		m.did(t, "unsettle", m.as(m.reviewer, func(ctx context.Context, tx *ledger.Tx) error { return round.Unsettle(ctx, tx, m.reviewer, id) }))
	}
}

// forward does what is next to do where the department stands.
func (m *machine) forward(t *rapid.T) {
	s, err := round.StandingOf(m.ctx, m.db, m.water, m.today())
	must(t, err)
	switch {
	case s.Stage == round.StageWaiting:
		m.receive(t)
	case s.Stage == round.StageReviewing && s.Answered+s.ToCheck > 0:
		m.decide(t)
	case s.Stage == round.StageReviewing && s.Drafts == 0:
		m.write(t)
	case s.Stage == round.StageReviewing:
		m.down(t)
	case s.Stage == round.StageRuling:
		m.rule(t)
	case s.Stage == round.StageDone:
		m.add(t)
	case s.Issued > 0 || s.ToCarryOut > 0 && rapid.Bool().Draw(t, "reword first"):
		m.reword(t)
		m.answer(t)
	default:
		m.up(t)
	}
}

func (m *machine) rule(t *rapid.T) {
	if id := m.one(t, round.Disputed); !id.IsZero() {
		m.did(t, "rule", m.house.rule(m.leading, id, rapid.SampledFrom(round.Outcomes()).Draw(t, "outcome"), "裁定"))
	}
}

// check holds what must be true at every moment.
func (m *machine) check(t *rapid.T) {
	everything := append(round.OpinionStates(), round.Draft, round.Dropped)
	all, err := round.Opinions(m.ctx, m.db, round.Query{Department: m.water, Scope: people.Scope{All: true}, States: everything})
	must(t, err)
	if len(all) != len(m.opinions) {
		t.Fatalf("%d opinions of %d are left", len(all), len(m.opinions))
	}
	for _, o := range all {
		if !m.opinions[o.ID] {
			t.Fatalf("opinion %s was written by nobody", o.ID)
		}
		if replied := o.State == round.Answered || o.State == round.Maintained && o.Ruling == nil; replied && o.Reply == nil {
			t.Fatalf("an opinion is %s without a reply", o.State)
		}
	}
	for _, sub := range m.subs {
		must(t, round.Verify(m.ctx, m.db, sub.ID))
	}
	s, err := round.StandingOf(m.ctx, m.db, m.water, m.today())
	must(t, err)
	m.checkPlaces(t, s)
	m.checkFigures(t, all)
}

// checkPlaces: each power has one open change, and it is where the stage says.
func (m *machine) checkPlaces(t *rapid.T, s round.Standing) {
	all, err := power.Changes(m.ctx, m.db)
	must(t, err)
	open := map[sqldb.ID]int{}
	for _, c := range all {
		if c.Department != m.water {
			continue
		}
		open[c.Power]++
		switch {
		case c.State == power.SelfCheck && s.Stage == round.StageWaiting, c.State == power.HandedUp && s.Stage != round.StageWaiting:
			t.Fatalf("a power stands in %s while the department stands in %s", c.State, s.Stage)
		}
	}
	if len(open) != len(m.powers) || s.Open != len(m.powers) {
		t.Fatalf("%d and %d of %d powers are under way", len(open), s.Open, len(m.powers))
	}
	for id, n := range open {
		if n != 1 {
			t.Fatalf("power %s has %d open changes", id, n)
		}
	}
	if err := round.Filling(m.ctx, m.db, m.water); (err == nil) != (s.Stage == round.StageFilling || s.Stage == round.StageDone && s.No <= round.Final) {
		t.Fatalf("filling in says %v while the department stands in %s, round %d", err, s.Stage, s.No)
	}
}

// checkFigures: the parts add up to the whole, and the whole is what there is.
func (m *machine) checkFigures(t *rapid.T, all []round.Opinion) {
	f, err := round.Convergence(m.ctx, m.db, m.campaign, people.Scope{All: true})
	must(t, err)
	handed := 0
	for _, o := range all {
		if o.State != round.Draft && o.State != round.Dropped {
			handed++
		}
	}
	x := f.Total
	if x.Written != handed || x.Unanswered+x.Undecided+x.Settled+x.Maintained+x.Disputed+x.Ruled != handed {
		t.Fatalf("figures %+v of %d opinions", x, handed)
	}
	var rounds, causes, departments round.Figures
	for _, r := range f.Rounds {
		sum(&rounds, r.Figures)
	}
	for _, c := range f.Causes {
		sum(&causes, c.Figures)
	}
	for _, d := range f.Departments {
		sum(&departments, d.Figures)
	}
	if rounds != x || causes != x || departments != x {
		t.Fatalf("parts %+v, %+v, %+v do not add up to %+v", rounds, causes, departments, x)
	}
}

func sum(to *round.Figures, f round.Figures) {
	to.Written += f.Written
	to.New += f.New
	to.Unanswered += f.Unanswered
	to.Undecided += f.Undecided
	to.Settled += f.Settled
	to.Maintained += f.Maintained
	to.Disputed += f.Disputed
	to.Ruled += f.Ruled
	to.Accepted += f.Accepted
	to.Partly += f.Partly
	to.Refused += f.Refused
}
