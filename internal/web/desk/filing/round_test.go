package filing_test

import (
	"bytes"
	"context"
	"io"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"qingdan/internal/platform/ledger"
	"qingdan/internal/platform/sqldb"
	"qingdan/internal/registry/people"
	"qingdan/internal/service/round"
	"qingdan/internal/web/staff/stafftest"
)

var seenField = regexp.MustCompile(`name="seen" value="([0-9a-f]+)"`)

// seen is what the page of handing up shows, as its form sends it.
func seen(t testing.TB, body string) string {
	t.Helper()
	m := seenField.FindStringSubmatch(body)
	if m == nil {
		t.Fatalf("nothing to sign in\n%.3000s", body)
	}
	return m[1]
}

func (o *office) submissions() []round.Submission {
	o.T.Helper()
	all, err := round.SubmissionsOf(context.Background(), o.DB, o.health)
	must(o.T, err)
	return all
}

func TestTheHeadSignsWhatTheySawAndHandsUpOnce(t *testing.T) {
	offices(t, func(t *testing.T, o *office) {
		has(t, o.page(o.head, "/desk/filing/handup"), "不能上报", "还没有可以上报的事项")
		id := o.file(o.clerk, wording("取水许可"))
		has(t, o.page(o.clerk, "/desk/filing/handup"), "一上要上报的", "由部门负责人签字")
		if a := o.Post(o.clerk, "/desk/filing/handup/sign", url.Values{"agree": {"1"}}); a.Status != http.StatusForbidden {
			t.Errorf("a clerk signs: %d", a.Status)
		}
		body := o.page(o.head, "/desk/filing/handup")
		sign := url.Values{"seen": {seen(t, body)}, "statement": {round.Statement()}}
		a := o.Post(o.head, "/desk/filing/handup/sign", sign)
		if a.Status != http.StatusBadRequest {
			t.Errorf("without the tick: %d", a.Status)
		}
		has(t, a.Body, "没有勾选声明")
		sign.Set("agree", "1")
		o.file(o.colleague, wording("河道采砂许可"))
		a = o.Post(o.head, "/desk/filing/handup/sign", sign)
		if a.Status != http.StatusConflict {
			t.Errorf("signed what nobody saw: %d", a.Status)
		}
		has(t, a.Body, "事项又有改动，没有签字")
		sign.Set("seen", seen(t, a.Body))
		if a := o.Post(o.head, "/desk/filing/handup/sign", sign); a.Status != http.StatusSeeOther {
			t.Fatalf("%d %s", a.Status, a.Body)
		}
		has(t, o.page(o.head, "/desk/filing/handup"), "王示例", "对 2 项负责", "确认一上上报 2 项")
		if a := o.Post(o.head, "/desk/filing/handup", nil); a.Status != http.StatusBadRequest || !strings.Contains(a.Body, "没有勾选确认") {
			t.Errorf("without the tick: %d", a.Status)
		}
		sure := url.Values{"sure": {"1"}}
		a = o.Post(o.head, "/desk/filing/handup", sure)
		if a.Status != http.StatusSeeOther {
			t.Fatalf("%d %s", a.Status, a.Body)
		}
		again := o.Post(o.head, "/desk/filing/handup", sure)
		if again.Status != http.StatusConflict || !strings.Contains(again.Body, "历次上报") {
			t.Errorf("sent twice: %d", again.Status)
		}
		if all := o.submissions(); len(all) != 1 || all[0].Versions != 2 {
			t.Errorf("submissions %+v", all)
		}
		receipt := o.page(o.head, a.Location)
		has(t, receipt, "已上报", "所报版本与上报时完全一样", "2 项", "王示例")
		// What is handed up stays as it is until the opinions come down.
		shut := o.Get(o.clerk, "/desk/filing/powers/"+id.String()+"/edit")
		has(t, shut.Body, "现在不能提交", "一上已经上报")
		v := copied(form(t, shut.Body), "content", "上报之后的改动", "then", "finish")
		if a := o.Post(o.clerk, "/desk/filing/powers/"+id.String()+"/edit", v); a.Status != http.StatusConflict || !strings.Contains(a.Body, "上报之后的改动") {
			t.Errorf("filled in after handing up: %d", a.Status)
		}
		has(t, o.page(o.clerk, "/desk/filing"), "一上已经上报", "看上报回执")
	})
}

func TestPapersSayWhatWasHandedUpAndHowToCheckIt(t *testing.T) {
	offices(t, func(t *testing.T, o *office) {
		o.file(o.clerk, wording("取水许可"))
		s := o.up()
		must(t, o.DB.Settle(context.Background()))
		path := "/desk/filing/submissions/" + s.ID.String()
		digest := regexp.MustCompile(`内容摘要</dt><dd class="digest">([0-9a-f]{64})<`).FindStringSubmatch(o.page(o.head, path))
		if digest == nil {
			t.Fatal("no digest on the receipt")
		}
		has(t, o.page(o.head, path), "第 ", "条")
		paper := o.page(o.head, path+"/print")
		has(t, paper, "行政权力事项上报表", "单位公章", "部门负责人（签字）", "取水许可", digest[1], "https://desk.example.gov.cn"+path+"?digest="+digest[1], "data:image/png;base64,")
		has(t, o.page(o.clerk, path+"?digest="+digest[1]), "纸上的摘要与系统里的一致")
		has(t, o.page(o.clerk, path+"?digest=00"), "不一致")
		if a := o.Get(o.head, path+"/feedback"); a.Status != http.StatusNotFound || !strings.Contains(a.Body, "还没有下达") {
			t.Errorf("%d %s", a.Status, a.Body)
		}
		o.down(s, "依据没有写到款")
		has(t, o.page(o.head, path+"/feedback"), "审核意见反馈表", "依据没有写到款", "没有答复 1", "第一审核小组")
	})
}

func TestOpinionsAreAnsweredOneByOne(t *testing.T) {
	offices(t, func(t *testing.T, o *office) {
		o.file(o.clerk, wording("取水许可"))
		o.file(o.clerk, wording("河道采砂许可"))
		s := o.up()
		o.down(s, "依据没有写到款")
		all := o.said()
		first, second := all[0], all[1]
		list := o.page(o.clerk, "/desk/filing/opinions?state=issued")
		has(t, list, "共 <strong>2</strong> 条", "依据没有写到款", "设定依据", "依据不足", "从第一条待答复的答起（2 条）")
		path := "/desk/filing/opinions/" + first.ID.String() + "?state=issued"
		body := o.page(o.clerk, path)
		has(t, body, "要采纳，先改事项", `data-key="j"`, "/desk/filing/powers/"+first.Power.String()+"/edit#f-basis", "disabled")
		for name, x := range map[string]struct {
			form   url.Values
			status int
			words  string
		}{
			"nothing chosen":       {url.Values{"reason": {"写了的理由"}}, http.StatusBadRequest, "没有选择怎样答复"},
			"refused, no reason":   {url.Values{"answer": {"refuse"}}, http.StatusBadRequest, "没有写明理由"},
			"accepted, no version": {url.Values{"answer": {"accept"}, "reason": {"写了的理由"}}, http.StatusConflict, "还没有按意见修改"},
			"no such answer":       {url.Values{"answer": {"issued"}, "reason": {"写了的理由"}}, http.StatusBadRequest, "没有选择怎样答复"},
		} {
			a := o.Post(o.clerk, path, x.form)
			if a.Status != x.status {
				t.Errorf("%s: %d", name, a.Status)
			}
			has(t, a.Body, x.words, x.form.Get("reason"))
		}
		a := o.Post(o.clerk, path, url.Values{"answer": {"refuse"}, "reason": {"条例已经写明"}, "then": {"next"}})
		if a.Status != http.StatusSeeOther || !strings.Contains(a.Location, second.ID.String()) {
			t.Fatalf("%d to %s", a.Status, a.Location)
		}
		has(t, o.page(o.clerk, a.Location), "上一条已答复", "还有 1 条", "待答复 1 条")
		edit := "/desk/filing/powers/" + second.Power.String() + "/edit"
		shown := o.page(o.clerk, edit)
		has(t, shown, "审核意见（依据不足）", "依据没有写到款", "1 条意见")
		if a := o.Post(o.clerk, edit, copied(form(t, shown), "basis", "《中华人民共和国水法》第四十八条第一款、第二款", "then", "finish")); a.Status != http.StatusSeeOther {
			t.Fatalf("%d %s", a.Status, a.Body)
		}
		path = "/desk/filing/opinions/" + second.ID.String()
		hasNot(t, o.page(o.clerk, path), "要采纳，先改事项")
		has(t, o.page(o.clerk, path), "<ins>", "第 2 版")
		a = o.Post(o.clerk, path, url.Values{"answer": {"accept"}, "then": {"next"}})
		if a.Status != http.StatusSeeOther || !strings.HasPrefix(a.Location, "/desk/filing/opinions?") {
			t.Fatalf("%d to %s: %s", a.Status, a.Location, a.Body)
		}
		has(t, o.page(o.clerk, a.Location), "已答复", "条例已经写明", "不采纳")
		has(t, o.page(o.head, "/desk/filing/submissions/"+s.ID.String()+"/feedback"), "采纳 1，部分采纳 0，不采纳 1", "已改，第 2 版", "条例已经写明")
		has(t, o.page(o.clerk, "/desk/filing/powers/"+second.Power.String()), "和一上时相比", "改了 1 处")
		has(t, o.page(o.clerk, "/desk/filing?mark=changed"), second.Name, "上报后有改动", "共 <strong>1</strong> 项")
		o.up()
		a = o.Post(o.clerk, path, url.Values{"answer": {"refuse"}, "reason": {"想改答复"}})
		if a.Status != http.StatusConflict {
			t.Errorf("an answer that went up was changed: %d", a.Status)
		}
		has(t, a.Body, "不能再改", "答复已随上报送出")
	})
}

func TestWhatIsNotHandedDownIsNotThereForTheDepartment(t *testing.T) {
	offices(t, func(t *testing.T, o *office) {
		o.file(o.clerk, wording("取水许可"))
		s := o.up()
		o.ActAs(o.leader, func(ctx context.Context, tx *ledger.Tx, who *people.Who) error {
			return round.Receive(ctx, tx, who, s.ID)
		})
		frozen, err := round.FrozenOf(context.Background(), o.DB, s.ID)
		must(t, err)
		var draft sqldb.ID
		o.ActAs(o.leader, func(ctx context.Context, tx *ledger.Tx, who *people.Who) (err error) {
			draft, err = round.Write(ctx, tx, who, round.Note{Change: frozen[0].Change, Version: frozen[0].Version, Field: "basis", Cause: "no_basis", Text: "还没有下达的话"})
			return err
		})
		for _, id := range []string{draft.String(), sqldb.NewID().String(), "1", "../edit", strings.Repeat("9", 400)} {
			if a := o.Get(o.clerk, "/desk/filing/opinions/"+url.PathEscape(id)); a.Status != http.StatusNotFound {
				t.Errorf("%s: %d", id, a.Status)
			}
			if a := o.Post(o.clerk, "/desk/filing/opinions/"+url.PathEscape(id), url.Values{"answer": {"refuse"}, "reason": {"猜到的编号"}}); a.Status != http.StatusNotFound {
				t.Errorf("POST %s: %d", id, a.Status)
			}
		}
		for _, page := range []string{"/desk/filing/opinions", "/desk/filing/powers/" + frozen[0].Power.String(), "/desk/filing"} {
			hasNot(t, o.page(o.clerk, page), "还没有下达的话", "待答复</a>")
		}
		if a := o.Get(o.clerk, "/desk/filing/opinions.xlsx"); strings.Contains(cells(t, a), "还没有下达的话") {
			t.Error("the export has what was not handed down")
		}
	})
}

// cells are the rows of an exported workbook as text.
func cells(t testing.TB, a stafftest.Answer) string {
	t.Helper()
	if a.Status != http.StatusOK {
		t.Fatalf("%d %s", a.Status, a.Body)
	}
	f, err := excelize.OpenReader(strings.NewReader(a.Body))
	must(t, err)
	defer f.Close()
	rows, err := f.GetRows(f.GetSheetName(0))
	must(t, err)
	var b strings.Builder
	for _, r := range rows {
		b.WriteString(strings.Join(r, "\t") + "\n")
	}
	return b.String()
}

func TestTheListFindsCountsAndExportsTheSame(t *testing.T) {
	offices(t, func(t *testing.T, o *office) {
		for _, name := range []string{"取水许可", "河道采砂许可", "水工程建设方案审批"} {
			o.file(o.clerk, wording(name))
		}
		w := wording("违法取水的处罚")
		w.Category, w.Elements.Duty = "行政处罚", ""
		o.file(o.clerk, w)
		for query, want := range map[string]int{
			"": 4, "?q=qsxk": 1, "?q=" + url.QueryEscape("许可"): 2, "?category=" + url.QueryEscape("行政处罚"): 1, "?mark=incomplete": 1, "?mark=drafts": 0, "?state=self_check&sort=time": 4,
			"?q=" + url.QueryEscape("取水") + "&category=" + url.QueryEscape("行政审批"): 1, "?q=371500-01-001-0002": 1,
		} {
			body := o.page(o.clerk, "/desk/filing"+query)
			if n := strings.Count(body, `<tr role="row"><td role="cell" class="code">`); n != want {
				t.Errorf("%s: %d rows, want %d", query, n, want)
			}
			has(t, body, "共 <strong>"+string(rune('0'+want))+"</strong> 项")
			if n := strings.Count(cells(t, o.Get(o.clerk, "/desk/filing.xlsx"+query)), "\n") - 3; n != want {
				t.Errorf("%s: %d rows exported, want %d", query, n, want)
			}
		}
		for _, query := range []string{"?category=x", "?state=x", "?mark=x", "?sort=x", "?department=x", "?after=x", "?q=" + strings.Repeat("长", 200)} {
			if a := o.Get(o.clerk, "/desk/filing"+query); a.Status != http.StatusBadRequest {
				t.Errorf("%s: %d", query, a.Status)
			}
		}
		has(t, o.page(o.clerk, "/desk/filing?q=zzz"), "没有符合条件的事项")
	})
}

var nextPage = regexp.MustCompile(`<a class="button plain" href="([^"]+)" rel="next">`)

func TestALongListIsTurnedWithoutLosingARow(t *testing.T) {
	db, l := openSQLite(t)
	o := open(t, db, l)
	const n = 120
	for i := range n {
		o.file(o.clerk, wording("取水许可第"+strings.Repeat("十", i%7)+strings.Repeat("一", i/7)+"类"))
	}
	for _, sort := range []string{"", "?sort=code", "?sort=time"} {
		rows := map[string]bool{}
		for path := "/desk/filing" + sort; path != ""; {
			body := o.page(o.clerk, path)
			for _, m := range regexp.MustCompile(`<td role="cell" class="code">([^<]+)<`).FindAllStringSubmatch(body, -1) {
				if rows[m[1]] {
					t.Errorf("%s: %s twice", sort, m[1])
				}
				rows[m[1]] = true
			}
			path = ""
			if m := nextPage.FindStringSubmatch(body); m != nil {
				path, _, _ = strings.Cut(strings.ReplaceAll(m[1], "&amp;", "&"), "#")
			}
		}
		if len(rows) != n {
			t.Errorf("%s: %d of %d rows", sort, len(rows), n)
		}
	}
}

// pdf is the smallest file that is a PDF.
func pdf() []byte { return []byte("%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n") }

func TestAttachmentsComeInCleanAndGoOutAsFiles(t *testing.T) {
	offices(t, func(t *testing.T, o *office) {
		path := "/desk/filing/powers/" + o.file(o.clerk, wording("取水许可")).String()
		if a := o.send(o.clerk, path+"/attachments", "C:\\..\\..\\etc\\passwd\u202e三定规定.PDF", pdf()); a.Status != http.StatusSeeOther {
			t.Fatalf("%d %s", a.Status, a.Body)
		}
		body := o.page(o.clerk, path)
		hasNot(t, body, `\etc`, "..", "\u202e")
		m := regexp.MustCompile(`<a href="(/desk/filing/attachments/[^"]+)">([^<]+)</a>`).FindStringSubmatch(body)
		if m == nil || m[2] != "passwd三定规定.pdf" {
			t.Fatalf("attachment %v", m)
		}
		a := o.Get(o.clerk, m[1])
		if a.Status != http.StatusOK || a.Body != string(pdf()) || a.Header.Get("Content-Type") != "application/pdf" || a.Header.Get("X-Content-Type-Options") != "nosniff" ||
			!strings.HasPrefix(a.Header.Get("Content-Disposition"), "attachment; ") || !strings.Contains(a.Header.Get("Content-Security-Policy"), "sandbox") || a.Header.Get("Cache-Control") != "no-store" {
			t.Errorf("%d %v", a.Status, a.Header)
		}
		has(t, o.page(o.legal, path), m[2])
		for _, p := range []*stafftest.Person{o.other} {
			if a := o.Get(p, m[1]); a.Status != http.StatusNotFound {
				t.Errorf("another department: %d", a.Status)
			}
			if a := o.Post(p, m[1]+"/remove", nil); a.Status != http.StatusNotFound {
				t.Errorf("another department: %d", a.Status)
			}
		}
		for name, content := range map[string][]byte{"网页.html": []byte("<script>alert(1)</script>"), "伪装.pdf": []byte("<html><script>"), "程序.exe": []byte("MZ\x90"), "没有扩展名": pdf(), "空的.pdf": nil} {
			a := o.send(o.clerk, path+"/attachments", name, content)
			if a.Status != http.StatusBadRequest || !strings.Contains(a.Body, `id="file-wrong"`) {
				t.Errorf("%s: %d", name, a.Status)
			}
		}
		if a := o.send(o.clerk, path+"/attachments", "再传一次.pdf", pdf()); a.Status != http.StatusConflict || !strings.Contains(a.Body, "已经上传过") {
			t.Errorf("the same file: %d", a.Status)
		}
		for range 2 { // removing twice does no harm
			if a := o.Post(o.clerk, m[1]+"/remove", nil); a.Status != http.StatusSeeOther && a.Status != http.StatusNotFound {
				t.Errorf("%d", a.Status)
			}
		}
		has(t, o.page(o.clerk, path), "没有附件")
	})
}

// flood is a body of a given size that remembers how much of it was read.
type flood struct {
	head string
	left int64
	read int64
}

func (f *flood) Read(p []byte) (int, error) {
	if f.head != "" {
		n := copy(p, f.head)
		f.head = f.head[n:]
		return n, nil
	}
	if f.left == 0 {
		return 0, io.EOF
	}
	n := int(min(f.left, int64(len(p))))
	clear(p[:n])
	f.left, f.read = f.left-int64(n), f.read+int64(n)
	return n, nil
}

func TestAFileOf200MBIsRefusedWithoutBeingReadToTheEnd(t *testing.T) {
	db, l := openSQLite(t)
	o := open(t, db, l)
	path := "/desk/filing/powers/" + o.file(o.clerk, wording("取水许可")).String()
	const size = 200 << 20
	for _, to := range []string{path + "/attachments", "/desk/filing/import"} {
		for _, announced := range []int64{size, -1} {
			b := &flood{head: "--x\r\nContent-Disposition: form-data; name=\"file\"; filename=\"大.xlsx\"\r\n\r\nPK\x03\x04", left: size}
			r, err := http.NewRequest(http.MethodPost, "http://127.0.0.1"+to, b)
			must(t, err)
			r.RemoteAddr, r.ContentLength = "192.0.2.1:40000", announced
			r.Header.Set("Content-Type", "multipart/form-data; boundary=x")
			a := o.Do(o.clerk, r)
			if a.Status != http.StatusRequestEntityTooLarge || !strings.Contains(a.Body, "文件超过 20 MB") {
				t.Errorf("%s: %d %.300s", to, a.Status, a.Body)
			}
			if limit := int64(21 << 20); announced > 0 && b.read > 0 || b.read > limit {
				t.Errorf("%s: read %d bytes of a file announced with %d", to, b.read, announced)
			}
		}
	}
}

// book makes a workbook with a header and rows.
func book(t testing.TB, rows ...[]any) []byte {
	t.Helper()
	f := excelize.NewFile()
	defer f.Close()
	all := append([][]any{{"权力类别", "事项编码", "事项名称", "实施主体", "设定依据", "是否收费", "责任事项", "追责情形", "法定时限"}}, rows...)
	for i, r := range all {
		at, err := excelize.CoordinatesToCellName(1, i+1)
		must(t, err)
		must(t, f.SetSheetRow("Sheet1", at, &r))
	}
	var b bytes.Buffer
	must(t, f.Write(&b))
	return b.Bytes()
}

var confirmForm = regexp.MustCompile(`action="(/desk/filing/jobs/[^"]+/import)"`)

func TestAWorkbookIsLookedOverBeforeItComesIn(t *testing.T) {
	offices(t, func(t *testing.T, o *office) {
		bad := book(t, []any{"行政审批", "", "取水许可", "示例市卫生健康委员会", "《水法》第四十八条", "否", "1.受理", "1.不受理", "20个工作日"},
			[]any{"行政审批", "", "", "示例市卫生健康委员会", "《水法》第七条", "否", "1.受理", "1.不受理", "20个工作日"},
			[]any{"行政审批", "", "河道采砂许可", "示例市水利局", "《水法》第三十九条", "否", "1.受理", "1.不受理", "20个工作日"})
		a := o.send(o.clerk, "/desk/filing/import", "填报.xlsx", bad)
		if a.Status != http.StatusSeeOther {
			t.Fatalf("%d %s", a.Status, a.Body)
		}
		body := o.wait(o.clerk, a.Location)
		has(t, body, "还不能导入", "单元格里的问题", "必须改正", `class="cell">C3<`, `class="cell">D4<`, "下载标注了问题的表格")
		if confirmForm.MatchString(body) {
			t.Error("a file with errors can be confirmed")
		}
		fixed := o.Get(o.clerk, a.Location+"/corrected.xlsx")
		f, err := excelize.OpenReader(strings.NewReader(fixed.Body))
		must(t, err)
		if i, err := f.GetSheetIndex("问题清单"); err != nil || i < 0 {
			t.Errorf("no list of problems in the corrected file: %v", f.GetSheetList())
		}
		must(t, f.Close())
		for _, p := range []*stafftest.Person{o.other, o.colleague} {
			for _, at := range []string{a.Location, a.Location + "/corrected.xlsx"} {
				if a := o.Get(p, at); a.Status != http.StatusNotFound {
					t.Errorf("somebody else's job: %d", a.Status)
				}
			}
			if a := o.Post(p, a.Location+"/import", nil); a.Status != http.StatusNotFound {
				t.Errorf("somebody else's job: %d", a.Status)
			}
		}
		good := book(t, []any{"行政审批", "", "取水许可", "示例市卫生健康委员会", "《水法》第四十八条", "否", "1.受理", "1.不受理", "20个工作日"})
		a = o.send(o.clerk, "/desk/filing/import", "填报.xlsx", good)
		body = o.wait(o.clerk, a.Location)
		m := confirmForm.FindStringSubmatch(body)
		if m == nil || len(o.powers()) != 0 {
			t.Fatalf("before confirming: %d powers, %.2000s", len(o.powers()), body)
		}
		has(t, body, "核对好了，还没有写入", "确认导入 1 项")
		first := o.Post(o.clerk, m[1], nil)
		again := o.Post(o.clerk, m[1], nil)
		if first.Status != http.StatusSeeOther || again.Location != first.Location {
			t.Errorf("confirmed twice: %d %s, %d %s", first.Status, first.Location, again.Status, again.Location)
		}
		has(t, o.wait(o.clerk, first.Location), "已导入", "取水许可")
		if all := o.powers(); len(all) != 1 || all[0].State != "self_check" {
			t.Errorf("powers %+v", all)
		}
		has(t, o.page(o.clerk, a.Location), "看导入结果")
		has(t, o.page(o.clerk, "/desk/filing/import"), "最近的核对和导入", "填报.xlsx")
		for name, content := range map[string][]byte{"说明.pdf": pdf(), "没有扩展名": good} {
			if a := o.send(o.clerk, "/desk/filing/import", name, content); a.Status != http.StatusBadRequest {
				t.Errorf("%s: %d", name, a.Status)
			}
		}
		broken := o.send(o.clerk, "/desk/filing/import", "坏的.xlsx", []byte("PK\x03\x04 不是表格"))
		has(t, o.wait(o.clerk, broken.Location), "没有写入任何内容")
	})
}

func TestAnImportWhileTheRoundClosesWritesNothing(t *testing.T) {
	offices(t, func(t *testing.T, o *office) {
		o.file(o.clerk, wording("河道采砂许可"))
		good := book(t, []any{"行政审批", "", "取水许可", "示例市卫生健康委员会", "《水法》第四十八条", "否", "1.受理", "1.不受理", "20个工作日"})
		a := o.send(o.clerk, "/desk/filing/import", "填报.xlsx", good)
		m := confirmForm.FindStringSubmatch(o.wait(o.clerk, a.Location))
		if m == nil {
			t.Fatal("nothing to confirm")
		}
		o.up() // the head hands up while the clerk reads the outcome
		done := o.Post(o.clerk, m[1], nil)
		has(t, o.wait(o.clerk, done.Location), "没有导入", "一上已经上报", "没有写入任何内容")
		if n := len(o.powers()); n != 1 {
			t.Errorf("%d powers", n)
		}
		has(t, o.page(o.clerk, "/desk/filing/import"), "现在不能导入")
		// The same file can be confirmed again once the opinions are down.
		o.down(o.submissions()[0], "依据没有写到款")
		again := o.Post(o.clerk, m[1], nil)
		has(t, o.wait(o.clerk, again.Location), "已导入")
	})
}
