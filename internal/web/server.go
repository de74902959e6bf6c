// Package web is the HTTP server: it wires the rooms behind it to addresses,
// turns their errors into pages, and sets what every answer carries.
package web

import (
	"context"
	"embed"
	"io/fs"
	"log/slog"
	"net/http"
	"sync"
	"time"

	"qingdan/internal/errs"
	"qingdan/internal/platform/ledger"
	"qingdan/internal/platform/sqldb"
	"qingdan/internal/registry/org"
	missed "qingdan/internal/service/words"
	"qingdan/internal/web/portal"
	"qingdan/internal/web/staff"
	"qingdan/internal/web/ui"
)

// dist holds the bundled browser parts when they were built. It is empty
// after a bare go build, and the pages then leave the script out.
//
//go:embed all:dist
var dist embed.FS

//go:embed templates/*.html
var templates embed.FS

// Config is what the server needs. DB, Clock and Log must be set.
type Config struct {
	DB      sqldb.Reader
	Ledger  *ledger.Ledger // takes what the public writes; nil: a site that is only read
	Clock   func() time.Time
	Log     *slog.Logger
	BaseURL string     // https://… of this site, for QR codes and permanent addresses; empty: as the request says
	Clients ui.Clients // where requests come from, to limit how often one writes

	Missed *missed.Counter // counts searches of the public that find nothing; nil: none
}

// server holds what the handlers share.
type server struct {
	cfg    Config
	assets *ui.Assets
	pages  *ui.Set
	site   siteCache
	zips   sync.Pool
	shell  *staff.Shell // frame of the pages of staff, nil on the public site
	secure bool         // browsers come over https, by a proxy that ends it
}

// New makes the whole handler: routes, error pages, security headers,
// compression, log. It reads nothing from the database yet; a template that
// does not parse is an error.
func New(cfg Config) (http.Handler, error) {
	s, err := newServer(cfg)
	if err != nil {
		return nil, err
	}
	public, err := s.public()
	if err != nil {
		return nil, err
	}
	return s.handler(public), nil
}

// newServer gathers what the handlers share.
func newServer(cfg Config) (*server, error) {
	script, err := fs.ReadFile(dist, "dist/app.js")
	if err != nil && !errs.Is(err, fs.ErrNotExist) {
		return nil, errs.Wrap("browser parts", err)
	}
	s := &server{cfg: cfg, zips: sync.Pool{New: newZip}}
	if s.assets, err = ui.NewAssets(script); err != nil {
		return nil, errs.Wrap("assets", err)
	}
	if s.pages, err = ui.Parse(templates, "templates"); err != nil {
		return nil, errs.Wrap("templates", err)
	}
	return s, nil
}

// public are the addresses that everybody may ask for.
func (s *server) public() ([]ui.Route, error) {
	p, err := portal.New(portal.Config{DB: s.cfg.DB, Ledger: s.cfg.Ledger, Clock: s.cfg.Clock, Frame: s.frame, Script: s.assets.Script(),
		BaseURL: s.cfg.BaseURL, Clients: s.cfg.Clients, Missed: s.cfg.Missed})
	if err != nil {
		return nil, err
	}
	return append(s.routes(), p.Routes()...), nil
}

// handler hangs routes under their addresses and puts around them what every
// answer needs.
func (s *server) handler(routes []ui.Route) http.Handler {
	mux := http.NewServeMux()
	mux.Handle("GET /static/", s.assets)
	for _, r := range routes {
		mux.Handle(r.Pattern, s.adapt(r.Handler))
	}
	guard := http.NewCrossOriginProtection()
	guard.SetDenyHandler(s.adapt(func(http.ResponseWriter, *http.Request) error {
		return errs.New(errs.Forbidden, "这个请求来自别的网站，没有执行").Fix("请回到本站再操作")
	}))
	return s.logged(s.headers(s.compressed(guard.Handler(mux))))
}

func (s *server) routes() []ui.Route {
	return []ui.Route{
		{Pattern: "GET /healthz", Handler: s.health},
		{Pattern: "GET /robots.txt", Handler: s.robots},
		{Pattern: "GET /view", Handler: s.view},
		{Pattern: "/", Handler: s.missing},
	}
}

// missing answers every address that no room knows.
func (s *server) missing(http.ResponseWriter, *http.Request) error {
	return errs.NotFoundf("没有这个页面").Fix("请核对网址，或者从首页查找")
}

// health answers ok while the database can be read.
func (s *server) health(w http.ResponseWriter, r *http.Request) error {
	if _, err := org.ReadSite(r.Context(), s.cfg.DB); err != nil {
		return errs.New(errs.Unavailable, "数据库暂时不可用").Because(err)
	}
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	w.Header().Set("Cache-Control", "no-store")
	ui.Write(w, r, []byte("ok\n"))
	return nil
}

// robots keeps a demonstration out of search engines, and endless filter
// combinations out of them always.
func (s *server) robots(w http.ResponseWriter, r *http.Request) error {
	site, err := s.readSite(r.Context())
	if err != nil {
		return err
	}
	rules := "User-agent: *\nDisallow: /view\nDisallow: /search\nDisallow: /figures/rows\nDisallow: /figures/gaps?\nDisallow: /powers?\n" +
		"Disallow: /powers/*/extract\nDisallow: /extracts/check\nDisallow: /laws?\nDisallow: /basis-changes?\n" +
		"Disallow: /consultations/*?\nDisallow: /hot?\n"
	if site.Notice != "" {
		rules = "# " + site.Notice + "\nUser-agent: *\nDisallow: /\n"
	}
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	ui.Write(w, r, []byte(rules))
	return nil
}

// view keeps the reader's choice of presentation in a cookie and goes back to
// where the reader was.
func (s *server) view(w http.ResponseWriter, r *http.Request) error {
	q := r.URL.Query()
	http.SetCookie(w, &http.Cookie{Name: ui.ModeCookie, Value: string(ui.ParseMode(q.Get("mode"))), Path: "/",
		MaxAge: 365 * 24 * 3600, HttpOnly: true, SameSite: http.SameSiteLaxMode, Secure: r.TLS != nil || s.secure})
	back := q.Get("back")
	if !ui.LocalPath(back) {
		back = "/"
	}
	w.Header().Set("Cache-Control", "no-store")
	http.Redirect(w, r, back, http.StatusSeeOther)
	return nil
}

// frame is what every page needs around it.
func (s *server) frame(r *http.Request, title, section string) (ui.Frame, error) {
	site, err := s.readSite(r.Context())
	return ui.NewFrame(r, site, s.assets, title, section), err
}

// siteCache keeps the site for a while: it stands on every page and almost
// never changes.
type siteCache struct {
	mu   sync.Mutex
	site ui.Site
	till time.Time
}

// siteAge is how long a change of the site's name may go unseen.
const siteAge = 10 * time.Second

func (s *server) readSite(ctx context.Context) (ui.Site, error) {
	s.site.mu.Lock()
	defer s.site.mu.Unlock()
	now := s.cfg.Clock()
	if now.Before(s.site.till) {
		return s.site.site, nil
	}
	o, err := org.ReadSite(ctx, s.cfg.DB)
	if err != nil {
		return ui.Site{Name: "行政权力运行平台"}, err
	}
	s.site.site = ui.Site{Division: o.Division, Name: o.Name, Sponsor: o.Sponsor, Hotline: o.Hotline, Notice: o.Demo}
	s.site.till = now.Add(siteAge)
	return s.site.site, nil
}
