package staff

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"qingdan/internal/registry/people"
	"qingdan/internal/service/round"
	"qingdan/internal/web/ui"
)

// shownDays is how many deadlines the home page lists.
const shownDays = 8

// deadlines lists the last days that come next, those passed first.
func (l *look) deadlines(ctx context.Context) ([]Deadline, error) {
	var out []Deadline
	own := l.can(people.FillPowers)
	for _, r := range l.rows {
		if r.Stage != round.StageFilling || r.Due == "" || r.Open+r.SelfCheck+r.Issued == 0 {
			continue
		}
		d := Deadline{What: round.Up(r.No), Who: r.Name, Day: r.Due, Href: l.nav.link(l.who, roundsPath), Light: dayLight(l.today, r.Due)}
		if own {
			d.Href = l.nav.link(l.who, handUpPath)
		}
		out = append(out, d)
	}
	if l.can(people.SeeBasis) {
		days, err := basisDays(ctx, l.cfg.DB, l.who.Scope(people.SeeBasis), shownDays)
		if err != nil {
			return nil, err
		}
		for _, d := range days {
			out = append(out, Deadline{What: fmt.Sprintf("核对依据变动，%d 项", d.tasks), Who: d.department, Day: d.due,
				Href: l.nav.link(l.who, impactPath), Light: dayLight(l.today, d.due)})
		}
	}
	slices.SortStableFunc(out, func(a, b Deadline) int { return strings.Compare(a.Day, b.Day) })
	return out[:min(len(out), shownDays)], nil
}

// soon is how many days before its last day something is near its end.
const soon = 3

// dayLight shows how long it is to a last day.
func dayLight(today, day string) ui.Light {
	from, err := time.Parse(time.DateOnly, today)
	if err != nil {
		return ui.Light{Tone: "still", Word: day}
	}
	to, err := time.Parse(time.DateOnly, day)
	if err != nil {
		return ui.Light{Tone: "still", Word: day}
	}
	switch left := int(to.Sub(from).Hours() / 24); {
	case left < 0:
		return ui.Light{Tone: "bad", Word: fmt.Sprintf("已过 %d 天", -left)}
	case left == 0:
		return ui.Light{Tone: "warn", Word: "今天到期"}
	case left <= soon:
		return ui.Light{Tone: "warn", Word: fmt.Sprintf("还有 %d 天", left)}
	default:
		return ui.Light{Tone: "ok", Word: fmt.Sprintf("还有 %d 天", left)}
	}
}
