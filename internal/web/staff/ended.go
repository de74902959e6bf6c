package staff

import (
	"encoding/json"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"qingdan/internal/errs"
	"qingdan/internal/web/ui"
)

// EndedPage tells somebody whose session is over that what they sent was not
// taken, and shows it to them to be copied.
type EndedPage struct {
	ui.Frame
	Wrote  []Wrote
	SignIn string // address
}

// Wrote is one field of what was sent.
type Wrote struct{ Name, Text string }

// signedOut answers a request without a living session. A page is asked for
// again after signing in; of a form nothing is done and nothing is lost.
func (s *Shell) signedOut(w http.ResponseWriter, r *http.Request) error {
	reading := r.Method == http.MethodGet || r.Method == http.MethodHead
	switch {
	case reading && r.Header.Get("HX-Request") != "":
		leave(w, r, signInAddress(localOf(r.Header.Get("HX-Current-URL"))))
		return nil
	case reading:
		leave(w, r, signInAddress(r.URL.RequestURI()))
		return nil
	case strings.Contains(r.Header.Get("Accept"), "application/json"):
		return endedJSON(w)
	}
	page := EndedPage{Wrote: wrote(w, r), SignIn: signInAddress(localOf(r.Referer()))}
	var err error
	if page.Frame, err = s.Outside(r, "登录已失效"); err != nil {
		return err
	}
	return s.Show(w, r, http.StatusForbidden, s.pages, "ended", page)
}

// endedJSON tells a script that saves by itself.
func endedJSON(w http.ResponseWriter) error {
	body, err := json.Marshal(struct {
		Error     string `json:"error"`
		SignedOut bool   `json:"signedOut"`
	}{"登录已失效，内容没有保存。请另开一页重新登录", true})
	if err != nil {
		return err
	}
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	w.WriteHeader(http.StatusForbidden)
	// The connection is the reader's; a failed write has nobody to tell.
	_, _ = w.Write(append(body, '\n'))
	return nil
}

// localOf is the path and query of an address that the browser reports as the
// page before; "" of one that is none.
func localOf(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		return ""
	}
	return u.RequestURI()
}

// wrote reads the fields of a form of a sensible size that hold words; files and
// whatever is secret are left out.
func wrote(w http.ResponseWriter, r *http.Request) []Wrote {
	if !urlencoded(r) {
		return nil
	}
	switch err := ReadForm(w, r); errs.KindOf(err) {
	case errs.TooLarge:
		return []Wrote{{"提交的内容", "太长，没有读入。请退回上一页复制"}}
	case errs.Invalid:
		return nil
	}
	var out []Wrote
	for name, values := range r.PostForm {
		text := strings.TrimSpace(strings.Join(values, "\n"))
		if secret(name) || len([]rune(text)) < 2 {
			continue
		}
		out = append(out, Wrote{name, text})
	}
	slices.SortFunc(out, func(a, b Wrote) int { return strings.Compare(a.Name, b.Name) })
	return out
}

// secret says whether a field holds what must not stand on a page.
func secret(field string) bool {
	field = strings.ToLower(field)
	return strings.Contains(field, "password") || strings.Contains(field, "code") || strings.Contains(field, "token")
}
