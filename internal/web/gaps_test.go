package web

import (
	"bytes"
	"context"
	"net/http"
	"net/url"
	"os"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/xuri/excelize/v2"
	"golang.org/x/net/html"

	"qingdan/internal/platform/ledger"
	"qingdan/internal/platform/sqldb"
	"qingdan/internal/registry/org"
	"qingdan/internal/registry/power"
	"qingdan/internal/stage/inventory"
	"qingdan/internal/testkit"
)

// lackCount is what the pages must say, counted from the versions themselves.
type lackCount struct {
	items                 int
	codes                 []string            // of the items that lack anything
	byElement             map[string][]string // codes
	byDepartment          map[string][]string
	elementAndDepartment  map[[2]string]int
	reportedByDepartments map[string]int
}

func countLacks(t *testing.T, db *sqldb.DB) lackCount {
	t.Helper()
	departments, err := org.Departments(t.Context(), db, "511602")
	if err != nil {
		t.Fatal(err)
	}
	names := map[sqldb.ID]string{}
	for _, d := range departments {
		names[d.ID] = d.Name
	}
	n := lackCount{byElement: map[string][]string{}, byDepartment: map[string][]string{}, elementAndDepartment: map[[2]string]int{}, reportedByDepartments: map[string]int{}}
	err = power.Versions(t.Context(), db, nil, func(code string, v power.Version) error {
		n.items++
		unit := names[v.Department]
		n.reportedByDepartments[unit]++
		lacks := power.Missing(v)
		if len(lacks) > 0 {
			n.codes = append(n.codes, code)
			n.byDepartment[unit] = append(n.byDepartment[unit], code)
		}
		for _, l := range lacks {
			element := strings.TrimPrefix(l, "缺少")
			n.byElement[element] = append(n.byElement[element], code)
			n.elementAndDepartment[[2]string{element, unit}]++
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return n
}

var (
	bars     = regexp.MustCompile(`<th scope="row">([^<]+)</th><td class="bars">.*?</td><td class="n"><a href="([^"#]+)#rows"[^>]*>([\d,]+)</a>`)
	gapsRow  = regexp.MustCompile(`<td role="cell" class="code">([^<]+)</td>`)
	rowsSaid = regexp.MustCompile(`<strong>([\d,]+)</strong> 项</p>`)
)

// barCounts reads the two tables of the page: name -> count and name -> link,
// first by element, then by department.
func barCounts(t *testing.T, body string) (counts, links [2]map[string]string) {
	t.Helper()
	parts := strings.SplitN(body, "哪些部门缺", 2)
	if len(parts) != 2 {
		t.Fatalf("no table by department:\n%.3000s", body)
	}
	for i, part := range parts {
		counts[i], links[i] = map[string]string{}, map[string]string{}
		for _, m := range bars.FindAllStringSubmatch(part, -1) {
			counts[i][m[1]], links[i][m[1]] = strings.ReplaceAll(m[3], ",", ""), html.UnescapeString(m[2])
		}
	}
	return counts, links
}

func lengths(m map[string][]string) map[string]string {
	out := map[string]string{}
	for k, v := range m {
		out[k] = strconv.Itoa(len(v))
	}
	return out
}

// TestRealItemsShowWhatTheyLack takes the real list of 广安区 through import
// and check, before any edition: the page shows every item, and its counts are
// those that the versions themselves give.
// tests:公布/必填要素
func TestRealItemsShowWhatTheyLack(t *testing.T) {
	b, err := os.ReadFile(testkit.Shared(t, "items", "items_guangan.jsonl"))
	if err != nil {
		t.Fatal(err)
	}
	testkit.Databases(t, func(t *testing.T, db *sqldb.DB, l *ledger.Ledger) {
		h := guangan(t, db, l, b)
		want := countLacks(t, db)
		if want.items != 736 || len(want.codes) == 0 {
			t.Fatalf("%d items, %d of them lack something", want.items, len(want.codes))
		}
		page := get(t, h, "/figures/gaps")
		for _, said := range []string{"<dt>核对事项</dt><dd>736</dd>", "<dt>要素齐全</dt><dd>" + strconv.Itoa(736-len(want.codes)) + "</dd>",
			"<dt>还缺要素</dt><dd>" + strconv.Itoa(len(want.codes)) + "</dd>", "2026年11月24日核对"} {
			if !strings.Contains(page.body, said) {
				t.Errorf("the page does not say %s", said)
			}
		}
		counts, links := barCounts(t, page.body)
		if diff := cmp.Diff([2]map[string]string{lengths(want.byElement), lengths(want.byDepartment)}, counts); diff != "" {
			t.Errorf("counts (-versions +page):\n%s", diff)
		}
		followGaps(t, h, "/figures/gaps", want.codes)
		for element, codes := range want.byElement {
			exportGaps(t, h, links[0][element], codes)
		}
		for unit, codes := range want.byDepartment {
			followGaps(t, h, links[1][unit], codes)
		}
		for element, link := range links[0] {
			sub, _ := barCounts(t, get(t, h, link).body)
			for unit, n := range sub[1] {
				if strconv.Itoa(want.elementAndDepartment[[2]string{element, unit}]) != n {
					t.Errorf("%s of %s: page says %s", element, unit, n)
				}
			}
		}
		honestBeforeTheFirstEdition(t, h, want)
	})
}

// guangan fills a database as the commands do.
func guangan(t *testing.T, db *sqldb.DB, l *ledger.Ledger, b []byte) http.Handler {
	t.Helper()
	ctx, actor := t.Context(), ledger.Actor{ID: "test", Name: "测试", Role: "操作员"}
	err := l.Write(ctx, actor, func(ctx context.Context, tx *ledger.Tx) error {
		return org.SetSite(ctx, tx, org.Site{Division: "511602", Name: "广安区权力清单", Sponsor: "广安区人民政府", Hotline: "12345"})
	})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := inventory.Import(ctx, l, db, actor, b, inventory.Options{File: "items_guangan.jsonl", Division: "511602", NewDepartments: true,
		Origin: power.Reported, Day: "2026-11-24"}); err != nil {
		t.Fatal(err)
	}
	if _, err := inventory.CheckAndSave(ctx, l, db, actor, "2026-11-24", nil); err != nil {
		t.Fatal(err)
	}
	return handler(t, db)
}

// followGaps pages through rows forward and back: every code once, in order,
// as many as the page says, none linked to a page that the public has not.
func followGaps(t *testing.T, h http.Handler, path string, want []string) {
	t.Helper()
	first := get(t, h, path).body
	if m := rowsSaid.FindStringSubmatch(first); m == nil || strings.ReplaceAll(m[1], ",", "") != strconv.Itoa(len(want)) {
		t.Errorf("%s: says %v, want %d", path, m, len(want))
	}
	codes := func(body string) (out []string) {
		for _, m := range gapsRow.FindAllStringSubmatch(body, -1) {
			out = append(out, html.UnescapeString(m[1]))
		}
		return out
	}
	forward, body := codes(first), first
	for m := nextLink.FindStringSubmatch(body); m != nil; m = nextLink.FindStringSubmatch(body) {
		body = get(t, h, html.UnescapeString(m[1])).body
		forward = append(forward, codes(body)...)
		if strings.Contains(body, `class="title"><a`) {
			t.Errorf("%s: a row leads to a page that is not public", path)
		}
	}
	want = slices.Sorted(slices.Values(want))
	if diff := cmp.Diff(want, slices.Sorted(slices.Values(forward))); diff != "" {
		t.Errorf("%s: rows (-versions +page):\n%.2000s", path, diff)
	}
	back := codes(body)
	for m := prevLink.FindStringSubmatch(body); m != nil; m = prevLink.FindStringSubmatch(body) {
		body = get(t, h, html.UnescapeString(m[1])).body
		back = append(codes(body), back...)
	}
	if !slices.Equal(back, forward) {
		t.Errorf("%s: backwards %d rows, forwards %d", path, len(back), len(forward))
	}
}

// exportGaps: the workbook holds exactly the rows of the filter.
func exportGaps(t *testing.T, h http.Handler, path string, want []string) {
	t.Helper()
	a := get(t, h, strings.Replace(path, "/figures/gaps?", "/figures/gaps.xlsx?", 1))
	x, err := excelize.OpenReader(bytes.NewReader([]byte(a.body)))
	if err != nil {
		t.Fatalf("%s: %v", path, err)
	}
	defer x.Close()
	rows, err := x.GetRows("事项要素")
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, r := range rows[3:] {
		got = append(got, r[0])
	}
	if diff := cmp.Diff(slices.Sorted(slices.Values(want)), slices.Sorted(slices.Values(got))); diff != "" {
		t.Errorf("%s: exported (-versions +workbook):\n%.2000s", path, diff)
	}
}

// honestBeforeTheFirstEdition: without an edition the pages say so, lead to
// what there is, and count nothing as kept, gone or listed.
func honestBeforeTheFirstEdition(t *testing.T, h http.Handler, want lackCount) {
	t.Helper()
	for path, said := range map[string][]string{
		"/":                   {"清单尚未公布", "736", "正在审核", `href="/figures/gaps"`},
		"/powers":             {"清单尚未公布", `href="/figures">736 项`, `href="/figures/gaps"`},
		"/departments":        {"清单尚未公布", "24 个部门", "各部门上报的事项"},
		"/editions":           {"清单尚未公布"},
		"/figures":            {"清单尚未公布", "736", "去向都还没有确定", "736 项还缺要素", "公共服务（不在十类之内）"},
		"/search?q=%E8%AE%B8": {"清单尚未公布", "看部门上报的明细"},
		"/laws":               {"法规库还没有收录法规"},
	} {
		body := get(t, h, path).body
		for _, s := range said {
			if !strings.Contains(body, s) {
				t.Errorf("%s does not say %s", path, s)
			}
		}
		for _, s := range []string{"净减", "100.0%", "清理后保留", "<b>0</b>", "<dd>0</dd>", ">0<", "0 项权力"} {
			if strings.Contains(body, s) {
				t.Errorf("%s says %s before anything is decided", path, s)
			}
		}
	}
	departments := get(t, h, "/departments").body
	for unit, n := range want.reportedByDepartments {
		if !strings.Contains(departments, ">"+unit+"</a><span><a") || !strings.Contains(departments, ">"+strconv.Itoa(n)+" 项</a>") {
			t.Errorf("/departments does not give %s its %d", unit, n)
		}
	}
	if a := get(t, h, "/figures/gaps?element="+url.QueryEscape("缺少没有的要素")); a.StatusCode != http.StatusOK || !strings.Contains(a.body, "没有符合条件的事项") {
		t.Errorf("unknown element: %d", a.StatusCode)
	}
}

// TestNothingLacking: a check without such findings is said with its day, and
// no other page speaks of missing elements.
func TestNothingLacking(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, db *sqldb.DB, _ *ledger.Ledger) {
		c := seed(t, db, seedSize{3, 40, 3})
		h := handler(t, db)
		if a := get(t, h, "/figures"); !strings.Contains(a.body, "/figures/gaps") {
			t.Error("the figures do not lead to what is lacking")
		}
		err := db.Load(t.Context(), func(tx *sqldb.Tx) error {
			s := &sower{ctx: t.Context(), tx: tx}
			s.row("check_runs", "id, day, at, powers, findings, digest", sqldb.NewID(), "2026-11-23", 2, 40, 0, make([]byte, 32))
			return s.err
		})
		if err != nil {
			t.Fatal(err)
		}
		a := get(t, h, "/figures/gaps")
		if !strings.Contains(a.body, "没有要素不全的事项") || !strings.Contains(a.body, "2026年11月23日核对 40 项") {
			t.Errorf("%.3000s", a.body)
		}
		for _, path := range append(c.addresses(), "/departments/"+c.departments[0].String()) {
			if !strings.HasPrefix(path, "/figures/gaps") && strings.Contains(get(t, h, path).body, "/figures/gaps") {
				t.Errorf("%s leads to a page without anything", path)
			}
		}
		if a := get(t, h, "/figures/gaps.xlsx"); a.StatusCode != http.StatusNotFound {
			t.Errorf("export of nothing: %d", a.StatusCode)
		}
	})
}

// TestMendedItemsLackNothing: what left the way to the list, or was corrected
// after the check, is no longer counted, and the page says that it was.
func TestMendedItemsLackNothing(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, db *sqldb.DB, _ *ledger.Ledger) {
		seed(t, db, seedSize{3, 40, 3})
		a := get(t, handler(t, db), "/figures/gaps")
		// Of 40 powers every fourth lacks something; of those the seventh
		// kind of power has left: see sowFindings and sowPowers.
		for _, s := range []string{"<dt>核对事项</dt><dd>40</dd>", "<dt>要素齐全</dt><dd>30</dd>", "<dt>还缺要素</dt><dd>9</dd>", "另有 1 项"} {
			if !strings.Contains(a.body, s) {
				t.Errorf("the page does not say %s", s)
			}
		}
	})
}
