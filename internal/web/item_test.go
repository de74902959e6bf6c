package web

import (
	"context"
	"regexp"
	"slices"
	"strings"
	"testing"

	"qingdan/internal/engine/workday"
	"qingdan/internal/platform/ledger"
	"qingdan/internal/platform/sqldb"
	"qingdan/internal/registry/calendar"
	"qingdan/internal/registry/org"
	"qingdan/internal/testkit"
)

// A calendar that comes in while the server runs counts for the next page.
func TestTheItemCountsWithTheCalendarInUse(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, db *sqldb.DB, l *ledger.Ledger) {
		seed(t, db, seedSize{3, 12, 3})
		h := handler(t, db)
		last := func() string {
			m := regexp.MustCompile(`今天受理，最迟([^办]+)办结`).FindStringSubmatch(body(t, h, "/powers/3715-00011"))
			if m == nil {
				t.Fatal("the page does not say until when")
			}
			return m[1]
		}
		if got := last(); got != "2026年12月4日" {
			t.Errorf("eight working days after 24 November end on %s", got)
		}
		days := slices.DeleteFunc(calendar.Builtin().Specials(), func(d workday.Special) bool { return d.Year() != 2026 })
		for _, d := range []string{"2026-11-26", "2026-11-27"} {
			days = append(days, workday.Special{Day: d, Name: "测试假日", Off: true})
		}
		_, err := calendar.Import(t.Context(), l, clerk, days, "测试通知")
		must(t, err)
		if got := last(); got != "2026年12月8日" {
			t.Errorf("with two days more off they end on %s", got)
		}
	})
}

// Pages that have an address for every choice of a reader stay out of search
// engines, the texts and items do not.
func TestRobotsKeepOutOfEndlessAddresses(t *testing.T) {
	db, l := testkit.Open(t, sqldb.SQLite)
	must(t, l.Load(t.Context(), clerk, func(ctx context.Context, tx *ledger.Tx) error {
		return org.SetSite(ctx, tx, org.Site{Division: "371500", Name: "示例市行政权力运行平台", Sponsor: "示例市人民政府办公室"})
	}))
	rules := strings.Split(body(t, handler(t, db), "/robots.txt"), "\n")
	for path, out := range map[string]bool{
		"/laws?q=x": true, "/basis-changes?state=all": true, "/extracts/check": true, "/powers/3715-00001/extract": true, "/powers?sort=code": true, "/search": true,
		"/consultations/1?q=x": true, "/consultations/1/comments?state=waiting": true, "/hot?state=owed": true, "/consultations/1": false, "/consultations/1/comments": false, "/hot": false,
		"/laws": false, "/laws/1": false, "/basis-changes": false, "/powers/3715-00001": false, "/": false,
	} {
		kept := slices.ContainsFunc(rules, func(rule string) bool {
			pattern, ok := strings.CutPrefix(rule, "Disallow: ")
			return ok && regexp.MustCompile("^"+strings.ReplaceAll(regexp.QuoteMeta(pattern), `\*`, ".*")).MatchString(path)
		})
		if kept != out {
			t.Errorf("%s kept out: %v", path, kept)
		}
	}
}
