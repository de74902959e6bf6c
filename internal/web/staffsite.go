package web

import (
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"strings"

	"qingdan/internal/errs"
	"qingdan/internal/platform/blob"
	"qingdan/internal/platform/job"
	"qingdan/internal/platform/ledger"
	"qingdan/internal/platform/session"
	"qingdan/internal/platform/sqldb"
	"qingdan/internal/web/account"
	"qingdan/internal/web/staff"
	"qingdan/internal/web/ui"
)

// StaffConfig is what the site for staff (工作台) needs beside Config, whose DB,
// Ledger and Clients it takes the place of.
type StaffConfig struct {
	DB       *sqldb.DB
	Ledger   *ledger.Ledger
	Gate     *session.Gate
	Blobs    blob.Store
	Jobs     *job.Runner
	URL      string           // https://… under which a proxy shows the site; empty: this machine only
	Proxies  []netip.Prefix   // where that proxy is, beside this machine
	Provider account.Provider // who else may prove somebody; zero for nobody
}

// Staff is the site for staff: the desks of every role behind one guard, with
// the public pages beside, so that links to laws and powers lead somewhere.
type Staff struct {
	handler http.Handler
	routes  []staff.Route
}

// NewStaff makes the site. It answers only what was asked of a loopback address
// or of the host of StaffConfig.URL: a page of another site that has its name
// resolved to this machine gets nothing.
func NewStaff(cfg Config, d StaffConfig) (*Staff, error) {
	host, err := StaffHost(d.URL)
	if err != nil {
		return nil, err
	}
	cfg.DB, cfg.Ledger = d.DB, d.Ledger
	cfg.Clients = ui.Clients{Proxied: d.URL != "", Proxies: d.Proxies}
	s, err := newServer(cfg)
	if err != nil {
		return nil, err
	}
	s.secure = d.URL != ""
	shell, err := staff.New(staff.Config{DB: d.DB, Ledger: d.Ledger, Clock: cfg.Clock, Frame: s.frame, Script: s.assets.Script(),
		Secure: s.secure, Clients: cfg.Clients})
	if err != nil {
		return nil, err
	}
	s.shell = shell
	open, err := s.public()
	if err != nil {
		return nil, err
	}
	own, err := account.New(account.Config{DB: d.DB, Gate: d.Gate, Shell: shell, Clock: cfg.Clock, BaseURL: d.URL, Provider: d.Provider})
	if err != nil {
		return nil, err
	}
	routes, err := rooms(cfg, d, shell)
	if err != nil {
		return nil, err
	}
	routes = append(append(shell.Routes(), own.Routes()...), routes...)
	open = append(append(open, shell.Public()...), own.Public()...)
	open = append(open, ui.Route{Pattern: "GET /desk", Handler: s.oldDesk})
	return &Staff{s.hosted(host, s.handler(append(open, shell.Hang(routes)...))), routes}, nil
}

// ServeHTTP answers a request.
func (s *Staff) ServeHTTP(w http.ResponseWriter, r *http.Request) { s.handler.ServeHTTP(w, r) }

// Routes lists the pages behind the guard, each with the action that it needs.
func (s *Staff) Routes() []staff.Route { return s.routes }

// StaffHost is the host of the address under which a proxy shows the site for
// staff, as browsers send it, without the usual port; "" of no address. One that is not https, or names more than a host, is
// Invalid: passwords must not travel in the open, and the site stands at the
// root.
func StaffHost(address string) (string, error) {
	if address == "" {
		return "", nil
	}
	u, err := url.Parse(address)
	if err != nil || u.Scheme != "https" || u.Host == "" || u.User != nil || strings.Trim(u.Path, "/") != "" || u.RawQuery != "" || u.Fragment != "" {
		return "", errs.Invalidf("工作台的对外网址要以 https:// 开头，只写到主机名").At("--desk-url " + address).
			Fix("例如 --desk-url https://gzt.example.gov.cn").Because(err)
	}
	return strings.TrimSuffix(u.Host, ":443"), nil
}

// Loopback says whether a host, with or without a port, names this machine to
// itself alone: localhost or a loopback IP address.
func Loopback(hostport string) bool {
	host, _, err := net.SplitHostPort(hostport)
	if err != nil {
		host = strings.TrimSuffix(strings.TrimPrefix(hostport, "["), "]")
	}
	if strings.EqualFold(host, "localhost") {
		return true
	}
	ip, err := netip.ParseAddr(host)
	return err == nil && ip.IsLoopback()
}

// hosted refuses what was asked of another host than the one given or this
// machine.
func (s *server) hosted(host string, next http.Handler) http.Handler {
	refuse := s.logged(s.headers(s.adapt(func(http.ResponseWriter, *http.Request) error {
		mend := "请在这台机器上用 http://127.0.0.1 开头的地址打开"
		if host != "" {
			mend = "请打开 https://" + host
		}
		return errs.New(errs.Forbidden, "工作台不在这个网址上").Fix(mend)
	})))
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !Loopback(r.Host) && (host == "" || !strings.EqualFold(r.Host, host)) {
			refuse.ServeHTTP(w, r)
			return
		}
		next.ServeHTTP(w, r)
	})
}

// oldDesk leads from where the desk began before there were accounts.
func (s *server) oldDesk(w http.ResponseWriter, r *http.Request) error {
	w.Header().Set("Cache-Control", "no-store")
	http.Redirect(w, r, staff.HomePath, http.StatusSeeOther)
	return nil
}

// frameOf is the frame of an error's page: that of the person who met it, else
// that of the site.
func (s *server) frameOf(r *http.Request, failure *staff.Failure, title string) (ui.Frame, error) {
	if failure == nil || s.shell == nil {
		return s.frame(r, title, "")
	}
	return s.shell.Frame(r, failure.Who, title, "")
}
