package grant

import "strings"

var (
	// internal: plans and drafts that bodies approve for one another.
	internal  = list("规划 预案 名录 计划 标准 目录 区划 实施细则 编制 拟订 拟定 制定 划定 预算 负责人 主要领导 方案 原批准 资料 报送")
	approvals = list("批准 审批 许可 核准 同意 审核 审查同意 审查批准 审定 核发 验收合格 检疫合格 审验")
	approving = list("应当 必须 须 方可 不得 可以 需 未经 实行 准予 予以 决定")
	// submitting: words right before the body that is asked.
	submitting = list("经 报 向 征得 取得 报请 由 报经")
	passing    = list("经 征得")
	// papers: papers that permit.
	papers = list(`许可证 资质证书 资格证书 执业证书 批准文件 准运证 经营证 生产许可 采伐证 通行证 批准文号 许可证书 捕捞证
		狩猎证 驾驶证 合格证书 注册证 资质证 批准书 登记证书 执业证 持枪证 检疫证书 换发 核发 变更手续 审批手续
		许可手续`)
	getting  = list("取得 领取 申领 申请 办理 颁发 核发 发给 签发 换发 发放 延续 变更 补发")
	obliging = list("应当 必须 须 方可")
	issuing  = list("颁发 核发 发给 签发 换发 发放")
	asking   = list("申请 申领 领取 办理")
	regimes  = list("许可制度 许可证制度 审批制度 准入制度 资质管理制度 核准制度 许可管理 实行许可 资格制度 经营许可 资格证书制度")
	// notPermits: consent between private persons.
	notPermits = list("股东 业主大会 业主委员会 业主的 业主同意 经业主 相邻业主 全体业主 村民 居民会议 代表大会 著作权 权利人 监护人 本人 患者 当事人同意 董事 本单位 理事会 会员 军事 有下列情形 许可的情况 书面同意")
	// spoiled: papers that end or are abused: hints at most.
	spoiled = list("注销 撤销 伪造 转让 出租 吊销 遗失 情形")
)

// permit finds the power to license (行政许可法 article 2): an act that needs a
// body's approval, or a paper that a body issues.
func (c clause) permit() found {
	if notPermits.in(c.text) {
		return found{}
	}
	best := found{}
	for i, p := range c.parts {
		s := none
		switch {
		case p.condition:
			continue
		case approvals.in(p.text) && (approving.in(p.text) || passing.in(p.text)):
			s = c.approval(i)
		case papers.in(p.text) && getting.in(p.text) && (approving.in(c.text) || issuing.in(p.text) || !c.actorAt(i).none()):
			s = c.issue(i)
		case regimes.in(p.text):
			s = hint
		default:
			continue
		}
		if s == plain && spoiled.in(c.text) {
			s = hint
		}
		if by := c.actorAt(i); s > best.strength && !by.alien {
			best = found{s, by, c.permitted(i)}
		}
	}
	return best
}

// approval weighs a part in which something is approved. Plain is 经〔body〕批准
// and 未经〔body〕批准，不得; plans and lists that one body approves for another
// are no licences.
func (c clause) approval(i int) strength {
	p := c.parts[i]
	switch {
	case len(p.bodies) == 0 && strings.Contains(p.text, "同意"):
		return none // of a neighbour, an owner, an employer
	case len(p.bodies) == 0:
		return hint
	}
	b := p.bodies[len(p.bodies)-1]
	if internal.in(c.text) {
		if c.subject(i, b) || strings.HasSuffix(b.words, "人民政府") {
			return none
		}
		return hint
	}
	after := p.text[b.end:]
	before := p.text[:b.start]
	asks := submitting.ends(before) || passing.in(before)
	if asks && approving.in(p.text) && approvals.in(after) && !strings.HasSuffix(b.words, "人民政府") && !c.subject(i, b) {
		return plain
	}
	return hint
}

// issue weighs a part that speaks of a paper: plain where a body issues it or
// is asked for it.
func (c clause) issue(i int) strength {
	by := c.actorAt(i)
	if by.none() || internal.in(c.text) {
		return hint
	}
	s := c.parts[i].text
	if issuing.in(s) || asking.in(s) && strings.Contains(c.text, "向"+by.words) {
		return plain
	}
	return hint
}

// permitted gives the words on what needs the permit: the part before, or
// the words before the duty.
func (c clause) permitted(i int) string {
	s := c.parts[i].text
	if at, _ := obliging.at(s); at > 12 {
		return s[:at]
	}
	if i > 0 {
		return c.parts[i-1].text
	}
	return s
}

var (
	charging = list("征收 收取 缴纳 交纳 计征 缴入 征缴 缴付")
	// charges: public charges by name.
	charges = list(`资源费 补偿费 污水处理费 垃圾处理费 占用费 复垦费 开垦费 闲置费 恢复费 治理费 保护费 抚养费 保障金 排污费
		社会保险费 养老保险费 医疗保险费 工伤保险费 失业保险费 绿化费 出让金 出让价款 出让收益 占道费 挖掘修复费
		建设基金 发展基金 育林基金 易地建设费 配套费 附加 有偿使用费 海域使用金 所得税 增值税 消费税 资源税 契税
		车船税 印花税 房产税 土地使用税 土地增值税 耕地占用税 城市维护建设税 烟叶税 环境保护税 车辆购置税 港务费 增殖
		植被费 税款 防治费 社会抚养费 水资源费`)
	collecting = list("征收 收取 计征 征缴")
	owing      = list("应当缴纳 必须缴纳 须缴纳 应当依法缴纳 应当按照 必须按照 应当按规定 按规定缴纳 应当向")
	charge     = list("费 税 金")
	// unlevied: relief, misuse and private charges.
	unlevied = list(`免征 免缴 减征 退还 退税 挪用 截留 不得 会费 学费 诉讼 保费收入 免收 停征 拖欠 缓缴 经营者 物业 列入
		预算 返还 骗取 纠纷 监督检查 视同 优先 之前 一站式 监督管理 标准由 不当 争议 结算 协助 加强 委托
		有关的检查`)
)

// levy finds the power to charge taxes, fees and funds (行政征收).
func (c clause) levy() found {
	if unlevied.in(c.text) {
		return found{}
	}
	for i, p := range c.parts {
		if p.condition || !charging.in(p.text) {
			continue
		}
		by := c.actorAt(i)
		if !charges.in(p.text) {
			if charge.in(p.afterBody()) && (!by.none() || owing.in(p.text)) {
				return found{hint, by, p.text}
			}
			continue
		}
		if !by.none() && collecting.in(p.afterBody()) || owing.in(p.text) && !strings.Contains(p.text, "保险费") {
			return found{plain, by, p.text}
		}
		return found{hint, by, p.text}
	}
	return found{}
}

var (
	paying     = list("申请 发放 给予 领取 享受 支付 提供 发给")
	granting   = list("给予 发放 享受 领取")
	handingOut = list("发放 给予 发给 支付 予以")
	state      = list("国家 政府 财政 社会保险 基金")
	benefits   = list("补助 补贴 救助 津贴 抚恤 保险待遇 救济 生活保障 资助 安置费 优待金 丧葬 生活费 保险金 扶助 供养 困难 扶持资金 补偿 奖励金 优待")
	// unpaid: payments by employers and between governments.
	unpaid = list(`不得 停止 骗取 追回 退回 挪用 用人单位 企业应当 单位应当 赔偿 经济补偿 劳动者 受害人 财政转移 经费 工资
		侵权 合同 财政补助 财政补贴 中央财政 费用 没有依法 监测 企业 优先 方面 支持 优惠 在资金上 运行 设施 成本
		工作人员 职业保护`)
)

// payment finds the power to pay benefits to persons (行政给付).
func (c clause) payment() found {
	if unpaid.in(c.text) {
		return found{}
	}
	for i, p := range c.parts {
		if p.condition || !paying.in(p.text) || !benefits.in(p.text) {
			continue
		}
		by := c.actorAt(i)
		if !by.none() && handingOut.in(p.text) && !strings.Contains(p.text, "补偿") {
			return found{plain, by, p.text}
		}
		if !by.none() || state.in(c.text) || granting.in(p.text) {
			return found{hint, by, p.text}
		}
	}
	return found{}
}

var (
	disputes  = list("争议 纠纷 异议 达不成 不能达成 协商不成")
	deciding  = list("裁决 裁定 处理 调处 作出决定 补偿决定 协调")
	ruling    = list("裁决 裁定")
	conflicts = list("争议 纠纷")
	// mediating: help to settle, not a decision.
	mediating = list("调解 调查 证据 中止 机制 协调 费用 报告 矛盾")
	settling  = list("处理 调处 作出决定 决定")
	// unruled: disputes that other bodies settle.
	unruled = list("边界 复议 仲裁委员会 劳动争议 人民法院处理 管辖 调解委员会 投诉 12345 和解 多元化解 调解和")
)

// adjudication finds the power to decide disputes between persons (行政裁决).
func (c clause) adjudication() found {
	if !disputes.in(c.text) || unruled.in(c.text) {
		return found{}
	}
	for i, p := range c.parts {
		if p.condition || !deciding.in(p.text) {
			continue
		}
		by := c.actorAt(i)
		switch {
		case by.none():
			continue
		case ruling.in(p.text) || conflicts.in(c.text) && settling.in(p.afterBody()) && !mediating.in(p.text):
			return found{plain, by, c.matterBefore(i)}
		}
		return found{hint, by, c.matterBefore(i)}
	}
	return found{}
}

var (
	certifying = list("认定 登记 鉴定 评定 确认 审定 检定 认证 定级 评审")
	// certified: registers as things, private records.
	certified = list(`登记保存 登记表 登记簿 登记造册 实名 登记失散 登记卡 登记事项的 登记机关应当自 登记备案 登记制度 登记结算
		不予登记 司法鉴定 鉴定费 登记费 撤销登记 登记后 经登记 被认定 认定为 鉴定人 登记的 公证机构 登记资料
		登记信息 登记档案 登记证明 认定的 鉴定的 认证机构 鉴定机构 办法由 材料 公开 目录 档案 申请人的 签署
		登记证书 检定合格`)
	certifies   = list("予以登记 办理登记 核准登记 负责认定 进行鉴定 组织鉴定 予以认定 作出认定 进行认定 申请登记")
	certifiedBy = list("由 向 经 到 报")
)

// confirmation finds the power to certify facts and rights (行政确认).
func (c clause) confirmation() found {
	for i, p := range c.parts {
		if p.condition || !certifying.in(p.text) || certified.in(p.text) {
			continue
		}
		by := c.actorAt(i)
		if by.alien || by.none() && !asking.in(p.text) {
			continue
		}
		if by.none() || c.subject(i, by) {
			return found{hint, by, c.permitted(i)}
		}
		if len(p.bodies) > 0 {
			b := p.bodies[len(p.bodies)-1]
			if certifiedBy.ends(p.text[:b.start]) && certifying.in(p.text[b.end:]) {
				return found{plain, by, c.permitted(i)}
			}
		}
		if certifies.in(p.text) {
			return found{plain, by, c.permitted(i)}
		}
		return found{hint, by, c.permitted(i)}
	}
	return found{}
}

var (
	honouring = list("表彰 奖励 嘉奖")
	merit     = list("贡献 成绩 突出 显著 有功 举报 检举 成就 成果")
	bestowing = list("给予 予以 进行 可以 应当")
	// unhonored: honours by employers.
	unhonored = list("不得 奖励基金 奖励制度 本单位 用人单位 企业应当 科技成果转化 骗取 撤销奖励 奖励办法由")
)

// reward finds the power to honour (行政奖励).
func (c clause) reward() found {
	if unhonored.in(c.text) {
		return found{}
	}
	for i, p := range c.parts {
		if p.condition || !honouring.in(p.text) {
			continue
		}
		by := c.actorAt(i)
		if merit.in(c.text) && !by.none() && bestowing.in(p.text) {
			return found{plain, by, c.matterBefore(i)}
		}
		return found{hint, by, c.matterBefore(i)}
	}
	return found{}
}

var (
	inspecting  = list("检查 抽查 抽样 稽查 核查 巡查 抽检 查阅 进入")
	supervising = list("监督 主管 管理工作 监管 查处 监测")
	// uninspected: the duty to bear inspection, and its conduct.
	uninspected = list(`自查 自行检查 应当接受 配合 拒绝 阻碍 检查人员 出示 检查结果 检查情况 检查中 下级 执法监督 人民代表大会
		应当经常 接受检查 予以配合 检查发现 举报 检查、监督 社会监督 群众监督 检查制度 监督制度 监督员 监督电话
		检查目录 检查计划 健康检查 体格检查 申请`)
	// steps: how inspections are made, not that they are.
	steps = list("不得少于 罪犯")
	// ofBodies: supervision of bodies by bodies.
	ofBodies = list("对下级 对本级人民政府 部门执行 部门实施本 工作情况 部门履行 人民政府履行 对有关部门 行政机关实施")
)

// inspection finds the power to inspect (行政检查). A clause that only puts a
// field under a body is a hint.
func (c clause) inspection() found {
	best := found{}
	if ofBodies.in(c.text) {
		return best
	}
	for i, p := range c.parts {
		by := c.actorAt(i)
		if p.condition || by.none() || by.alien || uninspected.in(p.text) {
			continue
		}
		s := none
		switch does := p.afterBody(); {
		case !inspecting.in(does):
			if supervising.in(does) {
				s = hint
			}
		case !steps.in(c.text) && (c.list == powerOf || acting.in(does)):
			s = plain
		default:
			s = hint
		}
		if s > best.strength {
			best = found{s, by, p.text}
		}
	}
	return best
}

var acting = list("应当 可以 有权 负责 依法 加强 组织 开展 进行 实施 定期")

var unfiled = list("上一级 国务院 常务委员会 不得 备案办法 备案的规范性 规章 预案")

// residual are the words by which a body acts on persons in none of the other
// ways.
var residual = list("有权 制止 处理 查处 验收 督导 审验 受理 驳回 调查 负责 评价 撤销 注销 约谈 公告 调整 禁止 限制 调取 征用 收回 强制")

// withdrawing are what only a body can do.
var withdrawing = list("撤销该 注销该 撤销其 注销其 撤销许可 撤销批准 验收手续")

// other finds what the list's last category holds: the duty to file with a body
// (备案), and as a hint whatever else a body may do to persons.
func (c clause) other() found {
	if f := c.filing(); f.strength != none {
		return f
	}
	for i, p := range c.parts {
		by := c.actorAt(i)
		if !p.condition && !by.alien && (!by.none() && residual.in(p.afterBody()) || withdrawing.in(p.text)) {
			return found{hint, by, p.text}
		}
	}
	return found{}
}

// filing finds the duty to file with a body.
func (c clause) filing() found {
	if unfiled.in(c.text) {
		return found{}
	}
	for i, p := range c.parts {
		if p.condition || !strings.Contains(p.text, "备案") {
			continue
		}
		by := c.actorAt(i)
		if by.none() || by.alien {
			continue
		}
		handed := len(p.bodies) == 1 && handing.ends(p.text[:p.bodies[0].start]) && strings.Contains(p.afterBody(), "备案")
		if handed && !strings.HasSuffix(by.words, "人民政府") && !internal.in(c.text) && !c.subject(i, by) {
			return found{plain, by, c.permitted(i)}
		}
		return found{hint, by, c.permitted(i)}
	}
	return found{}
}

// handing are the words before the body that something is handed to.
var handing = list("向 报 到")
