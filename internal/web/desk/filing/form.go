package filing

import (
	"errors"
	"net/http"

	"qingdan/internal/errs"
)

// maxForm bounds a form of text in bytes: every long element at its limit, as
// browsers send Chinese (nine bytes a character).
const maxForm = 4 << 20

// readForm reads a form of a bounded size into r.PostForm. Too long a one is
// TooLarge, one that cannot be read Invalid.
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
