package web

import (
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"golang.org/x/net/html"

	"qingdan/internal/platform/ledger"
	"qingdan/internal/platform/sqldb"
	"qingdan/internal/testkit"
)

// combinations are the filters that the property below goes through.
func combinations(c *city) []url.Values {
	var out []url.Values
	for _, category := range []string{"", "行政处罚", "其他权力"} {
		for _, department := range []string{"", c.departments[1].String()} {
			for _, rest := range []url.Values{{}, {"level": {"市级"}}, {"initiative": {"依申请"}, "sort": {"code"}}, {"q": {"示例"}}, {"q": {"许可"}, "sort": {"code"}, "level": {"县级"}}} {
				v := url.Values{"size": {"20"}}
				for k := range rest {
					v.Set(k, rest.Get(k))
				}
				if category != "" {
					v.Set("category", category)
				}
				if department != "" {
					v.Set("department", department)
				}
				out = append(out, v)
			}
		}
	}
	return out
}

var total = regexp.MustCompile(`共 <strong>([\d,]+)</strong> 项`)

// TestPagingVisitsEveryRowOnce: under every filter, going forward meets every
// row once, as many as the page says; going back meets the same in reverse.
func TestPagingVisitsEveryRowOnce(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, db *sqldb.DB, _ *ledger.Ledger) {
		c := seed(t, db, seedSize{5, 160, 3})
		h := handler(t, db)
		for _, v := range combinations(c) {
			path := "/powers?" + v.Encode()
			forward := codesOf(t, h, path)
			m := total.FindStringSubmatch(get(t, h, path).body)
			if m == nil {
				t.Fatalf("%s: no total", path)
			}
			if said, err := strconv.Atoi(strings.ReplaceAll(m[1], ",", "")); err != nil || said != len(forward) {
				t.Errorf("%s: says %s, has %d", path, m[1], len(forward))
			}
			seen := map[string]bool{}
			for _, code := range forward {
				if seen[code] {
					t.Errorf("%s: %s twice", path, code)
				}
				seen[code] = true
			}
			if back := backwards(t, h, path); !slices.Equal(back, forward) {
				t.Errorf("%s: backwards %d rows, forwards %d", path, len(back), len(forward))
			}
			if v.Get("sort") == "code" && !slices.IsSorted(forward) {
				t.Errorf("%s: not in the order of the codes", path)
			}
		}
		if all := codesOf(t, h, "/powers"); len(all) != len(c.codes) {
			t.Errorf("the list shows %d of %d", len(all), len(c.codes))
		}
	})
}

// backwards goes to the last page and back again, and gives the rows in list
// order.
func backwards(t *testing.T, h http.Handler, path string) []string {
	t.Helper()
	a := get(t, h, path)
	for {
		m := nextLink.FindStringSubmatch(a.body)
		if m == nil {
			break
		}
		a = get(t, h, html.UnescapeString(m[1]))
	}
	var out []string
	for {
		var page []string
		for _, m := range codeCell.FindAllStringSubmatch(a.body, -1) {
			page = append(page, m[1])
		}
		out = append(page, out...)
		m := prevLink.FindStringSubmatch(a.body)
		if m == nil {
			return out
		}
		a = get(t, h, html.UnescapeString(m[1]))
	}
}

var facet = regexp.MustCompile(`<option value="([^"]*)"(?: selected)?>[^<]*（([\d,]+)）</option>`)

// TestFacetCountsAreTrue: choosing a value gives as many rows as its count
// said.
func TestFacetCountsAreTrue(t *testing.T) {
	db, _ := testkit.Open(t, sqldb.SQLite)
	seed(t, db, seedSize{4, 90, 3})
	h := handler(t, db)
	for _, q := range []string{"", "&q=" + url.QueryEscape("许可")} {
		body := get(t, h, "/powers?size=20"+q).body
		for _, key := range []string{"department", "initiative", "level"} {
			_, part, _ := strings.Cut(body, `name="`+key+`"`)
			part, _, _ = strings.Cut(part, "</select>")
			found := facet.FindAllStringSubmatch(part, -1)
			if len(found) == 0 {
				t.Errorf("no choices for %s", key)
			}
			for _, m := range found {
				got := total.FindStringSubmatch(get(t, h, "/powers?"+key+"="+url.QueryEscape(html.UnescapeString(m[1]))+q).body)
				if got == nil || got[1] != m[2] {
					t.Errorf("%s=%s%s: says %s, gives %v", key, m[1], q, m[2], got)
				}
			}
		}
	}
}
