package rounds

import (
	"net/http"

	"qingdan/internal/platform/sqldb"
	"qingdan/internal/registry/people"
	"qingdan/internal/registry/power"
	"qingdan/internal/service/round"
	"qingdan/internal/web/ui"
)

// DisputesPage lists what departments and groups could not agree on.
type DisputesPage struct {
	ui.Frame
	Part       string // open, ruled or ended
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

// The parts of the list: what waits for the leading group, what it ruled, and what
// was left when its campaign was closed, on which nobody can rule any more.
const (
	partOpen  = "open"
	partRuled = "ruled"
	partEnded = "ended"
)

// partOf reads which disputes an address asks for.
func partOf(r *http.Request) string {
	switch p := r.URL.Query().Get("part"); p {
	case partRuled, partEnded:
		return p
	default:
		return partOpen
	}
}

// disputed reads the disputes within one's scope, by part.
func (x *Rounds) disputed(r *http.Request, who *people.Who) (map[string][]round.Opinion, error) {
	campaigns, err := round.Campaigns(r.Context(), x.cfg.DB)
	if err != nil {
		return nil, err
	}
	closed := map[sqldb.ID]bool{}
	for _, c := range campaigns {
		closed[c.ID] = c.State == round.Closed
	}
	all, err := round.Opinions(r.Context(), x.cfg.DB, round.Query{Scope: who.Scope(people.SeeRounds), No: round.Final,
		States: []round.OpinionState{round.Disputed, round.Ruled, round.Settled, round.Maintained}})
	if err != nil {
		return nil, err
	}
	out := map[string][]round.Opinion{}
	for _, o := range all {
		part := partRuled
		switch {
		case o.State == round.Disputed && closed[o.Campaign]:
			part = partEnded
		case o.State == round.Disputed:
			part = partOpen
		}
		out[part] = append(out[part], o)
	}
	return out, nil
}

func (x *Rounds) disputes(w http.ResponseWriter, r *http.Request, who *people.Who) error {
	part := partOf(r)
	all, err := x.disputed(r, who)
	if err != nil {
		return err
	}
	p := DisputesPage{Part: part, ExportHref: disputesPath + ".xlsx?part=" + part}
	for _, o := range all[part] {
		p.Rows = append(p.Rows, disputeRow(o))
	}
	if len(p.Rows) > 0 {
		p.First = p.Rows[0].Href
	}
	p.Parts = []ui.Link{
		{Label: "待裁定", Href: disputesPath, Current: part == partOpen, Count: len(all[partOpen]), HasNum: true},
		{Label: "已裁定", Href: disputesPath + "?part=" + partRuled, Current: part == partRuled, Count: len(all[partRuled]), HasNum: true},
	}
	if n := len(all[partEnded]); n > 0 || part == partEnded {
		p.Parts = append(p.Parts, ui.Link{Label: "清理结束时未裁定", Href: disputesPath + "?part=" + partEnded, Current: part == partEnded, Count: n, HasNum: true})
	}
	if p.Frame, err = x.shell.Frame(r, who, disputesTitle, disputesPath); err != nil {
		return err
	}
	return x.shell.Show(w, r, http.StatusOK, x.pages, "disputes", p)
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
	case o.State == round.Maintained:
		row.Carried = &ui.Light{Tone: "warn", Word: "没有落实，再次提请"}
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
	part := partOf(r)
	all, err := x.disputed(r, who)
	if err != nil {
		return err
	}
	what := "待领导小组裁定的分歧"
	switch part {
	case partRuled:
		what = "领导小组已裁定的分歧"
	case partEnded:
		what = "清理结束时未裁定的分歧"
	}
	columns := append(opinionColumns(), ui.Column{Head: "裁定", Width: 18}, ui.Column{Head: "裁定意见", Width: 50}, ui.Column{Head: "落实", Width: 16})
	return x.shell.Export(w, r, disputesTitle, what, columns, func(add ui.Adder) error {
		for _, o := range all[part] {
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
