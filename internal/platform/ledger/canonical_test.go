package ledger_test

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"qingdan/internal/platform/ledger"
)

// What the short way makes of a text, the long way makes of it too.
func FuzzSortKeys(f *testing.F) {
	for _, s := range []string{
		`{"b":{"z":[1,{"y":2,"x":3}],"a":"中"},"a":"\n\"\\"}`, `{"a":1,"a":2}`, `{"a":1,}`, `[1,]`, `[,1]`, `{"a" :1}`, `-0`, `01`, `1.0`,
		`1e5`, `-`, `"\u0041"`, `"\/"`, "\"\u2028\"", "\"\xff\"", `{"b\n":1,"a":2}`, `truefalse`, `nul`, `1 1`, `"`, `"\`, `{"`, `{"a":`,
		strings.Repeat("[", 200) + strings.Repeat("]", 200), `{"a":{},"B":[]}`, "\"\x7f\"",
	} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, in []byte) {
		short, ok := ledger.SortKeys(in)
		if !ok {
			return
		}
		long, err := ledger.Rewrite(in)
		if err != nil || !bytes.Equal(short, long) {
			t.Errorf("%q: %q the short way, %q the long way, %v", in, short, long, err)
		}
	})
}

// What the house says of its acts takes the short way: texts, whole numbers,
// lists, nothing else.
func TestActsAreSortedTheShortWay(t *testing.T) {
	text := rapid.StringOf(rapid.RuneFrom([]rune("行政许可abc\n\t\"\\<&>（）")))
	rapid.Check(t, func(t *rapid.T) {
		type inner struct {
			Z string   `json:"z"`
			A []string `json:"a,omitempty"`
			N *bool    `json:"n"`
		}
		v := struct {
			Name  string  `json:"name"`
			Inner inner   `json:"inner"`
			Days  int     `json:"days"`
			More  []inner `json:"basis"`
		}{text.Draw(t, "name"), inner{text.Draw(t, "z"), rapid.SliceOf(text).Draw(t, "a"), nil}, rapid.Int().Draw(t, "days"), []inner{{}, {}}}
		plain := new(bytes.Buffer)
		e := json.NewEncoder(plain)
		e.SetEscapeHTML(false)
		if err := e.Encode(v); err != nil {
			t.Fatal(err)
		}
		short, ok := ledger.SortKeys(bytes.TrimSpace(plain.Bytes()))
		long, err := ledger.Canonical(v)
		if !ok || err != nil || !bytes.Equal(short, long) {
			t.Fatalf("%s, %v; %s, %v", short, ok, long, err)
		}
	})
}
