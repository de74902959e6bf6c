package demo

import (
	"context"
	"fmt"
	"os"
	"strings"
	"testing"
)

func TestProbe3(t *testing.T) {
	if os.Getenv("PROBE") == "" {
		t.Skip()
	}
	rs, _ := readFolder(realLaws(t))
	ts := parseAll(context.Background(), rs)
	ch, _ := choose(ts, "2026-09-15")
	e := newExtractor(units())
	n := 0
	for i := range ch {
		x := &ch[i]
		if x.repeals || !setting(x.level) || isAct(x.parsed.Title) || elsewhere(x.parsed.Title) {
			continue
		}
		got := map[string]bool{}
		for _, s := range e.powers(x) {
			if s.cat == "行政强制" {
				got[s.article()] = true
			}
		}
		for _, a := range x.parsed.Doc.Articles {
			s := squeeze(a.Text())
			if (strings.Contains(s, "查封") || strings.Contains(s, "代履行") || strings.Contains(s, "代为")) && !got[place{t: x, number: a.Number}.ref(0).String()] && n < 40 {
				n++
				fmt.Println(e.home(x), x.parsed.Title, clip(s, 160))
			}
		}
	}
}
