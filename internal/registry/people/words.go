package people

// Label says in words what the action lets somebody do.
func (a Action) Label() string {
	switch a {
	case Work:
		return "进入工作台，管理自己的账号"
	case SeePowers:
		return "查看未公布的事项、审查提示、意见和上报记录"
	case FillPowers:
		return "填报和修改事项、导入清单、上传附件"
	case SignUp:
		return "自查签字、上报"
	case AnswerNotes:
		return "答复审核意见"
	case SeeReview:
		return "查看审核队列、审核结论和意见草稿"
	case Conclude:
		return "作审核结论、写审核意见、批量办理"
	case HandDown:
		return "下达审核意见"
	case RunRounds:
		return "开启和结束清理工作、设定期限"
	case Rule:
		return "对争议事项作裁定"
	case SeeRounds:
		return "查看三上三下的进度和收敛情况"
	case ComparePeers:
		return "导入外地清单、处理对照差异"
	case SeeCuts:
		return "查看减权建议、重叠事项和职责边界"
	case ProposeCut:
		return "提出减权建议、判断事项是否重叠"
	case DecideCuts:
		return "按决定执行减权建议"
	case MarkBoundary:
		return "登记和确认部门职责边界"
	case SeeHandovers:
		return "查看下放和承接"
	case OfferPower:
		return "提出下放、确定移交日期、跟踪检查"
	case TakePower:
		return "说明承接能力，接受或者不接受下放"
	case SeeConsult:
		return "查看征求意见情况和收到的全部意见"
	case RunConsult:
		return "发布和结束征求意见、审核留言，登记座谈会、热点问答和媒体报道"
	case AnswerPublic:
		return "答复公众意见"
	case KeepWords:
		return "维护事项的日常说法、处理查不到的词"
	case SealFigures:
		return "锁定基数"
	case SeeBasis:
		return "查看依据变动任务和缺漏线索"
	case AnswerBasis:
		return "办理依据变动任务"
	case ManageBasis:
		return "核对法规库、一键更新条号、设定办理期限"
	case ManageAccounts:
		return "建立和停用账号，管理部门和审核小组"
	case ManageSecurity:
		return "授予角色、解锁、重置口令和动态口令、设定安全规则"
	case ReadAudit:
		return "查看操作记录、登录记录，核验台账"
	case ShowPersonal:
		return "写明理由后查看被遮盖的个人信息"
	default:
		return string(a)
	}
}

// Label says in words how far a permission goes.
func (r Reach) Label() string {
	switch r {
	case Own:
		return "本部门"
	case Grouped:
		return "本小组审核的部门"
	case All:
		return "全部部门"
	default:
		return "无"
	}
}
