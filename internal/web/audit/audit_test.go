package audit_test

import (
	"bytes"
	"context"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/xuri/excelize/v2"

	"qingdan/internal/platform/ledger"
	"qingdan/internal/platform/sqldb"
	"qingdan/internal/registry/finding"
	"qingdan/internal/registry/org"
	"qingdan/internal/registry/people"
	"qingdan/internal/registry/power"
	"qingdan/internal/service/round"
	"qingdan/internal/web/staff/stafftest"
)

// The group's rows and nothing else reach a reviewer, by whatever way: rows,
// counts, facets, search, export, boards, matrices.
func TestNothingOfOtherGroupsIsSeen(t *testing.T) {
	benches(t, func(t *testing.T, b *bench) {
		filled(b)
		roads := []string{"道路货物运输", "超限运输", "交通运输局"}
		for _, path := range []string{"/audit/queue", "/audit/queue?q=" + url.QueryEscape("运输"), "/audit/queue?q=dlhw", "/audit/queue?hint=blocks&rule=" + url.QueryEscape("五对照/1"),
			"/audit/queue?sort=department", "/audit/board", "/audit/mandates", "/audit/queue?status=waiting", "/audit/queue?lack=1"} {
			a := b.Get(b.reviewer, path)
			want(t, path, a, 200)
			for _, w := range roads {
				if strings.Contains(a.Body, w) {
					t.Errorf("%s shows %s to a reviewer of water", path, w)
				}
			}
		}
		a := b.Get(b.reviewer, "/audit/queue")
		want(t, "count", a, 200, "共 <strong>4</strong> 项", "!>6<")
		want(t, "search of another group", b.Get(b.reviewer, "/audit/queue?q="+url.QueryEscape("货物")), 200, "没有符合条件的事项")
		if got := exported(t, b.Get(b.reviewer, "/audit/queue.xlsx")); !slices.Equal(got, []string{"取水许可", "河道采砂许可", "对擅自取水行为的处罚", "对拒不缴纳水资源费行为的处罚"}) {
			t.Errorf("export of water: %v", got)
		}
		id := b.roads.String()
		for _, path := range []string{b.path("道路货物运输经营许可"), b.path("道路货物运输经营许可") + "/panel", "/audit/queue?department=" + id,
			"/audit/queue?open=" + b.powers["道路货物运输经营许可"].Power.String(), "/audit/queue.xlsx?department=" + id, "/audit/mandates/" + id,
			"/audit/mandates/" + id + "/export.xlsx", "/audit/powers/" + sqldb.NewID().String(), "/audit/powers/1", "/audit/mandates/" + sqldb.NewID().String()} {
			a := b.Get(b.reviewer, path)
			want(t, path, a, 404, "不在你的职责范围内", "!运输")
		}
		for _, p := range []*stafftest.Person{b.legal, b.leading, b.supervisor} {
			want(t, "all", b.Get(p, "/audit/queue"), 200, "共 <strong>6</strong> 项", "道路货物运输经营许可")
			want(t, "all", b.Get(p, b.path("道路货物运输经营许可")), 200, "看起来属于内部管理", "!写成意见", "!确认并看下一项")
		}
	})
}

// A department sees nothing of the workbench: conclusions and draft opinions are
// the group's own.
func TestDepartmentsStayOutside(t *testing.T) {
	benches(t, func(t *testing.T, b *bench) {
		filled(b)
		for _, p := range []*stafftest.Person{b.clerk, b.head} {
			for _, path := range []string{"/audit", "/audit/queue", "/audit/queue.xlsx", b.path("取水许可"), b.path("取水许可") + "/panel", "/audit/board", "/audit/board.xlsx",
				"/audit/mandates", "/audit/mandates/" + b.water.String()} {
				want(t, path, b.Get(p, path), 403, "!取水")
			}
			want(t, "confirm", b.Post(p, b.path("取水许可")+"/confirm", form("version", b.version("取水许可"))), 403)
			want(t, "bulk", b.Post(p, "/audit/bulk", form("act", "confirm", "item", b.item("取水许可"))), 403)
		}
		if a := b.Get(nil, "/audit/queue"); a.Status != 303 || !strings.HasPrefix(a.Location, "/sign-in") {
			t.Errorf("nobody signed in: %d %s", a.Status, a.Location)
		}
		// Somebody who reviews and fills in besides sees only what the group reviews.
		both := b.Add(stafftest.Person{Roles: []people.Role{people.Reviewer, people.Clerk}, Department: b.roads, Group: 1})
		want(t, "reviewer and clerk", b.Get(both, "/audit/queue"), 200, "共 <strong>4</strong> 项", "!道路货物")
	})
}

// exported gives the names of an exported queue.
func exported(t *testing.T, a stafftest.Answer) []string {
	t.Helper()
	want(t, "export", a, 200)
	x, err := excelize.OpenReader(bytes.NewReader([]byte(a.Body)))
	must(t, err)
	defer x.Close()
	rows, err := x.GetRows(x.GetSheetList()[0])
	must(t, err)
	var out []string
	for _, r := range rows[3:] {
		out = append(out, r[1])
	}
	return out
}

// Filters narrow rows and export alike, and the counts of a facet are what
// choosing its values gives.
func TestFiltersCountsAndExportAgree(t *testing.T) {
	benches(t, func(t *testing.T, b *bench) {
		filled(b)
		for _, x := range []struct {
			query string
			want  []string
		}{
			{"", []string{"取水许可", "河道采砂许可", "对擅自取水行为的处罚", "对拒不缴纳水资源费行为的处罚"}},
			{"category=行政审批", []string{"取水许可", "河道采砂许可"}},
			{"category=行政审批&hint=none", []string{"取水许可"}},
			{"hint=tells", []string{"对擅自取水行为的处罚"}},
			{"rule=六查看/5", []string{"河道采砂许可"}},
			{"rule=六查看/5&category=行政处罚", nil},
			{"round=1&status=waiting&category=行政处罚", []string{"对擅自取水行为的处罚", "对拒不缴纳水资源费行为的处罚"}},
			{"round=0", nil},
			{"q=qsxk", []string{"取水许可"}},
			{"q=取水+处罚", []string{"对擅自取水行为的处罚"}},
			{"q=水利局", []string{"取水许可", "河道采砂许可", "对擅自取水行为的处罚", "对拒不缴纳水资源费行为的处罚"}},
			{"q=%25' or 1=1", nil},
			{"sort=hint", []string{"河道采砂许可", "对擅自取水行为的处罚", "取水许可", "对拒不缴纳水资源费行为的处罚"}},
			{"sort=name", []string{"对拒不缴纳水资源费行为的处罚", "对擅自取水行为的处罚", "河道采砂许可", "取水许可"}},
		} {
			q, err := url.ParseQuery(x.query)
			must(t, err)
			page := b.Get(b.reviewer, "/audit/queue?"+q.Encode())
			want(t, x.query, page, 200)
			if got := names(page.Body); !slices.Equal(got, x.want) {
				t.Errorf("%s: rows %v, want %v", x.query, got, x.want)
			}
			if got := exported(t, b.Get(b.reviewer, "/audit/queue.xlsx?"+q.Encode())); !slices.Equal(got, x.want) {
				t.Errorf("%s: export %v, want %v", x.query, got, x.want)
			}
		}
		page := b.Get(b.reviewer, "/audit/queue?category="+url.QueryEscape("行政审批")).Body
		for _, w := range []string{`行政处罚</span><span class="muted">2</span>`, `行政审批</span><span class="muted">2</span>`, `应处理</span><span class="muted">1</span>`, `一上</span><span class="muted">2</span>`} {
			if !strings.Contains(page, w) {
				t.Errorf("a facet does not count %s", w)
			}
		}
		for _, bad := range []string{"category=x", "status=x", "hint=x", "rule=x", "round=-1", "round=x", "lack=9", "department=x", "sort=x", "after=x", "q=" + strings.Repeat("水", 101)} {
			want(t, bad, b.Get(b.reviewer, "/audit/queue?"+bad), 400)
		}
	})
}

// The panel holds what was handed up last against what was handed up before,
// marks where the rules did not look yet, and walks in the order of the list.
func TestPanelComparesAndWalksInListOrder(t *testing.T) {
	benches(t, func(t *testing.T, b *bench) {
		filled(b)
		list := names(b.Get(b.reviewer, "/audit/queue?sort=name").Body)
		at := b.path(list[0]) + "?sort=name"
		var walked []string
		for range list {
			a := b.Get(b.reviewer, at)
			want(t, at, a, 200)
			walked = append(walked, between(a.Body, `<h1 class="name-of">`, "<"))
			at = strings.ReplaceAll(between(a.Body, `data-key="j"`, "x"), "x", "")
			if i := strings.Index(a.Body, `data-key="j"`); i >= 0 {
				href := a.Body[:i]
				at = strings.ReplaceAll(href[strings.LastIndex(href, `href="`)+6:strings.LastIndex(href, `"`)], "&amp;", "&")
			}
		}
		if diff := cmp.Diff(list, walked); diff != "" {
			t.Errorf("J does not walk the list (-list +walked):\n%s", diff)
		}

		a := b.Get(b.reviewer, b.path("取水许可"))
		want(t, "first wording", a, 200, "事项内容", "一上（", "按2026年3月2日的法律核对", "行使内容", "!<del>")
		b.object("取水许可", "basis", "no_basis", "请补充条款")
		b.handDown()
		b.amend("取水许可", func(v *power.Version) {
			v.Elements.Office, v.Level = "水资源管理科（行政许可科）", "市级、县级"
		})
		b.answer("取水许可", round.Accept, "")
		a = b.Get(b.reviewer, b.path("取水许可"))
		want(t, "while it is reworded", a, 200, "左：一上", "现在的写法（尚未上报）", "<ins>（行政许可科）</ins>", "尚未核对", "已答复")
		b.handUp(b.water, b.leader)
		a = b.Get(b.reviewer, b.path("取水许可"))
		want(t, "second round", a, 200, "左：一上", "右：二上", "<ins>（行政许可科）</ins>", "没有变动的", "部门答复：采纳")
		want(t, "status", b.Get(b.reviewer, "/audit/queue?status=replied"), 200, "答复待认定", "共 <strong>1</strong> 项")
		want(t, "round", b.Get(b.reviewer, "/audit/queue?round=2"), 200, "共 <strong>4</strong> 项")
	})
}

func between(s, from, to string) string {
	_, after, ok := strings.Cut(s, from)
	if !ok {
		return ""
	}
	out, _, _ := strings.Cut(after, to)
	return out
}

// object writes a draft opinion as the reviewer.
func (b *bench) object(name, field, cause, text string) {
	b.t.Helper()
	a := b.Post(b.reviewer, b.path(name)+"/opinions", form("version", b.version(name), "field", field, "cause", cause, "text", text))
	if a.Status != 303 {
		b.t.Fatalf("write on %s: %d %.200s", name, a.Status, a.Body)
	}
}

// handDown hands down what is written for the latest submission of water.
func (b *bench) handDown() {
	b.t.Helper()
	all, err := round.SubmissionsOf(b.t.Context(), b.DB, b.water)
	must(b.t, err)
	b.ActAs(b.leader, func(ctx context.Context, tx *ledger.Tx, who *people.Who) error {
		_, err := round.HandDown(ctx, tx, who, all[len(all)-1].ID)
		return err
	})
}

// amend gives a power another version.
func (b *bench) amend(name string, change func(*power.Version)) {
	b.t.Helper()
	ids := b.powers[name]
	b.Act(func(ctx context.Context, tx *ledger.Tx) error {
		c, err := power.Newest(ctx, tx, ids.Power)
		if err != nil {
			return err
		}
		v, err := power.VersionByID(ctx, tx, c.Version)
		if err != nil {
			return err
		}
		change(&v)
		ids.Version, err = power.Amend(ctx, tx, c, v)
		return err
	})
	b.powers[name] = ids
}

// answer answers the one issued opinion on a power as the clerk.
func (b *bench) answer(name string, k round.AnswerKind, reason string) {
	b.t.Helper()
	b.ActAs(b.clerk, func(ctx context.Context, tx *ledger.Tx, who *people.Who) error {
		all, err := round.Opinions(ctx, tx, round.Query{Scope: people.Scope{All: true}, Power: b.powers[name].Power, States: []round.OpinionState{round.Issued}})
		if err != nil {
			return err
		}
		return round.Answer(ctx, tx, who, all[0].ID, k, reason)
	})
}

// Confirming passes what nothing speaks against and nothing else, and goes on to
// the next of the same queue; twice is once.
func TestConfirmAndNext(t *testing.T) {
	benches(t, func(t *testing.T, b *bench) {
		filled(b)
		confirm := func(name, query string) stafftest.Answer {
			return b.Post(b.reviewer, b.path(name)+"/confirm"+query, form("version", b.version(name)))
		}
		a := confirm("取水许可", "")
		if a.Status != 303 || !strings.HasPrefix(a.Location, b.path("河道采砂许可")+"?") {
			t.Fatalf("confirm leads to %d %s", a.Status, a.Location)
		}
		want(t, "next", b.Get(b.reviewer, a.Location), 200, "刚才的事项已确认 12 项检查")
		want(t, "confirmed", b.Get(b.reviewer, b.path("取水许可")), 200, "已确认", "检查项都已有结论", "结论", "通过")
		if again := confirm("取水许可", ""); again.Status != 303 {
			t.Errorf("a double click: %d %s", again.Status, again.Body)
		}
		got, err := round.ConclusionsOf(t.Context(), b.DB, b.powers["取水许可"].Version)
		must(t, err)
		var n int
		must(t, b.DB.QueryRow(t.Context(), "select count(*) from conclusions").Scan(&n))
		if len(got) != 12 || n != 12 {
			t.Errorf("%d checks concluded by %d conclusions, want 12 by 12", len(got), n)
		}
		a = confirm("河道采砂许可", "?hint=blocks")
		if a.Status != 303 || !strings.HasPrefix(a.Location, b.path("河道采砂许可")) {
			t.Errorf("the last of the queue leads to %d %s", a.Status, a.Location)
		}
		for _, c := range must2(round.ConclusionsOf(t.Context(), b.DB, b.powers["河道采砂许可"].Version))(t) {
			if c.Rule == "五对照/3" || c.Rule == "六查看/5" {
				t.Errorf("%s was passed though a finding speaks against it", c.Rule)
			}
		}
		want(t, "only checks with findings left", confirm("河道采砂许可", ""), 409, "其余 2 项检查都有提示", "作出结论")
		// Beside the queue the answer is the panel of the next power with the line renewed.
		p := b.part(b.reviewer, "POST", b.path("对擅自取水行为的处罚")+"/confirm", form("version", b.version("对擅自取水行为的处罚")))
		want(t, "part", p, 200, `data-open="`+b.powers["对拒不缴纳水资源费行为的处罚"].Power.String()+`"`, `id="s-`+b.powers["对擅自取水行为的处罚"].Power.String()+`" hx-swap-oob="true"`, "已确认", "!<html", "!<header")
		if u := p.Header.Get("HX-Replace-Url"); u != "/audit/queue?open="+b.powers["对拒不缴纳水资源费行为的处罚"].Power.String() {
			t.Errorf("the address becomes %s", u)
		}
		want(t, "other group", b.Post(b.other, b.path("取水许可")+"/confirm", form("version", b.version("取水许可"))), 404)
		want(t, "only reads", b.Post(b.supervisor, b.path("取水许可")+"/confirm", form("version", b.version("取水许可"))), 403)
		want(t, "forged version", b.Post(b.reviewer, b.path("取水许可")+"/confirm", form("version", b.version("道路货物运输经营许可"))), 409)
		want(t, "no version", b.Post(b.reviewer, b.path("取水许可")+"/confirm", nil), 400)
	})
}

func must2[T any](v T, err error) func(testing.TB) T {
	return func(t testing.TB) T { t.Helper(); must(t, err); return v }
}

// A conclusion is refused where the reviewer says nothing of a problem, on another
// version, and in a state in which nobody concludes, with what was typed kept.
func TestConclude(t *testing.T) {
	benches(t, func(t *testing.T, b *bench) {
		filled(b)
		conclude := func(name, rule, verdict, note string) stafftest.Answer {
			return b.Post(b.reviewer, b.path(name)+"/conclude", form("version", b.version(name), "rule", rule, "verdict", verdict, "note", note))
		}
		if a := conclude("取水许可", "五对照/3", "pass", ""); a.Status != 303 {
			t.Errorf("pass: %d %s", a.Status, a.Body)
		}
		want(t, "problem without a word", conclude("取水许可", "五对照/4", "problem", " "), 400, "没有写明说明", "open")
		want(t, "no verdict", conclude("取水许可", "五对照/4", "", "条款引错了"), 400, "没有选择结论", "条款引错了")
		want(t, "no check", conclude("取水许可", "五对照/9", "pass", ""), 400)
		if a := conclude("取水许可", "五对照/4", "problem", "条款引错了"); a.Status != 303 {
			t.Errorf("problem: %d %s", a.Status, a.Body)
		}
		want(t, "concluded", b.Get(b.reviewer, b.path("取水许可")), 200, "条款引错了", "示例", "有问题待写意见")
		b.object("取水许可", "basis", "no_basis", "请补充条款")
		b.handDown()
		want(t, "with the department", conclude("取水许可", "五对照/5", "pass", ""), 409, "处于“自查”")
		want(t, "no forms", b.Get(b.reviewer, b.path("取水许可")), 200, "!作出结论", "!写意见</h3>")
		old := b.version("取水许可")
		b.amend("取水许可", func(v *power.Version) { v.Name = "取水许可证核发" })
		b.answer("取水许可", round.Accept, "")
		b.handUp(b.water, b.leader)
		want(t, "an old version", b.Post(b.reviewer, b.path("取水许可")+"/conclude", form("version", old, "rule", "五对照/5", "verdict", "pass")), 409, "已有新的版本")
		// Confirming waits until the rules saw the new wording.
		want(t, "not checked", b.Post(b.reviewer, b.path("取水许可")+"/confirm", form("version", b.version("取水许可"))), 409, "逐项写明结论")
	})
}

// An opinion is proposed out of a finding, written, reworded, dropped; an answered
// one is settled or maintained.
func TestOpinions(t *testing.T) {
	benches(t, func(t *testing.T, b *bench) {
		filled(b)
		at := b.path("河道采砂许可")
		want(t, "proposed", b.Get(b.reviewer, at+"?from="+url.QueryEscape("五对照/3")+"&n=0"), 200, "依据的层级不够（《中华人民共和国水法》第四十八条）。</textarea>",
			`value="basis" selected`, `value="no_basis" selected`)
		want(t, "nothing typed", b.Post(b.reviewer, at+"/opinions", form("version", b.version("河道采砂许可"), "field", "basis", "cause", "no_basis", "text", "")), 400,
			`id="ot-wrong"`, `value="basis" selected`)
		want(t, "no field", b.Post(b.reviewer, at+"/opinions", form("version", b.version("河道采砂许可"), "field", "x", "cause", "no_basis", "text", "请补充")), 400,
			`id="of-wrong"`, "请补充</textarea>")
		b.object("河道采砂许可", "basis", "low_basis", "请引用上位法")
		want(t, "double click", b.Post(b.reviewer, at+"/opinions", form("version", b.version("河道采砂许可"), "field", "basis", "cause", "low_basis", "text", "请引用上位法")), 409, "已经写过同样的意见")
		id := between(b.Get(b.reviewer, at).Body, "/opinions/", "/drop")
		want(t, "draft", b.Get(b.reviewer, at+"?edit="+id), 200, "修改草稿", "请引用上位法</textarea>")
		if a := b.Post(b.reviewer, at+"/opinions/"+id+"/edit", form("version", b.version("河道采砂许可"), "field", "basis", "cause", "dead_basis", "text", "所引条例已废止")); a.Status != 303 {
			t.Errorf("edit: %d %s", a.Status, a.Body)
		}
		want(t, "reworded", b.Get(b.reviewer, "/audit/queue?status=noted"), 200, "依据失效")
		// An opinion is acted on under its own power only, by its own group only.
		want(t, "under another power", b.Post(b.reviewer, b.path("取水许可")+"/opinions/"+id+"/drop", form("version", b.version("取水许可"))), 404)
		want(t, "another group", b.Post(b.other, b.path("道路货物运输经营许可")+"/opinions/"+id+"/drop", form("version", b.version("道路货物运输经营许可"))), 404)
		want(t, "no such act", b.Post(b.reviewer, at+"/opinions/"+id+"/rule", form("version", b.version("河道采砂许可"))), 404)
		if a := b.Post(b.reviewer, at+"/opinions/"+id+"/drop", form("version", b.version("河道采砂许可"))); a.Status != 303 {
			t.Errorf("drop: %d %s", a.Status, a.Body)
		}
		want(t, "dropped", b.Get(b.reviewer, at), 200, "!所引条例已废止")

		b.object("河道采砂许可", "basis", "low_basis", "请引用上位法")
		b.object("取水许可", "name", "bad_name", "请用目录名称")
		b.handDown()
		want(t, "returned", b.Get(b.reviewer, "/audit/queue?status=returned"), 200, "一下退回", "依据层级不够", "共 <strong>2</strong> 项")
		b.answer("河道采砂许可", round.Refuse, "已经引用了条例")
		b.answer("取水许可", round.Refuse, "名称无误")
		b.handUp(b.water, b.leader)
		id = between(b.Get(b.reviewer, at).Body, "/opinions/", "/settle")
		a := b.Post(b.reviewer, at+"/opinions/"+id+"/maintain", form("version", b.version("河道采砂许可"), "text", ""))
		want(t, "maintain without a word", a, 400, "没有写明", "部门答复：不采纳", "已经引用了条例")
		if a := b.Post(b.reviewer, at+"/opinions/"+id+"/maintain", form("version", b.version("河道采砂许可"), "text", "条例不是设定依据")); a.Status != 303 {
			t.Errorf("maintain: %d %s", a.Status, a.Body)
		}
		other := between(b.Get(b.reviewer, b.path("取水许可")).Body, "/opinions/", "/settle")
		if a := b.Post(b.reviewer, b.path("取水许可")+"/opinions/"+other+"/settle", form("version", b.version("取水许可"))); a.Status != 303 {
			t.Errorf("settle: %d %s", a.Status, a.Body)
		}
		want(t, "maintained", b.Get(b.reviewer, at), 200, "条例不是设定依据", "坚持", "草稿")
		want(t, "settled", b.Get(b.reviewer, b.path("取水许可")), 200, "已解决")
	})
}

// Bulk acts do all or nothing, by one's own hand only, and can be undone for ten
// seconds.
func TestBulk(t *testing.T) {
	benches(t, func(t *testing.T, b *bench) {
		filled(b)
		post := func(p *stafftest.Person, act string, items ...string) stafftest.Answer {
			v := form("act", act)
			v["item"] = items
			return b.Post(p, "/audit/bulk?category="+url.QueryEscape("行政审批"), v)
		}
		concluded := func() (n int) {
			must(t, b.DB.QueryRow(t.Context(), "select count(*) from conclusions where undone_at = 0").Scan(&n))
			return n
		}
		refused := func(what string, a stafftest.Answer, status int, words ...string) {
			t.Helper()
			want(t, what, a, status, words...)
			var bulks int
			must(t, b.DB.QueryRow(t.Context(), "select count(*) from bulk_acts").Scan(&bulks))
			if concluded() != 0 || bulks != 0 {
				t.Errorf("%s: %d conclusions, %d bulk acts", what, concluded(), bulks)
			}
		}
		refused("nothing ticked", post(b.reviewer, "confirm"), 400, "没有选择事项")
		refused("no act", post(b.reviewer, "x", b.item("取水许可")), 400)
		refused("another group's power", post(b.reviewer, "confirm", b.item("取水许可"), b.item("超限运输车辆行驶公路许可")), 404, "!超限")
		refused("a forged id", post(b.reviewer, "confirm", b.item("取水许可"), sqldb.NewID().String()+"."+sqldb.NewID().String()), 404)
		refused("no id", post(b.reviewer, "confirm", "x"), 404)
		refused("a forged version", post(b.reviewer, "confirm", b.powers["取水许可"].Change.String()+"."+sqldb.NewID().String()), 409)
		refused("with findings", post(b.reviewer, "confirm", b.item("取水许可"), b.item("河道采砂许可")), 409, "“河道采砂许可”有提示待核实", `value="`+b.item("取水许可")+`" aria-label="选择取水许可" checked`)
		refused("who only reads", post(b.supervisor, "confirm", b.item("取水许可")), 403)
		refused("too many", post(b.reviewer, "confirm", slices.Repeat([]string{b.item("取水许可")}, round.MaxBulk+1)...), 400)

		a := post(b.reviewer, "confirm", b.item("取水许可"), b.item("对拒不缴纳水资源费行为的处罚"))
		if a.Status != 303 || concluded() != 24 {
			t.Fatalf("bulk: %d %s, %d conclusions", a.Status, a.Body, concluded())
		}
		want(t, "told", b.Get(b.reviewer, a.Location), 200, "已确认 2 项。", "撤销", "秒内")
		want(t, "told to another", b.Get(b.leader, a.Location), 200, "!撤销<")
		want(t, "double click", post(b.reviewer, "confirm", b.item("取水许可"), b.item("对拒不缴纳水资源费行为的处罚")), 409, "都已经确认")
		bulk := between(a.Location, "done=", "&")
		want(t, "undone by another", b.Post(b.leader, "/audit/bulk/"+bulk+"/undo", nil), 404)
		want(t, "undone by another group", b.Post(b.other, "/audit/bulk/"+bulk+"/undo", nil), 404)
		if concluded() != 24 {
			t.Errorf("%d conclusions after others tried to undo", concluded())
		}
		if u := b.Post(b.reviewer, "/audit/bulk/"+bulk+"/undo", nil); u.Status != 303 || concluded() != 0 {
			t.Errorf("undo: %d %s, %d conclusions", u.Status, u.Body, concluded())
		} else {
			want(t, "undone", b.Get(b.reviewer, u.Location), 200, "已撤销刚才的批量办理")
		}
		want(t, "undone twice", b.Post(b.reviewer, "/audit/bulk/"+bulk+"/undo", nil), 409, "已经撤销")

		a = post(b.reviewer, "confirm", b.item("取水许可"))
		b.ahead.Add(int64(13 * time.Second))
		want(t, "no undo button any more", b.Get(b.reviewer, a.Location), 200, "已确认 1 项。", "!撤销<")
		want(t, "too late", b.Post(b.reviewer, "/audit/bulk/"+between(a.Location, "done=", "&")+"/undo", nil), 409, "已超过 10 秒")
		if concluded() != 12 {
			t.Errorf("%d conclusions after a late undo, want 12", concluded())
		}
	})
}

// Sending back in bulk asks for the opinion first, and keeps it when refused.
func TestBulkReturn(t *testing.T) {
	benches(t, func(t *testing.T, b *bench) {
		filled(b)
		v := form("act", "return", "item", b.item("取水许可"), "item", b.item("河道采砂许可"))
		want(t, "asks", b.Post(b.reviewer, "/audit/bulk", v), 200, "对 2 个事项", "河道采砂许可", `value="`+b.item("取水许可")+`"`)
		want(t, "nothing ticked", b.Post(b.reviewer, "/audit/bulk", form("act", "return")), 400, "没有选择事项")
		want(t, "another group's", b.Post(b.reviewer, "/audit/bulk", form("act", "return", "item", b.item("超限运输车辆行驶公路许可"))), 404, "!超限")
		v.Set("field", "basis")
		v.Set("cause", "x")
		v.Set("text", "请写明条款")
		want(t, "no cause", b.Post(b.reviewer, "/audit/bulk", v), 400, `id="oc-wrong"`, "请写明条款</textarea>")
		v.Set("cause", "no_basis")
		a := b.Post(b.reviewer, "/audit/bulk", v)
		if a.Status != 303 {
			t.Fatalf("return: %d %s", a.Status, a.Body)
		}
		want(t, "told", b.Get(b.reviewer, a.Location), 200, "已对 2 项写下退回意见", "有意见待下达")
		if u := b.Post(b.reviewer, "/audit/bulk/"+between(a.Location+"&", "done=", "&")+"/undo", nil); u.Status != 303 {
			t.Errorf("undo: %d %s", u.Status, u.Body)
		}
		want(t, "undone", b.Get(b.reviewer, "/audit/queue?status=noted"), 200, "没有符合条件")
	})
}

// The queue in memory follows every act of any room, reading only what was
// touched.
func TestQueueFollowsTheActs(t *testing.T) {
	benches(t, func(t *testing.T, b *bench) {
		filled(b)
		same := func(after string) {
			t.Helper()
			defer b.ahead.Add(int64(5 * time.Minute)) // so that the next act is not read because the last was
			drift, err := b.pages.Drift(t.Context())
			must(t, err)
			if drift != "" {
				t.Errorf("after %s: %s", after, drift)
			}
		}
		same("filling")
		b.object("取水许可", "basis", "no_basis", "请补充条款")
		same("a draft opinion")
		id := between(b.Get(b.reviewer, b.path("取水许可")).Body, "/opinions/", "/drop")
		b.Post(b.reviewer, b.path("取水许可")+"/opinions/"+id+"/edit", form("version", b.version("取水许可"), "field", "name", "cause", "bad_name", "text", "请用目录名称"))
		same("rewording it")
		b.Post(b.reviewer, b.path("河道采砂许可")+"/conclude", form("version", b.version("河道采砂许可"), "rule", "五对照/3", "verdict", "problem", "note", "层级不够"))
		same("a conclusion")
		a := b.Post(b.reviewer, "/audit/bulk", form("act", "confirm", "item", b.item("对拒不缴纳水资源费行为的处罚")))
		if drift := must2(b.pages.Drift(t.Context()))(t); drift != "" {
			t.Errorf("after a bulk act: %s", drift)
		}
		b.Post(b.reviewer, "/audit/bulk/"+between(a.Location+"&", "done=", "&")+"/undo", nil)
		same("undoing it")
		b.handDown()
		same("handing down")
		b.Post(b.reviewer, b.path("河道采砂许可")+"/conclude", form("version", b.version("河道采砂许可"), "rule", "五对照/4", "verdict", "pass"))
		same("another conclusion")
		b.amend("取水许可", func(v *power.Version) { v.Name = "取水许可证核发" })
		same("a new version")
		b.answer("取水许可", round.Accept, "")
		same("an answer")
		b.add(b.water, power.CategoryReward, "节约用水奖励")
		same("a new power")
		b.handUp(b.water, b.leader)
		same("handing up again")
		b.check(map[string][]finding.Finding{"取水许可": {against("五对照/2", finding.Tells, "目录中的名称不同")}})
		same("a new run")
		b.Post(b.reviewer, b.path("取水许可")+"/opinions/"+between(b.Get(b.reviewer, b.path("取水许可")).Body, "/opinions/", "/settle")+"/settle", form("version", b.version("取水许可")))
		same("settling")
		if n := b.pages.Readings(); n < 1 {
			t.Errorf("rows read again: %d; the queue was read whole each time", n)
		}
	})
}

// The boards count what the queue counts, each number with the list behind it.
//
// tests:两摸清/1 两摸清/2 五对照/4
func TestBoards(t *testing.T) {
	benches(t, func(t *testing.T, b *bench) {
		filled(b)
		b.object("取水许可", "content", "vague", "请写明内容")
		b.handDown()
		b.amend("取水许可", func(v *power.Version) { v.Elements.Content = "" })
		a := b.Get(b.reviewer, "/audit/board")
		want(t, "board", a, 200, "示例清理", "市水利局", "缺行使内容", "lack=1", "行政处罚", "!交通", "未报", "三上")
		want(t, "the list behind a number", b.Get(b.reviewer, "/audit/queue?lack=1"), 200, "共 <strong>1</strong> 项", "取水许可", "缺行使内容")
		want(t, "export", b.Get(b.reviewer, "/audit/board.xlsx"), 200)
		want(t, "all", b.Get(b.leading, "/audit/board"), 200, "市交通运输局")
		list := b.Get(b.reviewer, "/audit/mandates")
		want(t, "mandates", list, 200, "市水利局", "没有导入", "!交通")
		want(t, "no 三定", b.Get(b.reviewer, "/audit/mandates/"+b.water.String()), 200, "没有导入本部门的三定规定")
		b.Act(func(ctx context.Context, tx *ledger.Tx) error {
			return org.AddMandates(ctx, tx, b.water, []org.Mandate{{No: 1, Text: "组织实施取水许可制度", Basis: "《中华人民共和国水法》"}, {No: 2, Text: "指导农村水能资源开发"}})
		})
		want(t, "both ways", b.Get(b.reviewer, "/audit/mandates/"+b.water.String()), 200, "指导农村水能资源开发", "职责和依据都写明《中华人民共和国水法》", "每项权力都有对应的职责",
			b.path("河道采砂许可"))
		want(t, "counts", b.Get(b.reviewer, "/audit/mandates"), 200, `#idle">1</a>`)
		if got := exported(t, b.Get(b.reviewer, "/audit/mandates/"+b.water.String()+"/export.xlsx")); len(got) != 5 || got[4] != "指导农村水能资源开发" {
			t.Errorf("exported duties: %v", got)
		}
		want(t, "export of the list", b.Get(b.reviewer, "/audit/mandates.xlsx"), 200)
	})
}
