package web

import (
	"net/http"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"qingdan/internal/platform/sqldb"
	"qingdan/internal/registry/people"
	"qingdan/internal/stage/reduce/delegate"
	"qingdan/internal/testkit"
)

var offerLink = regexp.MustCompile(`class="title"><a href="/handovers/[0-9a-f-]{36}"`)

// What the list counts, shows and exports under a filter is the same, and each
// person gets what one of whose two sides is within reach.
func TestTheListOfHandoversCountsWhatItShows(t *testing.T) {
	db, l := testkit.Open(t, sqldb.SQLite)
	m := openMatrix(t, db, l)
	for _, c := range []struct {
		who   *member
		query string
		want  int
	}{
		{m.roles[people.Legal], "", 4}, {m.roles[people.Legal], "?state=offered&division=371522", 2}, {m.roles[people.Legal], "?state=held", 0},
		{m.roles[people.Legal], "?department=" + m.estates[0].id.String(), 1}, {m.roles[people.Legal], "?q=" + m.estates[1].mark, 1},
		{m.roles[people.Legal], "?late=1", 0}, {m.estates[0].head, "", 2}, {m.estates[1].head, "?form=委托", 0},
	} {
		a := m.ask(c.who, http.MethodGet, "/handovers"+c.query)
		if n := len(offerLink.FindAllString(a.body, -1)); a.StatusCode != http.StatusOK || n != c.want {
			t.Errorf("%q: %d, %d rows, want %d", c.query, a.StatusCode, n, c.want)
		}
		if !strings.Contains(a.body, "共 <strong>"+strconv.Itoa(c.want)+"</strong> 件") {
			t.Errorf("%q: the count is not %d", c.query, c.want)
		}
		x := m.ask(c.who, http.MethodGet, "/handovers/handovers.xlsx"+c.query)
		book, err := excelize.OpenReader(strings.NewReader(x.body))
		must(t, err)
		rows, err := book.GetRows(book.GetSheetName(0))
		must(t, err)
		exported := 0
		for _, r := range rows {
			if _, err := strconv.Atoi(strings.Join(r[:min(1, len(r))], "")); err == nil {
				exported++
			}
		}
		if exported != c.want {
			t.Errorf("%q: %d rows exported, want %d", c.query, exported, c.want)
		}
	}
	for _, bad := range []string{"?state=none", "?department=x", "?after=-1", "?form=口头"} {
		if a := m.ask(m.roles[people.Legal], http.MethodGet, "/handovers"+bad); a.StatusCode != http.StatusBadRequest {
			t.Errorf("%s: %d", bad, a.StatusCode)
		}
	}
}

// Who exercises a power is shown to those who see the power, and to nobody else.
func TestWhoExercisesAPowerIsShownWithinReach(t *testing.T) {
	db, l := testkit.Open(t, sqldb.SQLite)
	m := openMatrix(t, db, l)
	o, err := delegate.ByID(t.Context(), db, m.estates[0].offer)
	must(t, err)
	path := "/handovers/who?code=" + o.Code
	if a := m.ask(m.estates[0].head, http.MethodGet, path); a.StatusCode != http.StatusOK || !strings.Contains(a.body, "示例县") {
		t.Errorf("the own department: %d", a.StatusCode)
	}
	if a := m.ask(m.estates[1].head, http.MethodGet, path); a.StatusCode != http.StatusNotFound || strings.Contains(a.body, o.Name) {
		t.Errorf("another department: %d", a.StatusCode)
	}
	if a := m.ask(m.roles[people.Legal], http.MethodGet, "/handovers/who"); a.StatusCode != http.StatusOK || !strings.Contains(a.body, "都有行使主体") {
		t.Errorf("gaps: %d %.400s", a.StatusCode, plain(a.body))
	}
	if a := m.ask(m.estates[0].head, http.MethodGet, path+"&day=2014-13-01"); a.StatusCode != http.StatusBadRequest {
		t.Errorf("a day that is none: %d", a.StatusCode)
	}
	if a := m.ask(m.estates[0].head, http.MethodGet, "/handovers/who.xlsx?code="+o.Code); a.StatusCode != http.StatusOK {
		t.Errorf("the export: %d", a.StatusCode)
	}
}
