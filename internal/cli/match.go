package cli

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"

	"qingdan/internal/engine/citation"
	"qingdan/internal/engine/match"
	"qingdan/internal/errs"
	"qingdan/internal/platform/sqldb"
	"qingdan/internal/registry/org"
	"qingdan/internal/registry/people"
	"qingdan/internal/service/overlap"
)

// MatchCmd pairs the items of two lists. It needs no database.
type MatchCmd struct {
	JSON  bool   `name:"json" help:"输出 JSON，每行一对"`
	Left  string `name:"left" required:"" placeholder:"文件" help:"一份清单（.jsonl，每行一项：id、name，可有 department、basis、category、code）"`
	Right string `name:"right" required:"" placeholder:"文件" help:"另一份清单"`
}

// matchRow is one line of a list.
type matchRow struct {
	ID         *string `json:"id"`
	Name       *string `json:"name"`
	Department string  `json:"department"`
	Basis      string  `json:"basis"`
	Category   string  `json:"category"`
	Code       string  `json:"code"`
}

// pairLine is one pair in JSON.
type pairLine struct {
	Left   string  `json:"left"`
	Right  string  `json:"right"`
	Score  float64 `json:"score"`
	Reason string  `json:"reason"`
}

// Run executes the command.
func (c *MatchCmd) Run(_ context.Context, env Env) error {
	left, leftIDs, err := readMatchRows(env, c.Left)
	if err != nil {
		return err
	}
	right, rightIDs, err := readMatchRows(env, c.Right)
	if err != nil {
		return err
	}
	pairs := match.Align(left, right, match.Known{}).Pairs
	slices.SortFunc(pairs, func(p, q match.Pair) int { return cmp.Compare(p.A, q.A) })
	for _, p := range pairs {
		line := pairLine{leftIDs[p.A], rightIDs[p.B], hundredths(p.Score), strings.Join(p.Reasons, "；")}
		if c.JSON {
			err = printJSON(env.Stdout, line)
		} else {
			_, err = fmt.Fprintf(env.Stdout, "%s\t%s\t%.2f\t%s\t%s\t%s\n", line.Left, line.Right, line.Score, left[p.A].Name, right[p.B].Name, line.Reason)
		}
		if err != nil {
			return err
		}
	}
	fmt.Fprintf(env.Stderr, "对上 %d 对；左边 %d 项，右边 %d 项\n", len(pairs), len(left), len(right))
	return nil
}

// hundredths rounds a score for people.
func hundredths(score float64) float64 { return math.Round(score*100) / 100 }

// readMatchRows reads a list with one item a line. What is wrong is named by file
// and line.
func readMatchRows(env Env, path string) ([]match.Row, []string, error) {
	body, err := readFile(env, path)
	if err != nil {
		return nil, nil, err
	}
	var rows []match.Row
	var ids []string
	seen := map[string]int{}
	body = bytes.TrimPrefix(body, []byte("\ufeff"))
	for i, line := range bytes.Split(body, []byte("\n")) {
		if line = bytes.TrimSpace(line); len(line) == 0 {
			continue
		}
		at := fmt.Sprintf("%s 第 %d 行", path, i+1)
		r, err := readMatchRow(line)
		if err != nil {
			return nil, nil, errs.In(at, err)
		}
		id := strings.TrimSpace(*r.ID)
		if first := seen[id]; first > 0 {
			return nil, nil, errs.Invalidf("编号“%.60s”与第 %d 行重复", id, first).At(at).Fix("每一项的 id 要不同")
		}
		seen[id] = i + 1
		ids = append(ids, id)
		rows = append(rows, match.Row{Name: *r.Name, Category: r.Category, Code: strings.TrimSpace(r.Code), Body: r.Department, Basis: citation.Parse(r.Basis)})
	}
	if len(rows) == 0 {
		return nil, nil, errs.Invalidf("文件里没有事项").At(path).Fix("每行写一项，例如 {\"id\":\"1\",\"name\":\"取水许可\"}")
	}
	return rows, ids, nil
}

// readMatchRow reads one item and refuses one that cannot be told or compared.
func readMatchRow(line []byte) (matchRow, error) {
	var r matchRow
	var wrong *json.UnmarshalTypeError
	err := json.Unmarshal(line, &r)
	switch {
	case errors.As(err, &wrong) && wrong.Field != "":
		return r, errs.Invalidf("“%s”一栏不是文字", wrong.Field).Fix("每行写一个 JSON 对象，各栏都写成带引号的文字").Because(err)
	case err != nil:
		return r, errs.Invalidf("不是一个 JSON 对象").Fix("每行写一项，例如 {\"id\":\"1\",\"name\":\"取水许可\"}").Because(err)
	case r.ID == nil || strings.TrimSpace(*r.ID) == "":
		return r, errs.Invalidf("没有编号").Fix("请写 id")
	case r.Name == nil || strings.TrimSpace(*r.Name) == "":
		return r, errs.Invalidf("没有名称").Fix("请写 name")
	}
	for _, f := range []struct{ name, text string }{{"name", *r.Name}, {"basis", r.Basis}} {
		if len(f.text) > longestField {
			return r, errs.Invalidf("“%s”一栏超过 %d KB", f.name, longestField>>10).Fix("请确认这一栏只有一个事项的内容")
		}
	}
	return r, nil
}

// longestField bounds a field in bytes: every citation of one basis is held against
// every citation of the other, and the longest basis of real lists has some 30 KB.
const longestField = 256 << 10

// OverlapsCmd looks for powers that several departments hold, or one lists twice.
type OverlapsCmd struct {
	JSON bool `name:"json" help:"输出 JSON，每行一组"`
}

// overlapLine is one group in JSON.
type overlapLine struct {
	Score  float64        `json:"score"`
	Kind   string         `json:"kind"`
	Reason string         `json:"reason"`
	Powers []overlapPower `json:"powers"`
	Lead   string         `json:"lead"`
	Why    string         `json:"why"`
	State  string         `json:"state"`
}

type overlapPower struct {
	Code       string `json:"code"`
	Name       string `json:"name"`
	Department string `json:"department"`
}

// Run executes the command.
func (c *OverlapsCmd) Run(ctx context.Context, app *App, env Env) error {
	return app.within(ctx, env, func(h *house) error {
		run, err := overlap.Search(ctx, h.db, env.Clock())
		if err != nil {
			return err
		}
		fmt.Fprintf(env.Stderr, "比对 %d 项，找到疑似重叠 %d 组，涉及 %d 项\n", run.Powers, run.Found, run.Pooled)
		departments, err := org.Departments(ctx, h.db, "")
		if err != nil {
			return err
		}
		names := make(map[sqldb.ID]string, len(departments))
		for _, d := range departments {
			names[d.ID] = d.Name
		}
		all := people.Scope{All: true}
		groups, err := overlap.Groups(ctx, h.db, all, overlap.Query{})
		if err != nil {
			return err
		}
		members, err := overlap.Members(ctx, h.db, all, groups...)
		if err != nil {
			return err
		}
		for _, g := range groups {
			if err := c.print(env, g, members[g.ID], names); err != nil {
				return err
			}
		}
		return nil
	})
}

func (c *OverlapsCmd) print(env Env, g overlap.Group, members []overlap.Member, names map[sqldb.ID]string) error {
	line := overlapLine{Score: hundredths(float64(g.Score) / 1000), Kind: string(g.Kind), Reason: strings.Join(g.Reasons, "；"), Why: g.Why, State: g.Verdict.Label()}
	for _, m := range members {
		if m.Power == g.Into {
			line.Lead = m.Code
		}
		line.Powers = append(line.Powers, overlapPower{m.Code, m.Name, names[m.Department]})
	}
	if c.JSON {
		return printJSON(env.Stdout, line)
	}
	if _, err := fmt.Fprintf(env.Stdout, "%.2f %s %s：%s\n", line.Score, g.Kind.Label(), g.Verdict.Label(), line.Reason); err != nil {
		return err
	}
	for _, p := range line.Powers {
		mark := "  "
		if p.Code == line.Lead {
			mark = "* "
		}
		if _, err := fmt.Fprintf(env.Stdout, "%s%s\t%s\t%s\n", mark, p.Code, p.Department, p.Name); err != nil {
			return err
		}
	}
	_, err := fmt.Fprintf(env.Stdout, "  建议牵头：%s\n", line.Why)
	return err
}
