package demo

import (
	"context"

	"qingdan/internal/errs"
	"qingdan/internal/platform/ledger"
	"qingdan/internal/platform/sqldb"
	"qingdan/internal/registry/people"
	"qingdan/internal/registry/power"
	"qingdan/internal/service/round"
	"qingdan/internal/stage/inventory"
)

// playAll takes every department that has not handed up yet as far as its story
// goes.
func (d *desks) playAll(ctx context.Context) error {
	for _, s := range stories() {
		st, takesPart, err := d.standing(ctx, s)
		if err != nil {
			return err
		}
		if !takesPart || s.plays == stays || !st.Submission.IsZero() || st.Open == 0 {
			continue
		}
		d.say(s.office + "上报")
		p := &play{desks: d, story: s, department: d.byShort[s.office], clerk: d.persons[s.clerk()], head: d.persons[s.head()],
			reviewer: d.persons[reviewerLogin], leader: d.persons[groupLogin]}
		if err := p.run(ctx); err != nil {
			return errs.Wrap(s.office, err)
		}
	}
	return nil
}

// play is one department with its group.
type play struct {
	*desks
	story
	department                    sqldb.ID
	clerk, head, reviewer, leader *people.Who
	submission                    sqldb.ID
	frozen                        []round.Frozen
}

func (p *play) run(ctx context.Context) error {
	if err := p.up(ctx); err != nil || p.plays == handsUp {
		return err
	}
	if err := p.receive(ctx); err != nil {
		return err
	}
	switch p.plays {
	case underWay:
		return p.review(ctx)
	case handsDown:
		return p.converse(ctx)
	default:
		return p.dispute(ctx)
	}
}

// up signs the self-check and hands up.
func (p *play) up(ctx context.Context) error {
	if err := p.as(ctx, p.head, func(ctx context.Context, tx *ledger.Tx) error {
		_, err := round.Sign(ctx, tx, p.head, p.department, round.Statement())
		return err
	}); err != nil {
		return err
	}
	err := p.as(ctx, p.head, func(ctx context.Context, tx *ledger.Tx) error {
		s, err := round.HandUp(ctx, tx, p.head, p.department)
		p.submission = s.ID
		return err
	})
	if err != nil {
		return err
	}
	p.frozen, err = round.FrozenOf(ctx, p.db, p.submission)
	return err
}

func (p *play) receive(ctx context.Context) error {
	return p.as(ctx, p.leader, func(ctx context.Context, tx *ledger.Tx) error { return round.Receive(ctx, tx, p.leader, p.submission) })
}

// write drafts an opinion on a power of the submission.
func (p *play) write(ctx context.Context, f round.Frozen, r remark) (id sqldb.ID, err error) {
	err = p.as(ctx, p.reviewer, func(ctx context.Context, tx *ledger.Tx) error {
		id, err = round.Write(ctx, tx, p.reviewer, round.Note{Change: f.Change, Version: f.Version, Field: r.field, Cause: r.cause, Text: r.text})
		return err
	})
	return id, err
}

func (p *play) down(ctx context.Context) error {
	return p.as(ctx, p.leader, func(ctx context.Context, tx *ledger.Tx) error {
		_, err := round.HandDown(ctx, tx, p.leader, p.submission)
		return err
	})
}

func (p *play) answer(ctx context.Context, opinion sqldb.ID, k round.AnswerKind, reason string) error {
	return p.as(ctx, p.clerk, func(ctx context.Context, tx *ledger.Tx) error {
		return round.Answer(ctx, tx, p.clerk, opinion, k, reason)
	})
}

// review concludes on the first power and drafts an opinion on the second.
func (p *play) review(ctx context.Context) error {
	first := p.frozen[0]
	var passed []round.Conclusion
	for _, c := range round.Checks() {
		passed = append(passed, round.Conclusion{Rule: c.Rule, Verdict: round.Pass})
	}
	if err := p.as(ctx, p.reviewer, func(ctx context.Context, tx *ledger.Tx) error {
		return round.Conclude(ctx, tx, p.reviewer, round.Item{Change: first.Change, Version: first.Version}, passed)
	}); err != nil {
		return err
	}
	_, err := p.write(ctx, p.frozen[1], remark{"basis", "no_basis", "所引条款在现行文本中找不到，请核对条号并附条文原文；确实没有依据的，提出取消。"})
	return err
}

// converse hands opinions down; the department refuses the first, carries the
// third out, and has the others still to answer.
func (p *play) converse(ctx context.Context) error {
	all := remarks()
	ids := make([]sqldb.ID, len(all))
	order, err := p.byEdits(ctx)
	if err != nil {
		return err
	}
	for i, r := range all {
		if ids[i], err = p.write(ctx, order[i], r); err != nil {
			return err
		}
	}
	if err := p.down(ctx); err != nil {
		return err
	}
	if err := p.answer(ctx, ids[0], round.Refuse, "本事项要现场勘验和专家评审，已是近三年最短的时限，再压缩难以保证审查质量。"); err != nil {
		return err
	}
	c, err := inventory.Current(ctx, p.db, order[2].Power)
	if err != nil {
		return err
	}
	if _, err := p.revise(ctx, p.clerk, c, edit{"按审核意见补齐责任事项", func(w *inventory.Wording) {
		more(&w.Elements.Duty, "送达责任：检查结论在七个工作日内送达被检查人。")
		more(&w.Elements.Duty, "事后监管责任：对责令改正的逐件复查，复查结果记入台账。")
	}}); err != nil {
		return err
	}
	return p.answer(ctx, ids[2], round.Accept, "已补齐送达和事后监管的责任。")
}

// byEdits gives the frozen powers in the order in which the story edits them.
func (p *play) byEdits(ctx context.Context) ([]round.Frozen, error) {
	at := map[power.Category]int{power.CategoryPermit: 0, power.CategoryPenalty: 1, power.CategorySupervision: 2, power.CategoryOther: 3}
	out := make([]round.Frozen, len(p.edits))
	for _, f := range p.frozen {
		if i, ok := at[f.Category]; ok && i < len(out) {
			out[i] = f
		}
	}
	for i, f := range out {
		if f.Power.IsZero() {
			return nil, errs.Conflictf("%s没有第 %d 类事项", p.office, i+1)
		}
	}
	return out, ctx.Err()
}

// dispute goes through three rounds in which neither side gives way.
func (p *play) dispute(ctx context.Context) error {
	first, maintained, refused := quarrel()
	opinion, err := p.write(ctx, p.frozen[0], first)
	if err != nil {
		return err
	}
	for no := range refused {
		if err := p.down(ctx); err != nil {
			return err
		}
		if err := p.answer(ctx, opinion, round.Refuse, refused[no]); err != nil {
			return err
		}
		if err := p.up(ctx); err != nil {
			return err
		}
		if err := p.receive(ctx); err != nil {
			return err
		}
		if err := p.as(ctx, p.reviewer, func(ctx context.Context, tx *ledger.Tx) error {
			next, err := round.Maintain(ctx, tx, p.reviewer, opinion, maintained[no])
			if err == nil {
				opinion = next
			}
			return err
		}); err != nil {
			return err
		}
	}
	return nil
}
