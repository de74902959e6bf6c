package stage_test

import (
	"context"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"qingdan/internal/errs"
	"qingdan/internal/platform/ledger"
	"qingdan/internal/platform/sqldb"
	"qingdan/internal/registry/list"
	"qingdan/internal/registry/people"
	"qingdan/internal/registry/power"
	"qingdan/internal/service/consult"
	"qingdan/internal/stage/publish"
	"qingdan/internal/stage/reduce"
	"qingdan/internal/testkit"
)

// hearing is a house under a clock of its own, with a notice on two licences that
// are proposed to keep, open from 2014-11-10 to 2014-12-09.
type hearing struct {
	db     *sqldb.DB
	l      *ledger.Ledger
	day    atomic.Int64 // days since 2014-11-10
	legal  *people.Who
	notice sqldb.ID
}

func hear(t *testing.T, engine sqldb.Engine) *hearing {
	t.Helper()
	h := &hearing{legal: &people.Who{Account: sqldb.NewID(), Name: "法示例", Roles: []people.Role{people.Legal}}}
	db, err := sqldb.Open(t.Context(), testkit.DSN(t, engine))
	must(t, err)
	t.Cleanup(func() { must(t, db.Close()) })
	h.db = db
	h.l, err = ledger.Open(t.Context(), db, ledger.Options{Clock: func() time.Time {
		return time.Date(2014, 11, 10+int(h.day.Load()), 2, 0, 0, 0, time.UTC)
	}})
	must(t, err)
	reviewed(t, db, h.l, item("行政审批", "A1", "取水许可"), item("行政审批", "A2", "取水许可变更"))
	_, err = reduce.Apply(t.Context(), h.l, actor, signedBook(t, map[string]any{"事项编码": "A1", "处置意见": "保留"}, map[string]any{"事项编码": "A2", "处置意见": "保留"}))
	must(t, err)
	must(t, h.act(t, func(ctx context.Context, tx *ledger.Tx) (err error) {
		h.notice, err = consult.OpenNotice(ctx, tx, h.legal, consult.Form{Title: "权力清单征求意见", Text: "现公开征求意见。", From: "2014-11-10", To: "2014-12-09"})
		return err
	}))
	return h
}

func (h *hearing) act(t *testing.T, fn func(ctx context.Context, tx *ledger.Tx) error) error {
	return h.l.Load(t.Context(), h.legal.Actor(), fn)
}

func (h *hearing) comment(t *testing.T, code, text string) consult.Comment {
	t.Helper()
	r, err := consult.Submit(t.Context(), h.db, h.l, consult.Submission{Notice: h.notice, Power: change(t, h.db, code).Power, Text: text})
	must(t, err)
	c, err := consult.ByReceipt(t.Context(), h.db, r.Code)
	must(t, err)
	return c
}

// unheardOrder is an order that leaves the days of the consultation to the notice.
func unheardOrder() publish.Order {
	o := order
	o.ConsultedFrom, o.ConsultedTo = "", ""
	return o
}

func (h *hearing) refused(t *testing.T, what, words string) {
	t.Helper()
	_, err := publish.Publish(t.Context(), h.l, actor, unheardOrder())
	if errs.KindOf(err) != errs.Conflict || !strings.Contains(errs.Message(err), words) {
		t.Fatalf("%s: %v, want a conflict that says %q", what, err, words)
	}
	if c := change(t, h.db, "A1"); c.State != power.Consulting {
		t.Fatalf("%s: A1 became %s", what, c.State.Label())
	}
}

// tests:开门搞清单/2
func TestNothingIsPublishedOverAnUnansweredComment(t *testing.T) {
	for _, engine := range []sqldb.Engine{sqldb.SQLite, sqldb.PostgreSQL} {
		t.Run(engine.String(), func(t *testing.T) {
			h := hear(t, engine)
			good, rude := h.comment(t, "A1", "服务对象要写清楚"), h.comment(t, "A2", "某某是个骗子")
			h.refused(t, "while the notice is open", "2014-12-09")
			h.day.Store(30)
			h.refused(t, "with two comments", "市水利局 2 条")
			must(t, h.act(t, func(ctx context.Context, tx *ledger.Tx) error {
				return consult.HoldBack(ctx, tx, h.legal, rude.ID, consult.Abusive, "指名辱骂他人")
			}))
			h.refused(t, "with one comment", "市水利局 1 条")
			old, err := power.VersionByID(t.Context(), h.db, good.Version)
			must(t, err)
			must(t, h.act(t, func(ctx context.Context, tx *ledger.Tx) error {
				v := old
				v.Elements.Object = "直接从河流取水的单位和个人"
				_, err := consult.Adopt(ctx, tx, h.legal, good.ID, old.ID, v, consult.Reply{Outcome: consult.Adopted, Text: "已经写清楚。"})
				return err
			}))
			out, err := publish.Publish(t.Context(), h.l, actor, unheardOrder())
			must(t, err)
			if out.Edition.ConsultedFrom != "2014-11-10" || out.Edition.ConsultedTo != "2014-12-09" || out.Edition.Entries != 2 {
				t.Errorf("the edition is %+v", out.Edition)
			}
			e, err := list.InForce(t.Context(), h.db, city, "2014-12-30")
			must(t, err)
			c := change(t, h.db, "A1")
			var listed sqldb.ID
			must(t, h.db.QueryRow(t.Context(), `select version_id from list_entries where edition_id = ? and code = 'A1'`, e.ID).Scan(&listed))
			if c.State != power.Published || listed != c.Version || listed == old.ID {
				t.Errorf("the list holds %s, want the adopted wording %s", listed, c.Version)
			}
		})
	}
}

// What no notice covers is published as before, whatever waits elsewhere.
func TestANoticeHoldsUpOnlyWhatItCovers(t *testing.T) {
	h := hear(t, sqldb.SQLite)
	h.comment(t, "A1", "有意见")
	for _, code := range []string{"A1", "A2"} {
		c := change(t, h.db, code)
		must(t, h.act(t, func(ctx context.Context, tx *ledger.Tx) error {
			if err := power.Move(ctx, tx, c, power.Review); err != nil {
				return err
			}
			return tx.Say(ctx, city, "power.moved", c.Power, "review")
		}))
	}
	if _, err := publish.Publish(t.Context(), h.l, actor, unheardOrder()); errs.KindOf(err) != errs.Conflict {
		t.Fatalf("nothing is left to publish: %v", err)
	}
	must(t, h.act(t, func(ctx context.Context, tx *ledger.Tx) error {
		v, err := power.VersionByID(ctx, tx, change(t, h.db, "A1").Version)
		if err != nil {
			return err
		}
		v.Name = "另一项许可"
		_, err = power.Add(ctx, tx, power.Report{Code: "A3", Division: city, Origin: power.Reported, State: power.Proposed, Version: v})
		return err
	}))
	out, err := publish.Publish(t.Context(), h.l, actor, order)
	if err != nil || out.Edition.Entries != 1 {
		t.Errorf("%d entries, %v", out.Edition.Entries, err)
	}
}
