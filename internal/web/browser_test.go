package web

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/emulation"
	cdplog "github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"

	"qingdan/internal/platform/sqldb"
	"qingdan/internal/testkit"
)

// need skips a test for want of a tool, or fails it when nothing may be
// skipped.
func need(t *testing.T, what string) {
	t.Helper()
	if os.Getenv("QINGDAN_STRICT") == "1" {
		t.Fatal("缺少 " + what)
	}
	t.Skip("缺少 " + what)
}

// browser starts the one browser of the suite.
func browser(t *testing.T) context.Context {
	t.Helper()
	var path string
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome"} {
		if p, err := exec.LookPath(name); err == nil {
			path = p
			break
		}
	}
	if path == "" {
		need(t, "chromium")
	}
	options := append(chromedp.DefaultExecAllocatorOptions[:], chromedp.ExecPath(path), chromedp.NoSandbox, chromedp.DisableGPU,
		chromedp.Flag("disable-background-networking", true), chromedp.Flag("disable-component-update", true),
		chromedp.Flag("host-resolver-rules", "MAP * ~NOTFOUND , EXCLUDE 127.0.0.1"), chromedp.WSURLReadTimeout(time.Minute))
	ctx, stop := chromedp.NewExecAllocator(context.Background(), options...)
	t.Cleanup(stop)
	ctx, closeTab := chromedp.NewContext(ctx)
	t.Cleanup(closeTab)
	if err := chromedp.Do(ctx, chromedp.Navigate("about:blank")); err != nil {
		t.Fatal(err)
	}
	return ctx
}

// serve listens on the loopback address only.
func serve(t *testing.T, h http.Handler) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	s := httptest.NewUnstartedServer(h)
	s.Listener.Close()
	s.Listener = l
	s.Start()
	t.Cleanup(s.Close)
	return s.URL
}

// violation is what axe reports.
type violation struct {
	ID     string `json:"id"`
	Impact string `json:"impact"`
	Help   string `json:"help"`
	Nodes  []struct {
		HTML    string `json:"html"`
		Summary string `json:"failureSummary"`
	} `json:"nodes"`
}

// TestBrowser opens every kind of page in the three modes and in two widths:
// axe finds nothing, the console is silent, nothing overflows sideways.
func TestBrowser(t *testing.T) {
	axe, err := os.ReadFile("node_modules/axe-core/axe.min.js")
	if err != nil {
		need(t, "internal/web/node_modules/axe-core（npm ci）")
	}
	db, l := testkit.Open(t, sqldb.SQLite)
	c := amend(t, db, l, seed(t, db, seedSize{12, 180, 30}))
	base := serve(t, handler(t, db))
	ctx := browser(t)
	var noise console
	if err := chromedp.Listen(ctx, noise.hear); err != nil {
		t.Fatal(err)
	}
	pages := append(append(c.city.addresses(), c.kinds()...), "/none")
	for _, mode := range []string{"normal", "elder", "contrast"} {
		setMode(t, ctx, base, mode)
		for _, width := range []int64{1280, 390} {
			// Colours and structure differ by mode, layout by width: axe
			// need not see every combination.
			code := string(axe)
			if mode == "elder" && width == 1280 || mode == "contrast" && width == 390 {
				code = ""
			}
			for _, path := range pages {
				noise.take()
				name := fmt.Sprintf("%s %d %s", mode, width, path)
				found, over, err := inspect(ctx, base+path, width, code)
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
					if path != "/none" {
						t.Errorf("%s: console: %s", name, n)
					}
				}
			}
		}
	}
}

// console gathers what a page says to it.
type console struct {
	mu    sync.Mutex
	lines []string
}

func (c *console) hear(ev any) {
	line := ""
	switch e := ev.(type) {
	case *runtime.EventExceptionThrown:
		line = e.ExceptionDetails.Text
	case *cdplog.EventEntryAdded:
		line = e.Entry.Text + " " + e.Entry.URL
	default:
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.lines = append(c.lines, line)
}

func (c *console) take() []string {
	c.mu.Lock()
	defer c.mu.Unlock()
	lines := c.lines
	c.lines = nil
	return lines
}

// setMode chooses a presentation as a reader does.
func setMode(t *testing.T, ctx context.Context, base, mode string) {
	t.Helper()
	if err := chromedp.Do(ctx, chromedp.Navigate(base+"/view?mode="+mode+"&back=/")); err != nil {
		t.Fatal(err)
	}
}

// inspect opens a page and gives what axe finds and by how much the page is
// too wide. Without the code of axe it only measures.
func inspect(ctx context.Context, address string, width int64, axe string) ([]violation, int, error) {
	ctx, cancel := context.WithTimeout(ctx, time.Minute)
	defer cancel()
	if err := chromedp.Do(ctx, chromedp.EmulateViewport(width, 900), chromedp.Navigate(address)); err != nil {
		return nil, 0, err
	}
	over, err := chromedp.Run(ctx, chromedp.Evaluate[int](`document.documentElement.scrollWidth - document.documentElement.clientWidth`))
	if err != nil || axe == "" {
		return nil, over, err
	}
	if _, err := chromedp.Run(ctx, chromedp.Evaluate[bool](axe+`;true`)); err != nil {
		return nil, over, err
	}
	found, err := chromedp.Run(ctx, chromedp.Evaluate[[]violation](
		`axe.run(document, {resultTypes: ["violations"]}).then(r => r.violations)`, chromedp.EvalAwaitPromise))
	return found, over, err
}

// TestPictures writes a picture of every page kind into the folder that
// QINGDAN_PICTURES names, for people to look at.
func TestPictures(t *testing.T) {
	dir := os.Getenv("QINGDAN_PICTURES")
	if dir == "" {
		t.Skip("QINGDAN_PICTURES 没有指定目录")
	}
	db, l := testkit.Open(t, sqldb.SQLite)
	c := amend(t, db, l, seed(t, db, seedSize{70, 1200, 120}))
	base := serve(t, handler(t, db))
	ctx := browser(t)
	for _, shot := range []struct {
		mode  string
		width int64
	}{{"normal", 1280}, {"normal", 390}, {"elder", 1280}, {"elder", 390}, {"contrast", 1280}, {"contrast", 390}} {
		if only := os.Getenv("QINGDAN_PICTURES_MODE"); only != "" && only != shot.mode {
			continue
		}
		setMode(t, ctx, base, shot.mode)
		for name, path := range c.pictures() {
			err := chromedp.Do(ctx, chromedp.EmulateViewport(shot.width, 900), chromedp.Navigate(base+path))
			if err != nil {
				t.Fatalf("%s: %v", path, err)
			}
			png, err := chromedp.Run(ctx, chromedp.FullScreenshot(100))
			if err != nil {
				t.Fatalf("%s: %v", path, err)
			}
			file := filepath.Join(dir, fmt.Sprintf("%s-%s-%d.png", name, shot.mode, shot.width))
			if err := os.WriteFile(file, png, 0o644); err != nil {
				t.Fatal(err)
			}
		}
	}
}

// TestReadmePictures takes the pictures of docs/img from a running site, whose
// address QINGDAN_PICTURES_SITE gives.
func TestReadmePictures(t *testing.T) {
	dir, site := os.Getenv("QINGDAN_PICTURES"), os.Getenv("QINGDAN_PICTURES_SITE")
	if dir == "" || site == "" {
		t.Skip("QINGDAN_PICTURES、QINGDAN_PICTURES_SITE 没有指定目录和网址")
	}
	ctx := browser(t)
	if err := chromedp.Do(ctx, chromedp.EmulateViewport(1280, 1500), chromedp.Navigate(site+"/powers?sort=code&initiative="+url.QueryEscape("依申请"))); err != nil {
		t.Fatal(err)
	}
	item, err := chromedp.Run(ctx, chromedp.Evaluate[string](`document.querySelector("td.title a").getAttribute("href")`))
	if err != nil {
		t.Fatal(err)
	}
	for name, path := range map[string]string{"portal": "/", "item": item, "figures": "/figures"} {
		t.Run(name, func(t *testing.T) {
			if err := chromedp.Do(ctx, chromedp.Navigate(site+path)); err != nil {
				t.Fatal(err)
			}
			png, err := chromedp.Run(ctx, chromedp.CaptureScreenshot())
			if err != nil {
				t.Fatal(err)
			}
			if len(png) >= 400<<10 {
				t.Errorf("%d bytes are too many for a README", len(png))
			}
			if err := os.WriteFile(filepath.Join(dir, name+".png"), png, 0o644); err != nil {
				t.Fatal(err)
			}
		})
	}
}

// TestPrint: items and extracts print on A4 with the notice and the QR code,
// and without the navigation; an extract needs two pages at most.
func TestPrint(t *testing.T) {
	db, _ := testkit.Open(t, sqldb.SQLite)
	c := seed(t, db, seedSize{4, 30, 3})
	base := serve(t, handler(t, db))
	ctx := browser(t)
	media := chromedp.Func(func(ctx context.Context, _ *chromedp.Target) error {
		_, err := chromedp.Call(ctx, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Media: "print"})
		return err
	})
	height := func(selector string) float64 {
		t.Helper()
		n, err := chromedp.Run(ctx, chromedp.Evaluate[float64](`document.querySelector("`+selector+`").getBoundingClientRect().height`))
		if err != nil {
			t.Fatal(err)
		}
		return n
	}
	const a4 = 960 // height of a page with the margins off, at this width
	for name, x := range map[string]struct{ path, head string }{
		"print": {"/powers/" + c.codes[4], ".sheet"}, "printextract": {"/powers/" + c.codes[4] + "/extract", ".paper-head"},
	} {
		if err := chromedp.Do(ctx, chromedp.EmulateViewport(680, a4), chromedp.Navigate(base+x.path), media); err != nil {
			t.Fatal(err)
		}
		for selector, want := range map[string]bool{".notice": true, x.head: true, ".qr": true, ".top": false, ".crumbs": false, ".foot": false, "h1": true, "form": false} {
			if (height(selector) > 0) != want {
				t.Errorf("%s: %s printed: %v", name, selector, !want)
			}
		}
		if h := height("body"); name == "printextract" && h > 2*a4 {
			t.Errorf("an extract is %.0f px high, more than two pages", h)
		}
		if dir := os.Getenv("QINGDAN_PICTURES"); dir != "" {
			png, err := chromedp.Run(ctx, chromedp.FullScreenshot(100))
			if err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(filepath.Join(dir, name+".png"), png, 0o644); err != nil {
				t.Fatal(err)
			}
		}
	}
}

// pictures names the pages that are worth a picture.
func (c *amended) pictures() map[string]string {
	return map[string]string{
		"found": c.kinds()[0], "compare": c.compare(0, 1), "lineage": c.kinds()[3], "extract": c.kinds()[4], "check": c.kinds()[6], "changesoflaw": "/basis-changes",
		"readings": "/laws/readings",
		"home":     "/", "powers": "/powers?size=20", "permit": "/powers/" + c.amended, "penalty": "/powers/" + c.codes[0],
		"history": "/powers/" + c.amended + "/history", "departments": "/departments", "department": "/departments/" + c.departments[1].String(),
		"laws": "/laws", "law": "/laws/" + c.long.String(), "article": "/laws/" + c.long.String() + "/articles/3", "editions": "/editions",
		"edition": "/editions/2", "changes": "/editions/1/changes", "figures": "/figures", "rows": "/figures/rows?fate=kept", "gaps": "/figures/gaps",
		"search": "/search?q=%E7%A4%BA%E4%BE%8B", "nohits": "/search?q=zzzzz", "about": "/about", "missing": "/none",
	}
}

// TestFilterWithoutReload: with the script, choosing a department narrows the
// list at once and the address follows.
func TestFilterWithoutReload(t *testing.T) {
	if _, err := os.Stat("dist/app.js"); err != nil {
		need(t, "internal/web/dist/app.js（npm run build）")
	}
	db, _ := testkit.Open(t, sqldb.SQLite)
	seed(t, db, seedSize{4, 60, 3})
	base := serve(t, handler(t, db))
	ctx, cancel := context.WithTimeout(browser(t), time.Minute)
	defer cancel()
	if err := chromedp.Do(ctx, chromedp.Navigate(base+"/powers")); err != nil {
		t.Fatal(err)
	}
	_, err := chromedp.Run(ctx, chromedp.Evaluate[bool](`window.stays = true;
		const d = document.querySelector("#fd"); d.selectedIndex = 1; d.dispatchEvent(new Event("change", {bubbles: true}))`))
	if err != nil {
		t.Fatal(err)
	}
	stays, err := chromedp.Run(ctx, chromedp.Poll[bool](`location.search.includes("department=") && document.querySelectorAll("table.list tbody tr").length < 20 && window.stays`))
	if err != nil || !stays {
		t.Fatalf("the list was not narrowed in place: %v", err)
	}
}
