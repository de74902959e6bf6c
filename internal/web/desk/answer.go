package desk

import (
	"fmt"
	"net/http"
	"unicode/utf8"

	"qingdan/internal/errs"
	"qingdan/internal/registry/people"
	"qingdan/internal/service/impact"
	"qingdan/internal/web/staff"
)

// The ways to answer a task.
const (
	wayBasis     = "basis"     // 形成新版本
	wayUnchanged = "unchanged" // 确认不变
	wayCancel    = "cancel"    // 提出取消
)

// Form is what a person filled in to answer a task.
type Form struct {
	Way, Basis, Reason string
	Proposed           bool // Basis is the present one under the new numbers
	Sent               bool // comes back from the server
	Failed             Fails
}

// readAnswer reads a form that was sent and looks through it. What it finds
// stands in Failed.
func readAnswer(r *http.Request, x impact.Explanation) Form {
	a := Form{Way: staff.Typed(r, "way"), Basis: staff.Typed(r, "basis"), Reason: staff.Typed(r, "reason"), Sent: true}
	switch a.Way {
	case wayUnchanged, wayCancel:
	case wayBasis:
		a.Failed.Basis = failBasis(a.Basis, x.Basis)
	default:
		a.Failed.Way = "没有选择怎样办理。请从三种办法中选一种"
	}
	switch n := utf8.RuneCountInString(a.Reason); {
	case n == 0:
		a.Failed.Reason = "没有写明理由。请写明为什么这样办理，理由随任务公开"
	case n > maxReason:
		a.Failed.Reason = fmt.Sprintf("理由超过 %d 字。请删减", maxReason)
	}
	return a
}

func failBasis(basis, present string) string {
	switch {
	case basis == "":
		return "没有写依据。请写成《法规名称》第几条第几款"
	case basis == present:
		return "依据与现在的一字不差。如果不用改，请选“确认不变”"
	case utf8.RuneCountInString(basis) > maxBasis:
		return fmt.Sprintf("依据超过 %d 字。请删减", maxBasis)
	}
	return ""
}

// outcome is how a task ends by the way that was chosen.
func (a Form) outcome() impact.Outcome {
	switch a.Way {
	case wayBasis:
		return impact.NewVersion
	case wayCancel:
		return impact.Cancelling
	default:
		return impact.Unchanged
	}
}

// answer closes a task, or shows the form again with what was typed and what is
// wrong with it.
func (d *Desk) answer(w http.ResponseWriter, r *http.Request, who *people.Who) error {
	x, f, err := d.explained(r, who)
	if err != nil {
		return err
	}
	if err := who.MayOn(people.AnswerBasis, people.Target{Department: x.Task.Department}); err != nil {
		return err
	}
	if err := staff.ReadForm(w, r); err != nil {
		return err
	}
	form := readAnswer(r, x)
	if x.Task.State == impact.Open && form.Failed.any() {
		return d.showTask(w, r, who, http.StatusBadRequest, x, f, form)
	}
	a := impact.Answer{Reason: form.Reason, Cancel: form.Way == wayCancel, Today: d.today()}
	if form.Way == wayBasis {
		a.Basis = form.Basis
	}
	err = impact.Close(r.Context(), d.cfg.Ledger, who.Actor(), x.Task.ID, a)
	switch k := errs.KindOf(err); {
	case err == nil:
		return d.forward(w, r, who, x.Task, f)
	case k == errs.Invalid && form.Way == wayBasis:
		form.Failed.Basis = staff.Words(err)
	case k == errs.Invalid:
		form.Failed.Reason = staff.Words(err)
	case k == errs.Conflict:
		form.Failed.All = staff.Words(err)
	default:
		return err
	}
	status := errs.Status(err)
	if x, err = impact.Explain(r.Context(), d.cfg.DB, x.Task.ID, d.today()); err != nil {
		return err
	}
	// The same form sent twice was taken the first time.
	if t := x.Task; t.State == impact.Closed && t.Outcome == form.outcome() && t.Reason == form.Reason && t.ClosedBy == who.Name {
		return d.forward(w, r, who, t, f)
	}
	return d.showTask(w, r, who, status, x, f, form)
}

// forward leads on after an answer: to the next task of the queue when that was
// asked for, to the queue when it is worked off, else back to the task.
func (d *Desk) forward(w http.ResponseWriter, r *http.Request, who *people.Who, t impact.Task, f filter) error {
	to := f.at(taskHref(t.ID))
	if r.PostForm.Get("then") == "next" {
		next, err := d.next(r.Context(), t, f, within(who))
		if err != nil {
			return err
		}
		if to = f.with(queuePath, "done", t.ID.String()); !next.IsZero() {
			to = f.with(taskHref(next), "done", t.ID.String())
		}
	}
	http.Redirect(w, r, to, http.StatusSeeOther)
	return nil
}
