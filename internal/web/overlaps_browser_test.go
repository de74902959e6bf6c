package web

import (
	"context"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"qingdan/internal/platform/ledger"
	"qingdan/internal/platform/sqldb"
	"qingdan/internal/registry/people"
	"qingdan/internal/stage/reduce"
	"qingdan/internal/testkit"
)

// findOverlap has the system search for overlaps as the reviewer who is signed in,
// and opens the one group that it finds.
func (b tab) findOverlap() {
	b.Helper()
	b.open("/overlaps")
	b.click(`form[action="/overlaps/search"] button`)
	if said := b.said(); !strings.Contains(said, "已重新查找") {
		b.Fatalf("search: %s", said)
	}
	b.click(`table.ogroups a`)
}

// integrate looks at what would be proposed for the group that is open, with the
// department that the system suggests, and proposes it. It gives what the two
// pages said before.
func (b tab) integrate() (group, preview string) {
	b.Helper()
	group = eval[string](b, `document.querySelector("main").textContent`)
	b.click(`form[action$="/merge"] button`)
	preview = eval[string](b, `document.querySelector("main").textContent`)
	b.click(`form[action*="/merge"] button[value="stay"]`)
	if said := b.said(); !strings.Contains(said, "已提出整合建议") {
		b.Fatalf("one click: %s", said)
	}
	return group, preview
}

// forEverybody says that axe finds nothing on some pages, and nothing is too wide,
// in each presentation and on a phone.
func (b tab) forEverybody(pages ...string) {
	b.Helper()
	axe, err := os.ReadFile("node_modules/axe-core/axe.min.js")
	if err != nil {
		need(b.T, "internal/web/node_modules/axe-core（npm ci）")
	}
	for _, look := range []struct {
		mode  string
		width int64
	}{{"normal", 1280}, {"contrast", 1280}, {"elder", 390}, {"normal", 390}} {
		setMode(b.T, b.ctx, b.base, look.mode)
		for _, path := range pages {
			found, over, err := inspect(b.ctx, b.base+path, look.width, string(axe))
			must(b.T, err)
			for _, v := range found {
				b.Errorf("%s %d %s: axe %s: %s\n  %s", look.mode, look.width, path, v.ID, v.Help, v.Nodes[0].HTML)
			}
			if over > 0 {
				b.Errorf("%s %d %s: %d px too wide", look.mode, look.width, path, over)
			}
		}
	}
	setMode(b.T, b.ctx, b.base, "normal")
	must(b.T, chromedp.Do(b.ctx, chromedp.EmulateViewport(1280, 900)))
}

// Three departments hold one power under three names: the system finds it, one
// click proposes that one department leads, the leading group decides, and the
// books balance.
//
// tests:减权/重叠 减权/5
func TestAnOverlapIsFoundAndEndedInABrowser(t *testing.T) {
	db, l := testkit.Open(t, sqldb.SQLite)
	site, department := demonstration(t, db, l)
	shared(t, l, department)
	ctx, cancel := context.WithTimeout(browser(t), 3*time.Minute)
	t.Cleanup(cancel)
	b := tab{t, ctx, serve(t, site)}

	b.signIn(people.Reviewer)
	b.findOverlap()
	b.forEverybody("/overlaps", "/overlaps?q=zzz", eval[string](b, `location.pathname`), eval[string](b, `(() => { const f = document.querySelector('form[action$="/merge"]');
		return new URL(f.action).pathname + "?" + new URLSearchParams(new FormData(f)) })()`))
	b.open("/overlaps")
	b.click(`table.ogroups a`)
	group, preview := b.integrate()
	for _, want := range []string{"同一条款：《示例排水条例》第五条", "对象相同", "排水许可证核发", "城镇排水许可审批", "建议由示例市水利局牵头"} {
		if !strings.Contains(group, want) {
			t.Errorf("the group does not say %q: %.900s", want, group)
		}
	}
	for _, want := range []string{"下面 2 项各提出一份“整合”建议", "同时提出“保留”", "由示例市水利局一个部门负责"} {
		if !strings.Contains(preview, want) {
			t.Errorf("the preview does not say %q: %.900s", want, preview)
		}
	}
	if look := b.decideAll(); !strings.Contains(look, "将要执行 3 项") {
		t.Errorf("before deciding: %.900s", look)
	}
	books, err := reduce.Balances(t.Context(), db)
	must(t, err)
	must(t, reduce.CheckBalance(books))
	if all := books[0]; all.Reported != 3 || all.Kept != 1 || all.Left[reduce.Merge] != 2 {
		t.Errorf("books %+v", all)
	}
	b.signIn(people.Reviewer)
	b.open("/overlaps?state=all")
	if page := eval[string](b, `document.querySelector("main").textContent`); !strings.Contains(page, "请重新查找") {
		t.Errorf("nobody is told to search anew: %.500s", page)
	}
	b.click(`form[action="/overlaps/search"] button`)
	if page := eval[string](b, `document.querySelector("main").textContent`); !strings.Contains(page, "没有待研究的重叠事项") {
		t.Errorf("the overlap is still there: %.500s", page)
	}
	must(t, l.Settle(t.Context()))
	must(t, l.Verify(t.Context(), ledger.Powers))
}
