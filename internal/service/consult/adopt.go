package consult

import (
	"context"

	"qingdan/internal/engine/hanzi"
	"qingdan/internal/errs"
	"qingdan/internal/platform/ledger"
	"qingdan/internal/platform/search"
	"qingdan/internal/platform/sqldb"
	"qingdan/internal/registry/org"
	"qingdan/internal/registry/people"
	"qingdan/internal/registry/power"
)

// Adopt writes the next wording of the power a comment speaks of and answers by
// it, in one act (AnswerPublic on its department): v is the whole wording, base
// the version from which it was written. reply.Outcome is Adopted or Partly, its
// Version is set here. Citations of an unchanged basis keep where they lead;
// others are checked by the next check. The new wording stays in 征求意见 and is
// published with the rest.
//
// It refuses what AnswerComment refuses, and what power.Amend does; Invalid as
// well when the wording says nothing new; Conflict when the power is not under
// consultation any more, is only to be cancelled, or was reworded meanwhile.
//
// rule:开门搞清单/2 采纳即形成新版本
func Adopt(ctx context.Context, tx *ledger.Tx, who *people.Who, comment, base sqldb.ID, v power.Version, reply Reply) (sqldb.ID, error) {
	c, err := forAnswer(ctx, tx, who, comment, reply)
	if err != nil {
		return sqldb.ID{}, err
	}
	switch {
	case reply.Outcome != Adopted && reply.Outcome != Partly:
		return sqldb.ID{}, errs.Invalidf("修改了内容的，应当答复为采纳或者部分采纳").At("outcome").Fix("请选择采纳或者部分采纳")
	case c.Power.IsZero():
		return sqldb.ID{}, errs.Invalidf("这条意见是对清单整体提的").At("power").Fix("请先修改有关事项，再选择修改后的版本答复")
	}
	if reply.Version, err = reword(ctx, tx, c, base, v); err != nil {
		return sqldb.ID{}, err
	}
	return AnswerComment(ctx, tx, who, comment, reply)
}

// reword makes the next version of a power under consultation.
func reword(ctx context.Context, tx *ledger.Tx, c Comment, base sqldb.ID, v power.Version) (sqldb.ID, error) {
	e, err := EntryOf(ctx, tx, c.Notice, c.Power)
	if err != nil {
		return sqldb.ID{}, err
	}
	present, change, err := consulted(ctx, tx, e)
	if err != nil {
		return sqldb.ID{}, err
	}
	if base != present.ID {
		return sqldb.ID{}, errs.Conflictf("事项 %s 在此期间已有新的版本", e.Code).Fix("请刷新页面，在新的版本上修改")
	}
	v.Department = present.Department // it is reworded, not moved
	same, err := power.Same(present, v)
	if err != nil {
		return sqldb.ID{}, err
	}
	if same {
		return sqldb.ID{}, errs.Invalidf("没有修改").At(e.Code + " " + e.Name).Fix("采纳要有实际的修改；不修改的，请按未采纳说明理由")
	}
	id, err := power.Amend(ctx, tx, change, v)
	if err != nil {
		return sqldb.ID{}, err
	}
	if present.Elements.Basis == v.Elements.Basis {
		if err := power.CopyLinks(ctx, tx.Tx, present.ID, id); err != nil {
			return sqldb.ID{}, err
		}
	}
	if change.Kind != power.KindAdd {
		return id, nil // the public finds the wording that is on the list
	}
	v.Power, v.OrderKey = c.Power, hanzi.PinyinKey(v.Name)
	return id, found(ctx, tx, e.Code, v)
}

// consulted gives a power of a draft with the change by which it is under
// consultation.
func consulted(ctx context.Context, r sqldb.Reader, e Entry) (power.Version, power.Change, error) {
	all, err := power.History(ctx, r, e.Power)
	if err != nil {
		return power.Version{}, power.Change{}, err
	}
	for _, change := range all {
		if change.ID != e.Change {
			continue
		}
		if change.State != power.Consulting || change.Kind == power.KindCancel {
			return power.Version{}, change, errs.Conflictf("事项 %s 现在是“%s”，不能按意见修改", e.Code, change.State.Label()).
				Fix("请先由审核机构处理这个事项，再答复意见")
		}
		v, err := power.VersionByID(ctx, r, change.Version)
		return v, change, err
	}
	return power.Version{}, power.Change{}, errs.NotFoundf("没有这个事项的变更")
}

// found puts a wording that is not public yet into the index.
func found(ctx context.Context, tx *ledger.Tx, code string, v power.Version) error {
	departments, err := org.Departments(ctx, tx, "")
	if err != nil {
		return err
	}
	name := ""
	for _, d := range departments {
		if d.ID == v.Department {
			name = d.Name
		}
	}
	return power.Index(ctx, tx.Tx, []search.Doc{power.SearchDoc(code, v, name, false)})
}
