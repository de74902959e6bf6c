package audit

import (
	"cmp"
	"net/http"
	"slices"
	"strings"

	"qingdan/internal/registry/people"
	"qingdan/internal/stage/inventory"
	"qingdan/internal/web/staff"
	"qingdan/internal/web/ui"
)

const mandatesTitle = "职责对照"

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
	Lines []MandateLine
	Sum   MandateLine
}

func (a *Audit) mandates(w http.ResponseWriter, r *http.Request, who *people.Who) error {
	s, err := a.shelf(r.Context())
	if err != nil {
		return err
	}
	sc := scope(who)
	page := MandatesPage{Sum: MandateLine{Name: "合计"}}
	if page.Frame, err = a.shell.Frame(r, who, mandatesTitle, mandatesPath); err != nil {
		return err
	}
	var all []inventory.Matrix
	if sc.All || len(sc.Departments) > 0 {
		if all, err = inventory.MandateMatrix(r.Context(), a.cfg.DB, sc.Departments...); err != nil {
			return err
		}
	}
	slices.SortFunc(all, func(x, y inventory.Matrix) int {
		return cmp.Or(s.byOrder(x.Department, y.Department))
	})
	for _, m := range all {
		href := mandatesPath + "/" + m.Department.String()
		l := MandateLine{Name: s.names[m.Department].name, Href: href, Duties: len(m.Duties), Powers: len(m.Powers), Idle: m.Idle(), Uncovered: m.Uncovered(),
			IdleHref: href + "#idle", GapHref: href + "#uncovered", None: len(m.Duties) == 0}
		page.Lines = append(page.Lines, l)
		page.Sum.Duties, page.Sum.Powers = page.Sum.Duties+l.Duties, page.Sum.Powers+l.Powers
		page.Sum.Idle, page.Sum.Uncovered = page.Sum.Idle+l.Idle, page.Sum.Uncovered+l.Uncovered
	}
	return a.shell.Show(w, r, http.StatusOK, a.pages, "mandates", page)
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

// matrix reads the matrix of the department that an address names; what is out of
// reach is people.Unknown.
func (a *Audit) matrix(r *http.Request, who *people.Who) (*shelf, inventory.Matrix, error) {
	id, err := staff.PathID(r, "id")
	if err != nil {
		return nil, inventory.Matrix{}, err
	}
	if err := who.MayOn(people.SeeReview, people.Target{Department: id}); err != nil {
		return nil, inventory.Matrix{}, err
	}
	s, err := a.shelf(r.Context())
	if err != nil {
		return nil, inventory.Matrix{}, err
	}
	if _, known := s.names[id]; !known {
		return nil, inventory.Matrix{}, people.Unknown()
	}
	all, err := inventory.MandateMatrix(r.Context(), a.cfg.DB, id)
	if err != nil {
		return nil, inventory.Matrix{}, err
	}
	if len(all) == 0 {
		return s, inventory.Matrix{Department: id}, nil
	}
	return s, all[0], nil
}

func (a *Audit) mandate(w http.ResponseWriter, r *http.Request, who *people.Who) error {
	s, m, err := a.matrix(r, who)
	if err != nil {
		return err
	}
	name := s.names[m.Department].name
	page := MandatePage{Department: name, ExportHref: mandatesPath + "/" + m.Department.String() + "/export.xlsx", Day: dayOf(a.cfg.Clock()),
		Total: MandateLine{Duties: len(m.Duties), Powers: len(m.Powers), Idle: m.Idle(), Uncovered: m.Uncovered(), None: len(m.Duties) == 0}}
	if page.Frame, err = a.shell.Frame(r, who, name+"职责对照", mandatesPath, ui.Link{Label: mandatesTitle, Href: mandatesPath}); err != nil {
		return err
	}
	for _, d := range m.Duties {
		v := DutyView{No: d.No, Text: d.Text, Basis: d.Basis, Idle: d.Idle}
		for _, l := range d.Links {
			h := heldView(s, m, m.Powers[l.Power])
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
			page.Uncovered = append(page.Uncovered, heldView(s, m, p))
		} else {
			page.Powers = append(page.Powers, heldView(s, m, p))
		}
	}
	return a.shell.Show(w, r, http.StatusOK, a.pages, "mandate", page)
}

// heldView shows a power; only one that is in the queue has a page here.
func heldView(s *shelf, m inventory.Matrix, p inventory.Held) HeldView {
	v := HeldView{Code: p.Code, Name: p.Name, Category: string(p.Category)}
	if s.powers[p.Power] != nil {
		v.Href = powerHref(p.Power)
	}
	for _, l := range p.Links {
		v.Duties = append(v.Duties, m.Duties[l.Duty].No)
	}
	return v
}

// mandateExport sends the matrix of a department, a row for each duty with a power
// and for each that stands alone.
func (a *Audit) mandateExport(w http.ResponseWriter, r *http.Request, who *people.Who) error {
	s, m, err := a.matrix(r, who)
	if err != nil {
		return err
	}
	name := s.names[m.Department].name
	columns := []ui.Column{{Head: "职责序号", Width: 10}, {Head: "三定职责", Width: 60}, {Head: "职责依据", Width: 30}, {Head: "事项编码", Width: 22},
		{Head: "事项名称", Width: 48}, {Head: "类别", Width: 12}, {Head: "对照结果", Width: 16}, {Head: "对照理由", Width: 40}}
	return a.shell.Export(w, r, "职责对照", strings.Join([]string{name, "三定职责与权力对照", dayOf(a.cfg.Clock())}, "；"), columns, func(add ui.Adder) error {
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
