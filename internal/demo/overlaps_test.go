package demo

import (
	"bufio"
	"bytes"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"qingdan/internal/engine/citation"
	"qingdan/internal/engine/match"
	"qingdan/internal/testkit"
)

var updateMatch = flag.Bool("update", false, "write docs/match.md anew")

// scored is how well matter was told from matter on one set.
type scored struct {
	set                  string
	pairs                int // in the set that are one matter
	found, right, missed int
}

func (s scored) precision() float64 { return float64(s.right) / float64(max(1, s.found)) }
func (s scored) recall() float64    { return float64(s.right) / float64(max(1, s.right+s.missed)) }

// docs/match.md says how well the search for overlaps and the alignment of lists
// do on what is at hand, and this test holds it against the rows.
func TestHowWellOneMatterIsTold(t *testing.T) {
	dir, m := write(t, Options{})
	all := []scored{ofTheCity(t, dir, m), ofPairs(t, "twins.tsv", "pairs judged by hand, by which the words and weights were set"),
		ofPairs(t, "twins_more.tsv", "pairs judged by hand afterwards, in freer words"), ofRegions(t)}
	for _, s := range all {
		t.Logf("%s: %d found, precision %.3f, recall %.3f", s.set, s.found, s.precision(), s.recall())
		if s.precision() < 0.95 || s.recall() < 0.85 {
			t.Errorf("%s: precision %.3f, recall %.3f", s.set, s.precision(), s.recall())
		}
	}
	if city := all[0]; city.precision() < 0.95 || city.recall() < 0.95 || city.right < wantMerged+wantLeft/2 {
		t.Errorf("the city: %+v", city)
	}
	page, want := filepath.Join("..", "..", "docs", "match.md"), matchPage(all)
	if *updateMatch {
		if err := os.WriteFile(page, want, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if got, err := os.ReadFile(page); err != nil || !bytes.Equal(got, want) {
		t.Errorf("docs/match.md does not say what was measured: run make golden (%v)", err)
	}
}

// ofTheCity searches all that the units reported. One matter are what the reform
// merged, and what two units still hold by the same words of the same article.
func ofTheCity(t *testing.T, dir string, m *Manifest) scored {
	t.Helper()
	b := readBook(t, dir, m)
	into := map[string]string{}
	for _, d := range b.decided {
		if to := d["并入事项编码"]; to != "" {
			into[d["事项编码"]] = to
		}
	}
	root := func(code string) string {
		for into[code] != "" {
			code = into[code]
		}
		return code
	}
	powers := append(append([]map[string]string{}, b.powers...), b.added...)
	rows := make([]match.Row, len(powers))
	same := map[string]string{} // basis and content, of the first code
	matter := map[string]string{}
	s := scored{set: fmt.Sprintf("all %d powers that the city's units reported", len(powers))}
	for i, p := range powers {
		rows[i] = match.Row{Name: p["事项名称"], Category: p["权力类别"], Body: p["实施主体"], Basis: citation.Parse(p["设定依据"]), Object: p["服务对象"], Content: p["行使内容"]}
		key := p["权力类别"] + "\n" + p["设定依据"] + "\n" + p["行使内容"] + "\n" + p["服务对象"]
		code := root(p["事项编码"])
		if same[key] == "" {
			same[key] = code
		}
		matter[p["事项编码"]] = root(same[key])
	}
	grouped := map[string]string{} // code to the head of its group
	for _, o := range match.Overlaps(rows) {
		head := powers[o.Head]["事项编码"]
		for _, x := range o.Members {
			grouped[powers[x.At]["事项编码"]] = head
			if x.At == o.Head {
				continue
			}
			s.found++
			if matter[powers[x.At]["事项编码"]] == matter[head] {
				s.right++
			} else {
				t.Logf("wrong: %s ~ %s", powers[x.At]["事项名称"], powers[o.Head]["事项名称"])
			}
		}
	}
	for code := range into {
		if grouped[code] == "" || grouped[code] != grouped[root(code)] {
			s.missed++
			t.Logf("missed: %s %s", code, b.byCode[code]["事项名称"])
		}
	}
	s.pairs = s.right + s.missed
	return s
}

// ofPairs searches pairs that a person judged.
func ofPairs(t *testing.T, file, set string) scored {
	t.Helper()
	body, err := os.ReadFile(filepath.Join("..", "engine", "match", "testdata", file))
	if err != nil {
		t.Fatal(err)
	}
	s := scored{set: set}
	n := 0
	for _, line := range strings.Split(strings.TrimSpace(string(body)), "\n") {
		f := strings.Split(line, "\t")
		if strings.HasPrefix(line, "#") {
			continue
		}
		if n++; f[5] == "" {
			f[5] = f[3]
		}
		rows := []match.Row{{Name: f[2], Category: f[1], Body: "甲局", Basis: citation.Parse(f[3])}, {Name: f[4], Category: f[1], Body: "乙局", Basis: citation.Parse(f[5])}}
		if strings.HasPrefix(f[6], "同一部门") {
			rows[1].Body = "甲局"
		}
		found, same := len(match.Overlaps(rows)) > 0, f[0] == "same"
		switch {
		case found && same:
			s.right++
		case same:
			s.missed++
		}
		if found {
			s.found++
		}
		if same {
			s.pairs++
		}
	}
	s.set = fmt.Sprintf("%d %s", n, s.set)
	return s
}

// ofRegions aligns two real lists without their codes; the common code says which
// rows are one item.
func ofRegions(t *testing.T) scored {
	t.Helper()
	type listed struct {
		ID, Name string
		A, B     string
		Relation string
	}
	read := func(name string) (out []listed) {
		body, err := os.ReadFile(testkit.Shared(t, "items", name))
		if err != nil {
			t.Fatal(err)
		}
		for sc := bufio.NewScanner(bytes.NewReader(body)); sc.Scan(); {
			var l listed
			if err := json.Unmarshal(sc.Bytes(), &l); err != nil {
				t.Fatal(err)
			}
			out = append(out, l)
		}
		return out
	}
	rows := func(list []listed) (out []match.Row) {
		for _, l := range list {
			out = append(out, match.Row{Name: l.Name})
		}
		return out
	}
	theirs, ours := read("items_ziyang.jsonl"), read("items_guangan.jsonl")
	same, collides := map[string]string{}, map[string]string{}
	for _, p := range read("match_examples.jsonl") {
		if p.Relation == "same" {
			same[p.A] = p.B
		} else {
			collides[p.A] = p.B
		}
	}
	s := scored{set: fmt.Sprintf("two real lists of %d and %d items, their codes not looked at", len(theirs), len(ours)), pairs: len(same)}
	done := map[string]bool{}
	for _, p := range match.Align(rows(ours), rows(theirs), match.Known{}).Pairs {
		a, b := theirs[p.B], ours[p.A]
		switch {
		case same[a.ID] == b.ID:
			s.right++
			s.found++
			done[a.ID] = true
		case same[a.ID] != "" || collides[a.ID] == b.ID || a.Name != b.Name:
			s.found++
		}
	}
	s.missed = len(same) - len(done)
	return s
}

// matchPage writes docs/match.md.
func matchPage(all []scored) []byte {
	var b bytes.Buffer
	b.WriteString(`# One matter under two names: what is found, and how well

Generated by a test (` + "`TestHowWellOneMatterIsTold`, `make golden`" + `); do not edit. ` + "`engine/match`" + ` tells which powers are one matter: between two lists
(` + "`Align`" + `, ` + "`qingdan match`" + `) and within one (` + "`Overlaps`, `qingdan overlaps`" + `). Codes are not used in any of these figures. A pair counts as found when both rows are
in one group; precision is the share of found pairs that are one matter, recall the share of the pairs that are one matter that were found.

| set | pairs that are one matter | found | precision | recall |
|---|---:|---:|---:|---:|
`)
	for _, s := range all {
		fmt.Fprintf(&b, "| %s | %d | %d | %.3f | %.3f |\n", s.set, s.pairs, s.found, s.precision(), s.recall())
	}
	b.WriteString(`
## What speaks for one matter
The article first: the same paragraph or item, the same article, the same law. Then the name, read into what it is about, what is done and what sets it apart; words of form
(对…行为的行政处罚, 核发, 市级权限) count for nothing, and words that offices use for one another (城镇 and 城市, 毁坏 and 损坏) count as one. Then whom it is done to and
what is done, where the list says so. Within one list more is asked than between two, for its rows were written to be told apart:

| two rows of one list are apart | such as |
|---|---|
| one word stands in the place of another | 占用 and 挖掘 of a road, 批发 and 零售 |
| the offences go against a rule in other ways | 未经批准 and 未按批准条件, 伪造 and 转让 |
| only one changes what there is | 核发 and 变更, 变更 and 注销 |
| one licenses, the other takes note | 许可 and 备案 |
| other paragraphs, articles or laws, and not the same words | |

A group is a star: each member is taken for the same matter as the one that stands for it, and no two members are apart. So steps of likeness do not chain.

## What is not found
Names that share hardly a character (未批先建 and 未经批准擅自开工建设) need somebody who knows both. What the machine takes for one matter is a claim: a person judges every group.
`)
	return b.Bytes()
}
