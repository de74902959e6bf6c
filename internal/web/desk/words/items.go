package words

import (
	"context"
	"net/http"

	"qingdan/internal/errs"
	"qingdan/internal/platform/ledger"
	"qingdan/internal/platform/sqldb"
	"qingdan/internal/registry/people"
	"qingdan/internal/registry/power"
	"qingdan/internal/service/words"
	"qingdan/internal/web/staff"
	"qingdan/internal/web/ui"
)

// itemsSize is how many items a page shows.
const itemsSize = 30

// ItemRow is an item with its words.
type ItemRow struct {
	ID, Code, Name, Department, Href string
	Words                            []words.Kept
	Add, Remove                      string // where the forms go
	Typed, Failed                    string // of a refused form
	AskSure                          bool
	Full                             bool // no more words fit
}

// ItemsPage lists the items with their everyday words.
type ItemsPage struct {
	ui.Frame
	Tabs        []ui.Link
	Told        string
	States      []ui.Link
	Departments []ui.Choice
	State       string
	Active      []ui.Link
	Said        string
	Total       int
	Rows        []ItemRow
	Pager       ui.Pager
	Path        string
	ExportHref  string
	MaxWord     int
}

// refused is a form of one item that was not taken.
type refused struct {
	power       sqldb.ID
	typed, said string
	sure        bool
	status      int
}

func (p *Words) items(w http.ResponseWriter, r *http.Request, who *people.Who) error {
	return p.showItems(w, r, who, refused{status: http.StatusOK})
}

func (p *Words) showItems(w http.ResponseWriter, r *http.Request, who *people.Who, no refused) error {
	f, err := parseItems(r, who)
	if err != nil {
		return err
	}
	turn, err := ui.ParseTurn(r.URL.Query())
	if err != nil {
		return err
	}
	ctx := r.Context()
	_, n, err := p.departments(ctx)
	if err != nil {
		return err
	}
	page := ItemsPage{Tabs: tabs(true), Told: told(r.URL.Query().Get("done")), State: f.State, Path: itemsAt, ExportHref: f.at(Root + "/items.xlsx"),
		Active: f.active(itemsAt, n), Said: f.said(itemState(f), n), MaxWord: power.MaxWord}
	if page.Frame, err = p.shell.Frame(r, who, itemTitle, Root, ui.Link{Label: title, Href: Root}); err != nil {
		return err
	}
	page.Words = f.Words
	if err := p.itemFacets(ctx, who, f, n, &page); err != nil {
		return err
	}
	q := f.itemQuery()
	q.Limit = itemsSize + 1
	if at := (words.ItemPlace{Order: turn.From.Key, ID: turn.From.ID}); turn.Back {
		q.Before = at
	} else if turn.From.Set {
		q.After = at
	}
	found, err := words.Items(ctx, p.cfg.DB, scope(who), q)
	if err != nil {
		return err
	}
	found, page.Pager = ui.Page(turn, found, itemsSize, func(way string, i words.Item) string {
		at := i.Place()
		return f.with(itemsAt, way, ui.Cursor{Key: at.Order, ID: at.ID, Set: true}.String())
	})
	for _, i := range found {
		row := ItemRow{ID: i.Power.String(), Code: i.Code, Name: i.Name, Department: n[i.Department], Words: i.Words, Full: len(i.Words) >= power.MaxWords}
		row.Add = addressed(r, itemsAt+"/"+row.ID) + "#p" + row.ID
		row.Remove = addressed(r, itemsAt+"/"+row.ID+"/remove") + "#p" + row.ID
		if i.Power == no.power {
			row.Typed, row.Failed, row.AskSure = no.typed, no.said, no.sure
		}
		page.Rows = append(page.Rows, row)
	}
	return p.shell.Show(w, r, no.status, p.pages, "items", page)
}

// addressed is a path with the filter and the page of a request, so that an act
// comes back to the same place.
func addressed(r *http.Request, path string) string {
	q := r.URL.Query()
	q.Del("done")
	return ui.Address(path, q)
}

func parseItems(r *http.Request, who *people.Who) (filter, error) {
	f, err := parseFilter(r.URL.Query(), scope(who), worded)
	if err == nil && f.Undirected {
		return f, people.Unknown()
	}
	return f, err
}

func (f filter) itemQuery() words.ItemQuery {
	return words.ItemQuery{Department: f.Department, Worded: f.State == worded, Words: f.Words}
}

func itemState(f filter) string {
	if f.State == worded {
		return "有说法的"
	}
	return "全部事项"
}

// itemFacets fills the choices with their counts.
func (p *Words) itemFacets(ctx context.Context, who *people.Who, f filter, n names, page *ItemsPage) error {
	for _, s := range []struct{ value, label string }{{"", "全部事项"}, {worded, "有说法的"}} {
		g := f
		g.State = s.value
		q := g.itemQuery()
		q.Department = sqldb.ID{}
		counts, err := words.CountItems(ctx, p.cfg.DB, scope(who), q)
		if err != nil {
			return err
		}
		total := 0
		for id, c := range counts {
			if f.Department.IsZero() || f.Department == id {
				total += c
			}
		}
		page.States = append(page.States, ui.Link{Label: s.label, Href: g.at(itemsAt), Count: total, HasNum: true, Current: f.State == s.value})
		if f.State == s.value {
			page.Total = total
			if scope(who).All {
				page.Departments = choices(counts, f, n)
			}
		}
	}
	return nil
}

// add gives an item a word.
func (p *Words) add(w http.ResponseWriter, r *http.Request, who *people.Who) error {
	id, err := p.item(w, r, who)
	if err != nil {
		return err
	}
	typed := staff.Typed(r, "word")
	err = p.cfg.Ledger.Write(r.Context(), who.Actor(), func(ctx context.Context, tx *ledger.Tx) error {
		_, err := words.Add(ctx, tx, who, power.NewWord{Power: id, Text: typed, Sure: r.PostForm.Get("sure") != ""})
		return err
	})
	return p.after(w, r, who, err, "added", refused{power: id, typed: typed})
}

// remove takes a word from an item.
func (p *Words) remove(w http.ResponseWriter, r *http.Request, who *people.Who) error {
	id, err := p.item(w, r, who)
	if err != nil {
		return err
	}
	word, err := sqldb.ParseID(staff.Typed(r, "word"))
	if err != nil {
		err = errs.Invalidf("没有选择说法").At("word").Fix("请刷新页面后再移除").Because(err)
		return p.after(w, r, who, err, "", refused{power: id})
	}
	err = p.cfg.Ledger.Write(r.Context(), who.Actor(), func(ctx context.Context, tx *ledger.Tx) error {
		_, err := words.Remove(ctx, tx, who, word)
		return err
	})
	return p.after(w, r, who, err, "removed", refused{power: id})
}

// item reads a form that concerns an item within somebody's reach.
func (p *Words) item(w http.ResponseWriter, r *http.Request, who *people.Who) (sqldb.ID, error) {
	id, err := staff.PathID(r, "id")
	if err != nil {
		return id, err
	}
	c, err := power.Standing(r.Context(), p.cfg.DB, id)
	if errs.KindOf(err) == errs.NotFound && err != nil {
		return id, people.Unknown()
	}
	if err != nil {
		return id, err
	}
	if err := who.MayOn(people.KeepWords, people.Target{Department: c.Department}); err != nil {
		return id, err
	}
	return id, staff.ReadForm(w, r)
}

// after leads back to the list, or shows it again with what was refused.
func (p *Words) after(w http.ResponseWriter, r *http.Request, who *people.Who, err error, done string, no refused) error {
	switch k := errs.KindOf(err); {
	case err == nil:
		q := r.URL.Query()
		q.Set("done", done)
		http.Redirect(w, r, ui.Address(itemsAt, q)+"#p"+no.power.String(), http.StatusSeeOther)
		return nil
	case k != errs.Invalid && k != errs.Conflict:
		return err
	}
	no.said, no.sure, no.status = staff.Words(err), staff.Place(err) == "sure", errs.Status(err)
	return p.showItems(w, r, who, no)
}

// exportItems sends the items that the filter leaves, one row a word.
func (p *Words) exportItems(w http.ResponseWriter, r *http.Request, who *people.Who) error {
	f, err := parseItems(r, who)
	if err != nil {
		return err
	}
	ctx := r.Context()
	_, n, err := p.departments(ctx)
	if err != nil {
		return err
	}
	all, err := words.Items(ctx, p.cfg.DB, scope(who), f.itemQuery())
	if err != nil {
		return err
	}
	columns := []ui.Column{{Head: "编码", Width: 26}, {Head: "事项名称", Width: 50}, {Head: "部门", Width: 30}, {Head: "说法", Width: 24}, {Head: "来源", Width: 12}}
	return p.shell.Export(w, r, itemTitle, f.said(itemState(f), n), columns, func(add ui.Adder) error {
		for _, i := range all {
			if len(i.Words) == 0 {
				if err := add(i.Code, i.Name, n[i.Department], "", ""); err != nil {
					return err
				}
			}
			for _, k := range i.Words {
				if err := add(i.Code, i.Name, n[i.Department], k.Text, power.WordSource(k.Source).Label()); err != nil {
					return err
				}
			}
		}
		return nil
	})
}
