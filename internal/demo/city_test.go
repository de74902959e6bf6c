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

	"qingdan/internal/engine/code"
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
	checkLoaded(t, dir, m)
}

// book is what the written workbooks hold, and what was decided.
type book struct {
	powers, added []map[string]string
	byCode        map[string]map[string]string
	decided       []map[string]string
}

func readBook(t *testing.T, dir string, m *Manifest) book {
	t.Helper()
	b := book{powers: reported(t, dir, m, "powers"), added: reported(t, dir, m, "supplement"), byCode: map[string]map[string]string{}}
	b.decided = sheet(t, filepath.Join(dir, "decisions.xlsx"), "序号")
	for _, p := range append(append([]map[string]string{}, b.powers...), b.added...) {
		if b.byCode[p["事项编码"]] != nil {
			t.Errorf("code twice: %s", p["事项编码"])
		}
		b.byCode[p["事项编码"]] = p
	}
	return b
}

// checkCity counts the figures from the written files alone.
func checkCity(t *testing.T, dir string, m *Manifest) {
	t.Helper()
	b := readBook(t, dir, m)
	if len(b.powers) != 5029 || len(b.added) != 37 {
		t.Fatalf("reported %d and added %d, want 5029 and 37", len(b.powers), len(b.added))
	}
	for _, p := range b.byCode {
		checkRow(t, p)
	}
	checkNames(t, b)
	checkSizes(t, b)
	checkBalance(t, b)
	checkTables(t, dir, m)
	checkCitations(t, dir, m, b)
}

// checkNames: within a unit only what is merged into its twin bears a name twice.
func checkNames(t *testing.T, b book) {
	t.Helper()
	names := map[string]bool{}
	for _, d := range b.decided {
		key := d["实施主体"] + "|" + d["事项名称"]
		if d["处置意见"] == "整合" || d["处置意见"] == "拆分" {
			continue
		}
		if names[key] {
			t.Errorf("name twice: %s", key)
		}
		names[key] = true
	}
}

// checkSizes: a few units carry most of the work, as in every city.
func checkSizes(t *testing.T, b book) {
	t.Helper()
	size := map[string]int{}
	for _, p := range b.powers {
		size[p["实施主体"]]++
	}
	large, small := 0, 0
	for _, n := range size {
		if n >= 120 {
			large++
		}
		if n <= 25 {
			small++
		}
	}
	if len(size) != 70 || large < 10 || small < 12 {
		t.Errorf("%d units, %d with 120 powers and more, %d with 25 and less", len(size), large, small)
	}
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
	if strings.Count(p["办理环节"], "\n") < 3 || strings.Contains(p["办理环节"], "、") {
		t.Errorf("%s: steps %q", name, p["办理环节"])
	}
	if p["主项名称"] == name {
		t.Errorf("%s is its own main item", name)
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
