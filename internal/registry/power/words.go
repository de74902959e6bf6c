package power

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"qingdan/internal/engine/hanzi"
	"qingdan/internal/engine/mask"
	"qingdan/internal/errs"
	"qingdan/internal/platform/ledger"
	"qingdan/internal/platform/search"
	"qingdan/internal/platform/sqldb"
	"qingdan/internal/registry/org"
)

// Word is an everyday word of a power (百姓说法): what people say who look for it.
type Word struct {
	ID, Power sqldb.ID
	Text      string
	Source    WordSource
	By        string // who added it
	At        time.Time
}

// WordSource is where a word comes from.
type WordSource string

// The sources of words: a department thought of it, or people searched for it in
// vain.
const (
	WordTyped    WordSource = "typed"
	WordSearched WordSource = "searched"
)

// Label is the source in the words of officials.
func (s WordSource) Label() string {
	if s == WordSearched {
		return "群众查过"
	}
	return "部门添加"
}

// NewWord is a word to be added.
type NewWord struct {
	Power  sqldb.ID
	Text   string
	Source WordSource // WordTyped when empty
	Sure   bool       // also when the word finds many items already
}

// The bounds of words.
const (
	MinWord   = 2  // characters
	MaxWord   = 20 // characters
	MaxWords  = 20 // words of one power
	TooCommon = 50 // a word that finds more items than this helps nobody
	maxDigits = 5  // digits in a row; more may be somebody's number
)

// AddWord gives a power an everyday word, at once found by it, and records
// "power.word_added": the ledger names the power in public, the word itself
// stands in the addendum. The caller has asked whether the person may
// (people.KeepWords on the power's department).
//
// Invalid: too short or long, not a word, the name itself, somebody's number, or
// too common without Sure. Conflict: the power has it, has 20 words, or is no
// longer on its way to the list or on it. NotFound: no such power.
func AddWord(ctx context.Context, tx *ledger.Tx, n NewWord) (Word, error) {
	c, err := Standing(ctx, tx, n.Power)
	if err != nil {
		return Word{}, err
	}
	if !c.State.Open() && c.State != Published {
		return Word{}, errs.Conflictf("事项 %s 处于“%s”，不再需要说法", c.Code, c.State.Label()).Fix("请给仍在清单上的事项添加")
	}
	text, err := CleanWord(n.Text)
	if err != nil {
		return Word{}, err
	}
	folded := hanzi.Fold(text)
	if strings.Contains(hanzi.Fold(c.Name), folded) {
		return Word{}, errs.Invalidf("事项名称里已有“%s”", text).At("word").Fix("名称里的字本来就能查到，不用添加")
	}
	before, err := WordsOf(ctx, tx, n.Power)
	if err != nil {
		return Word{}, err
	}
	if len(before) >= MaxWords {
		return Word{}, errs.Conflictf("每个事项最多 %d 个说法", MaxWords).At("word").Fix("请先移除用不着的")
	}
	if slices.ContainsFunc(before, func(w Word) bool { return hanzi.Fold(w.Text) == folded }) {
		return Word{}, sameWord(text)
	}
	if !n.Sure {
		if err := common(ctx, tx, text); err != nil {
			return Word{}, err
		}
	}
	w := Word{ID: sqldb.NewID(), Power: n.Power, Text: text, Source: n.Source, By: tx.Actor().ID, At: tx.Now()}
	if w.Source == "" {
		w.Source = WordTyped
	}
	if err := insertWord(ctx, tx, w, folded); err != nil {
		return Word{}, err
	}
	return w, sayWord(ctx, tx, c, "power.word_added", text, len(before)+1)
}

// RemoveWord takes a word from its power and records "power.word_removed".
// NotFound: no such word, or it was removed.
func RemoveWord(ctx context.Context, tx *ledger.Tx, id sqldb.ID) (Word, error) {
	w, err := WordByID(ctx, tx, id)
	if err != nil {
		return Word{}, err
	}
	c, err := Standing(ctx, tx, w.Power)
	if err != nil {
		return Word{}, err
	}
	if err := endWord(ctx, tx, id); err != nil {
		return Word{}, err
	}
	left, err := WordsOf(ctx, tx, w.Power)
	if err != nil {
		return Word{}, err
	}
	return w, sayWord(ctx, tx, c, "power.word_removed", w.Text, len(left))
}

func sameWord(text string) error {
	return errs.Conflictf("这个事项已有“%s”这个说法", text).At("word").Fix("不用再加")
}

// sayWord brings the index to date and records the act. What is typed may come
// from the public and stands in the addendum.
func sayWord(ctx context.Context, tx *ledger.Tx, c Change, kind, text string, n int) error {
	if c.State.Open() || c.State == Published {
		if err := reindex(ctx, tx.Tx, c); err != nil {
			return err
		}
	}
	public, err := ledger.Canonical(struct {
		Code  string `json:"code"`
		Words int    `json:"words"`
	}{c.Code, n})
	if err != nil {
		return errs.Wrap("say "+kind, err)
	}
	hidden, err := ledger.Canonical(struct {
		Text string `json:"text"`
	}{text})
	if err != nil {
		return errs.Wrap("say "+kind, err)
	}
	_, err = tx.Record(ctx, ledger.Entry{Log: ledger.Powers, Division: c.Division, Kind: kind, Subject: c.Power, Public: public, Addendum: hidden})
	return err
}

// CleanWord brings a word to the form in which it is kept: blanks gone. Invalid
// where it is none: 2 to 20 characters, of which one is a letter or Han
// character, without marks, and nobody's number.
func CleanWord(s string) (string, error) {
	text := strings.Join(strings.Fields(s), "")
	n := utf8.RuneCountInString(text)
	switch {
	case n < MinWord || n > MaxWord:
		return "", errs.Invalidf("说法应当是 %d 到 %d 个字", MinWord, MaxWord).At("word").Fix("请写群众查找时会打的那几个字，例如“开饭店”")
	case PersonalDigits(text):
		return "", errs.Invalidf("“%s”里有一长串数字，可能是个人的号码", text).At("word").Fix("请去掉号码，只写事情怎么说")
	case len(hanzi.Words(text)) != 1 || !strings.ContainsFunc(text, unicode.IsLetter):
		return "", errs.Invalidf("“%s”不是一个说法", text).At("word").Fix("请只写文字，不带标点；几个说法请分几次添加")
	}
	return text, nil
}

// PersonalDigits says whether a text holds digits that may be somebody's number:
// what engine/mask knows, or six in a row.
func PersonalDigits(s string) bool {
	if mask.Landlines(s) != s {
		return true
	}
	row := 0
	for _, r := range s {
		switch {
		case unicode.IsDigit(r):
			row++
		case r != ' ' && r != '-': // groups of digits are one number
			row = 0
		}
		if row > maxDigits {
			return true
		}
	}
	return false
}

// common refuses a word by which many items are found already.
func common(ctx context.Context, r sqldb.Reader, text string) error {
	n, capped, err := search.Count(ctx, r, search.Query{Words: text, Kind: "power"})
	if err != nil || n <= TooCommon {
		return errs.Wrap("count a word", err)
	}
	more := ""
	if capped {
		more = "以上"
	}
	return errs.Invalidf("用“%s”查找已经有 %d 项%s", text, n, more).At("sure").
		Fix("太常见的说法帮不了查找的人，请写得具体些；确实需要的，请选“仍然添加”")
}

// Index puts powers into the index of searches, each with the everyday words
// that its department keeps. It is the one way in: a document put past it would
// lose the words.
func Index(ctx context.Context, tx *sqldb.Tx, docs []search.Doc) error {
	ids := make([]sqldb.ID, len(docs))
	for i, d := range docs {
		ids[i] = d.ID
	}
	words, err := wordsIn(ctx, tx, ids)
	if err != nil {
		return errs.Wrap("index powers", err)
	}
	worded := make([]search.Doc, len(docs))
	for i, d := range docs {
		for _, w := range words[d.ID] {
			d.Words = append(slices.Clip(d.Words), w.Text)
		}
		worded[i] = d
	}
	return search.Put(ctx, tx, worded)
}

// reindex puts the standing wording of a power into the index anew.
func reindex(ctx context.Context, tx *sqldb.Tx, c Change) error {
	v, err := VersionByID(ctx, tx, c.Version)
	if err != nil {
		return err
	}
	all, err := org.Departments(ctx, tx, "")
	if err != nil {
		return fmt.Errorf("index %s: %w", c.Code, err)
	}
	name := ""
	for _, d := range all {
		if d.ID == v.Department {
			name = d.Name
		}
	}
	return Index(ctx, tx, []search.Doc{SearchDoc(c.Code, v, name, c.State == Published)})
}
