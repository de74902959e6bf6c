package ui

import "qingdan/internal/engine/hanzi"

// Light is a state shown by shape, word and colour together; Tone is ok, warn,
// bad or still.
type Light struct{ Tone, Word string }

// Piece is one run of a compared or searched text: Tone is more (added), less
// (removed), hit (found) or empty.
type Piece struct{ Tone, Word string }

// Differences is the readable difference of two texts in one: what was removed
// stands before what was added in its place.
func Differences(older, newer string) []Piece {
	var out []Piece
	for _, op := range hanzi.Diff(older, newer) {
		tone := ""
		switch op.Kind {
		case hanzi.Removed:
			tone = "less"
		case hanzi.Added:
			tone = "more"
		}
		out = append(out, Piece{tone, op.Text})
	}
	return out
}

// Pager holds the addresses of the pages before and after; empty at the ends.
type Pager struct{ Previous, Next string }

// Choice is one value of a facet in a selection field.
type Choice struct {
	Value, Label string
	Count        int
	Selected     bool
}

// AddChoice adds a value that is its own label; a value that nothing has is
// left out unless it is the chosen one.
func AddChoice(to []Choice, value string, count int, chosen string) []Choice {
	if count == 0 && value != chosen {
		return to
	}
	return append(to, Choice{value, value, count, value == chosen})
}
