package round_test

import (
	"context"
	"testing"
	"time"

	"qingdan/internal/errs"
	"qingdan/internal/platform/ledger"
	"qingdan/internal/platform/sqldb"
	"qingdan/internal/registry/people"
	"qingdan/internal/registry/power"
	"qingdan/internal/service/round"
)

// Whoever is out of reach gets the words of what does not exist, for every act.
func TestActsBeyondOnesReachAreUnknown(t *testing.T) {
	houses(t, func(t *testing.T, h *house) {
		h.open(t)
		p := h.add(t, h.water, 2)
		must(t, h.sign(h.head, h.water))
		sub, err := h.handUp(h.head, h.water)
		must(t, err)
		refused(t, "another group receiving", h.receive(h.otherReviewer, sub.ID), errs.NotFound)
		refused(t, "a department receiving", h.receive(h.head, sub.ID), errs.Forbidden)
		refused(t, "receiving what does not exist", h.receive(h.reviewer, sqldb.NewID()), errs.NotFound)
		must(t, h.receive(h.reviewer, sub.ID))
		refused(t, "receiving twice", h.receive(h.reviewer, sub.ID), errs.Conflict)
		note := h.note(t, p[0].Change, "缺")
		_, err = h.write(h.otherReviewer, note)
		refused(t, "another group writing", err, errs.NotFound)
		_, err = h.write(h.head, note)
		refused(t, "a department writing", err, errs.Forbidden)
		draft, err := h.write(h.reviewer, note)
		must(t, err)
		_, err = h.write(h.leader, note)
		refused(t, "writing the same twice", err, errs.Conflict)
		refused(t, "answering a draft", h.answer(h.clerk, draft, round.Refuse, "不"), errs.NotFound)
		edit := func(who *people.Who, n round.Note) error {
			return h.as(who, func(ctx context.Context, tx *ledger.Tx) error { return round.Edit(ctx, tx, who, draft, n) })
		}
		note.Text = "缺第二款"
		refused(t, "another group editing", edit(h.otherReviewer, note), errs.NotFound)
		refused(t, "a note without field", edit(h.reviewer, round.Note{Cause: "no_basis", Text: "缺"}), errs.Invalid)
		refused(t, "a note without cause", edit(h.reviewer, round.Note{Field: "basis", Cause: "whim", Text: "缺"}), errs.Invalid)
		must(t, edit(h.leader, note))
		drop := func(who *people.Who) error {
			return h.as(who, func(ctx context.Context, tx *ledger.Tx) error { return round.Drop(ctx, tx, who, draft) })
		}
		refused(t, "another group dropping", drop(h.otherReviewer), errs.NotFound)
		_, err = h.handDown(h.otherLD, sub.ID)
		refused(t, "another leader handing down", err, errs.NotFound)
		_, err = h.handDown(h.reviewer, sub.ID)
		refused(t, "a member handing down", err, errs.Forbidden)
		_, err = h.handDown(h.leader, sub.ID)
		must(t, err)
		_, err = h.handDown(h.leader, sub.ID)
		refused(t, "handing down twice", err, errs.Conflict)
		refused(t, "editing what is handed down", edit(h.reviewer, note), errs.Conflict)
		refused(t, "dropping what is handed down", drop(h.reviewer), errs.Conflict)
		refused(t, "another department answering", h.answer(h.roadsHead, draft, round.Refuse, "不"), errs.NotFound)
		refused(t, "a reviewer answering", h.answer(h.reviewer, draft, round.Refuse, "不"), errs.Forbidden)
		refused(t, "a group leader ruling", h.rule(h.leader, draft, round.Uphold, "是"), errs.Forbidden)
		refused(t, "ruling on what is not disputed", h.rule(h.leading, draft, round.Uphold, "是"), errs.Conflict)
		must(t, h.answer(h.head, draft, round.Refuse, "不"))
		h.up(t)
		refused(t, "another group settling", h.settle(h.otherReviewer, draft), errs.NotFound)
		refused(t, "a department settling", h.settle(h.head, draft), errs.Forbidden)
		_, err = h.maintain(h.otherReviewer, draft, "坚持")
		refused(t, "another group maintaining", err, errs.NotFound)
		h.is(t, draft, round.Answered)
	})
}

// An act under another name than the person whose rights are asked is a mistake of
// the program, and nothing happens.
func TestAnActIsNamedAfterWhoeverMayDoIt(t *testing.T) {
	houses(t, func(t *testing.T, h *house) {
		h.open(t)
		h.add(t, h.water, 1)
		err := h.as(h.clerk, func(ctx context.Context, tx *ledger.Tx) error {
			_, err := round.Sign(ctx, tx, h.head, h.water, round.Statement())
			return err
		})
		refused(t, "signing in the clerk's transaction", err, errs.Internal)
	})
}

// Drafts and what was dropped are found only by whoever asks for them, and nothing
// by the zero scope.
func TestOpinionsAreCutToTheScope(t *testing.T) {
	houses(t, func(t *testing.T, h *house) {
		h.open(t)
		p := h.add(t, h.water, 3)
		sub := h.up(t)
		for _, x := range p {
			_, err := h.write(h.reviewer, h.note(t, x.Change, "缺"))
			must(t, err)
		}
		count := func(q round.Query) int {
			t.Helper()
			all, err := round.Opinions(h.ctx, h.db, q)
			must(t, err)
			n, err := round.CountOpinions(h.ctx, h.db, q)
			must(t, err)
			if q.Limit == 0 && q.After.ID.IsZero() && n != len(all) {
				t.Errorf("counted %d, listed %d", n, len(all))
			}
			return len(all)
		}
		head, other := h.head.Scope(people.AnswerNotes), h.roadsHead.Scope(people.AnswerNotes)
		if n := count(round.Query{Scope: head}); n != 0 {
			t.Errorf("a department sees %d drafts", n)
		}
		if n := count(round.Query{Scope: h.leader.Scope(people.Conclude), States: []round.OpinionState{round.Draft}}); n != 3 {
			t.Errorf("the group sees %d of 3 drafts", n)
		}
		_, err := h.handDown(h.leader, sub.ID)
		must(t, err)
		if n := count(round.Query{Scope: head, Cause: "no_basis", Field: "basis", No: 1}); n != 3 {
			t.Errorf("the department sees %d of 3 opinions", n)
		}
		for what, q := range map[string]round.Query{
			"another department": {Scope: other}, "no scope": {}, "another cause": {Scope: head, Cause: "other"},
			"another round": {Scope: head, No: 2}, "answered": {Scope: head, Answer: round.Refuse},
		} {
			if n := count(q); n != 0 {
				t.Errorf("%s: %d opinions, want none", what, n)
			}
		}
		q := round.Query{Scope: head, Limit: 2}
		first, err := round.Opinions(h.ctx, h.db, q)
		must(t, err)
		q.After = first[1].PlaceOf()
		rest, err := round.Opinions(h.ctx, h.db, q)
		must(t, err)
		if len(first) != 2 || len(rest) != 1 || first[0].Code >= first[1].Code || first[1].Code >= rest[0].Code {
			t.Errorf("pages of %d and %d opinions out of order", len(first), len(rest))
		}
	})
}

// A follow-up that is dropped gives the answer back to be decided.
func TestDroppingAMaintainedOpinionReopensTheAnswer(t *testing.T) {
	houses(t, func(t *testing.T, h *house) {
		h.open(t)
		p := h.add(t, h.water, 1)[0]
		sub := h.up(t)
		opinion, err := h.write(h.reviewer, h.note(t, p.Change, "缺"))
		must(t, err)
		_, err = h.handDown(h.leader, sub.ID)
		must(t, err)
		must(t, h.answer(h.clerk, opinion, round.Refuse, "不"))
		second := h.up(t)
		next, err := h.maintain(h.reviewer, opinion, "坚持")
		must(t, err)
		_, err = h.maintain(h.reviewer, opinion, "再坚持")
		refused(t, "maintaining twice", err, errs.Conflict)
		must(t, h.as(h.reviewer, func(ctx context.Context, tx *ledger.Tx) error { return round.Drop(ctx, tx, h.reviewer, next) }))
		h.is(t, opinion, round.Answered)
		h.is(t, next, round.Dropped)
		_, err = h.handDown(h.leader, second.ID)
		refused(t, "handing down with the answer open again", err, errs.Conflict)
	})
}

func TestABulkActIsWholeAndUndoneOnlyByItsAuthorInTime(t *testing.T) {
	houses(t, func(t *testing.T, h *house) {
		h.open(t)
		p, foreign := h.add(t, h.water, 3), h.add(t, h.roads, 1)
		h.up(t)
		items := func(ids ...power.Ids) []round.Item {
			var out []round.Item
			for _, x := range ids {
				out = append(out, round.Item{Change: x.Change, Version: h.change(t, x.Change).Version})
			}
			return out
		}
		pass := []round.Conclusion{{Rule: "五对照/1", Verdict: round.Pass}, {Rule: "六查看/1", Verdict: round.Pass}}
		conclude := func(who *people.Who, items []round.Item, cs []round.Conclusion) (sqldb.ID, error) {
			var id sqldb.ID
			err := h.as(who, func(ctx context.Context, tx *ledger.Tx) error {
				var err error
				id, err = round.BulkConclude(ctx, tx, who, items, cs)
				return err
			})
			return id, err
		}
		undo := func(who *people.Who, id sqldb.ID) error {
			return h.as(who, func(ctx context.Context, tx *ledger.Tx) error { return round.Undo(ctx, tx, who, id) })
		}
		concluded := func(want int) {
			t.Helper()
			n := 0
			for _, x := range p {
				all, err := round.ConclusionsOf(h.ctx, h.db, x.Version)
				must(t, err)
				n += len(all)
			}
			if n != want {
				t.Errorf("%d conclusions count, want %d", n, want)
			}
		}
		must(t, h.as(h.otherReviewer, func(ctx context.Context, tx *ledger.Tx) error {
			// The other department's power is handed up outside of the rounds.
			if err := power.Move(ctx, tx, h.change(t, foreign[0].Change), power.HandedUp); err != nil {
				return err
			}
			return tx.Say(ctx, city, "power.moved", foreign[0].Power, struct{}{})
		}))
		for what, forged := range map[string]round.Item{
			"a power of another group":        items(foreign...)[0],
			"a power that does not exist":     {Change: sqldb.NewID(), Version: sqldb.NewID()},
			"a zero id":                       {},
			"the version instead of a change": {Change: p[0].Version, Version: p[0].Version},
		} {
			_, err := conclude(h.reviewer, append(items(p...), forged), pass)
			refused(t, what, err, errs.NotFound)
		}
		_, err := conclude(h.reviewer, append(items(p[:2]...), round.Item{Change: p[2].Change, Version: p[0].Version}), pass)
		refused(t, "another version", err, errs.Conflict)
		_, err = conclude(h.reviewer, nil, pass)
		refused(t, "nothing chosen", err, errs.Invalid)
		_, err = conclude(h.reviewer, make([]round.Item, 1), nil)
		refused(t, "no conclusion", err, errs.Invalid)
		_, err = conclude(h.reviewer, items(p...), []round.Conclusion{{Rule: "五对照/9", Verdict: round.Pass}})
		refused(t, "a check that is none", err, errs.Invalid)
		_, err = conclude(h.reviewer, items(p...), []round.Conclusion{{Rule: "五对照/1", Verdict: round.Problem}})
		refused(t, "a problem without words", err, errs.Invalid)
		_, err = conclude(h.head, items(p...), pass)
		refused(t, "a department concluding", err, errs.Forbidden)
		concluded(0)

		id, err := conclude(h.reviewer, append(items(p...), items(p...)...), pass)
		must(t, err)
		concluded(6)
		refused(t, "undoing another's act", undo(h.leader, id), errs.NotFound)
		refused(t, "undoing what does not exist", undo(h.reviewer, sqldb.NewID()), errs.NotFound)
		h.later(9 * time.Second)
		must(t, undo(h.reviewer, id))
		concluded(0)
		refused(t, "undoing twice", undo(h.reviewer, id), errs.Conflict)
		id, err = conclude(h.reviewer, items(p...), pass)
		must(t, err)
		h.later(13 * time.Second)
		refused(t, "undoing late", undo(h.reviewer, id), errs.Conflict)
		concluded(6)
	})
}

func TestUndoingABulkOpinionKeepsWhatWasReworded(t *testing.T) {
	houses(t, func(t *testing.T, h *house) {
		h.open(t)
		p := h.add(t, h.water, 3)
		sub := h.up(t)
		var items []round.Item
		for _, x := range p {
			items = append(items, round.Item{Change: x.Change, Version: x.Version})
		}
		note := round.Note{Field: "duty", Cause: "duty", Text: "请补充责任事项"}
		bulk := func() (sqldb.ID, error) {
			var id sqldb.ID
			err := h.as(h.reviewer, func(ctx context.Context, tx *ledger.Tx) error {
				var err error
				id, err = round.BulkWrite(ctx, tx, h.reviewer, items, note)
				return err
			})
			return id, err
		}
		undo := func(id sqldb.ID) error {
			return h.as(h.reviewer, func(ctx context.Context, tx *ledger.Tx) error { return round.Undo(ctx, tx, h.reviewer, id) })
		}
		drafts := func() []round.Opinion {
			t.Helper()
			all, err := round.Opinions(h.ctx, h.db, round.Query{Submission: sub.ID, Scope: people.Scope{All: true}, States: []round.OpinionState{round.Draft}})
			must(t, err)
			return all
		}
		id, err := bulk()
		must(t, err)
		_, err = bulk()
		refused(t, "the same bulk act twice", err, errs.Conflict)
		all := drafts()
		if len(all) != 3 {
			t.Fatalf("%d drafts, want 3", len(all))
		}
		note.Text = "请补充第三环节的责任事项"
		must(t, h.as(h.reviewer, func(ctx context.Context, tx *ledger.Tx) error {
			return round.Edit(ctx, tx, h.reviewer, all[1].ID, note)
		}))
		must(t, undo(id))
		if left := drafts(); len(left) != 1 || left[0].ID != all[1].ID {
			t.Errorf("%d drafts after undoing, want the reworded one", len(left))
		}
		note.Text = "请补充责任"
		id, err = bulk()
		must(t, err)
		_, err = h.handDown(h.leader, sub.ID)
		must(t, err)
		refused(t, "undoing what was handed down", undo(id), errs.Conflict)
	})
}

func TestConclusionsOutsideOfReviewAreRefused(t *testing.T) {
	houses(t, func(t *testing.T, h *house) {
		h.open(t)
		p := h.add(t, h.water, 1)[0]
		one := func(v sqldb.ID, verdict round.Verdict, note string) error {
			return h.as(h.reviewer, func(ctx context.Context, tx *ledger.Tx) error {
				return round.Conclude(ctx, tx, h.reviewer, round.Item{Change: p.Change, Version: v}, []round.Conclusion{{Rule: "六查看/2", Verdict: verdict, Note: note}})
			})
		}
		refused(t, "concluding while the department fills in", one(p.Version, round.Pass, ""), errs.Conflict)
		h.up(t)
		must(t, one(p.Version, round.Problem, "不合时宜"))
		h.later(time.Second)
		must(t, one(p.Version, round.NotHere, ""))
		all, err := round.ConclusionsOf(h.ctx, h.db, p.Version)
		must(t, err)
		if len(all) != 1 || all[0].Verdict != round.NotHere || all[0].By != "审示例" {
			t.Errorf("conclusions %+v, want the later one alone", all)
		}
		refused(t, "concluding on another version", one(sqldb.NewID(), round.Pass, ""), errs.Conflict)
	})
}
