package admin

import (
	"context"
	"net/http"
	"strconv"

	"qingdan/internal/errs"
	"qingdan/internal/platform/ledger"
	"qingdan/internal/platform/sqldb"
	"qingdan/internal/registry/org"
	"qingdan/internal/registry/people"
	"qingdan/internal/web/staff"
	"qingdan/internal/web/ui"
)

// GroupsPage says which audit group reviews which department.
type GroupsPage struct {
	ui.Frame
	Tabs   []ui.Link
	Done   string
	Groups []GroupRow
	Assign Form // the group that the ticked departments go to
	Add    Form
	Rename Form
}

// GroupRow is an audit group with its departments; No 0 holds those that no
// group reviews.
type GroupRow struct {
	No          int
	Name        string
	Members     int // accounts in use
	Departments []Tick
}

// Tick is something that can be ticked in a form.
type Tick struct {
	Value, Label string
	Ticked       bool
}

func (a *Admin) groupsPage(r *http.Request, who *people.Who) (GroupsPage, error) {
	frame, err := a.cfg.Shell.Frame(r, who, "审核小组", groupsPath)
	if err != nil {
		return GroupsPage{}, err
	}
	page := GroupsPage{Frame: frame, Tabs: systemTabs(groupsPath)}
	if page.Groups, err = a.groupRows(r.Context()); err != nil {
		return page, err
	}
	choices := []ui.Choice{{Label: "请选择"}, {Value: "0", Label: "暂不分配"}}
	named := []ui.Choice{{Label: "请选择"}}
	next := 1
	for _, g := range page.Groups {
		if g.No > 0 {
			c := ui.Choice{Value: strconv.Itoa(g.No), Label: g.Name}
			choices, named, next = append(choices, c), append(named, c), g.No+1
		}
	}
	page.Assign = Form{Action: groupsPath + "/departments", Button: "更新分工", Fields: []Field{
		{ID: "to", Name: "group", Label: "所选部门改由", Choices: choices}}}
	page.Add = Form{Action: groupsPath, Button: "建立小组", Fields: []Field{
		{ID: "no", Name: "no", Label: "编号", Value: strconv.Itoa(next), Max: 2, Help: "1到99，建立后不能改"},
		{ID: "new", Name: "name", Label: "名称", Max: 30, Help: "例如“第一审核小组”"}}}
	page.Rename = Form{Action: groupsPath + "/name", Button: "改名称", Fields: []Field{
		{ID: "which", Name: "no", Label: "审核小组", Choices: named},
		{ID: "renamed", Name: "name", Label: "名称", Max: 30}}}
	return page, nil
}

// groupRows lists the groups with their departments, and first the departments
// of none.
func (a *Admin) groupRows(ctx context.Context) ([]GroupRow, error) {
	groups, err := people.Groups(ctx, a.cfg.DB)
	if err != nil {
		return nil, err
	}
	here, err := org.Here(ctx, a.cfg.DB)
	if err != nil {
		return nil, err
	}
	departments, err := org.Departments(ctx, a.cfg.DB, here)
	if err != nil {
		return nil, err
	}
	accounts, err := people.Accounts(ctx, a.cfg.DB, people.Query{State: "active"})
	if err != nil {
		return nil, err
	}
	members := map[int]int{}
	for _, x := range accounts {
		members[x.Group]++
	}
	of := map[sqldb.ID]int{}
	rows := []GroupRow{{Name: "暂未分配"}}
	for _, g := range groups {
		for _, d := range g.Departments {
			of[d] = len(rows)
		}
		rows = append(rows, GroupRow{No: g.No, Name: g.Name, Members: members[g.No]})
	}
	for _, d := range departments {
		if at, assigned := of[d.ID]; assigned || d.ValidTo == "" {
			rows[at].Departments = append(rows[at].Departments, Tick{Value: d.ID.String(), Label: d.Name})
		}
	}
	if len(rows[0].Departments) == 0 {
		rows = rows[1:]
	}
	return rows, nil
}

func (a *Admin) groups(w http.ResponseWriter, r *http.Request, who *people.Who) error {
	page, err := a.groupsPage(r, who)
	if err != nil {
		return err
	}
	page.Done = doneWords(r)
	return a.show(w, r, http.StatusOK, "groups", page)
}

// changeGroups reads a form of the page and runs an act; what is refused comes
// back on the form.
func (a *Admin) changeGroups(w http.ResponseWriter, r *http.Request, who *people.Who, form func(*GroupsPage) *Form, what string,
	act func(ctx context.Context, tx *ledger.Tx) error) error {
	if err := staff.ReadForm(w, r); err != nil {
		return err
	}
	page, err := a.groupsPage(r, who)
	if err != nil {
		return err
	}
	f := form(&page)
	f.fill(r)
	page.tick(r.PostForm["department"])
	if f.lacks() {
		return a.show(w, r, http.StatusBadRequest, "groups", page)
	}
	if err := a.act(r, who, act); err != nil {
		status, err := f.blame(err)
		if err != nil {
			return err
		}
		return a.show(w, r, status, "groups", page)
	}
	return done(w, r, groupsPath, what)
}

// tick ticks the departments that were ticked.
func (page *GroupsPage) tick(ids []string) {
	ticked := map[string]bool{}
	for _, id := range ids {
		ticked[id] = true
	}
	for _, g := range page.Groups {
		for i := range g.Departments {
			g.Departments[i].Ticked = ticked[g.Departments[i].Value]
		}
	}
}

func (a *Admin) addGroup(w http.ResponseWriter, r *http.Request, who *people.Who) error {
	return a.changeGroups(w, r, who, func(p *GroupsPage) *Form { return &p.Add }, "group", func(ctx context.Context, tx *ledger.Tx) error {
		no, err := whole(staff.Typed(r, "no"), "编号")
		if err != nil {
			return err
		}
		return people.AddGroup(ctx, tx, no, staff.Typed(r, "name"))
	})
}

func (a *Admin) renameGroup(w http.ResponseWriter, r *http.Request, who *people.Who) error {
	return a.changeGroups(w, r, who, func(p *GroupsPage) *Form { return &p.Rename }, "renamed", func(ctx context.Context, tx *ledger.Tx) error {
		no, err := whole(staff.Typed(r, "no"), "审核小组")
		if err != nil {
			return err
		}
		return people.RenameGroup(ctx, tx, no, staff.Typed(r, "name"))
	})
}

// assign gives the ticked departments to a group. Those that are there already
// stay; when all are, nothing is to be done.
func (a *Admin) assign(w http.ResponseWriter, r *http.Request, who *people.Who) error {
	return a.changeGroups(w, r, who, func(p *GroupsPage) *Form { return &p.Assign }, "assigned", func(ctx context.Context, tx *ledger.Tx) error {
		group, err := whole(staff.Typed(r, "group"), "所选部门改由")
		if err != nil {
			return err
		}
		ids := r.PostForm["department"]
		if len(ids) == 0 {
			return errs.Invalidf("没有选中部门").Fix("请先勾选要调整的部门")
		}
		moved := 0
		for _, s := range ids {
			id, err := sqldb.ParseID(s)
			if err != nil {
				return errs.Invalidf("所选部门无效").Fix("请刷新页面后重新勾选").Because(err)
			}
			err = people.AssignDepartment(ctx, tx, id, group)
			switch {
			case errs.KindOf(err) == errs.Conflict:
			case err != nil:
				return err
			default:
				moved++
			}
		}
		if moved == 0 {
			return errs.Conflictf("所选部门已经是这样分工的").Fix("请勾选其他部门，或者选择另一个小组")
		}
		return nil
	})
}
