package press

import (
	"context"
	"net/url"
	"slices"
	"time"

	"qingdan/internal/errs"
	"qingdan/internal/platform/ledger"
	"qingdan/internal/platform/sqldb"
	"qingdan/internal/registry/org"
	"qingdan/internal/registry/people"
	"qingdan/internal/service/consult"
)

// RecordConference records a press conference (新闻发布会) with its speakers and
// what was asked, in this order (RunConsult), and records "press.conference" and
// "press.asked" for each question. What was not answered there is owed. c.ID,
// c.Division and c.At are set here.
//
// Invalid: a field is missing, the day has not come, nobody spoke.
func RecordConference(ctx context.Context, tx *ledger.Tx, who *people.Who, c Conference, asked []Asked) (sqldb.ID, error) {
	if err := consult.May(tx, who, people.RunConsult, sqldb.ID{}); err != nil {
		return sqldb.ID{}, err
	}
	c, err := c.check(tx)
	if err != nil {
		return sqldb.ID{}, err
	}
	if c.Division, err = org.Here(ctx, tx); err != nil {
		return sqldb.ID{}, err
	}
	c.ID, c.At = sqldb.NewID(), tx.Now()
	if err := insertConference(ctx, tx, c, who); err != nil {
		return sqldb.ID{}, err
	}
	type act struct {
		Title     string `json:"title"`
		Day       string `json:"day"`
		Questions int    `json:"questions"`
	}
	if err := tx.Say(ctx, c.Division, "press.conference", c.ID, act{c.Title, c.Day, len(asked)}); err != nil {
		return sqldb.ID{}, err
	}
	for i, a := range asked {
		if _, err := a.ask(ctx, tx, who, Question{Division: c.Division, Conference: c.ID, No: i + 1, AskedOn: c.Day}); err != nil {
			return sqldb.ID{}, err
		}
	}
	return c.ID, nil
}

// check holds a press conference against its form and gives it cleaned.
func (c Conference) check(tx *ledger.Tx) (Conference, error) {
	var err error
	if c.Title, err = text("title", "名称", c.Title, 2, maxTitle); err != nil {
		return c, err
	}
	if err := held(tx, "day", "日期", c.Day); err != nil {
		return c, err
	}
	if c.Place, err = text("place", "地点", c.Place, 1, maxTitle); err != nil {
		return c, err
	}
	if c.Summary, err = text("summary", "发布内容", c.Summary, 0, maxText); err != nil {
		return c, err
	}
	if len(c.Speakers) == 0 {
		return c, errs.Invalidf("没有写发布人").At("speakers").Fix("请写明发布人的姓名和职务")
	}
	speakers := slices.Clone(c.Speakers) // the closure may run twice
	for i, s := range speakers {
		if speakers[i].Name, err = text("speakers", "发布人姓名", s.Name, 1, maxName); err != nil {
			return c, err
		}
		if speakers[i].Post, err = text("speakers", "发布人职务", s.Post, 1, maxName); err != nil {
			return c, err
		}
	}
	c.Speakers = speakers
	return c, nil
}

// AddPlan adds a line to the media plan (RunConsult) and records "media.planned".
// p.ID, p.Division, p.State and p.At are set here. Invalid: a field is missing.
func AddPlan(ctx context.Context, tx *ledger.Tx, who *people.Who, p Plan) (sqldb.ID, error) {
	if err := consult.May(tx, who, people.RunConsult, sqldb.ID{}); err != nil {
		return sqldb.ID{}, err
	}
	var err error
	if p.Round, err = text("round", "批次", p.Round, 1, maxName); err != nil {
		return sqldb.ID{}, err
	}
	if p.Outlet, err = text("outlet", "媒体", p.Outlet, 1, maxName); err != nil {
		return sqldb.ID{}, err
	}
	if p.Topic, err = text("topic", "主题", p.Topic, 1, maxTitle); err != nil {
		return sqldb.ID{}, err
	}
	if p.Note, err = text("note", "说明", p.Note, 0, maxQuestion); err != nil {
		return sqldb.ID{}, err
	}
	if _, err := time.Parse(time.DateOnly, p.Day); err != nil {
		return sqldb.ID{}, errs.Invalidf("日期“%s”不对", p.Day).At("day").Fix("请写成 2014-12-30 这样")
	}
	if p.Division, err = org.Here(ctx, tx); err != nil {
		return sqldb.ID{}, err
	}
	p.ID, p.State, p.At = sqldb.NewID(), Planned, tx.Now()
	if err := insertPlan(ctx, tx, p); err != nil {
		return sqldb.ID{}, err
	}
	type act struct {
		Round  string `json:"round"`
		Outlet string `json:"outlet"`
		Day    string `json:"day"`
		Topic  string `json:"topic"`
	}
	return p.ID, tx.Say(ctx, p.Division, "media.planned", p.ID, act{p.Round, p.Outlet, p.Day, p.Topic})
}

// MarkPlan says how far a line of the media plan is (RunConsult) and records
// "media.marked". A line that is dropped needs a note why.
//
// NotFound: no such line. Invalid: no such state, or no note. Conflict: it stands
// there already.
func MarkPlan(ctx context.Context, tx *ledger.Tx, who *people.Who, plan sqldb.ID, s PlanState, note string) error {
	if err := consult.May(tx, who, people.RunConsult, sqldb.ID{}); err != nil {
		return err
	}
	p, err := planByID(ctx, tx, plan)
	if err != nil {
		return err
	}
	least := 0
	switch s {
	case Planned, Done:
	case Dropped:
		least = 5
	default:
		return errs.Invalidf("没有选择状态").At("state").Fix("请从列出的几种中选一种")
	}
	if note, err = text("note", "说明", note, least, maxQuestion); err != nil {
		return err
	}
	if p.State == s && p.Note == note {
		return errs.Conflictf("已经是“%s”", s.Label()).Fix("请刷新页面")
	}
	if err := updatePlan(ctx, tx, plan, s, note); err != nil {
		return err
	}
	type act struct {
		State PlanState `json:"state"`
	}
	return tx.SayBeside(ctx, p.Division, "media.marked", plan, act{s}, ledger.Words(note))
}

// AddClipping records what the media printed or broadcast (RunConsult) and records
// "media.clipped". c.ID, c.Division and c.At are set here.
//
// Invalid: a field is missing, the day has not come, the link is no address of the
// web, no such line of the plan.
func AddClipping(ctx context.Context, tx *ledger.Tx, who *people.Who, c Clipping) (sqldb.ID, error) {
	if err := consult.May(tx, who, people.RunConsult, sqldb.ID{}); err != nil {
		return sqldb.ID{}, err
	}
	var err error
	if c.Title, err = text("title", "标题", c.Title, 1, maxTitle); err != nil {
		return sqldb.ID{}, err
	}
	if c.Outlet, err = text("outlet", "媒体", c.Outlet, 1, maxName); err != nil {
		return sqldb.ID{}, err
	}
	if err := held(tx, "day", "日期", c.Day); err != nil {
		return sqldb.ID{}, err
	}
	if c.Link = consult.Clean(c.Link); c.Link != "" {
		u, err := url.Parse(c.Link)
		if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "" || u.User != nil || len(c.Link) > maxLink {
			return sqldb.ID{}, errs.Invalidf("网址不对").At("link").Fix("请写 http:// 或者 https:// 开头的网址，或者留空")
		}
	}
	if !c.Plan.IsZero() {
		if _, err := planByID(ctx, tx, c.Plan); err != nil {
			return sqldb.ID{}, err
		}
	}
	if c.Division, err = org.Here(ctx, tx); err != nil {
		return sqldb.ID{}, err
	}
	c.ID, c.At = sqldb.NewID(), tx.Now()
	if err := insertClipping(ctx, tx, c); err != nil {
		return sqldb.ID{}, err
	}
	type act struct {
		Title  string `json:"title"`
		Outlet string `json:"outlet"`
		Day    string `json:"day"`
	}
	return c.ID, tx.Say(ctx, c.Division, "media.clipped", c.ID, act{c.Title, c.Outlet, c.Day})
}
