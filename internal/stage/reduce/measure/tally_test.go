package measure

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"qingdan/internal/platform/sqldb"
	"qingdan/internal/registry/power"
	"qingdan/internal/stage/reduce"
)

// subjects are matters that have nothing in common.
func subjects() []string {
	return strings.Fields("取水 河道采砂 食品生产 药品批发 道路客运 种子经营 农药登记 烟花爆竹 特种设备 户外广告 城市排水 出版物印刷 文物修复 渔业捕捞 林木采伐 动物防疫 民办学校 医疗机构 印章刻制 网吧开办")
}

// house is a world that tricks are played on.
type house struct {
	World
	n int
}

var (
	began = time.Date(2014, 9, 1, 0, 0, 0, 0, time.UTC)
	moved = began.AddDate(0, 2, 0)
)

// wording makes a version of its own.
func wording(unit sqldb.ID, c power.Category, name, law string, article int) power.Version {
	v := power.Version{ID: sqldb.NewID(), Department: unit, Category: c, Name: name, Initiative: c.DefaultInitiative()}
	v.Elements.Basis = fmt.Sprintf("《示例%s条例》第%d条", law, article)
	v.Elements.Content = "审查从事" + law + "的申请，决定是否批准从事" + law
	v.Elements.Materials, v.Elements.Steps = law+"申请表\n营业执照", "受理\n审查\n决定"
	v.Citations = power.ParseBasis(v.Elements.Basis)
	return v
}

// add takes a power in.
func (h *house) add(o power.Origin, s power.State, v power.Version) *Matter {
	h.n++
	m := Matter{ID: sqldb.NewID(), Code: fmt.Sprintf("371500-%04d", h.n), Origin: o, Unit: v.Department, Created: began, State: s, First: v, Now: v}
	if o == power.Supplement {
		m.Created = moved.AddDate(0, 1, 0)
	}
	v.Power = m.ID
	h.Matters = append(h.Matters, m)
	h.decide(len(h.Matters)-1, s)
	return &h.Matters[len(h.Matters)-1]
}

// decide moves a power with a decision that fits.
func (h *house) decide(i int, s power.State) {
	m := &h.Matters[i]
	m.State, m.Left = s, moved
	fates := map[power.State]reduce.Fate{power.Proposed: reduce.Keep, power.Cancelled: reduce.Cancel, power.HandedDown: reduce.Delegate, power.Transferred: reduce.Transfer,
		power.MergedAway: reduce.Merge, power.Frozen: reduce.Freeze, power.Reclassified: reduce.Reclassify}
	grounds := map[power.State]string{power.Cancelled: "减权/1 依据不足", power.HandedDown: "减权/3 面向基层", power.Transferred: "减权/4 可由社会组织承担",
		power.MergedAway: "减权/5 职责交叉", power.Frozen: "冻结", power.Reclassified: "转出"}
	m.Decided = Decision{Fate: fates[s], Ground: grounds[s], Reason: "依据不足，予以取消", On: "2014-11-05"}
	switch s {
	case power.Reclassified:
		m.Decided.TargetKind = "内部审批"
	case power.HandedDown:
		m.Decided.TargetKind, m.Decided.Target = "县级", "各县（市、区）主管部门"
	case power.Transferred:
		m.Decided.TargetKind, m.Decided.Target = "行业组织", "聊城市行业协会"
	}
}

// honest makes a house without tricks: some powers kept, some really gone.
func honest(cut func(i int) bool) *house {
	h := &house{}
	for i := range 3 {
		h.Units = append(h.Units, Unit{sqldb.NewID(), fmt.Sprintf("市第%d局", i+1)})
	}
	categories := []power.Category{power.CategoryPermit, power.CategoryPermit, power.CategoryConfirmation, power.CategoryOther}
	for i, s := range subjects() {
		c := categories[i%len(categories)]
		end := map[power.Category]string{power.CategoryPermit: "许可", power.CategoryConfirmation: "确认", power.CategoryOther: "备案"}[c]
		v := wording(h.Units[i%3].ID, c, s+end, s, 5)
		v.Initiative = power.OnApplication
		state := power.Proposed
		if cut(i) {
			state = power.Cancelled
		}
		h.add(power.Reported, state, v)
	}
	return h
}

// alive lists the powers that are exercised themselves and are a matter's present
// form.
func (h *house) alive() []int {
	var out []int
	for i := range h.Matters {
		if h.Matters[i].State == power.Proposed {
			out = append(out, i)
		}
	}
	return out
}

// tricks are what officials have done to numbers. Each is played on a power that is
// exercised, and changes nothing but the books.
func tricks() map[string]func(t *rapid.T, h *house, i int) {
	exit := func(s power.State) func(t *rapid.T, h *house, i int) {
		return func(_ *rapid.T, h *house, i int) { h.decide(i, s) }
	}
	return map[string]func(t *rapid.T, h *house, i int){
		"merge": func(t *rapid.T, h *house, i int) {
			others := slices.DeleteFunc(h.alive(), func(k int) bool { return k == i })
			if len(others) == 0 {
				return
			}
			into := rapid.SampledFrom(others).Draw(t, "into")
			h.decide(i, power.MergedAway)
			h.Matters[into].Parents = append(h.Matters[into].Parents, Parent{h.Matters[i].ID, "整合"})
		},
		"split": func(t *rapid.T, h *house, i int) {
			for n := range rapid.IntRange(1, 3).Draw(t, "parts") {
				v := h.Matters[i].Now
				v.ID, v.Name = sqldb.NewID(), fmt.Sprintf("%s（第%d类）", v.Name, n+1)
				part := h.add(power.Split, power.Proposed, v)
				part.Parents = []Parent{{h.Matters[i].ID, "拆分"}}
				if rapid.Bool().Draw(t, "and cut") {
					h.decide(len(h.Matters)-1, power.Cancelled)
				}
			}
		},
		"cut the whole and keep a part": func(_ *rapid.T, h *house, i int) {
			v := h.Matters[i].Now
			v.ID, v.Name = sqldb.NewID(), v.Name+"（分项）"
			part := h.add(power.Split, power.Proposed, v)
			part.Parents = []Parent{{h.Matters[i].ID, "拆分"}}
			h.decide(i, power.Cancelled)
		},
		"rename": func(_ *rapid.T, h *house, i int) {
			v := h.Matters[i].Now
			v.ID, v.Name = sqldb.NewID(), "关于"+v.Name+"的办理"
			h.Matters[i].Now = v
		},
		"another category": func(_ *rapid.T, h *house, i int) {
			v := h.Matters[i].Now
			v.ID, v.Category = sqldb.NewID(), power.CategoryOther
			h.Matters[i].Now = v
		},
		"another department": func(t *rapid.T, h *house, i int) {
			v := h.Matters[i].Now
			v.ID, v.Department = sqldb.NewID(), rapid.SampledFrom(h.Units).Draw(t, "to").ID
			h.Matters[i].Now = v
		},
		"cancel and list again": func(t *rapid.T, h *house, i int) {
			v := h.Matters[i].Now
			v.ID, v.Name = sqldb.NewID(), rapid.SampledFrom([]string{v.Name, v.Name + "（市级）", strings.ReplaceAll(v.Name, "许可", "审批"), strings.ReplaceAll(v.Name, "许可", "许可证核发")}).Draw(t, "name")
			if rapid.Bool().Draw(t, "moved") {
				v.Department = rapid.SampledFrom(h.Units).Draw(t, "to").ID
			}
			h.decide(i, power.Cancelled)
			h.add(power.Supplement, power.Proposed, v)
		},
		"cancel and list in pieces": func(_ *rapid.T, h *house, i int) {
			for _, who := range []string{"企业", "个人"} {
				v := h.Matters[i].Now
				v.ID, v.Name = sqldb.NewID(), v.Name+"（"+who+"）"
				h.add(power.Supplement, power.Proposed, v)
			}
			h.decide(i, power.Cancelled)
		},
		"report twice": func(t *rapid.T, h *house, i int) {
			m := h.Matters[i]
			if m.Origin != power.Reported || m.Unit != m.First.Department {
				return
			}
			v := m.First
			v.ID = sqldb.NewID()
			h.add(power.Reported, rapid.SampledFrom([]power.State{power.Proposed, power.Cancelled, power.Frozen}).Draw(t, "fate"), v)
		},
		"report what is none": func(t *rapid.T, h *house, _ int) {
			v := wording(h.Units[0].ID, power.CategoryOther, "机关公务用车使用管理", "公务用车", 1)
			v.Initiative, v.Name = power.ExOfficio, fmt.Sprintf("第%d号%s", h.n, v.Name)
			h.add(power.Reported, rapid.SampledFrom([]power.State{power.Cancelled, power.Reclassified}).Draw(t, "fate"), v)
		},
		"freeze":             exit(power.Frozen),
		"call it internal":   exit(power.Reclassified),
		"hand down on paper": exit(power.HandedDown),
		"fold into another wording": func(t *rapid.T, h *house, i int) {
			same := slices.DeleteFunc(h.alive(), func(k int) bool {
				return k == i || h.Matters[k].Unit != h.Matters[i].Unit || h.Matters[k].Now.Category != h.Matters[i].Now.Category
			})
			if len(same) == 0 {
				return
			}
			k := rapid.SampledFrom(same).Draw(t, "into")
			v, x := h.Matters[k].Now, h.Matters[i].Now
			v.ID = sqldb.NewID()
			v.Elements.Content += "\n" + x.Name + "\n" + x.Elements.Content
			v.Elements.Basis += x.Elements.Basis
			v.Citations = power.ParseBasis(v.Elements.Basis)
			h.Matters[k].Now = v
			h.decide(i, power.Cancelled)
		},
	}
}

// Whatever is played on the numbers, in whatever order, one on top of the other: the
// honest count stays, in all, by unit and by category, and what the books say
// instead is explained by flags to the last matter.
//
// tests:不玩数字游戏/1 不玩数字游戏/2
func TestNoTrickChangesTheHonestCount(t *testing.T) {
	all := tricks()
	var names []string
	for name := range all {
		names = append(names, name)
	}
	slices.Sort(names)
	rapid.Check(t, func(t *rapid.T) {
		gone := rapid.SliceOfN(rapid.Bool(), len(subjects()), len(subjects())).Draw(t, "cut")
		h := honest(func(i int) bool { return gone[i] })
		want := Tally(h.World)
		if want.Hidden() != 0 || want.Raw != want.Normal {
			t.Fatalf("an honest house: %+v, %+v", want.Raw, want.Normal)
		}
		for range rapid.IntRange(1, 6).Draw(t, "tricks") {
			may := h.alive()
			if len(may) == 0 {
				break
			}
			name := rapid.SampledFrom(names).Draw(t, "trick")
			all[name](t, h, rapid.SampledFrom(may).Draw(t, "on"))
		}
		got := Tally(h.World)
		if diff := cmp.Diff(normals(want), normals(got)); diff != "" {
			t.Fatalf("the honest count changed (-honest +after):\n%s\n%s", diff, tell(got))
		}
		checkSums(t, got)
	})
}

// normals are the honest figures of a report, line by line.
func normals(r Report) map[string]Count {
	out := map[string]Count{"all": r.Normal}
	for _, u := range r.Units {
		out[u.Name] = u.Normal
	}
	for _, c := range r.Categories {
		if c.Normal != (Count{}) {
			out[c.Key] = c.Normal
		}
	}
	return out
}

func tell(r Report) string {
	var b strings.Builder
	for _, s := range r.rows {
		fmt.Fprintf(&b, "%s %s/%s %s -> %s %s %v\n", s.Code, s.FirstName, s.Name, s.Raw, s.Normal, s.Why, s.Into)
	}
	return b.String()
}

type failing interface {
	Helper()
	Errorf(format string, args ...any)
}

// checkSums holds every sum of a report against its rows: units, grounds and
// categories each add up to the whole, flags explain the difference to the last
// matter, and whatever the counts tell apart is named in a flag.
func checkSums(t failing, r Report) {
	t.Helper()
	for what, lines := range map[string][]Line{"units": r.Units, "grounds": r.Grounds, "categories": r.Categories} {
		var raw, normal Count
		for _, l := range lines {
			raw, normal = plus(raw, l.Raw), plus(normal, l.Normal)
		}
		if raw != r.Raw || normal != r.Normal {
			t.Errorf("%s add up to %+v and %+v, the whole is %+v and %+v", what, raw, normal, r.Raw, r.Normal)
		}
	}
	hidden, named := 0, map[string]bool{}
	for _, f := range r.Flags {
		if f.Of == OfCut {
			hidden += f.Hidden
		}
		for _, c := range f.Codes {
			named[c] = true
		}
		if f.Hidden > len(f.Codes) || f.Why == "" || f.Kind.Label() == string(f.Kind) || f.Kind.Help() == "" {
			t.Errorf("flag %+v", f)
		}
	}
	if hidden != r.Hidden() {
		t.Errorf("flags hide %d, the counts differ by %d", hidden, r.Hidden())
	}
	fates := 0
	for _, n := range r.Fates {
		fates += n
	}
	if fates != r.Normal.In || r.Normal.In != r.Normal.Kept+r.Normal.Cut+r.Normal.Open || r.Raw.In != len(r.rows) {
		t.Errorf("fates %v, %+v, %+v of %d rows", r.Fates, r.Normal, r.Raw, len(r.rows))
	}
	for _, s := range r.Rows(Filter{Differs: true}) {
		if !named[s.Code] || s.Why == "" {
			t.Errorf("%s counts %s in the books and %s honestly, and no flag says why", s.Code, s.Raw, s.Normal)
		}
	}
	for f, n := range r.Fates {
		if got := len(r.Rows(Filter{Fate: f, In: true})); got != n {
			t.Errorf("%d rows behind %s %d", got, f, n)
		}
	}
	for _, c := range r.Categories {
		if got := len(r.Rows(Filter{Category: power.Category(c.Key), Normal: Kept})); got != c.Normal.Kept {
			t.Errorf("%d rows behind %s %d", got, c.Key, c.Normal.Kept)
		}
	}
}

func plus(a, b Count) Count {
	return Count{In: a.In + b.In, Kept: a.Kept + b.Kept, Cut: a.Cut + b.Cut, Open: a.Open + b.Open}
}

// Real ends leave both counts: the honest count is not one that never goes down.
func TestRealEndsLeave(t *testing.T) {
	h := honest(func(int) bool { return false })
	h.Places = []string{"371502", "371521"}
	h.decide(0, power.Cancelled)
	h.decide(1, power.Transferred)
	h.decide(2, power.HandedDown)
	for _, p := range h.Places {
		h.Matters[2].Handed = append(h.Matters[2].Handed, Handed{Place: p, Form: "上级决定", Parts: 31, From: "2015-01-01", Staff: 3, Trained: 3, Body: "县局"})
	}
	r := Tally(h.World)
	n := len(subjects())
	if want := (Count{In: n, Kept: n - 3, Cut: 3}); r.Normal != want || r.Raw != want {
		t.Errorf("%+v, %+v, want %+v", r.Normal, r.Raw, want)
	}
	if want := map[reduce.Fate]int{reduce.Keep: n - 3, reduce.Cancel: 1, reduce.Transfer: 1, reduce.Delegate: 1}; !cmp.Equal(want, r.Fates) {
		t.Errorf("fates %v", r.Fates)
	}
	h.Matters[2].Handed = h.Matters[2].Handed[:1]
	if r := Tally(h.World); r.Normal.Cut != 2 || !strings.Contains(r.Rows(Filter{Flag: Hollow})[0].Why, "2 个县（市、区）只有 1 个承接") {
		t.Errorf("one of two places: %+v", r.Normal)
	}
}
