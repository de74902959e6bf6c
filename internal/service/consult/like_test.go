package consult

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
)

// shares says whether two texts meet in a band, as the index finds them.
func shares(a, b string) bool {
	x, y := likenessOf(a).bandsOf("s"), likenessOf(b).bandsOf("s")
	for i := range x {
		if bytes.Equal(x[i], y[i]) {
			return true
		}
	}
	return false
}

func nearTexts(a, b string) bool { return likenessOf(a).near(likenessOf(b)) > 0 && shares(a, b) }

func TestNearIdenticalTextsAreOneGroupAndContrariesAreNot(t *testing.T) {
	const long = "我们小区旁边的餐馆每天半夜还在排油烟，打了多少次电话都没有人来管，希望把这一项权力留在市里并且加强检查"
	for _, pair := range [][2]string{
		{"支持", "支持！"}, {"支持。", " 支 持 "}, {long, long + "。"}, {long, "各位领导：" + long}, {long, strings.Replace(long, "餐馆", "饭店", 1)},
		{long, long + " 电话138****0000"}, {long, strings.ReplaceAll(long, "，", ",")}, {"ＡＢＣ级景区", "abc级景区"}, {"【转】" + long, long},
	} {
		if !nearTexts(pair[0], pair[1]) {
			t.Errorf("two groups: %q and %q", pair[0], pair[1])
		}
	}
	for _, pair := range [][2]string{
		{"同意取消这一项", "不同意取消这一项"}, {"同意", "反对"}, {long, strings.Replace(long, "加强", "不再加强", 1)}, {long, strings.Replace(long, "加强", "放松", 1)},
		{"建议承诺时限从十个工作日改为五个工作日，让企业少等", "建议承诺时限从十个工作日改为三个工作日，让企业少等"},
		{"建议把这一项下放到县里办理，老百姓少跑路", "建议把这一项收回到市里办理，老百姓少跑路"}, {"材料太多", "收费太高"}, {"支持", "支持保留"},
	} {
		if nearTexts(pair[0], pair[1]) {
			t.Errorf("one group: %q and %q", pair[0], pair[1])
		}
	}
}

// Of texts that are near enough, those that the index misses are few: a group more
// costs an answer more, and no comment.
func TestTheIndexFindsNearTexts(t *testing.T) {
	words := strings.Fields("企业 群众 材料 窗口 办事 时限 排队 证明 现场 检查 电话 网上 乡镇 县里 市里 图纸 费用 公示 流程 意见 答复 许可 登记 备案 审核 大厅 工地 水源 道路 树木")
	rng := rand.New(rand.NewPCG(2014, 12))
	near, missed := 0, 0
	for range 2000 {
		n := 12 + rng.IntN(60)
		var one, other []string
		for range n {
			w := words[rng.IntN(len(words))]
			one = append(one, w)
			if rng.IntN(20) == 0 {
				w = words[rng.IntN(len(words))]
			}
			other = append(other, w)
		}
		a, b := strings.Join(one, ""), strings.Join(other, "")
		if likenessOf(a).near(likenessOf(b)) == 0 {
			continue
		}
		near++
		if !shares(a, b) {
			missed++
		}
	}
	t.Logf("%d pairs near, %d missed", near, missed)
	if near < 500 || missed*100 > near {
		t.Errorf("of %d near pairs %d are missed, want at most one in a hundred", near, missed)
	}
}

func TestBandsBelongToOneSubject(t *testing.T) {
	l := likenessOf("材料太多")
	for i, b := range l.bandsOf("one") {
		if bytes.Equal(b, l.bandsOf("other")[i]) {
			t.Errorf("band %d is shared between subjects", i)
		}
	}
}

func BenchmarkLikeness(b *testing.B) {
	text := strings.Repeat("希望把这一项权力留在市里并且加强检查，", 10)
	for i := range b.N {
		likenessOf(fmt.Sprint(text, i)).bandsOf("s")
	}
}
