package web

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"qingdan/internal/platform/ledger"
	"qingdan/internal/platform/session"
	"qingdan/internal/platform/sqldb"
	"qingdan/internal/registry/org"
	"qingdan/internal/registry/people"
	"qingdan/internal/registry/power"
	"qingdan/internal/service/consult"
	"qingdan/internal/service/round"
	"qingdan/internal/testkit"
)

// hearing is a site on which a draft of some powers is put to the public.
type hearing struct {
	t           testing.TB
	ctx         context.Context
	db          *sqldb.DB
	ledger      *ledger.Ledger
	public      http.Handler
	staff       *Staff
	departments []sqldb.ID
	codes       []string
	powers      []sqldb.ID
	notice      sqldb.ID
	legal       *member
	clerks      []*member // of each department
	ahead       atomic.Int64
}

// now is the clock of the pages, which stands with that of the ledger unless it is
// moved: days of a notice are held against both.
func (h *hearing) now() time.Time { return time.Now().Add(time.Duration(h.ahead.Load())) }

// openHearing opens a notice on n powers of two departments.
func openHearing(t testing.TB, db *sqldb.DB, l *ledger.Ledger, n int) *hearing {
	t.Helper()
	h := &hearing{t: t, ctx: t.Context(), db: db, ledger: l}
	h.act(func(ctx context.Context, tx *ledger.Tx) error {
		h.departments, h.codes, h.powers = nil, nil, nil
		for _, name := range []string{"示例市水务局", "示例市教育局"} {
			id, err := org.AddDepartment(ctx, tx, org.Department{Division: "371500", Name: name, ValidFrom: "2010-01-01"})
			if err != nil {
				return err
			}
			h.departments = append(h.departments, id)
		}
		for i := range n {
			v := power.Version{Department: h.departments[i%2], Category: power.CategoryPermit, SchemeCategory: string(power.CategoryPermit), Name: fmt.Sprintf("第%d类示例活动许可", i+1), Level: "市级",
				Initiative: power.OnApplication, Elements: power.Elements{Content: "对示例活动的管理", Basis: "《中华人民共和国行政许可法》第十二条", Promised: &power.Limit{Days: 15, Unit: "工作日"},
					Materials: "示例申请书\n营业执照复印件\n无犯罪记录证明", Steps: "受理→审查→决定"}}
			v.Citations = power.ParseBasis(v.Elements.Basis)
			ids, err := power.Add(ctx, tx, power.Report{Code: fmt.Sprintf("hear-%05d", i+1), Division: "371500", Origin: power.Reported, State: power.Proposed, Version: v})
			if err != nil {
				return err
			}
			h.codes, h.powers = append(h.codes, fmt.Sprintf("hear-%05d", i+1)), append(h.powers, ids.Power)
		}
		return org.SetSite(ctx, tx, org.Site{Division: "371500", Name: "示例市行政权力运行平台", Sponsor: "示例市人民政府", Hotline: "12345", Demo: "演示数据，非官方数据"})
	})
	h.serve()
	h.legal = h.enter(people.Legal, sqldb.ID{})
	for _, d := range h.departments {
		h.clerks = append(h.clerks, h.enter(people.Head, d))
	}
	must(t, l.Load(h.ctx, h.legal.who.Actor(), func(ctx context.Context, tx *ledger.Tx) (err error) {
		h.notice, err = consult.OpenNotice(ctx, tx, h.legal.who, consult.Form{Title: "示例市行政权力清单征求意见", Text: "欢迎提出意见。\n期限以内都可以提。", To: round.Civil(time.Now().AddDate(0, 0, 20))})
		return err
	}))
	return h
}

func (h *hearing) act(fn func(ctx context.Context, tx *ledger.Tx) error) {
	h.t.Helper()
	must(h.t, h.ledger.Write(h.ctx, operator, fn))
}

func (h *hearing) serve() {
	h.t.Helper()
	cfg := Config{DB: h.db, Ledger: h.ledger, Clock: h.now, Log: slog.New(slog.NewTextHandler(io.Discard, nil)), BaseURL: "http://127.0.0.1:8080"}
	var err error
	h.public, err = New(cfg)
	must(h.t, err)
	gate := session.New(h.db, session.Options{Clock: h.now, Cost: session.Cost{Memory: 64, Time: 1, Threads: 1}})
	h.staff, err = NewStaff(cfg, StaffConfig{DB: h.db, Ledger: h.ledger, Gate: gate})
	must(h.t, err)
}

// enter gives somebody an account and signs them in.
func (h *hearing) enter(r people.Role, department sqldb.ID) *member {
	h.t.Helper()
	var id sqldb.ID
	h.act(func(ctx context.Context, tx *ledger.Tx) (err error) {
		login := "u" + strings.ReplaceAll(sqldb.NewID().String(), "-", "")[:30]
		id, err = people.AddAccount(ctx, tx, people.Account{Login: login, Name: "示例", Department: department, Roles: []people.Role{r}})
		return err
	})
	var token string
	must(h.t, h.db.Write(h.ctx, func(tx *sqldb.Tx) error {
		opened, err := session.Create(context.Background(), tx, id, session.ByProvider, "192.0.2.1", "test", h.now())
		token = opened.Token
		return err
	}))
	who, err := people.Enter(h.ctx, h.db, token, h.now())
	must(h.t, err)
	return &member{who, token}
}

func (h *hearing) path(tail string) string { return "/consultations/" + h.notice.String() + tail }

// read asks for a public page.
func (h *hearing) read(path string) answer {
	h.t.Helper()
	w := httptest.NewRecorder()
	r := httptest.NewRequest(http.MethodGet, path, nil)
	h.public.ServeHTTP(w, r)
	return answer{w.Result(), w.Body.String()}
}

// send posts a form to the public site from an address.
func (h *hearing) send(from, path string, form url.Values) answer {
	h.t.Helper()
	r := httptest.NewRequest(http.MethodPost, path, strings.NewReader(form.Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.Header.Set("Sec-Fetch-Site", "same-origin")
	r.RemoteAddr = from + ":40000"
	w := httptest.NewRecorder()
	h.public.ServeHTTP(w, r)
	return answer{w.Result(), w.Body.String()}
}

// desk asks, or with a form posts, as somebody of staff.
func (h *hearing) desk(who *member, path string, form url.Values) answer {
	h.t.Helper()
	method, body := http.MethodGet, io.Reader(nil)
	if form != nil {
		method, body = http.MethodPost, strings.NewReader(form.Encode())
	}
	r := httptest.NewRequest(method, "http://127.0.0.1"+path, body)
	if form != nil {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		r.Header.Set("Sec-Fetch-Site", "same-origin")
	}
	r.AddCookie(&http.Cookie{Name: "session", Value: who.token})
	w := httptest.NewRecorder()
	h.staff.ServeHTTP(w, r)
	return answer{w.Result(), w.Body.String()}
}

var (
	hiddenField = regexp.MustCompile(`<input type="hidden" name="([^"]+)" value="([^"]*)"`)
	receiptCode = regexp.MustCompile(`[A-Z2-9]{5}(-[A-Z2-9]{5}){3}`)
)

// form opens a page with the form to comment and gives its hidden fields.
func (h *hearing) form(path string) url.Values {
	h.t.Helper()
	a := h.read(path)
	if a.StatusCode != http.StatusOK {
		h.t.Fatalf("%s: %d", path, a.StatusCode)
	}
	v := url.Values{}
	for _, m := range hiddenField.FindAllStringSubmatch(a.body, -1) {
		v.Set(m[1], m[2])
	}
	if v.Get("key") == "" {
		h.t.Fatalf("%s has no form", path)
	}
	return v
}

// say comments on a power of the draft, on the whole list with "", and gives the
// code of the slip.
func (h *hearing) say(from, code, text string) string {
	h.t.Helper()
	path := h.path("/comment")
	if code != "" {
		path = h.path("/items/" + code)
	}
	v := h.form(path)
	v.Set("text", text)
	a := h.send(from, h.path("/comments"), v)
	slip := receiptCode.FindString(a.body)
	if a.StatusCode != http.StatusOK || slip == "" {
		h.t.Fatalf("a comment is answered with %d: %.400s", a.StatusCode, plain(a.body))
	}
	return slip
}

// taken are the comments in the books.
func (h *hearing) taken() []consult.Comment {
	h.t.Helper()
	all, err := consult.PublicComments(h.ctx, h.db, consult.CommentQuery{Notice: h.notice})
	must(h.t, err)
	return all
}

// onHearings runs a test on both engines.
func onHearings(t *testing.T, n int, fn func(t *testing.T, h *hearing)) {
	testkit.Databases(t, func(t *testing.T, db *sqldb.DB, l *ledger.Ledger) { fn(t, openHearing(t, db, l, n)) })
}
