package peer_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"qingdan/internal/errs"
	"qingdan/internal/platform/ledger"
	"qingdan/internal/platform/sqldb"
	"qingdan/internal/registry/list"
	"qingdan/internal/registry/org"
	"qingdan/internal/registry/people"
	"qingdan/internal/registry/power"
	"qingdan/internal/service/peer"
	"qingdan/internal/testkit"
)

const here = "371500"

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// desk is a city with two departments, their powers, and people.
type desk struct {
	t            testing.TB
	db           *sqldb.DB
	ledger       *ledger.Ledger
	water, build sqldb.ID
	powers       map[string]power.Ids
	legal, group *people.Who // group reviews water only
}

func (d *desk) act(who *people.Who, fn func(ctx context.Context, tx *ledger.Tx) error) error {
	actor := ledger.Actor{ID: "test", Name: "测试", Role: "操作员"}
	if who != nil {
		actor = who.Actor()
	}
	return d.ledger.Write(context.Background(), actor, fn)
}

func desks(t *testing.T, fn func(t *testing.T, d *desk)) {
	testkit.Databases(t, func(t *testing.T, db *sqldb.DB, l *ledger.Ledger) {
		d := &desk{t: t, db: db, ledger: l, powers: map[string]power.Ids{}}
		must(t, d.act(nil, func(ctx context.Context, tx *ledger.Tx) (err error) {
			if err := org.SetSite(ctx, tx, org.Site{Division: here, Name: "示例市"}); err != nil {
				return err
			}
			if d.water, err = org.AddDepartment(ctx, tx, org.Department{Name: "示例市水利局", Division: here, Nature: "法定机关"}); err != nil {
				return err
			}
			d.build, err = org.AddDepartment(ctx, tx, org.Department{Name: "示例市住房城乡建设委", Division: here, Nature: "法定机关"})
			return err
		}))
		d.add("W1", d.water, power.CategoryPermit, "取水许可", "《取水许可和水资源费征收管理条例》第二条", power.Review)
		d.add("W2", d.water, power.CategoryPenalty, "对未经批准擅自取水的处罚", "《中华人民共和国水法》第六十九条", power.Review)
		d.add("W3", d.water, power.CategoryOther, "水利工程开工备案", "《水利工程建设管理规定》第十条", power.Review)
		d.add("W4", d.water, power.CategoryPermit, "河道采砂许可", "《中华人民共和国水法》第三十九条", power.Cancelled)
		d.add("B1", d.build, power.CategoryPermit, "建筑工程施工许可证核发", "《中华人民共和国建筑法》第七条", power.Review)
		d.legal = &people.Who{Account: sqldb.NewID(), Name: "法制甲", Roles: []people.Role{people.Legal}}
		d.group = &people.Who{Account: sqldb.NewID(), Name: "审核乙", Roles: []people.Role{people.Reviewer}, Group: 1, Reviews: []sqldb.ID{d.water}}
		fn(t, d)
	})
}

func (d *desk) add(code string, department sqldb.ID, c power.Category, name, basis string, state power.State) {
	d.t.Helper()
	v := power.Version{Department: department, Category: c, Name: name, Level: "市级", Elements: power.Elements{Basis: basis}, Citations: power.ParseBasis(basis)}
	must(d.t, d.act(nil, func(ctx context.Context, tx *ledger.Tx) error {
		start := state
		if !start.Open() {
			start = power.Review
		}
		ids, err := power.Add(ctx, tx, power.Report{Code: code, Division: here, Origin: power.Reported, State: start, Version: v})
		d.powers[code] = ids
		if err != nil || start == state {
			return err
		}
		c, err := power.Newest(ctx, tx, ids.Power)
		if err != nil {
			return err
		}
		return power.Move(ctx, tx, c, state)
	}))
}

// neighbour is the list of the city next door.
func neighbour() []list.Item {
	return []list.Item{
		{Name: "取水许可审批", Department: "邻市水利局", Category: "行政许可", Basis: "《取水许可和水资源费征收管理条例》第二条", Level: "市级"},
		{Name: "对未经批准擅自取水的处罚", Department: "邻市水利局", Category: "行政处罚", Basis: "《邻市水资源条例》第三十条", Level: "县级"},
		{Name: "建筑工程施工许可证核发", Department: "邻市住建局", Category: "行政确认", Basis: "《中华人民共和国建筑法》第七条"},
		{Name: "河道采砂许可", Department: "邻市水利局", Category: "行政许可", Basis: "《中华人民共和国水法》第三十九条"},
		{Name: "水土保持方案审批", Department: "邻市水利局", Category: "行政许可", Basis: "《中华人民共和国水土保持法》第二十五条"},
		{Name: "对在河道内弃置阻碍行洪物体的处罚", Department: "邻市水务局", Category: "行政处罚", Basis: "《中华人民共和国水法》第六十六条"},
		{Name: "户外广告登记", Department: "邻市城管局", Category: "其他"},
	}
}

func (d *desk) load(items []list.Item) (id sqldb.ID, n list.Renewal) {
	d.t.Helper()
	must(d.t, d.act(d.legal, func(ctx context.Context, tx *ledger.Tx) (err error) {
		id, n, err = peer.Import(ctx, tx, d.legal, "370100", "邻市行政权力清单", "邻市.csv", items)
		return err
	}))
	return id, n
}

func (d *desk) align(id sqldb.ID) peer.Run {
	d.t.Helper()
	run, err := peer.Align(context.Background(), d.db, id, time.Now())
	must(d.t, err)
	return run
}

func (d *desk) differences(id sqldb.ID, who *people.Who, q peer.Query) []peer.Difference {
	d.t.Helper()
	all, err := peer.Differences(context.Background(), d.db, id, who.Scope(people.ComparePeers), q)
	must(d.t, err)
	return all
}

// said writes a worklist as lines.
func said(all []peer.Difference) string {
	var out []string
	for _, x := range all {
		out = append(out, fmt.Sprintf("%s %s %s", x.Kind.Label(), x.Name, x.State))
	}
	return strings.Join(out, "\n")
}

func (d *desk) find(id sqldb.ID, k peer.Kind, name string) peer.Difference {
	d.t.Helper()
	all := d.differences(id, d.legal, peer.Query{})
	i := slices.IndexFunc(all, func(x peer.Difference) bool { return x.Kind == k && x.Name == name })
	if i < 0 {
		d.t.Fatalf("no %s %s in\n%s", k, name, said(all))
	}
	return all[i]
}

// tests:五对照/5
func TestAListOfAnotherPlaceBecomesAWorklist(t *testing.T) {
	desks(t, func(t *testing.T, d *desk) {
		id, _ := d.load(neighbour())
		run := d.align(id)
		if run.Powers != 4 || run.Items != 7 || run.Matched != 3 {
			t.Errorf("run %+v", run)
		}
		want := `对方有我方无 对在河道内弃置阻碍行洪物体的处罚 open
对方有我方无 河道采砂许可 open
对方有我方无 户外广告登记 open
对方有我方无 水土保持方案审批 open
我方有对方无 水利工程开工备案 open
名称不同 取水许可 open
类别不同 建筑工程施工许可证核发 open
依据不同 对未经批准擅自取水的处罚 open
层级不同 对未经批准擅自取水的处罚 open`
		if got := said(d.differences(id, d.legal, peer.Query{})); got != want {
			t.Errorf("worklist\n%s\nwant\n%s", got, want)
		}
		for name, c := range map[string]struct {
			department sqldb.ID
			note       string
		}{
			"河道采砂许可":           {d.water, "我方曾有“河道采砂许可”，现处于“取消”"},
			"水土保持方案审批":         {d.water, "与对方的邻市水利局名称相近"},
			"对在河道内弃置阻碍行洪物体的处罚": {d.water, "我方依据《中华人民共和国水法》的事项多在该部门"},
			"户外广告登记":           {sqldb.ID{}, ""},
		} {
			x := d.find(id, peer.MissingHere, name)
			if x.Department != c.department || !strings.HasPrefix(x.Note, c.note) {
				t.Errorf("%s: %s %q", name, x.Department, x.Note)
			}
		}
		before := d.differences(id, d.legal, peer.Query{})
		d.align(id)
		if after := d.differences(id, d.legal, peer.Query{}); !slices.Equal(before, after) {
			t.Error("the same lists gave another worklist")
		}
	})
}

func TestThePowersOfOtherGroupsAreNotSeen(t *testing.T) {
	desks(t, func(t *testing.T, d *desk) {
		id, _ := d.load(neighbour())
		d.align(id)
		for _, x := range d.differences(id, d.group, peer.Query{}) {
			if x.Department != d.water {
				t.Errorf("a group sees %s of another department", x.Name)
			}
		}
		tallies, err := peer.Tallies(t.Context(), d.db, id, d.group.Scope(people.ComparePeers), peer.Query{})
		must(t, err)
		sum := 0
		for _, x := range tallies {
			sum += x.N
		}
		if n := len(d.differences(id, d.group, peer.Query{})); sum != n || n != 7 {
			t.Errorf("counts %d, rows %d", sum, n)
		}
		clerk := &people.Who{Account: sqldb.NewID(), Roles: []people.Role{people.Clerk}, Department: d.water}
		if got := d.differences(id, clerk, peer.Query{}); len(got) != 0 {
			t.Errorf("a department sees %s", said(got))
		}
		lists, err := peer.Lists(t.Context(), d.db, d.group.Scope(people.ComparePeers))
		must(t, err)
		if len(lists) != 1 || lists[0].Open != 7 || lists[0].Items != 7 || lists[0].Run == nil || lists[0].Run.Stale || lists[0].Imported.IsZero() {
			t.Errorf("lists %+v", lists)
		}
	})
}

func TestAnAnswerStaysWithItsItemInANewerStateOfTheList(t *testing.T) {
	desks(t, func(t *testing.T, d *desk) {
		id, _ := d.load(neighbour())
		d.align(id)
		answer := func(k peer.Kind, name string, r peer.Reply) {
			t.Helper()
			x := d.find(id, k, name)
			must(t, d.act(d.legal, func(ctx context.Context, tx *ledger.Tx) error { return peer.Answer(ctx, tx, d.legal, x.ID, r) }))
			if got := d.find(id, k, name); got.State != peer.Answered || got.Answer != r.Answer {
				t.Errorf("%s %s: %s %s", k, name, got.State, got.Answer)
			}
		}
		answer(peer.MissingHere, "水土保持方案审批", peer.Reply{Answer: peer.AddIt})
		answer(peer.MissingHere, "户外广告登记", peer.Reply{Answer: peer.AddIt, Department: d.build})
		answer(peer.NameDiffers, "取水许可", peer.Reply{Answer: peer.KeepIt, Note: "与国家目录一致"})
		answer(peer.MissingThere, "水利工程开工备案", peer.Reply{Answer: peer.Recheck, Note: "核实部门规章是否仍然有效"})
		// The neighbour publishes anew: another order, one item renamed, one gone.
		items := neighbour()
		slices.Reverse(items)
		items[6].Name = "取水许可核发" // was 取水许可审批
		items = append(items[:1], items[2:]...)
		again, n := d.load(items)
		if again != id || n.Items != 6 || n.Added != 1 || n.Removed != 2 {
			t.Errorf("renewal %+v", n)
		}
		if l, err := peer.ListByID(t.Context(), d.db, id, people.Scope{All: true}); err != nil || !l.Run.Stale {
			t.Errorf("a new state of the list is not noticed: %+v, %v", l.Run, err)
		}
		d.align(id)
		if x := d.find(id, peer.MissingHere, "水土保持方案审批"); x.Answer != peer.AddIt {
			t.Errorf("the answer is lost: %+v", x)
		}
		if x := d.find(id, peer.MissingHere, "户外广告登记"); x.Answer != peer.AddIt || x.Department != d.build {
			t.Errorf("the department is lost: %+v", x)
		}
		if x := d.find(id, peer.MissingThere, "水利工程开工备案"); x.State != peer.Answered {
			t.Errorf("the answer is lost: %+v", x)
		}
		x := d.find(id, peer.NameDiffers, "取水许可")
		if x.State != peer.Open {
			t.Errorf("answered for a name that nobody looked at: %+v", x)
		}
	})
}

func TestWhatPeopleSayOfAPairIsKept(t *testing.T) {
	desks(t, func(t *testing.T, d *desk) {
		id, _ := d.load(append(neighbour(), list.Item{Name: "水利建设项目动工报告", Department: "邻市水利局", Category: "其他"}))
		d.align(id)
		x := d.find(id, peer.BasisDiffers, "对未经批准擅自取水的处罚")
		must(t, d.act(d.legal, func(ctx context.Context, tx *ledger.Tx) error {
			return peer.Answer(ctx, tx, d.legal, x.ID, peer.Reply{Answer: peer.NotSame})
		}))
		if got := d.find(id, peer.LevelDiffers, x.Name); got.Answer != peer.NotSame {
			t.Errorf("what else differs between them is still open: %+v", got)
		}
		y := d.find(id, peer.MissingHere, "水利建设项目动工报告")
		must(t, d.act(d.legal, func(ctx context.Context, tx *ledger.Tx) error {
			return peer.Answer(ctx, tx, d.legal, y.ID, peer.Reply{Answer: peer.SameAs, Power: d.powers["W3"].Power})
		}))
		d.align(id)
		d.find(id, peer.MissingHere, x.Name)
		d.find(id, peer.MissingThere, x.Name)
		if got := d.find(id, peer.NameDiffers, "水利工程开工备案"); got.Theirs != "水利建设项目动工报告" || !strings.Contains(got.Note, "经人工确认") {
			t.Errorf("%+v", got)
		}
	})
}

func TestAnswersAreRefusedWithWords(t *testing.T) {
	desks(t, func(t *testing.T, d *desk) {
		id, _ := d.load(neighbour())
		d.align(id)
		mine, none := d.find(id, peer.NameDiffers, "取水许可"), d.find(id, peer.MissingHere, "户外广告登记")
		others := d.find(id, peer.CategoryDiffers, "建筑工程施工许可证核发")
		clerk := &people.Who{Account: sqldb.NewID(), Roles: []people.Role{people.Clerk}, Department: d.water}
		for _, c := range []struct {
			name string
			who  *people.Who
			id   sqldb.ID
			r    peer.Reply
			kind errs.Kind
			at   string
		}{
			{"a department", clerk, mine.ID, peer.Reply{Answer: peer.Unify}, errs.Forbidden, ""},
			{"another group's", d.group, others.ID, peer.Reply{Answer: peer.Unify}, errs.NotFound, ""},
			{"without department", d.group, none.ID, peer.Reply{Answer: peer.NoDuty, Note: "x"}, errs.NotFound, ""},
			{"a forged id", d.group, sqldb.NewID(), peer.Reply{Answer: peer.Unify}, errs.NotFound, ""},
			{"no answer", d.group, mine.ID, peer.Reply{}, errs.Invalid, "answer"},
			{"another kind's answer", d.group, mine.ID, peer.Reply{Answer: peer.AddIt}, errs.Invalid, "answer"},
			{"no reason", d.group, mine.ID, peer.Reply{Answer: peer.KeepIt, Note: " \n"}, errs.Invalid, "note"},
			{"a long reason", d.group, mine.ID, peer.Reply{Answer: peer.KeepIt, Note: strings.Repeat("长", 1001)}, errs.Invalid, "note"},
			{"no department", d.legal, none.ID, peer.Reply{Answer: peer.AddIt}, errs.Invalid, "department"},
			{"no such department", d.legal, none.ID, peer.Reply{Answer: peer.AddIt, Department: sqldb.NewID()}, errs.Invalid, "department"},
			{"no power", d.legal, none.ID, peer.Reply{Answer: peer.SameAs}, errs.Invalid, "power"},
			{"no such power", d.legal, none.ID, peer.Reply{Answer: peer.SameAs, Power: sqldb.NewID()}, errs.NotFound, ""},
			{"seen otherwise", d.group, mine.ID, peer.Reply{Answer: peer.Unify, Seen: peer.KeepIt}, errs.Conflict, ""},
		} {
			err := d.act(c.who, func(ctx context.Context, tx *ledger.Tx) error { return peer.Answer(ctx, tx, c.who, c.id, c.r) })
			var e *errs.Error
			if err == nil || errs.KindOf(err) != c.kind {
				t.Errorf("%s: %v", c.name, err)
			} else if c.at != "" && (!errors.As(err, &e) || e.Place != c.at) {
				t.Errorf("%s: at %v, want %s", c.name, e, c.at)
			}
		}
		// Two people at once: the second is told what the first said.
		give := func(who *people.Who, r peer.Reply) error {
			return d.act(who, func(ctx context.Context, tx *ledger.Tx) error { return peer.Answer(ctx, tx, who, mine.ID, r) })
		}
		must(t, give(d.group, peer.Reply{Answer: peer.Unify}))
		if err := give(d.legal, peer.Reply{Answer: peer.KeepIt, Note: "国家目录"}); errs.KindOf(err) != errs.Conflict || !strings.Contains(errs.Message(err), "名称统一") {
			t.Errorf("the second: %v", err)
		}
		must(t, give(d.legal, peer.Reply{Answer: peer.KeepIt, Note: "国家目录", Seen: peer.Unify}))
		h, err := peer.History(t.Context(), d.db, d.find(id, peer.NameDiffers, "取水许可"))
		must(t, err)
		if len(h) != 2 || h[0].Answer != peer.KeepIt || h[1].By != "审核乙" || !h[0].Stands {
			t.Errorf("history %+v", h)
		}
		must(t, d.ledger.Settle(t.Context()))
		entries, err := d.ledger.Entries(t.Context(), ledger.Powers, 0, 1000)
		must(t, err)
		for _, e := range entries {
			if s := string(e.Public); strings.Contains(s, "审核乙") || strings.Contains(s, "国家目录") {
				t.Errorf("%s tells the public %s", e.Kind, s)
			}
		}
	})
}

func TestTheWorklistIsReadPageByPage(t *testing.T) {
	desks(t, func(t *testing.T, d *desk) {
		id, _ := d.load(neighbour())
		d.align(id)
		all := d.differences(id, d.legal, peer.Query{})
		var got []peer.Difference
		q := peer.Query{Limit: 2}
		for {
			page := d.differences(id, d.legal, q)
			got = append(got, page...)
			if len(page) < 2 {
				break
			}
			q.After = page[1].Place()
		}
		if !slices.Equal(all, got) {
			t.Errorf("pages give\n%s\nwant\n%s", said(got), said(all))
		}
		back := d.differences(id, d.legal, peer.Query{Limit: 2, Before: all[4].Place()})
		if !slices.Equal(back, all[2:4]) {
			t.Errorf("backwards: %s", said(back))
		}
		for q, n := range map[peer.Query]int{{Kind: peer.MissingHere}: 4, {Department: d.build}: 1, {Words: "取水"}: 3, {Words: "%"}: 0, {State: peer.Answered}: 0, {Category: "行政处罚"}: 3} {
			if got := d.differences(id, d.legal, q); len(got) != n {
				t.Errorf("%+v: %s", q, said(got))
			}
		}
	})
}

func TestAListThatIsNoneIsNotAligned(t *testing.T) {
	desks(t, func(t *testing.T, d *desk) {
		if _, err := peer.Align(t.Context(), d.db, sqldb.NewID(), time.Now()); errs.KindOf(err) != errs.NotFound {
			t.Errorf("no list: %v", err)
		}
		for title, items := range map[string][]list.Item{" ": neighbour(), strings.Repeat("长", 101): neighbour(), "空": nil} {
			err := d.act(d.legal, func(ctx context.Context, tx *ledger.Tx) error {
				_, _, err := peer.Import(ctx, tx, d.legal, "370100", title, "x.csv", items)
				return err
			})
			if errs.KindOf(err) != errs.Invalid || err == nil {
				t.Errorf("%q: %v", title, err)
			}
		}
	})
}
