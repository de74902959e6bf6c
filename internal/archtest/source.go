package archtest

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path"
	"regexp"
	"strings"
)

// finding is one thing that breaks a rule of the house, at a place.
type finding struct {
	pos  string // file:line from the root of the module
	what string
}

func (f finding) String() string { return f.pos + ": " + f.what }

// source is one parsed Go file.
type source struct {
	path  string // slash path from the root of the module
	room  string // "registry/power", "cli", "cmd"; see roomOf
	test  bool
	file  *ast.File
	lines int
}

// text is one file of any kind that people or tools read as text.
type text struct {
	path, body string
}

// tree is the module as the checkers see it.
type tree struct {
	module string
	fset   *token.FileSet
	gofs   []*source
	texts  []text
	broken []finding // files that do not parse
}

var (
	moduleLine = regexp.MustCompile(`(?m)^module\s+(\S+)`)
	textFile   = regexp.MustCompile(`(^|/)(Makefile|LICENSE|run|go\.mod|\.[a-z]+ignore|\.editorconfig)$|\.(go|md|sql|sh|html|tmpl|css|js|mjs|ts|json|jsonl|toml|ya?ml|txt|csv|svg)$`)
)

// skippedDirs hold what tools made or brought in, and corpora of fuzz targets.
var skippedDirs = map[string]bool{
	".git": true, "node_modules": true, "dist": true, "bin": true, "data": true, "testdata": true,
}

// load reads a module from its root.
func load(fsys fs.FS) (*tree, error) {
	mod, err := fs.ReadFile(fsys, "go.mod")
	if err != nil {
		return nil, err
	}
	m := moduleLine.FindSubmatch(mod)
	if m == nil {
		return nil, fmt.Errorf("go.mod names no module")
	}
	t := &tree{module: string(m[1]), fset: token.NewFileSet()}
	err = fs.WalkDir(fsys, ".", func(p string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() {
			if skippedDirs[d.Name()] {
				return fs.SkipDir
			}
			return nil
		}
		if !textFile.MatchString(p) {
			return nil
		}
		body, err := fs.ReadFile(fsys, p)
		if err != nil {
			return err
		}
		t.add(p, body)
		return nil
	})
	return t, err
}

func (t *tree) add(p string, body []byte) {
	t.texts = append(t.texts, text{p, string(body)})
	if !strings.HasSuffix(p, ".go") {
		return
	}
	f, err := parser.ParseFile(t.fset, p, body, parser.ParseComments|parser.SkipObjectResolution)
	if err != nil {
		t.broken = append(t.broken, finding{p, err.Error()})
		return
	}
	t.gofs = append(t.gofs, &source{
		path:  p,
		room:  roomOf(path.Dir(p)),
		test:  strings.HasSuffix(p, "_test.go"),
		file:  f,
		lines: strings.Count(string(body), "\n"),
	})
}

// at makes a finding at a position.
func (t *tree) at(pos token.Pos, format string, args ...any) finding {
	p := t.fset.Position(pos)
	return finding{fmt.Sprintf("%s:%d", p.Filename, p.Line), fmt.Sprintf(format, args...)}
}

// product gives the Go files that end up in the binary.
func (t *tree) product() []*source {
	var out []*source
	for _, s := range t.gofs {
		if !s.test {
			out = append(out, s)
		}
	}
	return out
}

// doc gives the lines of a comment group, without the slashes.
func doc(g *ast.CommentGroup) []*ast.Comment {
	if g == nil {
		return nil
	}
	return g.List
}
