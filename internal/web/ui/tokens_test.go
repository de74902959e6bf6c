package ui

import (
	"math"
	"regexp"
	"strconv"
	"strings"
	"testing"
)

// pairs are all texts on all grounds that the style sheets use.
func pairs() map[string][]string {
	return map[string][]string{
		"ink": {"paper", "ground", "tint"}, "muted": {"paper", "ground", "tint"}, "link": {"paper", "ground", "tint"},
		"on-brand": {"brand", "brand-deep"}, "on-brand-soft": {"brand", "brand-deep"}, "brand-deep": {}, "brand": {},
		"on-act": {"act"}, "ok": {"paper", "ok-tint"}, "warn": {"paper", "warn-tint"}, "bad": {"paper", "bad-tint"}, "note": {"note-tint"},
		"ink-on-rule": {"rule"},
	}
}

// marks are parts that are not text and need 3:1 against what is beside them
// (WCAG 1.4.11).
func marks() map[string][]string {
	return map[string][]string{
		"keep": {"paper", "tint"}, "less": {"paper", "tint"}, "more": {"paper", "tint"}, "all": {"paper", "tint"},
		"focus": {"paper", "ground"}, "strong-line": {"paper"},
	}
}

// decoration are colours that carry no meaning.
func decoration() []string { return []string{"line"} }

var declaration = regexp.MustCompile(`--([a-z-]+):(#[0-9a-f]{6})`)

// modes reads the colours of every mode; a mode inherits what it does not set.
func modes(t *testing.T) map[string]map[string]string {
	t.Helper()
	css, err := files.ReadFile("assets/tokens.css")
	if err != nil {
		t.Fatal(err)
	}
	out := map[string]map[string]string{}
	for _, block := range strings.Split(string(css), ":root")[1:] {
		name := "normal"
		if strings.HasPrefix(block, "[") {
			name = strings.Split(block, `"`)[1]
		}
		colours := map[string]string{}
		for k, v := range out["normal"] {
			colours[k] = v
		}
		for _, m := range declaration.FindAllStringSubmatch(block, -1) {
			colours[m[1]] = m[2]
		}
		out[name] = colours
	}
	return out
}

// luminance is the relative luminance of WCAG 2.
func luminance(hex string) float64 {
	sum := 0.0
	for i, weight := range []float64{0.2126, 0.7152, 0.0722} {
		n, err := strconv.ParseUint(hex[1+2*i:3+2*i], 16, 8)
		if err != nil {
			panic(err)
		}
		c := float64(n) / 255
		if c <= 0.04045 {
			c /= 12.92
		} else {
			c = math.Pow((c+0.055)/1.055, 2.4)
		}
		sum += weight * c
	}
	return sum
}

func contrast(a, b string) float64 {
	x, y := luminance(a), luminance(b)
	return (max(x, y) + 0.05) / (min(x, y) + 0.05)
}

func TestContrastOfEveryPair(t *testing.T) {
	all := modes(t)
	if len(all) != 3 {
		t.Fatalf("%d modes", len(all))
	}
	for mode, colours := range all {
		for least, table := range map[float64]map[string][]string{4.5: pairs(), 3: marks()} {
			if mode == "contrast" && least == 4.5 {
				least = 7 // the mode for weak sight meets AAA
			}
			for text, grounds := range table {
				for _, ground := range grounds {
					if c := contrast(colours[text], colours[ground]); c < least {
						t.Errorf("%s: %s on %s is %.2f, want %.1f", mode, text, ground, c, least)
					}
				}
			}
		}
	}
}

// TestEveryColourIsAToken: colours stand in the tokens file only (print is
// black on white), and every colour token is covered by a pair.
func TestEveryColourIsAToken(t *testing.T) {
	covered := map[string]bool{}
	for _, table := range []map[string][]string{pairs(), marks()} {
		for text, grounds := range table {
			covered[text] = true
			for _, g := range grounds {
				covered[g] = true
			}
		}
	}
	for _, d := range decoration() {
		covered[d] = true
	}
	for name := range modes(t)["normal"] {
		if !covered[name] {
			t.Errorf("no pair for token %s", name)
		}
	}
	literal := regexp.MustCompile(`#[0-9a-fA-F]{3,8}\b|rgba?\(`)
	for _, sheet := range sheets() {
		if sheet == "tokens.css" || sheet == "print.css" {
			continue
		}
		b, err := files.ReadFile("assets/" + sheet)
		if err != nil {
			t.Fatal(err)
		}
		for i, line := range strings.Split(string(b), "\n") {
			if literal.MatchString(line) {
				t.Errorf("%s:%d has a colour of its own: %s", sheet, i+1, line)
			}
		}
	}
}
