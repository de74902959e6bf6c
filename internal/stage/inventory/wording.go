package inventory

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"qingdan/internal/platform/sqldb"
	"qingdan/internal/registry/power"
)

// Wording is what a department writes about a power: a version before it is one.
// It may hold anything that somebody typed, wrong words too; Validate says what
// is wrong.
type Wording struct {
	Code           string           `json:"code,omitempty"` // of a new power; "" lets the house give one
	Name           string           `json:"name,omitempty"`
	MainItem       string           `json:"main_item,omitempty"`
	Category       power.Category   `json:"category,omitempty"`
	SchemeCategory string           `json:"scheme_category,omitempty"`
	Level          string           `json:"level,omitempty"`
	Initiative     power.Initiative `json:"initiative,omitempty"`
	Elements       power.Elements   `json:"elements"`
}

// WordingOf gives the words of a version, to be edited.
func WordingOf(v power.Version) Wording {
	return Wording{Name: v.Name, MainItem: v.MainItem, Category: v.Category, SchemeCategory: v.SchemeCategory,
		Level: v.Level, Initiative: v.Initiative, Elements: v.Elements}
}

// Version gives the version that the words would make for a department, without
// identity and number. What departments do not type follows from what they do:
// the citations from the basis.
func (w Wording) Version(department sqldb.ID) power.Version {
	return power.Version{Department: department, Category: w.Category, SchemeCategory: w.SchemeCategory, Name: w.Name, MainItem: w.MainItem,
		Level: w.Level, Initiative: w.Initiative, Elements: w.Elements, Citations: power.ParseBasis(w.Elements.Basis)}
}

// Missing names what publication would refuse the words for (power.Missing).
func (w Wording) Missing() []string { return power.Missing(w.Version(sqldb.ID{})) }

// Difference is one field in which two wordings differ.
type Difference struct {
	Field
	Old, New string
}

// Differences lists the fields in which two wordings differ, in the order of the
// form.
func Differences(before, after Wording) []Difference {
	var out []Difference
	for _, f := range Fields() {
		if a, b := f.Get(before), f.Get(after); a != b {
			out = append(out, Difference{f, a, b})
		}
	}
	return out
}

// clean makes text of a form or a file fit to be stored: line ends as LF, no
// control characters, no broken UTF-8, no blank ends.
func clean(s string) string {
	s = strings.ReplaceAll(strings.ReplaceAll(s, "\r\n", "\n"), "\r", "\n")
	if !utf8.ValidString(s) {
		s = strings.ToValidUTF8(s, "")
	}
	s = strings.Map(func(r rune) rune {
		if r != '\n' && r != '\t' && unicode.IsControl(r) {
			return -1
		}
		return r
	}, s)
	return strings.TrimSpace(s)
}

// cleaned gives the wording with every text clean.
func (w Wording) cleaned() Wording {
	w.Code, w.SchemeCategory = clean(w.Code), clean(w.SchemeCategory)
	w.Category, w.Initiative = power.Category(clean(string(w.Category))), power.Initiative(clean(string(w.Initiative)))
	for _, f := range Fields() {
		if f.at != nil {
			p := f.at(&w)
			*p = clean(*p)
		}
	}
	for _, p := range []*string{&w.Elements.StatutoryText, &w.Elements.PromisedText} {
		*p = clean(*p)
	}
	return w
}
