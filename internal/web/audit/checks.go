package audit

import (
	"context"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"qingdan/internal/errs"
	"qingdan/internal/platform/sqldb"
	"qingdan/internal/registry/finding"
	"qingdan/internal/registry/power"
	"qingdan/internal/service/round"
	"qingdan/internal/stage/inventory"
	"qingdan/internal/web/ui"
)

// CheckGroup are the checks of one heading of the reform.
type CheckGroup struct {
	Name   string
	Checks []CheckView
}

// CheckView is one check: what the rules found, and what a person concluded.
type CheckView struct {
	Rule, Label string
	Key         string // for ids of the page
	Light       ui.Light
	Findings    []FindingView
	Concluded   bool
	Verdict     ui.Light
	Note        string
	By, At      string
	Verdicts    []VerdictChoice
	Typed       string // note to show in the form
	Wrong       string
	Open        bool // the form stands open
	Can         bool // a person may conclude on it
}

// VerdictChoice is one verdict in a form.
type VerdictChoice struct {
	Value, Label string
	Chosen       bool
}

// FindingView is one piece of evidence.
type FindingView struct {
	Light             ui.Light
	Message, Evidence string
	Href, Part        string // makes an opinion of it
}

// Part is one part of the content and extent (内涵外延) and whether it is there.
type Part struct {
	Name  string
	Light ui.Light
}

// checks fills in the checks of the panel.
func (a *Audit) checks(ctx context.Context, p *Panel, s *shelf, x *row, v power.Version, in form) error {
	p.Fresh = s.fresh(x.created)
	var all []finding.Finding
	if s.checked {
		p.CheckDay = ui.Day(s.run.Day)
	}
	if p.Fresh {
		var err error
		if all, err = finding.OfRun(ctx, a.cfg.DB, s.run.ID, x.version); err != nil {
			return err
		}
	}
	concluded, err := round.ConclusionsOf(ctx, a.cfg.DB, x.version)
	if err != nil {
		return err
	}
	missing := false
	p.Extent, missing = parts(v)
	for _, k := range round.Checks() {
		c := checkView(p, k, all, missing)
		if i := slices.IndexFunc(concluded, func(c round.Concluded) bool { return c.Rule == k.Rule }); i >= 0 {
			c.conclusion(concluded[i])
		} else {
			p.Open++
			if p.Fresh && !c.adverse() {
				p.Passable++
			} else {
				p.Held++
			}
		}
		c.Can = p.May
		if in.rule == k.Rule && p.May {
			c.Open, c.Wrong, c.Typed = true, in.wrong, in.note
			c.choose(in.verdict)
			p.Wrong = ""
		}
		name, _, _ := strings.Cut(k.Rule, "/")
		if n := len(p.Checks); n == 0 || p.Checks[n-1].Name != name {
			p.Checks = append(p.Checks, CheckGroup{Name: name})
		}
		g := &p.Checks[len(p.Checks)-1]
		g.Checks = append(g.Checks, c)
	}
	p.required(all)
	return nil
}

// required adds what would hold the power back from publication: no check, and
// nobody concludes on it.
func (p *Panel) required(all []finding.Finding) {
	var lacks []string
	for _, f := range all {
		if f.Rule == inventory.RequiredRule {
			lacks = append(lacks, f.Message)
		}
	}
	if len(lacks) > 0 {
		p.Checks = append(p.Checks, CheckGroup{"公布", []CheckView{{Label: "公布必填要素", Key: "required", Light: ui.Light{Tone: "warn", Word: string(finding.Asks)},
			Findings: []FindingView{{Light: ui.Light{Tone: "warn", Word: string(finding.Asks)}, Message: strings.Join(lacks, "；")}}}}})
	}
}

func severityTone(s finding.Severity) string {
	switch s {
	case finding.Blocks:
		return "bad"
	case finding.Asks:
		return "warn"
	default:
		return "still"
	}
}

// checkView gathers what the rules found of one check. missing says that parts of
// the content are not written down: that is seen at once, without a run.
func checkView(p *Panel, k round.Check, all []finding.Finding, missing bool) CheckView {
	c := CheckView{Rule: k.Rule, Label: k.Label, Key: checkKey(k.Rule), Light: ui.Light{Tone: "ok", Word: "无提示"}}
	if !p.Fresh && k.Rule != extentRule {
		c.Light = ui.Light{Tone: "still", Word: "尚未核对"}
	}
	n := 0
	for _, f := range all {
		if f.Rule != k.Rule {
			continue
		}
		light := ui.Light{Tone: severityTone(f.Severity), Word: string(f.Severity)}
		if len(c.Findings) == 0 || graver(light.Tone, c.Light.Tone) {
			c.Light = light
		}
		query := url.Values{"from": {k.Rule}, "n": {strconv.Itoa(n)}}.Encode()
		c.Findings = append(c.Findings, FindingView{Light: light, Message: f.Message, Evidence: f.Evidence,
			Href: join(p.Base, p.Query, query) + "#opinion", Part: join(p.Base+"/panel", p.Query, query)})
		n++
	}
	if k.Rule == extentRule && missing {
		c.Light = ui.Light{Tone: "warn", Word: string(finding.Asks)}
	}
	c.choose("")
	return c
}

// extentRule is the check of content and extent, which the panel sees at once.
const extentRule = "两摸清/2"

func graver(a, b string) bool {
	order := []string{"still", "warn", "bad"}
	return slices.Index(order, a) > slices.Index(order, b)
}

// join adds a parameter to an address with or without a query.
func join(path, query, more string) string {
	if query == "" {
		return path + "?" + more
	}
	return path + query + "&" + more
}

// checkKey makes the id of a check for the page.
func checkKey(rule string) string {
	return "check" + ui.Num(ruleIndex(rule)+1)
}

// adverse says whether anything speaks against concluding "passed" without
// looking closer.
func (c *CheckView) adverse() bool { return c.Light.Tone == "warn" || c.Light.Tone == "bad" }

func (c *CheckView) choose(chosen round.Verdict) {
	c.Verdicts = nil
	for _, v := range round.Verdicts() {
		c.Verdicts = append(c.Verdicts, VerdictChoice{string(v), v.Label(), v == chosen})
	}
}

// conclusion shows what was concluded.
func (c *CheckView) conclusion(k round.Concluded) {
	tone := "ok"
	switch k.Verdict {
	case round.Problem:
		tone = "bad"
	case round.NotHere:
		tone = "still"
	}
	c.Concluded, c.Verdict = true, ui.Light{Tone: tone, Word: k.Verdict.Label()}
	c.Note, c.By, c.At, c.Typed = k.Note, k.By, minute(k.At), k.Note
	c.choose(k.Verdict)
}

// parts shows the parts of the content and extent; missing says that one is not
// written down.
func parts(v power.Version) (out []Part, missing bool) {
	for _, x := range inventory.Extent(v) {
		light := ui.Light{Tone: "ok", Word: "写明"}
		switch x.State {
		case inventory.Missing:
			light, missing = ui.Light{Tone: "warn", Word: "缺"}, true
		case inventory.NotAsked:
			light = ui.Light{Tone: "still", Word: "没有写"}
		}
		out = append(out, Part{x.Name, light})
	}
	return out, missing
}

// passable gives the checks of a version that have no conclusion and that nothing
// speaks against, and how many others have none. Read in the transaction of the
// act: a finding or a conclusion that came meanwhile counts.
func passable(ctx context.Context, r sqldb.Reader, version sqldb.ID) (pass []round.Conclusion, left int, err error) {
	v, err := power.VersionByID(ctx, r, version)
	if err != nil {
		return nil, 0, err
	}
	run, err := finding.Latest(ctx, r)
	if errs.KindOf(err) == errs.NotFound {
		return nil, 0, errs.Conflictf("还没有用法规库核对过，不能一并确认").Fix("请等核对完成，或者逐项作出结论").Because(err)
	}
	if err != nil {
		return nil, 0, err
	}
	all, err := finding.OfRun(ctx, r, run.ID, version)
	if err != nil {
		return nil, 0, err
	}
	concluded, err := round.ConclusionsOf(ctx, r, version)
	if err != nil {
		return nil, 0, err
	}
	_, missing := parts(v)
	for _, k := range round.Checks() {
		if slices.ContainsFunc(concluded, func(c round.Concluded) bool { return c.Rule == k.Rule }) {
			continue
		}
		against := k.Rule == extentRule && missing || v.Created.After(run.At) ||
			slices.ContainsFunc(all, func(f finding.Finding) bool { return f.Rule == k.Rule && f.Severity != finding.Tells })
		if against {
			left++
			continue
		}
		pass = append(pass, round.Conclusion{Rule: k.Rule, Verdict: round.Pass})
	}
	return pass, left, nil
}
