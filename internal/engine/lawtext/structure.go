package lawtext

// Outline is the structure of a document in figures, one JSON object per
// document for comparison with other readings of the same text.
type Outline struct {
	Articles int             `json:"articles"`          // plain articles, inserted ones not counted
	Inserted []string        `json:"inserted_articles"` // 条之一 as "133-1", in the order of the text
	Books    int             `json:"books"`
	Chapters int             `json:"chapters"`
	Sections int             `json:"sections"`
	Problems []OutlineRemark `json:"problems"`
}

// OutlineRemark is a Problem in an Outline.
type OutlineRemark struct {
	Kind     string `json:"kind"`
	Severity string `json:"severity"` // "note" or "serious"
	Line     int    `json:"line"`     // 0 when it concerns the whole text
	Message  string `json:"message"`
}

// String gives "note" or "serious".
func (s Severity) String() string {
	if s == Serious {
		return "serious"
	}
	return "note"
}

// Structure gives the figures of d. The lists are never nil, so that they
// print as [].
func Structure(d *Document) Outline {
	o := Outline{Inserted: []string{}, Problems: []OutlineRemark{}, Books: d.Books, Chapters: d.Chapters, Sections: d.Sections}
	for _, a := range d.Articles {
		if a.Number.Sub > 0 {
			o.Inserted = append(o.Inserted, a.Number.String())
		} else {
			o.Articles++
		}
	}
	for _, p := range d.Problems {
		o.Problems = append(o.Problems, OutlineRemark{p.Kind, p.Severity.String(), p.Line, p.Message})
	}
	return o
}
