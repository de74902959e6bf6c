package cli

import (
	"context"
	"fmt"

	"qingdan/internal/errs"
	"qingdan/internal/platform/ledger"
	"qingdan/internal/registry/power"
	"qingdan/internal/stage/reduce"
	"qingdan/internal/stage/reduce/measure"
)

// StatsCmd prints the figures of the reform, counted from rows: as the books have
// them, and counted honestly (不玩数字游戏).
type StatsCmd struct {
	JSON bool `name:"json" help:"输出 JSON"`
}

// statsLine is the JSON of stats: the raw figures, and beside them the honest ones.
type statsLine struct {
	reduce.Stats
	Normalised normalisedLine `json:"normalised"`
	Flags      []flagLine     `json:"flags"`
	Burden     measure.Burden `json:"burden"`
}

// normalisedLine are matters counted by lineage. Reported are those in In that
// departments reported, the others were found by the audit; Fates add up to In, and
// Categories, the ones under which they came in, to Kept.
type normalisedLine struct {
	In         int                    `json:"in"`
	Reported   int                    `json:"reported"`
	Kept       int                    `json:"kept"`
	Cut        int                    `json:"cut"`
	Open       int                    `json:"open"`
	Hidden     int                    `json:"hidden"` // cut in the books and exercised all the same
	Fates      map[reduce.Fate]int    `json:"fates"`
	Categories map[power.Category]int `json:"categories"`
	Units      []unitLine             `json:"units"`
}

type unitLine struct {
	Name   string        `json:"name"`
	Raw    measure.Count `json:"raw"`
	Normal measure.Count `json:"normalised"`
}

// flagLine is one way in which the raw figures look better than what they count.
type flagLine struct {
	Kind       measure.Kind   `json:"kind"`
	Label      string         `json:"label"`
	Codes      []string       `json:"codes"`
	Department string         `json:"department"`
	Hidden     int            `json:"hidden"`    // matters that the books have cut and that are exercised: they add up to normalised.hidden
	Misplaced  int            `json:"misplaced"` // matters that another raw figure has wrong
	Of         measure.Figure `json:"of"`        // the raw figure that has them wrong
	Why        string         `json:"why"`
}

// Run executes the command.
func (c *StatsCmd) Run(ctx context.Context, app *App, env Env) error {
	return app.within(ctx, env, func(h *house) error {
		s, err := reduce.ReadStats(ctx, h.db)
		if err != nil {
			return err
		}
		honest, err := measure.Read(ctx, h.db)
		if err != nil {
			return err
		}
		if c.JSON {
			return printJSON(env.Stdout, statsJSON(s, honest))
		}
		fmt.Fprintf(env.Stdout, "单位 %d 个，法规 %d 件，上报 %d 项，保留 %d 项\n", s.Units, s.Laws, s.Reported, s.Kept)
		for _, f := range append(reduce.Fates(), reduce.Undecided) {
			if n := s.Fates[f]; n > 0 {
				fmt.Fprintf(env.Stdout, "  %s %d\n", f, n)
			}
		}
		for _, k := range power.Categories() {
			fmt.Fprintf(env.Stdout, "  %s %d\n", k, s.Categories[k])
		}
		sayHonest(env, honest)
		return nil
	})
}

func statsJSON(s reduce.Stats, r measure.Report) statsLine {
	n := normalisedLine{In: r.Normal.In, Reported: r.Reported, Kept: r.Normal.Kept, Cut: r.Normal.Cut, Open: r.Normal.Open, Hidden: r.Hidden(),
		Fates: r.Fates, Categories: map[power.Category]int{}, Units: []unitLine{}}
	for _, c := range r.Categories {
		if c.Normal.Kept > 0 {
			n.Categories[power.Category(c.Key)] = c.Normal.Kept
		}
	}
	for _, u := range r.Units {
		n.Units = append(n.Units, unitLine{u.Name, u.Raw, u.Normal})
	}
	out := statsLine{Stats: s, Normalised: n, Flags: []flagLine{}, Burden: r.Burden}
	for _, f := range r.Flags {
		line := flagLine{Kind: f.Kind, Label: f.Kind.Label(), Codes: f.Codes, Department: f.Department, Of: f.Of, Why: f.Why}
		if f.Of == measure.OfCut {
			line.Hidden = f.Hidden
		} else {
			line.Misplaced = f.Hidden
		}
		out.Flags = append(out.Flags, line)
	}
	return out
}

// sayHonest prints the honest count beside the one of the books, and what makes the
// difference.
func sayHonest(env Env, r measure.Report) {
	fmt.Fprintf(env.Stdout, "按沿革计数（不玩数字游戏）：进来 %d 项，保留 %d 项，减少 %d 项", r.Normal.In, r.Normal.Kept, r.Normal.Cut)
	if r.Normal.Open > 0 {
		fmt.Fprintf(env.Stdout, "，待定 %d 项", r.Normal.Open)
	}
	fmt.Fprintf(env.Stdout, "\n  账面减少 %d 项，实际减少 %d 项，相差 %d 项\n", r.Raw.Cut, r.Normal.Cut, r.Hidden())
	for _, k := range measure.Kinds() {
		flags, codes, hidden := 0, 0, 0
		for _, f := range r.Flags {
			if f.Kind != k {
				continue
			}
			flags, codes = flags+1, codes+len(f.Codes)
			if f.Of == measure.OfCut {
				hidden += f.Hidden
			}
		}
		if flags > 0 {
			fmt.Fprintf(env.Stdout, "  %s %d 处，涉及 %d 项，其中不算减少 %d 项\n", k.Label(), flags, codes, hidden)
		}
	}
}

// ImportUsageCmd takes in how often powers were used. Numbers that are known already
// change nothing.
type ImportUsageCmd struct{ files }

// Run executes the command.
func (c *ImportUsageCmd) Run(ctx context.Context, app *App, env Env) error {
	return c.each(ctx, app, env, "行使情况", func(h *house, b []byte, file string) (int, error) {
		rows, err := power.ReadUsage(b, file)
		if err != nil {
			return 0, err
		}
		return len(rows), c.act(ctx, h, func(ctx context.Context, tx *ledger.Tx) error {
			n, err := power.ImportUsage(ctx, tx, rows)
			if err == nil && n == 0 {
				return errDryRun // all of it is known: no act
			}
			return errs.Wrap("import usage", err)
		})
	})
}
