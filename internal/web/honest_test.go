package web

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/xuri/excelize/v2"
	"golang.org/x/net/html"

	"qingdan/internal/demo"
	"qingdan/internal/platform/ledger"
	"qingdan/internal/platform/sqldb"
	"qingdan/internal/stage/reduce"
	"qingdan/internal/stage/reduce/measure"
	"qingdan/internal/testkit"
)

// figurePages are the pages whose numbers lead to rows.
func figurePages() []string {
	return []string{"/figures", "/figures/compare?by=department", "/figures/compare?by=ground", "/figures/compare?by=category", "/figures/flags",
		"/figures/matters", "/figures/matters?raw=cut&real=kept", "/figures/baseline"}
}

// numbered is a link whose words end in a number.
type numbered struct {
	href string
	n    int
}

var (
	lastNumber  = regexp.MustCompile(`^(?:\D*)([0-9][0-9,]*)(?: 项| 处)?$`)
	statusCount = regexp.MustCompile(`role="status">[^<]*<strong>([0-9,]+)</strong>`)
)

// numbers gives the links of the figures on a page that say a number.
func numbers(t *testing.T, path, body string) []numbered {
	t.Helper()
	doc, err := html.Parse(strings.NewReader(body))
	if err != nil {
		t.Fatalf("%s: %v", path, err)
	}
	var out []numbered
	for n := range doc.Descendants() {
		if n.Data != "a" || n.Type != html.ElementNode {
			continue
		}
		href, words := "", ""
		for _, a := range n.Attr {
			if a.Key == "href" {
				href = a.Val
			}
		}
		for c := range n.Descendants() {
			if c.Type == html.TextNode {
				words += c.Data
			}
		}
		m := lastNumber.FindStringSubmatch(strings.TrimSpace(words))
		if m != nil && strings.HasPrefix(href, "/figures/") && !strings.Contains(href, ".xlsx") {
			out = append(out, numbered{href, countIn(t, m[1])})
		}
	}
	return out
}

func countIn(t *testing.T, s string) int {
	t.Helper()
	n, err := strconv.Atoi(strings.ReplaceAll(s, ",", ""))
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// walkNumbers follows every number of the pages of figures and holds it against
// how many rows the page behind it has. It gives how many it followed.
func walkNumbers(t *testing.T, h http.Handler) int {
	t.Helper()
	seen := map[string]int{}
	for _, path := range figurePages() {
		a := get(t, h, path)
		if a.StatusCode != http.StatusOK {
			t.Fatalf("%s: %d", path, a.StatusCode)
		}
		for _, x := range numbers(t, path, a.body) {
			rows, ok := seen[x.href]
			if !ok {
				rows = -1
				if m := statusCount.FindStringSubmatch(get(t, h, x.href).body); m != nil {
					rows = countIn(t, m[1])
				}
				seen[x.href] = rows
			}
			if rows != x.n {
				t.Errorf("%s says %d, %s has %d rows", path, x.n, x.href, rows)
			}
		}
	}
	return len(seen)
}

// TestEveryNumberLeadsToAsManyRows walks the pages of figures of a small city on
// both engines.
func TestEveryNumberLeadsToAsManyRows(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, db *sqldb.DB, l *ledger.Ledger) {
		amend(t, db, l, seed(t, db, seedSize{12, 240, 6}))
		if n := walkNumbers(t, handler(t, db)); n < 100 {
			t.Errorf("only %d numbers lead anywhere", n)
		}
	})
}

// TestEveryNumberOfTheDemonstration walks the figures of the whole city, and holds
// them against the size of a public page.
func TestEveryNumberOfTheDemonstration(t *testing.T) {
	if testing.Short() {
		t.Skip("要载入整个演示城市")
	}
	db, l := testkit.Open(t, sqldb.SQLite)
	dir := t.TempDir()
	_, err := demo.Write(t.Context(), dir, demo.Options{})
	must(t, err)
	_, err = demo.Load(t.Context(), db, l, dir, func(string) {})
	must(t, err)
	h := handler(t, db)
	if n := walkNumbers(t, h); n < 600 {
		t.Errorf("only %d numbers lead anywhere", n)
	}
	for _, path := range append(figurePages(), "/figures/summary", "/figures/rows") {
		if size := len(get(t, h, path, "Accept-Encoding", "gzip").body); size > 40<<10 {
			t.Errorf("%s has %d bytes", path, size)
		}
	}
}

// TestTheSummaryIsOneValue: the page, the workbook and the JSON of the summary say
// the same numbers, and these are the ones that are counted from the rows.
func TestTheSummaryIsOneValue(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, db *sqldb.DB, l *ledger.Ledger) {
		amend(t, db, l, seed(t, db, seedSize{12, 240, 6}))
		h := handler(t, db)
		type count struct{ In, Kept, Cut, Open int }
		var got struct {
			reduce.Stats
			Raw    count `json:"raw"`
			Normal struct {
				count
				Hidden int
				Fates  map[string]int
			} `json:"normalised"`
			Flags []struct {
				Label          string
				Powers, Hidden int
			} `json:"flag_kinds"`
		}
		must(t, json.Unmarshal([]byte(get(t, h, "/figures/summary.json").body), &got))
		stats, err := reduce.ReadStats(t.Context(), db)
		must(t, err)
		if diff := cmp.Diff(stats, got.Stats); diff != "" {
			t.Errorf("summary differs from the books (-want +got):\n%s", diff)
		}
		r, err := measure.Read(t.Context(), db)
		must(t, err)
		if got.Raw != count(r.Raw) || got.Normal.count != count(r.Normal) || got.Normal.Hidden != r.Hidden() {
			t.Errorf("summary says %+v, %+v, %d; counted %+v, %+v, %d", got.Raw, got.Normal.count, got.Normal.Hidden, r.Raw, r.Normal, r.Hidden())
		}
		if got.Raw.Cut == 0 || got.Normal.Hidden == 0 || len(got.Flags) == 0 {
			t.Error("the city hides nothing, so that nothing is compared")
		}
		sum := 0
		for _, f := range got.Flags {
			sum += f.Hidden
		}
		if sum != got.Normal.Hidden {
			t.Errorf("the kinds hide %d, the whole %d", sum, got.Normal.Hidden)
		}
		page := get(t, h, "/figures/summary").body
		workbook := rowsOf(t, get(t, h, "/figures/summary.xlsx").body, "单页汇总")
		for label, want := range map[string][2]int{"进来的": {r.Raw.In, r.Normal.In}, "减少的": {r.Raw.Cut, r.Normal.Cut}, "保留的": {r.Raw.Kept, r.Normal.Kept}} {
			if cell := workbook["账面与实际 "+label]; cell != [2]string{fmt.Sprint(want[0]), fmt.Sprint(want[1])} {
				t.Errorf("the workbook says %v for %s, want %v", cell, label, want)
			}
			row := regexp.MustCompile(`<th scope="row">` + label + `</th><td class="n">([0-9,]+)</td><td class="n"><strong>([0-9,]+)</strong>`).FindStringSubmatch(page)
			if row == nil || countIn(t, row[1]) != want[0] || countIn(t, row[2]) != want[1] {
				t.Errorf("the page says %v for %s, want %v", row, label, want)
			}
		}
		for _, f := range got.Flags {
			if cell := workbook["账面多算 "+f.Label]; cell[0] != fmt.Sprint(f.Hidden) {
				t.Errorf("the workbook says %v for %s, want %d", cell, f.Label, f.Hidden)
			}
			if !strings.Contains(page, fmt.Sprintf(`<th scope="row">%s</th><td class="n">%d</td><td class="n">%d</td>`, f.Label, f.Hidden, f.Powers)) {
				t.Errorf("the page does not say %d and %d of %s", f.Hidden, f.Powers, f.Label)
			}
		}
	})
}

// rowsOf reads the summary's workbook by part and label.
func rowsOf(t *testing.T, body, sheet string) map[string][2]string {
	t.Helper()
	x, err := excelize.OpenReader(strings.NewReader(body))
	must(t, err)
	rows, err := x.GetRows(sheet)
	must(t, err)
	out := map[string][2]string{}
	for _, row := range rows[3:] {
		row = append(row, "", "", "", "")
		out[row[0]+" "+row[1]] = [2]string{row[2], row[3]}
	}
	return out
}

// TestAPaperOfTheSummaryIsChecked: the digest on a paper is found as long as the
// numbers stand, and not after a decision changed one.
func TestAPaperOfTheSummaryIsChecked(t *testing.T) {
	db, l := testkit.Open(t, sqldb.SQLite)
	amend(t, db, l, seed(t, db, seedSize{4, 60, 3}))
	page := get(t, handler(t, db), "/figures/summary").body
	m := regexp.MustCompile(`digest=([0-9a-f]{64})`).FindStringSubmatch(page)
	if m == nil {
		t.Fatal("no digest on the page")
	}
	check := func(want string) {
		t.Helper()
		if !strings.Contains(get(t, handler(t, db), "/figures/summary?digest="+m[1]).body, want) {
			t.Errorf("the check of the paper does not say %s", want)
		}
	}
	check("纸上的数字与现在一致")
	must(t, db.Write(context.Background(), func(tx *sqldb.Tx) error {
		_, err := tx.Exec(t.Context(), `update changes set state = 'withdrawn' where kind = 'add' and power_id in (select id from powers where code = '3715-00002')`)
		return err
	}))
	check("纸上的数字此后有变化")
}

// TestTheBooksOfBothCountsAreOne: what the page adds up from its own query is what
// the honest count calls the books.
func TestTheBooksOfBothCountsAreOne(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, db *sqldb.DB, l *ledger.Ledger) {
		amend(t, db, l, seed(t, db, seedSize{6, 120, 3}))
		h := handler(t, db)
		count := func(path string) int {
			m := statusCount.FindStringSubmatch(get(t, h, path).body)
			if m == nil {
				t.Fatalf("%s says no number", path)
			}
			return countIn(t, m[1])
		}
		for rows, matters := range map[string]string{"/figures/rows": "/figures/matters", "/figures/rows?fate=kept": "/figures/matters?raw=kept",
			"/figures/rows?fate=" + url.QueryEscape("取消"): "/figures/matters?raw=cut&decided=" + url.QueryEscape("取消")} {
			if a, b := count(rows), count(matters); a != b || a == 0 {
				t.Errorf("%s has %d, %s has %d", rows, a, matters, b)
			}
		}
	})
}
