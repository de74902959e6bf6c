package web

import (
	"bytes"
	"context"
	"crypto/sha256"
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"
	"golang.org/x/net/html"

	"qingdan/internal/engine/lawtext"
	"qingdan/internal/platform/ledger"
	"qingdan/internal/platform/sqldb"
	"qingdan/internal/registry/law"
	"qingdan/internal/service/impact"
	"qingdan/internal/service/reading"
	"qingdan/internal/testkit"
)

var clerk = ledger.Actor{ID: "clerk", Name: "张经办", Role: "操作员"}

// amended is a city whose 示例法典 got three further texts through the rooms
// that bring laws in, and another law one: the tasks of the first two, taken
// together, are overdue, those of the other law due today, and those of the
// third, not in force yet, far off.
type amended struct {
	*city
	t     testing.TB
	db    *sqldb.DB
	l     *ledger.Ledger
	texts []sqldb.ID // the three editions
}

// statute writes a text of a law with one article for each of the words.
func statute(title string, level law.Level, made, effective string, articles []string) law.Source {
	var b strings.Builder
	fmt.Fprintf(&b, "%s\n（%s公布）\n", title, chineseDay(made))
	for i, a := range append(articles, "本法自"+chineseDay(effective)+"起施行。") {
		fmt.Fprintf(&b, "%s　%s\n", lawtext.Number{N: i + 1}.Chinese(), a)
	}
	return law.Source{ID: title + effective, Title: title, Level: string(level), Issuer: "示例机关", Publish: made, Effective: effective, Text: b.String()}
}

// chineseDay writes 2026-11-01 as 2026年11月1日.
func chineseDay(day string) string {
	var y, m, d int
	fmt.Sscanf(day, "%d-%d-%d", &y, &m, &d)
	return fmt.Sprintf("%d年%d月%d日", y, m, d)
}

func (a *amended) load(s law.Source) sqldb.ID {
	a.t.Helper()
	p, err := law.Read(s, "测试")
	if err != nil {
		a.t.Fatal(err)
	}
	added, err := law.Load(a.t.Context(), a.l, clerk, p)
	if err != nil {
		a.t.Fatal(err)
	}
	return added.Edition
}

func (a *amended) write(fn func(ctx context.Context, tx *ledger.Tx) error) {
	a.t.Helper()
	if err := a.l.Write(a.t.Context(), clerk, fn); err != nil {
		a.t.Fatal(err)
	}
}

func (a *amended) follow(day string) {
	a.t.Helper()
	if _, err := impact.Follow(a.t.Context(), a.l, a.db, clerk, day); err != nil {
		a.t.Fatal(err)
	}
}

// amend brings the texts in and follows what they change.
func amend(t testing.TB, db *sqldb.DB, l *ledger.Ledger, c *city) *amended {
	a := &amended{city: c, t: t, db: db, l: l}
	var first []string
	for i := range 12 {
		first = append(first, fmt.Sprintf("第%d类示例场所应当具备与其规模相适应的安全条件，并向主管部门报告第%d项情况。", i+1, i*7+3))
	}
	first[2] = "未经批准从事示例活动的，由主管部门责令改正，处一万元以上五万元以下罚款。"
	second := slices.Clone(first)
	second[2] = "未经批准从事示例活动的，由主管部门责令改正，处二万元以上八万元以下罚款。"
	second = slices.Delete(second, 6, 7)
	second = append(second, "鼓励示例行业协会制定自律规范，推广琉璃瓦烧制技艺。")
	third := slices.Insert(slices.Clone(second), 1, "示例活动应当坚持公开透明的原则，接受社会监督和舆论监督。")
	const other = "示例管理条例第2号"
	a.citeToo(other)
	for _, x := range []struct {
		made, effective, follow string
		articles                []string
	}{{"2026-10-01", "2026-11-01", "2026-11-05", first}, {"2026-10-20", "2026-11-09", "2026-11-10", second}, {"2026-11-20", "2027-01-01", "2026-11-24", third}} {
		a.texts = append(a.texts, a.load(statute("示例法典", law.Statute, x.made, x.effective, x.articles)))
		if x.effective == "2026-11-09" {
			a.load(statute(other, law.AdminRegulation, x.made, x.effective, first))
		}
		a.follow(x.follow)
	}
	a.write(func(ctx context.Context, tx *ledger.Tx) error {
		if err := reading.RecordBasis(ctx, tx, reading.Checking, "2026-11-20", c.versions); err != nil {
			return err
		}
		return tx.Say(ctx, "371500", "test.checked", sqldb.ID{}, struct{}{})
	})
	return a
}

// citeToo lets every fourth power cite the third article of another law too.
func (a *amended) citeToo(title string) {
	a.t.Helper()
	if err := a.db.Load(a.t.Context(), func(tx *sqldb.Tx) error {
		s := &sower{ctx: a.t.Context(), tx: tx}
		for i := 2; i < len(a.versions); i += 4 {
			s.row("power_citations", "version_id, seq, law, article, article_sub, paragraph, item, subitem, reach, quote", a.versions[i], 2, title, 3, 0, 0, 0, 0, "", "")
		}
		return s.err
	}); err != nil {
		a.t.Fatal(err)
	}
}

func (a *amended) law() string { return "/laws/" + a.long.String() }

func (a *amended) compare(from, to int) string {
	return a.law() + "/compare?from=" + a.texts[from].String() + "&to=" + a.texts[to].String()
}

// kinds are the pages that the amendments add, one of each kind.
func (a *amended) kinds() []string {
	return []string{
		"/laws?q=" + url.QueryEscape("安全条件 报告"), a.law(), a.compare(0, 1), a.law() + "/articles/3?edition=" + a.texts[1].String(),
		"/powers/" + a.amended + "/extract", "/extracts/check", "/extracts/check?code=" + a.amended + "&day=2020-01-01&digest=" + strings.Repeat("0", 64),
		"/basis-changes", "/laws/readings", a.law() + "/readings",
	}
}

// addresses are the pages of the city and all that the amendments add.
func (a *amended) addresses() []string {
	return slices.Concat(a.city.addresses(), a.kinds(), []string{
		"/laws?state=" + url.QueryEscape("现行有效") + "&sort=uses&size=20", "/laws?q=" + url.QueryEscape("查无此事甲乙丙"), a.law() + "?edition=" + a.texts[0].String(),
		a.compare(1, 2), a.compare(0, 1) + "&show=" + url.QueryEscape("未变"), a.law() + "/compare", a.law() + "/articles/2?edition=" + a.texts[2].String(),
		"/powers/" + a.amended + "/extract?day=2020-01-01", "/powers/" + a.gone + "/extract",
		"/basis-changes?state=overdue&department=" + a.departments[1].String(), "/basis-changes?state=all", "/basis-changes?state=void",
	})
}

// body gets a page that must be there.
func body(t testing.TB, h http.Handler, path string) string {
	t.Helper()
	a := get(t, h, path)
	if a.StatusCode != http.StatusOK {
		t.Fatalf("%s: status %d\n%.600s", path, a.StatusCode, a.body)
	}
	return a.body
}

// nextOf gives the address of the next page, "" on the last.
func nextOf(page string) string {
	m := nextLink.FindStringSubmatch(page)
	if m == nil {
		return ""
	}
	next, _, _ := strings.Cut(html.UnescapeString(m[1]), "#")
	return next
}

// has says which of the words a page lacks, and which it must not have.
func has(t testing.TB, path, page string, words, not []string) {
	t.Helper()
	for _, w := range words {
		if !strings.Contains(page, w) {
			t.Errorf("%s lacks %q", path, w)
		}
	}
	for _, w := range not {
		if strings.Contains(page, w) {
			t.Errorf("%s has %q", path, w)
		}
	}
}

var (
	lawCell  = regexp.MustCompile(`<td role="cell" class="title"><a href="/laws/([0-9a-f-]{36})`)
	lawTotal = regexp.MustCompile(`共 <strong>([\d,]+)</strong> 部`)
)

// TestLawsUnderEveryFilter: going forward meets every law that the filter
// leaves once, as many as the page says, and the export holds the same.
func TestLawsUnderEveryFilter(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, db *sqldb.DB, l *ledger.Ledger) {
		c := seed(t, db, seedSize{4, 40, 70})
		amend(t, db, l, c)
		h := handler(t, db)
		for _, v := range []url.Values{{}, {"level": {"行政法规"}}, {"state": {"现行有效"}, "sort": {"newest"}}, {"q": {"条例"}}, {"q": {"条例"}, "in": {"title"}, "sort": {"uses"}},
			{"field": {"其他领域"}, "sort": {"uses"}, "level": {"法律"}}} {
			v.Set("size", "20")
			path := "/laws?" + v.Encode()
			seen := map[string]bool{}
			m := lawTotal.FindStringSubmatch(body(t, h, path))
			for next := path; next != ""; {
				page := body(t, h, next)
				for _, id := range lawCell.FindAllStringSubmatch(page, -1) {
					if seen[id[1]] {
						t.Errorf("%s: %s twice", path, id[1])
					}
					seen[id[1]] = true
				}
				next = nextOf(page)
			}
			x, err := excelize.OpenReader(bytes.NewReader([]byte(body(t, h, "/laws.xlsx?"+v.Encode()))))
			if err != nil {
				t.Fatal(err)
			}
			rows, err := x.GetRows("法规库")
			if err != nil {
				t.Fatal(err)
			}
			if len(seen) == 0 || m == nil || m[1] != strconv.Itoa(len(seen)) || len(rows)-3 != len(seen) {
				t.Errorf("%s: says %v, pages hold %d, the export %d", path, m, len(seen), len(rows)-3)
			}
		}
		has(t, "/laws", body(t, h, "/laws?state="+url.QueryEscape("已失效")), []string{"没有符合条件的法规", "看全部法规"}, nil)
	})
}

// TestWordsOfATextLeadToTheArticle: a search shows the article that holds the
// words, marks them, and leads to the page that has it.
func TestWordsOfATextLeadToTheArticle(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, db *sqldb.DB, l *ledger.Ledger) {
		amend(t, db, l, seed(t, db, seedSize{3, 10, 3}))
		h := handler(t, db)
		page := body(t, h, "/laws?q="+url.QueryEscape("琉璃瓦"))
		m := regexp.MustCompile(`<p class="passage"><a href="([^"]+)#(a\d+)">(第[^<]+条)</a>　([^\n]*)<mark>琉璃瓦</mark>`).FindStringSubmatch(page)
		if m == nil || m[3] != "第十三条" {
			t.Fatalf("no passage: %v", m)
		}
		if to := body(t, h, html.UnescapeString(m[1])); !strings.Contains(to, `id="`+m[2]+`"`) || !strings.Contains(to, "琉璃瓦烧制技艺") {
			t.Errorf("%s has no article %s with the words", m[1], m[2])
		}
		if narrow := body(t, h, "/laws?in=title&q="+url.QueryEscape("琉璃瓦")); strings.Contains(narrow, "passage") {
			t.Error("a search of names alone finds a text")
		}
	})
}

// TestTwoTextsSideBySide: every article has one fate, the numbers add up, and
// only what changed is shown with its words.
func TestTwoTextsSideBySide(t *testing.T) {
	db, l := testkit.Open(t, sqldb.SQLite)
	a := amend(t, db, l, seed(t, db, seedSize{3, 10, 3}))
	h := handler(t, db)
	path := a.compare(0, 1)
	page := body(t, h, path)
	counts := map[string]string{}
	for _, m := range regexp.MustCompile(`>([^<>]+) <span class="muted">(\d+)</span></a>`).FindAllStringSubmatch(page, -1) {
		counts[m[1]] = m[2]
	}
	if fmt.Sprint(counts) != fmt.Sprint(map[string]string{"全部变动": "9", "修改": "2", "仅条号变动": "5", "删去": "1", "新增": "1", "未变": "5"}) {
		t.Errorf("numbers %v", counts)
	}
	has(t, path, page, []string{"处<del>一万</del>元以上<del>五万</del>元", "处<ins>二万</ins>元以上<ins>八万</ins>元", "<strong>第八条 → 第七条</strong>，文字未变", "新版没有这一条", "旧版没有这一条", "琉璃瓦"},
		[]string{"第1类示例场所", "第8类示例场所"})
	has(t, "unchanged", body(t, h, path+"&show="+url.QueryEscape("未变")), []string{"<strong>第一条</strong>，文字未变"}, []string{"<del>一万", "琉璃瓦"})
	if turned := a.law() + "/compare?to=" + a.texts[0].String() + "&from=" + a.texts[1].String(); body(t, h, turned) == "" || !strings.Contains(body(t, h, turned), "<del>一万</del>") {
		t.Error("the older text does not stand first when asked the other way round")
	}
	for bad, want := range map[string]int{a.compare(0, 0): 400, "/laws/" + a.laws[2].String() + "/compare": 404, a.law() + "/compare?from=x": 404, a.compare(0, 1) + "&part=999": 200, a.compare(0, 1) + "&show=%00": 200} {
		if got := get(t, h, bad); got.StatusCode != want {
			t.Errorf("%s: %d, want %d", bad, got.StatusCode, want)
		}
	}
}

// TestAnArticleThroughAllTexts: the page of an article follows it under its
// changing numbers, and lists who cites it in whichever text.
func TestAnArticleThroughAllTexts(t *testing.T) {
	db, l := testkit.Open(t, sqldb.SQLite)
	a := amend(t, db, l, seed(t, db, seedSize{3, 10, 3}))
	h := handler(t, db)
	path := a.law() + "/articles/4?edition=" + a.texts[2].String()
	page := body(t, h, path)
	stages := regexp.MustCompile(`<h3><a href="[^"]+">(\S+) (\S+)</a></h3><span class="tag \w+">.*?</svg>([^<]+)</span>`).FindAllStringSubmatch(page, -1)
	var got []string
	for _, s := range stages {
		got = append(got, s[2]+" "+s[3])
	}
	if want := []string{"第四条 仅条号变动", "第三条 修改", "第三条 修改", "第三条 收录的最早文本"}; !slices.Equal(got, want) {
		t.Errorf("stages %q, want %q", got, want)
	}
	has(t, path, page, []string{"<del>一万</del><ins>二万</ins>元以上", "/powers/" + a.codes[0], "固定网址", "at=4&amp;edition=" + a.texts[2].String() + "#a4"}, nil)
	gone := body(t, h, a.law()+"/articles/7?edition="+a.texts[0].String())
	has(t, "a removed article", gone, []string{"这一版删去了本条"}, nil)
}

// TestAWithdrawnTextIsNowhere: the pages forget a text that was taken back.
func TestAWithdrawnTextIsNowhere(t *testing.T) {
	db, l := testkit.Open(t, sqldb.SQLite)
	a := amend(t, db, l, seed(t, db, seedSize{3, 10, 3}))
	h := handler(t, db)
	extra := a.load(law.Source{ID: "x", Title: "示例误入办法", Level: "部门规章", Publish: "2026-01-01",
		Text: "示例误入办法\n第一条　为了误入，制定本办法。\n第二条　误入者处一百元罚款。\n第三条　本办法自2026年2月1日起施行。\n"})
	if !strings.Contains(body(t, h, "/laws?q="+url.QueryEscape("误入")), "示例误入办法") {
		t.Fatal("the new law is not found")
	}
	events := body(t, h, "/basis-changes")
	a.write(func(ctx context.Context, tx *ledger.Tx) error {
		for _, e := range []sqldb.ID{extra, a.texts[1], a.texts[2]} {
			if err := law.Withdraw(ctx, tx, e, "录入有误"); err != nil {
				return err
			}
		}
		return nil
	})
	has(t, "/laws", body(t, h, "/laws?q="+url.QueryEscape("误入")), nil, []string{"示例误入办法"})
	has(t, "/laws", body(t, h, "/laws?q="+url.QueryEscape("琉璃瓦")), nil, []string{"passage"})
	has(t, a.law(), body(t, h, a.law()), nil, []string{a.texts[1].String(), a.texts[2].String(), "二万元"})
	for _, path := range []string{a.compare(0, 1), a.law() + "?edition=" + a.texts[1].String(), a.law() + "/articles/3?edition=" + a.texts[1].String()} {
		if r := get(t, h, path); r.StatusCode != http.StatusNotFound {
			t.Errorf("%s: %d", path, r.StatusCode)
		}
	}
	compare := "to=" + a.texts[1].String()
	if !strings.Contains(events, compare) || strings.Contains(body(t, h, "/basis-changes"), compare) {
		t.Error("the changes lead to a withdrawn text, or never led to it")
	}
	item := "/powers/" + a.codes[0]
	has(t, item, body(t, h, item), []string{"经批准后方可进行"}, []string{"所据文本已撤回"})
	a.write(func(ctx context.Context, tx *ledger.Tx) error {
		return law.Withdraw(ctx, tx, a.longText, "录入有误")
	})
	has(t, item, body(t, h, item), []string{"所据文本已撤回，待重新核对"}, []string{"经批准后方可进行"})
}

// TestExtractSaysWhatHeldOnTheDay: the list's and the law's words of the day,
// with a digest that anybody can compute.
func TestExtractSaysWhatHeldOnTheDay(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, db *sqldb.DB, l *ledger.Ledger) {
		a := amend(t, db, l, seed(t, db, seedSize{3, 10, 3}))
		h := handler(t, db)
		at := func(day string) string { return "/powers/" + a.amended + "/extract?day=" + day }
		has(t, "2020", body(t, h, at("2020-01-01")), []string{"第1版", "第 1 个版本", "经批准后方可进行", "当日有效", "2010年6月1日起施行"}, []string{"二万元"})
		has(t, "2026", body(t, h, at("2026-11-24")), []string{"第2版", "第 2 个版本", "当日有效", "二万元以上八万元以下罚款", "2026年11月9日起施行"}, []string{"一万元以上"})
		sum := fmt.Sprintf("%x", sha256.Sum256([]byte(body(t, h, at("2020-01-01")+"&format=json"))))
		has(t, "2020", body(t, h, at("2020-01-01")), []string{sum}, nil)
		check := "/extracts/check?code=" + a.amended + "&day=2020-01-01&digest=" + sum
		has(t, check, body(t, h, check), []string{"依据摘录一致"}, []string{"不一致"})
		forged := check[:len(check)-1] + map[bool]string{true: "1", false: "0"}[strings.HasSuffix(check, "0")]
		has(t, forged, body(t, h, forged), []string{"依据摘录不一致", sum, "被改动过"}, nil)
		// A text that was in force on the day comes in later.
		a.load(statute("示例法典", law.Statute, "2018-01-01", "2018-03-01", []string{"甲乙丙丁戊己庚辛。", "子丑寅卯辰巳午未。", "未经批准的，处三千元罚款。"}))
		has(t, check, body(t, h, check), []string{"依据摘录不一致", "收入法规库", at("2020-01-01")}, nil)
		has(t, "2020", body(t, h, at("2020-01-01")), []string{"三千元"}, nil)
	})
}

func TestExtractRefusesOtherDays(t *testing.T) {
	db, l := testkit.Open(t, sqldb.SQLite)
	a := amend(t, db, l, seed(t, db, seedSize{3, 10, 3}))
	h := handler(t, db)
	for path, want := range map[string]struct {
		status int
		word   string
	}{
		"/powers/" + a.amended + "/extract?day=2014-12-10":                                        {404, "第一版清单自2014年12月11日起施行"},
		"/powers/" + a.amended + "/extract?day=2026-11-25":                                        {400, "还没有到"},
		"/powers/" + a.amended + "/extract?day=20201301":                                          {400, "年-月-日"},
		"/powers/" + a.gone + "/extract?day=2026-11-24":                                           {404, "没有列入这个事项"},
		"/powers/" + a.never + "/extract?day=2026-11-24":                                          {404, "没有编码"},
		"/powers/" + a.gone + "/extract?day=2015-01-01":                                           {200, "当日有效"},
		"/extracts/check?code=" + a.amended + "&day=2020-01-01&digest=xyz":                        {400, "64"},
		"/extracts/check?code=" + a.amended + "&day=2020-01-01&digest=" + strings.Repeat("A", 64): {400, "小写字母"},
		"/extracts/check?code=none&day=2020-01-01&digest=" + strings.Repeat("a", 64):              {404, "没有编码"},
		"/basis-changes?department=none":                                                          {404, "没有这个部门"},
		"/basis-changes?event=x":                                                                  {404, "没有这次依据变动"},
		"/basis-changes?event=" + a.long.String():                                                 {404, "没有这次依据变动"},
		"/basis-changes?state=x":                                                                  {400, "筛选条件"},
		"/basis-changes?after=%21":                                                                {400, "翻页位置"},
		"/laws/readings?after=x":                                                                  {400, "翻页位置"},
		"/laws/" + a.departments[0].String() + "/readings":                                        {404, "没有这部法规的查阅记录"},
		"/laws?level=%00": {400, "筛选条件"},
		"/laws.xlsx?q=" + url.QueryEscape("查无此事甲乙丙"): {404, "无从导出"},
		"/basis-changes.xlsx?state=closed":           {404, "无从导出"},
	} {
		r := get(t, h, path)
		if r.StatusCode != want.status || !strings.Contains(r.body, want.word) {
			t.Errorf("%s: status %d, want %d with %q", path, r.StatusCode, want.status, want.word)
		}
	}
}

var taskTotal = regexp.MustCompile(`共 <strong>([\d,]+)</strong> 项`)

// TestChangesOfLawUntilTheyAreSettled: overdue tasks come first and marked, the
// numbers are those of the rows and of the export, and a settled one shows its
// outcome and reason, and no name.
func TestChangesOfLawUntilTheyAreSettled(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, db *sqldb.DB, l *ledger.Ledger) {
		a := amend(t, db, l, seed(t, db, seedSize{4, 40, 3}))
		h := handler(t, db)
		page := body(t, h, "/basis-changes")
		lights := regexp.MustCompile(`<td role="cell" class="short"><span class="tag (\w+)"><svg.*?</svg>([^<]+)</span>`).FindAllStringSubmatch(page, -1)
		if len(lights) == 0 || lights[0][1] != "bad" || lights[0][2] != "超时" {
			t.Fatalf("first row: %v", lights)
		}
		all := ""
		for next := "/basis-changes"; next != ""; {
			page := body(t, h, next)
			all += page
			next = nextOf(page)
		}
		has(t, "/basis-changes", all, []string{"超时", "临期", "正常", "暂定", "第三条 修改", "第三条 → 第四条 仅条号变动", "/powers/" + a.codes[0], "新旧对照"}, []string{clerk.Name})
		rows := strings.Count(all, `<td role="cell" class="lacks">`)
		if m := taskTotal.FindStringSubmatch(page); m == nil || m[1] != strconv.Itoa(rows) {
			t.Errorf("says %v, has %d", m, rows)
		}
		tasks, err := impact.Tasks(t.Context(), db, impact.Query{State: impact.Open, Limit: 1})
		if err != nil {
			t.Fatal(err)
		}
		if err := impact.Close(t.Context(), l, clerk, tasks[0].ID, impact.Answer{Reason: "罚款幅度在清单中未写明", Today: "2026-11-24"}); err != nil {
			t.Fatal(err)
		}
		closed := body(t, h, "/basis-changes?state=closed")
		has(t, "closed", closed, []string{"确认不变", "罚款幅度在清单中未写明", "2026年11月24日办结", tasks[0].Code}, []string{clerk.Name})
		for _, q := range []string{"?state=all", "?state=overdue", "?department=" + a.departments[1].String(), "?event=" + tasks[0].Event.String() + "&state=all"} {
			x, err := excelize.OpenReader(strings.NewReader(body(t, h, "/basis-changes.xlsx"+q)))
			if err != nil {
				t.Fatal(err)
			}
			got, err := x.GetRows("依据变动")
			if err != nil {
				t.Fatal(err)
			}
			if m := taskTotal.FindStringSubmatch(body(t, h, "/basis-changes"+q)); m == nil || m[1] != strconv.Itoa(len(got)-3) || len(got) < 4 {
				t.Errorf("%s: page says %v, export has %d", q, m, len(got)-3)
			}
		}
		has(t, "item", body(t, h, "/powers/"+a.codes[0]), []string{"依据已变动，正在核对", "/basis-changes?event="}, nil)
		has(t, "law", body(t, h, a.law()), []string{"依据变动", "涉及权力"}, nil)
	})
}

// TestReadingsNameNobody: the record shows laws, powers and occasions.
func TestReadingsNameNobody(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, db *sqldb.DB, l *ledger.Ledger) {
		a := amend(t, db, l, seed(t, db, seedSize{4, 120, 3}))
		h := handler(t, db)
		has(t, "/laws/readings", body(t, h, "/laws/readings"), []string{"示例法典", "120 项", "五对照"}, []string{clerk.Name})
		codes, pages := map[string]bool{}, 0
		for next := a.law() + "/readings"; next != ""; pages++ {
			page := body(t, h, next)
			has(t, next, page, []string{"120 项权力"}, []string{clerk.Name})
			for _, m := range codeCell.FindAllStringSubmatch(page, -1) {
				codes[m[1]] = true
			}
			next = nextOf(page)
		}
		if len(codes) != 120 || pages != 3 {
			t.Errorf("%d powers on %d pages, want 120 on 3", len(codes), pages)
		}
	})
}
