package calendar

import (
	"context"
	"errors"
	"fmt"

	"qingdan/internal/engine/workday"
	"qingdan/internal/errs"
	"qingdan/internal/platform/ledger"
	"qingdan/internal/platform/sqldb"
)

// Current gives the calendar in use: the newest stored edition, else the
// built-in one. It is read anew each time; keep it for the length of one
// request or job.
func Current(ctx context.Context, r sqldb.Reader) (*workday.Calendar, error) {
	c, _, err := newest(ctx, r)
	return c, err
}

// Edition gives the calendar of a label, stored or built in; NotFound when
// there is none.
func Edition(ctx context.Context, r sqldb.Reader, label string) (*workday.Calendar, error) {
	if b := Builtin(); b.Edition() == label {
		return b, nil
	}
	var id sqldb.ID
	err := r.QueryRow(ctx, `select id from calendar_editions where label = ?`, label).Scan(&id)
	if errs.Is(err, sqldb.ErrNoRows) {
		return nil, errs.NotFoundf("没有名为“%.40s”的工作日历", label)
	}
	if err != nil {
		return nil, fmt.Errorf("calendar %s: %w", label, err)
	}
	return read(ctx, r, id, label)
}

// Editions lists the stored editions, newest first; the built-in one is not
// among them.
func Editions(ctx context.Context, r sqldb.Reader) ([]Stored, error) {
	rows, err := r.Query(ctx, `select id, no, label, source, made_at from calendar_editions order by no desc`)
	return sqldb.Collect(rows, err, func(r *sqldb.Rows) (Stored, error) {
		var s Stored
		var at int64
		err := r.Scan(&s.ID, &s.No, &s.Label, &s.Source, &at)
		s.Made = sqldb.FromMicros(at)
		return s, err
	})
}

// newest is Current with the number of the edition, 0 for the built-in one.
func newest(ctx context.Context, r sqldb.Reader) (c *workday.Calendar, no int, err error) {
	var id sqldb.ID
	var label string
	err = r.QueryRow(ctx, `select id, no, label from calendar_editions order by no desc limit 1`).Scan(&id, &no, &label)
	if errs.Is(err, sqldb.ErrNoRows) {
		return Builtin(), 0, nil
	}
	if err != nil {
		return nil, 0, fmt.Errorf("newest calendar: %w", err)
	}
	c, err = read(ctx, r, id, label)
	return c, no, err
}

func read(ctx context.Context, r sqldb.Reader, id sqldb.ID, label string) (*workday.Calendar, error) {
	rows, err := r.Query(ctx, `select day, name, kind from calendar_days where edition_id = ? order by day`, id)
	days, err := sqldb.Collect(rows, err, func(r *sqldb.Rows) (workday.Special, error) {
		var d workday.Special
		var kind string
		err := r.Scan(&d.Day, &d.Name, &kind)
		d.Off = kind == off
		return d, err
	})
	if err != nil {
		return nil, fmt.Errorf("calendar %s: %w", label, err)
	}
	c, err := workday.New(label, days)
	return c, errs.Wrap("calendar "+label, err)
}

// errKnown rolls a transaction back that found nothing to write.
var errKnown = errors.New("the calendar in use says the same")

// Import stores a new edition and records "calendar.published": the calendar
// in use with the years that days speak of replaced. days are all the days
// that the notices of these years name, also where only some of them changed;
// a day of December belongs to the following year's notice
// (workday.Special.Year). source says where they come from, such as the number
// of the notice.
//
// What the calendar in use says already is not written again. A year that is
// not whole and a day given twice are Invalid (workday.New); nothing is
// written then.
func Import(ctx context.Context, l *ledger.Ledger, actor ledger.Actor, days []workday.Special, source string) (Imported, error) {
	var done Imported
	err := l.Load(ctx, actor, func(ctx context.Context, tx *ledger.Tx) error {
		current, no, err := newest(ctx, tx)
		if err != nil {
			return err
		}
		next, i, err := replace(current, days, no+1)
		if err != nil {
			return err
		}
		if done = i; !i.New {
			return errKnown
		}
		return publish(ctx, tx, next, Stored{ID: sqldb.NewID(), No: no + 1, Label: i.Edition, Source: source, Made: tx.Now()}, i.Years)
	})
	if errors.Is(err, errKnown) {
		err = nil
	}
	return done, errs.Wrap("import calendar", err)
}

// Preview tells what Import would do, and refuses what it would refuse.
func Preview(ctx context.Context, r sqldb.Reader, days []workday.Special) (Imported, error) {
	current, no, err := newest(ctx, r)
	if err != nil {
		return Imported{}, err
	}
	_, i, err := replace(current, days, no+1)
	return i, errs.Wrap("preview calendar", err)
}

func publish(ctx context.Context, tx *ledger.Tx, c *workday.Calendar, s Stored, years []int) error {
	_, err := tx.Exec(ctx, `insert into calendar_editions (id, no, label, source, made_at) values (?, ?, ?, ?, ?)`,
		s.ID, s.No, s.Label, s.Source, sqldb.Micros(s.Made))
	if err != nil {
		return fmt.Errorf("publish calendar %s: %w", s.Label, err)
	}
	days := c.Specials()
	for _, d := range days {
		if _, err := tx.Exec(ctx, `insert into calendar_days (edition_id, day, name, kind) values (?, ?, ?, ?)`, s.ID, d.Day, d.Name, kindOf(d)); err != nil {
			return fmt.Errorf("publish calendar %s, %s: %w", s.Label, d.Day, err)
		}
	}
	type act struct {
		Edition string `json:"edition"`
		Source  string `json:"source"`
		Years   []int  `json:"years"`
		Days    int    `json:"days"`
		SHA256  string `json:"sha256"`
	}
	return tx.Say(ctx, "", "calendar.published", s.ID, act{s.Label, s.Source, years, len(days), digest(days)})
}
