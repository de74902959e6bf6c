package match_test

import (
	"bufio"
	"encoding/json"
	"os"
	"strings"
	"testing"

	"qingdan/internal/engine/match"
	"qingdan/internal/testkit"
)

// listed is a row of a real list.
type listed struct {
	ID       string `json:"id"`
	Name     string `json:"name"`
	Code     string `json:"base_code"`
	Category string `json:"task_type_name"`
}

// pairing is a pair that people found, by row and code.
type pairing struct {
	A        string `json:"a"`
	B        string `json:"b"`
	Relation string `json:"relation"`
}

func lines[T any](t testing.TB, name string) []T {
	t.Helper()
	f, err := os.Open(testkit.Shared(t, "items", name))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	var out []T
	s := bufio.NewScanner(f)
	s.Buffer(nil, 1<<20)
	for s.Scan() {
		var v T
		if err := json.Unmarshal(s.Bytes(), &v); err != nil {
			t.Fatal(err)
		}
		out = append(out, v)
	}
	return out
}

func rowsOf(list []listed, codes bool) []match.Row {
	out := make([]match.Row, len(list))
	for i, l := range list {
		out[i] = match.Row{Name: l.Name, Category: l.Category}
		if codes {
			out[i].Code = l.Code
		}
	}
	return out
}

// TestRealListsOfTwoRegionsAreAligned measures against the pairs that the common
// catalogue code proves, with the codes at hand and without them.
func TestRealListsOfTwoRegionsAreAligned(t *testing.T) {
	theirs, ours := lines[listed](t, "items_ziyang.jsonl"), lines[listed](t, "items_guangan.jsonl")
	want, wrong := map[string]string{}, map[string]string{}
	for _, p := range lines[pairing](t, "match_examples.jsonl") {
		if p.Relation == "same" {
			want[p.A] = p.B
		} else {
			wrong[p.A] = p.B // one code for two matters
		}
	}
	for _, codes := range []bool{true, false} {
		found := match.Align(rowsOf(ours, codes), rowsOf(theirs, codes), match.Known{}).Pairs
		right := 0
		for _, p := range found {
			a, b := theirs[p.B], ours[p.A]
			switch {
			case want[a.ID] == b.ID, want[a.ID] == "" && wrong[a.ID] != b.ID && a.Name == b.Name:
				right++
			default:
				t.Logf("wrong: %s ~ %s %.2f %v", a.Name, b.Name, p.Score, p.Reasons)
			}
		}
		precision, recall := float64(right)/float64(len(found)), float64(right)/float64(len(want)+len(wrong))
		t.Logf("codes %v: %d pairs, precision %.3f, recall %.3f", codes, len(found), precision, recall)
		if precision < 0.95 || recall < 0.95 {
			t.Errorf("codes %v: precision %.3f, recall %.3f", codes, precision, recall)
		}
	}
}

// TestNoItemOfOneListIsTakenForAnother: every item of a real list is another
// matter than all others of the list. Each is held against the list without it.
func TestNoItemOfOneListIsTakenForAnother(t *testing.T) {
	list := lines[listed](t, "items_guangan.jsonl")
	items := make([]match.Item, len(list))
	for i, r := range rowsOf(list, false) {
		items[i] = match.Prepare(r)
	}
	x := match.NewIndex(items)
	alarms := 0
	for i, it := range items {
		best := match.Likeness{}
		at := -1
		for _, j := range x.Near(it) {
			if l := match.Compare(items[j], it); j != i && l.Score > best.Score {
				best, at = l, j
			}
		}
		if best.Score >= match.Same {
			alarms++
			if i < at {
				t.Logf("%.2f %s ~ %s", best.Score, list[i].Name, list[at].Name)
			}
		}
	}
	t.Logf("%d of %d items have a namesake in their own list", alarms, len(list))
	if share := float64(alarms) / float64(len(list)); share > 0.08 {
		t.Errorf("%.3f of the items are taken for another", share)
	}
}

// TestRealNamesAreFoundAgainInOtherWords: a list is held against itself as
// another place's clerks would have written it.
func TestRealNamesAreFoundAgainInOtherWords(t *testing.T) {
	list := lines[listed](t, "items_guangan.jsonl")
	ours, theirs := rowsOf(list, false), rowsOf(list, false)
	reworded := 0
	for i := range theirs {
		if w := otherWords(theirs[i].Name, i); w != theirs[i].Name {
			theirs[i].Name = w
			reworded++
		}
	}
	found := match.Align(ours, theirs, match.Known{}).Pairs
	right := 0
	for _, p := range found {
		if p.A == p.B || list[p.A].Name == list[p.B].Name {
			right++
		} else {
			t.Logf("%.2f %s ~ %s", p.Score, ours[p.A].Name, theirs[p.B].Name)
		}
	}
	precision, recall := float64(right)/float64(len(found)), float64(right)/float64(len(list))
	t.Logf("%d of %d names reworded: precision %.3f, recall %.3f", reworded, len(list), precision, recall)
	if precision < 0.95 || recall < 0.95 || reworded < 200 {
		t.Errorf("precision %.3f, recall %.3f, %d reworded", precision, recall, reworded)
	}
}

// otherWords says a name as somebody else would.
func otherWords(name string, i int) string {
	for _, p := range [][2]string{{"审批", "许可"}, {"许可证核发", "许可"}, {"核准", "审批"}, {"许可", "审批"}, {"备案", "备案登记"}, {"登记", "登记（市级权限）"},
		{"认定", "确认"}, {"审核", "审批"}, {"、", "和"}, {"所需", "用"}, {"的", ""}} {
		if strings.Contains(name, p[0]) && i%3 > 0 {
			return strings.Replace(name, p[0], p[1], 1)
		}
	}
	if i%3 == 0 {
		return "对" + name
	}
	return name
}
