// Package law keeps the law library (法规库): documents, their editions and
// articles, what repeals what, and on a stated day where a citation leads.
package law

import (
	"path"
	"strings"

	"qingdan/internal/engine/citation"
	"qingdan/internal/engine/lawtext"
	"qingdan/internal/errs"
	"qingdan/internal/platform/sqldb"
)

// Level is the rank of a document among the sources of law (效力层级,
// 立法法). The words are those of the setting rules in registry/power.
type Level string

// The levels.
const (
	Constitution    Level = "宪法"
	Statute         Level = "法律"
	AdminRegulation Level = "行政法规"
	StateDecision   Level = "国务院决定"
	LocalRegulation Level = "地方性法规"
	CityRegulation  Level = "设区的市地方性法规"
	MinistryRule    Level = "部门规章"
	ProvinceRule    Level = "省级政府规章"
	CityRule        Level = "设区的市政府规章"
	Interpretation  Level = "司法解释"
	Normative       Level = "规范性文件"
)

// Levels lists the levels from high to low.
func Levels() []Level {
	return []Level{Constitution, Statute, AdminRegulation, StateDecision, LocalRegulation, CityRegulation,
		MinistryRule, ProvinceRule, CityRule, Interpretation, Normative}
}

// Lower lists the levels whose texts yield to one of this level (立法法 98 to
// 100, 2023): local regulations stand above the rules of their own and lower
// governments, a province's rules above a city's. Other documents yield to all
// of these; interpretations rule nothing of their own.
func (l Level) Lower() []Level {
	local := []Level{LocalRegulation, CityRegulation, MinistryRule, ProvinceRule, CityRule, Normative}
	switch l {
	case Constitution, Statute:
		return append([]Level{AdminRegulation, StateDecision}, local...)
	case AdminRegulation, StateDecision:
		return local
	case LocalRegulation:
		return []Level{CityRegulation, ProvinceRule, CityRule, Normative}
	case CityRegulation, ProvinceRule:
		return []Level{CityRule, Normative}
	case MinistryRule, CityRule:
		return []Level{Normative}
	default:
		return nil
	}
}

// Source is one edition of one document as it comes in: the fields of a line
// of the law files. Text is the only field that must be there; dates are read
// from it first, and from Publish and Effective only where it is silent.
// Status is what a crawler said and is not believed.
type Source struct {
	ID        string `json:"id"`
	Title     string `json:"title"`
	Level     string `json:"level"`
	Issuer    string `json:"issuer"`
	Region    string `json:"region"`
	Publish   string `json:"publish"`
	Effective string `json:"effective"`
	Origin    string `json:"source"`
	Text      string `json:"text"`
}

// Document is a law under one title through all its editions.
type Document struct {
	ID     sqldb.ID
	Title  string
	Key    string // citation.NormalizeTitle(Title)
	Level  Level
	Issuer string
	Region string
}

// Edition is one text of a document. Days are "" where unknown; Repealed is
// the first day it is no longer in force.
type Edition struct {
	ID        sqldb.ID
	Document  sqldb.ID
	Title     string
	Made      string
	Effective string
	Repealed  string
	Articles  int
}

// InForce says whether the edition had begun and not yet ended on a day. An
// edition of unknown beginning counts as begun: its text says no other.
func (e Edition) InForce(day string) bool {
	return e.Effective <= day && (e.Repealed == "" || day < e.Repealed)
}

// Parsed is a source read into a document tree with its dates.
type Parsed struct {
	Source    Source
	Doc       *lawtext.Document
	Dates     lawtext.Dates
	Level     Level
	Guessed   bool // nobody said the level; it was read from the title
	Title     string
	Key       string
	Made      string // the day this edition was made public: of the last amendment, if any
	Effective string
	Repeals   []string // titles whose repeal the text declares
	Effects   []Effect // what an amending act says of other documents
	Accepted  string   // why a text with serious findings was taken all the same
}

// TitleOf gives the title that a source names, or its first line shows, without
// what only names an edition; "" where there is none.
func TitleOf(s Source) string {
	title := strings.TrimSpace(s.Title)
	if title == "" {
		title = lawtext.Parse(s.Text).Title
	}
	return citation.StripEdition(strings.TrimSpace(title))
}

// Read parses a source. A text with a serious finding is Invalid, naming the
// line and the mend, unless accepted says why it is taken all the same.
func Read(s Source, accepted string) (Parsed, error) {
	p := Parsed{Source: s, Doc: lawtext.Parse(s.Text)}
	p.Title = citation.StripEdition(strings.TrimSpace(firstOf(s.Title, p.Doc.Title)))
	if p.Title == "" {
		return p, errs.Invalidf("正文没有标题").At(s.ID).Fix("请在第一行写明法规名称")
	}
	for _, f := range p.Doc.Problems {
		if f.Severity != lawtext.Serious {
			continue
		}
		if accepted == "" {
			return p, errs.Invalidf("%s", f.Message).At(s.ID + "《" + p.Title + "》").Fix("请更正文本，或者写明理由后接受（--accept 理由）")
		}
		p.Accepted = accepted
	}
	p.Key = citation.NormalizeTitle(p.Title)
	p.Dates = lawtext.ReadDates(p.Doc)
	p.Made = firstOf(p.Dates.Published(), s.Publish)
	p.Effective = p.Dates.Effective
	if s.Effective != "" && s.Effective >= p.Made && (p.Effective == "" || p.Dates.Inferred) {
		p.Effective = s.Effective // a day given beats one that the text only lets guess
	}
	if p.Effective == "" {
		p.Effective = p.Made // no text is in force before it is made
	}
	p.Level, p.Guessed = readLevel(s, p.Title)
	p.Repeals = repealed(p.Doc)
	p.Effects = effectsOf(p.Doc, p.Title)
	return p, nil
}

// readLevel finds the level of a document from what its source says, and where
// the source only names a compilation, from the folder and the title. guessed
// says that only the title told.
func readLevel(s Source, title string) (l Level, guessed bool) {
	if l := levelOfWord(s.Level, title); l != "" {
		return l, false
	}
	if l := levelOfFolder(s.Origin, title); l != "" {
		return l, false
	}
	return levelOfTitle(title), true
}

// levelOfWord reads the level that a source names; "" for words that are none.
func levelOfWord(word, title string) Level {
	switch word {
	case "宪法":
		return Constitution
	case "法律", "监察法规":
		return Statute
	case "行政法规":
		if stateDecision(title) {
			return StateDecision
		}
		return AdminRegulation
	case "司法解释":
		return Interpretation
	case "部门规章":
		return MinistryRule
	case "地方性法规", "设区的市地方性法规":
		if word == string(LocalRegulation) && ofProvince(title) {
			return LocalRegulation
		}
		return CityRegulation
	}
	for _, l := range Levels() {
		if word == string(l) {
			return l
		}
	}
	return ""
}

// stateDecision says whether the State Council made a document as a decision
// (行政许可法第十四条第二款): 国务院对确需保留的行政审批项目设定行政许可的决定.
// 国务院关于…的规定 is a regulation like any other.
func stateDecision(title string) bool {
	title, _, _ = strings.Cut(title, "（")
	return strings.HasPrefix(title, "国务院") && strings.HasSuffix(title, "决定")
}

// levelOfFolder reads the level of a compilation's document, "" where no folder
// tells. Compilations sort by folders named after the levels; the title decides the rest, and whether
// a local document is the province's or a city's. The name of the file is no
// folder: 山东省法律援助条例 is no 法律.
func levelOfFolder(origin, title string) Level {
	folder := path.Dir(origin)
	for _, f := range []struct {
		word  string
		level Level
	}{
		{"行政法规", AdminRegulation}, {"部门规章", MinistryRule}, {"司法解释", Interpretation}, {"规范性文件", Normative},
		{"地方性法规", LocalRegulation}, {"地方政府规章", ProvinceRule}, {"政府规章", ProvinceRule}, {"法律", Statute},
	} {
		if !strings.Contains(folder, f.word) {
			continue
		}
		switch {
		case f.level == LocalRegulation && !ofProvince(title):
			return CityRegulation
		case f.level == ProvinceRule && !ofProvince(title):
			return CityRule
		default:
			return f.level
		}
	}
	return ""
}

// levelOfTitle guesses from the title alone.
func levelOfTitle(title string) Level {
	switch {
	case strings.HasPrefix(title, "中华人民共和国") && strings.HasSuffix(title, "法"):
		return Statute
	case strings.HasPrefix(title, "中华人民共和国") && strings.HasSuffix(title, "条例"):
		return AdminRegulation
	default:
		return Normative
	}
}

// ofProvince says whether a local regulation is a province's: its title opens
// with a municipality, a province or an autonomous region. A city's own
// regulation opens with the city.
func ofProvince(title string) bool {
	for _, p := range []string{"北京", "上海", "天津", "重庆"} { // 上海市…条例, but also 上海港口条例
		if strings.HasPrefix(title, p) {
			return true
		}
	}
	head := []rune(title)
	head = head[:min(len(head), 9)]
	return strings.Contains(string(head), "省") || strings.Contains(string(head), "自治区")
}

// repealed lists the titles whose repeal the text declares (…同时废止, lists of a
// decision on repeal). Its own title may be among them: a rule of another level
// under the same title ends. Repeals of single provisions end no document.
func repealed(d *lawtext.Document) []string {
	var out []string
	for _, c := range lawtext.RepealClauses(d) {
		if c.Partial {
			continue
		}
		found := citation.Parse(c.Text)
		if c.Listed { // a title, which may itself name another: 关于执行《甲条例》第五条的批复
			title, _, _ := strings.Cut(c.Text, "（")
			title = strings.TrimSpace(title)
			if inner, ok := strings.CutPrefix(title, "《"); ok {
				title = strings.TrimSuffix(inner, "》")
			}
			found = []citation.Ref{{Law: title}}
		}
		for _, r := range found {
			if r.Law != "" && !r.Self && r.Article == 0 {
				out = append(out, r.Law)
			}
		}
	}
	return out
}

func firstOf(a, b string) string {
	if a != "" {
		return a
	}
	return b
}
