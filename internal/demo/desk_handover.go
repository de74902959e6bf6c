package demo

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"qingdan/internal/engine/code"
	"qingdan/internal/errs"
	"qingdan/internal/platform/ledger"
	"qingdan/internal/platform/sqldb"
	"qingdan/internal/registry/org"
	"qingdan/internal/registry/people"
	"qingdan/internal/registry/power"
	"qingdan/internal/stage/reduce/delegate"
)

// countyLogin is the head of a county's department whom the sign-in page offers.
const countyLogin = "demo-county"

// hall is a department of a county that takes powers over.
type hall struct {
	county, place string // name and code of the county
	penalties     bool   // it punishes; else it approves
	login         string
	id            sqldb.ID
	head          *people.Who
}

func (h *hall) name() string {
	if h.penalties {
		return h.county + "综合行政执法局"
	}
	return h.county + "行政审批服务局"
}

// down is a hand-over as far as the demonstration takes it.
type down int

const (
	waits    down = iota // 待答复
	declines             // 不承接
	asksOnce             // 不承接, then offered again
	agrees               // 待移交
	toSign               // 待签收
	holds                // 已移交
	holdsFew             // 已移交, with too thin a capacity
	isIdle               // 已移交, and not used since
	wantsOut             // 申请交回
	gaveBack             // 已收回
)

// story says how far the offer of the i-th power to the j-th county goes. Most of
// them are settled; the county of the demonstration account has one of each.
func downStory(i, j int) down {
	switch n := i*7 + j*13; {
	case j == 3 && i < 10:
		return down(i)
	case n%41 == 0:
		return declines
	case n%43 == 0:
		return asksOnce
	case n%37 == 0:
		return waits
	case n%31 == 0:
		return agrees
	case n%59 == 0:
		return toSign
	case n%17 == 0:
		return holdsFew
	case n%13 == 0:
		return isIdle
	case n%101 == 0:
		return wantsOut
	default:
		return holds
	}
}

// handDown lets the counties take over what the city decided to hand down, as far
// as each story goes. Papers signed in the past year are written down with their
// days.
func (d *desks) handDown(ctx context.Context) error {
	halls, err := d.halls(ctx)
	if err != nil {
		return err
	}
	powers, err := power.Changes(ctx, d.db, power.HandedDown)
	if err != nil {
		return err
	}
	known, err := delegate.All(ctx, d.db)
	if err != nil {
		return err
	}
	if len(known) == 0 {
		d.say(fmt.Sprintf("向 %d 个县（市、区）下放 %d 项", len(halls)/2, len(powers)))
	}
	for j := 0; j < len(halls); j += 2 {
		if err := d.settle(ctx, powers, j/2, halls[j:j+2], known); err != nil {
			return errs.Wrap(halls[j].county, err)
		}
	}
	return d.otherForms(ctx, halls)
}

// otherForms adds what the decisions of the reform do not have: work handed down
// without the decision, entrusting, one body for all places, and a power from
// above. Once: where the department has offered any of them, all is left.
func (d *desks) otherForms(ctx context.Context, halls []*hall) error {
	done, err := delegate.Tallies(ctx, d.db, people.Scope{All: true}, delegate.Query{})
	if err != nil || !slices.ContainsFunc(halls, func(x *hall) bool { return x.login == countyLogin }) {
		return err
	}
	for _, t := range done {
		if t.Form != delegate.ByStatute || t.Direction == delegate.Above {
			return nil
		}
	}
	powers, err := d.listed(ctx, d.byShort[mainOffice])
	if err != nil || len(powers) < 12 {
		return err
	}
	of := func(k power.Category) power.Change {
		for i := len(powers) - 1; i >= 0; i-- { // the first ones are at work in the clearing
			if powers[i].Category == k {
				return powers[i]
			}
		}
		return powers[len(powers)-1]
	}
	shen := halls[slices.IndexFunc(halls, func(x *hall) bool { return x.login == countyLogin })]
	part, entrusted, single := of(power.CategoryPermit), of(power.CategoryPenalty), of(power.CategorySupervision)
	for _, o := range []struct {
		t      taking
		change func(*delegate.Terms)
		whole  bool // through to the hand-over
	}{
		{taking{c: part, story: holds, hall: shen, day: d.from(-200)}, func(x *delegate.Terms) {
			x.Form, x.Basis, x.Parts = delegate.ByDecision, "聊政发〔2014〕18号", delegate.Accepting|delegate.Supervising
		}, true},
		{taking{c: entrusted, story: holds, hall: shen, day: d.from(-150)}, func(x *delegate.Terms) {
			x.Form, x.Letter, x.Until = delegate.Entrusted, "聊水委〔2014〕2号", d.from(400)
		}, true},
		{taking{c: single, story: holds, hall: shen, day: d.from(40)}, func(x *delegate.Terms) {
			x.Form, x.Basis, x.Scope = delegate.ByDecision, "聊政办发〔2014〕21号", delegate.OneBody
		}, false},
		{taking{c: single, story: waits, hall: halls[0], day: d.from(40)}, func(x *delegate.Terms) {
			x.Form, x.Basis, x.Scope = delegate.ByDecision, "聊政办发〔2014〕21号", delegate.OneBody
		}, false},
	} {
		if err := d.oneForm(ctx, o.t, o.change, o.whole); err != nil {
			return errs.Wrap(o.t.c.Code, err)
		}
	}
	return d.fromAbove(ctx)
}

// oneForm makes one offer of the legal office, answered unless it waits, and
// handed over where it goes so far.
func (d *desks) oneForm(ctx context.Context, t taking, change func(*delegate.Terms), whole bool) error {
	legal := d.persons[legalLogin]
	var id sqldb.ID
	if err := d.as(ctx, legal, func(ctx context.Context, tx *ledger.Tx) error {
		x, err := d.downTerms(ctx, tx, t)
		if err != nil {
			return err
		}
		change(&x)
		id, err = delegate.Offer(ctx, tx, legal, x)
		return err
	}); err != nil || t.story == waits {
		return err
	}
	if err := d.as(ctx, t.hall.head, func(ctx context.Context, tx *ledger.Tx) error {
		return delegate.Answer(ctx, tx, t.hall.head, id, t.story.reply())
	}); err != nil || !whole {
		return err
	}
	if err := d.as(ctx, legal, func(ctx context.Context, tx *ledger.Tx) error {
		return delegate.HandOver(ctx, tx, legal, id, delegate.Delivery{Day: t.day, List: "办事指南、空白文书、业务系统账号"})
	}); err != nil {
		return err
	}
	return d.as(ctx, t.hall.head, func(ctx context.Context, tx *ledger.Tx) error { return delegate.Receive(ctx, tx, t.hall.head, id, "") })
}

// fromAbove puts a power of the province before the city's department.
func (d *desks) fromAbove(ctx context.Context) error {
	legal := d.persons[legalLogin]
	return d.as(ctx, legal, func(ctx context.Context, tx *ledger.Tx) error {
		_, err := delegate.Offer(ctx, tx, legal, delegate.Terms{Direction: delegate.Above, PowerName: "省管河道管理范围内建设项目工程建设方案审查（示例）", Division: cityCode,
			Body: d.byShort[mainOffice], FromName: "省水利厅", Document: "关于下放示例事项的通知（鲁水发〔2014〕9号）", Form: delegate.ByDecision, Basis: "鲁政发〔2014〕5号",
			Parts: delegate.Whole, Scope: delegate.EachPlace, Training: "省厅组织培训两期", AnswerBy: d.from(10), Planned: d.from(45)})
		return err
	})
}

// settle takes the offers to one county through what is left of their stories.
func (d *desks) settle(ctx context.Context, powers []power.Change, j int, halls []*hall, known []delegate.Handover) error {
	had := map[sqldb.ID]bool{}
	for _, o := range known {
		had[o.Terms.Power] = had[o.Terms.Power] || o.Terms.Division == halls[0].place
	}
	legal := d.persons[legalLogin]
	fresh := map[sqldb.ID]taking{} // by offer
	if err := d.bulk(ctx, legal, func(ctx context.Context, tx *ledger.Tx) error {
		clear(fresh)
		for i, c := range powers {
			if had[c.Power] {
				continue
			}
			t := taking{c: c, story: downStory(i, j), hall: halls[0]}
			if c.Category == power.CategoryPenalty {
				t.hall = halls[1]
			}
			t.day = d.from(-420 + (i*11+j*5)%200)
			if t.story <= toSign && (t.story != agrees || i%3 > 0) { // of what was agreed some is overdue
				t.day = d.from(20 + i%40)
			}
			x, err := d.downTerms(ctx, tx, t)
			if err != nil {
				return err
			}
			id, err := delegate.Offer(ctx, tx, legal, x)
			if err != nil {
				return errs.Wrap(c.Code, err)
			}
			fresh[id] = t
		}
		return nil
	}, len(powers) > len(had)); err != nil {
		return err
	}
	for _, h := range halls {
		if err := d.countyActs(ctx, h, fresh); err != nil {
			return err
		}
	}
	return nil
}

// taking is one offer on its way.
type taking struct {
	c     power.Change
	story down
	hall  *hall
	day   string
}

// bulk runs several acts of one person in one transaction; nothing when there is
// nothing to do.
func (d *desks) bulk(ctx context.Context, who *people.Who, fn func(ctx context.Context, tx *ledger.Tx) error, any bool) error {
	if !any {
		return nil
	}
	return d.ledger.Load(ctx, who.Actor(), fn)
}

// downTerms are the terms of an offer: what the decision on the power says.
func (d *desks) downTerms(ctx context.Context, r sqldb.Reader, t taking) (delegate.Terms, error) {
	v, err := power.VersionByID(ctx, r, t.c.Version)
	if err != nil {
		return delegate.Terms{}, err
	}
	x := delegate.Terms{Power: t.c.Power, Direction: delegate.Down, Division: t.hall.place, Body: t.hall.id, Form: delegate.ByStatute, Parts: delegate.Whole,
		Scope: delegate.EachPlace, AnswerBy: d.from(12), Planned: t.day, Training: "集中培训三天，跟班学习两周", Equipment: "开通市级业务系统账号", Funds: "培训经费由市级部门承担"}
	if t.day < d.from(0) {
		x.AnswerBy = t.day
	}
	for _, c := range v.Citations {
		if c.Ref.Law != "" && c.Ref.Article > 0 {
			x.Basis = c.Ref.String()
			break
		}
	}
	if t.story == asksOnce {
		x.Training, x.Equipment, x.Funds = "发放业务手册", "", ""
	}
	return x, nil
}

// countyActs lets one department of a county and the city do what is left.
func (d *desks) countyActs(ctx context.Context, h *hall, fresh map[sqldb.ID]taking) error {
	legal := d.persons[legalLogin]
	each := func(who *people.Who, from down, fn func(ctx context.Context, tx *ledger.Tx, id sqldb.ID, t taking) error) error {
		some := false
		for _, t := range fresh {
			some = some || t.hall == h && t.story >= from
		}
		return d.bulk(ctx, who, func(ctx context.Context, tx *ledger.Tx) error {
			for id, t := range fresh {
				if t.hall != h || t.story < from {
					continue
				}
				if err := fn(ctx, tx, id, t); err != nil {
					return errs.Wrap(t.c.Code, err)
				}
			}
			return nil
		}, some)
	}
	if err := each(h.head, declines, func(ctx context.Context, tx *ledger.Tx, id sqldb.ID, t taking) error {
		return delegate.Answer(ctx, tx, h.head, id, t.story.reply())
	}); err != nil {
		return err
	}
	if err := each(legal, asksOnce, func(ctx context.Context, tx *ledger.Tx, id sqldb.ID, t taking) error {
		switch {
		case t.story == asksOnce:
			return d.askAgain(ctx, tx, legal, id)
		case t.story == agrees:
			return nil // it waits for the city
		default:
			return delegate.HandOver(ctx, tx, legal, id, delegate.Delivery{Day: t.day, Open: len(t.c.Code) % 4,
				OpenHow: "移交前受理的由市级部门办完，其余材料随本清单移交", List: "近三年档案、办事指南、空白文书、业务系统账号"})
		}
	}); err != nil {
		return err
	}
	if err := each(h.head, holds, func(ctx context.Context, tx *ledger.Tx, id sqldb.ID, _ taking) error {
		return delegate.Receive(ctx, tx, h.head, id, "已核对，无误")
	}); err != nil {
		return err
	}
	return d.afterwards(ctx, h, each)
}

// askAgain offers again what was refused, with more support.
func (d *desks) askAgain(ctx context.Context, tx *ledger.Tx, legal *people.Who, id sqldb.ID) error {
	was, err := delegate.ByID(ctx, tx, id)
	if err != nil {
		return err
	}
	x := was.Terms
	x.Staff, x.Training, x.Equipment, x.Funds = "市级部门派两名业务骨干驻点三个月", "集中培训五天，跟班学习一个月", "配发执法记录仪和移动终端", "每年补助工作经费五万元"
	_, err = delegate.Reoffer(ctx, tx, legal, id, x)
	return err
}

// each runs an act of somebody on the offers that go at least so far.
type each = func(who *people.Who, from down, fn func(ctx context.Context, tx *ledger.Tx, id sqldb.ID, t taking) error) error

// afterwards checks what runs, and gives back what does not.
func (d *desks) afterwards(ctx context.Context, h *hall, each each) error {
	legal := d.persons[legalLogin]
	if err := each(legal, holds, func(ctx context.Context, tx *ledger.Tx, id sqldb.ID, t taking) error {
		c := delegate.Checked{Uses: 5 + len(t.c.Name)%90, Conclusion: delegate.RunsWell}
		switch t.story {
		case isIdle:
			c.Uses, c.Problems, c.Conclusion = 0, "移交以来没有办过一件，群众仍到市里来办", delegate.NeedsSupport
		case holdsFew:
			c.Problems, c.Conclusion = "办理人员不足，没有经过培训", delegate.NeedsSupport
		case holds:
			if len(t.c.Name)%3 > 0 {
				return nil // its check is still to come, or overdue
			}
		}
		return delegate.Check(ctx, tx, legal, id, c)
	}); err != nil {
		return err
	}
	if err := each(h.head, wantsOut, func(ctx context.Context, tx *ledger.Tx, id sqldb.ID, _ taking) error {
		return delegate.AskBack(ctx, tx, h.head, id, "机构改革后编制减少，专业人员已调走，申请交回")
	}); err != nil {
		return err
	}
	return each(legal, gaveBack, func(ctx context.Context, tx *ledger.Tx, id sqldb.ID, _ taking) error {
		return delegate.GrantBack(ctx, tx, legal, id, d.from(10), "同意交回，收回后由市级部门就近办理")
	})
}

// reply is what a county answers.
func (s down) reply() delegate.Reply {
	switch s {
	case declines, asksOnce:
		return delegate.Reply{Note: "没有专业技术人员，也没有检测设备，承接后办不了；需要先培训、配设备"}
	case holdsFew:
		return delegate.Reply{Accept: true, Capacity: delegate.Capacity{Staff: 1, Equipment: "暂用其他科室电脑一台", Premises: "县政务服务大厅综合窗口"}}
	default:
		return delegate.Reply{Accept: true, Capacity: delegate.Capacity{Staff: 4, Trained: 3, Equipment: "业务电脑四台、执法记录仪两台", Premises: "县政务服务大厅三楼专窗"}}
	}
}

// halls makes two departments in every county and a head for each, unless they
// are there, and reads who they are.
func (d *desks) halls(ctx context.Context) ([]*hall, error) {
	places, err := delegate.Places(ctx, d.db, cityCode, d.from(0))
	if err != nil {
		return nil, err
	}
	var out []*hall
	for j, p := range places {
		if p.Name == "" {
			return nil, nil // a city without counties
		}
		for _, penalties := range []bool{false, true} {
			h := &hall{county: p.Name, place: p.Code, penalties: penalties, login: fmt.Sprintf("county-%s-%d", p.Code, len(out)%2+1)}
			if p.Code == "371522" && !penalties {
				h.login = countyLogin
			}
			if err := d.staffHall(ctx, h, 2*j+len(out)%2+1); err != nil {
				return nil, err
			}
			out = append(out, h)
		}
	}
	return out, nil
}

// staffHall makes one department of a county with its head.
func (d *desks) staffHall(ctx context.Context, h *hall, no int) error {
	all, err := org.Departments(ctx, d.db, h.place)
	if err != nil {
		return err
	}
	for _, x := range all {
		if x.Name == h.name() {
			h.id = x.ID
		}
	}
	a, err := people.ByLogin(ctx, d.db, h.login)
	if errs.KindOf(err) == errs.NotFound && err != nil {
		err = d.ledger.Write(ctx, demoActor(), func(ctx context.Context, tx *ledger.Tx) (err error) {
			id := h.id
			if id.IsZero() {
				x := org.Department{Division: h.place, Name: h.name(), Short: strings.Replace(h.name(), "综合行政", "", 1), Nature: natureStatutory, ValidFrom: "2010-01-01"}
				if x.CreditCode, err = countyCredit(h.place, no); err != nil {
					return err
				}
				if id, err = org.AddDepartment(ctx, tx, x); err != nil {
					return err
				}
			}
			h.id = id
			_, err = people.AddAccount(ctx, tx, people.Account{Login: h.login, Name: h.county + "示例（演示）", Roles: []people.Role{people.Head}, Department: id})
			return err
		})
		if err == nil {
			a, err = people.ByLogin(ctx, d.db, h.login)
		}
	}
	h.head = &people.Who{Account: a.ID, Login: a.Login, Name: a.Name, Roles: a.Roles, Department: a.Department}
	return err
}

// countyCredit makes a credit code (GB 32100) of a county's invented department.
func countyCredit(place string, no int) (string, error) {
	body, err := code.MakeOrganisation(fmt.Sprintf("DEMC%04d", no))
	if err != nil {
		return "", err
	}
	return code.MakeCredit("11" + place + body)
}
