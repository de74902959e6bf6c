package cli

import (
	"context"
	"fmt"
	"strings"
	"time"

	"qingdan/internal/errs"
	"qingdan/internal/platform/sqldb"
	"qingdan/internal/registry/org"
	"qingdan/internal/service/gaps"
)

// LawGapsCmd holds the list against the law both ways: powers whose cited
// articles do not grant them, and articles that grant a power which nobody
// lists.
type LawGapsCmd struct {
	JSON       bool   `name:"json" help:"每行输出一条"`
	Department string `name:"department" placeholder:"名称" help:"只看一个部门"`
	Day        string `name:"day" help:"按哪一天的法律和清单（默认今天）"`
}

// gapLine is one gap in JSON. Kind is "ungranted" or "uncited"; the fields of
// the other kind are left out.
type gapLine struct {
	Kind       string   `json:"kind"`
	Department string   `json:"department"`
	Category   string   `json:"category"`
	Code       string   `json:"code,omitempty"`
	Name       string   `json:"name,omitempty"`
	Strong     *bool    `json:"strong,omitempty"`
	Articles   []string `json:"articles"`
	Body       string   `json:"body,omitempty"`
	Matter     string   `json:"matter,omitempty"`
	Sentence   string   `json:"sentence,omitempty"`
	Reason     string   `json:"reason"`
}

// Run executes the command.
func (c *LawGapsCmd) Run(ctx context.Context, app *App, env Env) error {
	if c.Day == "" {
		c.Day = today(env)
	}
	if _, err := time.Parse(time.DateOnly, c.Day); err != nil {
		return errs.Invalidf("日期“%s”不对", c.Day).At("--day").Fix("请写成 2014-10-15 这样")
	}
	return app.within(ctx, env, func(h *house) error {
		found, err := gapLines(ctx, h.db, c.Department, c.Day)
		if err != nil {
			return err
		}
		if c.JSON {
			for _, g := range found {
				if err := printJSON(env.Stdout, g); err != nil {
					return err
				}
			}
			return nil
		}
		printGaps(env, found)
		return nil
	})
}

// gapLines reads both kinds of gaps, of one department where it is named.
func gapLines(ctx context.Context, r sqldb.Reader, department, day string) ([]gapLine, error) {
	division, err := org.Here(ctx, r)
	if err != nil {
		return nil, err
	}
	departments, err := org.Departments(ctx, r, division)
	if err != nil {
		return nil, errs.Wrap("departments", err)
	}
	names := make(map[sqldb.ID]string, len(departments))
	for _, d := range departments {
		names[d.ID] = d.Name
	}
	var only sqldb.ID
	if department != "" {
		if only, err = org.IndexNames(departments).Find(department); err != nil {
			return nil, errs.In("--department", err)
		}
	}
	baseless, err := gaps.Ungranted(ctx, r, division, day)
	if err != nil {
		return nil, err
	}
	candidates, err := gaps.Uncited(ctx, r, division, day)
	if err != nil {
		return nil, err
	}
	var out []gapLine
	for _, b := range baseless {
		if only.IsZero() || b.Department == only {
			out = append(out, ungrantedLine(b, names[b.Department]))
		}
	}
	for _, g := range candidates {
		if only.IsZero() || g.Department == only {
			out = append(out, uncitedLine(g, names[g.Department]))
		}
	}
	return out, nil
}

func ungrantedLine(b gaps.Baseless, department string) gapLine {
	line := gapLine{Kind: "ungranted", Department: department, Category: string(b.Category), Code: b.Code, Name: b.Name, Strong: &b.Strong, Reason: b.Reason}
	for _, p := range b.Places {
		line.Articles = append(line.Articles, p.Ref)
	}
	return line
}

func uncitedLine(c gaps.Candidate, department string) gapLine {
	return gapLine{Kind: "uncited", Department: department, Category: string(c.Category), Articles: []string{c.Ref.String()},
		Body: c.Grant.Body, Matter: c.Grant.Matter, Sentence: c.Grant.Text, Reason: c.Why}
}

// printGaps prints the two tables for people.
func printGaps(env Env, found []gapLine) {
	for _, t := range []struct{ kind, head string }{
		{"ungranted", "引用的条文没有授权的事项"},
		{"uncited", "条文授予了权力、清单没有引用（候选，请逐条核对）"},
	} {
		n := 0
		for _, g := range found {
			if g.Kind == t.kind {
				n++
			}
		}
		fmt.Fprintf(env.Stdout, "%s：%d 条\n", t.head, n)
		for _, g := range found {
			if g.Kind != t.kind {
				continue
			}
			what := g.Matter
			if g.Name != "" {
				what = g.Code + " " + g.Name
			}
			fmt.Fprintf(env.Stdout, "  %s\t%s\t%s\n    %s\n    %s\n", g.Department, g.Category, what, strings.Join(g.Articles, "、"), g.Reason)
		}
	}
}
