package list

import (
	"context"
	"fmt"

	"qingdan/internal/engine/hanzi"
	"qingdan/internal/errs"
	"qingdan/internal/platform/ledger"
	"qingdan/internal/platform/sqldb"
)

func insertItems(ctx context.Context, tx *ledger.Tx, list sqldb.ID, items []Item) error {
	for i, it := range items {
		if _, err := tx.Exec(ctx, `insert into reference_items (list_id, seq, code, name, name_key, department, category, basis, level)
			values (?, ?, ?, ?, ?, ?, ?, ?, ?)`, list, i+1, it.Code, it.Name, hanzi.Fold(it.Name), it.Department, it.Category, it.Basis, it.Level); err != nil {
			return fmt.Errorf("add item %d: %w", i+1, err)
		}
	}
	return nil
}

// Renewal is what a new state of somebody else's list changed.
type Renewal struct{ Items, Added, Removed int }

// RenewItems puts a new state of somebody else's list in the place of the one
// loaded under its title, or loads it for the first time, and records
// "list.renewed" or "list.imported". The same lines again change nothing but are
// recorded all the same.
func RenewItems(ctx context.Context, tx *ledger.Tx, l List, items []Item) (List, Renewal, error) {
	l, err := Open(ctx, tx, l)
	if err != nil {
		return l, Renewal{}, err
	}
	before, err := ItemsOf(ctx, tx, l.ID)
	if err != nil {
		return l, Renewal{}, err
	}
	n := Renewal{Items: len(items), Added: len(items)}
	if len(before) == 0 {
		return l, n, AddItems(ctx, tx, l, items)
	}
	had := map[Item]int{}
	for _, it := range before {
		it.Seq = 0
		had[it]++
	}
	n.Removed = len(before)
	for _, it := range items {
		if it.Seq = 0; had[it] > 0 {
			had[it]--
			n.Added, n.Removed = n.Added-1, n.Removed-1
		}
	}
	if _, err := tx.Exec(ctx, `delete from reference_items where list_id = ?`, l.ID); err != nil {
		return l, n, fmt.Errorf("renew list %s: %w", l.Title, err)
	}
	if err := insertItems(ctx, tx, l.ID, items); err != nil {
		return l, n, err
	}
	type act struct {
		Kind    string `json:"kind"`
		Title   string `json:"title"`
		Items   int    `json:"items"`
		Added   int    `json:"added"`
		Removed int    `json:"removed"`
	}
	return l, n, tx.Say(ctx, l.Division, "list.renewed", l.ID, act{string(l.Kind), l.Title, n.Items, n.Added, n.Removed})
}

// Lists gives the lists of a kind, in the order of their titles.
func Lists(ctx context.Context, r sqldb.Reader, k Kind) ([]List, error) {
	rows, err := r.Query(ctx, `select id, division, kind, title from lists where kind = ? order by title, id`, string(k))
	all, err := sqldb.Collect(rows, err, func(r *sqldb.Rows) (List, error) {
		var l List
		err := r.Scan(&l.ID, &l.Division, &l.Kind, &l.Title)
		return l, err
	})
	return all, errs.Wrap("lists", err)
}

// ByID finds a list; NotFound when there is none.
func ByID(ctx context.Context, r sqldb.Reader, id sqldb.ID) (List, error) {
	l := List{ID: id}
	err := r.QueryRow(ctx, `select division, kind, title from lists where id = ?`, id).Scan(&l.Division, &l.Kind, &l.Title)
	if errs.Is(err, sqldb.ErrNoRows) {
		return l, errs.NotFoundf("没有这份清单")
	}
	return l, errs.Wrap("list", err)
}

const itemColumns = `select i.seq, i.code, i.name, i.department, i.category, i.basis, i.level from reference_items i `

func scanItem(r *sqldb.Rows) (Item, error) {
	var it Item
	err := r.Scan(&it.Seq, &it.Code, &it.Name, &it.Department, &it.Category, &it.Basis, &it.Level)
	return it, err
}

// Items reads all lines of the lists of a kind.
func Items(ctx context.Context, r sqldb.Reader, k Kind) ([]Item, error) {
	rows, err := r.Query(ctx, itemColumns+`join lists l on l.id = i.list_id where l.kind = ? order by i.list_id, i.seq`, string(k))
	return sqldb.Collect(rows, err, scanItem)
}

// ItemsOf reads the lines of one list in their order.
func ItemsOf(ctx context.Context, r sqldb.Reader, list sqldb.ID) ([]Item, error) {
	rows, err := r.Query(ctx, itemColumns+`where i.list_id = ? order by i.seq`, list)
	all, err := sqldb.Collect(rows, err, scanItem)
	return all, errs.Wrap("items of a list", err)
}
