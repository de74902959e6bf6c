package demo

import (
	"context"
	"crypto/sha256"
	"encoding/csv"
	"encoding/hex"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/xuri/excelize/v2"

	"qingdan/internal/engine/citation"
	"qingdan/internal/engine/code"
	"qingdan/internal/engine/lawtext"
)

func write(t *testing.T, o Options) (string, *Manifest) {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "city")
	m, err := Write(context.Background(), dir, o)
	if err != nil {
		t.Fatal(err)
	}
	return dir, m
}

// sheet reads a written workbook and gives its rows below the header by
// column name.
func sheet(t *testing.T, path, first string) []map[string]string {
	t.Helper()
	x, err := excelize.OpenFile(path)
	if err != nil {
		t.Fatal(err)
	}
	defer x.Close()
	rows, err := x.GetRows(x.GetSheetName(0))
	if err != nil {
		t.Fatal(err)
	}
	var head []string
	var out []map[string]string
	for _, r := range rows {
		switch {
		case head == nil && len(r) > 3 && r[0] == first:
			head = r
		case head != nil && len(r) > 3:
			m := map[string]string{}
			for i, c := range r {
				m[head[i]] = c
			}
			out = append(out, m)
		}
	}
	return out
}

// reported reads every power of a role's workbooks.
func reported(t *testing.T, dir string, m *Manifest, role string) []map[string]string {
	t.Helper()
	var out []map[string]string
	for _, f := range m.Files {
		if f.Role == role {
			out = append(out, sheet(t, filepath.Join(dir, f.Path), "序号")...)
		}
	}
	return out
}

func TestInventedCity(t *testing.T) {
	dir, m := write(t, Options{})
	checkCity(t, dir, m)
	checkCitations(t, dir, m)
}

// checkCity counts the figures from the written files alone.
func checkCity(t *testing.T, dir string, m *Manifest) {
	t.Helper()
	powers := reported(t, dir, m, "powers")
	added := reported(t, dir, m, "supplement")
	if len(powers) != 5029 || len(added) != 37 {
		t.Fatalf("reported %d and added %d, want 5029 and 37", len(powers), len(added))
	}
	all := append(append([]map[string]string{}, powers...), added...)
	byCode, names := map[string]map[string]string{}, map[string]bool{}
	for _, p := range all {
		c, key := p["事项编码"], p["实施主体"]+"|"+p["事项名称"]
		if byCode[c] != nil || names[key] {
			t.Errorf("twice: %s %s", c, key)
		}
		byCode[c], names[key] = p, true
		checkRow(t, p)
	}
	decided := sheet(t, filepath.Join(dir, "decisions.xlsx"), "序号")
	checkBalance(t, byCode, powers, decided)
	checkTables(t, dir, m)
}

// checkRow looks at one row of a workbook.
func checkRow(t *testing.T, p map[string]string) {
	t.Helper()
	name := p["事项名称"]
	if n := utf8.RuneCountInString(name); n < 4 || n > 90 {
		t.Errorf("name of %d characters: %s", n, name)
	}
	for _, h := range []string{"权力类别", "承办机构", "设定依据", "行使内容", "服务对象", "法定时限", "承诺时限", "办理环节", "审批结果", "责任事项", "追责情形", "依申请或依职权", "监督电话"} {
		if p[h] == "" {
			t.Errorf("%s has no %s", name, h)
		}
	}
	if p["依申请或依职权"] == "依申请" && (p["申请材料"] == "" || p["受理条件"] == "") {
		t.Errorf("%s on application has no materials or conditions", name)
	}
	if strings.Contains(p["申请材料"], "其他材料") || strings.Contains(p["申请材料"], "等材料") {
		t.Errorf("%s: open materials", name)
	}
	if !strings.HasPrefix(p["咨询电话"], "0635-1") || len(p["咨询电话"]) != len("0635-1000000") {
		t.Errorf("phone %s", p["咨询电话"])
	}
	for h, v := range p {
		for _, slot := range []string{"〔s〕", "〔a〕", "〔c〕", "〔d〕"} {
			if strings.Contains(v, slot) {
				t.Errorf("%s: unfilled slot in %s", name, h)
			}
		}
		if utf8.RuneCountInString(v) > 32767 {
			t.Errorf("%s: %s is longer than a cell", name, h)
		}
	}
}

// checkBalance recomputes reported + added + split - left = kept for every
// unit, and the kept of every category.
func checkBalance(t *testing.T, byCode map[string]map[string]string, powers, decided []map[string]string) {
	t.Helper()
	type sum struct{ reported, added, split, left, kept int }
	units, categories, fates := map[string]*sum{}, map[string]int{}, map[string]int{}
	of := func(u string) *sum {
		if units[u] == nil {
			units[u] = &sum{}
		}
		return units[u]
	}
	for _, p := range powers {
		of(p["实施主体"]).reported++
	}
	seen := map[string]string{}
	reasons := map[string]int{}
	for _, d := range decided {
		u, f, c := of(d["实施主体"]), d["处置意见"], d["事项编码"]
		fates[f]++
		reasons[d["说明"]]++
		p := byCode[c]
		if p == nil {
			t.Fatalf("decision on unknown %s", c)
		}
		if p["事项名称"] != d["事项名称"] || p["实施主体"] != d["实施主体"] {
			t.Errorf("%s: decision names another power", c)
		}
		if f == "拆分" {
			u.split++
			u.kept++
			categories[p["权力类别"]]++
			if d["新事项编码"] == "" || byCode[d["新事项编码"]] != nil || d["新事项名称"] == "" {
				t.Errorf("split of %s lacks a new code or name", c)
			}
			continue
		}
		if seen[c] != "" {
			t.Errorf("%s decided twice", c)
		}
		seen[c] = f
		switch f {
		case "保留":
			u.kept++
			categories[p["权力类别"]]++
		case "调整类别":
			u.kept++
			categories[d["去向"]]++
		default:
			u.left++
		}
	}
	for _, d := range decided {
		if d["处置意见"] == "整合" && seen[d["并入事项编码"]] != "保留" {
			t.Errorf("%s merges into %s, which is not kept", d["事项编码"], d["并入事项编码"])
		}
	}
	total := sum{}
	for name, u := range units {
		u.added = 0
		total.kept += u.kept
		if u.kept == 0 {
			t.Errorf("%s keeps nothing", name)
		}
	}
	addedBy := map[string]int{}
	for c, p := range byCode {
		if seen[c] == "" {
			t.Errorf("%s %s was not decided", c, p["事项名称"])
		}
		addedBy[p["实施主体"]]++
	}
	for name, u := range units {
		u.added = addedBy[name] - u.reported
		if u.reported+u.added+u.split-u.left != u.kept {
			t.Errorf("%s: %d + %d + %d - %d != %d", name, u.reported, u.added, u.split, u.left, u.kept)
		}
	}
	if len(units) != 70 || total.kept != 4298 {
		t.Errorf("%d units keep %d", len(units), total.kept)
	}
	want := map[string]int{"行政审批": 234, "行政处罚": 2724, "行政强制": 160, "行政征收": 40, "行政给付": 27, "行政裁决": 17, "行政确认": 76, "行政奖励": 22, "行政监督": 277, "其他权力": 721}
	for c, n := range want {
		if categories[c] != n {
			t.Errorf("%s: %d kept, want %d", c, categories[c], n)
		}
	}
	leave := fates["取消"] + fates["下放"] + fates["转移"] + fates["整合"] + fates["冻结"] + fates["转出"]
	if leave != 780 || fates["拆分"] != 12 {
		t.Errorf("fates %v", fates)
	}
	for r, n := range reasons {
		if n > 70 { // general powers such as adding to a fine are held by every unit
			t.Errorf("reason given %d times: %s", n, r)
		}
	}
}

func table(t *testing.T, path string) [][]string {
	t.Helper()
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	rows, err := csv.NewReader(f).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	return rows[1:]
}

func checkTables(t *testing.T, dir string, m *Manifest) {
	t.Helper()
	depts := table(t, filepath.Join(dir, "departments.csv"))
	if len(depts) != 70 {
		t.Errorf("%d departments", len(depts))
	}
	for _, d := range depts {
		if err := code.CheckCredit(d[2]); err != nil {
			t.Errorf("%s: %v", d[0], err)
		}
	}
	rows := map[string]int{}
	for _, r := range table(t, filepath.Join(dir, "mandates.csv")) {
		rows[r[0]]++
	}
	for _, d := range depts {
		if n := rows[d[0]]; n < 5 || n > 25 {
			t.Errorf("%s has %d mandate rows", d[0], n)
		}
	}
	if m.Expect.Outside != 40 || m.Expect.Laws != 1519 {
		t.Errorf("expect %+v", m.Expect)
	}
	for _, f := range []string{"catalogue.csv", "peer.csv", "divisions.csv"} {
		if len(table(t, filepath.Join(dir, f))) < 9 {
			t.Errorf("%s is too short", f)
		}
	}
}

// checkCitations follows every citation of the invented city into its laws:
// only what is cancelled may fail.
func checkCitations(t *testing.T, dir string, m *Manifest) {
	t.Helper()
	path := filepath.Join(dir, "laws.jsonl")
	if m.Kind == KindReal {
		path += ".gz"
	}
	laws := readLaws(t, path, m.Kind == KindInvented)
	if len(laws) != 1519 {
		t.Fatalf("%d laws", len(laws))
	}
	fate := map[string]string{}
	for _, d := range sheet(t, filepath.Join(dir, "decisions.xlsx"), "序号") {
		if fate[d["事项编码"]] == "" || d["处置意见"] == "保留" {
			fate[d["事项编码"]] = d["处置意见"]
		}
	}
	missing := 0
	for _, role := range []string{"powers", "supplement"} {
		for _, p := range reported(t, dir, m, role) {
			if f := fate[p["事项编码"]]; f == "转出" || f == "转移" {
				continue
			}
			head, quote, _ := strings.Cut(p["设定依据"], "：“")
			refs := citation.Parse(head)
			if len(refs) != 1 {
				t.Fatalf("%s cites %v", p["事项名称"], refs)
			}
			text, ok := placeIn(laws[citation.NormalizeTitle(refs[0].Law)], refs[0])
			if !ok {
				missing++
				if fate[p["事项编码"]] != "取消" {
					t.Errorf("%s (%s): %s does not exist", p["事项名称"], fate[p["事项编码"]], head)
				}
				continue
			}
			for _, part := range strings.Split(strings.TrimSuffix(quote, "”"), "……") {
				for _, line := range strings.Split(part, "（") { // joined items stand apart in the law
					if _, words, ok := strings.Cut(line, "）"); ok {
						line = words
					}
					if !strings.Contains(squeeze(text), squeeze(line)) {
						t.Errorf("%s: %q is not in %s", p["事项名称"], line, head)
					}
				}
			}
		}
	}
	if missing != wantMissing {
		t.Errorf("%d citations lead nowhere, want %d", missing, wantMissing)
	}
}

func placeIn(d *lawtext.Document, r citation.Ref) (string, bool) {
	if d == nil {
		return "", false
	}
	n := lawtext.Number{N: r.Article, Sub: r.ArticleSub}
	if _, ok := d.Locate(n, r.Paragraph, r.Item, 0); !ok {
		return "", false
	}
	return d.Locate(n, 0, 0, 0)
}

func TestTwoWritesAreEqual(t *testing.T) {
	a, _ := write(t, Options{})
	b, _ := write(t, Options{})
	if x, y := digest(t, a), digest(t, b); x != y {
		t.Error("two writes differ")
	}
}

// digest is over the names and bytes of all files.
func digest(t *testing.T, dir string) string {
	t.Helper()
	h := sha256.New()
	err := filepath.WalkDir(dir, func(p string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		b, err := os.ReadFile(p)
		if err != nil {
			return err
		}
		rel, err := filepath.Rel(dir, p)
		fmt.Fprintf(h, "%s %x\n", rel, sha256.Sum256(b))
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return hex.EncodeToString(h.Sum(nil))
}

func TestWriteRefusesAForeignFolderAndRewritesItsOwn(t *testing.T) {
	dir := t.TempDir()
	note := filepath.Join(dir, "年度总结.txt")
	if err := os.WriteFile(note, []byte("x"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := Write(context.Background(), dir, Options{}); err == nil {
		t.Fatal("a folder with other content was accepted")
	}
	if _, err := os.Stat(filepath.Join(dir, "manifest.json")); err == nil {
		t.Error("something was written into a refused folder")
	}
	own, _ := write(t, Options{})
	before := digest(t, own)
	if _, err := Write(context.Background(), own, Options{}); err != nil {
		t.Fatal(err)
	}
	if digest(t, own) != before {
		t.Error("writing anew changed the files")
	}
}
