package power_test

import (
	"context"
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"

	"qingdan/internal/platform/ledger"
	"qingdan/internal/platform/sqldb"
	"qingdan/internal/registry/power"
	"qingdan/internal/testkit"
)

// More versions than one batch holds: each comes once, with its own citations.
func TestManyVersionsComeEachWithItsOwnCitations(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, db *sqldb.DB, l *ledger.Ledger) {
		dept := department(t, l)
		const n = 1001
		must(t, write(t, l, func(ctx context.Context, tx *ledger.Tx) error {
			for i := range n {
				basis := ""
				for k := range i % 3 {
					basis += fmt.Sprintf("《示例条例》第%d条；", i+k+1)
				}
				r := permit(dept, fmt.Sprintf("A%04d", i), func(r *power.Report) { r.Version.Citations = power.ParseBasis(basis) })
				if _, err := power.Add(ctx, tx, r); err != nil {
					return err
				}
			}
			return nil
		}))
		i := 0
		must(t, power.Versions(t.Context(), db, []power.State{power.HandedUp}, func(code string, v power.Version) error {
			if code != fmt.Sprintf("A%04d", i) || len(v.Citations) != i%3 {
				t.Errorf("version %d: code %s, %d citations, want %d", i, code, len(v.Citations), i%3)
			}
			for k, c := range v.Citations {
				if c.Ref.Article != i+k+1 {
					t.Errorf("%s: citation %d leads to article %d", code, k, c.Ref.Article)
				}
			}
			i++
			return nil
		}))
		if i != n {
			t.Errorf("%d versions, want %d", i, n)
		}
	})
}

func TestLinksOfVersionsNotCheckedStayAndMayBeCopied(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, db *sqldb.DB, l *ledger.Ledger) {
		a, b, twin, doc := sqldb.NewID(), sqldb.NewID(), sqldb.NewID(), sqldb.NewID()
		do := func(fn func(tx *sqldb.Tx) error) { t.Helper(); must(t, db.Write(t.Context(), fn)) }
		do(func(tx *sqldb.Tx) error {
			return power.ReplaceLinks(t.Context(), tx, []power.Link{{Version: a, Seq: 1, Document: doc, Article: 2, State: "resolved"}, {Version: a, Seq: 2, State: "title_unknown"}, {Version: b, Seq: 1, State: "resolved"}})
		})
		do(func(tx *sqldb.Tx) error { return power.CopyLinks(t.Context(), tx, a, twin) })
		do(func(tx *sqldb.Tx) error {
			return power.ReplaceLinks(t.Context(), tx, []power.Link{{Version: a, Seq: 1, State: "not_in_force"}})
		})
		for id, want := range map[sqldb.ID][]string{a: {"1 not_in_force"}, b: {"1 resolved"}, twin: {"1 resolved", "2 title_unknown"}} {
			rows, err := db.Query(t.Context(), `select seq, state from citation_links where version_id = ? order by seq`, id)
			got, err := sqldb.Collect(rows, err, func(r *sqldb.Rows) (string, error) {
				var seq int
				var state string
				err := r.Scan(&seq, &state)
				return fmt.Sprint(seq, " ", state), err
			})
			must(t, err)
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("links (-want +got):\n%s", diff)
			}
		}
	})
}
