package cli

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"qingdan/internal/engine/workday"
	"qingdan/internal/errs"
	"qingdan/internal/registry/calendar"
)

// WorkdayCmd counts working days with the calendar of the database, or with
// the built-in one where there is no database yet.
type WorkdayCmd struct {
	Add     WorkdayAddCmd     `cmd:"" help:"从某日起若干个工作日，到哪天为止（起算日不计入）"`
	Between WorkdayBetweenCmd `cmd:"" help:"两个日期之间有几个工作日（前一日不计入，后一日计入）"`
}

// counted is what every answer says of the calendar it was counted with.
type counted struct {
	Calendar    string `json:"calendar"`
	Provisional bool   `json:"provisional"`
	Missing     []int  `json:"missing"` // years whose notices are awaited
}

func countedWith(c *workday.Calendar, a, b string) counted {
	missing := c.Missing(a, b)
	if missing == nil {
		missing = []int{}
	}
	return counted{c.Edition(), len(missing) > 0, missing}
}

// print says below an answer which calendar it comes from, and why it may
// change.
func (c counted) print(env Env) {
	fmt.Fprintf(env.Stdout, "日历：%s\n", c.Calendar)
	if c.Provisional {
		fmt.Fprintf(env.Stdout, "暂定：日历里没有%s的放假安排，其中的日子只按周末推算，导入安排后须重新计算\n", yearWords(c.Missing))
	}
}

// WorkdayAddCmd prints the last day of a limit.
type WorkdayAddCmd struct {
	JSON bool   `name:"json" help:"输出 JSON"`
	Date string `arg:"" help:"起算日，如 2014-12-11"`
	Days int    `arg:"" help:"工作日数"`
}

// Run executes the command.
func (c *WorkdayAddCmd) Run(ctx context.Context, app *App, env Env) error {
	cal, err := app.calendar(ctx, env)
	if err != nil {
		return err
	}
	due, _, err := cal.AddWorkdays(c.Date, c.Days)
	if err != nil {
		return err
	}
	how := countedWith(cal, c.Date, due)
	if c.JSON {
		type answer struct {
			Start string `json:"start"`
			Days  int    `json:"days"`
			Due   string `json:"due"`
			counted
		}
		return printJSON(env.Stdout, answer{c.Date, c.Days, due, how})
	}
	fmt.Fprintln(env.Stdout, due)
	how.print(env)
	return nil
}

// WorkdayBetweenCmd prints how many working days lie between two days.
type WorkdayBetweenCmd struct {
	JSON bool   `name:"json" help:"输出 JSON"`
	From string `arg:"" help:"前一日，不计入"`
	To   string `arg:"" help:"后一日，计入"`
}

// Run executes the command.
func (c *WorkdayBetweenCmd) Run(ctx context.Context, app *App, env Env) error {
	cal, err := app.calendar(ctx, env)
	if err != nil {
		return err
	}
	n, _, err := cal.Between(c.From, c.To)
	if err != nil {
		return err
	}
	how := countedWith(cal, c.From, c.To)
	if c.JSON {
		type answer struct {
			From     string `json:"from"`
			To       string `json:"to"`
			Workdays int    `json:"workdays"`
			counted
		}
		return printJSON(env.Stdout, answer{c.From, c.To, n, how})
	}
	fmt.Fprintf(env.Stdout, "%d 个工作日\n", n)
	how.print(env)
	return nil
}

// calendar gives the calendar in use at --db. A question of arithmetic makes no
// database: where the folder holds none, the built-in calendar answers.
func (a *App) calendar(ctx context.Context, env Env) (*workday.Calendar, error) {
	if !strings.Contains(a.DB, "://") {
		if _, err := os.Stat(filepath.Join(a.DB, "qingdan.db")); errors.Is(err, os.ErrNotExist) {
			return calendar.Builtin(), nil
		}
	}
	var c *workday.Calendar
	err := a.within(ctx, env, func(h *house) (err error) {
		c, err = calendar.Current(ctx, h.db)
		return err
	})
	return c, err
}

// ImportCalendarCmd takes the yearly notices in: each file becomes an edition
// of the calendar.
type ImportCalendarCmd struct {
	files
	Source string `name:"source" placeholder:"文号" help:"放假安排的文号；没有写明时记文件名"`
}

// Run executes the command.
func (c *ImportCalendarCmd) Run(ctx context.Context, app *App, env Env) error {
	return app.within(ctx, env, func(h *house) error {
		for _, f := range c.Files {
			if err := c.one(ctx, h, env, f); err != nil {
				return err
			}
		}
		return nil
	})
}

func (c *ImportCalendarCmd) one(ctx context.Context, h *house, env Env, f string) error {
	b, err := readFile(env, f)
	if err != nil {
		return err
	}
	file := filepath.Base(f)
	days, err := calendar.ReadDays(b, file)
	if err != nil {
		return err
	}
	source := c.Source
	if source == "" {
		source = file
	}
	var done calendar.Imported
	if c.DryRun {
		done, err = calendar.Preview(ctx, h.db, days)
	} else {
		done, err = calendar.Import(ctx, h.ledger, operator(), days, source)
	}
	if err != nil {
		return errs.In(file, err)
	}
	if c.JSON {
		type answer struct {
			File    string `json:"file"`
			Rows    int    `json:"rows"`
			Years   []int  `json:"years"`
			Edition string `json:"edition"`
			New     bool   `json:"new"`
		}
		return printJSON(env.Stdout, answer{f, len(days), done.Years, done.Edition, done.New})
	}
	outcome := "新的一版是" + done.Edition
	if !done.New {
		outcome = "与现用的" + done.Edition + "相同，没有变化"
	}
	_, err = fmt.Fprintf(env.Stdout, "%s：%s放假安排 %d 行，%s%s\n", f, yearWords(done.Years), len(days), outcome, c.only())
	return err
}

// yearWords names years: 2026年、2027年.
func yearWords(years []int) string {
	words := make([]string, len(years))
	for i, y := range years {
		words[i] = strconv.Itoa(y) + "年"
	}
	return strings.Join(words, "、")
}
