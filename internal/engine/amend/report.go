package amend

import "unicode/utf8"

// Report is a Diff in figures and lists, for the command line. Numbers are
// written as in addresses, "133-1" for 条之一; lists are in the order of the
// old text (Added: of the new one) and never nil, so that they print as [].
type Report struct {
	Kept    int         `json:"kept"`
	Changed []string    `json:"changed"` // old numbers, renumbered articles too
	Moved   [][2]string `json:"moved"`   // old and new number, of texts with 16 characters or more
	Added   []string    `json:"added"`
	Removed []string    `json:"removed"`
	// Renumbered lists old and new number of the other articles under another
	// number: the changed ones, and those too short to prove that they moved.
	Renumbered [][2]string `json:"renumbered"`
}

// Report sums the matches up.
func (d Diff) Report() Report {
	r := Report{Changed: []string{}, Moved: [][2]string{}, Added: []string{}, Removed: []string{}, Renumbered: [][2]string{}}
	for _, m := range d.Matches {
		switch m.Kind {
		case Kept:
			r.Kept++
		case Changed:
			r.Changed = append(r.Changed, m.Old.Number.String())
		case Added:
			r.Added = append(r.Added, m.New.Number.String())
		case Removed:
			r.Removed = append(r.Removed, m.Old.Number.String())
		}
		if !m.Renumbered() {
			continue
		}
		numbers := [2]string{m.Old.Number.String(), m.New.Number.String()}
		if m.Kind == Moved && utf8.RuneCountInString(plain(m.Old.Text())) >= telling {
			r.Moved = append(r.Moved, numbers)
		} else {
			r.Renumbered = append(r.Renumbered, numbers)
		}
	}
	return r
}
