package web

import (
	"context"
	"fmt"
	"net/url"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/chromedp"

	"qingdan/internal/platform/ledger"
	"qingdan/internal/platform/sqldb"
	"qingdan/internal/registry/people"
	"qingdan/internal/service/consult"
	"qingdan/internal/service/consult/press"
	"qingdan/internal/service/round"
	"qingdan/internal/testkit"
)

// evaluate runs a script on the page and waits until the page it leads to says
// something.
func evaluate(t *testing.T, ctx context.Context, script, until string) {
	t.Helper()
	if _, err := chromedp.Run(ctx, chromedp.Evaluate[bool](script+`;true`)); err != nil {
		t.Fatalf("%s: %v", script, err)
	}
	reads(t, ctx, until)
}

// reads waits until the page says something. The page may be left for another
// meanwhile, which ends a script on it.
func reads(t *testing.T, ctx context.Context, want string) {
	t.Helper()
	said := ""
	for range 200 {
		body, err := chromedp.Run(ctx, chromedp.Evaluate[string](`document.readyState === "complete" ? document.body.innerText : ""`))
		if said = body; err == nil && strings.Contains(body, want) {
			return
		}
		select {
		case <-ctx.Done():
			t.Fatal(ctx.Err())
		case <-time.After(50 * time.Millisecond):
		}
	}
	t.Fatalf("the page does not say %q: %.800s", want, said)
}

// seated gives the browser the session of somebody.
func seated(t *testing.T, ctx context.Context, base, token string) {
	t.Helper()
	_, err := chromedp.Call(ctx, network.SetCookie, network.SetCookieParams{Name: "session", Value: token, URL: base})
	must(t, err)
}

// TestTheHearingInTheBrowser: without signing in a citizen comments on an item of
// the draft and keeps the code; the department adopts it by a new wording; the
// public page shows the answer and what was changed, and the code finds both.
func TestTheHearingInTheBrowser(t *testing.T) {
	db, l := testkit.Open(t, sqldb.SQLite)
	h := openHearing(t, db, l, 3)
	public, desk := serve(t, h.public), serve(t, h.staff)
	ctx, cancel := context.WithTimeout(browser(t), 2*time.Minute)
	defer cancel()
	item := public + h.path("/items/"+h.codes[0])
	must(t, chromedp.Do(ctx, chromedp.EmulateViewport(390, 900), chromedp.Navigate(item)))
	evaluate(t, ctx, `document.querySelector("#text").value = "无犯罪记录证明能不能由你们自己去核？"; document.querySelector("form.write").requestSubmit()`, "意见收到了")
	code, err := chromedp.Run(ctx, chromedp.Evaluate[string](`document.querySelector(".receipt-code b").textContent`))
	must(t, err)
	must(t, chromedp.Do(ctx, chromedp.Navigate(item)))
	reads(t, ctx, "无犯罪记录证明能不能由你们自己去核？")

	seated(t, ctx, desk, h.clerks[0].token)
	must(t, chromedp.Do(ctx, chromedp.EmulateViewport(1280, 900), chromedp.Navigate(desk+"/work")))
	reads(t, ctx, "待答复的公众意见")
	must(t, chromedp.Do(ctx, chromedp.Navigate(desk+"/consult/comments?state=waiting")))
	evaluate(t, ctx, `document.querySelector(".inbox a.clip").click()`, "事项现在的内容")
	evaluate(t, ctx, `const set = (s, v) => { const e = document.querySelector(s); e.value = v };
		document.querySelector("[name=outcome][value=adopted]").checked = true;
		document.querySelector("[name=how][value=edit]").checked = true;
		set("#f-materials", "示例申请书\n营业执照复印件"); set("#text", "以后由我局向公安机关核查，申请人不再提交。");
		document.querySelector("[name=then][value=stay]").click()`, "已答复，公开页面上已经可以看到")

	must(t, chromedp.Do(ctx, chromedp.EmulateViewport(390, 900), chromedp.Navigate(item)))
	reads(t, ctx, "以后由我局向公安机关核查")
	reads(t, ctx, "征求意见以来的修改")
	evaluate(t, ctx, `[...document.querySelectorAll("a")].find(a => a.textContent === "看修改了什么").click()`, "因为这条意见，修改了什么")
	gone, err := chromedp.Run(ctx, chromedp.Evaluate[string](`document.querySelector("#changed del").textContent`))
	if err != nil || !strings.Contains(gone, "无犯罪记录证明") {
		t.Errorf("what was changed: %q, %v", gone, err)
	}
	must(t, chromedp.Do(ctx, chromedp.Navigate(public+"/consultations/receipt")))
	evaluate(t, ctx, fmt.Sprintf(`document.querySelector("#code").value = %q; document.querySelector("form.write").requestSubmit()`, strings.ToLower(code)), "采纳")
	reads(t, ctx, "以后由我局向公安机关核查")
}

// furnish gives a hearing one of everything that its pages show.
func (h *hearing) furnish() (comment sqldb.ID, question sqldb.ID) {
	h.t.Helper()
	slip := h.say("203.0.113.5", h.codes[0], "承诺时限太长，电话13812345678。")
	h.say("203.0.113.5", h.codes[0], "承诺时限太长，电话13912345678。")
	h.say("203.0.113.5", "", "清单要写明网上能不能办。")
	held := h.say("203.0.113.5", h.codes[1], "某某人的家事。")
	today := round.Civil(h.now())
	h.as(h.legal, func(ctx context.Context, tx *ledger.Tx, who *people.Who) error {
		c, err := consult.ByReceipt(ctx, tx, held)
		if err != nil {
			return err
		}
		if err := consult.HoldBack(ctx, tx, who, c.ID, consult.Private, "写了别人家里的事"); err != nil {
			return err
		}
		if _, err := consult.RecordMeeting(ctx, tx, who, consult.MeetingRecord{Notice: h.notice, Title: "企业座谈会", Day: today, Place: "政务服务中心", Attendance: "企业代表6人", Summary: "听取意见。"},
			[]consult.Opinion{{Power: h.powers[1], Source: "企业代表", Text: "受理条件看不懂。"}}); err != nil {
			return err
		}
		conference, err := press.RecordConference(ctx, tx, who, press.Conference{Division: "371500", Title: "清单新闻发布会", Day: today, Place: "新闻发布厅", Summary: "介绍清单编制情况。", Speakers: []press.Speaker{{Name: "示例甲", Post: "副秘书长"}}},
			[]press.Asked{{Outlet: "示例日报", Text: "县里接得住吗？", Department: h.departments[0]}, {Outlet: "示例晚报", Text: "会不会再加？", Answer: "不会。", Speaker: "示例甲 副秘书长"}})
		if err != nil {
			return err
		}
		asked, err := press.Questions(ctx, tx, "371500", press.Query{Conference: conference, State: press.Owed, Limit: 1})
		if err != nil {
			return err
		}
		question = asked[0].ID
		if _, err := press.AddPlan(ctx, tx, who, press.Plan{Division: "371500", Round: "第一轮", Outlet: "示例日报", Day: today, Topic: "怎样提意见"}); err != nil {
			return err
		}
		_, err = press.AddClipping(ctx, tx, who, press.Clipping{Division: "371500", Title: "一张清单管住权力", Outlet: "示例日报", Day: today, Link: "https://news.example.cn/1"})
		return err
	})
	c, err := consult.ByReceipt(h.ctx, h.db, slip)
	must(h.t, err)
	h.as(h.clerks[0], func(ctx context.Context, tx *ledger.Tx, who *people.Who) error {
		_, err := consult.AnswerComment(ctx, tx, who, c.ID, consult.Reply{Outcome: consult.Declined, Text: "已经短于法定时限，这次不再缩短。", Group: true})
		return err
	})
	return c.ID, question
}

// as writes an act of somebody.
func (h *hearing) as(who *member, fn func(ctx context.Context, tx *ledger.Tx, who *people.Who) error) {
	h.t.Helper()
	must(h.t, h.ledger.Write(h.ctx, who.who.Actor(), func(ctx context.Context, tx *ledger.Tx) error { return fn(ctx, tx, who.who) }))
}

// TestConsultPagesForEverybody: axe finds nothing on the pages of consultation,
// public and of staff, in any mode at the width of a phone, and at a desk; nothing
// runs out of the page.
func TestConsultPagesForEverybody(t *testing.T) {
	axe, err := os.ReadFile("node_modules/axe-core/axe.min.js")
	if err != nil {
		need(t, "internal/web/node_modules/axe-core（npm ci）")
	}
	db, l := testkit.Open(t, sqldb.SQLite)
	h := openHearing(t, db, l, 4)
	comment, question := h.furnish()
	conferences, err := press.Conferences(h.ctx, db, "371500")
	must(t, err)
	public, desk := serve(t, h.public), serve(t, h.staff)
	ctx := browser(t)
	notice := "/consult/notices/" + h.notice.String()
	for base, pages := range map[string][]string{
		public: {"/", "/consultations", h.path(""), h.path("?q=zzz"), h.path("/items/" + h.codes[0]), h.path("/items/" + h.codes[1]), h.path("/comments"), h.path("/comments?q=zzz"),
			h.path("/comments/" + comment.String()), h.path("/comment"), "/consultations/receipt", "/hot", "/hot?q=zzz", "/hot/conferences/" + conferences[0].ID.String()},
		desk: {"/work", "/consult", "/consult/open", notice, notice + "/record", "/consult/comments", "/consult/comments?q=zzz", "/consult/comments/" + comment.String(), "/consult/press", "/consult/press/record",
			"/consult/press/questions/" + question.String()},
	} {
		if base == desk {
			seated(t, ctx, desk, h.legal.token)
		}
		for _, mode := range []string{"normal", "elder", "contrast"} {
			setMode(t, ctx, base, mode)
			for _, width := range []int64{390, 1280} {
				code := string(axe)
				if width == 1280 && mode != "normal" {
					continue // rules by mode hold at any width; the layout was seen
				}
				for _, path := range pages {
					found, over, err := inspect(ctx, base+path, width, code)
					name := fmt.Sprintf("%s %d %s", mode, width, path)
					if err != nil {
						t.Fatalf("%s: %v", name, err)
					}
					for _, v := range found {
						t.Errorf("%s: axe %s (%s): %s\n  %s\n  %s", name, v.ID, v.Impact, v.Help, v.Nodes[0].HTML, v.Nodes[0].Summary)
					}
					if over > 0 {
						t.Errorf("%s: %d px too wide", name, over)
					}
				}
			}
		}
	}
}

// TestTheSlipPrints: a slip prints on one A4 page with the code and the way back,
// and without buttons; a refused form keeps what was typed.
func TestTheSlipPrints(t *testing.T) {
	db, l := testkit.Open(t, sqldb.SQLite)
	h := openHearing(t, db, l, 1)
	v := h.form(h.path("/items/" + h.codes[0]))
	v.Set("text", "打印出来看看。")
	base := serve(t, h.public)
	ctx := browser(t)
	must(t, chromedp.Do(ctx, chromedp.EmulateViewport(680, 960), chromedp.Navigate(base+h.path("/comment"))))
	evaluate(t, ctx, `document.querySelector("#text").value = "打印出来看看。"; document.querySelector("form.write").requestSubmit()`, "意见收到了")
	must(t, chromedp.Do(ctx, chromedp.Func(func(ctx context.Context, _ *chromedp.Target) error {
		_, err := chromedp.Call(ctx, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Media: "print"})
		return err
	})))
	for selector, want := range map[string]bool{".receipt-code": true, ".qr": true, ".notice": true, ".top": false, ".acts": false, "form": false} {
		n, err := chromedp.Run(ctx, chromedp.Evaluate[float64](`(document.querySelector("`+selector+`") || {getBoundingClientRect: () => ({height: 0})}).getBoundingClientRect().height`))
		if err != nil || (n > 0) != want {
			t.Errorf("%s printed: %v (%v)", selector, n > 0, err)
		}
	}
	n, err := chromedp.Run(ctx, chromedp.Evaluate[float64](`document.body.getBoundingClientRect().height`))
	if err != nil || n > 960 {
		t.Errorf("the slip is %.0f px high, more than a page (%v)", n, err)
	}
	if a := h.send("203.0.113.5", h.path("/comments"), url.Values{"text": {""}, "key": {v.Get("key")}}); !strings.Contains(a.body, v.Get("key")) {
		t.Error("a refused form loses its key")
	}
}
