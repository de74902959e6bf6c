package inventory

import (
	"context"
	"errors"
	"fmt"
	"time"

	"qingdan/internal/errs"
	"qingdan/internal/platform/sqldb"
	"qingdan/internal/registry/people"
	"qingdan/internal/registry/power"
)

// DraftSchema is the number of the present form of a stored Wording. Drafts keep
// the number they were saved with.
const DraftSchema = 1

// maxDraft bounds what one draft may cost, in bytes.
const maxDraft = 1 << 20

// Draft is the unfinished wording of one person for one power, or for a new one.
// One person has at most one draft of a power.
type Draft struct {
	ID         sqldb.ID // a new draft may bring its own, so that a form sent twice makes one
	Account    sqldb.ID
	Department sqldb.ID
	Power      sqldb.ID // zero for a new power
	Base       sqldb.ID // the version that it began from, zero for a new power
	No         int      // counts the saves, from 1; 0 before the first
	Saved      time.Time
	Wording
}

// Overtaken is the cause of the Conflict of a draft that was saved elsewhere in
// between, such as in another window: errors.As finds it. Nothing was overwritten.
type Overtaken struct {
	Stored Draft // as it stands in the house
	Mine   Draft // as it was to be saved
}

// Error says for the log which save was overtaken.
func (o *Overtaken) Error() string {
	return fmt.Sprintf("draft %s: save %d came after save %d", o.Stored.ID, o.Mine.No, o.Stored.No)
}

// AsOvertaken finds the two drafts behind a Conflict; false for any other error.
func AsOvertaken(err error) (*Overtaken, bool) {
	var o *Overtaken
	return o, errors.As(err, &o)
}

func overtaken(stored, mine Draft) error {
	return errs.Conflictf("这份草稿在别的窗口里又保存过，两边的内容都保留着").Fix("请对照两边的内容，选定后再保存").Because(&Overtaken{stored, mine})
}

func noDraft() *errs.Error {
	return errs.NotFoundf("没有这份草稿，它已经提交或者放弃").Fix("请从“我的事项”重新进入")
}

// SaveDraft keeps what somebody has typed so far (FillPowers in the department),
// whatever it is and wherever the power stands, and gives the draft as stored,
// with its next number. d.No is the number of the save that the form was made
// from, 0 for a new draft; d.Base may change, when somebody went on from a newer
// version. The department is that of the power, of a new one that of the person.
//
// Conflict with *Overtaken: the draft was saved in between, or, of a new one, the
// person has a draft of the power already. NotFound: d.No is not 0 and the draft
// was finished or dropped, or it is somebody else's. TooLarge: over a megabyte.
func SaveDraft(ctx context.Context, tx *sqldb.Tx, who *people.Who, d Draft, now time.Time) (Draft, error) {
	if err := who.May(people.FillPowers); err != nil {
		return d, err
	}
	d.Account, d.Wording, d.Saved = who.Account, d.cleaned(), now
	stored, there, err := storedDraft(ctx, tx, d)
	switch {
	case err != nil:
		return d, err
	case !there && d.No == 0:
		return newDraft(ctx, tx, who, d)
	case !there || stored.Account != who.Account:
		return d, noDraft()
	case stored.No != d.No || !d.ID.IsZero() && d.ID != stored.ID:
		return d, overtaken(stored, d)
	}
	d.ID, d.Department, d.Power = stored.ID, stored.Department, stored.Power
	if err := who.MayOn(people.FillPowers, people.Target{Department: d.Department}); err != nil {
		return d, err
	}
	if d.Base.IsZero() {
		d.Base = stored.Base
	}
	if d.Base != stored.Base {
		if err := based(ctx, tx, d); err != nil {
			return d, err
		}
	}
	d.No++
	return d, updateDraft(ctx, tx, d)
}

// storedDraft finds what a save would overwrite: the draft of that id, else the
// person's draft of the power.
func storedDraft(ctx context.Context, r sqldb.Reader, d Draft) (stored Draft, there bool, err error) {
	if !d.ID.IsZero() {
		stored, err = draftByID(ctx, r, d.ID)
		if err == nil || errs.KindOf(err) != errs.NotFound {
			return stored, err == nil, err
		}
	}
	if d.Power.IsZero() || d.No > 0 {
		return Draft{}, false, nil
	}
	stored, err = DraftOf(ctx, r, d.Account, d.Power)
	if errs.KindOf(err) == errs.NotFound {
		return Draft{}, false, nil
	}
	return stored, err == nil, err
}

func newDraft(ctx context.Context, tx *sqldb.Tx, who *people.Who, d Draft) (Draft, error) {
	d.Department = who.Department
	if !d.Power.IsZero() {
		c, err := Current(ctx, tx, d.Power)
		if errs.KindOf(err) == errs.NotFound {
			return d, people.Unknown().Because(err)
		}
		if err != nil {
			return d, err
		}
		d.Department = c.Department
		if d.Base.IsZero() {
			d.Base = c.Version
		}
	}
	if err := who.MayOn(people.FillPowers, people.Target{Department: d.Department}); err != nil {
		return d, err
	}
	if err := based(ctx, tx, d); err != nil {
		return d, err
	}
	if d.ID.IsZero() {
		d.ID = sqldb.NewID()
	}
	d.No = 1
	return d, insertDraft(ctx, tx, d)
}

// based refuses a draft whose base is no version of its power.
func based(ctx context.Context, r sqldb.Reader, d Draft) error {
	if d.Power.IsZero() && d.Base.IsZero() {
		return nil
	}
	v, err := power.VersionByID(ctx, r, d.Base)
	if err == nil && v.Power != d.Power {
		err = errs.NotFoundf("草稿所依据的版本不是这个事项的")
	}
	if errs.KindOf(err) == errs.NotFound {
		return people.Unknown().Because(err)
	}
	return err
}

// Current gives the change that a department's next wording of a power would go
// on: the one under way, else the one on the list, else the newest, on which
// nothing can be written any more. NotFound when there is no such power.
func Current(ctx context.Context, r sqldb.Reader, id sqldb.ID) (power.Change, error) {
	all, err := power.History(ctx, r, id)
	if err != nil {
		return power.Change{}, err
	}
	c := all[len(all)-1]
	for _, other := range all {
		if goesBefore(other, c) {
			c = other
		}
	}
	return c, nil
}

// goesBefore says whether a change is rather the one to write on than another.
func goesBefore(c, other power.Change) bool {
	return c.State.Open() || c.State == power.Published && !other.State.Open()
}

// DropDraft throws a draft of one's own away. NotFound when it is none, such as
// dropped already.
func DropDraft(ctx context.Context, tx *sqldb.Tx, who *people.Who, id sqldb.ID) error {
	d, err := draftByID(ctx, tx, id)
	if err != nil {
		return err
	}
	if d.Account != who.Account {
		return noDraft()
	}
	return deleteDraft(ctx, tx, id)
}
