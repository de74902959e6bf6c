package consult

import (
	"context"
	"fmt"
	"strings"

	"qingdan/internal/errs"
	"qingdan/internal/platform/sqldb"
	"qingdan/internal/registry/org"
)

// Period are the days of the public consultation on what is about to be
// published: from the first to the last day of the notices that cover it. Both are
// "" when no notice does.
type Period struct{ From, To string }

// Gate says whether changes may be published on a day: everybody who commented on
// a notice that covers one of them was heard. What no notice covers passes.
//
// Conflict: such a notice is not over, or has comments that are neither answered
// nor held back; the departments that owe answers are named.
//
// rule:开门搞清单/2 没有答复完的不公布
func Gate(ctx context.Context, r sqldb.Reader, day string, changes []sqldb.ID) (Period, error) {
	all, err := covering(ctx, r, changes)
	if err != nil {
		return Period{}, err
	}
	var p Period
	for _, c := range all {
		if c.Stage(day) != Closed {
			return Period{}, errs.Conflictf("“%s”%s，到 %s 为止", c.Title, c.Stage(day).Label(), c.Last()).Fix("请等征求意见结束、意见都答复之后再公布")
		}
		if c.waiting > 0 {
			return Period{}, unheard(ctx, r, c)
		}
		if p.From == "" || c.From < p.From {
			p.From = c.From
		}
		p.To = max(p.To, c.Last())
	}
	return p, nil
}

// unheard names who owes answers to a notice.
func unheard(ctx context.Context, r sqldb.Reader, c cover) error {
	counts, err := CountsOf(ctx, r, c.ID)
	if err != nil {
		return err
	}
	departments, err := org.Departments(ctx, r, "")
	if err != nil {
		return err
	}
	names := map[sqldb.ID]string{{}: "对清单整体的"}
	for _, d := range departments {
		names[d.ID] = d.Name
	}
	var owing []string
	for _, d := range counts.Departments {
		if d.Waiting > 0 && len(owing) < 5 {
			owing = append(owing, fmt.Sprintf("%s %d 条", names[d.Department], d.Waiting))
		}
	}
	return errs.Conflictf("“%s”还有 %d 条意见没有答复：%s", c.Title, c.waiting, strings.Join(owing, "、")).Fix("请逐条答复，或者按规定暂不公开并说明理由，之后再公布")
}
