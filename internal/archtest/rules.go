package archtest

import (
	"fmt"
	"go/ast"
	"path"
	"regexp"
	"sort"
	"strings"
)

// expected are the rules the reform names, in its order, each with what it
// asks. The code marks the function that carries a rule, and the test that
// shows it; see collectRules.
var expected = []struct{ name, asks string }{
	{"两摸清/1", "总量：how many powers, per unit and in all"},
	{"两摸清/2", "内涵外延：content, object, split between levels and exclusions of each power, each with its article"},
	{"自查", "the head of a department signs the self-check over the exact versions before they are handed up"},
	{"三上三下/1", "上：a frozen submission of versions, signed, by round and last day"},
	{"三上三下/2", "下：opinions bound to version and field, each answered and settled or maintained"},
	{"三上三下/3", "裁定：what stays disputed after three rounds is ruled by the leading group"},
	{"五对照/1", "权力范围：is it an administrative power at all"},
	{"五对照/2", "审批目录：does the catalogue of approvals list it"},
	{"五对照/3", "法律法规依据：does the cited article exist, is it in force, is its level high enough"},
	{"五对照/4", "三定规定：does the mandate of the body cover it, and is every mandate exercised"},
	{"五对照/5", "外地清单：what do the lists of other places say"},
	{"六查看/1", "是否合法"},
	{"六查看/2", "是否合时合需 (evidence only; a person concludes)"},
	{"六查看/3", "权力内容"},
	{"六查看/4", "程序与结果"},
	{"六查看/5", "效率"},
	{"六查看/6", "行使与责任"},
	{"设定权", "may a law of this level create a power of this kind"},
	{"减权/1", "取消：the basis is insufficient"},
	{"减权/2", "原则取消：there is a basis, but against the reform"},
	{"减权/3", "下放：faces the grassroots, in high volume"},
	{"减权/4", "转移：industry or social bodies can do it"},
	{"减权/5", "整合：departments overlap"},
	{"减权/平衡", "the balance of reported, added, split and gone holds for every unit and in all"},
	{"减权/承接", "handing down is two-sided: an offer with a legal form, a capacity statement, an acceptance or a refusal, a day of hand-over, a check afterwards"},
	{"减权/守恒", "at every instant each kept power has a competent body for every place, and several only by a recorded rule"},
	{"减权/边界", "boundaries between departments: the matter, who does what, the basis, shown to both sides"},
	{"减权/重叠", "the same power of several departments is found by the system and ranked with its reasons"},
	{"不玩数字游戏/1", "counts by lineage: what is merged, split, renamed, reclassified or cut finer changes no number"},
	{"不玩数字游戏/2", "tricks are flagged: 放虚不放实, 放责任不放权力, 放内不放外, 放明不放暗 and the others"},
	{"不玩数字游戏/3", "burden beside the count: days, papers, visits, yearly cases"},
	{"不玩数字游戏/4", "a sealed baseline against which later changes are counted"},
	{"开门搞清单/1", "a public notice with its period and draft, comments without signing in, held back only with a reason"},
	{"开门搞清单/2", "an official answer to every comment: adopted, with the version it changed, or not, and why"},
	{"公布/必填要素", "an item is published only with what its category requires"},
	{"动态管理/1", "依据变动：a changed law becomes a task for every power it touches, with a clock, in public until closed"},
	{"动态管理/2", "办结：a new version, a cancellation, or a reasoned 'unchanged'"},
	{"动态管理/3", "成批更新：citations whose article only moved"},
	{"缺漏/1", "职权遗漏：what articles grant and no listed power cites"},
	{"缺漏/2", "无授权引用：listed powers whose cited articles grant nothing"},
}

// place is a function that carries or tests a rule.
type place struct {
	file, fn string
	what     string // words after the name of the rule
}

func (p place) String() string { return p.file + ":" + p.fn }

// rule is one rule with its code and its tests.
type rule struct {
	name  string
	code  []place
	tests []place
}

var (
	// gofmt sets a blank before words that do not look like a directive, and
	// Chinese ones do not: both spellings count.
	ruleLine  = regexp.MustCompile(`^//\s?rule:(\S+)\s*(.*)$`)
	testsLine = regexp.MustCompile(`^//\s?tests:(.+)$`)
)

// collectRules reads the marks:
//
//	//rule:五对照/3 法律法规依据     in the comment of an exported function
//	//tests:五对照/3 五对照/4        in the comment of a test
//
// A mark anywhere else is a finding, since it would count for nothing.
func collectRules(t *tree) (map[string]*rule, []finding) {
	rules := map[string]*rule{}
	get := func(name string) *rule {
		if rules[name] == nil {
			rules[name] = &rule{name: name}
		}
		return rules[name]
	}
	var out []finding
	for _, s := range t.gofs {
		if s.room == "archtest" {
			continue
		}
		owner := map[*ast.CommentGroup]*ast.FuncDecl{}
		for _, d := range s.file.Decls {
			if fn, ok := d.(*ast.FuncDecl); ok && fn.Doc != nil {
				owner[fn.Doc] = fn
			}
		}
		for _, g := range s.file.Comments {
			fn := owner[g]
			for _, c := range g.List {
				if m := ruleLine.FindStringSubmatch(c.Text); m != nil {
					if s.test || fn == nil || !fn.Name.IsExported() {
						out = append(out, t.at(c.Pos(), "rule:%s stands on no exported function", m[1]))
						continue
					}
					r := get(m[1])
					r.code = append(r.code, place{s.path, funcName(fn), strings.TrimSpace(m[2])})
				}
				if m := testsLine.FindStringSubmatch(c.Text); m != nil {
					if !s.test || fn == nil || !isTestName(fn.Name.Name) {
						out = append(out, t.at(c.Pos(), "tests:%s stands on no test", strings.TrimSpace(m[1])))
						continue
					}
					for _, name := range strings.Fields(m[1]) {
						r := get(name)
						r.tests = append(r.tests, place{file: s.path, fn: fn.Name.Name})
					}
				}
			}
		}
	}
	return rules, out
}

func isTestName(s string) bool {
	return strings.HasPrefix(s, "Test") || strings.HasPrefix(s, "Fuzz") || strings.HasPrefix(s, "Example")
}

// funcName gives F, or T.M for a method.
func funcName(fn *ast.FuncDecl) string {
	if fn.Recv == nil || len(fn.Recv.List) == 0 {
		return fn.Name.Name
	}
	e := fn.Recv.List[0].Type
	if s, ok := e.(*ast.StarExpr); ok {
		e = s.X
	}
	if id, ok := e.(*ast.Ident); ok {
		return id.Name + "." + fn.Name.Name
	}
	return fn.Name.Name
}

// checkRules says which expected rules lack code or test, and which marks
// name no rule of the reform.
func checkRules(rules map[string]*rule) []finding {
	var out []finding
	known := map[string]bool{}
	for _, e := range expected {
		known[e.name] = true
		r := rules[e.name]
		switch {
		case r == nil || len(r.code) == 0:
			out = append(out, finding{"rule " + e.name, "no exported function carries the line //rule:" + e.name + " (" + e.asks + ")"})
		case len(r.tests) == 0:
			out = append(out, finding{r.code[0].String(), "no test carries the line //tests:" + e.name})
		}
	}
	for name, r := range rules {
		if known[name] {
			continue
		}
		for _, p := range append(r.code, r.tests...) {
			out = append(out, finding{p.String(), "names rule " + name + ", which the list in internal/archtest/rules.go does not have"})
		}
	}
	sort.Slice(out, func(i, j int) bool { return out[i].String() < out[j].String() })
	return out
}

// rulesPage writes docs/rules.md.
func rulesPage(rules map[string]*rule) string {
	var b strings.Builder
	b.WriteString("# Rules of the reform, and where they live\n\n")
	b.WriteString("Generated from the `//rule:` and `//tests:` lines in the code by `make golden`; do not edit.\n\n")
	b.WriteString("| rule | what it asks | code | tests |\n|---|---|---|---|\n")
	for _, e := range expected {
		r := rules[e.name]
		if r == nil {
			r = &rule{}
		}
		fmt.Fprintf(&b, "| %s | %s | %s | %s |\n", e.name, e.asks, links(r.code), links(r.tests))
	}
	return b.String()
}

func links(places []place) string {
	sort.Slice(places, func(i, j int) bool { return places[i].String() < places[j].String() })
	var out []string
	for _, p := range places {
		s := fmt.Sprintf("[%s](../%s) `%s`", strings.TrimPrefix(path.Dir(p.file), "internal/"), p.file, p.fn)
		if p.what != "" {
			s += " " + p.what
		}
		out = append(out, s)
	}
	if len(out) == 0 {
		return "**missing**"
	}
	return strings.Join(out, "<br>")
}
