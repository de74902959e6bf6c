package cli

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"qingdan/internal/demo"
	"qingdan/internal/errs"
)

// DemoCmd makes and loads the demonstration city.
type DemoCmd struct {
	Write DemoWriteCmd `cmd:"" help:"生成演示城市的全部文件"`
	Load  DemoLoadCmd  `cmd:"" help:"把演示城市导入数据库，经过审核、处置和公布"`
}

// DemoWriteCmd writes the city's files.
type DemoWriteCmd struct {
	Dir  string `arg:"" help:"写到这个文件夹"`
	Laws string `name:"laws" placeholder:"文件夹" help:"用这里的真实法规文本；不写则生成示例法规"`
}

// Run executes the command.
func (c *DemoWriteCmd) Run(ctx context.Context, env Env) error {
	_, err := demo.Write(ctx, c.Dir, demo.Options{Laws: c.Laws, Progress: sayer(env)})
	return err
}

// DemoLoadCmd writes the city beside the database, if it is not there yet, and
// loads it.
type DemoLoadCmd struct {
	Laws string `name:"laws" placeholder:"文件夹" help:"用这里的真实法规文本；不写则生成示例法规"`
	Dir  string `name:"dir" placeholder:"文件夹" help:"演示文件所在；默认在数据文件夹的 demo 下"`
	Once bool   `name:"once" help:"已经导入过就什么也不做"`
}

// Run executes the command.
func (c *DemoLoadCmd) Run(ctx context.Context, app *App, env Env) error {
	dir := c.Dir
	if dir == "" {
		dir = filepath.Join(dataFolder(app.DB), "demo")
	}
	return app.within(ctx, env, func(h *house) error {
		if _, err := os.Stat(filepath.Join(dir, demo.ManifestName)); errors.Is(err, fs.ErrNotExist) {
			if _, err := demo.Write(ctx, dir, demo.Options{Laws: c.Laws, Progress: sayer(env)}); err != nil {
				return err
			}
		}
		done, err := demo.Load(ctx, h.db, h.ledger, dir, sayer(env))
		if err != nil {
			return err
		}
		if err := demo.Desks(ctx, h.db, h.ledger, demo.DeskOptions{Now: env.Clock(), Say: sayer(env)}); err != nil {
			return err
		}
		if done.Already && !c.Once {
			return errs.Conflictf("演示数据已经导入过：%s", done.Edition.Title)
		}
		word := "已公布"
		if done.Already {
			word = "演示数据已在库中："
		}
		fmt.Fprintf(env.Stderr, "%s《%s》，%d 项。演示数据，非官方数据\n", word, done.Edition.Title, done.Edition.Entries)
		return nil
	})
}

func sayer(env Env) func(string) {
	return func(s string) { fmt.Fprintln(env.Stderr, s) }
}
