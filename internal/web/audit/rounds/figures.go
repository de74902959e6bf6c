package rounds

import (
	"net/http"
	"net/url"
	"strconv"

	"qingdan/internal/registry/people"
	"qingdan/internal/service/round"
	"qingdan/internal/web/ui"
)

// ConvergencePage shows how far the opinions of a campaign came together.
type ConvergencePage struct {
	ui.Frame
	Campaign    Campaign
	Sum         round.Figures
	Total       FigureRow
	Share       int // settled, in percent; -1 without opinions
	Rounds      []FigureRow
	Causes      []FigureRow
	Departments []FigureRow
	ExportHref  string
}

// FigureTable is what the table of one kind of lines needs.
type FigureTable struct {
	Head  string
	Rows  []FigureRow
	Total FigureRow
}

// Table makes a table of lines with the columns of the total.
func (p ConvergencePage) Table(head string, rows []FigureRow) FigureTable {
	return FigureTable{head, rows, p.Total}
}

// FigureRow is one line of figures; every number leads to its opinions.
type FigureRow struct {
	Name  string
	Cells []FigureCell
	Share string // of settled ones
}

// FigureCell is one number.
type FigureCell struct {
	Head string
	N    int
	Href string
}

// figureColumns are the columns of every table of figures: what is counted, and
// the parameters that choose these opinions.
func figureColumns() []struct {
	head  string
	count func(round.Figures) int
	param [2]string
} {
	type column = struct {
		head  string
		count func(round.Figures) int
		param [2]string
	}
	return []column{
		{"意见", func(f round.Figures) int { return f.Written }, [2]string{}},
		{"待答复", func(f round.Figures) int { return f.Unanswered }, [2]string{"state", string(round.Issued)}},
		{"采纳", func(f round.Figures) int { return f.Accepted }, [2]string{"answer", string(round.Accept)}},
		{"部分采纳", func(f round.Figures) int { return f.Partly }, [2]string{"answer", string(round.Partly)}},
		{"不采纳", func(f round.Figures) int { return f.Refused }, [2]string{"answer", string(round.Refuse)}},
		{"待处理", func(f round.Figures) int { return f.Undecided }, [2]string{"state", string(round.Answered)}},
		{"已解决", func(f round.Figures) int { return f.Settled }, [2]string{"state", string(round.Settled)}},
		{"坚持", func(f round.Figures) int { return f.Maintained }, [2]string{"state", string(round.Maintained)}},
		{"待裁定", func(f round.Figures) int { return f.Disputed }, [2]string{"state", string(round.Disputed)}},
		{"已裁定", func(f round.Figures) int { return f.Ruled }, [2]string{"state", string(round.Ruled)}},
	}
}

// figureRow makes a line; key and value choose its opinions among all, share is in
// percent.
func figureRow(name string, f round.Figures, share int, list, key, value string) FigureRow {
	out := FigureRow{Name: name, Share: "—"}
	if share >= 0 {
		out.Share = strconv.Itoa(share) + "%"
	}
	for _, c := range figureColumns() {
		v := url.Values{}
		if key != "" {
			v.Set(key, value)
		}
		if c.param[0] != "" {
			v.Set(c.param[0], c.param[1])
		}
		out.Cells = append(out.Cells, FigureCell{c.head, c.count(f), ui.Address(list, v)})
	}
	return out
}

func (x *Rounds) converged(r *http.Request, who *people.Who) (ConvergencePage, error) {
	c, err := x.visible(r, who)
	if err != nil {
		return ConvergencePage{}, err
	}
	f, err := round.Convergence(r.Context(), x.cfg.DB, c.ID, who.Scope(people.SeeRounds))
	if err != nil {
		return ConvergencePage{}, err
	}
	p := ConvergencePage{Campaign: campaignOf(c), Sum: f.Total, Share: f.Total.EndedShare(), ExportHref: campaignHref(c.ID) + "/convergence.xlsx"}
	list := p.Campaign.ListHref
	p.Total = figureRow("合计", f.Total, p.Share, list, "", "")
	for _, y := range f.Rounds {
		name := round.Down(y.No)
		if y.No > round.Rounds {
			name = "定稿分歧"
		}
		p.Rounds = append(p.Rounds, figureRow(name, y.Figures, y.SettledShare(), list, "no", strconv.Itoa(y.No)))
	}
	for _, y := range f.Causes {
		p.Causes = append(p.Causes, figureRow(y.Cause.Label, y.Figures, y.EndedShare(), list, "cause", y.Cause.Key))
	}
	for _, y := range f.Departments {
		p.Departments = append(p.Departments, figureRow(y.Name, y.Figures, y.EndedShare(), list, "department", y.Department.String()))
	}
	p.Frame, err = x.shell.Frame(r, who, "意见收敛情况", Root, home(c))
	return p, err
}

func (x *Rounds) convergence(w http.ResponseWriter, r *http.Request, who *people.Who) error {
	p, err := x.converged(r, who)
	if err != nil {
		return err
	}
	return x.shell.Show(w, r, http.StatusOK, x.pages, "convergence", p)
}

func (x *Rounds) convergenceExport(w http.ResponseWriter, r *http.Request, who *people.Who) error {
	p, err := x.converged(r, who)
	if err != nil {
		return err
	}
	columns := []ui.Column{{Head: "统计方式", Width: 12}, {Head: "项目", Width: 24}}
	for _, c := range figureColumns() {
		columns = append(columns, ui.Column{Head: c.head, Width: 10})
	}
	columns = append(columns, ui.Column{Head: "了结率", Width: 10})
	return x.shell.Export(w, r, "意见收敛情况", p.Campaign.Title, columns, func(add ui.Adder) error {
		for _, part := range []struct {
			name string
			rows []FigureRow
		}{{"合计", []FigureRow{p.Total}}, {"按轮次", p.Rounds}, {"按原因", p.Causes}, {"按部门", p.Departments}} {
			for _, row := range part.rows {
				cells := []any{part.name, row.Name}
				for _, c := range row.Cells {
					cells = append(cells, c.N)
				}
				if err := add(append(cells, row.Share)...); err != nil {
					return err
				}
			}
		}
		return nil
	})
}
