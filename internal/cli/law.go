package cli

import (
	"bufio"
	"fmt"
	"strings"

	"qingdan/internal/engine/amend"
	"qingdan/internal/engine/citation"
	"qingdan/internal/engine/lawtext"
	"qingdan/internal/errs"
	"qingdan/internal/registry/law"
)

// LawCmd reads law texts and citations, follows citations in the library, and
// works on what a change of law makes of the list.
type LawCmd struct {
	Parse    LawParseCmd    `cmd:"" help:"把法规文本解析成编章节条"`
	Cite     LawCiteCmd     `cmd:"" help:"把引用字符串解析成法规、条、款、项，每行一条"`
	Diff     LawDiffCmd     `cmd:"" help:"比较一部法规的两个文本：未变、修改、条号变动、新增、删去"`
	Apply    LawApplyCmd    `cmd:"" help:"把修正案、修改决定用到旧文本上，写明改什么的改什么，可与公布的新文本比较"`
	Resolve  LawResolveCmd  `cmd:"" help:"按某一天的法规库查找引用：每行一条引用"`
	Impact   LawImpactCmd   `cmd:"" help:"依据变动：查找法规变动影响的事项，列出任务"`
	Close    LawCloseCmd    `cmd:"" help:"办结一项依据变动任务"`
	Undo     LawUndoCmd     `cmd:"" help:"撤回办理任务时提出的修改或者取消，任务重新打开"`
	Update   LawUpdateCmd   `cmd:"" help:"成批更新仅条号变动的依据"`
	Term     LawTermCmd     `cmd:"" help:"设置依据变动的办理期限（工作日）"`
	Gaps     LawGapsCmd     `cmd:"" help:"缺漏对照：没有事项引用的授权条款，引用的条款没有授权的事项"`
	Readings LawReadingsCmd `cmd:"" help:"查阅记录：为哪些事项查阅了哪些法规"`
	Alias    LawAliasCmd    `cmd:"" help:"给法规登记曾用名或者简称"`
	Withdraw LawWithdrawCmd `cmd:"" help:"撤回误导入的法规文本"`
}

// LawParseCmd prints the structure of a text, or of every line of a JSONL file.
type LawParseCmd struct {
	JSON  bool   `name:"json" help:"输出 JSON（目前只有这一种）"`
	JSONL bool   `name:"jsonl" help:"输入是每行一个文件的 JSONL（可为 .gz）"`
	File  string `arg:"" default:"-" help:"文件，- 为标准输入"`
}

// Run executes the command.
func (c *LawParseCmd) Run(env Env) error {
	if !c.JSONL {
		doc, err := readLaw(env, c.File)
		if err != nil {
			return err
		}
		return printJSON(env.Stdout, lawtext.Structure(doc))
	}
	b, err := readFile(env, c.File)
	if err != nil {
		return err
	}
	type line struct {
		ID string `json:"id"`
		lawtext.Outline
	}
	return law.ReadLines(b, c.File, func(s law.Source, bad error) error {
		if bad != nil {
			return bad
		}
		return printJSON(env.Stdout, line{s.ID, lawtext.Structure(lawtext.Parse(s.Text))})
	})
}

// readLaw reads a file as one law text.
func readLaw(env Env, file string) (*lawtext.Document, error) {
	b, err := readFile(env, file)
	if err != nil {
		return nil, err
	}
	text, err := lawtext.Decode(b)
	if err != nil {
		return nil, errs.Invalidf("%s", errs.Message(err)).At(file).Because(err)
	}
	return lawtext.Parse(text), nil
}

// LawCiteCmd prints the references of each line.
type LawCiteCmd struct {
	JSON bool   `name:"json" help:"输出 JSON（目前只有这一种）"`
	File string `arg:"" default:"-" help:"文件，- 为标准输入"`
}

// Run executes the command.
func (c *LawCiteCmd) Run(env Env) error {
	type line struct {
		Text string         `json:"text"`
		Refs []citation.Ref `json:"refs"`
	}
	return eachLine(env, c.File, func(text string) error {
		refs := citation.Parse(text)
		if refs == nil {
			refs = []citation.Ref{}
		}
		return printJSON(env.Stdout, line{text, refs})
	})
}

// eachLine calls fn for every line of a text file in any known encoding.
func eachLine(env Env, file string, fn func(line string) error) error {
	b, err := readFile(env, file)
	if err != nil {
		return err
	}
	text, err := lawtext.Decode(b)
	if err != nil {
		return errs.Invalidf("%s", errs.Message(err)).At(file).Because(err)
	}
	sc := bufio.NewScanner(strings.NewReader(text))
	sc.Buffer(make([]byte, 64<<10), law.MaxLine)
	for sc.Scan() {
		if err := fn(sc.Text()); err != nil {
			return err
		}
	}
	return errs.Wrap("read lines", sc.Err())
}

// LawDiffCmd compares two texts of one law: two files, or two lines of a JSONL
// file by their ids.
type LawDiffCmd struct {
	JSON  bool   `name:"json" help:"输出 JSON（目前只有这一种）"`
	JSONL string `name:"jsonl" placeholder:"文件" help:"两个文本是这个 JSONL（可为 .gz）里的两行，参数写 id"`
	Old   string `arg:"" help:"旧文本：文件，或者 id"`
	New   string `arg:"" help:"新文本：文件，或者 id"`
}

// Run executes the command.
func (c *LawDiffCmd) Run(env Env) error {
	older, newer, err := c.read(env)
	if err != nil {
		return err
	}
	return printJSON(env.Stdout, amend.Compare(older, newer).Report())
}

func (c *LawDiffCmd) read(env Env) (older, newer *lawtext.Document, err error) {
	if c.JSONL == "" {
		if older, err = readLaw(env, c.Old); err != nil {
			return nil, nil, err
		}
		newer, err = readLaw(env, c.New)
		return older, newer, err
	}
	b, err := readFile(env, c.JSONL)
	if err != nil {
		return nil, nil, err
	}
	err = law.ReadLines(b, c.JSONL, func(s law.Source, bad error) error {
		if s.ID != "" && s.ID == c.Old {
			older = lawtext.Parse(s.Text)
		}
		if s.ID != "" && s.ID == c.New {
			newer = lawtext.Parse(s.Text)
		}
		return nil // a line that is no document is not one of the two
	})
	for _, want := range []struct {
		id  string
		doc *lawtext.Document
	}{{c.Old, older}, {c.New, newer}} {
		if err == nil && want.doc == nil {
			err = errs.NotFoundf("没有 id 为 %s 的一行", want.id).At(c.JSONL)
		}
	}
	return older, newer, err
}

// LawApplyCmd carries an amending act out on the old text.
type LawApplyCmd struct {
	JSON bool   `name:"json" help:"输出 JSON：指令数、未能执行的、与新文本的差异"`
	Old  string `arg:"" help:"旧文本"`
	Act  string `arg:"" help:"修正案或者修改决定"`
	New  string `arg:"" optional:"" help:"公布的新文本，给出时比较"`
}

// appliedJSON is the JSON of law apply.
type appliedJSON struct {
	Effects int           `json:"effects"`
	Exact   int           `json:"exact"`
	Remarks []string      `json:"remarks"`
	Against *amend.Report `json:"against,omitempty"` // the text made against the published one
}

// Run executes the command.
func (c *LawApplyCmd) Run(env Env) error {
	older, err := readLaw(env, c.Old)
	if err != nil {
		return err
	}
	act, err := readLaw(env, c.Act)
	if err != nil {
		return err
	}
	out := appliedJSON{Remarks: []string{}}
	var mine []amend.Effect
	for _, e := range amend.ReadEffects(act) {
		if !amend.SameLaw(e.Law, older.Title) {
			continue
		}
		e.Law = ""
		mine = append(mine, e)
		out.Effects++
		if e.Exact {
			out.Exact++
		}
	}
	if out.Effects == 0 {
		return errs.Invalidf("没有一处修改《%s》", older.Title).At(c.Act).Fix("请核对两个文件是否对应")
	}
	made, remarks := amend.Apply(older, mine)
	for _, r := range remarks {
		out.Remarks = append(out.Remarks, r.Message)
	}
	if c.New != "" {
		newer, err := readLaw(env, c.New)
		if err != nil {
			return err
		}
		report := amend.Compare(made, newer).Report()
		out.Against = &report
	}
	if c.JSON {
		return printJSON(env.Stdout, out)
	}
	for _, a := range made.Articles {
		fmt.Fprintf(env.Stdout, "%s　%s\n", a.Number.Chinese(), a.Text())
	}
	for _, r := range out.Remarks {
		fmt.Fprintln(env.Stderr, "没有执行："+r)
	}
	return nil
}
