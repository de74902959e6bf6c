package bench

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"qingdan/internal/engine/citation"
	"qingdan/internal/engine/lawtext"
	"qingdan/internal/platform/sqldb"
	"qingdan/internal/registry/law"
	"qingdan/internal/testkit"
)

// texts reads the real law texts: every document of the packed files.
func texts(b *testing.B) []law.Source {
	b.Helper()
	files, err := filepath.Glob(filepath.Join(realLaws(b), "*.jsonl.gz"))
	if err != nil || len(files) == 0 {
		b.Fatal("no packed law files", err)
	}
	var out []law.Source
	for _, f := range files {
		data, err := os.ReadFile(f)
		if err != nil {
			b.Fatal(err)
		}
		err = law.ReadSources(data, f, func(s law.Source, bad error) error {
			out = append(out, s)
			return bad
		})
		if err != nil {
			b.Fatal(err)
		}
		if testing.Short() && len(out) > 200 {
			return out[:200]
		}
	}
	return out
}

func size(docs []law.Source) (n int64) {
	for _, d := range docs {
		n += int64(len(d.Text))
	}
	return n
}

// BenchmarkLawText parses every real document into 编 章 节 条 款 项 目. Its peer
// decides for every character of the same texts whether it is a number word,
// which no parser can leave out.
func BenchmarkLawText(b *testing.B) {
	docs := texts(b)
	articles := 0
	b.ReportAllocs()
	var ours, theirs []time.Duration
	for b.Loop() {
		articles = 0
		start := time.Now()
		for _, d := range docs {
			articles += len(lawtext.Parse(d.Text).Articles)
		}
		middle, numbers := time.Now(), 0
		for _, d := range docs {
			for _, r := range d.Text {
				if strings.ContainsRune("一二三四五六七八九十百零", r) {
					numbers++
				}
			}
		}
		if numbers < articles {
			b.Fatal("fewer numbers than articles")
		}
		ours, theirs = append(ours, middle.Sub(start)), append(theirs, time.Since(middle))
	}
	noTime(b)
	b.ReportMetric(float64(size(docs))/1e6/median(ours).Seconds(), "MB/s")
	b.ReportMetric(float64(len(docs))/median(ours).Seconds(), "documents/s")
	b.ReportMetric(float64(articles)/median(ours).Seconds(), "articles/s")
	b.ReportMetric(float64(median(ours))/float64(median(theirs)), "x-scan")
	testkit.MachineRates(b)
}

// BenchmarkCitations parses the citation strings that departments wrote. Its
// peer is one regular expression for a title and an article, which reads the
// plain ones.
func BenchmarkCitations(b *testing.B) {
	f, err := os.Open(testkit.Shared(b, "citations", "citations.jsonl"))
	if err != nil {
		b.Fatal(err)
	}
	defer f.Close()
	var strs []string
	for in := bufio.NewScanner(f); in.Scan(); {
		var c struct {
			Text string `json:"text"`
		}
		if err := json.Unmarshal(bytes.TrimSpace(in.Bytes()), &c); err != nil {
			b.Fatal(err)
		}
		strs = append(strs, c.Text)
	}
	plain := regexp.MustCompile(`《[^《》]+》(第[一二三四五六七八九十百零0-9]+条)`)
	var ours, theirs []time.Duration
	refs := 0
	b.ReportAllocs()
	for b.Loop() {
		refs = 0
		start := time.Now()
		for _, s := range strs {
			refs += len(citation.Parse(s))
		}
		middle := time.Now()
		for _, s := range strs {
			plain.FindAllStringSubmatchIndex(s, -1)
		}
		ours, theirs = append(ours, middle.Sub(start)), append(theirs, time.Since(middle))
	}
	noTime(b)
	b.ReportMetric(float64(len(strs))/median(ours).Seconds(), "strings/s")
	b.ReportMetric(float64(refs)/median(ours).Seconds(), "citations/s")
	b.ReportMetric(float64(median(ours))/float64(median(theirs)), "x-regexp")
	testkit.MachineRates(b)
}

// BenchmarkLawLoad reads and stores every real document, one durable
// transaction each: fsync/s bounds it. Its peer is the reading alone.
func BenchmarkLawLoad(b *testing.B) {
	docs := texts(b)
	for _, engine := range []sqldb.Engine{sqldb.SQLite, sqldb.PostgreSQL} {
		b.Run(engine.String(), func(b *testing.B) {
			var ours, theirs []time.Duration
			stored := 0
			for b.Loop() {
				_, l := testkit.Open(b, engine)
				start := time.Now()
				parsed := make([]law.Parsed, 0, len(docs))
				for _, d := range docs {
					p, err := law.Read(d, "measured")
					if err != nil {
						b.Fatal(d.ID, err)
					}
					parsed = append(parsed, p)
				}
				middle := time.Now()
				stored = 0
				for _, p := range parsed {
					added, err := law.Load(context.Background(), l, operator, p)
					if err != nil {
						b.Fatal(p.Source.ID, err)
					}
					if added.New {
						stored++
					}
				}
				ours, theirs = append(ours, time.Since(start)), append(theirs, middle.Sub(start))
			}
			noTime(b)
			b.ReportMetric(float64(stored), "documents")
			b.ReportMetric(float64(stored)/median(ours).Seconds(), "documents/s")
			b.ReportMetric(float64(median(ours))/float64(median(theirs)), "x-read")
			testkit.MachineRates(b)
		})
	}
}
