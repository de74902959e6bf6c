package delegate

import (
	"fmt"
	"testing"

	"pgregory.net/rapid"

	"qingdan/internal/platform/sqldb"
)

// days are the days of the random worlds; two digits, so that they sort.
func day(n int) string { return fmt.Sprintf("2015-01-%02d", n) }

// drawBodies makes departments of which some end, each with a successor that
// stands on that day, so that no chain closes.
func drawBodies(t *rapid.T, ids []sqldb.ID, mustFollow bool) map[sqldb.ID]body {
	out := map[sqldb.ID]body{}
	for i, id := range ids {
		b := body{name: fmt.Sprint("部门", i)}
		if i+1 < len(ids) && rapid.Bool().Draw(t, "ends") {
			b.to = day(rapid.IntRange(2, 28).Draw(t, "end"))
			if mustFollow || rapid.Bool().Draw(t, "followed") {
				b.successor = ids[len(ids)-1] // the last one never ends
			}
		}
		out[id] = b
	}
	return out
}

func ids(n int) []sqldb.ID {
	out := make([]sqldb.ID, n)
	for i := range out {
		out[i] = sqldb.NewID()
	}
	return out
}

// Whatever was handed over, to whomever, given back or ended: as long as the
// owner's chain of succession stands, every part has a competent body, and
// whoever is named stands on that day.
//
// tests:减权/守恒
func TestSomebodyIsCompetentInEveryWorld(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		offices, halls, places := ids(4), ids(4), []string{"371522", "371525"}
		w := world{bodies: drawBodies(t, offices, true), grants: map[sqldb.ID][]grant{}, shared: map[sqldb.ID][]shared{}}
		for id, b := range drawBodies(t, halls, false) {
			w.bodies[id] = b
		}
		p := held{power: sqldb.NewID(), owner: offices[rapid.IntRange(0, 2).Draw(t, "owner")], kept: true}
		// One receiver at a time for each place, as the books keep it.
		for i, place := range places {
			at := 1
			for at < 26 && rapid.Bool().Draw(t, "another") {
				g := grant{offer: sqldb.NewID(), body: halls[2*i+rapid.IntRange(0, 1).Draw(t, "hall")], place: place, scope: EachPlace,
					form: rapid.SampledFrom(Forms()).Draw(t, "form"), parts: Parts(rapid.IntRange(1, int(Whole)).Draw(t, "parts"))}
				if g.form != Entrusted && rapid.Bool().Draw(t, "joint") {
					g.joint = "数额：示例"
				}
				from := rapid.IntRange(at, 27).Draw(t, "from")
				g.from = day(from)
				if at = 28; rapid.Bool().Draw(t, "returned") {
					at = rapid.IntRange(from+1, 28).Draw(t, "to")
					g.to = day(at)
				}
				w.grants[p.power] = append(w.grants[p.power], g)
			}
		}
		if rapid.Bool().Draw(t, "boundary") {
			w.shared[p.power] = []shared{{left: p.owner, right: offices[3], rule: "按地域划分", from: day(rapid.IntRange(1, 28).Draw(t, "since"))}}
		}
		for n := 1; n <= 28; n++ {
			for _, place := range places {
				all := w.holders(p, place, day(n))
				if !sound(all) {
					t.Fatalf("day %d in %s: %+v", n, place, all)
				}
				for _, h := range all {
					if now, ok := w.on(h.Body, day(n)); !ok || now != h.Body {
						t.Fatalf("day %d: %s does not stand", n, h.Name)
					}
				}
			}
		}
		if got := w.holders(held{power: p.power, owner: p.owner}, places[0], day(5)); got != nil {
			t.Fatalf("a power that is not kept is with %+v", got)
		}
	})
}

// What would break the law shows: two receivers at once, an owner that ended and
// left nobody.
func TestABrokenWorldIsNotSound(t *testing.T) {
	owner, a, b := sqldb.NewID(), sqldb.NewID(), sqldb.NewID()
	p := held{power: sqldb.NewID(), owner: owner, kept: true}
	w := world{bodies: map[sqldb.ID]body{owner: {name: "局"}, a: {name: "甲"}, b: {name: "乙"}}, grants: map[sqldb.ID][]grant{p.power: {
		{body: a, place: "371522", scope: EachPlace, form: ByDecision, parts: Whole, from: day(2)},
		{body: b, place: "371525", scope: OneBody, form: ByDecision, parts: Whole, from: day(2)},
	}}}
	if !sound(w.holders(p, "371525", day(2))) || sound(w.holders(p, "371522", day(2))) {
		t.Error("two receivers of one place pass")
	}
	w.bodies[owner] = body{name: "局", to: day(3)}
	w.grants = nil
	if !sound(w.holders(p, "371522", day(2))) || sound(w.holders(p, "371522", day(3))) {
		t.Error("an owner that ended without successor passes")
	}
}

func TestMonthsAreCivil(t *testing.T) {
	for _, c := range [][2]string{{later("2015-08-31", 6, 0), "2016-02-29"}, {later("2015-03-01", 6, 0), "2015-09-01"}, {later("2015-11-30", 3, 0), "2016-02-29"},
		{later("2015-12-20", 0, 15), "2016-01-04"}, {later("2015-12-31", 12, 0), "2016-12-31"}} {
		if c[0] != c[1] {
			t.Errorf("%s, want %s", c[0], c[1])
		}
	}
}

// Every state can be reached, and what is over stays over.
func TestTheTransitionTableIsWhole(t *testing.T) {
	reached := map[State]bool{Offered: true}
	for range States() {
		for s := range reached {
			for _, n := range s.Next() {
				reached[n] = true
			}
		}
	}
	for _, s := range States() {
		if !reached[s] || s.Label() == string(s) {
			t.Errorf("%s cannot be reached or has no word", s)
		}
		if s.Alive() != (len(s.Next()) > 0) {
			t.Errorf("%s: alive %v with %d ways on", s, s.Alive(), len(s.Next()))
		}
	}
}
