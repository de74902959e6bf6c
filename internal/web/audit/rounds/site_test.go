package rounds_test

import (
	"context"
	"fmt"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"qingdan/internal/platform/ledger"
	"qingdan/internal/platform/sqldb"
	"qingdan/internal/registry/people"
	"qingdan/internal/registry/power"
	"qingdan/internal/service/round"
	"qingdan/internal/testkit"
	"qingdan/internal/web/audit/rounds"
	"qingdan/internal/web/staff/stafftest"
)

// house is a site with two departments, each of a group of its own, and the people
// of a clearing.
type house struct {
	*stafftest.Site
	water, roads                                                   sqldb.ID
	legal, leading, clerk, head, roadsHead, reviewer, leader, away *stafftest.Person
	awayLeader, supervisor, admin                                  *stafftest.Person
}

func houses(t *testing.T, fn func(t *testing.T, h *house)) {
	t.Helper()
	testkit.Databases(t, func(t *testing.T, db *sqldb.DB, l *ledger.Ledger) { fn(t, build(t, db, l)) })
}

func build(t testing.TB, db *sqldb.DB, l *ledger.Ledger) *house {
	t.Helper()
	h := &house{Site: stafftest.New(t, db, l)}
	x, err := rounds.New(rounds.Config{DB: db, Ledger: l, Clock: h.Now, Shell: h.Shell, BaseURL: "https://gzt.example.gov.cn"})
	if err != nil {
		t.Fatal(err)
	}
	h.Hang(x.Routes())
	h.water, h.roads = h.Department("市水利局"), h.Department("市交通局")
	h.Group(1, h.water)
	h.Group(2, h.roads)
	none := sqldb.ID{}
	h.legal, h.leading, h.supervisor = h.As(people.Legal, none, 0), h.As(people.Leading, none, 0), h.As(people.Supervisor, none, 0)
	h.clerk, h.head = h.As(people.Clerk, h.water, 0), h.As(people.Head, h.water, 0)
	h.roadsHead = h.As(people.Head, h.roads, 0)
	h.reviewer, h.leader = h.As(people.Reviewer, none, 1), h.As(people.GroupLeader, none, 1)
	h.away, h.awayLeader = h.As(people.Reviewer, none, 2), h.As(people.GroupLeader, none, 2)
	h.admin = h.As(people.SystemAdmin, none, 0)
	return h
}

// day is a civil day some days from now.
func (h *house) day(n int) string { return round.Civil(h.Now().AddDate(0, 0, n)) }

func (h *house) openForm() url.Values {
	return url.Values{"title": {"2026年示例清理"}, "due1": {h.day(10)}, "due2": {h.day(20)}, "due3": {h.day(30)}, "due4": {""},
		"department": {h.water.String(), h.roads.String()}}
}

// open opens a campaign through the form and gives its id.
func (h *house) open() string {
	h.T.Helper()
	a := h.Post(h.legal, "/rounds", h.openForm())
	if a.Status != 303 {
		h.T.Fatalf("opening: %d %s", a.Status, text(a.Body))
	}
	return strings.TrimSuffix(strings.TrimPrefix(a.Location, "/rounds/campaigns/"), "?done=opened")
}

// add puts powers into the self-check of a department.
func (h *house) add(department sqldb.ID, n int) []power.Ids {
	h.T.Helper()
	var out []power.Ids
	h.Act(func(ctx context.Context, tx *ledger.Tx) error {
		out = nil
		for i := range n {
			id := sqldb.NewID()
			basis := "《示例取水条例》第二条：从河流取水的，应当申请取水许可证。"
			ids, err := power.Add(ctx, tx, power.Report{Code: fmt.Sprintf("371500-01-%x-%d", id[10:], i), Division: "371500", Origin: power.Reported, State: power.SelfCheck,
				Version: power.Version{Department: department, Category: power.CategoryPermit, SchemeCategory: "行政审批", Name: fmt.Sprintf("取水许可%d", i+1), Level: "市级",
					Initiative: power.OnApplication, Elements: power.Elements{Content: "从河流取水", Basis: basis}, Citations: power.ParseBasis(basis)}})
			if err != nil {
				return err
			}
			out = append(out, ids)
		}
		return nil
	})
	return out
}

// up signs and hands up what the water department has.
func (h *house) up() round.Submission {
	h.T.Helper()
	var s round.Submission
	h.ActAs(h.head, func(ctx context.Context, tx *ledger.Tx, who *people.Who) error {
		if _, err := round.Sign(ctx, tx, who, h.water, round.Statement()); err != nil {
			return err
		}
		var err error
		s, err = round.HandUp(ctx, tx, who, h.water)
		return err
	})
	return s
}

func (h *house) write(p power.Ids, words string) sqldb.ID {
	h.T.Helper()
	var id sqldb.ID
	h.ActAs(h.reviewer, func(ctx context.Context, tx *ledger.Tx, who *people.Who) error {
		var err error
		id, err = round.Write(ctx, tx, who, round.Note{Change: p.Change, Version: p.Version, Field: "basis", Cause: "no_basis", Text: words})
		return err
	})
	return id
}

func (h *house) refuse(id sqldb.ID, reason string) {
	h.T.Helper()
	h.ActAs(h.clerk, func(ctx context.Context, tx *ledger.Tx, who *people.Who) error {
		return round.Answer(ctx, tx, who, id, round.Refuse, reason)
	})
}

func (h *house) state(id sqldb.ID) round.OpinionState {
	h.T.Helper()
	o, err := round.OpinionByID(context.Background(), h.DB, id)
	if err != nil {
		h.T.Fatal(err)
	}
	return o.State
}

// dispute brings an opinion on a new power before the leading group.
func (h *house) dispute() sqldb.ID {
	h.T.Helper()
	p := h.add(h.water, 2)[0]
	var opinion sqldb.ID
	for no := 1; no <= round.Rounds; no++ {
		s := h.up()
		h.gone(h.Post(h.reviewer, "/rounds/submissions/"+s.ID.String()+"/receive", nil))
		if no == 1 {
			opinion = h.write(p, "依据不是法律法规")
		} else {
			h.gone(h.Post(h.reviewer, "/rounds/opinions/"+opinion.String()+"/maintain", url.Values{"text": {"部门的理由不成立"}}))
			opinion = h.only(round.Query{No: no, States: []round.OpinionState{round.Draft}})
		}
		h.gone(h.Post(h.leader, "/rounds/submissions/"+s.ID.String()+"/handdown", nil))
		h.refuse(opinion, "依据充分，不改")
	}
	s := h.up()
	h.gone(h.Post(h.reviewer, "/rounds/submissions/"+s.ID.String()+"/receive", nil))
	h.gone(h.Post(h.reviewer, "/rounds/opinions/"+opinion.String()+"/maintain", url.Values{"text": {"仍不同意"}}))
	return h.only(round.Query{States: []round.OpinionState{round.Disputed}})
}

func (h *house) only(q round.Query) sqldb.ID {
	h.T.Helper()
	q.Scope = people.Scope{All: true}
	all, err := round.Opinions(context.Background(), h.DB, q)
	if err != nil || len(all) != 1 {
		h.T.Fatalf("%d opinions, want one (%v)", len(all), err)
	}
	return all[0].ID
}

// gone fails unless a form led on to another page.
func (h *house) gone(a stafftest.Answer) {
	h.T.Helper()
	if a.Status != 303 {
		h.T.Fatalf("status %d: %s", a.Status, text(a.Body))
	}
}

// status fails unless an answer has a status.
func (h *house) status(what string, a stafftest.Answer, want int) {
	h.T.Helper()
	if a.Status != want {
		h.T.Errorf("%s: status %d, want %d: %.300s", what, a.Status, want, text(a.Body))
	}
}

// says fails unless a page has all of the words.
func (h *house) says(what string, a stafftest.Answer, words ...string) {
	h.T.Helper()
	for _, w := range words {
		if !strings.Contains(text(a.Body), w) {
			h.T.Errorf("%s does not say %q: %.600s", what, w, text(a.Body))
		}
	}
}

// silent fails if a page has any of the words.
func (h *house) silent(what string, a stafftest.Answer, words ...string) {
	h.T.Helper()
	for _, w := range words {
		if strings.Contains(a.Body, w) {
			h.T.Errorf("%s says %q", what, w)
		}
	}
}

var tags = regexp.MustCompile(`(?s)<[^>]*>|\s+`)

// text is what a page says, without tags and blanks.
func text(html string) string { return tags.ReplaceAllString(html, "") }

// moment is long enough for the clock of the ledger to move on.
func moment() { time.Sleep(2 * time.Millisecond) }

// reword writes the next version of the power of an opinion.
func (h *house) reword(o round.Opinion) {
	h.T.Helper()
	h.Act(func(ctx context.Context, tx *ledger.Tx) error {
		all, err := power.Changes(ctx, tx, power.SelfCheck)
		if err != nil {
			return err
		}
		for _, c := range all {
			if c.ID != o.Change {
				continue
			}
			v, err := power.VersionByID(ctx, tx, c.Version)
			if err != nil {
				return err
			}
			v.Elements.Content = "按裁定修改后的内容"
			_, err = power.Amend(ctx, tx, c, v)
			return err
		}
		return fmt.Errorf("the power is not with its department")
	})
}
