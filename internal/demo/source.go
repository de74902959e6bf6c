package demo

import (
	"strings"

	"qingdan/internal/engine/citation"
	"qingdan/internal/registry/law"
	"qingdan/internal/registry/power"
)

// source is one power as a law gives it to a unit: what the law says, before
// the city decided anything about it.
type source struct {
	unit       int // number of the unit, from 1
	cat        power.Category
	name       string
	ref        citation.Ref
	level      law.Level
	quote      string           // the words of the cited place
	act        string           // for penalties the violation, else the content of the power
	sanction   string           // for penalties: kinds and range, as the law writes them
	object     string           // whom it concerns (行政相对人)
	initiative power.Initiative // only for 其他权力
	late       bool             // taken only when the unit's others do not suffice
}

// article names the article of the source: powers of one article may be split
// off from one another.
func (s source) article() string {
	r := s.ref
	r.Paragraph, r.Item = 0, 0
	return r.String()
}

// basis writes the basis as departments do: the citation, then its words.
func (s source) basis() string { return s.ref.String() + "：“" + s.quote + "”" }

// record is one line of the law files.
type record struct {
	ID        string `json:"id"`
	Title     string `json:"title"`
	Level     string `json:"level"`
	Issuer    string `json:"issuer"`
	Region    string `json:"region"`
	Publish   string `json:"publish"`
	Effective string `json:"effective"`
	Status    string `json:"status"`
	Source    string `json:"source"`
	Text      string `json:"text"`
}

// material is what a variant of the city (invented or real texts) supplies.
// The order of every slice is fixed.
type material struct {
	laws     []record
	sound    []source // powers that a law in force on the day really gives
	repealed []source // powers of laws repealed before the day
	tooLow   []source // powers that the cited document may not create
	reform   []source // yearly inspections set by documents below the law
	last     map[string]int
	stages   stageBasis
}

// stageBasis names the general rules on procedure that duties and
// accountability cite, by category family.
type stageBasis struct {
	penalty, permit, coercion, general citeTable
	blame                              map[power.Category]string
}

// citeTable gives the citation of a stage of duty (责任环节).
type citeTable map[string]string

// field is the word for the unit's business in official phrases: its name
// without the city and the kind of office.
func (u unit) field() string {
	switch u.short {
	case "市交警支队":
		return "道路交通安全"
	case "市消防支队":
		return "消防"
	}
	return trimTails(strings.TrimPrefix(u.name, "聊城市"), "局|委员会|办公室|管理中心|管理处|支队|联合会|事业|行政管理|监督管理|管理|监督|工作|事务|工程建设|行政执法")
}

// joinItems adds the item quoted in b to the quotation a of the same article.
func joinItems(a, b string) string {
	if _, item, ok := strings.Cut(b, "……"); ok && !strings.Contains(a, item) {
		return a + item
	}
	return a
}
