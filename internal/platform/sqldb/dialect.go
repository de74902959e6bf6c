package sqldb

import (
	"fmt"
	"strings"
)

// postgresTypes are the swaps for column types. text collates by bytes, as on
// SQLite, so that both engines order alike; real is eight bytes on both.
var postgresTypes = map[string]string{
	"integer": "bigint",
	"blob":    "bytea",
	"text":    `text collate "C"`,
	"real":    "double precision",
}

// translate turns a migration written in SQLite's STRICT form into one
// engine's own: blocks for the other engine fall away, and for PostgreSQL the
// common part gets its types swapped and loses STRICT and WITHOUT ROWID.
// Blocks for one engine are passed on as they stand.
func translate(e Engine, text string) (string, error) {
	var out, common strings.Builder
	flush := func() error {
		part, err := common.String(), error(nil)
		common.Reset()
		if e == PostgreSQL {
			part, err = toPostgres(part)
		}
		out.WriteString(part)
		return err
	}
	block := "" // "", "sqlite only" or "postgres only"
	for n, line := range strings.SplitAfter(text, "\n") {
		note := strings.TrimSpace(strings.TrimPrefix(strings.TrimSpace(line), "--"))
		isNote := strings.HasPrefix(strings.TrimSpace(line), "--")
		switch {
		case isNote && (note == "sqlite only" || note == "postgres only"):
			if block != "" {
				return "", fmt.Errorf("line %d: block %q inside block %q", n+1, note, block)
			}
			if err := flush(); err != nil {
				return "", err
			}
			block = note
		case isNote && note == "end":
			if block == "" {
				return "", fmt.Errorf("line %d: end without a block", n+1)
			}
			block = ""
		case block == "":
			common.WriteString(line)
		case (block == "sqlite only") == (e == SQLite):
			out.WriteString(line)
		}
	}
	if block != "" {
		return "", fmt.Errorf("block %q does not end", block)
	}
	if err := flush(); err != nil {
		return "", err
	}
	return out.String(), nil
}

// toPostgres swaps types and drops table options. A type word counts only
// where a type can stand, so that a column may be called text.
func toPostgres(part string) (string, error) {
	tokens, err := lex(part)
	if err != nil {
		return "", err
	}
	var solid []int // indexes of the tokens that are not blank
	for i, t := range tokens {
		if t.kind != blank {
			solid = append(solid, i)
		}
	}
	at := func(k int) token {
		if k < 0 || k >= len(solid) {
			return token{}
		}
		return tokens[solid[k]]
	}
	for k, i := range solid {
		low := strings.ToLower(tokens[i].text)
		swap, isType := postgresTypes[low]
		switch {
		case low == ")":
			dropOptions(tokens, solid, k)
		case isType && isColumnType(at(k-2), at(k-1)):
			tokens[i].text = swap
		case isType && at(k-1).is("as"): // cast (x as type)
			tokens[i].text, _, _ = strings.Cut(swap, " collate")
		}
	}
	var out strings.Builder
	for _, t := range tokens {
		out.WriteString(t.text)
	}
	return out.String(), nil
}

// isColumnType reports whether a word after these two tokens is the type of a
// column: "(name", ", name", "column name" or "add name".
func isColumnType(before, name token) bool {
	if name.kind != word && name.kind != quoted || name.is("column") {
		return false
	}
	return before.text == "(" || before.text == "," || before.is("column") || before.is("add")
}

// dropOptions blanks the table options that follow the closing bracket at k.
func dropOptions(tokens []token, solid []int, k int) {
	for n := k + 1; n < len(solid); n++ {
		t := &tokens[solid[n]]
		if !t.is("strict") && !t.is("without") && !t.is("rowid") && (t.text != "," || n == k+1) {
			return
		}
		t.text = ""
	}
}
