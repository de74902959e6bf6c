package rounds

import (
	"net/http"

	"qingdan/internal/registry/people"
	"qingdan/internal/registry/power"
	"qingdan/internal/service/round"
	"qingdan/internal/web/ui"
)

// DisputesPage lists what departments and groups could not agree on.
type DisputesPage struct {
	ui.Frame
	Part       string // open or ruled
	Parts      []ui.Link
	Rows       []DisputeRow
	First      string
	ExportHref string
}

// DisputeRow is one dispute.
type DisputeRow struct {
	OpinionRow
	Since   string
	Outcome string
	Carried *ui.Light // whether a ruling was carried out
}

// partOf reads which disputes an address asks for.
func partOf(r *http.Request) (string, []round.OpinionState) {
	if r.URL.Query().Get("part") == "ruled" {
		return "ruled", []round.OpinionState{round.Ruled, round.Settled}
	}
	return "open", []round.OpinionState{round.Disputed}
}

func (x *Rounds) disputed(r *http.Request, who *people.Who, states []round.OpinionState) ([]round.Opinion, error) {
	return round.Opinions(r.Context(), x.cfg.DB, round.Query{Scope: who.Scope(people.SeeRounds), No: round.Final, States: states})
}

func (x *Rounds) disputes(w http.ResponseWriter, r *http.Request, who *people.Who) error {
	part, states := partOf(r)
	all, err := x.disputed(r, who, append(states, partStates(part)...))
	if err != nil {
		return err
	}
	p := DisputesPage{Part: part, ExportHref: disputesPath + ".xlsx?part=" + part}
	counts := map[bool]int{}
	for _, o := range all {
		open := o.State == round.Disputed
		counts[open]++
		if open == (part == "open") {
			p.Rows = append(p.Rows, disputeRow(o))
		}
	}
	if len(p.Rows) > 0 {
		p.First = p.Rows[0].Href
	}
	p.Parts = []ui.Link{
		{Label: "待裁定", Href: disputesPath, Current: part == "open", Count: counts[true], HasNum: true},
		{Label: "已裁定", Href: disputesPath + "?part=ruled", Current: part == "ruled", Count: counts[false], HasNum: true},
	}
	if p.Frame, err = x.shell.Frame(r, who, disputesTitle, disputesPath); err != nil {
		return err
	}
	return x.shell.Show(w, r, http.StatusOK, x.pages, "disputes", p)
}

// partStates are the states of the other part, whose number stands beside it.
func partStates(part string) []round.OpinionState {
	if part == "ruled" {
		return []round.OpinionState{round.Disputed}
	}
	return []round.OpinionState{round.Ruled, round.Settled}
}

func disputeRow(o round.Opinion) DisputeRow {
	row := DisputeRow{OpinionRow: opinionRow(o), Since: minute(o.Handed)}
	if o.Ruling == nil {
		return row
	}
	row.Outcome = o.Ruling.Outcome.Label()
	switch {
	case !o.Ruling.Outcome.Corrects():
		row.Carried = &ui.Light{Tone: "ok", Word: "不需要修改"}
	case o.State == round.Settled:
		row.Carried = &ui.Light{Tone: "ok", Word: "已落实"}
	case o.ChangeState == power.SelfCheck:
		row.Carried = &ui.Light{Tone: "warn", Word: "部门修改中"}
	case o.ChangeState.Open():
		row.Carried = &ui.Light{Tone: "still", Word: "已上报，待核对"}
	default:
		row.Carried = &ui.Light{Tone: "ok", Word: "事项已退出"}
	}
	return row
}

func (x *Rounds) disputesExport(w http.ResponseWriter, r *http.Request, who *people.Who) error {
	part, states := partOf(r)
	all, err := x.disputed(r, who, states)
	if err != nil {
		return err
	}
	what := "待领导小组裁定的分歧"
	if part == "ruled" {
		what = "领导小组已裁定的分歧"
	}
	columns := append(opinionColumns(), ui.Column{Head: "裁定", Width: 18}, ui.Column{Head: "裁定意见", Width: 50}, ui.Column{Head: "落实", Width: 16})
	return x.shell.Export(w, r, disputesTitle, what, columns, func(add ui.Adder) error {
		for _, o := range all {
			row := disputeRow(o)
			text, carried := "", ""
			if o.Ruling != nil {
				text = o.Ruling.Text
			}
			if row.Carried != nil {
				carried = row.Carried.Word
			}
			if err := add(append(row.cells(), row.Outcome, text, carried)...); err != nil {
				return err
			}
		}
		return nil
	})
}
