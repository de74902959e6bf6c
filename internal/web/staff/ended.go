package staff

import (
	"encoding/json"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"unicode"

	"qingdan/internal/errs"
	"qingdan/internal/web/ui"
)

// EndedPage tells somebody whose session is over that what they sent was not
// taken, and shows it to them to be copied.
type EndedPage struct {
	ui.Frame
	Wrote  []string // the texts of the form
	SignIn string   // address
}

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

// wrote gives the texts of a form of a sensible size, whether it was read already
// or not. Files, whatever is secret, and what nobody wrote by hand (ids, choices)
// are left out; names of fields are ours, and say nothing to the writer.
func wrote(w http.ResponseWriter, r *http.Request) []string {
	if !urlencoded(r) {
		return nil
	}
	switch err := ReadForm(w, r); errs.KindOf(err) {
	case errs.TooLarge:
		return []string{"内容太长，没有读入。请退回上一页复制"}
	case errs.Invalid:
		return nil
	}
	var out []string
	for _, name := range slices.Sorted(maps.Keys(r.PostForm)) {
		for _, text := range r.PostForm[name] {
			if !secret(name) && strings.ContainsFunc(text, han) {
				out = append(out, Tidy(text))
			}
		}
	}
	return out
}

func han(r rune) bool { return unicode.Is(unicode.Han, r) }

// secret says whether a field holds what must not stand on a page.
func secret(field string) bool {
	field = strings.ToLower(field)
	return strings.Contains(field, "password") || strings.Contains(field, "code") || strings.Contains(field, "token")
}
