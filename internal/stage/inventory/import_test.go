package inventory

import (
	"bytes"
	"context"
	"encoding/csv"
	"fmt"
	"strings"
	"testing"

	"qingdan/internal/errs"
	"qingdan/internal/platform/ledger"
	"qingdan/internal/platform/sqldb"
	"qingdan/internal/registry/finding"
	"qingdan/internal/registry/org"
	"qingdan/internal/registry/power"
	"qingdan/internal/testkit"
)

var tester = ledger.Actor{ID: "test", Name: "测试", Role: "操作员"}

// office opens a database of one engine with two departments.
func office(t *testing.T) (*sqldb.DB, *ledger.Ledger) {
	t.Helper()
	db, l := testkit.Open(t, sqldb.SQLite)
	err := l.Load(t.Context(), tester, func(ctx context.Context, tx *ledger.Tx) error {
		for _, d := range []org.Department{{Division: "371500", Name: "市水利局", Short: "水利局"}, {Division: "371500", Name: "市水产局", Short: "水利局"}} {
			if _, err := org.AddDepartment(ctx, tx, d); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return db, l
}

// file makes a list of powers: category, code, name, department.
func file(rows ...[4]string) []byte {
	var b bytes.Buffer
	w := csv.NewWriter(&b)
	_ = w.Write([]string{"权力类别", "事项编码", "事项名称", "实施主体", "设定依据"})
	for _, r := range rows {
		_ = w.Write(append(r[:], "《示例取水条例》第二条"))
	}
	w.Flush()
	return b.Bytes()
}

func options(name string) Options {
	return Options{File: name, Division: "371500", Origin: power.Reported, Day: "2014-10-15"}
}

func TestACodeGivenLaterInTheFileIsNotHandedOut(t *testing.T) {
	db, l := office(t)
	out, err := Import(t.Context(), l, db, tester, file(
		[4]string{"行政审批", "", "取水许可", "市水利局"}, [4]string{"行政审批", "371500-01-001-0001", "打井许可", "市水利局"},
		[4]string{"行政审批", "371500-01-001-99999999999999999999", "河道许可", "市水利局"}, [4]string{"行政审批", "", "采砂许可", "市水利局"}), options("水利局.csv"))
	if err != nil {
		t.Fatal(err)
	}
	var codes []string
	for _, it := range out.Items {
		codes = append(codes, it.Code)
	}
	if got := strings.Join(codes, " "); got != "371500-01-001-0002 371500-01-001-0001 371500-01-001-99999999999999999999 371500-01-001-0003" {
		t.Errorf("codes %s", got)
	}
}

func TestADryRunSaysWhatTheImportWouldRefuse(t *testing.T) {
	db, l := office(t)
	good := file([4]string{"行政审批", "A1", "取水许可", "市水利局"})
	if out, err := DryRun(t.Context(), db, good, options("水利局.csv")); err != nil || out.Refusal != nil {
		t.Fatalf("a good file: %v, %v", err, out.Refusal)
	}
	if _, err := Import(t.Context(), l, db, tester, good, options("水利局.csv")); err != nil {
		t.Fatal(err)
	}
	supplement := options("水利局.csv")
	supplement.Origin = power.Supplement
	for name, c := range map[string]struct {
		b    []byte
		o    Options
		want string
	}{
		"the same file":               {good, options("水利局.csv"), "已经导入过"},
		"the same file as supplement": {good, supplement, "已经导入过"},
		"a code in use":               {file([4]string{"行政审批", "A2", "打井许可", "市水利局"}, [4]string{"行政审批", "A1", "别的许可", "市水利局"}), options("二.csv"), "二.csv 第3行：事项编码 A1 已被使用"},
		"a short name of two":         {file([4]string{"行政审批", "A3", "打井许可", "水利局"}), options("三.csv"), "水利局"},
		"no category":                 {file([4]string{"", "A4", "打井许可", "市水利局"}), options("四.csv"), "必须先改正"},
	} {
		out, err := DryRun(t.Context(), db, c.b, c.o)
		if err != nil || out.Refusal == nil || !strings.Contains(errs.Message(out.Refusal), c.want) {
			t.Errorf("%s: %v, refusal %v, want one that says %q", name, err, out.Refusal, c.want)
			continue
		}
		_, err = Import(t.Context(), l, db, tester, c.b, c.o)
		if errs.Message(err) != errs.Message(out.Refusal) || errs.KindOf(err) != errs.KindOf(out.Refusal) {
			t.Errorf("%s: the import says %q, the dry run %q", name, errs.Message(err), errs.Message(out.Refusal))
		}
	}
}

// What departments report comes in under the words they use; the check holds
// against it that it is no power.
func TestWhatIsNoPowerComesInAndIsHeldAgainstTheItem(t *testing.T) {
	db, l := office(t)
	if _, err := Import(t.Context(), l, db, tester, file([4]string{"内部审批", "A1", "用印审批事项", "市水利局"}, [4]string{"便民服务", "A2", "水费查询服务", "市水利局"}), options("水利局.csv")); err != nil {
		t.Fatal(err)
	}
	out, err := Check(t.Context(), db, "2014-10-15", nil)
	if err != nil {
		t.Fatal(err)
	}
	var held []string
	for _, f := range out.Found {
		if f.Rule == "五对照/1" && f.Severity == finding.Blocks {
			held = append(held, out.Names[f.Version]+" "+f.Message)
		}
	}
	if got, want := strings.Join(held, "|"), "A1 用印审批事项 上报的类别“内部审批”不是行政权力|A2 水费查询服务 公共服务不是行政权力，应列入公共服务清单"; got != want {
		t.Errorf("held against them: %s, want %s", got, want)
	}
}

// Powers that come in while the rules run were not checked: they stay handed
// up, and no decision can rest on a check that did not see them.
func TestWhatComesInDuringACheckWaitsForTheNext(t *testing.T) {
	db, l := office(t)
	var rows [][4]string
	for i := range 500 {
		rows = append(rows, [4]string{"行政处罚", "", fmt.Sprintf("对第%d种行为的处罚", i+1), "市水利局"})
	}
	if _, err := Import(t.Context(), l, db, tester, file(rows...), options("一.csv")); err != nil {
		t.Fatal(err)
	}
	_, err := CheckAndSave(t.Context(), l, db, tester, "2014-10-15", func(int) {
		if _, err := Import(t.Context(), l, db, tester, file([4]string{"行政审批", "A1", "取水许可", "市水利局"}), options("二.csv")); err != nil {
			t.Error(err)
		}
	})
	if err != nil {
		t.Fatal(err)
	}
	for state, want := range map[power.State]int{power.Review: 500, power.HandedUp: 1} {
		got, err := power.Changes(t.Context(), db, state)
		if err != nil {
			t.Fatal(err)
		}
		if len(got) != want {
			t.Errorf("%d changes in %s, want %d", len(got), state.Label(), want)
		}
	}
}
