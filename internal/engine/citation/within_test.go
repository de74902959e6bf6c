package citation_test

import (
	"testing"

	"qingdan/internal/engine/citation"
)

func TestWordsOfALawOnItselfLeadToPlaces(t *testing.T) {
	home := citation.Ref{Law: "某法", Article: 30, Paragraph: 3, Item: 4}
	for words, want := range map[string]string{
		"本法第九条":        "《某法》第九条",
		"本条例第九条第二款":    "《某法》第九条第二款",
		"第九条":          "《某法》第九条",
		"本条第一款第（二）项":   "《某法》第三十条第一款第（二）项",
		"依照本款规定":       "《某法》第三十条第三款",
		"前款规定的行为":      "《某法》第三十条第二款",
		"依照前两款规定":      "《某法》第三十条第一款至第二款",
		"前项规定":         "《某法》第三十条第三款第（三）项",
		"依照前条规定处罚":     "《某法》第二十九条",
		"依照前三条规定":      "《某法》第二十七条至第二十九条",
		"《别的法》第二条":     "《别的法》第二条",
		"依照前三款规定（不存在）": "",
	} {
		refs := citation.Parse(words)
		if len(refs) == 0 {
			if want != "" {
				t.Errorf("%s: no reference", words)
			}
			continue
		}
		got, ok := refs[0].Within(home)
		if ok != (want != "") || ok && got.String() != want {
			t.Errorf("%s: %s %v, want %s", words, got, ok, want)
		}
	}
	if got, ok := citation.Parse("前条规定")[0].Within(citation.Ref{Law: "某法", Article: 133, ArticleSub: 2}); !ok || got.String() != "《某法》第一百三十三条之一" {
		t.Errorf("before an inserted article: %s %v", got, ok)
	}
	if got, ok := citation.Parse("前款规定")[0].Within(citation.Ref{Law: "某法", Article: 2, Paragraph: 1}); ok {
		t.Errorf("前款 of the first paragraph: %s", got)
	}
	if _, ok := citation.Parse("本法第九条")[0].Within(citation.Ref{}); ok {
		t.Error("本法 without a law led somewhere")
	}
}
