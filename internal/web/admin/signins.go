package admin

import (
	"context"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"qingdan/internal/platform/session"
	"qingdan/internal/registry/people"
	"qingdan/internal/web/ui"
)

// SignInRow is one attempt to sign in. Login is that of an account; what was
// typed where nobody has the login is kept nowhere, since it may have been a
// password.
type SignInRow struct {
	At, Login, Address string
	Light              ui.Light
}

// SignInsPage lists the book of sign-ins.
type SignInsPage struct {
	Records
	Outcomes []ui.Choice
	Address  string
	Rows     []SignInRow
}

// anyFailure asks for every attempt that failed.
const anyFailure session.Outcome = "failed"

// asked are the outcomes that a choice stands for; none for all.
func asked(o session.Outcome) []session.Outcome {
	switch o {
	case "":
		return nil
	case anyFailure:
		return slices.DeleteFunc(session.Outcomes(), func(o session.Outcome) bool { return !o.Failed() })
	default:
		return []session.Outcome{o}
	}
}

func outcomeWords(o session.Outcome) string {
	if o == anyFailure {
		return "全部失败的"
	}
	return o.Label()
}

// signInFilter is what somebody chose in the list.
type signInFilter struct {
	scope
	outcome session.Outcome
	address string
}

func (a *Admin) readSignInFilter(ctx context.Context, q url.Values) (f signInFilter, err error) {
	if f.scope, err = a.readScope(ctx, q); err != nil {
		return f, err
	}
	f.outcome = session.Outcome(q.Get("outcome"))
	if f.outcome != "" && f.outcome != anyFailure && !slices.Contains(session.Outcomes(), f.outcome) {
		return f, wrongFilter()
	}
	f.address, err = ui.ParseWords(q.Get("address"))
	return f, err
}

func (f signInFilter) values() url.Values {
	v := f.scope.values()
	if f.outcome != "" {
		v.Set("outcome", string(f.outcome))
	}
	if f.address != "" {
		v.Set("address", f.address)
	}
	return v
}

func (f signInFilter) query() signInQuery {
	return signInQuery{account: f.account, outcomes: asked(f.outcome), address: f.address, from: f.from, to: f.to}
}

func (a *Admin) signIns(w http.ResponseWriter, r *http.Request, who *people.Who) error {
	ctx, q := r.Context(), r.URL.Query()
	f, err := a.readSignInFilter(ctx, q)
	if err != nil {
		return err
	}
	t, err := ui.ParseTurn(q)
	if err != nil {
		return err
	}
	page := SignInsPage{Address: f.address}
	if page.Records, err = a.records(r, who, "登录记录", signInsPath, f.scope); err != nil {
		return err
	}
	if err := a.signInFacets(ctx, f, &page); err != nil {
		return err
	}
	page.Chosen = len(f.values()) > 0
	if f.Wrong == "" && page.Total > 0 {
		found, err := signIns(ctx, a.cfg.DB, f.query(), t, pageSize+1)
		if err != nil {
			return err
		}
		found, page.Pager = ui.Page(t, found, pageSize, func(way string, s signIn) string {
			v := f.values()
			v.Set(way, s.cursor().String())
			return ui.Address(signInsPath, v)
		})
		for _, s := range found {
			page.Rows = append(page.Rows, s.row())
		}
		page.ExportHref = ui.Address(signInsPath+".xlsx", f.values())
	}
	return a.show(w, r, http.StatusOK, "signins", page)
}

func (a *Admin) signInFacets(ctx context.Context, f signInFilter, page *SignInsPage) error {
	if f.Wrong != "" {
		return nil
	}
	without := f.query()
	without.outcomes = nil
	n, err := countSignIns(ctx, a.cfg.DB, without)
	if err != nil {
		return err
	}
	failed := 0
	for _, o := range asked(anyFailure) {
		failed += n[string(o)]
	}
	n[string(anyFailure)] = failed
	for _, o := range append([]session.Outcome{anyFailure}, session.Outcomes()...) {
		if o != anyFailure && (f.outcome == "" || slices.Contains(asked(f.outcome), o)) {
			page.Total += n[string(o)]
		}
		if n[string(o)] > 0 || o == f.outcome {
			page.Outcomes = append(page.Outcomes, ui.Choice{Value: string(o), Label: outcomeWords(o), Count: n[string(o)], Selected: o == f.outcome})
		}
	}
	return nil
}

func (s signIn) row() SignInRow {
	row := SignInRow{At: second(s.At), Login: s.Login, Address: s.Address, Light: ui.Light{Tone: "ok", Word: s.Outcome.Label()}}
	if s.Outcome.Failed() {
		row.Light.Tone = "warn"
	}
	if s.Outcome == session.Locked || s.Outcome == session.Limited {
		row.Light.Tone = "bad"
	}
	if s.Login == "" {
		row.Login = "未登记的登录名"
	}
	return row
}

func (a *Admin) exportSignIns(w http.ResponseWriter, r *http.Request, _ *people.Who) error {
	ctx := r.Context()
	f, err := a.readSignInFilter(ctx, r.URL.Query())
	if err != nil {
		return err
	}
	var page SignInsPage
	if err := a.signInFacets(ctx, f, &page); err != nil {
		return err
	}
	if err := f.checkExport(page.Total); err != nil {
		return err
	}
	what := append([]string{ui.Day(a.today()) + "导出的登录记录"}, f.words()...)
	if f.outcome != "" {
		what = append(what, outcomeWords(f.outcome))
	}
	if f.address != "" {
		what = append(what, "来自"+f.address)
	}
	columns := []ui.Column{{Head: "时间", Width: 24}, {Head: "登录名", Width: 20}, {Head: "结果", Width: 26}, {Head: "网络地址", Width: 26}}
	return a.cfg.Shell.Export(w, r, "登录记录", strings.Join(what, "；"), columns, func(add ui.Adder) error {
		var t ui.Turn
		for {
			found, err := signIns(ctx, a.cfg.DB, f.query(), t, exportBatch)
			if err != nil {
				return err
			}
			for _, s := range found {
				row := s.row()
				if err := add(row.At, row.Login, row.Light.Word, row.Address); err != nil {
					return err
				}
			}
			if len(found) < exportBatch {
				return nil
			}
			t.From = found[len(found)-1].cursor()
		}
	})
}
