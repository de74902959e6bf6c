package bench

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"qingdan/internal/engine/amend"
	"qingdan/internal/engine/citation"
	"qingdan/internal/engine/lawtext"
	"qingdan/internal/platform/sqldb"
	"qingdan/internal/registry/law"
	"qingdan/internal/registry/power"
)

// spot is an article of an edition, with the powers that cite it.
type spot struct {
	edition sqldb.ID
	seq     int
	citing  map[sqldb.ID]bool // versions of powers
}

// spots gives the articles that powers cite on a day, the most cited first.
func spots(b *testing.B, db *sqldb.DB, lib *law.Library, day string) []spot {
	b.Helper()
	type place struct {
		edition sqldb.ID
		seq     int
	}
	at := map[place]spot{}
	err := power.Versions(context.Background(), db, nil, func(_ string, v power.Version) error {
		for _, c := range v.Citations {
			res := lib.Resolve(c.Ref, day)
			for seq := res.Article; seq > 0 && seq <= max(res.Article, res.To); seq++ {
				p := place{res.Edition.ID, seq}
				if _, ok := at[p]; !ok {
					at[p] = spot{p.edition, p.seq, map[sqldb.ID]bool{}}
				}
				at[p].citing[v.ID] = true
			}
		}
		return nil
	})
	if err != nil {
		b.Fatal(err)
	}
	return slices.SortedFunc(maps.Values(at), func(x, y spot) int {
		return cmp.Or(cmp.Compare(len(y.citing), len(x.citing)), slices.Compare(x.edition[:], y.edition[:]), cmp.Compare(x.seq, y.seq))
	})
}

// reform is the change of one article of a real or invented law.
type reform struct {
	old   law.Source
	words string // of the article, as the text has them, once
	made  string // day of the new text
	tasks int    // powers that cite the article
}

// reform finds the most cited article of the city that a new text can change
// alone.
func (c *city) reform(b *testing.B, db *sqldb.DB) reform {
	b.Helper()
	lib, err := law.ReadLibrary(context.Background(), db)
	if err != nil {
		b.Fatal(err)
	}
	sources := map[string][]law.Source{}
	for _, s := range c.laws(b) {
		key := citation.NormalizeTitle(citation.StripEdition(strings.TrimSpace(s.Title)))
		sources[key] = append(sources[key], s)
	}
	for _, at := range spots(b, db, lib, c.manifest.EffectiveDay) {
		e, _ := lib.Edition(at.edition)
		d, _ := lib.Document(e.Document)
		if len(sources[d.Key]) != 1 {
			continue
		}
		r := reform{old: sources[d.Key][0], made: c.manifest.CheckDay, tasks: len(at.citing)}
		article := lawtext.Parse(r.old.Text).Articles[at.seq-1]
		r.words = article.Paragraphs[0].Text
		if r.words != "" && strings.Count(r.old.Text, r.words) == 1 && r.alone() {
			return r
		}
	}
	b.Fatal("no cited article that can be changed alone")
	return reform{}
}

// alone says whether the new text is read as made on its day and differs in
// nothing but the article.
func (r reform) alone() bool {
	p, err := law.Read(r.text(1), "")
	if err != nil || p.Made != r.made || p.Effective > r.made {
		return false
	}
	changed := 0
	for _, m := range amend.Compare(lawtext.Parse(r.old.Text), p.Doc).Matches {
		if m.Kind == amend.Changed {
			changed++
		} else if m.Kind != amend.Kept {
			return false
		}
	}
	return changed == 1
}

// text is the k-th new text: other words in the article, another line in the
// note of its history.
func (r reform) text(k int) law.Source {
	s := r.old
	s.ID, s.Publish, s.Effective = fmt.Sprintf("%s-%d", s.ID, k), "", ""
	words := []rune(r.words)
	s.Text = strings.Replace(s.Text, r.words, string(words[:2])+fmt.Sprintf("依照第%d号标准", k)+string(words[2:]), 1)
	from, _, _ := strings.Cut(s.Text, "第一")
	end := strings.LastIndex(from, "日")
	if end < 0 {
		return s
	}
	end += strings.IndexByte(s.Text[end:], '\n')
	s.Text = s.Text[:end] + "\n\n根据" + chineseDay(r.made) + "《关于修改部分法规的决定》修正\n" + s.Text[end:]
	return s
}

// chineseDay writes 2026-09-15 as 2026年9月15日.
func chineseDay(day string) string {
	var y, m, d int
	_, _ = fmt.Sscanf(day, "%d-%d-%d", &y, &m, &d) // zeros are no day: the text is then not read as made on it
	return fmt.Sprintf("%d年%d月%d日", y, m, d)
}

// The days of the general laws.
const (
	generalMade    = "2020-01-01"
	generalAmended = "2026-06-01"
)

// generalArticles is how many articles a general law has before its
// commencement; all but the first are cited.
const generalArticles = 60

// general is a law that powers of all kinds cite. Its k-th amendment puts a new
// second article in, so that all that follow move, and lets every third one
// grant a penalty; 0 is the law as made.
func general(title string, k int) law.Source {
	note, from := chineseDay(generalMade)+"全国人民代表大会常务委员会通过", generalMade
	if k > 0 {
		note, from = note+"　"+chineseDay(generalAmended)+"修订", generalAmended
	}
	var articles []string
	for i := 1; i <= generalArticles; i++ {
		if k > 0 && i == 2 {
			articles = append(articles, fmt.Sprintf("行政机关应当建立第%d号工作制度，明确办事人员的职责和培训要求。", k))
		}
		words := fmt.Sprintf("行政机关办理第%s类事项，应当依照规定的程序和期限，并向社会公开办理的结果。", lawtext.FormatChinese(i))
		if k > 0 && i%3 == 0 {
			words += fmt.Sprintf("泄露办理结果的，由县级以上人民政府主管部门处%d元以下的罚款。", 1000*k)
		}
		articles = append(articles, words)
	}
	var b strings.Builder
	fmt.Fprintf(&b, "%s\n\n（%s）\n\n", title, note)
	for i, words := range append(articles, "本法自"+chineseDay(from)+"起施行。") {
		fmt.Fprintf(&b, "第%s条 %s\n\n", lawtext.FormatChinese(i+1), words)
	}
	return law.Source{ID: fmt.Sprintf("%s-%d", title, k), Title: title, Level: "法律", Text: b.String()}
}
