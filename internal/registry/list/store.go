package list

import (
	"context"
	"fmt"

	"qingdan/internal/errs"
	"qingdan/internal/platform/ledger"
	"qingdan/internal/platform/sqldb"
)

// Open finds the list of a division by kind and title, or begins it.
func Open(ctx context.Context, tx *ledger.Tx, l List) (List, error) {
	err := tx.QueryRow(ctx, `select id from lists where division = ? and kind = ? and title = ?`, l.Division, string(l.Kind), l.Title).Scan(&l.ID)
	if err == nil || !errs.Is(err, sqldb.ErrNoRows) {
		return l, errs.Wrap("open list "+l.Title, err)
	}
	l.ID = sqldb.NewID()
	_, err = tx.Exec(ctx, `insert into lists (id, division, kind, title) values (?, ?, ?, ?)`, l.ID, l.Division, string(l.Kind), l.Title)
	return l, errs.Wrap("open list "+l.Title, err)
}

// Publish writes an edition with its entries, in the order of the codes, and
// its change list against the edition before, and records "list.published".
// No, Entries, Digest and Published are set here.
func Publish(ctx context.Context, tx *ledger.Tx, l List, e Edition, entries []Entry) (Edition, []Change, error) {
	before, err := latest(ctx, tx, l.ID)
	if err != nil {
		return e, nil, err
	}
	if before.No > 0 && e.Effective < before.Effective {
		return e, nil, errs.Conflictf("施行日期 %s 早于上一版的 %s", e.Effective, before.Effective).Fix("请改正施行日期")
	}
	e.ID, e.List, e.No, e.Entries = sqldb.NewID(), l.ID, before.No+1, len(entries)
	e.Digest, e.Published = Digest(entries), tx.Now()
	if _, err := tx.Exec(ctx, `insert into list_editions (id, list_id, no, title, effective, approval, consulted_from, consulted_to,
		published_at, entries, digest) values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`, e.ID, e.List, e.No, e.Title, e.Effective, e.Approval,
		e.ConsultedFrom, e.ConsultedTo, sqldb.Micros(e.Published), e.Entries, e.Digest[:]); err != nil {
		return e, nil, fmt.Errorf("publish edition %d: %w", e.No, err)
	}
	next := make(map[sqldb.ID]sqldb.ID, len(entries))
	order := make([]sqldb.ID, 0, len(entries))
	for _, n := range entries {
		next[n.Power] = n.Version
		order = append(order, n.Power)
		if _, err := tx.Exec(ctx, `insert into list_entries (edition_id, power_id, version_id, code, name, category, department_id, level,
			initiative, order_key) values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`, e.ID, n.Power, n.Version, n.Code, n.Name, n.Category,
			n.Department, n.Level, n.Initiative, n.OrderKey); err != nil {
			return e, nil, fmt.Errorf("publish entry %s: %w", n.Code, err)
		}
	}
	old, oldOrder, err := versionsOf(ctx, tx, before.ID)
	if err != nil {
		return e, nil, err
	}
	for _, p := range oldOrder {
		if _, still := next[p]; !still {
			order = append(order, p)
		}
	}
	changes := Compare(old, next, order)
	for _, c := range changes {
		if _, err := tx.Exec(ctx, `insert into list_changes (edition_id, power_id, kind, old_version_id, new_version_id) values (?, ?, ?, ?, ?)`,
			e.ID, c.Power, string(c.Kind), c.Old, c.New); err != nil {
			return e, nil, fmt.Errorf("publish change: %w", err)
		}
	}
	return e, changes, recordEdition(ctx, tx, l, e, len(changes))
}

func recordEdition(ctx context.Context, tx *ledger.Tx, l List, e Edition, changes int) error {
	type act struct {
		List      string `json:"list"`
		No        int    `json:"no"`
		Title     string `json:"title"`
		Effective string `json:"effective"`
		Approval  string `json:"approval"`
		Entries   int    `json:"entries"`
		Changes   int    `json:"changes"`
		SHA256    string `json:"sha256"`
	}
	return tx.Say(ctx, l.Division, "list.published", e.ID,
		act{l.Title, e.No, e.Title, e.Effective, e.Approval, e.Entries, changes, fmt.Sprintf("%x", e.Digest)})
}

func latest(ctx context.Context, r sqldb.Reader, list sqldb.ID) (Edition, error) {
	var e Edition
	err := r.QueryRow(ctx, `select id, no, effective from list_editions where list_id = ? order by no desc limit 1`, list).Scan(&e.ID, &e.No, &e.Effective)
	if errs.Is(err, sqldb.ErrNoRows) {
		return Edition{}, nil
	}
	return e, errs.Wrap("latest edition", err)
}

func versionsOf(ctx context.Context, r sqldb.Reader, edition sqldb.ID) (map[sqldb.ID]sqldb.ID, []sqldb.ID, error) {
	rows, err := r.Query(ctx, `select power_id, version_id from list_entries where edition_id = ? order by code`, edition)
	if err != nil {
		return nil, nil, fmt.Errorf("read edition: %w", err)
	}
	defer rows.Close()
	out, order := map[sqldb.ID]sqldb.ID{}, []sqldb.ID{}
	for rows.Next() {
		var p, v sqldb.ID
		if err := rows.Scan(&p, &v); err != nil {
			return nil, nil, fmt.Errorf("read edition: %w", err)
		}
		out[p] = v
		order = append(order, p)
	}
	return out, order, errs.Wrap("read edition", rows.Err())
}

// InForce gives the edition of our list in force on a day; NotFound when none
// is. It is the answer to "what powers are there on that day".
func InForce(ctx context.Context, r sqldb.Reader, division, day string) (Edition, error) {
	var e Edition
	var at int64
	var digest []byte
	err := r.QueryRow(ctx, `select e.id, e.list_id, e.no, e.title, e.effective, e.approval, e.consulted_from, e.consulted_to, e.published_at, e.entries, e.digest
		from list_editions e join lists l on l.id = e.list_id
		where l.kind = 'power' and l.division = ? and e.effective <= ? order by e.effective desc, e.no desc limit 1`, division, day).
		Scan(&e.ID, &e.List, &e.No, &e.Title, &e.Effective, &e.Approval, &e.ConsultedFrom, &e.ConsultedTo, &at, &e.Entries, &digest)
	if errs.Is(err, sqldb.ErrNoRows) {
		return e, errs.NotFoundf("%s 没有施行中的权力清单", day)
	}
	e.Published = sqldb.FromMicros(at)
	copy(e.Digest[:], digest)
	return e, errs.Wrap("edition in force", err)
}

// AddItems writes somebody else's list whole and records "list.imported". A
// title already loaded is a Conflict: another state of that list is another
// title.
func AddItems(ctx context.Context, tx *ledger.Tx, l List, items []Item) error {
	l, err := Open(ctx, tx, l)
	if err != nil {
		return err
	}
	var n int
	if err := tx.QueryRow(ctx, `select count(*) from reference_items where list_id = ?`, l.ID).Scan(&n); err != nil {
		return fmt.Errorf("add items: %w", err)
	}
	if n > 0 {
		return errs.Conflictf("“%s”已经导入过 %d 项", l.Title, n).Fix("如果是新的一版，请换一个标题（--title）")
	}
	if err := insertItems(ctx, tx, l.ID, items); err != nil {
		return err
	}
	type act struct {
		Kind  string `json:"kind"`
		Title string `json:"title"`
		Items int    `json:"items"`
	}
	return tx.Say(ctx, l.Division, "list.imported", l.ID, act{string(l.Kind), l.Title, len(items)})
}
