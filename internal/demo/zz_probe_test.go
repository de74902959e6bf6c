package demo

import (
	"context"
	"fmt"
	"os"
	"testing"
)

func TestProbe(t *testing.T) {
	if os.Getenv("PROBE") == "" {
		t.Skip()
	}
	us := units()
	m, err := readReal(context.Background(), realLaws(t), us, "2026-09-15", func(s string) {})
	if err != nil {
		t.Fatal(err)
	}
	lv := map[string]int{}
	for _, l := range m.laws {
		lv[l.Level]++
	}
	fmt.Println(lv, len(m.tooLow), len(m.reform), len(m.repealed))
	c := &city{units: us, m: m, used: map[string]bool{}, pool: nil}
	_ = c
	used := map[string]bool{}
	byCat := map[string]int{}
	byUnit := map[string]map[string]int{}
	f, _ := os.Create("/tmp/demo-ov/names.txt")
	for _, s := range fair(m.sound) {
		if used[nameKey(s)] {
			continue
		}
		used[nameKey(s)] = true
		byCat[string(s.cat)]++
		u := us[s.unit-1].short
		if byUnit[u] == nil {
			byUnit[u] = map[string]int{}
		}
		byUnit[u][string(s.cat)]++
		fmt.Fprintf(f, "%s\t%s\t%s\t%s\t%s\n", s.cat, u, s.name, s.ref.String(), s.sanction)
	}
	f.Close()
	fmt.Println(byCat)
	for _, u := range us {
		fmt.Println(u.short, byUnit[u.short])
	}
}
