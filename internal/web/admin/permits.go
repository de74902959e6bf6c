package admin

import (
	"net/http"
	"slices"

	"qingdan/internal/registry/people"
	"qingdan/internal/web/ui"
)

// PermitsPage is the permission table, to be read: action by action, or what one
// role may.
type PermitsPage struct {
	ui.Frame
	Tabs    []ui.Link
	Roles   []ui.Link
	Actions []ActionRow
}

// ActionRow is one action with the roles that may do it.
type ActionRow struct {
	Label   string
	Permits []PermitRow
}

// PermitRow is one line of the table.
type PermitRow struct{ Role, Reach, States string }

func (a *Admin) permits(w http.ResponseWriter, r *http.Request, who *people.Who) error {
	frame, err := a.cfg.Shell.Frame(r, who, "权限表", permitsPath, ui.Link{Label: "安全管理", Href: securityPath})
	if err != nil {
		return err
	}
	role := people.Role(r.URL.Query().Get("role"))
	if role != "" && !slices.Contains(people.Roles(), role) {
		return wrongFilter()
	}
	page := PermitsPage{Frame: frame, Tabs: securityTabs(permitsPath), Roles: []ui.Link{{Label: "全部角色", Href: permitsPath, Current: role == ""}}}
	for _, x := range people.Roles() {
		page.Roles = append(page.Roles, ui.Link{Label: x.Label(), Href: permitsPath + "?role=" + string(x), Current: x == role})
	}
	all := people.Permits()
	for _, action := range people.Actions() {
		row := ActionRow{Label: action.Label()}
		if action == people.Work {
			row.Permits = []PermitRow{{"每个登录的人", "本人", "不限"}}
		}
		for _, p := range all {
			if p.Action == action && (role == "" || p.Role == role) {
				row.Permits = append(row.Permits, PermitRow{p.Role.Label(), p.Reach.Label(), stateWords(p)})
			}
		}
		if len(row.Permits) > 0 {
			page.Actions = append(page.Actions, row)
		}
	}
	return a.show(w, r, http.StatusOK, "permits", page)
}

// stateWords lists the states of a change in which an action is open.
func stateWords(p people.Permit) string {
	if p.States == nil {
		return "不限"
	}
	words := make([]string, len(p.States))
	for i, s := range p.States {
		words[i] = s.Label()
	}
	return joined(words...)
}
