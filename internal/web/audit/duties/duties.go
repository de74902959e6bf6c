// Package duties holds the duties of 三定 against the powers (五对照/4) for the
// audit groups: how far each department's fit, and the matrix of one department
// both ways, to print and to export. Everything is cut to the scope of
// people.SeeReview, as the workbench that it belongs to.
package duties

import (
	"cmp"
	"context"
	"embed"
	"net/http"
	"slices"
	"time"

	"qingdan/internal/errs"
	"qingdan/internal/platform/sqldb"
	"qingdan/internal/registry/org"
	"qingdan/internal/registry/people"
	"qingdan/internal/stage/inventory"
	"qingdan/internal/web/staff"
	"qingdan/internal/web/ui"
)

//go:embed templates/*.html
var templates embed.FS

// Config is what the pages need; all of it must be set. PowerPath is the address
// under which the pages of powers under way stand.
type Config struct {
	DB        *sqldb.DB
	Clock     func() time.Time
	Shell     *staff.Shell
	PowerPath string
}

// Duties answers the pages. It is safe for concurrent use and keeps nothing.
type Duties struct {
	cfg   Config
	pages *ui.Set
}

// New parses the templates; a broken one is an error.
func New(cfg Config) (*Duties, error) {
	set, err := ui.Parse(templates, "templates")
	if err != nil {
		return nil, errs.Wrap("duties templates", err)
	}
	return &Duties{cfg: cfg, pages: set}, nil
}

const (
	mandatesTitle = "职责对照"
	mandatesPath  = "/audit/mandates"
)

// Routes lists the pages.
func (d *Duties) Routes() []staff.Route {
	return []staff.Route{
		{Pattern: "GET " + mandatesPath, Action: people.SeeReview, Handler: d.list},
		{Pattern: "GET " + mandatesPath + ".xlsx", Action: people.SeeReview, Handler: d.listExport},
		{Pattern: "GET " + mandatesPath + "/{id}", Action: people.SeeReview, Handler: d.matrix},
		{Pattern: "GET " + mandatesPath + "/{id}/export.xlsx", Action: people.SeeReview, Handler: d.matrixExport},
	}
}

// today is the civil day of Asia/Shanghai in words.
func (d *Duties) today() string {
	return d.cfg.Clock().In(time.FixedZone("CST", 8*3600)).Format("2006年1月2日")
}

// MandateLine is one department in the list of matrices.
type MandateLine struct {
	Name, Href        string
	Duties, Powers    int
	Idle, Uncovered   int
	IdleHref, GapHref string
	None              bool // no 三定 was imported
}

// MandatesPage lists the departments with what 三定 and powers lack of each other.
type MandatesPage struct {
	ui.Frame
	Lines      []MandateLine
	Sum        MandateLine
	ExportHref string
}

// lines reads the departments in somebody's scope, in pinyin order.
func (d *Duties) lines(ctx context.Context, who *people.Who) (lines []MandateLine, sum MandateLine, err error) {
	sum.Name = "合计"
	sc := who.Scope(people.SeeReview)
	if !sc.All && len(sc.Departments) == 0 {
		return nil, sum, nil
	}
	here, err := org.Here(ctx, d.cfg.DB)
	if err != nil {
		return nil, sum, err
	}
	departments, err := org.Departments(ctx, d.cfg.DB, here)
	if err != nil {
		return nil, sum, errs.Wrap("departments", err)
	}
	all, err := inventory.MandateMatrix(ctx, d.cfg.DB, sc.Departments...)
	if err != nil {
		return nil, sum, err
	}
	slices.SortFunc(departments, func(x, y org.Department) int {
		return cmp.Or(cmp.Compare(x.OrderKey, y.OrderKey), slices.Compare(x.ID[:], y.ID[:]))
	})
	for _, x := range departments {
		i := slices.IndexFunc(all, func(m inventory.Matrix) bool { return m.Department == x.ID })
		if i < 0 {
			continue
		}
		m, href := all[i], mandatesPath+"/"+x.ID.String()
		l := MandateLine{Name: x.Name, Href: href, Duties: len(m.Duties), Powers: len(m.Powers), Idle: m.Idle(), Uncovered: m.Uncovered(),
			IdleHref: href + "#idle", GapHref: href + "#uncovered", None: len(m.Duties) == 0}
		lines = append(lines, l)
		sum.Duties, sum.Powers, sum.Idle, sum.Uncovered = sum.Duties+l.Duties, sum.Powers+l.Powers, sum.Idle+l.Idle, sum.Uncovered+l.Uncovered
	}
	return lines, sum, nil
}

func (d *Duties) list(w http.ResponseWriter, r *http.Request, who *people.Who) error {
	page := MandatesPage{ExportHref: mandatesPath + ".xlsx"}
	var err error
	if page.Lines, page.Sum, err = d.lines(r.Context(), who); err != nil {
		return err
	}
	if page.Frame, err = d.cfg.Shell.Frame(r, who, mandatesTitle, mandatesPath); err != nil {
		return err
	}
	return d.cfg.Shell.Show(w, r, http.StatusOK, d.pages, "mandates", page)
}

// listExport sends the list of departments.
func (d *Duties) listExport(w http.ResponseWriter, r *http.Request, who *people.Who) error {
	lines, sum, err := d.lines(r.Context(), who)
	if err != nil {
		return err
	}
	columns := []ui.Column{{Head: "部门", Width: 30}, {Head: "三定职责", Width: 12}, {Head: "有职无权", Width: 12}, {Head: "权力", Width: 12}, {Head: "有权无职", Width: 12}}
	return d.cfg.Shell.Export(w, r, mandatesTitle, d.today()+"三定职责与权力对照", columns, func(add ui.Adder) error {
		for _, l := range append(lines, sum) {
			if err := add(l.Name, l.Duties, l.Idle, l.Powers, l.Uncovered); err != nil {
				return err
			}
		}
		return nil
	})
}

// DutyView is one row of 三定 with the powers that exercise it.
type DutyView struct {
	No          int
	Text, Basis string
	Idle        bool
	Powers      []HeldView
}

// HeldView is one power with the rows that carry it. Ground is why it stands with
// the row that it is shown at.
type HeldView struct {
	Code, Name, Href string
	Category         string
	Duties           []int // numbers of the rows
	Ground           string
}

// MandatePage is the matrix of one department, both ways.
type MandatePage struct {
	ui.Frame
	Department  string
	Duties      []DutyView // rows that powers exercise
	Idle        []DutyView // rows without power
	Powers      []HeldView // powers that rows carry
	Uncovered   []HeldView // powers without row
	Total       MandateLine
	FillersNote bool // a closing row on whatever else is assigned is left out of Idle
	ExportHref  string
	Day         string
}

// read reads the matrix of the department that an address names, and its name;
// what is out of reach is people.Unknown.
func (d *Duties) read(r *http.Request, who *people.Who) (string, inventory.Matrix, error) {
	id, err := staff.PathID(r, "id")
	if err != nil {
		return "", inventory.Matrix{}, err
	}
	if err := who.MayOn(people.SeeReview, people.Target{Department: id}); err != nil {
		return "", inventory.Matrix{}, err
	}
	departments, err := org.Departments(r.Context(), d.cfg.DB, "")
	if err != nil {
		return "", inventory.Matrix{}, errs.Wrap("departments", err)
	}
	i := slices.IndexFunc(departments, func(x org.Department) bool { return x.ID == id })
	if i < 0 {
		return "", inventory.Matrix{}, people.Unknown()
	}
	all, err := inventory.MandateMatrix(r.Context(), d.cfg.DB, id)
	if err != nil {
		return "", inventory.Matrix{}, err
	}
	if len(all) == 0 {
		return departments[i].Name, inventory.Matrix{Department: id}, nil
	}
	return departments[i].Name, all[0], nil
}

func (d *Duties) matrix(w http.ResponseWriter, r *http.Request, who *people.Who) error {
	name, m, err := d.read(r, who)
	if err != nil {
		return err
	}
	page := MandatePage{Department: name, ExportHref: mandatesPath + "/" + m.Department.String() + "/export.xlsx", Day: d.today(),
		Total: MandateLine{Duties: len(m.Duties), Powers: len(m.Powers), Idle: m.Idle(), Uncovered: m.Uncovered(), None: len(m.Duties) == 0}}
	page.fill(d.cfg.PowerPath, m)
	if page.Frame, err = d.cfg.Shell.Frame(r, who, name+"职责对照", mandatesPath, ui.Link{Label: mandatesTitle, Href: mandatesPath}); err != nil {
		return err
	}
	return d.cfg.Shell.Show(w, r, http.StatusOK, d.pages, "mandate", page)
}

// fill puts rows and powers where they belong.
func (page *MandatePage) fill(powers string, m inventory.Matrix) {
	for _, d := range m.Duties {
		v := DutyView{No: d.No, Text: d.Text, Basis: d.Basis, Idle: d.Idle}
		for _, l := range d.Links {
			h := heldView(powers, m, m.Powers[l.Power])
			h.Ground = l.Ground
			v.Powers = append(v.Powers, h)
		}
		switch {
		case d.Idle:
			page.Idle = append(page.Idle, v)
		case len(d.Links) == 0:
			page.FillersNote = true
		default:
			page.Duties = append(page.Duties, v)
		}
	}
	for _, p := range m.Powers {
		if len(p.Links) == 0 {
			page.Uncovered = append(page.Uncovered, heldView(powers, m, p))
		} else {
			page.Powers = append(page.Powers, heldView(powers, m, p))
		}
	}
}

// heldView shows a power; only one that is under way has a page here.
func heldView(powers string, m inventory.Matrix, p inventory.Held) HeldView {
	v := HeldView{Code: p.Code, Name: p.Name, Category: string(p.Category)}
	if p.State.Open() {
		v.Href = powers + "/" + p.Power.String()
	}
	for _, l := range p.Links {
		v.Duties = append(v.Duties, m.Duties[l.Duty].No)
	}
	return v
}

// matrixExport sends the matrix of a department, a row for each duty with a power
// and for each that stands alone.
func (d *Duties) matrixExport(w http.ResponseWriter, r *http.Request, who *people.Who) error {
	name, m, err := d.read(r, who)
	if err != nil {
		return err
	}
	columns := []ui.Column{{Head: "职责序号", Width: 10}, {Head: "三定职责", Width: 60}, {Head: "职责依据", Width: 30}, {Head: "事项编码", Width: 22},
		{Head: "事项名称", Width: 48}, {Head: "类别", Width: 12}, {Head: "对照结果", Width: 16}, {Head: "对照理由", Width: 40}}
	return d.cfg.Shell.Export(w, r, mandatesTitle, name+"；三定职责与权力对照；"+d.today(), columns, func(add ui.Adder) error {
		for _, d := range m.Duties {
			if len(d.Links) == 0 {
				word := "有职无权"
				if !d.Idle {
					word = "兜底职责，不对照"
				}
				if err := add(d.No, d.Text, d.Basis, "", "", "", word, ""); err != nil {
					return err
				}
			}
			for _, l := range d.Links {
				p := m.Powers[l.Power]
				if err := add(d.No, d.Text, d.Basis, p.Code, p.Name, string(p.Category), "对应", l.Ground); err != nil {
					return err
				}
			}
		}
		for _, p := range m.Powers {
			if len(p.Links) == 0 {
				if err := add("", "", "", p.Code, p.Name, string(p.Category), "有权无职", ""); err != nil {
					return err
				}
			}
		}
		return nil
	})
}
