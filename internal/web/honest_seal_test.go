package web

import (
	"context"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"sync"
	"testing"

	"qingdan/internal/platform/ledger"
	"qingdan/internal/platform/sqldb"
	"qingdan/internal/registry/people"
	"qingdan/internal/registry/power"
	"qingdan/internal/stage/publish"
	"qingdan/internal/testkit"
)

// editionToSeal is the edition that the page offers to seal.
var editionToSeal = regexp.MustCompile(`name="edition" value="([0-9a-f-]+)"`)

// TestABaselineIsSealedOnceAndShown: the legal office seals an approved edition
// once, with a confirmation; the public sees it with what changed since, each change
// with its row, and is told when what is sealed is not what was sealed.
func TestABaselineIsSealedOnceAndShown(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, db *sqldb.DB, l *ledger.Ledger) {
		o := openOffice(t, db, l)
		if body := get(t, handler(t, db), "/figures/baseline").body; !strings.Contains(body, "还没有锁定基数") {
			t.Error("an empty page of baselines does not say so")
		}
		m := editionToSeal.FindStringSubmatch(o.get("/audit/baseline", http.StatusOK).body)
		if m == nil {
			t.Fatal("the page does not offer to seal the edition")
		}
		form := url.Values{"edition": {m[1]}}
		o.post("/audit/baseline", form, http.StatusBadRequest)
		o.as("赵示例", sqldb.ID{}, people.Supervisor).post("/audit/baseline", url.Values{"edition": {m[1]}, "sure": {"yes"}}, http.StatusForbidden)
		form.Set("sure", "yes")
		o.post("/audit/baseline", form, http.StatusSeeOther)
		if body := o.post("/audit/baseline", form, http.StatusConflict).body; !strings.Contains(body, "已经锁定过了") {
			t.Error("sealing again does not say that it is sealed")
		}
		page := get(t, handler(t, db), "/figures").body
		if !strings.Contains(page, "以第1版（") || !strings.Contains(page, "此后没有变化") {
			t.Error("the figures do not show the baseline")
		}
		if walkNumbers(t, handler(t, db)) == 0 {
			t.Error("no number leads anywhere")
		}

		o.amendOne()
		page = get(t, handler(t, db), "/figures").body
		if !strings.Contains(page, `修改 <a href="/figures/baseline?change=amended">1</a> 项`) {
			t.Error("the figures do not count the change since")
		}
		if rows := get(t, handler(t, db), "/figures/baseline?change=amended").body; strings.Count(rows, `class="code"`) != 1 {
			t.Error("the change has no row")
		}
		walkNumbers(t, handler(t, db))
		if strings.Contains(page, "对不上") {
			t.Error("an untouched baseline is called tampered with")
		}
		must(t, db.Write(t.Context(), func(tx *sqldb.Tx) error {
			_, err := tx.Exec(context.Background(), `update sealed_rows set name = 'x' where code = (select min(code) from sealed_rows)`)
			return err
		}))
		for _, path := range []string{"/figures", "/figures/baseline"} {
			if !strings.Contains(get(t, handler(t, db), path).body, "对不上") {
				t.Errorf("%s does not tell that the baseline was tampered with", path)
			}
		}
		if !strings.Contains(o.get("/audit/baseline", http.StatusOK).body, "与锁定时不符") {
			t.Error("the staff page does not tell that the baseline was tampered with")
		}
	})
}

// amendOne publishes an edition with another wording of one power.
func (o *office) amendOne() {
	o.t.Helper()
	o.write(func(ctx context.Context, tx *ledger.Tx) error {
		changes, err := power.Changes(ctx, tx, power.Published)
		if err != nil {
			return err
		}
		v, err := power.VersionByID(ctx, tx, changes[0].Version)
		if err != nil {
			return err
		}
		v.Elements.Duty += "并公开决定。"
		_, err = power.Revise(ctx, tx, changes[0], v, power.Proposed, "补充责任")
		return err
	})
	p, err := publish.Publish(o.t.Context(), o.ledger, operator, publish.Order{Division: "371500", Title: "聊城市权力清单", Effective: "2026-11-20"})
	must(o.t, err)
	if len(p.Refused) > 0 {
		o.t.Fatal(p.Refused[0])
	}
}

// TestTwoSealAtOnce: of two people who seal one edition at the same time one does.
func TestTwoSealAtOnce(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, db *sqldb.DB, l *ledger.Ledger) {
		o := openOffice(t, db, l)
		m := editionToSeal.FindStringSubmatch(o.get("/audit/baseline", http.StatusOK).body)
		if m == nil {
			t.Fatal("the page does not offer to seal the edition")
		}
		others := []*office{o.as("王示例", sqldb.ID{}, people.Legal), o.as("李示例", sqldb.ID{}, people.Legal)}
		status := make([]int, len(others))
		var all sync.WaitGroup
		for i, who := range others {
			all.Go(func() {
				r, err := http.NewRequest(http.MethodPost, "http://127.0.0.1/audit/baseline", strings.NewReader(url.Values{"edition": {m[1]}, "sure": {"yes"}}.Encode()))
				if err != nil {
					t.Error(err)
					return
				}
				r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
				status[i] = who.ask(r).StatusCode
			})
		}
		all.Wait()
		if status[0]+status[1] != http.StatusSeeOther+http.StatusConflict {
			t.Errorf("two seals end with %v", status)
		}
	})
}
