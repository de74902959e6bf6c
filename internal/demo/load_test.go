package demo

import (
	"context"
	"strings"
	"testing"

	"qingdan/internal/platform/sqldb"
	"qingdan/internal/registry/finding"
	"qingdan/internal/stage/inventory"
	"qingdan/internal/testkit"
)

// checkLoaded feeds the city through the product and holds what the rules find
// against what was seeded: before the decisions every seed, after them nothing
// that must be dealt with.
func checkLoaded(t *testing.T, dir string, m *Manifest) {
	t.Helper()
	ctx := context.Background()
	db, l := testkit.Open(t, sqldb.SQLite)
	b := readBook(t, dir, m)
	ld := &loader{db: db, ledger: l, dir: dir, m: m, say: func(string) {}, actor: demoActor()}
	for _, step := range []func(context.Context) error{ld.site, ld.divisions, ld.departments, ld.mandates, ld.lists, ld.laws, ld.workbooks} {
		if err := step(ctx); err != nil {
			t.Fatal(err)
		}
	}
	before, err := inventory.Check(ctx, db, m.CheckDay, nil)
	if err != nil {
		t.Fatal(err)
	}
	checkSeeds(t, m, b, before)
	// An interrupted load goes on where it stopped.
	done, err := Load(ctx, db, l, dir, func(string) {})
	if err != nil {
		t.Fatal(err)
	}
	if done.Already {
		t.Error("published before it was decided")
	}
	after, err := inventory.Check(ctx, db, m.CheckDay, nil)
	if err != nil {
		t.Fatal(err)
	}
	if after.Powers != 4298 {
		t.Errorf("%d powers in the list", after.Powers)
	}
	for _, f := range after.Found {
		if f.Severity == finding.Blocks {
			t.Errorf("kept %s: %s %s", after.Names[f.Version], f.Rule, f.Message)
		}
	}
	checkHonest(t, db, l, m)
}

// byCode groups what the rules found by the code of the power.
func byCode(c *inventory.Checked) map[string][]finding.Finding {
	out := map[string][]finding.Finding{}
	for _, f := range c.Found {
		code, _, _ := strings.Cut(c.Names[f.Version], " ")
		out[code] = append(out[code], f)
	}
	return out
}

// seed is a kind of seeded defect: which decisions it stands behind, and the
// rule that must find it, by its words.
type seed struct {
	kind  string
	want  int // 0: as many as there are
	is    func(d map[string]string) bool
	rule  string
	words string
}

func seeds(m *Manifest, b book) []seed {
	why := func(words string) func(map[string]string) bool {
		return func(d map[string]string) bool {
			return d["处置意见"] == "取消" && strings.Contains(d["说明"], words)
		}
	}
	return []seed{
		{"repealed basis", wantRepealed, why("已经废止"), "五对照/3", "没有效力"},
		{"missing article", wantMissing, why("并不存在"), "五对照/3", "没有引用的条款"},
		{"level too low", wantTooLow, why("无权设定"), "五对照/3", "依据的层级不够"},
		{"internal matter", wantInternal, func(d map[string]string) bool { return d["去向类型"] == "内部管理" }, "五对照/1", "不是行政权力"},
		{"reported twice", m.Expect.Twins, func(d map[string]string) bool {
			return d["处置意见"] == "整合" && b.byCode[d["并入事项编码"]]["事项名称"] == d["事项名称"]
		}, "五对照/4", "同名"},
	}
}

// checkSeeds asserts that every seeded defect was found by its rule.
func checkSeeds(t *testing.T, m *Manifest, b book, c *inventory.Checked) {
	t.Helper()
	found := byCode(c)
	for _, s := range seeds(m, b) {
		seeded, hit := 0, 0
		for _, d := range b.decided {
			if !s.is(d) {
				continue
			}
			seeded++
			if has(found[d["事项编码"]], s.rule, s.words) {
				hit++
			} else {
				t.Errorf("%s not found: %s %s: %v", s.kind, d["事项编码"], d["事项名称"], found[d["事项编码"]])
			}
		}
		t.Logf("%s: %d of %d found", s.kind, hit, seeded)
		if seeded != s.want || seeded == 0 {
			t.Errorf("%s: %d seeded, want %d", s.kind, seeded, s.want)
		}
	}
	checkMandateSeeds(t, m, b, c, found)
}

func has(found []finding.Finding, rule, words string) bool {
	for _, f := range found {
		if f.Rule == rule && strings.Contains(f.Message, words) {
			return true
		}
	}
	return false
}

// checkMandateSeeds: the powers outside a mandate are exactly those that were
// strayed, and every mandate row without power is found.
func checkMandateSeeds(t *testing.T, m *Manifest, b book, c *inventory.Checked, found map[string][]finding.Finding) {
	t.Helper()
	outside := 0
	for _, d := range b.decided {
		if has(found[d["事项编码"]], "五对照/4", "三定规定里找不到") {
			outside++
			if d["处置意见"] != "整合" {
				t.Errorf("outside the mandate but not merged away: %s %s", d["事项编码"], d["事项名称"])
			}
		}
	}
	idle, all := 0, 0
	for _, f := range c.Found {
		if f.Rule == "五对照/4" && strings.HasPrefix(f.Message, "三定规定有这条职责") {
			all++
			if strings.Contains(f.Evidence, "：组织开展《") {
				idle++
			}
		}
	}
	t.Logf("outside the mandate: %d of %d found; mandate rows without power: %d of %d found, %d in all", outside, m.Expect.Outside, idle, m.Expect.Idle, all)
	if outside != m.Expect.Outside || idle != m.Expect.Idle || all != idle {
		t.Errorf("outside %d, idle %d of %d; seeded %d and %d", outside, idle, all, m.Expect.Outside, m.Expect.Idle)
	}
}
