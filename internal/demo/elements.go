package demo

import (
	"fmt"
	"strconv"
	"strings"

	"qingdan/internal/engine/lawtext"
	"qingdan/internal/registry/power"
)

// how says whether a power starts on application or ex officio.
func (r *row) how() power.Initiative {
	if i := r.cat.DefaultInitiative(); i != "" {
		return i
	}
	return r.initiative
}

// cells fills the template's row for a power; no is its number in the sheet.
func (c *city) cells(r *row, no int) []string {
	u := c.units[r.unit-1]
	p := process(r)
	onApplication := r.how() == power.OnApplication
	out := []string{
		fmt.Sprint(no), string(r.reportedAs), r.code, r.mainItem(), r.name, u.name, c.office(r), "市级", r.basis(), r.content(),
		r.object, "", "", p.statutory, p.promised, "其他", r.steps(), "现场", "", p.result,
		"不收费", "", "聊城市东昌府区示例路" + fmt.Sprint(100+u.no) + "号" + u.name, "工作日 8:30-12:00，14:00-17:30",
		phone(u.no, 1), phone(u.no, 2), c.duty(r, p.stages), c.accountability(r), string(r.how()), "",
	}
	if onApplication {
		out[11], out[12] = conditions(r), materials(r)
		out[15], out[17], out[18] = "承诺件", "窗口、网上", fmt.Sprint(1+r.ref.Article%2)+"次"
		out[22] = "聊城市政务服务中心" + fmt.Sprint(1+u.no%3) + "楼" + u.short + "窗口"
	}
	if u.no%9 == 4 { // some offices write numbers in words
		out[13], out[14] = inWords(out[13]), inWords(out[14])
	}
	if r.cat == power.CategoryLevy {
		out[20], out[21] = "收费", r.ref.String()
	}
	return out
}

// inWords writes the number of a limit in Chinese: 二十个工作日.
func inWords(limit string) string {
	digits := strings.TrimRight(limit, "个工作自然日")
	n, err := strconv.Atoi(digits)
	if err != nil {
		return limit
	}
	return lawtext.FormatChinese(n) + limit[len(digits):]
}

// mainItem is the main item a sub item hangs on; a power that stands alone has
// none.
func (r *row) mainItem() string {
	if r.ref.Item > 0 && r.cat == power.CategoryPenalty {
		return "对违反" + r.article() + "行为的处罚"
	}
	return ""
}

// content is 行使内容: for penalties the violation, the kinds and the range.
func (r *row) content() string {
	if r.cat != power.CategoryPenalty {
		return strings.TrimSuffix(r.act, "。") + "。"
	}
	return "违法行为：" + r.act + "。\n处罚种类：" + strings.Join(kinds(r.sanction), "、") + "。\n处罚幅度：" + strings.TrimSuffix(r.sanction, "。") + "。"
}

// kinds reads the kinds of penalty from the law's words (行政处罚法第九条).
func kinds(sanction string) []string {
	var out []string
	for _, k := range []struct{ word, kind string }{
		{"警告", "警告"}, {"通报批评", "通报批评"}, {"罚款", "罚款"}, {"没收违法所得", "没收违法所得"}, {"没收", "没收非法财物"},
		{"暂扣", "暂扣许可证件"}, {"降低资质", "降低资质等级"}, {"吊销", "吊销许可证件"}, {"停产停业", "责令停产停业"},
		{"停业", "责令停产停业"}, {"关闭", "责令关闭"}, {"限制从业", "限制从业"}, {"拘留", "行政拘留"},
	} {
		twice := k.word == "没收" && !strings.Contains(strings.ReplaceAll(sanction, "没收违法所得", ""), "没收") ||
			k.word == "停业" && strings.Contains(sanction, "停产停业")
		if strings.Contains(sanction, k.word) && !twice {
			out = append(out, k.kind)
		}
	}
	if len(out) == 0 {
		out = append(out, "罚款")
	}
	return out
}

// running is how a power runs: the stages its duties stand by, limits and
// result.
type running struct {
	stages              []string
	statutory, promised string
	result              string
}

func process(r *row) running {
	short := []string{"15个工作日", "12个工作日", "10个工作日", "7个工作日"}[(r.ref.Article+r.unit)%4]
	switch r.cat {
	case power.CategoryPenalty:
		return running{penaltyStages(), "90日", []string{"60日", "75日", "80日"}[(r.ref.Article+r.unit)%3], "行政处罚决定书"}
	case power.CategoryCoercion:
		return running{[]string{"审批", "告知", "决定", "执行", "解除"}, "30日", "30日", "行政强制措施决定书"}
	case power.CategorySupervision:
		return running{[]string{"检查", "处理", "事后监管"}, "60日", "45日", "检查记录"}
	case power.CategoryPermit:
		return running{grantStages(), "20个工作日", short, "准予许可决定书或者许可证"}
	case power.CategoryLevy:
		return running{[]string{"审查", "决定", "送达", "事后监管"}, "60日", "30日", "缴款通知书和财政票据"}
	case power.CategoryPayment:
		return running{grantStages(), "20个工作日", short, "给付决定和发放凭证"}
	case power.CategoryAdjudication:
		return running{grantStages(), "60个自然日", "45个自然日", "行政裁决书"}
	case power.CategoryConfirmation:
		return running{grantStages(), "20个工作日", short, "确认证明文件"}
	case power.CategoryReward:
		return running{grantStages(), "60个自然日", "45个自然日", "奖励决定"}
	default:
		if r.how() == power.OnApplication {
			return running{grantStages(), "20个工作日", short, "办理结果通知书"}
		}
		return running{[]string{"审查", "决定", "送达", "事后监管"}, "60日", "45日", "处理决定"}
	}
}

func penaltyStages() []string {
	return []string{"立案", "调查", "审查", "告知", "决定", "送达", "执行"}
}

func grantStages() []string { return []string{"受理", "审查", "决定", "送达", "事后监管"} }

// office is the section of the unit that handles the power.
func (c *city) office(r *row) string {
	switch r.cat {
	case power.CategoryPermit, power.CategoryConfirmation:
		return "行政审批科"
	case power.CategoryPenalty, power.CategoryCoercion:
		return "执法监察科"
	case power.CategoryPayment, power.CategoryLevy:
		return "规划财务科"
	case power.CategoryAdjudication:
		return "政策法规科"
	default:
		return []string{"综合科", "监督管理科", "业务管理科"}[(r.ref.Article+r.unit)%3]
	}
}

// phone gives a number that no subscriber can have: 0635-1 and six digits.
func phone(unit, line int) string { return fmt.Sprintf("0635-1%03d%03d", 100+unit, 200+line*7+unit) }

func conditions(r *row) string {
	return "1.申请人属于" + r.ref.String() + "规定的范围；\n2.申请内容真实、合法；\n3.申请材料齐全，符合法定形式。"
}

// materials lists what an applicant brings, each a definite paper.
func materials(r *row) string {
	switch r.cat {
	case power.CategoryPayment:
		return "1.申请表（原件1份）；\n2.申请人身份证明（核验原件）；\n3.收款账户证明（复印件1份）"
	case power.CategoryAdjudication:
		return "1.裁决申请书（原件1份，并按被申请人人数提供副本）；\n2.争议事实的证据（复印件1份）；\n3.申请人身份证明（核验原件）"
	case power.CategoryConfirmation:
		return "1.认定申请表（原件1份）；\n2.申请人身份证明或者登记证书（核验原件）；\n3.符合认定条件的证明（复印件1份）"
	case power.CategoryReward:
		return "1.推荐表（原件1份）；\n2.事迹材料（原件1份）；\n3.所在单位公示结果（原件1份）"
	default:
		return "1." + r.name + "申请表（原件1份）；\n2.营业执照、法人登记证书或者身份证明（核验原件）；\n3.说明申请事项具体内容的方案或者报告（原件1份）"
	}
}

// duty writes 责任事项 stage by stage, each with its basis.
func (c *city) duty(r *row, stages []string) string {
	table := c.m.stages.general
	switch r.cat {
	case power.CategoryPenalty:
		table = c.m.stages.penalty
	case power.CategoryPermit:
		table = c.m.stages.permit
	case power.CategoryCoercion:
		table = c.m.stages.coercion
	}
	lines := make([]string, len(stages))
	for i, s := range stages {
		lines[i] = fmt.Sprintf("%d.%s责任：%s（%s）", i+1, s, stageDuty(r, s), table[s])
	}
	return strings.Join(lines, "\n")
}

// stageDuty says what the stage means for this power.
func stageDuty(r *row, stage string) string {
	what := r.what()
	switch stage {
	case "立案":
		return "发现或者接到举报“" + r.act + "”线索的，在规定期限内核查并决定是否立案。"
	case "调查":
		return "指派两名以上持证执法人员，围绕是否存在“" + clip(r.act, 40) + "”收集证据，允许当事人陈述申辩。"
	case "告知":
		return "作出决定前，书面告知当事人" + what + "的事实、理由、依据及其陈述、申辩等权利。"
	case "受理":
		return "公示" + what + "的条件、程序、时限和材料；材料不齐的一次性告知补正，不予受理的说明理由。"
	case "审查":
		return "对" + what + "的有关材料、事实和法律依据进行审查，提出审查意见。"
	case "决定":
		return "依法作出" + what + "的决定，制作文书并说明理由、告知救济途径。"
	case "送达":
		return "在规定期限内送达" + what + "的文书，依法应当公开的予以公开。"
	case "执行":
		return "督促当事人履行" + what + "的决定，逾期不履行的依法处理。"
	case "审批":
		return "采取措施前报本机关负责人批准；情况紧急的，二十四小时内补办批准手续。"
	case "解除":
		return "不再需要采取措施或者期限届满的，立即解除并退还财物。"
	case "检查":
		return "按照计划组织" + what + "，出示执法证件，制作检查记录。"
	case "处理":
		return "对检查发现的问题提出整改要求，涉嫌违法的依法立案查处。"
	default:
		return "对" + what + "后续情况开展监督检查，发现问题及时纠正。"
	}
}

// what names the power inside a sentence.
func (r *row) what() string {
	if r.cat == power.CategoryPenalty {
		return "对该违法行为处罚"
	}
	return "“" + clip(r.name, 40) + "”"
}

// accountability writes 追责情形 of the category with its basis.
func (c *city) accountability(r *row) string {
	b := c.m.stages.blame[r.cat]
	first := "对符合条件的申请不予受理、不在法定期限内作出决定"
	switch r.cat {
	case power.CategoryPenalty:
		first = "对“" + clip(r.act, 30) + "”应当立案而不立案，或者没有法定依据实施处罚、擅自改变处罚种类和幅度"
	case power.CategoryCoercion:
		first = "没有法律、法规依据或者违反法定程序实施强制，扩大查封、扣押范围"
	case power.CategorySupervision:
		first = "不履行检查职责，发现违法行为不依法处理，或者违法实施检查"
	case power.CategoryLevy:
		first = "擅自增设征收项目、提高标准，截留、挪用征收款项"
	case power.CategoryOther:
		if r.how() == power.ExOfficio {
			first = "应当履行“" + clip(r.name, 30) + "”职责而不履行，或者不按照规定的条件、程序履行"
		}
	}
	return "有下列情形之一的，依法追究直接负责的主管人员和其他直接责任人员的责任：\n1." + first + "（" + b + "）；\n2.违反法定权限、条件和程序，侵害当事人合法权益（" + b + "）；\n3.滥用职权、玩忽职守、徇私舞弊，索取或者收受财物（" + b + "）。"
}
