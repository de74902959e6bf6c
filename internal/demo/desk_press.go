package demo

import "qingdan/internal/service/consult/press"

// conferenceDay is the day of the press conference of the reform.
const conferenceDay = "2014-12-11"

// theConference is the record of the press conference, in invented words.
func theConference() press.Conference {
	return press.Conference{Title: "聊城市行政权力清单新闻发布会（演示）", Day: conferenceDay, Place: "市政府新闻发布厅",
		Speakers: []press.Speaker{{Name: "郑示例", Post: "市政府副秘书长"}, {Name: "杨示例", Post: "市法制办主任"}, {Name: "何示例", Post: "市编办副主任"}},
		Summary:  "介绍全市行政权力清理的过程：部门自查上报、小组逐项审核、三上三下、公开征求意见，以及拟保留、取消、下放、转移、整合、冻结各类事项的情况，并回答记者提问。"}
}

// conferenceQuestions are what was asked there, one still owed an answer at the
// end of the day, one answered in time and one late.
func (d *desks) conferenceQuestions() []press.Asked {
	return []press.Asked{
		{Outlet: "聊城示例日报", Text: "清理前后数字差了七百多项，会不会是把几项并成一项来“减数”？", Speaker: "市法制办主任",
			Answer: "合并的、转走的都单列，每一项都写明去了哪里、依据是什么。取消的是取消，合并的是合并，两笔账分开算，欢迎逐项核对。"},
		{Outlet: "示例广播电台", Text: "没有列进清单的权力，部门还能不能用？", Speaker: "市政府副秘书长",
			Answer: "不能。清单之外的权力一律不得行使；确实依法新增的，先调整清单、向社会公布，再行使。"},
		{Outlet: "示例电视台", Text: "下放到县里的事项，县里接得住吗？群众会不会两头跑？", Department: d.byShort["市编办"],
			Answer: "下放的事项逐项商定承接单位和移交日期，移交之前仍由市级部门办理，移交满六个月后检查承接情况，不让事项悬空。", AnsweredOn: "2014-12-16"},
		{Outlet: "示例晚报", Text: "取消的审批，事后监管由谁负责，有没有时间表？", Department: d.byShort["市工商局"],
			Answer: "每一项取消的审批都明确了监管部门和监管措施，相关部门在年底前制定抽查计划并向社会公布。", AnsweredOn: "2014-12-19"},
		{Outlet: "示例新闻网", Text: "普通市民在哪里能查到清单，发现部门不按清单办事找谁？", Speaker: "市法制办主任",
			Answer: "清单在政府网站公布，可以按部门、按类别、按办事名称查询；发现不按清单办事的，可以拨打清单上每一项所列的监督电话。"},
	}
}

// hot is a hot question with its day.
type hot struct {
	day string
	press.Asked
}

// hotQuestions are what people ask now.
func (d *desks) hotQuestions() []hot {
	return []hot{
		{d.from(-9), press.Asked{Outlet: "市民热线", Text: "权力清单和办事指南有什么不一样？我该看哪个？", Speaker: "市法制办",
			Answer: "清单说明部门有哪些权力、依据是什么；办事指南说明怎么办。清单里每一项申请类事项都写明了材料、时限和地点，看一份就够。"}},
		{d.from(-6), press.Asked{Outlet: "网站留言", Text: "以前要办的证现在取消了，手里的旧证还用年审吗？", Department: d.byShort["市工商局"],
			Answer: "已经取消的，旧证不再年审，也不作为办其他事的条件。有单位仍要求提供的，请拨打监督电话反映。", AnsweredOn: d.from(-2)}},
		{d.from(-3), press.Asked{Outlet: "企业座谈", Text: "同一条规定，两个部门都来检查，以谁的为准？", Department: d.byShort["市安监局"]}},
		{d.from(-1), press.Asked{Outlet: "市民热线", Text: "取水许可到期了忘了办延续，还能补办吗？", Department: d.byShort[mainOffice]}},
	}
}

// mediaPlan is the plan for the media, the first round done, the next one ahead.
func (d *desks) mediaPlan() []press.Plan {
	return []press.Plan{
		{Round: "第一轮 清单公布", Outlet: "聊城示例日报", Day: "2014-12-12", Topic: "一张清单管住权力", State: press.Done},
		{Round: "第一轮 清单公布", Outlet: "示例电视台", Day: "2014-12-15", Topic: "五千项权力怎样逐项过筛子", State: press.Done},
		{Round: "第一轮 清单公布", Outlet: "示例广播电台", Day: "2014-12-18", Topic: "热线直播：你问我答", State: press.Done},
		{Round: "第一轮 清单公布", Outlet: "示例晚报", Day: "2014-12-22", Topic: "部门负责人专栏", State: press.Dropped, Note: "与日报专版内容重复，改为网上专题"},
		{Round: "第二轮 征求意见", Outlet: "示例新闻网", Day: d.from(5), Topic: "怎样给清单提意见", State: press.Planned},
		{Round: "第二轮 征求意见", Outlet: "聊城示例日报", Day: d.from(12), Topic: "你的意见改了哪些事项", State: press.Planned},
	}
}

// clippings are what the media printed.
func clippings() []press.Clipping {
	return []press.Clipping{
		{Title: "一张清单管住权力", Outlet: "聊城示例日报", Day: "2014-12-12", Link: "https://news.example.cn/2014/12/12/list"},
		{Title: "五千项权力怎样逐项过筛子", Outlet: "示例电视台", Day: "2014-12-15", Link: "https://tv.example.cn/2014/1215"},
		{Title: "热线直播：你问我答", Outlet: "示例广播电台", Day: "2014-12-18"},
		{Title: "市民评说：看得懂的清单才是好清单", Outlet: "示例新闻网", Day: "2014-12-20", Link: "https://www.example.cn/pl/1220"},
	}
}
