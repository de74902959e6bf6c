package consult_test

import (
	"context"
	"strings"
	"testing"

	"qingdan/internal/errs"
	"qingdan/internal/platform/ledger"
	"qingdan/internal/platform/sqldb"
	"qingdan/internal/registry/power"
	"qingdan/internal/service/consult"
)

// tests:开门搞清单/2
func TestAnAdoptedCommentNamesWhatItChanged(t *testing.T) {
	houses(t, func(t *testing.T, h *house) {
		id := h.open(t)
		c := h.comment(t, id, "W1", "材料可以少一份")
		adopted := consult.Reply{Outcome: consult.Adopted, Text: "已经减少一份材料。"}
		_, err := h.answer(h.clerk, c, adopted)
		refused(t, "adopted without a change", err, errs.Invalid, "采纳要有实际的修改")
		promise := adopted
		promise.Version = h.powers["W1"].Version
		_, err = h.answer(h.clerk, c, promise)
		refused(t, "adopted by the wording commented on", err, errs.Invalid, "没有改动")
		other := h.amend(t, "W2", "另一项改了")
		promise.Version = other
		_, err = h.answer(h.clerk, c, promise)
		refused(t, "adopted by a change of another power", err, errs.Invalid, "不是这个事项")
		promise.Version = sqldb.NewID()
		_, err = h.answer(h.clerk, c, promise)
		refused(t, "adopted by no version", err, errs.Invalid, "没有这个版本")
		adopted.Version = h.amend(t, "W1", "少一份材料")
		if later, err := consult.LaterVersions(h.ctx, h.db, c); err != nil || len(later) != 1 || later[0].Version != adopted.Version {
			t.Errorf("later versions %+v, %v", later, err)
		}
		answer, err := h.answer(h.clerk, c, adopted)
		must(t, err)
		c = h.again(t, c)
		if c.State != consult.Answered || c.Outcome != consult.Adopted || c.Answer != answer {
			t.Errorf("the comment is %+v", c)
		}
		given, err := consult.AnswersTo(h.ctx, h.db, c)
		must(t, err)
		if len(given) != 1 || given[0].Version != adopted.Version || given[0].Power != c.Power || given[0].Comments != 1 {
			t.Errorf("answers %+v", given)
		}
	})
}

// tests:开门搞清单/2
func TestWhatIsNotAdoptedSaysWhy(t *testing.T) {
	houses(t, func(t *testing.T, h *house) {
		id := h.open(t)
		c, whole := h.comment(t, id, "W1", "建议取消"), h.comment(t, id, "", "清单太长")
		for what, r := range map[string]consult.Reply{"no outcome": {Text: "该事项依据充分，予以保留。"}, "no reason": {Outcome: consult.Declined},
			"a short reason": {Outcome: consult.Declined, Text: "不同意。"}, "a version": {Outcome: consult.Declined, Text: "该事项依据充分，予以保留。", Version: h.powers["W1"].Version}} {
			_, err := h.answer(h.clerk, c, r)
			refused(t, what, err, errs.Invalid, "")
		}
		_, err := h.answer(h.roadsHead, c, declined())
		refused(t, "another department", err, errs.NotFound, "")
		_, err = h.answer(h.supervisor, c, declined())
		refused(t, "a supervisor", err, errs.Forbidden, "")
		_, err = h.answer(h.head, whole, declined())
		refused(t, "a department on the whole list", err, errs.NotFound, "")
		_, err = h.answer(h.head, c, declined())
		must(t, err)
		_, err = h.answer(h.legal, whole, declined())
		must(t, err)
		n := h.counts(t, id)
		if n.All != 2 || n.Waiting != 0 || n.Declined != 2 {
			t.Errorf("counts %+v", n)
		}
		if _, public := h.acts(t); strings.Contains(public, "予以保留") {
			t.Error("the words of an answer stand in the public log")
		}
	})
}

func TestACommentOnTheWholeListIsAdoptedByAnyLaterWording(t *testing.T) {
	houses(t, func(t *testing.T, h *house) {
		id := h.open(t)
		whole := h.comment(t, id, "", "事项名称要让人看得懂")
		_, err := h.answer(h.legal, whole, consult.Reply{Outcome: consult.Partly, Text: "已改。", Version: h.powers["R1"].Version})
		refused(t, "by the wording of the draft", err, errs.Invalid, "没有改动")
		later := h.amend(t, "R1", "看得懂的内容")
		_, err = h.answer(h.legal, whole, consult.Reply{Outcome: consult.Partly, Text: "已改。", Version: later})
		must(t, err)
		given, err := consult.AnswersTo(h.ctx, h.db, h.again(t, whole))
		must(t, err)
		if given[0].Power != h.powers["R1"].Power {
			t.Errorf("the answer names %s", given[0].Power)
		}
	})
}

func TestACommentIsAdoptedByTakingThePowerOffTheDraft(t *testing.T) {
	houses(t, func(t *testing.T, h *house) {
		id := h.open(t)
		c := h.comment(t, id, "W1", "这一项没有必要，建议取消")
		r := consult.Reply{Outcome: consult.Adopted, Text: "经研究，取消该事项。"}
		h.move(t, "W1", power.Review)
		_, err := h.answer(h.clerk, c, r)
		refused(t, "while it is reviewed again", err, errs.Invalid, "采纳要有实际的修改")
		h.move(t, "W1", power.Cancelled)
		_, err = h.answer(h.clerk, c, r)
		must(t, err)
		given, err := consult.AnswersTo(h.ctx, h.db, h.again(t, c))
		must(t, err)
		if given[0].Exit != power.Cancelled || !given[0].Version.IsZero() {
			t.Errorf("the answer is %+v", given[0])
		}
	})
}

func TestAdoptingWritesTheNextWordingAndAnswersByIt(t *testing.T) {
	houses(t, func(t *testing.T, h *house) {
		id := h.open(t)
		c := h.comment(t, id, "W1", "承诺时限写得不清楚")
		base := h.powers["W1"].Version
		adopt := func(c consult.Comment, base sqldb.ID, v power.Version, r consult.Reply) (answer sqldb.ID, err error) {
			err = h.as(h.clerk, func(ctx context.Context, tx *ledger.Tx) (err error) {
				answer, err = consult.Adopt(ctx, tx, h.clerk, c.ID, base, v, r)
				return err
			})
			return answer, err
		}
		r := consult.Reply{Outcome: consult.Partly, Text: "已经写明时限。"}
		_, err := adopt(c, base, wording(h.water, "事项W1", "原来的内容"), r)
		refused(t, "nothing new", err, errs.Invalid, "没有修改")
		_, err = adopt(c, sqldb.NewID(), wording(h.water, "事项W1", "八个工作日"), r)
		refused(t, "from another wording", err, errs.Conflict, "新的版本")
		_, err = adopt(c, base, wording(h.water, "事项W1", "八个工作日"), declined())
		refused(t, "declined with a change", err, errs.Invalid, "采纳")
		_, err = adopt(c, base, wording(h.roads, "事项W1", "八个工作日"), r)
		must(t, err)
		change := h.change(t, "W1")
		if change.State != power.Consulting || change.Department != h.water || change.Version == base {
			t.Errorf("the change is %+v", change)
		}
		given, err := consult.AnswersTo(h.ctx, h.db, h.again(t, c))
		must(t, err)
		if given[0].Version != change.Version || given[0].Outcome != consult.Partly {
			t.Errorf("the answer is %+v", given[0])
		}
		_, err = adopt(c, change.Version, wording(h.water, "事项W1", "十个工作日"), r)
		refused(t, "adopting what is answered", err, errs.Conflict, "已由他人答复")
		h.move(t, "W2", power.Review)
		d := h.comment(t, id, "W2", "还有意见")
		_, err = adopt(d, h.powers["W2"].Version, wording(h.water, "事项W2", "改过"), r)
		refused(t, "a power under review", err, errs.Conflict, "审核")
		if x := h.again(t, d); x.State != consult.Waiting {
			t.Error("a refused adoption answered")
		}
	})
}

func TestACorrectedAnswerKeepsTheOneBefore(t *testing.T) {
	houses(t, func(t *testing.T, h *house) {
		id := h.open(t)
		c := h.comment(t, id, "W1", "这一项收费吗")
		first, err := h.answer(h.clerk, c, declined())
		must(t, err)
		r := consult.Reply{Outcome: consult.Declined, Text: "该事项不收费，清单已经写明，特此说明。"}
		_, err = h.answer(h.clerk, c, r)
		refused(t, "without having seen the answer", err, errs.Conflict, "已由他人答复")
		r.Seen = first
		second, err := h.answer(h.head, c, r)
		must(t, err)
		_, err = h.answer(h.head, c, r)
		refused(t, "from the answer before", err, errs.Conflict, "已由他人答复")
		given, err := consult.AnswersTo(h.ctx, h.db, h.again(t, c))
		must(t, err)
		if len(given) != 2 || given[0].ID != second || given[1].ID != first || given[0].Replaces != first {
			t.Errorf("answers %+v", given)
		}
		if kinds, _ := h.acts(t); kinds["comment.answered"] != 1 || kinds["comment.corrected"] != 1 {
			t.Errorf("acts %v", kinds)
		}
	})
}

func TestOneAnswerAnswersAGroup(t *testing.T) {
	houses(t, func(t *testing.T, h *house) {
		id := h.open(t)
		const mass = "我们是城东的养殖户，强烈要求这一项继续由市里办理，不要交给乡镇，乡镇没有人手，办不了，也看不懂图纸"
		var all []consult.Comment
		for _, tail := range []string{"。", "！", "!!", "，谢谢", "。13800138000"} {
			all = append(all, h.comment(t, id, "W1", mass+tail))
		}
		elsewhere := h.comment(t, id, "W2", mass)
		contrary := h.comment(t, id, "W1", strings.Replace(mass, "要求这一项继续", "要求这一项不再", 1))
		for _, c := range all {
			if x := h.again(t, c); x.Group != all[0].Group || x.Size != 5 {
				t.Errorf("%s is in a group of %d", x.Shown, x.Size)
			}
		}
		if elsewhere.Group == all[0].Group || contrary.Group == all[0].Group {
			t.Error("what is on another power, or says the contrary, is in the group")
		}
		if firsts := h.public(t, consult.CommentQuery{Notice: id, Power: h.powers["W1"].Power, Firsts: true}); len(firsts) != 2 {
			t.Errorf("%d firsts, want the group and the contrary", len(firsts))
		}
		must(t, h.hold(h.legal, all[0], consult.Astray, "与本事项无关的"))
		if firsts := h.public(t, consult.CommentQuery{Notice: id, Power: h.powers["W1"].Power, Firsts: true, State: consult.Waiting}); len(firsts) != 2 {
			t.Errorf("%d waiting firsts after the first was held back", len(firsts))
		}
		r := declined()
		_, err := h.answer(h.clerk, all[2], r)
		must(t, err)
		if n := h.counts(t, id); n.Answered != 1 || n.Held != 1 || n.Waiting != 5 {
			t.Errorf("after one answer %+v", n)
		}
		r.Group = true
		_, err = h.answer(h.clerk, all[3], r)
		must(t, err)
		if n := h.counts(t, id); n.Answered != 4 || n.Held != 1 || n.Waiting != 2 {
			t.Errorf("after the answer to the group %+v", n)
		}
		late := h.comment(t, id, "W1", mass)
		if late.Group != all[0].Group || late.State != consult.Waiting {
			t.Errorf("one more of the group: %+v", late)
		}
		if firsts := h.public(t, consult.CommentQuery{Notice: id, Power: h.powers["W1"].Power, Firsts: true, State: consult.Waiting}); len(firsts) != 2 {
			t.Errorf("%d waiting firsts after one more of an answered group", len(firsts))
		}
	})
}

// An answer to a group names what changed for each of it: who wrote about the new
// wording already is not answered by it.
func TestAGroupIsAdoptedOnlyWhereTheChangeCameLater(t *testing.T) {
	houses(t, func(t *testing.T, h *house) {
		id := h.open(t)
		before := h.comment(t, id, "W1", "需要的材料还是太多了，请再减少一些")
		version := h.amend(t, "W1", "少一份材料")
		after := h.comment(t, id, "W1", "需要的材料还是太多了，请再减少一些")
		if before.Group != after.Group {
			t.Fatal("the same words are two groups")
		}
		_, err := h.answer(h.clerk, before, consult.Reply{Outcome: consult.Adopted, Text: "已经减少。", Version: version, Group: true})
		must(t, err)
		if a, b := h.again(t, before), h.again(t, after); a.State != consult.Answered || b.State != consult.Waiting {
			t.Errorf("%s and %s, want answered and waiting", a.State.Label(), b.State.Label())
		}
	})
}
