package overlaps

import (
	"context"
	"errors"
	"net/http"

	"qingdan/internal/errs"
	"qingdan/internal/platform/ledger"
	"qingdan/internal/platform/sqldb"
	"qingdan/internal/registry/people"
	"qingdan/internal/registry/power"
	"qingdan/internal/service/overlap"
	"qingdan/internal/stage/reduce"
	"qingdan/internal/web/staff"
	"qingdan/internal/web/ui"
)

func (o *Overlaps) group(w http.ResponseWriter, r *http.Request, who *people.Who) error {
	x, err := o.address(r, scope(who))
	if err != nil {
		return err
	}
	return o.showGroup(w, r, who, http.StatusOK, x, JudgeForm{})
}

// address reads the group that an address names.
func (o *Overlaps) address(r *http.Request, s people.Scope) (found, error) {
	id, err := staff.PathID(r, "id")
	if err != nil {
		return found{}, err
	}
	return o.find(r, id, s)
}

// judge takes what somebody concludes, or shows the form again with what is wrong
// with it.
func (o *Overlaps) judge(w http.ResponseWriter, r *http.Request, who *people.Who) error {
	x, err := o.address(r, scope(who))
	if err != nil {
		return err
	}
	if err := staff.ReadForm(w, r); err != nil {
		return err
	}
	form := JudgeForm{Verdict: staff.Typed(r, "verdict"), Reason: staff.Typed(r, "reason"), Boundary: staff.Typed(r, "boundary"), Sent: true}
	j := overlap.Judgement{Verdict: overlap.Verdict(form.Verdict), Reason: form.Reason, Seen: overlap.Verdict(staff.Typed(r, "seen"))}
	if form.Verdict == "open" {
		j.Verdict = overlap.Open
	}
	if j.Verdict == overlap.Proposed { // that is what the other form is for
		return badFilter()
	}
	if form.Boundary != "" {
		if j.Boundary, err = sqldb.ParseID(form.Boundary); err != nil {
			return badFilter().Because(err)
		}
	}
	err = o.cfg.Ledger.Write(r.Context(), who.Actor(), func(ctx context.Context, tx *ledger.Tx) error { return overlap.Judge(ctx, tx, who, x.g.ID, j) })
	switch k := errs.KindOf(err); {
	case err == nil:
		return o.forward(w, r, who, x, "judged")
	case k != errs.Invalid && k != errs.Conflict:
		return err
	}
	form.fail(err)
	return o.again(w, r, who, x.g.ID, errs.Status(err), form)
}

// again shows a group as it stands by now, with a refused form.
func (o *Overlaps) again(w http.ResponseWriter, r *http.Request, who *people.Who, id sqldb.ID, status int, form JudgeForm) error {
	x, err := o.find(r, id, scope(who))
	if err != nil {
		return err
	}
	return o.showGroup(w, r, who, status, x, form)
}

// fail puts the words of an error beside the field that it speaks of.
func (f *JudgeForm) fail(err error) {
	words := staff.Words(err)
	switch staff.Place(err) {
	case "reason":
		f.Failed.Reason = words
	case "boundary":
		f.Failed.Boundary = words
	case "into":
		f.Failed.Into = words
	default:
		f.Failed.All = words
	}
}

// forward leads on after a judgement: to the next group when that was asked for.
func (o *Overlaps) forward(w http.ResponseWriter, r *http.Request, who *people.Who, x found, done string) error {
	to := x.f.with(Root+"/"+x.g.ID.String(), "done", done)
	if r.PostForm.Get("then") == "next" {
		q := x.f.query()
		q.Limit, q.After = 1, x.g.At()
		rows, err := overlap.Groups(r.Context(), o.cfg.DB, scope(who), q)
		if err != nil {
			return err
		}
		if to = x.f.at(Root); len(rows) > 0 {
			to = x.f.with(Root+"/"+rows[0].ID.String(), "done", done)
		}
	}
	http.Redirect(w, r, to, http.StatusSeeOther)
	return nil
}

// MergeRow is one power that is proposed to merge into the lead's.
type MergeRow struct{ Code, Name, Department, State string }

// MergePage says what one click will propose.
type MergePage struct {
	ui.Frame
	Name, GroupHref, Action       string
	Lead, LeadName, LeadCode, Why string
	Into, Seen, Reason            string
	Rows                          []MergeRow
	Within                        bool
	KeepsLead                     bool   // the power that leads is proposed to be kept too
	Refused                       string // why it cannot be proposed
	ReasonWrong                   string
}

// errRehearsed undoes a rehearsal.
var errRehearsed = errors.New("overlaps: rehearsed")

// preview shows what would be proposed if one power led.
func (o *Overlaps) preview(w http.ResponseWriter, r *http.Request, who *people.Who) error {
	x, err := o.address(r, scope(who))
	if err != nil {
		return err
	}
	lead, form, err := x.lead(r.URL.Query().Get("into"))
	if err != nil {
		return o.showGroup(w, r, who, http.StatusBadRequest, x, form)
	}
	refused := ""
	err = o.propose(r, who, x, lead, x.reason(lead), x.g.Verdict, true)
	switch k := errs.KindOf(err); {
	case err == nil:
	case k == errs.Invalid || k == errs.Conflict:
		refused = staff.Words(err)
	default:
		return err
	}
	return o.showMerge(w, r, who, http.StatusOK, x, lead, x.reason(lead), refused, "")
}

// lead finds the member that somebody chose.
func (x found) lead(into string) (overlap.Member, JudgeForm, error) {
	for _, m := range x.members {
		if m.Power.String() == into && !m.Hidden {
			return m, JudgeForm{}, nil
		}
	}
	err := errs.Invalidf("没有选择由哪一项牵头").At("into").Fix("请选一项，其他各项并入它")
	form := JudgeForm{Sent: true}
	form.fail(err)
	return overlap.Member{}, form, err
}

// reason is the reason that the form proposes.
func (x found) reason(lead overlap.Member) string {
	place := ""
	if x.g.Place != "" {
		place = "同出" + x.g.Place + "，"
	}
	if x.g.Kind == overlap.Within {
		return place + "与本部门“" + lead.Name + "”属同一事项，合并为一项。"
	}
	return place + "与" + x.n[lead.Department] + "“" + lead.Name + "”属同一事项，由" + x.n[lead.Department] + "一个部门负责。"
}

func (o *Overlaps) showMerge(w http.ResponseWriter, r *http.Request, who *people.Who, status int, x found, lead overlap.Member, reason, refused, wrong string) error {
	here := x.f.one(x.g.ID, "")
	page := MergePage{Name: x.g.Name, GroupHref: here, Action: x.f.one(x.g.ID, "/merge"), Lead: x.n[lead.Department], LeadName: lead.Name, LeadCode: lead.Code,
		Into: lead.Power.String(), Seen: string(x.g.Verdict), Reason: reason, Within: x.g.Kind == overlap.Within, KeepsLead: underReview(lead), Refused: refused, ReasonWrong: wrong}
	if lead.Power == x.g.Into {
		page.Why = x.g.Why
	}
	var err error
	if page.Frame, err = o.shell.Frame(r, who, "提出整合", Root, home(), ui.Link{Label: x.g.Name, Href: here}); err != nil {
		return err
	}
	for _, m := range x.members {
		if m.Power != lead.Power {
			page.Rows = append(page.Rows, MergeRow{m.Code, m.Name, x.n[m.Department], m.State.Label()})
		}
	}
	return o.shell.Show(w, r, status, o.pages, "merge", page)
}

// merge proposes with one click that all other powers of the group merge into the
// one that leads: every proposal and the judgement of the group in one
// transaction.
func (o *Overlaps) merge(w http.ResponseWriter, r *http.Request, who *people.Who) error {
	x, err := o.address(r, scope(who))
	if err != nil {
		return err
	}
	if err := staff.ReadForm(w, r); err != nil {
		return err
	}
	lead, form, err := x.lead(staff.Typed(r, "into"))
	if err != nil {
		return o.showGroup(w, r, who, http.StatusBadRequest, x, form)
	}
	reason := staff.Typed(r, "reason")
	err = o.propose(r, who, x, lead, reason, overlap.Verdict(staff.Typed(r, "seen")), false)
	switch k := errs.KindOf(err); {
	case err == nil:
		return o.forward(w, r, who, x, "proposed")
	case k != errs.Invalid && k != errs.Conflict:
		return err
	}
	words, wrong := staff.Words(err), ""
	if p := staff.Place(err); p == "reason" || p == "说明" {
		words, wrong = "", words
	}
	return o.showMerge(w, r, who, errs.Status(err), x, lead, reason, words, wrong)
}

// underReview says whether the power that leads is still to be decided itself.
func underReview(lead overlap.Member) bool { return lead.State == power.Review }

// propose writes the proposals and the judgement, or only tries whether it could.
func (o *Overlaps) propose(r *http.Request, who *people.Who, x found, lead overlap.Member, reason string, seen overlap.Verdict, rehearse bool) error {
	err := o.cfg.Ledger.Write(r.Context(), who.Actor(), func(ctx context.Context, tx *ledger.Tx) error {
		if err := overlap.Judge(ctx, tx, who, x.g.ID, overlap.Judgement{Verdict: overlap.Proposed, Into: lead.Power, Reason: reason, Seen: seen}); err != nil {
			return err
		}
		if underReview(lead) { // nothing merges into a power that nobody keeps
			if _, err := reduce.Propose(ctx, tx, who, reduce.ProposalForm{Power: lead.Power, Version: lead.Version, Fate: reduce.Keep, Reason: reason}); err != nil {
				return errs.In(lead.Code, err)
			}
		}
		for _, m := range x.members {
			if m.Power == lead.Power {
				continue
			}
			_, err := reduce.Propose(ctx, tx, who, reduce.ProposalForm{Power: m.Power, Version: m.Version, Fate: reduce.Merge, Ground: reduce.GroundOverlap,
				Into: lead.Code, Reason: reason})
			if errs.KindOf(err) == errs.NotFound && err != nil { // what the sheet needs is not there, such as a check
				return errs.Conflictf("%s", errs.Message(err)).At(m.Code).Because(err)
			}
			if err != nil {
				return errs.In(m.Code, err)
			}
		}
		if rehearse {
			return errRehearsed
		}
		return nil
	})
	if errors.Is(err, errRehearsed) {
		return nil
	}
	return err
}
