package staff

import (
	"crypto/sha256"
	_ "embed" // the style sheet
	"encoding/hex"
	"net/http"

	"qingdan/internal/web/ui"
)

//go:embed assets/staff.css
var sheet string

// sheets are the style sheets beside the shared one, by their addresses, which
// hold their digests.
type sheets struct{ byPath map[string][]byte }

func newSheets() *sheets { return &sheets{map[string][]byte{}} }

const sheetsPath = "/static/staff/"

// add takes a style sheet in and gives its address.
func (s *sheets) add(name, css string) string {
	sum := sha256.Sum256([]byte(css))
	path := sheetsPath + hex.EncodeToString(sum[:6]) + "/" + name
	s.byPath[path] = []byte(css)
	return path
}

// send answers with a style sheet, to be kept for ever.
func (s *sheets) send(w http.ResponseWriter, r *http.Request) error {
	body, ok := s.byPath[r.URL.Path]
	if !ok {
		http.NotFound(w, r)
		return nil
	}
	w.Header().Set("Content-Type", "text/css; charset=utf-8")
	w.Header().Set("Cache-Control", "public, max-age=31536000, immutable")
	ui.Write(w, r, body)
	return nil
}

// Public lists the addresses of the shell that everybody may ask for: its style
// sheets.
func (s *Shell) Public() []ui.Route {
	return []ui.Route{{Pattern: "GET " + sheetsPath, Handler: s.sheets.send}}
}
