package staff_test

import (
	"context"
	"fmt"
	"net/http"
	"regexp"
	"strings"
	"testing"
	"time"

	"qingdan/internal/platform/ledger"
	"qingdan/internal/platform/sqldb"
	"qingdan/internal/registry/people"
	"qingdan/internal/registry/power"
	"qingdan/internal/service/round"
	"qingdan/internal/testkit"
	"qingdan/internal/web/staff/stafftest"
)

var task = regexp.MustCompile(`<span class="count"><b>([\d,]+)</b> [^<]*</span><span class="what">([^<]+)`)

// waits reads what waits for somebody off the home page.
func waits(t *testing.T, s *stafftest.Site, p *stafftest.Person) map[string]string {
	t.Helper()
	a := s.Get(p, "/work")
	if a.Status != http.StatusOK {
		t.Fatalf("%d %s", a.Status, a.Body)
	}
	out := map[string]string{}
	for _, m := range task.FindAllStringSubmatch(a.Body, -1) {
		out[m[2]] = m[1]
	}
	return out
}

func addPowers(s *stafftest.Site, department sqldb.ID, n int) []power.Ids {
	var out []power.Ids
	s.Act(func(ctx context.Context, tx *ledger.Tx) error {
		out = nil
		for range n {
			id := sqldb.NewID()
			ids, err := power.Add(ctx, tx, power.Report{Code: fmt.Sprintf("371500-01-%x", id[8:]), Division: "371500", Origin: power.Reported, State: power.SelfCheck,
				Version: power.Version{Department: department, Category: power.CategoryPermit, SchemeCategory: string(power.CategoryPermit), Name: "取水许可", Level: "市级",
					Initiative: power.OnApplication, Elements: power.Elements{Content: "从河流取水", Basis: "《示例取水条例》第二条"}}})
			if err != nil {
				return err
			}
			out = append(out, ids)
		}
		return nil
	})
	return out
}

// TestTheHomePageFollowsTheRounds: what one side does waits for the other, is new
// to it, and is nobody else's business.
func TestTheHomePageFollowsTheRounds(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, db *sqldb.DB, l *ledger.Ledger) {
		s := stafftest.New(t, db, l)
		water, roads := s.Department("市水利局"), s.Department("市交通运输局")
		s.Group(1, water)
		s.Group(2, roads)
		clerk, head := s.As(people.Clerk, water, 0), s.As(people.Head, water, 0)
		other := s.As(people.Clerk, roads, 0)
		reviewer, leader := s.As(people.Reviewer, sqldb.ID{}, 1), s.As(people.GroupLeader, sqldb.ID{}, 1)
		stranger := s.As(people.Reviewer, sqldb.ID{}, 2)
		legal := s.As(people.Legal, sqldb.ID{}, 0)

		if a := s.Get(clerk, "/work"); !strings.Contains(a.Body, "没有正在进行的清理工作") {
			t.Error("the page does not say that there is nothing to do")
		}
		due := func(days int) string { return s.Now().AddDate(0, 0, days).Format(time.DateOnly) }
		s.ActAs(legal, func(ctx context.Context, tx *ledger.Tx, who *people.Who) error {
			_, err := round.Open(ctx, tx, who, round.Plan{Title: "示例清理", Departments: []sqldb.ID{water, roads}, Due: [round.Final]string{due(10), due(20), due(30), due(40)}})
			return err
		})
		powers := addPowers(s, water, 3)
		if w := waits(t, s, clerk); w["正在填报的事项"] != "3" || w["自查签字并一上"] != "" {
			t.Errorf("the clerk has %v", w)
		}
		if w := waits(t, s, head); w["自查签字并一上"] != "3" {
			t.Errorf("the head has %v", w)
		}

		var sub round.Submission
		s.ActAs(head, func(ctx context.Context, tx *ledger.Tx, who *people.Who) error {
			_, err := round.Sign(ctx, tx, who, water, round.Statement())
			return err
		})
		s.ActAs(head, func(ctx context.Context, tx *ledger.Tx, who *people.Who) (err error) {
			sub, err = round.HandUp(ctx, tx, who, water)
			return err
		})
		if w := waits(t, s, reviewer); w["等待接收的上报"] != "1" {
			t.Errorf("the reviewer has %v", w)
		}
		if a := s.Get(reviewer, "/work"); !strings.Contains(a.Body, "市水利局一上，3 项") {
			t.Error("handing up is no news to the group")
		}
		for _, p := range []*stafftest.Person{stranger, other} {
			if a := s.Get(p, "/work"); strings.Contains(a.Body, "市水利局") {
				t.Errorf("%v hear of another department", p.Roles)
			}
		}
		if w := waits(t, s, stranger); len(w) != 0 {
			t.Errorf("another group has %v", w)
		}

		var opinion sqldb.ID
		s.ActAs(reviewer, func(ctx context.Context, tx *ledger.Tx, who *people.Who) error {
			return round.Receive(ctx, tx, who, sub.ID)
		})
		s.ActAs(reviewer, func(ctx context.Context, tx *ledger.Tx, who *people.Who) (err error) {
			opinion, err = round.Write(ctx, tx, who, round.Note{Change: powers[0].Change, Version: powers[0].Version, Field: "basis", Cause: "no_basis", Text: "没有写依据"})
			return err
		})
		if a := s.Get(clerk, "/work"); strings.Contains(a.Body, "意见 1 条") || len(waits(t, s, clerk)) != 0 {
			t.Error("the department hears of a draft")
		}
		if w := waits(t, s, leader); w["没有下达的意见草稿"] != "1" {
			t.Errorf("the leader has %v", w)
		}
		s.ActAs(leader, func(ctx context.Context, tx *ledger.Tx, who *people.Who) error {
			_, err := round.HandDown(ctx, tx, who, sub.ID)
			return err
		})
		if w := waits(t, s, clerk); w["等待答复的审核意见"] != "1" {
			t.Errorf("the clerk has %v", w)
		}
		if a := s.Get(clerk, "/work"); !strings.Contains(a.Body, "审核小组向市水利局一下，意见 1 条") || !strings.Contains(a.Body, "还有 ") {
			t.Error("handing down is no news to the department, or its deadline is not shown")
		}
		s.ActAs(clerk, func(ctx context.Context, tx *ledger.Tx, who *people.Who) error {
			return round.Answer(ctx, tx, who, opinion, round.Refuse, "依据充分")
		})
		if a := s.Get(reviewer, "/work"); !strings.Contains(a.Body, "市水利局答复了审核意见 1 条") {
			t.Error("the answer is no news to the group")
		}

		s.Advance(9 * time.Hour)
		s.SignIn(reviewer)
		if a := s.Get(reviewer, "/work"); !strings.Contains(a.Body, "市水利局答复了审核意见") {
			t.Error("what happened since the last visit began is not new any more")
		}
		s.Advance(9 * time.Hour)
		s.SignIn(reviewer)
		if a := s.Get(reviewer, "/work"); strings.Contains(a.Body, "市水利局答复了审核意见") {
			t.Error("old news are still new")
		}
	})
}

func TestAdministratorsSeeWhatIsTheirs(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, db *sqldb.DB, l *ledger.Ledger) {
		s := stafftest.New(t, db, l)
		s.Department("市水利局")
		system, security, audit := s.As(people.SystemAdmin, sqldb.ID{}, 0), s.As(people.SecurityAdmin, sqldb.ID{}, 0), s.As(people.AuditAdmin, sqldb.ID{}, 0)
		s.Add(stafftest.Person{})
		locked := s.Add(stafftest.Person{Roles: []people.Role{people.Legal}})
		s.Password(locked, "Kq7#wulianji", false)
		for range 5 {
			if _, err := s.Gate.SignIn(context.Background(), s.Attempt(locked, "wrong")); err == nil {
				t.Fatal("a wrong password opens")
			}
		}
		for _, c := range []struct {
			p    *stafftest.Person
			want map[string]string
		}{
			{system, map[string]string{"没有确定审核小组的部门": "1"}},
			{security, map[string]string{"等待授予角色的账号": "1", "锁定的账号": "1"}},
			{audit, map[string]string{"近24小时失败的登录": "5"}},
		} {
			if got := waits(t, s, c.p); fmt.Sprint(got) != fmt.Sprint(c.want) {
				t.Errorf("%v: %v, want %v", c.p.Roles, got, c.want)
			}
		}
	})
}
