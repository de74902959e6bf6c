package archtest

import (
	"go/ast"
	"go/token"
	"regexp"
	"strconv"
	"strings"
)

// query is one SQL text found in Go code. Parts that are not literals stand
// in it as hole.
type query struct {
	src  *source
	pos  token.Pos
	text string
	fn   *ast.FuncDecl  // where it stands; nil at package level
	lits []*ast.FuncLit // function literals around it
	name string         // the constant or variable it is given to at package level
}

// hole stands for a part of a text that only running the code would tell.
const hole = "\u25c7"

var sqlStart = regexp.MustCompile(`(?is)^\s*\(?\s*(select\s.*\sfrom\s|select\s+(\(|\d|\x{25c7})|insert\s+(or\s+\w+\s+)?into\s|replace\s+into\s|update\s+\S+\s+(as\s+\w+\s+)?set\s|delete\s+from\s|with\s+(recursive\s+)?\w+\s*(\([^)]*\)\s*)?as\s+(not\s+)?(materialized\s*)?\(|create\s+(unique\s+|virtual\s+|temp\s+|unlogged\s+)*(table|index|view|trigger|database)\s|alter\s+(table|database)\s|drop\s+(table|index|view|database)\s|pragma\s+\w|vacuum\b|savepoint\s+\w|release\s+savepoint|rollback\s+to\s|begin\s+(immediate|isolation)|truncate\s+\w)`)

// sqlInside finds queries that are put together from pieces: a piece that
// reads or joins a table in the middle of other words of SQL.
var sqlInside = regexp.MustCompile(`(?is)(\bjoin\s+\w+(\s+\w+)?\s+on\s|\bexists\s*\(\s*select\b|\bunion\s+(all\s+)?select\b|\bin\s*\(\s*select\b|^\s*from\s+\w+(\s+\w+)?\s+(where|join|order by)\s)`)

func looksLikeSQL(s string) bool { return sqlStart.MatchString(s) || sqlInside.MatchString(s) }

// queries collects the SQL of product files.
func queries(t *tree) []query {
	var out []query
	for _, s := range t.product() {
		if s.room == "archtest" {
			continue
		}
		for _, d := range s.file.Decls {
			switch d := d.(type) {
			case *ast.FuncDecl:
				c := collector{src: s, fn: d, out: &out}
				if d.Body != nil {
					c.walk(d.Body)
				}
			case *ast.GenDecl:
				if d.Tok == token.IMPORT {
					continue
				}
				for _, spec := range d.Specs {
					c := collector{src: s, out: &out}
					if v, ok := spec.(*ast.ValueSpec); ok && len(v.Names) == 1 {
						c.name = v.Names[0].Name
					}
					c.walk(spec)
				}
			}
		}
	}
	return out
}

// collector walks one declaration and keeps the SQL texts in it.
type collector struct {
	src  *source
	fn   *ast.FuncDecl
	lits []*ast.FuncLit
	name string
	out  *[]query
}

func (c collector) walk(n ast.Node) {
	ast.Inspect(n, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.FuncLit:
			inner := c
			inner.lits = append(append([]*ast.FuncLit{}, c.lits...), n)
			inner.walk(n.Body)
			return false
		case *ast.BinaryExpr:
			if n.Op != token.ADD {
				return true
			}
			text, leaves, literal := fold(n)
			if !literal {
				return true
			}
			c.keep(n.Pos(), text)
			for _, l := range leaves {
				c.walk(l)
			}
			return false
		case *ast.BasicLit:
			if n.Kind == token.STRING {
				if s, err := strconv.Unquote(n.Value); err == nil {
					c.keep(n.Pos(), s)
				}
			}
		}
		return true
	})
}

func (c collector) keep(pos token.Pos, s string) {
	if looksLikeSQL(s) {
		*c.out = append(*c.out, query{c.src, pos, s, c.fn, c.lits, c.name})
	}
}

// fold joins a sum of strings: literals as they are, everything else as a
// hole. leaves are the parts that were not literals.
func fold(e ast.Expr) (text string, leaves []ast.Expr, literal bool) {
	switch e := e.(type) {
	case *ast.BinaryExpr:
		if e.Op == token.ADD {
			a, la, oka := fold(e.X)
			b, lb, okb := fold(e.Y)
			return a + b, append(la, lb...), oka || okb
		}
	case *ast.ParenExpr:
		return fold(e.X)
	case *ast.BasicLit:
		if e.Kind == token.STRING {
			if s, err := strconv.Unquote(e.Value); err == nil {
				return s, nil, true
			}
		}
	}
	return hole, []ast.Expr{e}, false
}

var (
	sqlString   = regexp.MustCompile(`'(?:[^']|'')*'`)
	sqlComment  = regexp.MustCompile(`--[^\n]*`)
	sqlDistinct = regexp.MustCompile(`(?i)\bdistinct\s+from\b`)
	sqlToken    = regexp.MustCompile(`[\w.]+|\x{25c7}|%\w|[(),]`)
)

// tokens splits SQL into lower-case words, holes and brackets; strings and
// comments are dropped.
func tokens(sql string) []string {
	sql = sqlString.ReplaceAllString(sql, " ")
	sql = sqlComment.ReplaceAllString(sql, " ")
	sql = sqlDistinct.ReplaceAllString(sql, " ")
	return sqlToken.FindAllString(strings.ToLower(sql), -1)
}

// afterTable are the words that may follow a table without being its alias.
var afterTable = map[string]bool{
	"where": true, "join": true, "left": true, "right": true, "inner": true, "cross": true, "full": true, "on": true,
	"order": true, "group": true, "limit": true, "having": true, "union": true, "except": true, "intersect": true,
	"using": true, "set": true, "returning": true, "for": true, "window": true, "indexed": true, "values": true, "select": true,
}

// touched tells which tables a query writes and which it reads. Names made by
// WITH are left out; a hole where a table should stand is given as the hole.
func touched(sql string) (writes, reads []string) {
	tok := append(tokens(sql), "", "", "", "")
	made := map[string]bool{}
	for i, w := range tok[:len(tok)-4] {
		switch {
		case (w == "with" || w == "recursive" || w == ",") && cteAt(tok[i+1:]):
			made[tok[i+1]] = true
		case w == "into":
			writes = append(writes, tok[i+1])
		case w == "update" && tok[i+1] != "set" && (i == 0 || tok[i-1] != "for"):
			writes = append(writes, tok[i+1])
		case w == "from" && i > 0 && tok[i-1] == "delete":
			writes = append(writes, tok[i+1])
		case w == "from":
			reads = append(reads, tableList(tok[i+1:])...)
		case w == "join":
			reads = append(reads, tableList(tok[i+1:i+2])...)
		}
	}
	kept := reads[:0]
	for _, r := range reads {
		if !made[r] && r != "excluded" {
			kept = append(kept, r)
		}
	}
	return writes, kept
}

// cteAt says whether "name as (" or "name (columns) as (" stands here.
func cteAt(tok []string) bool {
	if tok[0] == "recursive" {
		return false
	}
	i := 1
	if i < len(tok) && tok[i] == "(" {
		for i < len(tok) && tok[i] != ")" {
			i++
		}
		i++
	}
	if i >= len(tok) || tok[i] != "as" {
		return false
	}
	for i++; i < len(tok) && (tok[i] == "not" || tok[i] == "materialized"); i++ {
	}
	return i < len(tok) && tok[i] == "("
}

// tableList reads "a x, b as y" up to the next word that ends the list.
func tableList(tok []string) []string {
	var out []string
	for i := 0; i < len(tok); {
		if tok[i] == "" || tok[i] == "(" || tok[i] == ")" || tok[i] == "select" {
			break
		}
		out = append(out, tok[i])
		i++
		if i < len(tok) && tok[i] == "as" {
			i++
		}
		if i < len(tok) && tok[i] != "," && tok[i] != "(" && tok[i] != ")" && !afterTable[tok[i]] {
			i++
		}
		if i >= len(tok) || tok[i] != "," {
			break
		}
		i++
	}
	return out
}
