package stage_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"qingdan/internal/errs"
	"qingdan/internal/platform/ledger"
	"qingdan/internal/platform/search"
	"qingdan/internal/platform/sqldb"
	"qingdan/internal/registry/power"
	"qingdan/internal/stage/inventory"
	"qingdan/internal/stage/publish"
	"qingdan/internal/stage/reduce"
	"qingdan/internal/testkit"
)

// listed is a house whose licences of these codes stand on the first edition.
func listed(t *testing.T, db *sqldb.DB, l *ledger.Ledger, codes ...string) {
	t.Helper()
	var rows [][]string
	var keep []map[string]any
	for _, c := range codes {
		rows = append(rows, item("行政审批", c, "许可"+c))
		keep = append(keep, map[string]any{"事项编码": c, "处置意见": "保留"})
	}
	reviewed(t, db, l, rows...)
	_, err := reduce.Apply(t.Context(), l, actor, signedBook(t, keep...))
	must(t, err)
	_, err = publish.Publish(t.Context(), l, actor, order)
	must(t, err)
}

// later is the order of an edition of another day; without approval when by is
// empty.
func later(day, by string) publish.Order {
	o := publish.Order{Division: city, Title: "聊城市权力清单", Effective: day}
	if by != "" {
		o.ConsultedFrom, o.ConsultedTo, o.ApprovedOn = "2015-01-01", "2015-01-31", "2015-02-01"
		o.ApprovedBy, o.Approval = by, "聊政示例〔2015〕1号"
	}
	return o
}

func standing(t *testing.T, db *sqldb.DB, code string) (power.Change, power.Version) {
	t.Helper()
	p, err := power.ByCode(t.Context(), db, code)
	must(t, err)
	c, err := power.Standing(t.Context(), db, p.ID)
	must(t, err)
	v, err := power.VersionByID(t.Context(), db, c.Version)
	must(t, err)
	return c, v
}

// revised asks for another wording of a power on the list.
func revised(t *testing.T, db *sqldb.DB, l *ledger.Ledger, code string, start power.State, edit func(*power.Version)) {
	t.Helper()
	base, v := standing(t, db, code)
	edit(&v)
	must(t, l.Write(t.Context(), actor, func(ctx context.Context, tx *ledger.Tx) error {
		_, err := power.Revise(ctx, tx, base, v, start, "条例修改")
		return err
	}))
}

func cancelProposed(t *testing.T, db *sqldb.DB, l *ledger.Ledger, code string) {
	t.Helper()
	base, _ := standing(t, db, code)
	must(t, l.Write(t.Context(), actor, func(ctx context.Context, tx *ledger.Tx) error {
		_, err := power.ProposeCancel(ctx, tx, base, "国务院决定取消")
		return err
	}))
}

func renamed(name string) func(*power.Version) { return func(v *power.Version) { v.Name = name } }

func checked(t *testing.T, db *sqldb.DB, l *ledger.Ledger) *inventory.Checked {
	t.Helper()
	c, err := inventory.CheckAndSave(t.Context(), l, db, actor, "2015-01-10", nil)
	must(t, err)
	return c
}

func decided(t *testing.T, l *ledger.Ledger, lines ...map[string]any) {
	t.Helper()
	_, err := reduce.Apply(t.Context(), l, actor, signedBook(t, lines...))
	must(t, err)
}

func cancelled(code string) map[string]any {
	return map[string]any{"事项编码": code, "处置意见": "取消", "理由类型": "减权/2 不符合改革方向", "说明": "按国发〔2014〕27号取消"}
}

// said gives the change list of an edition: code, kind, old and new number.
func said(t *testing.T, db *sqldb.DB, edition sqldb.ID) []string {
	t.Helper()
	rows, err := db.Query(t.Context(), `select p.code, c.kind, coalesce(o.no, 0), coalesce(n.no, 0) from list_changes c join powers p on p.id = c.power_id
		left join power_versions o on o.id = c.old_version_id left join power_versions n on n.id = c.new_version_id
		where c.edition_id = ? order by p.code`, edition)
	out, err := sqldb.Collect(rows, err, func(r *sqldb.Rows) (string, error) {
		var code, kind string
		var old, now int
		err := r.Scan(&code, &kind, &old, &now)
		return fmt.Sprint(code, " ", kind, " ", old, " ", now), err
	})
	must(t, err)
	return out
}

// entriesOf gives what an edition lists: code, name and number of the version.
func entriesOf(t *testing.T, db *sqldb.DB, edition sqldb.ID) []string {
	t.Helper()
	rows, err := db.Query(t.Context(), `select e.code, e.name, v.no from list_entries e join power_versions v on v.id = e.version_id
		where e.edition_id = ? order by e.code`, edition)
	out, err := sqldb.Collect(rows, err, func(r *sqldb.Rows) (string, error) {
		var code, name string
		var no int
		err := r.Scan(&code, &name, &no)
		return fmt.Sprint(code, " ", name, " ", no), err
	})
	must(t, err)
	return out
}

// books checks that the books balance and gives kept and cancelled, as the
// balance and as the stats count them.
func books(t *testing.T, db *sqldb.DB) (kept, cancelled int) {
	t.Helper()
	all, err := reduce.Balances(t.Context(), db)
	must(t, err)
	must(t, reduce.CheckBalance(all))
	s, err := reduce.ReadStats(t.Context(), db)
	must(t, err)
	if s.Kept != all[0].Kept || s.Fates[reduce.Cancel] != all[0].Left[reduce.Cancel] || s.Reported != all[0].Reported {
		t.Errorf("stats %+v and balance %+v differ", s, all[0])
	}
	return all[0].Kept, all[0].Left[reduce.Cancel]
}

func found(t *testing.T, db *sqldb.DB, words string) (out []string) {
	t.Helper()
	hits, err := search.Find(t.Context(), db, search.Query{Words: words, Kind: "power"})
	must(t, err)
	for _, h := range hits {
		if h.Partial {
			continue
		}
		c, err := power.Standing(t.Context(), db, h.ID)
		must(t, err)
		out = append(out, c.Code)
	}
	return out
}

func TestWhatIsOnTheListIsAmendedAndCancelledOnTheSameChain(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, db *sqldb.DB, l *ledger.Ledger) {
		ctx := t.Context()
		listed(t, db, l, "A1", "A2", "A3")
		revised(t, db, l, "A1", power.HandedUp, renamed("地下水取水许可"))
		cancelProposed(t, db, l, "A2")
		if c := checked(t, db, l); c.Powers != 3 {
			t.Errorf("%d powers checked, want 3", c.Powers)
		}
		if _, err := reduce.Apply(ctx, l, actor, signedBook(t, cancelled("A1"))); errs.KindOf(err) != errs.Invalid || !strings.Contains(errs.Message(err), "请先提出取消") {
			t.Errorf("an amendment that takes the power away: %v, want Invalid", err)
		}
		decided(t, l, map[string]any{"事项编码": "A1", "处置意见": "保留"}, cancelled("A2"))
		if kept, gone := books(t, db); kept != 3 || gone != 0 {
			t.Errorf("before the edition %d kept and %d cancelled, want 3 and 0", kept, gone)
		}
		if hits := found(t, db, "许可A2"); !slices.Equal(hits, []string{"A2"}) {
			t.Errorf("before the edition 许可A2 finds %v", hits)
		}
		second, err := publish.Publish(ctx, l, actor, later("2015-03-01", "聊城市人民政府"))
		must(t, err)
		if diff := cmp.Diff([]string{"A1 修改 1 2", "A2 移出 1 0"}, said(t, db, second.Edition.ID)); diff != "" {
			t.Errorf("change list (-want +got):\n%s", diff)
		}
		if diff := cmp.Diff([]string{"A1 地下水取水许可 2", "A3 许可A3 1"}, entriesOf(t, db, second.Edition.ID)); diff != "" {
			t.Errorf("second edition (-want +got):\n%s", diff)
		}
		if kept, gone := books(t, db); kept != 2 || gone != 1 {
			t.Errorf("%d kept and %d cancelled, want 2 and 1", kept, gone)
		}
		for words, want := range map[string][]string{"许可A2": nil, "地下水取水许可": {"A1"}, "许可A3": {"A3"}} {
			if hits := found(t, db, words); !slices.Equal(hits, want) {
				t.Errorf("%s finds %v, want %v", words, hits, want)
			}
		}
		if _, err := publish.Publish(ctx, l, actor, later("2015-04-01", "聊城市人民政府")); errs.KindOf(err) != errs.Conflict {
			t.Errorf("an edition without any change: %v, want Conflict", err)
		}
		_, err = inventory.Import(ctx, l, db, actor, book(t, item("行政审批", "A2", "许可A2")), inventory.Options{File: "再报.xlsx", Division: city, Origin: power.Reported})
		if errs.KindOf(err) != errs.Conflict && errs.KindOf(err) != errs.Invalid || !strings.Contains(errs.Message(err), "A2") {
			t.Errorf("the code of a cancelled power: %v, want a refusal that names it", err)
		}

		cancelProposed(t, db, l, "A1") // what was amended leaves as well
		checked(t, db, l)
		decided(t, l, cancelled("A1"))
		third, err := publish.Publish(ctx, l, actor, later("2015-05-01", "聊城市人民政府"))
		must(t, err)
		if diff := cmp.Diff([]string{"A1 移出 2 0"}, said(t, db, third.Edition.ID)); diff != "" {
			t.Errorf("change list (-want +got):\n%s", diff)
		}
		if kept, gone := books(t, db); kept != 1 || gone != 2 {
			t.Errorf("%d kept and %d cancelled, want 1 and 2", kept, gone)
		}
		all, err := power.History(ctx, db, change(t, db, "A1").Power)
		must(t, err)
		for _, c := range all {
			if c.State != power.Ended {
				t.Errorf("%s of A1 is %s", c.Kind, c.State.Label())
			}
		}
		must(t, db.Settle(ctx))
		must(t, l.Verify(ctx, ledger.Powers))
	})
}

func TestAChangeOfContentNeedsNoApproval(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, db *sqldb.DB, l *ledger.Ledger) {
		ctx := t.Context()
		listed(t, db, l, "A1", "A2")
		revised(t, db, l, "A1", power.Proposed, renamed("取水许可"))
		for want, o := range map[string]publish.Order{
			"--consulted-to": {Division: city, Title: "清单", Effective: "2015-03-01", ConsultedFrom: "2015-01-01"},
			"--approval":     {Division: city, Title: "清单", Effective: "2015-03-01", ApprovedBy: "市政府"},
			"--effective":    {Division: city, Title: "清单"},
			"先后不对":           {Division: city, Title: "清单", Effective: "2015-03-01", ConsultedFrom: "2015-01-01", ConsultedTo: "2015-03-02"},
		} {
			if _, err := publish.Publish(ctx, l, actor, o); errs.KindOf(err) != errs.Invalid || !strings.Contains(errs.Message(err), want) {
				t.Errorf("%v, want Invalid that says %s", err, want)
			}
		}
		before, _, err := tree(t, db, l)
		must(t, err)
		p, err := publish.Publish(ctx, l, actor, later("2015-03-01", ""))
		must(t, err)
		if diff := cmp.Diff([]string{"A1 修改 1 2"}, said(t, db, p.Edition.ID)); diff != "" {
			t.Errorf("change list (-want +got):\n%s", diff)
		}
		must(t, l.Settle(ctx))
		entries, err := l.Entries(ctx, ledger.Powers, before, 100)
		must(t, err)
		var kinds []string
		for _, e := range entries {
			kinds = append(kinds, e.Kind)
			if e.Kind == "list.approved" && !strings.Contains(string(e.Public), "内容修改，不需批准") {
				t.Errorf("approved: %s", e.Public)
			}
		}
		if diff := cmp.Diff([]string{"list.replaced", "list.approved", "list.advanced", "list.published"}, kinds); diff != "" {
			t.Errorf("acts (-want +got):\n%s", diff)
		}

		cancelProposed(t, db, l, "A2")
		checked(t, db, l)
		decided(t, l, cancelled("A2"))
		if _, err := publish.Publish(ctx, l, actor, later("2015-04-01", "")); errs.KindOf(err) != errs.Invalid {
			t.Errorf("cancelled without approval: %v, want Invalid", err)
		}
		before, _, err = tree(t, db, l)
		must(t, err)
		_, err = publish.Publish(ctx, l, actor, later("2015-04-01", "聊城市人民政府"))
		must(t, err)
		must(t, l.Settle(ctx))
		entries, err = l.Entries(ctx, ledger.Powers, before, 100)
		must(t, err)
		kinds = nil
		for _, e := range entries {
			kinds = append(kinds, e.Kind)
		}
		if diff := cmp.Diff([]string{"list.ended", "list.consulted", "list.approved", "list.published"}, kinds); diff != "" {
			t.Errorf("acts of the cancellation (-want +got):\n%s", diff)
		}
	})
}

func TestACancellationThatIsRefusedLeavesThePowerWhereItIs(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, db *sqldb.DB, l *ledger.Ledger) {
		ctx := t.Context()
		listed(t, db, l, "A1", "A2", "A3")
		_, err := inventory.Import(ctx, l, db, actor, book(t, item("行政审批", "B1", "许可B1"), item("行政审批", "B2", "许可B2")), inventory.Options{File: "二.xlsx", Division: city, Origin: power.Reported})
		must(t, err)
		cancelProposed(t, db, l, "A1")
		revised(t, db, l, "A2", power.HandedUp, renamed("取水许可"))
		checked(t, db, l)
		into := func(code, other string) map[string]any {
			return map[string]any{"事项编码": code, "处置意见": "整合", "理由类型": "减权/5 职责交叉", "并入事项编码": other, "说明": "与它重复"}
		}
		for want, ds := range map[string][]map[string]any{
			"不存在或不保留": {into("B1", "A1")},
			"在审核的是取消": {{"事项编码": "A1", "处置意见": "冻结", "理由类型": "冻结", "说明": "机构改革期间暂停"}},
			"在审核的是修改": {into("A2", "A3")},
			"不在审核中":   {{"事项编码": "A3", "处置意见": "保留"}},
		} {
			if _, err := reduce.Rehearse(ctx, l, actor, signedBook(t, ds...)); err == nil || !strings.Contains(errs.Message(err), want) {
				t.Errorf("%v, want a refusal that says %s", err, want)
			}
		}
		decided(t, l, map[string]any{"事项编码": "A1", "处置意见": "保留", "说明": "依据仍然有效"}, into("B1", "A1"), into("B2", "A2"),
			map[string]any{"事项编码": "A2", "处置意见": "调整类别", "去向": "行政确认", "说明": "性质属于确认"})
		if s := change(t, db, "A1").State; s != power.Withdrawn {
			t.Errorf("the refused cancellation is %s", s.Label())
		}
		if kept, gone := books(t, db); kept != 3 || gone != 0 {
			t.Errorf("%d kept and %d cancelled, want 3 and 0", kept, gone)
		}
		p, err := publish.Publish(ctx, l, actor, later("2015-03-01", ""))
		must(t, err)
		if diff := cmp.Diff([]string{"A2 修改 1 3"}, said(t, db, p.Edition.ID)); diff != "" {
			t.Errorf("change list (-want +got):\n%s", diff)
		}
		s, err := reduce.ReadStats(ctx, db)
		must(t, err)
		if s.Categories[power.CategoryPermit] != 2 || s.Categories[power.CategoryConfirmation] != 1 {
			t.Errorf("kept by category %v, want the amended power in its new one", s.Categories)
		}
		totals, err := inventory.Totals(ctx, db)
		must(t, err)
		whole := 0
		for _, n := range totals {
			whole += n.Count
			if n.Category == power.CategoryConfirmation && (n.Count != 1 || !n.State.Kept()) {
				t.Errorf("total %+v", n)
			}
		}
		if whole != 5 {
			t.Errorf("%d powers in all, want 5", whole)
		}
	})
}

func TestTwoWordingsOfOnePowerAreNoOverlap(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, db *sqldb.DB, l *ledger.Ledger) {
		listed(t, db, l, "A1", "A2")
		revised(t, db, l, "A1", power.HandedUp, func(v *power.Version) { v.Elements.Remark = "备注" })
		cancelProposed(t, db, l, "A2")
		c := checked(t, db, l)
		if len(c.Names) != 3 || c.Powers != 2 {
			t.Errorf("%d wordings of %d powers checked, want 3 of 2", len(c.Names), c.Powers)
		}
		for _, f := range c.Found {
			if strings.Contains(f.Message, "同名") {
				t.Errorf("%s: %s", c.Names[f.Version], f.Message)
			}
		}
	})
}

// The table of required elements may ask for more tomorrow: that holds back
// what comes onto the list, not what stands on it.
func TestOnlyWhatIsNewMustBeComplete(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, db *sqldb.DB, l *ledger.Ledger) {
		ctx := t.Context()
		listed(t, db, l, "A1")
		_, v := standing(t, db, "A1")
		v.Name, v.Elements.Materials = "老事项", ""
		must(t, l.Write(ctx, actor, func(ctx context.Context, tx *ledger.Tx) error {
			_, err := power.Add(ctx, tx, power.Report{Code: "OLD", Division: city, Origin: power.Reported, State: power.Published, Version: v})
			return err
		}))
		revised(t, db, l, "A1", power.Proposed, func(v *power.Version) { v.Elements.Materials = "" })
		p, err := publish.Publish(ctx, l, actor, later("2015-03-01", ""))
		if errs.KindOf(err) != errs.Invalid || len(p.Refused) != 1 || p.Refused[0].Code != "A1" {
			t.Errorf("refused %+v (%v), want the amendment alone", p.Refused, err)
		}
		must(t, l.Write(ctx, actor, func(ctx context.Context, tx *ledger.Tx) error {
			c := change(t, db, "A1")
			next, err := power.VersionByID(ctx, tx, c.Version)
			if err != nil {
				return err
			}
			next.Elements.Materials = "取水申请书、取水图"
			_, err = power.Amend(ctx, tx, c, next)
			return err
		}))
		p, err = publish.Publish(ctx, l, actor, later("2015-03-01", ""))
		must(t, err)
		if diff := cmp.Diff([]string{"A1 许可A1 3", "OLD 老事项 1"}, entriesOf(t, db, p.Edition.ID)); diff != "" {
			t.Errorf("edition (-want +got):\n%s", diff)
		}
	})
}
