package portal

import (
	"encoding/hex"
	"net/http"
	"net/url"
	"strconv"
	"time"

	"qingdan/internal/errs"
	"qingdan/internal/registry/list"
	"qingdan/internal/web/ui"
)

// EditionRow is one edition in the list of editions.
type EditionRow struct {
	No                   int
	Href, ChangesHref    string
	Title, Effective     string
	Approval             string
	Entries              int
	Added, Amended, Gone int
	Light                ui.Light
}

// Said says in words what an edition changed.
func (e EditionRow) Said() string {
	s := ""
	for _, part := range []struct {
		n    int
		word string
	}{{e.Added, "新增"}, {e.Amended, "修改"}, {e.Gone, "移出"}} {
		if part.n == 0 {
			continue
		}
		if s != "" {
			s += "，"
		}
		s += part.word + " " + ui.Num(part.n) + " 项"
	}
	if s == "" {
		return "与上一版相同"
	}
	return s
}

// EditionsPage lists the editions, newest first.
type EditionsPage struct {
	ui.Frame
	NotYet NotYet // before the first edition
	Rows   []EditionRow
}

func (p *Portal) editions(w http.ResponseWriter, r *http.Request) error {
	frame, c, err := p.begin(r, "版本与变更", "/editions")
	if err != nil {
		return err
	}
	all, err := readEditions(r.Context(), p.cfg.DB, frame.Site.Division)
	if err != nil {
		return errs.Wrap("editions", err)
	}
	page := EditionsPage{Frame: frame.Trail()}
	for _, e := range all {
		page.Rows = append(page.Rows, p.editionRow(c, e))
	}
	if len(page.Rows) == 0 {
		if page.NotYet, err = p.notYet(r.Context(), c, frame.Site); err != nil {
			return err
		}
	}
	return p.pages.Render(w, r, "editions", page)
}

func (p *Portal) editionRow(c *cube, e edition) EditionRow {
	light := ui.Light{Tone: "still", Word: "已被新版代替"}
	switch {
	case e.ID == c.Edition.ID:
		light = ui.Light{Tone: "ok", Word: "现行"}
	case e.Effective > p.today():
		light = ui.Light{Tone: "warn", Word: ui.Day(e.Effective) + "起施行"}
	}
	return EditionRow{No: e.No, Href: editionHref(e.No), ChangesHref: editionHref(e.No) + "/changes", Title: e.Title, Effective: e.Effective,
		Approval: e.Approval, Entries: e.Entries, Added: e.Added, Amended: e.Amended, Gone: e.Gone, Light: light}
}

// EditionPage is one edition with its approval, digest and change counts.
type EditionPage struct {
	ui.Frame
	Row                        EditionRow
	ConsultedFrom, ConsultedTo string
	Published, Digest          string
	Current, First             bool
	Kinds                      []ui.Link
	Categories                 []CategoryBar
}

func (p *Portal) edition(w http.ResponseWriter, r *http.Request) error {
	frame, c, e, err := p.findEdition(r)
	if err != nil {
		return err
	}
	page := EditionPage{Frame: frame.Trail(ui.Link{Label: "版本与变更", Href: "/editions"}), Row: p.editionRow(c, e),
		ConsultedFrom: e.ConsultedFrom, ConsultedTo: e.ConsultedTo, Digest: hex.EncodeToString(e.Digest),
		Published: time.UnixMicro(e.Published).In(time.FixedZone("CST", 8*3600)).Format("2006年1月2日 15:04"),
		Current:   e.ID == c.Edition.ID, First: e.No == 1, Kinds: kinds(e)}
	page.Title = "第" + strconv.Itoa(e.No) + "版"
	if page.Current {
		page.Categories = categoryBars(c, filter{})
	}
	return p.pages.Render(w, r, "edition", page)
}

// kinds gives the kinds of change that an edition holds with their rows.
func kinds(e edition) []ui.Link {
	var out []ui.Link
	for _, k := range []struct {
		kind list.ChangeKind
		n    int
	}{{list.AddedTo, e.Added}, {list.AmendedIn, e.Amended}, {list.RemovedFrom, e.Gone}} {
		if k.n > 0 {
			href := ui.Address(editionHref(e.No)+"/changes", url.Values{"kind": {string(k.kind)}})
			out = append(out, ui.Link{Label: string(k.kind), Href: href, Count: k.n, HasNum: true})
		}
	}
	return out
}

// findEdition reads the edition that the address names.
func (p *Portal) findEdition(r *http.Request) (ui.Frame, *cube, edition, error) {
	frame, c, err := p.begin(r, "", "/editions")
	if err != nil {
		return frame, c, edition{}, err
	}
	no, err := strconv.Atoi(r.PathValue("no"))
	if err != nil {
		return frame, c, edition{}, errs.NotFoundf("没有这一版清单")
	}
	all, err := readEditions(r.Context(), p.cfg.DB, frame.Site.Division)
	if err != nil {
		return frame, c, edition{}, errs.Wrap("editions", err)
	}
	for _, e := range all {
		if e.No == no {
			return frame, c, e, nil
		}
	}
	return frame, c, edition{}, errs.NotFoundf("没有第%d版清单", no).Fix("请看全部版本")
}

// ChangeLine is one line of a change list.
type ChangeLine struct {
	Kind       ui.Light
	Code, Name string
	Href       string // empty when the public has no page of it
	Category   string
	Department string
}

// ChangesPage is the change list of an edition (变更公告).
type ChangesPage struct {
	ui.Frame
	Edition edition
	Kinds   []ui.Link
	Rows    []ChangeLine
	Pager   ui.Pager
}

func (p *Portal) changes(w http.ResponseWriter, r *http.Request) error {
	frame, c, e, err := p.findEdition(r)
	if err != nil {
		return err
	}
	q := r.URL.Query()
	kind, after := q.Get("kind"), q.Get("after")
	if !ui.Clean(kind) || !ui.Clean(after) {
		return errs.Invalidf("筛选条件无效").Fix("请重新选择")
	}
	rows, err := readListChanges(r.Context(), p.cfg.DB, e.ID, kind, after, defaultSize+1)
	if err != nil {
		return errs.Wrap("changes", err)
	}
	here := editionHref(e.No)
	page := ChangesPage{Frame: frame.Trail(ui.Link{Label: "版本与变更", Href: "/editions"}, editionLink(e.No)), Edition: e}
	page.Title = "变更公告"
	page.Kinds = []ui.Link{{Label: "全部", Href: here + "/changes", Count: e.Added + e.Amended + e.Gone, HasNum: true, Current: kind == ""}}
	for _, k := range kinds(e) {
		k.Current = kind == k.Label
		page.Kinds = append(page.Kinds, k)
	}
	if len(rows) > defaultSize {
		rows = rows[:defaultSize]
		q.Set("after", rows[defaultSize-1].Code)
		page.Pager.Next = ui.Address(here+"/changes", q)
	}
	public := e.Effective <= p.today()
	for _, x := range rows {
		line := ChangeLine{Kind: kindLight(list.ChangeKind(x.Kind)), Code: x.Code, Name: x.Name, Category: x.Category, Department: c.name(x.Department)}
		switch {
		case public && x.New > 0:
			line.Href = itemHref(x.Code) + "/v/" + strconv.Itoa(x.New)
		case x.Old > 0:
			line.Href = itemHref(x.Code) + "/v/" + strconv.Itoa(x.Old)
		}
		page.Rows = append(page.Rows, line)
	}
	return p.pages.Render(w, r, "changes", page)
}

func kindLight(k list.ChangeKind) ui.Light {
	switch k {
	case list.AddedTo:
		return ui.Light{Tone: "ok", Word: string(k)}
	case list.RemovedFrom:
		return ui.Light{Tone: "bad", Word: string(k)}
	default:
		return ui.Light{Tone: "warn", Word: string(k)}
	}
}
