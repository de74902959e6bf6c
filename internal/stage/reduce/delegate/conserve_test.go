package delegate_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"pgregory.net/rapid"

	"qingdan/internal/errs"
	"qingdan/internal/platform/ledger"
	"qingdan/internal/platform/sqldb"
	"qingdan/internal/registry/finding"
	"qingdan/internal/registry/org"
	"qingdan/internal/registry/people"
	"qingdan/internal/registry/power"
	"qingdan/internal/stage/reduce"
	"qingdan/internal/stage/reduce/delegate"
)

// player does what people do, at random, to a few powers of its own.
type player struct {
	*house
	t      *rapid.T
	day    time.Time
	city   []sqldb.ID            // departments, the last of which never ends
	halls  map[string][]sqldb.ID // by place, likewise
	powers []sqldb.ID
	codes  map[sqldb.ID]string
	offers []sqldb.ID
}

func (p *player) pick(from []sqldb.ID, what string) sqldb.ID {
	return rapid.SampledFrom(from).Draw(p.t, what)
}

// begin makes departments and powers that no other run touches.
func (p *player) begin() {
	mark := fmt.Sprint(sqldb.NewID())
	must(p.house.t, p.act(nil, func(ctx context.Context, tx *ledger.Tx) error {
		p.city, p.halls, p.powers, p.codes, p.offers = nil, map[string][]sqldb.ID{}, nil, map[sqldb.ID]string{}, nil
		add := func(name, division string) (sqldb.ID, error) {
			return org.AddDepartment(ctx, tx, org.Department{Name: name + mark, Division: division, Nature: "法定机关"})
		}
		for i := range 3 {
			id, err := add(fmt.Sprint("市局", i), city)
			if err != nil {
				return err
			}
			p.city = append(p.city, id)
			for _, place := range []string{shen, guan} {
				if id, err = add(fmt.Sprint(place, i), place); err != nil {
					return err
				}
				p.halls[place] = append(p.halls[place], id)
			}
		}
		for i := range 3 {
			code := fmt.Sprint(mark, i)
			ids, err := power.Add(ctx, tx, power.Report{Code: code, Division: city, Origin: power.Reported, State: power.Review,
				Version: power.Version{Department: p.city[i%2], Category: power.CategoryOther, Name: "示例事项" + code, Level: "市级"}})
			if err != nil {
				return err
			}
			p.powers, p.codes[ids.Power] = append(p.powers, ids.Power), code
		}
		_, err := finding.Save(ctx, tx, today, len(p.powers), nil)
		return err
	}))
}

// head is the head of a department, or who took over from it.
func (p *player) head(d sqldb.ID) *people.Who {
	now, err := org.Responsible(context.Background(), p.db, d, p.day.Format(time.DateOnly))
	if err != nil {
		now.ID = d
	}
	return &people.Who{Account: sqldb.NewID(), Name: "负责人", Department: now.ID, Roles: []people.Role{people.Head}}
}

// someDay is a day around today.
func (p *player) someDay(what string) string {
	return p.day.AddDate(0, 0, rapid.IntRange(-20, 40).Draw(p.t, what)).Format(time.DateOnly)
}

func (p *player) offerOne() error {
	place := rapid.SampledFrom([]string{shen, guan}).Draw(p.t, "place")
	x := delegate.Terms{Power: p.pick(p.powers, "power"), Direction: delegate.Down, Division: place, Body: p.pick(p.halls[place], "hall"),
		Form: rapid.SampledFrom(delegate.Forms()).Draw(p.t, "form"), Basis: "《示例条例》第二条、示政发〔2015〕3号", Parts: delegate.Whole,
		Scope: rapid.SampledFrom(delegate.Scopes()).Draw(p.t, "scope"), AnswerBy: p.day.AddDate(0, 0, 9).Format(time.DateOnly), Planned: p.someDay("planned")}
	if rapid.Bool().Draw(p.t, "in parts") {
		x.Parts = delegate.Parts(rapid.IntRange(1, int(delegate.Whole)).Draw(p.t, "parts"))
	}
	if x.Form == delegate.Entrusted && rapid.Bool().Draw(p.t, "term") {
		x.Until = p.someDay("until")
	}
	if x.Form != delegate.Entrusted && rapid.Bool().Draw(p.t, "joint") {
		x.Joint, x.JointNote = delegate.ByAmount, "一百万元以上的由市级办"
	}
	id, err := p.house.offer(p.legal, x)
	if err == nil {
		p.offers = append(p.offers, id)
	}
	return err
}

// through takes an offer as far as both sides let it go at once.
func (p *player) through() error {
	had := len(p.offers)
	if err := p.offerOne(); err != nil || len(p.offers) == had {
		return err
	}
	id := p.offers[had]
	county := p.head(p.byID(id).Terms.Body)
	if err := p.answer(county, id, able()); err != nil {
		return err
	}
	if err := p.sign(p.legal, id, delegate.Delivery{Day: p.someDay("day"), List: "无"}); err != nil {
		return err
	}
	return p.receive(county, id)
}

// further does the next thing to an offer, of whichever kind.
func (p *player) further() error {
	if len(p.offers) == 0 {
		return nil
	}
	id := p.pick(p.offers, "offer")
	o := p.byID(id)
	county := p.head(o.Terms.Body)
	do := func(who *people.Who, fn func(ctx context.Context, tx *ledger.Tx) error) error { return p.act(who, fn) }
	what := rapid.SampledFrom([]string{"next", "next", "next", "accept", "refuse", "sign", "receive", "ask", "grant", "decline", "check", "withdraw", "again"}).Draw(p.t, "act")
	if what == "next" {
		what = map[delegate.State]string{delegate.Offered: "accept", delegate.Accepted: "sign", delegate.Signed: "receive", delegate.Held: "ask",
			delegate.BackAsked: "grant", delegate.Refused: "again", delegate.Returned: "again", delegate.Withdrawn: "again"}[o.State]
	}
	switch what {
	case "accept":
		return p.answer(county, id, able())
	case "refuse":
		return p.answer(county, id, delegate.Reply{Note: "没有条件"})
	case "sign":
		return p.sign(p.legal, id, delegate.Delivery{Day: p.someDay("day"), List: "无"})
	case "receive":
		return p.receive(county, id)
	case "ask":
		return do(county, func(ctx context.Context, tx *ledger.Tx) error {
			return delegate.AskBack(ctx, tx, county, id, "没有人办")
		})
	case "grant":
		day := p.someDay("back")
		return do(p.legal, func(ctx context.Context, tx *ledger.Tx) error {
			return delegate.GrantBack(ctx, tx, p.legal, id, day, "")
		})
	case "decline":
		return do(p.legal, func(ctx context.Context, tx *ledger.Tx) error {
			return delegate.DeclineBack(ctx, tx, p.legal, id, "再办一段")
		})
	case "check":
		c := rapid.SampledFrom(delegate.Conclusions()).Draw(p.t, "conclusion")
		return do(p.legal, func(ctx context.Context, tx *ledger.Tx) error {
			return delegate.Check(ctx, tx, p.legal, id, delegate.Checked{Problems: "办得少", Conclusion: c})
		})
	case "withdraw":
		return do(p.legal, func(ctx context.Context, tx *ledger.Tx) error {
			return delegate.Withdraw(ctx, tx, p.legal, id, "另行安排")
		})
	default:
		return p.again(o)
	}
}

func (p *player) again(o delegate.Handover) error {
	x := o.Terms
	x.AnswerBy, x.Until = p.day.AddDate(0, 0, 9).Format(time.DateOnly), ""
	var next sqldb.ID
	err := p.act(p.legal, func(ctx context.Context, tx *ledger.Tx) (err error) {
		next, err = delegate.Reoffer(ctx, tx, p.legal, o.ID, x)
		return err
	})
	if err == nil {
		p.offers = append(p.offers, next)
	}
	return err
}

// decide decides on a power in review.
func (p *player) decide() error {
	id := p.pick(p.powers, "decided")
	d := reduce.Decision{Code: p.codes[id], Reason: "示例理由写明", By: "市政府", On: "2015-01-02"}
	switch rapid.SampledFrom([]string{"keep", "keep", "down", "merge", "cancel"}).Draw(p.t, "fate") {
	case "keep":
		d.Fate = reduce.Keep
	case "down":
		d.Fate, d.Ground, d.Target, d.Reason = reduce.Delegate, "减权/3 面向基层", "莘县", "按鲁政发〔2014〕5号下放"
	case "merge":
		d.Fate, d.Ground, d.Into = reduce.Merge, "减权/5 职责交叉", p.codes[p.pick(p.powers, "into")]
	default:
		d.Fate, d.Ground = reduce.Cancel, "减权/2 不符合改革方向"
	}
	_, err := reduce.Apply(context.Background(), p.ledger, ledger.Actor{ID: "test", Name: "测试", Role: "操作员"}, []reduce.Decision{d})
	return err
}

// end ends a department, whose successor may itself end later.
func (p *player) end() error {
	among := p.city
	if rapid.Bool().Draw(p.t, "a county's") {
		among = p.halls[rapid.SampledFrom([]string{shen, guan}).Draw(p.t, "whose")]
	}
	i := rapid.IntRange(0, 1).Draw(p.t, "which")
	var successor sqldb.ID
	if rapid.Bool().Draw(p.t, "followed") {
		successor = among[i+1]
	}
	day := p.someDay("end")
	return p.act(nil, func(ctx context.Context, tx *ledger.Tx) error {
		return org.EndDepartment(ctx, tx, among[i], day, successor, "机构改革")
	})
}

// Whatever people do, in whatever order, and whoever ends: on every day before
// and after, every kept power has a competent body for each county, and several
// only by a rule.
//
// tests:减权/守恒
func TestNoActMakesAGap(t *testing.T) {
	houses(t, func(t *testing.T, h *house) {
		start, err := time.Parse(time.DateOnly, today)
		must(t, err)
		rapid.Check(t, func(t *rapid.T) {
			p := &player{house: h, t: t, day: start}
			h.on(today)
			p.begin()
			for range rapid.IntRange(10, 40).Draw(t, "acts") {
				var err error
				switch rapid.SampledFrom([]string{"offer", "through", "through", "through", "further", "further", "further", "further", "decide", "end", "wait"}).Draw(t, "what") {
				case "offer":
					err = p.offerOne()
				case "through":
					err = p.through()
				case "further":
					err = p.further()
				case "decide":
					err = p.decide()
				case "end":
					err = p.end()
				default:
					p.day = p.day.AddDate(0, 0, rapid.IntRange(1, 15).Draw(t, "days"))
					h.on(p.day.Format(time.DateOnly))
				}
				if err != nil && errs.KindOf(err) == errs.Internal {
					t.Fatal(err)
				}
			}
			p.look(t)
		})
	})
}

// look asks on many days who holds what, and asks the offers the same question
// the other way round.
func (p *player) look(t *rapid.T) {
	for n := -30; n <= 120; n += 10 {
		day := p.day.AddDate(0, 0, n).Format(time.DateOnly)
		gaps, err := delegate.Gaps(context.Background(), p.db, day)
		if err != nil {
			t.Fatal(err)
		}
		for _, g := range gaps {
			if p.codes[g.Power] == "" { // of another run, which looked at it itself
				continue
			}
			t.Fatalf("%s: %s in %s: %s %+v", day, g.Code, g.Place, g.Words(), g.Holders)
		}
	}
	for _, id := range p.offers {
		o := p.byID(id)
		for n := -30; n <= 90; n += 15 {
			day := p.day.AddDate(0, 0, n).Format(time.DateOnly)
			all, err := delegate.Holders(context.Background(), p.db, o.Terms.Power, o.Terms.Division, day)
			if err != nil {
				t.Fatal(err)
			}
			_, err = org.Responsible(context.Background(), p.db, o.Terms.Body, day)
			there := false
			for _, x := range all {
				there = there || x.Offer == id
			}
			if want := o.HoldsOn(day) && err == nil && len(all) > 0; there != want {
				t.Fatalf("%s: offer %d holds %v, the derivation says %v: %+v", day, o.No, want, there, all)
			}
		}
	}
}
