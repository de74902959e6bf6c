package rounds

import (
	"context"
	"fmt"
	"net/http"
	"time"

	"qingdan/internal/errs"
	"qingdan/internal/platform/sqldb"
	"qingdan/internal/registry/people"
	"qingdan/internal/service/round"
	"qingdan/internal/web/ui"
)

// BoardPage shows where the departments of a campaign stand.
type BoardPage struct {
	ui.Frame
	Any       bool // there is a campaign to show
	Campaign  Campaign
	Campaigns []ui.Link // the others, and this one
	Heads     []string  // of the rounds
	Rows      []BoardRow
	Sum       BoardSum
	Notices   []Notice
	Manages   bool // may open, move and end
	Reviews   bool // sees the groups' work
	Done      string
	NewHref   string
}

// Campaign is a campaign on pages.
type Campaign struct {
	Title, State              string
	Since                     string
	Closed                    bool
	Href, ExportHref          string
	ConvergenceHref, ListHref string
	TermsHref, EndHref        string
}

// BoardRow is one department.
type BoardRow struct {
	Name, Group string
	Stage       ui.Light
	Cells       []BoardCell
}

// BoardCell is one round of a department.
type BoardCell struct {
	Head     string // of the column, for small screens
	Light    *ui.Light
	Word     string // of a round that is still to come
	Note     string
	Href     string // the submission or its opinions; "" where there is none to see
	Opinions int
	Open     int // of them without an end
	ListHref string
	OpenHref string
}

// BoardSum are the figures above the board.
type BoardSum struct{ Departments, Filling, Waiting, Reviewing, Done, Open, Disputed int }

// Notice is something that asks for attention.
type Notice struct {
	Light ui.Light
	Text  string
	Href  string
}

// board shows the campaign of the address, or the newest that somebody takes part
// in, one that runs before those that ended.
func (x *Rounds) board(w http.ResponseWriter, r *http.Request, who *people.Who) error {
	ctx := r.Context()
	all, err := x.campaigns(ctx, who)
	if err != nil {
		return err
	}
	page := BoardPage{Manages: who.May(people.RunRounds) == nil, Reviews: who.May(people.SeeReview) == nil, NewHref: newPath, Done: done(r)}
	var chosen round.Campaign
	if r.PathValue("id") != "" {
		if chosen, err = x.visible(r, who); err != nil {
			return err
		}
	} else if len(all) > 0 {
		chosen = running(all)
	}
	if page.Frame, err = x.shell.Frame(r, who, title, Root); err != nil {
		return err
	}
	if chosen.ID.IsZero() {
		return x.shell.Show(w, r, http.StatusOK, x.pages, "board", page)
	}
	page.Any, page.Campaign = true, campaignOf(chosen)
	for _, c := range all {
		page.Campaigns = append(page.Campaigns, ui.Link{Label: c.Title, Href: campaignHref(c.ID), Current: c.ID == chosen.ID})
	}
	rows, err := round.Board(ctx, x.cfg.DB, chosen.ID, who.Scope(people.SeeRounds), x.today())
	if err != nil {
		return err
	}
	groups, err := x.groupsOf(ctx)
	if err != nil {
		return err
	}
	page.Heads = heads(rows)
	for _, row := range rows {
		page.Rows = append(page.Rows, x.boardRow(who, row, groups, len(page.Heads)))
		page.Sum.add(row)
	}
	page.Notices = notices(rows, page.Campaign, page.Reviews)
	return x.shell.Show(w, r, http.StatusOK, x.pages, "board", page)
}

// campaigns lists the campaigns in which somebody within one's scope takes part.
func (x *Rounds) campaigns(ctx context.Context, who *people.Who) ([]round.Campaign, error) {
	all, err := round.Campaigns(ctx, x.cfg.DB)
	if err != nil {
		return nil, err
	}
	var out []round.Campaign
	for _, c := range all {
		switch err := x.takesPart(ctx, who, c.ID); {
		case err == nil:
			out = append(out, c)
		case errs.KindOf(err) != errs.NotFound:
			return nil, err
		}
	}
	return out, nil
}

// running is the newest campaign that is not closed, else the newest.
func running(all []round.Campaign) round.Campaign {
	for _, c := range all {
		if c.State != round.Closed {
			return c
		}
	}
	return all[0]
}

func campaignOf(c round.Campaign) Campaign {
	href := campaignHref(c.ID)
	return Campaign{Title: c.Title, State: c.State.Label(), Since: here(c.Opened).Format("2006年1月2日"), Closed: c.State == round.Closed, Href: href,
		ExportHref: href + "/board.xlsx", ConvergenceHref: href + "/convergence", ListHref: href + "/opinions", TermsHref: href + "/terms", EndHref: href + "/end"}
}

// done says in words what was just done; the address names it by a key, so that
// nobody can put words of their own on the page.
func done(r *http.Request) string {
	return map[string]string{"opened": "清理工作已部署，参加的部门可以开始填报。", "winding": "已进入收尾，逾期的不再接收。", "closed": "清理工作已结束。",
		"term": "期限已调整。", "received": "已接收，可以开始审核。", "down": "意见已下达。", "settled": "已记为解决。", "unsettled": "已改回待处理。",
		"maintained": "已坚持原意见。", "ruled": "裁定已作出。"}[r.URL.Query().Get("done")]
}

// heads are the rounds that the board shows: the three, the final one, and those
// for rulings where there are any.
func heads(rows []round.Row) []string {
	n := round.Final
	for _, row := range rows {
		n = max(n, len(row.Cells))
	}
	var out []string
	for no := range n {
		out = append(out, round.Up(no+1))
	}
	return out
}

func (s *BoardSum) add(row round.Row) {
	s.Departments++
	switch row.Stage {
	case round.StageFilling:
		s.Filling++
	case round.StageWaiting:
		s.Waiting++
	case round.StageReviewing:
		s.Reviewing++
	case round.StageDone:
		s.Done++
	}
	s.Open += row.Issued + row.Answered + row.Disputed
	s.Disputed += row.Disputed
}

func (x *Rounds) boardRow(who *people.Who, row round.Row, groups names, columns int) BoardRow {
	out := BoardRow{Name: row.Name, Group: groups[row.Department], Stage: stageLight(row.Standing)}
	sees := who.MayOn(people.SeeReview, people.Target{Department: row.Department}) == nil
	list := campaignHref(row.Campaign.ID) + "/opinions?department=" + row.Department.String()
	for no := 1; no <= columns; no++ {
		cell := BoardCell{Head: round.Up(no)}
		if no <= len(row.Cells) {
			c := row.Cells[no-1]
			cell = x.cell(row, c)
			if c.Submission != nil && sees {
				cell.Href = submissionHref(c.Submission.ID)
			}
			cell.Opinions, cell.Open = c.Figures.Written, c.Figures.Open()
			cell.ListHref = fmt.Sprintf("%s&no=%d", list, no)
			cell.OpenHref = cell.ListHref + "&state=open"
		}
		out.Cells = append(out.Cells, cell)
	}
	return out
}

// stageLight is where a department stands, in shape, word and colour.
func stageLight(s round.Standing) ui.Light {
	tone := "still"
	switch {
	case s.Late && s.Stage == round.StageFilling:
		return ui.Light{Tone: "bad", Word: "逾期未上报"}
	case s.Stage == round.StageWaiting, s.Stage == round.StageRuling:
		tone = "warn"
	case s.Stage == round.StageDone:
		tone = "ok"
	}
	return ui.Light{Tone: tone, Word: s.Stage.Label()}
}

// nearDays is how many days before the last day a department is warned.
const nearDays = 3

// cell words one round of a department.
func (x *Rounds) cell(row round.Row, c round.Cell) BoardCell {
	out := BoardCell{Head: round.Up(c.No)}
	light := func(tone, word string) { out.Light = &ui.Light{Tone: tone, Word: word} }
	due := ""
	if c.Due != "" {
		due = "截止" + monthDay(c.Due)
	}
	if s := c.Submission; s != nil {
		out.Note = short(s.At) + "上报"
		if c.Late {
			out.Note += "（逾期）"
		}
		switch {
		case s.Received.IsZero():
			light("warn", "待接收")
		case s.No <= round.Rounds && s.HandedDown.IsZero():
			light("still", "审核中")
		case s.No <= round.Rounds:
			light("ok", "已下达")
			out.Note += "，" + short(s.HandedDown) + "下达"
		default:
			light("ok", "已接收")
		}
		return out
	}
	out.Note = due
	switch {
	case row.Stage != round.StageFilling || c.No != row.No:
		out.Word = "—"
	case c.Late:
		light("bad", "逾期")
	case c.Due != "" && daysTo(x.today(), c.Due) <= nearDays:
		light("warn", "临期")
	default:
		light("still", "填报中")
	}
	return out
}

// monthDay is a stored day without its year.
func monthDay(day string) string {
	t, err := time.Parse(time.DateOnly, day)
	if err != nil {
		return day
	}
	return t.Format("1月2日")
}

// daysTo counts the days from one stored day to another; a broken one is far off.
func daysTo(from, to string) int {
	a, err := time.Parse(time.DateOnly, from)
	b, err2 := time.Parse(time.DateOnly, to)
	if err != nil || err2 != nil {
		return 1 << 20
	}
	return int(b.Sub(a).Hours() / 24)
}

// notices say what on the board asks for attention; those who see the groups' work
// are led to the first submission that waits.
func notices(rows []round.Row, c Campaign, reviews bool) []Notice {
	var late, waiting, disputed int
	var first sqldb.ID
	for _, row := range rows {
		if row.Late {
			late++
		}
		if row.Stage == round.StageWaiting {
			if waiting == 0 {
				first = row.Submission
			}
			waiting++
		}
		disputed += row.Disputed
	}
	var out []Notice
	if late > 0 {
		out = append(out, Notice{ui.Light{Tone: "bad", Word: "逾期"}, fmt.Sprintf("%d 个部门过了截止日期还没有上报", late), c.Href + "#board"})
	}
	if waiting > 0 {
		to := c.Href + "#board"
		if reviews {
			to = submissionHref(first)
		}
		out = append(out, Notice{ui.Light{Tone: "warn", Word: "待接收"}, fmt.Sprintf("%d 个部门的上报等待审核小组接收", waiting), to})
	}
	if disputed > 0 {
		out = append(out, Notice{ui.Light{Tone: "warn", Word: "待裁定"}, fmt.Sprintf("%d 条分歧等待领导小组裁定", disputed), disputesPath})
	}
	return out
}

// boardExport sends the board as a workbook.
func (x *Rounds) boardExport(w http.ResponseWriter, r *http.Request, who *people.Who) error {
	c, err := x.visible(r, who)
	if err != nil {
		return err
	}
	rows, err := round.Board(r.Context(), x.cfg.DB, c.ID, who.Scope(people.SeeRounds), x.today())
	if err != nil {
		return err
	}
	groups, err := x.groupsOf(r.Context())
	if err != nil {
		return err
	}
	columns := []ui.Column{{Head: "部门", Width: 24}, {Head: "审核小组", Width: 16}, {Head: "进度", Width: 16}}
	hs := heads(rows)
	for _, h := range hs {
		columns = append(columns, ui.Column{Head: h, Width: 30}, ui.Column{Head: h + "意见", Width: 10}, ui.Column{Head: h + "未了结", Width: 10})
	}
	return x.shell.Export(w, r, "三上三下进度", fmt.Sprintf("%s，%s的进度", c.Title, ui.Day(x.today())), columns, func(add ui.Adder) error {
		for _, row := range rows {
			b := x.boardRow(who, row, groups, len(hs))
			cells := []any{b.Name, b.Group, b.Stage.Word}
			for _, c := range b.Cells {
				words := c.Word
				if c.Light != nil {
					words = c.Light.Word
				}
				if c.Note != "" {
					words += " " + c.Note
				}
				cells = append(cells, words, c.Opinions, c.Open)
			}
			if err := add(cells...); err != nil {
				return err
			}
		}
		return nil
	})
}
