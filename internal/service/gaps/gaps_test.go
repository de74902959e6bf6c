package gaps_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"

	"qingdan/internal/engine/citation"
	"qingdan/internal/platform/ledger"
	"qingdan/internal/platform/sqldb"
	"qingdan/internal/registry/law"
	"qingdan/internal/registry/list"
	"qingdan/internal/registry/org"
	"qingdan/internal/registry/power"
	"qingdan/internal/service/gaps"
	"qingdan/internal/testkit"
)

const (
	division = "371500"
	day      = "2020-01-01"
)

// city is a house with two departments, a few laws and powers.
type city struct {
	ledger *ledger.Ledger
	db     *sqldb.DB
	water  sqldb.ID
	roads  sqldb.ID
}

func newCity(t *testing.T, db *sqldb.DB, l *ledger.Ledger) *city {
	t.Helper()
	c := &city{ledger: l, db: db}
	c.load(t, func(ctx context.Context, tx *ledger.Tx) error {
		var err error
		if c.water, err = org.AddDepartment(ctx, tx, org.Department{Division: division, Name: "某市水利局"}); err != nil {
			return err
		}
		c.roads, err = org.AddDepartment(ctx, tx, org.Department{Division: division, Name: "某市公路局"})
		return err
	})
	return c
}

func (c *city) load(t *testing.T, fn func(context.Context, *ledger.Tx) error) {
	t.Helper()
	if err := c.ledger.Load(t.Context(), ledger.Actor{ID: "test", Name: "测试", Role: "操作员"}, fn); err != nil {
		t.Fatal(err)
	}
}

// enact puts a law into the library, one article a line.
func (c *city) enact(t *testing.T, title, level string, articles ...string) {
	t.Helper()
	text := title + "\n\n（2010年1月1日公布）\n\n"
	for i, a := range append(articles, "本法自2010年1月1日起施行。") {
		text += fmt.Sprintf("第%s条 %s\n\n", []string{"一", "二", "三", "四", "五", "六", "七", "八"}[i], a)
	}
	p, err := law.Read(law.Source{ID: title, Title: title, Level: level, Text: text}, "")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := law.Load(t.Context(), c.ledger, ledger.Actor{ID: "test", Name: "测试", Role: "操作员"}, p); err != nil {
		t.Fatal(err)
	}
}

// report adds a power in a state and gives its line for a list.
func (c *city) report(t *testing.T, code string, department sqldb.ID, category power.Category, state power.State, basis string) list.Entry {
	t.Helper()
	v := power.Version{Department: department, Category: category, Name: "事项" + code, Elements: power.Elements{Basis: basis}, Citations: power.ParseBasis(basis)}
	var ids power.Ids
	c.load(t, func(ctx context.Context, tx *ledger.Tx) error {
		var err error
		ids, err = power.Add(ctx, tx, power.Report{Code: code, Division: division, Origin: power.Reported, State: state, Version: v})
		return err
	})
	return list.Entry{Power: ids.Power, Version: ids.Version, Department: department, Code: code, Name: v.Name, Category: string(category)}
}

func (c *city) publish(t *testing.T, entries ...list.Entry) {
	t.Helper()
	c.load(t, func(ctx context.Context, tx *ledger.Tx) error {
		l, err := list.Open(ctx, tx, list.List{Division: division, Kind: list.Powers, Title: "权力清单"})
		if err != nil {
			return err
		}
		_, _, err = list.Publish(ctx, tx, l, list.Edition{Title: "第一版", Effective: day}, entries)
		return err
	})
}

// waterLaw grants a licence (1), an inspection (2), a penalty of the centre's
// (3), nothing (4) and in its second paragraph a penalty (5).
func (c *city) waterLaw(t *testing.T) {
	c.enact(t, "中华人民共和国节水法", "法律",
		"取水的，应当经县级以上人民政府水行政主管部门批准。",
		"县级以上人民政府水行政主管部门应当对用水单位进行监督检查。",
		"违反本法规定，擅自调水的，由国务院水行政主管部门处一万元罚款。",
		"企业应当建立节水制度。",
		"用水单位应当节约用水。\n\n浪费用水的，由县级以上人民政府水行政主管部门处一万元罚款。")
}

func baseless(t *testing.T, c *city) map[string]gaps.Baseless {
	t.Helper()
	found, err := gaps.Ungranted(t.Context(), c.db, division, day)
	if err != nil {
		t.Fatal(err)
	}
	out := map[string]gaps.Baseless{}
	for _, b := range found {
		out[b.Code] = b
	}
	return out
}

func candidates(t *testing.T, c *city) []string {
	t.Helper()
	found, err := gaps.Uncited(t.Context(), c.db, division, day)
	if err != nil {
		t.Fatal(err)
	}
	names := map[sqldb.ID]string{c.water: "水利", c.roads: "公路"}
	var out []string
	for _, f := range found {
		out = append(out, names[f.Department]+" "+string(f.Category)+" "+f.Ref.String())
	}
	slices.Sort(out)
	return out
}

// tests:缺漏/2
func TestPowersWhoseArticlesDoNotGrantThem(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, db *sqldb.DB, l *ledger.Ledger) {
		c := newCity(t, db, l)
		c.waterLaw(t)
		for code, r := range map[string]struct {
			category power.Category
			basis    string
		}{
			"A-granted":   {power.CategoryPermit, "《节水法》第一条"},
			"B-silent":    {power.CategoryPenalty, "《节水法》第四条"},
			"C-kind":      {power.CategoryPenalty, "《节水法》第一条"},
			"D-level":     {power.CategoryPenalty, "《节水法》第三条"},
			"E-unknown":   {power.CategoryPenalty, "《没有的法》第一条"},
			"F-paragraph": {power.CategoryPenalty, "《节水法》第五条第一款"},
			"G-one good":  {power.CategoryPenalty, "《节水法》第四条、《节水法》第五条第二款"},
			"H-range":     {power.CategorySupervision, "《节水法》第一条至第四条"},
		} {
			c.report(t, code, c.water, r.category, power.Review, r.basis)
		}
		found := baseless(t, c)
		for code, want := range map[string]struct {
			strong bool
			reason string
		}{
			"B-silent":    {true, "没有授予任何行政权力"},
			"C-kind":      {false, "授予的是行政许可，没有授予行政处罚"},
			"D-level":     {false, "只授权其他层级"},
			"F-paragraph": {false, "同一条的其他款"},
		} {
			b, ok := found[code]
			if !ok || b.Strong != want.strong || !strings.Contains(b.Reason, want.reason) || len(b.Places) != 1 || !isArticle(t, c, b.Places[0]) {
				t.Errorf("%s: %+v", code, b)
			}
			delete(found, code)
		}
		for code, b := range found {
			t.Errorf("%s is held against: %s", code, b.Reason)
		}
	})
}

// isArticle says whether the library has the article of a place, with its words.
func isArticle(t *testing.T, c *city, p gaps.Place) bool {
	t.Helper()
	lib, err := law.ReadLibrary(t.Context(), c.db)
	if err != nil {
		t.Fatal(err)
	}
	text, err := lib.Articles(p.Edition)
	if err != nil {
		t.Fatal(err)
	}
	_, known := lib.Document(p.Document)
	a := text.Articles[p.Article-1]
	return known && a.Number == p.Number && a.Text() == p.Text
}

func TestOnlyTheListInForceCounts(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, db *sqldb.DB, l *ledger.Ledger) {
		c := newCity(t, db, l)
		c.waterLaw(t)
		kept := c.report(t, "A", c.water, power.CategoryPermit, power.Published, "《节水法》第一条")
		c.report(t, "B", c.water, power.CategoryPenalty, power.Review, "《节水法》第四条")
		if found := baseless(t, c); len(found) != 1 {
			t.Errorf("before the list: %v", found)
		}
		c.publish(t, kept)
		if found := baseless(t, c); len(found) != 0 {
			t.Errorf("on the list: %v", found)
		}
	})
}

// tests:缺漏/1
func TestArticlesThatNobodyCites(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, db *sqldb.DB, l *ledger.Ledger) {
		c := newCity(t, db, l)
		c.waterLaw(t)
		var entries []list.Entry
		for _, code := range []string{"A", "B", "C"} {
			entries = append(entries, c.report(t, code, c.water, power.CategoryPermit, power.Published, "《节水法》第一条"))
		}
		c.publish(t, entries...)
		c.enact(t, "中华人民共和国排水法", "法律", // nobody names it; the body is one department's
			"乱排污水的，由县级以上人民政府水行政主管部门处一万元罚款。",
			"乱砍树木的，由县级以上人民政府林业主管部门处一万元罚款。")
		c.enact(t, "外省排水条例", "地方性法规", // another place's, and nobody names it
			"乱排污水的，由水行政主管部门处一万元罚款。")
		c.enact(t, "关于节水的通知", "规范性文件", "乱排污水的，由水行政主管部门处一万元罚款。")
		c.enact(t, "中华人民共和国公路法", "法律", // known by the mandate alone
			"占用公路的，应当经县级以上人民政府交通主管部门批准。")
		c.load(t, func(ctx context.Context, tx *ledger.Tx) error {
			return org.AddMandates(ctx, tx, c.roads, []org.Mandate{{Text: "组织实施《公路法》"}})
		})
		want := []string{
			"公路 行政审批 《中华人民共和国公路法》第一条",
			"水利 行政处罚 《中华人民共和国排水法》第一条",
			"水利 行政处罚 《中华人民共和国节水法》第五条第二款",
			"水利 行政监督 《中华人民共和国节水法》第二条",
		}
		slices.Sort(want)
		if got := candidates(t, c); !slices.Equal(got, want) {
			t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
		}
	})
}

func TestCandidateGoesToTheBodyItNames(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, db *sqldb.DB, l *ledger.Ledger) {
		c := newCity(t, db, l)
		c.enact(t, "中华人民共和国河道法", "法律",
			"占用河道的，应当经水行政主管部门批准。",
			"占用桥梁的，应当经公路管理机构批准。",
			"毁坏桥梁的，由公路管理机构处一万元罚款。",
			"毁坏堤防的，由水行政主管部门处一万元罚款。")
		c.publish(t,
			c.report(t, "A", c.water, power.CategoryPermit, power.Published, "《河道法》第一条"),
			c.report(t, "B", c.roads, power.CategoryPermit, power.Published, "《河道法》第二条"))
		want := []string{"公路 行政处罚 《中华人民共和国河道法》第三条", "水利 行政处罚 《中华人民共和国河道法》第四条"}
		slices.Sort(want)
		if got := candidates(t, c); !slices.Equal(got, want) {
			t.Errorf("got %v", got)
		}
	})
}

// What the gaps rest on is another state after each act that can change them,
// and the same as long as none has.
func TestTheStateFollowsTheListAndTheLibrary(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, db *sqldb.DB, l *ledger.Ledger) {
		c := newCity(t, db, l)
		var entry list.Entry
		known := map[gaps.State]string{}
		for _, step := range []struct {
			name          string
			do            func()
			powers, texts int
		}{
			{"nothing", func() {}, 0, 0},
			{"a law", func() { c.waterLaw(t) }, 0, 1},
			{"a power on its way", func() {
				entry = c.report(t, "A", c.water, power.CategoryPermit, power.Published, "《节水法》第四条")
			}, 0, 1},
			{"another one", func() { c.report(t, "B", c.water, power.CategoryPenalty, power.Review, "《节水法》第四条") }, 1, 1},
			{"a list", func() { c.publish(t, entry) }, 1, 1},
			{"a mandate", func() {
				c.load(t, func(ctx context.Context, tx *ledger.Tx) error {
					return org.AddMandates(ctx, tx, c.roads, []org.Mandate{{Text: "组织实施《节水法》"}})
				})
			}, 1, 1},
			{"the text withdrawn", func() {
				c.load(t, func(ctx context.Context, tx *ledger.Tx) error {
					lib, err := law.ReadLibrary(ctx, tx)
					if err != nil {
						return err
					}
					res := lib.Resolve(citation.Ref{Law: "节水法", Article: 1}, day)
					return law.Withdraw(ctx, tx, res.Edition.ID, "收错了")
				})
			}, 1, 0},
		} {
			step.do()
			s := state(t, c, day)
			if before, ok := known[s]; ok {
				t.Errorf("after %s the state is that after %s", step.name, before)
			}
			if s != state(t, c, day) || s == state(t, c, "2020-01-02") || s.Powers != step.powers || s.Texts != step.texts {
				t.Errorf("after %s: %+v", step.name, s)
			}
			known[s] = step.name
		}
		before := state(t, c, day)
		c.report(t, "C", c.water, power.CategoryPenalty, power.Review, "《节水法》第四条")
		if s := state(t, c, day); s != before {
			t.Errorf("a power on its way counts although a list is in force: %+v", s)
		}
	})
}

func state(t *testing.T, c *city, day string) gaps.State {
	t.Helper()
	s, err := gaps.ReadState(t.Context(), c.db, division, day)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestBothDirectionsAtOnce(t *testing.T) {
	db, l := testkit.Open(t, sqldb.SQLite)
	c := newCity(t, db, l)
	c.waterLaw(t)
	c.report(t, "A", c.water, power.CategoryPenalty, power.Review, "《节水法》第四条")
	both, err := gaps.Find(t.Context(), db, division, day)
	if err != nil {
		t.Fatal(err)
	}
	if len(both.Ungranted) != 1 || both.Ungranted[0].Code != "A" || len(both.Uncited) != len(candidates(t, c)) || len(both.Uncited) == 0 {
		t.Errorf("%+v", both)
	}
}
