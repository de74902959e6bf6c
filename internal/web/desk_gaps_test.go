package web

import (
	"bytes"
	"context"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"
	"golang.org/x/net/html"

	"qingdan/internal/engine/citation"
	"qingdan/internal/platform/ledger"
	"qingdan/internal/platform/sqldb"
	"qingdan/internal/registry/law"
	"qingdan/internal/registry/org"
	"qingdan/internal/service/gaps"
	"qingdan/internal/testkit"
)

const (
	uncitedClue   = "职权遗漏"
	strongClue    = "无授权引用（强）"
	weakClue      = "无授权引用（弱）"
	gapsOfOffice  = "/desk/gaps"
	dayOfOffice   = "2026-11-24"
	officeOfClues = "371500"
)

var (
	clueRow   = regexp.MustCompile(`(?s)<tr role="row"><td role="cell" class="kind">.*?</tr>`)
	clueTitle = regexp.MustCompile(`class="title">(?:<a href="([^"]+)">)?([^<]+)`)
	clueTotal = regexp.MustCompile(`共 <strong>([\d,]+)</strong> 条`)
	clueSub   = regexp.MustCompile(`<span class="sub">([^<]+)</span>`)
	quoteLink = regexp.MustCompile(`<div class="passage"><a href="([^"]+)">([^<]+)</a>　([^<]+)`)
	termCount = regexp.MustCompile(`<dt>([^<]+)<br>(?:<a href="([^"]+)">)?([\d,]+)`)
	unitRow   = regexp.MustCompile(`<tr><th scope="row"><a href="([^"]+)">([^<]+)</a></th>(.*)</tr>`)
	unitCell  = regexp.MustCompile(`data-name="([^"]+)">(?:<a href="([^"]+)">|<span class="muted">)([\d,]+)`)
)

func number(t testing.TB, s string) int {
	t.Helper()
	n, err := strconv.Atoi(strings.ReplaceAll(s, ",", ""))
	must(t, err)
	return n
}

// gapsPath is the address of a list of clues; empty values are left out.
func gapsPath(path string, pairs ...string) string {
	v := url.Values{}
	for i := 0; i < len(pairs); i += 2 {
		if pairs[i+1] != "" {
			v.Set(pairs[i], pairs[i+1])
		}
	}
	return path + "?" + v.Encode()
}

// gap is what the page and the export must say of one gap: a power by its code,
// an article by its reference and category.
type gap struct{ kind, department, category, name string }

// gapsFound gives what the service finds, which the pages must show.
func (o *office) gapsFound() []gap {
	o.t.Helper()
	found, err := gaps.Find(o.t.Context(), o.db, officeOfClues, dayOfOffice)
	must(o.t, err)
	var out []gap
	for _, c := range found.Uncited {
		out = append(out, gap{uncitedClue, c.Department.String(), string(c.Category), c.Ref.String()})
	}
	for _, b := range found.Ungranted {
		g := gap{weakClue, b.Department.String(), string(b.Category), b.Code}
		if b.Strong {
			g.kind = strongClue
		}
		out = append(out, g)
	}
	return out
}

// names of the gaps that a filter leaves, sorted; "" is no condition.
func chosen(all []gap, department, kind, category string) []string {
	var out []string
	for _, g := range all {
		if (department == "" || g.department == department) && (kind == "" || g.kind == kind) && (category == "" || g.category == category) {
			out = append(out, g.name)
		}
	}
	slices.Sort(out)
	return out
}

// walkGaps pages through clues to the end and back, and gives their names in
// the order of the pages.
func (o *office) walkGaps(path string) []string {
	o.t.Helper()
	names := func(page string) (out []string) {
		for _, row := range clueRow.FindAllString(page, -1) {
			name := clueTitle.FindStringSubmatch(row)[2]
			if m := clueSub.FindStringSubmatch(row); m != nil {
				name = m[1]
			}
			out = append(out, html.UnescapeString(name))
		}
		return out
	}
	page := o.get(path, http.StatusOK).body
	there := names(page)
	for to := turnTo(nextLink, page); to != ""; to = turnTo(nextLink, page) {
		page = o.get(to, http.StatusOK).body
		there = append(there, names(page)...)
	}
	back := names(page)
	for to := turnTo(prevLink, page); to != ""; to = turnTo(prevLink, page) {
		page = o.get(to, http.StatusOK).body
		back = append(names(page), back...)
	}
	if !slices.Equal(there, back) {
		o.t.Errorf("%s: %d clues on the way there, %d on the way back, or in another order", path, len(there), len(back))
	}
	return there
}

// tests:缺漏/1 缺漏/2
func TestGapsPageShowsEveryGapOnceUnderEveryFilter(t *testing.T) {
	offices(t, func(t *testing.T, o *office) {
		all := o.gapsFound()
		page := o.get(gapsOfOffice, http.StatusOK).body
		for _, said := range []string{"这是机器读条文得出的线索，由人判断", "2026年11月24日", "聊城市权力清单", `<a href="/desk/gaps" aria-current="page">缺漏对照</a>`} {
			if !strings.Contains(page, said) {
				t.Errorf("the page does not say %s", said)
			}
		}
		kinds := map[string]int{}
		for _, m := range termCount.FindAllStringSubmatch(page, -1) {
			if kinds[m[1]] = number(t, m[3]); kinds[m[1]] != len(chosen(all, "", m[1], "")) || kinds[m[1]] == 0 {
				t.Errorf("%s: %s on the page, want %d", m[1], m[3], len(chosen(all, "", m[1], "")))
			}
		}
		if len(kinds) != 3 {
			t.Errorf("counts of %v", kinds)
		}
		o.checkGapUnits(page, all)
		for _, f := range [][3]string{{}, {o.departments[2].String()}, {"", uncitedClue}, {"", strongClue}, {"", weakClue}, {"", "", "行政强制"},
			{o.departments[0].String(), strongClue, "行政处罚"}, {"", weakClue, "行政裁决"}} {
			query := []string{"department", f[0], "kind", f[1], "category", f[2]}
			want := chosen(all, f[0], f[1], f[2])
			got := o.walkGaps(gapsPath(gapsOfOffice, query...))
			slices.Sort(got)
			if !slices.Equal(got, want) {
				t.Errorf("%v: %d clues on the pages, want %d", f, len(got), len(want))
			}
			if said := clueTotal.FindStringSubmatch(o.get(gapsPath(gapsOfOffice, query...), http.StatusOK).body); said == nil || number(t, said[1]) != len(want) {
				t.Errorf("%v: the page says %v, want %d", f, said, len(want))
			}
			o.exportedGaps(gapsPath(gapsOfOffice+".xlsx", query...), want)
		}
	})
}

// checkGapUnits: the table of departments counts what the lists behind it hold.
func (o *office) checkGapUnits(page string, all []gap) {
	o.t.Helper()
	table := unitRow.FindAllStringSubmatch(page, -1)
	if len(table) != len(o.departments) {
		o.t.Errorf("%d departments in the table, want %d", len(table), len(o.departments))
	}
	for _, u := range table {
		id := o.departments[slices.Index(units, u[2])].String()
		for _, c := range unitCell.FindAllStringSubmatch(u[3], -1) {
			if want := chosen(all, id, c[1], ""); number(o.t, c[3]) != len(want) {
				o.t.Errorf("%s, %s: %s, want %d", u[2], c[1], c[3], len(want))
			}
			if c[2] == "" {
				continue
			}
			list, _, _ := strings.Cut(html.UnescapeString(c[2]), "#")
			if m := clueTotal.FindStringSubmatch(o.get(list, http.StatusOK).body); m == nil || m[1] != c[3] {
				o.t.Errorf("%s, %s: %s clues, and the list says %v", u[2], c[1], c[3], m)
			}
		}
	}
}

// exportedGaps: the workbook holds exactly the clues of the filter.
func (o *office) exportedGaps(path string, want []string) {
	o.t.Helper()
	x, err := excelize.OpenReader(bytes.NewReader([]byte(o.get(path, http.StatusOK).body)))
	must(o.t, err)
	defer x.Close()
	rows, err := x.GetRows("缺漏对照")
	must(o.t, err)
	if len(rows) < 3 || !strings.Contains(rows[1][0], "由人判断") {
		o.t.Fatalf("%s: %v", path, rows)
	}
	var got []string
	for _, r := range rows[3:] {
		name := r[3]
		if r[0] == uncitedClue {
			name = r[5]
		}
		got = append(got, name)
		if r[6] == "" || r[8] == "" {
			o.t.Errorf("%s: a row without words or reason: %v", path, r)
		}
	}
	slices.Sort(got)
	if !slices.Equal(got, want) {
		o.t.Errorf("%s: %d rows, want %d", path, len(got), len(want))
	}
}

// A clue leads to the article that it speaks of and, of a listed power, to its
// page; the words are those of the article.
func TestAClueLeadsToItsArticleAndPower(t *testing.T) {
	db, l := testkit.Open(t, sqldb.SQLite)
	o := openOffice(t, db, l)
	page := o.get(gapsPath(gapsOfOffice, "kind", uncitedClue), http.StatusOK).body
	for _, said := range []string{"《中华人民共和国行政处罚法》第七十二条第一款第（一）项", "行政强制", "每日按罚款数额的百分之三加处罚款", "本部门的权力和三定职责",
		"授权给：作出行政处罚决定的行政机关"} {
		if !strings.Contains(page, said) {
			t.Errorf("the clue of article 72 does not say %s", said)
		}
	}
	for _, row := range clueRow.FindAllString(page, -1) {
		m := clueTitle.FindStringSubmatch(row)
		law, _, _ := strings.Cut(strings.TrimPrefix(m[2], "《中华人民共和国"), "》")
		if a := o.get(html.UnescapeString(m[1]), http.StatusOK); !strings.Contains(a.body, law) {
			t.Errorf("%s leads to another law", m[2])
		}
	}
	page = o.get(gapsPath(gapsOfOffice, "kind", strongClue, "department", o.departments[0].String()), http.StatusOK).body
	rows := clueRow.FindAllString(page, 5)
	if len(rows) != 5 {
		t.Fatalf("%d rows", len(rows))
	}
	for _, row := range rows {
		m, q := clueTitle.FindStringSubmatch(row), quoteLink.FindStringSubmatch(row)
		if m[1] != "/powers/"+clueSub.FindStringSubmatch(row)[1] || q == nil {
			t.Fatalf("a row without links: %s", row)
		}
		if a := o.get(m[1], http.StatusOK); !strings.Contains(a.body, m[2]) {
			t.Errorf("%s leads to another power", m[2])
		}
		begin := strings.FieldsFunc(q[3], func(r rune) bool { return strings.ContainsRune("，。：；…\n", r) })[0]
		if a := o.get(html.UnescapeString(q[1]), http.StatusOK); !strings.Contains(a.body, begin) {
			t.Errorf("the page of %s does not have its words %s", q[2], begin)
		}
	}
}

// After the library changed the next reader sees the list held against it as it
// is.
func TestGapsFollowTheLibrary(t *testing.T) {
	offices(t, func(t *testing.T, o *office) {
		before := o.walkGaps(gapsPath(gapsOfOffice, "kind", uncitedClue))
		o.write(func(ctx context.Context, tx *ledger.Tx) error {
			lib, err := law.ReadLibrary(ctx, tx)
			if err != nil {
				return err
			}
			res := lib.Resolve(citation.Ref{Law: "中华人民共和国行政处罚法", Article: 72}, dayOfOffice)
			return law.Withdraw(ctx, tx, res.Edition.ID, "收错了")
		})
		after := o.walkGaps(gapsPath(gapsOfOffice, "kind", uncitedClue))
		if len(before) == 0 || slices.ContainsFunc(after, func(s string) bool { return strings.Contains(s, "第七十二条") }) {
			t.Errorf("before %v, after %v", before, after)
		}
		if got, want := len(after), len(chosen(o.gapsFound(), "", uncitedClue, "")); got != want {
			t.Errorf("%d clues, want %d", got, want)
		}
	})
}

func TestGapsRefuseFiltersThatCannotBe(t *testing.T) {
	db, l := testkit.Open(t, sqldb.SQLite)
	o := openOffice(t, db, l)
	for query, status := range map[string]int{
		"department=x": http.StatusBadRequest, "kind=%E6%9F%90": http.StatusBadRequest, "category=%E6%9F%90": http.StatusBadRequest,
		"after=x": http.StatusBadRequest, "department=" + sqldb.NewID().String(): http.StatusNotFound,
	} {
		if a := o.get(gapsOfOffice+"?"+query, status); !strings.Contains(a.body, "<h1>") {
			t.Errorf("%s: no page", query)
		}
		if !strings.HasPrefix(query, "after") {
			o.get(gapsOfOffice+".xlsx?"+query, status)
		}
	}
	if a := o.get(gapsPath(gapsOfOffice, "category", "行政裁决"), http.StatusOK); !strings.Contains(a.body, "没有符合条件的线索") {
		t.Error("nothing is found and the page does not say so")
	}
}

// Before there is a library, a power or a gap, the page says what is missing;
// before the first list it holds what is on its way, which has no public page.
func TestGapsSayWhatIsMissing(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, db *sqldb.DB, l *ledger.Ledger) {
		o := &office{t: t, db: db, ledger: l}
		o.serve()
		o.write(func(ctx context.Context, tx *ledger.Tx) error {
			id, err := org.AddDepartment(ctx, tx, org.Department{Division: officeOfClues, Name: "示例市水务局", ValidFrom: "2010-01-01"})
			o.departments = []sqldb.ID{id}
			return err
		})
		says := func(words ...string) string {
			t.Helper()
			body := o.get(gapsOfOffice, http.StatusOK).body
			for _, w := range words {
				if !strings.Contains(body, w) {
					t.Errorf("the page does not say %s:\n%.3000s", w, body)
				}
			}
			return body
		}
		says("法规库还没有收录法规", `href="/laws"`)
		o.load(law.Source{ID: "water", Title: "中华人民共和国节水法", Level: "法律", Text: "中华人民共和国节水法\n\n（2010年1月1日公布）\n\n" +
			"第一条 违反本法规定，浪费用水的，由县级以上人民政府水行政主管部门处一万元罚款。\n\n第二条 企业应当节约用水。\n\n第三条 本法自2010年1月1日起施行。"})
		says("还没有可以对照的事项")
		add := func(code, basis string) {
			o.write(func(ctx context.Context, tx *ledger.Tx) error {
				return o.add(ctx, tx, code, "对浪费用水的处罚", basis, 0)
			})
		}
		add("A", "《节水法》第一条")
		says("没有发现线索", "不等于没有问题", "清单尚未公布")
		add("B", "《节水法》第二条")
		body := says("无授权引用（强）", "对浪费用水的处罚", "企业应当节约用水", "清单尚未公布", " 2 项")
		if strings.Contains(body, `href="/powers/B"`) || strings.Contains(body, "没有发现线索") {
			t.Error("a power leads to a public page that does not exist, or nothing was found")
		}
		if got := o.walkGaps(gapsOfOffice); !slices.Equal(got, []string{"B"}) {
			t.Errorf("%v", got)
		}
	})
}
