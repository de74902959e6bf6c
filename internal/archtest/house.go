package archtest

import (
	"go/ast"
	"go/token"
	"path"
	"regexp"
	"strings"
)

const (
	maxFile = 500 // lines of a product file
	maxFunc = 80  // lines of a product function
)

// vague names say nothing about what a package is for.
var vague = map[string]bool{
	"util": true, "utils": true, "common": true, "helper": true, "helpers": true, "misc": true,
	"model": true, "models": true, "type": true, "types": true, "service": true, "services": true, "base": true,
}

// readsClock are the rooms that may ask what time it is; all others are told.
func readsClock(room string) bool {
	floor, _, _ := strings.Cut(room, "/")
	return floor == "cmd" || floor == "cli" || floor == "platform" || floor == "testkit"
}

// checkHouse holds files, functions and declarations to the habits of the
// house.
func checkHouse(t *tree) []finding {
	out := append([]finding{}, t.broken...)
	for _, s := range t.gofs {
		if name := strings.TrimSuffix(s.file.Name.Name, "_test"); vague[name] {
			out = append(out, t.at(s.file.Name.Pos(), "package name %s says nothing about its purpose", name))
		}
		out = append(out, checkComments(t, s)...)
	}
	for _, s := range t.product() {
		if s.lines > maxFile {
			out = append(out, t.at(s.file.Pos(), "file has %d lines, more than %d", s.lines, maxFile))
		}
		if !readsClock(s.room) && !strings.HasSuffix(s.file.Name.Name, "test") { // what supports tests is named so
			out = append(out, clockUses(t, s, map[string]bool{"Now": true, "Since": true, "Until": true})...)
		}
		out = append(out, checkFuncs(t, s)...)
		out = append(out, checkBags(t, s)...)
	}
	out = append(out, checkPackageDocs(t)...)
	out = append(out, checkDocs(t)...)
	return append(out, checkVars(t)...)
}

// checkFuncs: length, no init, no panic.
func checkFuncs(t *tree, s *source) []finding {
	var out []finding
	for _, d := range s.file.Decls {
		fn, ok := d.(*ast.FuncDecl)
		if !ok || fn.Body == nil {
			continue
		}
		n := t.fset.Position(fn.Body.End()).Line - t.fset.Position(fn.Pos()).Line + 1
		if routes := strings.EqualFold(fn.Name.Name, "routes"); n > maxFunc && !routes && !onlyTable(fn) {
			out = append(out, t.at(fn.Pos(), "function %s has %d lines, more than %d", fn.Name.Name, n, maxFunc))
		}
		if fn.Name.Name == "init" && fn.Recv == nil {
			out = append(out, t.at(fn.Pos(), "no init: main wires"))
		}
		if strings.HasPrefix(strings.ToLower(fn.Name.Name), "must") || names(fn.Body, "recover") {
			continue // a recovered panic may be passed on
		}
		ast.Inspect(fn.Body, func(n ast.Node) bool {
			if c, ok := n.(*ast.CallExpr); ok {
				if id, ok := c.Fun.(*ast.Ident); ok && id.Name == "panic" {
					out = append(out, t.at(c.Pos(), "panic stands only in must… functions, for mistakes of the programmer at start"))
				}
			}
			return true
		})
	}
	return out
}

// onlyTable says whether a function does nothing but return a table written
// out.
func onlyTable(fn *ast.FuncDecl) bool {
	if len(fn.Body.List) != 1 {
		return false
	}
	ret, ok := fn.Body.List[0].(*ast.ReturnStmt)
	return ok && len(ret.Results) == 1 && isTable(ret.Results[0])
}

// checkBags: no map[string]any where a page or an answer has a type.
func checkBags(t *tree, s *source) []finding {
	var out []finding
	if floor, _, _ := strings.Cut(s.room, "/"); floor != "web" && floor != "cli" {
		return nil
	}
	ast.Inspect(s.file, func(n ast.Node) bool {
		m, ok := n.(*ast.MapType)
		if !ok {
			return true
		}
		key, isString := m.Key.(*ast.Ident)
		if isString && key.Name == "string" && isAny(m.Value) {
			out = append(out, t.at(m.Pos(), "map[string]any: give the page or answer a struct"))
		}
		return true
	})
	return out
}

func isAny(e ast.Expr) bool {
	switch e := e.(type) {
	case *ast.Ident:
		return e.Name == "any"
	case *ast.InterfaceType:
		return len(e.Methods.List) == 0
	}
	return false
}

var (
	todoWord   = regexp.MustCompile(`\b(TODO|FIXME|XXX|HACK)\b(.*)`)
	todoReason = regexp.MustCompile(`^\s*(\([^)]+\))?\s*:\s*\S.{9,}`)
	bareNolint = regexp.MustCompile(`^//\s*nolint|^//lint:ignore\s+\S+\s*$|^//lint:file-ignore\s+\S+\s*$|^//\s*#nosec\s*$`)
)

// checkComments: a thing left to do, or a finding of a linter put aside,
// carries its reason.
func checkComments(t *tree, s *source) []finding {
	if s.room == "archtest" {
		return nil
	}
	var out []finding
	for _, g := range s.file.Comments {
		for _, c := range g.List {
			if m := todoWord.FindStringSubmatch(c.Text); m != nil && !todoReason.MatchString(m[2]) {
				out = append(out, t.at(c.Pos(), "%s without a reason", m[1]))
			}
			if bareNolint.MatchString(c.Text) {
				out = append(out, t.at(c.Pos(), "a finding is put aside without a reason"))
			}
		}
	}
	return out
}

// checkPackageDocs: every package says once what it is for.
func checkPackageDocs(t *tree) []finding {
	first, documented := map[string]*source{}, map[string]bool{}
	for _, s := range t.product() {
		dir := path.Dir(s.path)
		if first[dir] == nil {
			first[dir] = s
		}
		if s.file.Doc != nil {
			documented[dir] = true
		}
	}
	var out []finding
	for dir, s := range first {
		if !documented[dir] {
			out = append(out, t.at(s.file.Package, "package %s has no comment that says what it is for", s.file.Name.Name))
		}
	}
	return out
}

// checkDocs: every exported name has a comment; in a group of constants or
// variables the comment of the group does.
func checkDocs(t *tree) []finding {
	var out []finding
	miss := func(id *ast.Ident) {
		out = append(out, t.at(id.Pos(), "exported %s has no comment", id.Name))
	}
	for _, s := range t.product() {
		for _, d := range s.file.Decls {
			switch d := d.(type) {
			case *ast.FuncDecl:
				if d.Name.IsExported() && d.Doc == nil && exportedRecv(d) {
					miss(d.Name)
				}
			case *ast.GenDecl:
				for _, spec := range d.Specs {
					switch v := spec.(type) {
					case *ast.TypeSpec:
						if v.Name.IsExported() && d.Doc == nil && v.Doc == nil && v.Comment == nil {
							miss(v.Name)
						}
					case *ast.ValueSpec:
						for _, id := range v.Names {
							if id.IsExported() && d.Doc == nil && v.Doc == nil && v.Comment == nil {
								miss(id)
							}
						}
					}
				}
			}
		}
	}
	return out
}

// exportedRecv says whether a function, or the type of a method, can be seen
// from outside.
func exportedRecv(d *ast.FuncDecl) bool {
	if d.Recv == nil || len(d.Recv.List) == 0 {
		return true
	}
	e := d.Recv.List[0].Type
	for {
		switch x := e.(type) {
		case *ast.StarExpr:
			e = x.X
		case *ast.IndexExpr:
			e = x.X
		case *ast.IndexListExpr:
			e = x.X
		case *ast.Ident:
			return x.IsExported()
		default:
			return true
		}
	}
}

// isEmbed says whether a declaration is filled by go:embed.
func isEmbed(groups ...*ast.CommentGroup) bool {
	for _, g := range groups {
		for _, c := range doc(g) {
			if strings.HasPrefix(c.Text, "//go:embed ") {
				return true
			}
		}
	}
	return false
}

// isVar says whether a declaration is a group of variables.
func isVar(d ast.Decl) (*ast.GenDecl, bool) {
	g, ok := d.(*ast.GenDecl)
	return g, ok && g.Tok == token.VAR
}
