package web

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"qingdan/internal/demo"
	"qingdan/internal/platform/blob"
	"qingdan/internal/platform/job"
	"qingdan/internal/platform/ledger"
	"qingdan/internal/platform/sqldb"
	"qingdan/internal/registry/org"
	"qingdan/internal/registry/people"
	"qingdan/internal/registry/power"
	"qingdan/internal/testkit"
	"qingdan/internal/web/staff"
	"qingdan/internal/web/staff/stafftest"
)

// TestEveryDemonstrationRoleFindsSomethingToDo signs in as each account of the
// demonstration and looks at the first page.
func TestEveryDemonstrationRoleFindsSomethingToDo(t *testing.T) {
	db, l := testkit.Open(t, sqldb.SQLite)
	listedCity(t, l)
	must(t, demo.Desks(t.Context(), db, l, demo.DeskOptions{Now: time.Now()}))
	files, err := blob.OpenFolder(t.TempDir())
	must(t, err)
	jobs := job.New(db, job.Options{})
	t.Cleanup(func() { jobs.Close(context.Background()) })
	s := stafftest.New(t, db, l)
	site, err := NewStaff(Config{Clock: time.Now, Log: slog.New(slog.NewTextHandler(io.Discard, nil))},
		StaffConfig{DB: db, Ledger: l, Gate: s.Gate, Blobs: files, Jobs: jobs})
	must(t, err)
	b := &bureau{Staff: site, t: t, site: s}
	tasks := map[people.Role][]string{
		people.Clerk: {"等待答复的审核意见", "没有写完的草稿"}, people.Head: {"等待答复的审核意见"}, people.Reviewer: {"等待接收的上报", "没有下达的意见草稿"},
		people.GroupLeader: {"等待接收的上报", "没有下达的意见草稿"}, people.Leading: {"等待裁定的分歧"}, people.Legal: {"逾期没有上报的部门"}, people.Supervisor: {"逾期没有上报的部门"},
		people.SecurityAdmin: {"等待授予角色的账号"},
	}
	entry := regexp.MustCompile(`<nav class="nav"[^>]*>.*?</nav>`)
	all, err := people.Accounts(t.Context(), db, people.Query{Text: "demo-"})
	must(t, err)
	seen := map[people.Role]bool{}
	for _, a := range all {
		p := &stafftest.Person{ID: a.ID}
		s.SignIn(p)
		w := b.ask(p, http.MethodGet, staff.HomePath)
		page := w.Body.String()
		if w.Code != http.StatusOK || strings.Count(entry.FindString(page), "<li>") < 2 {
			t.Errorf("%s: %d, nothing to go to", a.Login, w.Code)
		}
		for _, r := range a.Roles {
			seen[r] = true
			for _, task := range tasks[r] {
				if !strings.Contains(page, task) {
					t.Errorf("%s has no task %q", a.Login, task)
				}
			}
		}
	}
	for _, r := range people.Roles() {
		if !seen[r] {
			t.Errorf("nobody is %s", r.Label())
		}
	}
}

// listedCity is a city of the departments that the demonstration needs, with
// powers on its list.
func listedCity(t *testing.T, l *ledger.Ledger) {
	t.Helper()
	kinds := []power.Category{power.CategoryPermit, power.CategoryPenalty, power.CategorySupervision, power.CategoryOther}
	must(t, l.Load(t.Context(), ledger.Actor{ID: "test", Name: "测试", Role: "操作员"}, func(ctx context.Context, tx *ledger.Tx) error {
		if err := org.SetSite(ctx, tx, org.Site{Division: "371500", Name: "示例市", Demo: "演示数据"}); err != nil {
			return err
		}
		for o, office := range []string{"市水利局", "市林业局", "市农业局", "市环保局", "市规划局", "市粮食局"} {
			id, err := org.AddDepartment(ctx, tx, org.Department{Division: "371500", Name: "示例" + office, Short: office, Nature: "法定机关"})
			if err != nil {
				return err
			}
			for i, c := range slices.Concat(kinds, kinds) {
				basis := fmt.Sprintf("《示例办法》第%d条", i+1)
				v := power.Version{Department: id, Category: c, Name: fmt.Sprintf("第%d号第%d项", o, i), Level: "市级", Initiative: power.ExOfficio,
					Elements: power.Elements{Basis: basis, Content: "内容", Duty: "责任"}, Citations: power.ParseBasis(basis)}
				ids, err := power.Add(ctx, tx, power.Report{Code: fmt.Sprintf("371500-%02d-%04d", o, i), Division: "371500", Origin: power.Reported, State: power.Review, Version: v})
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
		}
		return nil
	}))
}
