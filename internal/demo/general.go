package demo

import (
	"qingdan/internal/registry/law"
	"qingdan/internal/registry/power"
)

// general writes the invented general laws on procedure and liability, which
// the duties of every power cite stage by stage.
func (v *inventor) general() {
	s := &v.m.stages
	s.penalty = v.procedure("示例行政处罚程序法", law.Statute, [][2]string{
		{"立案", "行政机关发现依法应当给予行政处罚的行为的，应当及时立案。"},
		{"调查", "执法人员调查时不得少于二人，应当主动出示执法证件，全面、客观、公正地收集证据。"},
		{"审查", "调查终结，行政机关负责人应当对调查结果进行审查；情节复杂或者重大的，应当集体讨论决定。"},
		{"告知", "作出行政处罚决定之前，应当告知当事人拟作出的处罚内容及事实、理由、依据和依法享有的权利。"},
		{"决定", "给予行政处罚的，应当制作加盖印章的行政处罚决定书。"},
		{"送达", "行政处罚决定书应当当场交付当事人；当事人不在场的，应当在七日内送达。"},
		{"执行", "当事人应当在决定书载明的期限内履行；逾期不履行的，行政机关可以依法加处罚款或者申请人民法院强制执行。"},
	})
	s.permit = v.procedure("示例行政许可程序法", law.Statute, [][2]string{
		{"受理", "申请材料齐全、符合法定形式的，应当受理；不齐全的，应当当场或者在五日内一次告知需要补正的全部内容。"},
		{"审查", "行政机关应当对申请材料进行审查；需要核实实质内容的，应当指派两名以上工作人员核查。"},
		{"决定", "除当场作出决定的外，应当自受理之日起二十日内作出决定；不予许可的，应当说明理由并告知救济权利。"},
		{"送达", "应当自作出决定之日起十日内向申请人颁发、送达证件。"},
		{"事后监管", "行政机关应当建立健全监督制度，对被许可人从事许可事项的活动进行监督检查。"},
	})
	s.coercion = v.procedure("示例行政强制程序法", law.Statute, [][2]string{
		{"审批", "实施强制措施前应当向行政机关负责人报告并经批准。"},
		{"告知", "应当场告知当事人采取措施的理由、依据以及依法享有的权利、救济途径，听取陈述和申辩。"},
		{"决定", "决定实施查封、扣押的，应当制作并当场交付决定书和清单。"},
		{"执行", "应当由两名以上具备资格的执法人员实施，制作现场笔录；对财物应当妥善保管。"},
		{"解除", "期限届满或者不再需要采取措施的，应当及时作出解除决定。"},
	})
	s.general = v.procedure("山东省示例行政程序规定", law.ProvinceRule, [][2]string{
		{"受理", "依申请的事项，申请材料齐全的应当当场受理并出具凭证。"},
		{"审查", "行政机关应当全面审查有关事实、材料和依据。"},
		{"决定", "行政机关应当在法定期限内作出决定，并说明理由和依据。"},
		{"送达", "决定应当依法送达当事人，需要公开的应当及时公开。"},
		{"检查", "实施检查应当制定计划，由两名以上执法人员进行并制作检查记录。"},
		{"处理", "检查发现违法行为的，应当责令改正并依法处理。"},
		{"事后监管", "行政机关应当对决定的执行情况进行监督检查。"},
	})
	v.blame()
}

// procedure writes one general law with an article per stage and gives the
// citations of the stages.
func (v *inventor) procedure(title string, level law.Level, stages [][2]string) citeTable {
	d := newDraft(title, level, "示例国务院", 3, 2000, 8)
	d.chapter("总则")
	d.article("为了规范行政行为，保障公民、法人和其他组织的合法权益，制定" + d.self + "。")
	d.article("行政机关实施行政行为，适用" + d.self + "。")
	d.chapter("程序")
	t := citeTable{}
	for _, s := range stages {
		t[s[0]] = d.at(d.article(s[1]), 0).String()
	}
	d.chapter("附则")
	d.commence()
	v.keep(d)
	return t
}

// blame writes the invented regulation on accountability: one article for each
// category of power.
func (v *inventor) blame() {
	d := newDraft("示例行政执法责任追究条例", law.AdminRegulation, "示例国务院", 4, 2002, 8)
	d.chapter("总则")
	d.article("为了监督行政机关依法履行职责，制定" + d.self + "。")
	d.chapter("追责情形")
	v.m.stages.blame = map[power.Category]string{}
	for _, c := range power.Categories() {
		n := d.article("行政机关及其工作人员实施" + string(c) + "，有不依法履行职责、违反法定程序、滥用职权、徇私舞弊情形的，对直接负责的主管人员和其他直接责任人员依法给予处分。")
		v.m.stages.blame[c] = d.at(n, 0).String()
	}
	d.chapter("附则")
	d.commence()
	v.keep(d)
}
