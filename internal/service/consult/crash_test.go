package consult_test

import (
	"bufio"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"sync"
	"testing"

	"qingdan/internal/platform/ledger"
	"qingdan/internal/platform/sqldb"
	"qingdan/internal/service/consult"
	"qingdan/internal/testkit"
)

// childDSN and childNotice tell a copy of the test program to send comments until
// it is killed.
const (
	childDSN    = "QINGDAN_TEST_CHILD_DSN"
	childNotice = "QINGDAN_TEST_CHILD_NOTICE"
)

// TestChildSendsCommentsUntilKilled is the child's part of the next test.
func TestChildSendsCommentsUntilKilled(t *testing.T) {
	dsn := os.Getenv(childDSN)
	if dsn == "" {
		t.Skip("runs only as a child of TestKillDuringAFloodLosesNoAcknowledgedComment")
	}
	notice, err := sqldb.ParseID(os.Getenv(childNotice))
	must(t, err)
	h := connect(t, dsn)
	var mu sync.Mutex // one acknowledgement per line
	var wg sync.WaitGroup
	for client := range 8 {
		wg.Go(func() {
			for i := 0; ; i++ {
				text := fmt.Sprintf("请把这一项留在市里办，编号 %d-%d", client, i)
				if i%2 == 0 {
					text = "请把这一项留在市里办"
				}
				r, err := h.send(notice, "", text)
				if err != nil {
					t.Error(err)
					return
				}
				mu.Lock()
				fmt.Printf("ack %s %s\n", r.Code, text)
				mu.Unlock()
			}
		})
	}
	wg.Wait()
}

// tests:开门搞清单/1
func TestKillDuringAFloodLosesNoAcknowledgedComment(t *testing.T) {
	for _, engine := range []sqldb.Engine{sqldb.SQLite, sqldb.PostgreSQL} {
		t.Run(engine.String(), func(t *testing.T) {
			dsn := testkit.DSN(t, engine)
			h := build(t, dsn)
			notice := h.open(t)
			must(t, h.db.Close())
			acknowledged := flood(t, dsn, notice, 200)
			after := connect(t, dsn)
			if _, err := after.send(notice, "", "重新启动之后"); err != nil {
				t.Fatal(err)
			}
			for code, text := range acknowledged {
				c, err := consult.ByReceipt(after.ctx, after.db, code)
				if err != nil || c.Shown != text || c.State != consult.Waiting {
					t.Fatalf("acknowledged and lost: %q, %+v, %v", text, c, err)
				}
			}
			all := after.public(t, consult.CommentQuery{Notice: notice})
			kinds, _ := after.acts(t)
			if kinds["comment.submitted"] != len(all) || len(all) < len(acknowledged)+1 {
				t.Errorf("%d comments, %d entries, %d acknowledged", len(all), kinds["comment.submitted"], len(acknowledged))
			}
			sizes := map[sqldb.ID]int{}
			for _, c := range all {
				sizes[c.Group]++
			}
			for _, c := range all {
				if c.Size != sizes[c.Group] {
					t.Fatalf("a group of %d has %d", c.Size, sizes[c.Group])
				}
			}
			must(t, after.l.Verify(after.ctx, ledger.Powers))
		})
	}
}

// flood starts a child on the database, kills it after enough acknowledgements and
// gives the text of each by its code.
func flood(t *testing.T, dsn string, notice sqldb.ID, enough int) map[string]string {
	t.Helper()
	child := exec.Command(os.Args[0], "-test.run=^TestChildSendsCommentsUntilKilled$", "-test.v")
	child.Env = append(os.Environ(), childDSN+"="+dsn, childNotice+"="+notice.String())
	out, err := child.StdoutPipe()
	must(t, err)
	must(t, child.Start())
	acks := map[string]string{}
	lines := bufio.NewScanner(out)
	for lines.Scan() {
		rest, ok := strings.CutPrefix(lines.Text(), "ack ")
		code, text, whole := strings.Cut(rest, " ")
		if !ok || !whole {
			continue
		}
		if acks[code] = text; len(acks) == enough {
			must(t, child.Process.Kill())
		}
	}
	if err := child.Wait(); err == nil || len(acks) < enough {
		t.Fatalf("the child ended by itself: %v, %d acknowledgements", err, len(acks))
	}
	return acks
}
