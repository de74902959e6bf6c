package ui

import (
	"html/template"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"
)

// funcs are the few functions that templates may call.
func funcs() template.FuncMap {
	return template.FuncMap{
		"num": Num, "day": Day, "lines": Lines, "steps": Steps, "bar": NewBar, "add": func(a, b int) int { return a + b },
	}
}

// Num writes a number with thousands marks: 5,029.
func Num(n int) string {
	s := strconv.Itoa(n)
	sign := ""
	if n < 0 {
		sign, s = "−", s[1:]
	}
	for i := len(s) - 3; i > 0; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return sign + s
}

// Day writes a stored day YYYY-MM-DD as 2014年12月11日; anything else is
// returned as it is.
func Day(s string) string {
	t, err := time.Parse(time.DateOnly, s)
	if err != nil {
		return s
	}
	return t.Format("2006年1月2日")
}

// Lines splits a text into its lines without the empty ones.
func Lines(s string) []string {
	var out []string
	for l := range strings.SplitSeq(s, "\n") {
		if l = strings.TrimSpace(l); l != "" {
			out = append(out, l)
		}
	}
	return out
}

// Steps splits a sequence as departments write it: one a line, or joined by
// arrows, or numbered in one line.
func Steps(s string) []string {
	for _, arrow := range []string{"→", "—>", "-->", "->", "=>", "⇒"} {
		s = strings.ReplaceAll(s, arrow, "\n")
	}
	lines := Lines(s)
	if len(lines) == 1 {
		lines = numbered(lines[0])
	}
	for i, l := range lines {
		lines[i] = strings.TrimRight(trimNumber(l), "；;，, ")
	}
	return lines
}

// stepRunes is the longest word that counts as the name of a step.
const stepRunes = 10

// Stages splits a sequence of steps; a single line of short names joined by
// one kind of mark (受理、审查、决定) is one step a name.
func Stages(s string) []string {
	steps := Steps(s)
	if len(steps) != 1 {
		return steps
	}
	for _, mark := range []string{"、", "；", "——", "—", "－", "-", " "} {
		if names, ok := shortNames(strings.Split(strings.TrimRight(steps[0], "。"), mark)); ok {
			return names
		}
	}
	return steps
}

// shortNames trims names and says whether there are several and all are short.
func shortNames(names []string) ([]string, bool) {
	for i, n := range names {
		names[i] = strings.TrimSpace(n)
		if names[i] == "" || utf8.RuneCountInString(names[i]) > stepRunes {
			return nil, false
		}
	}
	return names, len(names) > 1
}

// Listing is a list with the words that introduce it (有下列情形之一的：).
type Listing struct {
	Lead  string
	Items []string
}

// Listed splits a list and sets its introduction apart.
func Listed(s string) Listing {
	items := Steps(s)
	if len(items) > 1 && strings.HasSuffix(items[0], "：") {
		return Listing{items[0], items[1:]}
	}
	return Listing{Items: items}
}

// numbered splits "1.甲 2.乙" before each expected number; a text without the
// next number stays whole, so that "第2.5条" is not torn apart.
func numbered(s string) []string {
	var out []string
	for n := 2; ; n++ {
		at := -1
		for _, mark := range []string{".", "．", "、"} {
			if i := strings.Index(s, strconv.Itoa(n)+mark); i > 0 && (at < 0 || i < at) {
				at = i
			}
		}
		if at < 0 || trimNumber(s) == s {
			return append(out, s)
		}
		out = append(out, strings.TrimSpace(s[:at]))
		s = s[at:]
	}
}

// trimNumber removes a leading "1.", "二、" or "（三）": lists number
// themselves.
func trimNumber(s string) string {
	const digits = "0123456789一二三四五六七八九十"
	for _, bracket := range [][2]string{{"（", "）"}, {"(", ")"}} {
		if inner, ok := strings.CutPrefix(s, bracket[0]); ok {
			if rest, ok := strings.CutPrefix(strings.TrimLeft(inner, digits), bracket[1]); ok && !strings.HasPrefix(inner, bracket[1]) {
				return strings.TrimSpace(rest)
			}
		}
	}
	rest := strings.TrimLeft(s, digits)
	if rest == s {
		return s
	}
	for _, mark := range []string{".", "．", "、"} {
		if t, ok := strings.CutPrefix(rest, mark); ok {
			return strings.TrimSpace(t)
		}
	}
	return s
}
