package admin_test

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/chromedp"

	"qingdan/internal/platform/sqldb"
	"qingdan/internal/registry/people"
	"qingdan/internal/testkit"
	"qingdan/internal/web/staff/stafftest"
	"qingdan/internal/web/ui"
)

func TestShots(t *testing.T) {
	out := os.Getenv("SHOTS")
	if out == "" {
		t.Skip()
	}
	db, l := testkit.Open(t, sqldb.SQLite)
	h := openHall(t, db, l)
	for i := range 8 {
		h.Add(stafftest.Person{Login: fmt.Sprintf("clerk%02d", i), Name: "张三丰", Department: []sqldb.ID{h.water, h.health}[i%2], Roles: []people.Role{people.Clerk}})
	}
	for i := range 5 {
		h.attempt("clerk", "wrong", fmt.Sprintf("192.0.2.%d", 10+i))
	}
	h.Post(h.security, "/admin/security/accounts/"+h.clerk.ID.String()+"/password", pairs("sure", "1"))
	for i := range 6 {
		h.attempt("clerk", "wrong", fmt.Sprintf("192.0.2.%d", 10+i))
	}
	h.attempt("nobody", "wrong", "192.0.2.44")
	h.Post(h.system, "/admin/people/"+h.clerk.ID.String(), pairs("reason", "核对账号归属"))
	assets, err := ui.NewAssets(nil)
	h.must(err)
	mux := http.NewServeMux()
	mux.Handle("GET /static/", assets)
	mux.Handle("GET /static/staff/", h.Site)
	mux.Handle("/", h.Site)
	srv := httptest.NewServer(mux)
	defer srv.Close()
	opts := append(chromedp.DefaultExecAllocatorOptions[:], chromedp.ExecPath("/usr/bin/chromium"), chromedp.NoSandbox, chromedp.DisableGPU)
	ctx, stop := chromedp.NewExecAllocator(context.Background(), opts...)
	defer stop()
	ctx, closeTab := chromedp.NewContext(ctx)
	defer closeTab()
	axe, err := os.ReadFile("../node_modules/axe-core/axe.min.js")
	h.must(err)
	id := h.clerk.ID.String()
	for _, c := range []struct {
		name string
		who  *stafftest.Person
		path string
		w    int64
		mode string
		js   string
	}{
		{"accounts", h.system, "/admin/accounts", 1440, "", ""},
		{"accounts-phone", h.system, "/admin/accounts", 390, "", ""},
		{"accounts-elder", h.system, "/admin/accounts", 1280, "elder", ""},
		{"accounts-contrast", h.system, "/admin/accounts", 1280, "contrast", ""},
		{"new", h.system, "/admin/accounts/new", 1280, "", ""},
		{"account", h.system, "/admin/accounts/" + id, 1280, "", ""},
		{"card", h.system, "/admin/people/" + id, 1280, "", ""},
		{"groups", h.system, "/admin/groups", 1280, "", ""},
		{"groups-phone", h.system, "/admin/groups", 390, "", ""},
		{"site", h.system, "/admin/site", 1280, "", ""},
		{"security", h.security, "/admin/security", 1280, "", ""},
		{"held", h.security, "/admin/security/accounts/" + id, 1280, "", ""},
		{"held-phone", h.security, "/admin/security/accounts/" + id, 390, "", ""},
		{"held-contrast", h.security, "/admin/security/accounts/" + id, 1280, "contrast", ""},
		{"rules", h.security, "/admin/security/settings", 1280, "", ""},
		{"permits", h.security, "/admin/security/permits", 1280, "", ""},
		{"permits-phone", h.security, "/admin/security/permits", 390, "", ""},
		{"acts", h.audit, "/admin/audit", 1440, "", ""},
		{"acts-phone", h.audit, "/admin/audit", 390, "", ""},
		{"signins", h.audit, "/admin/audit/sign-ins", 1280, "", ""},
		{"views", h.audit, "/admin/audit/views", 1280, "", ""},
		{"ledger", h.audit, "/admin/audit/ledger", 1280, "", ""},
		{"badform", h.system, "/admin/accounts/new", 1280, "", `document.querySelectorAll("[required]").forEach(x=>x.required=false);document.querySelector("#login").value="张三";document.querySelector("form.answer").submit();true`},
		{"made", h.system, "/admin/accounts/new", 1280, "", `document.querySelector("#login").value="newone";document.querySelector("#name").value="张三";document.querySelector("form.answer").submit();true`},
		{"verified", h.audit, "/admin/audit/ledger", 1280, "", `document.querySelector("form.act-line").submit();true`},
		{"revealed", h.system, "/admin/people/" + id, 1280, "", `document.querySelector("#why").value="核对账号归属";document.querySelector("form.answer").submit();true`},
	} {
		_, err := chromedp.Call(ctx, network.SetCookie, network.SetCookieParams{Name: "session", Value: c.who.Token, URL: srv.URL})
		h.must(err)
		mode := c.mode
		if mode == "" {
			mode = "normal"
		}
		_, err = chromedp.Call(ctx, network.SetCookie, network.SetCookieParams{Name: "view", Value: mode, URL: srv.URL})
		h.must(err)
		_, err = chromedp.Call(ctx, emulation.SetDeviceMetricsOverride, emulation.SetDeviceMetricsOverrideParams{Width: c.w, Height: 900, DeviceScaleFactor: 1, Mobile: c.w < 500})
		h.must(err)
		h.must(chromedp.Do(ctx, chromedp.Navigate(srv.URL+c.path)))
		if c.js != "" {
			_, err := chromedp.Run(ctx, chromedp.Evaluate[bool](c.js))
			h.must(err)
			time.Sleep(700 * time.Millisecond)
		}
		b, err := chromedp.Run(ctx, chromedp.FullScreenshot(100))
		h.must(err)
		h.must(os.WriteFile(out+"/"+c.name+".png", b, 0o644))
		_, err = chromedp.Run(ctx, chromedp.Evaluate[bool](string(axe)+";true"))
		h.must(err)
		wide, err := chromedp.Run(ctx, chromedp.Evaluate[bool](`document.documentElement.scrollWidth > innerWidth`))
		h.must(err)
		if wide {
			t.Errorf("%s scrolls sideways", c.name)
		}
		_, err = chromedp.Run(ctx, chromedp.Evaluate[bool](`window.found=null; axe.run(document,{runOnly:["wcag2a","wcag2aa","wcag21aa","wcag22aa","best-practice"]}).then(r=>{window.found=JSON.stringify(r.violations.map(v=>v.id+": "+v.nodes.map(n=>n.html.slice(0,160)).slice(0,3).join(" ## ")))}); true`))
		h.must(err)
		for range 100 {
			s, err := chromedp.Run(ctx, chromedp.Evaluate[string](`window.found||""`))
			h.must(err)
			if s != "" {
				if s != "[]" {
					t.Errorf("%s: %s", c.name, s)
				}
				break
			}
			time.Sleep(50 * time.Millisecond)
		}
	}
	_ = strings.ToUpper
}
