package web

import (
	"bytes"
	"compress/gzip"
	"context"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"qingdan/internal/platform/ledger"
	"qingdan/internal/platform/sqldb"
	"qingdan/internal/registry/people"
	"qingdan/internal/service/consult"
	"qingdan/internal/service/consult/press"
	"qingdan/internal/service/round"
	"qingdan/internal/testkit"
	"qingdan/internal/web/ui"
)

// A citizen comments without signing in, keeps the slip, and finds by it what the
// department answered and what it changed; a comment that is not adopted is told
// why.
func TestACitizenIsHeardAndAnswered(t *testing.T) {
	onHearings(t, 4, func(t *testing.T, h *hearing) {
		slip := h.say("203.0.113.5", h.codes[0], "承诺时限太长，请缩短。")
		whole := h.say("203.0.113.5", "", "清单里没有写清楚网上能不能办。")
		item := h.path("/items/" + h.codes[0])
		if a := h.read(item); !strings.Contains(a.body, "承诺时限太长，请缩短。") || !strings.Contains(a.body, "示例市水务局答复") {
			t.Errorf("the comment is not on the page of the item")
		}
		clerk := h.clerks[0]
		list := h.desk(clerk, "/consult/comments", nil)
		href := regexp.MustCompile(`/consult/comments/[0-9a-f-]{36}`).FindString(list.body)
		if strings.Contains(list.body, "网上能不能办") || href == "" {
			t.Fatalf("the inbox of a department: %s", plain(list.body))
		}
		page := h.desk(clerk, href, nil)
		form := url.Values{"outcome": {"adopted"}, "how": {"edit"}, "text": {"已把承诺时限改为 8 个工作日。"}, "then": {"stay"}}
		for _, m := range hiddenField.FindAllStringSubmatch(page.body, -1) {
			form.Set(m[1], m[2])
		}
		form.Set("f-promised", "8个工作日")
		if a := h.desk(clerk, href+"/answer", form); a.StatusCode != http.StatusSeeOther {
			t.Fatalf("the answer: %d %s", a.StatusCode, plain(a.body))
		}
		if a := h.desk(clerk, href+"/answer", form); a.StatusCode != http.StatusConflict {
			t.Errorf("the answer sent again: %d", a.StatusCode)
		}
		found := h.send("203.0.113.5", "/consultations/receipt", url.Values{"code": {strings.ToLower(slip)}})
		if found.StatusCode != http.StatusOK || !strings.Contains(found.body, "已把承诺时限改为 8 个工作日") || !strings.Contains(found.body, "采纳") {
			t.Errorf("by the slip: %d %s", found.StatusCode, plain(found.body))
		}
		changed := h.read(h.path(strings.TrimPrefix(strings.ReplaceAll(href, "/consult", ""), "")))
		if !strings.Contains(changed.body, "<del>15</del>") && !strings.Contains(changed.body, "<del>") || !strings.Contains(changed.body, "承诺时限") {
			t.Errorf("what was changed: %s", plain(changed.body))
		}
		if a := h.read(item); !strings.Contains(a.body, "征求意见以来的修改") {
			t.Error("the page of the item does not show the new wording")
		}
		declined(t, h, whole)
		if a := h.read(h.path("")); !strings.Contains(plain(a.body), "采纳 <b>1</b>") {
			t.Errorf("the counter of the notice: %s", plain(a.body))
		}
	})
}

// declined answers the comment of a slip, on the whole list, by not adopting it.
func declined(t *testing.T, h *hearing, slip string) {
	t.Helper()
	c, err := consult.ByReceipt(h.ctx, h.db, slip)
	must(t, err)
	at := "/consult/comments/" + c.ID.String()
	if a := h.desk(h.clerks[0], at, nil); a.StatusCode != http.StatusNotFound {
		t.Errorf("a department opens a comment on the whole list: %d", a.StatusCode)
	}
	form := url.Values{"outcome": {"declined"}, "text": {"太短"}}
	if a := h.desk(h.legal, at+"/answer", form); a.StatusCode != http.StatusBadRequest || !strings.Contains(a.body, "太短</textarea>") {
		t.Errorf("a reason too short: %d %s", a.StatusCode, plain(a.body))
	}
	form.Set("text", "办理渠道在每一项的办事指南里写明，不在清单里重复。")
	if a := h.desk(h.legal, at+"/answer", form); a.StatusCode != http.StatusSeeOther {
		t.Errorf("a reasoned answer: %d %s", a.StatusCode, plain(a.body))
	}
	if a := h.read(h.path("/comments?outcome=declined&state=answered")); !strings.Contains(a.body, "不在清单里重复") {
		t.Error("the reason is not public")
	}
}

// The same form sent twice is one comment with one slip; another form with the
// same words is another comment.
func TestTheSameFormTwiceIsOneComment(t *testing.T) {
	onHearings(t, 1, func(t *testing.T, h *hearing) {
		v := h.form(h.path("/items/" + h.codes[0]))
		v.Set("text", "材料太多。")
		first, again := h.send("203.0.113.5", h.path("/comments"), v), h.send("203.0.113.5", h.path("/comments"), v)
		slip := receiptCode.FindString(first.body)
		if slip == "" || receiptCode.FindString(again.body) != slip || !strings.Contains(again.body, "已经收到过") {
			t.Errorf("sent again: %d %s", again.StatusCode, plain(again.body))
		}
		if n := len(h.taken()); n != 1 {
			t.Errorf("%d comments of one form", n)
		}
		h.say("203.0.113.6", h.codes[0], "材料太多。")
		if n := len(h.taken()); n != 2 {
			t.Errorf("%d comments of two forms", n)
		}
		if strings.Contains(h.read(h.path("/items/"+h.codes[0])).body, slip) {
			t.Error("the code of the slip stands on a public page")
		}
	})
}

// A flood is answered with 429 and the text in the form; sent again later, with
// the same key, nothing is lost. Others come through meanwhile, and the reading
// pages too.
func TestAFloodIsPutOffAndLosesNothing(t *testing.T) {
	onHearings(t, 2, func(t *testing.T, h *hearing) {
		taken, put := 0, []url.Values{}
		for i := range 60 {
			v := h.form(h.path("/comment"))
			v.Set("text", "刷屏的意见，第"+strconv.Itoa(i)+"次说同一件事。")
			switch a := h.send("203.0.113.5", h.path("/comments"), v); a.StatusCode {
			case http.StatusOK:
				taken++
			case http.StatusTooManyRequests:
				if !strings.Contains(a.body, v.Get("text")+"</textarea>") || !strings.Contains(a.body, v.Get("key")) || a.Header.Get("Retry-After") == "" {
					t.Fatalf("the text is not given back: %s", plain(a.body))
				}
				put = append(put, v)
			default:
				t.Fatalf("%d", a.StatusCode)
			}
		}
		if taken < 30 || taken > 40 || len(put) == 0 {
			t.Errorf("%d of 60 came in at once", taken)
		}
		h.say("198.51.100.7", h.codes[0], "别人的意见照收。")
		if a := h.read(h.path("/items/" + h.codes[0])); a.StatusCode != http.StatusOK {
			t.Errorf("reading under a flood: %d", a.StatusCode)
		}
		h.ahead.Add(int64(time.Hour))
		for _, v := range put {
			if a := h.send("203.0.113.5", h.path("/comments"), v); a.StatusCode != http.StatusOK {
				t.Fatalf("sent again after the wait: %d %s", a.StatusCode, plain(a.body))
			}
		}
		if n := len(h.taken()); n != 61 {
			t.Errorf("%d comments in the books of 61 sent", n)
		}
	})
}

// Addresses of one line of IPv6 are one; behind a proxy of ours the address it
// tells counts, in front of nobody else.
func TestTheLimitCountsLinesAndNotAddresses(t *testing.T) {
	db, l := testkit.Open(t, sqldb.SQLite)
	h := openHearing(t, db, l, 1)
	for i := range 60 {
		v := url.Values{"text": {"第" + strconv.Itoa(i) + "条"}, "key": {consult.NewKey()}}
		a := h.send("[2001:db8:1:2::"+strconv.FormatInt(int64(i+1), 16)+"]", h.path("/comments"), v)
		if i == 59 && a.StatusCode != http.StatusTooManyRequests {
			t.Errorf("one line with many addresses is let through: %d", a.StatusCode)
		}
	}
}

// Behind a proxy of ours everybody is counted by the address that it tells; what
// anybody else writes into that header counts for nothing.
func TestBehindAProxyEverybodyCountsForThemselves(t *testing.T) {
	db, l := testkit.Open(t, sqldb.SQLite)
	h := openHearing(t, db, l, 1)
	for name, x := range map[string]struct {
		clients ui.Clients
		refused bool
	}{"a proxy of ours": {ui.Clients{Proxied: true}, false}, "no proxy": {ui.Clients{}, true}} {
		var err error
		h.public, err = New(Config{DB: db, Ledger: l, Clock: h.now, Log: slog.New(slog.NewTextHandler(io.Discard, nil)), Clients: x.clients})
		must(t, err)
		put := 0
		for i := range 60 {
			form := url.Values{"text": {"第" + strconv.Itoa(i) + "位居民"}, "key": {consult.NewKey()}}
			r := httptest.NewRequest(http.MethodPost, h.path("/comments"), strings.NewReader(form.Encode()))
			r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
			r.Header.Set("X-Forwarded-For", "198.51.100."+strconv.Itoa(i))
			r.RemoteAddr = "127.0.0.1:40000"
			w := httptest.NewRecorder()
			if h.public.ServeHTTP(w, r); w.Code == http.StatusTooManyRequests {
				put++
			}
		}
		if (put > 0) != x.refused {
			t.Errorf("%s: %d of 60 people put off", name, put)
		}
	}
}

// What people write is text: no script, no mark of direction, no control comes
// through, and what they wrote of numbers of persons is hidden.
func TestWhatIsWrittenIsText(t *testing.T) {
	onHearings(t, 1, func(t *testing.T, h *hearing) {
		slip := h.say("203.0.113.5", h.codes[0], "<script>alert(1)</script>{{.}}'; drop table comments; --\u202e反过来\u200b\u0000😀👨‍👩‍👧 电话13812345678，身份证11010519491231002X\r\n第二行")
		for _, path := range []string{h.path("/items/" + h.codes[0]), h.path("/comments"), h.path("/comments?q=" + url.QueryEscape("'; drop table comments; --"))} {
			a := h.read(path)
			if !strings.Contains(a.body, "drop table comments; --") || a.StatusCode != http.StatusOK {
				t.Errorf("%s: the comment is not shown as text", path)
			}
			for _, bad := range []string{"<script>alert(1)", "\u202e", "\u200b", "\x00", "13812345678", "11010519491231002X"} {
				if strings.Contains(a.body, bad) {
					t.Errorf("%s shows %q", path, bad)
				}
			}
			if !strings.Contains(a.body, "<bdi>") || !strings.Contains(a.body, "😀") || !strings.Contains(a.body, "自动遮盖") {
				t.Errorf("%s: %s", path, plain(a.body))
			}
		}
		c, err := consult.ByReceipt(h.ctx, h.db, slip)
		must(t, err)
		if a := h.desk(h.clerks[0], "/consult/comments/"+c.ID.String(), nil); !strings.Contains(a.body, "13812345678") || strings.Contains(a.body, "<script>alert(1)") {
			t.Error("the desk that answers does not see what was written, or runs it")
		}
	})
}

// Every request that is no comment is refused with words, and nothing is taken.
func TestWhatIsNoCommentIsRefused(t *testing.T) {
	db, l := testkit.Open(t, sqldb.SQLite)
	h := openHearing(t, db, l, 2)
	to := h.path("/comments")
	post := func(kind, body string, header ...string) answer {
		r := httptest.NewRequest(http.MethodPost, to, strings.NewReader(body))
		r.Header.Set("Content-Type", kind)
		for i := 0; i+1 < len(header); i += 2 {
			r.Header.Set(header[i], header[i+1])
		}
		w := httptest.NewRecorder()
		h.public.ServeHTTP(w, r)
		return answer{w.Result(), w.Body.String()}
	}
	const form = "application/x-www-form-urlencoded"
	for name, x := range map[string]struct {
		a    answer
		want int
	}{
		"a huge body":           {post(form, "text="+strings.Repeat("a", 10<<20)), http.StatusRequestEntityTooLarge},
		"another kind":          {post("application/json", `{"text":"x"}`), http.StatusBadRequest},
		"a file":                {post("multipart/form-data; boundary=x", "--x\r\n\r\n--x--"), http.StatusBadRequest},
		"broken encoding":       {post(form, "text=%zz"), http.StatusBadRequest},
		"nothing":               {post(form, "text="), http.StatusBadRequest},
		"blanks":                {post(form, "text=%20%0a%e3%80%80"), http.StatusBadRequest},
		"no words":              {post(form, "text="+url.QueryEscape("。。。！！！")), http.StatusBadRequest},
		"a machine":             {post(form, "text=x&website=http://x"), http.StatusBadRequest},
		"another site":          {post(form, "text=x", "Sec-Fetch-Site", "cross-site"), http.StatusForbidden},
		"a key of nobody":       {post(form, "text=x&key=1"), http.StatusBadRequest},
		"a version of nothing":  {post(form, "text=x&item="+h.codes[0]+"&version=zzz"), http.StatusBadRequest},
		"an item not in there":  {post(form, "text=x&item=nowhere"), http.StatusNotFound},
		"SQL as an item":        {post(form, "text=x&item="+url.QueryEscape("' or 1=1 --")), http.StatusNotFound},
		"too many characters":   {post(form, "text="+url.QueryEscape(strings.Repeat("字", 2001))), http.StatusBadRequest},
		"a notice of nobody":    {h.send("203.0.113.9", "/consultations/"+sqldb.NewID().String()+"/comments", url.Values{"text": {"x"}}), http.StatusNotFound},
		"a notice without id":   {h.send("203.0.113.9", "/consultations/zzz/comments", url.Values{"text": {"x"}}), http.StatusNotFound},
		"a receipt of nobody":   {h.send("203.0.113.9", "/consultations/receipt", url.Values{"code": {"AAAAA-AAAAA-AAAAA-AAAAA"}}), http.StatusNotFound},
		"no receipt":            {h.send("203.0.113.9", "/consultations/receipt", url.Values{"code": {"' or 1=1"}}), http.StatusNotFound},
		"a page that is broken": {h.read(h.path("?after=zzz")), http.StatusBadRequest},
		"a state of nothing":    {h.read(h.path("/comments?state=zzz")), http.StatusBadRequest},
	} {
		if x.a.StatusCode != x.want || !strings.Contains(x.a.body, "<main") {
			t.Errorf("%s: %d, want %d: %.200s", name, x.a.StatusCode, x.want, plain(x.a.body))
		}
	}
	if a := post(form, "text="+url.QueryEscape(strings.Repeat("字", 2001))); !strings.Contains(a.body, strings.Repeat("字", 2001)) {
		t.Error("a text somewhat too long is not given back")
	}
	if n := len(h.taken()); n != 0 {
		t.Errorf("%d comments were taken", n)
	}
}

// When a notice is over, a form that was open is answered with the words and the
// text, and the page has no form any more; codes still find their comments.
func TestAClosedNoticeGivesTheTextBack(t *testing.T) {
	onHearings(t, 1, func(t *testing.T, h *hearing) {
		slip := h.say("203.0.113.5", h.codes[0], "提早说的。")
		v := h.form(h.path("/items/" + h.codes[0]))
		v.Set("text", "晚了一步的意见。")
		h.act(func(ctx context.Context, tx *ledger.Tx) error {
			if _, err := tx.Exec(ctx, `update notices set from_day = '2020-01-01', to_day = '2020-02-01' where id = ?`, h.notice); err != nil {
				return err
			}
			return tx.Say(ctx, "371500", "test.closed", h.notice, struct{}{})
		})
		a := h.send("203.0.113.5", h.path("/comments"), v)
		if a.StatusCode != http.StatusConflict || !strings.Contains(a.body, "晚了一步的意见。") || !strings.Contains(a.body, "结束") {
			t.Errorf("after the end: %d %s", a.StatusCode, plain(a.body))
		}
		if a := h.read(h.path("/items/" + h.codes[0])); strings.Contains(a.body, `name="key"`) || a.Header.Get("Cache-Control") != "public, max-age=60" {
			t.Error("a closed notice still has a form")
		}
		if a := h.send("203.0.113.5", "/consultations/receipt", url.Values{"code": {slip}}); a.StatusCode != http.StatusOK {
			t.Errorf("the slip after the end: %d", a.StatusCode)
		}
	})
}

// A comment that is held back says so and under which cause, and shows its words
// on no public page, nor is it found by them.
func TestHeldBackCommentsSayWhy(t *testing.T) {
	onHearings(t, 1, func(t *testing.T, h *hearing) {
		slip := h.say("203.0.113.5", h.codes[0], "某某人的家事，这里不该写的话。")
		c, err := consult.ByReceipt(h.ctx, h.db, slip)
		must(t, err)
		at := "/consult/comments/" + c.ID.String()
		if a := h.desk(h.clerks[0], at+"/hold", url.Values{"cause": {"private"}, "reason": {"不想看到"}}); a.StatusCode != http.StatusForbidden {
			t.Errorf("a department holds back what it does not like: %d", a.StatusCode)
		}
		if a := h.desk(h.legal, at+"/hold", url.Values{"cause": {"private"}}); a.StatusCode != http.StatusBadRequest {
			t.Errorf("held back without a reason: %d", a.StatusCode)
		}
		if a := h.desk(h.legal, at+"/hold", url.Values{"cause": {"private"}, "reason": {"写了别人家里的事"}}); a.StatusCode != http.StatusSeeOther {
			t.Fatalf("%d %s", a.StatusCode, plain(a.body))
		}
		for _, path := range []string{h.path("/items/" + h.codes[0]), h.path("/comments"), h.path("/comments/" + c.ID.String()), h.path("/comments.xlsx"), h.path("/comments?q=" + url.QueryEscape("家事"))} {
			a := h.read(path)
			text := a.body
			if strings.Contains(path, "xlsx") {
				text = cells(t, a.body)
			}
			if strings.Contains(text, "不该写的话") || strings.Contains(text, "写了别人家里的事") {
				t.Errorf("%s tells what is held back", path)
			}
			if !strings.Contains(path, "?q=") && !strings.Contains(text, "暂不公开") {
				t.Errorf("%s does not say that something is held back", path)
			}
			if strings.Contains(path, "?q=") && !strings.Contains(text, "没有符合条件的意见") {
				t.Errorf("%s finds what is held back by its words: %s", path, plain(text))
			}
		}
		if a := h.desk(h.legal, at+"/release", url.Values{"reason": {"核对后可以公开"}}); a.StatusCode != http.StatusSeeOther {
			t.Errorf("released: %d", a.StatusCode)
		}
		if a := h.read(h.path("/comments")); !strings.Contains(a.body, "不该写的话") {
			t.Error("a released comment is not shown")
		}
	})
}

// Pages of a notice with 10,000 comments stay small and page by key, each comment
// once; a group is answered at once.
func TestTenThousandCommentsStayReadable(t *testing.T) {
	db, l := testkit.Open(t, sqldb.SQLite)
	h := openHearing(t, db, l, 40)
	const same = 3000
	h.flood(10_000, func(i int) consult.Submission {
		text := "第" + strconv.Itoa(i) + "位居民：" + strings.Repeat(string(rune('一'+i%5000)), 3) + "这一项的材料应当减少" + strings.Repeat(string(rune('丁'+i%4000)), 5)
		if i < same {
			text = "建议把承诺时限缩短到五个工作日，材料能网上核的就不要再交。"
		}
		return consult.Submission{Notice: h.notice, Power: h.powers[i%10], Text: text}
	})
	for _, path := range []string{"/consultations", h.path(""), h.path("/items/" + h.codes[0]), h.path("/comments"), h.path("/comments?state=waiting"), h.path("/comment")} {
		a := h.read(path)
		if n := squeezed(t, a.body); a.StatusCode != http.StatusOK || n > 30<<10 {
			t.Errorf("%s: %d, %d bytes compressed", path, a.StatusCode, n)
		}
	}
	seen, next := map[string]bool{}, h.path("/items/"+h.codes[0])
	for pages := 0; next != "" && pages < 200; pages++ {
		a := h.read(next)
		for _, m := range regexp.MustCompile(`/comments/([0-9a-f-]{36})">这条意见`).FindAllStringSubmatch(a.body, -1) {
			if seen[m[1]] {
				t.Fatalf("%s comes twice", m[1])
			}
			seen[m[1]] = true
		}
		next = ""
		if m := regexp.MustCompile(`href="([^"]+)" rel="next"`).FindStringSubmatch(a.body); m != nil {
			next = strings.ReplaceAll(strings.TrimSuffix(m[1], "#comments"), "&amp;", "&")
		}
	}
	if want := 1000 - same/10 + 1; len(seen) != want {
		t.Errorf("%d comments on one item in its pages, want %d: alike ones once", len(seen), want)
	}
	list := h.desk(h.clerks[0], "/consult/comments?least=50", nil)
	href := regexp.MustCompile(`/consult/comments/[0-9a-f-]{36}`).FindString(list.body)
	if n := squeezed(t, list.body); n > 60<<10 || href == "" {
		t.Fatalf("the inbox: %d bytes, %q", n, href)
	}
	a := h.desk(h.clerks[0], href+"/answer", url.Values{"outcome": {"declined"}, "text": {"承诺时限已经短于法定时限，暂不再缩短。"}, "then": {"next"}})
	if a.StatusCode != http.StatusSeeOther {
		t.Fatalf("the group: %d %s", a.StatusCode, plain(a.body))
	}
	counts, err := consult.CountsOf(h.ctx, db, h.notice)
	must(t, err)
	if counts.Declined != same/10 || counts.All != 10_000 {
		t.Errorf("one answer answered %d of %d comments", counts.Declined, counts.All)
	}
}

// flood submits n comments from many at once.
func (h *hearing) flood(n int, of func(i int) consult.Submission) {
	h.t.Helper()
	var all sync.WaitGroup
	failed := make(chan error, n)
	for from := range 32 {
		all.Go(func() {
			for i := from; i < n; i += 32 {
				if _, err := consult.Submit(h.ctx, h.db, h.ledger, of(i)); err != nil {
					failed <- err
				}
			}
		})
	}
	all.Wait()
	close(failed)
	for err := range failed {
		h.t.Fatal(err)
	}
}

// squeezed is the size of a page as it is sent.
func squeezed(t *testing.T, body string) int {
	t.Helper()
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	_, err := z.Write([]byte(body))
	must(t, err)
	must(t, z.Close())
	return b.Len()
}

// The longest comments and answers that there may be leave a list light, and are
// read in full on their own pages.
func TestLongCommentsAreReadOnTheirOwnPages(t *testing.T) {
	db, l := testkit.Open(t, sqldb.SQLite)
	h := openHearing(t, db, l, 1)
	long := func(i, n int) string {
		var b strings.Builder
		for k := range n {
			b.WriteRune(rune(0x4e00 + (i*7919+k*k*31+k*17)%20000))
		}
		return b.String()
	}
	var last consult.Comment
	for i := range 25 {
		slip, err := consult.Submit(h.ctx, db, l, consult.Submission{Notice: h.notice, Power: h.powers[0], Text: long(i, 2000)})
		must(t, err)
		last, err = consult.ByReceipt(h.ctx, db, slip.Code)
		must(t, err)
		h.as(h.clerks[0], func(ctx context.Context, tx *ledger.Tx, who *people.Who) error {
			_, err := consult.AnswerComment(ctx, tx, who, last.ID, consult.Reply{Outcome: consult.Declined, Text: long(i+50, 2000)})
			return err
		})
	}
	for _, path := range []string{h.path("/items/" + h.codes[0]), h.path("/comments")} {
		if a := h.read(path); squeezed(t, a.body) > 28<<10 || !strings.Contains(a.body, "看全文") {
			t.Errorf("%s: %d bytes compressed", path, squeezed(t, a.body))
		}
	}
	if a := h.read(h.path("/comments/" + last.ID.String())); !strings.Contains(a.body, long(24, 2000)) || !strings.Contains(a.body, long(74, 2000)) {
		t.Error("the page of a comment cuts it")
	}
	if a := h.desk(h.clerks[0], "/consult/comments", nil); squeezed(t, a.body) > 50<<10 {
		t.Errorf("the inbox: %d bytes compressed", squeezed(t, a.body))
	}
}

// Codes of slips cannot be tried in a row.
func TestCodesCannotBeTried(t *testing.T) {
	db, l := testkit.Open(t, sqldb.SQLite)
	h := openHearing(t, db, l, 1)
	slip, put := h.say("203.0.113.5", h.codes[0], "查得到的意见。"), 0
	for range 40 {
		if a := h.send("203.0.113.66", "/consultations/receipt", url.Values{"code": {consult.NewKey()[:20]}}); a.StatusCode == http.StatusTooManyRequests {
			put++
		}
	}
	if put < 15 {
		t.Errorf("only %d of 40 tries were put off", put)
	}
	if a := h.send("203.0.113.5", "/consultations/receipt", url.Values{"code": {slip}}); a.StatusCode != http.StatusOK {
		t.Errorf("somebody else cannot look up theirs: %d", a.StatusCode)
	}
}

// Reading pages may be kept; what carries a key or somebody's text may not.
func TestWhatCarriesAKeyIsKeptByNobody(t *testing.T) {
	db, l := testkit.Open(t, sqldb.SQLite)
	h := openHearing(t, db, l, 2)
	for path, want := range map[string]string{"/consultations": "public, max-age=60", h.path(""): "public, max-age=60", h.path("/comments"): "public, max-age=60", "/hot": "public, max-age=60",
		h.path("/items/" + h.codes[0]): "no-store", h.path("/comment"): "no-store"} {
		if got := h.read(path).Header.Get("Cache-Control"); got != want {
			t.Errorf("%s: %q, want %q", path, got, want)
		}
	}
	v := h.form(h.path("/comment"))
	v.Set("text", "意见。")
	if a := h.send("203.0.113.5", h.path("/comments"), v); a.Header.Get("Cache-Control") != "no-store" {
		t.Errorf("the slip may be kept: %q", a.Header.Get("Cache-Control"))
	}
	if a, b := h.form(h.path("/comment")).Get("key"), h.form(h.path("/comment")).Get("key"); a == b {
		t.Error("two forms have one key")
	}
}

// A site without a ledger only reads, and says so.
func TestASiteThatIsOnlyRead(t *testing.T) {
	db, l := testkit.Open(t, sqldb.SQLite)
	h := openHearing(t, db, l, 1)
	h.public = handler(t, db)
	if a := h.read(h.path("/items/" + h.codes[0])); a.StatusCode != http.StatusOK || strings.Contains(a.body, `name="key"`) {
		t.Errorf("%d", a.StatusCode)
	}
	if a := h.send("203.0.113.5", h.path("/comments"), url.Values{"text": {"意见"}}); a.StatusCode != http.StatusConflict {
		t.Errorf("%d %s", a.StatusCode, plain(a.body))
	}
}

// The home page says that a notice is open, and an item of the list leads to what
// was said of it.
func TestTheSiteLeadsToTheConsultation(t *testing.T) {
	db, l := testkit.Open(t, sqldb.SQLite)
	h := openHearing(t, db, l, 1)
	if a := h.read("/"); !strings.Contains(a.body, h.path("")) || !strings.Contains(a.body, "还有 20 天") {
		t.Errorf("the home page: %s", plain(a.body))
	}
	for _, path := range []string{"/consultations", "/hot", "/"} {
		if a := h.read(path); !strings.Contains(a.body, `href="/consultations"`) || !strings.Contains(a.body, `href="/hot"`) {
			t.Errorf("%s has no way there", path)
		}
	}
}

// The desk records what did not come through the site; questions owed show their
// day, and what was answered is public.
func TestTheDeskRecordsWhatWasSaidElsewhere(t *testing.T) {
	onHearings(t, 2, func(t *testing.T, h *hearing) {
		notice := "/consult/notices/" + h.notice.String()
		today := round.Civil(h.now())
		post := func(who *member, path string, v url.Values, want int) answer {
			t.Helper()
			a := h.desk(who, path, v)
			if a.StatusCode != want {
				t.Fatalf("%s: %d %s", path, a.StatusCode, plain(a.body))
			}
			return a
		}
		post(h.legal, notice+"/opinions", url.Values{"kind": {"expert"}, "source": {"高校法学专家"}, "code": {"nowhere"}, "text": {"依据应当写到款。"}}, http.StatusBadRequest)
		post(h.legal, notice+"/opinions", url.Values{"kind": {"expert"}, "source": {"高校法学专家"}, "code": {h.codes[1]}, "text": {"依据应当写到款。"}}, http.StatusSeeOther)
		post(h.legal, notice+"/meetings", url.Values{"title": {"企业座谈会"}, "day": {today}, "place": {"市政务服务中心"}, "attendance": {"企业代表6人"}, "summary": {"听取企业意见。"},
			"source1": {"建筑企业代表"}, "code1": {h.codes[0]}, "text1": {"受理条件看不懂。"}}, http.StatusSeeOther)
		if a := h.read(h.path("")); !strings.Contains(a.body, "企业座谈会") || !strings.Contains(a.body, "会上提出的意见 1 条") {
			t.Errorf("the meeting is not public: %s", plain(a.body))
		}
		if a := h.read(h.path("/items/" + h.codes[1])); !strings.Contains(a.body, "专家意见") || !strings.Contains(a.body, "高校法学专家") {
			t.Error("the opinion of the expert is not in the thread")
		}
		post(h.legal, notice+"/extend", url.Values{"to": {round.Civil(h.now().AddDate(0, 0, 25))}, "reason": {"意见较多，延长几天"}}, http.StatusSeeOther)
		if a := h.read(h.path("")); !strings.Contains(a.body, "意见较多，延长几天") {
			t.Error("the extension is not public")
		}
		post(h.legal, "/consult/press/conferences", url.Values{"title": {"清单新闻发布会"}, "day": {today}, "place": {"市政府新闻发布厅"}, "summary": {"介绍清单编制情况。"}, "speakers": {"示例甲 市政府副秘书长"}}, http.StatusSeeOther)
		post(h.legal, "/consult/press/questions", url.Values{"day": {today}, "text": {"县里接得住吗？"}, "outlet": {"示例日报"}, "department": {h.departments[0].String()}}, http.StatusSeeOther)
		if a := h.read("/hot"); !strings.Contains(a.body, "县里接得住吗？") || !strings.Contains(a.body, "待答复") || !strings.Contains(a.body, "清单新闻发布会") {
			t.Errorf("the hot questions: %s", plain(a.body))
		}
		asked, err := press.Questions(h.ctx, h.db, "371500", press.Query{Limit: 10})
		must(t, err)
		at := "/consult/press/questions/" + asked[0].ID.String()
		post(h.clerks[1], at+"/answer", url.Values{"text": {"不是我部门的。"}}, http.StatusNotFound)
		post(h.clerks[0], at+"/answer", url.Values{"text": {"接得住，人员已经到位。"}}, http.StatusSeeOther)
		if a := h.read("/hot?state=answered"); !strings.Contains(a.body, "接得住，人员已经到位。") {
			t.Error("the answer is not public")
		}
		if a := h.desk(h.legal, "/consult/press", nil); !strings.Contains(a.body, "已答复") {
			t.Error("the desk does not show the answer")
		}
	})
}
