package demo

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"qingdan/internal/platform/ledger"
	"qingdan/internal/platform/sqldb"
	"qingdan/internal/registry/finding"
	"qingdan/internal/registry/list"
	"qingdan/internal/registry/org"
	"qingdan/internal/registry/people"
	"qingdan/internal/registry/power"
	"qingdan/internal/service/peer"
	"qingdan/internal/service/round"
	"qingdan/internal/stage/inventory"
	"qingdan/internal/testkit"
)

// hamlet is a city of the departments of the stories and a few more, with some
// powers on its list.
func hamlet(t *testing.T, db *sqldb.DB, l *ledger.Ledger) map[string]sqldb.ID {
	t.Helper()
	ids := map[string]sqldb.ID{}
	offices := []string{"市教育局", "市财政局", "市民政局", "市公安局"}
	for _, s := range stories() {
		offices = append(offices, s.office)
	}
	err := l.Load(t.Context(), demoActor(), func(ctx context.Context, tx *ledger.Tx) error {
		if err := org.SetSite(ctx, tx, org.Site{Division: cityCode, Name: "示例市", Demo: "演示数据"}); err != nil {
			return err
		}
		for i, o := range offices {
			id, err := org.AddDepartment(ctx, tx, org.Department{Division: cityCode, Name: "聊城" + o, Short: o, Nature: "法定机关"})
			if err != nil {
				return err
			}
			ids[o] = id
			if err := hamletPowers(ctx, tx, id, i); err != nil {
				return err
			}
		}
		return list.AddItems(ctx, tx, list.List{Division: cityCode, Kind: list.Peer, Title: "其他地方的权力清单"},
			[]list.Item{{Name: "第1类第0号许可", Category: "行政许可"}, {Name: "别处才有的许可", Category: "行政许可"}})
	})
	if err != nil {
		t.Fatal(err)
	}
	return ids
}

// hamletPowers puts two powers of each of four categories on the list.
func hamletPowers(ctx context.Context, tx *ledger.Tx, department sqldb.ID, office int) error {
	for i, c := range []power.Category{power.CategoryPermit, power.CategoryPenalty, power.CategorySupervision, power.CategoryOther, power.CategoryPermit, power.CategoryPenalty, power.CategorySupervision, power.CategoryOther} {
		name := fmt.Sprintf("第%d类第%d号许可", i, office)
		v := power.Version{Department: department, Category: c, SchemeCategory: string(c), Name: name, Level: "市级", Initiative: power.ExOfficio,
			Elements: power.Elements{Basis: fmt.Sprintf("《示例办法》第%d条", i+1), Content: "内容", Object: "企业", Phone: "0635-1100000", Duty: "受理责任", StatutoryText: "90日", PromisedText: "60日",
				Statutory: &power.Limit{Days: 90, Unit: "自然日"}, Promised: &power.Limit{Days: 60, Unit: "自然日"}}}
		v.Citations = power.ParseBasis(v.Elements.Basis)
		ids, err := power.Add(ctx, tx, power.Report{Code: fmt.Sprintf("371500-%02d-%03d-%04d", i, office, i), Division: cityCode, Origin: power.Reported, State: power.Review, Version: v})
		if err != nil {
			return err
		}
		ch, err := power.Newest(ctx, tx, ids.Power)
		if err != nil {
			return err
		}
		for _, to := range []power.State{power.Proposed, power.Consulting, power.Approved, power.Published} {
			if err := power.Move(ctx, tx, ch, to); err != nil {
				return err
			}
			ch.State = to
		}
	}
	return nil
}

func entriesOf(t *testing.T, l *ledger.Ledger) int {
	t.Helper()
	if err := l.Settle(t.Context()); err != nil {
		t.Fatal(err)
	}
	n := 0
	for _, log := range []ledger.Log{ledger.Powers, ledger.Cases} {
		size, _, err := l.Tree(t.Context(), log)
		if err != nil {
			t.Fatal(err)
		}
		n += int(size)
	}
	return n
}

func TestTheDesksOfTheCityHaveWorkForEveryRole(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, db *sqldb.DB, l *ledger.Ledger) {
		ids := hamlet(t, db, l)
		o := DeskOptions{Now: time.Now()}
		if err := Desks(t.Context(), db, l, o); err != nil {
			t.Fatal(err)
		}
		checkStandings(t, db, ids)
		checkPeople(t, db, ids)
		checkWork(t, db, ids)
		before := entriesOf(t, l)
		if err := Desks(t.Context(), db, l, DeskOptions{Now: time.Now().AddDate(0, 0, 3)}); err != nil {
			t.Fatal(err)
		}
		if after := entriesOf(t, l); after != before {
			t.Errorf("a second run wrote %d acts", after-before)
		}
		if err := l.Verify(t.Context(), ledger.Powers); err != nil {
			t.Error(err)
		}
	})
}

// A clearing that somebody closed is not opened again behind their back.
func TestTheDesksLeaveAClosedClearingClosed(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, db *sqldb.DB, l *ledger.Ledger) {
		hamlet(t, db, l)
		must := func(err error) {
			t.Helper()
			if err != nil {
				t.Fatal(err)
			}
		}
		must(Desks(t.Context(), db, l, DeskOptions{Now: time.Now()}))
		legal, err := people.ByLogin(t.Context(), db, legalLogin)
		must(err)
		who := &people.Who{Account: legal.ID, Name: legal.Name, Roles: legal.Roles}
		all, err := round.Campaigns(t.Context(), db)
		must(err)
		must(l.Write(t.Context(), who.Actor(), func(ctx context.Context, tx *ledger.Tx) error { return round.Close(ctx, tx, who, all[0].ID) }))
		before := entriesOf(t, l)
		must(Desks(t.Context(), db, l, DeskOptions{Now: time.Now()}))
		if after := entriesOf(t, l); after != before {
			t.Errorf("%d acts on a clearing that is closed", after-before)
		}
	})
}

// checkStandings: every department stands where its story ends.
func checkStandings(t *testing.T, db *sqldb.DB, ids map[string]sqldb.ID) {
	t.Helper()
	for office, want := range map[string]round.Standing{
		"市水利局": {Stage: round.StageFilling, No: 2, SelfCheck: 4, Issued: 2, Answered: 2},
		"市林业局": {Stage: round.StageFilling, No: 1, SelfCheck: 2},
		"市农业局": {Stage: round.StageWaiting, No: 1},
		"市环保局": {Stage: round.StageRuling, No: round.Final, Disputed: 1},
		"市规划局": {Stage: round.StageReviewing, No: 1, Drafts: 1},
		"市粮食局": {Stage: round.StageFilling, No: 1, SelfCheck: 1, Late: true},
	} {
		s, err := round.StandingOf(t.Context(), db, ids[office], round.Civil(time.Now()))
		if err != nil {
			t.Errorf("%s: %v", office, err)
			continue
		}
		got := round.Standing{Stage: s.Stage, No: s.No, SelfCheck: s.SelfCheck, Issued: s.Issued, Answered: s.Answered, Drafts: s.Drafts, Disputed: s.Disputed, Late: s.Late}
		if s.Stage != round.StageFilling {
			got.SelfCheck = want.SelfCheck
		}
		if got != want {
			t.Errorf("%s stands at %+v, want %+v", office, got, want)
		}
		if !strings.Contains(s.Campaign.Title, "演示") {
			t.Errorf("the clearing does not say what it is: %s", s.Campaign.Title)
		}
	}
}

// checkPeople: one account for every role, marked, without password, and groups
// that share all departments.
func checkPeople(t *testing.T, db *sqldb.DB, ids map[string]sqldb.ID) {
	t.Helper()
	all, err := people.Accounts(t.Context(), db, people.Query{Text: "demo-"})
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range people.Roles() {
		i := slices.IndexFunc(all, func(a people.Account) bool { return slices.Contains(a.Roles, r) })
		if i < 0 || !strings.HasPrefix(all[i].Login, "demo-") || !strings.Contains(all[i].Name, "演示") {
			t.Errorf("nobody is %s: %+v", r.Label(), all)
		}
	}
	groups, err := people.Groups(t.Context(), db)
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	for _, g := range groups {
		n += len(g.Departments)
	}
	if len(groups) != 4 || n != len(ids) {
		t.Errorf("%d groups review %d of %d departments", len(groups), n, len(ids))
	}
}

// checkWork: drafts are left, powers under review have findings, the dispute has
// both sides, and the list of another place is compared.
func checkWork(t *testing.T, db *sqldb.DB, ids map[string]sqldb.ID) {
	t.Helper()
	ctx := t.Context()
	clerk, err := people.ByLogin(ctx, db, clerkLogin)
	if err != nil {
		t.Fatal(err)
	}
	if drafts, err := inventory.Drafts(ctx, db, clerk.ID); err != nil || len(drafts) != 1 {
		t.Errorf("the clerk has %d drafts, %v", len(drafts), err)
	}
	marks, err := inventory.DraftsOfDepartment(ctx, db, ids["市林业局"])
	if err != nil || len(marks) != 3 {
		t.Errorf("a department that fills in has %d drafts, %v", len(marks), err)
	}
	changes, err := power.Changes(ctx, db, power.HandedUp)
	if err != nil || len(changes) != 4 {
		t.Errorf("%d powers wait to be received, %v", len(changes), err)
	}
	for _, c := range changes {
		found, err := finding.OfVersion(ctx, db, c.Version)
		if err != nil || len(found) == 0 {
			t.Errorf("%s has no findings: %v", c.Code, err)
		}
	}
	disputes, err := round.Opinions(ctx, db, round.Query{Scope: people.Scope{All: true}, States: []round.OpinionState{round.Disputed}})
	if err != nil || len(disputes) != 1 {
		t.Fatalf("%d disputes, %v", len(disputes), err)
	}
	thread, err := round.Thread(ctx, db, disputes[0].ID)
	if err != nil || len(thread) != 4 || thread[2].Reply == nil {
		t.Errorf("the dispute has %d opinions, %v", len(thread), err)
	}
	lists, err := peer.Lists(ctx, db, people.Scope{All: true})
	if err != nil || len(lists) != 1 || lists[0].Run == nil || lists[0].Open == 0 {
		t.Errorf("lists of other places: %+v, %v", lists, err)
	}
}
