package filing_test

import (
	"bytes"
	"context"
	"fmt"
	"html"
	"mime/multipart"
	"net/http"
	"net/textproto"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"qingdan/internal/platform/blob"
	"qingdan/internal/platform/job"
	"qingdan/internal/platform/ledger"
	"qingdan/internal/platform/sqldb"
	"qingdan/internal/registry/people"
	"qingdan/internal/registry/power"
	"qingdan/internal/service/round"
	"qingdan/internal/stage/inventory"
	"qingdan/internal/testkit"
	"qingdan/internal/web/desk/filing"
	"qingdan/internal/web/staff/stafftest"
)

// office is a city with two departments in the middle of a clearing.
type office struct {
	*stafftest.Site
	health, water                        sqldb.ID
	campaign                             sqldb.ID
	clerk, colleague, head, other, legal *stafftest.Person
	leader                               *stafftest.Person
	jobs                                 *job.Runner
	due                                  string
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// open makes the office. Nothing is filled in yet.
func open(t testing.TB, db *sqldb.DB, l *ledger.Ledger) *office {
	t.Helper()
	o := &office{Site: stafftest.New(t, db, l)}
	blobs, err := blob.OpenFolder(t.TempDir())
	must(t, err)
	o.jobs = job.New(db, job.Options{})
	t.Cleanup(func() { o.jobs.Close(context.Background()) })
	pages, err := filing.New(filing.Config{DB: db, Ledger: l, Clock: o.Now, Shell: o.Shell, Blobs: blobs, Jobs: o.jobs, BaseURL: "https://desk.example.gov.cn"})
	must(t, err)
	o.Hang(pages.Routes())
	o.health, o.water = o.Department("示例市卫生健康委员会"), o.Department("示例市水利局")
	o.Group(1, o.health, o.water)
	o.clerk = o.Add(stafftest.Person{Name: "张示例", Roles: []people.Role{people.Clerk}, Department: o.health})
	o.colleague = o.Add(stafftest.Person{Name: "李示例", Roles: []people.Role{people.Clerk}, Department: o.health})
	o.head = o.Add(stafftest.Person{Name: "王示例", Roles: []people.Role{people.Head}, Department: o.health})
	o.other = o.As(people.Clerk, o.water, 0)
	o.legal = o.As(people.Legal, sqldb.ID{}, 0)
	o.leader = o.As(people.GroupLeader, sqldb.ID{}, 1)
	o.due = round.Civil(time.Now().AddDate(0, 0, 12))
	o.ActAs(o.legal, func(ctx context.Context, tx *ledger.Tx, who *people.Who) (err error) {
		late := round.Civil(time.Now().AddDate(0, 1, 0))
		o.campaign, err = round.Open(ctx, tx, who, round.Plan{Title: "2026年权责清单清理", Departments: []sqldb.ID{o.health, o.water}, Due: [round.Final]string{o.due, late, late, late}})
		return err
	})
	return o
}

// offices runs a test in an office on each engine.
func offices(t *testing.T, fn func(t *testing.T, o *office)) {
	testkit.Databases(t, func(t *testing.T, db *sqldb.DB, l *ledger.Ledger) { fn(t, open(t, db, l)) })
}

// wording is a power with every mandatory element.
func wording(name string) inventory.Wording {
	fee := false
	return inventory.Wording{Name: name, Category: power.CategoryPermit, SchemeCategory: "行政审批", Level: "市级", Initiative: power.OnApplication, Elements: power.Elements{
		Basis: "《中华人民共和国水法》第四十八条第一款", Office: "行政审批科", Content: "对直接取用水资源的申请作出许可", Object: "自然人、企业法人", Conditions: "有合法的取水口",
		Materials: "取水许可申请书\n水资源论证报告", Statutory: &power.Limit{Days: 45, Unit: "工作日"}, StatutoryText: "45个工作日", Promised: &power.Limit{Days: 20, Unit: "工作日"}, PromisedText: "20个工作日",
		Steps: "受理\n审查\n决定\n送达", Result: "取水许可证", Fee: &fee, Place: "政务服务大厅", Hours: "工作日9:00-17:00", Phone: "0635-0000000", Complaint: "0635-0000001",
		Duty: "1.受理责任：公示依法应当提交的材料", Accountability: "1.对符合条件的申请不予受理的",
	}}
}

// file makes a power of a department, as somebody of it.
func (o *office) file(p *stafftest.Person, w inventory.Wording) (id sqldb.ID) {
	o.T.Helper()
	who := o.Who(p)
	ctx := context.Background()
	var d inventory.Draft
	must(o.T, o.DB.Write(ctx, func(tx *sqldb.Tx) (err error) {
		d, err = inventory.SaveDraft(sqldb.Inside(ctx), tx, who, inventory.Draft{Wording: w}, o.Now())
		return err
	}))
	o.ActAs(p, func(ctx context.Context, tx *ledger.Tx, who *people.Who) error {
		done, err := inventory.Finish(ctx, tx, who, d.ID, d.No, "")
		id = done.Power
		return err
	})
	return id
}

// up signs and hands up what the health department has.
func (o *office) up() (s round.Submission) {
	o.T.Helper()
	o.ActAs(o.head, func(ctx context.Context, tx *ledger.Tx, who *people.Who) error {
		_, err := round.Sign(ctx, tx, who, o.health, round.Statement())
		return err
	})
	o.ActAs(o.head, func(ctx context.Context, tx *ledger.Tx, who *people.Who) (err error) {
		s, err = round.HandUp(ctx, tx, who, o.health)
		return err
	})
	return s
}

// down receives a submission, objects to the basis of every power and hands down.
func (o *office) down(s round.Submission, text string) {
	o.T.Helper()
	o.ActAs(o.leader, func(ctx context.Context, tx *ledger.Tx, who *people.Who) error {
		return round.Receive(ctx, tx, who, s.ID)
	})
	frozen, err := round.FrozenOf(context.Background(), o.DB, s.ID)
	must(o.T, err)
	for _, x := range frozen {
		o.ActAs(o.leader, func(ctx context.Context, tx *ledger.Tx, who *people.Who) error {
			_, err := round.Write(ctx, tx, who, round.Note{Change: x.Change, Version: x.Version, Field: "basis", Cause: "no_basis", Text: text})
			return err
		})
	}
	o.ActAs(o.leader, func(ctx context.Context, tx *ledger.Tx, who *people.Who) error {
		_, err := round.HandDown(ctx, tx, who, s.ID)
		return err
	})
}

// said reads the opinions on the health department's powers.
func (o *office) said() []round.Opinion {
	o.T.Helper()
	all, err := round.Opinions(context.Background(), o.DB, round.Query{Scope: people.Scope{Departments: []sqldb.ID{o.health}}})
	must(o.T, err)
	return all
}

// page asks for a page that must come.
func (o *office) page(p *stafftest.Person, path string) string {
	o.T.Helper()
	a := o.Get(p, path)
	if a.Status != http.StatusOK {
		o.T.Fatalf("%s: %d %s", path, a.Status, a.Body)
	}
	return a.Body
}

// has fails when a text lacks words.
func has(t testing.TB, body string, words ...string) {
	t.Helper()
	for _, w := range words {
		if !strings.Contains(body, w) {
			t.Errorf("%q is missing in\n%.3000s", w, body)
		}
	}
}

// lacks fails when a text has words.
func hasNot(t testing.TB, body string, words ...string) {
	t.Helper()
	for _, w := range words {
		if strings.Contains(body, w) {
			t.Errorf("%q stands in the page", w)
		}
	}
}

var (
	hiddenField = regexp.MustCompile(`<input type="hidden" name="([^"]+)" value="([^"]*)">`)
	inputField  = regexp.MustCompile(`<input id="[^"]+" name="([^"]+)" type="text" value="([^"]*)"`)
	areaField   = regexp.MustCompile(`(?s)<textarea id="[^"]+" name="([^"]+)"[^>]*>(.*?)</textarea>`)
	selectField = regexp.MustCompile(`(?s)<select id="[^"]+" name="([^"]+)"[^>]*>(.*?)</select>`)
	chosen      = regexp.MustCompile(`<option value="([^"]*)" selected>`)
	radioField  = regexp.MustCompile(`<input type="radio" name="([^"]+)" value="([^"]*)" checked`)
	filingForm  = regexp.MustCompile(`(?s)<form class="filing".*</form>`)
)

// form reads the fields of the form of all elements as a browser would send them.
func form(t testing.TB, body string) url.Values {
	t.Helper()
	body = filingForm.FindString(body)
	v := url.Values{}
	for _, re := range []*regexp.Regexp{hiddenField, inputField, areaField, radioField} {
		for _, m := range re.FindAllStringSubmatch(body, -1) {
			v.Set(m[1], html.UnescapeString(m[2]))
		}
	}
	for _, m := range selectField.FindAllStringSubmatch(body, -1) {
		v.Set(m[1], "")
		if c := chosen.FindStringSubmatch(m[2]); c != nil {
			v.Set(m[1], html.UnescapeString(c[1]))
		}
	}
	if v.Get("draft") == "" {
		t.Fatalf("no form in\n%.2000s", body)
	}
	return v
}

// send uploads a file under a name as the browser wrote it.
func (o *office) send(p *stafftest.Person, path, name string, content []byte) stafftest.Answer {
	o.T.Helper()
	var b bytes.Buffer
	w := multipart.NewWriter(&b)
	h := textproto.MIMEHeader{}
	h.Set("Content-Disposition", fmt.Sprintf(`form-data; name="file"; filename="%s"`, name))
	part, err := w.CreatePart(h)
	must(o.T, err)
	_, err = part.Write(content)
	must(o.T, err)
	must(o.T, w.Close())
	r, err := http.NewRequest(http.MethodPost, "http://127.0.0.1"+path, &b)
	must(o.T, err)
	r.RemoteAddr = "192.0.2.1:40000"
	r.Header.Set("Content-Type", w.FormDataContentType())
	return o.Do(p, r)
}

// wait follows a job to its end and gives the page of its outcome.
func (o *office) wait(p *stafftest.Person, href string) string {
	o.T.Helper()
	for range 400 {
		body := o.page(p, href)
		if !strings.Contains(body, `id="progress"`) {
			return body
		}
		time.Sleep(25 * time.Millisecond)
	}
	o.T.Fatal("the job never ended")
	return ""
}

// openSQLite opens a database for a test that is not about the engine.
func openSQLite(t testing.TB) (*sqldb.DB, *ledger.Ledger) {
	t.Helper()
	return testkit.Open(t, sqldb.SQLite)
}
