package ui

// Bar is one bar of a chart that is drawn beside its number in a table row:
// the table is the picture. Positions are thousandths of the width.
type Bar struct {
	X, W int
	Tone string // CSS class: keep, less, more, all
}

// NewBar places a bar of n from the start of a scale of max. Anything above
// zero stays visible.
func NewBar(n, max int, tone string) Bar { return Span(0, n, max, tone) }

// Span places a bar from one value to another on a scale of max.
func Span(from, to, max int, tone string) Bar {
	if from > to {
		from, to = to, from
	}
	if max <= 0 || to <= 0 {
		return Bar{Tone: tone}
	}
	from = min(max, from)
	from = from * 1000 / max
	w := min(max, to)*1000/max - from
	if w < 4 {
		w = 4
	}
	return Bar{X: min(from, 1000-w), W: w, Tone: tone}
}
