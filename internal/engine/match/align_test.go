package match_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"qingdan/internal/engine/citation"
	"qingdan/internal/engine/match"
)

func basis(s string) []citation.Ref { return citation.Parse(s) }

func compare(a, b match.Row) match.Likeness { return match.Compare(match.Prepare(a), match.Prepare(b)) }

func TestOnePowerInTheWordsOfTwoPlacesIsOneMatter(t *testing.T) {
	for _, c := range []struct {
		a, b  match.Row
		why   string
		apart bool
	}{
		{match.Row{Name: "取水许可", Category: "行政审批"}, match.Row{Name: "取水审批", Category: "行政许可"}, "名称只有措辞不同", false},
		{match.Row{Name: "对未取得施工许可证擅自施工的处罚", Category: "行政处罚"}, match.Row{Name: "查处未取得施工许可证擅自施工的行为", Category: "行政处罚"}, "名称只有措辞不同", false},
		{match.Row{Name: "对建设单位未取得施工许可证或者开工报告未经批准擅自施工的处罚", Category: "行政处罚", Basis: basis("《建设工程质量管理条例》第五十七条")},
			match.Row{Name: "对未取得施工许可证擅自施工的行政处罚", Category: "行政处罚", Basis: basis("《建设工程质量管理条例》第五十七条")}, "同一条款：《建设工程质量管理条例》第五十七条", false},
		{match.Row{Name: "科研和教学用毒性药品购买审批", Code: "511A0025100001"}, match.Row{Name: "科研和教学所需毒性药品购用审批", Code: "511A0025100001"}, "编码相同：511A0025100001", false},
		{match.Row{Name: "非公司企业法人分支机构注销登记", Code: "511A0064100063"}, match.Row{Name: "非公司企业法人注销登记", Code: "511A0064100063"}, "只有一方写明“分支机构”", true},
		{match.Row{Name: "药品批发许可证核发"}, match.Row{Name: "药品零售许可证核发"}, "一个写“批发”，一个写“零售”", true},
		{match.Row{Name: "分公司变更登记"}, match.Row{Name: "分公司注销登记"}, "一个是变更，一个是注销", true},
		{match.Row{Name: "对涉嫌违法从事船员服务的场所、设施、财物的查封、扣押", Category: "行政强制", Basis: basis("《船员条例》第十三条")},
			match.Row{Name: "对涉嫌违法从事环境监测服务的场所、设施、财物的查封、扣押", Category: "行政强制", Basis: basis("《环境监测管理条例》第十四条")}, "依据的法规不同", true},
		{match.Row{Name: "对未安装取水计量设施的处罚", Category: "行政处罚", Basis: basis("《山东省水资源条例》第十条")},
			match.Row{Name: "对没有安装取水计量设施的处罚", Category: "行政处罚", Basis: basis("《江苏省水资源条例》第三十条")}, "两地同类的法规", false},
		{match.Row{Name: "取水许可"}, match.Row{Name: "对未经取水许可擅自取水的处罚"}, "", true},
	} {
		l := compare(c.a, c.b)
		if same := l.Score >= match.Same; same == c.apart {
			t.Errorf("%s ~ %s: %.2f %v", c.a.Name, c.b.Name, l.Score, l.Reasons)
		}
		if c.why != "" && !slices.Contains(l.Reasons, c.why) {
			t.Errorf("%s ~ %s: %v, want %s", c.a.Name, c.b.Name, l.Reasons, c.why)
		}
	}
}

func TestTheOnlyPowersOnOnePlaceOfALawAreOneMatter(t *testing.T) {
	a := []match.Row{{Name: "对违法取用水资源的处罚", Category: "行政处罚", Basis: basis("《水法》第六十九条")}, {Name: "打井许可", Category: "行政审批", Basis: basis("《水法》第七条")}}
	b := []match.Row{{Name: "对擅自取水的处罚", Category: "行政处罚", Basis: basis("《中华人民共和国水法》第六十九条")}}
	got := match.Align(a, b, match.Known{}).Pairs
	if len(got) != 1 || got[0].A != 0 || !slices.Contains(got[0].Reasons, "两份清单中都只有这一项依据该条款") {
		t.Fatalf("%+v", got)
	}
	// A second power on the same place leaves it open which one is meant.
	a = append(a, match.Row{Name: "对拒不缴纳水资源费的处罚", Category: "行政处罚", Basis: basis("《水法》第六十九条")})
	if got := match.Align(a, b, match.Known{}); len(got.Pairs) != 0 {
		t.Errorf("%+v", got.Pairs)
	}
}

func TestAmongEqualsTheSameBodyGoesTogether(t *testing.T) {
	a := []match.Row{{Name: "临时占道许可", Body: "公安局"}, {Name: "临时占道许可", Body: "城管局"}}
	b := []match.Row{{Name: "临时占道许可", Body: "城管局"}, {Name: "临时占道许可", Body: "公安局"}}
	got := match.Align(a, b, match.Known{}).Pairs
	if len(got) != 2 || got[0].A != 1 || got[1].A != 0 {
		t.Errorf("%+v", got)
	}
}

func TestWhatPeopleSaidOfAPairCounts(t *testing.T) {
	a := []match.Row{{Name: "取水许可"}, {Name: "打井备案"}}
	b := []match.Row{{Name: "取水许可"}, {Name: "凿井报告"}}
	got := match.Align(a, b, match.Known{Apart: [][2]int{{0, 0}}, Same: [][2]int{{1, 1}}}).Pairs
	if len(got) != 1 || got[0].A != 1 || got[0].B != 1 || got[0].Reasons[0] != "经人工确认为同一事项" {
		t.Errorf("%+v", got)
	}
}

// Whatever the lists hold: no row stands in two pairs, equal rows of unique
// names are paired, and the order of the second list changes nothing.
func TestAlignmentIsOneToOneAndDoesNotDependOnTheOrder(t *testing.T) {
	words := rapid.SampledFrom([]string{"取水", "打井", "河道采砂", "食品生产", "食品经营", "药品批发", "药品零售", "临时占道", "城市排水", "户外广告"})
	ends := rapid.SampledFrom([]string{"许可", "审批", "备案", "登记", "变更登记", "监督检查", "（市级）许可"})
	row := rapid.Custom(func(t *rapid.T) match.Row {
		r := match.Row{Name: words.Draw(t, "word") + ends.Draw(t, "end")}
		if n := rapid.IntRange(0, 4).Draw(t, "article"); n > 0 {
			r.Basis = basis(fmt.Sprintf("《水法》第%d条", n))
		}
		return r
	})
	rapid.Check(t, func(t *rapid.T) {
		unique := func(r match.Row) string { return r.Name }
		a := rapid.SliceOfNDistinct(row, 0, 12, unique).Draw(t, "a")
		b := rapid.SliceOfNDistinct(row, 0, 12, unique).Draw(t, "b")
		pairs := names(a, b, match.Align(a, b, match.Known{}).Pairs)
		seen := map[string]bool{}
		for _, p := range pairs {
			x, y, _ := strings.Cut(p, "|")
			if seen["a"+x] || seen["b"+y] {
				t.Fatalf("twice: %v", pairs)
			}
			seen["a"+x], seen["b"+y] = true, true
		}
		for _, x := range a {
			if slices.ContainsFunc(b, func(y match.Row) bool { return y.Name == x.Name }) && !seen["a"+x.Name] {
				t.Fatalf("%s stands in both lists and is not paired: %v", x.Name, pairs)
			}
		}
		again := names(a, b, match.Align(a, b, match.Known{}).Pairs)
		if !slices.Equal(pairs, again) {
			t.Fatalf("not the same twice: %v, %v", pairs, again)
		}
	})
}

func names(a, b []match.Row, pairs []match.Pair) []string {
	var out []string
	for _, p := range pairs {
		out = append(out, a[p.A].Name+"|"+b[p.B].Name)
	}
	slices.Sort(out)
	return out
}

// BenchmarkAlign is the size of the 2014 city against a neighbour's.
func BenchmarkAlign(b *testing.B) {
	for _, n := range []int{5029, 20000} {
		ours, theirs := made(n, 0), made(n, 1)
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			for b.Loop() {
				if got := match.Align(ours, theirs, match.Known{}); len(got.Pairs) < n/2 {
					b.Fatalf("%d pairs", len(got.Pairs))
				}
			}
		})
	}
}

// made composes a list whose names share their words as real ones do; other
// says them as another place would.
func made(n, other int) []match.Row {
	subjects := strings.Fields("取水 河道采砂 食品生产 药品经营 建设工程 道路运输 种子生产 农药经营 危险化学品 特种设备 户外广告 城市排水 出版物印刷 文物保护 渔业捕捞 林木采伐 动物防疫 民办学校 医疗机构 印章刻制")
	acts := strings.Fields("未按规定备案 伪造变造许可证 拒绝阻碍检查 未取得批准擅自从事 提供虚假材料 逾期不改正 转让出租许可证 超出范围从事 未建立台账 不符合安全标准 未履行告知义务 拖欠费用 毁损设施 隐瞒事故")
	out := make([]match.Row, n)
	for i := range out {
		s, a := subjects[i%len(subjects)], acts[i/len(subjects)%len(acts)]
		name := fmt.Sprintf("对%s单位第%d类情形%s的处罚", s, i/280, a)
		if other == 1 && i%4 == 1 {
			name = fmt.Sprintf("查处%s单位第%d类情形%s行为", s, i/280, a)
		}
		out[i] = match.Row{Name: name, Category: "行政处罚", Basis: basis(fmt.Sprintf("《%s管理条例》第%d条", s, 1+i/20%90))}
	}
	return out
}
