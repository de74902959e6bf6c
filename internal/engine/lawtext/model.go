package lawtext

import "strings"

// Document is a parsed law text. Its fields are filled as far as the text
// allows; Problems says what was not in order.
type Document struct {
	Title    string // the title line, blanks inside removed
	Preamble string // the text before the first article: history note, enacting words, preface

	// Books, Chapters and Sections count the headings 编 章 节 in the body. A
	// contents page is not counted, nor are 分编.
	Books, Chapters, Sections int

	Articles []Article // in the order of the text
	Points   []Item    // 一、二、 of a document without articles, their （一）（二） as Subitems
	Annex    string    // the text after the last article that is not part of it (附件), or a second law
	Problems []Problem // in the order of lines

	preambleLines, annexLines []int // line in the text of each line of Preamble and Annex
}

// Article is one 条.
type Article struct {
	Number Number
	// Book, Chapter and Section are the headings it stands under, as printed
	// with blanks tidied ("第一章 总则"); "" if there is none. A 分编 is joined
	// to its book.
	Book, Chapter, Section string
	Line                   int // line of its number in the text, from 1
	Paragraphs             []Paragraph
}

// Paragraph is one 款: its own words, the 项 and the table that hang on it. A
// table is no 款 of its own; a second one below the same words stands in a
// paragraph without words.
type Paragraph struct {
	Text  string
	Items []Item
	Table *Table `json:",omitempty"` // nil for nearly all
}

// Item is one 项. Text begins with the mark as printed, "（一）".
type Item struct {
	No       int
	Text     string
	Subitems []Subitem
}

// Subitem is one 目. Text begins with the mark as printed, "1.".
type Subitem struct {
	No   int
	Text string
}

// Text gives the words of the article: paragraphs, items, subitems and rows of
// tables (cells joined by " | ") joined by "\n", Markdown removed, without the
// leading 第…条.
func (a Article) Text() string {
	if len(a.Paragraphs) == 1 && len(a.Paragraphs[0].Items) == 0 && a.Paragraphs[0].Table == nil {
		return a.Paragraphs[0].Text
	}
	parts := make([]string, 0, 8)
	for _, p := range a.Paragraphs {
		parts = p.lines(parts)
	}
	return strings.Join(parts, "\n")
}

// endsInTable reports whether the article closes with a table.
func (a Article) endsInTable() bool {
	n := len(a.Paragraphs)
	return n > 0 && a.Paragraphs[n-1].Table != nil
}

// String gives the words of the paragraph with its items and its table, joined
// by "\n".
func (p Paragraph) String() string { return strings.Join(p.lines(nil), "\n") }

// String gives the words of the item with its subitems, joined by "\n".
func (i Item) String() string { return strings.Join(i.lines(nil), "\n") }

func (p Paragraph) lines(to []string) []string {
	if p.Text != "" {
		to = append(to, p.Text)
	}
	for _, it := range p.Items {
		to = it.lines(to)
	}
	return p.Table.lines(to)
}

func (i Item) lines(to []string) []string {
	to = append(to, i.Text)
	for _, s := range i.Subitems {
		to = append(to, s.Text)
	}
	return to
}

// Find gives the article with that number; with doubled numbers, the first.
func (d *Document) Find(n Number) (Article, bool) {
	for _, a := range d.Articles {
		if a.Number == n {
			return a, true
		}
	}
	return Article{}, false
}

// Locate gives the words at 条/款/项/目. A part that is 0 is not given: (n, 0,
// 0, 0) is the whole article. An item without a paragraph means the first
// paragraph that has such an item, which is how citations of one-paragraph
// articles are written; a subitem without an item likewise. It reports false
// when the text has no such place.
func (d *Document) Locate(n Number, paragraph, item, subitem int) (string, bool) {
	a, ok := d.Find(n)
	if !ok || paragraph < 0 || item < 0 || subitem < 0 || paragraph > len(a.Paragraphs) {
		return "", false
	}
	paragraphs := a.Paragraphs
	if paragraph > 0 {
		paragraphs = paragraphs[paragraph-1 : paragraph]
	}
	if item == 0 && subitem == 0 {
		if paragraph == 0 {
			return a.Text(), true
		}
		return paragraphs[0].String(), true
	}
	for _, p := range paragraphs {
		for _, it := range p.Items {
			if item > 0 && it.No != item {
				continue
			}
			if subitem == 0 {
				return it.String(), true
			}
			for _, s := range it.Subitems {
				if s.No == subitem {
					return s.Text, true
				}
			}
		}
	}
	return "", false
}
