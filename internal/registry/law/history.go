package law

import (
	"slices"

	"qingdan/internal/engine/citation"
	"qingdan/internal/engine/lawtext"
	"qingdan/internal/platform/sqldb"
)

// History is a part of the library with every text that ever stood in it, and
// when: it answers where a citation leads, and where it led for somebody who
// wrote at another time. It is read-only once read and safe for concurrent use.
type History struct {
	all      *Library
	repeals  map[string][]repeal // by title key
	presence map[sqldb.ID]Presence
}

// Seen says whether a text counts.
type Seen func(Presence) bool

// Standing counts the texts that stand in the library now.
func Standing(p Presence) bool { return p.Standing() }

// Until counts the texts that stood in the library at an instant (microseconds
// UTC), whatever came in with it.
func Until(at int64) Seen {
	return func(p Presence) bool { return p.Seen(at+1, sqldb.ID{}) }
}

// At counts the texts that stood in the library when something of that id was
// written at an instant (microseconds UTC).
func At(at int64, id sqldb.ID) Seen {
	return func(p Presence) bool { return p.Seen(at, id) }
}

// Resolve follows a citation on a day as Library.Resolve does, by the texts
// that count.
func (h *History) Resolve(r citation.Ref, day string, seen Seen) Resolution {
	var found []*entry
	for _, d := range h.all.byKey[citation.NormalizeTitle(r.Law)] {
		if v := h.view(d, seen); len(v.editions) > 0 {
			found = append(found, v)
		}
	}
	return resolveAmong(found, r, day)
}

// ResolveOf gives the text of a document in force on a day, by the texts that
// count.
func (h *History) ResolveOf(document sqldb.ID, day string, seen Seen) Resolution {
	d, ok := h.all.docs[document]
	if !ok {
		return Resolution{State: TitleUnknown}
	}
	var found []*entry
	if v := h.view(d, seen); len(v.editions) > 0 {
		found = append(found, v)
	}
	return resolveAmong(found, citation.Ref{}, day)
}

// FirstSeen tells when the first text of a title came in, in microseconds UTC.
func (h *History) FirstSeen(title string) (at int64, ok bool) {
	for _, d := range h.all.byKey[citation.NormalizeTitle(title)] {
		for _, e := range d.editions {
			if p := h.presence[e.ID]; !ok || p.Since < at {
				at, ok = p.Since, true
			}
		}
	}
	return at, ok
}

// ResolveIn follows a citation into a certain edition.
func (h *History) ResolveIn(r citation.Ref, edition sqldb.ID) Resolution {
	e, ok := h.all.edition[edition]
	if !ok {
		return Resolution{State: TitleUnknown}
	}
	return h.all.docs[e.Document].in(e, r)
}

// view is a document with the editions that count, ended by the texts that
// count.
func (h *History) view(d *entry, seen Seen) *entry {
	v := *d
	v.editions = nil
	keys := []string{d.Key}
	for _, n := range d.names {
		keys = append(keys, n.key)
	}
	for _, e := range d.editions {
		if !seen(h.presence[e.ID]) {
			continue
		}
		x := *e
		x.Repealed = e.term
		for _, k := range keys {
			for _, r := range h.repeals[k] {
				if seen(h.presence[r.by]) && r.ends(d.Document, &x) {
					x.Repealed = r.day
				}
			}
		}
		v.editions = append(v.editions, &x)
	}
	return &v
}

// EndedBy gives the text whose words end an edition first, by the texts that
// count; zero when no other text does.
func (h *History) EndedBy(edition sqldb.ID, seen Seen) sqldb.ID {
	e, ok := h.all.edition[edition]
	if !ok {
		return sqldb.ID{}
	}
	d := h.all.docs[e.Document]
	x := *e
	x.Repealed = e.term
	var by sqldb.ID
	for _, k := range append([]string{d.Key}, d.otherKeys()...) {
		for _, r := range h.repeals[k] {
			if seen(h.presence[r.by]) && r.ends(d.Document, &x) {
				x.Repealed, by = r.day, r.by
			}
		}
	}
	return by
}

func (d *entry) otherKeys() []string {
	keys := make([]string, len(d.names))
	for i, n := range d.names {
		keys[i] = n.key
	}
	return keys
}

// WithdrawnAt tells when a text was withdrawn for good, in microseconds UTC; 0
// when it stands.
func (h *History) WithdrawnAt(edition sqldb.ID) int64 {
	for _, a := range h.presence[edition].Absences {
		if a[1] == lasting {
			return a[0]
		}
	}
	return 0
}

// SeenBy says whether a text counts for somebody.
func (h *History) SeenBy(edition sqldb.ID, seen Seen) bool {
	p, ok := h.presence[edition]
	return ok && seen(p)
}

// Known says whether the history holds a text.
func (h *History) Known(edition sqldb.ID) bool {
	_, ok := h.presence[edition]
	return ok
}

// Documents lists the documents of the part.
func (h *History) Documents() []sqldb.ID {
	out := make([]sqldb.ID, 0, len(h.all.docs))
	for _, d := range h.all.sorted() {
		out = append(out, d.ID)
	}
	return out
}

// Stands says whether a text stands in the library now.
func (h *History) Stands(edition sqldb.ID) bool { return h.presence[edition].Standing() }

// Edition gives an edition by its id, withdrawn or not. Its Repealed is as the
// texts standing now say.
func (h *History) Edition(id sqldb.ID) (Edition, bool) {
	e, ok := h.all.edition[id]
	if !ok {
		return Edition{}, false
	}
	for _, x := range h.view(h.all.docs[e.Document], func(p Presence) bool { return p.Edition == id || p.Standing() }).editions {
		if x.ID == id {
			return x.Edition, true
		}
	}
	return e.Edition, true
}

// Document gives a document by its id.
func (h *History) Document(id sqldb.ID) (Document, bool) { return h.all.Document(id) }

// Knows says whether a title leads to a document that ever had a text.
func (h *History) Knows(title string) bool { return h.all.Knows(title) }

// Articles gives an edition's articles for comparison with another edition.
func (h *History) Articles(id sqldb.ID) (*lawtext.Document, error) { return h.all.Articles(id) }

// Numbers gives the numbers of the articles of an edition from one seq to
// another, both included.
func (h *History) Numbers(edition sqldb.ID, from, to int) []lawtext.Number {
	return h.all.Numbers(edition, from, to)
}

// Turns lists the days after one day on which a text of a document that counts
// begins or ends, in order.
func (h *History) Turns(document sqldb.ID, after string, seen Seen) []string {
	d, ok := h.all.docs[document]
	if !ok {
		return nil
	}
	var days []string
	for _, e := range h.view(d, seen).editions {
		for _, day := range []string{e.Effective, e.Repealed} {
			if day > after && !slices.Contains(days, day) {
				days = append(days, day)
			}
		}
	}
	slices.Sort(days)
	return days
}

// Before gives the document of a title and the text of it that an amending act
// made on a day found: the newest one made before. It is false when the library
// holds none, or already one made on that day or later, which is the act's
// outcome.
func (h *History) Before(title, made string) (document, edition sqldb.ID, ok bool) {
	var found *entry
	for _, d := range h.all.byKey[citation.NormalizeTitle(title)] {
		if v := h.view(d, Standing); len(v.editions) > 0 {
			if found != nil {
				return document, edition, false
			}
			found = v
		}
	}
	if found == nil || made == "" {
		return document, edition, false
	}
	for _, e := range found.editions {
		if e.Made >= made {
			return document, edition, false
		}
	}
	return found.ID, found.editions[len(found.editions)-1].ID, true
}
