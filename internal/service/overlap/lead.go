package overlap

import (
	"cmp"
	"fmt"
	"slices"

	"qingdan/internal/engine/citation"
	"qingdan/internal/engine/hanzi"
	"qingdan/internal/engine/match"
	"qingdan/internal/platform/sqldb"
	"qingdan/internal/registry/law"
	"qingdan/internal/registry/org"
	"qingdan/internal/registry/power"
)

// guide knows what speaks for a department as the one to lead.
type guide struct {
	duties map[sqldb.ID][]duty
	onLaw  map[string]map[sqldb.ID]int // live powers by law and department
	levels map[sqldb.ID]law.Level      // highest level that a version rests on
}

// duty is one row of a department's mandate (三定规定).
type duty struct {
	no    int
	text  string
	pairs map[string]bool
	laws  []string
}

func newGuide(powers []live, mandates []org.Mandate, levels map[sqldb.ID]law.Level) guide {
	g := guide{map[sqldb.ID][]duty{}, map[string]map[sqldb.ID]int{}, levels}
	for _, m := range mandates {
		d := duty{no: m.No, text: m.Text, pairs: map[string]bool{}}
		for _, p := range hanzi.Bigrams(m.Text) {
			d.pairs[p] = true
		}
		for _, ref := range citation.Parse(m.Text + "\n" + m.Basis) {
			if ref.Law != "" && !ref.Self {
				d.laws = append(d.laws, citation.NormalizeTitle(ref.Law))
			}
		}
		g.duties[m.Department] = append(g.duties[m.Department], d)
	}
	for _, l := range powers {
		seen := map[string]bool{}
		for _, ref := range l.refs {
			key := citation.NormalizeTitle(ref.Law)
			if key == "" || seen[key] {
				continue
			}
			seen[key] = true
			if g.onLaw[key] == nil {
				g.onLaw[key] = map[sqldb.ID]int{}
			}
			g.onLaw[key][l.v.Department]++
		}
	}
	return g
}

// claim is what speaks for one member's department.
type claim struct {
	at     int // in the group
	cover  float64
	duty   duty
	named  bool // the duty names the law
	level  int  // of the basis, the higher the smaller
	onLaw  int
	listed bool
}

// covers is the share of a name that a duty must hold to speak for its
// department.
const covers = 0.5

// lead suggests the department to lead a group: the one whose mandate covers the
// matter best, then the one with the higher basis, then the one with the most
// powers under that law. Within a department it suggests which power stays.
func (w world) lead(o match.Overlap, g grouped) (department, into sqldb.ID, why string) {
	law := ""
	if o.Place.Law != "" {
		law = citation.NormalizeTitle(o.Place.Law)
	} else if refs := w.powers[o.Head].refs; len(refs) > 0 {
		law = citation.NormalizeTitle(refs[0].Law)
	}
	claims := make([]claim, len(o.Members))
	for i, m := range o.Members {
		claims[i] = w.claim(i, w.powers[m.At], law)
	}
	slices.SortStableFunc(claims, claim.compare)
	best := claims[0]
	m := g.members[best.at]
	if g.Kind == Within {
		return m.Department, m.Power, keepsWhy(best, g)
	}
	// The runner-up is the best of another department.
	next := claims[slices.IndexFunc(claims, func(c claim) bool { return g.members[c.at].Department != m.Department })]
	return m.Department, m.Power, best.against(next, w.lawName(o, law))
}

// claim weighs what speaks for the department of one member.
func (w world) claim(at int, l live, title string) claim {
	c := claim{at: at, level: len(law.Levels()), onLaw: w.guide.onLaw[title][l.v.Department], listed: l.change.State == power.Published}
	if level, known := w.guide.levels[l.v.ID]; known {
		c.level = slices.Index(law.Levels(), level)
	}
	pairs := hanzi.Bigrams(l.v.Name)
	for _, d := range w.guide.duties[l.v.Department] {
		n := 0
		for _, p := range pairs {
			if d.pairs[p] {
				n++
			}
		}
		share, named := float64(n)/float64(max(1, len(pairs))), slices.Contains(d.laws, title) && title != ""
		if share >= covers && share > c.cover && !c.named || named && (!c.named || share > c.cover) {
			c.cover, c.duty, c.named = share, d, named
		}
	}
	return c
}

// compare orders claims, the stronger first.
func (c claim) compare(d claim) int {
	return cmp.Or(flag(d.named)-flag(c.named), cmp.Compare(round(d.cover), round(c.cover)), c.level-d.level, d.onLaw-c.onLaw, flag(d.listed)-flag(c.listed))
}

// round makes coverages that differ by less than a tenth equal.
func round(share float64) int { return int(share*10 + 0.5) }

func flag(b bool) int {
	if b {
		return 1
	}
	return 0
}

// against says in Chinese why a claim is stronger than the next one.
func (c claim) against(next claim, title string) string {
	switch {
	case c.named && (!next.named || round(c.cover) > round(next.cover)):
		return fmt.Sprintf("三定规定第 %d 项写明负责%s：“%s”", c.duty.no, title, clip(c.duty.text))
	case round(c.cover) > round(next.cover):
		return fmt.Sprintf("三定规定第 %d 项与本事项最相符：“%s”", c.duty.no, clip(c.duty.text))
	case c.level < next.level:
		return "所依据的" + string(law.Levels()[c.level]) + "层级较高"
	case c.onLaw > next.onLaw:
		return fmt.Sprintf("依据%s行使的权力有 %d 项，比其他部门多", title, c.onLaw)
	case c.listed && !next.listed:
		return "该部门的事项已经公布"
	default:
		return "各部门的三定规定、依据层级和相关权力数量相当，暂按事项编码在前的列出，请研究确定"
	}
}

// keepsWhy says why a power of one department stays.
func keepsWhy(c claim, g grouped) string {
	if c.listed && slices.ContainsFunc(g.members, func(m Member) bool { return m.State != power.Published }) {
		return "同一部门内重复列出，保留已经公布的一项"
	}
	return "同一部门内重复列出，保留编码在前的一项"
}

// lawName is how a law is called to people.
func (w world) lawName(o match.Overlap, key string) string {
	for _, ref := range w.powers[o.Head].refs {
		if citation.NormalizeTitle(ref.Law) == key {
			return "《" + ref.Law + "》"
		}
	}
	return "该法规"
}

// clip keeps a duty short.
func clip(s string) string {
	if r := []rune(s); len(r) > 48 {
		return string(r[:48]) + "…"
	}
	return s
}
