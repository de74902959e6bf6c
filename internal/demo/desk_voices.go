package demo

import (
	"qingdan/internal/service/consult"
	"qingdan/internal/stage/inventory"
)

// noticeText is the body of the notice.
const noticeText = `为进一步方便群众和企业办事，市政府组织有关部门对部分行政权力事项作了调整，主要是压缩办理时限、减少跑动次数、写清服务对象和责任。现将调整后的事项公开征求意见。

任何单位和个人都可以对清单整体或者其中任何一项提出意见，不需要登录，也不需要留下姓名和电话。提交后请保存查询码，凭查询码可以查看处理情况和答复。每一条意见都会答复是否采纳：采纳的写明改了什么，没有采纳的说明理由。

意见都答复之后，清单再报市政府批准、公布。`

// heardOf is a power that the notice of the demonstration revises.
type heardOf struct {
	key    string
	office string // short name
	name   string // found in the name of the power
	point  string // what is revised, in words
	apply  func(w *inventory.Wording)
}

func sets(field, text string) func(w *inventory.Wording) {
	return func(w *inventory.Wording) { put(w, field, text) }
}

// subjects are revised powers of offices that take no part in the clearing, and
// one of the main office.
func subjects() []heardOf {
	return []heardOf{
		{"meal", "市食药监局", "餐饮服务", "承诺时限压缩到7个工作日", sets("promised", "7个工作日")},
		{"shop", "市工商局", "个体经营", "承诺时限压缩到3个工作日", sets("promised", "3个工作日")},
		{"class", "市教育局", "校外培训", "增加网上办理，到现场次数减为1次", func(w *inventory.Wording) { put(w, "channels", "窗口、网上、移动"); put(w, "visits", "1次") }},
		{"bury", "市民政局", "殡葬服务", "到现场次数减为1次", sets("visits", "1次")},
		{"dog", "市公安局", "犬只饲养", "到现场次数减为1次", sets("visits", "1次")},
		{"gas", "市住房城乡建设委", "燃气经营", "承诺时限压缩到8个工作日", sets("promised", "8个工作日")},
		{"truck", "市运管处", "道路货物运输", "承诺时限压缩到5个工作日", sets("promised", "5个工作日")},
		{"bath", "市卫生计生委", "公共场所", "增加网上办理", sets("channels", "窗口、网上、移动")},
		{"park", "市城管执法局", "停车场", "增加网上办理", sets("channels", "窗口、网上、移动")},
		{"net", "市文广新局", "上网服务", "承诺时限压缩到10个工作日", sets("promised", "10个工作日")},
		{"house", "市房管局", "商品房销售", "到现场次数减为1次", sets("visits", "1次")},
		{"water", mainOffice, "取水", "到现场次数减为1次", sets("visits", "1次")},
	}
}

// voice is a comment of the public, and what became of it.
type voice struct {
	on      string // key of the subject, "" for the whole list
	text    string
	outcome consult.Outcome
	answer  string
	adopt   func(w *inventory.Wording)
	held    consult.Cause
}

// voices are the invented comments: people of all sorts, a mass of the same words
// among them.
func voices() []voice {
	all := []voice{
		{on: "meal", text: "我开了个小面馆，前后跑了四趟窗口，每次都说差一样东西。能不能一次把要的东西说全？",
			outcome: consult.Adopted, answer: "已在受理条件中写明：窗口当场一次性书面告知需要补正的全部内容，没有告知的不得再以材料不全为由退回。感谢提醒。",
			adopt: func(w *inventory.Wording) {
				more(&w.Elements.Conditions, "材料不齐的，窗口当场一次性书面告知需要补正的全部内容。")
			}},
		{on: "meal", text: "7天还是长，隔壁市5天就下来了。"},
		{on: "meal", text: "油烟的事到底谁管？饭店楼上的住户没法开窗。", outcome: consult.Declined,
			answer: "餐饮服务的审批不包括油烟排放，油烟污染由城管执法部门受理投诉，可以拨打市民热线反映。本事项内容不作调整。"},
		{on: "meal", text: "支持压缩时间！"},
		{on: "meal", text: "支持压缩时间"},
		{on: "shop", text: "个体户换个经营项目也要重新办一遍，太折腾人。"},
		{on: "shop", text: "能在手机上办就好了，我们摆摊的哪有空去排队。"},
		{on: "shop", text: "3个工作日能不能改成当场就给办？材料又不多。", outcome: consult.Declined,
			answer: "核对经营场所需要时间，目前还做不到全部当场办结。材料齐全、场所不需要核对的，窗口可以当场办理，请向窗口说明。"},
		{on: "class", text: "孩子报的班说没证就没证了，钱也不退。发证的时候能不能管严一点，收了多少钱也要查。"},
		{on: "class", text: "消防、房屋安全都各跑各的，一个班要盖七八个章，这不叫方便。"},
		{on: "class", text: "网上能办了，可是上传老是失败，电话也没人接。"},
		{on: "bury", text: "农村老人去世，家里人都在外地，让去市里办真的不方便，乡镇能不能代收材料？"},
		{on: "bury", text: "价格能不能贴在墙上，让人心里有数。"},
		{on: "gas", text: "送气的三天两头换人，瓶子看着都锈了，发了证以后谁来管？请把检查的责任写清楚。"},
		{on: "gas", text: "时间可以压，安全不能压，现场该看的一定要看。"},
		{on: "truck", text: "我就两台小货车，办证、年审、换牌来回跑，油钱都搭进去了。"},
		{on: "truck", text: "外地的车到聊城来拉货要不要另外办？清单上看不出来。"},
		{on: "truck", text: "建议跟交警那边的资料打通，同一张行驶证不要交两回。"},
		{on: "bath", text: "澡堂子、理发店的证分成好几种，老百姓分不清，能不能一张纸写明白各办什么。"},
		{on: "bath", text: "王某在兴华路某号开的店天天半夜洗头，他家住哪栋哪户我都知道，你们去查他！", held: consult.Private},
		{on: "net", text: "网吧离学校太近了，门口都是穿校服的。距离是怎么量的，应该写出来。"},
		{on: "net", text: "10个工作日可以接受，但要说到做到，上次就拖了一个月。"},
		{on: "house", text: "买房的时候五证都不给看全，能不能网上直接查到某个楼盘办没办过。"},
		{on: "house", text: "来一次就行是好事，资料能不能提前在网上审？", outcome: consult.Partly,
			answer: "已写明材料可以先在网上预审，预审通过的到现场一次即可。需要核验原件的材料目前还不能全部改为网上提交。",
			adopt: func(w *inventory.Wording) {
				more(&w.Elements.Conditions, "材料可以先在网上预审，预审通过的到现场一次即可。")
			}},
		{on: "water", text: "我们村打井浇地要不要办？去问了两个地方，两个说法。"},
		{on: "water", text: "水资源论证报告找人写要好几千，小用户能不能简化，填张表就行。"},
		{on: "water", text: "只去一次好，但是别把两次的材料并成一次全要。"},
		{on: "", text: "清单好是好，就是太长，普通人看不完。能不能按“我要办的事”分一分。"},
		{on: "", text: "每一项后面写个能打通的电话，比什么都强。"},
		{on: "", text: "改了哪些、为什么改，能不能前后对照着给我们看？"},
		{on: "", text: "收费不收费，请用大字写在最前面。"},
		{on: "", text: "希望以后取消的事项不要换个名字又回来。我的电话13800138000，愿意参加座谈。"},
	}
	for _, tail := range []string{"。", "！", "。谢谢！", "，请考虑", "。。", "！！", "。 ", "，急", "，盼复", "~"} {
		all = append(all, voice{on: "park", text: "我们小区门口的临时停车场半夜还放喇叭招揽，灯也照到屋里，请在发证条件里写明不得影响居民休息，并且公布投诉电话" + tail})
	}
	for _, text := range []string{"养狗办证可以，先把遛狗不牵绳管起来。", "养狗办证可以，先把遛狗不牵绳管起来！", "给狗打过疫苗的证明能不能直接从防疫那边查，不要我们再拿纸去。"} {
		all = append(all, voice{on: "dog", text: text, outcome: consult.Declined, answer: "遛犬管理、免疫信息共享不属于本事项的许可条件，已转有关部门研究；本事项的内容这次不作调整。"})
	}
	return all
}

// recorded is an opinion that staff records.
type recorded struct {
	on, source string
	kind       consult.Kind
	text       string
}

const meetingSummary = "会上逐项介绍了调整内容，听取了企业、行业协会和市民代表的意见。与会人员普遍赞成压缩时限、减少跑动，同时提出要写清办理条件和监管责任。会上提出的意见已逐条登记，由有关部门答复。"

func meetingVoices() []recorded {
	return []recorded{
		{on: "gas", source: "燃气行业协会代表", text: "经营许可和充装许可的现场检查内容有重复，建议两个部门一次查完，互认结果。"},
		{on: "truck", source: "物流企业代表", text: "承诺时限从受理起算，建议把补正的时间单独写明，免得双方说不清。"},
		{on: "", source: "市民代表", text: "建议每个季度公布一次实际办理用了多少天，和承诺对一对。"},
	}
}

func expertVoices() []recorded {
	return []recorded{
		{on: "class", kind: consult.Expert, source: "高校法学专家", text: "校外培训的设定依据引用了整条，建议具体到款，并核对新修订的条文。"},
		{on: "house", kind: consult.Deputy, source: "市人大代表", text: "建议把监督检查的频次写进责任事项，让购房人知道多久查一次。"},
		{on: "water", kind: consult.Letter, source: "来电市民", text: "反映取水许可到期前没有人提醒，建议提前一个月用短信告知。"},
	}
}
