package web

import (
	"context"
	"net/url"
	"strings"
	"testing"
	"time"

	"qingdan/internal/platform/ledger"
	"qingdan/internal/platform/sqldb"
	"qingdan/internal/registry/finding"
	"qingdan/internal/registry/org"
	"qingdan/internal/registry/people"
	"qingdan/internal/registry/power"
	"qingdan/internal/stage/reduce"
	"qingdan/internal/testkit"
)

// shared are three departments of one audit group that hold one power under three
// names, all under review, with an overlap that nobody has seen yet. The ids are
// of the powers, by code; the first is that of the department which leads.
func shared(t *testing.T, l *ledger.Ledger, lead sqldb.ID) map[string]sqldb.ID {
	t.Helper()
	powers := map[string]sqldb.ID{}
	must(t, l.Write(t.Context(), operator, func(ctx context.Context, tx *ledger.Tx) error {
		holders := []sqldb.ID{lead}
		for _, name := range []string{"示例市环境保护局", "示例市城市管理局"} {
			id, err := org.AddDepartment(ctx, tx, org.Department{Division: "371500", Name: name, ValidFrom: "2010-01-01"})
			if err != nil {
				return err
			}
			if err := people.AssignDepartment(ctx, tx, id, 1); err != nil {
				return err
			}
			holders = append(holders, id)
		}
		for i, name := range []string{"排水许可", "排水许可证核发", "城镇排水许可审批"} {
			basis := "《示例排水条例》第五条"
			v := power.Version{Department: holders[i], Category: power.CategoryPermit, Name: name, Level: "市级", Initiative: power.OnApplication,
				Elements: power.Elements{Basis: basis, Content: "审查向城镇排水设施排放污水的申请", Object: "排水户"}, Citations: power.ParseBasis(basis)}
			code := []string{"371500-01-001-0001", "371500-01-002-0001", "371500-01-003-0001"}[i]
			ids, err := power.Add(ctx, tx, power.Report{Code: code, Division: "371500", Origin: power.Reported, State: power.Review, Version: v})
			if err != nil {
				return err
			}
			powers[code] = ids.Power
		}
		_, err := finding.Save(ctx, tx, "2026-01-01", len(powers), nil)
		return err
	}))
	return powers
}

// proposeOn proposes a fate on the sheet of a power as the person signed in.
func (b tab) proposeOn(id sqldb.ID, fate reduce.Fate, fields map[string]string) {
	b.Helper()
	b.open("/cuts/powers/" + id.String() + "?fate=" + url.QueryEscape(string(fate)))
	b.fill(`#propose form`, fields)
	b.click(`#propose form button`)
	if said := b.said(); !strings.Contains(said, "建议已提出") {
		b.Fatalf("%s: %s", fate, said)
	}
}

// decideAll carries out, as the leading group, all that waits for a decision, and
// gives what the page said before it was confirmed.
func (b tab) decideAll() string {
	b.Helper()
	b.signIn(people.Leading)
	b.open("/cuts")
	b.click(`a[href^="/cuts/decide"]`)
	b.fill(`main form`, map[string]string{"by": "示例市人民政府", "on": "2026-01-05", "every": "1"})
	b.click(`main form button`)
	look := eval[string](b, `document.querySelector("main").textContent`)
	b.click(`form[action$="/confirm"] button`)
	return look
}

// What three departments hold becomes one power of the department that leads: the
// reviewers propose it on the sheets, the leading group decides after a look, the
// books balance, and the pages show it.
//
// tests:减权/5 减权/平衡
func TestThreePowersBecomeOneInABrowser(t *testing.T) {
	db, l := testkit.Open(t, sqldb.SQLite)
	site, department := demonstration(t, db, l)
	powers := shared(t, l, department)
	ctx, cancel := context.WithTimeout(browser(t), 3*time.Minute)
	t.Cleanup(cancel)
	b := tab{t, ctx, serve(t, site)}

	const lead, second, third = "371500-01-001-0001", "371500-01-002-0001", "371500-01-003-0001"
	b.signIn(people.Reviewer)
	b.proposeOn(powers[lead], reduce.Keep, nil)
	b.open("/cuts/powers/" + powers[second].String())
	if page := eval[string](b, `document.querySelector("main").textContent`); !strings.Contains(page, "城镇排水许可审批") || !strings.Contains(page, "排水户") {
		t.Errorf("the evidence lacks the powers on the same article: %.900s", page)
	}
	b.click(`a[href*="into=` + lead + `"]`)
	b.fill(`#propose form`, map[string]string{"reason": "三个部门的事项同出一条，由水利局一个部门负责"})
	b.click(`#propose form button`)
	b.proposeOn(powers[third], reduce.Merge, map[string]string{"into": lead, "reason": "三个部门的事项同出一条，由水利局一个部门负责"})

	look := b.decideAll()
	for _, want := range []string{"将要执行 3 项", "由示例市水利局负责", "不能撤销"} {
		if !strings.Contains(look, want) {
			t.Errorf("before deciding the page does not say %q: %.900s", want, look)
		}
	}
	if said := b.said(); !strings.Contains(said, "已按决定执行 3 项建议") {
		t.Fatalf("after deciding: %s", said)
	}
	books, err := reduce.Balances(t.Context(), db)
	must(t, err)
	must(t, reduce.CheckBalance(books))
	if all := books[0]; all.Reported != 3 || all.Kept != 1 || all.Left[reduce.Merge] != 2 {
		t.Errorf("books %+v", all)
	}
	b.signIn(people.Head)
	b.open("/cuts?state=all")
	if page := eval[string](b, `document.querySelector("main").textContent`); !strings.Contains(page, "排水许可") || strings.Contains(page, "城镇排水许可审批") {
		t.Errorf("the department sees %.900s", page)
	}
	must(t, l.Settle(t.Context()))
	must(t, l.Verify(t.Context(), ledger.Powers))
}
