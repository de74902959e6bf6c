package overlap_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"pgregory.net/rapid"

	"qingdan/internal/errs"
	"qingdan/internal/platform/ledger"
	"qingdan/internal/platform/sqldb"
	"qingdan/internal/registry/org"
	"qingdan/internal/registry/people"
	"qingdan/internal/registry/power"
	"qingdan/internal/service/overlap"
	"qingdan/internal/testkit"
)

const here = "371500"

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// city has four departments, three of which punish one offence under three names.
type city struct {
	t      testing.TB
	db     *sqldb.DB
	ledger *ledger.Ledger
	dept   map[string]sqldb.ID
	powers map[string]power.Ids
	legal  *people.Who
	group  *people.Who // reviews 水利 and 城管 only
	clerk  *people.Who // of 环保
}

func (c *city) act(who *people.Who, fn func(ctx context.Context, tx *ledger.Tx) error) error {
	actor := ledger.Actor{ID: "test", Name: "测试", Role: "操作员"}
	if who != nil {
		actor = who.Actor()
	}
	return c.ledger.Write(context.Background(), actor, fn)
}

func cities(t *testing.T, fn func(t *testing.T, c *city)) {
	testkit.Databases(t, func(t *testing.T, db *sqldb.DB, l *ledger.Ledger) { fn(t, build(t, db, l)) })
}

func build(t *testing.T, db *sqldb.DB, l *ledger.Ledger) *city {
	t.Helper()
	c := &city{t: t, db: db, ledger: l, dept: map[string]sqldb.ID{}, powers: map[string]power.Ids{}}
	must(t, c.act(nil, func(ctx context.Context, tx *ledger.Tx) error {
		if err := org.SetSite(ctx, tx, org.Site{Division: here, Name: "示例市"}); err != nil {
			return err
		}
		for _, name := range []string{"水利", "城管", "环保", "教育"} {
			id, err := org.AddDepartment(ctx, tx, org.Department{Name: "示例市" + name + "局", Division: here, Nature: "法定机关"})
			if err != nil {
				return err
			}
			c.dept[name] = id
		}
		return org.AddMandates(ctx, tx, c.dept["水利"], []org.Mandate{{No: 1, Text: "负责防汛"}, {No: 2, Text: "组织实施《中华人民共和国水法》，查处擅自取水"}})
	}))
	const water = "《中华人民共和国水法》第六十九条第（一）项：“未经批准擅自取水的”"
	c.add("H1", "环保", power.CategoryPenalty, "查处私自取水的行为", water, power.Review)
	c.add("C1", "城管", power.CategoryPenalty, "对未经批准擅自取水的行政处罚", water, power.Review)
	c.add("S1", "水利", power.CategoryPenalty, "对擅自取水的处罚", water, power.Review)
	c.add("S2", "水利", power.CategoryPenalty, "对未依照批准的取水许可规定条件取水的处罚", "《中华人民共和国水法》第六十九条第（二）项", power.Review)
	c.add("E1", "教育", power.CategoryPermit, "民办学校设立审批", "《中华人民共和国民办教育促进法》第十二条", power.Review)
	c.add("E2", "教育", power.CategoryPermit, "设立民办学校许可", "《中华人民共和国民办教育促进法》第十二条", power.Review)
	c.add("E3", "教育", power.CategoryPermit, "民办学校变更审批", "《中华人民共和国民办教育促进法》第十二条", power.Review)
	c.legal = &people.Who{Account: sqldb.NewID(), Name: "法制甲", Roles: []people.Role{people.Legal}}
	c.group = &people.Who{Account: sqldb.NewID(), Name: "审核乙", Roles: []people.Role{people.Reviewer}, Group: 1, Reviews: []sqldb.ID{c.dept["水利"], c.dept["城管"]}}
	c.clerk = &people.Who{Account: sqldb.NewID(), Name: "填报丙", Roles: []people.Role{people.Clerk}, Department: c.dept["环保"]}
	return c
}

func (c *city) add(code, department string, cat power.Category, name, basis string, state power.State) {
	c.t.Helper()
	v := power.Version{Department: c.dept[department], Category: cat, Name: name, Level: "市级", Elements: power.Elements{Basis: basis}, Citations: power.ParseBasis(basis)}
	must(c.t, c.act(nil, func(ctx context.Context, tx *ledger.Tx) (err error) {
		c.powers[code], err = power.Add(ctx, tx, power.Report{Code: code, Division: here, Origin: power.Reported, State: state, Version: v})
		return err
	}))
}

// cancel takes a power out.
func (c *city) cancel(code string) {
	c.t.Helper()
	must(c.t, c.act(nil, func(ctx context.Context, tx *ledger.Tx) error {
		ch, err := power.Newest(ctx, tx, c.powers[code].Power)
		if err != nil {
			return err
		}
		if err := power.Move(ctx, tx, ch, power.Cancelled); err != nil {
			return err
		}
		return tx.Say(ctx, here, "power.moved", ch.Power, struct {
			To string `json:"to"`
		}{string(power.Cancelled)})
	}))
}

func (c *city) search() overlap.Run {
	c.t.Helper()
	run, err := overlap.Search(c.t.Context(), c.db, time.Now())
	must(c.t, err)
	return run
}

func (c *city) groups(who *people.Who, q overlap.Query) []overlap.Group {
	c.t.Helper()
	all, err := overlap.Groups(c.t.Context(), c.db, who.Scope(people.SeeCuts), q)
	must(c.t, err)
	return all
}

// said writes groups as lines: kind, codes, suggested power, verdict.
func (c *city) said(who *people.Who, all []overlap.Group) string {
	c.t.Helper()
	members, err := overlap.Members(c.t.Context(), c.db, who.Scope(people.SeeCuts), all...)
	must(c.t, err)
	var out []string
	for _, g := range all {
		var codes []string
		into := ""
		for _, m := range members[g.ID] {
			if m.Hidden {
				codes = append(codes, "?")
				continue
			}
			codes = append(codes, m.Code)
			if m.Power == g.Into {
				into = m.Code
			}
		}
		slices.Sort(codes)
		out = append(out, fmt.Sprintf("%s %s -> %s %s", g.Kind.Label(), strings.Join(codes, " "), into, g.Verdict.Label()))
	}
	slices.Sort(out)
	return strings.Join(out, "\n")
}

func (c *city) judge(who *people.Who, id sqldb.ID, j overlap.Judgement) error {
	return c.act(who, func(ctx context.Context, tx *ledger.Tx) error { return overlap.Judge(ctx, tx, who, id, j) })
}

// with gives the group that holds a power.
func (c *city) with(code string) overlap.Group {
	c.t.Helper()
	all := c.groups(c.legal, overlap.Query{Power: c.powers[code].Power})
	if len(all) != 1 {
		c.t.Fatalf("%d groups with %s", len(all), code)
	}
	return all[0]
}

// tests:减权/重叠
func TestOnePowerOfThreeDepartmentsUnderThreeNamesIsFound(t *testing.T) {
	cities(t, func(t *testing.T, c *city) {
		if run, err := overlap.LastRun(t.Context(), c.db); err != nil || run != nil {
			t.Fatalf("before the first search: %+v, %v", run, err)
		}
		run := c.search()
		if run.Powers != 7 || run.Found != 2 || run.Pooled != 5 {
			t.Errorf("run %+v", run)
		}
		want := "部门之间 C1 H1 S1 -> S1 待研究\n部门内部 E1 E2 -> E1 待研究"
		if got := c.said(c.legal, c.groups(c.legal, overlap.Query{})); got != want {
			t.Errorf("found\n%s\nwant\n%s", got, want)
		}
		g := c.with("H1")
		if g.Lead != c.dept["水利"] || g.Why != "三定规定第 2 项写明负责《中华人民共和国水法》：“组织实施《中华人民共和国水法》，查处擅自取水”" {
			t.Errorf("lead %s", g.Why)
		}
		if g.Place != "《中华人民共和国水法》第六十九条第（一）项" || !slices.Contains(g.Reasons, "同一条款："+g.Place) {
			t.Errorf("place %q, reasons %v", g.Place, g.Reasons)
		}
		if again := c.search(); again.Digest != run.Digest {
			t.Error("the same powers gave other groups")
		}
		last, err := overlap.LastRun(t.Context(), c.db)
		must(t, err)
		if last.Stale || last.Found != 2 {
			t.Errorf("last run %+v", last)
		}
		c.add("E4", "教育", power.CategoryPermit, "民办学校设立许可", "《中华人民共和国民办教育促进法》第十二条", power.SelfCheck)
		if last, err = overlap.LastRun(t.Context(), c.db); err != nil || !last.Stale {
			t.Errorf("a new power is not noticed: %+v, %v", last, err)
		}
	})
}

func TestWhatLeftTheListOverlapsNothing(t *testing.T) {
	cities(t, func(t *testing.T, c *city) {
		c.cancel("H1")
		c.cancel("E2")
		c.search()
		if got := c.said(c.legal, c.groups(c.legal, overlap.Query{})); got != "部门之间 C1 S1 -> S1 待研究" {
			t.Error(got)
		}
	})
}

func TestAJudgementStaysWithItsPowers(t *testing.T) {
	cities(t, func(t *testing.T, c *city) {
		c.search()
		must(t, c.judge(c.legal, c.with("H1").ID, overlap.Judgement{Verdict: overlap.NotOne, Reason: "三个部门各管一段，不是同一事项"}))
		c.search()
		if got := c.with("H1").Verdict; got != overlap.NotOne {
			t.Errorf("the next search forgot: %q", got)
		}
		// One of the three leaves: what is left was judged too.
		c.cancel("C1")
		c.search()
		g := c.with("H1")
		if g.Size != 2 || g.Verdict != overlap.NotOne {
			t.Errorf("%d powers, %q", g.Size, g.Verdict)
		}
		members, err := overlap.Members(t.Context(), c.db, people.Scope{All: true}, g)
		must(t, err)
		h, err := overlap.History(t.Context(), c.db, members[g.ID])
		must(t, err)
		if len(h) != 1 || h[0].By != "法制甲" || h[0].Reason == "" || !h[0].Whole || h[0].Changed {
			t.Errorf("history %+v", h)
		}
		// Another department joins: nobody judged that one.
		c.add("N1", "教育", power.CategoryPenalty, "对擅自取水行为的处罚", "《中华人民共和国水法》第六十九条第（一）项", power.Review)
		c.search()
		if g = c.with("H1"); g.Size != 3 || g.Verdict != overlap.Open {
			t.Errorf("with a new power: %d, %q", g.Size, g.Verdict)
		}
		if members, err = overlap.Members(t.Context(), c.db, people.Scope{All: true}, g); err != nil {
			t.Fatal(err)
		}
		if h, err = overlap.History(t.Context(), c.db, members[g.ID]); err != nil || len(h) != 1 || h[0].Whole {
			t.Errorf("history %+v, %v", h, err)
		}
		must(t, c.judge(c.legal, g.ID, overlap.Judgement{Verdict: overlap.NotOne, Reason: "新增的也不是同一事项"}))
		must(t, c.judge(c.legal, g.ID, overlap.Judgement{Verdict: overlap.Open, Reason: "群众反映多头处罚", Seen: overlap.NotOne}))
		c.search()
		if got := c.with("H1").Verdict; got != overlap.Open {
			t.Errorf("opened again: %q", got)
		}
	})
}

func TestGroupsOfOthersAreNotTold(t *testing.T) {
	cities(t, func(t *testing.T, c *city) {
		c.search()
		if got := c.said(c.group, c.groups(c.group, overlap.Query{})); got != "部门之间 ? C1 S1 -> S1 待研究" {
			t.Errorf("a group sees\n%s", got)
		}
		got := c.groups(c.clerk, overlap.Query{})
		if len(got) != 1 || got[0].Why != "" || !got[0].Lead.IsZero() || c.said(c.clerk, got) != "部门之间 ? ? H1 ->  待研究" {
			t.Errorf("a department sees\n%s %+v", c.said(c.clerk, got), got)
		}
		if n := len(c.groups(c.clerk, overlap.Query{Words: "未经批准"})); n != 0 {
			t.Error("found by the words of another department's power")
		}
		if n := len(c.groups(c.legal, overlap.Query{Words: "未经批准"})); n != 1 {
			t.Error("not found by its words")
		}
		cells, err := overlap.Cells(t.Context(), c.db, c.group.Scope(people.SeeCuts), overlap.Query{})
		must(t, err)
		if len(cells) != 1 || len(cells[0].Departments) != 2 || slices.Contains(cells[0].Departments, c.dept["环保"]) {
			t.Errorf("cells %+v", cells)
		}
		inside := c.with("E1")
		if _, err := overlap.ByID(t.Context(), c.db, c.group.Scope(people.SeeCuts), inside.ID); errs.KindOf(err) != errs.NotFound {
			t.Errorf("another group's: %v", err)
		}
		if err := c.judge(c.group, inside.ID, overlap.Judgement{Verdict: overlap.NotOne, Reason: "不是同一事项"}); errs.KindOf(err) != errs.NotFound {
			t.Errorf("another group's: %v", err)
		}
	})
}

func TestJudgementsAreRefusedWithWords(t *testing.T) {
	cities(t, func(t *testing.T, c *city) {
		c.search()
		g, inside := c.with("H1").ID, c.with("E1").ID
		var border sqldb.ID
		must(t, c.act(c.legal, func(ctx context.Context, tx *ledger.Tx) (err error) {
			border, err = org.RecordBoundary(ctx, tx, org.Boundary{Division: here, Matter: "取水", Left: c.dept["水利"], LeftDoes: "河流取水", Right: c.dept["城管"], RightDoes: "城区取水",
				Basis: "三定规定", From: "2015-01-01"}, sqldb.ID{}, c.legal.Name)
			return err
		}))
		for _, x := range []struct {
			name string
			who  *people.Who
			id   sqldb.ID
			j    overlap.Judgement
			kind errs.Kind
			at   string
		}{
			{"a department", c.clerk, g, overlap.Judgement{Verdict: overlap.NotOne, Reason: "不是同一事项"}, errs.Forbidden, ""},
			{"half another group's", c.group, g, overlap.Judgement{Verdict: overlap.NotOne, Reason: "不是同一事项"}, errs.Forbidden, ""},
			{"a forged id", c.legal, sqldb.NewID(), overlap.Judgement{Verdict: overlap.NotOne, Reason: "不是同一事项"}, errs.NotFound, ""},
			{"no reason", c.legal, g, overlap.Judgement{Verdict: overlap.NotOne, Reason: " 不是 "}, errs.Invalid, "reason"},
			{"a long reason", c.legal, g, overlap.Judgement{Verdict: overlap.NotOne, Reason: strings.Repeat("长", 1001)}, errs.Invalid, "reason"},
			{"no such verdict", c.legal, g, overlap.Judgement{Verdict: "maybe"}, errs.Invalid, "verdict"},
			{"nobody leads", c.legal, g, overlap.Judgement{Verdict: overlap.Proposed}, errs.Invalid, "into"},
			{"a stranger leads", c.legal, g, overlap.Judgement{Verdict: overlap.Proposed, Into: c.powers["E1"].Power}, errs.Invalid, "into"},
			{"no boundary", c.legal, g, overlap.Judgement{Verdict: overlap.Bounded}, errs.Invalid, "boundary"},
			{"a forged boundary", c.legal, g, overlap.Judgement{Verdict: overlap.Bounded, Boundary: sqldb.NewID()}, errs.Invalid, "boundary"},
			{"a boundary of others", c.legal, inside, overlap.Judgement{Verdict: overlap.Bounded, Boundary: border}, errs.Invalid, "boundary"},
			{"open already", c.legal, g, overlap.Judgement{Verdict: overlap.Open, Reason: "重新研究一次"}, errs.Conflict, ""},
			{"seen otherwise", c.legal, g, overlap.Judgement{Verdict: overlap.NotOne, Reason: "不是同一事项", Seen: overlap.Proposed}, errs.Conflict, ""},
		} {
			err := c.judge(x.who, x.id, x.j)
			var e *errs.Error
			if err == nil || errs.KindOf(err) != x.kind {
				t.Errorf("%s: %v", x.name, err)
			} else if x.at != "" && (!errors.As(err, &e) || e.Place != x.at) {
				t.Errorf("%s: at %v, want %s", x.name, e, x.at)
			}
		}
		must(t, c.judge(c.legal, g, overlap.Judgement{Verdict: overlap.Bounded, Boundary: border}))
		must(t, c.judge(c.legal, inside, overlap.Judgement{Verdict: overlap.Proposed, Into: c.powers["E2"].Power, Reason: "与张三谈过"}))
		must(t, c.ledger.Settle(t.Context()))
		entries, err := c.ledger.Entries(t.Context(), ledger.Powers, 0, 1000)
		must(t, err)
		n := 0
		for _, e := range entries {
			s := string(e.Public)
			if e.Kind == "overlap.judged" {
				n++
			}
			if strings.Contains(s, "法制甲") || strings.Contains(s, "张三") {
				t.Errorf("%s tells the public %s", e.Kind, s)
			}
		}
		if n != 2 {
			t.Errorf("%d judgements in the ledger", n)
		}
	})
}

func TestOfTwoWhoJudgeOneGroupOneIsTooLate(t *testing.T) {
	cities(t, func(t *testing.T, c *city) {
		c.search()
		g := c.with("H1").ID
		second := &people.Who{Account: sqldb.NewID(), Name: "法制丁", Roles: []people.Role{people.Legal}}
		var got [2]error
		var wg sync.WaitGroup
		for i, who := range []*people.Who{c.legal, second} {
			wg.Go(func() {
				j := overlap.Judgement{Verdict: overlap.NotOne, Reason: "各管一段，不是同一事项"}
				if i == 1 {
					j = overlap.Judgement{Verdict: overlap.Proposed, Into: c.powers["S1"].Power}
				}
				got[i] = c.judge(who, g, j)
			})
		}
		wg.Wait()
		late := 0
		for _, err := range got {
			if err != nil {
				late++
				if errs.KindOf(err) != errs.Conflict {
					t.Error(err)
				}
			}
		}
		if late != 1 {
			t.Errorf("%d were too late: %v", late, got)
		}
	})
}

func TestGroupsAreReadPageByPage(t *testing.T) {
	cities(t, func(t *testing.T, c *city) {
		for i := range 5 {
			basis := fmt.Sprintf("《示例条例》第%d条", i+2)
			c.add(fmt.Sprintf("P%d", i), "教育", power.CategoryPenalty, fmt.Sprintf("对丢弃%c字牌的处罚", '甲'+rune(i)), basis, power.Review)
			c.add(fmt.Sprintf("Q%d", i), "城管", power.CategoryPenalty, fmt.Sprintf("查处丢弃%c字牌的行为", '甲'+rune(i)), basis, power.Review)
		}
		c.search()
		all := c.groups(c.legal, overlap.Query{})
		var got []overlap.Group
		for q := (overlap.Query{Limit: 2}); ; {
			page := c.groups(c.legal, q)
			got = append(got, page...)
			if len(page) < 2 {
				break
			}
			q.After = page[1].At()
		}
		if len(all) < 5 || len(got) != len(all) {
			t.Fatalf("%d of %d", len(got), len(all))
		}
		for i := range all {
			if all[i].ID != got[i].ID {
				t.Errorf("place %d is another", i)
			}
		}
		back := c.groups(c.legal, overlap.Query{Limit: 2, Before: all[3].At()})
		if len(back) != 2 || back[0].ID != all[1].ID || back[1].ID != all[2].ID {
			t.Error("backwards")
		}
		open := overlap.Open
		for q, n := range map[*overlap.Query]int{{Kind: overlap.Within}: 1, {Department: c.dept["水利"]}: 1, {Verdict: &open}: len(all), {Words: "%"}: 0, {Category: "行政许可"}: 0, {Words: "示例条例》第三"}: 1} {
			if got := c.groups(c.legal, *q); len(got) != n {
				t.Errorf("%+v: %d, want %d", *q, len(got), n)
			}
		}
	})
}

// Whatever is judged and searched in whatever order, no judgement is lost and no
// group tells another verdict than the latest that was given to all its powers.
func TestNoJudgementIsLost(t *testing.T) {
	db, l := testkit.Open(t, sqldb.SQLite)
	c := build(t, db, l)
	c.search()
	rapid.Check(t, func(rt *rapid.T) {
		for range rapid.IntRange(1, 4).Draw(rt, "acts") {
			code := rapid.SampledFrom([]string{"H1", "E1"}).Draw(rt, "power")
			g := c.with(code)
			v := rapid.SampledFrom([]overlap.Verdict{overlap.NotOne, overlap.Open, overlap.Proposed}).Draw(rt, "verdict")
			err := c.judge(c.legal, g.ID, overlap.Judgement{Verdict: v, Reason: "按研究结果判断", Into: c.powers[code].Power, Seen: g.Verdict})
			if (err != nil) != (v == g.Verdict) {
				rt.Fatalf("%q on %q: %v", v, g.Verdict, err)
			}
			if rapid.Bool().Draw(rt, "search") {
				c.search()
			}
			if got := c.with(code).Verdict; got != v {
				rt.Fatalf("judged %q, stands %q", v, got)
			}
		}
	})
}
