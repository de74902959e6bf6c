package ui

import (
	"net/http"
	"net/url"
	"strings"
)

// Site is the government whose pages these are. Notice is the sentence that
// every page, print and export carries while the data is a demonstration;
// empty for real data.
type Site struct {
	Division string
	Name     string
	Sponsor  string
	Hotline  string
	Notice   string
}

// Mode is the reader's choice of presentation, made on the server.
type Mode string

// The three presentations.
const (
	Normal   Mode = "normal"   // 标准
	Elder    Mode = "elder"    // 长辈版: large text, more room between lines
	Contrast Mode = "contrast" // 高对比: light on black
)

// ModeCookie names the cookie that keeps the Mode. It holds nothing else.
const ModeCookie = "view"

// ParseMode reads a mode; any other word is Normal.
func ParseMode(s string) Mode {
	switch m := Mode(s); m {
	case Elder, Contrast:
		return m
	default:
		return Normal
	}
}

// ModeOf reads the reader's choice from the cookie.
func ModeOf(r *http.Request) Mode {
	c, err := r.Cookie(ModeCookie)
	if err != nil {
		return Normal
	}
	return ParseMode(c.Value)
}

// Link is one link of a navigation, a trail or a choice.
type Link struct {
	Label   string
	Href    string
	Count   int  // shown when HasNum
	Current bool // the page or choice the reader is on
	HasNum  bool
}

// Frame is what the layout needs around every page. Pages embed it.
type Frame struct {
	Title  string
	Site   Site
	Mode   Mode
	Modes  []Link
	Nav    []Link
	Crumbs []Link // from the home page down to the page before this one
	Words  string // what was searched for, shown again in the search field
	Style  string // address of the style sheet
	Icon   string
	Script string // address of the script; empty where a page does without, and when it was not built
	Wide   bool   // the home page: its first band is full width

	// Pages of staff only.
	Home      string   // where the name of the site leads; empty: to the first page of all
	Sheets    []string // addresses of more style sheets
	Person    *Person  // who is signed in
	Keys      []Key    // keys of the page beside those that every page of staff has
	Dense     bool     // lists with little room between the rows
	Densities []Link   // the choice of that, for pages with a list; see the part "density"
}

// Person is who is signed in, at the head of every page of staff.
type Person struct {
	Name, Post string // Post: department or group, and the roles
	Account    string // address of the own account
	SignOut    string // where the form for signing out goes
}

// Key is a key of the keyboard and what it does.
type Key struct{ Name, Does string }

// NewFrame fills the frame for a request. section is the address of the
// navigation entry the page belongs to.
func NewFrame(r *http.Request, site Site, assets *Assets, title, section string) Frame {
	f := Frame{
		Title: title, Site: site, Mode: ModeOf(r),
		Style: assets.Style(), Icon: assets.Icon(),
	}
	for _, n := range []Link{
		{Label: "首页", Href: "/"},
		{Label: "权力清单", Href: "/powers"},
		{Label: "部门", Href: "/departments"},
		{Label: "法规库", Href: "/laws"},
		{Label: "版本与变更", Href: "/editions"},
		{Label: "依据变动", Href: "/basis-changes"},
		{Label: "家底数字", Href: "/figures"},
		{Label: "征求意见", Href: "/consultations"},
		{Label: "热点问答", Href: "/hot"},
		{Label: "搜索", Href: "/search"},
	} {
		n.Current = n.Href == section
		f.Nav = append(f.Nav, n)
	}
	back := url.QueryEscape(r.URL.RequestURI())
	if len(back) > 1024 {
		back = "/"
	}
	for _, m := range []struct {
		mode  Mode
		label string
	}{{Normal, "标准"}, {Elder, "长辈版"}, {Contrast, "高对比"}} {
		f.Modes = append(f.Modes, Link{Label: m.label, Href: "/view?mode=" + string(m.mode) + "&back=" + back, Current: m.mode == f.Mode})
	}
	return f
}

// Trail sets the way from the home page to the page before this one.
func (f Frame) Trail(links ...Link) Frame {
	f.Crumbs = append([]Link{{Label: "首页", Href: "/"}}, links...)
	return f
}

// LocalPath says whether an address stays on this site, so that a redirect to
// it cannot be abused.
func LocalPath(s string) bool {
	if !strings.HasPrefix(s, "/") || strings.HasPrefix(s, "//") || strings.ContainsAny(s, "\\\r\n\t") {
		return false
	}
	u, err := url.Parse(s)
	return err == nil && u.Host == "" && u.Scheme == ""
}

// Handler answers a request or says why it cannot: one adapter turns the
// error into a page.
type Handler func(w http.ResponseWriter, r *http.Request) error

// Route is a pattern of net/http.ServeMux with its handler.
type Route struct {
	Pattern string
	Handler Handler
}
