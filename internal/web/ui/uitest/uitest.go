// Package uitest holds what the tests of every group of pages share.
package uitest

import (
	"html/template"
	"io/fs"
	"reflect"
	"slices"
	"strings"
	"testing"

	"golang.org/x/net/html"

	"qingdan/internal/web/ui"
)

// Page is a template with the struct it is given.
type Page struct {
	Name string
	Data any
}

// Fit runs every template of the folder templates over its struct, empty and
// filled, with every switch of the page turned off once: a field that a
// template names and the struct lacks fails the test, and so does a template or
// struct without the other.
func Fit(t *testing.T, templates fs.FS, pages []Page) {
	t.Helper()
	set, err := ui.Parse(templates, "templates")
	if err != nil {
		t.Fatal(err)
	}
	names := set.Names()
	for _, page := range pages {
		if !slices.Contains(names, page.Name) {
			t.Errorf("no template %s", page.Name)
			continue
		}
		names = slices.DeleteFunc(names, func(n string) bool { return n == page.Name })
		run(t, set, page.Name, reflect.ValueOf(page.Data))
		full := reflect.New(reflect.TypeOf(page.Data)).Elem()
		fill(full, 0)
		run(t, set, page.Name, full)
		for i := range full.NumField() {
			off := reflect.New(full.Type()).Elem()
			off.Set(full)
			if f := off.Field(i); f.CanSet() && full.Type().Field(i).Name != "Frame" {
				f.SetZero()
				run(t, set, page.Name, off)
			}
		}
	}
	if len(names) > 0 {
		t.Errorf("templates without a struct in this test: %v", names)
	}
}

// fill sets every field it can reach to a value that is not zero, so that a
// template runs through its branches.
func fill(v reflect.Value, depth int) {
	if !v.CanSet() || depth > 12 {
		return
	}
	switch v.Kind() {
	case reflect.String:
		if v.Type() == reflect.TypeFor[template.URL]() {
			v.SetString("data:image/png;base64,AA==")
			return
		}
		v.SetString(`甲<b>"'&`)
	case reflect.Int, reflect.Int64:
		v.SetInt(2)
	case reflect.Bool:
		v.SetBool(true)
	case reflect.Slice:
		s := reflect.MakeSlice(v.Type(), 2, 2)
		for i := range 2 {
			fill(s.Index(i), depth+1)
		}
		v.Set(s)
	case reflect.Pointer:
		p := reflect.New(v.Type().Elem())
		fill(p.Elem(), depth+1)
		v.Set(p)
	case reflect.Struct:
		for i := range v.NumField() {
			fill(v.Field(i), depth+1)
		}
	}
}

func run(t *testing.T, set *ui.Set, name string, page reflect.Value) {
	t.Helper()
	b, err := set.Execute(name, page.Interface())
	if err != nil {
		t.Errorf("%s: %v", name, err)
		return
	}
	if _, err := html.Parse(strings.NewReader(string(b))); err != nil {
		t.Errorf("%s: %v", name, err)
	}
	for _, bad := range []string{"<b>\"", "ZgotmplZ", "%!", "<no value>"} {
		if strings.Contains(string(b), bad) {
			t.Errorf("%s: %q in the page", name, bad)
		}
	}
}
