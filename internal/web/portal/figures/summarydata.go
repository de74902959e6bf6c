package figures

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"

	"qingdan/internal/errs"
	"qingdan/internal/registry/power"
	"qingdan/internal/stage/reduce"
	"qingdan/internal/stage/reduce/measure"
)

// Summary is the whole of the figures on one page (单页汇总). The page, the workbook
// and the JSON are made of this one value, and so agree. Its JSON is its canonical
// form: the digest of a summary is SHA-256 over exactly these bytes, so that whoever
// holds the paper can see whether the numbers still stand.
type Summary struct {
	Site    string          `json:"site"`
	Edition *SummaryEdition `json:"edition"` // null before the first
	// Stats are the books, as the command stats prints them.
	reduce.Stats
	Raw        measure.Count     `json:"raw"`
	Normal     SummaryNormal     `json:"normalised"`
	ByFate     []SummaryLine     `json:"by_fate"`
	ByCategory []SummaryCategory `json:"by_category"`
	Flags      []SummaryFlag     `json:"flag_kinds"`
	Burden     measure.Burden    `json:"burden"`
	Baseline   *SummaryBaseline  `json:"baseline"` // null before the first
}

// SummaryEdition is the edition in force.
type SummaryEdition struct {
	No        int    `json:"no"`
	Title     string `json:"title"`
	Effective string `json:"effective"`
	Approval  string `json:"approval"`
	Entries   int    `json:"entries"`
	Digest    string `json:"digest"`
}

// SummaryNormal is the honest count, with the names that the command stats uses.
type SummaryNormal struct {
	In         int                    `json:"in"`
	Reported   int                    `json:"reported"`
	Kept       int                    `json:"kept"`
	Cut        int                    `json:"cut"`
	Open       int                    `json:"open"`
	Hidden     int                    `json:"hidden"` // the books call them cut, and they are exercised
	Fates      map[reduce.Fate]int    `json:"fates"`
	Categories map[power.Category]int `json:"categories"` // kept, by the category under which they came in
}

// SummaryLine is a fate with both counts.
type SummaryLine struct {
	Label string `json:"label"`
	Raw   int    `json:"raw"`
	Real  int    `json:"normalised"`
}

// SummaryCategory is a category with both counts.
type SummaryCategory struct {
	Label  string        `json:"label"`
	Raw    measure.Count `json:"raw"`
	Normal measure.Count `json:"normalised"`
}

// SummaryFlag is a kind of flag with what it hides.
type SummaryFlag struct {
	Kind   string `json:"kind"`
	Label  string `json:"label"`
	Flags  int    `json:"flags"`
	Powers int    `json:"powers"`
	Hidden int    `json:"hidden"`
}

// SummaryBaseline is the newest sealed baseline with what changed since.
type SummaryBaseline struct {
	Edition  int    `json:"edition"`
	Sealed   string `json:"sealed"`
	Entries  int    `json:"entries"`
	Digest   string `json:"digest"`
	Added    int    `json:"added"`
	Removed  int    `json:"removed"`
	Amended  int    `json:"amended"`
	Tampered bool   `json:"tampered"`
}

// summaryOf gathers the figures.
func summaryOf(site string, l List, h *honest) Summary {
	s := Summary{Site: site, Stats: h.stats, Raw: h.Raw, Burden: h.Burden,
		Normal: SummaryNormal{h.Normal.In, h.Report.Reported, h.Normal.Kept, h.Normal.Cut, h.Normal.Open, h.Hidden(), h.Report.Fates, map[power.Category]int{}}}
	if e := l.Edition; !e.ID.IsZero() {
		s.Edition = &SummaryEdition{e.No, e.Title, e.Effective, e.Approval, e.Entries, hex.EncodeToString(e.Digest[:])}
	}
	books := map[reduce.Fate]int{}
	for _, x := range h.rows {
		books[inBooks(x)]++
	}
	for _, fate := range append(reduce.Fates(), reduce.Undecided) {
		if raw, normal := books[fate], h.Report.Fates[fate]; raw+normal > 0 {
			s.ByFate = append(s.ByFate, SummaryLine{string(fate), raw, normal})
		}
	}
	for _, c := range h.Report.Categories {
		s.ByCategory = append(s.ByCategory, SummaryCategory{c.Name, c.Raw, c.Normal})
		if c.Normal.Kept > 0 {
			s.Normal.Categories[power.Category(c.Key)] = c.Normal.Kept
		}
	}
	for _, k := range measure.Kinds() {
		if flags := (flagsQuery{Kind: string(k)}).flags(h); len(flags) > 0 {
			s.Flags = append(s.Flags, SummaryFlag{string(k), k.Label(), len(flags), h.flagged[k], hidden(flags)})
		}
	}
	if b := h.baseline(); b != nil {
		s.Baseline = &SummaryBaseline{b.Edition, b.Sealed, b.Entries, b.Digest, b.Added.N, b.Removed.N, b.Amended.N, b.Tampered}
	}
	return s
}

// inBooks is what the books say became of a power: whatever stays on the list, or
// aims at it, is kept.
func inBooks(x measure.Standing) reduce.Fate {
	switch x.Raw {
	case measure.Kept:
		return reduce.Keep
	case measure.Open:
		return reduce.Undecided
	default:
		return x.Fate
	}
}

// canonical gives the canonical form and its digest.
func (s Summary) canonical() ([]byte, string, error) {
	b, err := json.Marshal(s)
	if err != nil {
		return nil, "", errs.Wrap("summary", err)
	}
	sum := sha256.Sum256(b)
	return b, hex.EncodeToString(sum[:]), nil
}

// SummaryRow is one line of the workbook: what is counted, in the books and
// honestly. A count that one of them does not make is "".
type SummaryRow struct {
	Part, Label string
	Raw, Real   any
}

// table is the summary line by line, for the workbook.
func (s Summary) table() []SummaryRow {
	out := []SummaryRow{
		{"家底", "涉及部门", s.Units, ""}, {"家底", "部门上报", s.Stats.Reported, s.Normal.Reported}, {"家底", "遗漏补充", s.Added, ""}, {"家底", "拆分新增", s.Split, ""},
		{"账面与实际", "进来的", s.Raw.In, s.Normal.In}, {"账面与实际", "减少的", s.Raw.Cut, s.Normal.Cut}, {"账面与实际", "保留的", s.Raw.Kept, s.Normal.Kept},
		{"账面与实际", "待定的", s.Raw.Open, s.Normal.Open}, {"账面与实际", "账面多算", s.Normal.Hidden, ""},
	}
	for _, x := range s.ByFate {
		out = append(out, SummaryRow{"去向", x.Label, x.Raw, x.Real})
	}
	for _, x := range s.ByCategory {
		out = append(out, SummaryRow{"类别：保留", x.Label, x.Raw.Kept, x.Normal.Kept}, SummaryRow{"类别：减少", x.Label, x.Raw.Cut, x.Normal.Cut})
	}
	for _, x := range s.Flags {
		out = append(out, SummaryRow{"账面多算", x.Label, x.Hidden, ""}, SummaryRow{"涉及事项", x.Label, x.Powers, ""})
	}
	for _, w := range burden(s.Burden).Rows {
		label := w.Label + "（" + w.Unit + "）"
		out = append(out, SummaryRow{"负担：改革前，" + fmt.Sprint(w.BeforeKnown) + " 项写明", label, w.Before, ""}, SummaryRow{"负担：现在，" + fmt.Sprint(w.AfterKnown) + " 项写明", label, w.After, ""})
	}
	if b := s.Baseline; b != nil {
		out = append(out, SummaryRow{"锁定的基数", fmt.Sprintf("第%d版 %s锁定", b.Edition, b.Sealed), b.Entries, ""},
			SummaryRow{"锁定的基数", "此后增加", b.Added, ""}, SummaryRow{"锁定的基数", "此后减少", b.Removed, ""}, SummaryRow{"锁定的基数", "此后修改", b.Amended, ""})
	}
	return out
}
