package inventory

import (
	"context"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"qingdan/internal/engine/hanzi"
	"qingdan/internal/errs"
	"qingdan/internal/platform/ledger"
	"qingdan/internal/platform/sqldb"
	"qingdan/internal/registry/org"
	"qingdan/internal/registry/people"
	"qingdan/internal/registry/power"
	"qingdan/internal/stage/inventory/workbook"
)

// Upload is a workbook that a department files in a clearing.
type Upload struct {
	File     string // its name, for messages
	Bytes    []byte
	Progress func(sheet string, row int) // while it is read; may be nil

	// Standing is asked in the transaction of ImportFor whether who sent it has
	// their rights still; its error is that of the import. May be nil.
	Standing func(ctx context.Context, r sqldb.Reader) error
}

// Fate is what becomes of a row of a department's workbook.
type Fate string

// The fates of a row.
const (
	RowNew     Fate = "new"     // 新增: a power that the department has not got
	RowChanged Fate = "changed" // 修改: another wording of one that it has
	RowSame    Fate = "same"    // 未变: skipped
	RowRefused Fate = "refused" // 不能导入: see the problems at its cells
)

// Label is the word for the fate.
func (f Fate) Label() string {
	switch f {
	case RowNew:
		return "新增"
	case RowChanged:
		return "修改"
	case RowSame:
		return "未变"
	case RowRefused:
		return "不能导入"
	default:
		return string(f)
	}
}

// FiledRow is one row of a department's workbook.
type FiledRow struct {
	Sheet   string
	Row     int
	Code    string // "" while a new power has none
	Name    string
	Fate    Fate
	Power   sqldb.ID // zero for a new power before it is imported
	Changed []string // labels of the fields that the row changes
}

// Filed is what ImportFor did with a workbook, or DryRunFor says it would do. It
// can be kept as JSON, as the result of a job.
type Filed struct {
	File     string
	Readable bool
	Format   string
	Import   sqldb.ID // zero when nothing was written
	Rows     []FiledRow
	New      int
	Changed  int
	Same     int
	Refused  int
	Problems []workbook.Problem
	Refusal  error    `json:"-"` // of a dry run: why ImportFor would not take it in
	Refusals []string // its words
}

// Corrected gives the file back with every problem marked at its cell.
func (f *Filed) Corrected(b []byte) ([]byte, error) {
	return CorrectedBytes(b, &workbook.Result{Readable: f.Readable, Format: f.Format, Problems: f.Problems})
}

// DryRunFor reads a department's workbook and says what ImportFor would do with
// each row, without writing (FillPowers in the department). Refusal is set when
// ImportFor would not take it in. A file that cannot be read is Invalid; the
// outcome says why all the same.
func DryRunFor(ctx context.Context, r sqldb.Reader, who *people.Who, department sqldb.ID, up Upload) (*Filed, error) {
	if err := who.MayOn(people.FillPowers, people.Target{Department: department}); err != nil {
		return nil, err
	}
	f, err := openFiling(ctx, r, department, up)
	if err != nil {
		return nil, err
	}
	out, _, err := f.sort(ctx, r, who)
	if err != nil {
		return nil, err
	}
	if out.Refusal == nil {
		if err := fillable(ctx, r, who, department); errs.KindOf(err) == errs.Conflict {
			out.Refusal = err
		} else if err != nil {
			return nil, err
		}
	}
	if out.Refusal != nil {
		out.Refusals = append(out.Refusals, errs.Message(out.Refusal))
	}
	if !out.Readable {
		return out, out.Refusal
	}
	return out, nil
}

// ImportFor takes in a department's workbook in one transaction (FillPowers in the
// department), all of it or nothing. A row whose code is that of a power of the
// department, or that without a code has its name, main item and category, is its
// next wording; rows that say nothing new are skipped; the others are new powers
// in 自查. An empty cell leaves what stands there: a file with few columns takes
// nothing away. It records "powers.filed" beside the entry of each power.
//
// Invalid: problems that must be mended first, rows of another department among
// them, with their cells in the outcome; or nothing new in the file. Conflict: the
// department may not fill in now (round.Filling, asked in the same transaction),
// such as while it has just handed up.
func ImportFor(ctx context.Context, l *ledger.Ledger, r sqldb.Reader, who *people.Who, department sqldb.ID, up Upload) (*Filed, error) {
	if err := who.MayOn(people.FillPowers, people.Target{Department: department}); err != nil {
		return nil, err
	}
	f, err := openFiling(ctx, r, department, up)
	if err != nil {
		return nil, err
	}
	var out *Filed
	err = l.Load(ctx, who.Actor(), func(ctx context.Context, tx *ledger.Tx) error {
		if up.Standing != nil {
			if err := up.Standing(ctx, tx); err != nil {
				return err
			}
		}
		if err := fillable(ctx, tx, who, department); err != nil {
			return err
		}
		var steps []step
		var err error
		if out, steps, err = f.sort(ctx, tx, who); err != nil {
			return err
		}
		if out.Refusal != nil {
			return out.Refusal
		}
		return f.write(ctx, tx, out, steps)
	})
	if out != nil && err != nil {
		out.Import = sqldb.ID{}
		out.Refusals = append(out.Refusals, errs.Message(err))
	}
	return out, errs.Wrap("import for department", err)
}

// filing is a workbook that was read for a department.
type filing struct {
	up   Upload
	dept org.Department
	read *workbook.Result
}

func openFiling(ctx context.Context, r sqldb.Reader, department sqldb.ID, up Upload) (*filing, error) {
	dept, err := departmentByID(ctx, r, department)
	if err != nil {
		return nil, err
	}
	known, err := departmentIndex(ctx, r, dept.Division)
	if err != nil {
		return nil, err
	}
	own := func(name string) bool {
		id, err := known.Find(name)
		return name == dept.Name || name == dept.Short || err == nil && id == dept.ID
	}
	res, err := workbook.Read(up.Bytes, workbook.Options{FileName: up.File, Department: dept.Name, OwnDepartment: own, Progress: up.Progress})
	if err != nil {
		return nil, err
	}
	return &filing{up, dept, res}, nil
}

// step is a row that will be written.
type step struct {
	item    workbook.Item
	row     int // in Filed.Rows
	change  power.Change
	present power.Version // zero for a new power
	version power.Version
}

// sort holds every row against what the department has, and says what is to be
// written. It changes nothing, so that a transaction may run it again.
func (f *filing) sort(ctx context.Context, r sqldb.Reader, who *people.Who) (*Filed, []step, error) {
	s := sorter{filing: f, who: who, taken: map[sqldb.ID]int{}}
	var err error
	if s.have, err = readHoldings(ctx, r, f.dept.ID); err != nil {
		return nil, nil, err
	}
	s.bad = badRows(f.read.Problems)
	rows := make([]FiledRow, 0, len(f.read.Items))
	for i, it := range f.read.Items {
		row, err := s.row(ctx, r, i, it)
		if err != nil {
			return nil, nil, err
		}
		rows = append(rows, row)
	}
	res := *f.read
	res.Problems = append([]workbook.Problem(nil), f.read.Problems...)
	res.Add(s.problems...)
	out := &Filed{File: f.up.File, Readable: res.Readable, Format: res.Format, Rows: rows, Problems: res.Problems}
	for _, row := range rows {
		switch row.Fate {
		case RowNew:
			out.New++
		case RowChanged:
			out.Changed++
		case RowSame:
			out.Same++
		default:
			out.Refused++
		}
	}
	out.Refusal = f.refuse(out, &res)
	return out, s.steps, nil
}

// refuse says why a file is not taken in.
func (f *filing) refuse(out *Filed, res *workbook.Result) error {
	if err := refuse(res, f.up.File); err != nil {
		return mendOnline(err)
	}
	if out.New+out.Changed == 0 {
		return errs.Invalidf("表里的 %d 项与系统里的完全一样，没有需要导入的内容", out.Same).At(f.up.File).Fix("有修改的，请先在表里改好并保存")
	}
	return nil
}

// mendOnline replaces the advice that is for the command line.
func mendOnline(err error) error {
	var e *errs.Error
	if !errors.As(err, &e) || !strings.Contains(e.Mend, "--dry-run") {
		return err
	}
	return e.Fix("请下载标注后的文件，改正后重新上传")
}

// write writes the steps. Nothing of out is counted twice when it runs again.
func (f *filing) write(ctx context.Context, tx *ledger.Tx, out *Filed, steps []step) error {
	var err error
	if out.Import, err = addFiled(ctx, tx, f, out); err != nil {
		return err
	}
	origin, err := originNow(ctx, tx, f.dept.ID)
	if err != nil {
		return err
	}
	codes, err := readCodes(ctx, tx, f.dept.Division)
	if err != nil {
		return err
	}
	codes.reserve(f.read.Items)
	for _, s := range steps {
		s.version.Import = out.Import
		row := &out.Rows[s.row]
		if row.Fate == RowNew {
			err = f.add(ctx, tx, s, row, origin, codes)
		} else {
			_, _, err = reword(ctx, tx, s.change, s.present, s.version, f.dept.Name, "")
		}
		if err != nil {
			return f.at(s.item, err)
		}
		raw, err := json.Marshal(s.item.Raw)
		if err != nil {
			return fmt.Errorf("keep raw row %d: %w", s.item.Row, err)
		}
		if err := addRow(ctx, tx, out.Import, s.item.Sheet, s.item.Row, row.Power, string(raw)); err != nil {
			return err
		}
	}
	return nil
}

// add writes a row that is a new power.
func (f *filing) add(ctx context.Context, tx *ledger.Tx, s step, row *FiledRow, origin power.Origin, codes *codeBook) error {
	rep := power.Report{Code: s.item.Code, Division: f.dept.Division, Origin: origin, State: power.SelfCheck, Version: s.version}
	if rep.Code == "" {
		rep.Code = codes.next(rep.Version.Category, f.dept.ID)
	}
	ids, err := power.Add(ctx, tx, rep)
	if err != nil {
		return err
	}
	row.Power, row.Code, rep.Version.Power = ids.Power, rep.Code, ids.Power
	return found(ctx, tx, rep.Code, rep.Version, f.dept.Name)
}

// at names the row of an error. The file is named to people only: what has no
// words for them goes to the log, and names of files carry those of people.
func (f *filing) at(it workbook.Item, err error) error {
	if errs.KindOf(err) == errs.Internal {
		return errs.Wrap(fmt.Sprintf("row %d", it.Row), err)
	}
	return errs.In(f.place(it), err)
}

func (f *filing) place(it workbook.Item) string { return Options{File: f.up.File}.place(it) }

// sorter finds for every row what it speaks of.
type sorter struct {
	*filing
	who      *people.Who
	have     holdings
	bad      map[rowKey]bool
	taken    map[sqldb.ID]int // power -> row of the item that speaks of it
	problems []workbook.Problem
	steps    []step
}

type rowKey struct {
	sheet string
	row   int
}

// badRows are the rows at whose cells something must be mended first.
func badRows(problems []workbook.Problem) map[rowKey]bool {
	out := map[rowKey]bool{}
	for _, p := range problems {
		if !blocking(p) || p.Cell == "" {
			continue
		}
		row := 0
		for _, c := range p.Cell {
			if c >= '0' && c <= '9' {
				row = row*10 + int(c-'0')
			}
		}
		out[rowKey{p.Sheet, row}] = true
	}
	return out
}

// refuse puts a problem at a cell and refuses the row.
func (s *sorter) refuse(row FiledRow, cell, kind, format string, args ...any) FiledRow {
	s.problems = append(s.problems, workbook.Problem{Sheet: row.Sheet, Cell: cell, Kind: kind, Level: workbook.Error,
		Message: fmt.Sprintf("第%d行：", row.Row) + fmt.Sprintf(format, args...)})
	row.Fate = RowRefused
	return row
}

// row sorts one row.
func (s *sorter) row(ctx context.Context, r sqldb.Reader, at int, it workbook.Item) (FiledRow, error) {
	row := FiledRow{Sheet: it.Sheet, Row: it.Row, Code: it.Code, Name: it.Name, Fate: RowRefused}
	fresh := report(it, Options{File: s.up.File, Division: s.dept.Division}, s.dept.ID, sqldb.ID{}).Version
	if s.bad[rowKey{it.Sheet, it.Row}] || it.Name == "" || fresh.Category == "" {
		return row, nil
	}
	c, ok := s.have.of(it, fresh)
	if !ok {
		if it.Code != "" {
			_, err := power.ByCode(ctx, r, it.Code)
			if err == nil {
				return s.refuse(row, it.CodeCell, CodeElsewhere, "编码 %s 已用于其他事项。编码不得重复使用，请核对；新事项的编码请留空", it.Code), nil
			}
			if errs.KindOf(err) != errs.NotFound {
				return row, err
			}
		}
		row.Fate = RowNew
		s.steps = append(s.steps, step{item: it, row: at, version: fresh})
		return row, nil
	}
	return s.known(ctx, r, step{item: it, row: at, change: c, version: fresh}, row)
}

// Kinds of problems that only the house can see.
const (
	CodeElsewhere = "code_elsewhere"
	RowTwice      = "row_twice"
	PowerClosed   = "power_closed"
)

// known sorts a row that speaks of a power that the department has.
func (s *sorter) known(ctx context.Context, r sqldb.Reader, st step, row FiledRow) (FiledRow, error) {
	c, it := st.change, st.item
	row.Power, row.Code = c.Power, c.Code
	if first, twice := s.taken[c.Power]; twice {
		return s.refuse(row, it.NameCell, RowTwice, "与第%d行是同一个事项（%s）。请只留一行", first, c.Code), nil
	}
	s.taken[c.Power] = it.Row
	present, err := power.VersionByID(ctx, r, c.Version)
	if err != nil {
		return row, err
	}
	before := WordingOf(present)
	after := merged(before, it, st.version)
	st.present, st.version = present, after.Version(c.Department)
	same, err := power.Same(present, st.version)
	if err != nil {
		return row, err
	}
	if same {
		row.Fate = RowSame
		return row, nil
	}
	if err := s.who.MayOn(people.FillPowers, people.Target{Department: c.Department, State: c.State}); err != nil || c.Kind == power.KindCancel {
		return s.refuse(row, it.NameCell, PowerClosed, "事项 %s 处于“%s”，现在不能修改。请删去这一行，或者改回原来的内容", c.Code, c.State.Label()), nil
	}
	for _, d := range Differences(before, after) {
		row.Changed = append(row.Changed, d.Label)
	}
	row.Fate = RowChanged
	s.steps = append(s.steps, st)
	return row, nil
}

// holdings are the powers of a department, each with the change that its next
// wording would go on.
type holdings struct {
	byCode map[string]power.Change
	byName map[string]power.Change // of those that are under way or on the list, where the name leads to one only
}

// of finds the power that a row speaks of: by its code, else by what it is called.
func (h holdings) of(it workbook.Item, fresh power.Version) (power.Change, bool) {
	if it.Code != "" {
		c, ok := h.byCode[it.Code]
		return c, ok
	}
	c, ok := h.byName[nameKey(fresh.Name, fresh.MainItem, fresh.Category)]
	return c, ok
}

func nameKey(name, main string, c power.Category) string {
	return hanzi.Fold(name) + "\x00" + hanzi.Fold(main) + "\x00" + string(c)
}

// merged gives the words of a version with what a row says; what its cells leave
// empty stays.
func merged(before Wording, it workbook.Item, fresh power.Version) Wording {
	w, row := before, WordingOf(fresh)
	for _, f := range Fields() {
		if f.at != nil && f.Key != "fee_text" && *f.at(&row) != "" {
			*f.at(&w) = *f.at(&row)
		}
	}
	if row.Category != w.Category {
		w.Category, w.SchemeCategory, w.Initiative = row.Category, row.SchemeCategory, row.Initiative
	}
	if said := power.Initiative(it.Initiative); said == power.OnApplication || said == power.ExOfficio {
		w.Initiative = said
	}
	e, o := &w.Elements, row.Elements
	if o.StatutoryText != "" {
		e.StatutoryText, e.Statutory = o.StatutoryText, o.Statutory
	}
	if o.PromisedText != "" {
		e.PromisedText, e.Promised = o.PromisedText, o.Promised
	}
	answered := readFee(w) != readFee(row)
	if o.Fee != nil {
		e.Fee = o.Fee
	}
	if o.FeeText != "" && (answered || !bareAnswer(o.FeeText)) {
		e.FeeText = o.FeeText
	}
	return w
}

// sum is the digest of an uploaded file.
func (u Upload) sum() [32]byte { return sha256.Sum256(u.Bytes) }
