package web

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"qingdan/internal/platform/sqldb"
	"qingdan/internal/registry/people"
	"qingdan/internal/service/impact"
	"qingdan/internal/testkit"
)

// A clerk sees the tasks of the own department and nothing of others: not in
// lists, counts, choices and exports, nor by an address that somebody gave away.
func TestADepartmentSeesItsOwnTasks(t *testing.T) {
	offices(t, func(t *testing.T, o *office) {
		mine, other := o.departments[0], o.departments[1]
		clerk := o.as("李示例", mine, people.Clerk)
		own := o.tasks(impact.Query{Department: mine, State: impact.Open})
		foreign := o.tasks(impact.Query{Department: other, State: impact.Open})
		page := clerk.get("/desk/impact", http.StatusOK).body
		if n := strip(t, page); n["待办"] != len(own) || n["已办结"] != 0 {
			t.Errorf("figures %v, want %d open", n, len(own))
		}
		if got := clerk.walk("/desk/impact"); len(got) != len(own) || len(own) == 0 {
			t.Errorf("%d tasks in the queue, want %d", len(got), len(own))
		}
		for _, hidden := range append(slices.Clone(units[1:]), foreign[0].ID.String(), foreign[0].Code, "/desk/impact/settings", "/desk/impact/follow") {
			if strings.Contains(page, hidden) {
				t.Errorf("the queue of a clerk holds %s", hidden)
			}
		}
		for _, r := range o.replays {
			want := len(o.tasks(impact.Query{Department: mine, Event: r.event.ID}))
			path := "/desk/impact/events/" + r.event.ID.String()
			if want == 0 {
				clerk.get(path, http.StatusNotFound)
				clerk.get("/desk/impact?event="+r.event.ID.String(), http.StatusNotFound)
				continue
			}
			if n := strip(t, clerk.get(path, http.StatusOK).body); n["涉及事项"] != want || n["待办"] != want {
				t.Errorf("%s: %v, want %d", r.title, n, want)
			}
		}
		x, err := excelize.OpenReader(strings.NewReader(clerk.get("/desk/impact.xlsx", http.StatusOK).body))
		must(t, err)
		rows, err := x.GetRows("依据变动待办")
		must(t, err)
		for _, row := range rows[3:] {
			if row[2] != units[0] {
				t.Errorf("the export holds a task of %s", row[2])
			}
		}
		if len(rows)-3 != len(own) {
			t.Errorf("%d rows exported, want %d", len(rows)-3, len(own))
		}
		theirs := "/desk/impact/tasks/" + foreign[0].ID.String()
		for _, path := range []string{theirs, "/desk/impact/departments/" + other.String(), "/desk/impact?department=" + other.String(),
			"/desk/impact.xlsx?department=" + other.String(), "/desk/gaps?department=" + other.String(), "/desk/gaps.xlsx?department=" + other.String()} {
			got, none := clerk.get(path, http.StatusNotFound), sqldb.NewID().String()
			missing := clerk.get(strings.NewReplacer(other.String(), none, foreign[0].ID.String(), none).Replace(path), http.StatusNotFound)
			if words(got.body) != words(missing.body) {
				t.Errorf("%s is answered unlike what does not exist", path)
			}
		}
		clerk.post(theirs, url.Values{"way": {"unchanged"}, "reason": {"别的部门的"}}, http.StatusNotFound)
		clerk.get("/desk/impact/departments/"+mine.String(), http.StatusOK)
		if n := len(o.tasks(impact.Query{State: impact.Closed})); n != 0 {
			t.Errorf("%d tasks of others were closed", n)
		}
		o.post(theirs, url.Values{"way": {"unchanged"}, "reason": {"法制机构办结"}}, http.StatusSeeOther)
		if strings.Contains(clerk.get("/desk/impact?done="+foreign[0].ID.String(), http.StatusOK).body, foreign[0].Name) {
			t.Error("the address tells of a task that was answered elsewhere")
		}
	})
}

// words gives what an error page says, without the address it was asked for.
func words(body string) string {
	_, after, _ := strings.Cut(body, `<main`)
	main, _, _ := strings.Cut(after, `</main>`)
	return main
}

// A clerk answers for the own department under the own name.
func TestADepartmentAnswersItsOwnTasks(t *testing.T) {
	offices(t, func(t *testing.T, o *office) {
		mine := o.departments[0]
		clerk := o.as("李示例", mine, people.Clerk)
		own := o.tasks(impact.Query{Department: mine, State: impact.Open})
		path := "/desk/impact/tasks/" + own[0].ID.String()
		a := clerk.post(path, url.Values{"way": {"unchanged"}, "reason": {"核对过"}, "then": {"next"}, "person": {"冒名者"}}, http.StatusSeeOther)
		if to := a.Header.Get("Location"); !strings.HasPrefix(to, "/desk/impact/tasks/"+own[1].ID.String()) {
			t.Errorf("the next task is %s, want the next of the department", to)
		}
		got := o.tasks(impact.Query{State: impact.Closed})
		if len(got) != 1 || got[0].ClosedBy != "李示例" {
			t.Errorf("%+v", got)
		}
		if n := strip(t, clerk.get("/desk/impact", http.StatusOK).body); n["待办"] != len(own)-1 || n["已办结"] != 1 {
			t.Errorf("figures %v", n)
		}
	})
}

// Clues are cut to the department like tasks.
func TestADepartmentSeesItsOwnClues(t *testing.T) {
	offices(t, func(t *testing.T, o *office) {
		all := o.gapsFound()
		sum := 0
		for i, d := range o.departments {
			want := chosen(all, d.String(), "", "")
			sum += len(want)
			if i > 1 {
				continue
			}
			clerk := o.as("李示例", d, people.Clerk)
			got := clerk.walkGaps(gapsOfOffice)
			slices.Sort(got)
			if !slices.Equal(got, want) {
				t.Errorf("%s: %d clues on the pages, want %d", units[i], len(got), len(want))
			}
			page := clerk.get(gapsOfOffice, http.StatusOK).body
			for j, name := range units {
				if j != i && strings.Contains(page, name) {
					t.Errorf("%s sees %s", units[i], name)
				}
			}
			x, err := excelize.OpenReader(strings.NewReader(clerk.get(gapsOfOffice+".xlsx", http.StatusOK).body))
			must(t, err)
			rows, err := x.GetRows("缺漏对照")
			must(t, err)
			if len(rows)-3 != len(want) {
				t.Errorf("%s: %d clues exported, want %d", units[i], len(rows)-3, len(want))
			}
		}
		if sum != len(all) || len(o.walkGaps(gapsOfOffice)) != len(all) {
			t.Errorf("the departments have %d clues, in all there are %d", sum, len(all))
		}
	})
}

// Who may only look finds nothing to send, and is refused what they send.
func TestWhoMayNotAnswerOnlyLooks(t *testing.T) {
	db, l := testkit.Open(t, sqldb.SQLite)
	o := openOffice(t, db, l)
	task := "/desk/impact/tasks/" + o.tasks(impact.Query{State: impact.Open, Limit: 1})[0].ID.String()
	moved := "/desk/impact/events/" + o.replays[2].event.ID.String() + "/moved"
	answer := url.Values{"way": {"unchanged"}, "reason": {"甲"}}
	for _, role := range []people.Role{people.Supervisor, people.Leading} {
		who := o.as("赵示例", sqldb.ID{}, role)
		page := who.get(task, http.StatusOK).body
		if strings.Contains(page, `class="card answer"`) || !strings.Contains(page, "等待办理") {
			t.Errorf("%s is offered to answer", role)
		}
		if got := len(who.walk("/desk/impact")); got != len(o.tasks(impact.Query{State: impact.Open})) {
			t.Errorf("%s sees %d tasks", role, got)
		}
		if strings.Contains(who.get("/desk/impact/events/"+o.replays[2].event.ID.String(), http.StatusOK).body, "/moved") {
			t.Errorf("%s is offered the one-click update", role)
		}
		who.post(task, answer, http.StatusForbidden)
	}
	for _, role := range []people.Role{people.Clerk, people.Supervisor, people.Leading} {
		who := o.as("钱示例", o.departments[0], role)
		for _, path := range []string{moved, "/desk/impact/settings"} {
			who.get(path, http.StatusForbidden)
			who.post(path, answer, http.StatusForbidden)
		}
		who.post("/desk/impact/follow", nil, http.StatusForbidden)
	}
	for _, role := range []people.Role{people.Window, people.Officer, people.SystemAdmin, people.SecurityAdmin, people.AuditAdmin} {
		who := o.as("孙示例", o.departments[0], role)
		for _, path := range o.addresses() {
			who.get(path, http.StatusForbidden)
		}
		who.post(task, answer, http.StatusForbidden)
	}
	none := o.as("周示例", sqldb.ID{})
	none.get("/desk/impact", http.StatusForbidden)
	stranger := *o
	stranger.token = ""
	for _, path := range append(o.addresses(), "/desk/impact.xlsx", "/desk/gaps.xlsx") {
		a := stranger.ask(httptest.NewRequest(http.MethodGet, path, nil))
		if a.StatusCode != http.StatusSeeOther || !strings.HasPrefix(a.Header.Get("Location"), "/sign-in") {
			t.Errorf("%s answers a stranger with %d %s", path, a.StatusCode, strconv.Quote(a.Header.Get("Location")))
		}
	}
	if n := len(o.tasks(impact.Query{State: impact.Closed})); n != 0 {
		t.Errorf("%d tasks were closed by those who may not", n)
	}
}
