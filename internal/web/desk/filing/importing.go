package filing

import (
	"bytes"
	"context"
	"encoding/hex"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"path"
	"slices"
	"strings"

	"qingdan/internal/errs"
	"qingdan/internal/platform/blob"
	"qingdan/internal/platform/job"
	"qingdan/internal/platform/sqldb"
	"qingdan/internal/registry/document"
	"qingdan/internal/registry/people"
	"qingdan/internal/service/round"
	"qingdan/internal/stage/inventory"
	"qingdan/internal/stage/inventory/workbook"
	"qingdan/internal/web/staff"
	"qingdan/internal/web/ui"
)

const importTitle = "用 Excel 导入"

// maxWorkbook is the largest workbook, in bytes: the 5,029 powers of a city with
// all their elements have some 6 MB.
const maxWorkbook = 20 << 20

// The kinds of jobs. An import bears the id of its dry run behind it, so that
// confirming twice starts one.
const (
	dryRunKind = "filing.dryrun"
	importKind = "filing.import"
)

// dryRun is the result of the job that looks a workbook over.
type dryRun struct {
	Blob  string // digest of the file
	Filed *inventory.Filed
}

// JobRow is one earlier import.
type JobRow struct {
	Title, Href, At string
	State           ui.Light
}

// ImportPage is where a workbook is uploaded.
type ImportPage struct {
	ui.Frame
	Department   string
	NotNow       string
	Failed       string
	TemplateHref string
	Earlier      []JobRow
}

func (f *Filing) importPage(w http.ResponseWriter, r *http.Request, who *people.Who) error {
	return f.showImport(w, r, who, http.StatusOK, "")
}

func (f *Filing) showImport(w http.ResponseWriter, r *http.Request, who *people.Who, status int, failed string) error {
	frame, err := f.frame(r, who, importPath, importTitle, Root, home())
	if err != nil {
		return err
	}
	page := ImportPage{Frame: frame, Department: who.DepartmentName, Failed: failed, TemplateHref: importPath + "/template.xlsx"}
	if err := round.Filling(r.Context(), f.cfg.DB, who.Department); told(err) {
		page.NotNow = staff.Words(err)
	} else if err != nil {
		return err
	}
	jobs, err := f.cfg.Jobs.List(r.Context(), who.Account, 20)
	if err != nil {
		return err
	}
	for _, j := range jobs {
		if !ours(j) || len(page.Earlier) == 10 {
			continue
		}
		page.Earlier = append(page.Earlier, JobRow{Title: j.Title, Href: jobHref(j.ID), At: minute(j.Begun), State: jobLight(j.State)})
	}
	return f.show(w, r, status, "import", page)
}

func ours(j job.Job) bool { return j.Kind == dryRunKind || strings.HasPrefix(j.Kind, importKind) }

func jobHref(id sqldb.ID) string { return jobsPath + "/" + id.String() }

func jobLight(s job.State) ui.Light {
	tone := ""
	switch s {
	case job.Done:
		tone = "ok"
	case job.Failed, job.Interrupted:
		tone = "bad"
	case job.Cancelled:
		tone = "still"
	}
	return ui.Light{Tone: tone, Word: s.Label()}
}

// template hands out the workbook to fill in.
func (f *Filing) template(w http.ResponseWriter, _ *http.Request, _ *people.Who) error {
	b, err := workbook.Template()
	if err != nil {
		return err
	}
	sendWorkbook(w, "权责事项填报模板.xlsx", b)
	return nil
}

func sendWorkbook(w http.ResponseWriter, name string, b []byte) {
	h := w.Header()
	h.Set("Content-Type", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")
	h.Set("Content-Disposition", `attachment; filename="workbook.xlsx"; filename*=UTF-8''`+url.PathEscape(name))
	h.Set("X-Content-Type-Options", "nosniff")
	// The connection is the reader's; a failed write has nobody to tell.
	_, _ = w.Write(b)
}

// upload takes a workbook in and starts the job that looks it over.
func (f *Filing) upload(w http.ResponseWriter, r *http.Request, who *people.Who) error {
	if err := who.MayOn(people.FillPowers, people.Target{Department: who.Department}); err != nil {
		return err
	}
	id, err := f.startDryRun(w, r)
	if err != nil {
		if !told(err) {
			return err
		}
		return f.showImport(w, r, who, errs.Status(err), errs.Message(err))
	}
	http.Redirect(w, r, jobHref(id), http.StatusSeeOther)
	return nil
}

func (f *Filing) startDryRun(w http.ResponseWriter, r *http.Request) (sqldb.ID, error) {
	raw, body, err := openUpload(w, r, maxWorkbook+64<<10, fmt.Sprintf("%d MB", maxWorkbook>>20))
	if err != nil {
		return sqldb.ID{}, err
	}
	name, err := document.CleanName(raw)
	if err != nil {
		return sqldb.ID{}, err
	}
	if !slices.Contains([]string{".xlsx", ".xls", ".csv"}, path.Ext(name)) {
		return sqldb.ID{}, errs.Invalidf("不能导入这种文件").At(name).Fix("请上传 .xlsx、.xls 或者 .csv 表格；其他文件请在事项页面作为附件上传")
	}
	digest, _, err := f.cfg.Blobs.Put(r.Context(), body, maxWorkbook)
	switch {
	case told(err):
		return sqldb.ID{}, errs.In(name, err)
	case err != nil: // without its name: this goes to the log, and names carry those of people
		return sqldb.ID{}, errs.Wrap("store a workbook", err)
	}
	who, err := f.cfg.Shell.Again(r, people.FillPowers)
	if err != nil {
		return sqldb.ID{}, err
	}
	person := *who // the work outlives the request
	return f.cfg.Jobs.Start(r.Context(), who.Account, dryRunKind, name, func(ctx context.Context, p *job.Progress) (any, error) {
		up, err := f.fetch(ctx, digest, name, p)
		if err != nil {
			return nil, err
		}
		filed, err := inventory.DryRunFor(ctx, f.cfg.DB, &person, person.Department, up)
		if err != nil {
			return nil, err
		}
		return dryRun{hex.EncodeToString(digest[:]), filed}, nil
	})
}

// fetch reads a stored workbook for a job.
func (f *Filing) fetch(ctx context.Context, d blob.Digest, name string, p *job.Progress) (inventory.Upload, error) {
	p.Say("正在打开表格")
	src, err := f.cfg.Blobs.Open(ctx, d)
	if err != nil {
		return inventory.Upload{}, err
	}
	defer src.Close()
	b, err := io.ReadAll(src)
	if err != nil {
		return inventory.Upload{}, errs.Wrap("read workbook", err)
	}
	n := 0
	return inventory.Upload{File: name, Bytes: b, Progress: func(sheet string, row int) {
		n++
		p.At(n, 0)
		p.Say(fmt.Sprintf("正在读取%s第 %d 行", sheetWords(sheet), row))
	}}, nil
}

// sheetWords names a sheet; files without sheets have one in brackets, of which no
// person knows.
func sheetWords(sheet string) string {
	if sheet == "" || strings.HasPrefix(sheet, "(") {
		return ""
	}
	return "“" + sheet + "”"
}

// Trouble is a problem at a cell of a workbook.
type Trouble struct {
	Sheet, Cell string
	Light       ui.Light
	Message     string
}

// FiledRow is what becomes of one row.
type FiledRow struct {
	Place, Code, Name string
	Fate              ui.Light
	Changed           []string
	Href              string
}

// How much of a workbook one page shows; the corrected file has everything.
const (
	shownTroubles = 200
	shownRows     = 200
)

// JobPage is how far a job is, or what came of it.
type JobPage struct {
	ui.Frame
	Name      string // of the file
	Href      string
	DryRun    bool
	Running   bool
	State     ui.Light
	Message   string
	Done      int
	Failed    string
	Filed     bool // there is an outcome
	Counts    []Count
	Refusals  []string
	Troubles  []Trouble
	Levels    []Count // problems by how grave they are
	More      int     // problems that are not shown
	Rows      []FiledRow
	MoreRows  int
	Corrected string
	Confirm   string // where the form goes that imports; "" when nothing can be
	ToImport  int
	Imported  string // an import of this dry run that was started already
}

func (f *Filing) jobPage(w http.ResponseWriter, r *http.Request, who *people.Who) error {
	j, err := f.job(r, who)
	if err != nil {
		return err
	}
	ended := j.State.Ended()
	if r.Header.Get("HX-Request") != "" && ended {
		w.Header().Set("HX-Refresh", "true") // the whole page changes
		w.WriteHeader(http.StatusNoContent)
		return nil
	}
	title := "导入表格"
	if j.Kind == dryRunKind {
		title = "核对表格"
	}
	frame, err := f.cfg.Shell.Frame(r, who, title, Root, home(), ui.Link{Label: importTitle, Href: importPath})
	if err != nil {
		return err
	}
	page := JobPage{Frame: frame, Name: j.Title, Href: jobHref(j.ID), DryRun: j.Kind == dryRunKind, Running: !ended, State: jobLight(j.State), Message: j.Message, Done: j.Done}
	switch j.State {
	case job.Failed, job.Interrupted, job.Cancelled:
		page.Failed = j.Message
	case job.Done:
		if err := f.outcome(r.Context(), who, &page, j); err != nil {
			return err
		}
	}
	if page.Running && frame.Script == "" {
		w.Header().Set("Refresh", "2")
	}
	return f.show(w, r, http.StatusOK, "job", page)
}

// job reads a job of an address; that of somebody else is people.Unknown.
func (f *Filing) job(r *http.Request, who *people.Who) (job.Job, error) {
	id, err := staff.PathID(r, "id")
	if err != nil {
		return job.Job{}, err
	}
	j, err := f.cfg.Jobs.ByID(r.Context(), who.Account, id)
	if err == nil && !ours(j) {
		return j, people.Unknown()
	}
	return j, unknown(err)
}

// outcome fills in what came of a job.
func (f *Filing) outcome(ctx context.Context, who *people.Who, page *JobPage, j job.Job) error {
	filed, _, err := result(j)
	if err != nil {
		return err
	}
	page.Filed = true
	page.Counts = []Count{{"新增", filed.New, ""}, {"修改", filed.Changed, ""}, {"未变", filed.Same, ""}, {"不能导入", filed.Refused, ""}}
	page.Refusals = filed.Refusals
	if page.troubles(filed.Problems); len(page.Levels) > 0 && page.Levels[0].Label == levelLight(workbook.Error).Word && len(page.Refusals) > 0 {
		page.Refusals = []string{fmt.Sprintf("有 %d 处必须改正。改好后重新上传，没有写入任何内容", page.Levels[0].N)}
	}
	for _, row := range filed.Rows {
		if row.Fate == inventory.RowSame || row.Fate == inventory.RowRefused {
			continue // what is refused stands among the problems, at its cells
		}
		if len(page.Rows) == shownRows {
			page.MoreRows++
			continue
		}
		x := FiledRow{Place: sheetWords(row.Sheet) + fmt.Sprintf("第 %d 行", row.Row), Code: row.Code, Name: row.Name, Fate: fateLight(row.Fate), Changed: row.Changed}
		if !row.Power.IsZero() {
			x.Href = powerHref(row.Power)
		}
		page.Rows = append(page.Rows, x)
	}
	if !page.DryRun {
		return nil
	}
	if len(filed.Problems) > 0 && filed.Readable {
		page.Corrected = jobHref(j.ID) + "/corrected.xlsx"
	}
	if started, ok, err := f.started(ctx, who, j.ID); err != nil || ok {
		page.Imported = jobHref(started)
		return err
	}
	if len(filed.Refusals) == 0 {
		page.Confirm, page.ToImport = jobHref(j.ID)+"/import", filed.New+filed.Changed
	}
	return nil
}

// result reads what a job left, and the digest of the workbook of a dry run.
func result(j job.Job) (*inventory.Filed, blob.Digest, error) {
	var d blob.Digest
	if j.Kind != dryRunKind {
		filed := new(inventory.Filed)
		return filed, d, j.Read(filed)
	}
	var x dryRun
	if err := j.Read(&x); err != nil {
		return nil, d, err
	}
	b, err := hex.DecodeString(x.Blob)
	copy(d[:], b)
	if x.Filed == nil {
		x.Filed = new(inventory.Filed)
	}
	return x.Filed, d, errs.Wrap("digest of a dry run", err)
}

// troubles fills in the problems, the gravest first.
func (page *JobPage) troubles(all []workbook.Problem) {
	byLevel := map[string]int{}
	order := []string{workbook.Error, workbook.Warn, workbook.Info}
	sorted := slices.Clone(all)
	slices.SortStableFunc(sorted, func(a, b workbook.Problem) int { return slices.Index(order, a.Level) - slices.Index(order, b.Level) })
	for i, p := range sorted {
		byLevel[p.Level]++
		if i >= shownTroubles {
			page.More++
			continue
		}
		sheet := p.Sheet
		if strings.HasPrefix(sheet, "(") {
			sheet = ""
		}
		page.Troubles = append(page.Troubles, Trouble{Sheet: sheet, Cell: p.Cell, Light: levelLight(p.Level), Message: p.Message})
	}
	for _, level := range order {
		if byLevel[level] > 0 {
			page.Levels = append(page.Levels, Count{Label: levelLight(level).Word, N: byLevel[level]})
		}
	}
}

func levelLight(level string) ui.Light {
	switch level {
	case workbook.Error:
		return ui.Light{Tone: "bad", Word: "必须改正"}
	case workbook.Warn:
		return ui.Light{Tone: "warn", Word: "请核实"}
	default:
		return ui.Light{Tone: "still", Word: "提示"}
	}
}

func fateLight(x inventory.Fate) ui.Light {
	tone := map[inventory.Fate]string{inventory.RowNew: "ok", inventory.RowChanged: "", inventory.RowRefused: "bad"}
	return ui.Light{Tone: tone[x], Word: x.Label()}
}

// started finds the import of a dry run that was started already and did not fail.
func (f *Filing) started(ctx context.Context, who *people.Who, dry sqldb.ID) (sqldb.ID, bool, error) {
	jobs, err := f.cfg.Jobs.List(ctx, who.Account, 100)
	if err != nil {
		return sqldb.ID{}, false, err
	}
	for _, j := range jobs {
		if j.Kind == importKind+":"+dry.String() && (j.State == job.Done || !j.State.Ended()) {
			return j.ID, true, nil
		}
	}
	return sqldb.ID{}, false, nil
}

// confirm starts the import of a workbook that was looked over.
func (f *Filing) confirm(w http.ResponseWriter, r *http.Request, who *people.Who) error {
	j, err := f.job(r, who)
	if err != nil {
		return err
	}
	if j.Kind != dryRunKind || j.State != job.Done {
		return errs.Conflictf("表格还没有核对完").Fix("请等核对完成后再导入")
	}
	ctx := r.Context()
	id, again, err := f.started(ctx, who, j.ID)
	if err != nil {
		return err
	}
	if !again {
		_, digest, err := result(j)
		if err != nil {
			return err
		}
		person, name := *who, j.Title // the work outlives the request
		id, err = f.cfg.Jobs.Start(ctx, who.Account, importKind+":"+j.ID.String(), name, func(ctx context.Context, p *job.Progress) (any, error) {
			if err := stillMay(ctx, f.cfg.DB, &person); err != nil {
				return nil, err
			}
			up, err := f.fetch(ctx, digest, name, p)
			if err != nil {
				return nil, err
			}
			up.Standing = func(ctx context.Context, r sqldb.Reader) error { return stillMay(ctx, r, &person) }
			return inventory.ImportFor(ctx, f.cfg.Ledger, f.cfg.DB, &person, person.Department, up)
		})
		if err != nil {
			return err
		}
	}
	http.Redirect(w, r, jobHref(id), http.StatusSeeOther)
	return nil
}

// corrected hands the workbook back with every problem marked at its cell.
func (f *Filing) corrected(w http.ResponseWriter, r *http.Request, who *people.Who) error {
	j, err := f.job(r, who)
	if err != nil {
		return err
	}
	if j.Kind != dryRunKind || j.State != job.Done {
		return people.Unknown()
	}
	filed, digest, err := result(j)
	if err != nil {
		return err
	}
	src, err := f.cfg.Blobs.Open(r.Context(), digest)
	if err != nil {
		return err
	}
	defer src.Close()
	var b bytes.Buffer
	if _, err := io.Copy(&b, src); err != nil {
		return errs.Wrap("read workbook", err)
	}
	out, err := filed.Corrected(b.Bytes())
	if err != nil {
		return err
	}
	sendWorkbook(w, strings.TrimSuffix(j.Title, path.Ext(j.Title))+"（问题已标注）.xlsx", out)
	return nil
}
