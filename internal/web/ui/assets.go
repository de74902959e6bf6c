package ui

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"fmt"
	"net/http"
	"strconv"
	"strings"
)

//go:embed assets/*
var files embed.FS

// sheets are the parts of the style sheet in their order; they are sent as one
// file.
func sheets() []string {
	return []string{"tokens.css", "base.css", "frame.css", "parts.css", "pages.css", "consult.css", "print.css"}
}

type asset struct {
	kind        string
	body, small []byte // plain and gzip
}

// Assets are the static files, kept in memory with their compressed form. The
// address of a file holds its digest, so it may be kept for ever.
type Assets struct {
	byPath              map[string]asset
	style, icon, script string
}

// NewAssets gathers the style sheet, the icon and, when it was built, the
// script.
func NewAssets(script []byte) (*Assets, error) {
	a := &Assets{byPath: map[string]asset{}}
	var css bytes.Buffer
	for _, name := range sheets() {
		b, err := files.ReadFile("assets/" + name)
		if err != nil {
			return nil, fmt.Errorf("style sheet: %w", err)
		}
		css.Write(b)
	}
	icon, err := files.ReadFile("assets/icon.svg")
	if err != nil {
		return nil, fmt.Errorf("icon: %w", err)
	}
	if a.style, err = a.add("app.css", "text/css; charset=utf-8", slim(css.String())); err != nil {
		return nil, err
	}
	if a.icon, err = a.add("icon.svg", "image/svg+xml", icon); err != nil {
		return nil, err
	}
	if len(script) > 0 {
		a.script, err = a.add("app.js", "text/javascript; charset=utf-8", script)
	}
	return a, err
}

func (a *Assets) add(name, kind string, body []byte) (string, error) {
	sum := sha256.Sum256(body)
	path := "/static/" + hex.EncodeToString(sum[:6]) + "/" + name
	var small bytes.Buffer
	z, err := gzip.NewWriterLevel(&small, gzip.BestCompression)
	if err != nil {
		return "", fmt.Errorf("compress %s: %w", name, err)
	}
	if _, err := z.Write(body); err != nil {
		return "", fmt.Errorf("compress %s: %w", name, err)
	}
	if err := z.Close(); err != nil {
		return "", fmt.Errorf("compress %s: %w", name, err)
	}
	a.byPath[path] = asset{kind, body, small.Bytes()}
	return path, nil
}

// slim drops comments and indentation of a style sheet whose strings hold
// neither.
func slim(css string) []byte {
	var b strings.Builder
	for {
		before, rest, found := strings.Cut(css, "/*")
		b.WriteString(before)
		if !found {
			break
		}
		_, css, _ = strings.Cut(rest, "*/")
	}
	return []byte(strings.Join(Lines(b.String()), "\n"))
}

// Style is the address of the style sheet.
func (a *Assets) Style() string { return a.style }

// Icon is the address of the icon.
func (a *Assets) Icon() string { return a.icon }

// Script is the address of the script, empty when it was not built.
func (a *Assets) Script() string { return a.script }

// ServeHTTP sends a static file; an unknown one is 404.
func (a *Assets) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	f, ok := a.byPath[r.URL.Path]
	if !ok {
		http.NotFound(w, r)
		return
	}
	h := w.Header()
	h.Set("Content-Type", f.kind)
	h.Set("Cache-Control", "public, max-age=31536000, immutable")
	body := f.body
	if strings.Contains(r.Header.Get("Accept-Encoding"), "gzip") {
		h.Set("Content-Encoding", "gzip")
		body = f.small
	}
	h.Set("Content-Length", strconv.Itoa(len(body)))
	if r.Method != http.MethodHead {
		// The connection is the reader's; a failed write has nobody to tell.
		_, _ = w.Write(body)
	}
}
