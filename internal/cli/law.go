package cli

import (
	"bufio"
	"strings"

	"qingdan/internal/engine/citation"
	"qingdan/internal/engine/lawtext"
	"qingdan/internal/errs"
	"qingdan/internal/registry/law"
)

// LawCmd reads law texts and citations without a database.
type LawCmd struct {
	Parse LawParseCmd `cmd:"" help:"把法规文本解析成编章节条"`
	Cite  LawCiteCmd  `cmd:"" help:"把引用字符串解析成法规、条、款、项，每行一条"`
}

// LawParseCmd prints the structure of a text, or of every line of a JSONL file.
type LawParseCmd struct {
	JSON  bool   `name:"json" help:"输出 JSON（目前只有这一种）"`
	JSONL bool   `name:"jsonl" help:"输入是每行一个文件的 JSONL（可为 .gz）"`
	File  string `arg:"" default:"-" help:"文件，- 为标准输入"`
}

// Run executes the command.
func (c *LawParseCmd) Run(env Env) error {
	b, err := readFile(env, c.File)
	if err != nil {
		return err
	}
	if !c.JSONL {
		text, err := lawtext.Decode(b)
		if err != nil {
			return errs.Invalidf("%s", errs.Message(err)).At(c.File).Because(err)
		}
		return printJSON(env.Stdout, lawtext.Structure(lawtext.Parse(text)))
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

// LawCiteCmd prints the references of each line.
type LawCiteCmd struct {
	JSON bool   `name:"json" help:"输出 JSON（目前只有这一种）"`
	File string `arg:"" default:"-" help:"文件，- 为标准输入"`
}

// Run executes the command.
func (c *LawCiteCmd) Run(env Env) error {
	b, err := readFile(env, c.File)
	if err != nil {
		return err
	}
	text, err := lawtext.Decode(b)
	if err != nil {
		return errs.Invalidf("%s", errs.Message(err)).At(c.File).Because(err)
	}
	type line struct {
		Text string         `json:"text"`
		Refs []citation.Ref `json:"refs"`
	}
	sc := bufio.NewScanner(strings.NewReader(text))
	sc.Buffer(make([]byte, 64<<10), law.MaxLine)
	for sc.Scan() {
		refs := citation.Parse(sc.Text())
		if refs == nil {
			refs = []citation.Ref{}
		}
		if err := printJSON(env.Stdout, line{sc.Text(), refs}); err != nil {
			return err
		}
	}
	return errs.Wrap("law cite", sc.Err())
}
