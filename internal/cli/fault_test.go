package cli_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/xuri/excelize/v2"

	"qingdan/internal/cli"
	"qingdan/internal/errs"
	"qingdan/internal/platform/ledger"
	"qingdan/internal/platform/sqldb"
	"qingdan/internal/testkit"
)

// engines runs fn on an empty database of each engine, which children may
// open too. It holds a house with two departments.
func engines(t *testing.T, fn func(t *testing.T, dsn string)) {
	for _, engine := range []sqldb.Engine{sqldb.SQLite, sqldb.PostgreSQL} {
		t.Run(engine.String(), func(t *testing.T) {
			dsn := testkit.DSN(t, engine)
			furnish(t, dsn)
			fn(t, dsn)
		})
	}
}

func furnish(t *testing.T, dsn string) {
	t.Helper()
	for _, args := range [][]string{
		{"site", "--division", "371500", "--name", "示例市清单", "--sponsor", "示例市人民政府"},
		{"import", "departments", filepath.Join("testdata", "house", "departments.csv")},
	} {
		var out bytes.Buffer
		env := cli.Env{Stdin: strings.NewReader(""), Stdout: &out, Stderr: &out}
		if code := cli.Run(t.Context(), append([]string{"--db", dsn}, args...), env); code != 0 {
			t.Fatalf("%v: exit code %d\n%s", args, code, &out)
		}
	}
}

// bigBook writes a workbook of n penalties of a department, without codes.
func bigBook(t *testing.T, department string, n int) string {
	t.Helper()
	rows := [][]string{{"权力类别", "事项名称", "实施主体", "设定依据"}}
	for i := range n {
		rows = append(rows, []string{"行政处罚", fmt.Sprintf("对第%d种违法行为的处罚", i+1), department, fmt.Sprintf("《示例取水条例》第%d条", i%40+1)})
	}
	f := excelize.NewFile()
	defer f.Close()
	w, err := f.NewStreamWriter("Sheet1")
	if err != nil {
		t.Fatal(err)
	}
	for r, row := range complete(rows) {
		cells := make([]any, len(row))
		for c, text := range row {
			cells[c] = text
		}
		if err := w.SetRow(fmt.Sprintf("A%d", r+1), cells); err != nil {
			t.Fatal(err)
		}
	}
	path := filepath.Join(t.TempDir(), department+".xlsx")
	if err := errors.Join(w.Flush(), f.SaveAs(path)); err != nil {
		t.Fatal(err)
	}
	return path
}

// start runs qingdan as a process of its own.
func start(t *testing.T, args ...string) (cmd *exec.Cmd, output *bytes.Buffer) {
	t.Helper()
	cmd, output = exec.Command("qingdan", args...), &bytes.Buffer{}
	cmd.Stdout, cmd.Stderr = output, output
	cmd.Env = append(os.Environ(), clockVariable+"=")
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	return cmd, output
}

// wait gives the exit code, -1 after a kill.
func wait(t *testing.T, cmd *exec.Cmd) int {
	t.Helper()
	err := cmd.Wait()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		t.Fatal(err)
	}
	return cmd.ProcessState.ExitCode()
}

// written counts, in one state of the database, the rows that an import of
// one workbook writes, and fails when they do not belong together.
func written(t *testing.T, db *sqldb.DB) (powers int) {
	t.Helper()
	n := map[string]int{}
	err := db.Snapshot(t.Context(), func(r sqldb.Reader) error {
		for _, table := range []string{"powers", "power_versions", "changes", "import_rows", "power_citations", "search_docs where kind = 'power'"} {
			var rows int
			if err := r.QueryRow(t.Context(), "select count(*) from "+table).Scan(&rows); err != nil {
				return err
			}
			n[table] = rows
		}
		var promised int
		if err := r.QueryRow(t.Context(), `select coalesce(sum(item_rows), 0) from imports`).Scan(&promised); err != nil {
			return err
		}
		n["rows of the imports"] = promised
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	for what, rows := range n {
		if rows != n["powers"] {
			t.Fatalf("half written: %d powers, %d %s", n["powers"], rows, what)
		}
	}
	return n["powers"]
}

// inspect opens the database after a fault: all rows belong together, no
// power stands twice, the ledger verifies and tells of each power once.
func inspect(t *testing.T, dsn string) (powers int) {
	t.Helper()
	ctx := context.Background()
	db, l := testkit.OpenDSN(t, dsn)
	defer db.Close()
	powers = written(t, db)
	var names int
	if err := db.QueryRow(ctx, `select count(*) from (select distinct department_id, name from power_versions) x`).Scan(&names); err != nil {
		t.Fatal(err)
	}
	if names != powers {
		t.Errorf("%d powers under %d names: something is doubled", powers, names)
	}
	if err := errors.Join(l.Settle(ctx), l.Verify(ctx, ledger.Powers), l.Verify(ctx, ledger.Cases)); err != nil {
		t.Errorf("ledger: %v", err)
	}
	var told int
	if err := db.QueryRow(ctx, `select count(distinct subject) from ledger_entries where kind = 'power.reported'`).Scan(&told); err != nil {
		t.Fatal(err)
	}
	if told != powers {
		t.Errorf("%d powers, but the ledger tells of %d", powers, told)
	}
	return powers
}

const bigRows = 1200

func TestAnImportKilledAtAnyMomentIsWholeOrNotThere(t *testing.T) {
	book := bigBook(t, "市水利局", bigRows)
	engines(t, func(t *testing.T, dsn string) {
		// how long one takes decides when the others are killed
		probe := testkit.DSN(t, map[bool]sqldb.Engine{true: sqldb.PostgreSQL, false: sqldb.SQLite}[strings.HasPrefix(dsn, "postgres")])
		furnish(t, probe)
		begin := time.Now()
		cmd, output := start(t, "--db", probe, "import", "powers", book)
		if code := wait(t, cmd); code != 0 {
			t.Fatalf("exit code %d\n%s", code, output)
		}
		whole := time.Since(begin)

		there := 0
		for n := 0; n < 4 && there == 0; n++ {
			moment := rand.N(whole * 3 / 4)
			if n == 3 {
				moment = rand.N(whole * 11 / 10) // the last may strike around the commit
			}
			cmd, output := start(t, "--db", dsn, "import", "powers", book)
			time.Sleep(moment)
			if err := cmd.Process.Kill(); err != nil && !errors.Is(err, os.ErrProcessDone) {
				t.Fatal(err)
			}
			code := wait(t, cmd)
			if there = inspect(t, dsn); there != 0 && there != bigRows {
				t.Fatalf("killed after %v: %d of %d rows", moment, there, bigRows)
			}
			if code == 0 && there == 0 {
				t.Fatalf("acknowledged and lost\n%s", output)
			}
			t.Logf("killed after %v of %v: exit code %d, %d rows", moment.Round(time.Millisecond), whole.Round(time.Millisecond), code, there)
		}
		cmd, output = start(t, "--db", dsn, "import", "powers", book)
		want := errs.ExitOK
		if there > 0 {
			want = errs.ExitState
		}
		// a commit that was on its way when its sender died may arrive late
		if code := wait(t, cmd); code != want && code != errs.ExitState {
			t.Fatalf("the second import: exit code %d, want %d\n%s", code, want, output)
		}
		if got := inspect(t, dsn); got != bigRows {
			t.Errorf("%d rows after the second import, want %d", got, bigRows)
		}
	})
}

func TestTwoProcessesImportTwoWorkbooksAtOnce(t *testing.T) {
	one, two := bigBook(t, "市水利局", 300), bigBook(t, "市教育局", 200)
	engines(t, func(t *testing.T, dsn string) {
		first, firstSaid := start(t, "--db", dsn, "import", "powers", one)
		second, secondSaid := start(t, "--db", dsn, "import", "powers", two)
		if a, b := wait(t, first), wait(t, second); a != 0 || b != 0 {
			t.Fatalf("exit codes %d and %d\n%s%s", a, b, firstSaid, secondSaid)
		}
		if got := inspect(t, dsn); got != 500 {
			t.Errorf("%d powers, want 500", got)
		}
	})
}

func TestOfTwoProcessesWithOneWorkbookOneWins(t *testing.T) {
	book := bigBook(t, "市水利局", 200)
	engines(t, func(t *testing.T, dsn string) {
		var codes [2]int
		first, firstSaid := start(t, "--db", dsn, "import", "powers", book)
		second, secondSaid := start(t, "--db", dsn, "import", "powers", book)
		codes[0], codes[1] = wait(t, first), wait(t, second)
		if min(codes[0], codes[1]) != errs.ExitOK || max(codes[0], codes[1]) != errs.ExitState {
			t.Fatalf("exit codes %v, want one %d and one %d\n%s%s", codes, errs.ExitOK, errs.ExitState, firstSaid, secondSaid)
		}
		if !strings.Contains(firstSaid.String()+secondSaid.String(), "这个文件已经导入过") {
			t.Errorf("the loser is told\n%s%s", firstSaid, secondSaid)
		}
		if got := inspect(t, dsn); got != 200 {
			t.Errorf("%d powers, want 200", got)
		}
	})
}
