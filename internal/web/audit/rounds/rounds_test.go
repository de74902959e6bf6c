package rounds_test

import (
	"context"
	"html"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"qingdan/internal/platform/sqldb"
	"qingdan/internal/registry/people"
	"qingdan/internal/service/round"
	"qingdan/internal/web/staff/stafftest"
)

func TestTheLegalOfficeOpensMovesAndEndsACampaign(t *testing.T) {
	houses(t, func(t *testing.T, h *house) {
		h.says("the empty board", h.Get(h.legal, "/rounds"), "还没有部署清理工作", "部署清理工作")
		h.silent("the empty board of a reviewer", h.Get(h.reviewer, "/rounds"), "/rounds/new")
		h.status("a reviewer at the form", h.Get(h.reviewer, "/rounds/new"), 403)
		h.status("a reviewer opening", h.Post(h.reviewer, "/rounds", h.openForm()), 403)
		h.says("the form", h.Get(h.legal, "/rounds/new"), "市水利局第一审核小组", "一上截止日期必填", "定稿截止日期可不填")
		for field, mend := range map[string]struct {
			value []string
			words string
		}{
			"title": {[]string{""}, "没有写清理工作的名称"}, "due2": {[]string{"2026-02-30"}, "二上的截止日期"}, "due3": {[]string{h.day(1)}, "早于前一轮"},
			"department": {nil, "没有选择参加的部门"},
		} {
			form := h.openForm()
			form[field] = mend.value
			a := h.Post(h.legal, "/rounds", form)
			h.status("a wrong "+field, a, 400)
			h.says("the form again", a, mend.words)
			if field != "title" && !strings.Contains(a.Body, "2026年示例清理") {
				t.Errorf("the form forgets what was typed when %s is wrong", field)
			}
		}
		forged := h.openForm()
		forged.Add("department", sqldb.NewID().String())
		h.status("a forged department", h.Post(h.legal, "/rounds", forged), 400)
		form := h.openForm()
		form.Set("exception1", h.roads.String())
		form.Set("round1", "1")
		form.Set("day1", h.day(15))
		a := h.Post(h.legal, "/rounds", form)
		h.gone(a)
		id := strings.TrimSuffix(strings.TrimPrefix(a.Location, "/rounds/campaigns/"), "?done=opened")
		h.says("the board", h.Get(h.legal, a.Location), "清理工作已部署", "参加部门2", "市水利局第一审核小组", "填报中")
		h.status("opening twice", h.Post(h.legal, "/rounds", h.openForm()), 409)

		terms := "/rounds/campaigns/" + id + "/terms"
		h.status("a reviewer at the terms", h.Get(h.reviewer, terms), 403)
		a = h.Post(h.legal, terms, url.Values{"department": {h.water.String()}, "no": {"1"}, "due": {h.day(12)}})
		h.status("a new day without reason", a, 400)
		h.says("the terms again", a, "没有写明理由")
		h.status("a round that is none", h.Post(h.legal, terms, url.Values{"department": {h.water.String()}, "no": {"9"}, "due": {h.day(12)}, "reason": {"机构调整"}}), 404)
		h.status("no department", h.Post(h.legal, terms, url.Values{"department": {"x"}, "no": {"1"}, "due": {h.day(12)}, "reason": {"机构调整"}}), 400)
		h.gone(h.Post(h.legal, terms, url.Values{"department": {"all"}, "no": {"1"}, "due": {h.day(16)}, "reason": {"机构调整"}}))
		all, err := round.Terms(context.Background(), h.DB, mustID(t, id))
		if err != nil {
			t.Fatal(err)
		}
		for _, x := range all {
			if x.No == 1 && x.Due != h.day(16) {
				t.Errorf("the first round ends on %s, want %s", x.Due, h.day(16))
			}
		}

		end := "/rounds/campaigns/" + id + "/end"
		h.says("the page that asks once more", h.Get(h.legal, end), "进入收尾", "结束清理工作", "填报中2")
		h.status("ending unsure", h.Post(h.legal, end, url.Values{"act": {"close"}}), 400)
		h.gone(h.Post(h.legal, end, url.Values{"act": {"winding"}}))
		h.status("winding up twice", h.Post(h.legal, end, url.Values{"act": {"winding"}}), 409)
		h.status("the leading group ending", h.Post(h.leading, end, url.Values{"act": {"close"}, "sure": {"yes"}}), 403)
		h.gone(h.Post(h.legal, end, url.Values{"act": {"close"}, "sure": {"yes"}}))
		h.status("ending twice", h.Post(h.legal, end, url.Values{"act": {"close"}, "sure": {"yes"}}), 409)
		h.says("the board after", h.Get(h.legal, "/rounds"), "已结束")
	})
}

func mustID(t *testing.T, s string) sqldb.ID {
	t.Helper()
	id, err := sqldb.ParseID(s)
	if err != nil {
		t.Fatal(err)
	}
	return id
}

func TestAGroupReceivesDecidesAndHandsDown(t *testing.T) {
	houses(t, func(t *testing.T, h *house) {
		campaign := h.open()
		p := h.add(h.water, 3)
		s := h.up()
		at := "/rounds/submissions/" + s.ID.String()
		a := h.Get(h.reviewer, at)
		h.says("the submission", a, "市水利局一上", "待接收", "接收，开始审核", "与上报时一致", "取水许可1", "取水许可3", "本部门已对照法律法规")
		h.silent("the submission before it is received", a, at+"/handdown")
		h.gone(h.Post(h.reviewer, at+"/receive", nil))
		a = h.Post(h.reviewer, at+"/receive", nil)
		h.status("receiving twice", a, 409)
		h.says("the submission again", a, "已经接收")
		h.write(p[0], "依据不是法律法规")
		h.write(p[1], "条款有误")
		h.says("the submission with drafts", h.Get(h.reviewer, at), "本轮意见2条，草稿", "依据不是法律法规")
		h.status("a member before the hand-down", h.Get(h.reviewer, at+"/handdown"), 403)
		h.says("the page that asks once more", h.Get(h.leader, at+"/handdown"), "下达2条意见", "退回部门修改2项", "留在审核中1项", "依据不足2条")
		h.gone(h.Post(h.leader, at+"/handdown", nil))
		a = h.Post(h.leader, at+"/handdown", nil)
		h.status("handing down twice", a, 409)
		h.says("the submission again", a, "已经下达")
		h.status("asking once more after it is done", h.Get(h.leader, at+"/handdown"), 409)

		list := "/rounds/campaigns/" + campaign + "/opinions"
		h.says("the list", h.Get(h.head, list), "共2条", "依据不是法律法规", "待答复")
		h.says("the list cut to nothing", h.Get(h.head, list+"?no=2"), "没有这样的意见")
		h.status("a filter that is none", h.Get(h.head, list+"?state=draft"), 400)
		h.says("the board", h.Get(h.leading, "/rounds"), "已下达", "意见2条", "未了结2")
		h.says("the figures", h.Get(h.supervisor, "/rounds/campaigns/"+campaign+"/convergence"), "下达意见2", "待答复2", "依据不足", "市水利局")
		all, err := round.Opinions(context.Background(), h.DB, round.Query{Scope: people.Scope{All: true}})
		if err != nil {
			t.Fatal(err)
		}
		for _, o := range all {
			h.refuse(o.ID, "本部门认为依据充分")
		}
		moment()
		second := h.up()
		at = "/rounds/submissions/" + second.ID.String()
		h.gone(h.Post(h.leader, at+"/receive", nil))
		h.says("the second submission", h.Get(h.leader, at), "待处理的答复2条", "不采纳：本部门认为依据充分")
		a = h.Post(h.leader, at+"/handdown", nil)
		h.status("handing down before the answers are decided", a, 409)
		h.says("why not", a, "还有2条答复没有处理")
		one := "/rounds/opinions/" + all[0].ID.String()
		h.says("the opinion", h.Get(h.reviewer, one), "双方意见", "《示例取水条例》第二条", "部门引文", "已解决", "坚持原意见")
		a = h.Post(h.reviewer, one+"/maintain", url.Values{"text": {" "}})
		h.status("maintaining without words", a, 400)
		h.says("the opinion again", a, "没有写明坚持的理由")
		a = h.Post(h.reviewer, one+"/settle", url.Values{"back": {at + "?done=settled"}})
		h.gone(a)
		if a.Location != at+"?done=settled" {
			t.Errorf("settling leads to %s", a.Location)
		}
		a = h.Post(h.reviewer, one+"/unsettle", url.Values{"back": {"https://elsewhere.example/"}})
		h.gone(a)
		if !strings.HasPrefix(a.Location, one) {
			t.Errorf("a foreign address of return leads to %s", a.Location)
		}
		h.gone(h.Post(h.reviewer, one+"/settle", nil))
		a = h.Post(h.reviewer, one+"/maintain", url.Values{"text": {"仍然不足，请改引第三条"}})
		h.status("maintaining what is settled", a, 409)
		h.says("what was typed", a, "不能这样处理")
		h.gone(h.Post(h.reviewer, "/rounds/opinions/"+all[1].ID.String()+"/maintain", url.Values{"text": {"仍然不足"}}))
		h.gone(h.Post(h.leader, at+"/handdown", nil))
		if s := h.state(all[1].ID); s != round.Maintained {
			t.Errorf("the maintained opinion is %s", s)
		}
	})
}

// Whoever is out of reach gets the same words as for what does not exist.
func TestOtherGroupsAndDepartmentsFindNothing(t *testing.T) {
	houses(t, func(t *testing.T, h *house) {
		campaign := h.open()
		p := h.add(h.water, 1)
		s := h.up()
		at := "/rounds/submissions/" + s.ID.String()
		h.gone(h.Post(h.reviewer, at+"/receive", nil))
		opinion := h.write(p[0], "机密的意见草稿")
		one := "/rounds/opinions/" + opinion.String()
		nothing := h.Get(h.away, "/rounds/submissions/"+sqldb.NewID().String())
		h.status("what does not exist", nothing, 404)
		for what, a := range map[string]struct{ got, want string }{
			"another group's submission":   {h.Get(h.away, at).Body, nothing.Body},
			"its list":                     {h.Get(h.away, at+"/list.xlsx").Body, nothing.Body},
			"another group's draft":        {h.Get(h.away, one).Body, nothing.Body},
			"the department's own draft":   {h.Get(h.head, one).Body, nothing.Body},
			"another department's opinion": {h.Get(h.roadsHead, one).Body, nothing.Body},
			"no id":                        {h.Get(h.reviewer, "/rounds/submissions/1").Body, nothing.Body},
			"receiving":                    {h.Post(h.away, at+"/receive", nil).Body, nothing.Body},
			"handing down":                 {h.Post(h.awayLeader, at+"/handdown", nil).Body, nothing.Body},
			"asking before":                {h.Get(h.awayLeader, at+"/handdown").Body, nothing.Body},
			"settling":                     {h.Post(h.away, one+"/settle", nil).Body, nothing.Body},
			"maintaining":                  {h.Post(h.away, one+"/maintain", url.Values{"text": {"坚持"}}).Body, nothing.Body},
			"a campaign that is none":      {h.Get(h.away, "/rounds/campaigns/"+sqldb.NewID().String()).Body, nothing.Body},
		} {
			if a.got != a.want {
				t.Errorf("%s: %q, want %q", what, a.got, a.want)
			}
		}
		h.status("a department at a submission", h.Get(h.head, at), 403)
		h.status("an administrator at the board", h.Get(h.admin, "/rounds"), 403)
		h.silent("the list of the department", h.Get(h.head, "/rounds/campaigns/"+campaign+"/opinions"), "机密的意见草稿")
		h.gone(h.Post(h.leader, at+"/handdown", nil))
		for what, a := range map[string]string{
			"the board of another group":        h.Get(h.away, "/rounds").Body,
			"the figures of another department": h.Get(h.roadsHead, "/rounds/campaigns/"+campaign+"/convergence").Body,
			"the list of another department":    h.Get(h.roadsHead, "/rounds/campaigns/"+campaign+"/opinions").Body,
			"the groups of another group":       h.Get(h.away, "/rounds/groups").Body,
		} {
			for _, word := range []string{"市水利局", "机密的意见草稿", "取水许可"} {
				if strings.Contains(a, word) {
					t.Errorf("%s says %s", what, word)
				}
			}
		}
		narrowed := h.Get(h.roadsHead, "/rounds/campaigns/"+campaign+"/opinions?department="+h.water.String())
		h.says("another department's list by its id", narrowed, "没有这样的意见")
		rows := sheet(t, h.Get(h.roadsHead, "/rounds/campaigns/"+campaign+"/opinions.xlsx").Body)
		if strings.Contains(rows, "取水许可") {
			t.Error("the export of another department holds the opinion")
		}
		if rows := sheet(t, h.Get(h.head, "/rounds/campaigns/"+campaign+"/opinions.xlsx").Body); !strings.Contains(rows, "取水许可") || strings.Contains(rows, "示例\t") {
			t.Errorf("the export of the department: %s", rows)
		}
		rows = sheet(t, h.Get(h.away, "/rounds/campaigns/"+campaign+"/board.xlsx").Body)
		if strings.Contains(rows, "市水利局") || !strings.Contains(rows, "市交通局") {
			t.Errorf("the exported board of another group: %s", rows)
		}
	})
}

// sheet gives the cells of the first sheet of a workbook.
func sheet(t *testing.T, body string) string {
	t.Helper()
	f, err := excelize.OpenReader(strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	rows, err := f.GetRows(f.GetSheetName(0))
	if err != nil {
		t.Fatal(err)
	}
	var lines []string
	for _, r := range rows {
		lines = append(lines, strings.Join(r, "\t"))
	}
	return strings.Join(lines, "\n")
}

// tests:三上三下/3
func TestTheLeadingGroupRulesOnce(t *testing.T) {
	houses(t, func(t *testing.T, h *house) {
		campaign := h.open()
		h.says("no dispute yet", h.Get(h.leading, "/rounds/disputes"), "没有等待裁定的分歧")
		id := h.dispute()
		at := "/rounds/opinions/" + id.String()
		h.says("the disputes", h.Get(h.leading, "/rounds/disputes"), "取水许可1", "市水利局", "仍不同意", "待裁定1")
		h.says("the board", h.Get(h.legal, "/rounds"), "1条分歧等待领导小组裁定")
		h.silent("another department's disputes", h.Get(h.roadsHead, "/rounds/disputes"), "取水许可1", "仍不同意")
		page := h.Get(h.leading, at)
		h.says("the dispute", page, "一下：审核意见", "二下：审核小组坚持", "定稿之后：审核小组坚持", "不采纳", "依据充分，不改", "《示例取水条例》第二条", "作出裁定")
		h.silent("the dispute for the group", h.Get(h.leader, at), "作出裁定")
		h.status("no ruling to print yet", h.Get(h.leading, at+"/paper"), 404)
		h.status("a group leader ruling", h.Post(h.leader, at+"/rule", url.Values{"outcome": {"uphold"}, "text": {"按小组意见"}}), 403)
		a := h.Post(h.leading, at+"/rule", url.Values{"outcome": {"perhaps"}, "text": {"按小组意见办理"}})
		h.status("an outcome that is none", a, 400)
		h.says("the form again", a, "没有选择裁定结果", "按小组意见办理")
		a = h.Post(h.leading, at+"/rule", url.Values{"outcome": {"uphold"}, "text": {""}})
		h.status("a ruling without words", a, 400)
		h.says("the form again", a, "没有写明裁定意见")
		h.gone(h.Post(h.leading, at+"/rule", url.Values{"outcome": {"uphold"}, "text": {"按审核小组意见修改依据"}}))
		a = h.Post(h.leading, at+"/rule", url.Values{"outcome": {"support"}, "text": {"改主意"}})
		h.status("ruling twice", a, 409)
		h.says("why not", a, "已经裁定")
		h.says("the ruled ones", h.Get(h.leading, "/rounds/disputes?part=ruled"), "支持审核小组意见", "部门修改中")
		h.says("the paper", h.Get(h.leading, at+"/paper"), "裁定书", "按审核小组意见修改依据", "印章", "依据充分，不改")
		h.status("the department reads the ruling", h.Get(h.head, at), 200)
		h.status("another department reads it", h.Get(h.roadsHead, at+"/paper"), 404)

		moment()
		o, err := round.OpinionByID(context.Background(), h.DB, id)
		if err != nil {
			t.Fatal(err)
		}
		h.reword(o)
		s := h.up()
		h.gone(h.Post(h.reviewer, "/rounds/submissions/"+s.ID.String()+"/receive", nil))
		h.says("the submission that carries it out", h.Get(h.reviewer, "/rounds/submissions/"+s.ID.String()), "定稿补报", "待处理的答复1条")
		h.says("the dispute to check", h.Get(h.reviewer, at), "已落实", "没有落实，再次提请裁定")
		a = h.Post(h.reviewer, at+"/maintain", url.Values{"text": {""}})
		h.status("asking for another ruling without words", a, 400)
		h.says("the form again", a, "没有写明")
		h.gone(h.Post(h.reviewer, at+"/settle", nil))
		h.says("the ruled ones after", h.Get(h.leading, "/rounds/disputes?part=ruled"), "已落实")
		rows := sheet(t, h.Get(h.leading, "/rounds/disputes.xlsx?part=ruled").Body)
		if !strings.Contains(rows, "按审核小组意见修改依据") || !strings.Contains(rows, "已落实") {
			t.Errorf("the exported rulings: %s", rows)
		}
		h.says("the figures", h.Get(h.leading, "/rounds/campaigns/"+campaign+"/convergence"), "定稿分歧", "了结率100%", "合计4")
		h.says("the figures of the ended dispute", h.Get(h.legal, "/rounds/campaigns/"+campaign), "定稿补报")
	})
}

func TestEveryPageIsSmallAndNamesNobody(t *testing.T) {
	houses(t, func(t *testing.T, h *house) {
		campaign := h.open()
		id := h.dispute()
		for _, path := range []string{"/rounds", "/rounds/new", "/rounds/groups", "/rounds/disputes", "/rounds/campaigns/" + campaign + "/convergence",
			"/rounds/campaigns/" + campaign + "/opinions", "/rounds/campaigns/" + campaign + "/terms", "/rounds/campaigns/" + campaign + "/end", "/rounds/opinions/" + id.String()} {
			a := h.Get(h.legal, path)
			if path == "/rounds/disputes" || strings.Contains(path, "/opinions/") {
				a = h.Get(h.leading, path)
			}
			h.status(path, a, 200)
			if a.Header.Get("Cache-Control") != "no-store" {
				t.Errorf("%s may be kept: %q", path, a.Header.Get("Cache-Control"))
			}
			if n := strings.Count(a.Body, "<h1"); n != 1 {
				t.Errorf("%s has %d first headings", path, n)
			}
		}
	})
}

// A campaign of another place's departments is none of a group's business.
func TestACampaignOfOthersIsUnknown(t *testing.T) {
	houses(t, func(t *testing.T, h *house) {
		form := h.openForm()
		form["department"] = []string{h.roads.String()}
		a := h.Post(h.legal, "/rounds", form)
		h.gone(a)
		h.status("the board of others", h.Get(h.reviewer, strings.TrimSuffix(a.Location, "?done=opened")), 404)
		h.says("one's own board", h.Get(h.reviewer, "/rounds"), "还没有部署清理工作")
	})
}

// A department's board leads nowhere that it may not go.
func TestEveryLinkOfTheBoardLeadsSomewhere(t *testing.T) {
	houses(t, func(t *testing.T, h *house) {
		h.open()
		h.add(h.water, 1)
		h.up()
		for _, who := range []*stafftest.Person{h.head, h.reviewer, h.leader, h.leading, h.legal, h.supervisor} {
			page := h.Get(who, "/rounds")
			h.says("the board", page, "待接收", "1个部门的上报等待审核小组接收")
			n := 0
			for _, m := range regexp.MustCompile(`href="(/rounds[^"#]*)`).FindAllStringSubmatch(page.Body, -1) {
				n++
				h.status(m[1], h.Get(who, html.UnescapeString(m[1])), 200)
			}
			if n < 4 {
				t.Errorf("the board has only %d links", n)
			}
		}
	})
}

// When a campaign is closed over a dispute, nobody is sent to a form that would be
// refused, and what was left is still to be found.
//
// tests:三上三下/3
func TestADisputeOfAClosedCampaignIsLeftAndSaidSo(t *testing.T) {
	houses(t, func(t *testing.T, h *house) {
		campaign := h.open()
		id := h.dispute()
		at := "/rounds/opinions/" + id.String()
		h.gone(h.Post(h.legal, "/rounds/campaigns/"+campaign+"/end", url.Values{"act": {"close"}, "sure": {"yes"}}))
		page := h.Get(h.leading, at)
		h.says("the dispute", page, "清理工作已结束", "没有了结")
		h.silent("the dispute", page, "作出裁定")
		h.says("what waits for a ruling", h.Get(h.leading, "/rounds/disputes"), "没有等待裁定的分歧", "待裁定0", "清理结束时未裁定1")
		h.says("what was left", h.Get(h.leading, "/rounds/disputes?part=ended"), "取水许可1", "仍不同意")
		if rows := sheet(t, h.Get(h.leading, "/rounds/disputes.xlsx?part=ended").Body); !strings.Contains(rows, "仍不同意") {
			t.Errorf("the exported disputes: %s", rows)
		}
		h.status("ruling all the same", h.Post(h.leading, at+"/rule", url.Values{"outcome": {"support"}, "text": {"支持"}}), 409)
	})
}

// A ruling that was not carried out goes before the leading group again, from the
// page of the dispute.
func TestARulingNotCarriedOutIsAskedForAgain(t *testing.T) {
	houses(t, func(t *testing.T, h *house) {
		h.open()
		id := h.dispute()
		at := "/rounds/opinions/" + id.String()
		h.gone(h.Post(h.leading, at+"/rule", url.Values{"outcome": {"uphold"}, "text": {"按审核小组意见修改依据"}}))
		moment()
		o, err := round.OpinionByID(context.Background(), h.DB, id)
		if err != nil {
			t.Fatal(err)
		}
		h.reword(o)
		s := h.up()
		h.gone(h.Post(h.reviewer, "/rounds/submissions/"+s.ID.String()+"/receive", nil))
		h.gone(h.Post(h.reviewer, at+"/maintain", url.Values{"text": {"依据一字未改"}}))
		h.says("the disputes", h.Get(h.leading, "/rounds/disputes"), "待裁定1", "依据一字未改")
		h.says("the ruled ones", h.Get(h.leading, "/rounds/disputes?part=ruled"), "没有落实，再次提请")
		again := h.only(round.Query{States: []round.OpinionState{round.Disputed}})
		h.says("the new dispute", h.Get(h.leading, "/rounds/opinions/"+again.String()), "按审核小组意见修改依据", "依据一字未改", "作出裁定")
	})
}
