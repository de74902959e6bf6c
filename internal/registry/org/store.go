package org

import (
	"context"
	"fmt"

	"qingdan/internal/engine/code"
	"qingdan/internal/engine/hanzi"
	"qingdan/internal/errs"
	"qingdan/internal/platform/ledger"
	"qingdan/internal/platform/search"
	"qingdan/internal/platform/sqldb"
)

// SetSite writes the one row of the site and records "site.set". A code that
// cannot be a division's is Invalid: whose list would it be?
func SetSite(ctx context.Context, tx *ledger.Tx, s Site) error {
	if _, err := code.CheckDivision(s.Division); err != nil {
		return errs.Wrap("set site", err)
	}
	if _, err := tx.Exec(ctx, `delete from site`); err != nil {
		return fmt.Errorf("set site: %w", err)
	}
	if _, err := tx.Exec(ctx, `insert into site (one, division, name, sponsor, hotline, demo) values (1, ?, ?, ?, ?, ?)`,
		s.Division, s.Name, s.Sponsor, s.Hotline, s.Demo); err != nil {
		return fmt.Errorf("set site: %w", err)
	}
	return tx.Say(ctx, s.Division, "site.set", sqldb.ID{}, s)
}

// ReadSite reads the site; a house that nobody named yet has a neutral one.
func ReadSite(ctx context.Context, r sqldb.Reader) (Site, error) {
	var s Site
	err := r.QueryRow(ctx, `select division, name, sponsor, hotline, demo from site where one = 1`).
		Scan(&s.Division, &s.Name, &s.Sponsor, &s.Hotline, &s.Demo)
	if errs.Is(err, sqldb.ErrNoRows) {
		return Site{Name: "行政权力运行平台"}, nil
	}
	return s, errs.Wrap("read site", err)
}

// AddDivisions writes rows of the tree of places and records
// "divisions.loaded" once. A row already there is left as it is; the number of
// new rows is returned.
func AddDivisions(ctx context.Context, tx *ledger.Tx, rows []Division) (int, error) {
	added := 0
	for _, d := range rows {
		n, err := tx.Exec(ctx, `insert into divisions (code, valid_from, valid_to, name, level, parent) values (?, ?, ?, ?, ?, ?)
			on conflict (code, valid_from) do nothing`, d.Code, d.ValidFrom, d.ValidTo, d.Name, d.Level, d.Parent)
		if err != nil {
			return 0, fmt.Errorf("add division %s: %w", d.Code, err)
		}
		added += int(n)
	}
	type act struct {
		Rows  int `json:"rows"`
		Added int `json:"added"`
	}
	return added, tx.Say(ctx, "", "divisions.loaded", sqldb.ID{}, act{len(rows), added})
}

// DivisionOn finds a place on a day; NotFound when it was not one then.
func DivisionOn(ctx context.Context, r sqldb.Reader, place, day string) (Division, error) {
	d := Division{Code: place}
	err := r.QueryRow(ctx, `select valid_from, valid_to, name, level, parent from divisions
		where code = ? and valid_from <= ? and (valid_to = '' or valid_to > ?)`, place, day, day).
		Scan(&d.ValidFrom, &d.ValidTo, &d.Name, &d.Level, &d.Parent)
	if errs.Is(err, sqldb.ErrNoRows) {
		return d, errs.NotFoundf("%s 没有代码为 %s 的行政区划", day, place)
	}
	return d, errs.Wrap("division "+place, err)
}

// Here gives the division whose powers come in when nobody says otherwise: the
// site's; before the site is named that of the departments, where they have
// but one; else ledger.Nowhere.
func Here(ctx context.Context, r sqldb.Reader) (string, error) {
	s, err := ReadSite(ctx, r)
	if err != nil || s.Division != "" {
		return s.Division, err
	}
	var first, last string
	err = r.QueryRow(ctx, `select coalesce(min(division), ''), coalesce(max(division), '') from departments`).Scan(&first, &last)
	if err != nil {
		return "", fmt.Errorf("division of the departments: %w", err)
	}
	if first == "" || first != last {
		return ledger.Nowhere, nil
	}
	return first, nil
}

// AddDepartment writes a department and records "department.added". A name
// that another department of the division bears on one of its days is a
// Conflict; a name free again may be given anew.
func AddDepartment(ctx context.Context, tx *ledger.Tx, d Department) (sqldb.ID, error) {
	if _, err := d.check(); err != nil {
		return sqldb.ID{}, errs.Wrap("add department", err)
	}
	var bearers int
	err := tx.QueryRow(ctx, `select count(*) from departments where division = ? and name = ?
		and (valid_to = '' or valid_to > ?) and (? = '' or valid_from < ?)`, d.Division, d.Name, d.ValidFrom, d.ValidTo, d.ValidTo).Scan(&bearers)
	if err != nil {
		return sqldb.ID{}, fmt.Errorf("add department %s: %w", d.Name, err)
	}
	if bearers > 0 {
		return sqldb.ID{}, errs.Conflictf("部门“%s”已经存在", d.Name)
	}
	d.ID, d.OrderKey = sqldb.NewID(), hanzi.PinyinKey(d.Name)
	_, err = tx.Exec(ctx, `insert into departments (id, division, name, short, credit_code, nature, order_key, valid_from, valid_to)
		values (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
		d.ID, d.Division, d.Name, d.Short, d.CreditCode, d.Nature, d.OrderKey, d.ValidFrom, d.ValidTo)
	if sqldb.IsConstraint(err) {
		return sqldb.ID{}, errs.Conflictf("部门“%s”已经存在", d.Name).Because(err)
	}
	if err != nil {
		return sqldb.ID{}, fmt.Errorf("add department %s: %w", d.Name, err)
	}
	here, err := Here(ctx, tx)
	if err != nil {
		return sqldb.ID{}, err
	}
	// The public finds the departments whose powers it can read; those of other
	// places only take over what is handed down to them.
	ours := here == ledger.Nowhere || here == d.Division
	doc := search.Doc{ID: d.ID, Kind: "department", Order: d.OrderKey, Public: ours, Title: d.Name}
	for _, c := range []string{d.CreditCode, d.Short} {
		if c != "" {
			doc.Codes = append(doc.Codes, c)
		}
	}
	if err := search.Put(ctx, tx.Tx, []search.Doc{doc}); err != nil {
		return sqldb.ID{}, err
	}
	return d.ID, tx.Say(ctx, d.Division, "department.added", d.ID, d)
}

// Departments lists the departments of a division ("" = of all), in pinyin
// order.
func Departments(ctx context.Context, r sqldb.Reader, division string) ([]Department, error) {
	rows, err := r.Query(ctx, `select id, division, name, short, credit_code, nature, order_key, valid_from, valid_to from departments
		where ? = '' or division = ? order by order_key, id`, division, division)
	return sqldb.Collect(rows, err, func(r *sqldb.Rows) (Department, error) {
		var d Department
		err := r.Scan(&d.ID, &d.Division, &d.Name, &d.Short, &d.CreditCode, &d.Nature, &d.OrderKey, &d.ValidFrom, &d.ValidTo)
		return d, err
	})
}

// AddMandates writes rows of a department's 三定 and records
// "mandates.loaded". Numbers go on where the department's rows end.
func AddMandates(ctx context.Context, tx *ledger.Tx, department sqldb.ID, rows []Mandate) error {
	var last int
	if err := tx.QueryRow(ctx, `select coalesce(max(no), 0) from mandates where department_id = ?`, department).Scan(&last); err != nil {
		return fmt.Errorf("add mandates: %w", err)
	}
	for i, m := range rows {
		if _, err := tx.Exec(ctx, `insert into mandates (id, department_id, no, text, basis, valid_from, valid_to) values (?, ?, ?, ?, ?, '', '')`,
			sqldb.NewID(), department, last+i+1, m.Text, m.Basis); err != nil {
			return fmt.Errorf("add mandate %d: %w", last+i+1, err)
		}
	}
	texts := make([]string, len(rows))
	for i, m := range rows {
		texts[i] = m.Text
	}
	return tx.Say(ctx, "", "mandates.loaded", department, texts)
}

// Mandates lists the rows of all departments, by department and number.
func Mandates(ctx context.Context, r sqldb.Reader) ([]Mandate, error) {
	rows, err := r.Query(ctx, `select id, department_id, no, text, basis from mandates order by department_id, no`)
	return sqldb.Collect(rows, err, func(r *sqldb.Rows) (Mandate, error) {
		var m Mandate
		err := r.Scan(&m.ID, &m.Department, &m.No, &m.Text, &m.Basis)
		return m, err
	})
}

// AddMandateRows writes rows of 三定 whose departments are still names. A
// department that is unknown, or one of several of that name, is Invalid at its
// cell; a duty that the department has already is a Conflict there, so that a
// file comes in once. Nothing is written then.
func AddMandateRows(ctx context.Context, tx *ledger.Tx, rows []MandateRow) error {
	all, err := Departments(ctx, tx, "")
	if err != nil {
		return fmt.Errorf("add mandates: %w", err)
	}
	stored, err := Mandates(ctx, tx)
	if err != nil {
		return fmt.Errorf("add mandates: %w", err)
	}
	type duty struct {
		department sqldb.ID
		text       string
	}
	has := make(map[duty]bool, len(stored))
	for _, m := range stored {
		has[duty{m.Department, m.Text}] = true
	}
	names := IndexNames(all)
	var order []sqldb.ID
	byDept := map[sqldb.ID][]Mandate{}
	for _, r := range rows {
		id, err := names.Find(r.Department)
		if err != nil {
			return errs.In(r.Place, err)
		}
		if has[duty{id, r.Mandate.Text}] {
			return errs.Conflictf("“%s”已有这条职责", r.Department).At(r.Place).Fix("同样的职责不会导入两次，请只留新增的行")
		}
		has[duty{id, r.Mandate.Text}] = true
		if byDept[id] == nil {
			order = append(order, id)
		}
		byDept[id] = append(byDept[id], r.Mandate)
	}
	for _, id := range order {
		if err := AddMandates(ctx, tx, id, byDept[id]); err != nil {
			return err
		}
	}
	return nil
}
