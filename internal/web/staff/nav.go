package staff

import (
	"net/http"
	"net/url"
	"slices"
	"strings"

	"qingdan/internal/registry/people"
	"qingdan/internal/web/ui"
)

// The addresses that the frame itself leads to.
const (
	HomePath    = "/work"
	SignInPath  = "/sign-in"
	CodePath    = "/sign-in/code"
	SignOutPath = "/sign-out"
	AccountPath = "/account"

	PasswordPath = "/account/password"
	FactorPath   = "/account/factor"
)

const homeTitle = "待办"

// entry is one entry of the navigation: for whom it is, beside what the route
// under its address asks.
type entry struct {
	label, href string
	roles       []people.Role // nil: whoever may
}

// entries are the entries of the navigation in their order. One that no room
// has hung is left out.
func entries() []entry {
	departmental := []people.Role{people.Clerk, people.Head, people.Window, people.Officer}
	review := []people.Role{people.Reviewer, people.GroupLeader, people.Leading, people.Legal, people.Supervisor}
	return []entry{
		{homeTitle, HomePath, nil},
		{"清权填报", "/desk/filing", departmental},
		{"审核意见", "/desk/filing/opinions", departmental},
		{"自查上报", "/desk/filing/handup", departmental},
		{"审核队列", "/audit/queue", review},
		{"两摸清", "/audit/board", review},
		{"职责对照", "/audit/mandates", review},
		{"三上三下", "/rounds", review},
		{"分歧裁定", "/rounds/disputes", review},
		{"重叠事项", "/overlaps", nil},
		{"外地对照", "/audit/peers", review},
		{"锁定基数", "/audit/baseline", nil},
		{"减权", "/cuts", nil},
		{"征求意见", "/consult", nil},
		{"下放承接", "/handovers", nil},
		{"依据变动", "/desk/impact", nil},
		{"缺漏对照", "/desk/gaps", nil},
		{"百姓说法", "/words", nil},
		{"账号", "/admin/accounts", nil},
		{"审核小组", "/admin/groups", nil},
		{"安全管理", "/admin/security", nil},
		{"审计", "/admin/audit", nil},
	}
}

// nav is the navigation: the pages that are hung, with what they ask.
type nav struct {
	pages *http.ServeMux // of every GET route, to find which one an address leads to
	asks  map[string]people.Action
}

func newNav() *nav { return &nav{http.NewServeMux(), map[string]people.Action{}} }

// hang takes over the pages of a room.
func (n *nav) hang(routes []Route) {
	for _, r := range routes {
		if strings.HasPrefix(r.Pattern, "GET ") {
			n.pages.Handle(r.Pattern, http.NotFoundHandler())
			n.asks[r.Pattern] = r.Action
		}
	}
}

// link gives an address back when it leads to a page that the person may open,
// else "".
func (n *nav) link(who *people.Who, href string) string {
	u, err := url.Parse(href)
	if err != nil || href == "" {
		return ""
	}
	_, pattern := n.pages.Handler(&http.Request{Method: http.MethodGet, URL: u})
	action, ok := n.asks[pattern]
	if !ok || who.May(action) != nil {
		return ""
	}
	return href
}

// of gives the navigation of a person. The entry whose address begins section
// longest is marked.
func (n *nav) of(who *people.Who, section string) []ui.Link {
	var out []ui.Link
	marked := -1
	for _, e := range entries() {
		if n.link(who, e.href) == "" || e.roles != nil && !slices.ContainsFunc(e.roles, who.Is) {
			continue
		}
		out = append(out, ui.Link{Label: e.label, Href: e.href})
		if under(section, e.href) && (marked < 0 || len(e.href) > len(out[marked].Href)) {
			marked = len(out) - 1
		}
	}
	if marked >= 0 {
		out[marked].Current = true
	}
	return out
}

// under says whether a path is an address or below it.
func under(path, address string) bool {
	return path == address || strings.HasPrefix(path, address+"/")
}
