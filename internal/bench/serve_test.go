package bench

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"qingdan/internal/platform/sqldb"
	"qingdan/internal/registry/org"
	"qingdan/internal/testkit"
)

// Limits of the served pages: p95 in ms at 50 requests a second, memory in
// MB, bytes compressed and requests of a page with all it refers to.
const (
	itemLimit     = 20
	listLimit     = 50
	memoryLimit   = 300
	bytesLimit    = 40 << 10
	requestsLimit = 5
)

// loaded gives the data folder that a run of the program filled, over a copy of
// another one unless base is empty; it is filled once.
func loaded(b *testing.B, name, base string, args ...string) string {
	b.Helper()
	folder := filepath.Join(scratch, name)
	if _, err := os.Stat(folder); err == nil {
		return folder
	}
	part := folder + ".part" // what a failure leaves is no folder
	if base != "" {
		if err := os.CopyFS(part, os.DirFS(base)); err != nil {
			b.Fatal(err)
		}
	}
	run(b, append([]string{"--db", part}, args...)...)
	if err := os.Rename(part, folder); err != nil {
		b.Fatal(err)
	}
	return folder
}

// site is the program serving the demonstration city on loopback.
type site struct {
	base   string
	pid    int
	client *http.Client
	listed []listed
	names  map[sqldb.ID]org.Department
}

// listed is a line of the published list.
type listed struct {
	code, name, category, level, initiative string
	department                              sqldb.ID
}

// startSite starts the program on a loaded folder, with more words on its command
// line where wanted; it is stopped after the benchmark.
func startSite(b *testing.B, folder string, more ...string) *site {
	b.Helper()
	s := &site{client: &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: 100, DisableCompression: true}}}
	s.readList(b, folder)
	cmd := exec.Command(program(b), append([]string{"--db", folder, "serve", "--addr", "127.0.0.1:0"}, more...)...)
	said, err := cmd.StderrPipe()
	if err != nil {
		b.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() {
		s.client.CloseIdleConnections()
		if err := cmd.Process.Signal(os.Interrupt); err != nil {
			b.Error(err)
		}
		if err := cmd.Wait(); err != nil {
			b.Error("serve: ", err)
		}
	})
	s.pid = cmd.Process.Pid
	lines, address := bufio.NewReader(said), regexp.MustCompile(`http://[0-9.:]+`)
	for s.base == "" {
		line, err := lines.ReadString('\n')
		if err != nil {
			b.Fatal("the program ended without an address: ", err)
		}
		s.base = address.FindString(line)
	}
	go func() { _, _ = io.Copy(io.Discard, lines) }() // the log of requests
	return s
}

func (s *site) readList(b *testing.B, folder string) {
	b.Helper()
	db, err := sqldb.Open(b.Context(), folder)
	if err != nil {
		b.Fatal(err)
	}
	defer db.Close()
	rows, err := db.Query(b.Context(), `select code, name, category, level, initiative, department_id from list_entries order by code`)
	s.listed, err = sqldb.Collect(rows, err, func(r *sqldb.Rows) (listed, error) {
		var e listed
		err := r.Scan(&e.code, &e.name, &e.category, &e.level, &e.initiative, &e.department)
		return e, err
	})
	if err != nil || len(s.listed) == 0 {
		b.Fatal("no list: ", err)
	}
	departments, err := org.Departments(b.Context(), db, division)
	if err != nil {
		b.Fatal(err)
	}
	s.names = map[sqldb.ID]org.Department{}
	for _, d := range departments {
		s.names[d.ID] = d
	}
}

// get reads an address to its end and gives the size of what came,
// compressed.
func (s *site) get(path string) (body []byte, zipped bool, err error) {
	req, err := http.NewRequest(http.MethodGet, s.base+path, nil)
	if err != nil {
		return nil, false, err
	}
	req.Header.Set("Accept-Encoding", "gzip")
	res, err := s.client.Do(req)
	if err != nil {
		return nil, false, err
	}
	defer res.Body.Close()
	if body, err = io.ReadAll(res.Body); err == nil && res.StatusCode != http.StatusOK {
		err = fmt.Errorf("%s: %s", path, res.Status)
	}
	return body, res.Header.Get("Content-Encoding") == "gzip", err
}

// ask is a request of an open loop: the i-th of a kind of pages.
func (s *site) ask(path func(e listed) string) func(i int) error {
	return func(i int) error {
		_, _, err := s.get(path(s.listed[i*1009%len(s.listed)]))
		return err
	}
}

// timed asks for pages at the fixed rate and reports what each took of the
// program's time.
func (s *site) timed(b *testing.B, limit float64, ask func(i int) error) {
	before := cpuTime(s.pid)
	quantiles(b, limit, ask)
	b.ReportMetric(float64((cpuTime(s.pid)-before).Milliseconds())/float64(b.N)/(rate*span().Seconds()), "cpu-ms/page")
	testkit.MachineRates(b)
}

func itemPath(e listed) string { return "/powers/" + url.PathEscape(e.code) }

// listPath narrows the list by category, department and the way a power
// starts.
func (s *site) listPath(e listed) string {
	d := s.names[e.department]
	key := d.CreditCode
	if key == "" {
		key = d.ID.String()
	}
	return "/powers?" + url.Values{"category": {e.category}, "department": {key}, "initiative": {e.initiative}}.Encode()
}

// searchPath asks for the whole name, for four characters of it, for two, or
// for its department's.
func (s *site) searchPath(e listed) string {
	name := []rune(e.name)
	at := len(e.code) * len(name) % max(len(name)-4, 1)
	words := [...]string{e.name, string(name[at:min(at+4, len(name))]), string(name[at:min(at+2, len(name))]), s.names[e.department].Name}
	return "/search?" + url.Values{"q": {words[len(name)%len(words)]}}.Encode()
}

// BenchmarkServe asks the running program, loaded with the demonstration city,
// for pages at a fixed 50 requests a second. Its peer is floor: the cheapest
// answer there is, at the same rate. memory reads what the program holds after
// all these runs; weight follows every address that pages refer to, as a
// browser with an empty cache does.
func BenchmarkServe(b *testing.B) {
	s := startSite(b, loaded(b, "site", "", "demo", "load"))
	for _, p := range []struct {
		name  string
		limit float64
		path  func(e listed) string
	}{
		{"floor", itemLimit, func(listed) string { return "/healthz" }},
		{"item", itemLimit, itemPath},
		{"list", listLimit, s.listPath},
		{"search", listLimit, s.searchPath},
	} {
		b.Run(p.name, func(b *testing.B) { s.timed(b, p.limit, s.ask(p.path)) })
	}
	b.Run("memory", func(b *testing.B) {
		for b.Loop() {
			noTime(b)
			b.ReportMetric(memory(s.pid, "VmHWM"), "peak-MB")
			report(b, memory(s.pid, "VmRSS"), memoryLimit, "rss-MB")
		}
	})
	b.Run("weight", func(b *testing.B) { s.weights(b) })
}

// weights reports the heaviest page of every kind.
func (s *site) weights(b *testing.B) {
	items, lists, searches := []string{}, []string{}, []string{}
	for i := 0; i < len(s.listed); i += 7 {
		e := s.listed[i]
		items, lists, searches = append(items, itemPath(e)), append(lists, s.listPath(e)), append(searches, s.searchPath(e))
	}
	for _, p := range []struct {
		name  string
		paths []string
	}{
		{"home", []string{"/"}}, {"item", items}, {"list", append(lists, "/powers", "/powers?size=100")}, {"search", searches},
		{"departments", []string{"/departments"}}, {"laws", []string{"/laws"}}, {"editions", []string{"/editions"}}, {"figures", []string{"/figures"}},
	} {
		b.Run(p.name, func(b *testing.B) {
			for b.Loop() {
				most, requests := 0, 0
				for _, path := range p.paths {
					size, n, err := s.weigh(path)
					if err != nil {
						b.Fatal(err)
					}
					most, requests = max(most, size), max(requests, n)
				}
				noTime(b)
				b.ReportMetric(float64(len(p.paths)), "pages")
				b.ReportMetric(float64(requests), "requests/page")
				report(b, float64(most), bytesLimit, "gz-B/page")
				if requests > requestsLimit {
					b.Errorf("%d requests, more than %d", requests, requestsLimit)
				}
			}
		})
	}
}

// reference is an address that a browser fetches by itself.
var reference = regexp.MustCompile(`<(?:script|img)\b[^>]*\bsrc="([^"]*)"|<link\b[^>]*\brel="(?:stylesheet|icon|preload)"[^>]*\bhref="([^"]*)"`)

// weigh fetches a page and all it refers to, each address once.
func (s *site) weigh(path string) (size, requests int, err error) {
	body, zipped, err := s.get(path)
	if err != nil {
		return 0, 0, err
	}
	size, requests = len(body), 1
	page, err := unzip(body, zipped)
	if err != nil {
		return 0, 0, err
	}
	if !strings.Contains(page, "</html>") {
		return 0, 0, fmt.Errorf("%s is no page", path)
	}
	seen := map[string]bool{}
	for _, m := range reference.FindAllStringSubmatch(page, -1) {
		to := m[1] + m[2]
		if seen[to] || strings.HasPrefix(to, "data:") {
			continue
		}
		seen[to] = true
		part, _, err := s.get(to)
		if err != nil {
			return 0, 0, err
		}
		size, requests = size+len(part), requests+1
	}
	return size, requests, nil
}

func unzip(body []byte, zipped bool) (string, error) {
	if !zipped {
		return string(body), nil
	}
	z, err := gzip.NewReader(bytes.NewReader(body))
	if err != nil {
		return "", err
	}
	text, err := io.ReadAll(z)
	return string(text), err
}
