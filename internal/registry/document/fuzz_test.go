package document_test

import (
	"path"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"qingdan/internal/errs"
	"qingdan/internal/registry/document"
)

// What comes out of cleaning can stand in a header, on a disk and in a page, is
// never longer than a disk takes, and stays as it is when it is cleaned again.
func FuzzCleanName(f *testing.F) {
	for _, s := range []string{"批复.pdf", `C:\a\批复.PDF`, "../../x.docx", "a\u202Efdp.exe", "con.xls", " . .pdf", "a.b.c", strings.Repeat("批", 300) + ".pdf", "a\r\nb: c.pdf", "\xff.pdf", "批复 .pdf ", "a.\u200Bpdf", "．．．.pdf"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, given string) {
		name, err := document.CleanName(given)
		if err != nil {
			if errs.KindOf(err) != errs.Invalid || name != "" {
				t.Fatalf("%q: %q, %v", given, name, err)
			}
			return
		}
		again, err := document.CleanName(name)
		if err != nil || again != name {
			t.Fatalf("%q became %q, and then %q, %v", given, name, again, err)
		}
		if !utf8.ValidString(name) || len(name) > 201 || strings.ContainsAny(name, "/\\<>:\"|?*;%\r\n\t\x00") || strings.Trim(name, " .") != name {
			t.Fatalf("%q became %q", given, name)
		}
		for _, r := range name {
			if unicode.IsControl(r) || unicode.Is(unicode.Cf, r) {
				t.Fatalf("%q became %q with %U", given, name, r)
			}
		}
		if ext := path.Ext(name); ext == "" || ext != strings.ToLower(ext) || ext == name {
			t.Fatalf("%q became %q", given, name)
		}
	})
}

// Whatever somebody sends, looking at it ends, and what is taken for a type is one
// of the table.
func FuzzSniff(f *testing.F) {
	for _, b := range samples(f) {
		f.Add(b)
		f.Add(b[:len(b)/2])
	}
	f.Add([]byte{})
	f.Add(container("WordDocument", "_VBA_PROJECT"))
	f.Fuzz(func(t *testing.T, b []byte) {
		got, err := document.Sniff(b)
		if err != nil {
			if errs.KindOf(err) != errs.Invalid {
				t.Fatalf("%v", err)
			}
			return
		}
		for _, known := range document.Types() {
			if known.Media == got.Media {
				return
			}
		}
		t.Fatalf("an unknown type %+v", got)
	})
}
