package staff

import (
	"errors"
	"net/http"
	"strings"
	"unicode"

	"qingdan/internal/errs"
	"qingdan/internal/platform/sqldb"
	"qingdan/internal/registry/people"
)

// MaxForm is the size of an ordinary form in bytes. The longest basis of real
// lists has some 10,000 characters.
const MaxForm = 1 << 20

// mostForm is the size of the longest form of any room: every element of a power
// at its limit, as browsers send Chinese.
const mostForm = 4 << 20

// receive reads the form of a request, if it is one. Files and what scripts send
// are left to the rooms.
func receive(w http.ResponseWriter, r *http.Request) error {
	if r.Method != http.MethodPost || !urlencoded(r) {
		return nil
	}
	r.Body = http.MaxBytesReader(w, r.Body, mostForm)
	return parse(r)
}

func urlencoded(r *http.Request) bool {
	return strings.HasPrefix(r.Header.Get("Content-Type"), "application/x-www-form-urlencoded")
}

// ReadForm reads a form of at most MaxForm bytes into r.PostForm, where the guard
// has not done so already. Too long a one is TooLarge, one that cannot be read
// Invalid.
func ReadForm(w http.ResponseWriter, r *http.Request) error {
	if r.PostForm == nil {
		r.Body = http.MaxBytesReader(w, r.Body, MaxForm)
		return parse(r)
	}
	size := 0
	for name, values := range r.PostForm {
		for _, v := range values {
			size += len(name) + len(v)
		}
	}
	if size > MaxForm {
		return tooLong()
	}
	return nil
}

func tooLong() *errs.Error {
	return errs.TooLargef("填写的内容太长").Fix("请删减后再提交")
}

func parse(r *http.Request) error {
	err := r.ParseForm()
	var long *http.MaxBytesError
	if errors.As(err, &long) {
		return tooLong().Because(err)
	}
	if err != nil {
		return errs.Invalidf("提交的内容读不出来").Fix("请刷新页面后重新填写").Because(err)
	}
	return nil
}

// Typed is what somebody typed into a field: line ends as \n, no blanks around,
// no controls.
func Typed(r *http.Request, field string) string { return Tidy(r.PostForm.Get(field)) }

// Tidy is a typed text with line ends as \n, no blanks around, no controls.
func Tidy(s string) string {
	s = strings.ReplaceAll(s, "\r\n", "\n")
	s = strings.Map(func(c rune) rune {
		if c != '\n' && c != '\t' && unicode.IsControl(c) {
			return -1
		}
		return c
	}, strings.ToValidUTF8(s, ""))
	return strings.TrimSpace(s)
}

// Words are the words of an error for the person at a form: what is wrong and
// how to mend it, without the place, which the form shows.
func Words(err error) string {
	var e *errs.Error
	if errors.As(err, &e) && e.Kind != errs.Internal {
		return e.At("").Words()
	}
	return errs.Message(err)
}

// Place is the field that an error speaks of, "" when it names none.
func Place(err error) string {
	var e *errs.Error
	if errors.As(err, &e) {
		return e.Place
	}
	return ""
}

// PathID reads an id of the address. Where none can be, there is nothing to find
// (people.Unknown).
func PathID(r *http.Request, name string) (sqldb.ID, error) {
	id, err := sqldb.ParseID(r.PathValue(name))
	if err != nil {
		return id, people.Unknown().Because(err)
	}
	return id, nil
}
