package peer

import (
	"context"
	"slices"
	"strings"

	"qingdan/internal/engine/citation"
	"qingdan/internal/engine/hanzi"
	"qingdan/internal/engine/match"
	"qingdan/internal/errs"
	"qingdan/internal/platform/sqldb"
	"qingdan/internal/registry/list"
	"qingdan/internal/registry/org"
	"qingdan/internal/registry/power"
)

// ours is one of our powers in the wording that is compared: that under way,
// else that on the list. A power that left keeps its last wording, so that the
// other place's item is not taken for one we forgot.
type ours struct {
	change power.Change
	level  string
	base   string // 基本编码
	body   string // of the department, without the place
	refs   []citation.Ref
}

func (o ours) left() bool { return !o.change.State.Open() && o.change.State != power.Published }

// rank orders the changes of one power by how much they say of it today.
func rank(c power.Change) int {
	switch {
	case c.State.Open() && c.Kind != power.KindCancel:
		return 3
	case c.State == power.Published:
		return 2
	case c.State.Open():
		return 1
	default:
		return 0
	}
}

// readOurs reads the powers of a division in the order of their codes.
func readOurs(ctx context.Context, r sqldb.Reader, division string, departments []org.Department) ([]ours, error) {
	bodies := make(map[sqldb.ID]string, len(departments))
	for _, d := range departments {
		bodies[d.ID] = office(d.Name)
	}
	changes, err := power.Changes(ctx, r)
	if err != nil {
		return nil, err
	}
	best := map[sqldb.ID]power.Change{}
	for _, c := range changes {
		if c.Division != division {
			continue
		}
		b, known := best[c.Power]
		if !known || rank(c) > rank(b) || rank(c) == rank(b) && slices.Compare(c.ID[:], b.ID[:]) > 0 {
			best[c.Power] = c
		}
	}
	out := make([]ours, 0, len(best))
	err = power.Versions(ctx, r, nil, func(_ string, v power.Version) error {
		c, ok := best[v.Power]
		if !ok || c.Version != v.ID {
			return nil
		}
		o := ours{change: c, level: v.Level, base: v.Elements.BaseCode, body: bodies[v.Department]}
		for _, x := range v.Citations {
			o.refs = append(o.refs, x.Ref)
		}
		out = append(out, o)
		return nil
	})
	return out, errs.Wrap("read our powers", err)
}

func (o ours) row() match.Row {
	return match.Row{Name: o.change.Name, Category: string(o.change.Category), Code: o.base, Body: o.body, Basis: o.refs}
}

// theirs is one item of the other list.
type theirs struct {
	item list.Item
	key  string
	refs []citation.Ref
}

func (t theirs) row() match.Row {
	return match.Row{Name: t.item.Name, Category: t.item.Category, Code: t.item.Code, Body: office(t.item.Department), Basis: t.refs}
}

// readTheirs reads a list and gives every item a key by which it is known again
// in a newer state of the list: its code, where no other item has it, else its
// name with its department.
func readTheirs(ctx context.Context, r sqldb.Reader, id sqldb.ID) ([]theirs, error) {
	items, err := list.ItemsOf(ctx, r, id)
	if err != nil {
		return nil, err
	}
	codes := map[string]int{}
	for _, it := range items {
		codes[it.Code]++
	}
	out := make([]theirs, len(items))
	used := map[string]int{}
	for i, it := range items {
		key := hanzi.Fold(it.Name) + "|" + hanzi.Fold(it.Department)
		if it.Code != "" && codes[it.Code] == 1 {
			key = it.Code
		}
		if used[key]++; used[key] > 1 {
			key += strings.Repeat("#", used[key]-1)
		}
		out[i] = theirs{it, key, citation.Parse(it.Basis)}
	}
	return out, nil
}

// rows makes rows to match of either list.
func rows[T interface{ row() match.Row }](list []T) []match.Row {
	out := make([]match.Row, len(list))
	for i, x := range list {
		out[i] = x.row()
	}
	return out
}

// guide suggests the department of an item that we have not.
type guide struct {
	byArticle, byLaw, byMandate map[string]map[sqldb.ID]int
	departments                 []org.Department
}

func newGuide(mine []ours, departments []org.Department, mandates []org.Mandate) guide {
	g := guide{map[string]map[sqldb.ID]int{}, map[string]map[sqldb.ID]int{}, map[string]map[sqldb.ID]int{}, departments}
	for _, o := range mine {
		if o.left() {
			continue
		}
		for _, ref := range o.refs {
			add(g.byLaw, citation.NormalizeTitle(ref.Law), o.change.Department)
			if ref.Article > 0 {
				add(g.byArticle, articleOf(ref), o.change.Department)
			}
		}
	}
	for _, m := range mandates {
		for _, ref := range citation.Parse(m.Text + "\n" + m.Basis) {
			if ref.Law != "" && !ref.Self {
				add(g.byMandate, citation.NormalizeTitle(ref.Law), m.Department)
			}
		}
	}
	return g
}

func add(to map[string]map[sqldb.ID]int, key string, department sqldb.ID) {
	if to[key] == nil {
		to[key] = map[sqldb.ID]int{}
	}
	to[key][department]++
}

func articleOf(r citation.Ref) string {
	return citation.Ref{Law: citation.NormalizeTitle(r.Law), Article: r.Article, ArticleSub: r.ArticleSub}.String()
}

// suggest gives the department that most likely holds an item, and why; zero
// where nothing points to one.
func (g guide) suggest(t theirs) (sqldb.ID, string) {
	for _, ref := range t.refs {
		if ref.Article == 0 {
			continue
		}
		if id := most(g.byArticle[articleOf(ref)]); !id.IsZero() {
			return id, "我方依据《" + ref.Law + "》同一条的事项在该部门"
		}
	}
	for _, ref := range t.refs {
		if id := most(g.byMandate[citation.NormalizeTitle(ref.Law)]); !id.IsZero() {
			return id, "该部门的三定规定写明负责《" + ref.Law + "》"
		}
	}
	for _, ref := range t.refs {
		if id := most(g.byLaw[citation.NormalizeTitle(ref.Law)]); !id.IsZero() {
			return id, "我方依据《" + ref.Law + "》的事项多在该部门"
		}
	}
	if id := g.byName(t.item.Department); !id.IsZero() {
		return id, "与对方的" + t.item.Department + "名称相近"
	}
	return sqldb.ID{}, ""
}

// most gives the department with the most entries, the one with the smaller id
// among equals.
func most(counts map[sqldb.ID]int) sqldb.ID {
	var best sqldb.ID
	for id, n := range counts {
		if n > counts[best] || n == counts[best] && slices.Compare(id[:], best[:]) < 0 {
			best = id
		}
	}
	return best
}

// officeIsSame is how alike two names of offices without their places must be.
const officeIsSame = 0.8

// byName gives the department whose name without its place is most like another
// place's.
func (g guide) byName(name string) sqldb.ID {
	var best sqldb.ID
	score := officeIsSame
	words := hanzi.Bigrams(office(name))
	for _, d := range g.departments {
		if s := hanzi.Similar(words, hanzi.Bigrams(office(d.Name))); s > score {
			best, score = d.ID, s
		}
	}
	return best
}

// office is the name of a body without the place: 聊城市水利局 is 水利局.
func office(name string) string {
	for _, end := range []string{"自治州", "自治县", "省", "市", "县", "区"} {
		head, rest, ok := strings.Cut(name, end)
		if ok && len([]rune(head)) <= 5 && len([]rune(rest)) >= 2 {
			return rest
		}
	}
	return name
}
