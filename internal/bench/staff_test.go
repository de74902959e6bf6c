package bench

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"math/rand/v2"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"os"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"qingdan/internal/platform/blob"
	"qingdan/internal/platform/job"
	"qingdan/internal/platform/ledger"
	"qingdan/internal/platform/session"
	"qingdan/internal/platform/sqldb"
	"qingdan/internal/registry/org"
	"qingdan/internal/registry/people"
	"qingdan/internal/stage/inventory"
	"qingdan/internal/testkit"
	"qingdan/internal/web"
)

// Limits of the pages of staff: p95 in ms of the next item, bytes compressed of
// a page with all it refers to. The queue has the limit of the public list.
const (
	swapLimit       = 150
	staffBytesLimit = 60 << 10
)

const (
	auditGroups = 4
	bulkActs    = 10 // confirmations a second: forty reviewers, each at four seconds an item
	rightWord   = "Kq7#wulianji"
)

// workplace is the site for staff on loopback, in this process.
type workplace struct {
	dsn    string
	db     *sqldb.DB
	ledger *ledger.Ledger
	gate   *session.Gate
	web    *web.Staff
	base   string
	seats  []*seat
	done   atomic.Int64 // powers confirmed so far
}

// seat is somebody signed in; powers are what they may see of the city.
type seat struct {
	*site
	powers []row
}

// openWorkplace serves the site of a database until the benchmark ends.
func openWorkplace(b *testing.B, db *sqldb.DB, l *ledger.Ledger) *workplace {
	b.Helper()
	files, err := blob.OpenFolder(b.TempDir())
	if err != nil {
		b.Fatal(err)
	}
	jobs := job.New(db, job.Options{})
	w := &workplace{db: db, ledger: l, gate: session.New(db, session.Options{})}
	w.web, err = web.NewStaff(web.Config{Clock: time.Now, Log: slog.New(slog.NewTextHandler(io.Discard, nil))},
		web.StaffConfig{DB: db, Ledger: l, Gate: w.gate, Blobs: files, Jobs: jobs})
	if err != nil {
		b.Fatal(err)
	}
	server := httptest.NewServer(w.web)
	w.base = server.URL
	b.Cleanup(func() {
		server.Close()
		jobs.Close(context.Background())
	})
	return w
}

// sit signs an account in, as the provider of identities does, and gives it a
// browser of its own.
func (w *workplace) sit(b *testing.B, account sqldb.ID) *site {
	b.Helper()
	var token string
	err := w.db.Write(b.Context(), func(tx *sqldb.Tx) error {
		opened, err := session.Create(context.Background(), tx, account, session.ByProvider, "127.0.0.1", "bench", time.Now())
		token = opened.Token
		return err
	})
	if err != nil {
		b.Fatal(err)
	}
	home, err := url.Parse(w.base)
	if err != nil {
		b.Fatal(err)
	}
	jar, err := cookiejar.New(nil)
	if err != nil {
		b.Fatal(err)
	}
	jar.SetCookies(home, []*http.Cookie{{Name: "session", Value: token, Path: "/"}})
	client := &http.Client{Jar: jar, Transport: &http.Transport{MaxIdleConnsPerHost: 100, DisableCompression: true}}
	b.Cleanup(client.CloseIdleConnections)
	return &site{base: w.base, client: client}
}

// importedAgo is how long ago the city came in. The queue looks again at what was
// touched within lookBack, and right after an import that is everything.
const (
	importedAgo = time.Hour
	lookBack    = 2 * time.Minute
)

// importCity takes the city's workbooks into an empty database and has them
// checked, which puts them under review.
func importCity(b *testing.B, dsn string) {
	b.Helper()
	c := theCity(b)
	db, err := sqldb.Open(b.Context(), dsn)
	if err != nil {
		b.Fatal(err)
	}
	l, err := ledger.Open(b.Context(), db, ledger.Options{Clock: func() time.Time { return time.Now().Add(-importedAgo) }})
	if err != nil {
		b.Fatal(err)
	}
	c.found(b, l)
	c.furnish(b, l)
	if n := c.take(b, db, l); n < 5000 {
		b.Fatalf("%d powers", n)
	}
	if _, err := inventory.CheckAndSave(b.Context(), l, db, operator, c.manifest.CheckDay, nil); err != nil {
		b.Fatal(err)
	}
	if err := db.Close(); err != nil {
		b.Fatal(err)
	}
	analyze(b, db.Engine(), dsn)
}

// cityUnderReview shares the departments of the city among four groups, and seats
// a member and a leader of each: everybody sees a quarter.
func cityUnderReview(b *testing.B, engine sqldb.Engine) *workplace {
	b.Helper()
	dsn := testkit.DSN(b, engine)
	importCity(b, dsn)
	db, l := testkit.OpenDSN(b, dsn)
	w := openWorkplace(b, db, l)
	w.dsn = dsn
	departments, err := org.Departments(b.Context(), db, division)
	if err != nil {
		b.Fatal(err)
	}
	group, accounts := map[sqldb.ID]int{}, make([]sqldb.ID, 2*auditGroups)
	load(b, l, func(ctx context.Context, tx *ledger.Tx) error {
		for g := range auditGroups {
			if err := people.AddGroup(ctx, tx, g+1, fmt.Sprintf("第%d审核小组", g+1)); err != nil {
				return err
			}
		}
		for i, d := range departments {
			group[d.ID] = i % auditGroups
			if err := people.AssignDepartment(ctx, tx, d.ID, i%auditGroups+1); err != nil {
				return err
			}
		}
		for i := range accounts {
			role := []people.Role{people.Reviewer, people.GroupLeader}[i/auditGroups]
			var err error
			accounts[i], err = people.AddAccount(ctx, tx, people.Account{Login: fmt.Sprintf("reviewer%d", i), Name: "示例", Group: i%auditGroups + 1, Roles: []people.Role{role}})
			if err != nil {
				return err
			}
		}
		return nil
	})
	all := rows(b, db)
	for i, a := range accounts {
		s := &seat{site: w.sit(b, a)}
		for _, r := range all {
			if group[r.version.Department] == i%auditGroups {
				s.powers = append(s.powers, r)
			}
		}
		w.seats = append(w.seats, s)
	}
	if err := w.queue(0); err != nil { // reads the queue for the first time
		b.Fatal(err)
	}
	return w
}

// queue asks for a queue with three filters and two characters of a name.
func (w *workplace) queue(i int) error {
	s, n := w.seats[i%len(w.seats)], rand.IntN(1<<30) // no secret: words to look for
	e := s.powers[n%len(s.powers)]
	name := []rune(e.version.Name)
	at := n % max(len(name)-2, 1)
	v := url.Values{"category": {string(e.version.Category)}, "status": {"waiting"}, "q": {string(name[at:min(at+2, len(name))])}}
	if i%2 == 0 {
		v.Set("department", e.version.Department.String())
	} else {
		v.Set("hint", []string{"blocks", "asks", "none"}[n%3])
	}
	_, _, err := s.get("/audit/queue?" + v.Encode())
	return err
}

// panel asks for the panel of a power beside the queue.
func (w *workplace) panel(i int) error {
	s := w.seats[i%len(w.seats)]
	return s.part(http.MethodGet, "/audit/powers/"+s.powers[i*1009%len(s.powers)].version.Power.String()+"/panel", nil)
}

// confirm confirms a power that nobody confirmed yet (确认并看下一项).
func (w *workplace) confirm(int) error {
	k := int(w.done.Add(1)) - 1
	s := w.seats[k%len(w.seats)]
	at := k/len(w.seats)*2 + k%len(w.seats)/auditGroups // two people share a group's powers
	v := s.powers[at%len(s.powers)].version
	return s.part(http.MethodPost, "/audit/powers/"+v.Power.String()+"/confirm", url.Values{"version": {v.ID.String()}})
}

// part asks for a part of a page, as htmx does.
func (s *site) part(method, path string, form url.Values) error {
	req, err := http.NewRequest(method, s.base+path, strings.NewReader(form.Encode()))
	if err != nil {
		return err
	}
	req.Header.Set("HX-Request", "true")
	if form != nil {
		req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		req.Header.Set("Sec-Fetch-Site", "same-origin")
	}
	res, err := s.client.Do(req)
	if err != nil {
		return err
	}
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	if err == nil && (res.StatusCode != http.StatusOK || !strings.Contains(string(body), "panel-head")) {
		err = fmt.Errorf("%s %s: %s %.200s", method, path, res.Status, body)
	}
	return err
}

// officeSpan is for how long requests of staff arrive.
func officeSpan() time.Duration { return min(span(), 20*time.Second) }

// paced fires at a fixed rate and reports; limit is that of p95. cpu-ms/page is
// what this process took in all: who asks, who answers, what runs beside.
func paced(b *testing.B, perSecond int, limit float64, ask func(i int) error) {
	b.Helper()
	for b.Loop() {
		before := cpuTime(os.Getpid())
		l, err := fire(perSecond, officeSpan(), ask)
		if err != nil {
			b.Fatal(err)
		}
		noTime(b)
		b.ReportMetric(float64((cpuTime(os.Getpid())-before).Milliseconds())/float64(len(l)), "cpu-ms/page")
		b.ReportMetric(l.at(0.50), "p50-ms")
		b.ReportMetric(l.at(0.99), "p99-ms")
		b.ReportMetric(float64(len(l)), "requests")
		report(b, l.at(0.95), limit, "p95-ms")
	}
	testkit.MachineRates(b)
}

// beside runs work of its own rhythm while fn measures.
func beside(b *testing.B, perSecond int, ask func(i int) error, fn func()) {
	b.Helper()
	over := make(chan error, 1)
	go func() {
		_, err := fire(perSecond, officeSpan(), ask)
		over <- err
	}()
	fn()
	if err := <-over; err != nil {
		b.Fatal(err)
	}
}

func underReview(b *testing.B, fn func(b *testing.B, w *workplace)) {
	for _, engine := range []sqldb.Engine{sqldb.SQLite, sqldb.PostgreSQL} {
		b.Run(engine.String(), func(b *testing.B) { fn(b, cityUnderReview(b, engine)) })
	}
}

// BenchmarkQueue asks for the queue of 5,029 powers at 50 requests a second, as
// people who see a quarter of it: while nobody acts, while others begin to confirm
// ten powers a second, after each of which the queue is another, and when they
// have done so for as long as the queue looks back at acts. memory is that of this
// process: the server, and those who ask.
func BenchmarkQueue(b *testing.B) {
	underReview(b, func(b *testing.B, w *workplace) {
		resetPeak(b)
		b.Run("quiet", func(b *testing.B) { paced(b, rate, listLimit, w.queue) })
		b.Run("beside-acts", func(b *testing.B) {
			beside(b, bulkActs, w.confirm, func() { paced(b, rate, listLimit, w.queue) })
		})
		b.Run("beside-acts-for-long", func(b *testing.B) {
			if _, err := fire(bulkActs, min(span()*2, lookBack), w.confirm); err != nil {
				b.Fatal(err)
			}
			analyze(b, w.db.Engine(), w.dsn)
			beside(b, bulkActs, w.confirm, func() { paced(b, rate, listLimit, w.queue) })
		})
		b.Run("memory", func(b *testing.B) {
			for b.Loop() {
				noTime(b)
				b.ReportMetric(memory(os.Getpid(), "VmHWM"), "peak-MB")
				report(b, memory(os.Getpid(), "VmRSS"), memoryLimit, "rss-MB")
			}
		})
	})
}

// BenchmarkNextItem swaps the panel for that of another power, 50 times a
// second; and confirms a power and gets the next one, ten times a second.
func BenchmarkNextItem(b *testing.B) {
	underReview(b, func(b *testing.B, w *workplace) {
		b.Run("panel", func(b *testing.B) { paced(b, rate, swapLimit, w.panel) })
		b.Run("confirm", func(b *testing.B) { paced(b, bulkActs, swapLimit, w.confirm) })
	})
}
