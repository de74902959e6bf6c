package web

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/chromedp"

	"qingdan/internal/platform/sqldb"
	"qingdan/internal/service/impact"
	"qingdan/internal/testkit"
)

// tab is a browser at the desk of an office.
type tab struct {
	*testing.T
	ctx  context.Context
	base string
}

func openDesk(t *testing.T) (*office, tab) {
	t.Helper()
	db, l := testkit.Open(t, sqldb.SQLite)
	o := openOffice(t, db, l)
	ctx, cancel := context.WithTimeout(browser(t), 3*time.Minute)
	t.Cleanup(cancel)
	b := tab{t, ctx, serve(t, o.handler)}
	_, err := chromedp.Call(ctx, network.SetCookie, network.SetCookieParams{Name: "session", Value: o.token, URL: b.base})
	must(t, err)
	return o, b
}

func (b tab) open(path string) {
	b.Helper()
	must(b.T, chromedp.Do(b.ctx, chromedp.Navigate(b.base+path)))
}

// eval runs a script in the page and gives what it says.
func eval[T any](b tab, script string) T {
	b.Helper()
	v, err := chromedp.Run(b.ctx, chromedp.Evaluate[T](script))
	must(b.T, err)
	return v
}

// click clicks what leads to another page and waits for that.
func (b tab) click(selector string) {
	b.Helper()
	eval[bool](b, `window.left = false; document.querySelector(`+"`"+selector+"`"+`).click(); true`)
	b.wait(`window.left === undefined && document.readyState === "complete"`)
}

// wait waits until a condition holds, also across a change of page, during
// which there is nothing to ask.
func (b tab) wait(condition string) {
	b.Helper()
	for range 200 {
		if ok, err := chromedp.Run(b.ctx, chromedp.Evaluate[bool](condition)); err == nil && ok {
			return
		}
		select {
		case <-b.ctx.Done():
		case <-time.After(25 * time.Millisecond):
		}
	}
	b.Fatal("in vain waited for ", condition)
}

// figures reads the strip at the head of a page.
func (b tab) figures() map[string]string {
	b.Helper()
	return eval[map[string]string](b, `Object.fromEntries([...document.querySelectorAll(".strip > div")].map(d =>
		[d.querySelector("dt").textContent, d.querySelector("dd").textContent.replace("■ ", "")]))`)
}

// TestDeskInABrowser works as the legal office does: it reads the tasks of the
// three amended acts off the pages, answers the first one, and runs the
// one-click update.
func TestDeskInABrowser(t *testing.T) {
	o, b := openDesk(t)
	b.open("/desk/impact")
	sum := 0
	for _, r := range o.replays {
		sum += r.tasks
		b.click(`table.events a[href$="` + r.event.ID.String() + `"]`)
		if f := b.figures(); f["涉及事项"] != fmt.Sprint(r.tasks) || f["待办"] != fmt.Sprint(r.tasks) {
			t.Errorf("%s: the page says %v, want %d", r.title, f, r.tasks)
		}
		b.click(`.nav a[href="/desk/impact"]`)
	}
	if f := b.figures(); f["待办"] != fmt.Sprint(sum) || f["已超时"] != "3" {
		t.Errorf("the desk says %v, want %d open, 3 overdue", f, sum)
	}

	b.click(`.strip a.late`)
	b.click(`table.tasks td.title a`)
	if marks := eval[int](b, `document.querySelectorAll(".versus del, .versus ins").length`); marks == 0 {
		t.Error("the texts before and after are not marked")
	}
	if shown := eval[bool](b, `document.querySelector("#basis").offsetHeight > 0`); shown {
		t.Error("the new basis is asked for before anybody chose to write one")
	}
	eval[bool](b, `document.querySelector("[value=unchanged]").click(); document.querySelector("#reason").value = "变动不影响本事项"; true`)
	b.click(`button[value=next]`)
	if got := eval[string](b, `document.querySelector(".told.ok").textContent + location.search`); !strings.Contains(got, "确认不变") || !strings.Contains(got, "overdue=1") {
		t.Errorf("the next task of the queue says %s", got)
	}

	last := o.replays[2]
	b.open("/desk/impact/events/" + last.event.ID.String())
	b.click(`.offer a`)
	if n := eval[int](b, `document.querySelectorAll(".moves input:checked").length`); n != last.moved {
		t.Errorf("%d offered, want %d", n, last.moved)
	}
	b.click(`.confirm button`)
	if got := eval[string](b, `document.querySelector(".told.ok").textContent`); !strings.Contains(got, fmt.Sprintf("已更新 %d 项", last.moved)) {
		t.Errorf("after the update: %s", got)
	}
	b.open("/desk/impact/events/" + last.event.ID.String())
	if f := b.figures(); f["待办"] != fmt.Sprint(last.tasks-last.moved) || f["已了结"] != fmt.Sprint(last.moved) {
		t.Errorf("after the update the page says %v", f)
	}
}

// TestDeskByKeyboard: J and K walk through a list and from task to task, / goes
// to the form, ? shows the keys; while somebody types they are letters.
func TestDeskByKeyboard(t *testing.T) {
	if _, err := os.Stat("dist/app.js"); err != nil {
		need(t, "internal/web/dist/app.js（npm run build）")
	}
	o, b := openDesk(t)
	press := func(key string) {
		eval[bool](b, `document.activeElement.dispatchEvent(new KeyboardEvent("keydown", {key: "`+key+`", bubbles: true, cancelable: true}))`)
	}
	focused := func() int {
		return eval[int](b, `[...document.querySelectorAll("table.tasks td.title a")].indexOf(document.activeElement)`)
	}
	b.open("/desk/impact")
	for i, step := range []struct {
		key  string
		want int
	}{{"j", 0}, {"j", 1}, {"k", 0}, {"x", 0}} {
		if press(step.key); focused() != step.want {
			t.Errorf("step %d, %s: row %d, want %d", i, step.key, focused(), step.want)
		}
	}
	if press("?"); !eval[bool](b, `document.querySelector("#keys").open`) {
		t.Error("? does not show the keys")
	}
	if press("/"); eval[string](b, `document.activeElement.id`) != "fd" {
		t.Error("/ does not go to the filter")
	}
	if press("j"); focused() != -1 {
		t.Error("a letter typed into a field moves the list")
	}
	tasks := o.tasks(impact.Query{Limit: 2})
	b.open("/desk/impact/tasks/" + tasks[0].ID.String())
	eval[bool](b, `window.left = false; document.body.dispatchEvent(new KeyboardEvent("keydown", {key: "j", bubbles: true, cancelable: true}))`)
	b.wait(`window.left === undefined && location.pathname.endsWith("` + tasks[1].ID.String() + `")`)
}

// TestDeskForEverybody: in three presentations and three widths nothing is too
// wide and the console is silent, and axe finds nothing.
func TestDeskForEverybody(t *testing.T) {
	axe, err := os.ReadFile("node_modules/axe-core/axe.min.js")
	if err != nil {
		need(t, "internal/web/node_modules/axe-core（npm ci）")
	}
	// Reading ahead, axe would write imported sheets into the page, which the
	// policy refuses aloud.
	code := string(axe) + `;{const run = axe.run.bind(axe); axe.run = (node, options) => run(node, {...options, preload: false})}`
	o, b := openDesk(t)
	var noise console
	must(t, chromedp.Listen(b.ctx, noise.hear))
	for _, mode := range []string{"normal", "elder", "contrast"} {
		setMode(t, b.ctx, b.base, mode)
		for _, width := range []int64{1280, 820, 390} {
			look := code
			if width == 820 || mode == "elder" && width == 1280 || mode == "contrast" && width == 390 {
				look = ""
			}
			for _, path := range o.addresses() {
				noise.take()
				name := fmt.Sprintf("%s %d %s", mode, width, path)
				found, over, err := inspect(b.ctx, b.base+path, width, look)
				if err != nil {
					t.Fatalf("%s: %v", name, err)
				}
				for _, v := range found {
					t.Errorf("%s: axe %s (%s): %s\n  %s\n  %s", name, v.ID, v.Impact, v.Help, v.Nodes[0].HTML, v.Nodes[0].Summary)
				}
				if over > 0 {
					t.Errorf("%s: %d px too wide", name, over)
				}
				for _, n := range noise.take() {
					t.Errorf("%s: console: %s", name, n)
				}
			}
		}
	}
}

// TestDepartmentListPrints: the list of a department prints with its heading
// and room for opinions, and without what is for the screen.
func TestDepartmentListPrints(t *testing.T) {
	o, b := openDesk(t)
	media := chromedp.Func(func(ctx context.Context, _ *chromedp.Target) error {
		_, err := chromedp.Call(ctx, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Media: "print"})
		return err
	})
	must(t, chromedp.Do(b.ctx, chromedp.EmulateViewport(1030, 700), chromedp.Navigate(b.base+"/desk/impact/departments/"+o.departments[0].String()), media))
	for selector, want := range map[string]bool{".notice": true, ".sheet": true, ".unit-list": true, ".sign": true, "td.only-print-cell": true,
		".top": false, ".crumbs": false, ".strip": false, ".chips": false, ".foot": false} {
		if shown := eval[bool](b, `document.querySelector("`+selector+`").getBoundingClientRect().height > 0`); shown != want {
			t.Errorf("%s printed: %v", selector, shown)
		}
	}
	if dir := os.Getenv("QINGDAN_PICTURES"); dir != "" {
		png, err := chromedp.Run(b.ctx, chromedp.FullScreenshot(100))
		must(t, err)
		must(t, os.WriteFile(filepath.Join(dir, "desk-print.png"), png, 0o644))
	}
}

// TestDeskPictures writes pictures of the desk into the folder that
// QINGDAN_PICTURES names, for people to look at.
func TestDeskPictures(t *testing.T) {
	dir := os.Getenv("QINGDAN_PICTURES")
	if dir == "" {
		t.Skip("QINGDAN_PICTURES 没有指定目录")
	}
	o, b := openDesk(t)
	names := []string{"queue", "overdue", "filtered", "nothing", "department", "ended", "task", "moved-task", "events", "event", "event-ended", "moved", "settings",
		"gaps", "gaps-filtered", "gaps-nothing"}
	for _, shot := range []struct {
		mode  string
		width int64
	}{{"normal", 1440}, {"normal", 390}, {"elder", 1280}, {"elder", 390}, {"contrast", 1280}} {
		setMode(t, b.ctx, b.base, shot.mode)
		for i, path := range o.addresses() {
			must(t, chromedp.Do(b.ctx, chromedp.EmulateViewport(shot.width, 1500), chromedp.Navigate(b.base+path)))
			png, err := chromedp.Run(b.ctx, chromedp.CaptureScreenshot())
			must(t, err)
			must(t, os.WriteFile(filepath.Join(dir, fmt.Sprintf("desk-%s-%s-%d.png", names[i], shot.mode, shot.width)), png, 0o644))
		}
	}
}
