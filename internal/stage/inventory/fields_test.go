package inventory_test

import (
	"encoding/json"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"qingdan/internal/platform/sqldb"
	"qingdan/internal/registry/power"
	"qingdan/internal/service/round"
	"qingdan/internal/stage/inventory"
)

// Every element that a version can hold has its field: what is in no form cannot
// be mended.
func TestNoElementIsWithoutField(t *testing.T) {
	have := map[string]bool{"statutory_text": true, "promised_text": true} // the words of a limit stand in its field
	for _, f := range inventory.Fields() {
		if have[f.Key] || f.Label == "" || f.Section == "" || f.Max == 0 {
			t.Errorf("field %+v is twice there, or lacks something", f.Key)
		}
		have[f.Key] = true
	}
	elements := reflect.TypeFor[power.Elements]()
	for i := range elements.NumField() {
		if key, _, _ := strings.Cut(elements.Field(i).Tag.Get("json"), ","); !have[key] {
			t.Errorf("element %s has no field", key)
		}
	}
	for _, f := range round.Fields() {
		if f.Key != round.WholePower && !have[f.Key] {
			t.Errorf("an opinion may speak of %s, which no form has", f.Key)
		}
	}
	var labels []string
	for _, f := range inventory.Fields() {
		labels = append(labels, f.Label)
	}
	for _, e := range power.RequiredElements() {
		if !slices.Contains(labels, e.Name) {
			t.Errorf("nobody can fill in the required element %s", e.Name)
		}
	}
}

// What opinions and forms call a field is one word, and they show the same text.
func TestFieldsAreCalledAlikeEverywhere(t *testing.T) {
	v := permit("取水许可").Version(sqldb.NewID())
	for _, f := range round.Fields() {
		if f.Key == round.WholePower || f.Key == "fee" {
			continue
		}
		mine, _ := inventory.FieldOf(f.Key)
		if mine.Label != f.Label || mine.OfVersion(v) != f.Text(v) {
			t.Errorf("%s: %s %q in forms, %s %q in opinions", f.Key, mine.Label, mine.OfVersion(v), f.Label, f.Text(v))
		}
	}
}

// anyWording draws wordings as departments make them, in files and in forms.
func anyWording(t *rapid.T) inventory.Wording {
	text := rapid.SampledFrom([]string{"", "无", "取水许可", "第一行\n第二行", "20个工作日", "当场办结", "大概一个月", "收费", "是", " 前后有空格 ", "30日（自然日）"})
	w := inventory.Wording{Category: rapid.SampledFrom(append(power.Categories(), power.CategoryService, "", "行政许可")).Draw(t, "category"),
		SchemeCategory: text.Draw(t, "scheme"), Initiative: rapid.SampledFrom([]power.Initiative{"", power.OnApplication, power.ExOfficio}).Draw(t, "initiative")}
	for _, f := range inventory.Fields() {
		if f.Kind == inventory.Text || f.Kind == inventory.Area || f.Kind == inventory.LimitText {
			f.Set(&w, text.Draw(t, f.Key))
		}
	}
	w.Elements.Fee = rapid.SampledFrom([]*bool{nil, new(bool)}).Draw(t, "fee")
	w.Elements.FeeText = text.Draw(t, "fee text")
	if rapid.Bool().Draw(t, "limit without words") {
		w.Elements.StatutoryText, w.Elements.Statutory = "", &power.Limit{Days: 20, Unit: "工作日"}
	}
	return w
}

// A form that is sent back as it was shown, through the line ends of browsers, is
// the same wording: nobody changes a power by looking at it.
func TestAFormSentBackChangesNothing(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		w := anyWording(t)
		before, err := json.Marshal(w)
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range inventory.Fields() {
			f.Set(&w, strings.ReplaceAll(f.Get(w), "\n", "\r\n"))
		}
		after, err := json.Marshal(w)
		if err != nil || string(before) != string(after) {
			t.Fatalf("%s became %s (%v)", before, after, err)
		}
	})
}

// What is typed is what is shown, but for blank ends and control characters; and
// differences are found between any two wordings exactly where they are.
func TestDifferencesAreWhereTheTextsDiffer(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a, b := anyWording(t), anyWording(t)
		found := map[string]bool{}
		for _, d := range inventory.Differences(a, b) {
			found[d.Key] = true
			if d.Old == d.New || d.Get(a) != d.Old || d.Get(b) != d.New {
				t.Fatalf("difference in %s: %q, %q", d.Key, d.Old, d.New)
			}
		}
		for _, f := range inventory.Fields() {
			if found[f.Key] != (f.Get(a) != f.Get(b)) {
				t.Fatalf("%s: %q and %q, found %t", f.Key, f.Get(a), f.Get(b), found[f.Key])
			}
		}
	})
}

func TestTypedTextIsUnderstood(t *testing.T) {
	var w inventory.Wording
	set(&w, "statutory", "20个工作日（不含听证）")
	set(&w, "promised", "当场办结")
	set(&w, "category", "行政处罚")
	if *w.Elements.Statutory != (power.Limit{Days: 20, Unit: "工作日"}) || !w.Elements.Promised.Immediate || w.Initiative != power.ExOfficio || w.SchemeCategory != "行政处罚" {
		t.Errorf("read as %+v %+v %s", w.Elements.Statutory, w.Elements.Promised, w.Initiative)
	}
	set(&w, "statutory", "尽快")
	if w.Elements.Statutory != nil || w.Elements.StatutoryText != "尽快" {
		t.Errorf("not understood, yet %+v, or the words are gone: %q", w.Elements.Statutory, w.Elements.StatutoryText)
	}
	set(&w, "category", "其他权力")
	if w.Initiative != power.ExOfficio {
		t.Errorf("the choice of the department was thrown away: %q", w.Initiative)
	}
	w.Elements.FeeText = "收费"
	set(&w, "fee", "否")
	if *w.Elements.Fee || w.Elements.FeeText != "" {
		t.Errorf("不收费 beside %q", w.Elements.FeeText)
	}
	w.Category = power.CategoryService
	f, _ := inventory.FieldOf("category")
	if got := f.Options(w); got[0] != "公共服务" || len(got) != 11 {
		t.Errorf("the form cannot show what is chosen: %v", got)
	}
}

func TestFlawsSayWhereAndHowToMend(t *testing.T) {
	w := permit("取水许可")
	if flaws := w.Validate(); len(flaws) > 0 {
		t.Fatalf("a whole wording has flaws: %+v", flaws)
	}
	for key, text := range map[string]string{"statutory": "尽快", "promised": "30日", "materials": "申请书\n其他材料", "basis": "有关规定", "steps": "", "fee": "是", "complaint": ""} {
		set(&w, key, text)
	}
	var got []string
	for _, f := range w.Validate() {
		if f.Mend == "" || f.Label == "" {
			t.Errorf("%+v says not how to mend it", f)
		}
		hard := ""
		if f.Hard {
			hard = "!"
		}
		got = append(got, hard+f.Key+" "+f.Message)
	}
	want := []string{"basis 没有可以识别的法规名称和条款", "materials 有“其他材料”一类的兜底要求", "statutory 看不出是多长时间", "promised 没有写明是工作日还是自然日",
		"steps 缺少办理环节", "fee_basis 收费没有依据", "complaint 缺少监督电话"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("flaws (-want +got):\n%s", diff)
	}
	if hard := inventory.Hard(w.Validate()); len(hard) > 0 {
		t.Errorf("what a department may report as it is was refused: %+v", hard)
	}
	w = permit("取水许可")
	set(&w, "statutory", "10个自然日")
	set(&w, "promised", "30个自然日")
	if flaws := w.Validate(); len(flaws) != 1 || flaws[0].Key != "promised" || flaws[0].Message != "承诺时限长于法定时限" {
		t.Errorf("a promise longer than the law: %+v", flaws)
	}
}
