package match_test

import (
	"fmt"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"qingdan/internal/engine/match"
)

func TestGroupsOfOneListAreRankedWithTheirReasons(t *testing.T) {
	water, road := basis("《水法》第六十九条第一项"), basis("《城市道路管理条例》第四十二条")
	rows := []match.Row{
		{Name: "对擅自挖掘城市道路的处罚", Category: "行政处罚", Body: "住建局", Basis: road},
		{Name: "查处私自取水的行为", Category: "行政处罚", Body: "环保局", Basis: water, Object: "单位和个人"},
		{Name: "对擅自占用城市道路的处罚", Category: "行政处罚", Body: "城管局", Basis: road},
		{Name: "对未经批准擅自取水的行政处罚", Category: "行政处罚", Body: "城管局", Basis: water, Object: "单位和个人"},
		{Name: "对擅自取水的处罚", Category: "行政处罚", Body: "水利局", Basis: water, Object: "单位和个人"},
		{Name: "特种设备使用登记", Category: "行政许可", Body: "质监局"},
		{Name: "特种设备使用登记（市级权限）", Category: "行政许可", Body: "质监局"},
		{Name: "取水许可", Category: "行政许可", Body: "水利局", Basis: water},
	}
	got := match.Overlaps(rows)
	if len(got) != 2 {
		t.Fatalf("%d groups: %+v", len(got), got)
	}
	if o := got[0]; len(o.Members) != 2 || o.Across || o.Score != 1 || !slices.Contains(o.Reasons, "名称只有措辞不同") {
		t.Errorf("twice in one office: %+v", o)
	}
	o := got[1]
	var at []int
	for _, m := range o.Members {
		at = append(at, m.At)
	}
	slices.Sort(at)
	if !slices.Equal(at, []int{1, 3, 4}) || !o.Across || o.Reasons[0] != "同一条款：《水法》第六十九条第（一）项" || !slices.Contains(o.Reasons, "对象相同") || o.Place.Article != 69 {
		t.Errorf("three offices: %+v", o)
	}
	if o.Members[0].At != o.Head || o.Members[0].Likeness.Score != 1 || len(o.Members[1].Likeness.Reasons) == 0 {
		t.Errorf("members: %+v", o.Members)
	}
}

// What is alike step by step does not end in one group.
func TestLikenessDoesNotChain(t *testing.T) {
	on := basis("《药品管理法》第十四条")
	rows := []match.Row{
		{Name: "药品批发经营许可", Category: "行政许可", Body: "甲局", Basis: on},
		{Name: "药品经营许可", Category: "行政许可", Body: "乙局", Basis: on},
		{Name: "药品零售经营许可", Category: "行政许可", Body: "丙局", Basis: on},
	}
	for _, o := range match.Overlaps(rows) {
		if len(o.Members) > 2 {
			t.Errorf("批发 and 零售 in one group: %+v", o)
		}
	}
}

// Whatever a list holds: a row is in one group at most, every member is taken for
// the same matter as the head, none of them are set apart, and the groups do not
// depend on anything but the rows.
func TestGroupsAreStars(t *testing.T) {
	names := []string{"对擅自取水的处罚", "查处擅自取水的行为", "对未经批准取水的处罚", "对未按批准条件取水的处罚", "取水许可", "取水审批", "取水许可变更", "取水备案", "药品批发许可", "药品零售许可", "药品许可", "药品许可证核发"}
	places := []string{"", "《水法》第六十九条", "《水法》第六十九条第一项", "《水法》第六十九条第二项", "《药品管理法》第十四条"}
	rapid.Check(t, func(rt *rapid.T) {
		n := rapid.IntRange(0, 14).Draw(rt, "rows")
		rows := make([]match.Row, n)
		for i := range rows {
			rows[i] = match.Row{Name: rapid.SampledFrom(names).Draw(rt, "name"), Category: rapid.SampledFrom([]string{"行政处罚", "行政许可", ""}).Draw(rt, "category"),
				Body: rapid.SampledFrom([]string{"甲局", "乙局", "丙局"}).Draw(rt, "body"), Basis: basis(rapid.SampledFrom(places).Draw(rt, "basis"))}
		}
		got := match.Overlaps(rows)
		seen := map[int]bool{}
		for k, o := range got {
			bodies := map[string]bool{}
			for _, m := range o.Members {
				if seen[m.At] {
					rt.Fatalf("row %d is in two groups", m.At)
				}
				seen[m.At], bodies[rows[m.At].Body] = true, true
				if m.Likeness.Score < match.Same || m.Likeness.Score < o.Score {
					rt.Fatalf("%s is no member: %.2f", rows[m.At].Name, m.Likeness.Score)
				}
			}
			for i, m := range o.Members[1:] {
				for _, other := range o.Members[1 : i+1] {
					if l := compare(rows[m.At], rows[other.At]); l.Apart != "" {
						rt.Fatalf("%s and %s are in one group: %s", rows[m.At].Name, rows[other.At].Name, l.Apart)
					}
				}
			}
			if len(o.Members) < 2 || o.Across != (len(bodies) > 1) || k > 0 && got[k-1].Score < o.Score-0.0005 {
				rt.Fatalf("group %d: %+v", k, o)
			}
		}
		if again := match.Overlaps(rows); fmt.Sprint(again) != fmt.Sprint(got) {
			rt.Fatal("the same rows gave other groups")
		}
	})
}

func TestOfficesAreKnownByTheirShortNames(t *testing.T) {
	for _, c := range []struct {
		a, b string
		same bool
	}{
		{"聊城市水利局", "市水利局", true}, {"市市场监督管理局", "区市监局", true}, {"住房和城乡建设局", "住建局", true}, {"市政务服务局", "政务服务局", true},
		{"聊城市市政局", "市政局", true}, {"水利局", "水务局", false}, {"公安局", "公路局", false}, {"", "", false}, {"市教育局", "", false}, {"农业局", "农业农村委员会", false},
	} {
		if got := match.SameOffice(c.a, c.b); got != c.same {
			t.Errorf("%s, %s: %v", c.a, c.b, got)
		}
	}
}
