package bench

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"qingdan/internal/platform/ledger"
	"qingdan/internal/platform/sqldb"
	"qingdan/internal/service/consult"
	"qingdan/internal/testkit"
)

// heard is how many comments a notice has when its pages are measured.
func heard() int {
	if testing.Short() {
		return 500
	}
	return 10_000
}

// hall is a city with a notice that many have commented on.
type hall struct {
	*site
	notice sqldb.ID
	lines  []consult.Entry
	taken  atomic.Int64 // comments that the program acknowledged
}

// openHall opens a folder, finds its notice, and lets fn at the database.
func openHall(b *testing.B, folder string, fn func(h *hall, db *sqldb.DB, l *ledger.Ledger)) *hall {
	b.Helper()
	db, err := sqldb.Open(b.Context(), folder)
	if err != nil {
		b.Fatal(err)
	}
	defer db.Close()
	l, err := ledger.Open(b.Context(), db, ledger.Options{})
	if err != nil {
		b.Fatal(err)
	}
	all, err := consult.Notices(b.Context(), db, division)
	if err != nil || len(all) == 0 {
		b.Fatal("no notice: ", err)
	}
	h := &hall{notice: all[0].ID}
	if h.lines, err = consult.Entries(b.Context(), db, h.notice, consult.EntryQuery{}); err != nil {
		b.Fatal(err)
	}
	fn(h, db, l)
	return h
}

// opinion is the i-th text of the flood: every third one a mass of the same words,
// on one line of the draft; the others differ and speak of all lines and the list
// as a whole.
func (h *hall) opinion(i int) (line *consult.Entry, text string) {
	if i%3 == 0 {
		return &h.lines[0], "我们小区的住户一致要求保留这一项并且公布投诉电话，不要再让大家跑来跑去" + strings.Repeat("！", i%4)
	}
	if n := i % (len(h.lines) + 1); n < len(h.lines) {
		line = &h.lines[n]
	}
	words := [...]string{"材料", "时限", "窗口", "电话", "收费", "现场检查", "网上办理", "证明", "乡镇", "小企业", "老年人", "公示"}
	pick := func(n int) string { return words[i/n%len(words)] }
	return line, fmt.Sprintf("第%d位留言：希望%s和%s能够再改进，%s的事情也请说明，尤其是%s。", i, pick(1), pick(7), pick(31), pick(97))
}

// fill writes comments through the code that a form goes through, 16 at a time.
func (h *hall) fill(b *testing.B, db *sqldb.DB, l *ledger.Ledger, n int) {
	b.Helper()
	var wg sync.WaitGroup
	var next atomic.Int64
	start := time.Now()
	for range 16 {
		wg.Go(func() {
			for i := int(next.Add(1)); i <= n; i = int(next.Add(1)) {
				line, text := h.opinion(i)
				s := consult.Submission{Notice: h.notice, Text: text}
				if line != nil {
					s.Power = line.Power
				}
				if _, err := consult.Submit(context.Background(), db, l, s); err != nil {
					b.Error(err)
					return
				}
			}
		})
	}
	wg.Wait()
	reach(b, float64(n)/time.Since(start).Seconds(), rate, "comments/s")
}

// post sends the form of a comment as a browser of another network each time, and
// counts it when the program gives the slip.
func (h *hall) post(i int) error {
	line, text := h.opinion(i)
	form := url.Values{"text": {text}, "key": {consult.NewKey()}}
	if line != nil {
		form.Set("item", line.Code)
	}
	req, err := http.NewRequest(http.MethodPost, h.base+"/consultations/"+h.notice.String()+"/comments", strings.NewReader(form.Encode()))
	if err != nil {
		return err
	}
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	req.Header.Set("X-Forwarded-For", fmt.Sprintf("10.%d.%d.%d", i>>16&255, i>>8&255, i&255))
	res, err := h.client.Do(req)
	if err != nil {
		return err
	}
	defer res.Body.Close()
	if body, err := io.ReadAll(res.Body); err != nil || res.StatusCode != http.StatusOK {
		return fmt.Errorf("comment %d: %s, %v\n%.300s", i, res.Status, err, body)
	}
	h.taken.Add(1)
	return nil
}

// under measures pages at the fixed rate while comments come in at another, none
// at zero; both are reported.
func (h *hall) under(b *testing.B, comments, from int, limit float64, path func(i int) string) {
	done := make(chan error, 1)
	var posts latencies
	go func() {
		var err error
		if comments > 0 {
			posts, err = fire(comments, span(), func(i int) error { return h.post(from + i) })
		}
		done <- err
	}()
	h.timed(b, limit, func(i int) error {
		_, _, err := h.get(path(i))
		return err
	})
	if err := <-done; err != nil {
		b.Fatal(err)
	}
	if len(posts) > 0 {
		b.ReportMetric(posts.at(0.95), "post-p95-ms")
		b.ReportMetric(float64(len(posts)), "posts")
	}
}

// BenchmarkFlood serves a notice that 10,000 people have commented on, in the
// demonstration city on SQLite, at a fixed 50 pages a second: alone, while comments
// come in at 3 a second (10,000 in an hour are 2.8), and at 50. fill is how fast the
// books take comments in, kept the share of the acknowledged that are found after
// the program has ended.
func BenchmarkFlood(b *testing.B) {
	folder := loaded(b, "hall", loaded(b, "site", "", "demo", "load"), "demo", "load", "--once")
	before, h := 0, new(hall)
	b.Run("fill", func(b *testing.B) {
		for range b.N {
			h = openHall(b, folder, func(h *hall, db *sqldb.DB, l *ledger.Ledger) {
				h.fill(b, db, l, heard())
				before = countComments(b, db, h.notice)
			})
		}
		noTime(b)
		testkit.MachineRates(b)
	})
	notice := "/consultations/" + h.notice.String()
	b.Run("serve", func(b *testing.B) {
		h.site = startSite(b, folder, "--proxy", "127.0.0.1")
		from := heard()
		for _, comments := range []int{0, 3, rate} {
			for _, p := range []struct {
				name  string
				limit float64
				path  func(i int) string
			}{
				{"item", itemLimit, func(i int) string { return itemPath(h.listed[i*1009%len(h.listed)]) }},
				{"notice", listLimit, func(int) string { return notice }},
				{"line", listLimit, func(i int) string { return notice + "/items/" + url.PathEscape(h.lines[i%len(h.lines)].Code) }},
				{"comments", listLimit, func(int) string { return notice + "/comments" }},
			} {
				b.Run(fmt.Sprintf("%s-%d", p.name, comments), func(b *testing.B) {
					h.under(b, comments, from, p.limit, p.path)
					from += comments * int(span().Seconds())
				})
			}
		}
	})
	b.Run("kept", func(b *testing.B) {
		for b.Loop() {
			openHall(b, folder, func(_ *hall, db *sqldb.DB, _ *ledger.Ledger) {
				after := countComments(b, db, h.notice)
				if after-before < int(h.taken.Load()) {
					b.Errorf("%d comments were acknowledged, %d are there", h.taken.Load(), after-before)
				}
				b.ReportMetric(float64(after), "comments")
				b.ReportMetric(float64(h.taken.Load()), "acknowledged")
			})
		}
		noTime(b)
	})
}

func countComments(b *testing.B, db *sqldb.DB, notice sqldb.ID) int {
	b.Helper()
	n, err := consult.CountsOf(b.Context(), db, notice)
	if err != nil {
		b.Fatal(err)
	}
	return n.All
}
