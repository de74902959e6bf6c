package cli_test

import (
	"bytes"
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"qingdan/internal/cli"
	"qingdan/internal/platform/sqldb"
	"qingdan/internal/web"
)

// TestThePageAndTheCommandSayTheSame: what stats --json prints and what the public
// summary answers as JSON are the same numbers, before and after decisions.
func TestThePageAndTheCommandSayTheSame(t *testing.T) {
	_, powers := prepare(t)
	dir := filepath.Join(t.TempDir(), "db")
	if err := os.CopyFS(dir, os.DirFS(powers)); err != nil {
		t.Fatal(err)
	}
	clock := func() time.Time { return time.Date(2014, 10, 15, 0, 0, 0, 0, time.UTC) }
	run := func(args ...string) []byte {
		t.Helper()
		var out, said bytes.Buffer
		if code := cli.Run(t.Context(), append([]string{"--db", dir}, args...), cli.Env{Stdout: &out, Stderr: &said, Clock: clock}); code != 0 {
			t.Fatalf("%v ends with %d: %s", args, code, said.String())
		}
		return out.Bytes()
	}
	compare := func() map[string]any {
		t.Helper()
		page, command := object(t, summaryOf(t, dir, clock)), object(t, run("stats", "--json"))
		for key, want := range command {
			switch key {
			case "flags": // the summary counts them by kind
				if want := len(want.([]any)); flagsOf(page) != want {
					t.Errorf("the page counts %d flags, the command lists %d", flagsOf(page), want)
				}
			case "normalised":
				got := page[key].(map[string]any)
				for k, want := range want.(map[string]any) {
					if k == "units" {
						continue
					}
					if diff := cmp.Diff(want, got[k]); diff != "" {
						t.Errorf("normalised.%s differs (-command +page):\n%s", k, diff)
					}
				}
			default:
				if diff := cmp.Diff(want, page[key]); diff != "" {
					t.Errorf("%s differs (-command +page):\n%s", key, diff)
				}
			}
		}
		return page
	}
	compare()
	run("check")
	file := filepath.Join(t.TempDir(), "决定.csv")
	if err := os.WriteFile(file, []byte(`事项编码,处置意见,理由类型,去向类型,去向,并入事项编码,说明,决定机关,决定日期
371500-01-001-0001,保留,,,,,,市政府,2014-11-05
371500-02-001-0001,冻结,冻结,,,,等待上级明确,市政府,2014-11-05
371500-02-001-0002,取消,减权/1 依据不足,,,,法规库中没有该办法,市政府,2014-11-05
`), 0o600); err != nil {
		t.Fatal(err)
	}
	run("import", "decisions", file)
	if hidden := compare()["normalised"].(map[string]any)["hidden"]; hidden != 1.0 {
		t.Errorf("%v hidden, want the frozen one", hidden)
	}
}

// summaryOf asks the public site of a data folder for its summary.
func summaryOf(t *testing.T, dir string, clock func() time.Time) []byte {
	t.Helper()
	db, err := sqldb.Open(t.Context(), dir)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	site, err := web.New(web.Config{DB: db, Clock: clock, Log: slog.New(slog.NewTextHandler(io.Discard, nil))})
	if err != nil {
		t.Fatal(err)
	}
	w := httptest.NewRecorder()
	site.ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/figures/summary.json", nil))
	if w.Code != http.StatusOK {
		t.Fatalf("%d: %s", w.Code, w.Body)
	}
	return w.Body.Bytes()
}

func object(t *testing.T, b []byte) map[string]any {
	t.Helper()
	var out map[string]any
	if err := json.Unmarshal(b, &out); err != nil {
		t.Fatalf("%v: %s", err, b)
	}
	return out
}

// flagsOf counts the flags of a summary.
func flagsOf(page map[string]any) int {
	n := 0
	kinds, _ := page["flag_kinds"].([]any)
	for _, k := range kinds {
		n += int(k.(map[string]any)["flags"].(float64))
	}
	return n
}
