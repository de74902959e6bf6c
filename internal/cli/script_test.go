package cli_test

import (
	"bytes"
	"context"
	"encoding/csv"
	"errors"
	"flag"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"
	"github.com/xuri/excelize/v2"
	"golang.org/x/text/encoding/simplifiedchinese"

	"qingdan/internal/cli"
	"qingdan/internal/stage/inventory/workbook"
)

var update = flag.Bool("update", false, "write the expected outputs in testdata/script anew")

// TestScripts runs the commands as a person would. Beside testscript's own
// commands the scripts have
//
//	ends CODE ARGS…      run qingdan and expect the exit code
//	house empty|powers   put a prepared database into ./db, or the folder named after
//	xlsx OUT IN          make a workbook of tab-separated lines (=… is a formula, \n a line break)
//	powers OUT IN        as xlsx, but the standard template with all columns that IN does not give filled
//	fill FILE IN         write the rows of IN into the template FILE
//	gbk OUT IN           recode a text
//	binary OUT           make a file that is no text
//	cut OUT IN BYTES     copy the first bytes
func TestScripts(t *testing.T) {
	empty, powers := prepare(t)
	testscript.Run(t, testscript.Params{
		Dir: "testdata/script", UpdateScripts: *update, RequireExplicitExec: true, RequireUniqueNames: true,
		Setup: func(e *testscript.Env) error {
			e.Setenv(clockVariable, "2014-10-15T08:00:00+08:00")
			e.Setenv("LONG", strings.Repeat("取水许可", 2500))
			return nil
		},
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"ends": ends,
			"house": func(ts *testscript.TestScript, _ bool, args []string) {
				to := "db"
				if len(args) == 2 {
					to = args[1]
				}
				from := map[string]string{"empty": empty, "powers": powers}[args[0]]
				ts.Check(os.CopyFS(ts.MkAbs(to), os.DirFS(from)))
			},
			"xlsx": func(ts *testscript.TestScript, _ bool, args []string) {
				a := arg(ts, args, 2)
				ts.Check(writeBook(ts.MkAbs(a[0]), lines(ts.ReadFile(a[1]))))
			},
			"powers": func(ts *testscript.TestScript, _ bool, args []string) {
				a := arg(ts, args, 2)
				ts.Check(writeBook(ts.MkAbs(a[0]), complete(lines(ts.ReadFile(a[1])))))
			},
			"fill": func(ts *testscript.TestScript, _ bool, args []string) {
				a := arg(ts, args, 2)
				ts.Check(fill(ts.MkAbs(a[0]), complete(lines(ts.ReadFile(a[1])))[1:]))
			},
			"gbk": func(ts *testscript.TestScript, _ bool, args []string) {
				a := arg(ts, args, 2)
				b, err := simplifiedchinese.GBK.NewEncoder().String(ts.ReadFile(a[1]))
				ts.Check(err)
				ts.Check(os.WriteFile(ts.MkAbs(a[0]), []byte(b), 0o600))
			},
			"binary": func(ts *testscript.TestScript, _ bool, args []string) {
				ts.Check(os.WriteFile(ts.MkAbs(arg(ts, args, 1)[0]), []byte("\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00"), 0o600))
			},
			"cut": func(ts *testscript.TestScript, _ bool, args []string) {
				a := arg(ts, args, 3)
				n, err := strconv.Atoi(a[2])
				ts.Check(err)
				ts.Check(os.WriteFile(ts.MkAbs(a[0]), []byte(ts.ReadFile(a[1])[:n]), 0o600))
			},
		},
	})
}

func arg(ts *testscript.TestScript, args []string, n int) []string {
	if len(args) != n {
		ts.Fatalf("%d arguments, want %d", len(args), n)
	}
	return args
}

func ends(ts *testscript.TestScript, _ bool, args []string) {
	if len(args) < 1 {
		ts.Fatalf("usage: ends CODE ARGS…")
	}
	want, err := strconv.Atoi(args[0])
	ts.Check(err)
	got := 0
	if err := ts.Exec("qingdan", args[1:]...); err != nil {
		var exit *exec.ExitError
		if !errors.As(err, &exit) {
			ts.Fatalf("%v", err)
		}
		got = exit.ExitCode()
	}
	if got != want {
		ts.Fatalf("exit code %d, want %d", got, want)
	}
}

// prepare makes the two databases that scripts start from, through the
// commands.
func prepare(t *testing.T) (empty, powers string) {
	t.Helper()
	clock := func() time.Time { return time.Date(2014, 10, 10, 0, 0, 0, 0, time.UTC) }
	run := func(db string, args ...string) {
		t.Helper()
		var out, errs bytes.Buffer
		env := cli.Env{Stdin: strings.NewReader(""), Stdout: &out, Stderr: &errs, Clock: clock}
		if code := cli.Run(context.Background(), append([]string{"--db", db}, args...), env); code != 0 {
			t.Fatalf("%v: exit code %d\n%s%s", args, code, &out, &errs)
		}
	}
	file := func(name string) string { return filepath.Join("testdata", "house", name) }
	base := t.TempDir()
	empty, powers = filepath.Join(base, "empty"), filepath.Join(base, "powers")
	run(empty, "site", "--division", "371500", "--name", "示例市清单", "--sponsor", "示例市人民政府")
	for _, what := range []string{"divisions", "departments", "mandates"} {
		run(empty, "import", what, file(what+".csv"))
	}
	run(empty, "import", "laws", file("行政法规"))
	if err := os.CopyFS(powers, os.DirFS(empty)); err != nil {
		t.Fatal(err)
	}
	b, err := os.ReadFile(file("powers.tsv"))
	if err != nil {
		t.Fatal(err)
	}
	book := filepath.Join(base, "水利局.xlsx")
	if err := writeBook(book, complete(lines(string(b)))); err != nil {
		t.Fatal(err)
	}
	run(powers, "import", "powers", book)
	return empty, powers
}

// lines reads tab-separated lines; \n stands for a line break in a cell.
func lines(text string) [][]string {
	r := csv.NewReader(strings.NewReader(text))
	r.Comma, r.FieldsPerRecord, r.LazyQuotes = '\t', -1, true
	rows, err := r.ReadAll()
	if err != nil {
		return nil
	}
	for _, row := range rows {
		for i := range row {
			row[i] = strings.ReplaceAll(row[i], `\n`, "\n")
		}
	}
	return rows
}

// complete puts rows under some headers of the template under all of them,
// with an acceptable text in each column not given.
func complete(rows [][]string) [][]string {
	usual := map[string]string{
		"实施主体": "市水利局", "承办机构": "水资源科", "行使层级": "市级", "行使内容": "从河流取水", "服务对象": "单位和个人", "受理条件": "有取水需要",
		"申请材料": "取水申请书", "法定时限": "20个工作日", "承诺时限": "8个工作日", "办件类型": "承诺件", "办理环节": "受理\n审查\n决定", "审批结果": "取水许可证",
		"是否收费": "否", "办理地点": "政务服务中心", "办理时间": "工作日", "咨询电话": "0635-1000001", "监督电话": "0635-1000002",
		"责任事项": "受理责任：公示条件", "追责情形": "不履行职责的",
	}
	out := [][]string{workbook.Headers()}
	for _, row := range rows[1:] {
		line := make([]string, len(out[0]))
		for i, h := range out[0] {
			line[i] = usual[h]
			for c, given := range rows[0] {
				if given == h && c < len(row) {
					line[i] = row[c]
				}
			}
		}
		out = append(out, line)
	}
	return out
}

func writeBook(path string, rows [][]string) error {
	f := excelize.NewFile()
	defer f.Close()
	if err := setRows(f, "Sheet1", 1, rows); err != nil {
		return err
	}
	return f.SaveAs(path)
}

func fill(path string, rows [][]string) error {
	f, err := excelize.OpenFile(path)
	if err != nil {
		return err
	}
	defer f.Close()
	if err := setRows(f, f.GetSheetName(0), 2, rows); err != nil {
		return err
	}
	return f.Save()
}

func setRows(f *excelize.File, sheet string, first int, rows [][]string) error {
	for r, row := range rows {
		for c, text := range row {
			cell, err := excelize.CoordinatesToCellName(c+1, first+r)
			if err != nil {
				return err
			}
			if formula, ok := strings.CutPrefix(text, "="); ok {
				err = f.SetCellFormula(sheet, cell, formula)
			} else if text != "" {
				err = f.SetCellStr(sheet, cell, text)
			}
			if err != nil {
				return err
			}
		}
	}
	return nil
}
