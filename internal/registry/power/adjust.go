package power

import (
	"context"
	"encoding/json"
	"strings"

	"qingdan/internal/errs"
	"qingdan/internal/platform/ledger"
	"qingdan/internal/platform/sqldb"
)

// Revise opens a change of kind KindAmend for the power whose published change
// is base, with v as its next version; v.ID, v.Power and v.No are set here. It
// starts HandedUp, as a department's own wording that is still to be checked,
// SelfCheck, when the department goes on filling it in before it is handed up in
// a round, or Proposed, as an editorial change of the legal office. It records
// "power.revised" with the full text and the reason.
//
// Invalid: v lacks what tells a power from another, says nothing new (没有修改),
// or nobody says why. Conflict: base is not what the list holds any more, or
// another change of the power is under way.
func Revise(ctx context.Context, tx *ledger.Tx, base Change, v Version, start State, reason string) (Ids, error) {
	if err := v.check(base.Code); err != nil {
		return Ids{}, err
	}
	if start != SelfCheck && start != HandedUp && start != Proposed {
		return Ids{}, errs.Invalidf("修改不能从“%s”开始", start.Label()).At(base.Code).Fix("部门修改的从自查或者上报开始，法制机构作文字修改的从拟保留开始")
	}
	if err := adjustable(ctx, tx, base, reason); err != nil {
		return Ids{}, err
	}
	if err := differs(ctx, tx, base, v); err != nil {
		return Ids{}, err
	}
	ids := Ids{Power: base.Power, Version: sqldb.NewID(), Change: sqldb.NewID()}
	v.ID, v.Power = ids.Version, ids.Power
	said, err := nextVersion(ctx, tx, base.Code, v)
	if err != nil {
		return Ids{}, err
	}
	if err := openChange(ctx, tx, ids, v.Department, KindAmend, start); err != nil {
		return Ids{}, err
	}
	type act struct {
		Reason  string          `json:"reason"`
		State   State           `json:"state"`
		Version json.RawMessage `json:"version"` // its SHA-256 is the digest of the version
	}
	return ids, tx.Say(ctx, base.Division, "power.revised", ids.Power, act{reason, start, said})
}

// ProposeCancel opens a change of kind KindCancel for the power whose published
// change is base. It carries the present version, starts HandedUp and is decided
// like any other; until an edition carries it out the power stays on the list.
// It records "power.cancel_proposed" with the reason. Invalid and Conflict are as
// with Revise; Ids.Version is the present version.
func ProposeCancel(ctx context.Context, tx *ledger.Tx, base Change, reason string) (Ids, error) {
	if err := adjustable(ctx, tx, base, reason); err != nil {
		return Ids{}, err
	}
	ids := Ids{Power: base.Power, Version: base.Version, Change: sqldb.NewID()}
	if err := openChange(ctx, tx, ids, base.Department, KindCancel, HandedUp); err != nil {
		return Ids{}, err
	}
	type act struct {
		Code   string `json:"code"`
		Name   string `json:"name"`
		Reason string `json:"reason"`
	}
	return ids, tx.Say(ctx, base.Division, "power.cancel_proposed", ids.Power, act{base.Code, base.Name, reason})
}

// TakeBack withdraws an amendment or a proposed cancellation that is not
// consulted on yet, and records "power.taken_back" with the reason: the list goes
// on as it stands. Anything else is a Conflict: a first report is withdrawn by its
// department (自查), and what was put to the public runs its course.
func TakeBack(ctx context.Context, tx *ledger.Tx, c Change, reason string) error {
	if strings.TrimSpace(reason) == "" {
		return errs.Invalidf("没有写明理由").At(c.Code)
	}
	if c.Kind == KindAdd || !c.State.Open() {
		return errs.Conflictf("事项 %s 没有可以撤回的修改或者取消", c.Code).Fix("只有还没有征求意见的修改、取消可以撤回")
	}
	if c.State == Proposed { // what is decided goes back to review first
		if err := Move(ctx, tx, c, Review); err != nil {
			return err
		}
		c.State = Review
	}
	if err := Move(ctx, tx, c, Withdrawn); err != nil {
		return err
	}
	type act struct {
		Code   string `json:"code"`
		Kind   Kind   `json:"kind"`
		Reason string `json:"reason"`
	}
	return tx.Say(ctx, c.Division, "power.taken_back", c.Power, act{c.Code, c.Kind, reason})
}

// adjustable refuses to begin a change without a reason, on a change that is
// not what the list holds, and beside another one: two wordings under way, or a
// wording and a cancellation, could not both be published.
func adjustable(ctx context.Context, r sqldb.Reader, base Change, reason string) error {
	if strings.TrimSpace(reason) == "" {
		return errs.Invalidf("没有写明理由").At(base.Code)
	}
	all, err := History(ctx, r, base.Power)
	if err != nil {
		return err
	}
	listed := false
	for _, c := range all {
		if c.State.Open() || c.Kind == KindCancel && c.State == Cancelled {
			return errs.Conflictf("事项 %s 另有变更处于“%s”", c.Code, c.State.Label()).Fix("请等这一变更公布或者撤回之后再提")
		}
		listed = listed || c.ID == base.ID && c.Version == base.Version && c.State == Published
	}
	if !listed {
		return errs.Conflictf("事项 %s 在清单上的已不是这一版", base.Code).Fix("请刷新后按清单上的内容再提")
	}
	return nil
}

// Same says whether two versions of one power say the same: everything that is
// public of them but the number.
func Same(a, b Version) (bool, error) {
	b.No = a.No
	_, one, err := spoken(a.public(""))
	if err != nil {
		return false, err
	}
	_, other, err := spoken(b.public(""))
	return one == other, err
}

// differs refuses a version that says what the one before says.
func differs(ctx context.Context, r sqldb.Reader, base Change, v Version) error {
	old, err := VersionByID(ctx, r, base.Version)
	if err != nil {
		return err
	}
	same, err := Same(old, v)
	if err != nil {
		return err
	}
	if same {
		return errs.Invalidf("没有修改").At(base.Code + " " + base.Name).Fix("内容与清单上的完全一样，不需要再提")
	}
	return nil
}
