package match_test

import (
	"encoding/json"
	"fmt"
	"os"
	"testing"
	"time"

	"qingdan/internal/engine/citation"
	"qingdan/internal/engine/match"
)

func TestZZ(t *testing.T) {
	b, err := os.ReadFile("/tmp/helperD/rows.json")
	if err != nil {
		t.Skip()
	}
	var all []struct{ Code, Name, Category, Department, Basis, Object, Content, State, Kind, Into_code string }
	if err := json.Unmarshal(b, &all); err != nil {
		t.Fatal(err)
	}
	for _, what := range []string{"published", "all"} {
		var rows []match.Row
		var at []int
		for i, x := range all {
			if x.Kind != "add" || what == "published" && x.State != "published" {
				continue
			}
			rows = append(rows, match.Row{Name: x.Name, Category: x.Category, Body: x.Department, Basis: citation.Parse(x.Basis), Object: x.Object, Content: x.Content})
			at = append(at, i)
		}
		t0 := time.Now()
		os := match.Overlaps(rows)
		t.Logf("%s %d rows, %d groups, %v", what, len(rows), len(os), time.Since(t0))
		into := map[string]string{}
		for _, x := range all {
			if x.Into_code != "" {
				into[x.Code] = x.Into_code
			}
		}
		top := func(c string) string { for into[c] != "" { c = into[c] }; return c }
		found := map[string]bool{}
		shown := 0
		wrong := 0
		for _, o := range os {
			roots := map[string]bool{}
			for _, m := range o.Members {
				c := all[at[m.At]].Code
				found[c] = true
				roots[top(c)] = true
			}
			if len(roots) > 1 {
				wrong++
			}
			if len(roots) > 1 && shown < 60 {
				shown++
				s := fmt.Sprintf("%.2f across=%v %v\n", o.Score, o.Across, o.Reasons)
				for _, m := range o.Members {
					x := all[at[m.At]]
					s += fmt.Sprintf("    %s %s | %s | %s [%s] %.60s\n", x.Code, x.Department, x.Name, x.Category, x.State, x.Basis)
				}
				t.Log(s)
			}
		}
		miss := 0
		for c := range into {
			if !found[c] {
				miss++
			}
		}
		t.Logf("groups with several matters %d, twins not found %d of %d", wrong, miss, len(into))
	}
}
