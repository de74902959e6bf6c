package grant

import "strings"

var (
	// fining: words before 罚款 that impose it.
	fining = list("处 给予 予以 可以 并 科 应当")
	// finesAway: a fine that is there already.
	finesAway = list("罚款数额 罚款决定 罚款收入 罚款收缴 缴纳罚款 罚款的数额 罚款限额 缴清罚款 罚款单据 罚款票据 罚款全部 罚款、没收财物")
	// forfeited: goods that are confiscated already.
	forfeited = list("没收的 被没收 没收款 没收决定 没收后 罚没 没收物品")
	revoking  = list(`吊销 暂扣 降低资质 降低其资质 取消其 取消资格 撤销资格 撤销其 吊扣 取消从业资格 责令关闭 停产停业 停业整顿
		停产整顿 停止营业 责令停业 责令停产 停止执业 责令停止执业 行政拘留 限期出境 予以取缔 责令关停 关闭矿井`)
	// revoked: papers that are revoked already.
	revoked   = list("被吊销 被暂扣 吊销的 被取消 被撤销 撤销其职务 撤销其批准")
	warning   = list("警告 通报批评")
	warned    = list("给予 处 予以 可以 责令 、")
	detention = list("日以下拘留 并处拘留 处拘留")
	// byOther: penalties by reference to another law: hints.
	byOther = list("给予行政处罚 予以行政处罚 给予治安管理处罚 予以处罚 给予处罚 进行处罚 实施处罚 依法处罚 规定处罚 的规定处理 实施行政处罚 从重处罚 处罚款")
	// discipline: discipline of officials, not penalties.
	discipline = list("记过 记大过 降级 撤职 开除 政务处分")
	// officials: officials or bodies as the ones held to account, and superiors as the ones who do it.
	officials = list(`国家机关工作人员 主管部门及其 行政机关及其 人民政府及其 监督管理部门及其 部门工作人员 机关工作人员 的工作人员有
		部门有下列 机关有下列 人民政府有 行政机关违反 部门违反 机构的工作人员 工作人员滥用职权 利用职务 部门未 机关未
		人民政府未 上级行政机关 上级主管部门 上级机关 上一级 其上级 监察机关 管理部门不 机关或者其`)
	// procedure: how penalties are imposed, not that they are.
	procedure = list("听证 处罚决定前 处罚决定之前 设定 复议 诉讼 告知当事人 制作笔录 收据 国库 罚缴分离 实施行政处罚应当 裁量基准 申辩 送达 追诉 处罚的种类 处罚程序 不予行政处罚 不予处罚 免予 免除处罚 不再给予")
	ordering  = list("责令 责成")
	// ordered: orders given already.
	ordered = list("经责令 自责令 被责令 责令改正之日 责令改正的决定")
	// recourse: orders to officials and respondents.
	recourse = list("赔偿费用 被申请人 机关工作人员")
	// punished: words of sanctions in general.
	punished = list("罚款 没收 吊销 警告 停产停业 停业整顿 暂扣 通报批评 处罚 拘留 责令 取消其 降低资质 予以取缔 收缴")
)

// sanctions says whether a clause punishes or orders outside its conditions.
func (c clause) sanctions() bool {
	for _, p := range c.parts {
		if !p.condition && punished.in(p.text) {
			return true
		}
	}
	return false
}

// againstBody says whether the one who is punished or ordered is a body itself:
// a condition opens with it and does not say what it found.
func (c clause) againstBody() bool {
	p := c.parts[0]
	if strings.HasPrefix(p.text, "违反") && len(c.parts) > 1 {
		p = c.parts[1]
	}
	return p.condition && len(p.bodies) > 0 && p.bodies[0].start == 0 && !p.finds() && !strings.Contains(p.bodies[0].words, "有关")
}

var discovering = list("发现 认为 接到 检查 责令 批准 依法 决定 通知 要求 规定 许可 核发 收到 认定")

// penalty finds the power to punish (行政处罚法 article 9): an act named in a
// condition, and what is threatened in the parts that follow.
func (c clause) penalty() found {
	if procedure.in(c.text) || discipline.in(c.text) && !strings.Contains(c.text, "罚款") {
		return found{}
	}
	best := found{}
	for i, p := range c.parts {
		s := none
		switch {
		case p.condition && !strings.HasSuffix(p.text, "罚款的"):
			continue
		case threatens(p.text):
			s = plain
		case byOther.in(p.text):
			s = hint
		default:
			continue
		}
		by := c.actorAt(i)
		if s == plain && i == 0 && by.none() && c.list != rulesOf {
			s = hint
		}
		if s > best.strength && !by.alien {
			best = found{s, by, c.matterBefore(i)}
		}
	}
	return best
}

// threatens says whether a part threatens a penalty of its own.
func threatens(s string) bool {
	fine := strings.Index(s, "罚款")
	switch {
	case fine >= 0 && fining.in(s[:fine+len("罚款")]) && !finesAway.in(s) && !strings.Contains(s, "加处"):
		return true
	case strings.Contains(s, "没收") && !forfeited.in(s):
		return true
	case revoking.in(s) && !revoked.in(s):
		return true
	case warning.in(s) && warned.in(s) && !discipline.in(s):
		return true
	default:
		return detention.in(s)
	}
}

// order finds the power to order (责令) where the clause threatens nothing
// more.
func (c clause) order() found {
	if recourse.in(c.text) || c.penalty().strength == plain {
		return found{}
	}
	for i, p := range c.parts {
		if p.condition || !ordering.in(p.text) || ordered.in(p.text) {
			continue
		}
		by := c.actorAt(i)
		if by.none() || by.alien {
			return found{strength: hint, by: by, matter: c.matterBefore(i)}
		}
		return found{plain, by, c.matterBefore(i)}
	}
	return found{}
}

var (
	sealing = list("查封 扣押 冻结 扣留 封存 登记保存 拖移 强制隔离 强制戒毒 强制带离 约束至酒醒 强制检疫 暂扣车辆 保护性约束 强制措施 隔离治疗 医学观察")
	// sealed: what happens to goods that are sealed already.
	sealed = list(`被查封 被扣押 被冻结 被封存 被扣留 扣押的物 扣押的财 扣押的商 扣押的鲜 扣押的产 扣押的证 扣押的车 扣押的船
		查封的场 查封的财 冻结的存 冻结的款 封存的物 查封、扣押期限 解除 擅自 隐藏 变卖 损毁 转移 的期限 不得查封
		不得扣押 保管 费用 担保 登记保存措施的 强制措施的 强制措施决定 鉴定 返还 退还 刑事强制措施 强制措施法 当事人
		近亲属 清单 扣留期间 封存期 之日 不冻结 吊销 不予 扣押期限 查封期限 知悉`)
	// named: measures by their names.
	named = list("查封 扣押 冻结 扣留")
	// unsealed: how measures are taken, not that they are.
	unsealed = list("人民法院 申请保全 设定 交付 笔录 见证 签发 公开 戒毒人员 拍卖 决定书")
	// measuring: words by which a measure is taken.
	measuring = list("可以 有权 应当 依法 予以 采取 实施 进行 先行 立即 责令 对 决定 由")
)

// measure finds the power to take coercive measures (行政强制法 article 9).
func (c clause) measure() found {
	if unsealed.in(c.text) {
		return found{}
	}
	for i, p := range c.parts {
		at, _ := sealing.at(p.text)
		if at < 0 || p.condition || sealed.in(p.text) {
			continue
		}
		by := c.actorAt(i)
		switch {
		case by.alien:
			return found{}
		case !by.none() && (c.list == powerOf || measuring.in(p.text)):
			if strings.Contains(p.text, "强制措施") && !named.in(p.text) {
				return found{hint, by, p.text}
			}
			return found{plain, by, p.text}
		case c.list == powerOf || measuring.in(p.text[:at]):
			return found{hint, by, p.text}
		}
	}
	return found{}
}

var (
	enforcing = list("代履行 代为 代其 强制拆除 强行拆除 强制清除 强制排除 组织拆除 依法拆除 予以拆除 强制执行 加处罚款 加收滞纳金 强制划拨 强制扣缴 组织代 组织整改 或者拆除 强制收回 强制铲除 强制清理 加收")
	// defaulted: the debtor did not do it himself.
	defaulted = list("逾期 拒不 不履行 未履行 不拆除 到期 未按 仍不 无力 不改正 无法 滞纳金 不缴")
	// notForced: the court enforces, or somebody acts for another of his own will.
	notForced = list("申请人民法院 人民法院强制 代为申请 代为保管 代为缴纳 法院 加收手续费 代为保存 代为提出 执行完毕")
)

// execution finds the power to enforce what was ordered (行政强制法 article
// 12): doing it in the debtor's place, surcharges, demolition. To apply to a
// court is none.
func (c clause) execution() found {
	for i, p := range c.parts {
		if p.condition || !enforcing.in(p.text) || notForced.in(p.text) || strings.Contains(p.text, "加收") && !strings.Contains(p.text, "滞纳金") {
			continue
		}
		by := c.actorAt(i)
		switch {
		case by.alien:
			return found{}
		case defaulted.in(c.text) && !by.none():
			return found{plain, by, c.matterBefore(i)}
		case defaulted.in(c.text) || !by.none():
			return found{hint, by, c.matterBefore(i)}
		}
	}
	return found{}
}
