package bench

import (
	"context"
	"database/sql"
	"fmt"
	"html"
	"io"
	"net"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"qingdan/internal/platform/session"
	"qingdan/internal/platform/sqldb"
	"qingdan/internal/registry/people"
	"qingdan/internal/testkit"
)

// BenchmarkSignIn measures signing in with a password beside the hashing in it,
// and pages while somebody tries a thousand wrong passwords in as long: from one
// address, which is soon refused before any work is done for it, and from so many
// that none ever is.
func BenchmarkSignIn(b *testing.B) {
	w := cityUnderReview(b, sqldb.SQLite)
	b.Run("alone", func(b *testing.B) { w.signIns(b) })
	for _, f := range []struct {
		name      string
		addresses int
	}{{"flood-of-one-address", 1}, {"flood-of-100-addresses", 100}} {
		b.Run(f.name, func(b *testing.B) {
			looked, refused := new(atomic.Int64), new(atomic.Int64)
			beside(b, rate, w.wrong(b, f.addresses, looked, refused), func() { paced(b, rate, listLimit, w.queue) })
			b.ReportMetric(float64(looked.Load()), "wrong")
			b.ReportMetric(float64(refused.Load()), "put-off")
		})
	}
}

// signIns gives the median of a sign-in and of one hashing.
func (w *workplace) signIns(b *testing.B) {
	b.Helper()
	account, err := people.ByLogin(b.Context(), w.db, "reviewer0")
	if err != nil {
		b.Fatal(err)
	}
	hash, err := w.gate.Hash(b.Context(), rightWord)
	if err != nil {
		b.Fatal(err)
	}
	err = w.db.Write(b.Context(), func(tx *sqldb.Tx) error {
		return session.SetPassword(context.Background(), tx, account.ID, hash, false, sqldb.ID{}, time.Now())
	})
	if err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		var whole, hashing []time.Duration
		for range 20 {
			start := time.Now()
			if _, err := w.gate.Hash(b.Context(), rightWord); err != nil {
				b.Fatal(err)
			}
			hashing = append(hashing, time.Since(start))
			start = time.Now()
			if status, err := w.knock(http.DefaultTransport, "reviewer0", rightWord); err != nil || status != http.StatusSeeOther {
				b.Fatal(status, err)
			}
			whole = append(whole, time.Since(start))
		}
		noTime(b)
		b.ReportMetric(float64(median(hashing))/1e6, "argon2id-ms")
		b.ReportMetric(float64(median(whole))/1e6, "sign-in-ms")
		b.ReportMetric(float64(median(whole))/float64(median(hashing)), "x-argon2id")
	}
	testkit.MachineRates(b)
}

// knock tries a password and gives the status of the answer.
func (w *workplace) knock(t http.RoundTripper, login, password string) (int, error) {
	form := url.Values{"login": {login}, "password": {password}}
	req, err := http.NewRequest(http.MethodPost, w.base+"/sign-in", strings.NewReader(form.Encode()))
	if err != nil {
		return 0, err
	}
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	res, err := t.RoundTrip(req)
	if err != nil {
		return 0, err
	}
	defer res.Body.Close()
	_, err = io.Copy(io.Discard, res.Body)
	return res.StatusCode, err
}

// wrong tries wrong passwords from addresses of its own within loopback. It
// counts those that were compared, and those that were put off unread.
func (w *workplace) wrong(b *testing.B, addresses int, looked, refused *atomic.Int64) func(i int) error {
	b.Helper()
	from := make([]*http.Transport, addresses)
	for i := range from {
		d := &net.Dialer{LocalAddr: &net.TCPAddr{IP: net.IPv4(127, 0, 1, byte(i+1))}}
		from[i] = &http.Transport{DialContext: d.DialContext}
		b.Cleanup(from[i].CloseIdleConnections)
	}
	return func(i int) error {
		status, err := w.knock(from[i%addresses], fmt.Sprintf("reviewer%d", i%8), fmt.Sprintf("wrong-%d", i))
		switch {
		case err != nil:
			return err
		case status == http.StatusBadRequest:
			looked.Add(1)
		case status == http.StatusTooManyRequests || status == http.StatusServiceUnavailable:
			refused.Add(1)
		default:
			return fmt.Errorf("a wrong password: %d", status)
		}
		return nil
	}
}

// analyze counts the tables of PostgreSQL for the planner, as autovacuum does
// within a minute on a server where it is not off.
func analyze(b *testing.B, engine sqldb.Engine, dsn string) {
	b.Helper()
	if engine != sqldb.PostgreSQL {
		return
	}
	pool, err := sql.Open("pgx", dsn) // a connection beside the house, which lets nobody say this
	if err != nil {
		b.Fatal(err)
	}
	defer pool.Close()
	if _, err := pool.ExecContext(b.Context(), "analyze"); err != nil {
		b.Fatal(err)
	}
}

// BenchmarkStaffWeight walks the demonstration as each of its people, from every
// address of theirs that names nothing from link to link, and weighs each page
// with its style and script. It fails on a link that leads nowhere.
func BenchmarkStaffWeight(b *testing.B) {
	db, l := testkit.OpenDSN(b, loaded(b, "site", "", "demo", "load"))
	w := openWorkplace(b, db, l)
	all, err := people.Accounts(b.Context(), db, people.Query{Text: "demo-"})
	if err != nil || len(all) == 0 {
		b.Fatal("no people: ", err)
	}
	for b.Loop() {
		walk := newWalk(w)
		for _, a := range all {
			walk.as(b, a, w)
		}
		walk.report(b)
	}
}

// walk goes through the pages of staff.
type walk struct {
	mux      *http.ServeMux  // the routes of staff, to know an address by its pattern
	patterns map[string]page // the heaviest page of each
	pages    int
}

// page is one address with what it weighs and takes.
type page struct {
	login, path    string
	size, requests int
}

// samePattern is how many addresses of one pattern are looked at, by each person.
const samePattern = 8

func newWalk(w *workplace) *walk {
	out := &walk{mux: http.NewServeMux(), patterns: map[string]page{}}
	for _, r := range w.web.Routes() {
		if strings.HasPrefix(r.Pattern, "GET ") {
			out.mux.Handle(r.Pattern, http.NotFoundHandler())
			out.patterns[r.Pattern] = page{}
		}
	}
	return out
}

// pattern gives the route of an address, "" of what is no page of staff.
func (k *walk) pattern(path string) string {
	r, err := http.NewRequest(http.MethodGet, path, nil)
	if err != nil || strings.Contains(path, ".xlsx") || strings.HasSuffix(path, "/density") || strings.Contains(path, "/density?") || !strings.HasPrefix(path, "/") {
		return ""
	}
	_, p := k.mux.Handler(r)
	return p
}

// link is an address that a reader may follow.
var link = regexp.MustCompile(`<a\b[^>]*\bhref="([^"#]+)`)

// as walks as one person.
func (k *walk) as(b *testing.B, a people.Account, w *workplace) {
	b.Helper()
	var next []string
	for _, r := range w.web.Routes() {
		path, get := strings.CutPrefix(r.Pattern, "GET ")
		if get && !strings.Contains(path, "{") && (&people.Who{Account: a.ID, Roles: a.Roles}).May(r.Action) == nil {
			next = append(next, path)
		}
	}
	s, seen, often := w.sit(b, a.ID), map[string]bool{}, map[string]int{}
	for ; len(next) > 0; next = next[1:] {
		path := next[0]
		p := k.pattern(path)
		if seen[path] || p == "" || often[p] == samePattern {
			continue
		}
		seen[path] = true
		often[p]++
		size, requests, err := s.weigh(path)
		if err != nil && !strings.HasSuffix(err.Error(), "is no page") {
			b.Errorf("%s: %v", a.Login, err)
		}
		if err != nil {
			continue
		}
		k.pages++
		if size > k.patterns[p].size {
			k.patterns[p] = page{a.Login, path, size, requests}
		}
		next = append(next, s.links(b, path)...)
	}
}

// links are the addresses to which a page leads.
func (s *site) links(b *testing.B, path string) []string {
	b.Helper()
	body, zipped, err := s.get(path)
	if err != nil {
		b.Fatal(err)
	}
	text, err := unzip(body, zipped)
	if err != nil {
		b.Fatal(err)
	}
	var out []string
	for _, m := range link.FindAllStringSubmatch(text, -1) {
		out = append(out, html.UnescapeString(m[1]))
	}
	return out
}

// report names the heaviest pages, and the routes to which no link led.
func (k *walk) report(b *testing.B) {
	b.Helper()
	var names, missed []string
	for p, most := range k.patterns {
		if most.size > 0 {
			names = append(names, p)
		} else if !strings.Contains(p, ".xlsx") {
			missed = append(missed, p)
		}
	}
	slices.SortFunc(names, func(x, y string) int { return k.patterns[y].size - k.patterns[x].size })
	slices.Sort(missed)
	for _, p := range names[:min(8, len(names))] {
		b.Logf("%6d B gz, %d requests: %s (%s)", k.patterns[p].size, k.patterns[p].requests, p, k.patterns[p].login)
	}
	b.Logf("without a page that was weighed: %s", strings.Join(missed, ", "))
	noTime(b)
	b.ReportMetric(float64(k.pages), "pages")
	b.ReportMetric(float64(len(names)), "routes")
	report(b, float64(k.patterns[names[0]].size), staffBytesLimit, "gz-B/page")
}
