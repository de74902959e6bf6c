package admin

import (
	"context"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"qingdan/internal/engine/mask"
	"qingdan/internal/platform/ledger"
	"qingdan/internal/platform/sqldb"
	"qingdan/internal/registry/people"
	"qingdan/internal/web/ui"
)

// ActRow is one act: who did what to what, and where it stands in the ledger.
type ActRow struct {
	At, Who, Role, Kind, Subject, Place string
}

// ActsPage lists the acts of the ledger.
type ActsPage struct {
	Records
	Logs  []ui.Choice
	Kinds []ui.Choice
	Rows  []ActRow
}

// actFilter is what somebody chose in the list of acts.
type actFilter struct {
	scope
	log  ledger.Log
	kind string
}

func (a *Admin) readActFilter(ctx context.Context, q url.Values) (f actFilter, err error) {
	if f.scope, err = a.readScope(ctx, q); err != nil {
		return f, err
	}
	switch q.Get("log") {
	case "":
	case ledger.Powers.String():
		f.log = ledger.Powers
	case ledger.Cases.String():
		f.log = ledger.Cases
	default:
		return f, wrongFilter()
	}
	if f.kind = q.Get("kind"); !ui.Clean(f.kind) {
		return f, wrongFilter()
	}
	return f, nil
}

func (f actFilter) values() url.Values {
	v := f.scope.values()
	if f.log != 0 {
		v.Set("log", f.log.String())
	}
	if f.kind != "" {
		v.Set("kind", f.kind)
	}
	return v
}

func (f actFilter) query() actQuery {
	q := actQuery{log: f.log, account: f.account, from: f.from, to: f.to}
	if f.kind != "" {
		q.kinds = []string{f.kind}
	}
	return q
}

func logWords(l ledger.Log) string {
	if l == ledger.Powers {
		return "权力台账"
	}
	return "人员和办件台账"
}

func (a *Admin) acts(w http.ResponseWriter, r *http.Request, who *people.Who) error {
	ctx, q := r.Context(), r.URL.Query()
	f, err := a.readActFilter(ctx, q)
	if err != nil {
		return err
	}
	t, err := ui.ParseTurn(q)
	if err != nil {
		return err
	}
	page := ActsPage{}
	if page.Records, err = a.records(r, who, "操作记录", auditPath, f.scope); err != nil {
		return err
	}
	if err := a.actFacets(ctx, f, &page); err != nil {
		return err
	}
	page.Chosen = len(f.values()) > 0
	if f.Wrong == "" && page.Total > 0 {
		found, err := acts(ctx, a.cfg.DB, f.query(), t, pageSize+1)
		if err != nil {
			return err
		}
		found, page.Pager = ui.Page(t, found, pageSize, func(way string, e entry) string {
			v := f.values()
			v.Set(way, ui.Cursor{ID: e.id}.String())
			return ui.Address(auditPath, v)
		})
		if page.Rows, err = a.actRows(ctx, found); err != nil {
			return err
		}
		page.ExportHref = ui.Address(auditPath+".xlsx", f.values())
	}
	return a.show(w, r, http.StatusOK, "acts", page)
}

// actFacets fills the choices with what choosing them would give, and the total.
func (a *Admin) actFacets(ctx context.Context, f actFilter, page *ActsPage) error {
	for _, l := range logs() {
		page.Logs = append(page.Logs, ui.Choice{Value: l.String(), Label: logWords(l), Selected: l == f.log})
	}
	if f.Wrong != "" {
		return nil
	}
	without := f.query()
	without.kinds = nil
	byKind, err := countActs(ctx, a.cfg.DB, without)
	if err != nil {
		return err
	}
	for _, n := range byKind {
		page.Total += n
	}
	if f.kind != "" {
		page.Total = byKind[f.kind]
	}
	for _, k := range kinds() {
		if n := byKind[k.key]; n > 0 || k.key == f.kind {
			page.Kinds = append(page.Kinds, ui.Choice{Value: k.key, Label: k.words, Count: n, Selected: k.key == f.kind})
		}
		delete(byKind, k.key)
	}
	for key, n := range byKind {
		page.Kinds = append(page.Kinds, ui.Choice{Value: key, Label: kindWords(key), Count: n, Selected: key == f.kind})
	}
	slices.SortStableFunc(page.Kinds[len(page.Kinds)-len(byKind):], func(a, b ui.Choice) int { return strings.Compare(a.Value, b.Value) })
	return nil
}

// actRows names who acted and what about.
func (a *Admin) actRows(ctx context.Context, found []entry) ([]ActRow, error) {
	logins, err := a.logins(ctx)
	if err != nil {
		return nil, err
	}
	var ids []sqldb.ID
	for _, e := range found {
		if !e.subject.IsZero() && !slices.Contains(ids, e.subject) {
			ids = append(ids, e.subject)
		}
	}
	about := map[sqldb.ID]string{}
	for batch := range slices.Chunk(ids, 400) {
		if err := subjects(ctx, a.cfg.DB, batch, about); err != nil {
			return nil, err
		}
	}
	rows := make([]ActRow, len(found))
	for i, e := range found {
		rows[i] = ActRow{At: second(e.at), Who: actorWords(e.actor, logins), Role: e.actor.Role, Kind: kindWords(e.kind), Subject: about[e.subject],
			Place: logWords(e.log) + "第" + ui.Num(int(e.seq)) + "条"}
	}
	return rows, nil
}

// logins leads from the accounts, as the ledger names actors, to their logins.
func (a *Admin) logins(ctx context.Context) (map[string]string, error) {
	all, err := people.Accounts(ctx, a.cfg.DB, people.Query{})
	out := make(map[string]string, len(all))
	for _, x := range all {
		out[x.ID.String()] = x.Login
	}
	return out, err
}

// actorWords names who acted: an account by its login and masked name, the
// operator of the machine by their user name there, a program by its own. An
// operator may have signed for somebody; that name is masked too.
func actorWords(actor ledger.Actor, logins map[string]string) string {
	if login, ok := logins[actor.ID]; ok {
		return login + "（" + mask.Name(actor.Name) + "）"
	}
	if user, ok := strings.CutPrefix(actor.ID, "cli:"); ok {
		if actor.Name == user {
			return "本机用户" + user
		}
		return "本机用户" + user + "（" + mask.Name(actor.Name) + "）"
	}
	if actor.Name != "" {
		return actor.Name
	}
	return "系统"
}

func (a *Admin) exportActs(w http.ResponseWriter, r *http.Request, _ *people.Who) error {
	ctx := r.Context()
	f, err := a.readActFilter(ctx, r.URL.Query())
	if err != nil {
		return err
	}
	var page ActsPage
	if err := a.actFacets(ctx, f, &page); err != nil {
		return err
	}
	if err := f.checkExport(page.Total); err != nil {
		return err
	}
	what := append([]string{ui.Day(a.today()) + "导出的操作记录"}, f.words()...)
	if f.log != 0 {
		what = append(what, logWords(f.log))
	}
	if f.kind != "" {
		what = append(what, kindWords(f.kind))
	}
	columns := []ui.Column{{Head: "时间", Width: 24}, {Head: "经办账号", Width: 26}, {Head: "角色", Width: 22}, {Head: "操作", Width: 24}, {Head: "对象", Width: 36}, {Head: "台账位置", Width: 26}}
	return a.cfg.Shell.Export(w, r, "操作记录", strings.Join(what, "；"), columns, func(add ui.Adder) error {
		var t ui.Turn
		for {
			found, err := acts(ctx, a.cfg.DB, f.query(), t, exportBatch)
			if err != nil {
				return err
			}
			rows, err := a.actRows(ctx, found)
			if err != nil {
				return err
			}
			for _, x := range rows {
				if err := add(x.At, x.Who, x.Role, x.Kind, x.Subject, x.Place); err != nil {
					return err
				}
			}
			if len(found) < exportBatch {
				return nil
			}
			t.From = ui.Cursor{ID: found[len(found)-1].id, Set: true}
		}
	})
}
