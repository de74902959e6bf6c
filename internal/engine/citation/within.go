package citation

import "strings"

// Within resolves what a law says of itself (本法第九条, 本条第二款, 前款, 前两款, 前条)
// for a reader who knows where the words stand: home is the law with the
// article, paragraph and item of the place. References to other laws come back
// as they are. It gives false where the place does not allow the words: the
// first paragraph has no 前款.
func (r Ref) Within(home Ref) (Ref, bool) {
	switch {
	case !r.Self && r.Law != "":
		return r, true
	case home.Law == "":
		return r, false
	case r.Article > 0:
		r.Law, r.Self = home.Law, false
		return r, true
	}
	out := Ref{Law: home.Law, Article: home.Article, ArticleSub: home.ArticleSub, Paragraph: r.Paragraph, Item: r.Item, Subitem: r.Subitem, To: r.To}
	switch r.Law {
	case "本条":
		return out, home.Article > 0
	case "本款":
		out.Paragraph = home.Paragraph
		return out, home.Paragraph > 0
	case "本项":
		out.Paragraph, out.Item = home.Paragraph, home.Item
		return out, home.Item > 0
	}
	return out.back(r.Law, home)
}

// back resolves the words that point back from a place: 前条, 前两款, 上款.
func (r Ref) back(words string, home Ref) (Ref, bool) {
	rest, ok := strings.CutPrefix(words, "前")
	if !ok {
		rest, ok = strings.CutPrefix(words, "上")
	}
	unit := ""
	for _, u := range []string{"条", "款", "项"} {
		if count, is := strings.CutSuffix(rest, u); is {
			rest, unit = count, u
		}
	}
	n := 1
	if rest != "" {
		n = strings.Index("一二三四五六七八九", strings.Replace(rest, "两", "二", 1))/len("一") + 1
	}
	if !ok || n < 1 || rest != "" && !strings.Contains("两二三四五六七八九", rest) {
		return r, false
	}
	switch unit {
	case "条":
		return r.backArticles(n, home)
	case "款":
		r.Paragraph = home.Paragraph - n
		if n > 1 {
			r.To = &End{Paragraph: home.Paragraph - 1}
		}
		return r, r.Paragraph > 0
	case "项":
		r.Paragraph, r.Item = home.Paragraph, home.Item-n
		if n > 1 {
			r.To = &End{Item: home.Item - 1}
		}
		return r, r.Item > 0
	}
	return r, false
}

// backArticles goes back by articles. Whether inserted ones (条之一) stand
// between is not known here: 前条 of an inserted article is the one it follows.
func (r Ref) backArticles(n int, home Ref) (Ref, bool) {
	if home.ArticleSub > 0 {
		if n > 1 {
			return r, false
		}
		r.ArticleSub--
		return r, true
	}
	r.Article = home.Article - n
	if n > 1 {
		r.To = &End{Article: home.Article - 1}
	}
	return r, r.Article > 0
}
