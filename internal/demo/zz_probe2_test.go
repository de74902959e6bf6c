package demo

import (
	"context"
	"fmt"
	"os"
	"strings"
	"testing"
)

func TestProbe2(t *testing.T) {
	if os.Getenv("PROBE") == "" {
		t.Skip()
	}
	rs, _ := readFolder(realLaws(t))
	ts := parseAll(context.Background(), rs)
	ch, err := choose(ts, "2026-09-15")
	if err != nil {
		t.Fatal(err)
	}
	e := newExtractor(units())
	nrep := 0
	for i := range ch {
		x := &ch[i]
		if x.repeals {
			nrep++
			fmt.Println("REP", x.level, x.parsed.Title, len(e.powers(x)), len(x.parsed.Doc.Articles))
		}
		if strings.Contains(x.parsed.Title, "粮") || strings.Contains(x.parsed.Title, "密") {
			fmt.Println(x.level, x.parsed.Title, e.home(x), len(e.powers(x)), len(x.parsed.Doc.Articles))
		}
	}
	for _, r := range rs {
		if strings.Contains(r.Title, "粮") || strings.Contains(r.Title, "密") {
			fmt.Println("raw", r.Title, r.Status)
		}
	}
	fmt.Println(nrep)
}
