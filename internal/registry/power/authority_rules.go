package power

import "strings"

// The tables of this file are the setting rules row by row, each with its
// article and the days on which it holds. Titles are short (行政许可法 for
// 中华人民共和国行政许可法). Checked against the texts of 2003 and 2019, 1996 to 2021
// and 2011.

// authorityEditions are the editions of the three acts, from their first day
// in force.
var authorityEditions = []struct{ statute, from, name string }{
	{"行政许可法", "2004-07-01", "2003年"},
	{"行政许可法", "2019-04-23", "2019年修正"},
	{"行政处罚法", "1996-10-01", "1996年"},
	{"行政处罚法", "2009-08-27", "2009年修正"},
	{"行政处罚法", "2018-01-01", "2017年修正"},
	{"行政处罚法", "2021-07-15", "2021年修订"},
	{"行政强制法", "2012-01-01", "2011年"},
}

// authorityRule is one row: what laws of these levels may create between two
// days (from inclusive, until exclusive; empty is open).
type authorityRule struct {
	act         authorityPower
	levels      []string
	from, until string
	article     string
	verdict     Verdict
	reason      string

	bans []authorityBan // measures that these levels may never create

	only          []string // the only measures they may create; nil: any
	beyond        Verdict  // the verdict on any other measure
	beyondArticle string
	beyondReason  string
	capped        bool // fines are limited, see authorityCaps
}

// authorityBan forbids measures: those that contain all of words, or, with
// unless, those that contain none of unless.
type authorityBan struct {
	words, unless   []string
	article, reason string
}

// ban finds the ban that a measure meets.
func (r authorityRule) ban(measure string) (authorityBan, bool) {
	for _, b := range r.bans {
		hit := b.unless == nil || !authorityAmong(measure, b.unless)
		for _, w := range b.words {
			hit = hit && strings.Contains(measure, w)
		}
		if hit {
			return b, true
		}
	}
	return authorityBan{}, false
}

var (
	authorityLocal  = []string{"地方性法规", "设区的市地方性法规"}
	authorityRest   = []string{"司法解释", "规范性文件"}
	authorityNonLaw = []string{"行政法规", "国务院决定", "地方性法规", "设区的市地方性法规", "部门规章", "省级政府规章", "设区的市政府规章", "司法解释", "规范性文件"}
)

// The kinds of penalties that laws below 行政法规 may choose from: 行政处罚法第九条
// 第一至五项 (2021), 第八条第一至六项 (before). 责令关闭 and the like came in 2021.
var (
	authorityKinds2021 = []string{"警告", "通报批评", "罚款", "没收", "暂扣", "降低资质", "吊销", "限制开展生产经营", "停产停业", "停业整顿", "责令关闭", "限制从业", "拘留"}
	authorityKinds1996 = []string{"警告", "罚款", "没收", "停产停业", "停业整顿", "暂扣", "吊销", "拘留"}
)

const (
	authorityNoFreedom = "限制人身自由的行政处罚只能由法律设定"
	authorityNewKind   = "不在法定处罚种类之列，其他种类只能由法律、行政法规规定"
	authorityInRange   = "，只能在上位法规定的给予行政处罚的行为、种类和幅度的范围内作具体规定"
	authorityOldCity   = "2015年3月15日以前，只有省会城市、经济特区所在地的市和较大的市可以制定，其他设区的市没有立法权，请人工判断制定机关"
)

// authorityRules is the table. Rows of one act come from the highest level to
// the lowest, older editions after newer ones.
var authorityRules = []authorityRule{
	// 行政许可法第十四条至第十七条: the same articles in both editions.
	{act: authorityPermit, levels: []string{"法律"}, article: "第十四条第一款", verdict: SettingAllowed, reason: "法律可以设定行政许可"},
	{act: authorityPermit, levels: []string{"行政法规"}, article: "第十四条第一款", verdict: SettingAllowed,
		reason: "尚未制定法律的，行政法规可以设定行政许可；法律已经设定的，只能在其范围内作具体规定（第十六条第一款）"},
	{act: authorityPermit, levels: []string{"国务院决定"}, article: "第十四条第二款", verdict: SettingAllowed,
		reason: "必要时国务院可以用发布决定的方式设定行政许可；除临时性的以外，应当及时制定法律或者行政法规"},
	{act: authorityPermit, levels: authorityLocal[1:], until: "2015-03-15", article: "第十五条", verdict: SettingUnknown, reason: authorityOldCity},
	{act: authorityPermit, levels: authorityLocal, article: "第十五条", verdict: SettingAllowed,
		reason: "尚未制定法律、行政法规的，地方性法规可以设定行政许可；不得设定应当由国家统一确定的资格资质、企业或者其他组织的设立登记及其前置许可，不得限制其他地区的个人、企业和商品"},
	{act: authorityPermit, levels: []string{"省级政府规章"}, article: "第十五条第一款", verdict: SettingAllowed,
		reason: "尚未制定法律、行政法规和地方性法规，确需立即实施的，省级政府规章可以设定临时性行政许可；实施满一年需要继续的，应当提请制定地方性法规；第十五条第二款的禁止同样适用"},
	{act: authorityPermit, levels: []string{"部门规章", "设区的市政府规章"}, article: "第十六条第三款", verdict: SettingDetailOnly,
		reason: "规章只能在上位法设定的行政许可事项范围内作具体规定，不得增设许可和违反上位法的条件"},
	{act: authorityPermit, levels: authorityRest, article: "第十七条", verdict: SettingForbidden, reason: "其他规范性文件一律不得设定行政许可"},

	// 行政处罚法第九条至第十六条, from 2021-07-15.
	{act: authorityPenalty, levels: []string{"法律"}, from: "2021-07-15", article: "第十条第一款", verdict: SettingAllowed, reason: "法律可以设定各种行政处罚"},
	{act: authorityPenalty, levels: []string{"行政法规"}, from: "2021-07-15", article: "第十一条", verdict: SettingAllowed,
		reason: "法律对该违法行为已有处罚规定的，只能在行为、种类、幅度内作具体规定；未作处罚规定的，为实施法律可以补充设定，并须听取意见、书面说明",
		bans:   authorityFreedom("第十条第二款")},
	{act: authorityPenalty, levels: []string{"国务院决定"}, from: "2021-07-15", article: "第十六条", verdict: SettingForbidden, reason: "法律、法规、规章以外的规范性文件不得设定行政处罚"},
	{act: authorityPenalty, levels: authorityLocal, from: "2021-07-15", article: "第十二条", verdict: SettingAllowed,
		reason: "法律、行政法规对该违法行为已有处罚规定的，只能在行为、种类、幅度内作具体规定；未作处罚规定的，为实施法律、行政法规可以补充设定，并须听取意见、书面说明",
		bans: append(authorityFreedom("第十条第二款"),
			authorityBan{words: []string{"吊销", "营业执照"}, article: "第十二条第一款", reason: "地方性法规不得设定吊销营业执照"},
			authorityBan{unless: authorityKinds2021, article: "第九条第六项", reason: authorityNewKind})},
	{act: authorityPenalty, levels: []string{"部门规章"}, from: "2021-07-15", article: "第十三条第二款", verdict: SettingAllowed,
		reason: "尚未制定法律、行政法规的，部门规章可以设定警告、通报批评和国务院限额以内的罚款；已经制定的，只能在其范围内作具体规定（第十三条第一款）",
		only:   []string{"警告", "通报批评", "罚款"}, beyond: SettingDetailOnly, beyondArticle: "第十三条第一款", beyondReason: authorityInRange, capped: true},
	{act: authorityPenalty, levels: []string{"省级政府规章", "设区的市政府规章"}, from: "2021-07-15", article: "第十四条第二款", verdict: SettingAllowed,
		reason: "尚未制定法律、法规的，地方政府规章可以设定警告、通报批评和省级人大常委会限额以内的罚款；已经制定的，只能在其范围内作具体规定（第十四条第一款）",
		only:   []string{"警告", "通报批评", "罚款"}, beyond: SettingDetailOnly, beyondArticle: "第十四条第一款", beyondReason: authorityInRange, capped: true},
	{act: authorityPenalty, levels: authorityRest, from: "2021-07-15", article: "第十六条", verdict: SettingForbidden, reason: "法律、法规、规章以外的规范性文件不得设定行政处罚"},

	// 行政处罚法第八条至第十四条, before 2021-07-15: no 通报批评, no supplementing.
	{act: authorityPenalty, levels: []string{"法律"}, until: "2021-07-15", article: "第九条第一款", verdict: SettingAllowed, reason: "法律可以设定各种行政处罚"},
	{act: authorityPenalty, levels: []string{"行政法规"}, until: "2021-07-15", article: "第十条", verdict: SettingAllowed,
		reason: "法律对该违法行为已有处罚规定的，只能在行为、种类、幅度内作具体规定",
		bans:   authorityFreedom("第九条第二款")},
	{act: authorityPenalty, levels: []string{"国务院决定"}, until: "2021-07-15", article: "第十四条", verdict: SettingForbidden, reason: "其他规范性文件不得设定行政处罚"},
	{act: authorityPenalty, levels: authorityLocal[1:], until: "2015-03-15", article: "第十一条", verdict: SettingUnknown, reason: authorityOldCity},
	{act: authorityPenalty, levels: authorityLocal, until: "2021-07-15", article: "第十一条", verdict: SettingAllowed,
		reason: "法律、行政法规对该违法行为已有处罚规定的，只能在行为、种类、幅度内作具体规定",
		bans: append(authorityFreedom("第九条第二款"),
			authorityBan{words: []string{"吊销", "营业执照"}, article: "第十一条第一款", reason: "地方性法规不得设定吊销企业营业执照"},
			authorityBan{unless: authorityKinds1996, article: "第八条第七项", reason: authorityNewKind})},
	{act: authorityPenalty, levels: []string{"部门规章"}, until: "2021-07-15", article: "第十二条第二款", verdict: SettingAllowed,
		reason: "尚未制定法律、行政法规的，部门规章可以设定警告和国务院限额以内的罚款；已经制定的，只能在其范围内作具体规定（第十二条第一款）",
		only:   []string{"警告", "罚款"}, beyond: SettingDetailOnly, beyondArticle: "第十二条第一款", beyondReason: authorityInRange, capped: true},
	{act: authorityPenalty, levels: []string{"省级政府规章"}, until: "2021-07-15", article: "第十三条第二款", verdict: SettingAllowed,
		reason: "尚未制定法律、法规的，省级政府规章可以设定警告和省级人大常委会限额以内的罚款；已经制定的，只能在其范围内作具体规定（第十三条第一款）",
		only:   []string{"警告", "罚款"}, beyond: SettingDetailOnly, beyondArticle: "第十三条第一款", beyondReason: authorityInRange, capped: true},
	{act: authorityPenalty, levels: []string{"设区的市政府规章"}, until: "2021-07-15", article: "第十三条", verdict: SettingUnknown,
		reason: "当时条文只列省会城市和经国务院批准的较大的市，其他设区的市自2015年3月15日起才有规章制定权，请人工判断制定机关"},
	{act: authorityPenalty, levels: authorityRest, until: "2021-07-15", article: "第十四条", verdict: SettingForbidden, reason: "其他规范性文件不得设定行政处罚"},

	// 行政强制法第九条至第十一条: measures.
	{act: authorityMeasure, levels: []string{"法律"}, article: "第十条第一款", verdict: SettingAllowed, reason: "行政强制措施由法律设定"},
	{act: authorityMeasure, levels: []string{"行政法规"}, article: "第十条第二款", verdict: SettingAllowed,
		reason: "尚未制定法律且属于国务院行政管理职权事项的，或者法律规定特定事项由行政法规规定具体管理措施的（第十一条第二款），行政法规可以设定；应当由法律规定的除外",
		bans: []authorityBan{{words: []string{"人身自由"}, article: "第十条第二款", reason: "限制公民人身自由只能由法律设定"},
			{words: []string{"冻结"}, article: "第十条第二款", reason: "冻结存款、汇款只能由法律设定"}}},
	{act: authorityMeasure, levels: authorityLocal[1:], until: "2015-03-15", article: "第十条第三款", verdict: SettingUnknown, reason: authorityOldCity},
	{act: authorityMeasure, levels: authorityLocal, article: "第十条第三款", verdict: SettingAllowed,
		reason: "尚未制定法律、行政法规且属于地方性事务的，地方性法规可以设定查封、扣押；法律未设定强制措施的，不得设定（第十一条第二款）",
		only:   []string{"查封", "扣押"}, beyond: SettingForbidden, beyondArticle: "第十条第三款"},
	{act: authorityMeasure, levels: []string{"国务院决定", "部门规章", "省级政府规章", "设区的市政府规章", "司法解释", "规范性文件"}, article: "第十条第四款", verdict: SettingForbidden,
		reason: "法律、法规以外的其他规范性文件不得设定行政强制措施"},

	// 行政强制法第十三条: execution.
	{act: authorityExecution, levels: []string{"法律"}, article: "第十三条第一款", verdict: SettingAllowed,
		reason: "行政强制执行由法律设定；法律还须规定由本机关执行，否则应当申请人民法院强制执行（第十三条第二款）"},
	{act: authorityExecution, levels: authorityNonLaw, article: "第十三条第一款", verdict: SettingForbidden,
		reason: "行政强制执行只能由法律设定；各机关依法律共有的只是加处罚款、滞纳金、拍卖已查封扣押的财物和代履行（第四十五条、第四十六条第三款、第五十条、第五十二条）"},
}

// authorityFreedom bans penalties of personal freedom below the law.
func authorityFreedom(article string) []authorityBan {
	return []authorityBan{
		{words: []string{"人身自由"}, article: article, reason: authorityNoFreedom},
		{words: []string{"拘留"}, article: article, reason: authorityNoFreedom},
	}
}

// authorityCaps are the limits of fines that rules may create, in fen. That of
// the State Council is a document and not part of the acts; that of local
// rules is Shandong's. Earlier limits are not in the table: no fine is judged.
var authorityCaps = []struct {
	levels            []string
	from, until       string
	ordinary, special int64
	fields, source    string
}{
	{[]string{"部门规章"}, "2021-11-15", "", 100_000_00, 200_000_00, "公民生命健康安全、金融安全", "国发〔2021〕26号"},
	{[]string{"省级政府规章", "设区的市政府规章"}, "2017-09-01", "", 100_000_00, 200_000_00,
		"公共安全、生态环境保护和自然资源开发利用、人身财产安全", "山东省地方政府规章设定罚款限额规定第三条"},
}

// authorityNotes say what single laws rule about the categories that have no
// uniform setting rule; the first row of a category that holds is taken.
var authorityNotes = []struct {
	category           Category
	from, rule, reason string
}{
	{CategoryLevy, "2023-03-15", "立法法第十一条（2023年修正）", "税种、税率和征收管理等税收基本制度，对非国有财产的征收、征用，只能由法律规定；涉企收费、基金、保证金须有法律、行政法规依据或者经国务院批准（优化营商环境条例第二十五条）"},
	{CategoryLevy, "2020-01-01", "优化营商环境条例第二十五条", "涉企收费、基金、保证金须有法律、行政法规依据或者经国务院批准；税收基本制度和对非国有财产的征收、征用只能由法律规定（立法法第八条）"},
	{CategoryLevy, "2000-07-01", "立法法第八条", "税收基本制度和对非国有财产的征收只能由法律规定"},
	{CategoryAdjudication, "2012-01-01", "山东省行政程序规定第一百一十二条", "本省行政裁决须有法律、法规依据"},
	{CategoryPayment, "2012-01-01", "山东省行政程序规定第一百一十八条", "本省行政给付的依据包括法律、法规、规章和规范性文件"},
}
