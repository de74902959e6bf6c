// Package words shows how people speak (百姓说法): what was searched for on the
// public site and not found, each to be given to an item or set aside, and the
// items on the list with the everyday words that their departments keep.
//
// Everything is cut to the scope of people.KeepWords: departments see their own,
// the legal office all, and what belongs to no department yet.
package words

import (
	"cmp"
	"context"
	"embed"
	_ "embed" // the style sheet
	"net/url"
	"slices"
	"strings"

	"qingdan/internal/errs"
	"qingdan/internal/platform/ledger"
	"qingdan/internal/platform/sqldb"
	"qingdan/internal/registry/org"
	"qingdan/internal/registry/people"
	"qingdan/internal/service/words"
	"qingdan/internal/web/staff"
	"qingdan/internal/web/ui"
)

//go:embed templates/*.html
var templates embed.FS

//go:embed assets/words.css
var sheet string

// Config is what the pages need; all of it must be set.
type Config struct {
	DB     *sqldb.DB
	Ledger *ledger.Ledger
	Shell  *staff.Shell
}

// Words answers the pages. It is safe for concurrent use and keeps nothing.
type Words struct {
	cfg   Config
	shell *staff.Shell
	pages *ui.Set
}

// New parses the templates; a broken one is an error.
func New(cfg Config) (*Words, error) {
	set, err := ui.Parse(templates, "templates")
	if err != nil {
		return nil, errs.Wrap("words templates", err)
	}
	return &Words{cfg: cfg, shell: cfg.Shell.With("words.css", sheet), pages: set}, nil
}

// The addresses of the pages.
const (
	Root      = "/words"
	missedAt  = Root + "/missed"
	itemsAt   = Root + "/items"
	title     = "百姓说法"
	itemTitle = "事项的说法"
)

// Routes lists the pages.
func (p *Words) Routes() []staff.Route {
	const keep = people.KeepWords
	return []staff.Route{
		{Pattern: "GET " + Root, Action: keep, Handler: p.list},
		{Pattern: "GET " + Root + "/missed.xlsx", Action: keep, Handler: p.export},
		{Pattern: "GET " + missedAt + "/{id}", Action: keep, Handler: p.one},
		{Pattern: "POST " + missedAt + "/{id}/give", Action: keep, Handler: p.give},
		{Pattern: "POST " + missedAt + "/{id}/dismiss", Action: keep, Handler: p.dismiss},
		{Pattern: "POST " + missedAt + "/{id}/direct", Action: keep, Handler: p.direct},
		{Pattern: "GET " + itemsAt, Action: keep, Handler: p.items},
		{Pattern: "GET " + Root + "/items.xlsx", Action: keep, Handler: p.exportItems},
		{Pattern: "POST " + itemsAt + "/{id}", Action: keep, Handler: p.add},
		{Pattern: "POST " + itemsAt + "/{id}/remove", Action: keep, Handler: p.remove},
	}
}

// scope is how far somebody sees here.
func scope(who *people.Who) people.Scope { return who.Scope(people.KeepWords) }

// tabs lead from one half of the room to the other.
func tabs(items bool) []ui.Link {
	return []ui.Link{{Label: "没查到的说法", Href: Root, Current: !items}, {Label: itemTitle, Href: itemsAt, Current: items}}
}

// filter is what a person chose in either list. Its query string is its
// permanent form: page, export and every act carry the same.
type filter struct {
	State      string // of missed words: "" open, given, dismissed, all; of items: "" all, worded
	Department sqldb.ID
	Undirected bool
	Words      string
}

// The values of parameters beside ids.
const (
	stateAll   = "all"
	worded     = "worded"
	undirected = "none"
)

func parseFilter(q url.Values, s people.Scope, states ...string) (filter, error) {
	f := filter{State: q.Get("state")}
	if f.State != "" && !slices.Contains(states, f.State) {
		return f, errs.Invalidf("筛选条件无效").Fix("请从“百姓说法”重新选择")
	}
	switch d := q.Get("department"); d {
	case "":
	case undirected:
		f.Undirected = true
	default:
		id, err := sqldb.ParseID(d)
		if err != nil || !s.Has(id) {
			return f, people.Unknown()
		}
		f.Department = id
	}
	var err error
	f.Words, err = ui.ParseWords(q.Get("q"))
	return f, err
}

func (f filter) values() url.Values {
	v := url.Values{}
	if f.State != "" {
		v.Set("state", f.State)
	}
	if f.Undirected {
		v.Set("department", undirected)
	} else if !f.Department.IsZero() {
		v.Set("department", f.Department.String())
	}
	if f.Words != "" {
		v.Set("q", f.Words)
	}
	return v
}

func (f filter) at(path string) string { return ui.Address(path, f.values()) }

// with is the address of a path with one more parameter.
func (f filter) with(path, key, value string) string {
	v := f.values()
	v.Set(key, value)
	return ui.Address(path, v)
}

// active lists what is chosen, each with the address without it.
func (f filter) active(path string, n names) []ui.Link {
	var out []ui.Link
	drop := func(chosen bool, label string, without func(*filter)) {
		if chosen {
			g := f
			without(&g)
			out = append(out, ui.Link{Label: label, Href: g.at(path)})
		}
	}
	drop(f.Undirected, n.of(sqldb.ID{}), func(g *filter) { g.Undirected = false })
	drop(!f.Department.IsZero(), n[f.Department], func(g *filter) { g.Department = sqldb.ID{} })
	drop(f.Words != "", "“"+f.Words+"”", func(g *filter) { g.Words = "" })
	return out
}

// said says what the filter leaves, in words; state is the word of its state.
func (f filter) said(state string, n names) string {
	out := []string{state, n[f.Department], f.Words}
	if f.Undirected {
		out[1] = n.of(sqldb.ID{})
	}
	return strings.Join(slices.DeleteFunc(out, func(s string) bool { return s == "" }), "；")
}

// names are the names of the departments.
type names map[sqldb.ID]string

// of is the name of a department; nobody's words say so.
func (n names) of(id sqldb.ID) string {
	if id.IsZero() {
		return "部门未定"
	}
	return n[id]
}

// departments reads the departments in the order of their names.
func (p *Words) departments(ctx context.Context) ([]org.Department, names, error) {
	division, err := org.Here(ctx, p.cfg.DB)
	if err != nil {
		return nil, nil, err
	}
	all, err := org.Departments(ctx, p.cfg.DB, division)
	if err != nil {
		return nil, nil, errs.Wrap("departments", err)
	}
	n := make(names, len(all))
	for _, d := range all {
		n[d.ID] = d.Name
	}
	return all, n, nil
}

// choices are departments with counts to choose from, the largest first.
func choices(counts map[sqldb.ID]int, f filter, n names) []ui.Choice {
	var out []ui.Choice
	for id, c := range counts {
		if id.IsZero() {
			out = append(out, ui.Choice{Value: undirected, Label: n.of(id), Count: c, Selected: f.Undirected})
		} else if n[id] != "" {
			out = append(out, ui.Choice{Value: id.String(), Label: n[id], Count: c, Selected: id == f.Department})
		}
	}
	slices.SortFunc(out, func(a, b ui.Choice) int { return cmp.Or(b.Count-a.Count, cmp.Compare(a.Label, b.Label)) })
	return out
}

// light is the state of missed words in shape, word and colour.
func light(s words.State) ui.Light {
	switch s {
	case words.Given:
		return ui.Light{Tone: "ok", Word: s.Label()}
	case words.Dismissed:
		return ui.Light{Tone: "still", Word: s.Label()}
	default:
		return ui.Light{Tone: "warn", Word: s.Label()}
	}
}
