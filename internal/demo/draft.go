package demo

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"strings"

	"qingdan/internal/engine/citation"
	"qingdan/internal/engine/lawtext"
	"qingdan/internal/registry/law"
)

// draft is an invented law while it is being written.
type draft struct {
	title     string
	level     law.Level
	issuer    string
	publish   string
	effective string
	self      string // 本法, 本条例, 本办法
	body      []string
	articles  int
	chapters  int
}

// chapter opens a chapter.
func (d *draft) chapter(name string) {
	d.chapters++
	d.body = append(d.body, "## 第"+lawtext.FormatChinese(d.chapters)+"章 "+name)
}

// article adds an article of one or more paragraphs or items and gives its
// number.
func (d *draft) article(parts ...string) int {
	d.articles++
	d.body = append(d.body, "第"+lawtext.FormatChinese(d.articles)+"条 "+parts[0])
	d.body = append(d.body, parts[1:]...)
	return d.articles
}

// at is the citation of an article of the draft, of its item when item is not 0.
func (d *draft) at(article, item int) citation.Ref {
	return citation.Ref{Law: d.title, Article: article, Item: item}
}

// record finishes the law: title, the line on its making, and the body.
func (d *draft) record() record {
	sum := sha256.Sum256([]byte(d.title))
	y, m, day := splitDay(d.publish)
	text := fmt.Sprintf("# %s\n\n%s年%s月%s日 %s公布\n\n<!-- INFO END -->\n\n%s\n",
		d.title, y, m, day, d.issuer, strings.Join(d.body, "\n\n"))
	return record{
		ID: "S" + hex.EncodeToString(sum[:5]), Title: d.title, Level: string(d.level), Issuer: d.issuer,
		Region: regionOf(d.level), Publish: d.publish, Effective: d.effective,
		Source: "示例:" + string(d.level) + "/" + d.title, Text: text,
	}
}

func regionOf(l law.Level) string {
	switch l {
	case law.LocalRegulation, law.ProvinceRule, law.Normative:
		return "山东"
	default:
		return ""
	}
}

// splitDay gives year, month and day of YYYY-MM-DD without leading zeros.
func splitDay(day string) (y, m, d string) {
	return day[:4], strings.TrimPrefix(day[5:7], "0"), strings.TrimPrefix(day[8:], "0")
}

// selfName is what a law calls itself.
func selfName(title string) string {
	for _, end := range []string{"条例", "办法", "规定", "法"} {
		if strings.HasSuffix(title, end) {
			return "本" + end
		}
	}
	return "本通知"
}

// newDraft opens a law; its days follow from a seed by arithmetic so that
// laws differ and stay before the day of the check.
func newDraft(title string, level law.Level, issuer string, seed, from, span int) *draft {
	year := from + seed%span
	month := 1 + seed*7%11
	return &draft{
		title: title, level: level, issuer: issuer, self: selfName(title),
		publish:   fmt.Sprintf("%04d-%02d-%02d", year, month, 1+seed*5%27),
		effective: fmt.Sprintf("%04d-%02d-01", year, month+1),
	}
}

// commence adds the last article: the day it takes effect and what it repeals.
func (d *draft) commence(repeals ...string) {
	y, m, day := splitDay(d.effective)
	s := fmt.Sprintf("%s自%s年%s月%s日起施行。", d.self, y, m, day)
	if len(repeals) > 0 {
		s += "《" + strings.Join(repeals, "》、《") + "》同时废止。"
	}
	d.article(s)
}

// paragraph is the citation of one paragraph of an article.
func paragraph(d *draft, article, no int) citation.Ref {
	r := d.at(article, 0)
	r.Paragraph = no
	return r
}
