package cli

import (
	"context"
	"fmt"
	"slices"
	"time"

	"qingdan/internal/engine/citation"
	"qingdan/internal/engine/lawtext"
	"qingdan/internal/errs"
	"qingdan/internal/registry/law"
)

// LawResolveCmd follows citations in the library of --db.
type LawResolveCmd struct {
	JSON bool   `name:"json" help:"输出 JSON"`
	On   string `name:"on" placeholder:"日期" help:"按哪一天的法律查找，默认今天"`
	In   string `name:"in" placeholder:"位置" help:"引用所在的位置，如《某法》第三十条第二款：本法、前款等由此查找"`
	File string `arg:"" default:"-" help:"文件，每行一条引用，- 为标准输入"`
}

// resolvedLine is the JSON of one line.
type resolvedLine struct {
	Text string        `json:"text"`
	On   string        `json:"on"`
	Refs []resolvedRef `json:"refs"`
}

// resolvedRef is where one reference leads.
type resolvedRef struct {
	Ref        citation.Ref `json:"ref"`
	Cited      string       `json:"cited"` // the reference in the official form
	State      law.State    `json:"state"`
	Document   string       `json:"document,omitempty"`
	Level      string       `json:"level,omitempty"`
	Edition    *editionJSON `json:"edition,omitempty"`
	Article    string       `json:"article,omitempty"` // "133-1" for 第一百三十三条之一
	To         string       `json:"to,omitempty"`      // last article of a range
	Text       string       `json:"text,omitempty"`    // the words at the cited place
	Near       []string     `json:"near,omitempty"`    // titles that come close to an unknown one
	Candidates []string     `json:"candidates,omitempty"`
	Quote      string       `json:"quote,omitempty"` // same, similar, different: the text quoted beside it
	QuoteShare float64      `json:"quote_share,omitempty"`
	// QuoteMissing are the clauses of the quotation that the article lacks.
	QuoteMissing []string `json:"quote_missing,omitempty"`
}

type editionJSON struct {
	ID        string `json:"id"`
	Title     string `json:"title"`
	Made      string `json:"made"`
	Effective string `json:"effective"`
	Repealed  string `json:"repealed,omitempty"`
}

// Run executes the command.
func (c *LawResolveCmd) Run(ctx context.Context, app *App, env Env) error {
	day := c.On
	if day == "" {
		day = today(env)
	}
	if _, err := time.Parse(time.DateOnly, day); err != nil {
		return errs.Invalidf("日期“%s”不对", c.On).At("--on").Fix("请写成 2014-12-30 这样")
	}
	home, err := c.home()
	if err != nil {
		return err
	}
	var lines []string
	keys := []string{citation.NormalizeTitle(home.Law)}
	err = eachLine(env, c.File, func(text string) error {
		lines = append(lines, text)
		for _, q := range citation.ParseQuotes(text) {
			keys = append(keys, citation.NormalizeTitle(q.Ref.Law))
		}
		return nil
	})
	if err != nil {
		return err
	}
	slices.Sort(keys)
	return app.within(ctx, env, func(h *house) error {
		r := &resolver{ctx: ctx, h: h, day: day, home: home}
		if r.lib, err = law.ReadTitles(ctx, h.db, slices.Compact(keys)); err != nil {
			return err
		}
		for _, text := range lines {
			line, err := r.line(text)
			if err != nil {
				return err
			}
			if c.JSON {
				err = printJSON(env.Stdout, line)
			} else {
				line.print(env)
			}
			if err != nil {
				return err
			}
		}
		return nil
	})
}

// home reads the place of --in.
func (c *LawResolveCmd) home() (citation.Ref, error) {
	if c.In == "" {
		return citation.Ref{}, nil
	}
	refs := citation.Parse(c.In)
	if len(refs) != 1 || refs[0].Law == "" || refs[0].Self {
		return citation.Ref{}, errs.Invalidf("“%s”不是一个位置", c.In).At("--in").Fix("请写成《某法》第三十条第二款")
	}
	return refs[0], nil
}

type resolver struct {
	ctx   context.Context
	h     *house
	day   string
	home  citation.Ref // where the lines stand; zero when nobody said
	lib   *law.Library
	names *law.Library // all titles, read when the first one is unknown
}

func (r *resolver) line(text string) (resolvedLine, error) {
	out := resolvedLine{Text: text, On: r.day, Refs: []resolvedRef{}}
	for _, q := range citation.ParseQuotes(text) {
		ref, err := r.ref(q)
		if err != nil {
			return out, err
		}
		out.Refs = append(out.Refs, ref)
	}
	return out, nil
}

func (r *resolver) ref(q citation.Quote) (resolvedRef, error) {
	if to, ok := q.Ref.Within(r.home); ok {
		q.Ref = to
	}
	res := r.lib.Resolve(q.Ref, r.day)
	out := resolvedRef{Ref: q.Ref, Cited: q.Ref.String(), State: res.State, Document: res.Document.Title, Level: string(res.Document.Level)}
	for _, d := range res.Others {
		out.Candidates = append(out.Candidates, d.Title+"（"+string(d.Level)+d.Region+"）")
	}
	if e := res.Edition; !e.ID.IsZero() {
		out.Edition = &editionJSON{e.ID.String(), e.Title, e.Made, e.Effective, e.Repealed}
	}
	if res.State == law.TitleUnknown && q.Ref.Law != "" {
		if r.names == nil {
			var err error
			if r.names, err = law.ReadNames(r.ctx, r.h.db); err != nil {
				return out, err
			}
		}
		out.Near = r.names.Near(q.Ref.Law)
	}
	if res.Article == 0 {
		return out, nil
	}
	out.Article = lawtext.Number{N: q.Ref.Article, Sub: q.Ref.ArticleSub}.String()
	if res.To > 0 {
		out.To = lawtext.Number{N: q.Ref.To.Article, Sub: q.Ref.To.ArticleSub}.String()
	}
	out.Text = r.lib.Place(q.Ref, res)
	if held := law.Quoted(q.Text, r.lib.Text(res)); held.Kind != "" {
		out.Quote, out.QuoteShare, out.QuoteMissing = string(held.Kind), held.Share, held.Missing
	}
	return out, nil
}

func (l resolvedLine) print(env Env) {
	fmt.Fprintln(env.Stdout, l.Text)
	for _, r := range l.Refs {
		fmt.Fprintf(env.Stdout, "  %s　%s", r.Cited, r.State.Label())
		if r.Edition != nil {
			fmt.Fprintf(env.Stdout, "（%s 公布，%s 起施行）", r.Edition.Made, r.Edition.Effective)
		}
		for _, near := range r.Near {
			fmt.Fprintf(env.Stdout, "；是否指《%s》", near)
		}
		fmt.Fprintln(env.Stdout)
		if r.Text != "" {
			fmt.Fprintln(env.Stdout, "    "+r.Text)
		}
	}
}
