package round

import (
	"context"
	"fmt"

	"qingdan/internal/errs"
	"qingdan/internal/platform/sqldb"
	"qingdan/internal/registry/people"
	"qingdan/internal/registry/power"
)

// boardTerms starts the rows of the departments of a campaign with their last
// days, in pinyin order.
func boardTerms(ctx context.Context, r sqldb.Reader, c Campaign, s people.Scope) ([]Row, error) {
	var w sqldb.Where
	w.And(`t.campaign_id = ?`, c.ID)
	s.Within(&w, `t.department_id`)
	type term struct {
		Term
		name string
	}
	rows, err := r.Query(ctx, `select t.department_id, d.name, t.no, t.due from round_terms t join departments d on d.id = t.department_id
		where `+w.Text()+` order by d.order_key, t.department_id, t.no`, w.Args...)
	terms, err := sqldb.Collect(rows, err, func(r *sqldb.Rows) (term, error) {
		var t term
		err := r.Scan(&t.Department, &t.name, &t.No, &t.Due)
		return t, err
	})
	if err != nil {
		return nil, fmt.Errorf("board: %w", err)
	}
	var out []Row
	for _, t := range terms {
		if len(out) == 0 || out[len(out)-1].Department != t.Department {
			row := Row{Standing: Standing{Campaign: c, Department: t.Department}, Name: t.name}
			for no := range Final {
				row.Cells = append(row.Cells, Cell{No: no + 1})
			}
			out = append(out, row)
		}
		out[len(out)-1].Cells[t.No-1].Due = t.Due
	}
	return out, nil
}

// boardChanges counts the changes that submissions would carry. Where a
// department is named the counts follow its index.
func boardChanges(ctx context.Context, r sqldb.Reader, c Campaign, s people.Scope, at map[sqldb.ID]*Row) error {
	var w sqldb.Where
	w.And(`h.state in ('self_check', 'handed_up', 'review')`)
	s.Within(&w, `h.department_id`)
	w.And(`exists (select 1 from round_terms t where t.campaign_id = ? and t.department_id = h.department_id)`, c.ID)
	rows, err := r.Query(ctx, `select h.department_id, h.state, count(*) from changes h where `+w.Text()+` group by h.department_id, h.state`, w.Args...)
	if err != nil {
		return fmt.Errorf("board: %w", err)
	}
	defer rows.Close()
	for rows.Next() {
		var id sqldb.ID
		var state power.State
		var n int
		if err := rows.Scan(&id, &state, &n); err != nil {
			return fmt.Errorf("board: %w", err)
		}
		if row := at[id]; row != nil {
			row.Open += n
			if state != power.Review {
				row.Fresh += n
			}
			if state == power.SelfCheck {
				row.SelfCheck = n
			}
		}
	}
	return errs.Wrap("board", rows.Err())
}

// boardOpinions counts the opinions of a campaign. A ruling that asks for a
// correction is to be carried out while its power is with the department, and to
// be checked by the group once it was handed up again.
func boardOpinions(ctx context.Context, r sqldb.Reader, c Campaign, s people.Scope, at map[sqldb.ID]*Row, latest map[sqldb.ID]*Submission) error {
	all, err := tallies(ctx, r, c.ID, s)
	if err != nil {
		return err
	}
	for _, t := range all {
		row := at[t.department]
		if row == nil {
			continue
		}
		switch t.state {
		case Draft:
			row.Drafts += t.n
			continue
		case Issued:
			row.Issued += t.n
		case Answered:
			row.Answered += t.n
		case Disputed:
			row.Disputed += t.n
		}
		for len(row.Cells) < t.no {
			row.Cells = append(row.Cells, Cell{No: len(row.Cells) + 1})
		}
		row.Cells[t.no-1].Figures.add(t)
	}
	rulings, err := corrections(ctx, r, c.ID, s)
	for _, x := range rulings {
		row, last := at[x.department], latest[x.department]
		switch {
		case row == nil || last == nil:
		case x.at < sqldb.Micros(last.At):
			row.ToCheck++
		case x.open:
			row.ToCarryOut++
		}
	}
	return err
}

// correction is a ruling that asks for another wording and was not settled.
type correction struct {
	department sqldb.ID
	at         int64
	open       bool // its change has not left its way
	same       bool // the power has no version after the ruling
	code       string
}

// corrections lists the rulings of a campaign whose correction is not settled.
func corrections(ctx context.Context, r sqldb.Reader, campaign sqldb.ID, s people.Scope) ([]correction, error) {
	var w sqldb.Where
	w.And(`o.campaign_id = ?`, campaign)
	w.And(`o.state = ?`, string(Ruled))
	w.And(`u.outcome <> ?`, string(Support))
	s.Within(&w, `o.department_id`)
	rows, err := r.Query(ctx, `select o.department_id, u.at, h.state, case when h.version_id = u.version_id then 1 else 0 end, p.code
		from opinions o join rulings u on u.opinion_id = o.id join changes h on h.id = o.change_id join powers p on p.id = o.power_id
		where `+w.Text()+` order by p.code`, w.Args...)
	all, err := sqldb.Collect(rows, err, func(r *sqldb.Rows) (correction, error) {
		var x correction
		var state power.State
		var same int
		err := r.Scan(&x.department, &x.at, &state, &same, &x.code)
		x.open, x.same = state == power.SelfCheck || state == power.HandedUp || state == power.Review, same == 1
		return x, err
	})
	return all, errs.Wrap("rulings to carry out", err)
}

// tally is a number of opinions that are alike.
type tally struct {
	department sqldb.ID
	no         int
	cause      string
	state      OpinionState
	answer     AnswerKind // "" without reply
	follows    bool
	n          int
}

// tallies counts the opinions of a campaign by department, round, cause, state
// and answer. Dropped ones do not count, drafts do: the caller says who sees
// them.
func tallies(ctx context.Context, r sqldb.Reader, campaign sqldb.ID, s people.Scope) ([]tally, error) {
	var w sqldb.Where
	w.And(`o.campaign_id = ?`, campaign)
	w.And(`o.state <> ?`, string(Dropped))
	s.Within(&w, `o.department_id`)
	rows, err := r.Query(ctx, `select x.department_id, x.no, x.cause, x.state, x.answer, x.follows, count(*) from (
		select o.department_id, o.no, o.cause, o.state, coalesce(a.answer, '') as answer, case when o.follows_id is null then 0 else 1 end as follows
		from opinions o left join opinion_replies a on a.opinion_id = o.id where `+w.Text()+`) x
		group by x.department_id, x.no, x.cause, x.state, x.answer, x.follows`, w.Args...)
	all, err := sqldb.Collect(rows, err, func(r *sqldb.Rows) (tally, error) {
		var t tally
		var follows int
		err := r.Scan(&t.department, &t.no, &t.cause, &t.state, &t.answer, &follows, &t.n)
		t.follows = follows == 1
		return t, err
	})
	return all, errs.Wrap("count opinions", err)
}
