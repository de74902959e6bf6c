package web

import (
	"compress/gzip"
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"
	"golang.org/x/net/html"

	"qingdan/internal/platform/ledger"
	"qingdan/internal/platform/sqldb"
	"qingdan/internal/registry/people"
	"qingdan/internal/registry/power"
	"qingdan/internal/service/impact"
	"qingdan/internal/testkit"
)

// offices runs a test in an office on each engine.
func offices(t *testing.T, fn func(t *testing.T, o *office)) {
	testkit.Databases(t, func(t *testing.T, db *sqldb.DB, l *ledger.Ledger) { fn(t, openOffice(t, db, l)) })
}

var (
	stripCell  = regexp.MustCompile(`<dt>([^<]+)</dt><dd>(?:<[^>]+>)?(?:■ )?([\d,]+)`)
	queueTotal = regexp.MustCompile(`共 <strong>([\d,]+)</strong> 项`)
	taskLink   = regexp.MustCompile(`<td role="cell" class="title"><a href="(/desk/impact/tasks/[^"]+)"`)
)

// strip reads the figures at the head of a page.
func strip(t *testing.T, body string) map[string]int {
	t.Helper()
	out := map[string]int{}
	for _, m := range stripCell.FindAllStringSubmatch(body, -1) {
		n, err := strconv.Atoi(strings.ReplaceAll(m[2], ",", ""))
		must(t, err)
		out[m[1]] = n
	}
	return out
}

// walk pages through a list of tasks to its end, and back again over the same
// tasks.
func (o *office) walk(path string) []string {
	o.t.Helper()
	var there, back []string
	for last := ""; path != ""; {
		page := o.get(path, http.StatusOK).body
		there = append(there, tasksOn(page)...)
		if path = turnTo(nextLink, page); path == "" {
			last = page
		}
		for at := last; at != ""; {
			back = append(tasksOn(at), back...)
			to := turnTo(prevLink, at)
			if at = ""; to != "" {
				at = o.get(to, http.StatusOK).body
			}
		}
	}
	if !slices.Equal(there, back) {
		o.t.Errorf("%d tasks on the way there, %d on the way back, or in another order", len(there), len(back))
	}
	return there
}

// tasksOn gives the addresses of the tasks that a page lists.
func tasksOn(page string) []string {
	var out []string
	for _, m := range taskLink.FindAllStringSubmatch(page, -1) {
		out = append(out, html.UnescapeString(m[1]))
	}
	return out
}

// turnTo gives the address of the page before or after one, "" at the ends.
func turnTo(link *regexp.Regexp, page string) string {
	m := link.FindStringSubmatch(page)
	if m == nil {
		return ""
	}
	to, _, _ := strings.Cut(html.UnescapeString(m[1]), "#")
	return to
}

func TestDeskShowsTheTasksOfThreeAmendedActs(t *testing.T) {
	offices(t, func(t *testing.T, o *office) {
		sum, moved := 0, 0
		for _, r := range o.replays {
			sum, moved = sum+r.tasks, moved+r.moved
			a := o.get("/desk/impact/events/"+r.event.ID.String(), http.StatusOK)
			if n := strip(t, a.body); n["涉及事项"] != r.tasks || n["待办"] != r.tasks || n["已了结"] != 0 {
				t.Errorf("%s: %v, want %d tasks", r.title, n, r.tasks)
			}
			if offer := strings.Contains(a.body, "<h2>"+strconv.Itoa(r.moved)+" 项仅条号变动"); offer != (r.moved > 0) {
				t.Errorf("%s: the update of %d moved citations is offered: %v", r.title, r.moved, offer)
			}
			if !strings.Contains(a.body, "/compare?from=") {
				t.Errorf("%s: no link to both texts side by side", r.title)
			}
			if got := len(o.walk("/desk/impact?event=" + r.event.ID.String())); got != r.tasks {
				t.Errorf("%s: %d tasks in the queue, want %d", r.title, got, r.tasks)
			}
		}
		if o.replays[0].tasks != 3 {
			t.Errorf("行政许可法: %d tasks, want 3", o.replays[0].tasks)
		}
		a := o.get("/desk/impact", http.StatusOK)
		if n := strip(t, a.body); n["待办"] != sum || n["已超时"] != o.replays[0].tasks || n["其中仅条号变动"] != moved || n["已办结"] != 0 {
			t.Errorf("figures %v, want %d open, %d overdue, %d moved", n, sum, o.replays[0].tasks, moved)
		}
		if all := o.walk("/desk/impact"); len(all) != sum {
			t.Errorf("%d tasks in the queue, want %d", len(all), sum)
		}
		units := 0
		for _, d := range o.departments {
			units += len(o.walk("/desk/impact/departments/" + d.String()))
		}
		if units != sum {
			t.Errorf("%d tasks on the departments' pages, want %d", units, sum)
		}
		for _, path := range o.addresses() {
			checkPage(t, path, o.get(path, http.StatusOK).body)
		}
	})
}

func TestOneClickUpdateRewritesWhatOnlyMoved(t *testing.T) {
	offices(t, func(t *testing.T, o *office) {
		r := o.replays[2]
		path := "/desk/impact/events/" + r.event.ID.String() + "/moved"
		form := url.Values{"task": ticked(o.get(path, http.StatusOK).body)}
		if len(form["task"]) != r.moved {
			t.Fatalf("%d offered, want %d", len(form["task"]), r.moved)
		}
		for reason, wrong := range map[string]url.Values{"没有选中事项": nil, "所选事项无效": {"task": {"x"}}} {
			if a := o.post(path, wrong, http.StatusBadRequest); !strings.Contains(a.body, reason) {
				t.Errorf("the page does not say %s", reason)
			}
		}
		foreign := o.tasks(impact.Query{Event: o.replays[1].event.ID, MovedOnly: true, Limit: 1})[0].ID.String()
		o.post(path, url.Values{"task": {foreign}}, http.StatusConflict)
		if open := o.tasks(impact.Query{State: impact.Closed}); len(open) != 0 {
			t.Fatalf("%d tasks were closed by refused forms", len(open))
		}

		some := url.Values{"task": form["task"][:5]}
		o.post(path, some, http.StatusSeeOther)
		if n := strip(t, o.get("/desk/impact/events/"+r.event.ID.String(), http.StatusOK).body); n["已了结"] != 5 {
			t.Errorf("five were ticked: %v", n)
		}
		for range 2 { // the same form twice: the second time there is nothing left to do
			a := o.post(path, form, http.StatusSeeOther)
			done := o.get(a.Header.Get("Location"), http.StatusOK).body
			if !strings.Contains(done, "本次变动至今已更新 "+strconv.Itoa(r.moved)+" 项的条号") || len(ticked(done)) != 0 {
				t.Errorf("the page after the update:\n%.3000s", done)
			}
		}
		if n := strip(t, o.get("/desk/impact/events/"+r.event.ID.String(), http.StatusOK).body); n["待办"] != r.tasks-r.moved || n["已了结"] != r.moved {
			t.Errorf("after the update: %v, want %d open of %d", n, r.tasks-r.moved, r.tasks)
		}
		for _, task := range o.tasks(impact.Query{Event: r.event.ID, State: impact.Closed}) {
			if task.Outcome != impact.NewVersion || task.ClosedBy != legal || task.NewVersion.IsZero() {
				t.Errorf("%+v", task)
			}
		}
	})
}

// What cannot be rewritten without doubt, and what somebody else is changing, is
// shown beforehand and left to a person.
func TestTheOneClickUpdateLeavesDoubtsToAPerson(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, db *sqldb.DB, l *ledger.Ledger) {
		o := openOffice(t, db, l, "《中华人民共和国认证认可条例》第十四条至第十六条")
		r := o.replays[2]
		path := "/desk/impact/events/" + r.event.ID.String() + "/moved"
		busy := o.tasks(impact.Query{Event: r.event.ID, MovedOnly: true, Limit: 1})[0]
		base, err := power.Standing(t.Context(), db, busy.Power)
		must(t, err)
		o.write(func(ctx context.Context, tx *ledger.Tx) error {
			_, err := power.ProposeCancel(ctx, tx, base, "另一项改革决定取消")
			return err
		})
		before := o.get(path, http.StatusOK).body
		for _, words := range []string{"要人工办理的 2 项", "不能确保逐字改对条号", busy.Code + " 另有变更处于“上报”"} {
			if !strings.Contains(before, words) {
				t.Errorf("the page does not say %s", words)
			}
		}
		tasks := ticked(before)
		if len(tasks) != r.moved-1 || slices.Contains(tasks, busy.ID.String()) {
			t.Errorf("%d are offered, want %d", len(tasks), r.moved-1)
		}
		a := o.post(path, url.Values{"task": append(tasks, busy.ID.String())}, http.StatusSeeOther)
		after := o.get(a.Header.Get("Location"), http.StatusOK).body
		for _, words := range []string{"已更新 " + strconv.Itoa(r.moved-1) + " 项", "2 项要人工办理", "要人工办理的 2 项"} {
			if !strings.Contains(after, words) {
				t.Errorf("the page after the update does not say %s", words)
			}
		}
		if got := o.post(path, url.Values{"task": {busy.ID.String()}}, http.StatusConflict); !strings.Contains(got.body, "没有可以成批更新的事项") {
			t.Error("the page does not say that nothing could be done")
		}
	})
}

// ticked gives the tasks that a page of the one-click update has ticked.
func ticked(body string) []string {
	var out []string
	for _, m := range regexp.MustCompile(`name="task" value="([^"]+)" checked`).FindAllStringSubmatch(body, -1) {
		out = append(out, m[1])
	}
	return out
}

func TestThreeWaysToAnswerLeadThroughTheQueue(t *testing.T) {
	offices(t, func(t *testing.T, o *office) {
		queue := "?event=" + o.replays[0].event.ID.String()
		tasks := o.tasks(impact.Query{Event: o.replays[0].event.ID})
		path := func(i int) string { return "/desk/impact/tasks/" + tasks[i].ID.String() + queue }
		basis := "《中华人民共和国行政许可法》第四条"
		ways := []struct {
			form    url.Values
			outcome impact.Outcome
		}{
			{url.Values{"way": {"basis"}, "basis": {basis}}, impact.NewVersion},
			{url.Values{"way": {"unchanged"}, "basis": {"写了也不算"}}, impact.Unchanged},
			{url.Values{"way": {"cancel"}, "basis": {"写了也不算"}}, impact.Cancelling},
		}
		for i, way := range ways {
			way.form.Set("reason", "核对过两个文本")
			way.form.Set("then", "next")
			a := o.post(path(i), way.form, http.StatusSeeOther)
			to := a.Header.Get("Location")
			if i < 2 && !strings.HasPrefix(to, "/desk/impact/tasks/"+tasks[i+1].ID.String()+"?done="+tasks[i].ID.String()+"&event=") {
				t.Errorf("%s leads to %s, not to the next of the queue", way.outcome, to)
			}
			if i == 2 && !strings.HasPrefix(to, "/desk/impact?done=") {
				t.Errorf("the last of the queue leads to %s", to)
			}
			next := o.get(to, http.StatusOK)
			if !strings.Contains(next.body, "已办结：") || !strings.Contains(next.body, string(way.outcome)+"。") {
				t.Errorf("the page after %s does not tell what was done", way.outcome)
			}
			got := o.tasks(impact.Query{Event: o.replays[0].event.ID, State: impact.Closed})
			if len(got) != i+1 || got[i].Outcome != way.outcome || got[i].ClosedBy != legal || got[i].Reason != "核对过两个文本" {
				t.Fatalf("%+v", got)
			}
			if page := o.get(path(i), http.StatusOK).body; strings.Contains(page, `class="card answer"`) || !strings.Contains(page, "办理结果") {
				t.Error("a closed task can be answered again")
			}
		}
		v, err := power.VersionByID(t.Context(), o.db, o.tasks(impact.Query{Event: o.replays[0].event.ID, State: impact.Closed})[0].NewVersion)
		must(t, err)
		if v.Elements.Basis != basis || v.No != 2 {
			t.Errorf("new version %d: %s", v.No, v.Elements.Basis)
		}
	})
}

func TestAnErrorStandsBesideItsFieldAndNothingTypedIsLost(t *testing.T) {
	db, l := testkit.Open(t, sqldb.SQLite)
	o := openOffice(t, db, l)
	task := o.tasks(impact.Query{Event: o.replays[0].event.ID})[0]
	path := "/desk/impact/tasks/" + task.ID.String()
	full := func(pairs ...string) url.Values {
		v := url.Values{"way": {"unchanged"}, "reason": {`理由<b>&"`}, "basis": {"《新法》第一条"}}
		for i := 0; i < len(pairs); i += 2 {
			v.Set(pairs[i], pairs[i+1])
		}
		return v
	}
	present := "《中华人民共和国行政许可法》"
	for words, form := range map[string]url.Values{
		`id="reason-wrong">没有写明理由`:    full("reason", "\r\n"),
		`id="reason-wrong">理由超过`:      full("reason", strings.Repeat("长", 2001)),
		`id="way-wrong">没有选择怎样办理`:     full("way", "none"),
		`id="basis-wrong">没有写依据`:      full("way", "basis", "basis", ""),
		`id="basis-wrong">依据里没有可以识别的`: full("way", "basis", "basis", "按有关规定"),
		`第九百九十九条`:                     full("way", "basis", "basis", present+"第九百九十九条"),
	} {
		a := o.post(path, form, http.StatusBadRequest)
		if !strings.Contains(a.body, words) {
			t.Errorf("the page does not say %s", words)
		}
		for _, field := range []string{"basis", "reason"} {
			if typed := html.EscapeString(strings.TrimSpace(form.Get(field))); !strings.Contains(a.body, ">"+typed+"</textarea>") {
				t.Errorf("%s: what was typed as %s is lost", words, field)
			}
		}
		checkPage(t, words, a.body)
	}
	same := regexp.MustCompile(`(?s)<textarea id="basis"[^>]*>([^<]*)<`).FindStringSubmatch(o.get(path, http.StatusOK).body)[1]
	if a := o.post(path, full("way", "basis", "basis", html.UnescapeString(same)), http.StatusBadRequest); !strings.Contains(a.body, "一字不差") {
		t.Error("a basis that nobody changed is taken as a new version")
	}
	o.post(path, url.Values{"reason": {strings.Repeat("x", 2<<20)}}, http.StatusRequestEntityTooLarge)
	if open := o.tasks(impact.Query{State: impact.Closed}); len(open) != 0 {
		t.Errorf("%d tasks were closed by refused forms", len(open))
	}
}

func TestATaskThatSomebodyElseClosedIsAConflict(t *testing.T) {
	offices(t, func(t *testing.T, o *office) {
		task := o.tasks(impact.Query{Event: o.replays[0].event.ID})[0]
		path := "/desk/impact/tasks/" + task.ID.String()
		form := url.Values{"way": {"unchanged"}, "reason": {"前一人的理由"}}
		o.post(path, form, http.StatusSeeOther)
		if a := o.post(path, form, http.StatusSeeOther); a.Header.Get("Location") != path {
			t.Errorf("the same form sent twice leads to %s", a.Header.Get("Location"))
		}
		form.Set("reason", "后一人的理由")
		a := o.as("乙示例", o.departments[0], people.Legal).post(path, form, http.StatusConflict)
		for _, words := range []string{"您刚才提交的内容没有写入", legal, "前一人的理由", "后一人的理由"} {
			if !strings.Contains(a.body, words) {
				t.Errorf("the page does not say %s", words)
			}
		}
		if got := o.tasks(impact.Query{State: impact.Closed}); len(got) != 1 || got[0].Reason != "前一人的理由" {
			t.Errorf("%+v", got)
		}
	})
}

func TestTheTermIsSetWithAReason(t *testing.T) {
	offices(t, func(t *testing.T, o *office) {
		path := "/desk/impact/settings"
		for words, form := range map[string]url.Values{
			"办理期限不是一个数":   {"term": {"十"}, "reason": {"办法"}},
			"办理期限 0 个工作日": {"term": {"0"}, "reason": {"办法"}},
			"没有写明理由":      {"term": {"15"}},
		} {
			if a := o.post(path, form, http.StatusBadRequest); !strings.Contains(a.body, words) {
				t.Errorf("the page does not say %s", words)
			}
		}
		a := o.post(path, url.Values{"term": {"15"}, "reason": {"示例办法第八条"}}, http.StatusSeeOther)
		if !strings.Contains(o.get(a.Header.Get("Location"), http.StatusOK).body, "今后新开的任务有 15 个工作日") {
			t.Error("the page does not tell the new term")
		}
		if term, err := impact.Term(t.Context(), o.db); err != nil || term != 15 {
			t.Errorf("term %d, %v", term, err)
		}
	})
}

func TestFollowingTheLibraryAgainFindsNothingNew(t *testing.T) {
	offices(t, func(t *testing.T, o *office) {
		for range 2 {
			if a := o.post("/desk/impact/follow", nil, http.StatusOK); !strings.Contains(a.body, "没有新的变动") {
				t.Errorf("%.2000s", a.body)
			}
		}
	})
}

func TestTheDeskIsForThisMachineOnly(t *testing.T) {
	db, l := testkit.Open(t, sqldb.SQLite)
	o := openOffice(t, db, l)
	task := "/desk/impact/tasks/" + o.tasks(impact.Query{Limit: 1})[0].ID.String()
	form := url.Values{"way": {"unchanged"}, "reason": {"甲"}}.Encode()
	public := handler(t, db)
	send := func(h http.Handler, method, path, host string, headers ...string) int {
		r := httptest.NewRequest(method, path, strings.NewReader(form))
		r.Host = host
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		r.AddCookie(&http.Cookie{Name: "session", Value: o.token})
		for i := 0; i+1 < len(headers); i += 2 {
			r.Header.Set(headers[i], headers[i+1])
		}
		w := httptest.NewRecorder()
		h.ServeHTTP(w, r)
		if kept := w.Header().Get("Cache-Control"); strings.HasPrefix(path, "/desk") && kept != "no-store" {
			t.Errorf("%s %s may be kept: %q", method, path, kept)
		}
		return w.Code
	}
	for host, want := range map[string]int{
		"127.0.0.1:8081": 200, "localhost:8081": 200, "LOCALHOST": 200, "[::1]:8081": 200, "127.9.8.7": 200,
		"evil.example": 403, "127.0.0.1.evil.example:8081": 403, "localhost.evil.example": 403, "192.168.1.2:8081": 403, "0.0.0.0:8081": 403, "": 403, "[::]:8081": 403,
	} {
		for _, path := range []string{"/desk/impact", "/powers", "/static/none"} {
			if got := send(o.handler, http.MethodGet, path, host); got != want && (path != "/static/none" || want == 403) {
				t.Errorf("%s asked of %q: %d, want %d", path, host, got, want)
			}
		}
		if want == 403 && send(o.handler, http.MethodPost, task, host, "Sec-Fetch-Site", "same-origin") != 403 {
			t.Errorf("a form sent to %q is taken", host)
		}
	}
	for _, foreign := range [][]string{{"Sec-Fetch-Site", "cross-site"}, {"Sec-Fetch-Site", "same-site"}, {"Origin", "http://evil.example"}, {"Origin", "http://127.0.0.1:8080"}} {
		if got := send(o.handler, http.MethodPost, task, "127.0.0.1:8081", foreign...); got != http.StatusForbidden {
			t.Errorf("a form with %v: %d", foreign, got)
		}
	}
	for _, path := range append(o.addresses(), "/desk", "/desk/", "/desk/impact.xlsx", task) {
		if got := send(public, http.MethodGet, path, "127.0.0.1:8080"); got != http.StatusNotFound {
			t.Errorf("the public site answers %s with %d", path, got)
		}
	}
	if got := send(public, http.MethodPost, task, "127.0.0.1:8080"); got != http.StatusNotFound && got != http.StatusMethodNotAllowed {
		t.Errorf("the public site takes a form: %d", got)
	}
	if n := len(o.tasks(impact.Query{State: impact.Closed})); n != 0 {
		t.Errorf("%d tasks were closed", n)
	}
}

func TestForgedAddressesOfTheDesk(t *testing.T) {
	db, l := testkit.Open(t, sqldb.SQLite)
	o := openOffice(t, db, l)
	none, unit, event := sqldb.NewID().String(), o.departments[0].String(), o.replays[0].event.ID.String()
	task := o.tasks(impact.Query{Limit: 1})[0].ID.String()
	for path, want := range map[string]int{
		"/desk/impact/tasks/" + none: 404, "/desk/impact/tasks/x": 404, "/desk/impact/tasks/" + event: 404,
		"/desk/impact/events/" + none: 404, "/desk/impact/events/%00": 404, "/desk/impact/events/" + unit + "/moved": 404, "/desk/impact/departments/" + event: 404,
		"/desk/impact/departments/%ff": 404, "/desk/impact?department=" + none: 404, "/desk/impact?department=x": 400, "/desk/impact?event=" + none: 404,
		"/desk/impact?event=x": 400, "/desk/impact?kind=%00": 400, "/desk/impact?kind=" + url.QueryEscape("没有这种原因"): 400, "/desk/impact?after=%21": 400,
		"/desk/impact?before=AAAA": 400, "/desk/impact/events?before=x": 400, "/desk/impact.xlsx?department=" + none: 404, "/desk/impact.xlsx?event=" + none: 404,
		"/desk/impact?done=" + none: 200, "/desk/impact?done=x": 200, "/desk/impact?done=" + task: 200, "/desk/impact/tasks/" + task + "?event=x": 400,
		"/desk/impact/departments/" + unit + "?state=none": 200, "/desk/impact/events/" + event + "?state=void": 200,
	} {
		a := o.get(path, want)
		if want == 404 && !strings.Contains(a.body, `href="/desk/impact"`) {
			t.Errorf("%s: the error page does not lead back to the desk", path)
		}
		if want == 200 && strings.Contains(a.body, "已办结：") {
			t.Errorf("%s says that something was done", path)
		}
	}
	for _, path := range []string{"/desk/impact/tasks/" + none, "/desk/impact/events/" + none + "/moved", "/desk/impact/tasks/x"} {
		o.post(path, url.Values{"way": {"unchanged"}}, http.StatusNotFound)
	}
}

func TestTheDeskExportsExactlyWhatIsFiltered(t *testing.T) {
	offices(t, func(t *testing.T, o *office) {
		for _, q := range []string{"", "?overdue=1", "?department=" + o.departments[1].String(),
			"?kind=" + url.QueryEscape(string(impact.NumberMoved)) + "&event=" + o.replays[1].event.ID.String(), "?kind=" + url.QueryEscape(string(impact.TextChanged))} {
			x, err := excelize.OpenReader(strings.NewReader(o.get("/desk/impact.xlsx"+q, http.StatusOK).body))
			must(t, err)
			rows, err := x.GetRows("依据变动待办")
			must(t, err)
			want := o.walk("/desk/impact" + q)
			total := queueTotal.FindStringSubmatch(o.get("/desk/impact"+q, http.StatusOK).body)
			if len(rows) != len(want)+3 || len(want) == 0 || total[1] != strconv.Itoa(len(want)) {
				t.Errorf("%s: %d rows exported, %d listed, the page says %s", q, len(rows)-3, len(want), total[1])
			}
		}
	})
}

// What a facet counts is what choosing it lists.
func TestTheCountsOfTheQueueAreKept(t *testing.T) {
	db, l := testkit.Open(t, sqldb.SQLite)
	o := openOffice(t, db, l)
	option := regexp.MustCompile(`<option value="([^"]+)"[^>]*>[^<]*（([\d,]+)）`)
	facet := regexp.MustCompile(`<li><a href="(/desk/impact[^"#]*)#queue"[^>]*>[^<]+<span>(\d+)</span>`)
	page := o.get("/desk/impact?event="+o.replays[1].event.ID.String(), http.StatusOK).body
	checked := 0
	for _, m := range facet.FindAllStringSubmatch(page, -1) {
		if got := len(o.walk(html.UnescapeString(m[1]))); strconv.Itoa(got) != m[2] {
			t.Errorf("%s lists %d, the facet says %s", m[1], got, m[2])
		}
		checked++
	}
	select1, _, _ := strings.Cut(page[strings.Index(page, `name="department"`):], "</select>")
	for _, m := range option.FindAllStringSubmatch(select1, -1) {
		if got := len(o.walk("/desk/impact?event=" + o.replays[1].event.ID.String() + "&department=" + m[1])); strconv.Itoa(got) != m[2] {
			t.Errorf("department %s lists %d, the choice says %s", m[1], got, m[2])
		}
		checked++
	}
	if checked < 8 {
		t.Errorf("only %d counts found", checked)
	}
}

// TestStaffBudget: a page of the desk with its style sheets weighs at most 60 KB
// compressed.
func TestStaffBudget(t *testing.T) {
	db, l := testkit.Open(t, sqldb.SQLite)
	o := openOffice(t, db, l)
	src := regexp.MustCompile(`(?:src|href|url\()=?"(/static/[^"]+)"`)
	for _, path := range o.addresses() {
		total := 0
		for todo := []string{path}; len(todo) > 0; todo = todo[1:] {
			a := o.get(todo[0], http.StatusOK, "Accept-Encoding", "gzip")
			total += len(a.body)
			if a.Header.Get("Content-Encoding") != "gzip" {
				t.Errorf("%s is not compressed", todo[0])
				continue
			}
			z, err := gzip.NewReader(strings.NewReader(a.body))
			must(t, err)
			body, err := io.ReadAll(z)
			must(t, err)
			for _, m := range src.FindAllSubmatch(body, -1) {
				todo = append(todo, string(m[1]))
			}
		}
		if total > 60<<10 {
			t.Errorf("%s: %d bytes", path, total)
		}
		t.Logf("%6d bytes  %s", total, path)
	}
}

func TestEveryLinkOfTheDeskLeadsSomewhere(t *testing.T) {
	db, l := testkit.Open(t, sqldb.SQLite)
	o := openOffice(t, db, l)
	link := regexp.MustCompile(`(?:href|src)="(/[^"#]*)`)
	seen := map[string]bool{}
	for _, path := range o.addresses() {
		for _, m := range link.FindAllStringSubmatch(o.get(path, http.StatusOK).body, -1) {
			to := html.UnescapeString(m[1])
			if !seen[to] && !strings.HasPrefix(to, "/view?") && !strings.HasPrefix(to, "/work/density?") { // these lead back
				seen[to] = true
				o.get(to, http.StatusOK)
			}
		}
	}
	if len(seen) < 100 {
		t.Errorf("only %d addresses found", len(seen))
	}
}

func TestAnEmptyDesk(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, db *sqldb.DB, l *ledger.Ledger) {
		o := &office{t: t, db: db, ledger: l}
		o.serve()
		for _, path := range []string{"/desk/impact", "/desk/impact/events", "/desk/impact/settings", "/desk/impact.xlsx"} {
			o.get(path, http.StatusOK)
		}
		o.post("/desk/impact/follow", nil, http.StatusOK)
	})
}
