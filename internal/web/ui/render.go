package ui

import (
	"bytes"
	"crypto/sha256"
	"embed"
	"encoding/base64"
	"fmt"
	"html/template"
	"io/fs"
	"net/http"
	"path"
	"strings"
)

//go:embed templates/*.html
var shared embed.FS

// Set is a group of parsed page templates by name (the file name without
// .html).
type Set struct{ pages map[string]*template.Template }

// Parse reads every *.html of dir in pages, each with the shared files. A file
// whose name starts with "_" is shared by the pages of its directory.
func Parse(pages fs.FS, dir string) (*Set, error) {
	base, err := template.New("").Funcs(funcs()).ParseFS(shared, "templates/*.html")
	if err != nil {
		return nil, fmt.Errorf("parse shared templates: %w", err)
	}
	partials, err := fs.Glob(pages, path.Join(dir, "_*.html"))
	if err != nil {
		return nil, fmt.Errorf("list templates: %w", err)
	}
	if len(partials) > 0 {
		if base, err = base.ParseFS(pages, partials...); err != nil {
			return nil, fmt.Errorf("parse partials: %w", err)
		}
	}
	files, err := fs.Glob(pages, path.Join(dir, "[^_]*.html"))
	if err != nil {
		return nil, fmt.Errorf("list templates: %w", err)
	}
	s := &Set{pages: make(map[string]*template.Template, len(files))}
	for _, f := range files {
		t, err := base.Clone()
		if err != nil {
			return nil, fmt.Errorf("clone templates: %w", err)
		}
		if t, err = t.ParseFS(pages, f); err != nil {
			return nil, fmt.Errorf("parse %s: %w", f, err)
		}
		s.pages[strings.TrimSuffix(path.Base(f), ".html")] = t
	}
	return s, nil
}

// Names lists the pages of the set.
func (s *Set) Names() []string {
	names := make([]string, 0, len(s.pages))
	for n := range s.pages {
		names = append(names, n)
	}
	return names
}

// Execute writes a page into a buffer, so that a failing template never sends
// half a page.
func (s *Set) Execute(name string, page any) ([]byte, error) { return s.Part(name, "layout", page) }

// Part writes one block of a page alone, for a partial update: data is what the
// block is given within the page.
func (s *Set) Part(name, block string, data any) ([]byte, error) {
	t, ok := s.pages[name]
	if !ok {
		return nil, fmt.Errorf("no page template %q", name)
	}
	var b bytes.Buffer
	if err := t.ExecuteTemplate(&b, block, data); err != nil {
		return nil, fmt.Errorf("page %s: %w", name, err)
	}
	return b.Bytes(), nil
}

// Render answers with a page and a validator: a reader who has it already gets
// 304. Public pages may be kept for a minute by caches; they differ by the
// mode cookie.
func (s *Set) Render(w http.ResponseWriter, r *http.Request, name string, page any) error {
	b, err := s.Execute(name, page)
	if err != nil {
		return err
	}
	h := w.Header()
	h.Set("Content-Type", "text/html; charset=utf-8")
	h.Set("Cache-Control", "public, max-age=60")
	h.Add("Vary", "Cookie")
	Write(w, r, b)
	return nil
}

// Write sends a finished body with an entity tag, or 304 when the reader has
// the same.
func Write(w http.ResponseWriter, r *http.Request, body []byte) {
	sum := sha256.Sum256(body)
	tag := `W/"` + base64.RawURLEncoding.EncodeToString(sum[:9]) + `"`
	w.Header().Set("ETag", tag)
	if strings.Contains(r.Header.Get("If-None-Match"), tag) {
		w.WriteHeader(http.StatusNotModified)
		return
	}
	if r.Method != http.MethodHead {
		// The connection is the reader's; a failed write has nobody to tell.
		_, _ = w.Write(body)
	}
}
