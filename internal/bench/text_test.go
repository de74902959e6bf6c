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

	"qingdan/internal/engine/amend"
	"qingdan/internal/engine/citation"
	"qingdan/internal/engine/lawtext"
	"qingdan/internal/platform/sqldb"
	"qingdan/internal/registry/law"
	"qingdan/internal/testkit"
)

// Limits of the engines, as rates that must be reached, and of taking in the
// whole library.
const (
	parseRate    = 20      // MB of law text a second
	citeRate     = 100_000 // citation strings a second
	lawLoadLimit = 60      // seconds, SQLite
)

// allPacks are all the packed files of real law texts.
const allPacks = "*.jsonl.gz"

// packed is a packed file of law texts.
type packed struct {
	name string
	data []byte
}

// packs reads the packed files of real law texts of a name (*.jsonl.gz); one of
// them in a short run.
func packs(b *testing.B, name string) []packed {
	b.Helper()
	names, err := filepath.Glob(filepath.Join(realLaws(b), name))
	if err != nil || len(names) == 0 {
		b.Fatal("no packed law files", err)
	}
	if testing.Short() {
		names = names[len(names)-1:]
	}
	out := make([]packed, len(names))
	for i, name := range names {
		data, err := os.ReadFile(name)
		if err != nil {
			b.Fatal(err)
		}
		out[i] = packed{name, data}
	}
	return out
}

// each hands every document of the files to fn.
func each(b *testing.B, files []packed, fn func(law.Source)) {
	b.Helper()
	for _, f := range files {
		err := law.ReadSources(f.data, f.name, func(s law.Source, bad error) error {
			fn(s)
			return bad
		})
		if err != nil {
			b.Fatal(err)
		}
	}
}

// texts reads every document of the packed files of a name.
func texts(b *testing.B, name string) []law.Source {
	b.Helper()
	var out []law.Source
	each(b, packs(b, name), func(s law.Source) { out = append(out, s) })
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
	docs := texts(b, allPacks)
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
	reach(b, float64(size(docs))/1e6/median(ours).Seconds(), parseRate, "MB/s")
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
	reach(b, float64(len(strs))/median(ours).Seconds(), citeRate, "strings/s")
	b.ReportMetric(float64(refs)/median(ours).Seconds(), "citations/s")
	b.ReportMetric(float64(median(ours))/float64(median(theirs)), "x-regexp")
	testkit.MachineRates(b)
}

// BenchmarkLawLoad takes in every document of the real law files as the command
// does: unpacked, parsed, stored with its articles and search index, one durable
// transaction each, so that fsync/s bounds it. Its peer is the unpacking and
// parsing alone.
func BenchmarkLawLoad(b *testing.B) {
	files := packs(b, allPacks)
	for _, engine := range []sqldb.Engine{sqldb.SQLite, sqldb.PostgreSQL} {
		b.Run(engine.String(), func(b *testing.B) { lawLoad(b, engine, files) })
	}
}

func lawLoad(b *testing.B, engine sqldb.Engine, files []packed) {
	read := func(s law.Source) law.Parsed {
		p, err := law.Read(s, "测量")
		if err != nil {
			b.Fatal(s.ID, err)
		}
		return p
	}
	var ours, theirs []time.Duration
	documents, bytes, stored := 0, 0, 0
	resetPeak(b)
	for b.Loop() {
		_, l := testkit.Open(b, engine)
		documents, bytes, stored = 0, 0, 0
		start := time.Now()
		each(b, files, func(s law.Source) {
			read(s)
			documents++
			bytes += len(s.Text)
		})
		middle := time.Now()
		each(b, files, func(s law.Source) {
			added, err := law.Load(context.Background(), l, operator, read(s))
			if err != nil {
				b.Fatal(s.ID, err)
			}
			if added.New {
				stored++
			}
		})
		theirs, ours = append(theirs, middle.Sub(start)), append(ours, time.Since(middle))
	}
	took := median(ours).Seconds()
	noTime(b)
	b.ReportMetric(float64(documents), "documents")
	b.ReportMetric(float64(documents-stored), "known")
	b.ReportMetric(float64(documents)/took, "documents/s")
	b.ReportMetric(float64(bytes)/1e6/took, "MB/s")
	b.ReportMetric(float64(median(ours))/float64(median(theirs)), "x-read")
	b.ReportMetric(memory(os.Getpid(), "VmHWM"), "peak-MB")
	if engine == sqldb.SQLite {
		report(b, took, lawLoadLimit, "load-s")
	} else {
		b.ReportMetric(took, "load-s")
	}
	testkit.MachineRates(b)
}

// BenchmarkDiff compares 行政处罚法 of 2017 with that of 2021, article by article.
// Its peer parses the two texts.
func BenchmarkDiff(b *testing.B) {
	var of2017, of2021 law.Source
	for _, s := range texts(b, "laws_national.jsonl.gz") {
		switch s.ID {
		case "D23f0951927":
			of2017 = s
		case "D2de2c5c8d5":
			of2021 = s
		}
	}
	if of2017.Text == "" || of2021.Text == "" {
		b.Fatal("the two texts are not in the file")
	}
	var ours, theirs []time.Duration
	var articles [2]int
	kinds := map[amend.Kind]int{}
	for b.Loop() {
		start := time.Now()
		older, newer := lawtext.Parse(of2017.Text), lawtext.Parse(of2021.Text)
		middle := time.Now()
		d := amend.Compare(older, newer)
		theirs, ours = append(theirs, middle.Sub(start)), append(ours, time.Since(middle))
		articles = [2]int{len(older.Articles), len(newer.Articles)}
		clear(kinds)
		for _, m := range d.Matches {
			kinds[m.Kind]++
		}
	}
	if n := kinds[amend.Kept] + kinds[amend.Moved] + kinds[amend.Changed]; n+kinds[amend.Removed] != articles[0] || n+kinds[amend.Added] != articles[1] {
		b.Errorf("%v are not the %v articles of the two texts", kinds, articles)
	}
	noTime(b)
	b.ReportMetric(float64(median(ours).Microseconds())/1000, "diff-ms")
	b.ReportMetric(float64(median(ours))/float64(median(theirs)), "x-parse")
	b.ReportMetric(float64(kinds[amend.Kept]), "kept")
	b.ReportMetric(float64(kinds[amend.Moved]), "moved")
	b.ReportMetric(float64(kinds[amend.Changed]), "changed")
	b.ReportMetric(float64(kinds[amend.Removed]), "removed")
	b.ReportMetric(float64(kinds[amend.Added]), "added")
	testkit.MachineRates(b)
}
