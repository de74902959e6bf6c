package round

import (
	"context"
	"fmt"

	"qingdan/internal/errs"
	"qingdan/internal/platform/ledger"
	"qingdan/internal/platform/sqldb"
	"qingdan/internal/registry/org"
)

const campaignColumns = `c.id, c.division, c.title, c.state, c.opened_at, c.closed_at`

func scanCampaign(r *sqldb.Rows) (Campaign, error) {
	var c Campaign
	var opened, closed int64
	err := r.Scan(&c.ID, &c.Division, &c.Title, &c.State, &opened, &closed)
	c.Opened = sqldb.FromMicros(opened)
	if closed > 0 {
		c.Closed = sqldb.FromMicros(closed)
	}
	return c, err
}

// Campaigns lists the campaigns, the newest first.
func Campaigns(ctx context.Context, r sqldb.Reader) ([]Campaign, error) {
	rows, err := r.Query(ctx, `select `+campaignColumns+` from campaigns c order by c.opened_at desc, c.id desc`)
	all, err := sqldb.Collect(rows, err, scanCampaign)
	return all, errs.Wrap("campaigns", err)
}

// CampaignByID finds a campaign; NotFound when there is none.
func CampaignByID(ctx context.Context, r sqldb.Reader, id sqldb.ID) (Campaign, error) {
	rows, err := r.Query(ctx, `select `+campaignColumns+` from campaigns c where c.id = ?`, id)
	all, err := sqldb.Collect(rows, err, scanCampaign)
	switch {
	case err != nil:
		return Campaign{}, fmt.Errorf("campaign %s: %w", id, err)
	case len(all) == 0:
		return Campaign{}, errs.NotFoundf("没有这次清理工作")
	}
	return all[0], nil
}

// Current gives the campaign that is not closed and covers a department; NotFound
// when there is none.
func Current(ctx context.Context, r sqldb.Reader, department sqldb.ID) (Campaign, error) {
	rows, err := r.Query(ctx, `select `+campaignColumns+` from round_terms t join campaigns c on c.id = t.campaign_id
		where t.department_id = ? and t.no = 1 and c.state <> ? order by c.opened_at desc, c.id desc limit 1`, department, string(Closed))
	all, err := sqldb.Collect(rows, err, scanCampaign)
	switch {
	case err != nil:
		return Campaign{}, fmt.Errorf("campaign of department %s: %w", department, err)
	case len(all) == 0:
		return Campaign{}, errs.NotFoundf("本部门没有正在进行的清理工作").Fix("清理工作由法制机构部署，部署后再填报")
	}
	return all[0], nil
}

// Covered lists the departments that campaigns not closed cover: their changes
// go from 上报 to 审核 by Receive, not by a check.
func Covered(ctx context.Context, r sqldb.Reader) ([]sqldb.ID, error) {
	rows, err := r.Query(ctx, `select distinct t.department_id from round_terms t join campaigns c on c.id = t.campaign_id
		where t.no = 1 and c.state <> ? order by t.department_id`, string(Closed))
	ids, err := sqldb.Collect(rows, err, scanID)
	return ids, errs.Wrap("departments in campaigns", err)
}

func scanID(r *sqldb.Rows) (sqldb.ID, error) {
	var id sqldb.ID
	err := r.Scan(&id)
	return id, err
}

// Terms lists the last days of a campaign, by department and round.
func Terms(ctx context.Context, r sqldb.Reader, campaign sqldb.ID) ([]Term, error) {
	rows, err := r.Query(ctx, `select t.department_id, t.no, t.due from round_terms t join departments d on d.id = t.department_id
		where t.campaign_id = ? order by d.order_key, t.department_id, t.no`, campaign)
	all, err := sqldb.Collect(rows, err, func(r *sqldb.Rows) (Term, error) {
		var t Term
		err := r.Scan(&t.Department, &t.No, &t.Due)
		return t, err
	})
	return all, errs.Wrap("terms", err)
}

func insertCampaign(ctx context.Context, tx *ledger.Tx, c Campaign, terms []Term) error {
	if _, err := tx.Exec(ctx, `insert into campaigns (id, division, title, state, opened_at, closed_at) values (?, ?, ?, ?, ?, 0)`,
		c.ID, c.Division, c.Title, string(c.State), sqldb.Micros(c.Opened)); err != nil {
		return fmt.Errorf("open campaign: %w", err)
	}
	for _, t := range terms {
		if err := upsertTerm(ctx, tx, c.ID, t); err != nil {
			return err
		}
	}
	return nil
}

func upsertTerm(ctx context.Context, tx *ledger.Tx, campaign sqldb.ID, t Term) error {
	_, err := tx.Exec(ctx, `insert into round_terms (campaign_id, no, department_id, due) values (?, ?, ?, ?)
		on conflict (campaign_id, no, department_id) do update set due = excluded.due`, campaign, t.No, t.Department, t.Due)
	return errs.Wrap("set term", err)
}

// setState moves a campaign that still stands where the caller saw it.
func setState(ctx context.Context, tx *ledger.Tx, c Campaign, to CampaignState) error {
	closed := int64(0)
	if to == Closed {
		closed = sqldb.Micros(tx.Now())
	}
	n, err := tx.Exec(ctx, `update campaigns set state = ?, closed_at = ? where id = ? and state = ?`, string(to), closed, c.ID, string(c.State))
	if err != nil {
		return fmt.Errorf("campaign %s: %w", c.ID, err)
	}
	if n != 1 {
		return errs.Conflictf("“%s”已被他人办理", c.Title).Fix("请刷新后再看")
	}
	return nil
}

func hasSubmission(ctx context.Context, r sqldb.Reader, campaign, department sqldb.ID, no int) (bool, error) {
	var n int
	err := r.QueryRow(ctx, `select count(*) from submissions where campaign_id = ? and department_id = ? and no = ?`, campaign, department, no).Scan(&n)
	return n > 0, errs.Wrap("submission of the round", err)
}

// departmentOrder reads the names of the departments with their pinyin keys.
func departmentOrder(ctx context.Context, r sqldb.Reader) (map[sqldb.ID]named, error) {
	all, err := org.Departments(ctx, r, "")
	if err != nil {
		return nil, errs.Wrap("departments", err)
	}
	out := make(map[sqldb.ID]named, len(all))
	for _, d := range all {
		out[d.ID] = named{d.Name, d.OrderKey}
	}
	return out, nil
}
