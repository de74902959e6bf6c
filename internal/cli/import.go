package cli

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"sort"
	"strings"

	"qingdan/internal/engine/citation"
	"qingdan/internal/errs"
	"qingdan/internal/platform/ledger"
	"qingdan/internal/registry/law"
	"qingdan/internal/registry/list"
	"qingdan/internal/registry/org"
	"qingdan/internal/registry/power"
	"qingdan/internal/service/impact"
	"qingdan/internal/stage/inventory"
	"qingdan/internal/stage/reduce"
)

// ImportCmd takes data in, one kind a subcommand.
type ImportCmd struct {
	Laws        ImportLawsCmd        `cmd:"" help:"法规文本：.jsonl(.gz)、.md、.txt、.docx；或文件夹，读其中的 .jsonl.gz、.md、.txt、.docx"`
	Divisions   ImportDivisionsCmd   `cmd:"" help:"行政区划：code,name,level,parent"`
	Departments ImportDepartmentsCmd `cmd:"" help:"部门：名称,简称,统一社会信用代码,行政区划,机构性质,启用日期"`
	Mandates    ImportMandatesCmd    `cmd:"" help:"三定规定：部门,序号,职责,依据"`
	Calendar    ImportCalendarCmd    `cmd:"" help:"放假安排（整年）：date,name,kind，kind 写 off 放假或 work 调休上班"`
	Powers      ImportPowersCmd      `cmd:"" help:"权力清单：.xlsx .xls .csv .jsonl"`
	Catalogue   ImportCatalogueCmd   `cmd:"" help:"对照用的目录或外地清单：编码,名称,部门,类别,依据"`
	Decisions   ImportDecisionsCmd   `cmd:"" help:"处置决定"`
	Usage       ImportUsageCmd       `cmd:"" help:"行使情况：事项编码,年份,件数,行使地区,来源"`
}

// files are the arguments that every import shares.
type files struct {
	Files  []string `arg:"" help:"文件，- 为标准输入"`
	DryRun bool     `name:"dry-run" help:"只检查，不写入"`
	JSON   bool     `name:"json" help:"输出 JSON"`
}

// ImportLawsCmd loads law texts, one document per transaction.
type ImportLawsCmd struct {
	files
	Accept string   `name:"accept" placeholder:"理由" help:"文本有严重问题仍要导入时写明理由"`
	Level  string   `name:"level" placeholder:"层级" help:"这些文本的效力层级（法律、行政法规、地方性法规……），来源没有写明时用"`
	Title  []string `name:"accept-title" placeholder:"名称" help:"只接受这些名称的（可写多次）；不写时 --accept 适用于全部文件"`
}

// reason is why a text with serious findings is taken all the same, "" when it
// is not.
func (c *ImportLawsCmd) reason(s law.Source) string {
	if len(c.Title) == 0 {
		return c.Accept
	}
	key := citation.NormalizeTitle(law.TitleOf(s))
	if slices.ContainsFunc(c.Title, func(t string) bool { return citation.NormalizeTitle(t) == key }) {
		return c.Accept
	}
	return ""
}

// lawsDone is the JSON of import laws.
type lawsDone struct {
	Loaded  int      `json:"loaded"`
	Known   int      `json:"known"`
	Refused []string `json:"refused"`
	// Ambiguous are the new documents whose title another document bears.
	Ambiguous []string `json:"ambiguous,omitempty"`
}

// Run executes the command. Documents that are refused do not hold the others
// back; the exit code says that there were some.
func (c *ImportLawsCmd) Run(ctx context.Context, app *App, env Env) error {
	return app.within(ctx, env, func(h *house) error {
		done := lawsDone{Refused: []string{}}
		if c.Level != "" && !slices.Contains(law.Levels(), law.Level(c.Level)) {
			return errs.Invalidf("没有“%s”这个效力层级", c.Level).At("--level").Fix("请写法律、行政法规、地方性法规、部门规章、省级政府规章等")
		}
		err := c.readAll(env, func(s law.Source, bad error) error {
			if s.Level == "" {
				s.Level = c.Level
			}
			var parsed law.Parsed
			if bad == nil {
				parsed, bad = law.Read(s, c.reason(s))
			}
			if bad != nil {
				done.Refused = append(done.Refused, errs.Message(bad))
				return ctx.Err()
			}
			known, err := c.load(ctx, h, parsed, &done)
			switch {
			case errs.KindOf(err) == errs.Invalid && err != nil:
				done.Refused = append(done.Refused, errs.Message(err))
			case err != nil:
				return err
			case known:
				done.Known++
			default:
				done.Loaded++
			}
			return nil
		})
		if err == nil && !c.DryRun {
			var rep impact.Report
			rep, err = impact.Follow(ctx, h.ledger, h.db, operator(), today(env))
			sayFollowed(env, rep)
		}
		if said := c.say(env, done); err == nil {
			err = said
		}
		return err
	})
}

// readAll hands every document of the files and folders to take.
func (c *ImportLawsCmd) readAll(env Env, take func(law.Source, error) error) error {
	paths, err := expand(c.Files)
	if err != nil {
		return err
	}
	for _, p := range paths {
		b, err := readFile(env, p)
		if err != nil {
			return err
		}
		if err := law.ReadSources(b, p, take); err != nil {
			return errs.Wrap("import laws", err)
		}
	}
	return nil
}

// load takes one document in; known says that it was there already.
func (c *ImportLawsCmd) load(ctx context.Context, h *house, p law.Parsed, done *lawsDone) (known bool, err error) {
	if c.DryRun {
		return law.Known(ctx, h.db, p)
	}
	a, err := law.Load(ctx, h.ledger, operator(), p)
	if a.New && a.Others > 0 {
		done.Ambiguous = append(done.Ambiguous, p.Title)
	}
	return !a.New, err
}

func (c *ImportLawsCmd) say(env Env, done lawsDone) error {
	if c.JSON {
		if err := printJSON(env.Stdout, done); err != nil {
			return err
		}
	} else {
		fmt.Fprintf(env.Stdout, "法规：新导入 %d 件，已有 %d 件，拒绝 %d 件%s\n", done.Loaded, done.Known, len(done.Refused), c.only())
		for _, r := range done.Refused {
			fmt.Fprintln(env.Stderr, "  拒绝 "+r)
		}
		for _, title := range done.Ambiguous {
			fmt.Fprintf(env.Stderr, "  注意 法规库中另有文件名为《%s》，层级或地区不同；只写名称的引用可能分不清是哪一件\n", title)
		}
	}
	if n := len(done.Refused); n > 0 {
		return errs.Invalidf("有 %d 件法规没有导入", n).Fix("改正后重新导入；已导入的不受影响")
	}
	return nil
}

// expand lists the law files of folders, in order.
func expand(paths []string) ([]string, error) {
	var out []string
	for _, p := range paths {
		info, err := os.Stat(p)
		if p == "-" || err != nil || !info.IsDir() {
			out = append(out, p)
			continue
		}
		before := len(out)
		err = filepath.WalkDir(p, func(path string, d fs.DirEntry, err error) error {
			if err == nil && !d.IsDir() && lawFile(path) {
				out = append(out, path)
			}
			return err
		})
		if err != nil {
			return nil, errs.Invalidf("文件夹读不出来").At(p).Because(err)
		}
		if len(out) == before {
			return nil, errs.Invalidf("文件夹里没有 .jsonl.gz、.md、.txt、.docx 文件").At(p)
		}
	}
	sort.Strings(out)
	return out, nil
}

func lawFile(path string) bool {
	for _, suffix := range []string{".jsonl.gz", ".md", ".txt", ".docx"} {
		if strings.HasSuffix(path, suffix) {
			return true
		}
	}
	return false
}

// ImportDivisionsCmd loads places.
type ImportDivisionsCmd struct {
	files
	ValidFrom string `name:"valid-from" default:"1949-10-01" help:"文件没有写明时的启用日期"`
}

// Run executes the command.
func (c *ImportDivisionsCmd) Run(ctx context.Context, app *App, env Env) error {
	return c.each(ctx, app, env, "行政区划", func(h *house, b []byte, file string) (int, error) {
		rows, err := org.ReadDivisions(b, file, c.ValidFrom)
		if err != nil {
			return 0, err
		}
		return len(rows), c.act(ctx, h, func(ctx context.Context, tx *ledger.Tx) error {
			_, err := org.AddDivisions(ctx, tx, rows)
			return err
		})
	})
}

// ImportDepartmentsCmd loads departments.
type ImportDepartmentsCmd struct{ files }

// Run executes the command.
func (c *ImportDepartmentsCmd) Run(ctx context.Context, app *App, env Env) error {
	return c.each(ctx, app, env, "部门", func(h *house, b []byte, file string) (int, error) {
		rows, err := org.ReadDepartments(b, file)
		if err != nil {
			return 0, err
		}
		return len(rows), c.act(ctx, h, func(ctx context.Context, tx *ledger.Tx) error {
			for _, d := range rows {
				if _, err := org.AddDepartment(ctx, tx, d); err != nil {
					return errs.In(file, err)
				}
			}
			return nil
		})
	})
}

// ImportMandatesCmd loads rows of 三定.
type ImportMandatesCmd struct{ files }

// Run executes the command.
func (c *ImportMandatesCmd) Run(ctx context.Context, app *App, env Env) error {
	return c.each(ctx, app, env, "三定职责", func(h *house, b []byte, file string) (int, error) {
		rows, err := org.ReadMandates(b, file)
		if err != nil {
			return 0, err
		}
		return len(rows), c.act(ctx, h, func(ctx context.Context, tx *ledger.Tx) error {
			return org.AddMandateRows(ctx, tx, rows)
		})
	})
}

// ImportCatalogueCmd loads somebody else's list to compare with.
type ImportCatalogueCmd struct {
	files
	Title    string `name:"title" required:"" help:"目录或清单的标题"`
	Kind     string `name:"kind" enum:"catalogue,peer" default:"catalogue" help:"catalogue 审批目录（五对照/2），peer 其他地方的清单（五对照/5）"`
	Division string `name:"division" help:"清单所属的行政区划"`
}

// Run executes the command.
func (c *ImportCatalogueCmd) Run(ctx context.Context, app *App, env Env) error {
	return c.each(ctx, app, env, "目录事项", func(h *house, b []byte, file string) (int, error) {
		items, err := list.ReadItems(b, file)
		if err != nil {
			return 0, err
		}
		return len(items), c.act(ctx, h, func(ctx context.Context, tx *ledger.Tx) error {
			return list.AddItems(ctx, tx, list.List{Division: c.Division, Kind: list.Kind(c.Kind), Title: c.Title}, items)
		})
	})
}

// ImportDecisionsCmd carries out decisions.
type ImportDecisionsCmd struct{ files }

// Run executes the command.
func (c *ImportDecisionsCmd) Run(ctx context.Context, app *App, env Env) error {
	return c.each(ctx, app, env, "处置决定", func(h *house, b []byte, file string) (int, error) {
		ds, err := reduce.ReadDecisions(b, file)
		if err != nil {
			return 0, err
		}
		if c.DryRun {
			_, err = reduce.Rehearse(ctx, h.ledger, operator(), ds)
		} else {
			_, err = reduce.Apply(ctx, h.ledger, operator(), ds)
		}
		return len(ds), errs.In(file, err)
	})
}

// errDryRun undoes what a dry run did.
var errDryRun = errors.New("dry run")

// act runs an import's act. A dry run does all of it and undoes it: it refuses
// what the import would refuse.
func (c *files) act(ctx context.Context, h *house, fn func(ctx context.Context, tx *ledger.Tx) error) error {
	err := h.ledger.Load(ctx, operator(), func(ctx context.Context, tx *ledger.Tx) error {
		if err := fn(ctx, tx); err != nil {
			return err
		}
		if c.DryRun {
			return errDryRun
		}
		return nil
	})
	if errors.Is(err, errDryRun) {
		return nil
	}
	return err
}

// only says behind a count that nothing was written.
func (c *files) only() string {
	if c.DryRun {
		return "（只检查，没有写入）"
	}
	return ""
}

// each opens the house and takes the files one after the other; what is taken
// in stays when a later file is refused.
func (c *files) each(ctx context.Context, app *App, env Env, what string, take func(h *house, b []byte, file string) (int, error)) error {
	type done struct {
		File string `json:"file"`
		Rows int    `json:"rows"`
	}
	return app.within(ctx, env, func(h *house) error {
		for _, f := range c.Files {
			b, err := readFile(env, f)
			if err != nil {
				return err
			}
			n, err := take(h, b, filepath.Base(f))
			if err != nil {
				return err
			}
			if c.JSON {
				err = printJSON(env.Stdout, done{f, n})
			} else {
				_, err = fmt.Fprintf(env.Stdout, "%s：%s %d 行%s\n", f, what, n, c.only())
			}
			if err != nil {
				return err
			}
		}
		return nil
	})
}

// ImportPowersCmd takes power lists in.
type ImportPowersCmd struct {
	files
	Department     string `name:"department" help:"文件没有写部门时的实施主体"`
	Division       string `name:"division" help:"行政区划代码；默认为本站的"`
	NewDepartments bool   `name:"new-departments" help:"文件里没有登记过的部门，直接建立"`
	Supplement     bool   `name:"supplement" help:"这是遗漏补充，不是部门上报"`
	Corrected      string `name:"corrected" placeholder:"文件" help:"把标出问题的文件写到这里"`
}

// Run executes the command.
func (c *ImportPowersCmd) Run(ctx context.Context, app *App, env Env) error {
	if c.Corrected != "" && len(c.Files) > 1 {
		return errs.Invalidf("一次只能标注一个文件").At("--corrected").Fix("请逐个文件导入")
	}
	return app.within(ctx, env, func(h *house) error {
		for _, f := range c.Files {
			if err := c.one(ctx, h, env, f); err != nil {
				return err
			}
		}
		return nil
	})
}

func (c *ImportPowersCmd) one(ctx context.Context, h *house, env Env, f string) error {
	b, err := readFile(env, f)
	if err != nil {
		return err
	}
	o := inventory.Options{File: filepath.Base(f), Division: c.Division, Department: c.Department, NewDepartments: c.NewDepartments,
		Origin: power.Reported, Day: today(env), Progress: progress(env, f)}
	if c.Supplement {
		o.Origin = power.Supplement
	}
	if o.Division == "" {
		if o.Division, err = org.Here(ctx, h.db); err != nil {
			return err
		}
	}
	var out *inventory.Outcome
	if c.DryRun {
		out, err = inventory.DryRun(ctx, h.db, b, o)
	} else {
		out, err = inventory.Import(ctx, h.ledger, h.db, operator(), b, o)
	}
	if out != nil && out.Readable && c.Corrected != "" {
		if werr := inventory.WriteCorrected(b, out, c.Corrected); werr != nil {
			return errors.Join(err, werr)
		}
	}
	if out != nil && c.JSON {
		if jerr := printJSON(env.Stdout, out.Result); jerr != nil {
			return errors.Join(err, jerr)
		}
	}
	if err != nil {
		return err
	}
	if out.Refusal != nil {
		fmt.Fprintln(env.Stderr, "正式导入会被拒绝："+errs.Message(out.Refusal))
	}
	if !c.JSON {
		fmt.Fprintf(env.Stdout, "%s：读到 %d 项，导入 %d 项，问题 %d 处%s\n", f, len(out.Items), out.Imported, len(out.Problems), c.only())
	}
	return nil
}

// progress tells a person at a terminal how far a long import is.
func progress(env Env, file string) func(string, int) {
	return func(sheet string, row int) {
		if row > 0 && row%1000 == 0 {
			fmt.Fprintf(env.Stderr, "%s %s 第 %d 行……\n", file, sheet, row)
		}
	}
}
