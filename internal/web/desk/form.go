package desk

import (
	"errors"
	"net/http"
	"net/url"
	"strings"
	"unicode"
	"unicode/utf8"

	"qingdan/internal/errs"
)

// Fails are the words beside the fields of a form that was refused; All stands
// above it.
type Fails struct{ All, Way, Basis, Reason, Term, Person string }

func (f Fails) any() bool { return f != Fails{} }

// Limits of what is typed. The longest basis of real lists has some 10,000
// characters.
const (
	maxForm   = 1 << 20 // bytes of a form
	maxBasis  = 50_000
	maxReason = 2_000
	maxPerson = 30
)

// readForm reads a form of a bounded size into r.PostForm.
func readForm(w http.ResponseWriter, r *http.Request) error {
	r.Body = http.MaxBytesReader(w, r.Body, maxForm)
	err := r.ParseForm()
	var long *http.MaxBytesError
	if errors.As(err, &long) {
		return errs.TooLargef("填写的内容太长").Fix("请删减后再提交").Because(err)
	}
	if err != nil {
		return errs.Invalidf("提交的内容读不出来").Fix("请刷新页面后重新填写").Because(err)
	}
	return nil
}

// typed is what a person typed into a field: line ends as \n, no blanks around,
// no controls.
func typed(r *http.Request, field string) string {
	s := strings.ReplaceAll(r.PostForm.Get(field), "\r\n", "\n")
	s = strings.Map(func(c rune) rune {
		if c != '\n' && c != '\t' && unicode.IsControl(c) {
			return -1
		}
		return c
	}, strings.ToValidUTF8(s, ""))
	return strings.TrimSpace(s)
}

// signer is the name of the person who decides (经办人).
type signer string

const personField = "person"

func signature(r *http.Request) signer {
	return signer(strings.Join(strings.Fields(typed(r, personField)), " "))
}

// fail says what is wrong with the name, "" when nothing is.
func (s signer) fail() string {
	switch {
	case s == "":
		return "没有填写经办人。请填写作出决定的人的姓名"
	case utf8.RuneCountInString(string(s)) > maxPerson:
		return "经办人太长。请只填写姓名"
	}
	return ""
}

// keep remembers the name until the browser closes, so that it need not be
// typed for every task.
func (s signer) keep(w http.ResponseWriter, r *http.Request) {
	http.SetCookie(w, &http.Cookie{Name: personField, Value: url.QueryEscape(string(s)), Path: Root, HttpOnly: true, SameSite: http.SameSiteStrictMode, Secure: r.TLS != nil})
}

// person is the name that was typed last.
func person(r *http.Request) string {
	c, err := r.Cookie(personField)
	if err != nil {
		return ""
	}
	s, err := url.QueryUnescape(c.Value)
	if err != nil || signer(s).fail() != "" {
		return ""
	}
	return s
}

// Signing is the field for the person who decides.
type Signing struct{ Name, Wrong string }

// Signing is the field of the form.
func (p TaskPage) Signing() Signing { return Signing{p.Form.Person, p.Form.Failed.Person} }

// Signing is the field of the form.
func (p MovedPage) Signing() Signing { return Signing{p.Person, p.Failed.Person} }

// Signing is the field of the form.
func (p SettingsPage) Signing() Signing { return Signing{p.Person, p.Failed.Person} }
