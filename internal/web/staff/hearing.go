package staff

import (
	"context"

	"qingdan/internal/registry/people"
	"qingdan/internal/service/consult"
	"qingdan/internal/service/consult/press"
	"qingdan/internal/web/ui"
)

// Pages of 征求意见 and 热点问答 that tasks lead to.
const (
	commentsPath = "/consult/comments?state=waiting"
	pressPath    = "/consult/press?state=owed"
)

// ofConsult is what waits for an answer to the public, with the earliest day by
// which one is due.
func (l *look) ofConsult(ctx context.Context) ([]Task, error) {
	if !l.can(people.AnswerPublic) {
		return nil, nil
	}
	scope := l.who.Scope(people.AnswerPublic)
	todo, err := consult.Waits(ctx, l.cfg.DB, scope)
	if err != nil {
		return nil, err
	}
	owed, due, err := press.OwedBy(ctx, l.cfg.DB, scope)
	return []Task{
		{Label: "待答复的公众意见", Href: commentsPath, Unit: "条", Count: todo.Comments, Note: until(todo.Due), Late: late(l.today, todo.Due)},
		{Label: "待答复的热点问题", Href: pressPath, Unit: "个", Count: owed, Note: until(due), Late: late(l.today, due)},
	}, err
}

// until says by which day the first of some work is to be done, "" of none.
func until(due string) string {
	if due == "" {
		return ""
	}
	return "最早一批要在" + ui.Day(due) + "前答复"
}

func late(today, due string) bool { return due != "" && due < today }
