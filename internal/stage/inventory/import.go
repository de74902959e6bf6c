package inventory

import (
	"context"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"os"
	"strings"

	"qingdan/internal/engine/hanzi"
	"qingdan/internal/errs"
	"qingdan/internal/platform/ledger"
	"qingdan/internal/platform/search"
	"qingdan/internal/platform/sqldb"
	"qingdan/internal/registry/org"
	"qingdan/internal/registry/power"
	"qingdan/internal/stage/inventory/workbook"
)

// Options say how a workbook of powers comes in.
type Options struct {
	File           string       // name, for messages and the record
	Division       string       // 行政区划代码 of the reporting place
	Department     string       // default department, when the file names none
	NewDepartments bool         // create departments that the file names and nobody knows
	Origin         power.Origin // Reported, or Supplement for 遗漏补充
	Day            string       // from which a created department is valid
	Progress       func(sheet string, row int)
}

// place names the row of an item for a message.
func (o Options) place(it workbook.Item) string {
	return o.File + " " + cellPlace(it.Sheet, fmt.Sprintf("第%d行", it.Row))
}

// cellPlace puts the sheet before a cell or row. Files without sheets have one
// named in brackets, of which no person knows.
func cellPlace(sheet, cell string) string {
	if sheet == "" || strings.HasPrefix(sheet, "(") {
		return cell
	}
	if cell == "" {
		return sheet
	}
	return sheet + "!" + cell
}

// Outcome is what an import did, or in a dry run would do.
type Outcome struct {
	*workbook.Result
	Import   sqldb.ID
	Imported int
	Created  []string // departments created
	Refusal  error    // of a dry run: why Import would not take the file in
}

// blocking are the problems after which a row could not be told from another
// or would stand under the wrong body: nothing of the file is written. All
// other problems are findings of the later checks: what a department reported
// is kept as it reported it.
func blocking(p workbook.Problem) bool {
	if p.Level != workbook.Error {
		return false
	}
	switch p.Kind {
	case workbook.MissingName, workbook.MissingCategory, workbook.UnknownCategory, workbook.MissingDepartment, workbook.UnknownDepartment,
		workbook.CodeDuplicate, workbook.CodeDamaged, workbook.Corrupt, workbook.TextTruncated,
		workbook.ForeignDepartment, CodeElsewhere, RowTwice, PowerClosed:
		return true
	default:
		return false
	}
}

// DryRun reads a file and reports what Import would say, without writing:
// Refusal is set when Import would refuse it. A house that knows no department
// yet does not ask for known ones. A file that cannot be read is Invalid; the
// Outcome says why all the same.
func DryRun(ctx context.Context, r sqldb.Reader, b []byte, o Options) (*Outcome, error) {
	known, err := departmentIndex(ctx, r, o.Division)
	if err != nil {
		return nil, err
	}
	o.NewDepartments = o.NewDepartments || known.Empty()
	res, err := read(b, o, known)
	if err != nil {
		return nil, err
	}
	out := &Outcome{Result: res, Refusal: refuse(res, o.File)}
	if !res.Readable {
		return out, out.Refusal
	}
	if out.Refusal == nil {
		out.Refusal, err = clash(ctx, r, b, o, res.Items)
	}
	return out, err
}

// clash finds what of a file stands in the house already: the file itself, or
// a code.
func clash(ctx context.Context, r sqldb.Reader, b []byte, o Options, items []workbook.Item) (refusal, err error) {
	before, err := importedBefore(ctx, r, o, sha256.Sum256(b))
	if err != nil || before {
		return errImportedBefore(o), err
	}
	for _, it := range items {
		if it.Code == "" {
			continue
		}
		_, err := power.ByCode(ctx, r, it.Code)
		if err == nil {
			return errs.In(o.place(it), power.CodeInUse(it.Code)), nil
		}
		if errs.KindOf(err) != errs.NotFound {
			return nil, err
		}
	}
	return nil, nil
}

// Import takes in one workbook in one transaction: every item becomes a power
// with its first version and a change in state 上报 (自查 done by the
// department that signs the file); raw rows are kept. A file with a blocking
// problem is Invalid and nothing is written; the Outcome then still lists the
// problems. The same file twice is a Conflict.
func Import(ctx context.Context, l *ledger.Ledger, r sqldb.Reader, actor ledger.Actor, b []byte, o Options) (*Outcome, error) {
	known, err := departmentIndex(ctx, r, o.Division)
	if err != nil {
		return nil, err
	}
	res, err := read(b, o, known)
	if err != nil {
		return nil, err
	}
	out := &Outcome{Result: res}
	if err := refuse(res, o.File); err != nil {
		return out, err
	}
	err = l.Load(ctx, actor, func(ctx context.Context, tx *ledger.Tx) error {
		*out = Outcome{Result: res}
		return write(ctx, tx, b, o, out)
	})
	return out, errs.Wrap("import "+o.File, err)
}

func read(b []byte, o Options, known org.Names) (*workbook.Result, error) {
	wo := workbook.Options{FileName: o.File, Department: o.Department, Progress: o.Progress}
	if !o.NewDepartments {
		wo.KnownDepartment = func(name string) bool { _, err := known.Find(name); return err == nil }
	}
	return workbook.Read(b, wo)
}

// refuse makes the error of a file that cannot be taken in: the first three
// blocking problems with their cells, and how many there are.
func refuse(res *workbook.Result, file string) error {
	if !res.Readable {
		return errs.Invalidf("%s", res.Why).At(file)
	}
	var first []string
	n := 0
	for _, p := range res.Problems {
		if !blocking(p) {
			continue
		}
		if n++; n <= 3 {
			first = append(first, strings.TrimSpace(cellPlace(p.Sheet, p.Cell)+" "+p.Message))
		}
	}
	if n > 0 {
		return errs.Invalidf("有 %d 处必须先改正，整个文件没有导入：%s", n, strings.Join(first, "；")).
			At(file).Fix("用 --dry-run 查看全部问题，改正后重新导入")
	}
	if len(res.Items) == 0 {
		return errs.Invalidf("没有读到任何事项").At(file).Fix("请对照模板检查表头和工作表")
	}
	return nil
}

func departmentIndex(ctx context.Context, r sqldb.Reader, division string) (org.Names, error) {
	all, err := org.Departments(ctx, r, division)
	return org.IndexNames(all), errs.Wrap("read departments", err)
}

func write(ctx context.Context, tx *ledger.Tx, b []byte, o Options, out *Outcome) error {
	var err error
	out.Import, err = addImport(ctx, tx, o, sha256.Sum256(b), len(out.Items))
	if err != nil {
		return err
	}
	bodies, err := out.bodies(ctx, tx, o)
	if err != nil {
		return err
	}
	var codes *codeBook // read when the first item has no code
	docs := make([]search.Doc, 0, len(out.Items))
	for i, it := range out.Items {
		dept := bodies[it.Department]
		rep := report(it, o, dept, out.Import)
		if rep.Code == "" {
			if codes == nil {
				if codes, err = readCodes(ctx, tx, o.Division); err != nil {
					return err
				}
				codes.reserve(out.Items[i:])
			}
			rep.Code = codes.next(rep.Version.Category, dept)
		}
		ids, err := power.Add(ctx, tx, rep)
		if err != nil {
			return errs.In(o.place(it), err)
		}
		out.Items[i].Code = rep.Code
		raw, err := json.Marshal(it.Raw)
		if err != nil {
			return fmt.Errorf("keep raw row %d: %w", it.Row, err)
		}
		if err := addRow(ctx, tx, out.Import, it.Sheet, it.Row, ids.Power, string(raw)); err != nil {
			return err
		}
		rep.Version.Power = ids.Power
		docs = append(docs, indexed(rep.Code, rep.Version, it.Department))
		out.Imported++
	}
	return power.Index(ctx, tx.Tx, docs)
}

// indexed is how a new wording is found by words: by officials only, until it is
// published.
func indexed(code string, v power.Version, department string) search.Doc {
	v.OrderKey = hanzi.PinyinKey(v.Name)
	return power.SearchDoc(code, v, department, false)
}

// bodies finds the departments that the items name, and creates those nobody
// knows, where that is allowed.
func (out *Outcome) bodies(ctx context.Context, tx *ledger.Tx, o Options) (map[string]sqldb.ID, error) {
	known, err := departmentIndex(ctx, tx, o.Division)
	if err != nil {
		return nil, err
	}
	ids := map[string]sqldb.ID{}
	for _, it := range out.Items {
		if _, ok := ids[it.Department]; ok {
			continue
		}
		id, err := known.Find(it.Department)
		if err != nil && o.NewDepartments && it.Department != "" && !known.Several(it.Department) {
			id, err = org.AddDepartment(ctx, tx, org.Department{Division: o.Division, Name: it.Department, ValidFrom: o.Day})
			out.Created = append(out.Created, it.Department)
		}
		if err != nil {
			return nil, errs.In(o.place(it), err)
		}
		ids[it.Department] = id
	}
	return ids, nil
}

// categoryOf gives the category of a row. Words for what is no power come in
// all the same, as services or under 其他权力: 五对照/1 holds them against the
// item. A row without any category has none, and power.Add refuses it.
func categoryOf(it workbook.Item) power.Category {
	if c, ok := power.ParseCategory(it.Category); ok {
		return c
	}
	switch word := strings.Join(strings.Fields(it.CategoryRaw), ""); {
	case word == string(power.CategoryService) || word == "便民服务" || word == "政务服务":
		return power.CategoryService
	case power.NotAPower(word):
		return power.CategoryOther
	}
	return ""
}

// report maps a row to a new power.
func report(it workbook.Item, o Options, dept, from sqldb.ID) power.Report {
	category := categoryOf(it)
	initiative := power.Initiative(it.Initiative)
	if initiative != power.OnApplication && initiative != power.ExOfficio {
		initiative = category.DefaultInitiative()
	}
	v := power.Version{
		Department: dept, Category: category, SchemeCategory: it.CategoryRaw, Name: it.Name, MainItem: it.MainItem,
		Level: it.Level, Initiative: initiative, Citations: power.ParseBasis(it.Basis), Import: from,
		Elements: power.Elements{
			BaseCode: it.BaseCode, Source: it.Source, Basis: it.Basis, Office: it.Office, Content: it.Content, Object: it.Object, Conditions: it.Conditions,
			Materials: it.Materials, Kind: it.Kind, Statutory: limit(it.Statutory), Promised: limit(it.Promised),
			StatutoryText: it.StatutoryRaw, PromisedText: it.PromisedRaw, Steps: it.Steps, Channels: it.Channels,
			Visits: it.Visits, Result: it.ResultName, Fee: it.Fee, FeeText: it.FeeRaw, FeeBasis: it.FeeBasis, Place: it.Place,
			Hours: it.Hours, Phone: it.Phone, Complaint: it.Complaint, Duty: it.Duty, DutyBasis: it.DutyBasis,
			Accountability: it.Accountability, FaultBasis: it.AccountabilityBasis, Remark: it.Remark,
		},
	}
	return power.Report{Code: it.Code, Division: o.Division, Origin: o.Origin, State: power.HandedUp, Version: v}
}

func limit(l *workbook.Limit) *power.Limit {
	if l == nil {
		return nil
	}
	return &power.Limit{Immediate: l.Immediate, Days: l.Days, Months: l.Months, Unit: l.Unit}
}

// WriteCorrected writes the file back with every problem marked at its cell.
func WriteCorrected(b []byte, out *Outcome, path string) error {
	fixed, err := CorrectedBytes(b, out.Result)
	if err != nil {
		return err
	}
	if err := os.WriteFile(path, fixed, 0o644); err != nil {
		return errs.Invalidf("文件写不进去").At(path).Because(err)
	}
	return nil
}

// CorrectedBytes gives the file back with every problem marked at its cell; Invalid
// for one that could not be read.
func CorrectedBytes(b []byte, res *workbook.Result) ([]byte, error) {
	fixed, err := workbook.Corrected(b, res)
	return fixed, errs.Wrap("mark problems", err)
}
