package portal

import (
	"strings"
	"unicode/utf8"

	"qingdan/internal/web/ui"
)

// labelRunes is the longest word before a colon that counts as a label.
const labelRunes = 8

// labelled splits a text whose lines carry their own labels (违法行为：… 处罚种类：…)
// into a row for each; a line without a label continues the row before. A text
// that does not begin with a label stays whole under the given one.
func labelled(label, text string) []Pair {
	var out []Pair
	for i, line := range ui.Lines(text) {
		name, rest, ok := cutLabel(line)
		switch {
		case ok:
			out = append(out, Pair{name, rest})
		case i == 0:
			return []Pair{{label, text}}
		default:
			out[len(out)-1].Text += "\n" + line
		}
	}
	// One labelled line is split only from the label it repeats: any other
	// word before a colon may be part of the sentence.
	if len(out) == 1 && out[0].Label != label {
		return []Pair{{label, text}}
	}
	return out
}

// cutLabel cuts a line at its label: a short word without punctuation before
// the first colon, and something after it.
func cutLabel(line string) (label, rest string, ok bool) {
	at := strings.IndexAny(line, "：:")
	if at <= 0 {
		return "", "", false
	}
	_, width := utf8.DecodeRuneInString(line[at:])
	label, rest = strings.TrimSpace(line[:at]), strings.TrimSpace(line[at+width:])
	if rest == "" || utf8.RuneCountInString(label) > labelRunes || strings.ContainsAny(label, "，。；、（）《》“”,.;()0123456789") {
		return "", "", false
	}
	return label, rest, true
}

// rowRunes is the longest step that is drawn in a row with the others.
const rowRunes = 10

// inRow says whether steps are short enough to stand side by side.
func inRow(steps []string) bool {
	for _, s := range steps {
		if utf8.RuneCountInString(s) > rowRunes {
			return false
		}
	}
	return len(steps) > 1
}
