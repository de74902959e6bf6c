package consult_test

import (
	"context"
	"testing"

	"qingdan/internal/errs"
	"qingdan/internal/platform/ledger"
	"qingdan/internal/platform/sqldb"
	"qingdan/internal/registry/power"
	"qingdan/internal/service/consult"
)

// tests:开门搞清单/1
func TestANoticeFreezesTheDraftAndTakesCommentsInItsPeriod(t *testing.T) {
	houses(t, func(t *testing.T, h *house) {
		h.move(t, "W4", power.Review) // not proposed
		preview, err := consult.Preview(h.ctx, h.db, city)
		must(t, err)
		f := form()
		f.From, f.To = "2026-03-04", "2026-03-13"
		id, err := h.openForm(h.legal, f)
		must(t, err)
		if preview.Total != 4 || len(preview.Departments) != 2 {
			t.Errorf("the preview has %+v, want 4 lines of 2 departments", preview)
		}
		if s := h.change(t, "W1").State; s != power.Consulting {
			t.Errorf("W1 is %s, want under consultation", s.Label())
		}
		if s := h.change(t, "W4").State; s != power.Review {
			t.Errorf("W4 is %s: it was not proposed", s.Label())
		}
		if _, err := h.send(id, "W1", "早了一点"); errs.KindOf(err) != errs.Conflict {
			t.Errorf("a comment before the first day: %v", err)
		}
		h.days(2)
		c := h.comment(t, id, "W1", "这一项办起来太慢")
		amended := h.amend(t, "W1", "改过的内容")
		e, err := consult.EntryOf(h.ctx, h.db, id, h.powers["W1"].Power)
		must(t, err)
		if !e.Revised() || e.Version != h.powers["W1"].Version || e.Present != amended || e.Comments != 1 || e.Unanswered != 1 {
			t.Errorf("the line is %+v: want the wording of the draft beside the present one", e)
		}
		if later := h.comment(t, id, "W1", "改过以后好多了"); c.Version != h.powers["W1"].Version || later.Version != amended {
			t.Error("each comment is to keep the wording it saw")
		}
		h.days(10)
		_, err = h.send(id, "W1", "晚了一点")
		refused(t, "a comment after the last day", err, errs.Conflict, "2026-03-13")
		if _, err := h.openForm(h.legal, form()); errs.KindOf(err) != errs.Invalid {
			t.Errorf("a notice that begins in the past: %v", err)
		}
	})
}

func TestWhatWasPutToThePublicIsNotPutToItAgain(t *testing.T) {
	houses(t, func(t *testing.T, h *house) {
		h.open(t)
		if _, err := h.openForm(h.legal, form()); errs.KindOf(err) != errs.Conflict {
			t.Errorf("a second notice on nothing: %v", err)
		}
		h.add(t, "R2", h.roads, power.Proposed)
		second, err := h.openForm(h.legal, form())
		must(t, err)
		lines, err := consult.Entries(h.ctx, h.db, second, consult.EntryQuery{})
		must(t, err)
		if len(lines) != 1 || lines[0].Code != "R2" {
			t.Errorf("the second draft holds %+v, want R2 only", lines)
		}
	})
}

func TestANoticeIsOpenedByTheLegalOfficeForLongEnough(t *testing.T) {
	houses(t, func(t *testing.T, h *house) {
		for what, edit := range map[string]func(*consult.Form){
			"no title": func(f *consult.Form) { f.Title = " " }, "no text": func(f *consult.Form) { f.Text = "" },
			"a short period": func(f *consult.Form) { f.To = "2026-03-07" }, "no last day": func(f *consult.Form) { f.To = "" },
			"answers before the end": func(f *consult.Form) { f.AnswerBy = "2026-03-10" }, "no day": func(f *consult.Form) { f.From = "三月" },
			"two years": func(f *consult.Form) { f.To = "2028-03-02" },
		} {
			f := form()
			edit(&f)
			if _, err := h.openForm(h.legal, f); errs.KindOf(err) != errs.Invalid || err == nil {
				t.Errorf("%s: %v", what, err)
			}
		}
		_, err := h.openForm(h.head, form())
		refused(t, "a department opening", err, errs.Forbidden, "")
		must(t, h.as(h.legal, func(ctx context.Context, tx *ledger.Tx) error {
			return consult.SetSettings(ctx, tx, h.legal, consult.Settings{LeastDays: 20, AnswerDays: 3}, "按照省里的文件")
		}))
		_, err = h.openForm(h.legal, form())
		refused(t, "ten days where twenty are asked", err, errs.Invalid, "2026-03-21")
		f := form()
		f.To = "2026-03-21"
		id, err := h.openForm(h.legal, f)
		must(t, err)
		n, err := consult.NoticeByID(h.ctx, h.db, id)
		must(t, err)
		if n.AnswerBy != "2026-03-25" { // the 21st is a Saturday
			t.Errorf("answers by %s, want the third working day", n.AnswerBy)
		}
	})
}

func TestAPeriodIsExtendedOrClosedWithAReason(t *testing.T) {
	houses(t, func(t *testing.T, h *house) {
		id := h.open(t)
		extend := func(to, reason string) error {
			return h.as(h.legal, func(ctx context.Context, tx *ledger.Tx) error {
				return consult.Extend(ctx, tx, h.legal, id, to, reason)
			})
		}
		closing := func(reason string) error {
			return h.as(h.legal, func(ctx context.Context, tx *ledger.Tx) error {
				return consult.CloseNotice(ctx, tx, h.legal, id, reason)
			})
		}
		refused(t, "no reason", extend("2026-03-20", ""), errs.Invalid, "理由")
		refused(t, "shorter", extend("2026-03-10", "意见不多了"), errs.Invalid, "只能向后")
		refused(t, "closing on the first day", closing("意见已经充分"), errs.Conflict, "2026-03-08")
		must(t, extend("2026-03-20", "应企业要求延长"))
		h.days(11)
		h.comment(t, id, "", "延长以后才看到")
		must(t, closing("意见已经充分"))
		_, err := h.send(id, "", "又来一条")
		refused(t, "a comment after it was closed", err, errs.Conflict, "2026-03-13")
		refused(t, "closing twice", closing("意见已经充分"), errs.Conflict, "已结束")
		refused(t, "extending what is over", extend("2026-04-01", "再听一听意见"), errs.Conflict, "结束")
		terms, err := consult.Terms(h.ctx, h.db, id)
		must(t, err)
		if len(terms) != 3 || terms[0].To != "2026-03-11" || terms[1].To != "2026-03-20" || !terms[2].Closed {
			t.Errorf("the periods are %+v", terms)
		}
		if open, err := consult.OpenNotices(h.ctx, h.db, city, "2026-03-13"); err != nil || len(open) != 0 {
			t.Errorf("open notices %v, %v", open, err)
		}
		if open, err := consult.OpenNotices(h.ctx, h.db, city, "2026-03-12"); err != nil || len(open) != 1 {
			t.Errorf("open notices the day before %v, %v", open, err)
		}
	})
}

func TestADraftIsReadByPagesAndFacets(t *testing.T) {
	houses(t, func(t *testing.T, h *house) {
		id := h.open(t)
		h.comment(t, id, "W2", "有意见")
		all, err := consult.Entries(h.ctx, h.db, id, consult.EntryQuery{})
		must(t, err)
		var codes []string
		for q := (consult.EntryQuery{Limit: 2}); ; {
			page, err := consult.Entries(h.ctx, h.db, id, q)
			must(t, err)
			if len(page) == 0 {
				break
			}
			for _, e := range page {
				codes = append(codes, e.Code)
			}
			q.After = page[len(page)-1].Place()
			if back, err := consult.Entries(h.ctx, h.db, id, consult.EntryQuery{Before: q.After, Limit: 10}); err != nil || len(back) != len(codes)-1 {
				t.Errorf("%d lines before the %d th, %v", len(back), len(codes), err)
			}
		}
		if len(all) != 5 || len(codes) != 5 {
			t.Fatalf("%d lines, by pages %v", len(all), codes)
		}
		for i, e := range all {
			if e.Code != codes[i] {
				t.Errorf("line %d is %s, by pages %s", i, e.Code, codes[i])
			}
		}
		for what, q := range map[string]struct {
			consult.EntryQuery
			n int
		}{"department": {consult.EntryQuery{Department: h.water}, 4}, "words": {consult.EntryQuery{Words: "r1"}, 1}, "like": {consult.EntryQuery{Words: "%"}, 0},
			"commented": {consult.EntryQuery{Commented: true}, 1}, "kind": {consult.EntryQuery{Kind: power.KindCancel}, 0}, "category": {consult.EntryQuery{Category: string(power.CategoryPermit)}, 5}} {
			if found, err := consult.Entries(h.ctx, h.db, id, q.EntryQuery); err != nil || len(found) != q.n {
				t.Errorf("by %s: %d lines, want %d, %v", what, len(found), q.n, err)
			}
		}
		tallies, err := consult.EntryTallies(h.ctx, h.db, id, consult.EntryQuery{})
		must(t, err)
		sum := 0
		for _, x := range tallies {
			sum += x.N
		}
		if sum != 5 || len(tallies) != 2 {
			t.Errorf("tallies %+v", tallies)
		}
		if _, err := consult.EntryOf(h.ctx, h.db, id, sqldb.NewID()); errs.KindOf(err) != errs.NotFound {
			t.Errorf("a line that is not there: %v", err)
		}
		if spoken, err := consult.SpokenOf(h.ctx, h.db, h.powers["W2"].Power); err != nil || len(spoken) != 1 || spoken[0].N != 1 || spoken[0].Unheard != 1 {
			t.Errorf("comments on W2: %+v, %v", spoken, err)
		}
	})
}
