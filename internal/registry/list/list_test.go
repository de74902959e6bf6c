package list_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"maps"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"qingdan/internal/errs"
	"qingdan/internal/platform/sqldb"
	"qingdan/internal/registry/list"
)

// number makes an id that is the same for the same number.
func number(n int) (id sqldb.ID) {
	id[0], id[15] = 1, byte(n)
	return id
}

func drawList(t *rapid.T, name string) map[sqldb.ID]sqldb.ID {
	return rapid.MapOf(rapid.Custom(func(t *rapid.T) sqldb.ID { return number(rapid.IntRange(1, 12).Draw(t, "power")) }),
		rapid.Custom(func(t *rapid.T) sqldb.ID { return number(100 + rapid.IntRange(1, 3).Draw(t, "version")) })).Draw(t, name)
}

func TestTheChangesAppliedToTheEditionBeforeGiveTheNext(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		before, next := drawList(t, "before"), drawList(t, "next")
		order := slices.SortedFunc(maps.Keys(union(before, next)), func(a, b sqldb.ID) int { return bytes.Compare(a[:], b[:]) })
		got := maps.Clone(before)
		touched := map[sqldb.ID]bool{}
		for _, c := range list.Compare(before, next, order) {
			if touched[c.Power] {
				t.Fatalf("power %s is changed twice", c.Power)
			}
			touched[c.Power] = true
			switch c.Kind {
			case list.AddedTo:
				if _, there := got[c.Power]; there || !c.Old.IsZero() {
					t.Fatalf("added what was there: %+v", c)
				}
				got[c.Power] = c.New
			case list.AmendedIn:
				if got[c.Power] != c.Old || c.Old == c.New {
					t.Fatalf("amended from what was not there, or to the same: %+v", c)
				}
				got[c.Power] = c.New
			case list.RemovedFrom:
				if got[c.Power] != c.Old || !c.New.IsZero() {
					t.Fatalf("removed what was not there: %+v", c)
				}
				delete(got, c.Power)
			default:
				t.Fatalf("unknown kind %q", c.Kind)
			}
		}
		if !maps.Equal(got, next) {
			t.Fatalf("applying the changes gives %v, want %v", got, next)
		}
	})
}

func union(a, b map[sqldb.ID]sqldb.ID) map[sqldb.ID]sqldb.ID {
	out := maps.Clone(a)
	maps.Copy(out, b)
	return out
}

func TestTheDigestIsComputedByAnOutsiderFromCodesAndVersionDigests(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		codes := rapid.SliceOfNDistinct(rapid.StringMatching(`[0-9A-Z-]{1,12}`), 0, 9, rapid.ID[string]).Draw(t, "codes")
		var entries []list.Entry
		var lines []string
		for _, c := range codes {
			d := sha256.Sum256([]byte(c))
			entries = append(entries, list.Entry{Code: c, Name: "名称不算", VersionDigest: d})
			lines = append(lines, c+" "+hex.EncodeToString(d[:])+"\n")
		}
		got := list.Digest(entries)
		slices.Sort(lines) // a code ends at the blank, which sorts before all of a code's characters
		if got != sha256.Sum256([]byte(strings.Join(lines, ""))) {
			t.Fatal("digest differs")
		}
		for i, e := range entries {
			if e.Code != codes[i] {
				t.Fatal("the entries were put in another order")
			}
		}
		if len(entries) > 0 {
			entries[0].VersionDigest[0] ^= 1
			if list.Digest(entries) == got {
				t.Fatal("another version, the same digest")
			}
		}
	})
}

func TestSomebodyElsesListIsReadOrRefusedAtItsCell(t *testing.T) {
	items, err := list.ReadItems([]byte("某市目录\n编码,名称,部门,类别,依据\nA1,取水许可,市水利局,行政许可,《示例条例》第二条\nA2,打井许可,,,\n"), "目录.csv")
	want := []list.Item{{Code: "A1", Name: "取水许可", Department: "市水利局", Category: "行政许可", Basis: "《示例条例》第二条"}, {Code: "A2", Name: "打井许可"}}
	if err != nil || !slices.Equal(items, want) {
		t.Errorf("items %+v, %v", items, err)
	}
	for text, place := range map[string]string{"编码,名称\nA1,取水许可\nA2,\n": "B3", "编码,名字\nA1,取水许可\n": "名称", "": "空"} {
		_, err := list.ReadItems([]byte(text), "目录.csv")
		if errs.KindOf(err) != errs.Invalid || !strings.Contains(errs.Message(err), "目录.csv") || !strings.Contains(errs.Message(err), place) {
			t.Errorf("%q: %v, want Invalid naming %s", text, err, place)
		}
	}
}

func TestListsOfOtherPlacesAreReadUnderTheirOwnHeadings(t *testing.T) {
	items, wrong, err := list.CheckItems([]byte("邻市权力清单\n序号,权力名称,实施主体,权力类型,法律依据,行使层级\n1,取水许可,邻市水利局,行政许可,《水法》第七条,市级\n2,,邻市水利局,,,\n3,"+strings.Repeat("长", 501)+",,,,\n"), "邻市.csv")
	if err != nil || len(items) != 3 || items[0] != (list.Item{Name: "取水许可", Department: "邻市水利局", Category: "行政许可", Basis: "《水法》第七条", Level: "市级"}) {
		t.Errorf("%+v, %v", items, err)
	}
	if len(wrong) != 2 || wrong[0].Place != "B4" || wrong[1].Place != "B5" {
		t.Errorf("wrong lines %v", wrong)
	}
}

func FuzzReadItems(f *testing.F) {
	f.Add([]byte("编码,名称\nA1,取水许可\n"))
	f.Add([]byte("名称\n\"开着的引号\n"))
	f.Add([]byte("PK\x03\x04"))
	f.Fuzz(func(t *testing.T, b []byte) {
		items, err := list.ReadItems(b, "f")
		if err != nil && errs.KindOf(err) != errs.Invalid && errs.KindOf(err) != errs.TooLarge {
			t.Errorf("error %v", err)
		}
		for _, it := range items {
			if it.Name == "" {
				t.Errorf("an item without name: %+v", it)
			}
		}
	})
}
