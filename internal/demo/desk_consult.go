package demo

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"strings"

	"qingdan/internal/errs"
	"qingdan/internal/platform/ledger"
	"qingdan/internal/platform/sqldb"
	"qingdan/internal/registry/org"
	"qingdan/internal/registry/people"
	"qingdan/internal/registry/power"
	"qingdan/internal/service/consult"
	"qingdan/internal/service/consult/press"
	"qingdan/internal/stage/inventory"
)

// hearingTitle is how the notice of the demonstration is told from others.
const hearingTitle = "关于调整部分行政权力事项公开征求意见的公告（演示）"

// hearing is the notice of the demonstration with what is put to the public.
type hearing struct {
	*desks
	notice sqldb.ID
	powers map[string]sqldb.ID // by the key of the subject
}

// consult opens a notice on some revised powers, lets the public speak and some of
// it be answered. What was done before is left.
func (d *desks) consult(ctx context.Context) error {
	here, err := org.Here(ctx, d.db)
	if err != nil {
		return err
	}
	all, err := consult.Notices(ctx, d.db, here)
	if err != nil {
		return err
	}
	h := &hearing{desks: d, powers: map[string]sqldb.ID{}}
	for _, n := range all {
		if n.Title == hearingTitle {
			h.notice = n.ID
		}
	}
	if h.notice.IsZero() {
		d.say("发布征求意见公告")
		if opened, err := h.open(ctx); err != nil || !opened {
			return err
		}
	}
	if err := h.read(ctx); err != nil {
		return err
	}
	for _, step := range []func(context.Context) error{h.speak, h.meet, h.reply} {
		if err := step(ctx); err != nil {
			return errs.Wrap("consultation", err)
		}
	}
	return nil
}

// open revises a power of each subject, as the legal office does, and puts all of
// it to the public; false where the city has none of them.
func (h *hearing) open(ctx context.Context) (bool, error) {
	used := map[sqldb.ID]bool{}
	changes := map[string]power.Change{}
	for _, s := range subjects() {
		c, err := h.heardOf(ctx, s, used)
		if err != nil {
			return false, err
		}
		if !c.Power.IsZero() {
			used[c.Power], changes[s.key] = true, c
		}
	}
	if len(changes) == 0 {
		return false, nil
	}
	legal := h.persons[legalLogin]
	return true, h.ledger.Load(ctx, legal.Actor(), func(ctx context.Context, tx *ledger.Tx) error {
		for _, s := range subjects() {
			if c, ok := changes[s.key]; ok {
				if err := s.revise(ctx, tx, c); err != nil {
					return err
				}
			}
		}
		var err error
		h.notice, err = consult.OpenNotice(ctx, tx, legal, consult.Form{Title: hearingTitle, Text: noticeText, To: h.from(29)})
		return err
	})
}

// revise gives a power on the list its next wording, proposed to keep.
func (s heardOf) revise(ctx context.Context, tx *ledger.Tx, c power.Change) error {
	v, err := power.VersionByID(ctx, tx, c.Version)
	if err != nil {
		return err
	}
	w := inventory.WordingOf(v)
	s.apply(&w)
	more(&w.Elements.Remark, "本次调整要点："+s.point)
	_, err = power.Revise(ctx, tx, c, w.Version(c.Department), power.Proposed, "便民利企调整")
	return errs.Wrap(c.Code, err)
}

// heardOf gives the power of a subject on the list that nobody is changing: the
// one of that name, else any licence of the office.
func (h *hearing) heardOf(ctx context.Context, s heardOf, used map[sqldb.ID]bool) (power.Change, error) {
	all, err := h.listed(ctx, h.byShort[s.office])
	if err != nil {
		return power.Change{}, err
	}
	for _, c := range all {
		if c.Category == power.CategoryPermit && strings.Contains(c.Name, s.name) && !used[c.Power] {
			now, err := power.Newest(ctx, h.db, c.Power)
			if err != nil {
				return power.Change{}, err
			}
			if now.ID == c.ID {
				return c, nil
			}
		}
	}
	return h.uncut(ctx, cut{office: s.office, kind: power.CategoryPermit}, used)
}

// read finds the powers of the subjects in the draft again.
func (h *hearing) read(ctx context.Context) error {
	lines, err := consult.Entries(ctx, h.db, h.notice, consult.EntryQuery{})
	if err != nil {
		return err
	}
	for _, line := range lines {
		for _, s := range subjects() { // each of another office
			if line.Department == h.byShort[s.office] {
				h.powers[s.key] = line.Power
			}
		}
	}
	return nil
}

// demoKey is the key of a form that is the same every time, so that a comment is
// sent once.
func demoKey(i int, text string) string {
	sum := sha256.Sum256(fmt.Appendf(nil, "demo %d %s", i, text))
	return hex.EncodeToString(sum[:16])
}

// codeOf is the receipt of a comment of the demonstration: what is sent again gives
// it again.
func (h *hearing) codeOf(ctx context.Context, i int, v voice) (string, error) {
	r, err := consult.Submit(ctx, h.db, h.ledger, consult.Submission{Notice: h.notice, Power: h.powers[v.on], Text: v.text, Key: demoKey(i, v.text)})
	return r.Code, err
}

// hears says whether the draft has the subject of a comment: the whole list always.
func (h *hearing) hears(on string) bool { return on == "" || !h.powers[on].IsZero() }

// speak lets the public comment.
func (h *hearing) speak(ctx context.Context) error {
	n, err := consult.NoticeByID(ctx, h.db, h.notice)
	if err != nil || n.Stage(h.from(0)) != consult.Open {
		return err
	}
	for i, v := range voices() {
		if !h.hears(v.on) {
			continue
		}
		if _, err := h.codeOf(ctx, i, v); err != nil {
			return err
		}
	}
	return nil
}

// meet records a meeting and two opinions of experts, once.
func (h *hearing) meet(ctx context.Context) error {
	known, err := consult.Meetings(ctx, h.db, h.notice)
	if err != nil || len(known) > 0 {
		return err
	}
	legal := h.persons[legalLogin]
	return h.as(ctx, legal, func(ctx context.Context, tx *ledger.Tx) error {
		var voiced []consult.Opinion
		for _, o := range meetingVoices() {
			if h.hears(o.on) {
				voiced = append(voiced, consult.Opinion{Power: h.powers[o.on], Source: o.source, Text: o.text})
			}
		}
		m := consult.MeetingRecord{Notice: h.notice, Title: "权力清单调整意见座谈会", Day: h.from(0), Place: "市政务服务中心三楼会议室",
			Attendance: "企业代表6人、行业协会2人、市民代表5人、市法制办和有关部门工作人员", Summary: meetingSummary}
		if _, err := consult.RecordMeeting(ctx, tx, legal, m, voiced); err != nil {
			return err
		}
		for _, o := range expertVoices() {
			if !h.hears(o.on) {
				continue
			}
			if _, err := consult.Record(ctx, tx, legal, h.notice, o.kind, consult.Opinion{Power: h.powers[o.on], Source: o.source, Text: o.text}); err != nil {
				return err
			}
		}
		return nil
	})
}

// reply answers some of the comments, adopts one by a new wording and holds one
// back, once.
func (h *hearing) reply(ctx context.Context) error {
	counts, err := consult.CountsOf(ctx, h.db, h.notice)
	if err != nil || counts.Answered+counts.Held > 0 {
		return err
	}
	for i, v := range voices() {
		if v.answer == "" && v.held == "" || !h.hears(v.on) {
			continue
		}
		code, err := h.codeOf(ctx, i, v)
		if err != nil {
			return err
		}
		c, err := consult.ByReceipt(ctx, h.db, code)
		if err != nil {
			return err
		}
		if c.State != consult.Waiting {
			continue // answered with its group
		}
		legal := h.persons[legalLogin]
		if err := h.as(ctx, legal, func(ctx context.Context, tx *ledger.Tx) error { return h.treat(ctx, tx, legal, c, v) }); err != nil {
			return errs.Wrap(v.text, err)
		}
	}
	return nil
}

// treat answers a comment as its voice tells, or holds it back.
func (h *hearing) treat(ctx context.Context, tx *ledger.Tx, who *people.Who, c consult.Comment, v voice) error {
	if v.held != "" {
		return consult.HoldBack(ctx, tx, who, c.ID, v.held, "写明了他人的姓名和住处（演示）")
	}
	r := consult.Reply{Outcome: v.outcome, Text: v.answer, Group: true}
	if v.outcome == consult.Declined {
		_, err := consult.AnswerComment(ctx, tx, who, c.ID, r)
		return err
	}
	e, err := consult.EntryOf(ctx, tx, c.Notice, c.Power)
	if err != nil {
		return err
	}
	old, err := power.VersionByID(ctx, tx, e.Present)
	if err != nil {
		return err
	}
	w := inventory.WordingOf(old)
	v.adopt(&w)
	_, err = consult.Adopt(ctx, tx, who, c.ID, old.ID, w.Version(old.Department), r)
	return err
}

// press records the press conference of the reform, hot questions, the media plan
// and what was printed, once.
func (d *desks) press(ctx context.Context) error {
	known, err := press.Conferences(ctx, d.db, cityCode)
	if err != nil || len(known) > 0 {
		return err
	}
	d.say("登记新闻发布会和热点问答")
	legal := d.persons[legalLogin]
	return d.as(ctx, legal, func(ctx context.Context, tx *ledger.Tx) error {
		if _, err := press.RecordConference(ctx, tx, legal, theConference(), d.conferenceQuestions()); err != nil {
			return err
		}
		for _, q := range d.hotQuestions() {
			if _, err := press.Ask(ctx, tx, legal, q.day, q.Asked); err != nil {
				return err
			}
		}
		return d.media(ctx, tx, legal)
	})
}

// media writes the plan and what was printed.
func (d *desks) media(ctx context.Context, tx *ledger.Tx, who *people.Who) error {
	ids := map[string]sqldb.ID{}
	for _, p := range d.mediaPlan() {
		id, err := press.AddPlan(ctx, tx, who, p)
		if err != nil {
			return err
		}
		ids[p.Topic] = id
		if p.State != press.Planned {
			if err := press.MarkPlan(ctx, tx, who, id, p.State, p.Note); err != nil {
				return err
			}
		}
	}
	for _, c := range clippings() {
		c.Plan = ids[c.Title]
		if _, err := press.AddClipping(ctx, tx, who, c); err != nil {
			return err
		}
	}
	return nil
}
