package filing_test

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"

	"qingdan/internal/platform/blob"
	"qingdan/internal/stage/inventory"
	"qingdan/internal/web/desk/filing"
	"qingdan/internal/web/staff"
	"qingdan/internal/web/staff/stafftest"
	"qingdan/internal/web/ui"
)

// need skips a test for want of a tool, or fails it when nothing may be skipped.
func need(t *testing.T, what string) {
	t.Helper()
	if os.Getenv("QINGDAN_STRICT") == "1" {
		t.Fatal("缺少 " + what)
	}
	t.Skip("缺少 " + what)
}

// bundle makes the script of the pages as it stands now.
func bundle(t *testing.T) []byte {
	t.Helper()
	const esbuild = "../../node_modules/.bin/esbuild"
	if _, err := os.Stat(esbuild); err != nil {
		need(t, "internal/web/node_modules（npm ci）")
	}
	out := filepath.Join(t.TempDir(), "app.js")
	if said, err := exec.Command(esbuild, "../../script/app.js", "--bundle", "--minify", "--target=es2019", "--outfile="+out).CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, said)
	}
	b, err := os.ReadFile(out)
	must(t, err)
	return b
}

// tab is a browser at the office, with the script of the pages.
type tab struct {
	*testing.T
	*office
	ctx  context.Context
	base string
}

// policy is that of the server: what a page does against it, the browser reports.
const policy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; form-action 'self'; base-uri 'none'; " +
	"frame-ancestors 'none'; connect-src 'self'"

// openTab hangs the pages once more, with a frame that names the script.
func openTab(t *testing.T) tab {
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
	db, l := openSQLite(t)
	o := open(t, db, l)
	assets, err := ui.NewAssets(bundle(t))
	must(t, err)
	shell, err := staff.New(staff.Config{DB: db, Ledger: l, Clock: o.Now, Script: assets.Script(), Frame: func(r *http.Request, title, section string) (ui.Frame, error) {
		return ui.NewFrame(r, ui.Site{Name: "示例市行政权力运行平台"}, assets, title, section), nil
	}})
	must(t, err)
	blobs, err := blob.OpenFolder(t.TempDir())
	must(t, err)
	pages, err := filing.New(filing.Config{DB: db, Ledger: l, Clock: o.Now, Shell: shell, Blobs: blobs, Jobs: o.jobs})
	must(t, err)
	mux := http.NewServeMux()
	for _, r := range append(shell.Hang(append(shell.Routes(), pages.Routes()...)), shell.Public()...) {
		mux.HandleFunc(r.Pattern, func(w http.ResponseWriter, req *http.Request) {
			w.Header().Set("Content-Security-Policy", policy)
			if err := r.Handler(w, req); err != nil {
				t.Errorf("%s: %v", req.URL, err)
			}
		})
	}
	mux.Handle("GET "+assets.Style(), assets)
	mux.Handle("GET "+assets.Script(), assets)
	mux.Handle("GET "+assets.Icon(), assets)
	mux.HandleFunc("GET /as", func(w http.ResponseWriter, r *http.Request) {
		http.SetCookie(w, &http.Cookie{Name: "session", Value: r.FormValue("token"), Path: "/"})
		http.SetCookie(w, &http.Cookie{Name: "view", Value: r.FormValue("mode"), Path: "/"})
	})
	server := httptest.NewServer(mux)
	t.Cleanup(server.Close)
	options := append(chromedp.DefaultExecAllocatorOptions[:], chromedp.ExecPath(path), chromedp.NoSandbox, chromedp.DisableGPU,
		chromedp.Flag("host-resolver-rules", "MAP * ~NOTFOUND , EXCLUDE 127.0.0.1"), chromedp.WSURLReadTimeout(time.Minute))
	ctx, stop := chromedp.NewExecAllocator(context.Background(), options...)
	t.Cleanup(stop)
	ctx, shut := chromedp.NewContext(ctx)
	t.Cleanup(shut)
	b := tab{t, o, ctx, server.URL}
	must(t, chromedp.Do(ctx, chromedp.Navigate("about:blank")))
	return b
}

// as signs somebody in, in a presentation.
func (b tab) as(p *stafftest.Person, mode string) {
	b.Helper()
	b.open("/as?" + url.Values{"token": {p.Token}, "mode": {mode}}.Encode())
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

// wait waits until a condition holds, also across a change of page.
func (b tab) until(condition string) {
	b.Helper()
	for range 400 {
		if ok, err := chromedp.Run(b.ctx, chromedp.Evaluate[bool](condition)); err == nil && ok {
			return
		}
		time.Sleep(25 * time.Millisecond)
	}
	b.Fatal("in vain waited for ", condition, " on ", eval[string](b, `document.body.innerText.slice(0, 800)`))
}

// write types into a field and leaves it.
func (b tab) write(key, words string) {
	b.Helper()
	eval[bool](b, fmt.Sprintf(`{ const f = document.querySelector("[name=%s]"); f.value = %q; f.dispatchEvent(new Event("input", {bubbles: true}));
		f.dispatchEvent(new Event("change", {bubbles: true})); true }`, key, words))
}

func TestTheFormSavesItselfAndSurvivesTheEndOfTheSession(t *testing.T) {
	b := openTab(t)
	id := b.file(b.clerk, wording("取水许可"))
	path := "/desk/filing/powers/" + id.String() + "/edit"
	b.as(b.clerk, "normal")
	b.open(path)
	b.write("content", "写到一半的话")
	b.until(`/^已自动保存 \d\d:\d\d:\d\d$/.test(document.querySelector("#saved").textContent)`)
	d, err := inventory.DraftOf(context.Background(), b.DB, b.clerk.ID, id)
	if err != nil || d.Elements.Content != "写到一半的话" {
		t.Fatalf("draft %q, %v", d.Elements.Content, err)
	}
	if eval[int](b, `localStorage.length`) != 0 {
		t.Error("what the house has stays in the browser")
	}
	// The session ends while the person writes on.
	eval[string](b, `document.cookie = "session=gone; path=/"`)
	b.write("content", "登录失效以后的话")
	b.until(`document.querySelector("#saved").textContent.includes("登录已失效")`)
	if link := eval[string](b, `document.querySelector("#saved a").getAttribute("href")`); link != "/sign-in" {
		t.Errorf("where to sign in again: %s", link)
	}
	if n := eval[int](b, `Object.keys(localStorage).filter(k => k.includes("`+id.String()+`")).length`); n != 1 {
		t.Errorf("%d texts kept in the browser", n)
	}
	// Somebody else at the same machine is not offered it.
	b.as(b.colleague, "normal")
	b.open(path)
	if !eval[bool](b, `document.querySelector("#kept").hidden`) {
		t.Error("somebody else's words are offered")
	}
	b.as(b.clerk, "normal")
	b.open(path)
	b.until(`!document.querySelector("#kept").hidden`)
	eval[bool](b, `document.querySelector("[data-put]").click(); true`)
	b.until(`document.querySelector("#saved").textContent.startsWith("已自动保存")`)
	if d, err = inventory.DraftOf(context.Background(), b.DB, b.clerk.ID, id); err != nil || d.Elements.Content != "登录失效以后的话" {
		t.Errorf("draft %q, %v", d.Elements.Content, err)
	}
	if eval[int](b, `localStorage.length`) != 0 {
		t.Error("what the house has stays in the browser")
	}
	// Handing in right after the last key does not race with saving.
	eval[bool](b, `{ const f = document.querySelector("[name=object]"); f.value = "最后一刻"; f.dispatchEvent(new Event("input", {bubbles: true}));
		f.dispatchEvent(new Event("change", {bubbles: true})); const go = document.querySelector("[value=finish]"); go.click(); go.click(); true }`)
	b.until(`location.search === "?done=finished"`)
	if _, v := b.present(id); v.No != 2 || v.Elements.Object != "最后一刻" || v.Elements.Content != "登录失效以后的话" {
		t.Errorf("version %d: %+v", v.No, v.Elements)
	}
	b.open(path)
	if !eval[bool](b, `document.querySelector("#kept").hidden && localStorage.length === 0`) {
		t.Error("what was handed in is offered again")
	}
}

func TestANewPowerIsFoundAgainAfterAReload(t *testing.T) {
	b := openTab(t)
	b.as(b.clerk, "normal")
	b.open("/desk/filing/new")
	b.write("name", "河道采砂许可")
	b.until(`location.search.startsWith("?draft=")`)
	b.open(eval[string](b, `location.pathname + location.search`))
	if got := eval[string](b, `document.querySelector("[name=name]").value`); got != "河道采砂许可" {
		t.Errorf("after a reload the form says %q", got)
	}
}

// violation is what axe reports.
type violation struct {
	ID, Impact, Help string
	Nodes            []struct{ HTML, FailureSummary string }
}

// TestPagesInABrowser opens every page in the three modes and two widths: axe finds
// nothing, nothing overflows sideways. QINGDAN_PICTURES names a folder for pictures.
func TestPagesInABrowser(t *testing.T) {
	axe, err := os.ReadFile("../../node_modules/axe-core/axe.min.js")
	if err != nil {
		need(t, "internal/web/node_modules/axe-core（npm ci）")
	}
	b := openTab(t)
	pages := b.pages()
	for _, mode := range []string{"normal", "elder", "contrast"} {
		b.as(b.head, mode)
		for _, width := range []int64{1400, 390} {
			for name, path := range pages {
				must(t, chromedp.Do(b.ctx, chromedp.EmulateViewport(width, 900), chromedp.Navigate(b.base+path)))
				// Colours and structure differ by mode, layout by width: axe need
				// not see every combination.
				code := string(axe)
				if mode != "normal" && width == 390 {
					code = ""
				}
				b.inspect(fmt.Sprintf("%s-%s-%d", name, mode, width), code)
			}
		}
	}
}

// inspect holds the page that is open against axe and the width of the window.
func (b tab) inspect(name, axe string) {
	b.Helper()
	if over := eval[int](b, `document.documentElement.scrollWidth - document.documentElement.clientWidth`); over > 0 {
		b.Errorf("%s: %d px too wide", name, over)
	}
	if axe != "" {
		found, err := chromedp.Run(b.ctx, chromedp.Evaluate[[]violation](axe+`;axe.run(document, {resultTypes: ["violations"]}).then(r =>
			r.violations.map(v => ({ID: v.id, Impact: v.impact, Help: v.help, Nodes: v.nodes.map(n => ({HTML: n.html, FailureSummary: n.failureSummary}))})))`, chromedp.EvalAwaitPromise))
		must(b.T, err)
		for _, v := range found {
			b.Errorf("%s: axe %s (%s): %s\n  %s\n  %s", name, v.ID, v.Impact, v.Help, v.Nodes[0].HTML, v.Nodes[0].FailureSummary)
		}
	}
	if dir := os.Getenv("QINGDAN_PICTURES"); dir != "" {
		png, err := chromedp.Run(b.ctx, chromedp.FullScreenshot(100))
		must(b.T, err)
		must(b.T, os.WriteFile(filepath.Join(dir, "filing-"+name+".png"), png, 0o644))
	}
}

// TestSigningAndBothTextsInABrowser looks at the pages that come only while
// something is done.
func TestSigningAndBothTextsInABrowser(t *testing.T) {
	axe, err := os.ReadFile("../../node_modules/axe-core/axe.min.js")
	if err != nil {
		need(t, "internal/web/node_modules/axe-core（npm ci）")
	}
	b := openTab(t)
	id := b.file(b.clerk, wording("取水许可"))
	b.as(b.head, "normal")
	must(t, chromedp.Do(b.ctx, chromedp.EmulateViewport(1400, 900)))
	b.open("/desk/filing/handup")
	b.inspect("sign", string(axe))
	path := "/desk/filing/powers/" + id.String() + "/edit"
	b.open(path)
	if a := b.Post(b.colleague, path, copied(form(t, b.page(b.colleague, path)), "content", "李写的行使内容", "object", "李写的服务对象", "then", "finish")); a.Status != http.StatusSeeOther {
		t.Fatalf("%d", a.Status)
	}
	b.write("content", "王写的行使内容")
	b.until(`document.querySelector("#saved").textContent.startsWith("已自动保存")`)
	eval[bool](b, `document.querySelector("[value=finish]").click(); true`)
	b.until(`document.querySelectorAll(".contest").length === 2`)
	b.inspect("conflict", string(axe))
	must(t, chromedp.Do(b.ctx, chromedp.EmulateViewport(390, 900)))
	b.inspect("conflict-390", "")
	eval[bool](b, `document.querySelector("[name='pick.content'][value=mine]").click(); document.querySelector(".confirm-bar button").click(); true`)
	b.until(`document.querySelector(".told.ok")?.textContent.includes("已按你的选择合并")`)
	eval[bool](b, `document.querySelector("[value=finish]").click(); true`)
	b.until(`location.search === "?done=finished"`)
	if _, v := b.present(id); v.Elements.Content != "王写的行使内容" || v.Elements.Object != "李写的服务对象" {
		t.Errorf("%+v", v.Elements)
	}
}

// pages makes one of every kind of page and names its address.
func (b tab) pages() map[string]string {
	b.Helper()
	for _, n := range []string{"取水许可", "医疗机构执业登记", "公共场所卫生许可"} {
		w := wording(n)
		if n == "公共场所卫生许可" {
			w.Elements.Duty, w.Elements.Complaint = "", ""
		}
		b.file(b.clerk, w)
	}
	bad := book(b.T, []any{"行政审批", "", "", "示例市卫生健康委员会", "《水法》第七条", "", "", "", "尽快"}, []any{"行政审批", "", "河道采砂许可", "示例市水利局", "《水法》第三十九条"})
	dry := b.send(b.head, "/desk/filing/import", "填报.xlsx", bad).Location
	b.wait(b.head, dry)
	signing := "/desk/filing/handup"
	s := b.up()
	b.down(s, "所列依据没有写到条款项，请补充设定许可的条款。")
	o := b.said()[0]
	power := "/desk/filing/powers/" + o.Power.String()
	v := copied(form(b.T, b.page(b.head, power+"/edit")), "content", "我写的行使内容", "promised", "尽快", "name", "")
	if status, _ := b.save(b.head, power+"/draft", v); status != http.StatusOK {
		b.Fatalf("draft: %d", status)
	}
	if a := b.send(b.head, power+"/attachments", "省政府批复.pdf", pdf()); a.Status != http.StatusSeeOther {
		b.Fatalf("attachment: %d", a.Status)
	}
	edit := power + "/edit"
	return map[string]string{
		"list": "/desk/filing", "none": "/desk/filing?q=zzz", "power": power, "edit": edit, "new": "/desk/filing/new", "import": "/desk/filing/import", "dryrun": dry,
		"opinions": "/desk/filing/opinions", "opinion": "/desk/filing/opinions/" + o.ID.String() + "?state=issued", "handup": signing,
		"receipt": "/desk/filing/submissions/" + s.ID.String(), "report": "/desk/filing/submissions/" + s.ID.String() + "/print",
		"feedback": "/desk/filing/submissions/" + s.ID.String() + "/feedback",
	}
}

// TestPapersFitOnA4 prints both forms: no empty page comes out, and a short list
// needs no more than two.
func TestPapersFitOnA4(t *testing.T) {
	b := openTab(t)
	b.file(b.clerk, wording("取水许可"))
	s := b.up()
	b.down(s, "所列依据没有写到条款项，请补充设定许可的条款。")
	b.as(b.head, "normal")
	for _, name := range []string{"print", "feedback"} {
		b.open("/desk/filing/submissions/" + s.ID.String() + "/" + name)
		if shown := eval[bool](b, `document.querySelector(".qr").naturalWidth > 0`); !shown {
			t.Errorf("%s: no QR code", name)
		}
		out := b.print()
		if dir := os.Getenv("QINGDAN_PICTURES"); dir != "" {
			must(t, os.WriteFile(filepath.Join(dir, "filing-"+name+".pdf"), out, 0o644))
		}
		if n := strings.Count(string(out), "/Type /Page\n"); n != 1 {
			t.Errorf("%s: %d pages", name, n)
		}
	}
}

// print gives the page as a PDF, on paper as its style sheet says.
func (b tab) print() []byte {
	b.Helper()
	yes := true
	r, err := chromedp.Call(b.ctx, page.PrintToPDF, page.PrintToPDFParams{PreferCSSPageSize: &yes})
	must(b.T, err)
	return r.Data
}
