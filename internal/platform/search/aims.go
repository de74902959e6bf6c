package search

import (
	"slices"
	"strings"
)

// aim is what somebody wants done with a thing, beside which thing it is: a lost
// licence is to be issued anew, a company to be ended. It decides nothing about
// what matches, only what comes first.
type aim struct {
	asked  []string // how people say it
	told   []string // how titles say it
	weight float64  // how much it speaks for a title that was asked for, and against one that was not
}

// aims are the usual ones. Read only.
var aims = []aim{
	{strings.Fields("丢了 丢失 弄丢 搞丢 丢 掉了 遗失 不见了 找不到 找不着 损坏 烂了 弄坏 补办 补领 补发 补证 补一个 补一张 补个 重新办 再办一个 挂失 被偷"),
		strings.Fields("遗失 补办 补领 补发 补证 补换 挂失 增补"), 0.5},
	{strings.Fields("注销 关门 关店 关掉 关了 关闭 不干了 不开了 不做了 不办了 不营业 不经营 停业 歇业 销户 倒闭 散伙 解散 停办 终止 去世 死了 死亡"),
		strings.Fields("注销 终止 歇业 停业 缴销 免职"), 0.5},
	{strings.Fields("变更 更改 改成 改名 改个名 改姓 改地址 改一下 换名 换地址 换地方 换人 换法人 换老板 换负责人 搬家 搬地方 搬到 搬迁 迁址 写错 错了 更正 更名 换股东 变了 换单位"),
		strings.Fields("变更 更正 更名 修改 异动"), 0.4},
	{strings.Fields("到期 过期 快到期 续期 续办 续一下 延期 延续 换证 换发 换本 年限到了 有效期"),
		strings.Fields("延续 换发 换证 换领 期满 再注册 到期"), 0.5},
	{strings.Fields("转到 转去 转出 转入 转走 转回 迁到 迁出 迁入 迁移 迁走 过户 转让 转移 卖给 买卖 带走"),
		strings.Fields("转入 转出 迁移 转移 转让 接续"), 0.4},
	{strings.Fields("查 查询 查一下 咨询 问问 打听 了解 多少钱 怎么算 在哪看"), strings.Fields("查询 咨询 指引"), 0.25},
	{strings.Fields("抵押 质押 贷款"), strings.Fields("抵押 出质"), 0.4},
	{strings.Fields("解除 恢复 解封 解冻 重新开"), strings.Fields("解除 恢复 解封 复业"), 0.4},
	{strings.Fields("扩大 扩建 改建 装修 加大"), strings.Fields("扩建 改建 改扩建 扩大 增加"), 0.3},
	{strings.Fields("缩小 减少"), strings.Fields("缩小 减少"), 0.4},
	{strings.Fields("分店 分公司 分部 分支"), strings.Fields("分支机构 分公司"), 0.4},
	{strings.Fields("运输 运 拉 送货"), strings.Fields("运输 运送 准运 调运"), 0.3},
	{strings.Fields("投诉 告 态度 坑 举报"), strings.Fields("投诉 举报"), 0.4},
	{strings.Fields("验收 完工 竣工 做完 修好"), strings.Fields("验收 竣工"), 0.3},
	{strings.Fields("罚 检查 抽查 没收 强制 查封 扣押 征收"), strings.Fields("处罚 监督检查 检查 强制 查封 扣押 没收 征收"), 0.4},
	{strings.Fields("境外 国外 外国 老外 外籍"), strings.Fields("境外 非居民 国际"), 0.3},
}

// fresh are the words of titles that begin something: what people mean who say
// nothing else.
var fresh = strings.Fields("设立 新办 核发 初次 申领 成立 新设 申请 发放 认定 办理")

// wanted gives the aims of a plan, by their places in aims: what the question
// says, and what its everyday words stand for.
func (p plan) wanted() []int {
	var out []int
	text := strings.Join(p.words, " ")
	for i, a := range aims {
		if containsAny(text, a.asked) || slices.ContainsFunc(p.units, func(u unit) bool {
			return len(u.other) > 0 && containsAny(strings.Join(u.other[0], " "), a.told)
		}) {
			out = append(out, i)
		}
	}
	return out
}

func containsAny(s string, words []string) bool {
	return slices.ContainsFunc(words, func(w string) bool { return strings.Contains(s, w) })
}
