package desk

import (
	"crypto/sha256"
	_ "embed" // the style sheet
	"encoding/hex"
	"net/http"

	"qingdan/internal/web/ui"
)

//go:embed assets/desk.css
var sheet string

// style is the style sheet of the desk: what every page shares, then what only
// forms and queues need. Its address holds its digest.
type style struct {
	path string
	body []byte
}

func newStyle(shared string) style {
	body := []byte(`@import url("` + shared + `");` + "\n" + sheet)
	sum := sha256.Sum256(body)
	return style{Root + "/style/" + hex.EncodeToString(sum[:6]) + ".css", body}
}

func (s style) send(w http.ResponseWriter, r *http.Request) error {
	w.Header().Set("Content-Type", "text/css; charset=utf-8")
	ui.Write(w, r, s.body)
	return nil
}
