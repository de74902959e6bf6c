package consult_test

import (
	"context"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"qingdan/internal/errs"
	"qingdan/internal/platform/ledger"
	"qingdan/internal/platform/sqldb"
	"qingdan/internal/registry/org"
	"qingdan/internal/registry/people"
	"qingdan/internal/service/consult"
)

// tests:开门搞清单/1
func TestACommentNeedsNoAccountAndIsFoundByItsReceipt(t *testing.T) {
	houses(t, func(t *testing.T, h *house) {
		id := h.open(t)
		const text = "我叫张三，电话13800138000，邮箱zhang3@example.cn，身份证371502199001011234。建议少跑一趟。"
		r, err := h.send(id, "W1", text)
		must(t, err)
		for _, typed := range []string{r.Code, strings.ToLower(r.Code), strings.ReplaceAll(r.Code, "-", ""), " " + strings.ReplaceAll(r.Code, "-", "－") + " "} {
			c, err := consult.ByReceipt(h.ctx, h.db, typed)
			must(t, err)
			if c.State != consult.Waiting || c.Code != "W1" || !c.Masked || c.Department != h.water || c.Kind != consult.Public {
				t.Errorf("by %q: %+v", typed, c)
			}
			for _, number := range []string{"13800138000", "zhang3", "371502199001011234"} {
				if strings.Contains(c.Shown, number) {
					t.Errorf("%s is shown", number)
				}
			}
			if raw, err := consult.Raw(h.ctx, h.db, h.clerk, c); err != nil || raw != text {
				t.Errorf("the department reads %q, %v", raw, err)
			}
			for _, who := range []*people.Who{h.roadsHead, h.supervisor} {
				if raw, err := consult.Raw(h.ctx, h.db, who, c); errs.KindOf(err) != errs.NotFound {
					t.Errorf("%s reads %q, %v", who.Name, raw, err)
				}
			}
		}
		_, err = consult.ByReceipt(h.ctx, h.db, "K7QXM-2WHDP-9RTBC-VE4NA")
		refused(t, "another code", err, errs.NotFound, "查询码")
		_, err = consult.ByReceipt(h.ctx, h.db, "12345")
		refused(t, "no code", err, errs.Invalid, "20 位")
		kinds, public := h.acts(t)
		if kinds["comment.submitted"] != 1 || strings.Contains(public, "少跑") || strings.Contains(public, "13800138000") || strings.Contains(public, r.Code) {
			t.Errorf("the public log says\n%s", public)
		}
	})
}

func TestAFormSentTwiceIsOneComment(t *testing.T) {
	houses(t, func(t *testing.T, h *house) {
		id := h.open(t)
		s := consult.Submission{Notice: id, Power: h.powers["W1"].Power, Text: "办得慢", Key: consult.NewKey()}
		send := func(s consult.Submission) consult.Receipt {
			t.Helper()
			r, err := consult.Submit(h.ctx, h.db, h.l, s)
			must(t, err)
			return r
		}
		first, again := send(s), send(s)
		if first.Code != again.Code || first.Again || !again.Again {
			t.Errorf("%+v, then %+v", first, again)
		}
		s.Text = "办得慢，还贵" // gone back and written more
		other := send(s)
		if other.Code == first.Code || h.counts(t, id).All != 2 {
			t.Errorf("another text got %+v, %d comments", other, h.counts(t, id).All)
		}
		h.days(30)
		if r := send(s); !r.Again || r.Code != other.Code {
			t.Errorf("sent again after the end: %+v", r)
		}
		s.Key = "short"
		_, err := consult.Submit(h.ctx, h.db, h.l, s)
		refused(t, "a key that can be guessed", err, errs.Invalid, "表单")
	})
}

func TestWhatIsNoCommentIsRefused(t *testing.T) {
	houses(t, func(t *testing.T, h *house) {
		id := h.open(t)
		for what, text := range map[string]string{"nothing": "", "blanks": " \n\t\u3000 ", "invisible": "\u200b\u202e\ufeff", "marks": "！！！……", "emoji": "👍👍", "too long": strings.Repeat("长", 2001),
			"far too long": strings.Repeat("\u200b", 10_000) + "短"} {
			_, err := h.send(id, "W1", text)
			refused(t, what, err, errs.Invalid, "意见")
		}
		_, err := consult.Submit(h.ctx, h.db, h.l, consult.Submission{Notice: sqldb.NewID(), Text: "有意见"})
		refused(t, "no such notice", err, errs.NotFound, "公告")
		_, err = consult.Submit(h.ctx, h.db, h.l, consult.Submission{Notice: id, Power: sqldb.NewID(), Text: "有意见"})
		refused(t, "not in the draft", err, errs.Invalid, "征求意见稿")
		_, err = consult.Submit(h.ctx, h.db, h.l, consult.Submission{Notice: id, Power: h.powers["W1"].Power, Version: h.powers["W2"].Version, Text: "有意见"})
		refused(t, "a wording of another power", err, errs.Invalid, "版本")
		if n := h.counts(t, id).All; n != 0 {
			t.Errorf("%d comments after refusals", n)
		}
		h.comment(t, id, "W1", strings.Repeat("长", 2000))
	})
}

func TestCleaningKeepsWhatIsReadAndDropsWhatHides(t *testing.T) {
	for in, want := range map[string]string{
		"一\r\n二\u2028三": "一\n二\n三", "a\u202eb\u2066c\u200bd\ufeff": "abcd", " 　前\t后　": "前 后", "一\n\n\n\n二": "一\n\n二", "\x00坏\x07\xff字": "坏字",
		"<script>alert(1)</script>": "<script>alert(1)</script>", "e\u0301\u0301\u0301\u0301\u0301\u0301": "e\u0301\u0301\u0301", "👨\u200d👩 好": "👨👩 好", "\u3164好\ue000": "好",
	} {
		if got := consult.Clean(in); got != want {
			t.Errorf("Clean(%q) = %q, want %q", in, got, want)
		}
	}
	rapid.Check(t, func(t *rapid.T) {
		once := consult.Clean(rapid.String().Draw(t, "text"))
		if again := consult.Clean(once); again != once {
			t.Fatalf("%q, cleaned again %q", once, again)
		}
	})
}

// tests:开门搞清单/1
func TestACommentIsHeldBackOnlyUnderACauseAndWithAReason(t *testing.T) {
	houses(t, func(t *testing.T, h *house) {
		id := h.open(t)
		c := h.comment(t, id, "W1", "某某住在某小区某号")
		refused(t, "no cause", h.hold(h.legal, c, "", "写明了他人的住址"), errs.Invalid, "原因")
		refused(t, "dislike", h.hold(h.legal, c, "dislike", "写明了他人的住址"), errs.Invalid, "原因")
		refused(t, "no reason", h.hold(h.legal, c, consult.Private, " "), errs.Invalid, "理由")
		refused(t, "by the department", h.hold(h.head, c, consult.Private, "写明了他人的住址"), errs.Forbidden, "")
		refused(t, "releasing what is shown", h.release(h.legal, c, "没有问题的"), errs.Conflict, "公开")
		must(t, h.hold(h.legal, c, consult.Private, "写明了他人的住址"))
		refused(t, "twice", h.hold(h.legal, c, consult.Private, "写明了他人的住址"), errs.Conflict, "已经")
		for _, x := range h.public(t, consult.CommentQuery{Notice: id}) {
			if x.Shown != "" || x.State != consult.Held || x.Cause != consult.Private {
				t.Errorf("everybody reads %+v", x)
			}
		}
		if found := h.public(t, consult.CommentQuery{Notice: id, Words: "某小区"}); len(found) != 0 {
			t.Error("a held comment is found by its words")
		}
		if staff, err := consult.Comments(h.ctx, h.db, h.legal.Scope(people.SeeConsult), consult.CommentQuery{Notice: id}); err != nil || len(staff) != 1 || staff[0].Shown == "" {
			t.Errorf("staff reads %+v, %v", staff, err)
		}
		_, err := h.answer(h.clerk, c, declined())
		refused(t, "answering a held comment", err, errs.Conflict, "暂不公开")
		must(t, h.release(h.legal, c, "住址已经处理"))
		if x := h.public(t, consult.CommentQuery{Notice: id})[0]; x.State != consult.Waiting || x.Shown == "" || x.Cause != "" {
			t.Errorf("released: %+v", x)
		}
		_, err = h.answer(h.clerk, c, declined())
		must(t, err)
		must(t, h.hold(h.legal, c, consult.Private, "又发现他人的电话"))
		must(t, h.release(h.legal, c, "电话已经处理"))
		if x := h.again(t, c); x.State != consult.Answered {
			t.Errorf("released after its answer it is %s", x.State.Label())
		}
		holds, err := consult.Holds(h.ctx, h.db, c.ID)
		must(t, err)
		if len(holds) != 4 || holds[0].Held || !holds[3].Held || holds[3].Reason != "写明了他人的住址" {
			t.Errorf("holds %+v", holds)
		}
		if _, public := h.acts(t); strings.Contains(public, "住址") {
			t.Error("a reason stands in the public log")
		}
	})
}

func TestMeetingsAndExpertsStandInTheSameThread(t *testing.T) {
	houses(t, func(t *testing.T, h *house) {
		id := h.open(t)
		m := consult.MeetingRecord{Notice: id, Title: "企业代表座谈会", Day: "2026-03-02", Place: "政务服务中心", Attendance: "企业代表6人", Summary: "逐项听取意见。"}
		voiced := []consult.Opinion{{Power: h.powers["W1"].Power, Source: "建筑企业代表", Text: "材料太多"}, {Source: "行业协会", Text: "清单要便于查找"}}
		record := func(who *people.Who, m consult.MeetingRecord, o []consult.Opinion) (meeting sqldb.ID, err error) {
			err = h.as(who, func(ctx context.Context, tx *ledger.Tx) (err error) {
				meeting, err = consult.RecordMeeting(ctx, tx, who, m, o)
				return err
			})
			return meeting, err
		}
		meeting, err := record(h.legal, m, voiced)
		must(t, err)
		must(t, h.as(h.legal, func(ctx context.Context, tx *ledger.Tx) error {
			_, err := consult.Record(ctx, tx, h.legal, id, consult.Expert, consult.Opinion{Power: h.powers["W1"].Power, Source: "高校法学专家", Text: "依据条款可以更具体"})
			return err
		}))
		h.comment(t, id, "W1", "材料太多")
		thread := h.public(t, consult.CommentQuery{Notice: id, Power: h.powers["W1"].Power})
		if len(thread) != 3 || thread[0].Kind != consult.Public || thread[1].Kind != consult.Expert || thread[1].Source != "高校法学专家" || thread[2].Meeting != meeting {
			t.Errorf("the thread is %+v", thread)
		}
		if thread[0].Group == thread[2].Group {
			t.Error("what was said at a meeting was put into a group of the public")
		}
		if all, err := consult.Meetings(h.ctx, h.db, id); err != nil || len(all) != 1 || all[0].Opinions != 2 {
			t.Errorf("meetings %+v, %v", all, err)
		}
		for what, edit := range map[string]func(*consult.MeetingRecord){"tomorrow": func(m *consult.MeetingRecord) { m.Day = "2026-03-03" }, "no place": func(m *consult.MeetingRecord) { m.Place = "" },
			"a telephone": func(m *consult.MeetingRecord) { m.Attendance = "王某13800138000" }} {
			bad := m
			edit(&bad)
			if _, err := record(h.legal, bad, nil); err == nil || errs.KindOf(err) != errs.Invalid {
				t.Errorf("a meeting with %s: %v", what, err)
			}
		}
		_, err = record(h.legal, m, []consult.Opinion{{Power: sqldb.NewID(), Source: "代表", Text: "意见"}})
		refused(t, "an opinion on what is not in the draft", err, errs.Invalid, "征求意见稿")
		if all, _ := consult.Meetings(h.ctx, h.db, id); len(all) != 1 {
			t.Error("a refused meeting was half written")
		}
		_, err = record(h.head, m, nil)
		refused(t, "by a department", err, errs.Forbidden, "")
		refused(t, "a comment of the public by staff", h.as(h.legal, func(ctx context.Context, tx *ledger.Tx) error {
			_, err := consult.Record(ctx, tx, h.legal, id, consult.Public, voiced[0])
			return err
		}), errs.Invalid, "来源")
	})
}

func TestACommentGoesToWhoeverTookOver(t *testing.T) {
	houses(t, func(t *testing.T, h *house) {
		id := h.open(t)
		before := h.comment(t, id, "R1", "路政的事还找交通局吗")
		must(t, h.l.Write(h.ctx, operator, func(ctx context.Context, tx *ledger.Tx) error {
			return org.EndDepartment(ctx, tx, h.roads, "2026-03-03", h.water, "机构改革，职责并入市水利局")
		}))
		h.days(1)
		after := h.comment(t, id, "R1", "合并以后找谁")
		if before.Department != h.roads || after.Department != h.water {
			t.Errorf("%s and %s are asked, want the roads and then the water office", before.Department, after.Department)
		}
		_, err := h.answer(h.clerk, after, declined())
		must(t, err)
	})
}
