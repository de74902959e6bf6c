package demo

import "strings"

// violation is a rule of the invented laws: the duty in the chapter on
// conduct, and the violation the chapter on liability punishes. 〔s〕 is the
// subject, 〔a〕 the activity, 〔c〕 the actor.
type violation struct{ duty, act string }

// fill puts a topic's words into a phrase.
func (t topic) fill(s string) string {
	return strings.NewReplacer("〔s〕", t.subject, "〔a〕", t.activity, "〔c〕", t.actor).Replace(s)
}

// higherViolations are punished by invented laws and administrative
// regulations. The first two presuppose a licence.
func higherViolations() []violation {
	return []violation{
		{"任何单位和个人未取得〔a〕许可证，不得从事〔a〕。", "未取得许可证擅自从事〔a〕"},
		{"〔a〕许可证不得伪造、变造、出租、出借或者以其他形式转让。", "伪造、变造、出租、出借或者转让〔a〕许可证"},
		{"〔c〕应当按照国家标准和技术规范从事〔a〕。", "〔c〕不按照国家标准、技术规范从事〔a〕"},
		{"〔c〕不得使用国家明令淘汰的设备、工艺从事〔a〕。", "〔c〕使用国家明令淘汰的设备、工艺从事〔a〕"},
		{"〔c〕应当建立健全〔s〕安全管理制度，并保证有效实施。", "〔c〕未建立〔s〕安全管理制度"},
		{"发生〔s〕事故的，〔c〕应当立即采取处置措施，并在二十四小时内报告主管部门。", "〔c〕发生〔s〕事故后迟报、漏报、谎报或者瞒报"},
		{"〔c〕应当如实提供有关资料，接受主管部门依法进行的监督检查。", "〔c〕拒绝、阻碍〔s〕监督检查或者提供虚假资料"},
		{"〔c〕不得聘用不具备相应资格的人员从事〔a〕。", "〔c〕聘用不具备相应资格的人员从事〔a〕"},
	}
}

// localViolations are punished by the invented local regulations.
func localViolations() []violation {
	return []violation{
		{"〔c〕应当建立〔a〕台账，如实记录并至少保存三年。", "〔c〕未建立〔a〕台账或者台账记录不真实、不完整"},
		{"〔c〕应当在显著位置公示〔s〕服务内容、标准和监督电话。", "〔c〕未按照规定公示〔s〕服务内容、标准和监督电话"},
		{"〔c〕应当制定〔s〕应急预案，每年至少组织一次演练。", "〔c〕未制定〔s〕应急预案或者未按照规定组织演练"},
		{"〔c〕停业、歇业的，应当提前三十日报告，并妥善处理善后事宜。", "〔c〕停业、歇业未按照规定报告并妥善处理〔s〕善后事宜"},
		{"禁止侵占、损毁、擅自拆除或者移动〔s〕设施和标志。", "侵占、损毁、擅自拆除或者移动〔s〕设施、标志"},
		{"〔c〕应当在〔a〕的危险部位设置明显的警示标志。", "〔c〕未在〔a〕的危险部位设置明显的警示标志"},
	}
}

// ruleViolations are punished by the invented rules, within what a rule may set.
func ruleViolations() []violation {
	return []violation{
		{"〔c〕应当于每年三月三十一日前报送上一年度〔s〕情况。", "〔c〕未按照规定报送〔s〕年度情况"},
		{"〔c〕的名称、地址、负责人等事项变更的，应当在十五日内办理变更手续。", "〔c〕登记事项变更未按照规定办理〔s〕变更手续"},
		{"〔c〕应当组织从业人员参加〔s〕法律知识和业务培训，并建立培训档案。", "〔c〕未按照规定组织从业人员参加〔s〕培训"},
		{"〔c〕应当配备专职或者兼职的〔s〕管理人员。", "〔c〕未按照规定配备〔s〕管理人员"},
		{"〔c〕应当妥善保管〔a〕档案，保存期限不少于五年。", "〔c〕未按照规定保存〔a〕档案"},
	}
}

// oldViolations stand in the invented measures that a later law repealed.
func oldViolations() []violation {
	return []violation{
		{"〔c〕应当按月缴存〔s〕管理保证金。", "〔c〕未按照规定缴存〔s〕管理保证金"},
		{"〔c〕从事〔a〕应当办理注册手续。", "〔c〕未办理〔a〕注册手续"},
	}
}

// other is a template of a power beyond penalties.
type other struct {
	name, clause string
}

// otherPowers are the templates of 其他权力; the first two are exercised on
// application, the rest ex officio.
func otherPowers() []other {
	return []other{
		{"〔a〕备案", "〔c〕应当自开展〔a〕之日起二十日内，向市、县（市、区）〔d〕备案。"},
		{"〔s〕方案审核", "〔c〕应当编制〔s〕方案，报县级以上〔d〕审核后实施。"},
		{"〔s〕信用等级评价", "县级以上〔d〕应当建立〔s〕信用档案，对〔c〕进行信用等级评价并公布结果。"},
		{"〔s〕事故调查处理", "发生〔s〕事故的，县级以上〔d〕应当会同有关部门组织调查，并依法作出处理。"},
	}
}

// authority is what the invented laws call the bodies of a unit's kind.
func (u unit) authority() string {
	if u.nature == natureAuthorised {
		return u.field() + "管理机构"
	}
	return u.field() + "主管部门"
}
