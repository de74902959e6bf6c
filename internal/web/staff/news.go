package staff

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"qingdan/internal/platform/sqldb"
	"qingdan/internal/registry/people"
	"qingdan/internal/service/round"
	"qingdan/internal/web/ui"
)

// shownNews is how many news the home page lists, firstNews how far it looks
// back for somebody who was never here.
const (
	shownNews = 12
	firstNews = 14 * 24 * time.Hour
)

// visitWait is how long noting the visit may keep the home page waiting.
const visitWait = 500 * time.Millisecond

// news fills what others did since somebody was last here, the latest first.
func (l *look) news(ctx context.Context, page *HomePage) error {
	since := l.since(ctx)
	page.Since = clockWords(since)
	scope := l.who.Scope(people.SeeRounds)
	for _, read := range []func(context.Context, sqldb.Reader, people.Scope, time.Time) ([]happened, error){handUps, handDowns, replies, rulings} {
		some, err := read(ctx, l.cfg.DB, scope, since)
		if err != nil {
			return err
		}
		for _, h := range some {
			page.News = append(page.News, l.newsOf(h))
		}
	}
	some, err := lawChanges(ctx, l.cfg.DB, l.who.Scope(people.SeeBasis), since)
	if err != nil {
		return err
	}
	for _, h := range some {
		words := fmt.Sprintf("《%s》%s起%s，涉及 %d 项", strings.TrimPrefix(h.title, "中华人民共和国"), ui.Day(h.day), h.kind, h.n)
		page.News = append(page.News, News{Words: words, Href: l.nav.link(l.who, impactPath+"/events/"+h.id.String()), At: shortTime(h.at), at: h.at})
	}
	slices.SortStableFunc(page.News, func(a, b News) int { return b.at.Compare(a.at) })
	page.News = page.News[:min(len(page.News), shownNews)]
	return nil
}

// since is the instant since which things are new to somebody. While the
// database is held by a long import, it is that of the first visit.
func (l *look) since(ctx context.Context) time.Time {
	wait, cancel := context.WithTimeout(ctx, visitWait)
	defer cancel()
	inside := sqldb.Inside(ctx)
	var before time.Time
	err := l.cfg.DB.Write(wait, func(tx *sqldb.Tx) (err error) {
		before, err = people.Visit(inside, tx, l.who.Account, l.now)
		return err
	})
	if err != nil || before.IsZero() {
		return l.now.Add(-firstNews)
	}
	return before
}

// newsOf says what happened in a clearing.
func (l *look) newsOf(h happened) News {
	n := News{At: shortTime(h.at), at: h.at}
	switch h.kind {
	case handedUp:
		n.Words = fmt.Sprintf("%s%s，%d 项", h.department, round.Up(h.no), h.n)
	case handedDown:
		n.Words = fmt.Sprintf("审核小组向%s%s，意见 %d 条", h.department, round.Down(h.no), h.n)
	case answered:
		n.Words = fmt.Sprintf("%s答复了审核意见 %d 条", h.department, h.n)
	case ruled:
		n.Words = fmt.Sprintf("领导小组裁定了%s的分歧 %d 条", h.department, h.n)
	}
	for _, href := range l.newsPages(h) {
		if n.Href = l.nav.link(l.who, href); n.Href != "" {
			break
		}
	}
	return n
}

// newsPages are the pages that show what happened, the best first.
func (l *look) newsPages(h happened) []string {
	if h.departmentID == l.who.Department {
		if h.kind == handedUp {
			return []string{filingPath + "/submissions/" + h.id.String(), filingPath}
		}
		return []string{opinionsPath, filingPath}
	}
	if h.kind == handedUp || h.kind == handedDown {
		return []string{roundsPath + "/submissions/" + h.id.String(), roundsPath}
	}
	return []string{roundsPath}
}

// shortTime is an instant in few words.
func shortTime(t time.Time) string { return here(t).Format("1月2日 15:04") }
