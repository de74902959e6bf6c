package library

import (
	"net/url"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"pgregory.net/rapid"

	"qingdan/internal/engine/lawtext"
	"qingdan/internal/errs"
	"qingdan/internal/platform/sqldb"
	"qingdan/internal/registry/calendar"
	"qingdan/internal/registry/law"
	"qingdan/internal/service/impact"
)

// TestQueryIsItsAddress: a query read from its own address is the same.
func TestQueryIsItsAddress(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		word := rapid.SampledFrom([]string{"", "法律", "a&b=c", "甲 乙", "%+#?"})
		q := query{Words: word.Draw(t, "q"), In: rapid.SampledFrom([]string{"", byTitles}).Draw(t, "in"), Level: word.Draw(t, "level"), Field: word.Draw(t, "field"),
			State: word.Draw(t, "state"), Sort: rapid.SampledFrom([]string{sortPlain, sortTitle, sortNewest, sortUses}).Draw(t, "sort"),
			Size: rapid.SampledFrom(sizes()).Draw(t, "size")}
		u, err := url.Parse(q.at(LawsPath))
		if err != nil {
			t.Fatal(err)
		}
		back, err := parseQuery(u.Query())
		if err != nil || back != q {
			t.Fatalf("%+v became %+v, %v", q, back, err)
		}
	})
}

func FuzzQuery(f *testing.F) {
	for _, s := range []string{"q=甲&size=20&in=title", "sort=uses&state=现行有效", "q=" + strings.Repeat("x", 500), "level=%00%ff", "state=overdue&event=x", "from=&to=&part=-1"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, raw string) {
		v, err := url.ParseQuery(raw)
		if err != nil {
			return
		}
		if q, err := parseQuery(v); err != nil && errs.KindOf(err) != errs.Invalid || err == nil && q.Size == 0 {
			t.Fatalf("%q: %+v, %v", raw, q, err)
		}
		if _, err := parseChanges(v, List{}); err != nil && errs.KindOf(err) != errs.Invalid && errs.KindOf(err) != errs.NotFound {
			t.Fatalf("%q: %v", raw, err)
		}
	})
}

// TestStandingOfALaw: where a law and each of its texts stand on a day.
func TestStandingOfALaw(t *testing.T) {
	b := &book{Editions: []law.Edition{{Effective: "2010-01-01", Repealed: "2020-07-01"}, {Effective: "2020-01-01", Repealed: "2020-07-01"}}}
	ahead := &book{Editions: []law.Edition{{Effective: "2030-01-01"}}}
	both := &book{Editions: []law.Edition{{Effective: "2010-01-01"}, {Effective: "2030-01-01"}}}
	for _, c := range []struct {
		b      *book
		day    string
		at     int
		want   standing
		lights []string
	}{
		{b, "2015-01-01", 0, inForce, []string{"现行有效", "尚未施行"}},
		{b, "2020-03-01", 1, inForce, []string{"已被新版代替", "现行有效"}},
		{b, "2020-07-01", 1, ended, []string{"已于2020年7月1日废止", "已于2020年7月1日废止"}},
		{ahead, "2026-01-01", 0, notYet, []string{"尚未施行"}},
		{both, "2026-01-01", 0, inForce, []string{"现行有效", "尚未施行"}},
	} {
		at, s := c.b.on(c.day)
		var lights []string
		for i := range c.b.Editions {
			lights = append(lights, c.b.light(i, c.day).Word)
		}
		if at != c.at || s != c.want || !slices.Equal(lights, c.lights) {
			t.Errorf("%s: text %d, %s, %q; want %d, %s, %q", c.day, at, s, lights, c.at, c.want, c.lights)
		}
	}
}

// TestOrdersOfTheList: later days come first, unknown ones last.
func TestOrdersOfTheList(t *testing.T) {
	days := []string{"", "2009-12-31", "2026-01-01", "2010-01-01"}
	slices.SortFunc(days, func(a, b string) int { return strings.Compare(backwards(a), backwards(b)) })
	if want := []string{"2026-01-01", "2010-01-01", "2009-12-31", ""}; !slices.Equal(days, want) {
		t.Errorf("%q, want %q", days, want)
	}
}

// TestPassageIsATruePiece: the pieces of a passage are a stretch of the text, as
// long as allowed, and what is marked is a word.
func TestPassageIsATruePiece(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.StringOf(rapid.SampledFrom([]rune("安全生产罚款，。\n条例x"))).Draw(t, "text")
		words := rapid.SliceOfN(rapid.SampledFrom([]string{"安全", "安全生产", "罚款", "产罚", "x"}), 1, 3).Draw(t, "words")
		flat := strings.ReplaceAll(text, "\n", "")
		pieces := passage(text, words)
		held := slices.ContainsFunc(words, func(w string) bool { return strings.Contains(flat, w) })
		if held != (len(pieces) > 0) {
			t.Fatalf("%q in %q: %v", words, text, pieces)
		}
		joined, hits := "", 0
		for _, p := range pieces {
			joined += p.Word
			if p.Tone == "hit" {
				hits++
				if !slices.Contains(words, p.Word) {
					t.Fatalf("%q is marked and no word", p.Word)
				}
			}
		}
		joined = strings.Trim(joined, "…")
		if !strings.Contains(flat, joined) || utf8.RuneCountInString(joined) > passageRunes || held && hits == 0 {
			t.Fatalf("%q is no passage of %q", joined, flat)
		}
	})
}

func TestBestArticleHoldsMostWords(t *testing.T) {
	id := sqldb.NewID()
	all := []found{{id, lawtext.Number{N: 1}, "安全"}, {id, lawtext.Number{N: 2}, "安全和罚款"}, {id, lawtext.Number{N: 3}, "罚款和安全"}}
	if best := bestFound(all, []string{"安全", "罚款"}); best[id].Number.N != 2 {
		t.Errorf("%+v", best)
	}
}

// TestReasonsInWords: each reason as an official reads it.
func TestReasonsInWords(t *testing.T) {
	n := func(n int) lawtext.Number { return lawtext.Number{N: n} }
	for _, c := range []struct {
		r    impact.Reason
		want string
	}{
		{impact.Reason{Kind: impact.TextChanged, Old: n(5), New: n(5)}, "第五条 修改"},
		{impact.Reason{Kind: impact.TextChanged, Old: n(5), New: n(6)}, "第五条 → 第六条 修改"},
		{impact.Reason{Kind: impact.NumberMoved, Old: n(12), New: n(11)}, "第十二条 → 第十一条 仅条号变动"},
		{impact.Reason{Kind: impact.ArticleGone, Old: n(5)}, "第五条 删去"},
		{impact.Reason{Kind: impact.OtherChanged, Old: n(5), New: n(5)}, "第五条 其他款项修改"},
		{impact.Reason{Kind: impact.LawRepealed, Old: n(5)}, "法规废止"},
		{impact.Reason{Kind: impact.ActChanges, Old: n(5), Note: "第五条：修改"}, "修改决定涉及：第五条：修改"},
		{impact.Reason{Kind: impact.LevelTooLow, Note: "余下的依据是规范性文件"}, "层级不再足够（余下的依据是规范性文件）"},
	} {
		if got := reason(c.r); got != c.want {
			t.Errorf("%+v: %q, want %q", c.r, got, c.want)
		}
	}
}

// TestLightOfATask: overdue behind the last day, nearly due when one working day
// or a tenth of the term is left.
func TestLightOfATask(t *testing.T) {
	c := calendar.Builtin()
	for _, x := range []struct{ starts, due, word string }{
		{"2026-11-09", "2026-11-23", "超时"}, {"2026-11-10", "2026-11-24", "临期"}, {"2026-11-11", "2026-11-25", "临期"}, {"2026-11-12", "2026-11-26", "正常"},
		{"2026-10-12", "2026-11-26", "临期"}, {"2027-01-04", "2027-01-18", "正常"},
	} {
		got, err := taskLight(c, impact.Task{State: impact.Open, Starts: x.starts, Due: x.due}, "2026-11-24")
		if err != nil || got.Word != x.word {
			t.Errorf("%s to %s: %+v %v, want %s", x.starts, x.due, got, err, x.word)
		}
	}
	if got, err := taskLight(c, impact.Task{State: impact.Closed, Outcome: impact.Unchanged, Due: "2020-01-01"}, "2026-11-24"); err != nil || got.Tone != "still" || got.Word != "确认不变" {
		t.Errorf("closed: %+v %v", got, err)
	}
}
