package impact_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"qingdan/internal/engine/lawtext"
	"qingdan/internal/platform/sqldb"
	"qingdan/internal/testkit"
)

// measured sums what the tasks of amendments are against the gold: a citation
// of an article is touched when the article's number carries other words in the
// new text, or none.
type measured struct {
	pairs, citations, touched   int
	right, wrong, missed        int // tasks by citation
	moves, movesRight, movesBad int // of citations that only moved
}

func (m measured) String() string {
	return fmt.Sprintf("%d amendments, %d citations of which %d touched: precision %.4f, recall %.4f; moved unchanged: %d, precision %.4f, recall %.4f",
		m.pairs, m.citations, m.touched, m.precision(), m.recall(), m.moves, share(m.movesRight, m.movesRight+m.movesBad), share(m.movesRight, m.moves))
}

func (m measured) precision() float64 { return share(m.right, m.right+m.wrong) }
func (m measured) recall() float64    { return share(m.right, m.right+m.missed) }

func share(n, of int) float64 {
	if of == 0 {
		return 1
	}
	return float64(n) / float64(of)
}

// measurePairs replays every pair of editions over powers that cite every
// article of the old text, and holds the tasks against the gold.
func measurePairs(t testing.TB, say func(format string, args ...any)) measured {
	var m measured
	texts := sources(t)
	for _, p := range pairs(t) {
		old, okOld := texts[p.Old]
		next, okNew := texts[p.New]
		if !okOld || !okNew {
			t.Fatalf("%s: no text %s or %s", p.Title, p.Old, p.New)
		}
		// Where the law ended since, and where the older text is undated, the
		// later of the two must stand today: the pair is about the words.
		old.Level, next.Level = "法律", "法律"
		old.Title, next.Title = p.Title, p.Title
		db, l := testkit.Open(t, sqldb.SQLite)
		h := open(t, db, l)
		h.law(old)
		h.citeAll(p.Title, old)
		h.follow(today)
		h.law(next)
		h.follow(today)
		m.add(p, lawtext.Parse(old.Text), h.tasks(), say)
		if err := db.Close(); err != nil {
			t.Fatal(err)
		}
	}
	return m
}

// add counts one pair.
func (m *measured) add(p pair, old *lawtext.Document, tasks []string, say func(format string, args ...any)) {
	m.pairs++
	gold := touchedBy(p)
	got := numbersOf(tasks, p.Title)
	for _, a := range old.Articles {
		n := a.Number.String()
		m.citations++
		want, have := slices.Contains(gold, n), slices.Contains(got, n)
		switch {
		case want && have:
			m.touched++
			m.right++
		case want:
			m.touched++
			m.missed++
			say("%s %s→%s: article %s is touched and has no task", p.Title, p.Old, p.New, n)
		case have:
			m.wrong++
			say("%s %s→%s: article %s has a task and is not touched", p.Title, p.Old, p.New, n)
		}
	}
	want := movedBy(p, p.Title)
	m.moves += len(want)
	for _, s := range movesOf(tasks) {
		if slices.Contains(want, s) {
			m.movesRight++
			continue
		}
		m.movesBad++
		say("%s %s→%s: not moved in the gold: %s", p.Title, p.Old, p.New, strings.TrimPrefix(s, p.Title))
	}
}

// Tasks over all real pairs of editions are what the texts say, with the few
// differences listed.
func TestTasksOfAllPairsOfEditionsAreWhatTheTextsSay(t *testing.T) {
	if testing.Short() {
		t.Skip("replays 243 amendments")
	}
	m := measurePairs(t, t.Logf)
	t.Log(m)
	if m.precision() < 0.99 || m.recall() < 0.99 || share(m.movesRight, m.moves) < 0.99 {
		t.Error("tasks fall behind the measured level of 0.99")
	}
}

// BenchmarkPairs reports precision and recall of the tasks over all pairs of
// editions; its time is of no interest.
func BenchmarkPairs(b *testing.B) {
	for range b.N {
		m := measurePairs(b, func(string, ...any) {})
		b.ReportMetric(float64(m.pairs), "amendments")
		b.ReportMetric(float64(m.citations), "citations")
		b.ReportMetric(m.precision(), "precision")
		b.ReportMetric(m.recall(), "recall")
		b.ReportMetric(share(m.movesRight, m.movesRight+m.movesBad), "moved-precision")
		b.ReportMetric(share(m.movesRight, m.moves), "moved-recall")
	}
}
