package web

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"
	"golang.org/x/net/html"

	"qingdan/internal/platform/ledger"
	"qingdan/internal/platform/sqldb"
	"qingdan/internal/testkit"
)

// answer is what came back for a request.
type answer struct {
	*http.Response
	body string
}

func get(t testing.TB, h http.Handler, path string, headers ...string) answer {
	t.Helper()
	r := httptest.NewRequest(http.MethodGet, path, nil)
	for i := 0; i+1 < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	res := w.Result()
	b, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	return answer{res, string(b)}
}

// addresses are all kinds of pages of a city.
func (c *city) addresses() []string {
	return []string{
		"/", "/search", "/search?q=" + url.QueryEscape("示例"), "/search?q=" + url.QueryEscape("查无此事甲乙丙"),
		"/powers", "/powers?size=20&sort=code&density=compact&category=" + url.QueryEscape("行政处罚"), "/powers?q=" + url.QueryEscape("许可"),
		"/powers?level=" + url.QueryEscape("没有这个层级"),
		"/powers/" + c.codes[0], "/powers/" + c.amended, "/powers/" + c.hostile, "/powers/" + c.gone,
		"/powers/" + c.amended + "/v/1", "/powers/" + c.amended + "/history", "/powers/" + c.hostile + "/history",
		"/departments", "/departments/" + c.departments[1].String(),
		"/laws", "/laws?q=" + url.QueryEscape("条例"), "/laws/" + c.long.String(), "/laws/" + c.long.String() + "?edition=" + c.longText.String() + "&at=399",
		"/laws/" + c.laws[1].String(), "/laws/" + c.long.String() + "/articles/3", "/laws/" + c.long.String() + "/articles/5-1?edition=" + c.longText.String(),
		"/editions", "/editions/1", "/editions/2", "/editions/1/changes", "/editions/2/changes",
		"/figures", "/figures/rows", "/figures/rows?fate=kept", "/figures/rows?origin=split",
		"/figures/gaps", "/figures/gaps?element=" + url.QueryEscape("收费没有依据") + "&department=" + c.departments[0].String(),
		"/figures/compare", "/figures/compare?by=ground", "/figures/compare?by=category", "/figures/matters", "/figures/matters?real=kept&raw=cut",
		"/figures/flags", "/figures/flags?kind=frozen", "/figures/baseline", "/figures/summary",
		"/about", "/accessibility",
	}
}

func TestEveryPageOnBothEngines(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, db *sqldb.DB, l *ledger.Ledger) {
		c := amend(t, db, l, seed(t, db, seedSize{12, 180, 30}))
		h := handler(t, db)
		for _, path := range c.addresses() {
			a := get(t, h, path)
			if a.StatusCode != http.StatusOK {
				t.Errorf("%s: status %d\n%.300s", path, a.StatusCode, a.body)
				continue
			}
			checkPage(t, path, a.body)
			if strings.Contains(a.body, "<script>alert") || strings.Contains(a.body, "onerror=alert(2)>") && !strings.Contains(a.body, "&gt;") {
				t.Errorf("%s: hostile name is not escaped", path)
			}
		}
	})
}

// checkPage holds what every page must have: it parses, has one h1 and one
// main, carries the notice, and has nothing inline that the policy forbids.
func checkPage(t *testing.T, path, body string) {
	t.Helper()
	doc, err := html.Parse(strings.NewReader(body))
	if err != nil {
		t.Errorf("%s: %v", path, err)
		return
	}
	count, ids := map[string]int{}, map[string]bool{}
	for n := range doc.Descendants() {
		if n.Type != html.ElementNode {
			continue
		}
		count[n.Data]++
		for _, a := range n.Attr {
			if a.Key == "style" || strings.HasPrefix(a.Key, "on") {
				t.Errorf("%s: inline attribute %s on %s", path, a.Key, n.Data)
			}
			if a.Key == "id" {
				if ids[a.Val] {
					t.Errorf("%s: id %q twice", path, a.Val)
				}
				ids[a.Val] = true
			}
			if (a.Key == "href" || a.Key == "src") && (strings.HasPrefix(a.Val, "http") || a.Val == "" || strings.Contains(a.Val, "ZgotmplZ")) {
				t.Errorf("%s: link %q leaves the site or is empty", path, a.Val)
			}
		}
		if n.Data == "style" {
			t.Errorf("%s: inline style", path)
		}
	}
	if count["h1"] != 1 || count["main"] != 1 {
		t.Errorf("%s: %d h1, %d main", path, count["h1"], count["main"])
	}
	if strings.Count(body, "演示数据，非官方数据") < 2 {
		t.Errorf("%s: the notice is missing in banner or footer", path)
	}
}

// TestEveryLinkLeadsSomewhere follows the links of every page kind once.
func TestEveryLinkLeadsSomewhere(t *testing.T) {
	db, l := testkit.Open(t, sqldb.SQLite)
	c := amend(t, db, l, seed(t, db, seedSize{4, 60, 8}))
	h := handler(t, db)
	seen, todo := map[string]bool{}, c.addresses()
	for _, p := range todo {
		seen[p] = true
	}
	link := regexp.MustCompile(`(?:href|action)="(/[^"#]*)`)
	for depth := 0; depth < 2; depth++ {
		var next []string
		for _, path := range todo {
			a := get(t, h, path)
			if a.StatusCode != http.StatusOK && a.StatusCode != http.StatusSeeOther {
				t.Errorf("%s: status %d", path, a.StatusCode)
			}
			for _, m := range link.FindAllStringSubmatch(a.body, -1) {
				to := html.UnescapeString(m[1])
				if !seen[to] && !strings.HasPrefix(to, "/view?") {
					seen[to] = true
					next = append(next, to)
				}
			}
		}
		todo = next
	}
	if len(seen) < 300 {
		t.Errorf("only %d addresses found", len(seen))
	}
}

func TestStatusOfBadAddresses(t *testing.T) {
	db, _ := testkit.Open(t, sqldb.SQLite)
	c := seed(t, db, seedSize{4, 30, 3})
	h := handler(t, db)
	for path, want := range map[string]int{
		"/nichts": 404, "/powers/none": 404, "/powers/" + c.never: 404, "/powers/" + c.never + ".json": 404, "/powers/" + c.never + "/history": 404,
		"/powers/" + c.codes[0] + "/v/9": 404, "/powers/" + c.codes[0] + "/v/x": 404, "/powers/%00": 404, "/powers/%ff": 404,
		"/departments/none": 404, "/laws/none": 404, "/laws/" + c.departments[0].String(): 404, "/laws/" + c.long.String() + "/articles/9999": 404,
		"/laws/" + c.long.String() + "?edition=x": 404, "/editions/9": 404, "/editions/x": 404, "/editions/x/changes": 404,
		"/powers?department=none": 404, "/powers?after=%21": 400, "/powers?before=AAAA": 400, "/powers?category=%00": 400, "/laws?after=zz": 400,
		"/figures/rows?department=none": 404, "/figures/rows?fate=%00": 400, "/figures/rows.xlsx?department=none": 404,
		"/figures/compare?by=x": 404, "/figures/matters?department=none": 404, "/figures/matters?raw=x": 400, "/figures/matters?flag=x": 404, "/figures/matters?ground=%00": 400,
		"/figures/matters?after=x": 400, "/figures/matters.xlsx?ground=none&now=%E6%97%A0": 404, "/figures/flags?kind=x": 404, "/figures/flags?department=none": 404, "/figures/flags?before=x": 400,
		"/figures/baseline?change=x": 200, "/figures/summary?digest=x": 400, "/figures/summary?digest=" + strings.Repeat("0", 64): 200,
		"/figures/gaps?department=none": 404, "/figures/gaps?element=%00": 400, "/figures/gaps?after=%ff": 400, "/figures/gaps.xlsx?department=none": 404,
		"/search?q=" + strings.Repeat("x", 10000): 400, "/powers?q=" + strings.Repeat("%E6%B3%95", 101): 400,
		"/powers?size=77&sort=none&density=none": 200, "/powers.xlsx?department=none": 404, "/static/none/app.css": 404,
	} {
		a := get(t, h, path)
		if a.StatusCode != want {
			t.Errorf("%.80s: status %d, want %d", path, a.StatusCode, want)
		}
		if want != 200 && !strings.HasSuffix(path, ".json") && !strings.HasPrefix(path, "/static") {
			checkPage(t, path, a.body)
		}
	}
}

// TestSearchIsHarmless: whatever is typed gives a page, never an error.
func TestSearchIsHarmless(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, db *sqldb.DB, _ *ledger.Ledger) {
		seed(t, db, seedSize{3, 20, 3})
		h := handler(t, db)
		for _, q := range []string{`"`, `'`, `'; drop table powers; --`, `a OR b`, `NEAR(x y)`, `*`, `%`, `\`, "\x00\x01", "\xff\xfe", `<script>`, "🀄", "   ",
			strings.Repeat("示例", 50), hostile[:60]} {
			for _, path := range []string{"/search?q=", "/powers?q=", "/laws?q="} {
				a := get(t, h, path+url.QueryEscape(q))
				if a.StatusCode != http.StatusOK {
					t.Errorf("%s%q: status %d", path, q, a.StatusCode)
				}
				checkPage(t, path+q, a.body)
			}
		}
	})
}

func TestSecurityHeaders(t *testing.T) {
	db, _ := testkit.Open(t, sqldb.SQLite)
	seed(t, db, seedSize{2, 10, 2})
	h := handler(t, db)
	for _, path := range []string{"/", "/none", "/powers.xlsx", "/healthz"} {
		a := get(t, h, path)
		csp := a.Header.Get("Content-Security-Policy")
		for _, rule := range []string{"default-src 'none'", "script-src 'self'", "style-src 'self'", "base-uri 'none'", "frame-ancestors 'none'", "form-action 'self'"} {
			if !strings.Contains(csp, rule) {
				t.Errorf("%s: policy lacks %s", path, rule)
			}
		}
		if strings.Contains(csp, "unsafe") || strings.Contains(csp, "*") {
			t.Errorf("%s: policy is loose: %s", path, csp)
		}
		if a.Header.Get("X-Content-Type-Options") != "nosniff" || a.Header.Get("Referrer-Policy") == "" {
			t.Errorf("%s: security headers missing", path)
		}
	}
	r := httptest.NewRequest(http.MethodPost, "/powers", nil)
	r.Header.Set("Sec-Fetch-Site", "cross-site")
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	if w.Code != http.StatusForbidden {
		t.Errorf("cross-site write: status %d", w.Code)
	}
}

func TestViewModeCookieAndRedirect(t *testing.T) {
	db, _ := testkit.Open(t, sqldb.SQLite)
	seed(t, db, seedSize{2, 10, 2})
	h := handler(t, db)
	for back, want := range map[string]string{"/powers?size=20": "/powers?size=20", "//evil.example": "/", "https://evil.example": "/", `/\evil`: "/", "": "/", "/a\r\nX: y": "/"} {
		a := get(t, h, "/view?mode=elder&back="+url.QueryEscape(back))
		if a.StatusCode != http.StatusSeeOther || a.Header.Get("Location") != want {
			t.Errorf("back %q: %d to %q", back, a.StatusCode, a.Header.Get("Location"))
		}
		if c := a.Cookies(); len(c) != 1 || c[0].Value != "elder" || !c[0].HttpOnly {
			t.Errorf("cookie %v", c)
		}
	}
	for _, mode := range []string{"elder", "contrast", "normal"} {
		if a := get(t, h, "/", "Cookie", "view="+mode); !strings.Contains(a.body, `data-mode="`+mode+`"`) {
			t.Errorf("mode %s is not used", mode)
		}
	}
	if a := get(t, h, "/", "Cookie", `view="><script>`); !strings.Contains(a.body, `data-mode="normal"`) {
		t.Error("unknown mode is not normal")
	}
}

// TestBudget: a public page with its style sheet and icon weighs at most 40 KB
// compressed and needs at most 5 requests.
func TestBudget(t *testing.T) {
	db, l := testkit.Open(t, sqldb.SQLite)
	c := amend(t, db, l, seed(t, db, seedSize{70, 1200, 120}))
	h := handler(t, db)
	src := regexp.MustCompile(`(?:src|href)="(/static/[^"]+)"`)
	for _, path := range append(c.addresses(), "/powers?size=100") {
		a := get(t, h, path, "Accept-Encoding", "gzip")
		if a.Header.Get("Content-Encoding") != "gzip" {
			t.Errorf("%s: not compressed", path)
			continue
		}
		z, err := gzip.NewReader(strings.NewReader(a.body))
		if err != nil {
			t.Fatal(err)
		}
		page, err := io.ReadAll(z)
		if err != nil {
			t.Fatal(err)
		}
		total, requests := len(a.body), 1
		for _, m := range src.FindAllSubmatch(page, -1) {
			f := get(t, h, string(m[1]), "Accept-Encoding", "gzip")
			if f.StatusCode != http.StatusOK || !strings.Contains(f.Header.Get("Cache-Control"), "immutable") {
				t.Errorf("%s: %s is %d, %s", path, m[1], f.StatusCode, f.Header.Get("Cache-Control"))
			}
			total += len(f.body)
			requests++
		}
		if total > 40<<10 || requests > 5 {
			t.Errorf("%s: %d bytes in %d requests", path, total, requests)
		}
		t.Logf("%6d bytes, page %6d, %d requests  %s", total, len(a.body), requests, path)
	}
}

func TestNotModified(t *testing.T) {
	db, _ := testkit.Open(t, sqldb.SQLite)
	seed(t, db, seedSize{2, 10, 2})
	h := handler(t, db)
	tag := get(t, h, "/powers").Header.Get("ETag")
	if a := get(t, h, "/powers", "If-None-Match", tag, "Accept-Encoding", "gzip"); a.StatusCode != http.StatusNotModified || a.body != "" {
		t.Errorf("status %d, %d bytes", a.StatusCode, len(a.body))
	}
}

func TestItemAsJSON(t *testing.T) {
	db, _ := testkit.Open(t, sqldb.SQLite)
	c := seed(t, db, seedSize{2, 10, 2})
	var item struct {
		Notice, Code, Name, Department string
		Version, Edition               int
		InForce                        bool `json:"in_force"`
		Basis                          []struct{ Citation, State, Text string }
	}
	a := get(t, handler(t, db), "/powers/"+c.amended+".json")
	if err := json.Unmarshal([]byte(a.body), &item); err != nil {
		t.Fatal(err)
	}
	if item.Notice != "演示数据，非官方数据" || item.Code != c.amended || item.Version != 2 || item.Edition != 2 || !item.InForce ||
		len(item.Basis) != 2 || item.Basis[0].State != "现行有效" || !strings.Contains(item.Basis[0].Text, "示例活动") || item.Basis[1].State != "条款不存在" {
		t.Errorf("%+v", item)
	}
}

// TestExportIsWhatIsFiltered: the workbook holds the rows of the filter, and
// says that they are a demonstration.
func TestExportIsWhatIsFiltered(t *testing.T) {
	db, _ := testkit.Open(t, sqldb.SQLite)
	seed(t, db, seedSize{5, 120, 3})
	h := handler(t, db)
	for _, q := range []string{"", "?category=" + url.QueryEscape("行政处罚"), "?q=" + url.QueryEscape("许可") + "&sort=code"} {
		a := get(t, h, "/powers.xlsx"+q)
		x, err := excelize.OpenReader(bytes.NewReader([]byte(a.body)))
		if err != nil {
			t.Fatalf("%s: %v", q, err)
		}
		rows, err := x.GetRows("权力清单")
		if err != nil {
			t.Fatal(err)
		}
		want := codesOf(t, h, "/powers"+q)
		if len(rows) != len(want)+3 || rows[0][0] != "演示数据，非官方数据" {
			t.Errorf("%s: %d rows, want %d, first %q", q, len(rows)-3, len(want), rows[0])
			continue
		}
		for i, code := range want {
			if rows[i+3][0] != code {
				t.Errorf("%s: row %d is %s, want %s", q, i, rows[i+3][0], code)
			}
		}
	}
}

// TestFigureRowsExport: the rows behind a figure are exported as many as the
// page says, and the fates of a demonstration are marked as supposed.
func TestFigureRowsExport(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, db *sqldb.DB, _ *ledger.Ledger) {
		c := seed(t, db, seedSize{5, 120, 3})
		h := handler(t, db)
		for _, q := range []string{"", "?fate=kept", "?fate=" + url.QueryEscape("取消"), "?origin=reported&category=" + url.QueryEscape("行政处罚"),
			"?fate=kept&department=" + c.departments[1].String()} {
			x, err := excelize.OpenReader(strings.NewReader(get(t, h, "/figures/rows.xlsx"+q).body))
			if err != nil {
				t.Fatalf("%s: %v", q, err)
			}
			rows, err := x.GetRows("数字明细")
			if err != nil {
				t.Fatal(err)
			}
			m := total.FindStringSubmatch(get(t, h, "/figures/rows"+q).body)
			if m == nil || m[1] != strconv.Itoa(len(rows)-3) || len(rows) < 4 || rows[0][0] != "演示数据，非官方数据" || rows[2][5] != "去向（推演）" {
				t.Errorf("%s: %d rows, page says %v, head %q", q, len(rows)-3, m, rows[:3])
			}
		}
	})
}

var (
	codeCell = regexp.MustCompile(`<td role="cell" class="code">(3715-\d+)</td>`)
	nextLink = regexp.MustCompile(`href="([^"]+)" rel="next"`)
	prevLink = regexp.MustCompile(`href="([^"]+)" rel="prev"`)
)

// codesOf pages through a list to its end.
func codesOf(t *testing.T, h http.Handler, path string) []string {
	t.Helper()
	var out []string
	for n := 0; path != ""; n++ {
		if n > 500 {
			t.Fatal("paging does not end")
		}
		a := get(t, h, path)
		for _, m := range codeCell.FindAllStringSubmatch(a.body, -1) {
			out = append(out, m[1])
		}
		path = ""
		if m := nextLink.FindStringSubmatch(a.body); m != nil {
			path = html.UnescapeString(m[1])
		}
	}
	return out
}

func TestInternalErrorShowsOnlyAnID(t *testing.T) {
	db, _ := testkit.Open(t, sqldb.SQLite)
	seed(t, db, seedSize{2, 10, 2})
	h := handler(t, db)
	get(t, h, "/")
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	a := get(t, h, "/powers")
	if a.StatusCode != http.StatusInternalServerError || !strings.Contains(a.body, "问题编号") || strings.Contains(a.body, "sql") {
		t.Errorf("status %d\n%.2000s", a.StatusCode, a.body)
	}
	if a := get(t, h, "/healthz"); a.StatusCode != http.StatusServiceUnavailable {
		t.Errorf("healthz: %d", a.StatusCode)
	}
}

func TestEmptyHouse(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, db *sqldb.DB, _ *ledger.Ledger) {
		h := handler(t, db)
		for _, path := range []string{"/", "/powers", "/departments", "/laws", "/laws?q=x", "/laws/readings", "/basis-changes", "/extracts/check", "/editions", "/figures", "/figures/rows", "/search?q=x", "/about", "/accessibility", "/healthz", "/robots.txt"} {
			if a := get(t, h, path); a.StatusCode != http.StatusOK {
				t.Errorf("%s: %d", path, a.StatusCode)
			}
		}
	})
}
