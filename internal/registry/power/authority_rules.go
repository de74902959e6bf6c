package power

import "strings"

// The tables of this file are the setting rules row by row, each with its
// article and the days on which it holds. Titles are short (行政许可法 for
// 中华人民共和国行政许可法). Checked against the texts of 2003 and 2019, 1996 to 2021
// and 2011.

// authorityEditions are the editions of the acts, from their first day
// in force.
var authorityEditions = []struct{ statute, from, name string }{
	{"行政许可法", "2004-07-01", "2003年"},
	{"行政许可法", "2019-04-23", "2019年修正"},
	{"行政处罚法", "1996-10-01", "1996年"},
	{"行政处罚法", "2009-08-27", "2009年修正"},
	{"行政处罚法", "2018-01-01", "2017年修正"},
	{"行政处罚法", "2021-07-15", "2021年修订"},
	{"行政强制法", "2012-01-01", "2011年"},
	{"山东省行政程序规定", "2012-01-01", "2011年"},
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

// authorityBan takes measures out of a row: those that contain all of words,
// or, with unless, those that contain none of unless.
type authorityBan struct {
	verdict         Verdict
	words, unless   []string
	article, reason string
}

// banOf finds the ban that a measure meets.
func banOf(bans []authorityBan, measure string) (authorityBan, bool) {
	for _, b := range bans {
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

// The words by which the acts are told apart. The ways of enforcement are those
// of 行政强制法第十二条; those that every body has by law come from 行政处罚法第七十二条,
// 行政强制法第四十五条, 第四十六条第三款, 第五十条 and 第五十二条.
var (
	authorityExecutionWords = []string{"强制执行", "强制拆除", "划拨", "排除妨碍", "恢复原状"}
	authorityCommonWords    = []string{"加处罚款", "滞纳金", "拍卖", "代履行"}
	authorityMeasureWords   = []string{"查封", "扣押", "冻结", "责令改正", "责令限期改正"}
	authorityPenaltyWords   = []string{"警告", "通报批评", "罚款", "没收", "吊销", "暂扣", "降低资质", "停产停业", "责令关闭", "限制从业", "拘留"}
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
		reason: "尚未制定法律、行政法规的，地方性法规可以设定行政许可；不得设定应当由国家统一确定的资格资质、企业或者其他组织的设立登记及其前置许可，不得限制其他地区的个人、企业和商品", bans: authorityPermitBans},
	{act: authorityPermit, levels: []string{"省级政府规章"}, article: "第十五条第一款", verdict: SettingAllowed,
		reason: "尚未制定法律、行政法规和地方性法规，确需立即实施的，省级政府规章可以设定临时性行政许可；实施满一年需要继续的，应当提请制定地方性法规；第十五条第二款的禁止同样适用", bans: authorityPermitBans},
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
			authorityBan{verdict: SettingForbidden, words: []string{"吊销", "营业执照"}, article: "第十二条第一款", reason: "地方性法规不得设定吊销营业执照"},
			authorityBan{verdict: SettingForbidden, unless: authorityKinds2021, article: "第九条第六项", reason: authorityNewKind})},
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
			authorityBan{verdict: SettingForbidden, words: []string{"吊销", "营业执照"}, article: "第十一条第一款", reason: "地方性法规不得设定吊销企业营业执照"},
			authorityBan{verdict: SettingForbidden, unless: authorityKinds1996, article: "第八条第七项", reason: authorityNewKind})},
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
		reason: "尚未制定法律且属于国务院行政管理职权事项的，或者法律规定特定事项由行政法规规定具体管理措施的（第十一条第二款），行政法规可以设定；应当由法律规定的除外，不得扩大法律规定的对象、条件、种类（第十一条第一款）",
		bans: []authorityBan{{verdict: SettingForbidden, words: []string{"人身自由"}, article: "第十条第二款", reason: "限制公民人身自由只能由法律设定"},
			{verdict: SettingForbidden, words: []string{"冻结"}, article: "第十条第二款", reason: "冻结存款、汇款只能由法律设定"}}},
	{act: authorityMeasure, levels: authorityLocal[1:], until: "2015-03-15", article: "第十条第三款", verdict: SettingUnknown, reason: authorityOldCity},
	{act: authorityMeasure, levels: authorityLocal, article: "第十条第三款", verdict: SettingAllowed,
		reason: "尚未制定法律、行政法规且属于地方性事务的，地方性法规可以设定查封、扣押；已有法律的，不得扩大其对象、条件、种类，法律未设定强制措施的不得设定（第十一条）",
		only:   []string{"查封", "扣押"}, beyond: SettingForbidden, beyondArticle: "第十条第三款"},
	{act: authorityMeasure, levels: []string{"国务院决定", "部门规章", "省级政府规章", "设区的市政府规章", "司法解释", "规范性文件"}, article: "第十条第四款", verdict: SettingForbidden,
		reason: "法律、法规以外的其他规范性文件不得设定行政强制措施"},

	// 行政强制法第十三条: execution.
	{act: authorityExecution, levels: []string{"法律"}, article: "第十三条第一款", verdict: SettingAllowed,
		reason: "行政强制执行由法律设定；法律还须规定由本机关执行，否则应当申请人民法院强制执行（第十三条第二款）"},
	{act: authorityExecution, levels: authorityNonLaw, article: "第十三条第一款", verdict: SettingForbidden,
		reason: "行政强制执行只能由法律设定；各机关依法律共有的只是加处罚款、滞纳金、拍卖已查封扣押的财物和代履行（第四十五条、第四十六条第三款、第五十条、第五十二条）"},

	// What every body may do by law: a lower basis adds nothing, and the power
	// does not hang on it.
	{act: authorityCommon, levels: []string{"法律"}, article: "第十三条第一款", verdict: SettingAllowed, reason: "这种执行方式各行政机关依法律都可以采取"},
	{act: authorityCommon, levels: authorityNonLaw, article: "第十三条第一款", verdict: SettingDetailOnly,
		reason: "这种执行方式由法律设定，各行政机关依法律都可以采取，引用的文件只能作具体规定，请补充引用法律"},
}

// authorityCommonWays are the ways of enforcement that every body has, with the
// law that gives them and its conditions.
var authorityCommonWays = []struct{ word, from, until, reason string }{
	{"加处罚款", "2021-07-15", "", "到期不缴纳罚款的，每日按罚款数额的百分之三加处罚款，不超出罚款数额（行政处罚法第七十二条第一款第一项）"},
	{"加处罚款", "", "2021-07-15", "到期不缴纳罚款的，每日按罚款数额的百分之三加处罚款（行政处罚法第五十一条第一项），不超出罚款数额（行政强制法第四十五条第二款）"},
	{"滞纳金", "", "", "逾期不履行金钱给付义务的，可以依法加处滞纳金，标准须告知，不超出金钱给付义务的数额（行政强制法第四十五条）"},
	{"拍卖", "", "", "复议、诉讼期满，经催告仍不履行的，可以拍卖已经查封、扣押的财物抵缴罚款（行政强制法第四十六条第三款）"},
	{"代履行", "", "", "排除妨碍、恢复原状等义务经催告仍不履行，后果危害交通安全、造成环境污染或者破坏自然资源的，可以代履行（行政强制法第五十条）；" +
		"需要立即清除道路、河道、航道或者公共场所的障碍物、污染物的，可以立即代履行（第五十二条）"},
}

// authorityPermitBans are the licences that 行政许可法第十五条第二款 takes from local
// regulations and rules. Whether a qualification must be the same for the whole
// country is for a person to say.
var authorityPermitBans = []authorityBan{
	{verdict: SettingDetailOnly, words: []string{"设立登记"}, article: "第十五条第二款", reason: "企业或者其他组织的设立登记及其前置性许可不得由地方设定，只能对上位法设定的作具体规定"},
	{verdict: SettingUnknown, words: []string{"资格"}, article: "第十五条第二款", reason: authorityQualified},
	{verdict: SettingUnknown, words: []string{"资质"}, article: "第十五条第二款", reason: authorityQualified},
}

const authorityQualified = "应当由国家统一确定的资格、资质不得由地方设定，请人工判断是否属于"

// authorityFreedom bans penalties of personal freedom below the law.
func authorityFreedom(article string) []authorityBan {
	return []authorityBan{
		{verdict: SettingForbidden, words: []string{"人身自由"}, article: article, reason: authorityNoFreedom},
		{verdict: SettingForbidden, words: []string{"拘留"}, article: article, reason: authorityNoFreedom},
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

// authorityAdditions are what other laws add, between two days, to what laws of
// these levels may create; acts nil: whatever they create.
var authorityAdditions = []struct {
	acts        []authorityPower
	levels      []string
	from, until string
	reason      string
}{
	{[]authorityPower{authorityPermit}, []string{"地方性法规", "设区的市地方性法规", "省级政府规章"}, "2020-01-01", "",
		"法律、行政法规和国务院决定对相关事项已作规定但没有采用许可方式的，地方不得设定（优化营商环境条例第三十九条第二款）"},
	{nil, []string{"设区的市地方性法规", "设区的市政府规章"}, "2023-03-15", "",
		"限于城乡建设与管理、生态文明建设、历史文化保护、基层治理（立法法第八十一条、第九十三条，2023年修正）"},
	{nil, []string{"设区的市地方性法规", "设区的市政府规章"}, "2015-03-15", "2023-03-15",
		"限于城乡建设与管理、环境保护、历史文化保护（立法法第七十二条、第八十二条，2015年修正）"},
	{[]authorityPower{authorityPenalty}, []string{"部门规章"}, "", "2021-11-15", authorityNoCap},
	{[]authorityPower{authorityPenalty}, []string{"省级政府规章", "设区的市政府规章"}, "", "2017-09-01", authorityNoCap},
}

const authorityNoCap = "当时的罚款限额没有列入规则表，罚款数额请人工核对"

// authorityNotes say what single laws rule about the categories that have no
// uniform setting rule; the first row that holds is taken. Levels nil: of any
// level.
var authorityNotes = []struct {
	categories  []Category
	levels      []string
	from, until string
	rule        string
	reason      string
}{
	{[]Category{CategoryLevy}, nil, "2023-03-15", "", "立法法第十一条（2023年修正）",
		"税种、税率和征收管理等税收基本制度，对非国有财产的征收、征用，只能由法律规定；涉企收费、基金、保证金须有法律、行政法规依据或者经国务院批准（优化营商环境条例第二十五条）"},
	{[]Category{CategoryLevy}, nil, "2020-01-01", "2023-03-15", "优化营商环境条例第二十五条",
		"涉企收费、基金、保证金须有法律、行政法规依据或者经国务院批准；税收基本制度和对非国有财产的征收、征用只能由法律规定（立法法第八条）"},
	{[]Category{CategoryLevy}, nil, "2000-07-01", "2020-01-01", "立法法第八条", "税收基本制度和对非国有财产的征收只能由法律规定"},
	{[]Category{CategoryAdjudication}, nil, "2012-01-01", "", "山东省行政程序规定第一百一十二条（2011年）", "本省行政裁决须有法律、法规的授权"},
	{[]Category{CategoryPayment}, nil, "2012-01-01", "", "山东省行政程序规定第一百一十八条（2011年）", "本省行政给付的依据包括法律、法规、规章和规范性文件"},
	{authorityBurdens, []string{"部门规章"}, "2023-03-15", "", "立法法第九十一条第二款（2023年修正）", authorityMinistry},
	{authorityBurdens, []string{"部门规章"}, "2015-03-15", "2023-03-15", "立法法第八十条第二款（2015年修正）", authorityMinistry},
	{authorityBurdens, []string{"省级政府规章", "设区的市政府规章"}, "2023-03-15", "", "立法法第九十三条第五款、第六款（2023年修正）", authorityPlace},
	{authorityBurdens, []string{"省级政府规章", "设区的市政府规章"}, "2015-03-15", "2023-03-15", "立法法第八十二条第五款、第六款（2015年修正）", authorityPlace},
	{authorityBurdens, []string{"规范性文件"}, "2012-01-01", "", "山东省行政程序规定第四十四条（2011年）",
		"规范性文件不得违法限制或者剥夺权利、违法增加义务，只能对法律、法规、规章作具体规定"},
}

// authorityBurdens are the categories without a rule of their own that may
// lessen rights or add duties.
var authorityBurdens = []Category{CategorySupervision, CategoryConfirmation, CategoryOther}

const (
	authorityMinistry = "没有法律或者国务院的行政法规、决定、命令的依据，部门规章不得减损权利、增加义务，不得增加本部门的权力"
	authorityPlace    = "没有法律、行政法规、地方性法规的依据，地方政府规章不得减损权利、增加义务；因行政管理迫切需要先行制定的，实施满两年需要继续的应当提请制定地方性法规"
)
