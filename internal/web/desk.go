package web

import (
	"net/http"
	"strings"

	"qingdan/internal/errs"
	"qingdan/internal/platform/ledger"
	"qingdan/internal/platform/sqldb"
	"qingdan/internal/web/desk"
)

// DeskConfig is what the server of the workbench needs beside Config, whose DB
// it takes the place of.
type DeskConfig struct {
	DB       *sqldb.DB
	Ledger   *ledger.Ledger
	Operator ledger.Actor // whose account acts: the operator of this machine
}

// NewDesk makes the handler of the workbench (工作台) with the public pages
// beside it, so that its links to laws and powers lead somewhere. Whoever
// reaches it acts as the operator. It must be served on a loopback address, and
// it answers only what was asked of one (see Loopback): a page of another site
// that has its name resolved to this machine gets nothing.
func NewDesk(cfg Config, d DeskConfig) (http.Handler, error) {
	cfg.DB = d.DB
	s, err := newServer(cfg)
	if err != nil {
		return nil, err
	}
	s.desk = true
	routes, err := s.public()
	if err != nil {
		return nil, err
	}
	bench, err := desk.New(desk.Config{DB: d.DB, Ledger: d.Ledger, Clock: cfg.Clock, Operator: d.Operator,
		Frame: s.frame, Style: s.assets.Style(), Script: s.assets.Script()})
	if err != nil {
		return nil, err
	}
	return s.local(unkept(s.handler(append(routes, bench.Routes()...)))), nil
}

// local refuses what was not asked of a loopback address.
func (s *server) local(next http.Handler) http.Handler {
	refuse := s.logged(s.headers(s.adapt(func(http.ResponseWriter, *http.Request) error {
		return errs.New(errs.Forbidden, "工作台只在本机使用").Fix("请在这台机器上用 http://127.0.0.1 开头的地址打开")
	})))
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !Loopback(r.Host) {
			refuse.ServeHTTP(w, r)
			return
		}
		next.ServeHTTP(w, r)
	})
}

// ofDesk says whether a request asks for an address of the desk.
func ofDesk(r *http.Request) bool {
	return r.URL.Path == desk.Root || strings.HasPrefix(r.URL.Path, desk.Root+"/")
}

// unkept forbids every cache to keep what the desk answers, whatever the page
// says itself: it shows work to do now.
func unkept(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if ofDesk(r) {
			w = &fleeting{ResponseWriter: w}
		}
		next.ServeHTTP(w, r)
	})
}

// fleeting is an answer that is not kept.
type fleeting struct {
	http.ResponseWriter
	begun bool
}

// WriteHeader sets the header before it goes out.
func (f *fleeting) WriteHeader(status int) {
	if !f.begun {
		f.begun = true
		f.Header().Set("Cache-Control", "no-store")
	}
	f.ResponseWriter.WriteHeader(status)
}

// Write sends the header first.
func (f *fleeting) Write(b []byte) (int, error) {
	if !f.begun {
		f.WriteHeader(http.StatusOK)
	}
	return f.ResponseWriter.Write(b)
}

// Unwrap lets http.ResponseController reach the connection.
func (f *fleeting) Unwrap() http.ResponseWriter { return f.ResponseWriter }
