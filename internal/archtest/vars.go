package archtest

import (
	"go/ast"
	"go/token"
	"path"
)

// checkVars: a variable of a package is a table that nobody changes, an
// error, a compiled expression or template, or embedded files. What is filled
// later, locked or counted is state, and state is handed around by main.
func checkVars(t *tree) []finding {
	byDir := map[string][]*source{}
	for _, s := range t.product() {
		byDir[path.Dir(s.path)] = append(byDir[path.Dir(s.path)], s)
	}
	var out []finding
	for _, pkg := range byDir {
		changed := map[string]token.Pos{}
		for _, s := range pkg {
			for _, d := range s.file.Decls {
				if fn, ok := d.(*ast.FuncDecl); ok && fn.Body != nil {
					noteChanges(fn, changed)
				}
			}
		}
		for _, s := range pkg {
			for _, d := range s.file.Decls {
				if g, ok := isVar(d); ok {
					out = append(out, checkVarGroup(t, g, changed)...)
				}
			}
		}
	}
	return out
}

func checkVarGroup(t *tree, g *ast.GenDecl, changed map[string]token.Pos) []finding {
	var out []finding
	for _, spec := range g.Specs {
		v := spec.(*ast.ValueSpec)
		if isEmbed(g.Doc, v.Doc) {
			continue
		}
		for i, id := range v.Names {
			switch pos, hit := changed[id.Name]; {
			case id.Name == "_":
			case hit:
				out = append(out, t.at(pos, "variable %s of the package is changed: state is handed around, not kept here", id.Name))
			case len(v.Values) == 0:
				out = append(out, t.at(id.Pos(), "variable %s of the package has no value yet: it would be filled later", id.Name))
			case i < len(v.Values) && isState(v.Values[i]):
				out = append(out, t.at(id.Pos(), "variable %s of the package is made to be changed", id.Name))
			case id.IsExported() && i < len(v.Values) && isTable(v.Values[i]):
				out = append(out, t.at(id.Pos(), "exported %s can be changed by anybody: export a function", id.Name))
			}
		}
	}
	return out
}

// isState recognises values that only make sense when they change.
func isState(e ast.Expr) bool {
	switch e := e.(type) {
	case *ast.UnaryExpr:
		return isState(e.X)
	case *ast.CompositeLit:
		sel, ok := e.Type.(*ast.SelectorExpr)
		if !ok {
			return false
		}
		x, ok := sel.X.(*ast.Ident)
		return ok && (x.Name == "sync" || x.Name == "atomic")
	case *ast.CallExpr:
		if id, ok := e.Fun.(*ast.Ident); ok {
			return id.Name == "make" || id.Name == "new"
		}
	}
	return false
}

// isTable recognises maps and slices written out.
func isTable(e ast.Expr) bool {
	c, ok := e.(*ast.CompositeLit)
	if !ok {
		return false
	}
	switch x := c.Type.(type) {
	case *ast.MapType:
		return true
	case *ast.ArrayType:
		return x.Len == nil
	}
	return false
}

// noteChanges notes the names that a function assigns to, counts up, takes
// the address of or deletes from, as far as it does not declare them itself.
func noteChanges(fn *ast.FuncDecl, changed map[string]token.Pos) {
	own := declared(fn)
	note := func(e ast.Expr) {
		if id := rootIdent(e); id != nil && !own[id.Name] {
			changed[id.Name] = id.Pos()
		}
	}
	ast.Inspect(fn.Body, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.AssignStmt:
			if n.Tok != token.DEFINE {
				for _, e := range n.Lhs {
					note(e)
				}
			}
		case *ast.IncDecStmt:
			note(n.X)
		case *ast.UnaryExpr:
			if _, plain := n.X.(*ast.Ident); n.Op == token.AND && plain {
				note(n.X)
			}
		case *ast.CallExpr:
			if id, ok := n.Fun.(*ast.Ident); ok && len(n.Args) > 0 && (id.Name == "delete" || id.Name == "clear") {
				note(n.Args[0])
			}
		}
		return true
	})
}

// rootIdent gives x of x, x[i], x.f, *x.
func rootIdent(e ast.Expr) *ast.Ident {
	for {
		switch x := e.(type) {
		case *ast.Ident:
			return x
		case *ast.IndexExpr:
			e = x.X
		case *ast.SelectorExpr:
			e = x.X
		case *ast.StarExpr:
			e = x.X
		case *ast.ParenExpr:
			e = x.X
		default:
			return nil
		}
	}
}

// declared gives every name that a function declares anywhere inside itself.
func declared(fn *ast.FuncDecl) map[string]bool {
	own := map[string]bool{}
	add := func(list *ast.FieldList) {
		if list == nil {
			return
		}
		for _, f := range list.List {
			for _, id := range f.Names {
				own[id.Name] = true
			}
		}
	}
	add(fn.Recv)
	add(fn.Type.Params)
	add(fn.Type.Results)
	ast.Inspect(fn.Body, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.FuncLit:
			add(n.Type.Params)
			add(n.Type.Results)
		case *ast.AssignStmt:
			if n.Tok == token.DEFINE {
				for _, e := range n.Lhs {
					if id, ok := e.(*ast.Ident); ok {
						own[id.Name] = true
					}
				}
			}
		case *ast.RangeStmt:
			for _, e := range []ast.Expr{n.Key, n.Value} {
				if id, ok := e.(*ast.Ident); ok && n.Tok == token.DEFINE {
					own[id.Name] = true
				}
			}
		case *ast.ValueSpec:
			for _, id := range n.Names {
				own[id.Name] = true
			}
		}
		return true
	})
	return own
}
