package citation

import (
	"strings"
	"testing"
)

func FuzzParse(f *testing.F) {
	for _, s := range []string{
		"", "《甲法》第三条第（二）项至第（四）项", "《《〈", "第", "第一百条之", "（以下简称《", "前款第三项、", "《甲》(第1-2/3、4条",
		"本法第十条至", "甲法第1条和", "\xff第1条", "第一一一一一一一一一一一一一一一一一一条", "<<甲>>1条", "《甲法》实施细则",
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		for _, r := range Parse(s) {
			if r.Article < 0 || r.Article > maxNumber+9 || r.To != nil && *r.To == (End{}) {
				t.Errorf("impossible reference %+v", r)
			}
			if r.Law == "" && r.Article+r.Paragraph+r.Item+r.Subitem == 0 {
				t.Errorf("empty reference")
			}
		}
		NormalizeTitle(s)
	})
}

func FuzzParseQuotes(f *testing.F) {
	for _, s := range []string{
		"", "《甲法》第三条：乙。《丙法》第四条 丁", "1.《甲法》\n第一条 乙\n第二条 丙", "【法律】《甲法》", "甲法第三条：", "（一）（二）（三）", "|《|》第1条：",
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		valid := strings.ToValidUTF8(s, "\ufffd")
		for _, q := range ParseQuotes(valid) {
			if !strings.Contains(valid, q.Text) {
				t.Errorf("text %q is no part of %q", q.Text, valid)
			}
		}
	})
}

// FuzzRewrite holds both rewriters to their word: a refusal leaves the text as
// it was, an identity too, and what was rewritten reads as changed.
func FuzzRewrite(f *testing.F) {
	for _, s := range []string{
		"", "《甲法》第十二条、第十四条第二款", "《甲法》第三条：依照第四条。\n《乙法》第５条", "甲法第133-1条至第一百四十条之三", "\xff《甲》第1条", "《甲》第八、九、十条第二三款",
		"《甲》第㈨条第⑳项", "1.《甲法》第9条2.《乙法》9条", "（一）《甲法》第三条（二）《乙法》", "《甲法》第三条第四条\n第三条 乙", "本法第9条第9/9款9项",
	} {
		f.Add(s, 1)
	}
	f.Fuzz(func(t *testing.T, s string, by int) {
		change := shift(by % maxNumber)
		same := func(r Ref) (Ref, bool) { return r, true }
		if out, ok := Rewrite(s, same); out != s || !ok {
			t.Errorf("unchanged, %q became %q, %t", s, out, ok)
		}
		if out, ok := RewriteQuotes(s, same); out != s || !ok {
			t.Errorf("unchanged, the field %q became %q, %t", s, out, ok)
		}
		out, ok := Rewrite(s, change)
		if refs := Parse(s); ok {
			for k, r := range Parse(out) {
				if !sameRef(r, changed(refs[k], change)) {
					t.Errorf("%q became %q", s, out)
				}
			}
		} else if out != s {
			t.Errorf("refused, yet %q became %q", s, out)
		}
		if out, ok := RewriteQuotes(s, change); !ok && out != s {
			t.Errorf("refused, yet the field %q became %q", s, out)
		}
	})
}

func BenchmarkParse(b *testing.B) {
	all := rows(b, "citations/citations.jsonl")
	b.ReportAllocs()
	n := 0
	for b.Loop() {
		for _, r := range all {
			Parse(r.Text)
		}
		n += len(all)
	}
	b.ReportMetric(float64(n)/b.Elapsed().Seconds(), "strings/s")
}
