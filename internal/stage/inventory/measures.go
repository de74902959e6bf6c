package inventory

import (
	"strings"

	"qingdan/internal/registry/power"
)

// said is what an item says of what it does.
func said(v power.Version) string {
	return v.Name + "\n" + v.Elements.Content + "\n" + v.Elements.Result + "\n" + v.Elements.Remark
}

// measureWords are the words that the setting rules ask for, by category, and
// the spellings that stand for each.
func measureWords(c power.Category) [][]string {
	switch c {
	case power.CategoryPermit:
		return [][]string{{"设立登记"}, {"资格"}, {"资质"}}
	case power.CategoryPenalty:
		return [][]string{{"限制人身自由"}, {"行政拘留", "拘留"}, {"暂扣许可证件", "暂扣"}, {"降低资质等级"}, {"责令停产停业", "停产停业", "责令停业", "停业整顿", "停产整顿"},
			{"限制开展生产经营活动"}, {"责令关闭"}, {"限制从业"}, {"通报批评"}, {"警告"}, {"罚款"}, {"没收"}}
	case power.CategoryCoercion:
		return [][]string{{"限制人身自由"}, {"查封", "封存"}, {"扣押", "扣留", "暂扣"}, {"冻结"}, {"强制执行"}, {"强制拆除", "强行拆除"}, {"划拨存款"}, {"划拨汇款"},
			{"代履行", "代为履行"}, {"加处罚款"}, {"滞纳金"}, {"拍卖抵缴"}, {"拍卖查封", "拍卖扣押"}}
	default:
		return nil
	}
}

// Words that look like measures and are none.
var (
	courtWords = strings.NewReplacer("申请人民法院强制执行", "", "申请法院强制执行", "", "人民法院强制执行", "")
	otherWords = strings.NewReplacer("警告标", "", "刑事拘留", "")
)

// Measures reads from the elements the words that the setting rules ask for
// (power.Setting). Asking a court to enforce is no enforcement of one's own,
// and 加处罚款 no penalty.
func Measures(v power.Version) []string {
	text := otherWords.Replace(courtWords.Replace(said(v)))
	if v.Category == power.CategoryPenalty {
		text = strings.ReplaceAll(text, "加处罚款", "")
	}
	var out []string
	for _, w := range measureWords(v.Category) {
		if containsAny(text, w) {
			out = append(out, w[0])
		}
	}
	if v.Category == power.CategoryPenalty {
		out = append(out, revocations(text)...)
	}
	return out
}

// revocations tells the loss of a business licence (吊销其营业执照), which local
// regulations may not set, from that of other licences, clause by clause.
func revocations(text string) []string {
	var out []string
	business, other := false, false
	for {
		_, after, found := strings.Cut(text, "吊销")
		if !found {
			break
		}
		text = after
		clause := after
		if i := strings.IndexAny(clause, "，。；\n"); i >= 0 {
			clause = clause[:i]
		}
		rest := strings.ReplaceAll(clause, "营业执照", "")
		business = business || rest != clause
		other = other || containsAny(rest, []string{"证", "照", "资"})
	}
	if business {
		out = append(out, "吊销营业执照")
	}
	if other {
		out = append(out, "吊销许可证件")
	}
	return out
}

// onlyCourt says whether an article lets the body ask the court to enforce, and
// does not say that it may enforce itself.
func onlyCourt(article string) bool {
	own := courtWords.Replace(article)
	return own != article && !containsAny(own, []string{"强制执行", "强制拆除", "强行拆除", "代履行", "划拨", "拍卖", "排除妨碍", "恢复原状"})
}
