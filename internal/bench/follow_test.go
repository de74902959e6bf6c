package bench

import (
	"context"
	"fmt"
	"os"
	"slices"
	"testing"
	"time"

	"qingdan/internal/engine/citation"
	"qingdan/internal/platform/ledger"
	"qingdan/internal/platform/sqldb"
	"qingdan/internal/registry/law"
	"qingdan/internal/registry/power"
	"qingdan/internal/service/impact"
	"qingdan/internal/stage/inventory"
	"qingdan/internal/testkit"
)

// Limits of following a change of law, in seconds: in a city, and over the
// implementation items of a nation.
const (
	followLimit     = 0.2
	followManyLimit = 30
)

// BenchmarkFollow amends the most cited article of a city's laws and looks for
// the powers whose basis it touches, among 5,029 that were checked before, under
// 1,519 laws. first-s is the first look of all, at everything that came in;
// back-s is the look after the new text was withdrawn again, when the tasks fall
// away. The tasks of the amendment must be exactly the powers that cite the
// article; more-tasks are those of lower texts on the matter of the new one.
func BenchmarkFollow(b *testing.B) {
	for _, engine := range []sqldb.Engine{sqldb.SQLite, sqldb.PostgreSQL} {
		b.Run(engine.String()+"/invented", func(b *testing.B) { followCity(b, engine, theCity(b)) })
		b.Run(engine.String()+"/real", func(b *testing.B) { followCity(b, engine, cityUnder(b, realLaws(b))) })
	}
}

// rounds is how many new texts one house sees: few, for those withdrawn stay in
// it and weigh on what follows.
const rounds = 9

func followCity(b *testing.B, engine sqldb.Engine, c *city) {
	var f follows
	var firsts []time.Duration
	powers, day := 0, c.manifest.EffectiveDay
	for b.Loop() {
		db, l, pass := openTimed(b, testkit.DSN(b, engine))
		c.found(b, l)
		c.furnish(b, l)
		powers = c.take(b, db, l)
		if _, err := inventory.CheckAndSave(context.Background(), l, db, operator, c.manifest.CheckDay, nil); err != nil {
			b.Fatal(err)
		}
		_, first := follow(b, db, l, day)
		firsts = append(firsts, first)
		pass()
		follow(b, db, l, day) // which forgets what came in long ago
		r := c.reform(b, db)
		for k := range rounds {
			f.thereAndBack(b, db, l, r.text(k+1), day, r.tasks)
		}
	}
	b.ReportMetric(float64(powers), "powers")
	b.ReportMetric(median(firsts).Seconds(), "first-s")
	f.report(b, followLimit)
}

// follows are lookings at one change of law after another.
type follows struct {
	there, back []time.Duration // by the new text, by its withdrawal
	tasks, more int             // of the last: of the amendment, of lower texts
}

// thereAndBack takes a new text in and follows it, then withdraws it and
// follows that; only the lookings are timed.
func (f *follows) thereAndBack(b *testing.B, db *sqldb.DB, l *ledger.Ledger, s law.Source, today string, tasks int) {
	b.Helper()
	edition := enact(b, l, s)
	rep, there := follow(b, db, l, today)
	f.tasks = 0
	for _, e := range rep.Events {
		if e.Kind == impact.Amended {
			f.tasks += e.Tasks
		}
	}
	if f.more = rep.Tasks - f.tasks; f.tasks != tasks {
		b.Fatalf("%d tasks of the amendment, want %d", f.tasks, tasks)
	}
	err := l.Write(context.Background(), operator, func(ctx context.Context, tx *ledger.Tx) error {
		return law.Withdraw(ctx, tx, edition, "测量")
	})
	if err != nil {
		b.Fatal(err)
	}
	undone, back := follow(b, db, l, today)
	if undone.Void != rep.Tasks || undone.Tasks != 0 {
		b.Fatalf("%d tasks fell away and %d were opened, want %d and 0", undone.Void, undone.Tasks, rep.Tasks)
	}
	f.there, f.back = append(f.there, there), append(f.back, back)
}

func (f *follows) report(b *testing.B, limit float64) {
	b.Helper()
	noTime(b)
	b.ReportMetric(float64(f.tasks), "tasks")
	b.ReportMetric(float64(f.more), "more-tasks")
	b.ReportMetric(median(f.back).Seconds(), "back-s")
	report(b, median(f.there).Seconds(), limit, "follow-s")
	testkit.MachineRates(b)
}

// openTimed opens an empty database with a ledger for which pass lets an hour
// pass: texts that came in a few minutes ago are looked at again each time.
func openTimed(b *testing.B, dsn string) (db *sqldb.DB, l *ledger.Ledger, pass func()) {
	b.Helper()
	db, err := sqldb.Open(context.Background(), dsn)
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() {
		if err := db.Close(); err != nil {
			b.Error(err)
		}
	})
	ahead := time.Duration(0)
	l, err = ledger.Open(context.Background(), db, ledger.Options{Clock: func() time.Time { return time.Now().Add(ahead) }})
	if err != nil {
		b.Fatal(err)
	}
	return db, l, func() { ahead += time.Hour }
}

// follow looks once and gives how long that took.
func follow(b *testing.B, db *sqldb.DB, l *ledger.Ledger, today string) (impact.Report, time.Duration) {
	b.Helper()
	start := time.Now()
	rep, err := impact.Follow(context.Background(), l, db, operator, today)
	took := time.Since(start)
	if err != nil {
		b.Fatal(err)
	}
	return rep, took
}

// share is a general law with the powers that cite it: one in every so many.
type share struct {
	title        string
	every, start int
}

func shares() []share {
	return []share{{"中华人民共和国示例程序法", 50, 1}, {"中华人民共和国示例公开法", 10, 5}}
}

// holds says whether the i-th power cites the law.
func (s share) holds(i int) bool { return i%s.every == s.start }

// cite is what the i-th power cites of the law: any article but the first.
func (s share) cite(i int) string {
	return citation.Ref{Law: s.title, Article: 2 + i/s.every%(generalArticles-1)}.String()
}

// addCiting adds the i-th power of a multiplied city, which cites the general
// laws that hold it besides its own, and writes where its citations lead, as a
// check does.
func addCiting(ctx context.Context, tx *ledger.Tx, lib *law.Library, r power.Report, i int, day string) error {
	v := &r.Version
	for _, s := range shares() {
		if s.holds(i) {
			v.Elements.Basis += "；" + s.cite(i)
			v.Citations = append(slices.Clip(v.Citations), power.ParseBasis(s.cite(i))...)
		}
	}
	ids, err := power.Add(ctx, tx, r)
	if err != nil {
		return err
	}
	links := make([]power.Link, len(v.Citations))
	for k, c := range v.Citations {
		res := lib.Resolve(c.Ref, day)
		links[k] = power.Link{Version: ids.Version, Seq: k + 1, Document: res.Document.ID, Edition: res.Edition.ID, Article: res.Article, State: string(res.State)}
	}
	return power.ReplaceLinks(ctx, tx.Tx, links)
}

// BenchmarkFollowMany amends a law that one power in fifty cites, and one that
// one in ten cites, over 17,000 powers and ten and a hundred times as many: the
// implementation items (实施清单) of a nation. They are the rows of the city of
// real laws with other codes and names, all elements and citations kept, and
// one citation more where a general law holds them; where the citations lead is
// written, other findings of checks are not. The new text moves or changes every
// article cited, so that each of these powers gets a task. made-s is how long it
// took to add the powers that the smaller size had not, db-GB what the database
// has come to.
func BenchmarkFollowMany(b *testing.B) {
	c := cityUnder(b, realLaws(b))
	folder := testkit.DSN(b, sqldb.SQLite)
	db, l, pass := openTimed(b, folder)
	c.found(b, l)
	c.furnish(b, l)
	for _, s := range shares() {
		enact(b, l, general(s.title, 0))
	}
	lib, err := law.ReadLibrary(context.Background(), db)
	if err != nil {
		b.Fatal(err)
	}
	first, day := c.take(b, db, l), c.manifest.EffectiveDay
	from := rows(b, db)
	pass()
	follow(b, db, l, day) // which forgets what came in long ago
	have, k := first, 0
	for _, n := range []int{17_000, 170_000, 1_700_000} {
		if n > 170_000 && !large() || n > 17_000 && testing.Short() {
			continue
		}
		start := time.Now()
		multiply(b, l, have, n, func(ctx context.Context, tx *ledger.Tx, i int) error {
			return addCiting(ctx, tx, lib, another(from, i), i, day)
		})
		made := time.Since(start)
		for _, s := range shares() {
			tasks := 0
			for i := first; i < n; i++ {
				if s.holds(i) {
					tasks++
				}
			}
			b.Run(fmt.Sprintf("%d/one-in-%d", n, s.every), func(b *testing.B) {
				var f follows
				resetPeak(b)
				for b.Loop() {
					k++
					f.thereAndBack(b, db, l, general(s.title, k), day, tasks)
				}
				b.ReportMetric(made.Seconds(), "made-s")
				b.ReportMetric(folderSize(b, folder)/1e9, "db-GB")
				b.ReportMetric(memory(os.Getpid(), "VmHWM"), "peak-MB")
				f.report(b, followManyLimit)
			})
		}
		have = n
	}
}

// folderSize is how many bytes the files of a folder hold.
func folderSize(b *testing.B, folder string) (size float64) {
	b.Helper()
	files, err := os.ReadDir(folder)
	if err != nil {
		b.Fatal(err)
	}
	for _, f := range files {
		info, err := f.Info()
		if err != nil {
			b.Fatal(err)
		}
		size += float64(info.Size())
	}
	return size
}
