package filing_test

import (
	"context"
	"io"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"qingdan/internal/platform/blob"
	"qingdan/internal/platform/job"
	"qingdan/internal/platform/ledger"
	"qingdan/internal/platform/sqldb"
	"qingdan/internal/registry/document"
	"qingdan/internal/registry/people"
	"qingdan/internal/web/staff/stafftest"
)

// late is an upload that does something between its first bytes and its last.
type late struct {
	io.Reader
	between func()
}

func (l *late) Read(p []byte) (int, error) {
	if l.between != nil {
		l.between()
		l.between = nil
	}
	return l.Reader.Read(p)
}

// sendLate uploads a file; between happens while it is on its way.
func (o *office) sendLate(p *stafftest.Person, path, name string, content []byte, between func()) stafftest.Answer {
	o.T.Helper()
	head := "--x\r\nContent-Disposition: form-data; name=\"file\"; filename=\"" + name + "\"\r\n\r\n"
	body := io.MultiReader(strings.NewReader(head), &late{strings.NewReader(string(content) + "\r\n--x--\r\n"), between})
	r, err := http.NewRequest(http.MethodPost, "http://127.0.0.1"+path, body)
	must(o.T, err)
	r.RemoteAddr = "192.0.2.1:40000"
	r.Header.Set("Content-Type", "multipart/form-data; boundary=x")
	return o.Do(p, r)
}

// losses are the ways in which a clerk may lose the right to fill in.
func losses(o *office) map[string]func(ctx context.Context, tx *ledger.Tx, id sqldb.ID) error {
	return map[string]func(ctx context.Context, tx *ledger.Tx, id sqldb.ID) error{
		"disabled": func(ctx context.Context, tx *ledger.Tx, id sqldb.ID) error { return people.Disable(ctx, tx, id, "") },
		"role": func(ctx context.Context, tx *ledger.Tx, id sqldb.ID) error {
			return people.SetRoles(ctx, tx, id, []people.Role{people.Window})
		},
	}
}

func TestAFileHeldBackGainsNothing(t *testing.T) {
	offices(t, func(t *testing.T, o *office) {
		id := o.file(o.clerk, wording("取水许可"))
		sheet := book(t, []any{"行政审批", "", "采砂许可", "示例市卫生健康委员会", "《水法》第三十九条", "否", "1.受理", "1.不受理", "20个工作日"})
		for what, lose := range losses(o) {
			for to, content := range map[string][]byte{"/desk/filing/powers/" + id.String() + "/attachments": pdf(), "/desk/filing/import": sheet} {
				p, name := o.As(people.Clerk, o.health, 0), "表.xlsx"
				if to != "/desk/filing/import" {
					name = "表.pdf"
				}
				a := o.sendLate(p, to, name, content, func() {
					o.Act(func(ctx context.Context, tx *ledger.Tx) error { return lose(ctx, tx, p.ID) })
				})
				if a.Status != http.StatusForbidden || what == "disabled" && !strings.Contains(a.Body, "登录已失效") {
					t.Errorf("%s, %s: %d %.300s", what, to, a.Status, a.Body)
				}
				jobs, err := o.jobs.List(context.Background(), p.ID, 5)
				if err != nil || len(jobs) != 0 {
					t.Errorf("%s: %d jobs, %v", what, len(jobs), err)
				}
			}
		}
		path := "/desk/filing/powers/" + id.String()
		a := o.sendLate(o.clerk, path+"/attachments", "表.pdf", pdf(), func() { o.up() })
		if a.Status != http.StatusConflict {
			t.Errorf("handed up meanwhile: %d %.300s", a.Status, a.Body)
		}
		if all, err := document.List(context.Background(), o.DB, id); err != nil || len(all) != 0 {
			t.Errorf("%d attachments, %v", len(all), err)
		}
	})
}

func TestAnImportAsksForRightsAnew(t *testing.T) {
	offices(t, func(t *testing.T, o *office) {
		good := book(t, []any{"行政审批", "", "取水许可", "示例市卫生健康委员会", "《水法》第四十八条", "否", "1.受理", "1.不受理", "20个工作日"})
		all := losses(o)
		all["moved"] = func(ctx context.Context, tx *ledger.Tx, id sqldb.ID) error {
			return people.SetPost(ctx, tx, id, o.water, 0)
		}
		for what, lose := range all {
			p := o.As(people.Clerk, o.health, 0)
			a := o.send(p, "/desk/filing/import", "填报.xlsx", good)
			m := confirmForm.FindStringSubmatch(o.wait(p, a.Location))
			if m == nil {
				t.Fatal("nothing to confirm")
			}
			// Work that fills both places of the runner holds the import back.
			release := make(chan struct{})
			running := make(chan struct{}, 2)
			for range 2 {
				_, err := o.jobs.Start(context.Background(), o.legal.ID, "test.wait", "等待", func(context.Context, *job.Progress) (any, error) {
					running <- struct{}{}
					<-release
					return nil, nil
				})
				must(t, err)
			}
			<-running
			<-running
			o.Post(p, m[1], nil)
			o.Act(func(ctx context.Context, tx *ledger.Tx) error { return lose(ctx, tx, p.ID) })
			close(release)
			var j job.Job
			for range 400 {
				jobs, err := o.jobs.List(context.Background(), p.ID, 5)
				must(t, err)
				if i := slices.IndexFunc(jobs, func(j job.Job) bool { return strings.HasPrefix(j.Kind, "filing.import") }); i >= 0 {
					j = jobs[i]
				}
				if j.State.Ended() && j.Kind != "" {
					break
				}
				time.Sleep(10 * time.Millisecond)
			}
			if j.State != job.Failed || !strings.Contains(j.Message, "没有写入任何内容") || len(o.powers()) != 0 {
				t.Errorf("%s: %s %q, %d powers", what, j.State, j.Message, len(o.powers()))
			}
		}
	})
}

func TestAFullPowerTakesNoFileIn(t *testing.T) {
	db, l := openSQLite(t)
	o := open(t, db, l)
	id := o.file(o.clerk, wording("取水许可"))
	for i := range document.MaxOfSubject {
		o.ActAs(o.clerk, func(ctx context.Context, tx *ledger.Tx, who *people.Who) error {
			_, err := document.Attach(ctx, tx, "371500", id, o.health, who.Account, document.Taken{Name: "a.pdf", Media: "application/pdf", Size: 1, Digest: blob.Digest{byte(i), 1}})
			return err
		})
	}
	begun := false
	a := o.sendLate(o.clerk, "/desk/filing/powers/"+id.String()+"/attachments", "表.pdf", pdf(), func() { begun = true })
	if a.Status != http.StatusConflict || !strings.Contains(a.Body, "附件已有 50 个") || begun {
		t.Errorf("%d, read %t", a.Status, begun)
	}
}
