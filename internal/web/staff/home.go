package staff

import (
	"context"
	"net/http"
	"slices"
	"time"

	"qingdan/internal/errs"
	"qingdan/internal/platform/session"
	"qingdan/internal/platform/sqldb"
	"qingdan/internal/registry/people"
	"qingdan/internal/service/round"
	"qingdan/internal/web/ui"
)

// densityPath keeps the choice of how close the rows of lists stand.
const densityPath = HomePath + "/density"

// Routes lists the pages of the frame itself.
func (s *Shell) Routes() []Route {
	return []Route{
		{Pattern: "GET " + HomePath, Action: people.Work, Handler: s.home},
		{Pattern: "GET " + densityPath, Action: people.Work, Handler: s.setDensity},
	}
}

// HomePage is what waits for somebody, until when, and what is new to them.
type HomePage struct {
	ui.Frame
	Hello    string // 王示例，市水利局 部门填报员
	NoRole   bool   // nobody gave the account a role yet
	Tasks    []Task
	Standing []string  // where the departments of the person stand, when nothing waits
	Next     []ui.Link // where to go then
	Days     []Deadline
	News     []News
	Since    string // since when news are new
	Last     string // 上次登录, "" at the first sign-in
	Failed   int    // failed sign-ins since then
}

// Task is one kind of work that waits for somebody.
type Task struct {
	Label, Href string // Href may be empty where no page leads there
	Count       int
	Unit        string // 项, 条, 个
	Note        string
	Late        bool
}

// Deadline is a last day that comes, or has passed.
type Deadline struct {
	What, Who, Href, Day string
	Light                ui.Light
}

// News is something that others did.
type News struct {
	Words, Href, At string
	at              time.Time
}

// look is one look at what concerns somebody.
type look struct {
	*Shell
	who   *people.Who
	now   time.Time
	today string
	rows  []round.Row // departments within reach in the campaigns that run
}

func (s *Shell) home(w http.ResponseWriter, r *http.Request, who *people.Who) error {
	now := s.cfg.Clock()
	l := &look{Shell: s, who: who, now: now, today: round.Civil(now)}
	page := HomePage{Hello: who.Name, NoRole: len(who.Roles) == 0}
	if at := post(who); at != "" {
		page.Hello += "，" + at
	}
	var err error
	if page.Frame, err = s.Frame(r, who, homeTitle, HomePath); err != nil {
		return err
	}
	if l.rows, err = running(r.Context(), s.cfg.DB, who.Scope(people.SeeRounds), l.today); err != nil {
		return err
	}
	if page.Tasks, err = l.tasks(r.Context()); err != nil {
		return err
	}
	if len(page.Tasks) == 0 {
		page.Standing, page.Next = l.standing(), next(page.Nav)
	}
	if page.Days, err = l.deadlines(r.Context()); err != nil {
		return err
	}
	if err := l.news(r.Context(), &page); err != nil {
		return err
	}
	if err := l.lastSignIn(r.Context(), &page); err != nil {
		return err
	}
	return s.Show(w, r, http.StatusOK, s.pages, "home", page)
}

// running gives where the departments within a scope stand in every campaign
// that is not closed.
func running(ctx context.Context, r sqldb.Reader, scope people.Scope, today string) ([]round.Row, error) {
	if !scope.All && len(scope.Departments) == 0 {
		return nil, nil
	}
	all, err := round.Campaigns(ctx, r)
	if err != nil {
		return nil, err
	}
	var out []round.Row
	for _, c := range all {
		if c.State == round.Closed {
			continue
		}
		rows, err := round.Board(ctx, r, c.ID, scope, today)
		if err != nil {
			return nil, err
		}
		out = append(out, rows...)
	}
	return out, nil
}

// standing says in a line for each of few departments what is going on.
func (l *look) standing() []string {
	switch {
	case len(l.rows) > 3:
		return nil
	case len(l.rows) == 0 && l.can(people.SeeRounds):
		return []string{"没有正在进行的清理工作"}
	}
	var out []string
	for _, row := range l.rows {
		words := row.Name + round.Up(row.No) + "：" + row.Stage.Label()
		if row.Stage == round.StageDone {
			words = row.Name + "：" + row.Stage.Label()
		}
		out = append(out, words)
	}
	return out
}

// next are the entries of the navigation beside the home page.
func next(nav []ui.Link) []ui.Link {
	return slices.DeleteFunc(slices.Clone(nav), func(l ui.Link) bool { return l.Href == HomePath })
}

// lastSignIn says when somebody signed in before this time, so that they notice
// what was not them (ASVS 5.0 6.3.7).
func (l *look) lastSignIn(ctx context.Context, page *HomePage) error {
	last, err := session.LastSignIn(ctx, l.cfg.DB, l.who.Account, l.who.Opened)
	if errs.KindOf(err) == errs.NotFound {
		return nil
	}
	if err != nil {
		return err
	}
	page.Last = clockWords(last.At) + "，从 " + last.Address
	counts, err := session.CountSignIns(ctx, l.cfg.DB, session.SignInQuery{Account: l.who.Account, From: last.At})
	for o, n := range counts {
		if o.Failed() {
			page.Failed += n
		}
	}
	return err
}

// here is an instant on the clocks of Asia/Shanghai, which has had no summer
// time since 1991.
func here(t time.Time) time.Time { return t.In(time.FixedZone("CST", 8*3600)) }

// clockWords is an instant in words, to the minute.
func clockWords(t time.Time) string { return here(t).Format("2006年1月2日 15:04") }

func (s *Shell) setDensity(w http.ResponseWriter, r *http.Request, _ *people.Who) error {
	value := "roomy"
	if r.URL.Query().Get("density") == "dense" {
		value = "dense"
	}
	c := s.Cookie(densityCookie, value)
	c.MaxAge = 365 * 24 * 3600
	http.SetCookie(w, c)
	http.Redirect(w, r, Back(r.URL.Query().Get("back")), http.StatusSeeOther)
	return nil
}

// LateLight is the light of a task that is past its last day.
func (HomePage) LateLight() ui.Light { return ui.Light{Tone: "bad", Word: "逾期"} }
