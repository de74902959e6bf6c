package admin

import (
	"net/http"
	"net/url"
	"slices"
	"strings"

	"qingdan/internal/engine/mask"
	"qingdan/internal/errs"
	"qingdan/internal/platform/sqldb"
	"qingdan/internal/registry/people"
	"qingdan/internal/web/ui"
)

// pageSize is how many rows a page of a list has.
const pageSize = 50

// AccountRow is one account in a list, with its name masked.
type AccountRow struct {
	Login, Href, Name  string
	Post, Roles, Proof string
	Created            string
	Light              ui.Light
}

// AccountsPage is the list of accounts of the system or security administrator.
type AccountsPage struct {
	ui.Frame
	Tabs        []ui.Link
	Path        string // of the list
	Lead        string // what the page is for, in a sentence
	New         bool   // accounts are made here
	Words       string
	Departments []ui.Choice
	Roles       []ui.Choice
	States      []ui.Choice
	Active      []ui.Link // chosen filters; the link removes one
	Total       int
	Rows        []AccountRow
	Pager       ui.Pager
	ExportHref  string
}

// filter is what somebody chose in a list of accounts. Its query string is its
// permanent form: list and export carry the same.
type filter struct {
	words      string
	department sqldb.ID
	role       people.Role
	state      string
}

// state is a state by which accounts are chosen.
type state struct {
	key, label string
	holds      func(person) bool
}

func states() []state {
	return []state{
		{"active", "在用", func(p person) bool { return !p.Disabled }},
		{"disabled", "已停用", func(p person) bool { return p.Disabled }},
		{"norole", "未授角色", func(p person) bool { return !p.Disabled && len(p.Roles) == 0 }},
		{"locked", "已锁定", func(p person) bool { return !p.lockedUntil.IsZero() }},
		{"change", "下次登录须改口令", func(p person) bool { return !p.Disabled && p.mustChange }},
		{"nofactor", "未用动态口令", func(p person) bool { return !p.Disabled && !p.factor }},
	}
}

func parseFilter(q url.Values) (filter, error) {
	words, err := ui.ParseWords(q.Get("q"))
	if err != nil {
		return filter{}, err
	}
	f := filter{words: words, role: people.Role(q.Get("role")), state: q.Get("is")}
	if s := q.Get("department"); s != "" {
		if f.department, err = sqldb.ParseID(s); err != nil {
			return f, wrongFilter().Because(err)
		}
	}
	if f.role != "" && !slices.Contains(people.Roles(), f.role) {
		return f, wrongFilter()
	}
	if f.state != "" && !slices.ContainsFunc(states(), func(s state) bool { return s.key == f.state }) {
		return f, wrongFilter()
	}
	return f, nil
}

func wrongFilter() *errs.Error {
	return errs.Invalidf("筛选条件无效").Fix("请从列表重新选择")
}

func (f filter) values() url.Values {
	v := url.Values{}
	for key, value := range map[string]string{"q": f.words, "role": string(f.role), "is": f.state} {
		if value != "" {
			v.Set(key, value)
		}
	}
	if !f.department.IsZero() {
		v.Set("department", f.department.String())
	}
	return v
}

// has says whether an account meets the filter, leaving one facet out so that
// its counts show what choosing another value would give.
func (f filter) has(p person, except string) bool {
	return p.named(f.words) &&
		(except == "department" || f.department.IsZero() || p.Department == f.department) &&
		(except == "role" || f.role == "" || slices.Contains(p.Roles, f.role)) &&
		(except == "is" || f.state == "" || slices.ContainsFunc(states(), func(s state) bool { return s.key == f.state && s.holds(p) }))
}

// count counts the accounts that the filter leaves when one facet is put aside
// and an account has what is asked instead.
func (f filter) count(all []person, facet string, holds func(person) bool) int {
	n := 0
	for _, p := range all {
		if f.has(p, facet) && holds(p) {
			n++
		}
	}
	return n
}

// chosen gives the accounts that the filter leaves.
func (f filter) chosen(all []person) []person {
	var out []person
	for _, p := range all {
		if f.has(p, "") {
			out = append(out, p)
		}
	}
	return out
}

// facets fills the choices of the filters with their counts.
func (page *AccountsPage) facets(f filter, all []person) {
	seen := map[sqldb.ID]bool{}
	for _, p := range all {
		if p.Department.IsZero() || seen[p.Department] {
			continue
		}
		seen[p.Department] = true
		n := f.count(all, "department", func(x person) bool { return x.Department == p.Department })
		page.Departments = append(page.Departments, ui.Choice{Value: p.Department.String(), Label: p.departmentName, Count: n, Selected: p.Department == f.department})
	}
	slices.SortFunc(page.Departments, func(a, b ui.Choice) int { return strings.Compare(byPinyin(a.Label), byPinyin(b.Label)) })
	for _, role := range people.Roles() {
		n := f.count(all, "role", func(x person) bool { return slices.Contains(x.Roles, role) })
		if n > 0 || role == f.role {
			page.Roles = append(page.Roles, ui.Choice{Value: string(role), Label: role.Label(), Count: n, Selected: role == f.role})
		}
	}
	for _, s := range states() {
		n := f.count(all, "is", s.holds)
		if n > 0 || s.key == f.state {
			page.States = append(page.States, ui.Choice{Value: s.key, Label: s.label, Count: n, Selected: s.key == f.state})
		}
	}
	page.Words = f.words
	page.Active = f.active(page)
}

// active are the chosen filters, each with the address without it.
func (f filter) active(page *AccountsPage) []ui.Link {
	var out []ui.Link
	drop := func(key, label string) {
		v := f.values()
		v.Del(key)
		out = append(out, ui.Link{Label: label, Href: ui.Address(page.Path, v)})
	}
	if f.words != "" {
		drop("q", "“"+f.words+"”")
	}
	for key, choices := range map[string][]ui.Choice{"department": page.Departments, "role": page.Roles, "is": page.States} {
		for _, c := range choices {
			if c.Selected {
				drop(key, c.Label)
			}
		}
	}
	slices.SortFunc(out, func(a, b ui.Link) int { return strings.Compare(a.Label, b.Label) })
	return out
}

// what says what an export holds and by what it was chosen.
func (f filter) what(day string, page *AccountsPage) string {
	words := []string{ui.Day(day) + "的账号"}
	for _, l := range f.active(page) {
		words = append(words, l.Label)
	}
	return strings.Join(words, "；")
}

// list answers with the list of accounts at an address; one account is at
// below.
func (a *Admin) list(w http.ResponseWriter, r *http.Request, page AccountsPage, below string) error {
	f, err := parseFilter(r.URL.Query())
	if err != nil {
		return err
	}
	t, err := ui.ParseTurn(r.URL.Query())
	if err != nil {
		return err
	}
	all, err := persons(r.Context(), a.cfg.DB, a.cfg.Clock())
	if err != nil {
		return err
	}
	page.facets(f, all)
	chosen := f.chosen(all)
	page.Total, page.ExportHref = len(chosen), ui.Address(page.Path+".xlsx", f.values())
	place := func(p person) ui.Cursor { return ui.Cursor{Key: p.Login, ID: p.ID, Set: true} }
	rows, pager := ui.Page(t, ui.Cut(t, chosen, pageSize+1, place), pageSize, func(way string, p person) string {
		v := f.values()
		v.Set(way, place(p).String())
		return ui.Address(page.Path, v)
	})
	page.Pager = pager
	for _, p := range rows {
		page.Rows = append(page.Rows, p.row(below))
	}
	return a.show(w, r, http.StatusOK, "accounts", page)
}

// row shows an account in a list.
func (p person) row(below string) AccountRow {
	return AccountRow{Login: p.Login, Href: below + "/" + p.ID.String(), Name: mask.Name(p.Name), Post: joined(p.departmentName, p.groupName),
		Roles: roleWords(p.Roles), Proof: p.proofWords(), Created: here(p.Created).Format("2006-01-02"), Light: p.light()}
}

func roleWords(roles []people.Role) string {
	words := make([]string, len(roles))
	for i, r := range roles {
		words[i] = r.Label()
	}
	return joined(words...)
}

// proofWords says how somebody proves who they are.
func (p person) proofWords() string {
	switch {
	case !p.password:
		return "未设口令"
	case p.mustChange:
		return "口令待本人修改"
	case p.factor:
		return "口令和动态口令"
	default:
		return "口令"
	}
}

// light is the state of an account by shape, word and colour.
func (p person) light() ui.Light {
	switch {
	case p.Disabled:
		return ui.Light{Tone: "still", Word: "已停用"}
	case !p.lockedUntil.IsZero():
		return ui.Light{Tone: "bad", Word: "锁定至" + here(p.lockedUntil).Format("15:04")}
	case len(p.Roles) == 0:
		return ui.Light{Tone: "warn", Word: "未授角色"}
	default:
		return ui.Light{Tone: "ok", Word: "在用"}
	}
}

// exportList sends exactly the accounts that the filter leaves. Names are
// masked, telephones are left out.
func (a *Admin) exportList(w http.ResponseWriter, r *http.Request, page AccountsPage) error {
	f, err := parseFilter(r.URL.Query())
	if err != nil {
		return err
	}
	all, err := persons(r.Context(), a.cfg.DB, a.cfg.Clock())
	if err != nil {
		return err
	}
	page.facets(f, all)
	columns := []ui.Column{{Head: "登录名", Width: 20}, {Head: "姓名（遮盖）", Width: 14}, {Head: "部门、审核小组", Width: 36},
		{Head: "角色", Width: 30}, {Head: "登录凭证", Width: 18}, {Head: "状态", Width: 14}, {Head: "建立日期", Width: 12}}
	return a.cfg.Shell.Export(w, r, "账号", f.what(a.today(), &page), columns, func(add ui.Adder) error {
		for _, p := range f.chosen(all) {
			row := p.row("")
			if err := add(row.Login, row.Name, row.Post, row.Roles, row.Proof, row.Light.Word, row.Created); err != nil {
				return err
			}
		}
		return nil
	})
}
