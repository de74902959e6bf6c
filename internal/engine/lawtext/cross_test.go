package lawtext_test

import (
	"slices"
	"strings"
	"testing"

	"qingdan/internal/engine/lawtext"
	"qingdan/internal/testkit"
)

// plain is a light normalisation: the two sources differ in blanks and in the
// width of punctuation.
func plain(s string) string {
	return strings.NewReplacer(" ", "", "\u3000", "", "\u00a0", "", "\u2002", "", "\u2003", "", "\n", "", "\t", "", "(", "（", ")", "）",
		",", "，", ":", "：", ";", "；", "<", "〈", ">", "〉", "．", ".", "\"", "“", "”", "“", "?", "？", "!", "！", "—", "-", "－", "-",
		"﹝", "〔", "﹞", "〕", "•", "·", "∶", "：").Replace(s)
}

func articleTexts(d *lawtext.Document) map[string]string {
	m := map[string]string{}
	for _, a := range d.Articles {
		m[a.Number.String()] = plain(a.Text())
	}
	return m
}

func TestBothSourcesGiveTheSameArticles(t *testing.T) {
	_, byID := parseAll(t)
	type pair struct {
		Title                 string
		IDA                   string   `json:"id_a"`
		IDB                   string   `json:"id_b"`
		A                     int      `json:"articles_a"`
		B                     int      `json:"articles_b"`
		ArticlesDifferingText []string `json:"articles_differing_text"`
	}
	articles, equal, missed, extra := 0, 0, 0, 0
	for _, p := range testkit.Lines[pair](t, "laws", "cross_source_pairs.jsonl") {
		a, b := articleTexts(byID[p.IDA].doc), articleTexts(byID[p.IDB].doc)
		for n, text := range a {
			other, ok := b[n]
			if !ok || slices.Contains(p.ArticlesDifferingText, n) {
				if ok && other == text {
					extra++
				}
				continue
			}
			articles++
			if other == text {
				equal++
			} else if missed++; missed <= 40 {
				t.Logf("%s %s/%s article %s: %s", p.Title, p.IDA, p.IDB, n, firstDifference(text, other))
			}
		}
	}
	t.Logf("articles that must agree: %d, agree %d, differ %d; said to differ but equal here: %d", articles, equal, missed, extra)
	if equal*1000 < articles*999 {
		t.Errorf("only %d of %d articles agree, want 99.9 %%", equal, articles)
	}
}

// firstDifference shows both texts around the first place they differ.
func firstDifference(a, b string) string {
	x, y := []rune(a), []rune(b)
	i := 0
	for i < len(x) && i < len(y) && x[i] == y[i] {
		i++
	}
	from := max(0, i-8)
	return string(x[from:min(len(x), i+12)]) + " | " + string(y[from:min(len(y), i+12)])
}

func TestEditionsDifferWhereTheySay(t *testing.T) {
	_, byID := parseAll(t)
	type pair struct {
		Title   string
		Old     string     `json:"old_id"`
		New     string     `json:"new_id"`
		Same    int        `json:"same_number_same_text"`
		Changed []string   `json:"same_number_changed_text"`
		OnlyOld []string   `json:"only_old"`
		OnlyNew []string   `json:"only_new"`
		Moved   [][]string `json:"moved_identical"`
	}
	pairs, right := testkit.Lines[pair](t, "laws", "edition_pairs.jsonl"), 0
	for _, p := range pairs {
		a, b := articleTexts(byID[p.Old].doc), articleTexts(byID[p.New].doc)
		var changed, onlyOld, onlyNew []string
		same := 0
		for n, text := range a {
			switch other, ok := b[n]; {
			case !ok:
				onlyOld = append(onlyOld, n)
			case other == text:
				same++
			default:
				changed = append(changed, n)
			}
		}
		for n := range b {
			if _, ok := a[n]; !ok {
				onlyNew = append(onlyNew, n)
			}
		}
		ok := same == p.Same && equalSets(changed, p.Changed) && equalSets(onlyOld, p.OnlyOld) && equalSets(onlyNew, p.OnlyNew)
		for _, m := range p.Moved {
			ok = ok && a[m[0]] == b[m[1]]
		}
		if ok {
			right++
		} else {
			t.Logf("%s %s %s: same %d/%d, changed %v, said %v; only old %v/%v; only new %v/%v", p.Title, p.Old, p.New, same, p.Same,
				minus(changed, p.Changed), minus(p.Changed, changed), onlyOld, p.OnlyOld, onlyNew, p.OnlyNew)
		}
	}
	t.Logf("pairs of editions read as told: %d of %d", right, len(pairs))
	if right*100 < len(pairs)*95 {
		t.Errorf("%d of %d pairs, want 95 %%", right, len(pairs))
	}
}

func equalSets(a, b []string) bool {
	a, b = slices.Clone(a), slices.Clone(b)
	slices.Sort(a)
	slices.Sort(b)
	return slices.Equal(a, b)
}

func minus(a, b []string) []string {
	return slices.DeleteFunc(slices.Clone(a), func(s string) bool { return slices.Contains(b, s) })
}
