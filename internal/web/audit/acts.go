package audit

import (
	"context"
	"errors"
	"net/http"
	"strconv"

	"qingdan/internal/errs"
	"qingdan/internal/platform/ledger"
	"qingdan/internal/platform/sqldb"
	"qingdan/internal/registry/people"
	"qingdan/internal/service/round"
	"qingdan/internal/web/staff"
)

// errNothingLeft ends an act that has nothing to do any more, as after a double
// click: nothing is written, and the person goes on as if it had been.
var errNothingLeft = errors.New("audit: every check is concluded")

// posted reads a form about a power: the row, the queue that it was opened from,
// and the version that the person looked at.
func (a *Audit) posted(w http.ResponseWriter, r *http.Request, who *people.Who) (*row, filter, queue, round.Item, error) {
	if err := staff.ReadForm(w, r); err != nil {
		return nil, filter{}, queue{}, round.Item{}, err
	}
	x, f, q, err := a.find(r, who)
	if err != nil {
		return nil, f, q, round.Item{}, err
	}
	seen, err := sqldb.ParseID(r.PostForm.Get("version"))
	if err != nil {
		return nil, f, q, round.Item{}, badFilter().Because(err)
	}
	return x, f, q, round.Item{Change: x.change, Version: seen}, nil
}

// confirm concludes every check that nothing speaks against, and goes on to the
// next power of the queue (确认并看下一项). Checks with findings stay for a person
// to judge one by one.
func (a *Audit) confirm(w http.ResponseWriter, r *http.Request, who *people.Who) error {
	x, f, q, item, err := a.posted(w, r, who)
	if err != nil {
		return err
	}
	_, next, _ := q.around(f, q.shelf.place(f, x)) // before the act moves it
	var passed, left int
	err = a.cfg.Ledger.Write(r.Context(), who.Actor(), func(ctx context.Context, tx *ledger.Tx) error {
		if err := who.MayOn(people.Conclude, people.Target{Department: x.department, State: x.state}); err != nil {
			return err
		}
		pass, rest, err := passable(ctx, tx, item.Version)
		if err != nil {
			return err
		}
		passed, left = len(pass), rest
		switch {
		case passed == 0 && rest == 0:
			return errNothingLeft
		case passed == 0:
			return errs.Conflictf("其余 %d 项检查都有提示，不能一并确认", rest).Fix("请逐项写明结论")
		}
		return round.Conclude(ctx, tx, who, item, pass)
	})
	if err != nil && !errs.Is(err, errNothingLeft) {
		return a.refused(w, r, who, f, q, x, form{}, err)
	}
	n, l := strconv.Itoa(passed), strconv.Itoa(left)
	if next == nil {
		next = x
	}
	return a.leave(w, r, who, next, f.with(powerHref(next.power), "passed", n)+"&left="+l, form{said: confirmedWords(n, l)}, x)
}

// confirmedWords says what confirming did; the numbers come by the address.
func confirmedWords(passed, left string) string {
	n, err := strconv.Atoi(passed)
	if err != nil || n < 0 || n > len(round.Checks()) {
		return ""
	}
	words := "刚才的事项已确认 " + strconv.Itoa(n) + " 项检查。"
	if n == 0 {
		words = "刚才的事项此前已经确认。"
	}
	if l, err := strconv.Atoi(left); err == nil && l > 0 && l <= len(round.Checks()) {
		words += "还有 " + strconv.Itoa(l) + " 项有提示，留待逐项判断。"
	}
	return words
}

// conclude writes one conclusion.
func (a *Audit) conclude(w http.ResponseWriter, r *http.Request, who *people.Who) error {
	x, f, q, item, err := a.posted(w, r, who)
	if err != nil {
		return err
	}
	in := form{rule: r.PostForm.Get("rule"), verdict: round.Verdict(r.PostForm.Get("verdict")), note: staff.Typed(r, "note")}
	err = a.cfg.Ledger.Write(r.Context(), who.Actor(), func(ctx context.Context, tx *ledger.Tx) error {
		return round.Conclude(ctx, tx, who, item, []round.Conclusion{{Rule: in.rule, Verdict: in.verdict, Note: in.note}})
	})
	if err != nil {
		return a.refused(w, r, who, f, q, x, in, err)
	}
	return a.leave(w, r, who, x, f.at(powerHref(x.power))+"#"+checkKey(in.rule), form{}, x)
}

// typedNote is the opinion that somebody typed.
func typedNote(r *http.Request, item round.Item) (round.Note, form) {
	n := round.Note{Change: item.Change, Version: item.Version, Field: r.PostForm.Get("field"), Cause: r.PostForm.Get("cause"), Text: staff.Typed(r, "text")}
	return n, form{filled: true, field: n.Field, cause: n.Cause, text: n.Text}
}

// write writes a draft opinion.
func (a *Audit) write(w http.ResponseWriter, r *http.Request, who *people.Who) error {
	x, f, q, item, err := a.posted(w, r, who)
	if err != nil {
		return err
	}
	n, in := typedNote(r, item)
	err = a.cfg.Ledger.Write(r.Context(), who.Actor(), func(ctx context.Context, tx *ledger.Tx) error {
		_, err := round.Write(ctx, tx, who, n)
		return err
	})
	if err != nil {
		return a.refused(w, r, who, f, q, x, in, err)
	}
	return a.leave(w, r, who, x, f.at(powerHref(x.power))+"#drafts", form{said: "意见已记下，下达之前都可以修改。"}, x)
}

// opinion rewords or drops a draft, and settles or maintains what was answered.
func (a *Audit) opinion(w http.ResponseWriter, r *http.Request, who *people.Who) error {
	x, f, q, item, err := a.posted(w, r, who)
	if err != nil {
		return err
	}
	id, err := staff.PathID(r, "opinion")
	if err != nil {
		return err
	}
	n, in := typedNote(r, item)
	in.opinion = id
	var do func(ctx context.Context, tx *ledger.Tx) error
	switch r.PathValue("act") {
	case "edit":
		do = func(ctx context.Context, tx *ledger.Tx) error { return round.Edit(ctx, tx, who, id, n) }
	case "drop":
		in = form{}
		do = func(ctx context.Context, tx *ledger.Tx) error { return round.Drop(ctx, tx, who, id) }
	case "settle":
		in = form{}
		do = func(ctx context.Context, tx *ledger.Tx) error { return round.Settle(ctx, tx, who, id) }
	case "maintain":
		in.maintain = true
		do = func(ctx context.Context, tx *ledger.Tx) error {
			_, err := round.Maintain(ctx, tx, who, id, n.Text)
			return err
		}
	default:
		return people.Unknown()
	}
	err = a.cfg.Ledger.Write(r.Context(), who.Actor(), func(ctx context.Context, tx *ledger.Tx) error {
		o, err := round.OpinionByID(ctx, tx, id)
		if err != nil || o.Power != x.power {
			return people.Unknown().Because(err)
		}
		return do(ctx, tx)
	})
	if err != nil {
		return a.refused(w, r, who, f, q, x, in, err)
	}
	return a.leave(w, r, who, x, f.at(powerHref(x.power))+"#opinions", form{}, x)
}

// refused shows an act that did not happen on the form that it came from, with
// what was typed.
func (a *Audit) refused(w http.ResponseWriter, r *http.Request, who *people.Who, f filter, q queue, x *row, in form, err error) error {
	if !shown(err) {
		return err
	}
	in.refuse(err)
	return a.showPower(w, r, who, errs.Status(err), f, q, x, in, nil)
}

// leave goes on after an act: to an address, or beside the queue to the panel of a
// power, with the line of the power acted on renewed.
func (a *Audit) leave(w http.ResponseWriter, r *http.Request, who *people.Who, next *row, to string, in form, acted *row) error {
	if !swapped(r) {
		http.Redirect(w, r, to, http.StatusSeeOther)
		return nil
	}
	f, q, err := a.cut(r, who)
	if err != nil {
		return err
	}
	var renew *Line
	if x := q.shelf.powers[acted.power]; x != nil {
		l := line(q.shelf, f, who, x, false)
		renew = &l
	}
	x := q.shelf.powers[next.power]
	if x == nil {
		return people.Unknown()
	}
	return a.showPower(w, r, who, http.StatusOK, f, q, x, in, renew)
}
