package delegate_test

import (
	"context"
	"strings"
	"testing"

	"qingdan/internal/errs"
	"qingdan/internal/platform/ledger"
	"qingdan/internal/platform/sqldb"
	"qingdan/internal/registry/org"
	"qingdan/internal/registry/people"
	"qingdan/internal/registry/power"
	"qingdan/internal/stage/reduce/delegate"
)

// tests:减权/承接
func TestAPowerGoesDownInTwoSteps(t *testing.T) {
	houses(t, func(t *testing.T, h *house) {
		p := h.listed("A1", h.water, power.CategoryPermit)
		first, err := h.offer(h.head, h.terms(p, shen))
		must(t, err)
		h.is("offered", p, shen, "2015-06-01", "市水利局")
		refused(t, "signing what nobody accepted", h.sign(h.head, first, delegate.Delivery{Day: today, List: "无"}), errs.Conflict, "待答复")
		refused(t, "refusing without a word", h.answer(h.shenHead, first, delegate.Reply{}), errs.Invalid, "理由")
		must(t, h.answer(h.shenHead, first, delegate.Reply{Note: "没有专业人员，请先培训"}))

		again := h.terms(p, shen)
		again.Staff, again.Basis = "借调两名工程师，为期半年", "鲁政发〔2014〕5号"
		var second sqldb.ID
		reoffer := func() error {
			return h.act(h.head, func(ctx context.Context, tx *ledger.Tx) error {
				id, err := delegate.Reoffer(ctx, tx, h.head, first, again)
				if err == nil {
					second = id
				}
				return err
			})
		}
		must(t, reoffer())
		refused(t, "re-offering twice", reoffer(), errs.Conflict, "再次提出")
		must(t, h.answer(h.shenHead, second, able()))
		h.is("accepted", p, shen, "2015-06-01", "市水利局")
		refused(t, "open matters without a word", h.sign(h.head, second, delegate.Delivery{Day: "2015-03-01", Open: 3, List: "无"}), errs.Invalid, "在办")
		must(t, h.sign(h.head, second, delegate.Delivery{Day: "2015-03-01", Open: 3, OpenHow: "市局办完", List: "档案"}))
		h.is("signed by one side", p, shen, "2015-06-01", "市水利局")
		refused(t, "the offering side signing for the other", h.receive(h.head, second), errs.NotFound, "")
		must(t, h.receive(h.shenHead, second))

		h.is("the day before", p, shen, "2015-02-28", "市水利局")
		h.is("the day", p, shen, "2015-03-01", "莘县行政审批服务局")
		h.is("another county", p, guan, "2015-03-01", "市水利局")
		if o := h.byID(second); o.State != delegate.Held || o.Earlier != first || o.Due != "2015-09-01" {
			t.Errorf("after the hand-over: %s, due %s", o.State, o.Due)
		}
		refused(t, "refusing what is taken over", h.answer(h.shenHead, second, delegate.Reply{Note: "不想要了"}), errs.Conflict, "申请交回")

		steps, err := delegate.Steps(t.Context(), h.db, second)
		must(t, err)
		var kinds []string
		for _, s := range steps {
			kinds = append(kinds, s.Kind)
		}
		if got := strings.Join(kinds, " "); got != "reoffered accepted signed received" {
			t.Errorf("history: %s", got)
		}
	})
}

func TestAPowerGoesBackOnlyByAskingOrByACheck(t *testing.T) {
	houses(t, func(t *testing.T, h *house) {
		p := h.listed("B1", h.water, power.CategoryPermit)
		id := h.handed(h.terms(p, shen), "2015-03-01")
		h.on("2015-09-01")
		grant := func(day string) error {
			return h.act(h.head, func(ctx context.Context, tx *ledger.Tx) error {
				return delegate.GrantBack(ctx, tx, h.head, id, day, "")
			})
		}
		check := func(c delegate.Checked) error {
			return h.act(h.head, func(ctx context.Context, tx *ledger.Tx) error { return delegate.Check(ctx, tx, h.head, id, c) })
		}
		refused(t, "taking back unasked", grant("2015-10-01"), errs.Conflict, "没有申请交回")
		refused(t, "support without problems", check(delegate.Checked{Conclusion: delegate.NeedsSupport}), errs.Invalid, "问题")
		must(t, check(delegate.Checked{Uses: 12, Conclusion: delegate.RunsWell}))
		if o := h.byID(id); o.Due != "2016-09-01" {
			t.Errorf("next check is due %q", o.Due)
		}
		refused(t, "taking back what runs well", grant("2015-10-01"), errs.Conflict, "没有申请交回")

		ask := func(who *people.Who) error {
			return h.act(who, func(ctx context.Context, tx *ledger.Tx) error {
				return delegate.AskBack(ctx, tx, who, id, "编制收回，没有人办")
			})
		}
		must(t, ask(h.shenHead))
		refused(t, "asking twice", ask(h.shenOther), errs.Conflict, "申请交回")
		h.is("asked", p, shen, "2015-12-01", "莘县行政审批服务局")
		must(t, h.act(h.head, func(ctx context.Context, tx *ledger.Tx) error {
			return delegate.DeclineBack(ctx, tx, h.head, id, "已安排借调人员")
		}))
		must(t, ask(h.shenHead))
		refused(t, "a day that has passed", grant("2015-08-01"), errs.Invalid, "不能早于今天")
		must(t, grant("2015-11-01"))
		h.is("until the day", p, shen, "2015-10-31", "莘县行政审批服务局")
		h.is("from the day", p, shen, "2015-11-01", "市水利局")

		x := h.terms(h.listed("B2", h.water, power.CategoryPermit), shen)
		x.AnswerBy, x.Planned = "2015-09-10", "2015-09-10"
		id = h.handed(x, "2015-08-01")
		must(t, check(delegate.Checked{Uses: 0, Problems: "一年没有办过", Conclusion: delegate.TakeItBack}))
		must(t, grant("2015-10-01"))
	})
}

func TestOneBodyForAllPlacesIsTakenByTheFirst(t *testing.T) {
	houses(t, func(t *testing.T, h *house) {
		p := h.listed("C1", h.water, power.CategoryPermit)
		var ids []sqldb.ID
		for _, place := range []string{shen, guan} {
			x := h.terms(p, place)
			x.Scope = delegate.OneBody
			id, err := h.offer(h.head, x)
			must(t, err)
			ids = append(ids, id)
		}
		heads := []*people.Who{h.shenHead, h.guanHead}
		done := make(chan error, 2)
		for i := range heads {
			go func() { done <- h.answer(heads[i], ids[i], able()) }()
		}
		var won, lost int
		for range heads {
			err := <-done
			switch {
			case err == nil:
				won++
			case errs.KindOf(err) == errs.Conflict && (strings.Contains(errs.Message(err), "莘县行政审批服务局") || strings.Contains(errs.Message(err), "冠县行政审批服务局")):
				lost++
			default:
				t.Errorf("an acceptance: %v", err)
			}
		}
		if won != 1 || lost != 1 {
			t.Fatalf("%d counties won and %d lost, want one each", won, lost)
		}
		i := 0
		if h.byID(ids[1]).State == delegate.Accepted {
			i = 1
		}
		must(t, h.sign(h.head, ids[i], delegate.Delivery{Day: "2015-03-01", List: "无"}))
		must(t, h.receive(heads[i], ids[i]))
		winner := h.byID(ids[i]).BodyName
		for _, place := range []string{shen, guan} {
			h.is("one body", p, place, "2015-03-01", winner)
		}
	})
}

func TestTwoPeopleOfOneCountyAnswerOnce(t *testing.T) {
	houses(t, func(t *testing.T, h *house) {
		for _, code := range []string{"D1", "D2", "D3"} {
			id, err := h.offer(h.head, h.terms(h.listed(code, h.water, power.CategoryPermit), shen))
			must(t, err)
			done := make(chan error, 2)
			go func() { done <- h.answer(h.shenHead, id, able()) }()
			go func() { done <- h.answer(h.shenOther, id, able()) }()
			a, b := <-done, <-done
			if a != nil {
				a, b = b, a
			}
			must(t, a)
			refused(t, "the second answer", b, errs.Conflict, "刷新")
			steps, err := delegate.Steps(t.Context(), h.db, id)
			must(t, err)
			if len(steps) != 2 {
				t.Errorf("%d steps, want the offer and one answer", len(steps))
			}
		}
	})
}

func TestTheLastPlaceTakesThePowerOffTheListOnce(t *testing.T) {
	houses(t, func(t *testing.T, h *house) {
		p := h.listed("E1", h.water, power.CategoryPermit)
		h.handed(h.terms(p, shen), "2015-03-01")
		open := func() int {
			all, err := power.History(t.Context(), h.db, p)
			must(t, err)
			n := 0
			for _, c := range all {
				if c.Kind == power.KindCancel && c.State == power.HandedUp {
					n++
				}
			}
			return n
		}
		if n := open(); n != 0 {
			t.Fatalf("%d cancellations with one county left", n)
		}
		last := h.handed(h.terms(p, guan), "2015-04-01")
		if n := open(); n != 1 {
			t.Fatalf("%d cancellations after the last county, want 1", n)
		}
		h.on("2015-05-01")
		for _, back := range []sqldb.ID{last} {
			must(t, h.act(h.guanHead, func(ctx context.Context, tx *ledger.Tx) error {
				return delegate.AskBack(ctx, tx, h.guanHead, back, "没有人办")
			}))
			must(t, h.act(h.head, func(ctx context.Context, tx *ledger.Tx) error {
				return delegate.GrantBack(ctx, tx, h.head, back, "2015-06-01", "")
			}))
		}
		x := h.terms(p, guan)
		x.AnswerBy, x.Planned = "2015-06-01", "2015-07-01"
		h.handed(x, "2015-07-01")
		if n := open(); n != 1 {
			t.Errorf("%d cancellations after it went back and down again, want the one", n)
		}
		h.is("between", p, guan, "2015-06-15", "市水利局")

		entrusted := h.listed("E2", h.water, power.CategoryOther)
		for _, place := range []string{shen, guan} {
			x := h.terms(entrusted, place)
			x.Form, x.Basis, x.AnswerBy, x.Planned = delegate.Entrusted, "市政府常务会议纪要", "2015-06-01", "2015-07-01"
			h.handed(x, "2015-07-01")
		}
		if all, err := power.History(t.Context(), h.db, entrusted); err != nil || len(all) != 1 {
			t.Errorf("entrusting everywhere opened %d changes (%v)", len(all)-1, err)
		}
	})
}

func TestWhatIsHandedDownKeepsItsDepartmentUntilItIsTakenOver(t *testing.T) {
	houses(t, func(t *testing.T, h *house) {
		down := h.power("F1", h.water, power.CategoryPermit, power.HandedDown)
		gone := h.power("F2", h.water, power.CategoryPermit, power.Transferred)
		h.is("handed down on paper", down, shen, today, "市水利局")
		h.is("transferred", gone, shen, today, "")
		_, err := h.offer(h.head, h.terms(gone, shen))
		refused(t, "offering what is gone", err, errs.Conflict, "没有可以下放")

		x := h.terms(down, shen)
		x.Parts = delegate.Accepting | delegate.Supervising
		h.handed(x, "2015-03-01")
		h.is("only the work", down, shen, "2015-03-01", "市水利局（审查、决定、收费）；莘县行政审批服务局（受理、监管）")
		y := h.terms(down, guan)
		y.Joint, y.JointNote = delegate.ByAmount, "每小时三百吨以下的由县级办"
		h.handed(y, "2015-03-01")
		h.is("by amount", down, guan, "2015-03-01", "市水利局【数额：每小时三百吨以下的由县级办】；冠县行政审批服务局【数额：每小时三百吨以下的由县级办】")

		entrusted := h.listed("F3", h.water, power.CategoryPenalty)
		z := h.terms(entrusted, shen)
		z.Form, z.Basis, z.Letter, z.Until = delegate.Entrusted, "《示例水条例》第九条", "示水委〔2015〕1号", "2015-12-31"
		h.handed(z, "2015-03-01")
		h.is("entrusted", entrusted, shen, "2015-12-31", "市水利局；以市水利局名义：莘县行政审批服务局")
		h.is("after the term", entrusted, shen, "2016-01-01", "市水利局")
		h.on("2016-01-05")
		z.Letter, z.AnswerBy, z.Planned, z.Until = "示水委〔2016〕1号", "2016-02-01", "2016-02-01", "2017-01-31"
		h.handed(z, "2016-02-01") // the one before has lapsed and stands in nobody's way
		gaps, err := delegate.Gaps(t.Context(), h.db, "2016-03-01")
		must(t, err)
		if len(gaps) != 0 {
			t.Errorf("gaps: %+v", gaps)
		}
	})
}

func TestADepartmentThatEndsHandsOnWhatItHolds(t *testing.T) {
	houses(t, func(t *testing.T, h *house) {
		p := h.listed("G1", h.water, power.CategoryPermit)
		id := h.handed(h.terms(p, shen), "2015-03-01")
		end := func(d, successor sqldb.ID, day string) {
			t.Helper()
			must(t, h.act(nil, func(ctx context.Context, tx *ledger.Tx) error {
				return org.EndDepartment(ctx, tx, d, day, successor, "机构改革方案")
			}))
		}
		end(h.water, h.build, "2015-05-01")
		h.is("city before", p, guan, "2015-04-30", "市水利局")
		h.is("city after", p, guan, "2015-05-01", "市住房城乡建设委")
		end(h.shenHall, sqldb.ID{}, "2015-07-01")
		h.is("the county's body is gone", p, shen, "2015-07-01", "市住房城乡建设委")
		h.on("2015-06-01")
		refused(t, "the head of what ended", h.act(h.head, func(ctx context.Context, tx *ledger.Tx) error {
			return delegate.Check(ctx, tx, h.head, id, delegate.Checked{Conclusion: delegate.RunsWell})
		}), errs.NotFound, "")
		must(t, h.act(h.other, func(ctx context.Context, tx *ledger.Tx) error {
			return delegate.Check(ctx, tx, h.other, id, delegate.Checked{Conclusion: delegate.RunsWell})
		}))
	})
}

func TestFromAboveTheCityAnswers(t *testing.T) {
	houses(t, func(t *testing.T, h *house) {
		x := delegate.Terms{Direction: delegate.Above, PowerName: "省管河道采砂许可", Division: city, Body: h.water, FromName: "省水利厅", Document: "鲁水发〔2015〕3号",
			Form: delegate.ByDecision, Basis: "鲁政发〔2015〕1号", Parts: delegate.Whole, Scope: delegate.EachPlace, AnswerBy: "2015-02-01", Planned: "2015-03-01"}
		_, err := h.offer(h.head, x)
		refused(t, "recorded by a department", err, errs.NotFound, "")
		id, err := h.offer(h.legal, x)
		must(t, err)
		refused(t, "answered by a county", h.answer(h.shenHead, id, able()), errs.NotFound, "")
		must(t, h.answer(h.head, id, able()))
		must(t, h.sign(h.legal, id, delegate.Delivery{Day: "2015-03-01", List: "省厅移交函"}))
		must(t, h.receive(h.head, id))
		if o := h.byID(id); o.State != delegate.Held || o.Name != "省管河道采砂许可" || o.OwnerName != "省水利厅" {
			t.Errorf("taken over from above: %+v", o)
		}
	})
}

func TestNobodyActsBeyondTheirReach(t *testing.T) {
	houses(t, func(t *testing.T, h *house) {
		p := h.listed("H1", h.water, power.CategoryPermit)
		_, err := h.offer(h.other, h.terms(p, shen))
		refused(t, "another department's power", err, errs.NotFound, "")
		_, err = h.offer(h.shenHead, h.terms(p, shen))
		refused(t, "a county offering", err, errs.NotFound, "")
		id, err := h.offer(h.head, h.terms(p, shen))
		must(t, err)
		refused(t, "another county's answer", h.answer(h.guanHead, id, able()), errs.NotFound, "")
		refused(t, "the city's answer", h.answer(h.head, id, able()), errs.NotFound, "")
		refused(t, "the legal office's answer", h.answer(h.legal, id, able()), errs.Forbidden, "")
		err = h.ledger.Write(t.Context(), h.guanHead.Actor(), func(ctx context.Context, tx *ledger.Tx) error {
			return delegate.Answer(ctx, tx, h.shenHead, id, able())
		})
		refused(t, "in another's name", err, errs.Internal, "")
		for who, want := range map[*people.Who]int{h.head: 1, h.shenHead: 1, h.guanHead: 0, h.other: 0, h.legal: 1} {
			s, err := delegate.Reach(t.Context(), h.db, who, people.SeeHandovers, today)
			must(t, err)
			all, err := delegate.List(t.Context(), h.db, s, delegate.Query{})
			must(t, err)
			if len(all) != want {
				t.Errorf("%s sees %d offers, want %d", who.Name, len(all), want)
			}
		}
	})
}

func TestNothingOfPeopleStandsInThePublicLog(t *testing.T) {
	h := open(t, sqldb.SQLite)
	x := h.terms(h.listed("I1", h.water, power.CategoryPermit), shen)
	x.Note = "联系人王某某"
	id, err := h.offer(h.head, x)
	must(t, err)
	must(t, h.answer(h.shenHead, id, delegate.Reply{Note: "李某某说没有人"}))
	must(t, h.ledger.Settle(t.Context()))
	entries, err := h.ledger.Entries(t.Context(), ledger.Powers, 0, 100)
	must(t, err)
	seen := 0
	for _, e := range entries {
		if strings.HasPrefix(e.Kind, "handover.") {
			seen++
			for _, secret := range []string{"王某某", "李某某", "水利甲", "莘县甲"} {
				if strings.Contains(string(e.Public), secret) {
					t.Errorf("%s says %s in public: %s", e.Kind, secret, e.Public)
				}
			}
		}
	}
	if seen != 2 {
		t.Errorf("%d entries of handing down, want 2", seen)
	}
}

// tests:减权/守恒
func TestTwoExerciseOnePowerOnlyByAConfirmedRule(t *testing.T) {
	houses(t, func(t *testing.T, h *house) {
		p := h.listed("J1", h.water, power.CategoryPenalty)
		var id sqldb.ID
		must(t, h.act(h.legal, func(ctx context.Context, tx *ledger.Tx) (err error) {
			id, err = org.RecordBoundary(ctx, tx, org.Boundary{Power: p, Division: city, Matter: "河道采砂处罚", Left: h.water, Right: h.build, LeftDoes: "河道管理范围内",
				RightDoes: "河道管理范围外", Basis: "市政府会议纪要", Rule: org.Territory, From: "2015-02-01"}, h.water, "法制甲")
			return err
		}))
		h.is("recorded by one side", p, shen, "2015-03-01", "市水利局")
		must(t, h.act(h.other, func(ctx context.Context, tx *ledger.Tx) error { return org.ConfirmBoundary(ctx, tx, id, h.build) }))
		h.is("before it holds", p, shen, "2015-01-31", "市水利局")
		h.is("confirmed", p, shen, "2015-03-01", "市水利局【按地域划分】；市住房城乡建设委【按地域划分】")
		must(t, h.act(h.other, func(ctx context.Context, tx *ledger.Tx) error {
			return org.EndBoundary(ctx, tx, id, "2015-06-01", "职责划转")
		}))
		h.is("ended", p, shen, "2015-06-01", "市水利局")
		gaps, err := delegate.Gaps(t.Context(), h.db, "2015-03-01")
		must(t, err)
		if len(gaps) > 0 {
			t.Errorf("gaps: %+v", gaps)
		}
	})
}

// tests:减权/守恒
func TestWhoTookOverMayNotEndAndLeaveNobody(t *testing.T) {
	houses(t, func(t *testing.T, h *house) {
		p := h.listed("K1", h.water, power.CategoryPermit)
		end := func(d, successor sqldb.ID, day string) error {
			return h.act(nil, func(ctx context.Context, tx *ledger.Tx) error {
				return org.EndDepartment(ctx, tx, d, day, successor, "机构改革方案")
			})
		}
		must(t, end(h.water, h.build, "2015-05-01"))
		refused(t, "the one that took over, without successor", end(h.build, sqldb.ID{}, "2015-08-01"), errs.Invalid, "没有写明由谁承接")
		h.is("nothing ended", p, shen, "2015-09-01", "市住房城乡建设委")
	})
}
