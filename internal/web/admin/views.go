package admin

import (
	"context"
	"encoding/json"
	"net/http"
	"strings"

	"qingdan/internal/engine/mask"
	"qingdan/internal/registry/people"
	"qingdan/internal/web/ui"
)

// ViewRow is one time that somebody saw another's personal data.
type ViewRow struct{ At, Who, Role, Whose, Reason string }

// ViewsPage lists who saw whose personal data for which reason.
type ViewsPage struct {
	Records
	Rows []ViewRow
}

// viewQuery asks for the entries that people.Reveal made.
func (s scope) viewQuery() actQuery {
	return actQuery{kinds: []string{people.KindShown}, account: s.account, from: s.from, to: s.to}
}

func (a *Admin) views(w http.ResponseWriter, r *http.Request, who *people.Who) error {
	ctx, q := r.Context(), r.URL.Query()
	s, err := a.readScope(ctx, q)
	if err != nil {
		return err
	}
	t, err := ui.ParseTurn(q)
	if err != nil {
		return err
	}
	page := ViewsPage{}
	if page.Records, err = a.records(r, who, "个人信息查看记录", viewsPath, s); err != nil {
		return err
	}
	n, err := countActs(ctx, a.cfg.DB, s.viewQuery())
	if err != nil {
		return err
	}
	page.Total, page.Chosen = n[people.KindShown], len(s.values()) > 0
	if s.Wrong == "" && page.Total > 0 {
		found, err := acts(ctx, a.cfg.DB, s.viewQuery(), t, pageSize+1)
		if err != nil {
			return err
		}
		found, page.Pager = ui.Page(t, found, pageSize, func(way string, e entry) string {
			v := s.values()
			v.Set(way, ui.Cursor{ID: e.id}.String())
			return ui.Address(viewsPath, v)
		})
		if page.Rows, err = a.viewRows(ctx, found); err != nil {
			return err
		}
		page.ExportHref = ui.Address(viewsPath+".xlsx", s.values())
	}
	return a.show(w, r, http.StatusOK, "views", page)
}

// viewRows reads what the entries hold. A reason may name somebody by number;
// that is masked here too.
func (a *Admin) viewRows(ctx context.Context, found []entry) ([]ViewRow, error) {
	logins, err := a.logins(ctx)
	if err != nil {
		return nil, err
	}
	rows := make([]ViewRow, len(found))
	for i, e := range found {
		var kept struct {
			Login  string `json:"login"`
			Reason string `json:"reason"`
		}
		if err := json.Unmarshal(e.addendum, &kept); err != nil {
			return nil, err
		}
		rows[i] = ViewRow{At: second(e.at), Who: actorWords(e.actor, logins), Role: e.actor.Role, Whose: kept.Login, Reason: mask.Landlines(kept.Reason)}
	}
	return rows, nil
}

func (a *Admin) exportViews(w http.ResponseWriter, r *http.Request, _ *people.Who) error {
	ctx := r.Context()
	s, err := a.readScope(ctx, r.URL.Query())
	if err != nil {
		return err
	}
	n, err := countActs(ctx, a.cfg.DB, s.viewQuery())
	if err != nil {
		return err
	}
	if err := s.checkExport(n[people.KindShown]); err != nil {
		return err
	}
	what := append([]string{ui.Day(a.today()) + "导出的个人信息查看记录"}, s.words()...)
	columns := []ui.Column{{Head: "时间", Width: 24}, {Head: "查看的账号", Width: 26}, {Head: "角色", Width: 22}, {Head: "看了谁（登录名）", Width: 20}, {Head: "理由", Width: 60}}
	return a.cfg.Shell.Export(w, r, "个人信息查看记录", strings.Join(what, "；"), columns, func(add ui.Adder) error {
		var t ui.Turn
		for {
			found, err := acts(ctx, a.cfg.DB, s.viewQuery(), t, exportBatch)
			if err != nil {
				return err
			}
			rows, err := a.viewRows(ctx, found)
			if err != nil {
				return err
			}
			for _, x := range rows {
				if err := add(x.At, x.Who, x.Role, x.Whose, x.Reason); err != nil {
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
