// Package match tells which powers of two lists are the same matter, whatever
// each list calls it: by the article cited, the code, and the name.
//
// name.go reads a name into what it is about, what is done and what sets it
// apart; likeness.go compares two rows; index.go finds the few rows worth
// comparing; align.go pairs two lists with them; overlap.go finds the same matter
// twice in one list. The package is pure and
// deterministic: the same rows in the same order give the same pairs. It claims,
// a person decides.
package match

import "qingdan/internal/engine/citation"

// Row is one power of a list.
type Row struct {
	Name     string
	Category string // 权力类别 in whatever scheme; "" where the list has none
	Code     string // catalogue code that both lists may share; "" for none
	Body     string // who exercises it, without the place: 水利局; it only decides between equals
	Basis    []citation.Ref
	Object   string // 行政相对人; "" where the list does not say
	Content  string // 行使内容; "" where the list does not say
}

// Likeness is what was found of two rows.
type Likeness struct {
	Score    float64  // 0 to 1; from Same on they are taken for one matter
	Reasons  []string // in Chinese, the strongest first
	SameName bool     // the names are equal but for spelling
	SameCore bool     // the names are equal but for wording, such as 审批 for 许可
	Name     float64  // likeness of the names alone
	Apart    string   // what sets the matters apart for sure, in Chinese; "" for nothing
	SameCode bool
	SameBody bool
	Basis    Basis
	Place    citation.Ref // where the bases meet, as the first row cites it
	Category Relation
	Object   Relation // of whom it is done to
	Content  float64  // likeness of what is done, 0 where one of them says nothing
}

// Basis is how the citations of two rows meet.
type Basis int

// The relations of two bases, from unknown to the same.
const (
	BasisUnknown Basis = iota // one of them cites nothing
	OtherLaw                  // no law in common
	KinLaw                    // local laws of two places on one matter: 甲省水资源条例, 乙省水资源条例
	SameLaw                   // a law in common, other articles
	SameArticle               // an article in common, other paragraphs or items
	SamePlace                 // the same paragraph and item, or one of them does not say
)

// Relation is how two words of one kind meet.
type Relation int

// The relations.
const (
	Unknown Relation = iota // one of them says nothing
	Equal
	Different
)

// The scores that decide.
const (
	// Same is the score from which two rows are taken for one matter.
	Same = 0.72
	// Near is the score from which a row is worth showing to a person.
	Near = 0.5
)
