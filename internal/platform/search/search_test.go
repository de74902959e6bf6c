package search

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"qingdan/internal/engine/hanzi"
	"qingdan/internal/errs"
	"qingdan/internal/platform/ledger"
	"qingdan/internal/platform/sqldb"
	"qingdan/internal/testkit"
)

// id makes ids that are alike on both engines.
func id(n int) sqldb.ID {
	return sqldb.ID{0: 1, 12: byte(n >> 24), 13: byte(n >> 16), 14: byte(n >> 8), 15: byte(n)}
}

func put(t testing.TB, db *sqldb.DB, docs ...Doc) {
	t.Helper()
	ctx := context.Background()
	for chunk := range slices.Chunk(docs, 5000) {
		if err := db.Load(ctx, func(tx *sqldb.Tx) error { return Put(ctx, tx, chunk) }); err != nil {
			t.Fatal(err)
		}
	}
}

func find(t testing.TB, db *sqldb.DB, q Query) []Hit {
	t.Helper()
	hits, err := Find(context.Background(), db, q)
	if err != nil {
		t.Fatalf("Find(%.60q): %v", q.Words, err)
	}
	return hits
}

// shown writes hits as "number:tier", to be compared.
func shown(hits []Hit) string {
	parts := make([]string, len(hits))
	for i, h := range hits {
		n := int(h.ID[12])<<24 | int(h.ID[13])<<16 | int(h.ID[14])<<8 | int(h.ID[15])
		parts[i] = fmt.Sprintf("%d:%d", n, h.Tier)
	}
	return strings.Join(parts, " ")
}

// sample is a small house of things. Orders run against the numbers, so that
// nothing comes out right by accident of insertion.
func sample() []Doc {
	docs := []Doc{
		{Title: "取水许可", Codes: []string{"37A-001"}, Body: "市水利局 水法第四十八条"},
		{Title: "对未经批准取水的行政处罚", Codes: []string{"37B-001"}, Body: "市水利局"},
		{Title: "对行政机关违法设定处罚事项的监督", Body: "市司法局"}, // 行政 and 处罚 apart
		{Title: "结婚登记", Words: []string{"领证"}, Body: "市民政局"},
		{Title: "食品经营许可", Body: "市市场监管局 餐饮"},
		{Title: "东阿县长期护理保险待遇核定", Body: "医保局"},
		{Title: "Ａ级纳税人认定", Body: "税务局 24小时"},
		{Title: "水", Body: "单字标题"},
		{Title: "市行政处的处罚档案", Body: "市档案局"}, // all pairs of 行政处罚, not the run
	}
	for i := range docs {
		docs[i].ID, docs[i].Kind, docs[i].Public = id(i+1), "power", i != 1
		docs[i].Order = fmt.Sprintf("%02d", 90-i)
	}
	return append(docs, Doc{ID: id(20), Kind: "department", Order: "00", Title: "市水利局", Public: true})
}

func TestFindByTiers(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, db *sqldb.DB, _ *ledger.Ledger) {
		put(t, db, sample()...)
		for _, e := range []struct{ words, want string }{
			{"取水", "1:2 2:2"},
			{"取水 许可", "1:2"},
			{"许可 取水", "1:2"},
			{"行政处罚", "2:2 9:3"},
			{"行政处", "9:2 2:2"},
			{"行政许可", "1:7 5:7 9:7 2:7 3:7"}, // in nothing: one pair each, the rarer first
			{"37A-001", "1:1"},              // whole code
			{"37a001", "1:1"},               // however it is written
			{"37A", "1:5"},                  // beginning of a code
			{"qsxk", "1:5"},                 // initials
			{"xzcf", "2:5"},                 // initials inside
			{"shuixuke", "1:5"},             // pinyin inside
			{"donge", "6:5"},                // 东阿
			{"水", "8:2 20:2 1:2 2:2"},       // one character, wherever it stands
			{"级", "7:2"},
			{"a级", "7:2"},
			{"24小时", "7:6"},
			{"司法局", "3:6"},
			{"领证", "4:4"},
			{"扯证", "4:4"},        // everyday word
			{"怎么开饭店", "5:4"},     // in a question
			{"在哪儿办食品经营证", "5:4"}, // stands nowhere: read as 食品证
			{"水利局 取水", "1:6 2:6"},
			{"取水 不存在的词", "1:7 2:7"},
			{"不存在", ""},
			{"", ""},
			{"，。！", ""},
		} {
			if got := shown(find(t, db, Query{Words: e.words})); got != e.want {
				t.Errorf("%s: %s, want %s", e.words, got, e.want)
			}
		}
	})
}

// What stands nowhere is read as the everyday word that it spells with
// something between, and a short list is filled when somebody asks.
func TestGuessedWordsAndFilledLists(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, db *sqldb.DB, _ *ledger.Ledger) {
		put(t, db, sample()...)
		for _, e := range []struct {
			q    Query
			want string
		}{
			{Query{Words: "扯了个证"}, "4:4"},     // 扯证
			{Query{Words: "扯来拉去到最后的证"}, ""},   // too far apart
			{Query{Words: "打口水井"}, "1:4 2:4"}, // 打井, 打水井
			{Query{Words: "食品 水利局"}, "20:7 5:7"},
			{Query{Words: "取水 水利局", Fill: true}, "1:6 2:6 20:7"},
			{Query{Words: "取水 水利局", Fill: true, Limit: 3}, "1:6 2:6 20:7"},
			{Query{Words: "取水 水利局"}, "1:6 2:6"},
		} {
			if got := shown(find(t, db, e.q)); got != e.want {
				t.Errorf("%s: %s, want %s", e.q.Words, got, e.want)
			}
		}
	})
}

func TestFindFilters(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, db *sqldb.DB, _ *ledger.Ledger) {
		put(t, db, sample()...)
		for _, e := range []struct {
			q    Query
			want string
		}{
			{Query{Words: "水", Kind: "department"}, "20:2"},
			{Query{Words: "取水", PublicOnly: true}, "1:2"},
			{Query{Words: "水", Kind: "power", PublicOnly: true}, "8:2 1:2"},
			{Query{Words: "水", Kind: "law"}, ""},
			{Query{Words: "水", Kind: "x' or 1=1 --"}, ""},
			{Query{Words: "水", Limit: 2}, "8:2 20:2"},
		} {
			if got := shown(find(t, db, e.q)); got != e.want {
				t.Errorf("%+v: %s, want %s", e.q, got, e.want)
			}
			n, capped, err := Count(context.Background(), db, Query{Words: e.q.Words, Kind: e.q.Kind, PublicOnly: e.q.PublicOnly})
			if err != nil || capped || e.q.Limit == 0 && n != len(strings.Fields(e.want)) {
				t.Errorf("Count(%+v) = %d, %v, %v", e.q, n, capped, err)
			}
		}
	})
}

func TestPutReplacesAndRemoveForgets(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, db *sqldb.DB, _ *ledger.Ledger) {
		ctx := context.Background()
		docs := sample()
		put(t, db, docs...)
		put(t, db, docs...) // again: nothing changes
		if got := shown(find(t, db, Query{Words: "取水"})); got != "1:2 2:2" {
			t.Errorf("after putting twice: %s", got)
		}
		docs[0].Title, docs[0].Order = "采砂许可", "99"
		put(t, db, docs[0])
		if got := shown(find(t, db, Query{Words: "取水"})); got != "2:2" {
			t.Errorf("the old title is still found: %s", got)
		}
		if got := shown(find(t, db, Query{Words: "许可"})); got != "1:2 5:2" {
			t.Errorf("the new title does not count: %s", got)
		}
		err := db.Write(ctx, func(tx *sqldb.Tx) error {
			return Remove(ctx, tx, "power", []sqldb.ID{docs[0].ID, id(999)})
		})
		if err != nil {
			t.Fatal(err)
		}
		if got := shown(find(t, db, Query{Words: "采砂"})); got != "" {
			t.Errorf("removed and still found: %s", got)
		}
		if err := Tidy(ctx, db); err != nil {
			t.Fatal(err)
		}
		if got := shown(find(t, db, Query{Words: "许可"})); got != "5:2" {
			t.Errorf("after tidying: %s", got)
		}
		put(t, db, docs[0])
		if got := shown(find(t, db, Query{Words: "采砂"})); got != "1:2" {
			t.Errorf("put again and not found: %s", got)
		}
		for _, bad := range []Doc{{Kind: "power", Title: "无编号"}, {ID: id(1), Kind: "Power 1"}} {
			err := db.Write(ctx, func(tx *sqldb.Tx) error { return Put(ctx, tx, []Doc{bad}) })
			if err == nil {
				t.Errorf("%+v was taken", bad)
			}
		}
	})
}

func TestPagesJoinWithoutGapOrRepeat(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, db *sqldb.DB, _ *ledger.Ledger) {
		docs := invented(400)
		put(t, db, docs...)
		for _, words := range []string{"许可", "行政许可", "水", "水利局", "单位 处罚"} {
			all := find(t, db, Query{Words: words, Limit: maxLimit})
			var joined []Hit
			after := ""
			for range 400 {
				page := find(t, db, Query{Words: words, Limit: 7, After: after})
				joined = append(joined, page...)
				if len(page) == 0 || page[len(page)-1].Cursor == "" {
					break
				}
				after = page[len(page)-1].Cursor
			}
			if len(all) < 1 || shown(joined) != shown(all) {
				t.Errorf("%s: %d hits in pages, %d at once", words, len(joined), len(all))
			}
		}
		for _, bad := range []string{"x", "2.zz.", "9.00.a", "2", "2.00.", "-1." + strings.Repeat("00", 16) + ".a"} {
			if _, err := Find(context.Background(), db, Query{Words: "水", After: bad}); errs.KindOf(err) != errs.Invalid {
				t.Errorf("cursor %q: %v, want Invalid", bad, err)
			}
		}
	})
}

// invented makes n things whose titles are put together at random.
func invented(n int) []Doc {
	r := rand.New(rand.NewPCG(3, 4))
	pick := func(words string) string {
		all := strings.Fields(words)
		return all[r.IntN(len(all))]
	}
	docs := make([]Doc, n)
	for i := range docs {
		title := pick("对未经批准 对擅自 对不按规定 违反规定 从事 申请 关于") +
			pick("取水 采砂 占用道路 排放污水 经营食品 使用特种设备 倾倒垃圾 砍伐林木 捕捞水产品 运输危险货物") +
			pick("的单位 的个人 的企业 活动 行为") + pick("行政处罚 行政强制 行政检查 行政许可 许可 备案 登记")
		docs[i] = Doc{ID: id(i + 1), Kind: "power", Public: i%3 > 0, Title: title,
			Order: fmt.Sprintf("%04d %s", r.IntN(100), hanzi.PinyinKey(title)), Codes: []string{fmt.Sprintf("37Z%06d", i)},
			Body: pick("市 县 区") + pick("水利局 公安局 城管局 民政局 教育局 交通局") + "，" + pick("受理 审查 决定 送达")}
	}
	return docs
}

// What is found by words as typed is exactly what a scan of the titles finds.
func TestRecallAgainstScan(t *testing.T) {
	docs := invented(3000)
	var queries []string
	for _, chars := range []int{1, 2, 3, 4} {
		for i := 0; i < len(docs); i += 97 {
			title := []rune(docs[i].Title)
			at := (i * 7) % (len(title) - chars)
			queries = append(queries, string(title[at:at+chars]))
		}
	}
	slices.Sort(queries)
	queries = slices.Compact(queries)
	testkit.Databases(t, func(t *testing.T, db *sqldb.DB, _ *ledger.Ledger) {
		put(t, db, docs...)
		for _, q := range queries {
			var want []string
			for _, d := range docs {
				if strings.Contains(d.Title, q) {
					want = append(want, d.ID.String())
				}
			}
			var got []string
			for after, first := "", true; first || after != ""; first = false {
				page := find(t, db, Query{Words: q, After: after, Limit: maxLimit})
				after = ""
				for _, h := range page {
					if h.Tier == TierTitle {
						got = append(got, h.ID.String())
						after = h.Cursor
					}
				}
			}
			slices.Sort(got)
			slices.Sort(want)
			if !slices.Equal(got, want) {
				t.Errorf("%s: %d found, the scan finds %d", q, len(got), len(want))
			}
		}
	})
	t.Logf("%d queries over %d titles", len(queries), len(docs))
}

// Both engines give the same hits in the same order, page by page.
func TestEnginesAgree(t *testing.T) {
	lite, _ := testkit.Open(t, sqldb.SQLite)
	pg, _ := testkit.Open(t, sqldb.PostgreSQL)
	docs := append(invented(500), sample()...)
	for i := range docs {
		docs[i].ID = id(i + 1)
	}
	put(t, lite, docs...)
	put(t, pg, docs...)
	parts := strings.Fields("取水 水 行政 行政处罚 许可 怎么办 qsxk shui 37Z 37A-001 的 开饭店 水利局 市 决定 不存在 “许可” a级 24小时 OR NOT * '")
	rapid.Check(t, func(t *rapid.T) {
		words := strings.Join(rapid.SliceOfN(rapid.SampledFrom(parts), 1, 4).Draw(t, "parts"), rapid.SampledFrom([]string{"", " "}).Draw(t, "sep"))
		q := Query{Words: words, PublicOnly: rapid.Bool().Draw(t, "public"), Limit: rapid.IntRange(1, 60).Draw(t, "limit"), Fill: rapid.Bool().Draw(t, "fill")}
		a, err1 := Find(context.Background(), lite, q)
		b, err2 := Find(context.Background(), pg, q)
		if err1 != nil || err2 != nil {
			t.Fatalf("%s: %v, %v", words, err1, err2)
		}
		if diff := cmp.Diff(a, b); diff != "" {
			t.Fatalf("%s: SQLite and PostgreSQL differ:\n%s", words, diff)
		}
		n1, c1, err1 := Count(context.Background(), lite, q)
		n2, c2, err2 := Count(context.Background(), pg, q)
		if n1 != n2 || c1 != c2 || err1 != nil || err2 != nil {
			t.Fatalf("%s: counts %d %v, %d %v (%v, %v)", words, n1, c1, n2, c2, err1, err2)
		}
		if err := checkHits(a, q, n1); err != nil {
			t.Fatalf("%s: %v", words, err)
		}
	})
}

// checkHits states what callers rely on.
func checkHits(hits []Hit, q Query, count int) error {
	seen := map[sqldb.ID]bool{}
	for i, h := range hits {
		if seen[h.ID] {
			return fmt.Errorf("%v is there twice", h.ID)
		}
		seen[h.ID] = true
		if h.Partial != (h.Tier == TierPartial) || h.Partial && count != 0 && (!q.Fill || i < count || i >= filled) {
			return fmt.Errorf("partial %v in tier %d with %d full matches", h.Partial, h.Tier, count)
		}
		if i > 0 && !h.Partial {
			last := hits[i-1]
			if h.Tier < last.Tier {
				return fmt.Errorf("%v after %v", h, last)
			}
		}
	}
	if len(hits) > q.Limit || count > 0 && len(hits) < min(count, q.Limit) || count > filled && len(hits) != min(count, q.Limit) {
		return fmt.Errorf("%d hits, limit %d, count %d", len(hits), q.Limit, count)
	}
	return nil
}

func TestHostileQueriesAreHarmless(t *testing.T) {
	hostile := []string{
		`"`, `'`, `''; drop table search_docs; --`, `" OR title : *`, `{title} : 水`, `水*`, `^水`, `NEAR(水 利)`, `水 AND`,
		`水" NOT "利`, `\`, `%_`, "水\x00利", "\xff\xfe水", "水:*", "'水':1A", "!水 & |", "<->", strings.Repeat("水利", 5000),
		strings.Repeat("水 ", 5000), strings.Repeat("a", 10_000), strings.Repeat("(", 10_000), "٣", "Å㍿", strings.Repeat("行政许可abc", 900),
	}
	testkit.Databases(t, func(t *testing.T, db *sqldb.DB, _ *ledger.Ledger) {
		docs := sample()
		docs[0].Body = strings.Join(hostile, "\n") // and what is stored is no less hostile
		docs[0].Codes = hostile
		docs[0].Words = hostile
		put(t, db, docs...)
		for _, words := range hostile {
			find(t, db, Query{Words: words})
			if _, _, err := Count(context.Background(), db, Query{Words: words}); err != nil {
				t.Errorf("Count(%.40q): %v", words, err)
			}
		}
		if got := shown(find(t, db, Query{Words: "结婚登记"})); got != "4:2" {
			t.Errorf("afterwards: %s", got)
		}
	})
}

func TestFindInsideATransactionAndASnapshot(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, db *sqldb.DB, _ *ledger.Ledger) {
		ctx := context.Background()
		look := func(r sqldb.Reader) error {
			hits, err := Find(ctx, r, Query{Words: "取水许可"})
			if err == nil && shown(hits) != "1:2" {
				err = fmt.Errorf("found %s", shown(hits))
			}
			return err
		}
		err := db.Write(ctx, func(tx *sqldb.Tx) error {
			if err := Put(ctx, tx, sample()); err != nil {
				return err
			}
			return look(tx)
		})
		if err != nil {
			t.Fatal(err)
		}
		if err := db.Snapshot(ctx, look); err != nil {
			t.Fatal(err)
		}
	})
}

func TestLongBodiesAreFoundToTheEnd(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, db *sqldb.DB, _ *ledger.Ledger) {
		body := strings.Repeat("行政许可的设定和实施，应当依照法定的权限。", 1900) + "末尾的孤例"
		put(t, db, Doc{ID: id(1), Kind: "law", Title: "示例条例", Body: body})
		for _, q := range []string{"孤例", "末尾的孤例", "设定和实施"} {
			if got := shown(find(t, db, Query{Words: q})); got != "1:6" {
				t.Errorf("%s: %q", q, got)
			}
		}
		if got := shown(find(t, db, Query{Words: "实施设定和"})); got != "1:7" {
			t.Errorf("pairs apart pass for a run: %q", got)
		}
	})
}

// BenchmarkFind asks an index of 100,000 things; run it with -benchtime 200x.
// p95 is printed beside the mean, for the mean hides the common words.
func BenchmarkFind(b *testing.B) {
	docs := invented(100_000)
	queries := map[string]string{"common": "许可", "one character": "水", "two words": "取水 许可", "rare": "37Z012345",
		"initials": "qsxk", "question": "怎么办取水证", "nothing": "孤例不存在的词", "body": "水利局 决定"}
	for _, engine := range []sqldb.Engine{sqldb.SQLite, sqldb.PostgreSQL} {
		b.Run(engine.String(), func(b *testing.B) {
			db, _ := testkit.Open(b, engine)
			put(b, db, docs...)
			for name, words := range queries {
				b.Run(name, func(b *testing.B) {
					var took []time.Duration
					for b.Loop() {
						start := time.Now()
						find(b, db, Query{Words: words, Kind: "power", PublicOnly: true})
						took = append(took, time.Since(start))
					}
					slices.Sort(took)
					b.ReportMetric(float64(took[len(took)/2].Microseconds())/1000, "p50-ms")
					b.ReportMetric(float64(took[len(took)*95/100].Microseconds())/1000, "p95-ms")
				})
			}
		})
	}
}
