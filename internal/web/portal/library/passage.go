package library

import (
	"context"
	"net/url"
	"slices"
	"strings"
	"unicode/utf8"

	"qingdan/internal/platform/sqldb"
	"qingdan/internal/web/ui"
)

// Passage is where the words of a search stand in a law: the article and some
// of its words, the found ones with the tone hit. It is empty when the words
// stand only in the title, or in another spelling.
type Passage struct {
	Number, Href string
	Pieces       []ui.Piece
}

// rows makes the rows of a page and finds, for the laws found by their text,
// the first article that holds the words.
func (l *Library) rows(ctx context.Context, lines []line, q query) ([]Row, error) {
	rows := make([]Row, 0, len(lines))
	var texts []sqldb.ID
	for _, n := range lines {
		rows = append(rows, n.row())
		if n.text {
			texts = append(texts, n.newest().ID)
		}
	}
	words := strings.Fields(q.Words)
	if len(texts) == 0 || len(words) == 0 {
		return rows, nil
	}
	all, err := readFound(ctx, l.cfg.DB, texts, words)
	if err != nil {
		return nil, err
	}
	best := bestFound(all, words)
	for i, n := range lines {
		if f, ok := best[n.newest().ID]; ok && n.text {
			at := f.Number.String()
			rows[i].Passage = Passage{Number: f.Number.Chinese(), Pieces: passage(f.Text, words),
				Href: ui.Address(rows[i].Href, url.Values{"edition": {f.Edition.String()}, "at": {at}}) + "#a" + at}
		}
	}
	return rows, nil
}

// bestFound chooses, for each text, the article with the most of the words, the
// first of several.
func bestFound(all []found, words []string) map[sqldb.ID]found {
	best, most := map[sqldb.ID]found{}, map[sqldb.ID]int{}
	for _, f := range all {
		n := 0
		for _, w := range words {
			if strings.Contains(f.Text, w) {
				n++
			}
		}
		if n > most[f.Edition] {
			best[f.Edition], most[f.Edition] = f, n
		}
	}
	return best
}

// How many characters of a passage stand before the first word found, and how
// many in all.
const (
	passageLead  = 20
	passageRunes = 90
)

// passage cuts a passage around the first word found and marks all of them.
func passage(text string, words []string) []ui.Piece {
	text = strings.ReplaceAll(text, "\n", "")
	first := len(text)
	for _, w := range words {
		if i := strings.Index(text, w); i >= 0 {
			first = min(first, i)
		}
	}
	if first == len(text) {
		return nil
	}
	from := first
	for range passageLead {
		_, width := utf8.DecodeLastRuneInString(text[:from])
		from -= width
	}
	to := from
	for range passageRunes {
		_, width := utf8.DecodeRuneInString(text[to:])
		to += width
	}
	pieces := marked(text[from:to], words)
	if from > 0 {
		pieces = slices.Insert(pieces, 0, ui.Piece{Word: "…"})
	}
	if to < len(text) {
		pieces = append(pieces, ui.Piece{Word: "…"})
	}
	return pieces
}

// marked cuts a text into the words and what stands between them.
func marked(text string, words []string) []ui.Piece {
	var out []ui.Piece
	for text != "" {
		at, width := len(text), 0
		for _, w := range words {
			if i := strings.Index(text, w); i >= 0 && (i < at || i == at && len(w) > width) {
				at, width = i, len(w)
			}
		}
		if at > 0 {
			out = append(out, ui.Piece{Word: text[:at]})
		}
		if width > 0 {
			out = append(out, ui.Piece{Tone: "hit", Word: text[at : at+width]})
		}
		text = text[at+width:]
	}
	return out
}
