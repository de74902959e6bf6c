package demo

import (
	"context"
	"fmt"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"qingdan/internal/platform/ledger"
	"qingdan/internal/platform/sqldb"
	"qingdan/internal/registry/finding"
	"qingdan/internal/registry/org"
	"qingdan/internal/registry/people"
	"qingdan/internal/registry/power"
	"qingdan/internal/service/round"
	"qingdan/internal/stage/inventory"
	"qingdan/internal/testkit"
)

// clearing is the clean-up of the whole city played by a script: every
// department reports its workbook, four groups review, and what stays disputed
// is ruled.
type clearing struct {
	t        *testing.T
	ctx      context.Context
	ld       *loader
	campaign sqldb.ID
	legal    *people.Who
	leading  *people.Who
	offices  []*office
}

// office is a department with its head and the leader of its group.
type office struct {
	id           sqldb.ID
	name         string
	head, leader *people.Who
}

const auditGroups = 4

func newClearing(t *testing.T, ld *loader) *clearing {
	t.Helper()
	c := &clearing{t: t, ctx: t.Context(), ld: ld}
	for _, step := range []func(context.Context) error{ld.site, ld.divisions, ld.departments, ld.mandates, ld.lists, ld.laws} {
		c.must(step(c.ctx))
	}
	all, err := org.Departments(c.ctx, ld.db, ld.division())
	c.must(err)
	c.legal = &people.Who{Account: sqldb.NewID(), Name: "法示例", Roles: []people.Role{people.Legal}}
	c.leading = &people.Who{Account: sqldb.NewID(), Name: "领示例", Roles: []people.Role{people.Leading}}
	leaders := make([]*people.Who, auditGroups)
	for g := range leaders {
		leaders[g] = &people.Who{Account: sqldb.NewID(), Name: "组示例", Roles: []people.Role{people.Reviewer, people.GroupLeader}, Group: g + 1}
	}
	plan := round.Plan{Title: "行政权力清理", Due: [round.Final]string{}}
	for i := range plan.Due {
		plan.Due[i] = round.Civil(time.Now().AddDate(0, 0, 10*(i+1)))
	}
	for i, d := range all {
		leader := leaders[i%auditGroups]
		leader.Reviews = append(leader.Reviews, d.ID)
		head := &people.Who{Account: sqldb.NewID(), Name: "首示例", Roles: []people.Role{people.Clerk, people.Head}, Department: d.ID}
		c.offices = append(c.offices, &office{d.ID, d.Name, head, leader})
		plan.Departments = append(plan.Departments, d.ID)
	}
	c.as(c.legal, func(ctx context.Context, tx *ledger.Tx) (err error) {
		c.campaign, err = round.Open(ctx, tx, c.legal, plan)
		return err
	})
	return c
}

func (c *clearing) must(err error) {
	c.t.Helper()
	if err != nil {
		c.t.Fatal(err)
	}
}

// as runs an act of somebody.
func (c *clearing) as(who *people.Who, fn func(ctx context.Context, tx *ledger.Tx) error) {
	c.t.Helper()
	c.must(c.ld.ledger.Write(c.ctx, who.Actor(), fn))
}

// report lets every department take in its workbook.
func (c *clearing) report() (powers int) {
	c.t.Helper()
	byName := map[string]*office{}
	for _, o := range c.offices {
		byName[o.name] = o
	}
	for _, f := range c.ld.m.Files {
		if f.Role != "powers" {
			continue
		}
		b, err := c.ld.read(f.Path)
		c.must(err)
		read, err := inventory.DryRun(c.ctx, c.ld.db, b, inventory.Options{File: f.Path, Division: c.ld.division(), Origin: power.Reported, Day: c.ld.m.CheckDay})
		c.must(err)
		o := byName[read.Items[0].Department]
		if o == nil {
			c.t.Fatalf("%s is the workbook of no department", f.Path)
		}
		out, err := inventory.ImportFor(c.ctx, c.ld.ledger, c.ld.db, o.head, o.id, inventory.Upload{File: filepath.Base(f.Path), Bytes: b})
		c.must(err)
		powers += out.New
	}
	return powers
}

// up signs and hands up for every department that has something to hand up, and
// lets its group receive it.
func (c *clearing) up() (submissions []round.Submission) {
	c.t.Helper()
	for _, o := range c.offices {
		s, err := round.StandingOf(c.ctx, c.ld.db, o.id, "")
		c.must(err)
		if s.Stage != round.StageFilling || s.Open+s.Answered == 0 {
			continue
		}
		var sub round.Submission
		c.as(o.head, func(ctx context.Context, tx *ledger.Tx) (err error) {
			if _, err := round.Sign(ctx, tx, o.head, o.id, round.Statement()); err != nil {
				return err
			}
			sub, err = round.HandUp(ctx, tx, o.head, o.id)
			return err
		})
		c.as(o.leader, func(ctx context.Context, tx *ledger.Tx) error { return round.Receive(ctx, tx, o.leader, sub.ID) })
		submissions = append(submissions, sub)
	}
	return submissions
}

func (c *clearing) officeOf(department sqldb.ID) *office {
	for _, o := range c.offices {
		if o.id == department {
			return o
		}
	}
	c.t.Fatalf("no department %s", department)
	return nil
}

// review lets the groups look at submissions: an opinion where the rules hold
// something against a power, a conclusion on the others, and hands all down.
func (c *clearing) review(subs []round.Submission) (opinions int) {
	c.t.Helper()
	run, err := finding.Latest(c.ctx, c.ld.db)
	c.must(err)
	for _, sub := range subs {
		o := c.officeOf(sub.Department)
		frozen, err := round.FrozenOf(c.ctx, c.ld.db, sub.ID)
		c.must(err)
		var clean []round.Item
		var notes []round.Note
		for _, f := range frozen {
			item := round.Item{Change: f.Change, Version: f.Version}
			found, err := finding.OfRun(c.ctx, c.ld.db, run.ID, f.Version)
			c.must(err)
			if i := firstBlock(found); i >= 0 {
				notes = append(notes, round.Note{Change: f.Change, Version: f.Version, Field: "basis", Cause: round.Causes()[0].Key, Text: found[i].Message})
				continue
			}
			clean = append(clean, item)
		}
		for _, n := range notes {
			c.as(o.leader, func(ctx context.Context, tx *ledger.Tx) error {
				_, err := round.Write(ctx, tx, o.leader, n)
				return err
			})
		}
		for len(clean) > 0 {
			n := min(len(clean), round.MaxBulk)
			c.as(o.leader, func(ctx context.Context, tx *ledger.Tx) error {
				_, err := round.BulkConclude(ctx, tx, o.leader, clean[:n], []round.Conclusion{{Rule: "五对照/3", Verdict: round.Pass}})
				return err
			})
			clean = clean[n:]
		}
		opinions += len(notes)
		c.handDown(o, sub)
	}
	return opinions
}

func (c *clearing) handDown(o *office, sub round.Submission) {
	c.t.Helper()
	c.as(o.leader, func(ctx context.Context, tx *ledger.Tx) error {
		_, err := round.HandDown(ctx, tx, o.leader, sub.ID)
		return err
	})
}

func firstBlock(found []finding.Finding) int {
	for i, f := range found {
		if f.Severity == finding.Blocks {
			return i
		}
	}
	return -1
}

// answer lets every department answer what was handed down: it mends every
// second power by a draft, and refuses the others.
func (c *clearing) answer() (accepted, refused int) {
	c.t.Helper()
	issued, err := round.Opinions(c.ctx, c.ld.db, round.Query{Campaign: c.campaign, Scope: people.Scope{All: true}, States: []round.OpinionState{round.Issued}})
	c.must(err)
	for i, op := range issued {
		o := c.officeOf(op.Department)
		kind, reason := round.Refuse, "依据见《示例条例》，本部门认为应当保留"
		if i%2 == 0 && op.Follows.IsZero() {
			kind, reason = round.Accept, ""
			c.mend(o, op)
			accepted++
		} else {
			refused++
		}
		c.as(o.head, func(ctx context.Context, tx *ledger.Tx) error {
			return round.Answer(ctx, tx, o.head, op.ID, kind, reason)
		})
	}
	return accepted, refused
}

// mend makes the next version of a power through a draft.
func (c *clearing) mend(o *office, op round.Opinion) {
	c.t.Helper()
	v, err := power.VersionByID(c.ctx, c.ld.db, op.Present)
	c.must(err)
	d := inventory.Draft{Power: op.Power, Wording: inventory.WordingOf(v)}
	d.Elements.Remark = strings.TrimSpace(d.Elements.Remark + "\n已按审核意见核对依据")
	inside := sqldb.Inside(c.ctx)
	c.must(c.ld.db.Write(c.ctx, func(tx *sqldb.Tx) (err error) {
		d, err = inventory.SaveDraft(inside, tx, o.head, d, time.Now())
		return err
	}))
	c.as(o.head, func(ctx context.Context, tx *ledger.Tx) error {
		_, err := inventory.Finish(ctx, tx, o.head, d.ID, d.No, "")
		return err
	})
}

// decide settles what was accepted and maintains what was refused, on what came
// up last.
func (c *clearing) decide() (settled, maintained int) {
	c.t.Helper()
	answered, err := round.Opinions(c.ctx, c.ld.db, round.Query{Campaign: c.campaign, Scope: people.Scope{All: true}, States: []round.OpinionState{round.Answered}})
	c.must(err)
	for _, op := range answered {
		o := c.officeOf(op.Department)
		c.as(o.leader, func(ctx context.Context, tx *ledger.Tx) error {
			if op.Reply.Kind == round.Refuse {
				_, err := round.Maintain(ctx, tx, o.leader, op.ID, "审核小组坚持："+op.Text)
				return err
			}
			return round.Settle(ctx, tx, o.leader, op.ID)
		})
		if op.Reply.Kind == round.Refuse {
			maintained++
		} else {
			settled++
		}
	}
	return settled, maintained
}

// The whole city goes through three rounds to the rulings of the leading group,
// by the functions that the pages call.
//
// tests:三上三下/1 三上三下/2 三上三下/3 自查
func TestSeventyDepartmentsGoThroughThreeRounds(t *testing.T) {
	dir, m := write(t, Options{})
	db, l := testkit.Open(t, sqldb.SQLite)
	began := time.Now()
	lap := func(what string) { t.Logf("%6.1f s  %s", time.Since(began).Seconds(), what) }
	c := newClearing(t, &loader{db: db, ledger: l, dir: dir, m: m, say: func(string) {}, actor: demoActor()})
	lap("the house stands")
	powers := c.report()
	lap(fmt.Sprintf("%d departments reported %d powers", len(c.offices), powers))
	if len(c.offices) != 70 || powers < 5000 {
		t.Fatalf("%d departments with %d powers", len(c.offices), powers)
	}
	subs := c.up()
	if len(subs) != len(c.offices) {
		t.Fatalf("%d submissions of %d departments", len(subs), len(c.offices))
	}
	frozen := 0
	for _, s := range subs {
		frozen += s.Versions
	}
	if frozen != powers {
		t.Errorf("%d versions frozen of %d powers", frozen, powers)
	}
	_, err := inventory.CheckAndSave(c.ctx, l, db, demoActor(), m.CheckDay, nil)
	c.must(err)
	lap("checked")
	opinions := c.review(subs)
	accepted, refused := c.answer()
	if opinions < 100 || accepted+refused != opinions {
		t.Errorf("%d opinions handed down, %d accepted and %d refused", opinions, accepted, refused)
	}
	lap(fmt.Sprintf("first round: %d opinions, %d accepted, %d refused", opinions, accepted, refused))
	for no := 2; no <= round.Final; no++ {
		subs = c.up()
		settled, maintained := c.decide()
		if no == 2 && settled != accepted || maintained != refused {
			t.Errorf("round %d: %d settled and %d maintained of %d accepted and %d refused", no, settled, maintained, accepted, refused)
		}
		if no <= round.Rounds {
			for _, s := range subs {
				c.handDown(c.officeOf(s.Department), s)
			}
			if a, r := c.answer(); a != 0 || r != refused {
				t.Errorf("round %d: %d accepted and %d refused of %d maintained", no, a, r, refused)
			}
		}
		lap(fmt.Sprintf("%s: %d submissions", round.Up(no), len(subs)))
	}
	upheld := c.rule(refused)
	lap(fmt.Sprintf("%d disputes ruled, %d for the groups", refused, upheld))
	c.up()
	c.settleRuled(upheld)
	lap("rulings carried out")
	c.checkEnd(opinions, powers)
	lap("checked that nothing is open and nothing was lost")
}

// rule decides every dispute, in turn for the department and for the group, and
// lets the departments carry out the latter.
func (c *clearing) rule(want int) (upheld int) {
	c.t.Helper()
	disputed, err := round.Opinions(c.ctx, c.ld.db, round.Query{Campaign: c.campaign, Scope: people.Scope{All: true}, States: []round.OpinionState{round.Disputed}})
	c.must(err)
	if len(disputed) != want {
		c.t.Errorf("%d disputes, want %d", len(disputed), want)
	}
	for i, op := range disputed {
		outcome := round.Support
		if i%2 == 1 {
			outcome = round.Uphold
			upheld++
		}
		c.as(c.leading, func(ctx context.Context, tx *ledger.Tx) error {
			return round.Rule(ctx, tx, c.leading, op.ID, outcome, "会议研究决定")
		})
		if outcome == round.Uphold {
			c.mend(c.officeOf(op.Department), op)
		}
	}
	return upheld
}

// settleRuled ends the rulings that were carried out.
func (c *clearing) settleRuled(want int) {
	c.t.Helper()
	ruled, err := round.Opinions(c.ctx, c.ld.db, round.Query{Campaign: c.campaign, Scope: people.Scope{All: true}, States: []round.OpinionState{round.Ruled}})
	c.must(err)
	n := 0
	for _, op := range ruled {
		if !op.Ruling.Outcome.Corrects() {
			continue
		}
		n++
		o := c.officeOf(op.Department)
		c.as(o.leader, func(ctx context.Context, tx *ledger.Tx) error { return round.Settle(ctx, tx, o.leader, op.ID) })
	}
	if n != want {
		c.t.Errorf("%d rulings carried out, want %d", n, want)
	}
}

// checkEnd holds the end against the beginning: every opinion has come to an
// end, every frozen submission is still what was signed, every power stands in
// one change, and the ledger agrees with itself.
func (c *clearing) checkEnd(opinions, powers int) {
	c.t.Helper()
	figures, err := round.Convergence(c.ctx, c.ld.db, c.campaign, people.Scope{All: true})
	c.must(err)
	if t := figures.Total; t.Unanswered+t.Undecided+t.Disputed != 0 || figures.Rounds[0].Written != opinions {
		c.t.Errorf("left open: %+v", t)
	}
	subs, err := round.Submissions(c.ctx, c.ld.db, c.campaign, people.Scope{All: true})
	c.must(err)
	for _, s := range subs {
		c.must(round.Verify(c.ctx, c.ld.db, s.ID))
	}
	inReview, err := power.Changes(c.ctx, c.ld.db, power.Review)
	c.must(err)
	if len(inReview) != powers {
		c.t.Errorf("%d of %d powers stand in review", len(inReview), powers)
	}
	for _, o := range c.offices {
		s, err := round.StandingOf(c.ctx, c.ld.db, o.id, "")
		c.must(err)
		if s.Stage != round.StageDone {
			c.t.Errorf("%s stands at %s", o.name, s.Stage.Label())
		}
	}
	c.must(c.ld.ledger.Settle(c.ctx))
	c.must(c.ld.ledger.Verify(c.ctx, ledger.Powers))
}
