package admin

// kind is a kind of entry in the ledger with the words for it.
type kind struct{ key, words string }

// kinds lists the kinds of entries in the order in which they are shown: first
// what concerns people and rights.
func kinds() []kind {
	return []kind{
		{"account.added", "建立账号"},
		{"account.renamed", "更改姓名或电话"},
		{"account.posted", "更改部门或审核小组"},
		{"account.disabled", "停用账号"},
		{"account.enabled", "恢复账号"},
		{"account.roles_set", "授予或撤销角色"},
		{"account.password_reset", "重置口令"},
		{"account.factor_reset", "重置动态口令"},
		{"account.unlocked", "解锁账号"},
		{"account.sessions_ended", "结束账号的登录"},
		{"account.identity_linked", "绑定统一身份"},
		{"account.identity_unlinked", "解除统一身份"},
		{"personal.shown", "查看个人信息"},
		{"security.settings_set", "修改安全规则"},
		{"group.added", "建立审核小组"},
		{"group.renamed", "更改小组名称"},
		{"group.assigned", "调整审核分工"},
		{"site.set", "修改站点资料"},

		{"round.opened", "开启清理工作"},
		{"round.term", "调整上报期限"},
		{"round.signed", "自查签字"},
		{"round.handed_up", "上报"},
		{"round.received", "接收上报"},
		{"review.concluded", "作审核结论"},
		{"review.undone", "撤销批量办理"},
		{"opinion.drafted", "写审核意见"},
		{"opinion.redrafted", "修改审核意见"},
		{"opinion.dropped", "撤回未下达的意见"},
		{"round.handed_down", "下达审核意见"},
		{"opinion.answered", "答复审核意见"},
		{"opinion.settled", "认可答复"},
		{"opinion.unsettled", "撤销认可"},
		{"opinion.maintained", "坚持意见"},
		{"opinion.ruled", "裁定争议"},
		{"round.winding", "停止补报"},
		{"round.closed", "结束清理工作"},

		{"powers.imported", "导入权力清单"},
		{"powers.filed", "部门导入填报表"},
		{"document.attached", "上传附件"},
		{"document.removed", "移除附件"},
		{"power.amended", "修改事项"},
		{"power.revised", "提出修改已公布的事项"},
		{"power.cancel_proposed", "提出取消事项"},
		{"power.taken_back", "撤回调整"},
		{"power.withdrawn", "部门撤回事项"},
		{"power.moved", "事项流转"},
		{"power.merged", "合并事项"},
		{"power.decided", "决定事项去向"},
		{"check.run", "五对照、六查看"},
		{"list.consulted", "公开征求意见"},
		{"list.advanced", "推进清单办理"},
		{"list.approved", "批准清单"},
		{"list.published", "公布清单"},
		{"list.replaced", "新版清单接替"},
		{"list.ended", "事项退出清单"},
		{"list.imported", "导入外地清单"},
		{"list.renewed", "更新外地清单"},
		{"peer.answered", "处理外地对照差异"},

		{"impact.opened", "依据变动立项"},
		{"impact.settled", "办结依据变动任务"},
		{"impact.closed", "依据变动任务消失"},
		{"impact.carried", "依据变动任务转接"},
		{"impact.reopened", "重开依据变动任务"},
		{"impact.recounted", "重算办理期限"},
		{"impact.term", "设定办理期限"},
		{"law.loaded", "收入法规文本"},
		{"law.named", "登记法规别名"},
		{"law.withdrawn", "撤回法规文本"},
		{"law.restored", "恢复法规文本"},
		{"department.added", "登记部门"},
		{"divisions.loaded", "导入行政区划"},
		{"mandates.loaded", "导入三定规定"},
		{"calendar.published", "发布工作日历"},
	}
}

// kindWords are the words for a kind; one that is not listed yet is shown as
// another act, with its number in the ledger to look it up by.
func kindWords(key string) string {
	for _, k := range kinds() {
		if k.key == key {
			return k.words
		}
	}
	return "其他操作"
}
