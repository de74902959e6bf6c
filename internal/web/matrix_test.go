package web

import (
	"context"
	"flag"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/xuri/excelize/v2"

	"qingdan/internal/errs"
	"qingdan/internal/platform/blob"
	"qingdan/internal/platform/job"
	"qingdan/internal/platform/ledger"
	"qingdan/internal/platform/session"
	"qingdan/internal/platform/sqldb"
	"qingdan/internal/registry/document"
	"qingdan/internal/registry/list"
	"qingdan/internal/registry/people"
	"qingdan/internal/registry/power"
	"qingdan/internal/service/consult"
	"qingdan/internal/service/consult/press"
	"qingdan/internal/service/impact"
	"qingdan/internal/service/peer"
	"qingdan/internal/service/round"
	"qingdan/internal/stage/inventory"
	"qingdan/internal/testkit"
	"qingdan/internal/web/staff"
)

// estate is everything of one department that an address can name.
type estate struct {
	id         sqldb.ID
	mark       string // stands in the names of its powers and nowhere else
	clerk      *member
	head       *member
	leader     *member
	powers     map[power.State]sqldb.ID
	submission sqldb.ID
	opinion    sqldb.ID // issued
	draft      sqldb.ID // draft opinion of the group
	own        sqldb.ID // draft of the clerk
	file       sqldb.ID
	job        sqldb.ID
	task       sqldb.ID // of a changed law
	bulk       sqldb.ID
	missed     sqldb.ID // words that people searched for in vain
	comment    sqldb.ID // of the public on one of its powers
	question   sqldb.ID // a hot question that it owes an answer to
	overlap    sqldb.ID // two of its powers are one matter
	offer      sqldb.ID // of a power of its own to a county
	above      sqldb.ID // of a power from above to it
}

// member is somebody who is signed in.
type member struct {
	who   *people.Who
	token string
}

// matrix is a site with two departments of two groups, and somebody of every
// role who belongs to the first.
type matrix struct {
	t        *testing.T
	ctx      context.Context
	db       *sqldb.DB
	o        *office
	site     *Staff
	jobs     *job.Runner
	estates  [2]*estate
	roles    map[people.Role]*member
	campaign sqldb.ID
	event    sqldb.ID
	peers    sqldb.ID
	spare    sqldb.ID // an account to act upon
	notice   sqldb.ID // of a consultation
}

// matrixStates are the states of a change that the matrix walks: one of each
// kind in the permission table, and what lies beside.
func matrixStates() []power.State {
	return []power.State{power.SelfCheck, power.HandedUp, power.Review, power.Proposed, power.Published, power.Cancelled}
}

// walk says how an address of a pattern is made, and what it is held against.
type walk struct {
	path func(m *matrix, e *estate, s power.State) string
	// bound: the thing belongs to a department; stateful: the state of its change
	// counts; private: it belongs to one person; passing: it is not there yet, or not
	// any more, for those who may.
	bound, stateful, private, passing bool
}

// walks are the patterns whose addresses name something. A pattern with a
// parameter that is missing here fails the test, and so the build.
func walks() map[string]walk {
	of := func(kind string, path func(m *matrix, e *estate, s power.State) string) walk {
		return walk{path, strings.Contains(kind, "b"), strings.Contains(kind, "s"), strings.Contains(kind, "p"), strings.Contains(kind, "o")}
	}
	powers := func(area, tail string) func(*matrix, *estate, power.State) string {
		return func(_ *matrix, e *estate, s power.State) string { return area + e.powers[s].String() + tail }
	}
	sub := func(area, tail string) func(*matrix, *estate, power.State) string {
		return func(_ *matrix, e *estate, _ power.State) string { return area + e.submission.String() + tail }
	}
	opinion := func(area, tail string) func(*matrix, *estate, power.State) string {
		return func(_ *matrix, e *estate, _ power.State) string { return area + e.opinion.String() + tail }
	}
	account := func(area, tail string) func(*matrix, *estate, power.State) string {
		return func(m *matrix, _ *estate, _ power.State) string { return area + m.spare.String() + tail }
	}
	campaign := func(tail string) func(*matrix, *estate, power.State) string {
		return func(m *matrix, _ *estate, _ power.State) string {
			return "/rounds/campaigns/" + m.campaign.String() + tail
		}
	}
	peers := func(tail string) func(*matrix, *estate, power.State) string {
		return func(m *matrix, _ *estate, _ power.State) string { return "/audit/peers/" + m.peers.String() + tail }
	}
	event := func(tail string) func(*matrix, *estate, power.State) string {
		return func(m *matrix, _ *estate, _ power.State) string {
			return "/desk/impact/events/" + m.event.String() + tail
		}
	}
	handover := func(tail string) func(*matrix, *estate, power.State) string {
		return func(_ *matrix, e *estate, _ power.State) string { return "/handovers/" + e.offer.String() + tail }
	}
	above := func(tail string) func(*matrix, *estate, power.State) string {
		return func(_ *matrix, e *estate, _ power.State) string { return "/handovers/" + e.above.String() + tail }
	}
	job := func(tail string) func(*matrix, *estate, power.State) string {
		return func(_ *matrix, e *estate, _ power.State) string { return "/desk/filing/jobs/" + e.job.String() + tail }
	}
	notice := func(tail string) func(*matrix, *estate, power.State) string {
		return func(m *matrix, _ *estate, _ power.State) string {
			return "/consult/notices/" + m.notice.String() + tail
		}
	}
	comment := func(tail string) func(*matrix, *estate, power.State) string {
		return func(_ *matrix, e *estate, _ power.State) string {
			return "/consult/comments/" + e.comment.String() + tail
		}
	}
	question := func(tail string) func(*matrix, *estate, power.State) string {
		return func(_ *matrix, e *estate, _ power.State) string {
			return "/consult/press/questions/" + e.question.String() + tail
		}
	}
	const filing, audit, held = "/desk/filing/powers/", "/audit/powers/", "/admin/security/"
	return map[string]walk{
		"GET " + filing + "{id}":              of("b", powers(filing, "")),
		"GET " + filing + "{id}/edit":         of("b", powers(filing, "/edit")),
		"POST " + filing + "{id}/edit":        of("bs", powers(filing, "/edit")),
		"POST " + filing + "{id}/draft":       of("b", powers(filing, "/draft")),
		"POST " + filing + "{id}/merge":       of("bs", powers(filing, "/merge")),
		"POST " + filing + "{id}/withdraw":    of("bs", powers(filing, "/withdraw")),
		"POST " + filing + "{id}/attachments": of("bs", powers(filing, "/attachments")),
		"POST /desk/filing/drafts/{id}/drop": of("p", func(_ *matrix, e *estate, _ power.State) string {
			return "/desk/filing/drafts/" + e.own.String() + "/drop"
		}),
		"GET /desk/filing/jobs/{id}":                of("p", job("")),
		"GET /desk/filing/jobs/{id}/corrected.xlsx": of("p", job("/corrected.xlsx")),
		"POST /desk/filing/jobs/{id}/import":        of("p", job("/import")),
		"GET /desk/filing/attachments/{id}":         of("b", func(_ *matrix, e *estate, _ power.State) string { return "/desk/filing/attachments/" + e.file.String() }),
		"POST /desk/filing/attachments/{id}/remove": of("bo", func(_ *matrix, e *estate, _ power.State) string {
			return "/desk/filing/attachments/" + e.file.String() + "/remove"
		}),
		"GET /desk/filing/opinions/{id}":             of("b", opinion("/desk/filing/opinions/", "")),
		"POST /desk/filing/opinions/{id}":            of("b", opinion("/desk/filing/opinions/", "")),
		"GET /desk/filing/submissions/{id}":          of("b", sub("/desk/filing/submissions/", "")),
		"GET /desk/filing/submissions/{id}/print":    of("b", sub("/desk/filing/submissions/", "/print")),
		"GET /desk/filing/submissions/{id}/feedback": of("b", sub("/desk/filing/submissions/", "/feedback")),

		"GET " + audit + "{id}":           of("b", powers(audit, "")),
		"GET " + audit + "{id}/panel":     of("b", powers(audit, "/panel")),
		"POST " + audit + "{id}/confirm":  of("bs", powers(audit, "/confirm")),
		"POST " + audit + "{id}/conclude": of("bs", powers(audit, "/conclude")),
		"POST " + audit + "{id}/opinions": of("bs", powers(audit, "/opinions")),
		"POST " + audit + "{id}/opinions/{opinion}/{act}": of("b", func(_ *matrix, e *estate, _ power.State) string {
			return audit + e.powers[power.Review].String() + "/opinions/" + e.draft.String() + "/edit"
		}),
		"POST /audit/bulk/{id}/undo": of("p", func(_ *matrix, e *estate, _ power.State) string { return "/audit/bulk/" + e.bulk.String() + "/undo" }),
		"GET /audit/mandates/{id}":   of("b", func(_ *matrix, e *estate, _ power.State) string { return "/audit/mandates/" + e.id.String() }),
		"GET /audit/mandates/{id}/export.xlsx": of("b", func(_ *matrix, e *estate, _ power.State) string {
			return "/audit/mandates/" + e.id.String() + "/export.xlsx"
		}),

		"GET /cuts/powers/{id}":               of("b", powers("/cuts/powers/", "")),
		"POST /cuts/powers/{id}":              of("bs", powers("/cuts/powers/", "")),
		"POST /cuts/proposals/{id}/withdraw":  of("", func(*matrix, *estate, power.State) string { return "/cuts/proposals/0/withdraw" }),
		"POST /cuts/boundaries/{id}/confirm":  of("", func(*matrix, *estate, power.State) string { return "/cuts/boundaries/0/confirm" }),
		"POST /cuts/boundaries/{id}/end":      of("", func(*matrix, *estate, power.State) string { return "/cuts/boundaries/0/end" }),
		"GET /audit/peers/{id}":               of("", peers("")),
		"GET /audit/peers/{id}/worklist.xlsx": of("", peers("/worklist.xlsx")),
		"POST /audit/peers/{id}/align":        of("", peers("/align")),
		"GET /audit/peers/{id}/{difference}":  of("", peers("/0")),
		"POST /audit/peers/{id}/{difference}": of("", peers("/0")),

		"GET /handovers/{id}":           of("b", handover("")),
		"GET /handovers/{id}/paper":     of("bo", handover("/paper")),
		"GET /handovers/{id}/again":     of("b", handover("/again")),
		"POST /handovers/{id}/again":    of("b", handover("/again")),
		"POST /handovers/{id}/withdraw": of("b", handover("/withdraw")),
		"POST /handovers/{id}/sign":     of("b", handover("/sign")),
		"POST /handovers/{id}/back":     of("b", handover("/back")),
		"POST /handovers/{id}/check":    of("b", handover("/check")),
		"POST /handovers/{id}/answer":   of("b", above("/answer")),
		"POST /handovers/{id}/receive":  of("b", above("/receive")),
		"POST /handovers/{id}/ask-back": of("b", above("/ask-back")),

		"GET /overlaps/{id}":        of("b", func(_ *matrix, e *estate, _ power.State) string { return "/overlaps/" + e.overlap.String() }),
		"POST /overlaps/{id}/judge": of("b", func(_ *matrix, e *estate, _ power.State) string { return "/overlaps/" + e.overlap.String() + "/judge" }),
		"GET /overlaps/{id}/merge":  of("b", func(_ *matrix, e *estate, _ power.State) string { return "/overlaps/" + e.overlap.String() + "/merge" }),
		"POST /overlaps/{id}/merge": of("b", func(_ *matrix, e *estate, _ power.State) string { return "/overlaps/" + e.overlap.String() + "/merge" }),

		"GET /rounds/campaigns/{id}":                  of("", campaign("")),
		"GET /rounds/campaigns/{id}/board.xlsx":       of("", campaign("/board.xlsx")),
		"GET /rounds/campaigns/{id}/convergence":      of("", campaign("/convergence")),
		"GET /rounds/campaigns/{id}/convergence.xlsx": of("", campaign("/convergence.xlsx")),
		"GET /rounds/campaigns/{id}/opinions":         of("", campaign("/opinions")),
		"GET /rounds/campaigns/{id}/opinions.xlsx":    of("", campaign("/opinions.xlsx")),
		"GET /rounds/campaigns/{id}/terms":            of("", campaign("/terms")),
		"POST /rounds/campaigns/{id}/terms":           of("", campaign("/terms")),
		"GET /rounds/campaigns/{id}/end":              of("", campaign("/end")),
		"POST /rounds/campaigns/{id}/end":             of("", campaign("/end")),
		"GET /rounds/submissions/{id}":                of("b", sub("/rounds/submissions/", "")),
		"GET /rounds/submissions/{id}/list.xlsx":      of("b", sub("/rounds/submissions/", "/list.xlsx")),
		"POST /rounds/submissions/{id}/receive":       of("b", sub("/rounds/submissions/", "/receive")),
		"GET /rounds/submissions/{id}/handdown":       of("b", sub("/rounds/submissions/", "/handdown")),
		"POST /rounds/submissions/{id}/handdown":      of("b", sub("/rounds/submissions/", "/handdown")),
		"GET /rounds/opinions/{id}":                   of("b", opinion("/rounds/opinions/", "")),
		"GET /rounds/opinions/{id}/paper":             of("bo", opinion("/rounds/opinions/", "/paper")),
		"POST /rounds/opinions/{id}/settle":           of("b", opinion("/rounds/opinions/", "/settle")),
		"POST /rounds/opinions/{id}/unsettle":         of("b", opinion("/rounds/opinions/", "/unsettle")),
		"POST /rounds/opinions/{id}/maintain":         of("b", opinion("/rounds/opinions/", "/maintain")),
		"POST /rounds/opinions/{id}/rule":             of("b", opinion("/rounds/opinions/", "/rule")),

		"GET /consult/notices/{id}":                   of("", notice("")),
		"POST /consult/notices/{id}/extend":           of("", notice("/extend")),
		"POST /consult/notices/{id}/close":            of("", notice("/close")),
		"GET /consult/notices/{id}/record":            of("", notice("/record")),
		"POST /consult/notices/{id}/opinions":         of("", notice("/opinions")),
		"POST /consult/notices/{id}/meetings":         of("", notice("/meetings")),
		"GET /consult/comments/{id}":                  of("b", comment("")),
		"POST /consult/comments/{id}/answer":          of("b", comment("/answer")),
		"POST /consult/comments/{id}/hold":            of("b", comment("/hold")),
		"POST /consult/comments/{id}/release":         of("b", comment("/release")),
		"GET /consult/press/questions/{id}":           of("", question("")),
		"POST /consult/press/questions/{id}/answer":   of("b", question("/answer")),
		"POST /consult/press/questions/{id}/withdraw": of("", question("/withdraw")),
		"POST /consult/press/plans/{id}":              of("", func(*matrix, *estate, power.State) string { return "/consult/press/plans/0" }),

		"GET /desk/impact/departments/{id}":   of("b", func(_ *matrix, e *estate, _ power.State) string { return "/desk/impact/departments/" + e.id.String() }),
		"GET /desk/impact/tasks/{id}":         of("b", func(_ *matrix, e *estate, _ power.State) string { return "/desk/impact/tasks/" + e.task.String() }),
		"POST /desk/impact/tasks/{id}":        of("b", func(_ *matrix, e *estate, _ power.State) string { return "/desk/impact/tasks/" + e.task.String() }),
		"GET /desk/impact/events/{id}":        of("", event("")),
		"GET /desk/impact/events/{id}/moved":  of("", event("/moved")),
		"POST /desk/impact/events/{id}/moved": of("", event("/moved")),

		"GET /words/missed/{id}":          of("b", missedWords("")),
		"POST /words/missed/{id}/give":    of("b", missedWords("/give")),
		"POST /words/missed/{id}/dismiss": of("b", missedWords("/dismiss")),
		"POST /words/missed/{id}/direct":  of("b", missedWords("/direct")),
		"POST /words/items/{id}":          of("b", wordedItem("")),
		"POST /words/items/{id}/remove":   of("b", wordedItem("/remove")),

		"GET /admin/accounts/{id}":                of("", account("/admin/accounts/", "")),
		"POST /admin/accounts/{id}/name":          of("", account("/admin/accounts/", "/name")),
		"POST /admin/accounts/{id}/post":          of("", account("/admin/accounts/", "/post")),
		"POST /admin/accounts/{id}/disable":       of("", account("/admin/accounts/", "/disable")),
		"POST /admin/accounts/{id}/enable":        of("", account("/admin/accounts/", "/enable")),
		"GET /admin/people/{id}":                  of("", account("/admin/people/", "")),
		"POST /admin/people/{id}":                 of("", account("/admin/people/", "")),
		"GET " + held + "accounts/{id}":           of("", account(held+"accounts/", "")),
		"POST " + held + "accounts/{id}/roles":    of("", account(held+"accounts/", "/roles")),
		"POST " + held + "accounts/{id}/unlock":   of("", account(held+"accounts/", "/unlock")),
		"POST " + held + "accounts/{id}/sessions": of("", account(held+"accounts/", "/sessions")),
		"POST " + held + "accounts/{id}/factor":   of("", account(held+"accounts/", "/factor")),
		"POST " + held + "accounts/{id}/password": of("", account(held+"accounts/", "/password")),
		"POST /account/sessions/{id}/end": of("p", func(_ *matrix, e *estate, _ power.State) string {
			return "/account/sessions/" + e.clerk.who.Session.String() + "/end"
		}),
	}
}

// openMatrix makes the site and everything that an address can name.
func openMatrix(t *testing.T, db *sqldb.DB, l *ledger.Ledger) *matrix {
	t.Helper()
	m := &matrix{t: t, ctx: t.Context(), db: db, o: openOffice(t, db, l), roles: map[people.Role]*member{}}
	files, err := blob.OpenFolder(t.TempDir())
	must(t, err)
	m.jobs = job.New(db, job.Options{Clock: clock})
	t.Cleanup(func() { m.jobs.Close(context.Background()) })
	gate := session.New(db, session.Options{Clock: clock, Cost: session.Cost{Memory: 64, Time: 1, Threads: 1}})
	m.site, err = NewStaff(Config{Clock: clock, Log: slog.New(slog.NewTextHandler(io.Discard, nil))},
		StaffConfig{DB: db, Ledger: l, Gate: gate, Blobs: files, Jobs: m.jobs})
	must(t, err)
	m.write(func(ctx context.Context, tx *ledger.Tx) error {
		for g := range m.estates {
			if err := people.AddGroup(ctx, tx, g+1, fmt.Sprintf("第%d审核小组", g+1)); err != nil {
				return err
			}
			if err := people.AssignDepartment(ctx, tx, m.o.departments[g], g+1); err != nil {
				return err
			}
		}
		return nil
	})
	for i, mark := range []string{"甲局独有事项", "乙局独有事项"} {
		m.estates[i] = &estate{id: m.o.departments[i], mark: mark, powers: map[power.State]sqldb.ID{},
			clerk: m.enter(people.Clerk, m.o.departments[i], 0), head: m.enter(people.Head, m.o.departments[i], 0), leader: m.enter(people.GroupLeader, sqldb.ID{}, i+1)}
	}
	for _, r := range people.Roles() {
		department, group := sqldb.ID{}, 0
		switch r {
		case people.Clerk, people.Head, people.Window, people.Officer:
			department = m.estates[0].id
		case people.Reviewer, people.GroupLeader:
			group = 1
		}
		m.roles[r] = m.enter(r, department, group)
	}
	m.spare = m.enter(people.Supervisor, sqldb.ID{}, 0).who.Account
	m.openCampaign()
	m.hear()
	for _, e := range m.estates {
		m.furnish(e, files)
	}
	m.loadPeers()
	m.findOverlaps()
	m.offerPowers()
	return m
}

func (m *matrix) write(fn func(ctx context.Context, tx *ledger.Tx) error) {
	m.t.Helper()
	m.o.write(fn)
}

// as writes an act of somebody.
func (m *matrix) as(who *member, fn func(ctx context.Context, tx *ledger.Tx, who *people.Who) error) {
	m.t.Helper()
	must(m.t, m.o.ledger.Write(m.ctx, who.who.Actor(), func(ctx context.Context, tx *ledger.Tx) error { return fn(ctx, tx, who.who) }))
}

// enter gives somebody an account and signs them in.
func (m *matrix) enter(r people.Role, department sqldb.ID, group int) *member {
	m.t.Helper()
	var id sqldb.ID
	m.write(func(ctx context.Context, tx *ledger.Tx) (err error) {
		login := "u" + strings.ReplaceAll(sqldb.NewID().String(), "-", "")[:30]
		id, err = people.AddAccount(ctx, tx, people.Account{Login: login, Name: "示例", Department: department, Group: group, Roles: []people.Role{r}})
		return err
	})
	var token string
	must(m.t, m.db.Write(m.ctx, func(tx *sqldb.Tx) error {
		opened, err := session.Create(context.Background(), tx, id, session.ByProvider, "192.0.2.1", "test", clock())
		token = opened.Token
		return err
	}))
	who, err := people.Enter(m.ctx, m.db, token, clock())
	must(m.t, err)
	return &member{who, token}
}

func (m *matrix) openCampaign() {
	m.t.Helper()
	plan := round.Plan{Title: "示例清理"}
	for _, e := range m.estates {
		plan.Departments = append(plan.Departments, e.id)
	}
	for i := range plan.Due {
		plan.Due[i] = round.Civil(time.Now().AddDate(0, 0, 30+10*i))
	}
	m.as(m.roles[people.Legal], func(ctx context.Context, tx *ledger.Tx, who *people.Who) (err error) {
		m.campaign, err = round.Open(ctx, tx, who, plan)
		return err
	})
}

// furnish gives a department one of everything, by the acts of its people.
func (m *matrix) furnish(e *estate, files blob.Store) {
	m.t.Helper()
	tasks, err := impact.Tasks(m.ctx, m.db, impact.Query{Department: e.id, Limit: 1})
	must(m.t, err)
	if len(tasks) == 0 {
		m.t.Fatal("no task of a changed law")
	}
	e.task, m.event, e.powers[power.Published] = tasks[0].ID, tasks[0].Event, tasks[0].Power
	m.add(e, power.SelfCheck)
	m.as(e.head, func(ctx context.Context, tx *ledger.Tx, who *people.Who) error {
		if _, err := round.Sign(ctx, tx, who, e.id, round.Statement()); err != nil {
			return err
		}
		sub, err := round.HandUp(ctx, tx, who, e.id)
		e.submission = sub.ID
		return err
	})
	frozen, err := round.FrozenOf(m.ctx, m.db, e.submission)
	must(m.t, err)
	m.as(e.leader, func(ctx context.Context, tx *ledger.Tx, who *people.Who) error {
		if err := round.Receive(ctx, tx, who, e.submission); err != nil {
			return err
		}
		var err error
		if e.opinion, err = round.Write(ctx, tx, who, m.note(frozen[0].Change, frozen[0].Version)); err != nil {
			return err
		}
		_, err = round.HandDown(ctx, tx, who, e.submission)
		return err
	})
	var review power.Ids
	for _, s := range matrixStates() {
		if _, there := e.powers[s]; !there {
			if ids := m.add(e, s); s == power.Review {
				review = ids
			}
		}
	}
	m.as(e.leader, func(ctx context.Context, tx *ledger.Tx, who *people.Who) (err error) {
		item := round.Item{Change: review.Change, Version: review.Version}
		e.bulk, err = round.BulkConclude(ctx, tx, who, []round.Item{item}, []round.Conclusion{{Rule: round.Checks()[0].Rule, Verdict: round.Pass}})
		return err
	})
	e.draft = sqldb.NewID() // of nobody: what is asked for is not there
	m.miss(e)
	m.keep(e, files)
}

func (m *matrix) note(change, version sqldb.ID) round.Note {
	return round.Note{Change: change, Version: version, Field: "basis", Cause: round.Causes()[0].Key, Text: "依据写得不全"}
}

// keep gives the clerk a draft, a file and a job.
func (m *matrix) keep(e *estate, files blob.Store) {
	m.t.Helper()
	inside := sqldb.Inside(m.ctx)
	must(m.t, m.db.Write(m.ctx, func(tx *sqldb.Tx) error {
		d, err := inventory.SaveDraft(inside, tx, e.clerk.who, inventory.Draft{Power: e.powers[power.SelfCheck], Wording: inventory.Wording{Name: e.mark}}, clock())
		e.own = d.ID
		return err
	}))
	taken, err := document.Take(m.ctx, files, "说明.pdf", strings.NewReader("%PDF-1.4\n%"+e.mark+"\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n"))
	must(m.t, err)
	m.as(e.clerk, func(ctx context.Context, tx *ledger.Tx, who *people.Who) error {
		a, err := document.Attach(ctx, tx, "371500", e.powers[power.SelfCheck], e.id, who.Account, taken)
		e.file = a.ID
		return err
	})
	e.job, err = m.jobs.Start(m.ctx, e.clerk.who.Account, "test", e.mark, func(context.Context, *job.Progress) (any, error) { return nil, nil })
	must(m.t, err)
}

// add puts a power of a department into a state.
func (m *matrix) add(e *estate, s power.State) power.Ids {
	m.t.Helper()
	var ids power.Ids
	m.write(func(ctx context.Context, tx *ledger.Tx) (err error) {
		v := power.Version{Department: e.id, Category: power.CategoryPermit, SchemeCategory: string(power.CategoryPermit), Name: e.mark + s.Label(), Level: "市级",
			Initiative: power.OnApplication, Elements: power.Elements{Content: e.mark, Basis: "《中华人民共和国行政许可法》第十二条"}}
		ids, err = power.Add(ctx, tx, power.Report{Code: "matrix-" + sqldb.NewID().String(), Division: "371500", Origin: power.Reported, State: s, Version: v})
		return err
	})
	e.powers[s] = ids.Power
	return ids
}

// hear opens a consultation on one power of each department, on which somebody
// comments, and asks each a hot question.
func (m *matrix) hear() {
	m.t.Helper()
	heard := map[*estate]power.Ids{}
	for _, e := range m.estates {
		heard[e] = m.add(e, power.Proposed)
		delete(e.powers, power.Proposed)
	}
	m.as(m.roles[people.Legal], func(ctx context.Context, tx *ledger.Tx, who *people.Who) (err error) {
		m.notice, err = consult.OpenNotice(ctx, tx, who, consult.Form{Title: "示例征求意见", Text: "请提意见。", To: round.Civil(time.Now().AddDate(0, 0, 30))})
		return err
	})
	for _, e := range m.estates {
		slip, err := consult.Submit(m.ctx, m.db, m.o.ledger, consult.Submission{Notice: m.notice, Power: heard[e].Power, Text: e.mark + "的期限太长"})
		must(m.t, err)
		c, err := consult.ByReceipt(m.ctx, m.db, slip.Code)
		must(m.t, err)
		e.comment = c.ID
		m.as(m.roles[people.Legal], func(ctx context.Context, tx *ledger.Tx, who *people.Who) (err error) {
			e.question, err = press.Ask(ctx, tx, who, round.Civil(time.Now()), press.Asked{Text: "清单什么时候公布？", Department: e.id})
			return err
		})
	}
}

func (m *matrix) loadPeers() {
	m.t.Helper()
	m.as(m.roles[people.Legal], func(ctx context.Context, tx *ledger.Tx, who *people.Who) (err error) {
		m.peers, _, err = peer.Import(ctx, tx, who, "370100", "邻市权力清单", "peer.csv", []list.Item{{Code: "1", Name: "示例许可", Department: "邻市示例局", Category: "行政许可"}})
		return err
	})
	_, err := peer.Align(m.ctx, m.db, m.peers, clock())
	must(m.t, err)
}

// ask sends a request of somebody to the whole site.
func (m *matrix) ask(who *member, method, path string) answer {
	m.t.Helper()
	var body io.Reader
	if method == http.MethodPost {
		body = strings.NewReader(url.Values{}.Encode())
	}
	r := httptest.NewRequest(method, "http://127.0.0.1"+path, body)
	if body != nil {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		r.Header.Set("Sec-Fetch-Site", "same-origin")
	}
	if who != nil {
		r.AddCookie(&http.Cookie{Name: "session", Value: who.token})
	}
	w := httptest.NewRecorder()
	m.site.ServeHTTP(w, r)
	return answer{w.Result(), w.Body.String()}
}

// expect says what the permission table answers.
func expect(route staff.Route, k walk, who *people.Who, e *estate, s power.State) int {
	if who.May(route.Action) != nil {
		return http.StatusForbidden
	}
	if k.private {
		return http.StatusNotFound // somebody else's, whoever asks
	}
	if !k.bound {
		return http.StatusOK
	}
	t := people.Target{Department: e.id}
	if k.stateful {
		t.State = s
	}
	if err := who.MayOn(route.Action, t); err != nil {
		return errs.Status(err)
	}
	return http.StatusOK
}

// fits says whether an answer is of the kind that the table asks for. Who may do
// a thing gets it, or is told what is wrong with an empty form; never that it is
// forbidden or not there.
func fits(want, got int, k walk) bool {
	switch want {
	case http.StatusOK:
		return got < 500 && got != http.StatusForbidden && (got != http.StatusNotFound || !k.bound || k.passing)
	case http.StatusConflict: // an empty form may be refused before, and a desk knows only what is in its hands
		return got == http.StatusConflict || got == http.StatusBadRequest || got == http.StatusNotFound
	case http.StatusNotFound: // a thing of somebody else's may be answered as gone already; untouched looks
		return got == want || k.private && got == http.StatusSeeOther
	default:
		return got == want
	}
}

// Every route of staff x role x own or other department x state of the change
// answers as the one permission table says; nobody comes in without a session.
// A route whose addresses the matrix cannot make fails the test.
func TestEveryRouteKeepsToThePermissionTable(t *testing.T) {
	db, l := testkit.Open(t, sqldb.SQLite)
	m := openMatrix(t, db, l)
	known, asked := walks(), 0
	for _, route := range m.site.Routes() {
		method, pattern, _ := strings.Cut(route.Pattern, " ")
		k, there := known[route.Pattern]
		delete(known, route.Pattern)
		if !there && strings.Contains(pattern, "{") {
			t.Errorf("%s is missing from the matrix", route.Pattern)
			continue
		}
		if !there {
			k.path = func(*matrix, *estate, power.State) string { return pattern }
		}
		states := []power.State{power.SelfCheck}
		if k.stateful {
			states = matrixStates()
		}
		for i, e := range m.estates {
			for _, s := range states {
				path := k.path(m, e, s)
				if a := m.ask(nil, method, path); a.StatusCode != http.StatusSeeOther && a.StatusCode != http.StatusForbidden {
					t.Errorf("%s without a session: %d", route.Pattern, a.StatusCode)
				}
				for _, r := range people.Roles() {
					who := m.roles[r]
					a := m.ask(who, method, path)
					asked++
					want := expect(route, k, who.who, e, s)
					if !fits(want, a.StatusCode, k) {
						t.Errorf("%s as %s, department %d, state %s: %d, want %d\n%.300s", route.Pattern, r, i+1, s, a.StatusCode, want, plain(a.body))
					}
					if (want == http.StatusForbidden || want == http.StatusNotFound) && strings.Contains(a.body, e.mark) {
						t.Errorf("%s as %s: the refusal tells of %s", route.Pattern, r, e.mark)
					}
				}
			}
		}
	}
	for pattern := range known {
		t.Errorf("%s stands in the matrix, and no such route is there any more", pattern)
	}
	m.untouched()
	t.Logf("%d requests over %d routes", asked, len(m.site.Routes()))
}

// untouched says that nobody ended, dropped or took what is somebody else's.
func (m *matrix) untouched() {
	m.t.Helper()
	for i, e := range m.estates {
		if _, err := people.Enter(m.ctx, m.db, e.clerk.token, clock()); err != nil {
			m.t.Errorf("department %d: somebody else ended the session of the clerk: %v", i+1, err)
		}
		if _, err := inventory.DraftByID(m.ctx, m.db, e.clerk.who.Account, e.own); err != nil {
			m.t.Errorf("department %d: somebody else dropped the draft of the clerk: %v", i+1, err)
		}
		if _, err := document.ByID(m.ctx, m.db, m.estates[1].file); err != nil {
			m.t.Errorf("department %d: somebody else removed the file: %v", i+1, err)
		}
		if err := round.Verify(m.ctx, m.db, e.submission); err != nil {
			m.t.Errorf("department %d: %v", i+1, err)
		}
	}
}

var updatePermissions = flag.Bool("update", false, "write docs/permissions.md anew")

// docs/permissions.md lists every route of staff with its action and who may
// take it how far, as the permission table says.
func TestPermissionsPage(t *testing.T) {
	db, l := testkit.Open(t, sqldb.SQLite)
	site, err := NewStaff(Config{Clock: clock, Log: slog.New(slog.NewTextHandler(io.Discard, nil))}, StaffConfig{DB: db, Ledger: l})
	must(t, err)
	var b strings.Builder
	b.WriteString("# Routes of staff, and who may take them\n\nGenerated from the routes and the permission table (`internal/registry/people/permit.go`) by `make golden`; do not edit.\n\n")
	b.WriteString("| route | action | roles, and how far |\n|---|---|---|\n")
	for _, route := range site.Routes() {
		var who []string
		for _, p := range people.Permits() {
			if p.Action != route.Action {
				continue
			}
			words := p.Role.Label() + " " + p.Reach.Label()
			for _, s := range p.States {
				words += " " + s.Label()
			}
			who = append(who, words)
		}
		if route.Action == people.Work {
			who = []string{"everybody signed in"}
		}
		fmt.Fprintf(&b, "| `%s` | %s | %s |\n", route.Pattern, route.Action, strings.Join(who, "; "))
	}
	file := filepath.Join(testkit.Root(t), "docs", "permissions.md")
	if *updatePermissions {
		must(t, os.WriteFile(file, []byte(b.String()), 0o644))
	}
	got, err := os.ReadFile(file)
	must(t, err)
	if string(got) != b.String() {
		t.Error("docs/permissions.md is not what the code says: run `make golden`")
	}
}

// plain are the words of a page without its marks, to be read in a failure.
func plain(body string) string {
	if _, main, ok := strings.Cut(body, "<main"); ok {
		body = main
	}
	return strings.Join(strings.Fields(body), " ")
}

// Lists, searches, counts and exports of a department's and a group's people
// never show anything of another department.
func TestNoListTellsOfOtherDepartments(t *testing.T) {
	db, l := testkit.Open(t, sqldb.SQLite)
	m := openMatrix(t, db, l)
	own, foreign := m.estates[0].mark, m.estates[1].mark
	seen := 0
	for _, route := range m.site.Routes() {
		method, pattern, _ := strings.Cut(route.Pattern, " ")
		if method != http.MethodGet {
			continue
		}
		path := pattern
		if k, there := walks()[route.Pattern]; there {
			path = k.path(m, m.estates[0], power.SelfCheck)
		}
		for _, query := range []string{"", "?q=" + url.QueryEscape(foreign), "?q=" + url.QueryEscape(own), "?state=review&department=" + m.estates[1].id.String()} {
			for _, r := range []people.Role{people.Clerk, people.Head, people.Window, people.Officer, people.Reviewer, people.GroupLeader, people.SystemAdmin, people.SecurityAdmin} {
				a := m.ask(m.roles[r], method, path+query)
				text := a.body
				if strings.Contains(path, ".xlsx") && a.StatusCode == http.StatusOK {
					text = cells(t, a.body)
				}
				if strings.Contains(text, foreign+power.Review.Label()) || strings.Contains(text, foreign+power.SelfCheck.Label()) {
					t.Errorf("%s%s as %s tells of the other department", path, query, r)
				}
				if strings.Contains(text, own) {
					seen++
				}
			}
		}
	}
	if seen < 20 {
		t.Errorf("only %d answers show what is one's own: the test would prove nothing", seen)
	}
}

// cells are the words of an exported workbook.
func cells(t *testing.T, body string) string {
	t.Helper()
	x, err := excelize.OpenReader(strings.NewReader(body))
	must(t, err)
	defer x.Close()
	var b strings.Builder
	for _, sheet := range x.GetSheetList() {
		rows, err := x.GetRows(sheet)
		must(t, err)
		for _, r := range rows {
			b.WriteString(strings.Join(r, "\t") + "\n")
		}
	}
	return b.String()
}
