package workbook

import "encoding/json"

// Limit is a time limit as an office writes it (法定时限, 承诺时限). Exactly one
// of the three holds: Immediate (即办), Months, or Days.
type Limit struct {
	Immediate bool
	Days      int    // may be 0 only beside Immediate
	Months    int    // 三个月 is not counted in days: months differ
	Unit      string // of Days: 工作日, 自然日, or "" where the cell says neither
}

// The two units of a limit in days.
const (
	WorkingDays = "工作日"
	NaturalDays = "自然日"
)

// MarshalJSON gives "immediate", {"months":n} or {"days":n,"unit":u|null}.
func (l Limit) MarshalJSON() ([]byte, error) {
	switch {
	case l.Immediate:
		return []byte(`"immediate"`), nil
	case l.Months > 0:
		return json.Marshal(struct {
			Months int `json:"months"`
		}{l.Months})
	}
	return json.Marshal(struct {
		Days int     `json:"days"`
		Unit *string `json:"unit"`
	}{l.Days, orNull(l.Unit)})
}

// Cell is one cell of the row as it stands in the file, kept so that nothing
// an office wrote is lost, also in columns nobody knows.
type Cell struct {
	Header string `json:"header"`
	Value  string `json:"value"`
}

// Item is one power as a row reports it. Text is trimmed at the ends, has LF
// line ends and no zero-width characters, and is otherwise as written. "" means
// that the row says nothing.
type Item struct {
	Sheet string
	Row   int // 1-based; for CSV the record, for JSONL the line

	Name        string
	MainItem    string // 主项, where this row is a sub-item (子项)
	Category    string // one of Categories, or "" where it cannot be told
	CategoryRaw string // the cell's own word; "" where the sheet gives the category
	Department  string // 实施主体
	Office      string // 承办机构
	Basis       string // 设定依据

	Statutory, Promised       *Limit // nil: none stated, or not readable (see Problems)
	StatutoryRaw, PromisedRaw string
	Fee                       *bool // nil: not stated or unclear
	FeeRaw, FeeBasis          string

	Duty, DutyBasis                     string // 责任事项
	Accountability, AccountabilityBasis string // 追责情形

	Code, BaseCode string // 事项编码, 基本编码; "" where Excel destroyed the digits
	DeptCode       string // 主体代码
	Date           string // 生效日期, YYYY-MM-DD, or YYYY-MM where the day is missing

	Level, Source, Content, Object, Conditions, Materials   string
	Kind, Steps, Channels, Visits, ResultName, Place, Hours string
	Phone, Complaint, Initiative, Remark                    string

	Raw    []Cell
	Hidden bool // the row is hidden in the file: a person must confirm it

	NameCell, CodeCell string // where these stand in the sheet, or should
}

// MarshalJSON gives the fields of the dry run; absent text is null.
func (it Item) MarshalJSON() ([]byte, error) {
	return json.Marshal(struct {
		Sheet          string  `json:"sheet"`
		Row            int     `json:"row"`
		Name           *string `json:"name"`
		MainItem       *string `json:"main_item"`
		Category       *string `json:"category"`
		CategoryRaw    *string `json:"category_raw"`
		Department     *string `json:"department"`
		Office         *string `json:"office"`
		Basis          *string `json:"basis"`
		Statutory      *Limit  `json:"statutory"`
		Promised       *Limit  `json:"promised"`
		Fee            *bool   `json:"fee"`
		Duty           *string `json:"duty"`
		Accountability *string `json:"accountability"`
		Code           *string `json:"code"`
		BaseCode       *string `json:"base_code,omitempty"`
		Date           *string `json:"date,omitempty"`
		Phone          *string `json:"phone,omitempty"`
		FeeBasis       *string `json:"fee_basis,omitempty"`
		Hidden         bool    `json:"hidden,omitempty"`
	}{
		it.Sheet, it.Row, orNull(it.Name), orNull(it.MainItem), orNull(it.Category), orNull(it.CategoryRaw),
		orNull(it.Department), orNull(it.Office), orNull(it.Basis), it.Statutory, it.Promised, it.Fee,
		orNull(it.Duty), orNull(it.Accountability), orNull(it.Code), orNull(it.BaseCode), orNull(it.Date),
		orNull(it.Phone), orNull(it.FeeBasis), it.Hidden,
	})
}

func orNull(s string) *string {
	if s == "" {
		return nil
	}
	return &s
}

// Levels of a problem.
const (
	Error = "error" // the row or file cannot be taken as it is
	Warn  = "warn"  // taken, but a person must look
	Info  = "info"
)

// Kinds of problems. Further kinds may be added; callers must not rely on the
// list being closed.
const (
	MissingName           = "missing_name"
	MissingBasis          = "missing_basis"
	MissingCategory       = "missing_category"
	MissingDepartment     = "missing_department"
	MissingHeader         = "missing_header"
	UnknownCategory       = "unknown_category"
	UnknownDepartment     = "unknown_department"
	ForeignDepartment     = "foreign_department"
	CategoryConflict      = "category_conflict"
	CategoryNotPower      = "category_not_power"
	DuplicateItem         = "duplicate_item"
	SameItemTwoCategories = "same_item_two_categories"
	CodeDuplicate         = "code_duplicate"
	CodeDamaged           = "code_damaged"
	LimitUnreadable       = "limit_unreadable"
	LimitUnitUnclear      = "limit_unit_unclear"
	PromiseOverStatutory  = "promise_over_statutory"
	FeeUnclear            = "fee_unclear"
	FeeWithoutBasis       = "fee_without_basis"
	DateUnreadable        = "date_unreadable"
	FormulaError          = "formula_error"
	FormulaNoValue        = "formula_no_value"
	HiddenRow             = "hidden_row"
	HiddenSheet           = "hidden_sheet"
	TotalMismatch         = "total_mismatch"
	LongText              = "long_text"
	TextTruncated         = "text_truncated"
	StrikeText            = "strike_text"
	WrongSuffix           = "wrong_suffix"
	Encrypted             = "encrypted"
	Corrupt               = "corrupt"
	EmptyFile             = "empty_file"
	NotWorkbook           = "not_workbook"
	TooLarge              = "too_large"
)

// Problem says at which cell what is wrong and how to mend it. Sheet and Cell
// are "" where it concerns the whole sheet or file. For CSV and JSONL the cell
// is the one it has when the records are laid out as a sheet.
type Problem struct {
	Sheet, Cell, Kind, Level, Message string
}

// MarshalJSON gives null for an absent sheet or cell.
func (p Problem) MarshalJSON() ([]byte, error) {
	return json.Marshal(struct {
		Sheet   *string `json:"sheet"`
		Cell    *string `json:"cell"`
		Kind    string  `json:"kind"`
		Level   string  `json:"level"`
		Message string  `json:"message"`
	}{orNull(p.Sheet), orNull(p.Cell), p.Kind, p.Level, p.Message})
}

// Sheet says what became of one sheet of the file.
type Sheet struct {
	Name       string `json:"name"`
	State      string `json:"state"` // visible, hidden, veryHidden
	Used       bool   `json:"used"`
	Why        string `json:"why"` // why it was not used
	HeaderRows []int  `json:"header_rows"`
	Items      int    `json:"items"`
	Department string `json:"department"` // 填报单位 above the table
	Date       string `json:"date"`       // 填报日期 above the table
	Category   string `json:"category"`   // category given by the sheet's name or title
}

// Result is what a file says. A file that is not Readable has no items.
type Result struct {
	Readable bool
	Why      string // for people: why it is not readable
	Format   string // true format, whatever the suffix says
	Sheets   []Sheet
	Items    []Item
	Problems []Problem
}

// Add takes in further problems, each where it stands in the order of the file.
func (r *Result) Add(problems ...Problem) {
	r.Problems = append(r.Problems, problems...)
	r.sortProblems()
}

// MarshalJSON gives the output of a dry run.
func (r Result) MarshalJSON() ([]byte, error) {
	return json.Marshal(struct {
		Readable bool      `json:"readable"`
		Why      string    `json:"why"`
		Format   string    `json:"format"`
		Sheets   []Sheet   `json:"sheets"`
		Items    []Item    `json:"items"`
		Problems []Problem `json:"problems"`
	}{r.Readable, r.Why, r.Format, list(r.Sheets), list(r.Items), list(r.Problems)})
}

// list keeps an empty list from becoming null.
func list[T any](s []T) []T {
	if s == nil {
		return []T{}
	}
	return s
}

// Limits bound what a file may cost. Zero fields take the default.
type Limits struct {
	FileBytes     int64 // the file itself; default 32 MB
	UnpackedBytes int64 // all parts of an .xlsx together; default 512 MB
	Cells         int   // non-empty cells; default 5,000,000
}

func (l Limits) orDefault() Limits {
	if l.FileBytes <= 0 {
		l.FileBytes = 32 << 20
	}
	if l.UnpackedBytes <= 0 {
		l.UnpackedBytes = 512 << 20
	}
	if l.Cells <= 0 {
		l.Cells = 5_000_000
	}
	return l
}

// Options of one reading.
type Options struct {
	FileName        string                      // only to compare the suffix with the content
	Department      string                      // 实施主体 where the file names none
	KnownDepartment func(name string) bool      // nil: names are not checked
	OwnDepartment   func(name string) bool      // nil: rows may be of any department; else each other one is a problem
	Progress        func(sheet string, row int) // nil: none; called for each row read
	Limits          Limits
}
