package peers

import (
	"bytes"
	"context"
	"io"
	"mime/multipart"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"qingdan/internal/platform/ledger"
	"qingdan/internal/platform/sqldb"
	"qingdan/internal/registry/people"
	"qingdan/internal/registry/power"
	"qingdan/internal/testkit"
	"qingdan/internal/web/staff/stafftest"
	"qingdan/internal/web/ui/uitest"
)

func TestTemplatesFitTheirPages(t *testing.T) {
	uitest.Fit(t, templates, []uitest.Page{{Name: "lists", Data: ListsPage{}}, {Name: "worklist", Data: WorklistPage{}}, {Name: "difference", Data: DifferencePage{}}})
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// house is a site with two departments, their powers and people.
type house struct {
	*stafftest.Site
	water, build                            sqldb.ID
	legal, reviewer, other, clerk, auditing *stafftest.Person
}

func houses(t *testing.T, fn func(t *testing.T, h *house)) {
	testkit.Databases(t, func(t *testing.T, db *sqldb.DB, l *ledger.Ledger) {
		h := &house{Site: stafftest.New(t, db, l)}
		h.water, h.build = h.Department("示例市水利局"), h.Department("示例市住房城乡建设委")
		h.Group(1, h.water)
		h.Group(2, h.build)
		h.legal, h.reviewer, h.other = h.As(people.Legal, sqldb.ID{}, 0), h.As(people.Reviewer, sqldb.ID{}, 1), h.As(people.Reviewer, sqldb.ID{}, 2)
		h.clerk, h.auditing = h.As(people.Clerk, h.water, 0), h.As(people.AuditAdmin, sqldb.ID{}, 0)
		h.power("W1", h.water, power.CategoryPermit, "取水许可", "《取水许可和水资源费征收管理条例》第二条")
		h.power("W2", h.water, power.CategoryOther, "水利工程开工备案", "《水利工程建设管理规定》第十条")
		h.power("B1", h.build, power.CategoryPermit, "建筑工程施工许可证核发", "《中华人民共和国建筑法》第七条")
		room, err := New(Config{DB: db, Ledger: l, Clock: h.Now, Shell: h.Shell})
		must(t, err)
		h.Hang(room.Routes())
		fn(t, h)
	})
}

func (h *house) power(code string, department sqldb.ID, c power.Category, name, basis string) {
	h.T.Helper()
	v := power.Version{Department: department, Category: c, Name: name, Level: "市级", Elements: power.Elements{Basis: basis}, Citations: power.ParseBasis(basis)}
	h.Act(func(ctx context.Context, tx *ledger.Tx) error {
		_, err := power.Add(ctx, tx, power.Report{Code: code, Division: "371500", Origin: power.Reported, State: power.Review, Version: v})
		return err
	})
}

// send uploads a file as somebody.
func (h *house) send(p *stafftest.Person, fields map[string]string, name string, body io.Reader) stafftest.Answer {
	h.T.Helper()
	var b bytes.Buffer
	m := multipart.NewWriter(&b)
	for k, v := range fields {
		must(h.T, m.WriteField(k, v))
	}
	w, err := m.CreateFormFile("file", name)
	must(h.T, err)
	_, err = io.Copy(w, body)
	must(h.T, err)
	must(h.T, m.Close())
	r, err := http.NewRequest(http.MethodPost, "http://127.0.0.1"+Root, &b)
	must(h.T, err)
	r.RemoteAddr = "192.0.2.1:40000"
	r.Header.Set("Content-Type", m.FormDataContentType())
	return h.Do(p, r)
}

const neighbour = `邻市行政权力清单
序号,权力名称,实施主体,权力类型,法律依据,行使层级
1,取水许可审批,邻市水利局,行政许可,《取水许可和水资源费征收管理条例》第二条,县级
2,建筑工程施工许可证核发,邻市住建局,行政确认,《中华人民共和国建筑法》第七条,
3,水土保持方案审批,邻市水利局,行政许可,《中华人民共和国水土保持法》第二十五条,
4,户外广告登记,邻市城管局,其他,,
`

// load takes the neighbour's list in and gives its address.
func (h *house) load() string {
	h.T.Helper()
	a := h.send(h.legal, map[string]string{"title": "邻市行政权力清单"}, "邻市.csv", strings.NewReader(neighbour))
	if a.Status != http.StatusSeeOther {
		h.T.Fatalf("%d %s", a.Status, a.Body)
	}
	to, _, _ := strings.Cut(a.Location, "?")
	return to
}

// links gives the addresses of the differences of a page with their names.
func (h *house) links(p *stafftest.Person, path string) map[string]string {
	h.T.Helper()
	a := h.Get(p, path)
	if a.Status != http.StatusOK {
		h.T.Fatalf("%s: %d %s", path, a.Status, a.Body)
	}
	out := map[string]string{}
	for _, m := range regexp.MustCompile(`<td role="cell" class="short">([^<]+)</td><td role="cell" class="title"><a href="([^"]+)">([^<]+)</a>`).FindAllStringSubmatch(a.Body, -1) {
		out[m[1]+" "+m[3]] = strings.ReplaceAll(m[2], "&amp;", "&")
	}
	return out
}

func TestAListIsTakenInComparedAndWorkedOff(t *testing.T) {
	houses(t, func(t *testing.T, h *house) {
		if a := h.Get(h.legal, Root); !strings.Contains(a.Body, "还没有导入其他地方的清单") {
			t.Errorf("an empty page says nothing: %s", a.Body)
		}
		list := h.load()
		got := h.links(h.legal, list)
		for _, want := range []string{"对方有我方无 水土保持方案审批", "对方有我方无 户外广告登记", "我方有对方无 水利工程开工备案", "名称不同 取水许可", "层级不同 取水许可", "类别不同 建筑工程施工许可证核发"} {
			if got[want] == "" {
				t.Errorf("no %q in %v", want, got)
			}
		}
		if len(got) != 6 {
			t.Errorf("%d differences: %v", len(got), got)
		}
		one := got["名称不同 取水许可"]
		page := h.Get(h.reviewer, one)
		if page.Status != http.StatusOK || !strings.Contains(page.Body, "取水许可<ins>审批</ins>") || !strings.Contains(page.Body, "同一条款") {
			t.Errorf("the two sides: %d %s", page.Status, page.Body)
		}
		a := h.Post(h.reviewer, one, url.Values{"answer": {"keep"}, "note": {""}, "then": {"next"}})
		if a.Status != http.StatusBadRequest || !strings.Contains(a.Body, `aria-describedby="note-wrong"`) {
			t.Errorf("no reason: %d %s", a.Status, a.Body)
		}
		form := url.Values{"answer": {"keep"}, "note": {"国家目录就叫这个名称"}, "then": {"next"}}
		if a = h.Post(h.reviewer, one, form); a.Status != http.StatusSeeOther || !strings.Contains(a.Location, "done=1") {
			t.Fatalf("%d %s", a.Status, a.Body)
		}
		if again := h.Post(h.reviewer, one, form); again.Status != http.StatusSeeOther {
			t.Errorf("the same form twice: %d %s", again.Status, again.Body)
		}
		if a = h.Post(h.legal, one, url.Values{"answer": {"unify"}}); a.Status != http.StatusConflict || !strings.Contains(a.Body, "维持") {
			t.Errorf("somebody who had not seen it: %d %s", a.Status, a.Body)
		}
		if _, open := h.links(h.legal, list)["名称不同 取水许可"]; open {
			t.Error("what is answered still waits")
		}
		if a = h.Get(h.legal, one); !strings.Contains(a.Body, "国家目录就叫这个名称") {
			t.Error("the answer is not shown")
		}
		// A new state of the list keeps it.
		id := strings.TrimPrefix(list, Root+"/")
		if a = h.send(h.legal, map[string]string{"list": id}, "邻市2.csv", strings.NewReader(neighbour+"5,河道采砂许可,邻市水利局,行政许可,,\n")); a.Status != http.StatusSeeOther || !strings.HasPrefix(a.Location, list) {
			t.Fatalf("%d %s", a.Status, a.Body)
		}
		if h.links(h.legal, list+"?state=answered")["名称不同 取水许可"] == "" || h.links(h.legal, list)["对方有我方无 河道采砂许可"] == "" {
			t.Error("the new state lost the answer or the new item")
		}
	})
}

func TestNobodySeesThePowersOfOthers(t *testing.T) {
	houses(t, func(t *testing.T, h *house) {
		list := h.load()
		all := h.links(h.legal, list)
		for _, p := range []*stafftest.Person{h.clerk, h.auditing} {
			for _, path := range []string{Root, list, list + "/worklist.xlsx", all["名称不同 取水许可"]} {
				if a := h.Get(p, path); a.Status != http.StatusForbidden {
					t.Errorf("%s: %d", path, a.Status)
				}
			}
			if a := h.send(p, map[string]string{"title": "x"}, "x.csv", strings.NewReader(neighbour)); a.Status != http.StatusForbidden {
				t.Errorf("upload: %d", a.Status)
			}
		}
		mine := h.links(h.other, list)
		if len(mine) != 1 || mine["类别不同 建筑工程施工许可证核发"] == "" {
			t.Errorf("the other group sees %v", mine)
		}
		page := h.Get(h.other, list)
		if strings.Contains(page.Body, "取水") || strings.Contains(page.Body, "示例市水利局") {
			t.Error("names of another group's powers")
		}
		for _, path := range []string{all["名称不同 取水许可"], all["对方有我方无 户外广告登记"], list + "?department=" + h.water.String(), list + "/" + sqldb.NewID().String(), Root + "/" + sqldb.NewID().String(), Root + "/x"} {
			if a := h.Get(h.other, path); a.Status != http.StatusNotFound {
				t.Errorf("%s: %d", path, a.Status)
			}
		}
		if a := h.Post(h.other, all["名称不同 取水许可"], url.Values{"answer": {"unify"}}); a.Status != http.StatusNotFound {
			t.Errorf("an answer on another group's: %d", a.Status)
		}
		if a := h.Get(h.other, list+"?q=取水"); strings.Contains(a.Body, "取水许可审批") || !strings.Contains(a.Body, "没有符合条件") {
			t.Error("found by searching")
		}
		if rows := h.sheet(h.other, list+"/worklist.xlsx?state=all"); len(rows) != 1 {
			t.Errorf("exported %v", rows)
		}
		if rows := h.sheet(h.legal, list+"/worklist.xlsx?kind=missing_here"); len(rows) != 2 || rows[0][0] != "对方有我方无" {
			t.Errorf("exported %v", rows)
		}
	})
}

// sheet reads the rows of an export below its heads.
func (h *house) sheet(p *stafftest.Person, path string) [][]string {
	h.T.Helper()
	a := h.Get(p, path)
	x, err := excelize.OpenReader(strings.NewReader(a.Body))
	must(h.T, err)
	defer x.Close()
	rows, err := x.GetRows("外地对照")
	must(h.T, err)
	return rows[3:]
}

func TestAFileThatIsNoListIsRefusedOnTheForm(t *testing.T) {
	houses(t, func(t *testing.T, h *house) {
		for what, c := range map[string]struct {
			fields map[string]string
			file   string
			body   string
			status int
			words  string
		}{
			"no title":         {nil, "邻市.csv", neighbour, http.StatusBadRequest, "没有写清单名称"},
			"no heading":       {map[string]string{"title": "邻市"}, "邻市.csv", "甲,乙\n1,2\n", http.StatusBadRequest, "找不到表头"},
			"lines without":    {map[string]string{"title": "邻市"}, "邻市.csv", "名称\n取水许可\n\"\",x\n", http.StatusBadRequest, "A3"},
			"not a workbook":   {map[string]string{"title": "邻市"}, "邻市.xlsx", "PK\x03\x04 and no more", http.StatusBadRequest, "不是能读取的"},
			"an old workbook":  {map[string]string{"title": "邻市"}, "邻市.xls", "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", http.StatusBadRequest, "旧版或加密"},
			"no division":      {map[string]string{"title": "邻市", "division": "37"}, "邻市.csv", neighbour, http.StatusBadRequest, "division-wrong"},
			"an empty file":    {map[string]string{"title": "邻市"}, "邻市.csv", "", http.StatusBadRequest, "空"},
			"too large a file": {map[string]string{"title": "邻市"}, "邻市.csv", "名称\n" + strings.Repeat("x", 23<<20), http.StatusRequestEntityTooLarge, "超过 20 兆"},
		} {
			if what == "lines without" {
				c.body = "编码,名称\nA1,取水许可\nA2,\n"
				c.words = "B3"
			}
			a := h.send(h.legal, c.fields, c.file, strings.NewReader(c.body))
			if a.Status != c.status || !strings.Contains(a.Body, c.words) || strings.Contains(a.Body, "邻市.csv</a>") {
				t.Errorf("%s: %d, want %d and %q", what, a.Status, c.status, c.words)
			}
		}
		if a := h.Get(h.legal, Root); !strings.Contains(a.Body, "还没有导入") {
			t.Error("something was taken in")
		}
		list := h.load()
		if a := h.send(h.legal, map[string]string{"title": " 邻市行政权力清单 "}, "x.csv", strings.NewReader("名称\n甲许可\n")); a.Status != http.StatusBadRequest || !strings.Contains(a.Body, "已经导入过") {
			t.Errorf("a list under the name of another: %d", a.Status)
		}
		if len(h.links(h.legal, list)) != 6 {
			t.Error("the list that was there is another now")
		}
		if a := h.send(h.legal, map[string]string{"list": sqldb.NewID().String()}, "x.csv", strings.NewReader(neighbour)); a.Status != http.StatusNotFound {
			t.Errorf("a forged list: %d", a.Status)
		}
	})
}

// endless is a body that does not end for a long while and counts what is read.
type endless struct{ read int64 }

func (e *endless) Read(b []byte) (int, error) {
	if e.read > 100<<20 {
		return 0, io.ErrUnexpectedEOF
	}
	e.read += int64(len(b))
	return len(b), nil
}

func TestAHugeUploadIsNotReadToItsEnd(t *testing.T) {
	houses(t, func(t *testing.T, h *house) {
		for _, declared := range []int64{200 << 20, -1} {
			e := &endless{}
			r, err := http.NewRequest(http.MethodPost, "http://127.0.0.1"+Root, io.MultiReader(
				strings.NewReader("--x\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.csv\"\r\n\r\n"), e))
			must(t, err)
			r.RemoteAddr, r.ContentLength = "192.0.2.1:40000", declared
			r.Header.Set("Content-Type", "multipart/form-data; boundary=x")
			a := h.Do(h.legal, r)
			if a.Status != http.StatusRequestEntityTooLarge || !strings.Contains(a.Body, "超过 20 兆") || e.read > 24<<20 {
				t.Errorf("declared %d: %d after %d bytes", declared, a.Status, e.read)
			}
		}
	})
}

func TestAnItemIsOneOfOursUnderAnotherName(t *testing.T) {
	houses(t, func(t *testing.T, h *house) {
		list := h.load()
		one := h.links(h.legal, list)["对方有我方无 户外广告登记"]
		if a := h.Post(h.legal, one, url.Values{"answer": {"same"}, "code": {"没有"}}); a.Status != http.StatusBadRequest || !strings.Contains(a.Body, "power-wrong") {
			t.Errorf("no such code: %d", a.Status)
		}
		if a := h.Post(h.legal, one, url.Values{"answer": {"add"}}); a.Status != http.StatusBadRequest || !strings.Contains(a.Body, "department-wrong") {
			t.Errorf("no department: %d", a.Status)
		}
		if a := h.Post(h.legal, one, url.Values{"answer": {"same"}, "code": {"W2"}, "then": {"stay"}}); a.Status != http.StatusSeeOther {
			t.Fatalf("%d %s", a.Status, a.Body)
		}
		if a := h.Get(h.legal, list); !strings.Contains(a.Body, "请重新比对") {
			t.Error("nobody is told to compare anew")
		}
		if a := h.Post(h.legal, list+"/align", nil); a.Status != http.StatusSeeOther {
			t.Fatalf("%d %s", a.Status, a.Body)
		}
		if got := h.links(h.legal, list); got["名称不同 水利工程开工备案"] == "" || got["我方有对方无 水利工程开工备案"] != "" {
			t.Errorf("%v", got)
		}
	})
}
