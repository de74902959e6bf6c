package audit

import (
	"context"
	"net/http"
	"strings"

	"qingdan/internal/errs"
	"qingdan/internal/platform/ledger"
	"qingdan/internal/platform/sqldb"
	"qingdan/internal/registry/finding"
	"qingdan/internal/registry/people"
	"qingdan/internal/service/round"
	"qingdan/internal/web/staff"
	"qingdan/internal/web/ui"
)

// BulkPage asks for the opinion with which ticked powers are sent back.
type BulkPage struct {
	ui.Frame
	Lines     []Line
	Query     string
	Opinion   OpinionForm
	Action    string
	QueueHref string
	Wrong     string
}

// bulk concludes the ticked powers as passed (批量确认), or writes the same draft
// opinion on all (退回补充), which it asks for first. Everything or nothing: one
// power that is forged, out of reach, outdated or has something against it
// refuses all.
func (a *Audit) bulk(w http.ResponseWriter, r *http.Request, who *people.Who) error {
	if err := staff.ReadForm(w, r); err != nil {
		return err
	}
	f, err := parseFilter(r.URL.Query())
	if err != nil {
		return err
	}
	items, err := readItems(r.PostForm["item"])
	if err != nil {
		return err
	}
	switch r.PostForm.Get("act") {
	case "confirm":
		return a.bulkConfirm(w, r, who, f, items)
	case "return":
		return a.bulkReturn(w, r, who, f, items)
	default:
		return badFilter()
	}
}

// readItems reads the changes and versions that the boxes of a form name. One
// that no box could have is unknown, and with it all.
func readItems(values []string) ([]round.Item, error) {
	if len(values) > round.MaxBulk {
		return nil, errs.Invalidf("一次最多办理 %d 项", round.MaxBulk).Fix("请分批办理")
	}
	out := make([]round.Item, 0, len(values))
	for _, v := range values {
		change, version, _ := strings.Cut(v, ".")
		c, err := sqldb.ParseID(change)
		if err != nil {
			return nil, people.Unknown().Because(err)
		}
		seen, err := sqldb.ParseID(version)
		if err != nil {
			return nil, people.Unknown().Because(err)
		}
		out = append(out, round.Item{Change: c, Version: seen})
	}
	return out, nil
}

func (a *Audit) bulkConfirm(w http.ResponseWriter, r *http.Request, who *people.Who, f filter, items []round.Item) error {
	var id sqldb.ID
	err := a.cfg.Ledger.Write(r.Context(), who.Actor(), func(ctx context.Context, tx *ledger.Tx) error {
		open, err := confirmable(ctx, tx, who, items)
		if err != nil {
			return err
		}
		id, err = round.BulkConclude(ctx, tx, who, open, passes())
		return err
	})
	if err != nil {
		if !shown(err) {
			return err
		}
		return a.showQueue(w, r, who, errs.Status(err), staff.Words(err))
	}
	http.Redirect(w, r, f.with(queuePath, "done", id.String()), http.StatusSeeOther)
	return nil
}

// passes are the conclusions that nothing speaks against a power.
func passes() []round.Conclusion {
	var out []round.Conclusion
	for _, k := range round.Checks() {
		out = append(out, round.Conclusion{Rule: k.Rule, Verdict: round.Pass})
	}
	return out
}

// confirmable refuses to confirm in bulk what a person must look at: powers with
// findings against them, not checked yet, or concluded otherwise. It leaves out
// those that are confirmed already, as after a double click, and refuses when all
// are. What is out of reach is people.Unknown before anything is said of it.
func confirmable(ctx context.Context, tx *ledger.Tx, who *people.Who, items []round.Item) ([]round.Item, error) {
	ids := make([]sqldb.ID, len(items))
	for i, x := range items {
		ids[i] = x.Change
	}
	if len(ids) == 0 {
		return items, nil // refused below with words
	}
	rows, err := readRows(ctx, tx, ids)
	if err != nil {
		return nil, err
	}
	run, err := finding.Latest(ctx, tx)
	if errs.KindOf(err) == errs.NotFound {
		return nil, errs.Conflictf("还没有用法规库核对过，不能批量确认").Fix("请等核对完成").Because(err)
	}
	if err != nil {
		return nil, err
	}
	at := make(map[sqldb.ID]*row, len(rows))
	for _, x := range rows {
		if err := who.MayOn(people.Conclude, people.Target{Department: x.department, State: x.state}); err != nil {
			return nil, err
		}
		at[x.change] = x
	}
	against, err := adverse(ctx, tx, run.ID, rows)
	if err != nil {
		return nil, err
	}
	var open []round.Item
	for _, i := range items {
		x := at[i.Change]
		switch {
		case x == nil:
			return nil, people.Unknown()
		case x.created > sqldb.Micros(run.At):
			return nil, errs.Conflictf("事项“%s”尚未核对，不能批量确认", x.name).Fix("请去掉这一项，或者逐项作出结论")
		case against[x.version]:
			return nil, errs.Conflictf("事项“%s”有提示待核实，不能批量确认", x.name).Fix("请去掉这一项，打开后逐项作出结论")
		case x.problems+x.notHere > 0:
			return nil, errs.Conflictf("事项“%s”已有“有问题”或者“不适用”的结论，不能批量确认", x.name).Fix("请去掉这一项，打开后逐项修改结论")
		case x.concluded < len(round.Checks()) || i.Version != x.version:
			open = append(open, i)
		}
	}
	if len(open) == 0 {
		return nil, errs.Conflictf("所选事项都已经确认").Fix("不需要再次确认")
	}
	return open, nil
}

// bulkReturn writes the same draft opinion on the ticked powers; without one yet
// it asks for it.
func (a *Audit) bulkReturn(w http.ResponseWriter, r *http.Request, who *people.Who, f filter, items []round.Item) error {
	n, in := typedNote(r, round.Item{})
	if _, sent := r.PostForm["text"]; !sent {
		if len(items) == 0 {
			return a.showQueue(w, r, who, http.StatusBadRequest, "没有选择事项。请先勾选要退回补充的事项")
		}
		return a.askReturn(w, r, who, http.StatusOK, f, items, form{cause: "missing", field: round.WholePower})
	}
	var id sqldb.ID
	err := a.cfg.Ledger.Write(r.Context(), who.Actor(), func(ctx context.Context, tx *ledger.Tx) error {
		var err error
		id, err = round.BulkWrite(ctx, tx, who, items, n)
		return err
	})
	if err != nil {
		if !shown(err) {
			return err
		}
		in.refuse(err)
		return a.askReturn(w, r, who, errs.Status(err), f, items, in)
	}
	http.Redirect(w, r, f.with(queuePath, "done", id.String()), http.StatusSeeOther)
	return nil
}

// askReturn shows the ticked powers with the form of the opinion.
func (a *Audit) askReturn(w http.ResponseWriter, r *http.Request, who *people.Who, httpStatus int, f filter, items []round.Item, in form) error {
	s, err := a.shelf(r.Context())
	if err != nil {
		return err
	}
	page := BulkPage{Query: f.at(""), Action: f.at(bulkPath), QueueHref: f.at(queuePath), Opinion: OpinionForm{Text: in.text, SubmitLabel: "记下意见"}}
	byChange := make(map[sqldb.ID]*row, len(s.rows))
	for _, x := range s.rows {
		byChange[x.change] = x
	}
	sc := scope(who)
	for _, i := range items {
		x := byChange[i.Change]
		if x == nil || !sc.Has(x.department) {
			return people.Unknown()
		}
		l := line(s, f, who, x, false)
		l.Item = i.Change.String() + "." + i.Version.String() // as it was seen
		page.Lines = append(page.Lines, l)
	}
	page.Opinion.choices(in.field, in.cause)
	page.Opinion.blame(in)
	if page.Frame, err = a.shell.Frame(r, who, "退回补充", queuePath, ui.Link{Label: queueTitle, Href: f.at(queuePath)}); err != nil {
		return err
	}
	return a.shell.Show(w, r, httpStatus, a.pages, "bulk", page)
}

// undo takes a bulk act back within its time.
func (a *Audit) undo(w http.ResponseWriter, r *http.Request, who *people.Who) error {
	if err := staff.ReadForm(w, r); err != nil {
		return err
	}
	f, err := parseFilter(r.URL.Query())
	if err != nil {
		return err
	}
	id, err := staff.PathID(r, "id")
	if err != nil {
		return err
	}
	err = a.cfg.Ledger.Write(r.Context(), who.Actor(), func(ctx context.Context, tx *ledger.Tx) error { return round.Undo(ctx, tx, who, id) })
	if err != nil {
		if !shown(err) {
			return err
		}
		return a.showQueue(w, r, who, errs.Status(err), staff.Words(err))
	}
	http.Redirect(w, r, f.with(queuePath, "done", undoneWord), http.StatusSeeOther)
	return nil
}
