package power

import "strings"

// outOfScope is what is no administrative power, with the words of a name that
// give it away and the words that take it back (五对照/1).
type outOfScope struct {
	what   string
	words  []string
	except []string
}

// scopeTable lists what the reform leaves out of the list: it does not act on
// citizens or organisations outside.
func scopeTable() []outOfScope {
	return []outOfScope{
		{"内部人事管理", []string{"干部任免", "机关人员", "工作人员考核", "公务员考核", "人员调配", "内部人事", "职工考勤"}, nil},
		{"内部财务和后勤", []string{"机关财务", "机关后勤", "内部审计", "办公用房调配", "公务用车", "机关采购"}, []string{"检查"}},
		{"对下级的指导和考核", []string{"对下级", "对县级", "对县（市、区）", "目标考核", "工作考核", "业务指导"}, nil},
		{"编制规划和起草文件", []string{"规划编制", "编制规划", "政策起草", "文件起草", "拟订规划", "起草文件"}, []string{"检查", "资质", "备案"}},
		{"民事行为", []string{"物业服务合同", "房屋租赁合同签订", "民事调解"}, nil},
		{"刑事侦查", []string{"刑事侦查", "刑事立案", "刑事拘留", "侦查措施"}, nil},
		{"党务工作", []string{"党员发展", "党费", "党风廉政", "党组织"}, nil},
	}
}

// OutOfScope says what a power of this category and name is instead of an
// administrative power, with the word that gives it away; "" for nothing. A
// penalty for bad bookkeeping is no bookkeeping: only 其他权力 and 行政监督 are
// looked at (五对照/1).
func OutOfScope(c Category, name string) (what, word string) {
	if c != CategoryOther && c != CategorySupervision {
		return "", ""
	}
	for _, o := range scopeTable() {
		for _, w := range o.words {
			if strings.Contains(name, w) && !hasAny(name, o.except) {
				return o.what, w
			}
		}
	}
	return "", ""
}

// NotAPower says that a department itself calls the item something that is no
// administrative power (五对照/1).
func NotAPower(schemeCategory string) bool {
	return schemeCategory == "内部审批" || schemeCategory == "内部管理" || schemeCategory == "中介服务"
}

func hasAny(s string, words []string) bool {
	for _, w := range words {
		if strings.Contains(s, w) {
			return true
		}
	}
	return false
}
