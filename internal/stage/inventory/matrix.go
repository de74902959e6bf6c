package inventory

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"

	"qingdan/internal/engine/citation"
	"qingdan/internal/engine/hanzi"
	"qingdan/internal/errs"
	"qingdan/internal/platform/sqldb"
	"qingdan/internal/registry/org"
	"qingdan/internal/registry/power"
)

// Matrix holds the duties of one department against its powers, both ways: the
// rows of its 三定规定, its powers, and which row carries which power.
type Matrix struct {
	Department sqldb.ID
	Duties     []Duty // in the order of 三定
	Powers     []Held // in the order of the codes
}

// Duty is one row of a 三定规定 with the powers that exercise it. Idle rows have
// none and are for the department to explain; a closing row on whatever else is
// assigned (交办的其他事项) is no duty of its own and never idle.
type Duty struct {
	org.Mandate
	Idle  bool
	Links []DutyLink
}

// Held is one power of the department. Its wording is that of its open change,
// else of the list. Without links no row of 三定 carries it.
type Held struct {
	Power, Change, Version sqldb.ID
	Code, Name             string
	Category               power.Category
	State                  power.State
	Links                  []DutyLink
}

// DutyLink joins a row of 三定 and a power: their places in Matrix, and what the
// match rests on in words.
type DutyLink struct {
	Duty, Power int
	Ground      string
}

// Idle counts the duties that nothing exercises.
func (m Matrix) Idle() int {
	n := 0
	for _, d := range m.Duties {
		if d.Idle {
			n++
		}
	}
	return n
}

// Uncovered counts the powers that no row of 三定 carries. Without 三定 nothing
// can be said, and it is 0.
func (m Matrix) Uncovered() int {
	n := 0
	for _, p := range m.Powers {
		if len(p.Links) == 0 && len(m.Duties) > 0 {
			n++
		}
	}
	return n
}

// MandateMatrix holds the duties and the powers of departments against each
// other, both ways, as they are now; no departments means all that have either.
// The matrices come in the order of the departments' ids. It matches as the
// check does (MandateOf) and judges nothing.
//
// rule:五对照/4 职责与权力对照表：有职无权、有权无职逐条列出
func MandateMatrix(ctx context.Context, r sqldb.Reader, departments ...sqldb.ID) ([]Matrix, error) {
	rows, err := org.Mandates(ctx, r)
	if err != nil {
		return nil, errs.Wrap("mandate matrix", err)
	}
	held, err := readHeld(ctx, r, departments)
	if err != nil {
		return nil, errs.Wrap("mandate matrix", err)
	}
	d := &Desk{mandates: map[sqldb.ID]*mandateBook{}}
	all := map[sqldb.ID]*Matrix{}
	of := func(id sqldb.ID) *Matrix {
		if all[id] == nil {
			all[id] = &Matrix{Department: id}
		}
		return all[id]
	}
	for _, m := range rows {
		if len(departments) > 0 && !slices.Contains(departments, m.Department) {
			continue
		}
		d.addMandate(m)
		x := of(m.Department)
		x.Duties = append(x.Duties, Duty{Mandate: m})
	}
	for _, h := range held {
		x := of(h.department)
		h.Links = d.mandates[h.department].links(h, len(x.Powers))
		for _, l := range h.Links {
			x.Duties[l.Duty].Links = append(x.Duties[l.Duty].Links, l)
		}
		x.Powers = append(x.Powers, h.Held)
	}
	out := make([]Matrix, 0, len(all))
	for _, x := range all {
		for i, duty := range x.Duties {
			x.Duties[i].Idle = len(duty.Links) == 0 && !strings.Contains(duty.Text, "其他事项")
		}
		out = append(out, *x)
	}
	slices.SortFunc(out, func(a, b Matrix) int { return slices.Compare(a.Department[:], b.Department[:]) })
	return out, nil
}

// heldPower is a power with the titles of the laws that it cites.
type heldPower struct {
	Held
	department sqldb.ID
	laws       []string
}

// links gives the rows that carry a power and why, in the order of the rows;
// at is the place of the power in its matrix. A department without 三定 has
// none.
func (b *mandateBook) links(h heldPower, at int) []DutyLink {
	if b == nil {
		return nil
	}
	keys := make([]string, len(h.laws))
	for i, l := range h.laws {
		keys[i] = citation.NormalizeTitle(l)
	}
	var out []DutyLink
	for _, row := range b.match(keys, h.Name) {
		if !slices.ContainsFunc(out, func(l DutyLink) bool { return l.Duty == row }) {
			out = append(out, DutyLink{row, at, b.ground(row, h.laws, keys, h.Name)})
		}
	}
	slices.SortFunc(out, func(a, b DutyLink) int { return cmp.Compare(a.Duty, b.Duty) })
	return out
}

// ground says what the match of a row and a power rests on: a law that both
// name, else the share of the power's name that the row holds.
func (b *mandateBook) ground(row int, laws, keys []string, name string) string {
	for i, k := range keys {
		if slices.Contains(b.byLaw[k], row) {
			return "职责和依据都写明《" + citation.StripEdition(laws[i]) + "》"
		}
	}
	grams, hits := hanzi.Bigrams(name), 0
	for _, g := range grams {
		if slices.Contains(b.byGram[g], row) {
			hits++
		}
	}
	return fmt.Sprintf("事项名称的 %d%% 见于职责文字", 100*hits/max(1, len(grams)))
}
