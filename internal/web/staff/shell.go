package staff

import (
	"embed"
	"net/http"
	"slices"
	"strings"
	"time"

	"qingdan/internal/errs"
	"qingdan/internal/platform/ledger"
	"qingdan/internal/platform/sqldb"
	"qingdan/internal/registry/people"
	"qingdan/internal/web/ui"
)

//go:embed templates/*.html
var templates embed.FS

// Config is what the frame of the staff pages needs; all of it must be set but
// Script, Secure and Clients.
type Config struct {
	DB     *sqldb.DB
	Ledger *ledger.Ledger
	Clock  func() time.Time
	Frame  func(r *http.Request, title, section string) (ui.Frame, error) // of the site
	Script string                                                         // address of the script, empty when it was not built

	// Secure says that browsers come over https, by a proxy that ends it: cookies
	// are then bound to this host and to https.
	Secure bool
	// Clients tells where requests come from.
	Clients ui.Clients
}

// Shell is what surrounds every page of staff: it lets in whoever has a living
// session, holds each route against the permission table, and makes the frame
// with the navigation of the person's roles. It is safe for concurrent use once
// every room has been hung.
type Shell struct {
	cfg    Config
	pages  *ui.Set
	sheets *sheets
	nav    *nav
	own    []string // addresses of style sheets beside the shared ones, see With
}

// New parses the templates of the home page; a broken one is an error.
func New(cfg Config) (*Shell, error) {
	set, err := ui.Parse(templates, "templates")
	if err != nil {
		return nil, errs.Wrap("staff templates", err)
	}
	s := &Shell{cfg: cfg, pages: set, sheets: newSheets(), nav: newNav()}
	s.own = []string{s.sheets.add("staff.css", sheet)}
	return s, nil
}

// With is the shell for a room that has a style sheet of its own: every frame it
// makes names it. Call it while the server is put together, not later.
func (s *Shell) With(name, css string) *Shell {
	room := *s
	room.own = append(slices.Clone(s.own), s.sheets.add(name, css))
	return &room
}

// Frame is the frame of a page of staff: the navigation of what the person may
// do, with the entry of the address section marked; their name; signing out.
// trail leads from the home page to the page before this one.
func (s *Shell) Frame(r *http.Request, who *people.Who, title, section string, trail ...ui.Link) (ui.Frame, error) {
	f, err := s.cfg.Frame(r, title, section)
	f.Script, f.Sheets, f.Home = s.cfg.Script, s.own, HomePath
	f.Nav = nil
	if firstOf(who) == "" {
		f.Nav = s.nav.of(who, section)
	}
	f.Crumbs = trail
	if len(trail) > 0 && trail[0].Href != HomePath {
		f.Crumbs = append([]ui.Link{{Label: homeTitle, Href: HomePath}}, trail...)
	}
	f.Person = &ui.Person{Name: who.Name, Post: post(who), Account: AccountPath, SignOut: SignOutPath}
	f.Keys = keys()
	f.Dense = s.dense(r)
	f.Densities = densities(r, f.Dense)
	return f, err
}

// Outside is the frame of a page for somebody who is not signed in yet, such as
// the sign-in page.
func (s *Shell) Outside(r *http.Request, title string) (ui.Frame, error) {
	f, err := s.cfg.Frame(r, title, "")
	f.Script, f.Sheets = s.cfg.Script, s.own
	f.Nav = []ui.Link{{Label: "公众门户", Href: "/"}}
	return f, err
}

// Show answers with a page under a status. Nobody keeps it: what it shows is
// somebody's work to do now.
func (s *Shell) Show(w http.ResponseWriter, r *http.Request, status int, set *ui.Set, name string, page any) error {
	return s.ShowPart(w, r, status, set, name, "layout", page)
}

// ShowPart answers with one block of a page, for a partial update.
func (s *Shell) ShowPart(w http.ResponseWriter, r *http.Request, status int, set *ui.Set, name, block string, data any) error {
	body, err := set.Part(name, block, data)
	if err != nil {
		return err
	}
	h := w.Header()
	h.Set("Content-Type", "text/html; charset=utf-8")
	h.Set("Cache-Control", "no-store")
	w.WriteHeader(status)
	if r.Method != http.MethodHead {
		// The connection is the reader's; a failed write has nobody to tell.
		_, _ = w.Write(body)
	}
	return nil
}

// Export answers with a workbook of one table: name is that of the sheet and the
// file, what says which rows these are.
func (s *Shell) Export(w http.ResponseWriter, r *http.Request, name, what string, columns []ui.Column, rows func(ui.Adder) error) error {
	f, err := s.cfg.Frame(r, name, "")
	if err != nil {
		return err
	}
	return ui.Sheet{Name: name, What: what, Site: f.Site, Columns: columns}.Send(w, r, rows)
}

// Actor is somebody in the ledger.
func Actor(who *people.Who) ledger.Actor { return who.Actor() }

// post says where somebody works and as what.
func post(who *people.Who) string {
	var parts []string
	if who.DepartmentName != "" {
		parts = append(parts, who.DepartmentName)
	}
	if who.GroupName != "" {
		parts = append(parts, who.GroupName)
	}
	var roles []string
	for _, r := range who.Roles {
		roles = append(roles, r.Label())
	}
	return strings.Join(append(parts, strings.Join(roles, "、")), " ")
}

// keys are the keys that every page of staff has.
func keys() []ui.Key {
	return []ui.Key{
		{Name: "J", Does: "下一项"}, {Name: "K", Does: "上一项"}, {Name: "X", Does: "选中、取消选中"}, {Name: "Enter", Does: "打开"},
		{Name: "/", Does: "到查找或筛选处"}, {Name: "?", Does: "打开、收起这里"},
	}
}
