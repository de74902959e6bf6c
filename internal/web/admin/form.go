package admin

import (
	"net/http"
	"strconv"
	"strings"

	"qingdan/internal/errs"
	"qingdan/internal/web/staff"
	"qingdan/internal/web/ui"
)

// Field is one field of a form, with what was typed and what is wrong with it.
type Field struct {
	ID, Name, Label string
	Value           string
	Help, Wrong     string
	Type            string // text where empty; checkbox, date, tel, textarea
	Max             int
	Optional        bool
	Ticked          bool        // of a checkbox
	Choices         []ui.Choice // of a selection
}

// Form is a form that is sent by itself.
type Form struct {
	Action string
	Fields []Field
	Button string
	Wrong  string // what is wrong and belongs to no field
	Grave  bool   // the act cannot be taken back easily
}

// DescribedBy are the ids of the texts that explain a field.
func (f Field) DescribedBy() string {
	var ids []string
	if f.Wrong != "" {
		ids = append(ids, f.ID+"-wrong")
	}
	if f.Help != "" {
		ids = append(ids, f.ID+"-help")
	}
	return strings.Join(ids, " ")
}

// fill puts what a person sent into the fields.
func (f *Form) fill(r *http.Request) {
	for i := range f.Fields {
		x := &f.Fields[i]
		x.Value = staff.Typed(r, x.Name)
		x.Ticked = x.Value != ""
		for k := range x.Choices {
			x.Choices[k].Selected = x.Choices[k].Value == x.Value
		}
	}
}

// lacks marks the fields that must be filled and are not, and says whether
// there are any.
func (f *Form) lacks() bool {
	lacks := false
	for i := range f.Fields {
		x := &f.Fields[i]
		if x.Optional || x.Value != "" {
			continue
		}
		lacks = true
		switch {
		case x.Type == "checkbox":
			x.Wrong = "没有勾选。确认之后请勾选"
		case x.Choices != nil:
			x.Wrong = "没有选择" + x.Label
		default:
			x.Wrong = "没有填写" + x.Label
		}
	}
	return lacks
}

// blame puts the words of an error where they belong: at the field whose label
// the error names, else above the form. It gives the status of the answer; an
// error that no form can mend comes back.
func (f *Form) blame(err error) (status int, rest error) {
	switch errs.KindOf(err) {
	case errs.Invalid, errs.Conflict, errs.Unavailable, errs.TooLarge:
	default:
		return 0, err
	}
	for i := range f.Fields {
		if f.Fields[i].Label == staff.Place(err) {
			f.Fields[i].Wrong = staff.Words(err)
			return errs.Status(err), nil
		}
	}
	f.Wrong = staff.Words(err)
	return errs.Status(err), nil
}

// whole reads a whole number; wrong is the word for what it is.
func whole(s, wrong string) (int, error) {
	n, err := strconv.Atoi(s)
	if err != nil {
		return 0, errs.Invalidf("%s不是一个整数", wrong).At(wrong).Fix("请只写数字")
	}
	return n, nil
}
