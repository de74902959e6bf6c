package delegate

import (
	"cmp"
	"slices"

	"qingdan/internal/platform/sqldb"
)

// Holder is a body that exercises a power, or parts of it, for a place on a day.
type Holder struct {
	Body      sqldb.ID
	Name      string
	Place     string // code of the place
	Parts     Parts
	Form      Form     // "" for the department of the list itself
	InNameOf  sqldb.ID // entrusted: the department in whose name it acts and which is liable; such a holder is not the competent body
	Principal string   // its name
	Since     string   // day of hand-over, "" for the department of the list
	Offer     sqldb.ID // zero for the department of the list
	Rule      string   // the recorded rule by which several hold it, "" for a sole holder
}

// Competent says whether the holder is the competent body and not one that acts
// in another's name.
func (h Holder) Competent() bool { return h.InNameOf.IsZero() }

// Gap is a kept power that nobody may exercise for a place, or that several may
// without a rule.
type Gap struct {
	Power      sqldb.ID
	Code, Name string
	Place      string // code
	PlaceName  string
	Holders    []Holder // none, or those that collide
}

// Words says what is wrong.
func (g Gap) Words() string {
	if len(g.Holders) == 0 {
		return "没有行使主体"
	}
	return "几个主体同时行使，没有写明怎样分工"
}

// held is a power with what says who exercises it.
type held struct {
	power sqldb.ID
	owner sqldb.ID // the department of its wording
	kept  bool     // somebody must exercise it
	into  *held    // the power that it was merged into, whose holders have what was not handed over before
}

// grant is what a finished hand-over gives to a body from a day on.
type grant struct {
	offer, body sqldb.ID
	place       string
	scope       Scope
	form        Form
	parts       Parts
	joint       string // rule and note, "" for the receiver alone
	from, to    string // to is the first day on which it does not hold any more
}

// shared is a recorded boundary with a rule by which two departments hold a
// power.
type shared struct {
	left, right sqldb.ID
	rule        string
	from, to    string
}

// body is a department as the derivation needs it.
type body struct {
	name      string
	from, to  string
	successor sqldb.ID
}

// world is all that decides who holds what: the pure side of Holders.
type world struct {
	bodies map[sqldb.ID]body
	grants map[sqldb.ID][]grant  // by power
	shared map[sqldb.ID][]shared // by power
}

// on gives the body that answers for a department on a day: itself, or the one
// that took over from it, along the chain. ok is false when nobody does.
func (w world) on(id sqldb.ID, day string) (sqldb.ID, bool) {
	for range len(w.bodies) + 1 {
		b, ok := w.bodies[id]
		if !ok || b.from > day {
			return id, false
		}
		if b.to == "" || day < b.to {
			return id, true
		}
		id = b.successor
	}
	return id, false
}

// within says whether a day lies in [from, to).
func within(day, from, to string) bool {
	return from != "" && from <= day && (to == "" || day < to)
}

// holders derives who exercises a power for a place on a day. The department of
// the list, or who took over from it, is competent for whatever no finished
// hand-over by statute or superior decision took from it: an offer, an
// acceptance, a receiver that no longer exists take nothing. By entrusting a
// receiver acts in its name beside it. What is left of a merged power is with
// whoever exercises the other.
func (w world) holders(h held, place, day string) []Holder {
	if !h.kept {
		return nil
	}
	var out []Holder
	owner, alive := w.on(h.owner, day)
	rest, rule := Whole, ""
	for _, g := range w.grants[h.power] {
		receiver, ok := w.on(g.body, day)
		if !ok || !within(day, g.from, g.to) || g.scope == EachPlace && g.place != place {
			continue
		}
		x := Holder{Body: receiver, Name: w.bodies[receiver].name, Place: place, Parts: g.parts, Form: g.form, Since: g.from, Offer: g.offer}
		switch {
		case g.form == Entrusted && !alive:
			continue // nobody is left in whose name it could act
		case g.form == Entrusted:
			x.InNameOf, x.Principal = owner, w.bodies[owner].name
		case g.joint != "":
			x.Rule, rule = g.joint, cmp.Or(rule, g.joint)
		default:
			rest &^= g.parts
		}
		out = append(out, x)
	}
	if h.into != nil {
		for _, x := range w.holders(*h.into, place, day) {
			if x.Parts &= rest; x.Parts != 0 {
				out = append(out, x)
			}
		}
		return out
	}
	if !alive || rest == 0 {
		return out
	}
	own := Holder{Body: owner, Name: w.bodies[owner].name, Place: place, Parts: rest, Rule: rule}
	for _, s := range w.shared[h.power] {
		if other, ok := w.beside(s, owner, day); ok {
			own.Rule = s.rule
			out = append(out, Holder{Body: other, Name: w.bodies[other].name, Place: place, Parts: rest, Rule: s.rule})
		}
	}
	return slices.Insert(out, 0, own)
}

// beside gives the department that a boundary sets beside the owner on a day.
func (w world) beside(s shared, owner sqldb.ID, day string) (sqldb.ID, bool) {
	if !within(day, s.from, s.to) {
		return sqldb.ID{}, false
	}
	left, ok := w.on(s.left, day)
	right, also := w.on(s.right, day)
	switch {
	case !ok || !also || left == right:
		return sqldb.ID{}, false
	case left == owner:
		return right, true
	default:
		return left, right == owner
	}
}

// sound says whether every part of a power has a competent body, and several
// only where each of them has a rule.
func sound(all []Holder) bool {
	for _, part := range EveryPart() {
		n, ruled := 0, true
		for _, h := range all {
			if h.Competent() && h.Parts.Has(part) {
				n, ruled = n+1, ruled && h.Rule != ""
			}
		}
		if n == 0 || n > 1 && !ruled {
			return false
		}
	}
	return true
}
