package demo

import (
	"strings"

	"qingdan/internal/registry/power"
)

// steps are the steps of handling (办理环节) as the unit runs this power, one a
// line; duties stand by the statutory stages, see process.
func (r *row) steps() string { return strings.Join(r.stepList(), "\n") }

func (r *row) stepList() []string {
	switch r.cat {
	case power.CategoryPenalty:
		return penaltySteps(r.sanction)
	case power.CategoryCoercion:
		return coercionSteps(r.name)
	case power.CategorySupervision:
		return supervisionSteps(r.name)
	case power.CategoryPermit:
		return permitSteps(r.name)
	case power.CategoryLevy:
		return []string{"申报", "核定", "告知", "征收", "开票入库"}
	case power.CategoryPayment:
		return []string{"申请", "受理", "审核", "公示", "决定", "发放"}
	case power.CategoryAdjudication:
		return []string{"申请", "受理", "答辩", "审理", "调解", "裁决", "送达"}
	case power.CategoryConfirmation:
		return confirmationSteps(r.name)
	case power.CategoryReward:
		return []string{"发布通知", "推荐申报", "评审", "公示", "决定", "表彰"}
	default:
		return otherSteps(r.name)
	}
}

// penaltySteps adds the hearing where the sanction gives a right to one
// (行政处罚法第六十三条).
func penaltySteps(sanction string) []string {
	if hasAny(sanction, "吊销|停产停业|责令关闭|没收|降低资质") {
		return []string{"立案", "调查取证", "告知", "听证", "法制审核", "决定", "送达", "执行", "结案"}
	}
	return []string{"立案", "调查取证", "告知", "审查", "决定", "送达", "执行", "结案"}
}

func coercionSteps(name string) []string {
	switch {
	case strings.Contains(name, "登记保存"):
		return []string{"审批", "通知当事人", "清点登记", "保存", "七日内处理"}
	case hasAny(name, "加处罚款|滞纳金"):
		return []string{"告知标准", "计算数额", "催告", "听取陈述申辩", "决定", "征缴"}
	case hasAny(name, "代履行|强制拆除"):
		return []string{"责令履行", "催告", "听取陈述申辩", "决定", "公告", "实施", "收取费用"}
	default:
		return []string{"审批", "出示证件", "告知", "制作清单", "实施", "保管", "处理或者解除"}
	}
}

func supervisionSteps(name string) []string {
	switch {
	case endsWith(name, "监测"):
		return []string{"制定方案", "布设点位", "采样监测", "分析评价", "报告"}
	case endsWith(name, "抽查", "抽样检验", "抽检"):
		return []string{"制定方案", "抽样", "检验", "告知结果", "复检", "后处理"}
	default:
		return []string{"制定计划", "确定对象", "实施检查", "制作记录", "处理", "公开结果"}
	}
}

// permitSteps adds what the matter needs: a look at the place, experts, a test.
func permitSteps(name string) []string {
	switch {
	case endsWith(name, "变更", "延续", "换发"):
		return []string{"受理", "核对", "决定", "换发证件"}
	case endsWith(name, "补发"):
		return []string{"受理", "公告遗失", "核对", "补发证件"}
	case hasAny(name, "资格证|从业资格|驾驶证|执业证书|人员许可证"):
		return []string{"报名", "资格审查", "考试", "决定", "颁发证件"}
	case hasAny(name, "工程|建设|占用|挖掘|设施|修建|采矿|取水|排污"):
		return []string{"受理", "审查", "现场踏勘", "专家论证", "决定", "送达"}
	case hasAny(name, "生产|经营|场所|机构|诊疗|贮存|培训"):
		return []string{"受理", "书面审查", "现场核查", "决定", "颁发证件", "公示"}
	default:
		return []string{"受理", "审查", "决定", "送达"}
	}
}

func confirmationSteps(name string) []string {
	switch {
	case endsWith(name, "鉴定", "检验", "检定"):
		return []string{"申请", "受理", "抽取专家或者样品", "鉴定", "出具结论", "送达"}
	case endsWith(name, "登记"):
		return []string{"申请", "受理", "审核", "登簿", "发证"}
	default:
		return []string{"申请", "受理", "审查", "公示", "确认", "颁发证明"}
	}
}

func otherSteps(name string) []string {
	switch {
	case endsWith(name, "备案"):
		return []string{"收件", "核对", "备案", "反馈回执"}
	case endsWith(name, "验收"):
		return []string{"受理", "资料审查", "现场验收", "出具意见", "送达"}
	case endsWith(name, "年度报告核查"):
		return []string{"收件", "核查", "反馈", "归档"}
	case endsWith(name, "考核", "考试"):
		return []string{"报名", "资格审查", "考核", "公布结果"}
	case endsWith(name, "投诉举报处理"):
		return []string{"登记", "受理", "调查核实", "处理", "答复"}
	case endsWith(name, "调查处理"):
		return []string{"接报", "现场勘查", "调查取证", "责任认定", "处理", "公布"}
	case endsWith(name, "撤销", "注销"):
		return []string{"启动", "调查核实", "告知", "听取陈述申辩", "决定", "送达", "公告"}
	case strings.Contains(name, "责令"):
		return []string{"发现", "核实", "责令", "复查", "结案"}
	case endsWith(name, "评价", "评定", "管理", "核验", "审验", "评估"):
		return []string{"采集信息", "评定", "公示", "异议处理", "公布"}
	case endsWith(name, "划定", "公布", "公告"):
		return []string{"调查", "征求意见", "论证", "确定", "公布"}
	default:
		return []string{"受理", "审查", "论证", "审定", "送达"}
	}
}
