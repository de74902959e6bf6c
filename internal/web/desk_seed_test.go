package web

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"qingdan/internal/engine/citation"
	"qingdan/internal/engine/lawtext"
	"qingdan/internal/platform/job"
	"qingdan/internal/platform/ledger"
	"qingdan/internal/platform/session"
	"qingdan/internal/platform/sqldb"
	"qingdan/internal/registry/law"
	"qingdan/internal/registry/org"
	"qingdan/internal/registry/people"
	"qingdan/internal/registry/power"
	"qingdan/internal/service/impact"
	"qingdan/internal/stage/publish"
	"qingdan/internal/testkit"
)

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// replay is an amended law whose every article a listed power cites, with what
// the gold says of its articles.
type replay struct {
	title, old, new string // ids of the texts
	day             string // on which the library is followed: decides the last day
	tasks, moved    int    // from edition_pairs.jsonl
	event           impact.Event
}

// office is a city whose list cites three laws that were amended since, at work
// on the consequences.
type office struct {
	t           testing.TB
	db          *sqldb.DB
	ledger      *ledger.Ledger
	handler     http.Handler
	departments []sqldb.ID
	replays     []*replay
	token       string // of the session of whoever sits at the browser: the legal office unless changed by as
}

// legal is who works at the desk of an office.
const legal = "王示例"

var (
	operator = ledger.Actor{ID: "cli:test", Name: "test", Role: "操作员"}
	units    = []string{"示例市市场监督管理局", "示例市司法局", "示例市交通运输局", "示例市水务局", "示例市住房和城乡建设局", "示例市农业农村局", "示例市生态环境局"}
)

// openOffice publishes a list that cites every article of the three laws, takes
// in their new texts, and follows the library, each on its own day. More powers
// have the given bases.
func openOffice(t testing.TB, db *sqldb.DB, l *ledger.Ledger, more ...string) *office {
	t.Helper()
	o := &office{t: t, db: db, ledger: l, replays: []*replay{
		{title: "中华人民共和国行政许可法", old: "D3d97d6936a", new: "D9f7196dbc2", day: "2026-11-03"},
		{title: "中华人民共和国行政处罚法", old: "D23f0951927", new: "D2de2c5c8d5", day: "2026-11-10"},
		{title: "中华人民共和国认证认可条例", old: "D665b7abfe8", new: "D23e7a81dd4", day: "2026-11-20"},
	}}
	texts := o.gold()
	o.write(func(ctx context.Context, tx *ledger.Tx) error {
		o.departments = nil
		for _, name := range units {
			id, err := org.AddDepartment(ctx, tx, org.Department{Division: "371500", Name: name, ValidFrom: "2010-01-01"})
			if err != nil {
				return err
			}
			o.departments = append(o.departments, id)
		}
		return org.SetSite(ctx, tx, org.Site{Division: "371500", Name: "聊城市行政权力运行平台", Sponsor: "聊城市人民政府办公室", Demo: "演示数据，非官方数据"})
	})
	for _, r := range o.replays {
		o.load(texts[r.old])
	}
	o.write(func(ctx context.Context, tx *ledger.Tx) error {
		for _, r := range o.replays {
			if err := o.cite(ctx, tx, r, texts[r.old]); err != nil {
				return err
			}
		}
		for i, basis := range more {
			if err := o.add(ctx, tx, fmt.Sprint("more-", i+1), basis, basis, i); err != nil {
				return err
			}
		}
		return nil
	})
	published, err := publish.Publish(t.Context(), l, operator, publish.Order{Division: "371500", Title: "聊城市权力清单", Effective: "2026-01-01",
		ConsultedFrom: "2025-10-01", ConsultedTo: "2025-10-31", ApprovedBy: "聊城市人民政府", Approval: "聊政示例〔2025〕1号", ApprovedOn: "2025-12-01"})
	must(t, err)
	if len(published.Refused) > 0 {
		t.Fatal(published.Refused[0])
	}
	o.follow("2026-11-01")
	for _, r := range o.replays {
		o.load(texts[r.new])
		rep := o.follow(r.day)
		if len(rep.Events) != 1 {
			t.Fatalf("%s: %d events", r.title, len(rep.Events))
		}
		r.event = rep.Events[0]
	}
	o.serve()
	return o
}

// serve starts the site of staff and signs the legal office in.
func (o *office) serve() {
	o.t.Helper()
	site, err := NewStaff(Config{Clock: clock, Log: slog.New(slog.NewTextHandler(io.Discard, nil))},
		StaffConfig{DB: o.db, Ledger: o.ledger, Gate: session.New(o.db, session.Options{Clock: clock}), Jobs: job.New(o.db, job.Options{Clock: clock})})
	must(o.t, err)
	o.handler = site
	o.token = o.signIn(legal, sqldb.ID{}, people.Legal)
}

// signIn gives somebody an account and a session, and gives its token.
func (o *office) signIn(name string, department sqldb.ID, roles ...people.Role) (token string) {
	o.t.Helper()
	var id sqldb.ID
	o.write(func(ctx context.Context, tx *ledger.Tx) (err error) {
		login := "u" + strings.ReplaceAll(sqldb.NewID().String(), "-", "")[:30]
		id, err = people.AddAccount(ctx, tx, people.Account{Login: login, Name: name, Department: department, Roles: roles})
		return err
	})
	must(o.t, o.db.Write(o.t.Context(), func(tx *sqldb.Tx) error {
		opened, err := session.Create(context.Background(), tx, id, session.ByProvider, "192.0.2.1", "test", clock())
		token = opened.Token
		return err
	}))
	return token
}

// as is the office with somebody else at the browser.
func (o *office) as(name string, department sqldb.ID, roles ...people.Role) *office {
	o.t.Helper()
	other := *o
	other.token = o.signIn(name, department, roles...)
	return &other
}

func (o *office) write(fn func(ctx context.Context, tx *ledger.Tx) error) {
	o.t.Helper()
	must(o.t, o.ledger.Load(o.t.Context(), operator, fn))
}

func (o *office) follow(day string) impact.Report {
	o.t.Helper()
	rep, err := impact.Follow(o.t.Context(), o.ledger, o.db, operator, day)
	must(o.t, err)
	return rep
}

func (o *office) load(s law.Source) {
	o.t.Helper()
	p, err := law.Read(s, "测试")
	must(o.t, err)
	_, err = law.Load(o.t.Context(), o.ledger, operator, p)
	must(o.t, err)
}

// cite adds a power for every article of a text, proposed to keep.
func (o *office) cite(ctx context.Context, tx *ledger.Tx, r *replay, s law.Source) error {
	for i, a := range lawtext.Parse(s.Text).Articles {
		basis := citation.Ref{Law: r.title, Article: a.Number.N, ArticleSub: a.Number.Sub}.String()
		short := strings.TrimPrefix(r.title, "中华人民共和国")
		if err := o.add(ctx, tx, fmt.Sprintf("%s-%s", r.old, a.Number), fmt.Sprintf("%s违法行为之%d的处罚", short, i+1), basis, i); err != nil {
			return err
		}
	}
	return nil
}

// add adds a penalty with a basis, proposed to keep, of one of the departments.
func (o *office) add(ctx context.Context, tx *ledger.Tx, code, name, basis string, department int) error {
	_, err := power.Add(ctx, tx, power.Report{Code: code, Division: "371500", Origin: power.Reported, State: power.Proposed, Version: power.Version{
		Department: o.departments[department%len(o.departments)], Category: power.CategoryPenalty, Name: name,
		Initiative: power.ExOfficio, Level: "市级", Citations: power.ParseBasis(basis),
		Elements: power.Elements{Basis: basis, Office: "法规科", Content: "行政处罚", Object: "公民、法人", Steps: "立案、调查、告知、决定、送达",
			Complaint: "12345", Duty: "依法立案、调查、告知、决定、送达。", Accountability: "不依法履行职责的。"}}})
	return err
}

// gold reads the texts of the replays, and how many of their articles the gold
// holds touched and only moved.
func (o *office) gold() map[string]law.Source {
	o.t.Helper()
	type pair struct {
		Old     string     `json:"old_id"`
		New     string     `json:"new_id"`
		Changed []string   `json:"same_number_changed_text"`
		OnlyOld []string   `json:"only_old"`
		Moved   [][]string `json:"moved_identical"`
	}
	for _, p := range testkit.Lines[pair](o.t, "laws", "edition_pairs.jsonl") {
		for _, r := range o.replays {
			if r.old == p.Old && r.new == p.New {
				r.tasks, r.moved = len(p.Changed)+len(p.OnlyOld), len(p.Moved)
			}
		}
	}
	out := map[string]law.Source{}
	for _, x := range testkit.Laws(o.t, "laws_national", "admin_regulations") {
		out[x.ID] = law.Source{ID: x.ID, Title: x.Title, Level: x.Level, Issuer: x.Issuer, Region: x.Region, Publish: x.Publish,
			Effective: x.Effective, Origin: x.Origin, Text: x.Text}
	}
	return out
}

// tasks gives the tasks of a query.
func (o *office) tasks(q impact.Query) []impact.Task {
	o.t.Helper()
	if q.Limit == 0 {
		q.Limit = 10_000
	}
	all, err := impact.Tasks(o.t.Context(), o.db, q)
	must(o.t, err)
	return all
}

// ask sends a request as a browser on this machine does.
func (o *office) ask(r *http.Request, headers ...string) answer {
	o.t.Helper()
	r.Host = "127.0.0.1:8081"
	if o.token != "" {
		r.AddCookie(&http.Cookie{Name: "session", Value: o.token})
	}
	for i := 0; i+1 < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	w := httptest.NewRecorder()
	o.handler.ServeHTTP(w, r)
	res := w.Result()
	b, err := io.ReadAll(res.Body)
	must(o.t, err)
	return answer{res, string(b)}
}

// get asks for a page and expects a status.
func (o *office) get(path string, status int, headers ...string) answer {
	o.t.Helper()
	a := o.ask(httptest.NewRequest(http.MethodGet, path, nil), headers...)
	if a.StatusCode != status {
		o.t.Errorf("%s: status %d, want %d\n%.400s", path, a.StatusCode, status, a.body)
	}
	return a
}

// post sends a form and expects a status.
func (o *office) post(path string, form url.Values, status int, headers ...string) answer {
	o.t.Helper()
	r := httptest.NewRequest(http.MethodPost, path, strings.NewReader(form.Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.Header.Set("Sec-Fetch-Site", "same-origin")
	a := o.ask(r, headers...)
	if a.StatusCode != status {
		o.t.Errorf("POST %s: status %d, want %d\n%.2000s", path, a.StatusCode, status, a.body)
	}
	return a
}

// addresses are all kinds of pages of the desk.
func (o *office) addresses() []string {
	task := o.tasks(impact.Query{State: impact.Open, Event: o.replays[1].event.ID, Limit: 1})[0]
	moved := o.tasks(impact.Query{State: impact.Open, MovedOnly: true, Limit: 1})[0]
	event, unit := o.replays[2].event.ID.String(), o.departments[0].String()
	return []string{
		"/desk/impact", "/desk/impact?overdue=1", "/desk/impact?department=" + unit + "&event=" + event + "&kind=" + url.QueryEscape(string(impact.NumberMoved)),
		"/desk/impact?kind=" + url.QueryEscape(string(impact.LawRepealed)), "/desk/impact/departments/" + unit, "/desk/impact/departments/" + unit + "?state=closed",
		"/desk/impact/tasks/" + task.ID.String(), "/desk/impact/tasks/" + moved.ID.String() + "?event=" + event,
		"/desk/impact/events", "/desk/impact/events/" + event, "/desk/impact/events/" + event + "?state=closed", "/desk/impact/events/" + event + "/moved",
		"/desk/impact/settings", "/desk/gaps", "/desk/gaps?department=" + unit + "&kind=" + url.QueryEscape("无授权引用（强）"),
		"/desk/gaps?category=" + url.QueryEscape("行政裁决"), "/audit/baseline",
		"/words", "/words/missed/" + missOnce(o.t, context.Background(), o.db, "取水管坏了找谁修").String(), "/words/items",
	}
}
