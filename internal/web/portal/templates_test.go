package portal

import (
	"html/template"
	"reflect"
	"strings"
	"testing"

	"golang.org/x/net/html"

	"qingdan/internal/web/ui"
)

// pages names every template with the struct it is given.
func pages() map[string]any {
	return map[string]any{
		"home": HomePage{}, "search": SearchPage{}, "powers": PowersPage{}, "item": ItemPage{}, "history": HistoryPage{},
		"departments": DepartmentsPage{}, "department": DepartmentPage{}, "laws": LawsPage{}, "law": LawPage{}, "article": ArticlePage{},
		"editions": EditionsPage{}, "edition": EditionPage{}, "changes": ChangesPage{}, "gaps": GapsPage{}, "figures": FiguresPage{}, "rows": FigureRowsPage{},
		"about": AboutPage{}, "accessibility": AccessibilityPage{},
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

// TestTemplatesFitTheirStructs runs every template over its struct empty and
// filled, with every switch of the page turned off once: a field that a
// template names and the struct lacks fails here.
func TestTemplatesFitTheirStructs(t *testing.T) {
	set, err := ui.Parse(templates, "templates")
	if err != nil {
		t.Fatal(err)
	}
	all := pages()
	for _, name := range set.Names() {
		page, ok := all[name]
		if !ok {
			t.Errorf("template %s has no struct in this test", name)
			continue
		}
		delete(all, name)
		run(t, set, name, reflect.ValueOf(page))
		full := reflect.New(reflect.TypeOf(page)).Elem()
		fill(full, 0)
		run(t, set, name, full)
		for i := range full.NumField() {
			off := reflect.New(full.Type()).Elem()
			off.Set(full)
			if f := off.Field(i); f.CanSet() && full.Type().Field(i).Name != "Frame" {
				f.SetZero()
				run(t, set, name, off)
			}
		}
	}
	for name := range all {
		t.Errorf("no template %s", name)
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
