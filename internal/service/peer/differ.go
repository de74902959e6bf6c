package peer

import (
	"crypto/sha256"
	"fmt"
	"strings"

	"qingdan/internal/engine/citation"
	"qingdan/internal/engine/hanzi"
	"qingdan/internal/engine/match"
	"qingdan/internal/platform/sqldb"
)

// differences gives the worklist of an alignment.
func differences(id sqldb.ID, mine []ours, other []theirs, a match.Alignment, g guide) []Difference {
	var out []Difference
	paired, met := make([]bool, len(mine)), make([]bool, len(other))
	near := map[int]match.Pair{}
	nearOurs := map[int]match.Pair{}
	for _, p := range a.Near {
		if best, ok := near[p.B]; !ok || p.Score > best.Score {
			near[p.B] = p
		}
		if best, ok := nearOurs[p.A]; !ok || p.Score > best.Score {
			nearOurs[p.A] = p
		}
	}
	for _, p := range a.Pairs {
		paired[p.A], met[p.B] = true, true
		o, t := mine[p.A], other[p.B]
		if o.left() {
			d := here(t, g) // an exited power: not a match, but worth knowing
			d.Power, d.Version, d.Department = o.change.Power, o.change.Version, o.change.Department
			d.Note = "我方曾有“" + o.change.Name + "”，现处于“" + o.change.State.Label() + "”"
			out = append(out, d)
			continue
		}
		out = append(out, pairDifferences(o, t, p.Likeness)...)
	}
	for i, t := range other {
		if met[i] {
			continue
		}
		d := here(t, g)
		if p, ok := near[i]; ok {
			d.Score = thousandths(p.Score)
			d.Note = join(d.Note, "最接近的是“"+mine[p.A].change.Name+"”（"+strings.Join(p.Reasons, "；")+"）")
		}
		out = append(out, d)
	}
	for i, o := range mine {
		if paired[i] || o.left() {
			continue
		}
		d := of(o)
		d.Kind = MissingThere
		d.Ours = o.change.Name
		if p, ok := nearOurs[i]; ok {
			d.Score = thousandths(p.Score)
			d.Note = "最接近的是“" + other[p.B].item.Name + "”（" + strings.Join(p.Reasons, "；") + "）"
		}
		out = append(out, d)
	}
	for i := range out {
		out[i].finish(id)
	}
	return out
}

// here is an item that we have not.
func here(t theirs, g guide) Difference {
	d := Difference{Kind: MissingHere, Item: t.key, Seq: t.item.Seq, Name: t.item.Name, Category: t.item.Category, Theirs: t.item.Name}
	d.Department, d.Note = g.suggest(t)
	return d
}

func of(o ours) Difference {
	c := o.change
	return Difference{Power: c.Power, Version: c.Version, Department: c.Department, Name: c.Name, Category: string(c.Category)}
}

// pairDifferences gives what differs between a power and an item that are one
// matter.
func pairDifferences(o ours, t theirs, l match.Likeness) []Difference {
	base := of(o)
	base.Item, base.Seq, base.Score, base.Note = t.key, t.item.Seq, thousandths(l.Score), strings.Join(l.Reasons, "；")
	var out []Difference
	add := func(k Kind, ours, theirs string) {
		d := base
		d.Kind, d.Ours, d.Theirs = k, ours, theirs
		out = append(out, d)
	}
	if !l.SameName {
		add(NameDiffers, o.change.Name, t.item.Name)
	}
	if l.Category == match.Different {
		add(CategoryDiffers, string(o.change.Category), t.item.Category)
	}
	// One article in common is enough, and every place has local laws of its own.
	if l.Basis == match.OtherLaw || l.Basis == match.SameLaw {
		add(BasisDiffers, cited(o.refs), cited(t.refs))
	}
	if a, b := levels(o.level), levels(t.item.Level); a != 0 && b != 0 && a&b == 0 {
		add(LevelDiffers, o.level, t.item.Level)
	}
	return out
}

// cited lists citations in the official form, each once.
func cited(refs []citation.Ref) string {
	var out []string
	seen := map[string]bool{}
	for _, r := range refs {
		if s := r.String(); !seen[s] {
			seen[s] = true
			out = append(out, s)
		}
	}
	return strings.Join(out, "；")
}

// levels reads the levels that a text names, as bits; 0 for none.
func levels(s string) int {
	bits := 0
	for i, words := range [][]string{{"国家", "国务院", "中央"}, {"省", "自治区", "直辖"}, {"市级", "设区的市", "市本级", "地市", "市、", "市（"}, {"县", "区级", "市辖区"}, {"乡", "镇", "街道"}} {
		for _, w := range words {
			if strings.Contains(s+"、", w) {
				bits |= 1 << i
			}
		}
	}
	return bits
}

func thousandths(f float64) int { return int(f*1000 + 0.5) }

func join(a, b string) string {
	if a == "" {
		return b
	}
	return a + "。" + b
}

// finish gives a difference its list, its identity, which follows from what it
// is about, and its place: by kind, then by name.
func (d *Difference) finish(list sqldb.ID) {
	sum := sha256.Sum256([]byte(list.String() + "\n" + string(d.Kind) + "\n" + d.Item + "\n" + d.Power.String()))
	d.List, d.ID, d.State = list, sqldb.ID(sum[:16]), Open
	for i, k := range Kinds() {
		if k == d.Kind {
			d.order = fmt.Sprint(i) + " " + hanzi.PinyinKey(d.Name)
		}
	}
}
