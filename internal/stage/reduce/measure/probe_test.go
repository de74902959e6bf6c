package measure

import (
	"context"
	"fmt"
	"os"
	"testing"
	"time"

	"qingdan/internal/platform/sqldb"
)

func TestProbe(t *testing.T) {
	dir := os.Getenv("PROBE")
	if dir == "" {
		t.Skip()
	}
	db, err := sqldb.Open(context.Background(), dir)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	for range 2 {
		start := time.Now()
		w, err := readWorld(context.Background(), db)
		if err != nil {
			t.Fatal(err)
		}
		mid := time.Now()
		r := Tally(w)
		fmt.Println("read", mid.Sub(start), "tally", time.Since(mid))
		fmt.Printf("raw %+v normal %+v reported %d fates %v\n", r.Raw, r.Normal, r.Reported, r.Fates)
		type k struct {
			Kind
			Figure
		}
		n, h, c := map[k]int{}, map[k]int{}, map[k]int{}
		sum := 0
		for _, f := range r.Flags {
			n[k{f.Kind, f.Of}]++
			h[k{f.Kind, f.Of}] += f.Hidden
			c[k{f.Kind, f.Of}] += len(f.Codes)
			if f.Of == OfCut {
				sum += f.Hidden
			}
		}
		for key := range n {
			fmt.Println(key, "flags", n[key], "hidden", h[key], "codes", c[key])
		}
		fmt.Println("explained", sum, "=", r.Raw.Cut-r.Normal.Cut)
		fmt.Printf("%+v\n", r.Burden)
		for _, f := range r.Flags {
			if os.Getenv("KIND") == string(f.Kind) {
				fmt.Printf("%s %s %v hidden %d of %s: %s\n", f.Kind.Label(), f.Department, f.Codes[:min(5, len(f.Codes))], f.Hidden, f.Of, f.Why)
			}
		}
	}
}
