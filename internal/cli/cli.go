// Package cli is the command line: one file per noun. Results go to Stdout,
// errors and progress to Stderr; --json output is stable.
package cli

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"os/user"
	"strings"
	"time"

	"github.com/alecthomas/kong"

	"qingdan/internal/errs"
	"qingdan/internal/platform/ledger"
	"qingdan/internal/platform/sqldb"
)

// Env is what a command touches of the outside world.
type Env struct {
	Stdin          io.Reader
	Stdout, Stderr io.Writer
	Clock          func() time.Time // nil: the machine's
}

// App is the whole command line.
type App struct {
	DB string `name:"db" default:"./data" help:"数据：一个文件夹（SQLite），或 postgres:// 开头的地址"`

	Serve   ServeCmd      `cmd:"" help:"启动网站"`
	Demo    DemoCmd       `cmd:"" help:"演示数据（聊城 2014）"`
	Import  ImportCmd     `cmd:"" help:"导入法规、区划、部门、三定、放假安排、权力清单、目录、处置决定、行使情况"`
	Check   CheckCmd      `cmd:"" help:"五对照、六查看"`
	Publish PublishCmd    `cmd:"" help:"公布一版权力清单"`
	Stats   StatsCmd      `cmd:"" help:"家底：上报、保留、去向、类别"`
	Law     LawCmd        `cmd:"" help:"解析法规文本和引用"`
	Workday WorkdayCmd    `cmd:"" help:"推算期限：工作日"`
	Search  SearchCmd     `cmd:"" help:"查找事项"`
	Account AccountCmd    `cmd:"" help:"账号、角色、审核小组"`
	Site    SiteCmd       `cmd:"" help:"设置网站名称和主办单位"`
	Depart  DepartmentCmd `cmd:"" name:"department" help:"撤销部门，写明由谁承接"`
	Match   MatchCmd      `cmd:"" help:"两份清单逐项对齐"`
	Overlap OverlapsCmd   `cmd:"" name:"overlaps" help:"查找部门之间、部门内部重叠的事项"`
	Ledger  LedgerCmd     `cmd:"" help:"核对台账"`
	Mould   MouldCmd      `cmd:"" name:"template" help:"下载权力清单填报模板"`
}

// Run parses the arguments, runs the command and returns the exit code (see
// errs). What a person must know is written to env.Stderr in Chinese.
func Run(ctx context.Context, args []string, env Env) int {
	if env.Clock == nil {
		env.Clock = time.Now
	}
	out := bufio.NewWriterSize(env.Stdout, 64<<10)
	env.Stdout = out
	app := &App{}
	exited := -1
	k, err := kong.New(app, kong.Name("qingdan"), kong.Description("清单：行政权力的清、减、优、晒、制"), kong.UsageOnError(),
		kong.Writers(out, env.Stderr), kong.Exit(func(code int) { exited = code }), kong.BindTo(ctx, (*context.Context)(nil)), kong.Bind(env))
	if err != nil {
		fmt.Fprintln(env.Stderr, err)
		return errs.ExitInternal
	}
	kctx, err := k.Parse(args)
	switch {
	case exited >= 0:
		return flush(out, env, exited)
	case err != nil:
		fmt.Fprintf(env.Stderr, "命令写得不对：%v。运行 qingdan --help 查看用法\n", err)
		return flush(out, env, errs.ExitUsage)
	}
	err = kctx.Run(app)
	if err != nil {
		report(env, err)
	}
	return flush(out, env, errs.ExitCode(err))
}

func flush(out *bufio.Writer, env Env, code int) int {
	if err := out.Flush(); err != nil && code == errs.ExitOK {
		fmt.Fprintln(env.Stderr, "输出没有写完：", err)
		return errs.ExitInternal
	}
	return code
}

// report writes the words for people, and for an internal error also the cause:
// at a command line the operator is the person.
func report(env Env, err error) {
	if errors.Is(err, context.Canceled) {
		fmt.Fprintln(env.Stderr, "已中断，没有写完的内容没有写入")
		return
	}
	fmt.Fprintln(env.Stderr, "出错："+errs.Message(err))
	if errs.KindOf(err) == errs.Internal {
		fmt.Fprintln(env.Stderr, "原因："+err.Error())
	}
}

// house is an open database with its ledger.
type house struct {
	db     *sqldb.DB
	ledger *ledger.Ledger
}

// open opens the database of --db. Close it.
func (a *App) open(ctx context.Context, env Env) (*house, error) {
	db, err := sqldb.Open(ctx, a.DB)
	if err != nil {
		return nil, errs.Wrap("open "+redact(a.DB), err)
	}
	l, err := ledger.Open(ctx, db, ledger.Options{Clock: env.Clock})
	if err != nil {
		return nil, errors.Join(errs.Wrap("open ledger", err), db.Close())
	}
	return &house{db, l}, nil
}

func (h *house) close() error { return h.db.Close() }

// within opens the house, runs fn and closes it again.
func (a *App) within(ctx context.Context, env Env, fn func(h *house) error) error {
	h, err := a.open(ctx, env)
	if err != nil {
		return err
	}
	return errors.Join(fn(h), h.close())
}

// dataFolder is where files of the site lie: the folder of --db, or ./data
// beside a PostgreSQL database.
func dataFolder(dsn string) string {
	if strings.Contains(dsn, "://") {
		return "data"
	}
	return dsn
}

// redact keeps a password out of messages.
func redact(dsn string) string {
	if scheme, _, url := strings.Cut(dsn, "://"); url {
		return scheme + "://…"
	}
	return dsn
}

// operator is who acts at a command line: the account of the machine.
func operator() ledger.Actor {
	name := "操作员"
	if u, err := user.Current(); err == nil && u.Username != "" {
		name = u.Username
	}
	return ledger.Actor{ID: "cli:" + name, Name: name, Role: "操作员"}
}

func today(env Env) string {
	return env.Clock().In(time.FixedZone("Asia/Shanghai", 8*3600)).Format(time.DateOnly)
}

func printJSON(w io.Writer, v any) error {
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	return e.Encode(v)
}

// readFile reads a file whole; "-" is standard input.
func readFile(env Env, path string) ([]byte, error) {
	if path == "-" {
		b, err := io.ReadAll(env.Stdin)
		return b, errs.Wrap("read standard input", err)
	}
	b, err := os.ReadFile(path)
	if errors.Is(err, os.ErrNotExist) {
		return nil, errs.NotFoundf("没有这个文件").At(path).Because(err)
	}
	if err != nil {
		return nil, errs.Invalidf("文件读不出来").At(path).Because(err)
	}
	return b, nil
}

func logger(env Env) *slog.Logger { return slog.New(slog.NewTextHandler(env.Stderr, nil)) }
