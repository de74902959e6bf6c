package power_test

import (
	"context"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"qingdan/internal/errs"
	"qingdan/internal/platform/ledger"
	"qingdan/internal/platform/sqldb"
	"qingdan/internal/registry/org"
	"qingdan/internal/registry/power"
	"qingdan/internal/testkit"
)

var actor = ledger.Actor{ID: "test", Name: "测试", Role: "操作员"}

const city = "371500"

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func write(t *testing.T, l *ledger.Ledger, fn func(ctx context.Context, tx *ledger.Tx) error) error {
	t.Helper()
	return l.Write(t.Context(), actor, fn)
}

func department(t *testing.T, l *ledger.Ledger) (id sqldb.ID) {
	t.Helper()
	must(t, write(t, l, func(ctx context.Context, tx *ledger.Tx) (err error) {
		id, err = org.AddDepartment(ctx, tx, org.Department{Division: city, Name: "市水利局"})
		return err
	}))
	return id
}

// permit is a report of a licence; edit changes it.
func permit(dept sqldb.ID, code string, edit ...func(*power.Report)) power.Report {
	yes := true
	r := power.Report{Code: code, Division: city, Origin: power.Reported, State: power.HandedUp, Version: power.Version{
		Department: dept, Category: power.CategoryPermit, SchemeCategory: "行政许可", Name: "取水许可", MainItem: "水资源许可", Level: "市级",
		Initiative: power.OnApplication, Citations: power.ParseBasis("《示例取水条例》第二条至第四条：“应当申请取水许可证。”"),
		Elements: power.Elements{Basis: "《示例取水条例》第二条至第四条：“应当申请取水许可证。”", Content: "从河流<取水> & 打井",
			Statutory: &power.Limit{Days: 20, Unit: "工作日"}, Promised: &power.Limit{Immediate: true}, Fee: &yes, FeeBasis: "示例〔2010〕1号"},
	}}
	for _, f := range edit {
		f(&r)
	}
	return r
}

func add(t *testing.T, l *ledger.Ledger, r power.Report) (ids power.Ids, err error) {
	t.Helper()
	err = write(t, l, func(ctx context.Context, tx *ledger.Tx) (err error) {
		ids, err = power.Add(ctx, tx, r)
		return err
	})
	return ids, err
}

func newest(t *testing.T, db *sqldb.DB, id sqldb.ID) power.Change {
	t.Helper()
	c, err := power.Newest(t.Context(), db, id)
	must(t, err)
	return c
}

// move moves a change and records the act, as the stages do.
func move(t *testing.T, l *ledger.Ledger, c power.Change, to power.State) error {
	t.Helper()
	return write(t, l, func(ctx context.Context, tx *ledger.Tx) error {
		if err := power.Move(ctx, tx, c, to); err != nil {
			return err
		}
		return tx.Say(ctx, c.Division, "power.moved", c.Power, string(to))
	})
}

func acts(t *testing.T, l *ledger.Ledger) []ledger.Stored {
	t.Helper()
	must(t, l.Settle(t.Context()))
	all, err := l.Entries(t.Context(), ledger.Powers, 0, 1000)
	must(t, err)
	return all
}

func TestAReportedPowerComesBackAsItWentIn(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, db *sqldb.DB, l *ledger.Ledger) {
		from := sqldb.NewID()
		in := permit(department(t, l), "A1", func(r *power.Report) { r.Version.Import = from })
		ids, err := add(t, l, in)
		must(t, err)
		want := in.Version
		want.ID, want.Power, want.No = ids.Version, ids.Power, 1
		got, err := power.VersionByID(t.Context(), db, ids.Version)
		must(t, err)
		if got.Digest == ([32]byte{}) || got.Created.IsZero() || got.OrderKey == "" {
			t.Errorf("version without digest, instant or order: %+v", got)
		}
		want.Digest, want.Created, want.OrderKey = got.Digest, got.Created, got.OrderKey
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("by id (-in +out):\n%s", diff)
		}
		seen := 0
		must(t, power.Versions(t.Context(), db, []power.State{power.HandedUp}, func(code string, v power.Version) error {
			seen++
			if diff := cmp.Diff(want, v); diff != "" || code != "A1" {
				t.Errorf("in bulk %s (-in +out):\n%s", code, diff)
			}
			return nil
		}))
		p, err := power.ByCode(t.Context(), db, "A1")
		must(t, err)
		if diff := cmp.Diff(power.Power{ID: ids.Power, Code: "A1", Division: city, Origin: power.Reported, Reporter: in.Version.Department}, p); diff != "" || seen != 1 {
			t.Errorf("power (-want +got), seen %d:\n%s", seen, diff)
		}
		c := newest(t, db, ids.Power)
		if diff := cmp.Diff(power.Change{ID: ids.Change, Power: ids.Power, Version: ids.Version, Department: in.Version.Department, Code: "A1", Division: city,
			Name: "取水许可", Category: power.CategoryPermit, Kind: power.KindAdd, State: power.HandedUp, Origin: power.Reported}, c); diff != "" {
			t.Errorf("change (-want +got):\n%s", diff)
		}
	})
}

func TestTheDigestIsThatOfTheBytesInTheLedger(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, db *sqldb.DB, l *ledger.Ledger) {
		dept := department(t, l)
		ids, err := add(t, l, permit(dept, "A1"))
		must(t, err)
		must(t, write(t, l, func(ctx context.Context, tx *ledger.Tx) error {
			v := permit(dept, "").Version
			v.Name = "取水许可（地下水）"
			_, err := power.Amend(ctx, tx, newest(t, db, ids.Power), v)
			return err
		}))
		var logged [][32]byte
		for _, e := range acts(t, l) {
			if !strings.HasPrefix(e.Kind, "power.") {
				continue
			}
			var p power.Public
			must(t, json.Unmarshal(e.Public, &p))
			if e.Subject != ids.Power || p.Code != "A1" || p.Department != dept.String() || p.Schema != power.ElementsSchema || p.Elements.Content != "从河流<取水> & 打井" {
				t.Errorf("entry %s tells %s", e.Kind, e.Public)
			}
			logged = append(logged, sha256.Sum256(e.Public))
		}
		var stored [][32]byte
		for _, id := range []sqldb.ID{ids.Version, newest(t, db, ids.Power).Version} {
			v, err := power.VersionByID(t.Context(), db, id)
			must(t, err)
			stored = append(stored, v.Digest)
		}
		if diff := cmp.Diff(logged, stored); diff != "" {
			t.Errorf("digests (-of the ledger +stored):\n%s", diff)
		}
	})
}

func TestACodeIsNeverUsedTwice(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, db *sqldb.DB, l *ledger.Ledger) {
		dept := department(t, l)
		ids, err := add(t, l, permit(dept, "A1", func(r *power.Report) { r.State = power.Review }))
		must(t, err)
		must(t, move(t, l, newest(t, db, ids.Power), power.Cancelled))
		for name, r := range map[string]power.Report{
			"after the power was cancelled": permit(dept, "A1"),
			"in another place":              permit(dept, "A1", func(r *power.Report) { r.Division = "371502" }),
		} {
			if _, err := add(t, l, r); errs.KindOf(err) != errs.Conflict || !strings.Contains(errs.Message(err), "A1") {
				t.Errorf("%s: %v, want Conflict naming the code", name, err)
			}
		}
		err = write(t, l, func(ctx context.Context, tx *ledger.Tx) error { // twice in one act
			if _, err := power.Add(ctx, tx, permit(dept, "A2")); err != nil {
				return err
			}
			_, err := power.Add(ctx, tx, permit(dept, "A2"))
			return err
		})
		if errs.KindOf(err) != errs.Conflict {
			t.Errorf("twice in one act: %v", err)
		}
		if _, err := power.ByCode(t.Context(), db, "A2"); errs.KindOf(err) != errs.NotFound {
			t.Errorf("half of a refused act is there: %v", err)
		}
	})
}

func TestAPowerThatCouldNotBeToldFromAnotherIsRefused(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, db *sqldb.DB, l *ledger.Ledger) {
		dept := department(t, l)
		before := len(acts(t, l))
		for name, r := range map[string]power.Report{
			"no code":       permit(dept, ""),
			"no name":       permit(dept, "A1", func(r *power.Report) { r.Version.Name = "" }),
			"no category":   permit(dept, "A1", func(r *power.Report) { r.Version.Category = "" }),
			"no department": permit(sqldb.ID{}, "A1"),
		} {
			if _, err := add(t, l, r); errs.KindOf(err) != errs.Invalid {
				t.Errorf("%s: %v, want Invalid", name, err)
			}
		}
		if n := len(acts(t, l)); n != before {
			t.Errorf("%d acts left by refused powers", n-before)
		}
		if _, err := power.VersionByID(t.Context(), db, sqldb.NewID()); errs.KindOf(err) != errs.NotFound {
			t.Errorf("a version nobody wrote: %v", err)
		}
		if _, err := power.Newest(t.Context(), db, sqldb.NewID()); errs.KindOf(err) != errs.NotFound {
			t.Errorf("a power nobody reported: %v", err)
		}
	})
}

func TestVersionsAreNumberedAndStayAsWritten(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, db *sqldb.DB, l *ledger.Ledger) {
		dept := department(t, l)
		ids, err := add(t, l, permit(dept, "A1"))
		must(t, err)
		_, err = add(t, l, permit(dept, "A2"))
		must(t, err)
		first, err := power.VersionByID(t.Context(), db, ids.Version)
		must(t, err)
		for no := 2; no <= 4; no++ {
			v := permit(dept, "").Version
			v.Name = fmt.Sprintf("取水许可 %d", no)
			must(t, write(t, l, func(ctx context.Context, tx *ledger.Tx) error {
				_, err := power.Amend(ctx, tx, newest(t, db, ids.Power), v)
				return err
			}))
			got, err := power.VersionByID(t.Context(), db, newest(t, db, ids.Power).Version)
			must(t, err)
			if got.No != no || got.Name != v.Name || got.Power != ids.Power || got.Digest == first.Digest {
				t.Errorf("version %d: %+v", no, got)
			}
		}
		again, err := power.VersionByID(t.Context(), db, ids.Version)
		must(t, err)
		if diff := cmp.Diff(first, again); diff != "" {
			t.Errorf("the first version changed:\n%s", diff)
		}
		p, err := power.ByCode(t.Context(), db, "A2")
		must(t, err)
		other, err := power.VersionByID(t.Context(), db, newest(t, db, p.ID).Version)
		must(t, err)
		if other.No != 1 {
			t.Errorf("another power's version has number %d", other.No)
		}
	})
}

func TestWhatIsStalePublishedOrWithdrawnIsNotAmended(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, db *sqldb.DB, l *ledger.Ledger) {
		dept := department(t, l)
		amend := func(c power.Change) error {
			return write(t, l, func(ctx context.Context, tx *ledger.Tx) error {
				_, err := power.Amend(ctx, tx, c, permit(dept, "").Version)
				return err
			})
		}
		ids, err := add(t, l, permit(dept, "A1", func(r *power.Report) { r.State = power.Approved }))
		must(t, err)
		seen := newest(t, db, ids.Power)
		must(t, amend(seen))
		if err := amend(seen); errs.KindOf(err) != errs.Conflict {
			t.Errorf("amended over somebody else's version: %v", err)
		}
		seen = newest(t, db, ids.Power)
		must(t, move(t, l, seen, power.Published))
		if err := amend(seen); errs.KindOf(err) != errs.Conflict {
			t.Errorf("amended from a state that is over: %v", err)
		}
		if err := amend(newest(t, db, ids.Power)); errs.KindOf(err) != errs.Conflict || !strings.Contains(errs.Message(err), "公布") {
			t.Errorf("amended after publication: %v, want Conflict", err)
		}
		v, err := power.VersionByID(t.Context(), db, newest(t, db, ids.Power).Version)
		must(t, err)
		if v.No != 2 {
			t.Errorf("version %d, want 2: refused ones leave nothing", v.No)
		}
	})
}

// The chain as domain and reform have it, written out again.
var moves = map[power.State]string{
	power.SelfCheck: "上报 撤回", power.HandedUp: "审核 自查 撤回",
	power.Review:     "拟保留 自查 撤回 取消 下放 转移 整合 冻结 转出",
	power.Proposed:   "征求意见 审核 取消 下放 转移 整合 冻结 转出",
	power.Consulting: "批准 审核 取消 下放 转移 整合 冻结 转出",
	power.Approved:   "公布 审核", power.Published: "已更新 已退出清单", power.Replaced: "已退出清单", power.Ended: "", power.Withdrawn: "",
	power.Cancelled: "审核 已退出清单", power.HandedDown: "审核", power.Transferred: "审核", power.MergedAway: "审核", power.Frozen: "审核", power.Reclassified: "审核",
}

func TestEveryMoveOfTheTableWorksAndEveryOtherIsAConflict(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, db *sqldb.DB, l *ledger.Ledger) {
		dept := department(t, l)
		undo := errors.New("undo")
		for from, allowed := range moves {
			ids, err := add(t, l, permit(dept, string(from), func(r *power.Report) { r.State = from }))
			must(t, err)
			c := newest(t, db, ids.Power)
			for to := range moves {
				err := write(t, l, func(ctx context.Context, tx *ledger.Tx) error {
					if err := power.Move(ctx, tx, c, to); err != nil {
						return err
					}
					got, err := power.Newest(ctx, tx, c.Power)
					if err == nil && got.State != to {
						t.Errorf("%s to %s: now %s", from.Label(), to.Label(), got.State.Label())
					}
					return errors.Join(undo, err)
				})
				if slices.Contains(strings.Fields(allowed), to.Label()) {
					if !errors.Is(err, undo) {
						t.Errorf("%s to %s: %v, want it to work", from.Label(), to.Label(), err)
					}
				} else if errs.KindOf(err) != errs.Conflict || !strings.Contains(errs.Message(err), to.Label()) {
					t.Errorf("%s to %s: %v, want Conflict", from.Label(), to.Label(), err)
				}
			}
		}
		if err := move(t, l, newestOf(t, db, string(power.Review)), "乱写"); errs.KindOf(err) != errs.Conflict {
			t.Errorf("to a state that is none: %v", err)
		}
	})
}

func newestOf(t *testing.T, db *sqldb.DB, code string) power.Change {
	t.Helper()
	p, err := power.ByCode(t.Context(), db, code)
	must(t, err)
	return newest(t, db, p.ID)
}

func TestOfTwoWhoMoveOneChangeOneIsTooLate(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, db *sqldb.DB, l *ledger.Ledger) {
		ids, err := add(t, l, permit(department(t, l), "A1", func(r *power.Report) { r.State = power.Review }))
		must(t, err)
		seen := newest(t, db, ids.Power)
		done := make(chan error, 2)
		for _, to := range []power.State{power.Proposed, power.Cancelled} {
			go func() { done <- move(t, l, seen, to) }()
		}
		var failed []error
		for range 2 {
			if err := <-done; err != nil {
				failed = append(failed, err)
			}
		}
		if len(failed) != 1 || errs.KindOf(failed[0]) != errs.Conflict {
			t.Errorf("errors %v, want one Conflict", failed)
		}
	})
}

func TestLineageOfSplitsAndMerges(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, db *sqldb.DB, l *ledger.Ledger) {
		dept := department(t, l)
		whole, err := add(t, l, permit(dept, "A1"))
		must(t, err)
		part, err := add(t, l, permit(dept, "A2", func(r *power.Report) { r.Origin, r.ParentID, r.ParentNote = power.Split, whole.Power, "拆分" }))
		must(t, err)
		away, err := add(t, l, permit(dept, "A3"))
		must(t, err)
		descend := func() error {
			return write(t, l, func(ctx context.Context, tx *ledger.Tx) error {
				if err := power.Descend(ctx, tx, part.Power, away.Power, "整合"); err != nil {
					return err
				}
				return tx.Say(ctx, city, "power.merged", part.Power, "A3")
			})
		}
		must(t, descend())
		if descend() == nil {
			t.Error("one descent was written twice")
		}
		rows, err := db.Query(t.Context(), `select predecessor_id, reason from power_lineage where power_id = ? order by at, predecessor_id`, part.Power)
		type line struct {
			From sqldb.ID
			Why  string
		}
		got, err := sqldb.Collect(rows, err, func(r *sqldb.Rows) (line, error) {
			var x line
			err := r.Scan(&x.From, &x.Why)
			return x, err
		})
		must(t, err)
		if diff := cmp.Diff([]line{{whole.Power, "拆分"}, {away.Power, "整合"}}, got); diff != "" {
			t.Errorf("lineage (-want +got):\n%s", diff)
		}
		if c := newest(t, db, part.Power); c.Origin != power.Split {
			t.Errorf("origin %s", c.Origin)
		}
		if _, err := add(t, l, permit(dept, "A9", func(r *power.Report) { r.ParentID = sqldb.NewID() })); err == nil {
			t.Error("a part of a power that does not exist was written")
		}
	})
}

func TestChangesAndVersionsComeInTheOrderOfTheCodes(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, db *sqldb.DB, l *ledger.Ledger) {
		dept := department(t, l)
		for i, code := range []string{"b1", "A2", "10", "A1", "9", "甲"} {
			state := power.HandedUp
			if i%2 == 1 {
				state = power.Review
			}
			_, err := add(t, l, permit(dept, code, func(r *power.Report) { r.State = state }))
			must(t, err)
		}
		codes := func(states ...power.State) (of, inBulk string) {
			cs, err := power.Changes(t.Context(), db, states...)
			must(t, err)
			for _, c := range cs {
				of += c.Code + " "
			}
			must(t, power.Versions(t.Context(), db, states, func(code string, _ power.Version) error { inBulk += code + " "; return nil }))
			return of, inBulk
		}
		for want, states := range map[string][]power.State{"10 9 A1 A2 b1 甲 ": nil, "10 9 b1 ": {power.HandedUp}, "A1 A2 甲 ": {power.Review, power.Frozen}, "": {power.Published}} {
			if a, b := codes(states...); a != want || b != want {
				t.Errorf("in %v: changes %q, versions %q, want %q", states, a, b, want)
			}
		}
	})
}

func TestLinksAreReplacedWhole(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, db *sqldb.DB, l *ledger.Ledger) {
		v, doc := sqldb.NewID(), sqldb.NewID()
		replace := func(links ...power.Link) {
			must(t, db.Write(t.Context(), func(tx *sqldb.Tx) error { return power.ReplaceLinks(t.Context(), tx, links) }))
		}
		replace(power.Link{Version: v, Seq: 1, Document: doc, Article: 2, State: "resolved"}, power.Link{Version: v, Seq: 2, State: "title_unknown"})
		replace(power.Link{Version: v, Seq: 1, State: "title_unknown"})
		var n int
		var state string
		must(t, db.QueryRow(t.Context(), `select count(*), max(state) from citation_links`).Scan(&n, &state))
		if n != 1 || state != "title_unknown" {
			t.Errorf("%d links, state %q", n, state)
		}
	})
}
