package consult

import (
	"context"
	"net/http"

	"qingdan/internal/errs"
	"qingdan/internal/platform/sqldb"
	"qingdan/internal/registry/power"
	core "qingdan/internal/service/consult"
	"qingdan/internal/service/round"
	"qingdan/internal/web/ui"
)

// Element is one part of the wording of a power.
type Element struct {
	Label  string
	Pieces []ui.Piece
}

// CommentPage is one comment with every answer that it was given, and what was
// changed because of it.
type CommentPage struct {
	ui.Frame
	Notice  NoticeRow
	Row     CommentRow
	Earlier []AnswerRow // answers that were corrected
	Changed []Element   // what the adopting answer changed
	Power   string      // whose wording was changed
	Became  int         // number of the version
	Href    string      // the line of the draft
	ItemNow string      // the line of the draft of the power that was changed
}

func (c *Consult) comment(w http.ResponseWriter, r *http.Request) error {
	frame, all, n, err := c.read(r, "意见和答复")
	if err != nil {
		return err
	}
	none := errs.NotFoundf("没有这条意见").Fix("请看全部意见")
	id, err := sqldb.ParseID(r.PathValue("comment"))
	if err != nil {
		return none.Because(err)
	}
	k, err := core.PublicComment(r.Context(), c.cfg.DB, id)
	if err != nil {
		return err
	}
	if k.Notice != n.ID {
		return none
	}
	page := CommentPage{Frame: frame.Trail(home(), ui.Link{Label: n.Title, Href: noticeHref(n.ID)}, ui.Link{Label: "意见和答复", Href: noticeHref(n.ID) + "/comments"}), Notice: c.row(n)}
	page.Title = "一条意见"
	rows, err := c.rows(r.Context(), all, []core.Comment{k})
	if err != nil {
		return err
	}
	page.Row, page.Href = rows[0], rows[0].SubjectHref
	given, err := core.AnswersTo(r.Context(), c.cfg.DB, k)
	if err != nil {
		return err
	}
	for i, a := range given {
		if i > 0 {
			page.Earlier = append(page.Earlier, answerRow(all, k, a))
		}
	}
	if len(given) > 0 && !given[0].Version.IsZero() {
		if err := c.changed(r.Context(), all, k, given[0], &page); err != nil {
			return err
		}
	}
	return c.pages.Render(w, r, "comment", page)
}

// changed holds the wording that a comment was written about against the one that
// it changed.
func (c *Consult) changed(ctx context.Context, all Departments, k core.Comment, a core.Answer, page *CommentPage) error {
	before := k.Version
	if k.Power != a.Power {
		e, err := core.EntryOf(ctx, c.cfg.DB, k.Notice, a.Power)
		if err != nil {
			return err
		}
		before, page.Power, page.ItemNow = e.Version, e.Name, itemHref(k.Notice, e.Code)
	}
	old, err := power.VersionByID(ctx, c.cfg.DB, before)
	if err != nil {
		return err
	}
	next, err := power.VersionByID(ctx, c.cfg.DB, a.Version)
	if err != nil {
		return err
	}
	page.Became, page.Changed = next.No, differing(all, old, next)
	return nil
}

// differing gives the elements in which two wordings differ.
func differing(all Departments, old, next power.Version) []Element {
	var out []Element
	for _, f := range round.Fields() {
		if a, b := f.Text(old), f.Text(next); a != b {
			out = append(out, Element{f.Label, ui.Differences(a, b)})
		}
	}
	if old.Department != next.Department {
		out = append(out, Element{"实施机关", ui.Differences(all.name(old.Department), all.name(next.Department))})
	}
	return out
}

// wording gives the elements of a wording that say something.
func wording(v power.Version) []Element {
	var out []Element
	for _, f := range round.Fields() {
		if s := f.Text(v); s != "" && f.Key != "name" {
			out = append(out, Element{f.Label, []ui.Piece{{Word: s}}})
		}
	}
	return out
}
