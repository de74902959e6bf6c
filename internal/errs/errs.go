// Package errs is the one error type of the product: a kind that decides the
// HTTP status and the exit code, a Chinese sentence for the person who must
// mend something, the place the sentence speaks of, and the wrapped cause for
// the log.
//
// The sentence never carries the cause: causes hold SQL and paths, which are
// for operators. Wrap once per boundary with the operation and its key.
package errs

import (
	"errors"
	"fmt"
	"net/http"
)

// Kind classifies an error by what the caller can do about it.
type Kind int

// The kinds. The zero value is Internal, so that an error nobody classified
// is treated as our fault and never shown in detail.
const (
	Internal    Kind = iota // our fault; the person gets an id, the log the cause
	Invalid                 // the input is wrong; the message says where and how to mend it
	NotFound                // the thing asked for does not exist
	Conflict                // the state forbids it now, or somebody was faster
	Forbidden               // this person may not
	TooLarge                // over a stated limit
	Unavailable             // try again later
	TooMany                 // too often in a short time; the message says when again
)

// Error is an error with words for people. Use the constructors.
type Error struct {
	Kind  Kind
	Msg   string // what is wrong, in Chinese, one sentence without a full stop
	Place string // file, sheet, cell, field or option the sentence speaks of
	Mend  string // how to put it right, in Chinese; may be empty
	Err   error  // cause, for the log
}

// Error is the log form: words and cause. The operation stands before it where
// a boundary wrapped it.
func (e *Error) Error() string {
	if e.Err == nil {
		return e.Words()
	}
	return e.Words() + ": " + e.Err.Error()
}

// Unwrap gives the cause.
func (e *Error) Unwrap() error { return e.Err }

// Words is the sentence for people: place, what is wrong, how to mend it.
func (e *Error) Words() string {
	s := e.Msg
	if e.Place != "" {
		s = e.Place + "：" + s
	}
	if e.Mend != "" {
		s += "。" + e.Mend
	}
	return s
}

// At returns a copy that names the place.
func (e *Error) At(place string) *Error { c := *e; c.Place = place; return &c }

// Fix returns a copy that says how to mend it.
func (e *Error) Fix(mend string) *Error { c := *e; c.Mend = mend; return &c }

// Because returns a copy with the cause, for the log only.
func (e *Error) Because(err error) *Error { c := *e; c.Err = err; return &c }

// New makes an error of a kind; format and args give the Chinese sentence.
func New(k Kind, format string, args ...any) *Error {
	return &Error{Kind: k, Msg: fmt.Sprintf(format, args...)}
}

// Invalidf says that the input is wrong.
func Invalidf(format string, args ...any) *Error { return New(Invalid, format, args...) }

// NotFoundf says that a thing does not exist.
func NotFoundf(format string, args ...any) *Error { return New(NotFound, format, args...) }

// Conflictf says that the state forbids it.
func Conflictf(format string, args ...any) *Error { return New(Conflict, format, args...) }

// TooLargef says that a stated limit is passed.
func TooLargef(format string, args ...any) *Error { return New(TooLarge, format, args...) }

// Wrap adds the operation and its key at a boundary. Kind and words of the
// cause are kept. Wrap(op, nil) is nil.
func Wrap(op string, err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("%s: %w", op, err)
}

// In names the place around an error that has words for people, such as the
// file around a cell. Kind, words and mend stay as they are; an error without
// words is wrapped. In(place, nil) is nil.
func In(place string, err error) error {
	var e *Error
	if !errors.As(err, &e) {
		return Wrap(place, err)
	}
	c := &Error{Kind: e.Kind, Msg: e.Msg, Place: place, Mend: e.Mend, Err: err}
	if e.Place != "" {
		c.Place += " " + e.Place
	}
	return c
}

// KindOf gives the kind of the outermost *Error in the chain, Internal if
// there is none.
func KindOf(err error) Kind {
	var e *Error
	if errors.As(err, &e) {
		return e.Kind
	}
	return Internal
}

// Message gives the words for people. An internal error has the same words
// whatever its cause; the caller adds the id under which it was logged.
func Message(err error) string {
	var e *Error
	if errors.As(err, &e) && e.Kind != Internal {
		return e.Words()
	}
	return "系统内部出错，已记录，请稍后再试或联系管理员"
}

// Status maps an error to an HTTP status.
func Status(err error) int {
	switch KindOf(err) {
	case Invalid:
		return http.StatusBadRequest
	case NotFound:
		return http.StatusNotFound
	case Conflict:
		return http.StatusConflict
	case Forbidden:
		return http.StatusForbidden
	case TooLarge:
		return http.StatusRequestEntityTooLarge
	case Unavailable:
		return http.StatusServiceUnavailable
	case TooMany:
		return http.StatusTooManyRequests
	default:
		return http.StatusInternalServerError
	}
}

// Exit codes of the command line, documented in README.
const (
	ExitOK       = 0
	ExitInternal = 1 // our fault or the machine's
	ExitUsage    = 2 // wrong words on the command line
	ExitInput    = 3 // the input is wrong; nothing was written
	ExitState    = 4 // not found, conflict, forbidden
)

// ExitCode maps an error to the exit code of the command line.
func ExitCode(err error) int {
	if err == nil {
		return ExitOK
	}
	switch KindOf(err) {
	case Invalid, TooLarge:
		return ExitInput
	case NotFound, Conflict, Forbidden:
		return ExitState
	default:
		return ExitInternal
	}
}

// Is reports whether target is in the chain: errors.Is, so that callers need
// one import.
func Is(err, target error) bool { return errors.Is(err, target) }
