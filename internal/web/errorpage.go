package web

import (
	"crypto/rand"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"runtime/debug"
	"strings"

	"qingdan/internal/errs"
	"qingdan/internal/web/staff"
	"qingdan/internal/web/ui"
)

// ErrorPage tells a reader what went wrong and what to do.
type ErrorPage struct {
	ui.Frame
	Status  int
	Heading string
	Message string
	ID      string // under which an internal error stands in the log
	Staff   bool   // of somebody signed in
}

// adapt turns a handler that returns an error into one that answers: the one
// place where errors become status codes and pages.
func (s *server) adapt(h ui.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if err := s.safely(h, w, r); err != nil {
			s.fail(w, r, err)
		}
	})
}

// safely turns a panic of a handler into an error with its stack, so that one
// page's mistake is one page's answer. http.ErrAbortHandler keeps its meaning.
func (s *server) safely(h ui.Handler, w http.ResponseWriter, r *http.Request) (err error) {
	defer func() {
		if v := recover(); v != nil {
			if v == http.ErrAbortHandler {
				panic(v)
			}
			err = fmt.Errorf("panic: %v\n%s", v, debug.Stack())
		}
	}()
	return h(w, r)
}

// fail answers an error. Internal errors are logged under an id that the page
// shows; a reader who went away gets nothing.
func (s *server) fail(w http.ResponseWriter, r *http.Request, err error) {
	if r.Context().Err() != nil {
		return
	}
	status, id := errs.Status(err), ""
	if status >= http.StatusInternalServerError {
		id = newID()
		s.cfg.Log.Error("request failed", "id", id, "path", r.URL.Path, "error", err.Error())
	}
	h := w.Header()
	h.Set("Cache-Control", "no-store")
	h.Del("ETag")
	h.Del("Content-Disposition")
	if strings.HasSuffix(r.URL.Path, ".json") || strings.Contains(r.Header.Get("Accept"), "application/json") {
		s.failJSON(w, status, id, err)
		return
	}
	if r.Header.Get("HX-Request") != "" {
		s.failPart(w, r, status, id, err)
		return
	}
	var failure *staff.Failure
	page := ErrorPage{Status: status, Heading: heading(status), Message: errs.Message(err), ID: id, Staff: errors.As(err, &failure)}
	// The error page must come even when the site cannot be read.
	page.Frame, _ = s.frameOf(r, failure, page.Heading)
	body, err := s.pages.Execute("error", page)
	if err != nil {
		s.cfg.Log.Error("error page failed", "id", id, "error", err.Error())
		http.Error(w, errs.Message(err), http.StatusInternalServerError)
		return
	}
	h.Set("Content-Type", "text/html; charset=utf-8")
	w.WriteHeader(status)
	if r.Method != http.MethodHead {
		// The connection is the reader's; a failed write has nobody to tell.
		_, _ = w.Write(body)
	}
}

// failPart answers a script that asked for a part of a page: with the part that
// says what went wrong.
func (s *server) failPart(w http.ResponseWriter, r *http.Request, status int, id string, err error) {
	body, err := s.pages.Part("error", "part", ErrorPage{Status: status, Message: errs.Message(err), ID: id})
	if err != nil {
		s.cfg.Log.Error("error part failed", "id", id, "error", err.Error())
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.WriteHeader(status)
	// The connection is the reader's; a failed write has nobody to tell.
	_, _ = w.Write(body)
}

func (s *server) failJSON(w http.ResponseWriter, status int, id string, err error) {
	body, jerr := json.Marshal(struct {
		Error string `json:"error"`
		ID    string `json:"id,omitempty"`
	}{errs.Message(err), id})
	if jerr != nil {
		body = []byte(`{"error":"系统内部出错"}`)
	}
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	w.WriteHeader(status)
	// The connection is the reader's; a failed write has nobody to tell.
	_, _ = w.Write(append(body, '\n'))
}

// heading is the first line of an error page.
func heading(status int) string {
	switch status {
	case http.StatusBadRequest, http.StatusRequestEntityTooLarge:
		return "这样查不了"
	case http.StatusNotFound:
		return "没有找到"
	case http.StatusForbidden:
		return "不能这样做"
	case http.StatusConflict:
		return "现在不能这样做"
	case http.StatusServiceUnavailable, http.StatusTooManyRequests:
		return "请稍后再试"
	default:
		return "系统出错了"
	}
}

// newID makes the id of a failure: short enough to read out on the telephone.
func newID() string {
	var b [4]byte
	// rand.Read never fails; it stops the program instead.
	_, _ = rand.Read(b[:])
	return strings.ToUpper(hex.EncodeToString(b[:]))
}
