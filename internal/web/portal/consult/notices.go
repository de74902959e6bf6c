package consult

import (
	"fmt"
	"net/http"
	"time"

	core "qingdan/internal/service/consult"
	"qingdan/internal/web/ui"
)

// NoticeRow is one notice in the list.
type NoticeRow struct {
	Title, Href, From, Last string
	Light                   ui.Light
	Left                    string // how many days are left, "" when it is not open
	Entries                 int
	Counts                  Counts
}

// Counts are the numbers of what was said.
type Counts struct{ All, Waiting, Answered, Held, Adopted, Partly, Declined int }

func counts(c core.Counts) Counts {
	return Counts{c.All, c.Waiting, c.Answered, c.Held, c.Adopted, c.Partly, c.Declined}
}

// NoticesPage lists the notices, the newest first.
type NoticesPage struct {
	ui.Frame
	Rows        []NoticeRow
	ReceiptHref string
	HotHref     string
}

func (c *Consult) notices(w http.ResponseWriter, r *http.Request) error {
	frame, _, err := c.cfg.Begin(r, "征求意见", Path)
	if err != nil {
		return err
	}
	all, err := core.Notices(r.Context(), c.cfg.DB, frame.Site.Division)
	if err != nil {
		return err
	}
	page := NoticesPage{Frame: frame.Trail(), ReceiptHref: ReceiptPath, HotHref: HotPath}
	for _, n := range all {
		of, err := core.CountsOf(r.Context(), c.cfg.DB, n.ID)
		if err != nil {
			return err
		}
		row := c.row(n)
		row.Counts = counts(of)
		page.Rows = append(page.Rows, row)
	}
	return c.pages.Render(w, r, "notices", page)
}

// row is what every page says of a notice.
func (c *Consult) row(n core.Notice) NoticeRow {
	today := c.today()
	row := NoticeRow{Title: n.Title, Href: noticeHref(n.ID), From: n.From, Last: n.Last(), Entries: n.Entries}
	switch stage := n.Stage(today); stage {
	case core.Open:
		row.Left = left(today, n.Last())
		row.Light = ui.Light{Tone: "ok", Word: stage.Label()}
	case core.Ahead:
		row.Light = ui.Light{Tone: "warn", Word: stage.Label()}
	default:
		row.Light = ui.Light{Tone: "still", Word: stage.Label()}
	}
	return row
}

// left says how many days are left until a last day, which counts.
func left(today, last string) string {
	from, err := time.Parse(time.DateOnly, today)
	if err != nil {
		return ""
	}
	to, err := time.Parse(time.DateOnly, last)
	if err != nil || to.Before(from) {
		return ""
	}
	if n := int(to.Sub(from).Hours() / 24); n > 0 {
		return fmt.Sprintf("还有 %d 天", n)
	}
	return "今天截止"
}
