package power_test

import (
	"context"
	"crypto/sha256"
	"encoding/json"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"qingdan/internal/errs"
	"qingdan/internal/platform/ledger"
	"qingdan/internal/platform/sqldb"
	"qingdan/internal/registry/power"
	"qingdan/internal/testkit"
)

// published is a power on the list, with its wording.
func published(t *testing.T, db *sqldb.DB, l *ledger.Ledger, dept sqldb.ID, code string) (power.Change, power.Version) {
	t.Helper()
	ids, err := add(t, l, permit(dept, code, func(r *power.Report) { r.State = power.Published }))
	must(t, err)
	v, err := power.VersionByID(t.Context(), db, ids.Version)
	must(t, err)
	return newest(t, db, ids.Power), v
}

func revise(t *testing.T, l *ledger.Ledger, base power.Change, v power.Version, start power.State, reason string) (ids power.Ids, err error) {
	t.Helper()
	err = write(t, l, func(ctx context.Context, tx *ledger.Tx) (err error) {
		ids, err = power.Revise(ctx, tx, base, v, start, reason)
		return err
	})
	return ids, err
}

func proposeCancel(t *testing.T, l *ledger.Ledger, base power.Change, reason string) (ids power.Ids, err error) {
	t.Helper()
	err = write(t, l, func(ctx context.Context, tx *ledger.Tx) (err error) {
		ids, err = power.ProposeCancel(ctx, tx, base, reason)
		return err
	})
	return ids, err
}

func history(t *testing.T, db *sqldb.DB, id sqldb.ID) (out []string) {
	t.Helper()
	all, err := power.History(t.Context(), db, id)
	must(t, err)
	for _, c := range all {
		out = append(out, string(c.Kind)+" "+string(c.State))
	}
	return out
}

func TestARevisionIsTheNextVersionUnderItsOwnChange(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, db *sqldb.DB, l *ledger.Ledger) {
		dept := department(t, l)
		for code, start := range map[string]power.State{"A1": power.HandedUp, "A2": power.Proposed, "A3": power.SelfCheck} {
			base, v := published(t, db, l, dept, code)
			v.Name = "取水许可（地下水）"
			ids, err := revise(t, l, base, v, start, "条例修改，名称随之修改")
			must(t, err)
			got, err := power.VersionByID(t.Context(), db, ids.Version)
			must(t, err)
			if got.No != 2 || got.Name != v.Name || got.Power != base.Power {
				t.Errorf("%s: version %d of %s is called %s", code, got.No, got.Power, got.Name)
			}
			want := base
			want.ID, want.Version, want.Name, want.Kind, want.State = ids.Change, ids.Version, v.Name, power.KindAmend, start
			if diff := cmp.Diff(want, newest(t, db, base.Power)); diff != "" {
				t.Errorf("%s: newest change (-want +got):\n%s", code, diff)
			}
			standing, err := power.Standing(t.Context(), db, base.Power)
			must(t, err)
			if diff := cmp.Diff(base, standing); diff != "" {
				t.Errorf("%s: what stands on the list changed:\n%s", code, diff)
			}
			all := acts(t, l)
			var act struct {
				Reason  string
				State   power.State
				Version json.RawMessage
			}
			last := all[len(all)-1]
			must(t, json.Unmarshal(last.Public, &act))
			if last.Kind != "power.revised" || last.Subject != base.Power || act.Reason != "条例修改，名称随之修改" || act.State != start {
				t.Errorf("%s: the ledger says %s: %s", code, last.Kind, last.Public)
			}
			if sha256.Sum256(act.Version) != got.Digest {
				t.Errorf("%s: the digest is not that of the text in the ledger: %s", code, act.Version)
			}
		}
	})
}

func TestWhatCannotBePublishedTogetherIsNotBegun(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, db *sqldb.DB, l *ledger.Ledger) {
		dept := department(t, l)
		base, v := published(t, db, l, dept, "A1")
		v.Name = "地下水取水许可"
		begin := map[string]func(power.Change) error{
			"revise": func(c power.Change) error {
				_, err := revise(t, l, c, v, power.HandedUp, "名称不准确")
				return err
			},
			"propose cancel": func(c power.Change) error { _, err := proposeCancel(t, l, c, "法律已废止"); return err },
		}
		refused := func(when string, c power.Change, word string) {
			t.Helper()
			before := len(acts(t, l))
			for name, do := range begin {
				if err := do(c); errs.KindOf(err) != errs.Conflict || !strings.Contains(errs.Message(err), word) {
					t.Errorf("%s %s: %v, want a Conflict that says %s", name, when, err, word)
				}
			}
			if n := len(acts(t, l)); n != before {
				t.Errorf("%d acts left by refused changes", n-before)
			}
		}
		ids, err := proposeCancel(t, l, base, "法律已废止")
		must(t, err)
		if ids.Version != base.Version || ids.Power != base.Power {
			t.Errorf("the cancellation carries %+v", ids)
		}
		cancel := newest(t, db, base.Power)
		refused("beside an open cancellation", base, "上报")
		must(t, move(t, l, cancel, power.Review))
		must(t, move(t, l, newest(t, db, base.Power), power.Cancelled))
		refused("beside a cancellation that waits for its edition", base, "取消")
		must(t, move(t, l, newest(t, db, base.Power), power.Review))
		refused("on a change that only asks", newest(t, db, base.Power), "审核")
		must(t, move(t, l, newest(t, db, base.Power), power.Withdrawn))

		_, err = revise(t, l, base, v, power.Proposed, "名称不准确")
		must(t, err)
		refused("beside an open amendment", base, "拟保留")
		must(t, move(t, l, base, power.Replaced))
		for _, to := range []power.State{power.Consulting, power.Approved, power.Published} {
			must(t, move(t, l, newest(t, db, base.Power), to))
		}
		refused("on what is no longer the list's wording", base, "A1")
		must(t, begin["propose cancel"](newest(t, db, base.Power)))
		if diff := cmp.Diff([]string{"add replaced", "cancel withdrawn", "amend published", "cancel handed_up"}, history(t, db, base.Power)); diff != "" {
			t.Errorf("history (-want +got):\n%s", diff)
		}
		ids, err = add(t, l, permit(dept, "A2"))
		must(t, err)
		refused("before it was published", newest(t, db, ids.Power), "上报")
	})
}

func TestARevisionSaysWhatIsNewAndWhy(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, db *sqldb.DB, l *ledger.Ledger) {
		base, v := published(t, db, l, department(t, l), "A1")
		for name, c := range map[string]struct {
			edit   func(*power.Version)
			start  power.State
			reason string
		}{
			"没有修改":   {func(v *power.Version) { v.No = 7 }, power.HandedUp, "没有什么可改"},
			"没有写明理由": {func(v *power.Version) { v.Name = "新名称" }, power.HandedUp, "  "},
			"缺少事项名称": {func(v *power.Version) { v.Name = "" }, power.HandedUp, "名称不准确"},
			"“公布”开始": {func(v *power.Version) { v.Name = "新名称" }, power.Published, "名称不准确"},
		} {
			next := v
			c.edit(&next)
			if _, err := revise(t, l, base, next, c.start, c.reason); errs.KindOf(err) != errs.Invalid || !strings.Contains(errs.Message(err), name) {
				t.Errorf("%v, want Invalid that says %s", err, name)
			}
		}
		if _, err := proposeCancel(t, l, base, ""); errs.KindOf(err) != errs.Invalid {
			t.Errorf("cancelled without a reason: %v", err)
		}
		for name, edit := range map[string]func(*power.Version){
			"an element":   func(v *power.Version) { v.Elements.Remark = "原备注有误" },
			"the category": func(v *power.Version) { v.Category = power.CategoryConfirmation },
		} {
			base, next := published(t, db, l, base.Department, name)
			edit(&next)
			if _, err := revise(t, l, base, next, power.Proposed, "更正"); err != nil {
				t.Errorf("%s alone is no revision: %v", name, err)
			}
		}
	})
}

func TestACancellationIsNotAmended(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, db *sqldb.DB, l *ledger.Ledger) {
		base, v := published(t, db, l, department(t, l), "A1")
		_, err := proposeCancel(t, l, base, "法律已废止")
		must(t, err)
		v.Name = "新名称"
		err = write(t, l, func(ctx context.Context, tx *ledger.Tx) error {
			_, err := power.Amend(ctx, tx, newest(t, db, base.Power), v)
			return err
		})
		if errs.KindOf(err) != errs.Conflict || !strings.Contains(errs.Message(err), "已提出取消") {
			t.Errorf("amended: %v, want Conflict", err)
		}
	})
}

// A cancellation carries the version that is published: whoever goes through
// the versions meets it once, and an amended power in both its wordings.
func TestAVersionCarriedTwiceIsReadOnce(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, db *sqldb.DB, l *ledger.Ledger) {
		dept := department(t, l)
		first, v := published(t, db, l, dept, "A1")
		_, err := proposeCancel(t, l, first, "法律已废止")
		must(t, err)
		second, v := published(t, db, l, dept, "A2")
		v.Name = "地下水取水许可"
		_, err = revise(t, l, second, v, power.HandedUp, "名称不准确")
		must(t, err)
		for want, states := range map[string][]power.State{
			"A1/1 A2/1 A2/2 ": {power.Published, power.HandedUp}, "A1/1 A2/2 ": {power.HandedUp}, "A1/1 A2/1 ": {power.Published},
		} {
			got := ""
			must(t, power.Versions(t.Context(), db, states, func(code string, v power.Version) error {
				got += code + "/" + string(rune('0'+v.No)) + " "
				return nil
			}))
			if got != want {
				t.Errorf("in %v: %q, want %q", states, got, want)
			}
		}
	})
}

func TestOfTwoRevisionsAtOnceOneIsTooLate(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, db *sqldb.DB, l *ledger.Ledger) {
		base, v := published(t, db, l, department(t, l), "A1")
		v.Name = "地下水取水许可"
		done := make(chan error, 2)
		for _, do := range []func() error{
			func() error { _, err := revise(t, l, base, v, power.HandedUp, "名称不准确"); return err },
			func() error { _, err := proposeCancel(t, l, base, "法律已废止"); return err },
		} {
			go func() { done <- do() }()
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
		if n := len(history(t, db, base.Power)); n != 2 {
			t.Errorf("%d changes, want the base and one more", n)
		}
	})
}
