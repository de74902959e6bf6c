package basis

import (
	"fmt"
	"testing"

	"qingdan/internal/engine/citation"
	"qingdan/internal/engine/lawtext"
	"qingdan/internal/platform/sqldb"
	"qingdan/internal/registry/power"
	"qingdan/internal/service/impact"
)

// version gives the id of the n-th wording of the power of these tests.
func version(n int) sqldb.ID { return sqldb.ID{15: byte(n)} }

// wordings gives the wordings of a power, each of which cites these articles.
func wordings(articles ...[]int) []power.Written {
	var out []power.Written
	for i, as := range articles {
		w := power.Written{Version: version(i + 1), No: i + 1}
		for _, a := range as {
			w.Refs = append(w.Refs, citation.Ref{Law: "示例法", Article: a})
		}
		out = append(out, w)
	}
	return out
}

// change gives a change of law of a year with its task on the only citation of
// a wording; next is the wording that answers it, 0 for none.
func change(year, of int, state impact.State, o impact.Outcome, next int) shift {
	id := sqldb.ID{0: 1, 14: byte(year - 2000), 15: byte(of)}
	t := impact.Task{ID: id, Event: id, Version: version(of), State: state, Outcome: o, Reasons: []impact.Reason{{Citation: 1, Kind: impact.NumberMoved,
		Old: lawtext.Number{N: 50}, New: lawtext.Number{N: 51}}}}
	if next > 0 {
		t.NewVersion = version(next)
	}
	return shift{event: event{ID: id, Kind: impact.Amended, Day: fmt.Sprint(year, "-01-01")}, task: t}
}

func TestWhichChangeStandsForACitation(t *testing.T) {
	one, kept, gone := []int{50}, [][]int{{50}, {50}}, [][]int{{50}, {51}}
	for name, x := range map[string]struct {
		wordings [][]int
		changes  []shift
		shown    int // wording
		want     int // year of the change, 0 for none
	}{
		"nobody has answered": {[][]int{one}, []shift{change(2021, 1, impact.Open, "", 0)}, 1, 2021},
		"to come":             {[][]int{one}, []shift{change(2027, 1, impact.Open, "", 0)}, 1, 0},
		"the newer one after an answer": {[][]int{one},
			[]shift{change(2023, 1, impact.Open, "", 0), change(2021, 1, impact.Closed, impact.Unchanged, 0)}, 1, 2023},
		"the answer to the one that took another up": {[][]int{one},
			[]shift{change(2021, 1, impact.Void, impact.TakenUp, 0), change(2023, 1, impact.Closed, impact.Unchanged, 0)}, 1, 2023},
		"a text taken in by mistake":                 {[][]int{one}, []shift{change(2021, 1, impact.Void, impact.Mistaken, 0)}, 1, 0},
		"a later wording carries the task":           {kept, []shift{change(2021, 2, impact.Open, "", 0)}, 1, 2021},
		"a new version waits to be listed":           {gone, []shift{change(2021, 1, impact.Closed, impact.NewVersion, 2)}, 1, 2021},
		"the new version itself":                     {kept, []shift{change(2021, 1, impact.Closed, impact.NewVersion, 2)}, 2, 0},
		"what was answered holds for later wordings": {kept, []shift{change(2021, 1, impact.Closed, impact.Unchanged, 0)}, 2, 2021},
		"the change that a new version does not answer": {kept,
			[]shift{change(2021, 1, impact.Closed, impact.NewVersion, 2), change(2023, 2, impact.Open, "", 0)}, 2, 2023},
		"the old version keeps its first change": {kept,
			[]shift{change(2021, 1, impact.Closed, impact.NewVersion, 2), change(2023, 2, impact.Open, "", 0)}, 1, 2021},
		"a citation that was gone between two wordings": {[][]int{{50}, {7}, {50}}, []shift{change(2021, 1, impact.Closed, impact.Unchanged, 0)}, 3, 0},
	} {
		var tasks []impact.Task
		events := map[sqldb.ID]event{}
		for _, c := range x.changes {
			tasks = append(tasks, c.task)
			events[c.event.ID] = c.event
		}
		got := standing(wordings(x.wordings...), inOrder(tasks, events, "2026-11-24"), version(x.shown))
		day := ""
		if x.want > 0 {
			day = fmt.Sprint(x.want, "-01-01")
		}
		if got[1].event.Day != day {
			t.Errorf("%s: %q, want %q", name, got[1].event.Day, day)
		}
	}
}

// A range that a change touches in several articles says each once.
func TestTheWordsOfAShift(t *testing.T) {
	n := func(a int) lawtext.Number { return lawtext.Number{N: a} }
	s := shift{reasons: []impact.Reason{{Kind: impact.NumberMoved, Old: n(50), New: n(51)}, {Kind: impact.ArticleGone, Old: n(52)}, {Kind: impact.ArticleGone, Old: n(52)}}}
	if got := s.words(); got != "第五十条 → 第五十一条，仅条号变动；第五十二条，条文删去" {
		t.Error(got)
	}
}
