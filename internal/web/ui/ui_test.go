package ui

import (
	"encoding/base64"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

func TestNum(t *testing.T) {
	for n, want := range map[int]string{0: "0", 7: "7", 999: "999", 1000: "1,000", 5029: "5,029", 1234567: "1,234,567", -1234: "−1,234"} {
		if got := Num(n); got != want {
			t.Errorf("Num(%d) = %s, want %s", n, got, want)
		}
	}
}

func TestDay(t *testing.T) {
	for in, want := range map[string]string{"2014-12-11": "2014年12月11日", "": "", "长期": "长期", "2014-13-01": "2014-13-01"} {
		if got := Day(in); got != want {
			t.Errorf("Day(%q) = %q", in, got)
		}
	}
}

func TestSteps(t *testing.T) {
	for in, want := range map[string][]string{
		"":                nil,
		"受理":              {"受理"},
		"受理→审查→决定":        {"受理", "审查", "决定"},
		"1.受理；2.审查；3.决定。": {"受理", "审查", "决定。"},
		"1、甲 2、乙\n3、丙":    {"甲 2、乙", "丙"},
		"一、有场所\n（二）有人员\n(3)有设备": {"有场所", "有人员", "有设备"},
		"依据第2.5条办理":             {"依据第2.5条办理"},
		"2014年办理":               {"2014年办理"},
		"（）空":                   {"（）空"},
		" \n\r\n ":              nil,
	} {
		if got := Steps(in); !slices.Equal(got, want) {
			t.Errorf("Steps(%q) = %q, want %q", in, got, want)
		}
	}
}

func TestStagesAndListings(t *testing.T) {
	for in, want := range map[string][]string{
		"受理、审查、决定。":          {"受理", "审查", "决定"},
		"对水、电、气等公用事业单位进行的检查": {"对水、电、气等公用事业单位进行的检查"},
		"受理→审查":              {"受理", "审查"},
		"受理；审查；决定":           {"受理", "审查", "决定"},
		"受理—审查—决定":           {"受理", "审查", "决定"},
		"受理 审查 决定。":          {"受理", "审查", "决定"},
		"经审查，符合规定条件的，当场作出决定": {"经审查，符合规定条件的，当场作出决定"},
		"受理": {"受理"},
		"":   nil,
	} {
		if got := Stages(in); !slices.Equal(got, want) {
			t.Errorf("Stages(%q) = %q, want %q", in, got, want)
		}
	}
	l := Listed("有下列情形之一的：\n1.甲；\n2.乙。")
	if l.Lead != "有下列情形之一的：" || !slices.Equal(l.Items, []string{"甲", "乙。"}) {
		t.Errorf("%+v", l)
	}
	if l := Listed("甲：\n"); l.Lead != "" || len(l.Items) != 1 {
		t.Errorf("%+v", l)
	}
}

// FuzzSteps: nothing but marks, blanks and trailing separators is lost.
func FuzzSteps(f *testing.F) {
	for _, s := range []string{"1.受理 2.审查", "甲→乙", "一、\n二、", "1.1.1.", "（一）（二）", "12.3、4．"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		for _, l := range Steps(s) {
			if strings.ContainsAny(l, "\n") || !strings.Contains(s, l) && !strings.ContainsAny(s, "→>⇒\r") {
				t.Errorf("%q is not of %q", l, s)
			}
		}
	})
}

// TestBarStaysInside: whatever the numbers, a bar stays on its scale, and
// anything above zero is seen.
func TestBarStaysInside(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		from, to, most := rapid.IntRange(-10, 9000).Draw(t, "from"), rapid.IntRange(-10, 9000).Draw(t, "to"), rapid.IntRange(-1, 6000).Draw(t, "max")
		b := Span(max(0, from), max(0, to), most, "keep")
		if b.X < 0 || b.W < 0 || b.X+b.W > 1000 {
			t.Fatalf("%+v", b)
		}
		if most > 0 && max(from, to) > 0 && b.W == 0 {
			t.Fatalf("not seen: %+v", b)
		}
	})
}

func TestLocalPath(t *testing.T) {
	for s, want := range map[string]bool{"/": true, "/powers?a=b": true, "": false, "//x": false, "/\\x": false, "https://x": false, "powers": false, "/a\nb": false, "/%zz": false} {
		if LocalPath(s) != want {
			t.Errorf("LocalPath(%q) = %v", s, !want)
		}
	}
}

func TestQRIsAPicture(t *testing.T) {
	img, err := QR("http://127.0.0.1:8080/powers/x/v/1")
	if err != nil {
		t.Fatal(err)
	}
	b, err := base64.StdEncoding.DecodeString(strings.TrimPrefix(string(img.Src), "data:image/png;base64,"))
	if err != nil || !strings.HasPrefix(string(b), "\x89PNG") || len(b) > 2000 {
		t.Errorf("%d bytes: %v", len(b), err)
	}
	if _, err := QR(strings.Repeat("x", 5000)); err == nil {
		t.Error("an address too long for a QR code was accepted")
	}
}

func TestAssets(t *testing.T) {
	a, err := NewAssets([]byte("alert"))
	if err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{a.Style(), a.Icon(), a.Script()} {
		plain, zipped := httptest.NewRecorder(), httptest.NewRecorder()
		r := httptest.NewRequest(http.MethodGet, path, nil)
		a.ServeHTTP(plain, r)
		r.Header.Set("Accept-Encoding", "gzip")
		a.ServeHTTP(zipped, r)
		if plain.Code != 200 || zipped.Header().Get("Content-Encoding") != "gzip" || plain.Header().Get("Content-Encoding") != "" {
			t.Errorf("%s: %d %v", path, plain.Code, zipped.Header())
		}
	}
	if none, err := NewAssets(nil); err != nil || none.Script() != "" {
		t.Errorf("script without build: %q, %v", none.Script(), err)
	}
}
