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

// Outcome is what an import did, or in a dry run would do.
type Outcome struct {
	*workbook.Result
	Import   sqldb.ID
	Imported int
	Created  []string // departments created
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
		workbook.CodeDuplicate, workbook.CodeDamaged, workbook.Corrupt, workbook.TextTruncated:
		return true
	default:
		return false
	}
}

// DryRun reads a file and reports what Import would say, without writing. A
// house that knows no department yet does not ask for known ones. A file that
// cannot be read is Invalid; the Outcome says why all the same.
func DryRun(ctx context.Context, r sqldb.Reader, b []byte, o Options) (*Outcome, error) {
	known, err := departmentIndex(ctx, r, o.Division)
	if err != nil {
		return nil, err
	}
	o.NewDepartments = o.NewDepartments || len(known) == 0
	res, err := read(b, o, known)
	if err != nil {
		return nil, err
	}
	out := &Outcome{Result: res}
	if !res.Readable {
		return out, errs.Invalidf("%s", res.Why).At(o.File)
	}
	return out, nil
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

func read(b []byte, o Options, known map[string]sqldb.ID) (*workbook.Result, error) {
	wo := workbook.Options{FileName: o.File, Department: o.Department, Progress: o.Progress}
	if !o.NewDepartments {
		wo.KnownDepartment = func(name string) bool { _, ok := known[name]; return ok }
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
			first = append(first, fmt.Sprintf("%s!%s %s", p.Sheet, p.Cell, p.Message))
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

func departmentIndex(ctx context.Context, r sqldb.Reader, division string) (map[string]sqldb.ID, error) {
	all, err := org.Departments(ctx, r, division)
	if err != nil {
		return nil, fmt.Errorf("read departments: %w", err)
	}
	out := make(map[string]sqldb.ID, 2*len(all))
	for _, d := range all {
		out[d.Name] = d.ID
		if d.Short != "" {
			out[d.Short] = d.ID
		}
	}
	return out, nil
}

func write(ctx context.Context, tx *ledger.Tx, b []byte, o Options, out *Outcome) error {
	known, err := departmentIndex(ctx, tx, o.Division)
	if err != nil {
		return err
	}
	out.Import, err = addImport(ctx, tx, o, sha256.Sum256(b), len(out.Items))
	if err != nil {
		return err
	}
	var codes *codeBook // read when the first item has no code
	docs := make([]search.Doc, 0, len(out.Items))
	for i, it := range out.Items {
		dept, ok := known[it.Department]
		if !ok {
			if dept, err = createDepartment(ctx, tx, o, it.Department); err != nil {
				return err
			}
			known[it.Department] = dept
			out.Created = append(out.Created, it.Department)
		}
		rep := report(it, o, dept, out.Import)
		if rep.Code == "" {
			if codes == nil {
				if codes, err = readCodes(ctx, tx, o.Division); err != nil {
					return err
				}
			}
			rep.Code = codes.next(rep.Version.Category, dept)
		}
		ids, err := power.Add(ctx, tx, rep)
		if err != nil {
			return errs.Wrap(fmt.Sprintf("%s 第 %d 行", it.Sheet, it.Row), err)
		}
		out.Items[i].Code = rep.Code
		raw, err := json.Marshal(it.Raw)
		if err != nil {
			return fmt.Errorf("keep raw row %d: %w", it.Row, err)
		}
		if err := addRow(ctx, tx, out.Import, it.Sheet, it.Row, ids.Power, string(raw)); err != nil {
			return err
		}
		rep.Version.Power, rep.Version.OrderKey = ids.Power, hanzi.PinyinKey(it.Name)
		docs = append(docs, power.SearchDoc(rep.Code, rep.Version, it.Department, false))
		out.Imported++
	}
	return search.Put(ctx, tx.Tx, docs)
}

func createDepartment(ctx context.Context, tx *ledger.Tx, o Options, name string) (sqldb.ID, error) {
	if !o.NewDepartments || name == "" {
		return sqldb.ID{}, errs.Invalidf("没有登记过部门“%s”", name).Fix("请先导入部门，或加 --new-departments")
	}
	return org.AddDepartment(ctx, tx, org.Department{Division: o.Division, Name: name, ValidFrom: o.Day})
}

// report maps a row to a new power.
func report(it workbook.Item, o Options, dept, from sqldb.ID) power.Report {
	category, ok := power.ParseCategory(it.Category)
	if !ok {
		category, _ = power.ParseCategory(it.CategoryRaw) // 公共服务, or none: power.Add refuses it
	}
	initiative := power.Initiative(it.Initiative)
	if initiative != power.OnApplication && initiative != power.ExOfficio {
		initiative = category.DefaultInitiative()
	}
	v := power.Version{
		Department: dept, Category: category, SchemeCategory: it.CategoryRaw, Name: it.Name, MainItem: it.MainItem,
		Level: it.Level, Initiative: initiative, Citations: power.ParseBasis(it.Basis), Import: from,
		Elements: power.Elements{
			Basis: it.Basis, Office: it.Office, Content: it.Content, Object: it.Object, Conditions: it.Conditions,
			Materials: it.Materials, Kind: it.Kind, Statutory: limit(it.Statutory), Promised: limit(it.Promised),
			StatutoryText: it.StatutoryRaw, PromisedText: it.PromisedRaw, Steps: it.Steps, Channels: it.Channels,
			Visits: it.Visits, Result: it.ResultName, Fee: it.Fee, FeeText: it.FeeRaw, FeeBasis: it.FeeBasis, Place: it.Place,
			Hours: it.Hours, Phone: it.Phone, Complaint: it.Complaint, Duty: it.Duty, Accountability: it.Accountability, Remark: it.Remark,
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
	fixed, err := workbook.Corrected(b, out.Result)
	if err != nil {
		return errs.Wrap("mark problems", err)
	}
	if err := os.WriteFile(path, fixed, 0o644); err != nil {
		return errs.Invalidf("文件写不进去").At(path).Because(err)
	}
	return nil
}
