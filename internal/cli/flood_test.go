package cli_test

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"qingdan/internal/platform/ledger"
	"qingdan/internal/platform/sqldb"
	"qingdan/internal/registry/org"
	"qingdan/internal/registry/people"
	"qingdan/internal/registry/power"
	"qingdan/internal/service/consult"
)

// invite opens a notice on one power in an empty house and gives its address.
func invite(t *testing.T, dsn string) string {
	t.Helper()
	ctx := context.Background()
	db, err := sqldb.Open(ctx, dsn)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	l, err := ledger.Open(ctx, db, ledger.Options{})
	if err != nil {
		t.Fatal(err)
	}
	legal := &people.Who{Account: sqldb.NewID(), Name: "法示例", Roles: []people.Role{people.Legal}}
	var notice sqldb.ID
	if err := l.Load(ctx, legal.Actor(), func(ctx context.Context, tx *ledger.Tx) error {
		all, err := org.Departments(ctx, tx, "371500")
		if err != nil {
			return err
		}
		if _, err := power.Add(ctx, tx, power.Report{Code: "A1", Division: "371500", Origin: power.Reported, State: power.Proposed,
			Version: power.Version{Department: all[0].ID, Category: power.CategoryPermit, Name: "取水许可", Level: "市级"}}); err != nil {
			return err
		}
		notice, err = consult.OpenNotice(ctx, tx, legal, consult.Form{Title: "征求意见", Text: "现公开征求意见。", To: time.Now().AddDate(0, 0, 20).Format(time.DateOnly)})
		return err
	}); err != nil {
		t.Fatal(err)
	}
	return "/consultations/" + notice.String() + "/comments"
}

// serving starts the site and gives its address.
func serving(t *testing.T, dsn string) (cmd *exec.Cmd, base string) {
	t.Helper()
	cmd = exec.Command("qingdan", "--db", dsn, "serve", "--addr", "127.0.0.1:0", "--proxy", "127.0.0.1")
	cmd.Env = append(os.Environ(), clockVariable+"=")
	said, err := cmd.StderrPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = cmd.Process.Kill() }) // after a failure; else it has ended
	lines, address := bufio.NewReader(said), regexp.MustCompile(`http://127\.0\.0\.1:\d+`)
	for base == "" {
		line, err := lines.ReadString('\n')
		if err != nil {
			t.Fatal("the site ended without an address: ", err)
		}
		base = address.FindString(line)
	}
	go func() { _, _ = io.Copy(io.Discard, lines) }()
	return cmd, base
}

// receiptCode is the code on the slip that a person keeps.
var receiptCode = regexp.MustCompile(`[A-Z2-9]{5}(?:-[A-Z2-9]{5}){3}`)

// send sends a form and gives the code on the slip; "" when none came.
func send(base, path, from, text string) string {
	form := url.Values{"text": {text}, "item": {"A1"}, "key": {consult.NewKey()}}
	req, err := http.NewRequest(http.MethodPost, base+path, strings.NewReader(form.Encode()))
	if err != nil {
		return ""
	}
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	req.Header.Set("X-Forwarded-For", from)
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		return ""
	}
	defer res.Body.Close()
	page, err := io.ReadAll(res.Body)
	if err != nil || res.StatusCode != http.StatusOK {
		return ""
	}
	return receiptCode.FindString(string(page))
}

// Whoever holds a receipt finds their comment, also after the machine died in the
// middle of a flood.
//
// tests:开门搞清单/1
func TestASiteKilledInAFloodKeepsEveryCommentWithAReceipt(t *testing.T) {
	engines(t, func(t *testing.T, dsn string) {
		path := invite(t, dsn)
		cmd, base := serving(t, dsn)
		var mu sync.Mutex
		kept := map[string]string{}
		var wg sync.WaitGroup
		for client := range 8 {
			wg.Go(func() {
				for i := 0; ; i++ {
					text := fmt.Sprintf("第%d位的第%d条意见，希望少跑一趟", client, i)
					code := send(base, path, fmt.Sprintf("10.0.%d.%d", client, i%250), text)
					if code == "" {
						return // the site is gone
					}
					mu.Lock()
					if kept[code] = text; len(kept) == 120 {
						if err := cmd.Process.Kill(); err != nil {
							t.Error(err)
						}
					}
					mu.Unlock()
				}
			})
		}
		wg.Wait()
		if code := wait(t, cmd); code != -1 || len(kept) < 120 {
			t.Fatalf("the site ended by itself with %d after %d comments", code, len(kept))
		}
		again, base := serving(t, dsn)
		if code := send(base, path, "10.9.9.9", "重新启动之后的意见"); code == "" {
			t.Fatal("no comment is taken after the restart")
		}
		n := 0
		for code, text := range kept {
			if n++; n > 12 { // whoever asks often is slowed down
				break
			}
			res, err := http.PostForm(base+"/consultations/receipt", url.Values{"code": {code}})
			if err != nil {
				t.Fatal(err)
			}
			page, err := io.ReadAll(res.Body)
			res.Body.Close()
			if err != nil || res.StatusCode != http.StatusOK || !strings.Contains(string(page), text) {
				t.Fatalf("%s is acknowledged and lost: %s, %v", code, res.Status, err)
			}
		}
		if err := again.Process.Kill(); err != nil {
			t.Fatal(err)
		}
		wait(t, again)
		inLedger(t, dsn, kept)
	})
}

// inLedger: every receipt leads to its comment, and the log tells of each once.
func inLedger(t *testing.T, dsn string, kept map[string]string) {
	t.Helper()
	ctx := context.Background()
	db, err := sqldb.Open(ctx, dsn)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	l, err := ledger.Open(ctx, db, ledger.Options{})
	if err != nil {
		t.Fatal(err)
	}
	for code, text := range kept {
		if c, err := consult.ByReceipt(ctx, db, code); err != nil || c.Shown != text {
			t.Fatalf("%s is acknowledged and lost: %+v, %v", code, c, err)
		}
	}
	if err := l.Settle(ctx); err != nil {
		t.Fatal(err)
	}
	var comments, told int
	if err := db.QueryRow(ctx, `select (select count(*) from comments), (select count(distinct subject) from ledger_entries where kind = 'comment.submitted')`).Scan(&comments, &told); err != nil {
		t.Fatal(err)
	}
	if comments != told || comments < len(kept)+1 {
		t.Errorf("%d comments, the ledger tells of %d, %d receipts", comments, told, len(kept))
	}
	if err := l.Verify(ctx, ledger.Powers); err != nil {
		t.Error(err)
	}
}
