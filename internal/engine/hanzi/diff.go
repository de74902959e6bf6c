package hanzi

import (
	"strings"
	"unicode/utf8"
)

// OpKind tells where the text of an Op stands.
type OpKind int

// The kinds of a diff.
const (
	Same    OpKind = iota // in both texts
	Removed               // in the old text only
	Added                 // in the new text only
)

// Op is one stretch of a diff.
type Op struct {
	Kind OpKind
	Text string
}

// Diff compares two texts for reading. The texts joined from Same and Removed
// are a, those from Same and Added are b, byte for byte; no stretch is empty,
// neighbours differ in kind, and within a change Removed comes before Added.
//
// Clauses (cut at punctuation) are compared first, the words inside changed
// clauses second: numbers and Latin words stay whole, and an agreement of one
// or two characters between two changes is made part of the change, for a
// reader sees no sense in it. Time is bounded for every input: what the budget
// does not reach is shown as replaced whole, clause by clause.
func Diff(a, b string) []Op {
	clauses := align(cut(a, clauseEnd), cut(b, clauseEnd), clauseBudget)
	var out []Op
	for i := 0; i < len(clauses); i++ {
		if clauses[i].Kind == Same {
			out = push(out, clauses[i])
			continue
		}
		var removed, added string
		for ; i < len(clauses) && clauses[i].Kind != Same; i++ {
			if clauses[i].Kind == Removed {
				removed += clauses[i].Text
			} else {
				added += clauses[i].Text
			}
		}
		i--
		for _, op := range align(cut(removed, wordEnd), cut(added, wordEnd), wordBudget) {
			out = push(out, op)
		}
	}
	return absorb(out)
}

// Budgets in comparisons of tokens. Whole texts of 40,000 characters have some
// 4,000 clauses; one changed passage has some hundred words.
const (
	clauseBudget = 4_000_000
	wordBudget   = 1_000_000
)

// push appends an op, keeping the order Removed, Added inside a change and
// merging neighbours of one kind.
func push(out []Op, op Op) []Op {
	n := len(out)
	switch {
	case op.Text == "":
	case n > 0 && out[n-1].Kind == op.Kind:
		out[n-1].Text += op.Text
	case n > 0 && op.Kind == Removed && out[n-1].Kind == Added:
		if n > 1 && out[n-2].Kind == Removed {
			out[n-2].Text += op.Text
		} else {
			out = append(out, out[n-1])
			out[n-1] = op
		}
	default:
		out = append(out, op)
	}
	return out
}

// absorb makes agreements of one or two characters between two changes part of
// the change.
func absorb(ops []Op) []Op {
	var out []Op
	for i, op := range ops {
		between := i > 0 && i < len(ops)-1
		if op.Kind == Same && between && utf8.RuneCountInString(op.Text) <= 2 && len(out) > 0 {
			out = push(out, Op{Removed, op.Text})
			out = push(out, Op{Added, op.Text})
			continue
		}
		out = push(out, op)
	}
	return out
}

// cut splits s into tokens; end gives the length of the first one.
func cut(s string, end func(string) int) []string {
	var out []string
	for s != "" {
		n := end(s)
		out = append(out, s[:n])
		s = s[n:]
	}
	return out
}

// clauseEnd ends a clause after its punctuation or line break.
func clauseEnd(s string) int {
	i := strings.IndexAny(s, "，。；：、！？\n,;!?")
	if i < 0 {
		return len(s)
	}
	_, n := utf8.DecodeRuneInString(s[i:])
	return i + n
}

const numerals = "零〇一二三四五六七八九十百千万亿两"

// wordEnd ends a word: a run of Latin letters and digits, a run of Chinese
// numerals, or a single other character.
func wordEnd(s string) int {
	kind := func(r rune) int {
		switch {
		case strings.ContainsRune(numerals, r):
			return 1
		case classOf(r) == latin:
			return 2
		}
		return 0
	}
	first, n := utf8.DecodeRuneInString(s)
	want := kind(first)
	for want != 0 && n < len(s) {
		r, size := utf8.DecodeRuneInString(s[n:])
		if kind(r) != want {
			break
		}
		n += size
	}
	return n
}
