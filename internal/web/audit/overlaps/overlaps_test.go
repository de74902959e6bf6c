package overlaps

import (
	"context"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"qingdan/internal/platform/job"
	"qingdan/internal/platform/ledger"
	"qingdan/internal/platform/sqldb"
	"qingdan/internal/registry/org"
	"qingdan/internal/registry/people"
	"qingdan/internal/registry/power"
	"qingdan/internal/stage/inventory"
	"qingdan/internal/stage/reduce"
	"qingdan/internal/testkit"
	"qingdan/internal/web/staff/stafftest"
	"qingdan/internal/web/ui/uitest"
)

func TestTemplatesFitTheirPages(t *testing.T) {
	uitest.Fit(t, templates, []uitest.Page{{Name: "list", Data: ListPage{}}, {Name: "group", Data: GroupPage{}}, {Name: "merge", Data: MergePage{}}})
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// house is a site with three departments that punish one offence under three
// names, and people.
type house struct {
	*stafftest.Site
	water, town, green              sqldb.ID
	legal, reviewer, clerk, leading *stafftest.Person
	powers                          map[string]power.Ids
}

func houses(t *testing.T, fn func(t *testing.T, h *house)) {
	testkit.Databases(t, func(t *testing.T, db *sqldb.DB, l *ledger.Ledger) {
		h := &house{Site: stafftest.New(t, db, l), powers: map[string]power.Ids{}}
		h.water, h.town, h.green = h.Department("示例市水利局"), h.Department("示例市城管局"), h.Department("示例市环保局")
		h.Group(1, h.water)
		h.legal, h.leading = h.As(people.Legal, sqldb.ID{}, 0), h.As(people.Leading, sqldb.ID{}, 0)
		h.reviewer, h.clerk = h.As(people.Reviewer, sqldb.ID{}, 1), h.As(people.Clerk, h.green, 0)
		const water = "《中华人民共和国水法》第六十九条第（一）项"
		h.power("H1", h.green, "查处私自取水的行为", water)
		h.power("C1", h.town, "对未经批准擅自取水的行政处罚", water)
		h.power("S1", h.water, "对擅自取水的处罚", water)
		h.power("S2", h.water, "对擅自取水行为的行政处罚", water)
		_, err := inventory.CheckAndSave(context.Background(), l, db, ledger.Actor{ID: "test", Name: "测试", Role: "操作员"}, "2014-10-15", nil)
		must(t, err)
		jobs := job.New(db, job.Options{Clock: h.Now})
		t.Cleanup(func() { jobs.Close(context.Background()) })
		room, err := New(Config{DB: db, Ledger: l, Clock: h.Now, Shell: h.Shell, Jobs: jobs})
		must(t, err)
		h.Hang(room.Routes())
		fn(t, h)
	})
}

func (h *house) power(code string, department sqldb.ID, name, basis string) {
	h.T.Helper()
	v := power.Version{Department: department, Category: power.CategoryPenalty, Name: name, Level: "市级", Elements: power.Elements{Basis: basis, Object: "单位和个人"},
		Citations: power.ParseBasis(basis)}
	h.Act(func(ctx context.Context, tx *ledger.Tx) (err error) {
		h.powers[code], err = power.Add(ctx, tx, power.Report{Code: code, Division: "371500", Origin: power.Reported, State: power.Review, Version: v})
		return err
	})
}

// search has the system search and gives the address of the one group.
func (h *house) search() string {
	h.T.Helper()
	if a := h.Post(h.legal, Root+"/search", nil); a.Status != http.StatusSeeOther || !strings.Contains(a.Location, "done=searched") {
		h.T.Fatalf("%d %s %s", a.Status, a.Location, a.Body)
	}
	found := regexp.MustCompile(Root+`/[0-9a-f]{8}-[0-9a-f-]{27}`).FindAllString(h.Get(h.legal, Root).Body, -1)
	if len(found) != 1 {
		h.T.Fatalf("groups %v", found)
	}
	return found[0]
}

func TestAGroupIsFoundAndProposedWithOneClick(t *testing.T) {
	houses(t, func(t *testing.T, h *house) {
		if a := h.Get(h.legal, Root); !strings.Contains(a.Body, "还没有查找过") || !strings.Contains(a.Body, "开始查找") {
			t.Errorf("before the first search: %d", a.Status)
		}
		one := h.search()
		page := h.Get(h.legal, one)
		for _, want := range []string{"示例市水利局", "示例市城管局", "示例市环保局", "同一条款：《中华人民共和国水法》第六十九条第（一）项", "对象相同", "建议牵头", "与第一项相同"} {
			if !strings.Contains(page.Body, want) {
				t.Errorf("the page does not say %s", want)
			}
		}
		lead := h.powers["S1"].Power.String()
		if a := h.Get(h.legal, one+"/merge?into="+sqldb.NewID().String()); a.Status != http.StatusBadRequest || !strings.Contains(a.Body, "into-wrong") {
			t.Errorf("a stranger leads: %d", a.Status)
		}
		preview := h.Get(h.legal, one+"/merge?into="+lead)
		for _, want := range []string{"下面 3 项各提出一份", "查处私自取水的行为", "对未经批准擅自取水的行政处罚", "属同一事项，由示例市水利局一个部门负责。"} {
			if !strings.Contains(preview.Body, want) {
				t.Errorf("the preview does not say %s: %d", want, preview.Status)
			}
		}
		if n := h.proposals(); n != 0 {
			t.Errorf("the preview proposed %d", n)
		}
		if a := h.Post(h.legal, one+"/merge", url.Values{"into": {lead}, "reason": {" "}}); a.Status != http.StatusBadRequest || h.proposals() != 0 {
			t.Errorf("without a reason: %d, %d proposals", a.Status, h.proposals())
		}
		form := url.Values{"into": {lead}, "reason": {"同一违法行为由水利局一个部门查处"}, "then": {"stay"}}
		if a := h.Post(h.legal, one+"/merge", form); a.Status != http.StatusSeeOther {
			t.Fatalf("%d %s", a.Status, a.Body)
		}
		if n := h.proposals(); n != 4 { // the one that stays, and three that merge into it
			t.Errorf("%d proposals", n)
		}
		if a := h.Post(h.legal, one+"/merge", form); a.Status != http.StatusConflict || h.proposals() != 4 {
			t.Errorf("the same form again: %d, %d proposals", a.Status, h.proposals())
		}
		if a := h.Get(h.legal, one); !strings.Contains(a.Body, "已提出整合") || !strings.Contains(a.Body, "并入示例市水利局“对擅自取水的处罚”") {
			t.Errorf("afterwards: %d", a.Status)
		}
		if a := h.Get(h.legal, Root); !strings.Contains(a.Body, "没有待研究的重叠事项") {
			t.Error("it still waits")
		}
	})
}

// proposals counts the open proposals.
func (h *house) proposals() int {
	h.T.Helper()
	all, err := reduce.Proposals(context.Background(), h.DB, people.Scope{All: true}, reduce.Query{State: reduce.Open})
	must(h.T, err)
	return len(all)
}

func TestWhatCannotBeProposedIsSaidBefore(t *testing.T) {
	houses(t, func(t *testing.T, h *house) {
		one := h.search()
		h.Act(func(ctx context.Context, tx *ledger.Tx) error {
			c, err := power.Newest(ctx, tx, h.powers["C1"].Power)
			if err != nil {
				return err
			}
			if err := power.Move(ctx, tx, c, power.SelfCheck); err != nil {
				return err
			}
			return tx.Say(ctx, "371500", "power.moved", c.Power, struct{}{})
		})
		if a := h.Get(h.legal, Root); !strings.Contains(a.Body, "请重新查找") {
			t.Error("nobody is told to search anew")
		}
		a := h.Get(h.legal, one+"/merge?into="+h.powers["S1"].Power.String())
		if a.Status != http.StatusOK || !strings.Contains(a.Body, "现在不能提出") || !strings.Contains(a.Body, "自查") || strings.Contains(a.Body, "提出 3 项整合建议") {
			t.Errorf("%d", a.Status)
		}
		if a := h.Post(h.legal, one+"/merge", url.Values{"into": {h.powers["S1"].Power.String()}, "reason": {"由水利局一个部门查处"}}); a.Status != http.StatusConflict || h.proposals() != 0 {
			t.Errorf("%d, %d proposals: all or nothing", a.Status, h.proposals())
		}
	})
}

func TestJudgementsOnTheirForm(t *testing.T) {
	houses(t, func(t *testing.T, h *house) {
		one := h.search()
		if a := h.Post(h.legal, one+"/judge", url.Values{"verdict": {"apart"}, "reason": {"否"}}); a.Status != http.StatusBadRequest || !strings.Contains(a.Body, "reason-wrong") {
			t.Errorf("no reason: %d", a.Status)
		}
		if a := h.Post(h.legal, one+"/judge", url.Values{"verdict": {"proposed"}}); a.Status != http.StatusBadRequest {
			t.Errorf("by the back door: %d", a.Status)
		}
		if a := h.Post(h.legal, one+"/judge", url.Values{"verdict": {"boundary"}}); a.Status != http.StatusBadRequest {
			t.Errorf("no boundary: %d", a.Status)
		}
		var border sqldb.ID
		h.Act(func(ctx context.Context, tx *ledger.Tx) (err error) {
			border, err = org.RecordBoundary(ctx, tx, org.Boundary{Division: "371500", Matter: "取水", Left: h.water, LeftDoes: "河流取水", Right: h.town, RightDoes: "城区取水",
				Basis: "三定规定", From: "2015-01-01"}, sqldb.ID{}, "示例")
			return err
		})
		if a := h.Get(h.legal, one); !strings.Contains(a.Body, `value="`+border.String()+`"`) {
			t.Error("the boundary is not offered")
		}
		if a := h.Post(h.legal, one+"/judge", url.Values{"verdict": {"boundary"}, "boundary": {border.String()}}); a.Status != http.StatusSeeOther {
			t.Errorf("%d %s", a.Status, a.Body)
		}
		if a := h.Post(h.legal, one+"/judge", url.Values{"verdict": {"apart"}, "reason": {"各管一段，不是同一事项"}, "seen": {""}}); a.Status != http.StatusConflict || !strings.Contains(a.Body, "已划清边界") {
			t.Errorf("seen otherwise: %d", a.Status)
		}
		if a := h.Post(h.legal, one+"/judge", url.Values{"verdict": {"open"}, "reason": {"边界还不清楚"}, "seen": {"boundary"}, "then": {"next"}}); a.Status != http.StatusSeeOther {
			t.Errorf("%d %s", a.Status, a.Body)
		}
		if a := h.Get(h.legal, one); !strings.Contains(a.Body, "边界还不清楚") || !strings.Contains(a.Body, "待研究") {
			t.Error("what was judged is not shown")
		}
	})
}

func TestOthersSeeNoMoreThanTheyMay(t *testing.T) {
	houses(t, func(t *testing.T, h *house) {
		one := h.search()
		page := h.Get(h.reviewer, one)
		if page.Status != http.StatusOK || strings.Contains(page.Body, "私自取水") || strings.Contains(page.Body, "未经批准") || !strings.Contains(page.Body, "由法制机构判断") {
			t.Errorf("a group: %d", page.Status)
		}
		if a := h.Post(h.reviewer, one+"/judge", url.Values{"verdict": {"apart"}, "reason": {"不是同一事项"}}); a.Status != http.StatusForbidden {
			t.Errorf("half another group's: %d", a.Status)
		}
		mine := h.Get(h.clerk, one)
		if mine.Status != http.StatusOK || strings.Contains(mine.Body, "擅自取水的") || strings.Contains(mine.Body, "牵头整合") {
			t.Errorf("a department: %d", mine.Status)
		}
		for _, path := range []string{one + "/merge", one + "/merge?into=" + h.powers["S1"].Power.String()} {
			if a := h.Get(h.clerk, path); a.Status != http.StatusForbidden {
				t.Errorf("%s: %d", path, a.Status)
			}
		}
		if a := h.Post(h.clerk, Root+"/search", nil); a.Status != http.StatusForbidden {
			t.Errorf("search: %d", a.Status)
		}
		if a := h.Get(h.leading, one); a.Status != http.StatusOK || strings.Contains(a.Body, "预览整合建议") {
			t.Errorf("the leading group: %d", a.Status)
		}
		for _, path := range []string{Root + "/" + sqldb.NewID().String(), Root + "/x", Root + "?department=" + sqldb.NewID().String()} {
			if a := h.Get(h.legal, path); a.Status != http.StatusNotFound {
				t.Errorf("%s: %d", path, a.Status)
			}
		}
		if a := h.Get(h.legal, Root+"?kind=x"); a.Status != http.StatusBadRequest {
			t.Errorf("a forged filter: %d", a.Status)
		}
		for who, n := range map[*stafftest.Person]int{h.legal: 4, h.clerk: 4} {
			if rows := h.sheet(who, Root+"/groups.xlsx?kind=across"); len(rows) != n {
				t.Errorf("exported %v", rows)
			}
		}
		if rows := h.sheet(h.clerk, Root+"/groups.xlsx"); !strings.Contains(strings.Join(rows[0], " ")+strings.Join(rows[1], " "), "尚未公布") {
			t.Errorf("exported %v", rows)
		}
		if rows := h.sheet(h.legal, Root+"/groups.xlsx?kind=within"); len(rows) != 0 {
			t.Errorf("exported %v", rows)
		}
	})
}

// sheet reads the rows of an export below its heads.
func (h *house) sheet(p *stafftest.Person, path string) [][]string {
	h.T.Helper()
	a := h.Get(p, path)
	x, err := excelize.OpenReader(strings.NewReader(a.Body))
	must(h.T, err)
	defer x.Close()
	rows, err := x.GetRows(title)
	must(h.T, err)
	return rows[3:]
}
