package round_test

import (
	"bytes"
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

// One power goes through three rounds, is refused each time, is ruled upon, and is
// corrected.
//
// tests:三上三下/1 三上三下/2 三上三下/3 自查
func TestAClearingRunsThroughThreeRoundsAndARuling(t *testing.T) {
	houses(t, func(t *testing.T, h *house) {
		campaign := h.open(t)
		ids := h.add(t, h.water, 2)
		disputed, quiet := ids[0].Change, ids[1].Change
		h.stands(t, round.StageFilling, 1)
		var opinion sqldb.ID
		for no := 1; no <= round.Rounds; no++ {
			sub := h.up(t)
			h.stands(t, round.StageReviewing, no)
			if sub.No != no || sub.Versions != 2 || sub.Late() {
				t.Fatalf("submission %+v, want round %d with 2 versions in time", sub, no)
			}
			if no == 1 {
				var err error
				opinion, err = h.write(h.reviewer, h.note(t, disputed, "依据不是法律法规"))
				must(t, err)
			} else {
				var err error
				opinion, err = h.maintain(h.reviewer, opinion, "部门的理由不成立")
				must(t, err)
			}
			d, err := h.handDown(h.leader, sub.ID)
			must(t, err)
			if d.Opinions != 1 {
				t.Fatalf("handed down %d opinions, want 1", d.Opinions)
			}
			if a, b := h.change(t, disputed).State, h.change(t, quiet).State; a != power.SelfCheck || b != power.Review {
				t.Fatalf("after hand-down %d the powers stand in %s and %s, want %s and %s", no, a, b, power.SelfCheck, power.Review)
			}
			h.stands(t, round.StageFilling, no+1)
			must(t, h.answer(h.clerk, opinion, round.Refuse, "依据充分"))
			h.later(time.Hour)
		}
		final := h.up(t)
		if final.No != round.Final {
			t.Fatalf("the final submission has number %d", final.No)
		}
		_, err := h.handDown(h.leader, final.ID)
		refused(t, "handing down on the final submission", err, errs.Conflict)
		dispute, err := h.maintain(h.reviewer, opinion, "仍不同意")
		must(t, err)
		h.is(t, opinion, round.Maintained)
		h.is(t, dispute, round.Disputed)
		h.stands(t, round.StageRuling, round.Final)
		thread, err := round.Thread(h.ctx, h.db, dispute)
		must(t, err)
		if len(thread) != 4 || thread[0].Text != "依据不是法律法规" || thread[3].ID != dispute || thread[2].Reply == nil {
			t.Errorf("the thread of the dispute has %d opinions, want the four with their answers", len(thread))
		}

		h.later(time.Hour)
		must(t, h.rule(h.leading, dispute, round.Wording, "依据改引第三条"))
		refused(t, "ruling twice", h.rule(h.leading, dispute, round.Support, "再定"), errs.Conflict)
		h.stands(t, round.StageFilling, round.Final+1)
		h.later(time.Hour)
		must(t, h.sign(h.head, h.water))
		_, err = h.handUp(h.head, h.water)
		refused(t, "handing up a ruling that was not carried out", err, errs.Conflict)
		must(t, h.reword(t, disputed, "按裁定修改"))
		again := h.up(t)
		if again.No != round.Final+1 {
			t.Errorf("the correction goes up as %d", again.No)
		}
		h.stands(t, round.StageReviewing, round.Final+1)
		must(t, h.settle(h.reviewer, dispute))
		h.stands(t, round.StageDone, round.Final+2)
		refused(t, "filling in after all is done", round.Filling(h.ctx, h.db, h.water), errs.Conflict)

		f, err := round.Convergence(h.ctx, h.db, campaign, people.Scope{All: true})
		must(t, err)
		if f.Total.Written != 4 || f.Total.New != 1 || f.Total.Maintained != 3 || f.Total.Settled != 1 || f.Total.Refused != 3 || f.Total.Open() != 0 || f.Total.EndedShare() != 100 || f.Rounds[0].SettledShare() != 0 {
			t.Errorf("figures %+v, want 4 written, 1 new, 3 maintained, 1 settled, 3 refused", f.Total)
		}
		for _, no := range []round.Submission{final, again} {
			must(t, round.Verify(h.ctx, h.db, no.ID))
		}
		must(t, h.db.Settle(h.ctx))
		must(t, h.l.Verify(h.ctx, ledger.Powers))
	})
}

// What the group agrees with is settled, and the round after is the last.
func TestAnAcceptedOpinionNeedsANewerVersionAndIsSettled(t *testing.T) {
	houses(t, func(t *testing.T, h *house) {
		h.open(t)
		p := h.add(t, h.water, 1)[0]
		sub := h.up(t)
		opinion, err := h.write(h.reviewer, h.note(t, p.Change, "缺少条款"))
		must(t, err)
		refused(t, "rewording under review", h.reword(t, p.Change, "改"), errs.Conflict)
		_, err = h.handDown(h.leader, sub.ID)
		must(t, err)

		refused(t, "accepting without a new version", h.answer(h.clerk, opinion, round.Accept, ""), errs.Conflict)
		refused(t, "accepting partly without a new version", h.answer(h.clerk, opinion, round.Partly, "只改一半"), errs.Conflict)
		refused(t, "refusing without a reason", h.answer(h.clerk, opinion, round.Refuse, " \n"), errs.Invalid)
		refused(t, "an answer that is none", h.answer(h.clerk, opinion, "perhaps", "理由"), errs.Invalid)
		_, err = h.handUp(h.head, h.water)
		refused(t, "handing up with an opinion unanswered", err, errs.Conflict)
		h.is(t, opinion, round.Issued)

		must(t, h.answer(h.clerk, opinion, round.Refuse, "暂不改"))
		must(t, h.reword(t, p.Change, "从河流取水并缴费"))
		refused(t, "accepting partly without a reason", h.answer(h.clerk, opinion, round.Partly, ""), errs.Invalid)
		must(t, h.answer(h.clerk, opinion, round.Accept, ""))
		if o := h.opinion(t, opinion); o.Reply == nil || o.Reply.Kind != round.Accept || o.Reply.Version != h.change(t, p.Change).Version {
			t.Errorf("reply %+v, want the acceptance with the new version", o.Reply)
		}
		refused(t, "settling before the answer came up", h.settle(h.reviewer, opinion), errs.Conflict)
		second := h.up(t)
		refused(t, "changing an answer that came up", h.answer(h.clerk, opinion, round.Refuse, "反悔"), errs.Conflict)
		_, err = h.handDown(h.leader, second.ID)
		refused(t, "handing down before the answers are decided", err, errs.Conflict)
		must(t, h.settle(h.reviewer, opinion))
		refused(t, "settling twice", h.settle(h.reviewer, opinion), errs.Conflict)
		must(t, h.as(h.reviewer, func(ctx context.Context, tx *ledger.Tx) error { return round.Unsettle(ctx, tx, h.reviewer, opinion) }))
		h.is(t, opinion, round.Answered)
		must(t, h.settle(h.reviewer, opinion))
		_, err = h.handDown(h.leader, second.ID)
		must(t, err)
		refused(t, "unsettling after the hand-down",
			h.as(h.reviewer, func(ctx context.Context, tx *ledger.Tx) error { return round.Unsettle(ctx, tx, h.reviewer, opinion) }), errs.Conflict)
		h.stands(t, round.StageDone, 3)
		must(t, round.Filling(h.ctx, h.db, h.water))

		handed, err := round.VersionsHandedUp(h.ctx, h.db, p.Power)
		must(t, err)
		if len(handed) != 2 || handed[0].Version != p.Version || handed[1].Version == p.Version {
			t.Errorf("versions handed up %+v, want the first and the reworded one", handed)
		}
	})
}

// A power that its department withdraws needs no other wording.
func TestAnOpinionOnAWithdrawnPowerIsAnsweredAndSettled(t *testing.T) {
	houses(t, func(t *testing.T, h *house) {
		h.open(t)
		p := h.add(t, h.water, 1)[0]
		sub := h.up(t)
		opinion, err := h.write(h.reviewer, h.note(t, p.Change, "不是行政权力"))
		must(t, err)
		_, err = h.handDown(h.leader, sub.ID)
		must(t, err)
		must(t, h.l.Write(h.ctx, operator, func(ctx context.Context, tx *ledger.Tx) error {
			if err := power.Move(ctx, tx, h.change(t, p.Change), power.Withdrawn); err != nil {
				return err
			}
			return tx.Say(ctx, city, "power.withdrawn", p.Power, struct{}{})
		}))
		must(t, h.answer(h.clerk, opinion, round.Accept, ""))
		second := h.up(t)
		if second.Versions != 0 {
			t.Errorf("%d versions went up, want none", second.Versions)
		}
		_, err = h.maintain(h.reviewer, opinion, "仍有问题")
		refused(t, "maintaining an opinion on a withdrawn power", err, errs.Conflict)
		must(t, h.settle(h.reviewer, opinion))
	})
}

// tests:自查
func TestASignatureHoldsForTheExactVersions(t *testing.T) {
	houses(t, func(t *testing.T, h *house) {
		refused(t, "signing without a campaign", h.sign(h.head, h.water), errs.Conflict)
		h.open(t)
		refused(t, "signing nothing", h.sign(h.head, h.water), errs.Conflict)
		p := h.add(t, h.water, 3)
		_, err := h.handUp(h.head, h.water)
		refused(t, "handing up unsigned", err, errs.Conflict)
		refused(t, "a clerk's signature", h.sign(h.clerk, h.water), errs.Forbidden)
		refused(t, "another head's signature", h.sign(h.roadsHead, h.water), errs.NotFound)
		must(t, h.sign(h.head, h.water))
		refused(t, "signing the same twice", h.sign(h.head, h.water), errs.Conflict)
		valid := func(want bool) {
			t.Helper()
			s, err := round.SelfcheckOf(h.ctx, h.db, h.water)
			must(t, err)
			if s.Valid != want || s.SignedBy != "首示例" {
				t.Errorf("signature by %s valid: %v, want %v", s.SignedBy, s.Valid, want)
			}
		}
		valid(true)
		must(t, h.reword(t, p[1].Change, "改过的内容"))
		valid(false)
		_, err = h.handUp(h.head, h.water)
		refused(t, "handing up what changed after the signature", err, errs.Conflict)
		h.later(time.Second)
		must(t, h.sign(h.head, h.water))
		valid(true)
		h.add(t, h.water, 1)
		valid(false)
		h.later(time.Second)
		must(t, h.sign(h.head, h.water))
		_, err = h.handUp(h.clerk, h.water)
		refused(t, "a clerk handing up", err, errs.Forbidden)
		sub, err := h.handUp(h.head, h.water)
		must(t, err)
		_, err = h.handUp(h.head, h.water)
		refused(t, "handing up twice", err, errs.Conflict)
		again, err := round.SubmissionsOf(h.ctx, h.db, h.water)
		must(t, err)
		if len(again) != 1 || again[0].ID != sub.ID {
			t.Errorf("%d submissions after a form sent twice, want 1", len(again))
		}
		for _, x := range p {
			if s := h.change(t, x.Change).State; s != power.HandedUp {
				t.Errorf("a power handed up stands in %s", s)
			}
		}
	})
}

// tests:三上三下/1
func TestLateIsMarkedAndRefusedWhileWindingUp(t *testing.T) {
	houses(t, func(t *testing.T, h *house) {
		campaign := h.open(t)
		h.add(t, h.water, 1)
		h.add(t, h.roads, 1)
		h.now = time.Date(2026, 3, 31, 15, 59, 0, 0, time.UTC) // one minute before midnight in Shanghai
		must(t, h.sign(h.roadsHead, h.roads))
		sub, err := h.handUp(h.roadsHead, h.roads)
		must(t, err)
		if sub.Late() {
			t.Error("handing up on the last day counts as late")
		}
		h.later(2 * time.Minute)
		must(t, h.sign(h.head, h.water))
		wind := func(who *people.Who) error {
			return h.as(who, func(ctx context.Context, tx *ledger.Tx) error { return round.WindUp(ctx, tx, who, campaign) })
		}
		refused(t, "a head winding up", wind(h.head), errs.Forbidden)
		must(t, wind(h.legal))
		refused(t, "winding up twice", wind(h.legal), errs.Conflict)
		_, err = h.handUp(h.head, h.water)
		refused(t, "handing up late while winding up", err, errs.Conflict)
		term := func(due, reason string) error {
			return h.as(h.legal, func(ctx context.Context, tx *ledger.Tx) error {
				return round.SetTerm(ctx, tx, h.legal, campaign, round.Term{Department: h.water, No: 1, Due: due}, reason)
			})
		}
		refused(t, "another day without reason", term("2026-04-05", ""), errs.Invalid)
		refused(t, "a day after that of the next round", term("2026-05-01", "机构调整"), errs.Invalid)
		refused(t, "a day that is none", term("2026-04-31", "机构调整"), errs.Invalid)
		must(t, term("2026-04-05", "机构调整"))
		sub, err = h.handUp(h.head, h.water)
		must(t, err)
		if sub.Late() || sub.Due != "2026-04-05" {
			t.Errorf("submission %+v, want it in time by the new day", sub)
		}
		refused(t, "moving the day of what went up", term("2026-04-06", "机构调整"), errs.Conflict)
	})
}

func TestLateIsTakenAndMarkedWhileTheCampaignIsOpen(t *testing.T) {
	houses(t, func(t *testing.T, h *house) {
		campaign := h.open(t)
		h.add(t, h.water, 1)
		h.now = time.Date(2026, 4, 1, 1, 0, 0, 0, time.UTC)
		board := func() round.Row {
			t.Helper()
			rows, err := round.Board(h.ctx, h.db, campaign, people.Scope{Departments: []sqldb.ID{h.water}}, h.today())
			must(t, err)
			if len(rows) != 1 || rows[0].Name != "市水利局" {
				t.Fatalf("the board of one department has %d rows", len(rows))
			}
			return rows[0]
		}
		if row := board(); !row.Late || !row.Cells[0].Late || row.Cells[1].Late {
			t.Errorf("the board does not mark the first round overdue: %+v", row)
		}
		sub := h.up(t)
		if !sub.Late() {
			t.Error("a late submission is not marked")
		}
		if row := board(); row.Late || !row.Cells[0].Late {
			t.Errorf("the board forgets that the submission was late: %+v", row)
		}
	})
}

// An import that runs while the campaign closes sees the closing in its own
// transaction.
func TestNothingIsTakenByAClosedCampaign(t *testing.T) {
	houses(t, func(t *testing.T, h *house) {
		refused(t, "filling in before a campaign", round.Filling(h.ctx, h.db, h.water), errs.Conflict)
		campaign := h.open(t)
		p := h.add(t, h.water, 2)
		must(t, round.Filling(h.ctx, h.db, h.water))
		sub := h.up(t)
		opinion, err := h.write(h.reviewer, h.note(t, p[0].Change, "缺"))
		must(t, err)
		draft, err := h.write(h.reviewer, h.note(t, p[0].Change, "再缺"))
		must(t, err)
		shut := func(who *people.Who) error {
			return h.as(who, func(ctx context.Context, tx *ledger.Tx) error { return round.Close(ctx, tx, who, campaign) })
		}
		refused(t, "a group leader closing", shut(h.leader), errs.Forbidden)
		must(t, shut(h.legal))
		refused(t, "closing twice", shut(h.legal), errs.Conflict)
		refused(t, "filling in", round.Filling(h.ctx, h.db, h.water), errs.Conflict)
		refused(t, "rewording", h.reword(t, p[1].Change, "改"), errs.Conflict)
		_, err = h.write(h.reviewer, h.note(t, p[1].Change, "缺"))
		refused(t, "writing", err, errs.Conflict)
		refused(t, "dropping", h.as(h.reviewer, func(ctx context.Context, tx *ledger.Tx) error { return round.Drop(ctx, tx, h.reviewer, draft) }), errs.Conflict)
		_, err = h.handDown(h.leader, sub.ID)
		refused(t, "handing down", err, errs.Conflict)
		_, err = h.handUp(h.head, h.water)
		refused(t, "handing up", err, errs.Conflict)
		h.is(t, opinion, round.Draft)
		h.later(time.Hour)
		h.open(t) // the departments are free again
		must(t, round.Filling(h.ctx, h.db, h.water))
	})
}

// Names and the words of people stay out of what the ledger tells the world.
func TestTheLedgerSaysNoNamesAndNoOwnWords(t *testing.T) {
	houses(t, func(t *testing.T, h *house) {
		h.open(t)
		p := h.add(t, h.water, 1)[0]
		sub := h.up(t)
		opinion, err := h.write(h.reviewer, h.note(t, p.Change, "请与张示例联系"))
		must(t, err)
		_, err = h.handDown(h.leader, sub.ID)
		must(t, err)
		must(t, h.answer(h.clerk, opinion, round.Refuse, "李示例不同意"))
		must(t, h.db.Settle(h.ctx))
		all, err := h.l.Entries(h.ctx, ledger.Powers, 0, 1000)
		must(t, err)
		seen := map[string]int{}
		for _, e := range all {
			seen[e.Kind]++
			for _, word := range []string{"首示例", "审示例", "组示例", "填示例", "张示例", "李示例"} {
				if bytes.Contains(e.Public, []byte(word)) {
					t.Errorf("%s says %s to the world: %s", e.Kind, word, e.Public)
				}
			}
		}
		for _, kind := range []string{"round.opened", "round.signed", "round.handed_up", "round.received", "opinion.drafted", "round.handed_down", "opinion.answered"} {
			if seen[kind] != 1 {
				t.Errorf("%d entries of %s, want 1", seen[kind], kind)
			}
		}
	})
}

func TestAPlanThatCannotHoldIsRefused(t *testing.T) {
	houses(t, func(t *testing.T, h *house) {
		open := func(who *people.Who, change func(*round.Plan)) error {
			p := h.plan()
			change(&p)
			return h.as(who, func(ctx context.Context, tx *ledger.Tx) error {
				_, err := round.Open(ctx, tx, who, p)
				return err
			})
		}
		for what, change := range map[string]func(*round.Plan){
			"no title":           func(p *round.Plan) { p.Title = " " },
			"no department":      func(p *round.Plan) { p.Departments = nil },
			"a department twice": func(p *round.Plan) { p.Departments = append(p.Departments, h.water) },
			"an unknown one":     func(p *round.Plan) { p.Departments = append(p.Departments, sqldb.NewID()) },
			"no day":             func(p *round.Plan) { p.Due[1] = "" },
			"a day that is none": func(p *round.Plan) { p.Due[0] = "2026-02-30" },
			"days out of order":  func(p *round.Plan) { p.Due[2] = "2026-03-01" },
			"a stranger's day": func(p *round.Plan) {
				p.Exceptions = []round.Term{{Department: sqldb.NewID(), No: 1, Due: "2026-03-01"}}
			},
			"a round that is not": func(p *round.Plan) { p.Exceptions = []round.Term{{Department: h.water, No: 9, Due: "2026-03-01"}} },
		} {
			refused(t, what, open(h.legal, change), errs.Invalid)
		}
		refused(t, "a group leader opening", open(h.leader, func(*round.Plan) {}), errs.Forbidden)
		must(t, open(h.legal, func(p *round.Plan) {
			p.Departments, p.Due[3] = []sqldb.ID{h.water}, ""
			p.Exceptions = []round.Term{{Department: h.water, No: 1, Due: "2026-04-10"}}
		}))
		s, err := round.StandingOf(h.ctx, h.db, h.water, h.today())
		must(t, err)
		if s.Due != "2026-04-10" {
			t.Errorf("the department's own last day is %s", s.Due)
		}
		refused(t, "a department in two campaigns", open(h.legal, func(*round.Plan) {}), errs.Conflict)
		covered, err := round.Covered(h.ctx, h.db)
		must(t, err)
		if len(covered) != 1 || covered[0] != h.water {
			t.Errorf("covered are %v", covered)
		}
	})
}

// What a task of 依据变动 hands up on its own goes along with the next round, also
// when nothing else is left to do.
func TestWhatIsHandedUpOutsideOfTheRoundsGoesWithTheNext(t *testing.T) {
	houses(t, func(t *testing.T, h *house) {
		h.open(t)
		h.add(t, h.water, 1)
		first := h.up(t)
		_, err := h.handDown(h.leader, first.ID)
		must(t, err)
		h.stands(t, round.StageDone, 2)
		p := h.add(t, h.water, 1)[0]
		must(t, h.l.Write(h.ctx, operator, func(ctx context.Context, tx *ledger.Tx) error {
			if err := power.Move(ctx, tx, h.change(t, p.Change), power.HandedUp); err != nil {
				return err
			}
			return tx.Say(ctx, city, "power.moved", p.Power, struct{}{})
		}))
		h.stands(t, round.StageFilling, 2)
		if sub := h.up(t); sub.Versions != 2 || h.change(t, p.Change).State != power.Review {
			t.Errorf("%d versions went up, and the power stands in %s", sub.Versions, h.change(t, p.Change).State)
		}
	})
}
