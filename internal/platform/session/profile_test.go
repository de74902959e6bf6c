package session

import (
	"strings"
	"testing"

	"pgregory.net/rapid"

	"qingdan/internal/errs"
)

func TestCheckPassword(t *testing.T) {
	graded, modern := ProfileOf(Graded), ProfileOf(Modern)
	context := []string{"wang.jianguo", "王建国", "示例市权力清单"}
	cases := []struct {
		password       string
		graded, modern bool
	}{
		{"Tq7-vmzK", true, false},                  // short for the modern one
		{"tq7vmzkw", false, false},                 // two kinds
		{"Tq7-vmz", false, false},                  // 7 characters
		{"Tq7-vmzKpw2hbNx", true, true},            // 15 characters
		{"correct horse battery", false, true},     // letters and blanks: two kinds, long
		{"雨后的河边有七只白鹭飞过去了", false, false},           // 14 characters
		{"雨后的河边有七只白鹭飞过去了吗", false, true},           // 15 characters, one kind
		{"", false, false},                         //
		{"Password123!", false, false},             // common with a tail
		{"P@ssw0rd2026", false, false},             // disguised
		{"Qingdan@2026", false, false},             // the system and a year
		{"Liaocheng-2014!", false, false},          // the place
		{"Wang.Jianguo1", false, false},            // the login
		{"王建国2026Abc!", false, false},              // the name
		{"1qaz@WSX3edc", false, false},             // rows of the keyboard
		{"Aaaaaaa1111111!!", false, false},         // the same again and again
		{"Abcdefgh12345678", false, false},         // rows
		{"Tq7-vmzK\x00abcdefgh", false, false},     // control character
		{"Tq7-\xffvmzKbNxTTTTT", false, false},     // broken text
		{strings.Repeat("Tq7-", 32), true, true},   // 128 bytes
		{strings.Repeat("Tq7-", 33), false, false}, // more
		{strings.Repeat("鹭", 43), false, false},    // 129 bytes
	}
	for _, c := range cases {
		for _, p := range []struct {
			profile Profile
			want    bool
		}{{graded, c.graded}, {modern, c.modern}} {
			err := CheckPassword(p.profile, c.password, context...)
			if (err == nil) != p.want {
				t.Errorf("%s, %q: %v, want accepted %v", p.profile.Key, c.password, err, p.want)
			}
			if err != nil && (errs.KindOf(err) != errs.Invalid || c.password != "" && strings.Contains(err.Error(), c.password)) {
				t.Errorf("%s, %q: error %v", p.profile.Key, c.password, err)
			}
		}
	}
}

// What a common password is made of does not become good by being written in
// capitals, in full width, or twice.
func TestGuessableInEveryWriting(t *testing.T) {
	words := append(common(), ours()...)
	rapid.Check(t, func(t *rapid.T) {
		w := rapid.SampledFrom(words).Draw(t, "word")
		v := rapid.SampledFrom(words).Draw(t, "other")
		n := rapid.StringMatching(`[0-9]{0,2}[!@#.]{0,3}`).Draw(t, "tail")
		for _, s := range []string{w + v + n, strings.ToUpper(w) + v + n, n + w + w} {
			if len([]rune(s)) > 2 && !guessable(normal(s), nil) {
				t.Fatalf("%q is taken for a good password", s)
			}
		}
	})
}

func TestGenerate(t *testing.T) {
	seen := map[string]bool{}
	for range 300 {
		s, err := Generate()
		if err != nil {
			t.Fatal(err)
		}
		for _, p := range Profiles() {
			if err := CheckPassword(p, s); err != nil {
				t.Errorf("%s refuses its own %q: %v", p.Key, s, err)
			}
		}
		if seen[s] || len(s) != 19 || strings.ContainsAny(s, "0O1lIi8B") {
			t.Errorf("%q: made twice, of another length, or hard to read", s)
		}
		seen[s] = true
	}
}

func TestProfiles(t *testing.T) {
	for _, p := range Profiles() {
		if got := ProfileOf(p.Key); got != p {
			t.Errorf("ProfileOf(%s) = %+v", p.Key, got)
		}
		if p.MinLength < 8 || p.Failures < 3 || p.Failures > 20 || p.Lock <= 0 || !strings.Contains(p.Demands(), digits(p.MinLength)) || p.History > keptHashes {
			t.Errorf("profile %+v", p)
		}
	}
	if ProfileOf("无") != Profiles()[0] {
		t.Error("an unknown key is not the default profile")
	}
}
