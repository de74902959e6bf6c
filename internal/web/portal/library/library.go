// Package library answers the public pages of the law library (法规库): the
// list with its search, a law in each of its editions, two editions side by
// side, an article through all editions, who consulted what (查阅记录), and
// what changes of law ask of the departments (依据变动).
//
// Withdrawn texts appear on no page. What is in force is computed for today
// from days and repeals on every reading and stored nowhere.
package library

import (
	"embed"
	"net/http"
	"sync"
	"sync/atomic"

	"qingdan/internal/errs"
	"qingdan/internal/platform/sqldb"
	"qingdan/internal/web/ui"
)

//go:embed templates/*.html
var templates embed.FS

// Config is what the pages need.
type Config struct {
	DB    sqldb.Reader
	Today func() string // civil day of Asia/Shanghai
	Begin func(r *http.Request, title, section string) (ui.Frame, List, error)
	Base  func(r *http.Request) string // https://… of this site, for permanent addresses
}

// List is the list of powers in force as these pages need it; Edition is zero
// before the first.
type List struct {
	Edition     sqldb.ID
	Departments []Department // in the order of pages
}

// Department is a department with the stable part of its address.
type Department struct {
	ID              sqldb.ID
	Key, Name, Href string
}

// department finds a department by its id; one that left has no name.
func (l List) department(id sqldb.ID) Department {
	for _, d := range l.Departments {
		if d.ID == id {
			return d
		}
	}
	return Department{}
}

// Library answers the pages. It is safe for concurrent use; in memory it keeps
// the titles and days of the library, and drops them when a text comes in or
// goes, and the figures of what was consulted until more is.
type Library struct {
	cfg     Config
	pages   *ui.Set
	shelf   atomic.Pointer[shelf]
	reading sync.Mutex // held while the shelf is read anew
	read    atomic.Pointer[consulted]
}

// New parses the templates; a broken one is an error.
func New(cfg Config) (*Library, error) {
	set, err := ui.Parse(templates, "templates")
	if err != nil {
		return nil, errs.Wrap("library templates", err)
	}
	return &Library{cfg: cfg, pages: set}, nil
}

// The addresses that other pages lead to.
const (
	LawsPath     = "/laws"
	ReadingsPath = "/laws/readings"
	ChangesPath  = "/basis-changes"
)

// Routes lists the addresses of the library.
func (l *Library) Routes() []ui.Route {
	return []ui.Route{
		{Pattern: "GET " + LawsPath, Handler: l.laws},
		{Pattern: "GET " + LawsPath + ".xlsx", Handler: l.lawsExport},
		{Pattern: "GET " + ReadingsPath, Handler: l.readings},
		{Pattern: "GET /laws/{id}", Handler: l.law},
		{Pattern: "GET /laws/{id}/compare", Handler: l.compare},
		{Pattern: "GET /laws/{id}/articles/{number}", Handler: l.article},
		{Pattern: "GET /laws/{id}/readings", Handler: l.lawReadings},
		{Pattern: "GET " + ChangesPath, Handler: l.changes},
		{Pattern: "GET " + ChangesPath + ".xlsx", Handler: l.changesExport},
	}
}

// Href is the address of a law.
func Href(document sqldb.ID) string { return "/laws/" + document.String() }

// itemHref is the permanent address of a power.
func itemHref(code string) string { return "/powers/" + code }
