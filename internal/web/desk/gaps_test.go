package desk

import (
	"errors"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"
	"unicode/utf8"

	"qingdan/internal/platform/sqldb"
	"qingdan/internal/registry/org"
	"qingdan/internal/registry/power"
	"qingdan/internal/service/gaps"
	"qingdan/internal/web/ui"
)

// Whoever asks in one state gets the same, computed once; another state is
// computed anew, and a failure is tried again.
func TestOneStateIsComputedOnce(t *testing.T) {
	var h holding
	var runs int
	begun, finish := make(chan bool), make(chan bool)
	slow := func() (*held, error) {
		runs++
		close(begun)
		<-finish
		return &held{}, nil
	}
	monday, tuesday := gaps.State{Day: "2026-11-23"}, gaps.State{Day: "2026-11-24"}
	got := make([]*held, 8)
	var all sync.WaitGroup
	for i := range got {
		all.Go(func() { got[i], _ = h.in(monday, slow) })
	}
	<-begun
	close(finish)
	all.Wait()
	again, _ := h.in(monday, slow)
	for _, x := range got {
		if x != again || x == nil {
			t.Errorf("%p, want %p", x, again)
		}
	}
	if runs != 1 {
		t.Errorf("computed %d times", runs)
	}
	broken := errors.New("broken")
	if _, err := h.in(tuesday, func() (*held, error) { return nil, broken }); !errors.Is(err, broken) {
		t.Errorf("%v", err)
	}
	if x, err := h.in(tuesday, func() (*held, error) { return &held{}, nil }); err != nil || x == nil || x == again {
		t.Errorf("after a failure: %v, %v", x, err)
	}
}

func TestTheAddressOfCluesComesBack(t *testing.T) {
	for _, f := range []clueFilter{{}, {Kind: clueUncited}, {Category: power.CategoryOther}, {sqldb.NewID(), clueOther, power.CategoryPenalty}} {
		got, err := parseClueFilter(f.values())
		if err != nil || got != f {
			t.Errorf("%+v comes back as %+v, %v", f, got, err)
		}
	}
}

func FuzzParseClueFilter(f *testing.F) {
	f.Add("department=x&kind=&category=%E8%A1%8C%E6%94%BF%E5%A4%84%E7%BD%9A")
	f.Add(clueFilter{sqldb.NewID(), clueSilent, power.CategoryLevy}.values().Encode())
	f.Fuzz(func(t *testing.T, query string) {
		q, err := url.ParseQuery(query)
		if err != nil {
			return
		}
		c, err := parseClueFilter(q)
		if err != nil {
			return
		}
		if again, err := parseClueFilter(c.values()); err != nil || again != c {
			t.Errorf("%+v comes back as %+v, %v", c, again, err)
		}
	})
}

// The counts of a facet are those of the other facets alone.
func TestAFacetOfCluesLeavesItsOwnChoiceOut(t *testing.T) {
	a, b := sqldb.NewID(), sqldb.NewID()
	all := []clue{
		{Kind: clueUncited, Department: a, Category: power.CategoryPermit}, {Kind: clueUncited, Department: b, Category: power.CategoryPermit},
		{Kind: clueSilent, Department: a, Category: power.CategoryPermit}, {Kind: clueSilent, Department: a, Category: power.CategoryPenalty},
	}
	f := clueFilter{a, clueSilent, power.CategoryPermit}
	n := f.count(all)
	if n.kinds[clueUncited] != 1 || n.kinds[clueSilent] != 1 || n.categories[power.CategoryPenalty] != 1 || n.departments[a] != 1 || n.departments[b] != 0 {
		t.Errorf("%+v", n)
	}
	if got := f.choose(all); len(got) != 1 || got[0].Kind != clueSilent || got[0].Category != power.CategoryPermit {
		t.Errorf("%+v", got)
	}
}

// Clues stand by department, then direction, then title in pinyin and article,
// or code; every place in that order is another.
func TestCluesStandInOneOrder(t *testing.T) {
	first, second := org.Department{ID: sqldb.NewID(), OrderKey: "a"}, org.Department{ID: sqldb.NewID(), OrderKey: "ab"}
	text := sqldb.NewID()
	granted := func(d org.Department, title string, article int, c power.Category) gaps.Candidate {
		g := gaps.Candidate{Department: d.ID, Edition: text, Article: article, Category: c}
		g.Document.Title, g.Ref.Law, g.Ref.Article = title, title, article
		return g
	}
	found := gaps.Gaps{
		Uncited: []gaps.Candidate{granted(second, "水法", 2, power.CategoryPermit), granted(first, "水法", 10, power.CategoryPermit),
			granted(first, "水法", 9, power.CategoryLevy), granted(first, "水法", 9, power.CategoryPenalty), granted(first, "防洪法", 30, power.CategoryPermit)},
		Ungranted: []gaps.Baseless{{Power: sqldb.NewID(), Department: first.ID, Name: "乙", Code: "2", Strong: true},
			{Power: sqldb.NewID(), Department: first.ID, Name: "甲", Code: "1"}, {Power: sqldb.NewID(), Department: first.ID, Name: "丙", Code: "10", Strong: true}},
	}
	clues := cluesOf(found, []org.Department{first, second}, true)
	var got []string
	for i, c := range clues {
		got = append(got, c.Title+string(c.Category))
		if i > 0 && clues[i-1].cursor.Compare(c.cursor) >= 0 {
			t.Errorf("%s does not come after %s", c.Title, clues[i-1].Title)
		}
		if back, err := ui.ParseCursor(c.cursor.String()); err != nil || back != c.cursor {
			t.Errorf("%+v comes back as %+v, %v", c.cursor, back, err)
		}
	}
	want := []string{"《防洪法》第三十条行政审批", "《水法》第九条行政处罚", "《水法》第九条行政征收", "《水法》第十条行政审批", "丙", "乙", "甲", "《水法》第二条行政审批"}
	if !slices.Equal(got, want) {
		t.Errorf("got %v\nwant %v", got, want)
	}
	if clues[4].Href != "/powers/10" {
		t.Errorf("a listed power leads to %s", clues[4].Href)
	}
	for _, c := range cluesOf(found, []org.Department{first, second}, false) {
		if c.Code != "" && c.Href != "" {
			t.Errorf("a power that is on no list leads to %s", c.Href)
		}
	}
}

func TestTheWordsOfAClue(t *testing.T) {
	for text, want := range map[string]int{"由水行政主管部门处罚": 3, "水行政主管部门处罚": 2, "处一万元罚款": 1} {
		words, marked := markBody(text, "水行政主管部门")
		var all string
		for _, w := range words {
			all += w.Word
		}
		if len(words) != want || all != text || marked != (want > 1) {
			t.Errorf("%s: %+v, %v", text, words, marked)
		}
	}
	if words, marked := markBody("处罚", ""); len(words) != 1 || marked {
		t.Errorf("%+v, %v", words, marked)
	}
	for _, long := range []string{strings.Repeat("违反规定，", 100), strings.Repeat("字", 500)} {
		got, cut := strings.CutSuffix(clip(long), "……")
		if n := utf8.RuneCountInString(got); !cut || n > quoteRunes || n < quoteRunes-10 || !strings.HasPrefix(long, got) || strings.HasSuffix(got, "，") {
			t.Errorf("%d characters: %s", n, got)
		}
	}
	if short := strings.Repeat("字", quoteRunes); clip(short) != short {
		t.Error("a text that fits is clipped")
	}
}
