package power

import (
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"time"

	"qingdan/internal/engine/citation"
	"qingdan/internal/errs"
	"qingdan/internal/platform/ledger"
	"qingdan/internal/platform/search"
	"qingdan/internal/platform/sqldb"
)

// Power is an identity with a lineage. It has no status: it is in force on a
// day when the edition in force that day lists a version of it.
type Power struct {
	ID       sqldb.ID
	Code     string // 事项编码, never used again for another power
	Division string
	Origin   Origin
	Reporter sqldb.ID // the department that first reported it
}

// Version is one immutable wording of a power. A correction is a new version.
type Version struct {
	ID             sqldb.ID
	Power          sqldb.ID
	No             int // 1, 2, 3 … within the power
	Department     sqldb.ID
	Category       Category
	SchemeCategory string // the word the department used
	Name           string
	MainItem       string // 主项名称, empty when the item stands alone
	Level          string // 行使层级
	Initiative     Initiative
	OrderKey       string // pinyin of the name: the order of every list
	Elements       Elements
	Citations      []Citation
	Digest         [32]byte // SHA-256 over the canonical JSON of Public
	Import         sqldb.ID // zero when typed in
	Created        time.Time
}

// Citation is one reference of the basis (设定依据), parsed, with the article
// text the department quoted beside it.
type Citation struct {
	Ref   citation.Ref
	Quote string
}

// Public is what the ledger tells the world of a version: its full content.
type Public struct {
	Code       string   `json:"code"`
	No         int      `json:"no"`
	Name       string   `json:"name"`
	MainItem   string   `json:"main_item,omitempty"`
	Category   string   `json:"category"`
	Scheme     string   `json:"scheme_category,omitempty"`
	Level      string   `json:"level,omitempty"`
	Initiative string   `json:"initiative,omitempty"`
	Department string   `json:"department"`
	Schema     int      `json:"schema"`
	Elements   Elements `json:"elements"`
}

// public is the form that is digested and logged. The parsed citations are
// left out: they follow from the basis text.
func (v Version) public(code string) Public {
	return Public{
		Code: code, No: v.No, Name: v.Name, MainItem: v.MainItem, Category: string(v.Category),
		Scheme: v.SchemeCategory, Level: v.Level, Initiative: string(v.Initiative),
		Department: v.Department.String(), Schema: ElementsSchema, Elements: v.Elements,
	}
}

// spoken gives the very bytes that the ledger publishes of a version, and their
// SHA-256: whoever reads the log can compute it.
func spoken(p Public) ([]byte, [32]byte, error) {
	b, err := ledger.Canonical(p)
	if err != nil {
		return nil, [32]byte{}, fmt.Errorf("digest of version %s/%d: %w", p.Code, p.No, err)
	}
	return b, sha256.Sum256(b), nil
}

// ParseBasis turns a basis as departments write it into citations: each
// reference with the text quoted after it.
func ParseBasis(basis string) []Citation {
	quotes := citation.ParseQuotes(basis)
	out := make([]Citation, 0, len(quotes))
	for _, q := range quotes {
		out = append(out, Citation{Ref: q.Ref, Quote: q.Text})
	}
	return out
}

// check refuses a version that could not be told from another: it needs a
// code, a name, a department and a category.
func (v Version) check(code string) error {
	switch {
	case code == "":
		return errs.Invalidf("缺少事项编码")
	case v.Name == "":
		return errs.Invalidf("缺少事项名称").At(code)
	case v.Category == "":
		return errs.Invalidf("缺少权力类别").At(code)
	case v.Department.IsZero():
		return errs.Invalidf("缺少实施主体").At(code)
	}
	return nil
}

// decode reads stored elements of any schema the product has ever written.
func decode(schema int, content string) (Elements, error) {
	var e Elements
	if schema != ElementsSchema {
		return e, errs.New(errs.Unavailable, "事项要素的格式号 %d 本程序不认识", schema).Fix("请升级程序")
	}
	if err := json.Unmarshal([]byte(content), &e); err != nil {
		return e, fmt.Errorf("decode elements: %w", err)
	}
	return e, nil
}

// SearchDoc is how a version is found by words: by name, code and department,
// and behind these by its content.
func SearchDoc(code string, v Version, department string, public bool) search.Doc {
	return search.Doc{
		ID: v.Power, Kind: "power", Order: v.OrderKey + " " + code, Public: public, Title: v.Name, Codes: []string{code},
		Body: v.MainItem + "\n" + department + "\n" + v.Elements.Content + "\n" + v.Elements.Object,
	}
}
