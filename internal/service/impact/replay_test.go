package impact_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"qingdan/internal/engine/citation"
	"qingdan/internal/engine/lawtext"
	"qingdan/internal/platform/ledger"
	"qingdan/internal/platform/sqldb"
	"qingdan/internal/registry/law"
	"qingdan/internal/registry/org"
	"qingdan/internal/registry/power"
	"qingdan/internal/service/impact"
	"qingdan/internal/testkit"
)

var actor = ledger.Actor{ID: "test", Name: "法制机构", Role: "法制机构"}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

const today = "2026-11-24"

// house is a database with one department whose powers cite what a test wants.
type house struct {
	t          testing.TB
	db         *sqldb.DB
	ledger     *ledger.Ledger
	department sqldb.ID
}

func open(t testing.TB, db *sqldb.DB, l *ledger.Ledger) *house {
	h := &house{t: t, db: db, ledger: l}
	h.write(func(ctx context.Context, tx *ledger.Tx) (err error) {
		h.department, err = org.AddDepartment(ctx, tx, org.Department{Division: "371500", Name: "示例局", ValidFrom: "2010-01-01"})
		return err
	})
	return h
}

func (h *house) write(fn func(ctx context.Context, tx *ledger.Tx) error) {
	h.t.Helper()
	must(h.t, h.ledger.Write(h.t.Context(), actor, fn))
}

// law loads a text and gives its edition.
func (h *house) law(s law.Source) sqldb.ID {
	h.t.Helper()
	p, err := law.Read(s, "测试")
	must(h.t, err)
	a, err := law.Load(h.t.Context(), h.ledger, actor, p)
	must(h.t, err)
	return a.Edition
}

// power adds a power with a basis; its code and name are the given word.
func (h *house) power(code, basis string) sqldb.ID {
	h.t.Helper()
	var ids power.Ids
	h.write(func(ctx context.Context, tx *ledger.Tx) (err error) {
		ids, err = power.Add(ctx, tx, power.Report{Code: code, Division: "371500", Origin: power.Reported, State: power.HandedUp, Version: power.Version{
			Department: h.department, Category: power.CategoryPenalty, Name: code, Initiative: power.ExOfficio,
			Elements: power.Elements{Basis: basis}, Citations: power.ParseBasis(basis)}})
		return err
	})
	return ids.Power
}

func (h *house) follow(day string) impact.Report {
	h.t.Helper()
	rep, err := impact.Follow(h.t.Context(), h.ledger, h.db, actor, day)
	must(h.t, err)
	return rep
}

// tasks gives the open tasks as "code reason old→new", one for every reason.
func (h *house) tasks() []string {
	h.t.Helper()
	all, err := impact.Tasks(h.t.Context(), h.db, impact.Query{State: impact.Open, Limit: 10_000})
	must(h.t, err)
	out := []string{}
	for _, t := range all {
		for _, r := range t.Reasons {
			out = append(out, fmt.Sprintf("%s %s %s→%s", t.Code, r.Kind, r.Old, r.New))
		}
	}
	slices.Sort(out)
	return out
}

// sources reads the real laws with the given ids.
func sources(t testing.TB, ids ...string) map[string]law.Source {
	t.Helper()
	out := map[string]law.Source{}
	for _, x := range testkit.Laws(t) {
		if len(ids) == 0 || slices.Contains(ids, x.ID) {
			out[x.ID] = law.Source{ID: x.ID, Title: x.Title, Level: x.Level, Issuer: x.Issuer, Region: x.Region, Publish: x.Publish,
				Effective: x.Effective, Origin: x.Origin, Text: x.Text}
		}
	}
	return out
}

// pair is one line of edition_pairs.jsonl.
type pair struct {
	Title   string      `json:"title"`
	Old     string      `json:"old_id"`
	New     string      `json:"new_id"`
	Changed []string    `json:"same_number_changed_text"`
	OnlyOld []string    `json:"only_old"`
	Moved   [][2]string `json:"moved_identical"`
}

func pairs(t testing.TB) []pair { return testkit.Lines[pair](t, "laws", "edition_pairs.jsonl") }

// citeAll adds a power for every article of a text.
func (h *house) citeAll(title string, s law.Source) {
	h.t.Helper()
	for _, a := range lawtext.Parse(s.Text).Articles {
		ref := citation.Ref{Law: title, Article: a.Number.N, ArticleSub: a.Number.Sub}
		h.power(title+" "+a.Number.String(), ref.String())
	}
}

// The three replays of the reform's own laws: exactly the powers that cite a
// changed, moved or removed article get a task, and nobody else.
func TestReplayOfThreeAmendedActs(t *testing.T) {
	replays := map[string]struct {
		old, new     string
		tasks, moved int
	}{
		"中华人民共和国行政许可法":  {"D3d97d6936a", "D9f7196dbc2", 3, 0},
		"中华人民共和国行政处罚法":  {"D23f0951927", "D2de2c5c8d5", 63, 8},
		"中华人民共和国认证认可条例": {"D665b7abfe8", "D23e7a81dd4", 68, 57},
	}
	gold := map[string]pair{}
	for _, p := range pairs(t) {
		gold[p.Old+p.New] = p
	}
	for title, r := range replays {
		texts := sources(t, r.old, r.new)
		testkit.Databases(t, func(t *testing.T, db *sqldb.DB, l *ledger.Ledger) {
			h := open(t, db, l)
			h.law(texts[r.old])
			h.citeAll(title, texts[r.old])
			h.power(title+" 全文", "《"+title+"》")
			if rep := h.follow(today); rep.Tasks != 0 {
				t.Fatalf("%s: %d tasks before any change", title, rep.Tasks)
			}
			h.law(texts[r.new])
			rep := h.follow(today)
			got := h.tasks()
			if rep.Tasks != len(got) || len(rep.Events) != 1 {
				t.Errorf("%s: report of %d tasks, %d events, %d tasks in the queue", title, rep.Tasks, len(rep.Events), len(got))
			}
			if diff := cmp.Diff(touchedBy(gold[r.old+r.new]), numbersOf(got, title)); diff != "" {
				t.Errorf("%s: tasks (-gold +got)\n%s", title, diff)
			}
			if diff := cmp.Diff(movedBy(gold[r.old+r.new], title), movesOf(got)); diff != "" {
				t.Errorf("%s: moves (-gold +got)\n%s", title, diff)
			}
			if again := h.follow(today); again.Tasks != 0 || len(h.tasks()) != len(got) {
				t.Errorf("%s: following again opened %d tasks", title, again.Tasks)
			}
		})
	}
}

// movedBy and movesOf list the tasks of citations that only moved.
func movedBy(p pair, title string) []string {
	out := []string{}
	for _, m := range p.Moved {
		out = append(out, fmt.Sprintf("%s %s %s %s→%s", title, m[0], impact.NumberMoved, m[0], m[1]))
	}
	slices.Sort(out)
	return out
}

func movesOf(tasks []string) []string {
	return slices.DeleteFunc(slices.Clone(tasks), func(s string) bool { return !strings.Contains(s, string(impact.NumberMoved)) })
}

// touchedBy lists the old article numbers that the gold holds touched: those
// whose number carries another text or none now.
func touchedBy(p pair) []string {
	out := append(append([]string{}, p.Changed...), p.OnlyOld...)
	slices.Sort(out)
	return out
}

func numbersOf(tasks []string, title string) []string {
	out := []string{}
	for _, s := range tasks {
		rest, _ := strings.CutPrefix(s, title+" ")
		n, _, _ := strings.Cut(rest, " ")
		out = append(out, n)
	}
	slices.Sort(out)
	return out
}
