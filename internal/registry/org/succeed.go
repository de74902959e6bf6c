package org

import (
	"context"
	"strings"
	"time"

	"qingdan/internal/errs"
	"qingdan/internal/platform/ledger"
	"qingdan/internal/platform/sqldb"
)

// End is the end of a department (撤销、合并): from Day on it is none any more,
// and Successor does what it did. Successor is zero where it left nothing.
type End struct {
	Department, Successor sqldb.ID
	Day                   string // YYYY-MM-DD, the first day without it
	Reason                string
}

// Succession leads from departments to those that took over from them. The zero
// Succession knows of no end.
type Succession struct{ ends map[sqldb.ID]End }

// EndOf gives the end of a department; false while it has none.
func (s Succession) EndOf(department sqldb.ID) (End, bool) {
	e, ok := s.ends[department]
	return e, ok
}

// On gives who answers on a day for what a department did: itself while it
// stands, then its successor, the successor's successor and so on. Zero when a
// department ended and left nobody, which EndDepartment allows only for one
// without powers.
func (s Succession) On(department sqldb.ID, day string) sqldb.ID {
	for range len(s.ends) + 1 { // days rise along a chain; the bound guards against books that were tampered with
		e, ended := s.ends[department]
		if !ended || e.Day > day {
			return department
		}
		department = e.Successor
	}
	return sqldb.ID{}
}

// SuccessorOn gives who does on a day what a department did, as Succession.On
// does; NotFound when it left nobody.
func SuccessorOn(ctx context.Context, r sqldb.Reader, department sqldb.ID, day string) (sqldb.ID, error) {
	s, err := ReadSuccession(ctx, r)
	if err != nil {
		return sqldb.ID{}, err
	}
	id := s.On(department, day)
	if id.IsZero() {
		return id, errs.NotFoundf("部门已经撤销，没有承接部门")
	}
	return id, nil
}

// Responsible gives the department, as it is named, that answers on a day for
// what a department did. NotFound as with SuccessorOn.
func Responsible(ctx context.Context, r sqldb.Reader, department sqldb.ID, day string) (Department, error) {
	id, err := SuccessorOn(ctx, r, department, day)
	if err != nil {
		return Department{}, err
	}
	return DepartmentByID(ctx, r, id)
}

// EndDepartment ends a department on a day and records "department.ended"; what
// it did falls to the successor from that day on. Its powers keep the name of
// the department on what was decided before.
//
// Invalid: no such day, no reason, the department itself as successor, one that
// does not stand on that day, or none although the department has powers that
// are on the list, on their way to it or handed down by it. Conflict: it ended
// before, or it took over from others that day or later, who are to name another
// successor first: days rise along the chain, so that it never closes.
func EndDepartment(ctx context.Context, tx *ledger.Tx, id sqldb.ID, day string, successor sqldb.ID, reason string) error {
	d, err := DepartmentByID(ctx, tx, id)
	if err != nil {
		return err
	}
	e := End{Department: id, Successor: successor, Day: day, Reason: strings.TrimSpace(reason)}
	if err := e.check(ctx, tx, d); err != nil {
		return err
	}
	if err := insertEnd(ctx, tx, e, d); err != nil {
		return err
	}
	type act struct {
		Name      string `json:"name"`
		Day       string `json:"day"`
		Successor string `json:"successor,omitempty"`
		Reason    string `json:"reason"`
	}
	said := act{Name: d.Name, Day: e.Day, Reason: e.Reason}
	if !successor.IsZero() {
		said.Successor = successor.String()
	}
	return tx.Say(ctx, d.Division, "department.ended", id, said)
}

func endedBefore(d Department) error {
	return errs.Conflictf("部门“%s”已经在 %s 撤销", d.Name, d.ValidTo).Fix("请刷新后再看")
}

// check holds an end against the books; d is the department that ends.
func (e End) check(ctx context.Context, r sqldb.Reader, d Department) error {
	switch _, err := time.Parse(time.DateOnly, e.Day); {
	case err != nil:
		return errs.Invalidf("撤销日期“%s”不对", e.Day).At("day").Fix("请写成 2015-01-01 这样")
	case e.Reason == "":
		return errs.Invalidf("没有写明撤销的依据").At("reason").Fix("请写明机构改革文件的名称或者文号")
	case d.ValidTo != "":
		return endedBefore(d)
	case e.Day <= d.ValidFrom:
		return errs.Invalidf("“%s”在 %s 才设立", d.Name, d.ValidFrom).At("day").Fix("撤销日期要晚于设立日期")
	}
	late, err := followedOn(ctx, r, e.Department)
	if err != nil {
		return err
	}
	if late >= e.Day {
		return errs.Conflictf("“%s”自 %s 起承接了已撤销的部门，不能在 %s 撤销", d.Name, late, e.Day).At("day").Fix("撤销日期要晚于 " + late)
	}
	return e.checkSuccessor(ctx, r, d)
}

// left counts the powers that nobody would answer for: those of the department
// and of all that it took over from.
func (e End) left(ctx context.Context, r sqldb.Reader) (int, error) {
	after, err := ReadSuccession(ctx, r)
	if err != nil {
		return 0, err
	}
	mine := []sqldb.ID{e.Department}
	for id := range after.ends {
		if after.On(id, e.Day) == e.Department {
			mine = append(mine, id)
		}
	}
	return holds(ctx, r, mine)
}

func (e End) checkSuccessor(ctx context.Context, r sqldb.Reader, d Department) error {
	if e.Successor.IsZero() {
		n, err := e.left(ctx, r)
		if err == nil && n > 0 {
			err = errs.Invalidf("“%s”还有 %d 项权力，没有写明由谁承接", d.Name, n).At("successor").Fix("请选择承接部门，权力不能没有人管")
		}
		return err
	}
	if e.Successor == e.Department {
		return errs.Invalidf("承接部门不能是“%s”自己", d.Name).At("successor").Fix("请选择另一个部门")
	}
	s, err := DepartmentByID(ctx, r, e.Successor)
	if errs.KindOf(err) == errs.NotFound && err != nil {
		return errs.Invalidf("没有这个承接部门").At("successor").Fix("请从列表中选择").Because(err)
	}
	if err != nil {
		return err
	}
	if s.ValidFrom > e.Day || s.ValidTo != "" && s.ValidTo <= e.Day {
		return errs.Invalidf("承接部门“%s”在 %s 不存在", s.Name, e.Day).At("successor").Fix("请选择当天存在的部门")
	}
	return nil
}
